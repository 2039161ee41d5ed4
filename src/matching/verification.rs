//! Verification: candidate pairs to matches. Pairs are grouped by the
//! left document, whose index is built once for the group.

use super::Learnt;
use super::dates::Dates;
use crate::corpus::{Corpus, SpillError};
use crate::progress::Progress;
use crate::settings::Rules;
use dedupe_core::cluster::Verifier;
use dedupe_core::evidence::dictionary::Dictionary;
use dedupe_core::evidence::word_weights::WordWeights;
use dedupe_core::model::Pair;
use dedupe_core::model::{DocumentIndex, Match};
use dedupe_core::verify::align::{Aligner, Buffers};
use dedupe_core::verify::prefilter::{FingerprintPositions, Prefilter};
use dedupe_core::verify::relation::{DocumentView, Thresholds, classify, exact_match};
use rayon::prelude::*;

/// Largest number of right documents in a group. A thread verifies one group at a time.
const GROUP_SIZE: usize = 64;
/// Groups that are verified before their matches are added to the list. Until then each match is in memory twice.
const GROUPS_AT_ONCE: usize = 1 << 14;
/// Documents with at most this many fingerprints skip the prefilter: they have too few to rule anything out.
const TOO_FEW_TO_FILTER: u32 = 4;
/// Occasions from which a fingerprint is too common to tell whether a pair may match. Its words count a tenth or less.
const COMMON: u32 = 14;

/// Verifies pairs of a corpus.
pub(crate) struct Verification<'a> {
    pub(crate) corpus: &'a Corpus,
    dictionary: &'a Dictionary,
    pub(crate) dates: &'a Dates,
    pub(crate) shingle: u32,
    pub(crate) thresholds: Thresholds,
}

impl<'a> Verification<'a> {
    pub(crate) fn new(corpus: &'a Corpus, learnt: &'a Learnt, rules: &Rules) -> Self {
        let Learnt {
            dictionary, dates, ..
        } = learnt;
        Self {
            corpus,
            dictionary,
            dates,
            shingle: rules.shingle,
            thresholds: rules.thresholds(),
        }
    }

    /// The matches among `pairs`, in the same order. `pairs` must be sorted.
    pub(crate) fn matches(
        &self,
        pairs: &[Pair],
        progress: &dyn Progress,
    ) -> Result<Vec<Match>, SpillError> {
        let groups = groups(pairs, |pair| pair.lower());
        let mut matches = Vec::new();
        for groups in groups.chunks(GROUPS_AT_ONCE) {
            let found = groups
                .par_iter()
                .map_init(VerifyBuffers::default, |buffers, group| {
                    let rights = group.iter().map(|pair| pair.higher());
                    let found = match group.first() {
                        Some(first) => self.verify_group(first.lower(), rights, buffers)?,
                        None => vec![],
                    };
                    progress.advance(group.len() as u64, 0);
                    Ok(found.into_iter().flatten().collect::<Vec<Match>>())
                });
            let found: Vec<Vec<Match>> = found.collect::<Result<_, SpillError>>()?;
            matches.extend(found.into_iter().flatten());
        }
        Ok(matches)
    }

    /// False if the dates of the pair, or its shared fingerprints, rule out that it matches.
    fn may_match(
        &self,
        prefilter: &Prefilter,
        left: DocumentIndex,
        right: DocumentIndex,
    ) -> Result<bool, SpillError> {
        if !self.dates.allow(left, right) {
            return Ok(false);
        }
        if self.has_same_words(left, right) {
            return Ok(true);
        }
        let has_few = |d| self.corpus.fingerprint_count(d) <= TOO_FEW_TO_FILTER;
        if has_few(left) || has_few(right) {
            return Ok(true);
        }
        let shorter = self
            .corpus
            .word_count(left)
            .min(self.corpus.word_count(right));
        let copied_words = self.thresholds.least_share() * f64::from(shorter);
        let words = self.corpus.words(right)?;
        Ok(prefilter.may_match(
            &words,
            self.fingerprints(right)?,
            copied_words,
            self.thresholds.min_passage,
        ))
    }

    fn has_same_words(&self, left: DocumentIndex, right: DocumentIndex) -> bool {
        self.corpus.digest(left) == self.corpus.digest(right)
    }

