//! Candidate pairs: documents that may share a passage. Verification decides.
//!
//! Both levels of a sketch, fingerprints and buckets, give [`Key`]s. A key says "this document has this hash".
//! Keys are integers; once they are sorted, the documents that share a hash are neighbours. [`postings`] turns
//! them into pairs, [`partitioned_sort`] sorts them in bounded memory. [`shuffled`] pairs the documents of a part of the hashes,
//! for a corpus that several machines share.

pub mod all_pairs;
pub(crate) mod key_table;
pub mod near_dates;
pub mod partitioned_sort;
pub mod postings;
pub mod requirements;
pub mod shuffled;

use crate::model::DocumentIndex;
use crate::sketch::Sketch;
use postings::{Candidate, PIVOTS, candidate_pairs, drop_singletons};

/// Bits of a key for the document.
const DOCUMENT_BITS: u32 = 28;

/// Indices of documents are below this number.
pub const MAX_DOCUMENTS: u32 = 1 << DOCUMENT_BITS;

/// The top 36 bits of a hash and the index of a document, in 8 bytes. Sorting keys groups the documents of a hash.
///
/// Two different hashes have equal keys with probability 2^-36. Such a collision proposes a pair that verification
/// rejects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(u64);

impl Key {
    /// The largest hash of a key.
    pub const MAX_HASH: u64 = u64::MAX >> DOCUMENT_BITS;

    /// The key of `hash` in `document`. The document must be below [`MAX_DOCUMENTS`]: higher ones change the hash.
    #[must_use]
    pub fn new(hash: u64, document: DocumentIndex) -> Self {
        debug_assert!(document.0 < MAX_DOCUMENTS);
        Self(hash >> DOCUMENT_BITS << DOCUMENT_BITS | u64::from(document.0))
    }

    /// The top 36 bits of the hash.
    #[must_use]
    pub fn hash(self) -> u64 {
        self.0 >> DOCUMENT_BITS
    }

    /// The document.
    #[must_use]
    pub fn document(self) -> DocumentIndex {
        DocumentIndex((self.0 & u64::from(MAX_DOCUMENTS - 1)) as u32)
    }
}

/// The keys of a document: one for each fingerprint and each bucket of its sketch.
///
/// # Panics
///
/// If `document` is not below [`MAX_DOCUMENTS`].
pub fn keys(sketch: &Sketch, document: DocumentIndex) -> impl Iterator<Item = Key> + '_ {
    assert!(
        document.0 < MAX_DOCUMENTS,
        "document {} of at most {MAX_DOCUMENTS}",
        document.0
    );
    let fingerprints = sketch.fingerprints.iter().map(|f| f.hash);
    let hashes = fingerprints.chain(sketch.buckets.iter().copied());
    hashes.map(move |hash| Key::new(hash, document))
}

/// All pairs of documents that share a key, sorted, with the number of keys they share. `keys` may have any order
/// and repetitions. See [`candidate_pairs`] for documents that share a frequent key.
///
/// Time `O(k log k)` for `k` keys and the pairs they propose. All keys are in memory at once; use
/// [`partitioned_sort::shared_keys`] for a corpus that is too large for that.
///
/// ```
/// use dedupe_core::candidates::{keys, propose};
/// use dedupe_core::model::DocumentIndex;
/// use dedupe_core::{sketch::sketch, text::words};
/// let story = "The council voted on Tuesday to postpone the road plan after residents asked for more time";
/// let texts = [story.to_owned(), "Rain is expected in the north".to_owned(), format!("Update: {story}")];
/// let keys = (0..).map(DocumentIndex).zip(&texts).flat_map(|(document, text)| {
///     let sketch = sketch(words(text).ids());
///     keys(&sketch, document).collect::<Vec<_>>()
/// });
/// let pairs = propose(keys.collect());
/// assert_eq!(pairs.len(), 1);
/// assert_eq!((pairs[0].pair.lower().0, pairs[0].pair.higher().0), (0, 2));
/// ```
#[must_use]
pub fn propose(mut keys: Vec<Key>) -> Vec<Candidate> {
    keys.sort_unstable();
    keys.dedup();
    drop_singletons(&mut keys);
    candidate_pairs(&[keys], PIVOTS, usize::MAX, |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::Fingerprint;

    /// 2^28 documents are more than a run can hold in memory, and 36 bits of hash keep collisions rare.
    #[test]
    fn a_key_holds_28_bits_of_document_and_36_bits_of_hash() {
        let hash = 0x1234_5678_9abc_def0;
        let last = DocumentIndex((1 << 28) - 1);
        assert_eq!(MAX_DOCUMENTS, last.0 + 1);
        for document in [DocumentIndex(0), DocumentIndex(1), last] {
            let key = Key::new(hash, document);
            assert_eq!((key.hash(), key.document()), (hash >> 28, document));
        }
        assert!(Key::new(hash, last) < Key::new(hash + (1 << 28), DocumentIndex(0)));
    }

    #[test]
    fn keys_of_a_document_are_those_of_both_levels() {
        let sketch = Sketch {
            fingerprints: vec![
                Fingerprint {
                    word: 3,
                    hash: 1 << 40,
                },
                Fingerprint {
                    word: 9,
                    hash: 2 << 40,
                },
            ],
            buckets: vec![3 << 40],
        };
        let found: Vec<Key> = keys(&sketch, DocumentIndex(7)).collect();
        let expected = [1, 2, 3].map(|hash| Key::new(hash << 40, DocumentIndex(7)));
        assert_eq!(found, expected);
    }

    #[test]
    #[should_panic(expected = "document 268435456 of at most 268435456")]
    fn keys_of_a_document_beyond_the_limit_are_refused() {
        let sketch = Sketch {
            fingerprints: vec![],
            buckets: vec![],
        };
        let _ = keys(&sketch, DocumentIndex(MAX_DOCUMENTS));
    }

    #[test]
    fn unsorted_and_repeated_keys_propose_each_pair_once() {
        let key = |hash: u64, document| Key::new(hash << 40, DocumentIndex(document));
        let found = propose(vec![
            key(2, 4),
            key(1, 9),
            key(1, 4),
            key(1, 9),
            key(2, 9),
            key(3, 1),
        ]);
        let pair = crate::model::Pair::new(DocumentIndex(4), DocumentIndex(9));
        assert_eq!(found, [Candidate { pair, count: 2 }]);
    }
}
