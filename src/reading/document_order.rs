//! The order of documents: by date of publication, then by id, those without a date last.
//!
//! Candidate search and verification depend on the order: the first documents of a frequent hash are its pivots, and the
//! lower document of a pair is aligned first. So the order is one of the documents themselves. The same documents give
//! the same matches, however they are spread over files.

use crate::corpus::Corpus;
use dedupe_core::model::DocumentIndex;
use jiff::Timestamp;
use rayon::prelude::*;
use std::cmp::Ordering;

const NANOSECONDS: i128 = 1_000_000_000;

/// When a document was published. Documents with a date come before undated ones, the earliest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) Option<Timestamp>);

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |moment: &Self| (moment.0.is_none(), moment.0);
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Moment {
    /// Bytes in the order of moments.
    pub(crate) fn to_bytes(self) -> [u8; 13] {
        let mut bytes = [0; 13];
        match self.0 {
            Some(published) => {
                // From the second below, so that the fraction is not negative. Signed numbers are ordered as unsigned ones
                // if their sign bit is inverted.
                let nanoseconds = published.as_nanosecond();
                let second = nanoseconds.div_euclid(NANOSECONDS) as i64;
                let fraction = nanoseconds.rem_euclid(NANOSECONDS) as u32;
                bytes[1..9].copy_from_slice(&(second as u64 ^ 1 << 63).to_be_bytes());
                bytes[9..].copy_from_slice(&fraction.to_be_bytes());
            }
            None => bytes[0] = 1,
        }
        bytes
    }

    /// The moment of these bytes, which [`Moment::to_bytes`] gave. `None` for other bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&is_missing, rest) = bytes.split_first()?;
        let (second, fraction) = rest.split_first_chunk()?;
        let second = (u64::from_be_bytes(*second) ^ 1 << 63) as i64;
        let fraction = u32::from_be_bytes(fraction.try_into().ok()?);
        match is_missing {
            0 => {
                let nanoseconds = i128::from(second) * NANOSECONDS + i128::from(fraction);
                Some(Self(Some(Timestamp::from_nanosecond(nanoseconds).ok()?)))
            }
            1 => Some(Self(None)),
            _ => None,
        }
    }
}

/// Numbers the documents of a corpus in their order. Their ids are unique. Time `O(n log n)` in the documents.
pub(super) fn renumber(corpus: &mut Corpus) {
    let key = |document| (Moment(corpus.published(document)), corpus.id(document));
    let mut keyed: Vec<_> = corpus.par_indices().map(|d| (key(d), d)).collect();
    keyed.par_sort_unstable();
    let order: Vec<DocumentIndex> = keyed.into_iter().map(|(_, document)| document).collect();
    corpus.renumber(&order);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Batch, DocumentRecord, Spill};

    /// A batch of documents with these ids, seconds of publication and single words.
    fn batch(documents: &[(&str, Option<i64>, u32)]) -> Batch {
        let mut batch = Batch::default();
        for &(id, published, word) in documents {
            batch.words.push(word);
            batch.fingerprints.push(u64::from(word));
            batch.steps.push(0);
            batch.push(&DocumentRecord {
                id,
                published: published.map(|s| Timestamp::from_second(s).unwrap()),
                ..DocumentRecord::default()
            });
        }
        batch
    }

    #[test]
    fn documents_without_a_date_come_last() {
        assert!(Moment(Some(Timestamp::MAX)) < Moment(None));
    }

    #[test]
    fn documents_are_numbered_by_date_and_id_and_keep_their_columns() {
        let batches = vec![
            batch(&[("d", None, 1), ("c", Some(9), 2)]),
            batch(&[("a", None, 3), ("b", Some(9), 4), ("e", Some(5), 5)]),
        ];
        let mut corpus = Corpus::new(batches, Spill::new(None));
        renumber(&mut corpus);
        let ids: Vec<&str> = corpus.indices().map(|d| corpus.id(d)).collect();
        assert_eq!(ids, ["e", "b", "c", "a", "d"]);
        let read: Vec<&str> = (corpus.in_reading_order().iter())
            .map(|&d| corpus.id(d))
            .collect();
        assert_eq!(read, ["d", "c", "a", "b", "e"]);
        let mut visited = vec![];
        for batch in 0..corpus.batch_count() {
            let visit = |document, hashes: &[u64]| visited.push((corpus.id(document), hashes[0]));
            corpus.visit_fingerprints(batch, visit).unwrap();
        }
        assert_eq!(visited, [("d", 1), ("c", 2), ("a", 3), ("b", 4), ("e", 5)]);
        let words: Vec<u32> = corpus
            .indices()
            .map(|d| corpus.words(d).unwrap()[0])
            .collect();
        assert_eq!(words, [5, 4, 2, 3, 1]);
    }
}
