//! The dictionary of a corpus: on how many occasions it carries each recurring passage.
//!
//! A publisher runs a story once or a few times, with updates and corrections. Background, templates, footers and house
//! notices come back day after day. So the *occasions* of a passage are counted for each publisher, and the one that has
//! most of them tells: however many sites carry a story, it does not seem to recur. An occasion is a day on which a family
//! of versions of one text first appeared. Families of one day, or without a date, could be versions of one story or each of its
//! own; n of them count as the geometric mean of both, √n.
//!
//! A word of a passage of up to [`FRESH`] occasions counts in full: a story and its follow-ups, or one that is published
//! again. A word of a passage of more counts 1 / (occasions - 4). From [`HOUSE`] occasions on a passage is house text: it
//! counts neither as shared nor as part of the document. Compare the inverse document frequency (Spärck Jones
//! 1972, "A Statistical Interpretation of Term Specificity") and the burstiness of Church and Gale (1995, "Poisson
//! Mixtures"): what matters is in how many bursts a passage appears, not in how many documents.

use super::common_words::CommonWords;
use super::families::Families;
use super::packed_entries::PackedEntries;
use crate::candidates::Key;
use crate::candidates::key_table::{KeyTable, MAX_NUMBER};
use crate::candidates::postings::{posting_lists, split_between_hashes};
use crate::model::DocumentIndex;
use rayon::prelude::*;

/// Most occasions of a passage whose words count in full.
pub const FRESH: u32 = 5;

/// Occasions from which a passage is house text.
pub const HOUSE: u32 = 24;

/// Occasions from which a fingerprint is too common to tell whether a pair may match. Its words count a tenth or less.
const COMMON: u32 = 14;

/// What a word counts, from 0 to 1, if the corpus carries its passage on this many occasions. 0 for house text.
#[must_use]
pub fn word_weight(occasions: u32) -> f32 {
    if occasions >= HOUSE {
        return 0.0;
    }
    1.0 / (occasions.max(FRESH) - (FRESH - 1)) as f32
}

/// Where and when the documents of a corpus were published.
#[derive(Clone, Copy, Debug)]
pub struct Publications<'a> {
    /// By document: the number of its publisher. Documents beyond it have one publisher, number 0.
    pub publishers: &'a [u32],
    /// By document: the day on which it was published, counted from any day, if it is known.
    pub days: &'a [Option<i32>],
}

/// The recurring passages of a corpus, by the hashes of their fingerprints.
#[derive(Clone, Debug)]
pub struct Dictionary {
    /// The same as `entries`, for many look-ups.
    table: Option<KeyTable>,
    /// Hash and occasions of each passage with more than [`FRESH`] occasions.
    entries: PackedEntries,
    /// The words that many documents have.
    common_words: CommonWords,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self::from_entries([])
    }
}

impl Dictionary {
    /// Learns the dictionary of a corpus. `keys`: its fingerprints, sorted; those of at most [`FRESH`] documents may be
    /// missing.
    ///
    /// Time O(n log n) in the keys of one fingerprint, on all threads.
    #[must_use]
    pub fn learn(keys: &[Key], families: &Families, publications: &Publications) -> Self {
        let first_days = families.first_days(publications.days);
        let parts = [keys];
        let pieces: Vec<&[Key]> =
            split_between_hashes(&parts, rayon::current_num_threads()).collect();
        let entries = pieces.into_par_iter().flat_map_iter(|keys| {
            let frequent = posting_lists(keys).filter(|(_, run)| run.len() > FRESH as usize);
            frequent.map(|(hash, run)| {
                let occasions = occasions(run, families, &first_days, publications.publishers);
                (hash, occasions)
            })
        });
        Self::from_entries(entries.collect::<Vec<_>>())
    }

