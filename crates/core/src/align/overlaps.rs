//! Resolves anchors that overlap in the left document.

use super::resync::SYNC_LEN;
use super::{Block, is_collinear};
use std::cmp::Reverse;

/// Leaves each word of the left document to at most one anchor. The longest anchor wins. Each other anchor keeps
/// its longest piece of at least [`SYNC_LEN`] unclaimed words, or is dropped.
///
/// Anchors are in the order of the right document before and after.
pub(super) fn resolve_overlaps(anchors: &mut Vec<Block>) {
    if is_collinear(anchors) {
        return;
    }
    let len = anchors.iter().map(|a| a.left.end).max().unwrap_or(0);
    let mut claimed = vec![false; len as usize];
    anchors.sort_by_key(|a| (Reverse(a.equal), a.right.begin));
    anchors.retain_mut(|anchor| {
        let Some(piece) = longest_unclaimed(anchor, &claimed) else {
            return false;
        };
        claimed[piece.left.begin as usize..piece.left.end as usize].fill(true);
        *anchor = piece;
        true
    });
    anchors.sort_by_key(|a| a.right.begin);
}

/// The longest piece of an anchor whose left words are unclaimed, the first of equals.
fn longest_unclaimed(anchor: &Block, claimed: &[bool]) -> Option<Block> {
    let (begin, end) = (anchor.left.begin as usize, anchor.left.end as usize);
    let mut at = begin;
    claimed[begin..end]
        .split(|&claimed| claimed)
        .map(|run| {
            let piece = (at, run.len());
            at += run.len() + 1;
            piece
        })
        .max_by_key(|&(at, len)| (len, Reverse(at)))
        .filter(|&(_, len)| len >= SYNC_LEN)
        .map(|(at, len)| Block::anchor(at, anchor.right.begin as usize + at - begin, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anchors as (left, right, length), before and after.
    fn check(anchors: &[(usize, usize, usize)], expected: &[(usize, usize, usize)]) {
        let blocks = |of: &[(usize, usize, usize)]| -> Vec<Block> {
            of.iter()
                .map(|&(l, r, len)| Block::anchor(l, r, len))
                .collect()
        };
        let mut resolved = blocks(anchors);
        resolve_overlaps(&mut resolved);
        assert_eq!(resolved, blocks(expected));
    }

    #[test]
    fn collinear_anchors_stay() {
        check(&[(0, 5, 10), (10, 20, 8)], &[(0, 5, 10), (10, 20, 8)]);
    }

    #[test]
    fn the_longest_anchor_keeps_its_words() {
        check(&[(0, 0, 10), (6, 20, 12)], &[(0, 0, 6), (6, 20, 12)]);
        check(&[(0, 0, 10), (2, 20, 6)], &[(0, 0, 10)]);
    }

    #[test]
    fn an_anchor_keeps_its_longest_unclaimed_piece() {
        // The second anchor covers words 0..30, of which the first one claims 10..25 and leaves 0..10 and 25..30.
        check(&[(10, 0, 31), (0, 40, 14)], &[(10, 0, 31), (0, 40, 10)]);
        check(
            &[(3, 0, 20), (20, 30, 21), (0, 60, 19)],
            &[(3, 0, 17), (20, 30, 21), (0, 60, 3)],
        );
    }

    #[test]
    fn a_single_unclaimed_word_is_dropped() {
        check(&[(0, 0, 10), (9, 20, 2)], &[(0, 0, 10)]);
        check(&[(0, 0, 10), (9, 20, 3)], &[(0, 0, 10), (10, 21, 2)]);
    }
}
