//! Whether a frequent fingerprint is of a notice: what its holders have in common.

use super::frequent::Class;
use super::{DocumentSource, LEAST_HOLDERS, majority};
use crate::candidates::Key;
use crate::candidates::postings::{Candidate, FREQUENT, PIVOTS};
use crate::model::DocumentIndex;
use crate::model::Pair;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::HashSet;

/// Share of the holders that must be of the one source.
pub const SOURCE_SHARE: f64 = 0.8;
/// Share of fingerprints from which two documents agree as a whole.
pub const AGREEMENT: f64 = 0.5;
/// Share of fingerprints from which the smaller of two documents is hardly more than what they share.
const ALONE: f64 = 0.8;
/// Share of fingerprints from which it is nothing but what they share.
const WHOLE: f64 = 0.95;
/// Words that make a document's head.
const HEAD: usize = 12;
/// Holders looked at, at most.
const SAMPLE: usize = 12;
/// Holders looked at for a document that is hardly more than the passage.
const SMALLEST: usize = 16;
/// Words from which a document that is nothing but the passage is a story, not a bare notice.
const STORY: u32 = 100;
/// How far two documents agree as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    /// They share [`AGREEMENT`] of the smaller one's fingerprints.
    Agree,
    /// They share [`ALONE`] of them.
    Alone,
    /// They share [`WHOLE`] of them.
    Whole,
}

/// The pairs that agree; few of those that share anything.
pub(super) struct Agreements(FxHashMap<Pair, Agreement>);

impl Agreements {
    pub(super) fn new(shared: &[Candidate], documents: &impl DocumentSource) -> Self {
        let agreement = |s: &Candidate| {
            let count = |d| documents.fingerprint_count(d);
            let least = count(s.pair.lower()).min(count(s.pair.higher())).max(1);
            let share = f64::from(s.count) / f64::from(least);
            let agreement = if share >= WHOLE {
                Agreement::Whole
            } else if share >= ALONE {
                Agreement::Alone
            } else {
                Agreement::Agree
            };
            (share >= AGREEMENT).then_some((s.pair, agreement))
        };
        let agreeing: Vec<_> = shared.par_iter().filter_map(agreement).collect();
        Self(agreeing.into_iter().collect())
    }
}

/// Where a passage stands nearly alone, as a document of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// In a document of another source than the one that carries it everywhere.
    Elsewhere,
    /// In a document of that source.
    Here,
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

    /// What the fingerprint is part of.
    pub(super) fn class(&self) -> Result<Class, D::Error> {
        Ok(if self.are_under_a_notice()? {
            Class::BoilerplatePassage
        } else {
            Class::Story
        })
    }

    fn are_under_a_notice(&self) -> Result<bool, D::Error> {
        let Some(source) = self.one_source() else {
            return Ok(false);
        };
        if self.rests_differ() {
            return Ok(self.standing_alone(source) == Standing::Nowhere);
        }
        Ok(!self.documents.is_dominant(source)
            && self.heads_differ()?
            && self.standing_alone(source) != Standing::Elsewhere)
    }

    fn document(&self, at: usize) -> DocumentIndex {
        self.run[at].document()
    }

    /// Places of holders, evenly spaced.
    fn sample(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        let size = SAMPLE.min(self.run.len());
        (0..size).map(move |k| k * self.run.len() / size)
    }

    /// The source that nearly all holders are of.
    fn one_source(&self) -> Option<u32> {
        let sources = self.run.iter().map(|k| self.documents.source(k.document()));
        let most = majority(sources.clone())?;
        let of_it = sources.filter(|source| *source == most).count();
        let enough = of_it as f64 >= SOURCE_SHARE * self.run.len() as f64;
        (enough && of_it >= LEAST_HOLDERS).then_some(most)
    }

    /// Holders whose shared fingerprints with `at` are counted: all, or the pivots.
    fn partners(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let few = self.run.len() <= FREQUENT;
        let sampled = self.sample().filter(move |_| few);
        let pivots = (0..PIVOTS.min(self.run.len())).filter(move |_| !few);
        sampled.chain(pivots).filter(move |&p| p != at)
    }

    /// True where most holders agree with few of the others. One that is hardly more than the passage
    /// agrees with all, so that a single partner says nothing.
    fn rests_differ(&self) -> bool {
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

    /// Whether a holder is hardly more than what it shares with others: then that is a story, which
    /// the others reprint. Bare notices are taken for documents now and then: as one counts what is
    /// short, of the publisher itself, and rare beside the documents that carry it.
    fn standing_alone(&self, source: u32) -> Standing {
        let (mut own, mut is_story) = (0, false);
        for at in self.smallest() {
            let pivot = usize::from(at == 0);
            let agreement = self.agreement(pivot, at);
            if agreement < Some(Agreement::Alone) {
                continue;
            }
            let document = self.document(at);
            if self.documents.source(document) != source {
                return Standing::Elsewhere;
            }
            let is_long = self.documents.word_count(document) >= STORY;
            is_story |= is_long && agreement == Some(Agreement::Whole);
            own += 1;
        }
        if is_story || (own > 0 && self.run.len() <= 30 * own) {
            Standing::Here
        } else {
            Standing::Nowhere
        }
    }

    /// Places of the [`SMALLEST`] holders, ties by place.
    fn smallest(&self) -> Vec<usize> {
        let size = |at| self.documents.fingerprint_count(self.document(at));
        let mut by_size: Vec<(u32, usize)> = (0..self.run.len()).map(|at| (size(at), at)).collect();
        if by_size.len() > SMALLEST {
            by_size.select_nth_unstable(SMALLEST);
        }
        by_size
            .into_iter()
            .take(SMALLEST)
            .map(|(_, at)| at)
            .collect()
    }

    fn heads_differ(&self) -> Result<bool, D::Error> {
        let head = |at: usize| -> Result<HashSet<u32>, D::Error> {
            let words = self.documents.words(self.document(at))?;
            Ok(words.iter().take(HEAD).copied().collect())
        };
        let heads: Vec<HashSet<u32>> = self.sample().map(head).collect::<Result<_, _>>()?;
        let (mut alike, mut all) = (0, 0);
        for (k, a) in heads.iter().enumerate() {
            for b in &heads[..k] {
                all += 1;
                alike += usize::from(2 * a.intersection(b).count() > a.len().min(b.len()));
            }
        }
        Ok(alike * 5 <= all)
    }
}
