//! The words that many documents of a corpus have. All others are *rare words*: names, places, what happened.
//!
//! Two versions of a story share most of their rare words, however much is told in other words. Two stories that fill in one
//! template or repeat one background share the words of the template, and each has rare words of its own. Compare Church
//! and Gale (1995, "Inverse Document Frequency (IDF): A Measure of Deviations from Poisson") on what rare words tell.
//!
//! They are learnt from a sample, because a word that is rare in a corpus is rare in a sample too. The sample does not depend
//! on the order of the documents. It holds one document of four at most, and versions of one text count once: so a word that
//! only the versions of one story have stays rare.

use crate::candidates::key_table::KeyTable;
use crate::model::DocumentIndex;
use crate::text::UNSPACED;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Most documents of a sample.
pub const MOST_SAMPLED: usize = 2048;
/// Words at the beginning of a document that a sample has. A sample takes at most 32 MB.
const MOST_WORDS: usize = 4096;
/// Fewest texts of a sample from which it tells which words are rare.
const LEAST_SAMPLED: usize = 256;
/// Texts of the sample from which a word that they have is common. With 2,048 texts it is in more than one of a thousand.
const COMMON: usize = 2;
/// Rare words that are taken to be shared by half, beside those of the documents. Few words do not decide.
const PRIOR: f64 = 1.0;

/// The share of rare words in common that tells nothing.
pub const NEUTRAL_SHARE: f64 = 0.5;

/// A document whose words have a digest below it may be in a sample: one of four.
pub const SAMPLED_BELOW: u128 = 1 << 126;

/// The sample of a corpus, given the digest of the words of each document: of those with digests below [`SAMPLED_BELOW`], the
/// lowest, at most [`MOST_SAMPLED`]. Of several documents with one digest, the first. Time O(n log n).
#[must_use]
pub fn sample(documents: impl Iterator<Item = (u128, DocumentIndex)>) -> Vec<DocumentIndex> {
    let mut sampled: Vec<_> = documents.filter(|d| d.0 < SAMPLED_BELOW).collect();
    sampled.sort_unstable();
    sampled.dedup_by_key(|d| d.0);
    sampled.truncate(MOST_SAMPLED);
    sampled.into_iter().map(|(_, document)| document).collect()
}

/// The words of a corpus that are common. Pairs of letters of unspaced scripts are its words too.
#[derive(Clone, Debug, Default)]
pub struct CommonWords {
    /// The same as `words`, for many look-ups.
    table: Option<KeyTable>,
    /// In order. None of them if it is not known which words are common.
    words: Vec<u32>,
}

/// The words of a corpus of which nothing is known.
pub(super) static UNKNOWN: CommonWords = CommonWords {
    table: None,
    words: Vec::new(),
};

