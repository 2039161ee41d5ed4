//! Decides whether a frequent fingerprint is boilerplate, by what its holders have in common.

use super::frequent::Class;
use super::{DocumentSource, MIN_HOLDERS, majority};
use crate::candidates::Key;
use crate::candidates::postings::{Candidate, FREQUENT, PIVOTS};
use crate::model::DocumentIndex;
use crate::model::Pair;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::HashSet;

/// Least share of holders from one source.
pub const SOURCE_SHARE: f64 = 0.8;
/// Share of the smaller document's fingerprints from which two documents agree as a whole.
pub const AGREEMENT: f64 = 0.5;
/// Share from which the smaller document has little besides what both share.
const MOSTLY_SHARED: f64 = 0.8;
/// Share from which the smaller document has nothing besides what both share.
const WHOLLY_SHARED: f64 = 0.95;
/// First words of a document that are compared.
const FIRST_WORDS: usize = 12;
/// Largest number of holders that are examined.
const MAX_SAMPLE: usize = 12;
/// Number of smallest holders that are searched for a document with little besides the passage.
const SMALLEST_SAMPLE: usize = 16;
/// Length in words from which a document with nothing besides the passage is a story. A shorter one is boilerplate.
const MIN_STORY: u32 = 100;

/// How much of the smaller of two documents both share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    /// At least [`AGREEMENT`].
    Half,
    /// At least [`MOSTLY_SHARED`].
    Most,
    /// At least [`WHOLLY_SHARED`].
    All,
}

/// The pairs that agree. Few pairs that share a fingerprint do.
pub(super) struct Agreements(FxHashMap<Pair, Agreement>);

impl Agreements {
    pub(super) fn new(shared: &[Candidate], documents: &impl DocumentSource) -> Self {
        let agreement = |s: &Candidate| {
            let count = |d| documents.fingerprint_count(d);
            let least = count(s.pair.lower()).min(count(s.pair.higher())).max(1);
            let share = f64::from(s.count) / f64::from(least);
            let agreement = if share >= WHOLLY_SHARED {
                Agreement::All
            } else if share >= MOSTLY_SHARED {
                Agreement::Most
            } else {
                Agreement::Half
            };
            (share >= AGREEMENT).then_some((s.pair, agreement))
        };
        let agreeing: Vec<_> = shared.par_iter().filter_map(agreement).collect();
        Self(agreeing.into_iter().collect())
    }
}

/// Where a passage is nearly all of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standalone {
    /// In a source other than the one whose documents hold the passage.
    OtherSource,
    /// In the same source.
    SameSource,
    Nowhere,
}

/// The documents that hold one fingerprint.
pub(super) struct Holders<'a, D> {
    run: &'a [Key],
    agreements: &'a Agreements,
    documents: &'a D,
}

impl<'a, D: DocumentSource> Holders<'a, D> {
    pub(super) fn new(run: &'a [Key], agreements: &'a Agreements, documents: &'a D) -> Self {
        Self {
            run,
            agreements,
            documents,
        }
    }

    /// The class of the fingerprint.
    pub(super) fn class(&self) -> Result<Class, D::Error> {
        Ok(if self.is_boilerplate()? {
            Class::Boilerplate
        } else {
            Class::Story
        })
    }

    fn is_boilerplate(&self) -> Result<bool, D::Error> {
        let Some(source) = self.one_source() else {
            return Ok(false);
        };
        if self.remainders_differ() {
            return Ok(self.standalone(source) == Standalone::Nowhere);
        }
        Ok(!self.documents.is_dominant(source)
            && self.first_words_differ()?
            && self.standalone(source) != Standalone::OtherSource)
    }

    fn document(&self, at: usize) -> DocumentIndex {
        self.run[at].document()
    }

    /// Positions of some holders, evenly spaced.
    fn sample(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        let size = MAX_SAMPLE.min(self.run.len());
        (0..size).map(move |k| k * self.run.len() / size)
    }

    /// The source of nearly all holders.
    fn one_source(&self) -> Option<u32> {
        let sources = self.run.iter().map(|k| self.documents.source(k.document()));
        let most = majority(sources.clone())?;
        let of_it = sources.filter(|source| *source == most).count();
        let enough = of_it as f64 >= SOURCE_SHARE * self.run.len() as f64;
        (enough && of_it >= MIN_HOLDERS).then_some(most)
    }

    /// Positions of holders whose agreement with `at` is known: a sample, or the pivots of a frequent hash.
    fn partners(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let few = self.run.len() <= FREQUENT;
        let sampled = self.sample().filter(move |_| few);
        let pivots = (0..PIVOTS.min(self.run.len())).filter(move |_| !few);
        sampled.chain(pivots).filter(move |&p| p != at)
    }

    /// True if most holders agree with few of the others. A holder that is hardly more than the passage agrees with all
    /// others, so a single partner means nothing.
    fn remainders_differ(&self) -> bool {
        let agrees = |&at: &usize| {
            let (mut agree, mut all) = (0, 0);
            for partner in self.partners(at) {
                all += 1;
                agree += usize::from(self.agreement(partner, at).is_some());
            }
            3 * agree > all
        };
        let agreeing = self.sample().filter(agrees).count();
        agreeing * 5 <= self.sample().count()
    }

    fn agreement(&self, a: usize, b: usize) -> Option<Agreement> {
        let pair = Pair::new(self.document(a), self.document(b));
        self.agreements.0.get(&pair).copied()
    }

    /// Looks for holders with little besides the passage. Such a passage is a story that the others reprint.
    /// Exception: a document with boilerplate alone is short, from the same publisher, and rare among the holders.
    fn standalone(&self, source: u32) -> Standalone {
        let (mut own, mut is_story) = (0, false);
        for at in self.smallest() {
            let pivot = usize::from(at == 0);
            let agreement = self.agreement(pivot, at);
            if agreement < Some(Agreement::Most) {
                continue;
            }
            let document = self.document(at);
            if self.documents.source(document) != source {
                return Standalone::OtherSource;
            }
            let is_long = self.documents.word_count(document) >= MIN_STORY;
            is_story |= is_long && agreement == Some(Agreement::All);
            own += 1;
        }
        if is_story || (own > 0 && self.run.len() <= 30 * own) {
            Standalone::SameSource
        } else {
            Standalone::Nowhere
        }
    }

    /// Positions of the [`SMALLEST_SAMPLE`] smallest holders; of equals, the first ones.
    fn smallest(&self) -> Vec<usize> {
        let size = |at| self.documents.fingerprint_count(self.document(at));
        let mut by_size: Vec<(u32, usize)> = (0..self.run.len()).map(|at| (size(at), at)).collect();
        if by_size.len() > SMALLEST_SAMPLE {
            by_size.select_nth_unstable(SMALLEST_SAMPLE);
        }
        by_size
            .into_iter()
            .take(SMALLEST_SAMPLE)
            .map(|(_, at)| at)
            .collect()
    }

    fn first_words_differ(&self) -> Result<bool, D::Error> {
        let opening = |at: usize| -> Result<HashSet<u32>, D::Error> {
            let words = self.documents.words(self.document(at))?;
            Ok(words.iter().take(FIRST_WORDS).copied().collect())
        };
        let openings: Vec<HashSet<u32>> = self.sample().map(opening).collect::<Result<_, _>>()?;
        let (mut alike, mut all) = (0, 0);
        for (k, a) in openings.iter().enumerate() {
            for b in &openings[..k] {
                all += 1;
                alike += usize::from(2 * a.intersection(b).count() > a.len().min(b.len()));
            }
        }
        Ok(alike * 5 <= all)
    }
}
