//! Extends an alignment over edits until its score falls too far below its best (X-drop extension; Zhang, Schwartz,
//! Wagner and Miller 2000, "A Greedy Algorithm for Aligning DNA Sequences", section 2).

use super::direction::{Backward, Direction, Forward};
use super::resync::resync;
use super::{Block, is_collinear};

/// Score of an equal word.
const MATCH_SCORE: i64 = 3;
/// Cost of a word that is substituted, inserted or deleted. Two equal words pay for three.
const GAP_PENALTY: i64 = 2;
/// Fall below the best score that ends an extension: 12 words without any that is equal.
const X_DROP: i64 = 24;

/// Extends the blocks of two documents.
pub(super) struct Extender<'a> {
    pub(super) left: &'a [u32],
    pub(super) right: &'a [u32],
    /// 2 if the text is mostly unspaced, else 1.
    pub(super) chars_per_word: usize,
}

/// What an extension added to a block, in words.
#[derive(Clone, Copy, Default)]
struct Gain {
    left: usize,
    right: usize,
    aligned: usize,
    equal: usize,
}

impl Extender<'_> {
    /// Extends each block in both directions, at most to its neighbours in either document. `blocks` are in the order
    /// of the right document.
    pub(super) fn extend_all(&self, blocks: &mut [Block]) {
        if is_collinear(blocks) {
            for k in 0..blocks.len() {
                let next = Some(k + 1).filter(|&next| next < blocks.len());
                self.extend_backward(blocks, k, k.checked_sub(1));
                self.extend_forward(blocks, k, next);
            }
            return;
        }
        let mut by_left: Vec<usize> = (0..blocks.len()).collect();
        by_left.sort_by_key(|&k| blocks[k].left.begin);
        let mut left_ranks = vec![0; blocks.len()];
        for (rank, &k) in by_left.iter().enumerate() {
            left_ranks[k] = rank;
        }
        for (k, rank) in left_ranks.into_iter().enumerate() {
            let previous = rank.checked_sub(1).map(|rank| by_left[rank]);
            let next = by_left.get(rank + 1).copied();
            self.extend_backward(blocks, k, previous);
            self.extend_forward(blocks, k, next);
        }
    }

    /// Extends block `k` to the right. `next` is the block that follows it in the left document.
    fn extend_forward(&self, blocks: &mut [Block], k: usize, next: Option<usize>) {
        let left_end = next.map_or(self.left.len(), |n| blocks[n].left.begin as usize);
        let right_end = blocks
            .get(k + 1)
            .map_or(self.right.len(), |n| n.right.begin as usize);
        let block = &mut blocks[k];
        let left = &self.left[block.left.end as usize..left_end];
        let right = &self.right[block.right.end as usize..right_end];
        let gain = self.extend::<Forward>(left, right);
        block.left.end += gain.left as u32;
        block.right.end += gain.right as u32;
        block.aligned += gain.aligned as u32;
        block.equal += gain.equal as u32;
    }

    /// Extends block `k` to the left. `previous` is the block before it in the left document.
    fn extend_backward(&self, blocks: &mut [Block], k: usize, previous: Option<usize>) {
        let left_begin = previous.map_or(0, |n| blocks[n].left.end as usize);
        let right_begin = k.checked_sub(1).map_or(0, |n| blocks[n].right.end as usize);
        let block = &mut blocks[k];
        let left = &self.left[left_begin..block.left.begin as usize];
        let right = &self.right[right_begin..block.right.begin as usize];
        let gain = self.extend::<Backward>(left, right);
        block.left.begin -= gain.left as u32;
        block.right.begin -= gain.right as u32;
        block.aligned += gain.aligned as u32;
        block.equal += gain.equal as u32;
    }

    /// Aligns `left` and `right` from their nearest words on, and returns the extension of the highest score.
    fn extend<D: Direction>(&self, mut left: &[u32], mut right: &[u32]) -> Gain {
        let (mut best, mut current) = (Gain::default(), Gain::default());
        let (mut best_score, mut score) = (0i64, 0i64);
        loop {
            let run = D::common(left, right);
            (left, right) = (D::skip(left, run), D::skip(right, run));
            current = Gain {
                left: current.left + run,
                right: current.right + run,
                aligned: current.aligned + run,
                equal: current.equal + run,
            };
            score += MATCH_SCORE * run as i64;
            if score > best_score {
                (best, best_score) = (current, score);
            }
            let Some((i, j)) = resync::<D>(left, right, self.chars_per_word) else {
                return best;
            };
            score -= GAP_PENALTY * i.max(j).div_ceil(self.chars_per_word) as i64;
            if score < best_score - X_DROP {
                return best;
            }
            (left, right) = (D::skip(left, i), D::skip(right, j));
            current.left += i;
            current.right += j;
            current.aligned += i.min(j);
        }
    }
}