impl CommonWords {
    /// Learns from a sample of a corpus: the words of each document, with the number of its family. Of the documents of one
    /// family, a word counts once. Nothing is known from a sample of less than 256 families. Time linear in the words.
    #[must_use]
    pub fn learn<W: AsRef<[u32]>>(sample: impl IntoIterator<Item = (u64, W)>) -> Self {
        let mut families: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        for (family, words) in sample {
            let words = words.as_ref();
            let begin = &words[..words.len().min(MOST_WORDS)];
            families.entry(family).or_default().extend(terms(begin));
        }
        if families.len() < LEAST_SAMPLED {
            return Self::default();
        }
        let distinct = families.into_par_iter().map(|(_, words)| sorted_set(words));
        let mut words = distinct.collect::<Vec<_>>().concat();
        words.par_sort_unstable();
        let common = words
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() >= COMMON);
        Self::from_words(common.map(|same| same[0]))
    }

    /// The common words as [`Self::words`] gives them, in any order. None of them: nothing is known. Time O(n log n).
    #[must_use]
    pub fn from_words(words: impl IntoIterator<Item = u32>) -> Self {
        let words = Self {
            table: None,
            words: sorted_set(words),
        };
        words.for_many_lookups()
    }

    /// Takes this many words from the beginning of `bytes`, four bytes each, the lowest first. They are for few look-ups: to fill a
    /// table for fast ones takes longer than to compare some documents. `None` if they are not [words](Self::words) in order.
    /// Time O(n).
    #[must_use]
    pub fn take_for_few_lookups(bytes: &mut &[u8], count: u64) -> Option<Self> {
        let length = usize::try_from(count.checked_mul(4)?).ok()?;
        let (taken, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        let (words, _) = taken.as_chunks();
        let words: Vec<u32> = words.iter().copied().map(u32::from_le_bytes).collect();
        let is_in_order = words.is_sorted_by(|a, b| a < b);
        is_in_order.then_some(Self { table: None, words })
    }

    /// The words for many look-ups.
    #[must_use]
    pub fn for_many_lookups(self) -> Self {
        let known = self.words.iter().map(|&word| (u64::from(word), 0));
        Self {
            table: Some(KeyTable::new(self.words.len(), known)),
            ..self
        }
    }

    /// The common words, in order: their ids, and the hashes of pairs of unspaced letters.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    fn is_rare(&self, word: u32) -> bool {
        match &self.table {
            Some(table) => table.find(u64::from(word)).is_none(),
            None => self.words.binary_search(&word).is_err(),
        }
    }

    /// How many of the distinct rare words of a document the other one has too, as a share: of the document with the larger
    /// share. `None` if it is not known which words are common. Time O(n log n) in the rare words.
    #[must_use]
    pub fn shared_rare_words(&self, left: &[u32], right: &[u32]) -> Option<f64> {
        if self.words.is_empty() {
            return None;
        }
        let rare = |words| sorted_set(terms(words).filter(|&word| self.is_rare(word)));
        let (left, right) = (rare(left), rare(right));
        let (fewer, more) = match left.len() <= right.len() {
            true => (left, right),
            false => (right, left),
        };
        let shared = fewer
            .iter()
            .filter(|w| more.binary_search(w).is_ok())
            .count();
        Some((shared as f64 + PRIOR * NEUTRAL_SHARE) / (fewer.len() as f64 + PRIOR))
    }
}

/// Distinct words, in order.
fn sorted_set(words: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut words: Vec<u32> = words.into_iter().collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// The words of a text, and the pairs of letters that follow each other in unspaced scripts.
fn terms(words: &[u32]) -> impl Iterator<Item = u32> + '_ {
    let next = words.iter().skip(1).copied().chain([0]);
    words.iter().zip(next).filter_map(|(&word, next)| {
        match (word & UNSPACED != 0, next & UNSPACED != 0) {
            (false, _) => Some(word),
            (true, true) => Some(pair(word, next)),
            (true, false) => None,
        }
    })
}

