//! Verification: candidate pairs to matches. Each pair is aligned without its boilerplate. Pairs are grouped by the
//! left document, whose index is built once for the group.

use crate::corpus::{Corpus, SpillError};
use crate::progress::Progress;
use crate::settings::Rules;
use dedupe_core::cluster::Verifier;
use dedupe_core::model::Pair;
use dedupe_core::model::{DocumentIndex, Match, Passage};
use dedupe_core::verify::align::{Aligner, Buffers};
use dedupe_core::verify::boilerplate::{Boilerplate, blank_out};
use dedupe_core::verify::prefilter::{FingerprintPositions, Prefilter};
use dedupe_core::verify::relation::{DocumentView, Thresholds, classify};
use rayon::prelude::*;
use std::borrow::Cow;

/// Largest number of right documents in a group. A thread verifies one group at a time.
const GROUP_SIZE: usize = 64;
/// Groups that are verified before their matches are added to the list. Until then each match is in memory twice.
const GROUPS_AT_ONCE: usize = 1 << 14;
/// Documents with at most this many fingerprints skip the prefilter: they have too few to rule anything out.
const TOO_FEW_TO_FILTER: u32 = 4;
/// Word ids that replace boilerplate on either side. They differ from each other, and from the id of a real word
/// except by a chance of 1 in 2^30.
pub(crate) const BLANK_LEFT: u32 = 0x3fff_fffe;
pub(crate) const BLANK_RIGHT: u32 = 0x3fff_ffff;

/// Verifies pairs of a corpus.
pub(crate) struct Verification<'a> {
    pub(crate) corpus: &'a Corpus,
    pub(crate) boilerplate: &'a Boilerplate,
    pub(crate) shingle: u32,
    pub(crate) thresholds: Thresholds,
    /// By document: its words without boilerplate.
    pub(crate) effective_lengths: Vec<u32>,
}

impl<'a> Verification<'a> {
    pub(crate) fn new(corpus: &'a Corpus, boilerplate: &'a Boilerplate, rules: &Rules) -> Self {
        let blank_words = |document| {
            let passages = boilerplate.passages.of(document).iter();
            passages.map(|p| p.len()).sum()
        };
        let effective_lengths = corpus.par_indices().map(|document| {
            let words = corpus.word_count(document);
            words.saturating_sub(blank_words(document))
        });
        Self {
            corpus,
            boilerplate,
            shingle: rules.shingle,
            thresholds: rules.thresholds(),
            effective_lengths: effective_lengths.collect(),
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

    /// The words of a document without boilerplate.
    pub(crate) fn effective_length(&self, document: DocumentIndex) -> u32 {
        self.effective_lengths[document.index()]
    }

    /// False if the shared fingerprints rule out that the pair matches.
    fn may_match(
        &self,
        prefilter: &Prefilter,
        left: DocumentIndex,
        right: DocumentIndex,
    ) -> Result<bool, SpillError> {
        let has_few = |d| self.corpus.fingerprint_count(d) <= TOO_FEW_TO_FILTER;
        if has_few(left) || has_few(right) {
            return Ok(true);
        }
        let shorter = (self.effective_length(left)).min(self.effective_length(right));
        let copied_words = self.thresholds.least_containment() * f64::from(shorter);
        let words = self.corpus.words(right)?;
        Ok(prefilter.may_match(
            &words,
            self.fingerprints(right)?,
            copied_words,
            self.thresholds.min_passage,
        ))
    }

    /// The fingerprints of a document that do not begin in boilerplate.
    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, SpillError> {
        let mut passages = self.passages(document).iter().peekable();
        let fingerprints = self.corpus.fingerprints(document)?;
        Ok(fingerprints.filter(move |&(at, _)| {
            while passages.next_if(|p| p.end <= at).is_some() {}
            passages.peek().is_none_or(|p| at < p.begin)
        }))
    }

    fn passages(&self, document: DocumentIndex) -> &[Passage] {
        self.boilerplate.passages.of(document)
    }

    pub(crate) fn view<'w>(
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

    /// The words of a document, its boilerplate replaced by `blank`. Uses `buffer` if there is any.
    pub(crate) fn words<'b>(
        &'b self,
        document: DocumentIndex,
        blank: u32,
        buffer: &'b mut Vec<u32>,
    ) -> Result<Cow<'b, [u32]>, SpillError> {
        let words = self.corpus.words(document)?;
        Ok(match self.passages(document) {
            [] => words,
            passages => {
                blank_out(&words, passages, blank, buffer);
                Cow::Borrowed(buffer)
            }
        })
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
        let left_words = self.words(left, BLANK_LEFT, &mut buffers.left)?;
        let mut aligner = Aligner::new(&left_words, self.shingle, &mut buffers.alignment);
        let mut verify = |right: DocumentIndex| {
            let right_words = self.words(right, BLANK_RIGHT, &mut buffers.right)?;
            let alignment = aligner.align(&right_words);
            let effective_lengths = [left, right].map(|document| self.effective_length(document));
            if !self.thresholds.may_match(&alignment, effective_lengths) {
                return Ok(None);
            }
            let views = (self.view(left, &left_words), self.view(right, &right_words));
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
    left: Vec<u32>,
    right: Vec<u32>,
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
