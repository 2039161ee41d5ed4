//! Sketches to candidates: both levels, document and passage, give keys; keys give pairs.

use super::exact::ExactGroups;
use crate::corpus::Corpus;
use dedupe_core::candidates::Key;
use dedupe_core::candidates::partitioned_sort::shared_keys;
use dedupe_core::candidates::postings::{Candidate, PIVOTS, candidate_pairs};
use dedupe_core::model::DocumentIndex;
use dedupe_core::model::Pair;
use dedupe_core::verify::boilerplate::{self, AGREEMENT};
use rayon::prelude::*;
use std::convert::Infallible;

/// The share of memory that the keys of one round may take, as its denominator.
const KEYS: u64 = 8;
/// Fingerprints that a pair must share, and what a document of hardly more has.
const SHARED: u32 = 2;
const FEW: u32 = 3;
/// Leaders of a crowded bucket: one is enough, since a family meets in many buckets.
const BUCKET_LEADERS: usize = 1;

/// What the sketches propose.
pub(super) struct Proposal {
    /// The keys of fingerprints that many documents hold, sorted.
    pub(super) frequent: Vec<Key>,
    /// Pairs that share as many fingerprints as a candidate needs, or half of those of the smaller
    /// document, sorted.
    pub(super) shared: Vec<Candidate>,
    /// Candidates, sorted.
    pub(super) pairs: Vec<Pair>,
    /// By document: its fingerprints.
    pub(super) counts: Vec<u32>,
}

impl Proposal {
    /// Turns the hashes of `corpus` into keys, and the keys into pairs; the buckets are freed.
    /// Collapsed documents have no keys. `memory`: bytes that the run may take.
    pub(super) fn new(corpus: &mut Corpus, groups: &ExactGroups, memory: Option<u64>) -> Self {
        let room = memory.map_or(usize::MAX, |memory| {
            usize::try_from(memory / KEYS).unwrap_or(usize::MAX) / size_of::<Key>()
        });
        let batches = corpus.batch_count();
        let Ok(buckets) = shared_keys(room, batches, |batch, visit| {
            corpus.visit_buckets(batch, |d, hashes| {
                if groups.stands(d) {
                    visit(d, hashes)
                }
            });
            Ok::<(), Infallible>(())
        });
        corpus.drop_buckets();
        let in_buckets = candidate_pairs(&buckets, BUCKET_LEADERS, room, |_| true);
        drop(buckets);
        let counts: Vec<u32> = corpus
            .par_indices()
            .map(|d| corpus.fingerprint_count(d))
            .collect();
        let Ok(keys) = shared_keys(room, batches, |batch, visit| {
            corpus.visit_fingerprints(batch, |d, hashes| {
                if groups.stands(d) {
                    visit(d, hashes)
                }
            });
            Ok::<(), Infallible>(())
        });
        let in_passages = candidate_pairs(&keys, PIVOTS, room, |s| {
            s.count >= needed(&counts, s.pair) || agrees(&counts, s)
        });
        let frequent = boilerplate::frequent(&keys);
        drop(keys);
        let strong = strong(&counts, &in_passages);
        let by_passage = in_passages
            .par_iter()
            .filter(|s| s.count >= needed(&counts, s.pair))
            .map(|s| s.pair);
        let by_document = in_buckets
            .par_iter()
            .map(|s| s.pair)
            .filter(|p| !(strong[p.lower().index()] && strong[p.higher().index()]));
        let mut pairs: Vec<Pair> = by_passage.chain(by_document).collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        Self {
            frequent,
            shared: in_passages,
            pairs,
            counts,
        }
    }
}

/// True where boilerplate learning needs to know of a pair.
fn agrees(counts: &[u32], shared: &Candidate) -> bool {
    let count = |d: DocumentIndex| counts[d.index()];
    let least = count(shared.pair.lower()).min(count(shared.pair.higher()));
    f64::from(shared.count) >= AGREEMENT * f64::from(least)
}

/// By document: whether it shares half of its fingerprints with another one. Two such need no bucket to
/// meet: what they share as documents they share as passages.
fn strong(counts: &[u32], shared: &[Candidate]) -> Vec<bool> {
    let mut strong = vec![false; counts.len()];
    for s in shared {
        for document in [s.pair.lower(), s.pair.higher()] {
            strong[document.index()] |= 2 * s.count >= counts[document.index()];
        }
    }
    strong
}

/// Fingerprints that a pair must share to be a candidate: one is chance in long documents, and all
/// there is in short ones. `counts`: the fingerprints of each document.
pub(super) fn needed(counts: &[u32], pair: Pair) -> u32 {
    let count = |d: DocumentIndex| counts[d.index()];
    if count(pair.lower()).min(count(pair.higher())) <= FEW {
        1
    } else {
        SHARED
    }
}
