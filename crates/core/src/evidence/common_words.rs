//! The words that many documents of a corpus have. All others are *rare words*: names, places, what happened.
//!
//! Two versions of a story share most of their rare words, however much is told in other words. Two stories that fill in one
//! template or repeat one background share the words of the template, and each has rare words of its own. Compare Church
//! and Gale (1995, "Inverse Document Frequency (IDF): A Measure of Deviations from Poisson") on what rare words tell.
//!
//! They are learnt from a sample, because a word that is rare in a corpus is rare in a sample too. The sample does not depend
//! on the order of the documents. It holds one document of four at most, and versions of one text count once: so a word that
//! only the versions of one story have stays rare.

use crate::model::DocumentIndex;
use crate::text::UNSPACED;
use std::sync::OnceLock;

/// Most documents of a sample.
pub const MOST_SAMPLED: usize = 2048;
/// Words at the beginning of a document that a sample has. A sample takes at most 32 MB.
const MOST_WORDS: usize = 4096;
/// Fewest texts of a sample from which it tells which words are rare.
const LEAST_SAMPLED: usize = 256;
/// Words are told apart by so many classes of ids, so that which of them are common fits into a processor cache. In samples of
/// news, 2% to 6% of the classes are common, so that as many rare words are taken for common ones.
const CLASSES: usize = 1 << 20;
/// Classes by their bits.
type Classes = [u64; CLASSES / 64];

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommonWords {
    /// The classes of common words. `None` if it is not known which words are common.
    classes: Option<Box<Classes>>,
}

impl CommonWords {
    /// The bytes of [`Self::to_bytes`] if something is known.
    pub const BYTES: usize = size_of::<Classes>();

    /// The words of a corpus of which nothing is known.
    const UNKNOWN: Self = Self { classes: None };

    /// Learns from a sample of a corpus: the words of each document, with the number of its family. A word is common if two
    /// families have it: of 2,048 texts, one in a thousand. Documents after the first [`MOST_SAMPLED`] do not count.
    /// Nothing is known from a sample of less than 256 families. Time linear in the words.
    #[must_use]
    pub fn learn<W: AsRef<[u32]>>(sample: impl IntoIterator<Item = (u64, W)>) -> Self {
        let mut sample: Vec<(u64, W)> = sample.into_iter().take(MOST_SAMPLED).collect();
        sample.sort_by_key(|document| document.0);
        let families: Vec<&[(u64, W)]> = sample.chunk_by(|a, b| a.0 == b.0).collect();
        if families.len() < LEAST_SAMPLED {
            return Self::UNKNOWN;
        }
        // By class: the number of the first family that has it, counted from 1.
        let mut first = vec![0u16; CLASSES];
        let mut classes = Box::new([0; CLASSES / 64]);
        for (number, family) in (1..).zip(families) {
            let begins = family.iter().map(|(_, words)| words.as_ref());
            for term in begins.flat_map(|words| terms(&words[..words.len().min(MOST_WORDS)])) {
                let class = class(term);
                match first[class] {
                    0 => first[class] = number,
                    same if same == number => {}
                    _ => classes[class / 64] |= 1 << (class % 64),
                }
            }
        }
        Self {
            classes: Some(classes),
        }
    }

    /// The common words as bytes, [`Self::BYTES`] of them, or none if nothing is known.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let classes = self.classes.iter().flat_map(|classes| classes.iter());
        classes.flat_map(|bits| bits.to_le_bytes()).collect()
    }

    /// Reads what [`Self::to_bytes`] gave. `None` if it gives no such bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return Some(Self::UNKNOWN);
        }
        let (words, rest) = bytes.as_chunks();
        let classes: Box<[u64]> = words.iter().map(|&bits| u64::from_le_bytes(bits)).collect();
        let classes = Some(classes.try_into().ok().filter(|_| rest.is_empty())?);
        Some(Self { classes })
    }

    /// The number of classes of common words. 0 if nothing is known.
    #[must_use]
    pub fn len(&self) -> u32 {
        let classes = self.classes.iter().flat_map(|classes| classes.iter());
        classes.map(|bits| bits.count_ones()).sum()
    }

    /// True if it is not known which words are common.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_none()
    }
}

/// The rare words of one document. They are found when they are first needed.
#[derive(Debug)]
pub struct RareWords<'a> {
    common: &'a CommonWords,
    words: &'a [u32],
    /// Distinct and in order.
    found: OnceLock<Option<Vec<u32>>>,
}

/// Those of a document of which nothing is known.
pub(super) static UNKNOWN: RareWords<'static> = RareWords {
    common: &CommonWords::UNKNOWN,
    words: &[],
    found: OnceLock::new(),
};

impl<'a> RareWords<'a> {
    /// The rare words among those of a document.
    #[must_use]
    pub fn new(common: &'a CommonWords, words: &'a [u32]) -> Self {
        Self {
            common,
            words,
            found: OnceLock::new(),
        }
    }

    /// How many of the distinct rare words of a document the other one has too, as a share: of the document with the larger
    /// share. `None` if it is not known which words are common. Time linear in the words when it is first called for a document, and
    /// O(n log n) in the rare words.
    #[must_use]
    pub fn shared_with(&self, other: &RareWords) -> Option<f64> {
        let (a, b) = (self.get()?, other.get()?);
        let (fewer, more) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let shared = fewer
            .iter()
            .filter(|word| more.binary_search(word).is_ok())
            .count();
        Some((shared as f64 + PRIOR * NEUTRAL_SHARE) / (fewer.len() as f64 + PRIOR))
    }

