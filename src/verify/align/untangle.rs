//! Anchors that want the same words: each word stands in one.

use super::Block;
use super::extend::SYNC;
use std::cmp::Reverse;

/// The anchors with each left word in one of them at most: the longest anchor first, the others cut
/// down to their longest piece that is free. In the order of the right document.
pub(super) fn untangled(mut anchors: Vec<Block>) -> Vec<Block> {
    if anchors.windows(2).all(|w| w[0].left.end <= w[1].left.begin) {
        return anchors;
    }
    let last = anchors.iter().map(|a| a.left.end).max().unwrap_or(0);
    let mut taken = vec![false; last as usize];
    anchors.sort_by_key(|a| (Reverse(a.equal), a.right.begin));
    let mut kept: Vec<Block> = anchors
        .into_iter()
        .filter_map(|anchor| {
            let piece = longest_free(&anchor, &taken)?;
            taken[piece.left.begin as usize..piece.left.end as usize].fill(true);
            Some(piece)
        })
        .collect();
    kept.sort_by_key(|a| a.right.begin);
    kept
}

/// The longest piece of an anchor whose left words are not taken, where it has two words at least.
fn longest_free(anchor: &Block, taken: &[bool]) -> Option<Block> {
    let (begin, end) = (anchor.left.begin as usize, anchor.left.end as usize);
    let mut free = begin;
    taken[begin..end]
        .split(|&t| t)
        .map(|run| {
            let piece = (free, run.len());
            free += run.len() + 1;
            piece
        })
        .max_by_key(|&(at, len)| (len, Reverse(at)))
        .filter(|&(_, len)| len >= SYNC)
        .map(|(at, len)| Block::anchor(at, anchor.right.begin as usize + at - begin, len))
}
