//! Candidates to matches: each pair aligned without its boilerplate, grouped by the left document, so
//! that its index is built once.

use super::{Progress, Settings};
use crate::corpus::Corpus;
use dedupe_core::cluster::Verifier;
use dedupe_core::model::Pair;
use dedupe_core::model::{DocumentIndex, Match, Passage};
use dedupe_core::verify::align::{Aligner, Buffers};
use dedupe_core::verify::boilerplate::{Boilerplate, blank_out};
use dedupe_core::verify::prefilter::{FingerprintPositions, Prefilter};
use dedupe_core::verify::relation::{DocumentView, Thresholds, classify};
use rayon::prelude::*;
use std::borrow::Cow;
use std::convert::Infallible;

/// Right documents aligned with one left one by one thread.
const GROUP: usize = 64;
/// Groups whose matches are put with the others at a time, since each match is held twice till then.
const PART: usize = 1 << 14;
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
    pub(super) thresholds: Thresholds,
    /// Words of each document that are no boilerplate.
    pub(super) effective_lengths: Vec<u32>,
}

impl<'a> Verification<'a> {
    pub(super) fn new(
        corpus: &'a Corpus,
        boilerplate: &'a Boilerplate,
        settings: &Settings,
    ) -> Self {
        let blank = |document| {
            let passages = boilerplate.passages.of(document).iter();
            passages.map(|p| p.len()).sum()
        };
        let effective_lengths = corpus.par_indices().map(|document| {
            let words = corpus.word_count(document);
            words.saturating_sub(blank(document))
        });
        Self {
            corpus,
            boilerplate,
            shingle: settings.shingle,
            thresholds: settings.thresholds(),
            effective_lengths: effective_lengths.collect(),
        }
    }

    /// The matches among `pairs`, which are sorted, in their order.
    pub(super) fn all(&self, pairs: &[Pair], progress: &dyn Progress) -> Vec<Match> {
        let groups = groups(pairs, |pair| pair.lower());
        let mut matches = Vec::new();
        for part in groups.chunks(PART) {
            let found = part.par_iter().map_init(Bench::default, |bench, group| {
                let left = group.first().map(|pair| pair.lower());
                let rights = group.iter().map(|pair| pair.higher());
                let found = left.map(|left| self.group(left, rights, bench));
                progress.advance(group.len() as u64, 0);
                found.into_iter().flatten().flatten()
            });
            matches.par_extend(found.flatten_iter());
        }
        matches
    }

    /// Words of a document that are no boilerplate.
    pub(super) fn effective_length(&self, document: DocumentIndex) -> u32 {
        self.effective_lengths[document.index()]
    }

    /// False where the shared fingerprints show that the pair is no match. Short documents have too few
    /// to show anything.
    fn may_match(&self, probe: &Prefilter, left: DocumentIndex, right: DocumentIndex) -> bool {
        let few = |d| self.corpus.fingerprint_count(d) <= FEW;
        if few(left) || few(right) {
            return true;
        }
        let shorter = self
            .effective_length(left)
            .min(self.effective_length(right));
        let copy = self.thresholds.least_containment() * f64::from(shorter);
        let words = self.corpus.words(right);
        probe.may_match(
            &words,
            self.fingerprints(right),
            copy,
            self.thresholds.min_passage,
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
        self.boilerplate.passages.of(document)
    }

    pub(super) fn side<'w>(
        &'w self,
        document: DocumentIndex,
        words: &'w [u32],
    ) -> DocumentView<'w> {
        DocumentView {
            words,
            effective_length: self.effective_length(document),
            headline: self.corpus.title(document).unwrap_or_default(),
        }
    }

    /// The words of a document, its boilerplate replaced by `blank`; those are put into `buffer`.
    pub(super) fn words<'b>(
        &'b self,
        document: DocumentIndex,
        blank: u32,
        buffer: &'b mut Vec<u32>,
    ) -> Cow<'b, [u32]> {
        let words = self.corpus.words(document);
        match self.passages(document) {
            [] => words,
            passages => {
                blank_out(&words, passages, blank, buffer);
                Cow::Borrowed(buffer)
            }
        }
    }

    /// The matches of `left` with each of `rights`.
    fn group(
        &self,
        left: DocumentIndex,
        rights: impl Iterator<Item = DocumentIndex> + Clone,
        bench: &mut Bench,
    ) -> Vec<Option<Match>> {
        let own_words = self.corpus.words(left);
        let probe = Prefilter::new(&own_words, self.fingerprints(left), &mut bench.places);
        let promises = rights
            .clone()
            .map(|right| self.may_match(&probe, left, right));
        bench.promises.clear();
        bench.promises.extend(promises);
        if !bench.promises.contains(&true) {
            return bench.promises.iter().map(|_| None).collect();
        }
        let left_words = self.words(left, BLANK_LEFT, &mut bench.left);
        let mut aligner = Aligner::new(&left_words, self.shingle, &mut bench.buffers);
        let pairs = rights.zip(&bench.promises);
        pairs
            .map(|(right, promises)| {
                if !promises {
                    return None;
                }
                let words = self.words(right, BLANK_RIGHT, &mut bench.right);
                let alignment = aligner.align(&words);
                let effective_lengths =
                    [left, right].map(|document| self.effective_length(document));
                if !self.thresholds.may_match(&alignment, effective_lengths) {
                    return None;
                }
                let sides = (self.side(left, &left_words), self.side(right, &words));
                let found = classify(sides.0, sides.1, &alignment, self.thresholds)?;
                Some(Match {
                    left,
                    right,
                    ..found
                })
            })
            .collect()
    }
}

/// The pairs of each left document, which stand together, [`GROUP`] at most.
fn groups<P>(pairs: &[P], left: impl Fn(&P) -> DocumentIndex) -> Vec<&[P]> {
    let of_one = pairs.chunk_by(|a, b| left(a) == left(b));
    of_one.flat_map(|pairs| pairs.chunks(GROUP)).collect()
}

/// Where one thread verifies group after group: buffers grow once.
#[derive(Default)]
struct Bench {
    places: FingerprintPositions,
    promises: Vec<bool>,
    left: Vec<u32>,
    right: Vec<u32>,
    buffers: Buffers,
}

impl Verifier for Verification<'_> {
    type Error = Infallible;

    fn verify(
        &self,
        pairs: &[(DocumentIndex, DocumentIndex)],
    ) -> Result<Vec<Option<Match>>, Infallible> {
        let groups = groups(pairs, |pair| pair.0);
        let found = groups.par_iter().map_init(Bench::default, |bench, group| {
            let left = group.first().map(|pair| pair.0);
            let rights = group.iter().map(|pair| pair.1);
            left.map(|left| self.group(left, rights, bench))
        });
        Ok(found.flatten_iter().flatten_iter().collect())
    }
}
