//! Growing an aligned passage over edits (X-drop extension).

use super::resync::resync;
use super::walk::{Ahead, Back, Walk};
use super::{Block, are_in_order};

/// Score of an equal word, of a word of gap, and the fall that ends an extension.
const EQUAL: i64 = 3;
const GAP: i64 = 2;
const DROP: i64 = 24;

/// The two texts, for growing blocks over edits.
pub(super) struct Extension<'a> {
    pub(super) left: &'a [u32],
    pub(super) right: &'a [u32],
    /// Characters that make up a word's length: 2 where the text is mostly unspaced.
    pub(super) scale: usize,
}

/// What an extension gained on each side.
#[derive(Clone, Copy, Default)]
struct Gain {
    left: usize,
    right: usize,
    aligned: usize,
    equal: usize,
}

impl Extension<'_> {
    /// Grows each block forwards and backwards as far as its neighbours on either side allow.
    pub(super) fn extend_all(&self, blocks: &mut [Block]) {
        if are_in_order(blocks) {
            for k in 0..blocks.len() {
                let after = Some(k + 1).filter(|&after| after < blocks.len());
                self.extend_back(blocks, k, k.checked_sub(1));
                self.extend_ahead(blocks, k, after);
            }
            return;
        }
        let mut by_left: Vec<usize> = (0..blocks.len()).collect();
        by_left.sort_by_key(|&k| blocks[k].left.begin);
        let mut place = vec![0; blocks.len()];
        for (p, &k) in by_left.iter().enumerate() {
            place[k] = p;
        }
        for (k, p) in place.into_iter().enumerate() {
            let before = p.checked_sub(1).map(|p| by_left[p]);
            let after = by_left.get(p + 1).copied();
            self.extend_back(blocks, k, before);
            self.extend_ahead(blocks, k, after);
        }
    }

    fn extend_ahead(&self, blocks: &mut [Block], k: usize, after: Option<usize>) {
        let left_end = after.map_or(self.left.len(), |n| blocks[n].left.begin as usize);
        let right_end = blocks
            .get(k + 1)
            .map_or(self.right.len(), |n| n.right.begin as usize);
        let block = &mut blocks[k];
        let left = &self.left[block.left.end as usize..left_end];
        let right = &self.right[block.right.end as usize..right_end];
        let gain = self.grow::<Ahead>(left, right);
        block.left.end += gain.left as u32;
        block.right.end += gain.right as u32;
        block.aligned += gain.aligned as u32;
        block.equal += gain.equal as u32;
    }

    fn extend_back(&self, blocks: &mut [Block], k: usize, before: Option<usize>) {
        let left_begin = before.map_or(0, |n| blocks[n].left.end as usize);
        let right_begin = k.checked_sub(1).map_or(0, |n| blocks[n].right.end as usize);
        let block = &mut blocks[k];
        let left = &self.left[left_begin..block.left.begin as usize];
        let right = &self.right[right_begin..block.right.begin as usize];
        let gain = self.grow::<Back>(left, right);
        block.left.begin -= gain.left as u32;
        block.right.begin -= gain.right as u32;
        block.aligned += gain.aligned as u32;
        block.equal += gain.equal as u32;
    }

    /// Walks away from a block, over at most `left` and `right`, to the place of best score.
    fn grow<W: Walk>(&self, mut left: &[u32], mut right: &[u32]) -> Gain {
        let (mut best, mut now) = (Gain::default(), Gain::default());
        let (mut best_score, mut score) = (0i64, 0i64);
        loop {
            let run = W::common(left, right);
            (left, right) = (W::beyond(left, run), W::beyond(right, run));
            now = Gain {
                left: now.left + run,
                right: now.right + run,
                aligned: now.aligned + run,
                equal: now.equal + run,
            };
            score += EQUAL * run as i64;
            if score > best_score {
                (best, best_score) = (now, score);
            }
            let Some((i, j)) = resync::<W>(left, right, self.scale) else {
                return best;
            };
            score -= GAP * i.max(j).div_ceil(self.scale) as i64;
            if score < best_score - DROP {
                return best;
            }
            (left, right) = (W::beyond(left, i), W::beyond(right, j));
            now.left += i;
            now.right += j;
            now.aligned += i.min(j);
        }
    }
}

/// Words aligned about the words `at.0` and `at.1` of two texts, both ways, and where that ends in the
/// right one. Time linear in them.
pub(in crate::verify) fn around(
    left: &[u32],
    right: &[u32],
    at: (usize, usize),
    scale: usize,
) -> (usize, usize) {
    let extension = Extension { left, right, scale };
    let ((before_l, ahead_l), (before_r, ahead_r)) = (
        left.split_at(at.0.min(left.len())),
        right.split_at(at.1.min(right.len())),
    );
    let back = extension.grow::<Back>(before_l, before_r);
    let ahead = extension.grow::<Ahead>(ahead_l, ahead_r);
    (back.aligned + ahead.aligned, before_r.len() + ahead.right)
}
