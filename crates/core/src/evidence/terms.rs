//! The terms of the evidence: what a decision reads of an aligned pair.

use super::document_view::DocumentView;
use super::headlines::Headlines;
use super::numbers;
use crate::align::{Alignment, Block};
use crate::model::Passage;

/// Least length of a document without its house text, unless the whole document is shorter.
const MIN_LENGTH: f64 = 16.0;
/// Numbers that are taken to agree beside those of the passages, so that one or two replaced numbers do not
/// decide.
const PRIOR_NUMBERS: u32 = 12;

/// Days between the dates of two documents, if one of them is unknown: neither one day nor far apart.
const UNKNOWN_DAYS: f64 = 0.5;

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
    /// ln(1 + days between the dates) × (1 - share). Half a day if one date is unknown. A story that is published again weeks later
    /// is nearly the same; what else recurs after weeks is not.
    pub days: f64,
    /// The share again, as far as numbers are replaced: times the share of replaced numbers among those of the aligned
    /// passages. 0 to 1.
    pub numbers: f64,
    /// The share again, as far as the headlines agree: times the share of the words of the shorter headline that the other
    /// one has too. Without headlines, of the first words. 0 to 1.
    pub headline: f64,
    /// The share again, if the two documents fill in one text with different subjects: if words in which their headlines
    /// differ replace each other in the text. Otherwise 0.
    pub subject: f64,
    /// Share of the distinct rare words of a document that the other one has too: of the document with the larger share (see
    /// [`CommonWords`](super::common_words::CommonWords)). 0 to 1. `None` if it is not known which words are rare.
    pub rare_words: Option<f64>,
}

impl Terms {
    /// The terms of two documents. Time linear in the headlines and in the words, but O(n log n) in the rare words.
    #[must_use]
    pub fn new(left: DocumentView, right: DocumentView, alignment: &Alignment) -> Self {
        Self::of_alignment(left, right, alignment)
            .with_rare_words(left.rare_words.shared_with(right.rare_words))
            .with_headlines(Headlines::of(left, right, alignment))
    }

    /// The terms with that of the rare words.
    #[must_use]
    pub fn with_rare_words(self, rare_words: Option<f64>) -> Self {
        Self { rare_words, ..self }
    }

    /// The terms with those that headlines give.
    #[must_use]
    pub fn with_headlines(self, headlines: Headlines) -> Self {
        let subject = if headlines.replace_each_other {
            self.share
        } else {
            0.0
        };
        Self {
            headline: self.share * headlines.common,
            subject,
            ..self
        }
    }

    /// The terms that the alignment gives. Those of headlines and rare words are left at their defaults. Time linear in the
    /// aligned words.
    #[must_use]
    pub fn of_alignment(left: DocumentView, right: DocumentView, alignment: &Alignment) -> Self {
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
            // The sum of no numbers is -0.
            (blocks.iter().map(counted).sum::<f64>() + 0.0) / length
        };
        let share = share_of(left, |b| b.left).max(share_of(right, |b| b.right));
        let days = match (left.day, right.day) {
            (Some(a), Some(b)) => f64::from(a.abs_diff(b)),
            _ => UNKNOWN_DAYS,
        };
        let aligned = alignment.aligned().max(1);
        let elsewhere = aligned.saturating_sub(alignment.longest_run());
        let (agreeing, replaced) = numbers::agreement(left.words, right.words, alignment);
        Self {
            share,
            spread: share * f64::from(elsewhere) / f64::from(aligned),
            days: days.ln_1p() * (1.0 - share),
            numbers: share * f64::from(replaced) / f64::from(agreeing + replaced + PRIOR_NUMBERS),
            ..Self::default()
        }
    }

    /// True if so many numbers are replaced that both documents fill in one form.
    #[must_use]
    pub fn is_form(&self) -> bool {
        self.numbers > FORM * self.share
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::{Aligner, Buffers};

    fn terms(left: &[u32], right: &[u32]) -> Terms {
        let alignment = Aligner::new(left, 5, &mut Buffers::default()).align(right);
        Terms::new(
            DocumentView::new(left),
            DocumentView::new(right),
            &alignment,
        )
    }

    #[test]
    fn an_unknown_date_is_between_one_day_and_the_next() {
        let days = |left: Option<i32>, right: Option<i32>| {
            let (a, b): (Vec<u32>, Vec<u32>) = ((0..100).collect(), (50..150).collect());
            let alignment = Aligner::new(&a, 5, &mut Buffers::default()).align(&b);
            let view = |words, day| DocumentView {
                day,
                ..DocumentView::new(words)
            };
            Terms::new(view(&a, left), view(&b, right), &alignment).days
        };
        let unknown = days(None, Some(7));
        assert_eq!(unknown, days(None, None));
        assert!(days(Some(7), Some(7)) < unknown && unknown < days(Some(7), Some(8)));
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
