//! Growing an aligned passage over edits (X-drop extension).

use super::join::SKEW;
use super::{Block, are_in_order};

/// Farthest that an extension looks for the next equal words, in words.
const RESYNC: usize = 12;
/// Equal words that make the two texts run together again.
pub(super) const SYNC: usize = 2;
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
        let gain = self.grow(left.len(), right.len(), |i, j| left[i] == right[j]);
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
        let (l, r) = (left.len(), right.len());
        let gain = self.grow(l, r, |i, j| left[l - 1 - i] == right[r - 1 - j]);
        block.left.begin -= gain.left as u32;
        block.right.begin -= gain.right as u32;
        block.aligned += gain.aligned as u32;
        block.equal += gain.equal as u32;
    }

    /// Walks away from a block, over at most `left` and `right` words, to the place of best score.
    /// `same(i, j)`: whether the words `i` and `j` steps away are equal.
    fn grow(&self, left: usize, right: usize, same: impl Fn(usize, usize) -> bool) -> Gain {
        let (mut best, mut now) = (Gain::default(), Gain::default());
        let (mut best_score, mut score) = (0i64, 0i64);
        loop {
            while now.left < left && now.right < right && same(now.left, now.right) {
                now = Gain {
                    left: now.left + 1,
                    right: now.right + 1,
                    aligned: now.aligned + 1,
                    equal: now.equal + 1,
                };
                score += EQUAL;
            }
            if score > best_score {
                (best, best_score) = (now, score);
            }
            let Some((i, j)) = self.resync(now, left, right, &same) else {
                return best;
            };
            score -= GAP * i.max(j).div_ceil(self.scale) as i64;
            if score < best_score - DROP {
                return best;
            }
            now.left += i;
            now.right += j;
            now.aligned += i.min(j);
        }
    }

    /// The nearest place ahead where [`SYNC`] words are equal again: the fewest words passed over on
    /// the longer side, then the most even.
    fn resync(
        &self,
        now: Gain,
        left: usize,
        right: usize,
        same: &impl Fn(usize, usize) -> bool,
    ) -> Option<(usize, usize)> {
        let run = SYNC * self.scale;
        let meets = |i: usize, j: usize| {
            let (i, j) = (now.left + i, now.right + j);
            i + run <= left && j + run <= right && (0..run).all(|k| same(i + k, j + k))
        };
        (1..=RESYNC * self.scale).find_map(|far| {
            (far.saturating_sub(SKEW)..=far).rev().find_map(|near| {
                if meets(far, near) {
                    Some((far, near))
                } else if meets(near, far) {
                    Some((near, far))
                } else {
                    None
                }
            })
        })
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
    let (l, r) = (before_l.len(), before_r.len());
    let back = extension.grow(l, r, |i, j| before_l[l - 1 - i] == before_r[r - 1 - j]);
    let ahead = extension.grow(ahead_l.len(), ahead_r.len(), |i, j| {
        ahead_l[i] == ahead_r[j]
    });
    (back.aligned + ahead.aligned, r + ahead.right)
}
