//! Neighbouring aligned passages to one.

use super::{Block, are_in_order};

/// Longest gap between two anchors, in words of either document, that still joins them.
const JOIN: usize = 8;
/// Words, or characters, that one text may have more than the other between equal ones: more of them were
/// inserted, and part two blocks.
pub(super) const SKEW: usize = 4;

/// Joins neighbours in both documents that have little between them.
pub(super) fn join_all(blocks: &mut Vec<Block>, scale: usize) {
    let mut begins: Vec<u32> = match are_in_order(blocks) {
        true => vec![],
        false => blocks.iter().map(|b| b.left.begin).collect(),
    };
    begins.sort_unstable();
    let follows = |last: &Block, next: &Block| {
        let after = begins.partition_point(|&b| b < last.left.end);
        begins.is_empty() || begins.get(after) == Some(&next.left.begin)
    };
    blocks.dedup_by(|next, last| {
        let is_one = follows(last, next) && joins(last, next, scale);
        if is_one {
            join(last, next);
        }
        is_one
    });
}

/// True where at most [`JOIN`] words stand between a block and one that follows it in both documents,
/// and about as many in either.
fn joins(last: &Block, next: &Block, scale: usize) -> bool {
    let left = (next.left.begin - last.left.end) as usize;
    let right = (next.right.begin - last.right.end) as usize;
    left.max(right) <= JOIN * scale && left.abs_diff(right) <= SKEW
}

fn join(last: &mut Block, next: &Block) {
    let (left, right) = (
        next.left.begin - last.left.end,
        next.right.begin - last.right.end,
    );
    last.aligned += next.aligned + left.min(right);
    last.equal += next.equal;
    last.left.end = next.left.end;
    last.right.end = next.right.end;
}
