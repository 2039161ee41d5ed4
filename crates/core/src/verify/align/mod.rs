//! Alignment of two word sequences: seed, extend, join (the scheme of BLAST, Altschul and others
//! 1990, section 2, with words for residues).
//!
//! 1. *Seed*: every shingle of the right document that the left one holds gives an anchor, a maximal
//!    run of equal words.
//! 2. *Untangle*: a word of the left document stands in one anchor only, the longest first.
//! 3. *Extend*: from both ends of each anchor, over substituted, dropped and added words, while the
//!    score has not fallen far below its best (X-drop). This carries an alignment through badly
//!    scanned text where hardly a shingle survives.
//! 4. *Join*: neighbours with little between them are one block; an insertion parts them.
//!
//! Guarantee: every verbatim run of one shingle or more that both documents hold, once in each,
//! lies in an anchor. Time linear in both documents for text whose shingles recur seldom; at most
//! [`MAX_POSITIONS`] places of one shingle are tried.

mod extend;
mod join;
mod resync;
#[cfg(test)]
mod tests;
mod untangle;
mod walk;

pub(super) use extend::around;

use crate::model::Passage;
use crate::text::shingles::{shingle_len, shingles, weight, weights};
use extend::Extension;
use join::join_all;
use std::cmp::Reverse;
use untangle::untangle;
use walk::{Ahead, Back, Walk};

/// Places of one shingle in the left document that are tried for an anchor.
const MAX_POSITIONS: usize = 16;
/// Least weight (half words) of a block that stands alone in a longer document.
const LEAST_BLOCK: u32 = 16;

/// What two documents share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignment {
    /// Aligned passages, disjoint in both documents, in the order of the right one.
    pub blocks: Vec<Block>,
    /// Words of the longest verbatim run.
    pub longest_run: u32,
}

impl Alignment {
    /// Words aligned: the smaller side's count of each block.
    #[must_use]
    pub fn aligned(&self) -> u32 {
        self.blocks.iter().map(|b| b.aligned).sum()
    }

    /// Aligned words that are equal.
    #[must_use]
    pub fn equal(&self) -> u32 {
        self.blocks.iter().map(|b| b.equal).sum()
    }
}

/// One aligned passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// In the left document.
    pub left: Passage,
    /// In the right document.
    pub right: Passage,
    /// Words aligned, equal or substituted: no more than either side has.
    pub aligned: u32,
    /// Words that are equal.
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

/// The memory that aligners and alignments take, to be used again and again.
#[derive(Debug, Default)]
pub struct Buffers {
    hashes: Vec<u64>,
    filter: Vec<u64>,
    table: Vec<u32>,
    next: Vec<u32>,
    right: Vec<u64>,
    blocks: Vec<Block>,
}

/// A left document, prepared to be aligned with many right ones.
pub struct Aligner<'a> {
    words: &'a [u32],
    shingle: u32,
    hashes: &'a [u64],
    /// One bit, of eight for each hash at least, set for those in `hashes`: most of a right document's are not,
    /// and one look tells so without a doubt that the processor would have to guess at.
    filter: &'a mut [u64],
    /// Open addressing over `hashes`: 1 + the first position of a hash, 0 where free.
    table: &'a mut [u32],
    /// 1 + the next position of the same hash, 0 at the end.
    next: &'a mut [u32],
    /// The hashes of a right document.
    right: &'a mut Vec<u64>,
    /// What is aligned with it so far.
    blocks: &'a mut Vec<Block>,
    /// Characters that make up a word's length: 2 where the text is mostly unspaced.
    scale: usize,
}

impl<'a> Aligner<'a> {
    /// Indexes the shingles of `words` in these buffers. Time and memory linear in them.
    #[must_use]
    pub fn new(words: &'a [u32], shingle: u32, buffers: &'a mut Buffers) -> Self {
        shingles(words, shingle, &mut buffers.hashes);
        let count = buffers.hashes.len();
        buffers.filter.clear();
        buffers
            .filter
            .resize(count.div_ceil(8).next_power_of_two(), 0);
        buffers.table.clear();
        buffers
            .table
            .resize((2 * count).next_power_of_two().max(2), 0);
        buffers.next.clear();
        buffers.next.resize(count, 0);
        let unspaced = weights(words) as usize * 2 < words.len() * 3;
        let mut aligner = Self {
            words,
            shingle,
            hashes: &buffers.hashes,
            filter: &mut buffers.filter,
            table: &mut buffers.table,
            next: &mut buffers.next,
            right: &mut buffers.right,
            blocks: &mut buffers.blocks,
            scale: 1 + usize::from(unspaced),
        };
        aligner.index();
        aligner
    }

