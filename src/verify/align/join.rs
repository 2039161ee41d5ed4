//! Neighbouring aligned passages to one.

use super::Block;

/// Longest gap between two anchors, in words of either document, that still joins them.
const JOIN: usize = 8;
/// Words, or characters, that one text may have more than the other between equal ones: more of them were
/// inserted, and part two blocks.
pub(super) const SKEW: usize = 4;

/// Joins neighbours in both documents that have little between them.
pub(super) fn joined(blocks: Vec<Block>, scale: usize) -> Vec<Block> {
    let mut begins: Vec<u32> = blocks.iter().map(|b| b.left.begin).collect();
    begins.sort_unstable();
    let follows = |last: &Block, next: &Block| {
        begins.get(begins.partition_point(|&b| b < last.left.end)) == Some(&next.left.begin)
    };
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        match out.last_mut() {
            Some(last) if follows(last, &block) && joins(last, &block, scale) => {
                join(last, &block);
            }
            _ => out.push(block),
        }
    }
    out
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
