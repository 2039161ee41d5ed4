//! Candidates to matches: each pair aligned without its boilerplate, grouped by the left document, so
//! that its index is built once.

use super::Progress;
use crate::candidates::Pair;
use crate::cluster::Verifier;
use crate::corpus::Corpus;
use crate::model::{DocumentIndex, Match, Passage};
use crate::text;
use crate::verify::align::Aligner;
use crate::verify::boilerplate::{Boilerplate, blanked};
use crate::verify::probe::Probe;
use crate::verify::relation::{Limits, Side, judge};
use rayon::prelude::*;
use std::borrow::Cow;

/// Right documents aligned with one left one by one thread.
const GROUP: usize = 64;
/// Fingerprints of a document that is compared without a look at them first, at most.
const FEW: u32 = 4;
/// Ids that stand for boilerplate, one for each side: equal to no other word, but by a chance of one
/// in 2^30.
pub(super) const BLANK_LEFT: u32 = 0x3fff_fffe;
pub(super) const BLANK_RIGHT: u32 = 0x3fff_ffff;

/// Everything verification needs.
pub(super) struct Verification<'a> {
    pub(super) corpus: &'a Corpus,
    pub(super) boilerplate: &'a Boilerplate,
    pub(super) shingle: u32,
    pub(super) limits: Limits,
}

impl Verification<'_> {
    /// The matches among `pairs`, which are sorted, in their order.
    pub(super) fn all(&self, pairs: &[Pair], progress: &dyn Progress) -> Vec<Match> {
        let groups: Vec<&[Pair]> = pairs
            .chunk_by(|a, b| a.lower() == b.lower())
            .flat_map(|group| group.chunks(GROUP))
            .collect();
        groups
            .into_par_iter()
            .flat_map_iter(|group| {
                let rights: Vec<DocumentIndex> = group.iter().map(|p| p.higher()).collect();
                let found = group.first().map(|p| self.verify(p.lower(), &rights));
                progress.advance(group.len() as u64, 0);
                found.into_iter().flatten().flatten()
            })
            .collect()
    }

    /// Words of a document that are no boilerplate.
    pub(super) fn counted(&self, document: DocumentIndex) -> u32 {
        let blank: u32 = self.passages(document).iter().map(|p| p.len()).sum();
        self.corpus.word_count(document).saturating_sub(blank)
    }

    /// False where the shared fingerprints show that the pair is no match. Short documents have too few
    /// to show anything.
    fn promises(&self, probe: &Probe, left: DocumentIndex, right: DocumentIndex) -> bool {
        let few = |d| self.corpus.fingerprint_count(d) <= FEW;
        if few(left) || few(right) {
            return true;
        }
        let shorter = self.counted(left).min(self.counted(right));
        let copy = self.limits.least_containment() * f64::from(shorter);
        let words = self.corpus.words(right);
        probe.promises(
            &words,
            self.fingerprints(right),
            copy,
            self.limits.min_passage,
        )
    }

    /// A document's fingerprints that do not begin in its boilerplate.
    fn fingerprints(&self, document: DocumentIndex) -> impl Iterator<Item = (u32, u64)> + '_ {
        let mut passages = self.passages(document).iter().peekable();
        let fingerprints = self.corpus.placed_fingerprints(document);
        fingerprints.filter(move |&(at, _)| {
            while passages.next_if(|p| p.end <= at).is_some() {}
            passages.peek().is_none_or(|p| at < p.begin)
        })
    }

    fn passages(&self, document: DocumentIndex) -> &[Passage] {
        let passages = &self.boilerplate.passages;
        passages.get(&document).map_or(&[], Vec::as_slice)
    }

    fn headline(&self, document: DocumentIndex) -> Vec<u32> {
        let mut words = Vec::new();
        if let Some(title) = &self.corpus.record(document).title {
            text::scan(title, &mut words, &mut Vec::new());
        }
        words
    }

    fn side<'w>(&self, document: DocumentIndex, words: &'w [u32], headline: &'w [u32]) -> Side<'w> {
        Side {
            document,
            words,
            counted: self.counted(document),
            headline,
        }
    }

    /// The words of a document, its boilerplate replaced by `blank`.
    pub(super) fn words(&self, document: DocumentIndex, blank: u32) -> Cow<'_, [u32]> {
        let words = self.corpus.words(document);
        match self.passages(document) {
            [] => words,
            passages => Cow::Owned(blanked(&words, passages, blank)),
        }
    }
}

impl Verifier for Verification<'_> {
    fn verify(&self, left: DocumentIndex, rights: &[DocumentIndex]) -> Vec<Option<Match>> {
        if rights.is_empty() {
            return Vec::new();
        }
        let own_words = self.corpus.words(left);
        let probe = Probe::new(&own_words, self.fingerprints(left));
        let rights: Vec<Option<DocumentIndex>> = rights
            .par_iter()
            .with_min_len(GROUP)
            .map(|&right| self.promises(&probe, left, right).then_some(right))
            .collect();
        if rights.iter().all(Option::is_none) {
            return vec![None; rights.len()];
        }
        let left_words = self.words(left, BLANK_LEFT);
        let aligner = Aligner::new(&left_words, self.shingle);
        let headline = self.headline(left);
        let of_left = self.side(left, &left_words, &headline);
        rights
            .into_par_iter()
            .with_min_len(GROUP)
            .map_init(Vec::new, |scratch, right| {
                let right = right?;
                let words = self.words(right, BLANK_RIGHT);
                let alignment = aligner.align(&words, scratch);
                if alignment.blocks.is_empty() {
                    return None;
                }
                let headline = self.headline(right);
                let of_right = self.side(right, &words, &headline);
                judge(of_left, of_right, &alignment, self.limits)
            })
            .collect()
    }
}
