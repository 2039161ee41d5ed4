//! Candidate pairs. LSH buckets propose documents that are similar as a whole, fingerprints propose documents that
//! share a passage. Both give sorted keys, and keys give pairs.

use super::dates::Dates;
use super::exact::ExactGroups;
use crate::corpus::{Corpus, SpillError};
use crate::job::Job;
use dedupe_core::candidates::Key;
use dedupe_core::candidates::near_dates::pairs_of_near_dates;
use dedupe_core::candidates::partitioned_sort::shared_keys;
use dedupe_core::candidates::postings::{Candidate, PIVOTS, candidate_pairs};
use dedupe_core::candidates::requirements;
use dedupe_core::candidates::requirements::{BUCKET_PIVOTS, is_partner};
use dedupe_core::evidence::boilerplate;
use dedupe_core::model::DocumentIndex;
use dedupe_core::model::Pair;
use rayon::prelude::*;

/// The keys of one sort may take this fraction of the memory budget: one eighth.
const KEY_SHARE: u64 = 8;

/// The result of candidate search.
#[derive(Default)]
pub(crate) struct Candidates {
    /// The keys of fingerprints that several documents have, sorted. The dictionary is learnt from them.
    pub(crate) frequent_keys: Vec<Key>,
    /// The pairs that share enough fingerprints for a candidate pair, with their number, sorted.
    pub(crate) sharing_pairs: Vec<Candidate>,
    /// Candidate pairs, sorted and distinct.
    pub(crate) pairs: Vec<Pair>,
    /// By document: its number of fingerprints.
    pub(crate) fingerprint_counts: Vec<u32>,
}

impl Candidates {
    /// Proposes pairs of documents that are not collapsed. Frees the buckets of the corpus. The progress counts each
    /// document as often as its hashes are read.
    pub(crate) fn new(
        corpus: &mut Corpus,
        exact: &ExactGroups,
        dates: &Dates,
        job: &Job<'_>,
    ) -> Result<Self, SpillError> {
        let max_keys = job.resources.memory.map_or(usize::MAX, |memory| {
            usize::try_from(memory / KEY_SHARE).unwrap_or(usize::MAX) / size_of::<Key>()
        });
        let batches = corpus.batch_count();
        let buckets = shared_keys(max_keys, batches, |batch, visit| {
            let mut count = 0;
            corpus.visit_buckets(batch, |document, hashes| {
                if !exact.is_collapsed(document) {
                    visit(document, hashes);
                }
                count += 1;
            })?;
            job.progress.advance(count, 0);
            Ok(())
        })?;
        corpus.drop_buckets();
        let by_bucket = candidate_pairs(&buckets, BUCKET_PIVOTS, max_keys, |_| true);
        drop(buckets);
        let counts: Vec<u32> = corpus
            .par_indices()
            .map(|document| corpus.fingerprint_count(document))
            .collect();
        let keys = shared_keys(max_keys, batches, |batch, visit| {
            let mut count = 0;
            corpus.visit_fingerprints(batch, |document, hashes| {
                if !exact.is_collapsed(document) {
                    visit(document, hashes);
                }
                count += 1;
            })?;
            job.progress.advance(count, 0);
            Ok(())
        })?;
        let sharing_pairs = candidate_pairs(&keys, PIVOTS, max_keys, |candidate| {
            candidate.count >= required_fingerprints(&counts, candidate.pair)
        });
        let mut others: Vec<Pair> = exact.links().to_vec();
        if let Some(within) = dates.within() {
            let near = pairs_of_near_dates(&keys, |document| dates.day(document), within);
            let enough = |c: &Candidate| c.count >= required_fingerprints(&counts, c.pair);
            others.extend(near.into_iter().filter(enough).map(|c| c.pair));
        }
        let frequent_keys = boilerplate::frequent(&keys);
        drop(keys);
        Ok(Self {
            pairs: candidate_union(&counts, &sharing_pairs, &by_bucket, others),
            frequent_keys,
            sharing_pairs,
            fingerprint_counts: counts,
        })
    }
}

/// The candidate pairs by fingerprints, those by buckets that fingerprints may have missed, and `others`.
fn candidate_union(
    counts: &[u32],
    sharing: &[Candidate],
    by_bucket: &[Candidate],
    others: Vec<Pair>,
) -> Vec<Pair> {
    let has_partner = documents_with_a_partner(counts, sharing);
    let by_fingerprint = sharing.par_iter().map(|c| c.pair);
    let by_bucket = by_bucket
        .par_iter()
        .map(|c| c.pair)
        .filter(|p| !(has_partner[p.lower().index()] && has_partner[p.higher().index()]));
    let proposed = by_fingerprint.chain(by_bucket).chain(others);
    let mut pairs: Vec<Pair> = proposed.collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// By document: whether it shares half of its fingerprints with another document. Two such documents need no common
/// bucket: if they are similar as a whole, they share fingerprints too.
fn documents_with_a_partner(counts: &[u32], sharing: &[Candidate]) -> Vec<bool> {
    let mut has_partner = vec![false; counts.len()];
    for candidate in sharing {
        for document in [candidate.pair.lower(), candidate.pair.higher()] {
            has_partner[document.index()] |= is_partner(candidate.count, counts[document.index()]);
        }
    }
    has_partner
}

/// The number of fingerprints that a pair must share to be a candidate. `counts`: fingerprints by document.
pub(crate) fn required_fingerprints(counts: &[u32], pair: Pair) -> u32 {
    let count = |document: DocumentIndex| counts[document.index()];
    requirements::required_fingerprints(count(pair.lower()), count(pair.higher()))
}