    fn index(&mut self) {
        for (at, &hash) in self.hashes.iter().enumerate().rev() {
            let (word, bit) = self.filtered(hash);
            self.filter[word] |= bit;
            let slot = self.slot(hash);
            self.next[at] = self.table[slot];
            self.table[slot] = at as u32 + 1;
        }
    }

    /// The word of the filter, and the bit in it.
    fn filtered(&self, hash: u64) -> (usize, u64) {
        let word = (hash >> 38) as usize & (self.filter.len() - 1);
        (word, 1 << (hash >> 32 & 63))
    }

    /// The slot that holds `hash`, or the free one where it belongs.
    fn slot(&self, hash: u64) -> usize {
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(at) = self.table[slot].checked_sub(1) {
            if self.hashes[at as usize] == hash {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn positions(&self, hash: u64) -> impl Iterator<Item = usize> + '_ {
        let first = self.table[self.slot(hash)].checked_sub(1);
        std::iter::successors(first, |&at| self.next[at as usize].checked_sub(1))
            .take(MAX_POSITIONS)
            .map(|at| at as usize)
    }

    /// Aligns `right` with the left document.
    #[must_use]
    pub fn align(&mut self, right: &[u32]) -> Alignment {
        shingles(right, self.shingle, self.right);
        self.anchor_all(right);
        untangle(self.blocks);
        let longest_run = self.blocks.iter().map(|b| b.equal).max().unwrap_or(0);
        let extension = Extension {
            left: self.words,
            right,
            scale: self.scale,
        };
        extension.extend_all(self.blocks);
        join_all(self.blocks, self.scale);
        self.drop_crumbs(right);
        Alignment {
            blocks: self.blocks.clone(),
            longest_run,
        }
    }

    /// Finds the maximal equal runs, disjoint in the right document and in its order.
    fn anchor_all(&mut self, right: &[u32]) {
        self.blocks.clear();
        let (mut at, mut reach, mut diagonal) = (0, 0, 0i64);
        while let Some(&hash) = self.right.get(at) {
            let (word, bit) = self.filtered(hash);
            if self.filter[word] & bit == 0 {
                at += 1;
                continue;
            }
            let best = self
                .positions(hash)
                .filter_map(|left| self.anchor(left, right, at, reach))
                .max_by_key(|a| (a.equal, Reverse(diagonal.abs_diff(offset(a)))));
            at += 1;
            if let Some(anchor) = best {
                diagonal = offset(&anchor);
                reach = anchor.right.end as usize;
                at = reach;
                self.blocks.push(anchor);
            }
        }
    }

    /// The equal run about words `left` and `right`, not before `reach` in the right document; none
    /// where the shingles there only hash alike.
    fn anchor(&self, left: usize, right: &[u32], at: usize, reach: usize) -> Option<Block> {
        let ahead = Ahead::common(&self.words[left..], &right[at..]);
        if ahead < shingle_len(right, at, self.shingle) {
            return None;
        }
        let back = Back::common(&self.words[..left], &right[reach..at]);
        Some(Block::anchor(left - back, at - back, back + ahead))
    }

    /// Drops short blocks that stand alone: a phrase that any two texts on one subject share.
    fn drop_crumbs(&mut self, right: &[u32]) {
        let short = self.words.len().min(right.len()) as u32;
        let is_long = |b: &Block| passage_weight(self.words, b.left) >= LEAST_BLOCK;
        self.blocks.retain(|b| is_long(b) || 2 * b.equal >= short);
    }
}

/// True where blocks that are in the order of the right document are in that of the left one too, as of most copies:
/// then each stands between its neighbours in both.
fn are_in_order(blocks: &[Block]) -> bool {
    blocks.is_sorted_by(|a, b| a.left.end <= b.left.begin)
}

/// Where the right side of a block stands against the left one.
fn offset(block: &Block) -> i64 {
    i64::from(block.left.begin) - i64::from(block.right.begin)
}

/// Half words that a passage of `words` holds.
#[must_use]
pub fn passage_weight(words: &[u32], passage: Passage) -> u32 {
    words
        .get(passage.begin as usize..passage.end as usize)
        .map_or(0, |run| run.iter().map(|&id| weight(id)).sum())
}
