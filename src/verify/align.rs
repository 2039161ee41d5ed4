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

use crate::model::Passage;
use crate::text::shingles::{shingle_len, shingles, weight, weights};
use std::cmp::Reverse;

/// Places of one shingle in the left document that are tried for an anchor.
const MAX_POSITIONS: usize = 16;
/// Farthest that an extension looks for the next equal words, in words.
const RESYNC: usize = 12;
/// Equal words that make the two texts run together again.
const SYNC: usize = 2;
/// Longest gap between two anchors, in words of either document, that still joins them.
const JOIN: usize = 8;
/// Words, or characters, that one text may have more than the other between equal ones: more of them were
/// inserted, and part two blocks.
const SKEW: usize = 4;
/// Score of an equal word, of a word of gap, and the fall that ends an extension.
const EQUAL: i64 = 3;
const GAP: i64 = 2;
const DROP: i64 = 24;
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

/// A left document, prepared to be aligned with many right ones.
pub struct Aligner<'a> {
    words: &'a [u32],
    shingle: u32,
    hashes: Vec<u64>,
    /// Open addressing over `hashes`: 1 + the first position of a hash, 0 where free.
    table: Vec<u32>,
    /// 1 + the next position of the same hash, 0 at the end.
    next: Vec<u32>,
    /// Characters that make up a word's length: 2 where the text is mostly unspaced.
    scale: usize,
}

impl<'a> Aligner<'a> {
    /// Indexes the shingles of `words`. Time and memory linear in them.
    #[must_use]
    pub fn new(words: &'a [u32], shingle: u32) -> Self {
        let mut hashes = Vec::new();
        shingles(words, shingle, &mut hashes);
        let mut aligner = Self {
            words,
            shingle,
            table: vec![0; (2 * hashes.len()).next_power_of_two().max(2)],
            next: vec![0; hashes.len()],
            scale: if weights(words) as usize * 2 < words.len() * 3 {
                2
            } else {
                1
            },
            hashes,
        };
        for at in (0..aligner.hashes.len()).rev() {
            let slot = aligner.slot(aligner.hashes[at]);
            aligner.next[at] = aligner.table[slot];
            aligner.table[slot] = at as u32 + 1;
        }
        aligner
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
    pub fn align(&self, right: &[u32]) -> Alignment {
        let anchors = untangled(self.anchors(right));
        let longest_run = anchors.iter().map(|b| b.equal).max().unwrap_or(0);
        let mut blocks = anchors;
        Extension {
            left: self.words,
            right,
            scale: self.scale,
        }
        .extend_all(&mut blocks);
        let mut blocks = joined(blocks, self.scale);
        self.drop_crumbs(&mut blocks, right);
        Alignment {
            blocks,
            longest_run,
        }
    }

    /// Maximal equal runs, disjoint in the right document and in its order.
    fn anchors(&self, right: &[u32]) -> Vec<Block> {
        let mut hashes = Vec::new();
        shingles(right, self.shingle, &mut hashes);
        let (mut found, mut at, mut reach, mut diagonal) = (Vec::new(), 0, 0, 0i64);
        while let Some(&hash) = hashes.get(at) {
            let best = self
                .positions(hash)
                .filter_map(|left| self.anchor(left, right, at, reach))
                .max_by_key(|a| (a.equal, Reverse(diagonal.abs_diff(offset(a)))));
            at += 1;
            if let Some(anchor) = best {
                diagonal = offset(&anchor);
                reach = anchor.right.end as usize;
                at = reach;
                found.push(anchor);
            }
        }
        found
    }

    /// The equal run about words `left` and `right`, not before `reach` in the right document; none
    /// where the shingles there only hash alike.
    fn anchor(&self, left: usize, right: &[u32], at: usize, reach: usize) -> Option<Block> {
        let ahead = common(self.words[left..].iter(), right[at..].iter());
        if ahead < shingle_len(right, at, self.shingle) {
            return None;
        }
        let back = common(
            self.words[..left].iter().rev(),
            right[reach..at].iter().rev(),
        );
        Some(Block::anchor(left - back, at - back, back + ahead))
    }

    /// Drops short blocks that stand alone: a phrase that any two texts on one subject share.
    fn drop_crumbs(&self, blocks: &mut Vec<Block>, right: &[u32]) {
        let short = self.words.len().min(right.len()) as u32;
        blocks
            .retain(|b| passage_weight(self.words, b.left) >= LEAST_BLOCK || 2 * b.equal >= short);
    }
}

/// Where the right side of a block stands against the left one.
fn offset(block: &Block) -> i64 {
    i64::from(block.left.begin) - i64::from(block.right.begin)
}

fn common<'w>(a: impl Iterator<Item = &'w u32>, b: impl Iterator<Item = &'w u32>) -> usize {
    a.zip(b).take_while(|(x, y)| x == y).count()
}

