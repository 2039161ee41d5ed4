//! Anchors that want the same words: each word stands in one.

use super::resync::SYNC;
use super::{Block, are_in_order};
use std::cmp::Reverse;

/// Leaves each left word to one anchor at most: the longest anchor first, the others cut down to their
/// longest piece that is free. In the order of the right document, before and after.
pub(super) fn untangle(anchors: &mut Vec<Block>) {
    if are_in_order(anchors) {
        return;
    }
    let last = anchors.iter().map(|a| a.left.end).max().unwrap_or(0);
    let mut taken = vec![false; last as usize];
    anchors.sort_by_key(|a| (Reverse(a.equal), a.right.begin));
    anchors.retain_mut(|anchor| {
        let Some(piece) = longest_free(anchor, &taken) else {
            return false;
        };
        taken[piece.left.begin as usize..piece.left.end as usize].fill(true);
        *anchor = piece;
        true
    });
    anchors.sort_by_key(|a| a.right.begin);
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