    fn get(&self) -> Option<&[u32]> {
        let find = || {
            let common = self.common.classes.as_deref()?;
            let is_rare = |term: &u32| common[class(*term) / 64] >> (class(*term) % 64) & 1 == 0;
            let mut rare: Vec<u32> = terms(self.words).filter(is_rare).collect();
            rare.sort_unstable();
            rare.dedup();
            Some(rare)
        };
        self.found.get_or_init(find).as_deref()
    }
}

/// The class of a word.
fn class(term: u32) -> usize {
    term as usize % CLASSES
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

    /// Texts of so many families, each with two words of all texts and three of its own.
    fn texts(families: u32) -> Vec<(u64, Vec<u32>)> {
        let text = |family: u32| {
            let own = 100 + 3 * family..103 + 3 * family;
            (
                u64::from(family),
                [1, 2, 1].into_iter().chain(own).collect(),
            )
        };
        (0..families).map(text).collect()
    }

    /// Knows that these words are common.
    fn common(words: &[u32]) -> CommonWords {
        let filler = texts(LEAST_SAMPLED as u32)
            .into_iter()
            .map(|(family, _)| (family, vec![]));
        CommonWords::learn(filler.chain([(1000, words.to_vec()), (1001, words.to_vec())]))
    }

    /// The words below 2,000 that are common.
    fn known(common: &CommonWords) -> Vec<u32> {
        let words: Vec<u32> = (0..2000).collect();
        let rare = RareWords::new(common, &words);
        let rare = rare.get().unwrap_or_default();
        words
            .iter()
            .copied()
            .filter(|word| !rare.contains(word))
            .collect()
    }

    fn shared(common: &CommonWords, left: &[u32], right: &[u32]) -> Option<f64> {
        RareWords::new(common, left).shared_with(&RareWords::new(common, right))
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
        let learnt = CommonWords::learn(sample);
        assert_eq!(known(&learnt), [1, 2, 100]);
        assert_eq!((learnt.len(), learnt.is_empty()), (3, false));
    }

    /// The words that only the versions of one story have would be common, and no version would share its rare words.
    #[test]
    fn versions_of_one_text_count_once() {
        let mut sample = texts(256);
        sample.extend([(7, vec![50, 51]), (7, vec![50, 51, 52])]);
        assert_eq!(known(&CommonWords::learn(sample)), [1, 2]);
    }

    #[test]
    fn a_small_sample_tells_nothing() {
        let small = CommonWords::learn(texts(255));
        assert_eq!((small.len(), small.is_empty()), (0, true));
        for nothing in [small, CommonWords::default()] {
            assert_eq!(shared(&nothing, &[1, 2, 3], &[1, 2, 3]), None);
        }
        assert_eq!(UNKNOWN.shared_with(&UNKNOWN), None);
    }

    #[test]
    fn the_beginning_of_a_long_text_is_sampled() {
        let mut sample = texts(256);
        for family in [300, 301] {
            let mut words = vec![1; MOST_WORDS - 1];
            words.extend([77, 78]);
            sample.push((family, words));
        }
        assert_eq!(known(&CommonWords::learn(sample)), [1, 2, 77]);
    }

    #[test]
    fn the_share_is_that_of_the_document_that_shares_more() {
        let common = common(&[1, 2]);
        // Four and two rare words, of which one is shared. Words count once.
        let (left, right) = ([1, 2, 10, 11, 12, 13, 13], [10, 10, 20, 2]);
        let share = Some((1.0 + 0.5) / (2.0 + 1.0));
        assert_eq!(shared(&common, &left, &right), share);
        assert_eq!(shared(&common, &right, &left), share);
        assert_eq!(shared(&common, &[1, 2], &[1]), Some(NEUTRAL_SHARE));
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
        let (left, right) = ([1, 2, 3, 4].map(letter), [5, 2, 3, 6].map(letter));
        assert_eq!(shared(&common(&[9]), &left, &right), Some(1.5 / 4.0));
    }

    proptest! {
        #[test]
        fn the_share_is_that_of_sets(
            left in prop::collection::vec(0u32..60, 0..90),
            right in prop::collection::vec(0u32..60, 0..90),
            words in prop::collection::btree_set(0u32..60, 0..50),
        ) {
            let rare = |text: &[u32]| -> BTreeSet<u32> {
                text.iter().copied().filter(|word| !words.contains(word)).collect()
            };
            let (a, b) = (rare(&left), rare(&right));
            let share = |of: &BTreeSet<u32>| {
                (a.intersection(&b).count() as f64 + 0.5) / (of.len() as f64 + 1.0)
            };
            let common = common(&words.iter().copied().collect::<Vec<u32>>());
            let found = shared(&common, &left, &right).unwrap();
            prop_assert!((found - share(&a).max(share(&b))).abs() < 1e-12);
        }
    }

    #[test]
    fn bytes_give_the_same_words_and_others_are_refused() {
        for words in [common(&[3, 700]), CommonWords::default()] {
            assert_eq!(CommonWords::from_bytes(&words.to_bytes()), Some(words));
        }
        let bytes = common(&[3]).to_bytes();
        assert_eq!(bytes.len(), CommonWords::BYTES);
        let longer = [&bytes[..], &[0; 8]].concat();
        for wrong in [&bytes[1..], &bytes[8..], &longer, &[0; 3]] {
            assert_eq!(CommonWords::from_bytes(wrong), None);
        }
    }
}
