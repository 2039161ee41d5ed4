//! Alignment of two word sequences: seed, extend, join (Altschul and others 1990, "Basic Local Alignment Search Tool",
//! section 2, with words for residues).
//!
//! 1. *Seed*. Each shingle of the right document that also occurs in the left one gives an anchor: a maximal run of
//!    equal words.
//! 2. *Resolve overlaps*. Each word of the left document stays in at most one anchor. The longest anchor wins.
//! 3. *Extend*. Both ends of each anchor grow over substituted, deleted and inserted words until the score falls too
//!    far below its best. So alignment also works on badly scanned text, in which nearly every shingle has an error.
//! 4. *Join*. Blocks with a short gap between them become one block. An insertion separates two blocks.
//! 5. *Drop short blocks*. A phrase that any two texts on one subject share is not a copy.
//!
//! Guarantee: a verbatim run of at least one shingle that occurs once in each document lies in an anchor.
//!
//! Time is linear in both documents if shingles seldom recur. At most 16 occurrences of one shingle are tried. Words that
//! are chosen for equal hashes cost at most O(n log n) (`hash_index.rs`).

mod direction;
mod extend;
pub(crate) mod hash_index;
mod join;
#[cfg(test)]
mod oracle;
mod overlaps;
mod pieces;
mod resync;
#[cfg(test)]
mod tests;

pub(crate) use extend::extend_around;
pub(crate) use pieces::any_replaced;

use crate::model::Passage;
use crate::steps;
use crate::text::shingles::{shingle_len, shingles, weight, weights};
use direction::{Backward, Direction, Forward};
use extend::Extender;
use hash_index::HashIndex;
use join::join_all;
use overlaps::resolve_overlaps;
use std::cmp::Reverse;

/// Occurrences of one shingle in the left document that are tried for an anchor, the first ones. Bounds the time for
/// texts that repeat themselves.
const MAX_POSITIONS: usize = 16;
/// Least weight of a block, in half words, unless the block is half of the shorter document.
const MIN_BLOCK_WEIGHT: u32 = 16;

/// What two documents share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignment {
    /// Aligned passages, disjoint in both documents, in the order of the right document.
    pub blocks: Vec<Block>,
    /// The longest verbatim run, the first of equals.
    pub run: Option<Block>,
}

impl Alignment {
    /// Number of aligned words, equal or substituted.
    #[must_use]
    pub fn aligned(&self) -> u32 {
        self.blocks.iter().map(|b| b.aligned).sum()
    }

    /// Number of aligned words that are equal.
    #[must_use]
    pub fn equal(&self) -> u32 {
        self.blocks.iter().map(|b| b.equal).sum()
    }

    /// Number of words of the longest verbatim run.
    #[must_use]
    pub fn longest_run(&self) -> u32 {
        self.run.map_or(0, |run| run.equal)
    }
}

/// One aligned passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its position in the left document.
    pub left: Passage,
    /// Its position in the right document.
    pub right: Passage,
    /// Number of aligned words, equal or substituted. At most the length of the shorter side.
    pub aligned: u32,
    /// Number of aligned words that are equal.
    pub equal: u32,
}

impl Block {
    fn anchor(left: usize, right: usize, len: usize) -> Self {
        let passage = |at: usize| Passage {
            begin: at as u32,
            end: (at + len) as u32,
        };
        Self {
            left: passage(left),
            right: passage(right),
            aligned: len as u32,
            equal: len as u32,
        }
    }
}

/// Buffers of an [`Aligner`], to be reused for the next one.
#[derive(Debug, Default)]
pub struct Buffers {
    index: HashIndex,
    right_hashes: Vec<u64>,
    shared: Vec<usize>,
    blocks: Vec<Block>,
}

/// An index of the shingles of one document, the left one. Aligns it with any number of right documents.
pub struct Aligner<'a> {
    words: &'a [u32],
    shingle: u32,
    /// The hash of the shingle at each position.
    index: &'a HashIndex,
    right_hashes: &'a mut Vec<u64>,
    shared: &'a mut Vec<usize>,
    blocks: &'a mut Vec<Block>,
    /// 2 if the text is mostly unspaced, else 1.
    chars_per_word: usize,
}

/// A right document whose shingles are indexed too. A long document can be aligned with many short ones, each in time
/// linear in the short one.
#[derive(Debug)]
pub struct Indexed<'a> {
    words: &'a [u32],
    index: HashIndex,
}

impl<'a> Indexed<'a> {
    /// Indexes the shingles of `words`, each of `shingle` words. Time O(n log n) and memory linear in `words`.
    #[must_use]
    pub fn new(words: &'a [u32], shingle: u32) -> Self {
        let mut index = HashIndex::default();
        index.set(|hashes| shingles(words, shingle, hashes));
        Self { words, index }
    }
}

impl<'a> Aligner<'a> {
    /// Indexes the shingles of `words`, each of `shingle` words. Memory linear in `words`. Time too, or O(n log n) for
    /// words that are chosen for equal hashes.
    #[must_use]
    pub fn new(words: &'a [u32], shingle: u32, buffers: &'a mut Buffers) -> Self {
        buffers.index.set(|hashes| shingles(words, shingle, hashes));
        Self {
            words,
            shingle,
            index: &buffers.index,
            right_hashes: &mut buffers.right_hashes,
            shared: &mut buffers.shared,
            blocks: &mut buffers.blocks,
            chars_per_word: chars_per_word(words),
        }
    }

