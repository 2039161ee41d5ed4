//! Sketches to candidates: both levels, document and passage, give keys; keys give pairs.

use super::exact::ExactGroups;
use crate::candidates::postings::{LEADERS, Shared, shared};
use crate::candidates::{Key, Pair};
use crate::corpus::Corpus;
use crate::model::DocumentIndex;
use rayon::prelude::*;

/// Fingerprints that a pair must share, and what a document of hardly more has.
const SHARED: u32 = 2;
const FEW: usize = 3;
/// Leaders of a crowded bucket: one is enough, since a family meets in many buckets.
const BUCKET_LEADERS: usize = 1;

/// What the sketches propose.
pub(super) struct Proposal {
    /// Fingerprint keys, sorted.
    pub(super) keys: Vec<Key>,
    /// Pairs that share a fingerprint, sorted.
    pub(super) shared: Vec<Shared>,
    /// Candidates, sorted.
    pub(super) pairs: Vec<Pair>,
}

impl Proposal {
    /// Turns the hashes of `corpus` into keys, which frees them, and the keys into pairs. Collapsed
    /// documents have no keys.
    pub(super) fn new(corpus: &mut Corpus, groups: &ExactGroups) -> Self {
        let keys = sorted(corpus, groups, Corpus::fingerprints);
        let buckets = sorted(corpus, groups, Corpus::buckets);
        corpus.drop_hashes();
        let shared_fingerprints = shared(&keys, LEADERS);
        let by_passage = shared_fingerprints
            .iter()
            .filter(|s| s.count >= needed(corpus, s.pair))
            .map(|s| s.pair);
        let strong = strong(corpus, &shared_fingerprints);
        let by_document = shared(&buckets, BUCKET_LEADERS)
            .into_iter()
            .map(|s| s.pair)
            .filter(|p| !(strong[p.lower().at()] && strong[p.higher().at()]));
        let mut pairs: Vec<Pair> = by_passage.chain(by_document).collect();
        pairs.par_sort_unstable();
        pairs.dedup();
        Self {
            keys,
            shared: shared_fingerprints,
            pairs,
        }
    }
}

fn sorted(
    corpus: &Corpus,
    groups: &ExactGroups,
    hashes: impl Fn(&Corpus, DocumentIndex) -> &[u64],
) -> Vec<Key> {
    let mut keys: Vec<Key> = corpus
        .indices()
        .filter(|&d| groups.stands(d))
        .flat_map(|d| hashes(corpus, d).iter().map(move |&hash| Key::new(hash, d)))
        .collect();
    keys.par_sort_unstable();
    keys.dedup();
    keys
}

/// By document: whether it shares half of its fingerprints with another one. Two such need no bucket to
/// meet: what they share as documents they share as passages.
fn strong(corpus: &Corpus, shared: &[Shared]) -> Vec<bool> {
    let mut strong = vec![false; corpus.len()];
    for s in shared {
        for document in [s.pair.lower(), s.pair.higher()] {
            let half = 2 * s.count as usize >= corpus.record(document).fingerprints.len();
            strong[document.at()] |= half;
        }
    }
    strong
}

/// Fingerprints that a pair must share to be a candidate: one is chance in long documents, and all
/// there is in short ones.
pub(super) fn needed(corpus: &Corpus, pair: Pair) -> u32 {
    let count = |d| corpus.record(d).fingerprints.len();
    if count(pair.lower()).min(count(pair.higher())) <= FEW {
        1
    } else {
        SHARED
    }
}
