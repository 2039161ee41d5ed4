//! Joins neighbouring blocks into one.

use super::{Block, is_collinear};

/// Longest gap between two blocks that are joined, in words of either document. A replaced phrase is that long; a
/// replaced sentence is longer and separates two blocks.
const MAX_JOIN_GAP: usize = 8;
/// Words, or characters of unspaced text, by which two gaps may differ in length. A larger difference is an
/// insertion, which separates two blocks.
pub(super) const MAX_SKEW: usize = 4;

/// Joins blocks that follow each other in both documents with a short gap between them. `chars_per_word` is 1 or 2.
pub(super) fn join_all(blocks: &mut Vec<Block>, chars_per_word: usize) {
    // Without an entry for collinear blocks: each one follows the one before in both documents.
    let mut left_begins: Vec<u32> = match is_collinear(blocks) {
        true => vec![],
        false => blocks.iter().map(|b| b.left.begin).collect(),
    };
    left_begins.sort_unstable();
    let follows = |last: &Block, next: &Block| {
        let after = left_begins.partition_point(|&begin| begin < last.left.end);
        left_begins.is_empty() || left_begins.get(after) == Some(&next.left.begin)
    };
    blocks.dedup_by(|next, last| {
        let joined = follows(last, next) && is_short_gap(last, next, chars_per_word);
        if joined {
            join(last, next);
        }
        joined
    });
}

/// True if both gaps between two consecutive blocks are short and about equally long.
fn is_short_gap(last: &Block, next: &Block, chars_per_word: usize) -> bool {
    let left = (next.left.begin - last.left.end) as usize;
    let right = (next.right.begin - last.right.end) as usize;
    left.max(right) <= MAX_JOIN_GAP * chars_per_word && left.abs_diff(right) <= MAX_SKEW
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins blocks of 10 equal words, given by where they begin, and returns how many are left.
    fn joined(begins: &[(usize, usize)], chars_per_word: usize) -> usize {
        let blocks = begins.iter().map(|&(l, r)| Block::anchor(l, r, 10));
        let mut blocks: Vec<Block> = blocks.collect();
        join_all(&mut blocks, chars_per_word);
        blocks.len()
    }

    #[test]
    fn a_replaced_phrase_joins_and_a_replaced_sentence_separates() {
        assert_eq!(joined(&[(0, 0), (18, 18)], 1), 1);
        assert_eq!(joined(&[(0, 0), (19, 19)], 1), 2);
        assert_eq!(joined(&[(0, 0), (19, 15)], 1), 2);
    }

    #[test]
    fn gaps_of_different_lengths_separate() {
        assert_eq!(joined(&[(0, 0), (10, 14)], 1), 1);
        assert_eq!(joined(&[(0, 0), (10, 15)], 1), 2);
        assert_eq!(joined(&[(0, 0), (15, 10)], 1), 2);
    }

    #[test]
    fn unspaced_text_has_gaps_of_twice_as_many_characters() {
        assert_eq!(joined(&[(0, 0), (26, 26)], 2), 1);
        assert_eq!(joined(&[(0, 0), (27, 27)], 2), 2);
    }

    #[test]
    fn a_block_between_two_others_in_the_left_document_separates_them() {
        // Two gaps of 15 words; and the same with a third block inside the left gap.
        assert_eq!(joined(&[(0, 0), (25, 25)], 2), 1);
        assert_eq!(joined(&[(0, 0), (25, 25), (12, 60)], 2), 3);
    }

    #[test]
    fn a_joined_block_counts_the_shorter_gap_as_substituted_words() {
        let mut blocks = vec![Block::anchor(0, 0, 10), Block::anchor(14, 12, 10)];
        join_all(&mut blocks, 1);
        assert_eq!((blocks[0].aligned, blocks[0].equal), (22, 20));
        assert_eq!((blocks[0].left.end, blocks[0].right.end), (24, 22));
    }
}