    /// The dictionary of these hashes and occasions. If a hash is given more than once, its occasions add up: so the entries
    /// of dictionaries of separate corpora make a common one.
    pub fn from_entries(entries: impl IntoIterator<Item = (u64, u32)>) -> Self {
        let mut entries: Vec<(u64, u32)> = entries.into_iter().collect();
        entries.par_sort_unstable();
        entries.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            is_same
        });
        entries.retain(|entry| entry.1 > FRESH);
        Self {
            table: Some(KeyTable::new(entries.len(), entries.iter().copied())),
            entries: PackedEntries::pack(&entries),
            common_words: CommonWords::default(),
        }
    }

    /// Takes the dictionary of this many packed entries from the beginning of `bytes`. It is for few look-ups: to fill a table
    /// for fast ones takes longer than to compare some documents. `None` if the bytes are not the
    /// [packed entries](Self::packed_entries) of a dictionary. Time O(n).
    #[must_use]
    pub fn take_for_few_lookups(bytes: &mut &[u8], count: u64) -> Option<Self> {
        let may_be = |hash, occasions| hash <= Key::MAX_HASH && occasions > FRESH;
        Some(Self {
            table: None,
            entries: PackedEntries::take(bytes, count, may_be)?,
            common_words: CommonWords::default(),
        })
    }

    /// The dictionary for many look-ups.
    #[must_use]
    pub fn for_many_lookups(self) -> Self {
        let table = || KeyTable::new(self.entries.len(), self.entries.iter());
        Self {
            table: Some(self.table.unwrap_or_else(table)),
            ..self
        }
    }

    /// The dictionary with these common words.
    #[must_use]
    pub fn with_common_words(self, common_words: CommonWords) -> Self {
        Self {
            common_words,
            ..self
        }
    }

    /// The words that many documents have. Nothing is known of them unless they were [given](Self::with_common_words).
    #[must_use]
    pub fn common_words(&self) -> &CommonWords {
        &self.common_words
    }

    /// The hash of each recurring fingerprint, as [`Key::hash`] gives it, and its occasions. In order of the hashes.
    pub fn entries(&self) -> impl Iterator<Item = (u64, u32)> {
        self.entries.iter()
    }

    /// The entries, packed.
    #[must_use]
    pub fn packed_entries(&self) -> &PackedEntries {
        &self.entries
    }

    /// The number of recurring fingerprints.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if no passage recurs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// True if a fingerprint is too common to tell whether two documents that share it may match. `hash`: its whole hash.
    #[must_use]
    #[inline]
    pub fn is_common(&self, hash: u64) -> bool {
        self.occasions(hash) >= COMMON
    }

    /// The number of occasions of a fingerprint; [`FRESH`] for all that have no more than that. `hash`: the whole hash of
    /// the fingerprint.
    #[must_use]
    #[inline]
    pub fn occasions(&self, hash: u64) -> u32 {
        let hash = Key::new(hash, DocumentIndex(0)).hash();
        let known = match &self.table {
            Some(table) => table.find(hash),
            None => self.entries.find(hash).map(|found| found.min(MAX_NUMBER)),
        };
        known.unwrap_or(FRESH)
    }
}

/// The occasions of a fingerprint with these holders: of the publisher with most of them.
fn occasions(
    holders: &[Key],
    families: &Families,
    first_days: &[Option<i32>],
    publishers: &[u32],
) -> u32 {
    let holders = holders.iter().map(|key| {
        let document = key.document();
        let publisher = publishers.get(document.index()).copied().unwrap_or(0);
        let day = first_days.get(document.index()).copied().flatten();
        (publisher, day, families.first_of(document))
    });
    // Sorted by publisher, undated ones first, then by day. A family has one day.
    let mut held: Vec<(u32, Option<i32>, DocumentIndex)> = holders.collect();
    held.sort_unstable();
    held.dedup();
    let by_publisher = held.chunk_by(|a, b| a.0 == b.0).map(|own| {
        let undated = own.iter().filter(|(_, day, _)| day.is_none()).count();
        let carriers = Carriers {
            days: own[undated..].chunk_by(|a, b| a.1 == b.1).count() as u64,
            undated: undated as u64,
            families: own.len() as u64,
        };
        carriers.occasions()
    });
    by_publisher.max().unwrap_or(0)
}

/// How many families of one publisher carry a passage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carriers {
    /// Different days on which a family first appeared.
    pub days: u64,
    /// Families of which no document has a date.
    pub undated: u64,
    /// All families.
    pub families: u64,
}

impl Carriers {
    /// The occasions on which the publisher carries the passage. The publisher with most of them tells the occasions of the
    /// passage.
    #[must_use]
    pub fn occasions(self) -> u32 {
        let dated = self.days.saturating_add(root(self.undated));
        u32::try_from(dated.max(root(self.families))).unwrap_or(u32::MAX)
    }
}