    /// Aligns the left document with `right`.
    #[must_use]
    pub fn align(&mut self, right: &[u32]) -> Alignment {
        let mut hashes = std::mem::take(self.right_hashes);
        shingles(right, self.shingle, &mut hashes);
        steps::count(hashes.len());
        let index = self.index;
        self.find_anchors(right, &hashes, |at| {
            let rest = hashes.get(at..)?;
            Some(at + rest.iter().position(|&hash| index.may_have(hash))?)
        });
        *self.right_hashes = hashes;
        self.alignment(right)
    }

    /// Aligns the left document with `right`, which was indexed with shingles of the same length. The result is that of
    /// [`align`](Self::align). Time linear in the left document and in the shingles of the right one that it has too.
    #[must_use]
    pub fn align_indexed(&mut self, right: &Indexed) -> Alignment {
        let mut shared = std::mem::take(self.shared);
        shared.clear();
        let index = self.index;
        for (at, &hash) in index.hashes().iter().enumerate() {
            if right.index.may_have(hash) && index.positions(hash).next() == Some(at) {
                shared.extend(right.index.positions(hash));
            }
        }
        shared.sort_unstable();
        steps::count(shared.len() + index.hashes().len());
        let mut unseen = shared.iter().copied().peekable();
        self.find_anchors(right.words, right.index.hashes(), |at| {
            while unseen.next_if(|&shared| shared < at).is_some() {}
            unseen.next()
        });
        *self.shared = shared;
        self.alignment(right.words)
    }

    /// The alignment with `right` around the anchors.
    fn alignment(&mut self, right: &[u32]) -> Alignment {
        resolve_overlaps(self.blocks);
        let run = self.blocks.iter().copied().min_by_key(|b| Reverse(b.equal));
        let extender = Extender {
            left: self.words,
            right,
            chars_per_word: self.chars_per_word,
        };
        extender.extend_all(self.blocks);
        join_all(self.blocks, self.chars_per_word);
        self.drop_short_blocks(right);
        Alignment {
            blocks: self.blocks.clone(),
            run,
        }
    }

    /// Finds maximal equal runs that are disjoint in the right document, in its order. Of several runs that begin with
    /// the same shingle it takes the longest one; of equals, the one nearest to the diagonal of the last anchor.
    ///
    /// `hashes`: those of the shingles of `right`. `next`: the first position from the given one on whose shingle the
    /// left document may have.
    fn find_anchors(
        &mut self,
        right: &[u32],
        hashes: &[u64],
        mut next: impl FnMut(usize) -> Option<usize>,
    ) {
        self.blocks.clear();
        let (mut at, mut end, mut last_diagonal) = (0, 0, 0i64);
        while let Some(shared) = next(at) {
            at = shared;
            let Some(&hash) = hashes.get(at) else {
                return;
            };
            let positions = self.index.positions(hash).take(MAX_POSITIONS);
            let best = positions
                .filter_map(|left| self.anchor(left, right, at, end))
                .max_by_key(|a| (a.equal, Reverse(last_diagonal.abs_diff(diagonal(a)))));
            at += 1;
            if let Some(anchor) = best {
                last_diagonal = diagonal(&anchor);
                end = anchor.right.end as usize;
                at = end;
                self.blocks.push(anchor);
            }
        }
    }

    /// The equal run around word `left` of the left document and word `at` of the right one. The run begins at word
    /// `begin` of the right document or later. Returns `None` if the two shingles differ and only their hashes agree.
    fn anchor(&self, left: usize, right: &[u32], at: usize, begin: usize) -> Option<Block> {
        let forward = Forward::common(&self.words[left..], &right[at..]);
        if forward < shingle_len(right, at, self.shingle) {
            return None;
        }
        let backward = Backward::common(&self.words[..left], &right[begin..at]);
        Some(Block::anchor(
            left - backward,
            at - backward,
            backward + forward,
        ))
    }

    fn drop_short_blocks(&mut self, right: &[u32]) {
        let shorter = self.words.len().min(right.len()) as u32;
        let is_long = |b: &Block| passage_weight(self.words, b.left) >= MIN_BLOCK_WEIGHT;
        self.blocks.retain(|b| is_long(b) || 2 * b.equal >= shorter);
    }
}

/// 2 if the weight of `words` is nearer to that of unspaced text (1 per character) than to that of spaced text (2 per
/// word), else 1.
pub(crate) fn chars_per_word(words: &[u32]) -> usize {
    let is_unspaced = weights(words) as usize * 2 < words.len() * 3;
    1 + usize::from(is_unspaced)
}

/// True if blocks in the order of the right document are also in the order of the left one and do not overlap there.
/// Blocks of most copies are.
fn is_collinear(blocks: &[Block]) -> bool {
    blocks.is_sorted_by(|a, b| a.left.end <= b.left.begin)
}

/// Distance between the positions of a block in the two documents: left minus right.
fn diagonal(block: &Block) -> i64 {
    i64::from(block.left.begin) - i64::from(block.right.begin)
}

/// Weight of a passage of `words`, in half words. 0 if the passage is out of bounds.
#[must_use]
pub fn passage_weight(words: &[u32], passage: Passage) -> u32 {
    words
        .get(passage.begin as usize..passage.end as usize)
        .map_or(0, |run| run.iter().map(|&id| weight(id)).sum())
}