/// A hash of two letters.
fn pair(first: u32, second: u32) -> u32 {
    let both = u64::from(first) << 32 | u64::from(second);
    (both.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33) as u32 | UNSPACED
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Texts of so many families, each with the words of all texts and three of its own.
    fn texts(families: u32) -> Vec<(u64, Vec<u32>)> {
        let text = |family: u32| {
            (
                u64::from(family),
                vec![
                    1,
                    2,
                    1,
                    100 + 3 * family,
                    101 + 3 * family,
                    102 + 3 * family,
                ],
            )
        };
        (0..families).map(text).collect()
    }

    #[test]
    fn a_sample_has_the_lowest_digests_of_a_quarter() {
        let documents = |digests: &[u128]| {
            let documents = digests.iter().copied().zip((0..).map(DocumentIndex));
            sample(documents)
                .into_iter()
                .map(|d| d.0)
                .collect::<Vec<u32>>()
        };
        let most = SAMPLED_BELOW - 1;
        assert_eq!(
            documents(&[9, SAMPLED_BELOW, 4, most, 9, u128::MAX]),
            [2, 0, 3]
        );
        let many: Vec<u128> = (0..5000).rev().collect();
        let sampled = documents(&many);
        assert_eq!(
            (sampled.len(), sampled[0], sampled[2047]),
            (2048, 4999, 2952)
        );
    }

    #[test]
    fn words_of_two_families_are_common() {
        let mut sample = texts(256);
        sample[255].1.push(100);
        assert_eq!(CommonWords::learn(sample).words(), [1, 2, 100]);
    }

    /// The words that only the versions of one story have would be common, and no version would share its rare words.
    #[test]
    fn versions_of_one_text_count_once() {
        let mut sample = texts(256);
        let versions = [(7, vec![50, 51]), (7, vec![50, 51, 52])];
        sample.extend(versions);
        assert_eq!(CommonWords::learn(sample).words(), [1, 2]);
    }

    #[test]
    fn a_small_sample_tells_nothing() {
        let small = CommonWords::learn(texts(255));
        assert_eq!(small.words(), [0; 0]);
        for nothing in [small, CommonWords::default(), UNKNOWN.clone()] {
            assert_eq!(nothing.shared_rare_words(&[1, 2, 3], &[1, 2, 3]), None);
        }
    }

    #[test]
    fn the_beginning_of_a_long_text_is_sampled() {
        let mut sample = texts(256);
        for family in [300, 301] {
            let mut words = vec![1; MOST_WORDS - 1];
            words.extend([77, 78]);
            sample.push((family, words));
        }
        assert_eq!(CommonWords::learn(sample).words(), [1, 2, 77]);
    }

    #[test]
    fn the_share_is_that_of_the_document_that_shares_more() {
        let common = CommonWords::from_words([1, 2]);
        // Four and two rare words, of which one is shared. Words count once.
        let (left, right) = ([1, 2, 10, 11, 12, 13, 13], [10, 10, 20, 2]);
        let share = (1.0 + 0.5) / (2.0 + 1.0);
        assert_eq!(common.shared_rare_words(&left, &right), Some(share));
        assert_eq!(common.shared_rare_words(&right, &left), Some(share));
        assert_eq!(common.shared_rare_words(&[1, 2], &[1]), Some(NEUTRAL_SHARE));
    }

    #[test]
    fn pairs_of_letters_are_the_words_of_unspaced_scripts() {
        let letter = |code: u32| code | UNSPACED;
        let text = [letter(1), letter(2), letter(3), 9, letter(4), 8];
        let found: Vec<u32> = terms(&text).collect();
        let pairs = [pair(letter(1), letter(2)), pair(letter(2), letter(3))];
        assert_eq!(found, [pairs[0], pairs[1], 9, 8]);
        assert_ne!(pair(letter(2), letter(1)), pairs[0]);
        // One pair of the three of each text is shared.
        let common = CommonWords::from_words([9]);
        let (left, right) = ([1, 2, 3, 4].map(letter), [5, 2, 3, 6].map(letter));
        assert_eq!(common.shared_rare_words(&left, &right), Some(1.5 / 4.0));
    }

    proptest! {
        #[test]
        fn the_share_is_that_of_sets(
            left in prop::collection::vec(0u32..60, 0..90),
            right in prop::collection::vec(0u32..60, 0..90),
            known in prop::collection::btree_set(0u32..60, 1..50),
        ) {
            let rare = |words: &[u32]| -> BTreeSet<u32> {
                words.iter().copied().filter(|word| !known.contains(word)).collect()
            };
            let (a, b) = (rare(&left), rare(&right));
            let share = |of: &BTreeSet<u32>| {
                (a.intersection(&b).count() as f64 + 0.5) / (of.len() as f64 + 1.0)
            };
            let many = CommonWords::from_words(known.iter().copied());
            let bytes: Vec<u8> = many.words().iter().flat_map(|w| w.to_le_bytes()).collect();
            let few = CommonWords::take_for_few_lookups(&mut bytes.as_slice(), known.len() as u64).unwrap();
            for common in [many, few.clone(), few.for_many_lookups()] {
                let found = common.shared_rare_words(&left, &right).unwrap();
                prop_assert!((found - share(&a).max(share(&b))).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn words_out_of_order_or_cut_off_are_refused() {
        let take = |words: &[u32], count| {
            let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
            CommonWords::take_for_few_lookups(&mut bytes.as_slice(), count)
        };
        assert!(take(&[1, 2, 9], 3).is_some());
        for (words, count) in [
            (&[2, 1][..], 2),
            (&[1, 1], 2),
            (&[1, 2], 3),
            (&[1], u64::MAX),
        ] {
            assert!(take(words, count).is_none());
        }
    }
}
