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
const PRIOR_NUMBERS: u32 = 12;

/// Share of replaced numbers beyond which two documents fill in one form.
const FORM: f64 = 0.2;

/// What two documents have in common, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Terms {
    /// Share of the words of a document that align with the other one, equal or misread, each with its weight (see
    /// [`WordWeights`](super::word_weights::WordWeights)), without house text: of the document that has the larger share. 0
    /// to 1.
    pub share: f64,
    /// The share again, as far as it stands elsewhere than in the longest verbatim run: times the share of the aligned
    /// words that are not in this run. A version of a story agrees in many places; a quotation or a notice is one passage. 0
    /// to 1.
    pub spread: f64,
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
        let aligned = alignment.aligned().max(1);
        let elsewhere = aligned.saturating_sub(alignment.longest_run);
        let (agreeing, replaced) = numbers::agreement(left.words, right.words, alignment);
        Self {
            share,
            spread: share * f64::from(elsewhere) / f64::from(aligned),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::align::{Aligner, Buffers};

    fn terms(left: &[u32], right: &[u32]) -> Terms {
        let alignment = Aligner::new(left, 5, &mut Buffers::default()).align(right);
        Terms::new(
            DocumentView::new(left),
            DocumentView::new(right),
            &alignment,
        )
    }

    #[test]
    fn spread_is_the_share_outside_the_longest_run() {
        let story: Vec<u32> = (0..100).collect();
        let passage: Vec<u32> = (900..1000).chain(20..70).collect();
        let found = terms(&story, &passage);
        assert_eq!((found.share, found.spread), (0.5, 0.0));
        // Three passages of 30, 10 and 10 words.
        let version: Vec<u32> = (0..30)
            .chain(900..950)
            .chain(40..50)
            .chain(950..999)
            .chain(70..80)
            .collect();
        let found = terms(&story, &version);
        assert!((found.share - 0.5).abs() < 1e-9);
        assert!((found.spread - 0.5 * 20.0 / 50.0).abs() < 1e-9);
    }

    #[test]
    fn documents_that_share_nothing_have_no_spread() {
        let found = terms(&[1, 2, 3, 4, 5, 6], &[11, 12, 13, 14, 15, 16]);
        assert_eq!((found.share, found.spread), (0.0, 0.0));
    }
}
