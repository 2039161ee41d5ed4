//! The terms of the evidence: what a decision reads of an aligned pair.

use super::numbers;
use crate::model::Passage;
use crate::text::{self, UNSPACED};
use crate::verify::align::{Alignment, Block};
use crate::verify::relation::DocumentView;
use std::collections::HashSet;

/// First words of a document that stand for a headline where one has none. Of unspaced text, twice as many characters.
const LEAD: usize = 40;
/// Least length of a document without its house text, unless the whole document is shorter.
const MIN_LENGTH: f64 = 16.0;
/// Length up to which a headline is read, in bytes. A longer title is not a headline.
const MAX_HEADLINE_BYTES: usize = 1024;
/// Numbers that are taken to agree beside those of the passages, so that one or two replaced numbers do not
/// decide.
const PRIOR_NUMBERS: u32 = 5;

/// Share of replaced numbers beyond which two documents fill in one form.
const FORM: f64 = 1.0 / 3.0;

/// What two documents have in common, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Terms {
    /// Share of the words of a document that align with the other one, equal or misread, each with its weight (see
    /// [`WordWeights`](super::word_weights::WordWeights)), without house text: of the document that has the larger share. 0
    /// to 1.
    pub share: f64,
    /// ln(1 + days between the dates) × (1 - share). 0 if one date is unknown. A story that is published again weeks later
    /// is nearly the same; what else recurs after weeks is not.
    pub days: f64,
    /// The share again, as far as numbers are replaced: times the share of replaced numbers among those of the aligned
    /// passages. 0 to 1.
    pub numbers: f64,
    /// The share again, as far as the headlines agree: times the share of the words of the shorter headline that the other
    /// one has too. Without headlines, of the first words. 0 to 1.
    pub headline: f64,
}

impl Terms {
    /// The terms of two documents. Time linear in the headlines and in the aligned words.
    #[must_use]
    pub fn new(left: DocumentView, right: DocumentView, alignment: &Alignment) -> Self {
        let terms = Self::without_headlines(left, right, alignment);
        Self {
            headline: terms.share * common_headline(left, right),
            ..terms
        }
    }

    /// The terms but for the headlines, which are left at 0. Time linear in the aligned words.
    #[must_use]
    pub fn without_headlines(
        left: DocumentView,
        right: DocumentView,
        alignment: &Alignment,
    ) -> Self {
        let blocks = &alignment.blocks;
        let share_of = |document: DocumentView, side: fn(&Block) -> Passage| {
            let counted = |b: &Block| {
                let aligned = f64::from(b.aligned) / f64::from(side(b).len().max(1));
                document.weights.sum(side(b)) * aligned.min(1.0)
            };
            let whole = Passage {
                begin: 0,
                end: document.len(),
            };
            let least = MIN_LENGTH.min(f64::from(document.len()).max(1.0));
            let length = document.weights.own_words(whole).max(least);
            blocks.iter().map(counted).sum::<f64>() / length
        };
        let share = share_of(left, |b| b.left).max(share_of(right, |b| b.right));
        let days = match (left.day, right.day) {
            (Some(a), Some(b)) => f64::from(a.abs_diff(b)),
            _ => 0.0,
        };
        let (agreeing, replaced) = numbers::agreement(left.words, right.words, alignment);
        Self {
            share,
            days: days.ln_1p() * (1.0 - share),
            numbers: share * f64::from(replaced) / f64::from(agreeing + replaced + PRIOR_NUMBERS),
            headline: 0.0,
        }
    }

    /// True if so many numbers are replaced that both documents fill in one form.
    #[must_use]
    pub fn is_form(&self) -> bool {
        self.numbers > FORM * self.share
    }
}

/// The share of the words of the shorter headline that the other one has too. Without headlines, of the first words. Time
/// linear in the headlines.
pub fn common_headline(left: DocumentView, right: DocumentView) -> f64 {
    let is_headline = |title: &str| !title.is_empty() && title.len() <= MAX_HEADLINE_BYTES;
    if is_headline(left.headline) && is_headline(right.headline) {
        let (a, b) = (text::words(left.headline), text::words(right.headline));
        if !a.ids().is_empty() && !b.ids().is_empty() {
            return common(a.ids(), b.ids());
        }
    }
    let lead = |words: &'_ [u32]| {
        let is_unspaced = words.first().is_some_and(|id| id & UNSPACED != 0);
        LEAD << u32::from(is_unspaced)
    };
    let length = lead(left.words).max(lead(right.words));
    let first = |words: &'_ [u32]| words.len().min(length);
    common(
        &left.words[..first(left.words)],
        &right.words[..first(right.words)],
    )
}

/// Share of the distinct words of the list with fewer of them that are in both.
fn common(a: &[u32], b: &[u32]) -> f64 {
    let (a, b): (HashSet<u32>, HashSet<u32>) =
        (a.iter().copied().collect(), b.iter().copied().collect());
    a.intersection(&b).count() as f64 / a.len().min(b.len()).max(1) as f64
}