/// Aligns two documents in both directions from the words `at.0` and `at.1` on. Returns the number of aligned words,
/// and where the alignment ends in the right document. Time linear in the aligned words.
pub(crate) fn extend_around(
    left: &[u32],
    right: &[u32],
    at: (usize, usize),
    chars_per_word: usize,
) -> (usize, usize) {
    let extender = Extender {
        left,
        right,
        chars_per_word,
    };
    let (left_before, left_after) = left.split_at(at.0.min(left.len()));
    let (right_before, right_after) = right.split_at(at.1.min(right.len()));
    let backward = extender.extend::<Backward>(left_before, right_before);
    let forward = extender.extend::<Forward>(left_after, right_after);
    (
        backward.aligned + forward.aligned,
        right_before.len() + forward.right,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of the left document that an extension from its beginning covers.
    fn extended(left: &[u32], right: &[u32], chars_per_word: usize) -> usize {
        let extender = Extender {
            left,
            right,
            chars_per_word,
        };
        extender.extend::<Forward>(left, right).left
    }

    /// Runs of equal words, given by their lengths, with `gap` different words between them.
    fn texts(runs: &[u32], gap: u32) -> (Vec<u32>, Vec<u32>) {
        let (mut left, mut right) = (vec![], vec![]);
        for (k, &run) in (0..).zip(runs) {
            let at = 100 * k;
            left.extend((at..at + run).chain(10_000 + at..10_000 + at + gap));
            right.extend((at..at + run).chain(20_000 + at..20_000 + at + gap));
        }
        (left, right)
    }

    #[test]
    fn two_equal_words_pay_for_three_others() {
        // The last run of each text ends beyond a gap that costs as much as the run scores, or less.
        let (left, right) = texts(&[10, 2], 3);
        assert_eq!(extended(&left, &right, 1), 10);
        let (left, right) = texts(&[10, 2], 2);
        assert_eq!(extended(&left, &right, 1), 14);
        let (left, right) = texts(&[10, 3], 4);
        assert_eq!(extended(&left, &right, 1), 17);
        let (left, right) = texts(&[10, 4], 6);
        assert_eq!(extended(&left, &right, 1), 10);
    }

    #[test]
    fn a_fall_of_more_than_the_limit_ends_an_extension() {
        // Each gap of 12 words costs 24, each run of 2 scores 6: the second gap falls 42 below the best score.
        let (left, right) = texts(&[10, 20], 12);
        assert_eq!(extended(&left, &right, 1), 42);
        let (left, right) = texts(&[10, 2, 20], 12);
        assert_eq!(extended(&left, &right, 1), 10);
        // Gaps of 7 and runs of 2: the score falls by 14 and rises by 6. Two gaps fall by 22, three by 30.
        let (left, right) = texts(&[10, 2, 20], 7);
        assert_eq!(extended(&left, &right, 1), 46);
        let (left, right) = texts(&[10, 2, 2, 30], 7);
        assert_eq!(extended(&left, &right, 1), 10);
    }

    #[test]
    fn two_characters_of_unspaced_text_cost_as_much_as_a_word() {
        let (left, right) = texts(&[10, 20], 24);
        assert_eq!(extended(&left, &right, 2), 54);
        assert_eq!(extended(&left, &right, 1), 10);
    }
}
