//! Pairs of a frequent hash among documents of near dates.
//!
//! A frequent hash pairs its documents only with a few pivots. If only documents of near dates may match, most documents
//! are too far from the pivots. Each document is then also paired with the documents before it in time.

use super::Key;
use super::postings::{Candidate, FREQUENT, PIVOTS, posting_lists, split_between_hashes};
use crate::model::{DocumentIndex, Pair};
use rayon::prelude::*;

/// Pairs of documents that share frequent hashes and whose days are at most `within` apart, sorted, each with the number
/// of hashes that propose it. Each hash pairs a document with the last [`PIVOTS`] ones before it. `day`: the day of a
/// document; those without one get no pairs here.
///
/// `keys`: as for [`candidate_pairs`](super::postings::candidate_pairs). Holds [`PIVOTS`] pairs for each key of a
/// frequent hash, 8 bytes each. Time `O(k log k)` in these keys.
#[must_use]
pub fn pairs_of_near_dates<K: AsRef<[Key]> + Sync>(
    keys: &[K],
    day: impl Fn(DocumentIndex) -> Option<i32> + Sync,
    within: u32,
) -> Vec<Candidate> {
    let threads = rayon::current_num_threads();
    let pieces: Vec<&[Key]> = split_between_hashes(keys, threads).collect();
    let pairs_of = |keys: &[Key]| {
        let (mut pairs, mut dated) = (vec![], vec![]);
        for (_, list) in posting_lists(keys).filter(|(_, list)| list.len() > FREQUENT) {
            dated.clear();
            let documents = list.iter().map(|key| key.document());
            dated.extend(documents.filter_map(|d| Some((day(d)?, d))));
            dated.sort_unstable();
            for (at, &(later, document)) in dated.iter().enumerate() {
                let before = dated[at.saturating_sub(PIVOTS)..at].iter();
                let near = before.filter(|(earlier, _)| later.abs_diff(*earlier) <= within);
                pairs.extend(near.map(|&(_, other)| Pair::new(other, document)));
            }
        }
        pairs
    };
    let mut pairs: Vec<Pair> = pieces
        .par_iter()
        .flat_map_iter(|keys| pairs_of(keys))
        .collect();
    pairs.par_sort_unstable();
    let counted = pairs.chunk_by(|a, b| a == b).filter_map(|run| {
        let count = run.len() as u32;
        Some(Candidate {
            pair: *run.first()?,
            count,
        })
    });
    counted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pairs that a hash of `documents` proposes if document `n` is published on day `n / 2`.
    fn pairs(documents: u32, within: u32) -> Vec<(u32, u32)> {
        let hash = |h: u64| h << 40;
        let keys: Vec<Key> = [1, 2]
            .into_iter()
            .flat_map(|h| (0..documents).map(move |d| Key::new(hash(h), DocumentIndex(d))))
            .collect();
        let day = |d: DocumentIndex| (d.0 != 5).then_some(d.0 as i32 / 2);
        let found = pairs_of_near_dates(&[keys], day, within);
        assert!(found.iter().all(|candidate| candidate.count == 2));
        let ends = |c: &Candidate| (c.pair.lower().0, c.pair.higher().0);
        found.iter().map(ends).collect()
    }

    #[test]
    fn documents_of_a_frequent_hash_are_paired_with_those_before_them_in_time() {
        assert!(pairs(FREQUENT as u32, 0).is_empty());
        let found = pairs(FREQUENT as u32 + 1, 0);
        assert!(found.contains(&(0, 1)) && !found.contains(&(1, 2)));
        let found = pairs(FREQUENT as u32 + 1, 1);
        assert!(found.contains(&(20, 23)) && !found.contains(&(19, 23)));
        assert!(!found.iter().any(|&(a, b)| a == 5 || b == 5));
    }

    #[test]
    fn a_document_has_at_most_as_many_pairs_as_a_hash_has_pivots() {
        let found = pairs(60, 100);
        let of_last = found.iter().filter(|pair| pair.1 == 59).count();
        assert_eq!(of_last, PIVOTS);
    }
}