/// The square root, rounded up.
fn root(count: u64) -> u64 {
    (count as f64).sqrt().ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Pair;

    const HASH: u64 = 7 << 28;

    /// The occasions of a fingerprint whose holders were published on these days. `links`: pairs of one family.
    fn learnt(days: &[Option<i32>], links: &[Pair]) -> u32 {
        let publications = Publications {
            publishers: &[],
            days,
        };
        learnt_from(links, &publications)
    }

    fn learnt_from(links: &[Pair], publications: &Publications) -> u32 {
        let documents = publications.days.len() as u32;
        let keys: Vec<Key> = (0..documents)
            .map(|d| Key::new(HASH, DocumentIndex(d)))
            .collect();
        let families = Families::linked(documents as usize, links);
        Dictionary::learn(&keys, &families, publications).occasions(HASH)
    }

    #[test]
    fn the_publisher_with_most_occasions_tells() {
        let days: Vec<Option<i32>> = (0..20).map(Some).collect();
        let by_publisher = |publisher: fn(u32) -> u32| {
            let publishers: Vec<u32> = (0..20).map(publisher).collect();
            let publications = Publications {
                publishers: &publishers,
                days: &days,
            };
            learnt_from(&[], &publications)
        };
        assert_eq!(by_publisher(|d| d / 2), FRESH);
        assert_eq!(by_publisher(|d| d.min(10)), 10);
        assert_eq!(by_publisher(|_| 7), 20);
    }

    #[test]
    fn days_are_occasions_and_many_texts_of_one_day_are_too() {
        let twice_daily: Vec<Option<i32>> = (0..70).map(|k| Some(k / 2)).collect();
        assert_eq!(learnt(&twice_daily, &[]), 35);
        let one_day = |documents| learnt(&vec![Some(3); documents], &[]);
        assert_eq!((one_day(25), one_day(26), one_day(64)), (FRESH, 6, 8));
    }

    #[test]
    fn undated_documents_count_as_the_root_of_their_number() {
        assert_eq!(learnt(&[None; 49], &[]), 7);
        assert_eq!(learnt(&[None; 50], &[]), 8);
        let mixed: Vec<Option<i32>> = (0..4).map(|k| Some(7 * k)).chain([None; 4]).collect();
        assert_eq!(learnt(&mixed, &[]), 6);
    }

    #[test]
    fn a_family_counts_once_and_on_its_first_day() {
        let link = |d| Pair::new(DocumentIndex(d), DocumentIndex(d + 1));
        let chain: Vec<Pair> = (0..99).map(link).collect();
        assert_eq!(learnt(&[None; 100], &chain), FRESH);
        let weekly: Vec<Option<i32>> = (0..100).map(|k| Some(7 * k)).collect();
        assert_eq!(learnt(&weekly, &chain), FRESH);
        assert_eq!(learnt(&weekly, &chain[..49]), 51);
    }

    #[test]
    fn counts_make_occasions() {
        let occasions = |days, undated, families| {
            let carriers = Carriers {
                days,
                undated,
                families,
            };
            carriers.occasions()
        };
        assert_eq!(occasions(0, 0, 0), 0);
        assert_eq!([occasions(9, 0, 9), occasions(4, 4, 8)], [9, 6]);
        assert_eq!(occasions(1, 0, 64), 8);
        assert_eq!(occasions(u64::MAX, u64::MAX, u64::MAX), u32::MAX);
    }

    #[test]
    fn words_count_in_full_on_five_occasions_and_less_on_more() {
        let weights = [0, 1, 2, 5, 6, 7, 14, 24].map(word_weight);
        assert_eq!(weights, [1.0, 1.0, 1.0, 1.0, 0.5, 1.0 / 3.0, 0.1, 0.0]);
    }

    #[test]
    fn entries_make_the_same_dictionary_and_add_up() {
        let one = Dictionary::from_entries([(9, 8), (4, 6), (6, 5)]);
        assert!(one.entries().eq([(4, 6), (9, 8)]));
        let (twice, more) = (one.entries(), [(4, 2), (1, 3), (1, 3)]);
        let both = Dictionary::from_entries(twice.chain(more));
        assert!(both.entries().eq([(1, 6), (4, 8), (9, 8)]));
        assert_eq!(both.occasions(9 << 28), 8);
        let common = Dictionary::from_entries([(1, 13), (2, 14)]);
        assert!(!common.is_common(1 << 28) && common.is_common(2 << 28));
        assert_eq!(both.occasions(6 << 28), FRESH);
        assert!(Dictionary::default().is_empty() && !both.is_empty());
    }

    #[test]
    fn a_dictionary_for_few_lookups_finds_what_another_one_finds() {
        let entry = |n: u64| (n * n * 7919 % 100_003, 4 + n as u32);
        let mut entries: Vec<(u64, u32)> = (0..300).map(entry).collect();
        entries.push((100_003, u32::MAX));
        let many = Dictionary::from_entries(entries.clone());
        let take = |packed: &PackedEntries| {
            Dictionary::take_for_few_lookups(&mut packed.bytes(), packed.len() as u64)
        };
        let few = take(many.packed_entries()).unwrap();
        for dictionary in [few.clone().for_many_lookups(), few] {
            assert!(dictionary.entries().eq(many.entries()));
            for hash in 0..100_010u64 {
                assert_eq!(dictionary.occasions(hash << 28), many.occasions(hash << 28));
            }
        }
        let empty = take(&PackedEntries::default()).unwrap();
        assert_eq!(empty.occasions(7 << 28), FRESH);
        // A passage that does not recur, and the hash of no key.
        for wrong in [(7, FRESH), (1 << 36, 9)] {
            assert!(take(&PackedEntries::pack(&[wrong])).is_none());
        }
    }
}