    /// The fingerprints of a document that are not too common.
    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, SpillError> {
        let fingerprints = self.corpus.fingerprints(document)?;
        Ok(fingerprints.filter(|&(_, hash)| self.dictionary.occasions(hash) < COMMON))
    }

    /// Sets `weights` to those of a document.
    pub(crate) fn weigh(
        &self,
        document: DocumentIndex,
        weights: &mut WordWeights,
    ) -> Result<(), SpillError> {
        let fingerprints = self.corpus.fingerprints(document)?;
        weights.set(self.dictionary, self.shingle, fingerprints);
        Ok(())
    }

    pub(crate) fn view<'w>(
        &'w self,
        document: DocumentIndex,
        words: &'w [u32],
        weights: &'w WordWeights,
    ) -> DocumentView<'w> {
        DocumentView {
            words,
            weights,
            headline: self.corpus.title(document).unwrap_or_default(),
            day: self.dates.day(document),
        }
    }

    /// The match of `left` with each of `rights`, if there is one.
    fn verify_group(
        &self,
        left: DocumentIndex,
        rights: impl Iterator<Item = DocumentIndex> + Clone,
        buffers: &mut VerifyBuffers,
    ) -> Result<Vec<Option<Match>>, SpillError> {
        let left_words = self.corpus.words(left)?;
        let prefilter = Prefilter::new(
            &left_words,
            self.fingerprints(left)?,
            &mut buffers.fingerprints,
        );
        buffers.may_match.clear();
        for right in rights.clone() {
            let may_match = self.may_match(&prefilter, left, right)?;
            buffers.may_match.push(may_match);
        }
        if !buffers.may_match.contains(&true) {
            return Ok(buffers.may_match.iter().map(|_| None).collect());
        }
        let mut aligner = Aligner::new(&left_words, self.shingle, &mut buffers.alignment);
        self.weigh(left, &mut buffers.left_weights)?;
        let mut verify = |right: DocumentIndex| {
            if self.has_same_words(left, right) {
                let words = self.corpus.word_count(left);
                return Ok(Some(exact_match(left, right, words)));
            }
            let right_words = self.corpus.words(right)?;
            let alignment = aligner.align(&right_words);
            let lengths = [left, right].map(|document| self.corpus.word_count(document));
            if !self.thresholds.may_match(&alignment, lengths) {
                return Ok(None);
            }
            self.weigh(right, &mut buffers.right_weights)?;
            let views = (
                self.view(left, &left_words, &buffers.left_weights),
                self.view(right, &right_words, &buffers.right_weights),
            );
            let found = classify(views.0, views.1, &alignment, self.thresholds);
            Ok(found.map(|found| Match {
                left,
                right,
                ..found
            }))
        };
        let pairs = rights.zip(&buffers.may_match);
        pairs
            .map(|(right, may_match)| if *may_match { verify(right) } else { Ok(None) })
            .collect()
    }
}

/// Groups consecutive pairs of the same left document, at most [`GROUP_SIZE`] each.
fn groups<P>(pairs: &[P], left: impl Fn(&P) -> DocumentIndex) -> Vec<&[P]> {
    let same_left = pairs.chunk_by(|a, b| left(a) == left(b));
    same_left
        .flat_map(|pairs| pairs.chunks(GROUP_SIZE))
        .collect()
}

/// The buffers of one thread, reused for each group.
#[derive(Default)]
struct VerifyBuffers {
    fingerprints: FingerprintPositions,
    may_match: Vec<bool>,
    left_weights: WordWeights,
    right_weights: WordWeights,
    alignment: Buffers,
}

impl Verifier for Verification<'_> {
    type Error = SpillError;

    fn verify(
        &self,
        pairs: &[(DocumentIndex, DocumentIndex)],
    ) -> Result<Vec<Option<Match>>, SpillError> {
        let groups = groups(pairs, |pair| pair.0);
        let found = (groups.par_iter()).map_init(VerifyBuffers::default, |buffers, group| {
            let rights = group.iter().map(|pair| pair.1);
            match group.first() {
                Some(first) => self.verify_group(first.0, rights, buffers),
                None => Ok(vec![]),
            }
        });
        let found: Vec<Vec<Option<Match>>> = found.collect::<Result<_, SpillError>>()?;
        Ok(found.into_iter().flatten().collect())
    }
}