/// The anchors with each left word in one of them at most: the longest anchor first, the others cut
/// down to their longest piece that is free. In the order of the right document.
fn untangled(mut anchors: Vec<Block>) -> Vec<Block> {
    if anchors.windows(2).all(|w| w[0].left.end <= w[1].left.begin) {
        return anchors;
    }
    let last = anchors.iter().map(|a| a.left.end).max().unwrap_or(0);
    let mut taken = vec![false; last as usize];
    anchors.sort_by_key(|a| (Reverse(a.equal), a.right.begin));
    let mut kept: Vec<Block> = anchors
        .into_iter()
        .filter_map(|anchor| {
            let piece = longest_free(&anchor, &taken)?;
            taken[piece.left.begin as usize..piece.left.end as usize].fill(true);
            Some(piece)
        })
        .collect();
    kept.sort_by_key(|a| a.right.begin);
    kept
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

/// The two texts, for growing blocks over edits.
struct Extension<'a> {
    left: &'a [u32],
    right: &'a [u32],
    scale: usize,
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
    fn extend_all(&self, blocks: &mut [Block]) {
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

/// Joins neighbours in both documents that have little between them.
fn joined(blocks: Vec<Block>, scale: usize) -> Vec<Block> {
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

/// Half words that a passage of `words` holds.
#[must_use]
pub fn passage_weight(words: &[u32], passage: Passage) -> u32 {
    words
        .get(passage.begin as usize..passage.end as usize)
        .map_or(0, |run| run.iter().map(|&id| weight(id)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::UNSPACED;
    use proptest::prelude::*;

    fn align(left: &[u32], right: &[u32]) -> Alignment {
        Aligner::new(left, 5).align(right)
    }

    fn words(range: std::ops::Range<u32>) -> Vec<u32> {
        range.collect()
    }

    fn passage(begin: u32, end: u32) -> Passage {
        Passage { begin, end }
    }

    /// Misreads about one word in `1 / rate`, as a scanner does.
    fn misread(words: &[u32], rate: f64, seed: u64) -> Vec<u32> {
        let noise = |at: usize| {
            let bytes = [seed.to_le_bytes(), (at as u64).to_le_bytes()].concat();
            xxhash_rust::xxh3::xxh3_64(&bytes)
        };
        (words.iter().enumerate())
            .map(|(at, &w)| match noise(at) {
                n if (n >> 11) as f64 / ((1u64 << 53) as f64) < rate => {
                    1_000_000 + n as u32 % 1_000_000
                }
                _ => w,
            })
            .collect()
    }

    /// What any alignment must satisfy.
    fn check(left: &[u32], right: &[u32]) -> Alignment {
        let found = align(left, right);
        let sides: [fn(&Block) -> Passage; 2] = [|b| b.left, |b| b.right];
        for (side, len) in sides.into_iter().zip([left.len(), right.len()]) {
            let mut passages: Vec<Passage> = found.blocks.iter().map(side).collect();
            passages.sort();
            assert!(
                passages
                    .iter()
                    .all(|p| p.begin < p.end && p.end as usize <= len)
            );
            assert!(
                passages.windows(2).all(|p| p[0].end <= p[1].begin),
                "{passages:?}"
            );
        }
        for b in &found.blocks {
            assert!(b.equal <= b.aligned && b.aligned <= b.left.len().min(b.right.len()));
        }
        found
    }

    /// The longest run of equal words, by dynamic programming over all places.
    fn longest_common_run(left: &[u32], right: &[u32]) -> u32 {
        let mut best = 0;
        let mut row = vec![0u32; right.len() + 1];
        for l in left {
            for j in (0..right.len()).rev() {
                row[j + 1] = if right[j] == *l { row[j] + 1 } else { 0 };
                best = best.max(row[j + 1]);
            }
        }
        best
    }

    proptest! {
        #[test]
        fn blocks_are_disjoint_whatever_the_texts(
            left in prop::collection::vec(0u32..6, 0..120),
            right in prop::collection::vec(0u32..6, 0..120),
        ) {
            check(&left, &right);
        }

        #[test]
        fn the_longest_run_is_the_longest(
            noise in prop::collection::vec(100u32..UNSPACED, 80),
            from in 0usize..40, len in 5usize..40, to in 0usize..30,
        ) {
            let mut right = words(0..40);
            let copied = &noise[from..from + len];
            right.splice(to..to, copied.iter().copied());
            prop_assert_eq!(check(&noise, &right).longest_run, longest_common_run(&noise, &right));
        }

        #[test]
        fn a_text_aligned_with_itself_is_one_block(ids in prop::collection::vec(0u32..9, 1..200)) {
            let found = check(&ids, &ids);
            prop_assert_eq!(found.equal() as usize, ids.len());
        }
    }

    #[test]
    fn a_story_in_a_page_with_a_teaser_in_its_middle() {
        let story = words(0..300);
        let mut page = words(5000..5060);
        page.extend(&story[..100]);
        page.extend(words(6000..6011));
        page.extend(&story[100..]);
        page.extend(words(7000..9000));
        let found = check(&story, &page);
        let parts: Vec<_> = found.blocks.iter().map(|b| (b.left, b.right)).collect();
        assert_eq!(
            parts,
            [
                (passage(0, 100), passage(60, 160)),
                (passage(100, 300), passage(171, 371)),
            ]
        );
        assert_eq!((found.aligned(), found.longest_run), (300, 200));
    }

    #[test]
    fn what_was_inserted_is_in_no_passage() {
        let story = words(0..200);
        let dated = [words(0..8), words(900..907), words(8..200)].concat();
        let found = check(&story, &dated);
        let parts: Vec<Passage> = found.blocks.iter().map(|b| b.right).collect();
        assert_eq!(parts, [passage(0, 8), passage(15, 207)]);
    }

    #[test]
    fn paragraphs_that_changed_places_are_all_found() {
        let story = words(0..90);
        let moved = [words(60..90), words(0..30), words(30..60)].concat();
        assert_eq!(check(&story, &moved).equal(), 90);
    }

    #[test]
    fn edits_do_not_part_a_passage() {
        let story = words(0..400);
        let mut edited = misread(&story, 0.03, 1);
        edited.remove(200);
        edited.insert(100, 77_777);
        let found = check(&story, &edited);
        assert_eq!(found.blocks.len(), 1);
        assert!(found.aligned() >= 395);
    }

    #[test]
    fn badly_scanned_text_is_aligned_nearly_whole() {
        for (rate, least) in [(0.25, 380), (0.4, 280)] {
            let story = words(0..400);
            let aligned = |seed| check(&story, &misread(&story, rate, seed)).aligned();
            let mean = (0..50).map(aligned).sum::<u32>() / 50;
            assert!(mean >= least, "{rate}: {mean}");
        }
    }

    #[test]
    fn a_sentence_repeated_on_one_side_counts_once() {
        let sentence = words(0..20);
        let thrice = [&sentence[..], &sentence, &sentence].concat();
        assert_eq!(check(&sentence, &thrice).aligned(), 20);
        assert_eq!(check(&thrice, &sentence).aligned(), 20);
    }

    #[test]
    fn a_phrase_alone_is_no_passage() {
        let left = [words(0..100), words(900..906), words(100..200)].concat();
        let right = [words(300..400), words(900..906), words(400..500)].concat();
        assert!(check(&left, &right).blocks.is_empty());
    }

    #[test]
    fn a_changed_sentence_in_unspaced_text_parts_nothing() {
        let story: Vec<u32> = (0..300).map(|c| c | UNSPACED).collect();
        let mut changed = story.clone();
        for c in &mut changed[140..152] {
            *c += 5000;
        }
        let found = check(&story, &changed);
        assert_eq!(
            (found.blocks.len(), found.equal(), found.aligned()),
            (1, 288, 300)
        );
    }
}
