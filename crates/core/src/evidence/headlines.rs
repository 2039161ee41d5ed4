//! What the headlines of two documents tell: how much they agree, and whether their difference is filled into one text.
//!
//! A template is filled in with the names of its subjects: of two devices that get the same update, of two people who
//! answer the same questions. The headlines differ in these names, and the names replace each other in the text. The
//! headlines of two versions of one story differ in other words than their texts.

use super::passages::{widened, within};
use crate::text::{self, UNSPACED};
use crate::verify::align::{Alignment, any_replaced, chars_per_word};
use crate::verify::relation::DocumentView;
use std::collections::HashSet;

/// First words of a document that stand for a headline where one has none. Of unspaced text, twice as many characters.
const LEAD: usize = 40;
/// The share of a headline that the other one has at least if both fill in one form.
const FORM: f64 = 1.0 / 3.0;
/// Length up to which a headline is read, in bytes. A longer title is not a headline.
const MAX_HEADLINE_BYTES: usize = 1024;

/// What the headlines of two documents tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Headlines {
    /// The share of the distinct words of the shorter headline that the other one has too. Without headlines, of the first
    /// words.
    pub common: f64,
    /// True if words of one headline replace words of the other one in the aligned passages.
    pub replace_each_other: bool,
}

impl Headlines {
    /// Headlines that speak most for one story.
    pub(super) const BEST: Self = Self {
        common: 1.0,
        replace_each_other: false,
    };
    /// Headlines that speak most against one story.
    pub(super) const WORST: Self = Self {
        common: 0.0,
        replace_each_other: true,
    };

    /// Reads the headlines of two documents. Time linear in the aligned words, and in the words of a headline times those of
    /// the other document.
    #[must_use]
    pub fn of(left: DocumentView, right: DocumentView, alignment: &Alignment) -> Self {
        match (words_of(left.headline), words_of(right.headline)) {
            (Some(of_left), Some(of_right)) => {
                let sides = [
                    Side::new(left, &of_left, right, &of_right),
                    Side::new(right, &of_right, left, &of_left),
                ];
                let common = common(&of_left, &of_right);
                Self {
                    common,
                    replace_each_other: common >= FORM && replace_each_other(&sides, alignment),
                }
            }
            _ => Self {
                common: common_lead(left.words, right.words),
                replace_each_other: false,
            },
        }
    }
}

/// The distinct words of a headline, if it is one.
fn words_of(headline: &str) -> Option<HashSet<u32>> {
    let is_headline = !headline.is_empty() && headline.len() <= MAX_HEADLINE_BYTES;
    let words = is_headline.then(|| text::words(headline).ids().iter().copied().collect());
    words.filter(|words: &HashSet<u32>| !words.is_empty())
}

/// The share of the distinct first words that two texts have in common.
fn common_lead(left: &[u32], right: &[u32]) -> f64 {
    let lead = |words: &[u32]| {
        let is_unspaced = words.first().is_some_and(|id| id & UNSPACED != 0);
        LEAD << u32::from(is_unspaced)
    };
    let length = lead(left).max(lead(right));
    let first = |words: &[u32]| words.iter().take(length).copied().collect();
    common(&first(left), &first(right))
}

/// Share of the words of the smaller set that are in both.
fn common(a: &HashSet<u32>, b: &HashSet<u32>) -> f64 {
    a.intersection(b).count() as f64 / a.len().min(b.len()).max(1) as f64
}

/// A document, and the words of its headline that the other document has nowhere. Other words replace each other by
/// chance: "the", "for".
struct Side<'a> {
    words: &'a [u32],
    own: Vec<u32>,
}

impl<'a> Side<'a> {
    fn new(
        document: DocumentView<'a>,
        headline: &HashSet<u32>,
        other: DocumentView,
        other_headline: &HashSet<u32>,
    ) -> Self {
        let own = headline.difference(other_headline);
        let own = own.filter(|word| !other.words.contains(word));
        Self {
            words: document.words,
            own: own.copied().collect(),
        }
    }

    /// True if at least half of a piece are such words.
    fn names(&self, piece: &[u32]) -> bool {
        2 * piece.iter().filter(|word| self.own.contains(word)).count() >= piece.len()
    }
}

/// True if a piece of one document stands in the place of a piece of the other one, and both are from what tells the
/// headlines apart.
fn replace_each_other([left, right]: &[Side; 2], alignment: &Alignment) -> bool {
    if left.own.is_empty() || right.own.is_empty() {
        return false;
    }
    let chars_per_word = chars_per_word(left.words);
    let passages = widened(left.words, right.words, alignment);
    passages.into_iter().any(|(in_left, in_right)| {
        let (l, r) = (within(left.words, in_left), within(right.words, in_right));
        any_replaced(l, r, chars_per_word, |l, r| left.names(l) && right.names(r))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::align::{Aligner, Buffers};

    fn headlines(left: (&str, &str), right: (&str, &str)) -> Headlines {
        let (l, r) = (text::words(left.1), text::words(right.1));
        let alignment = Aligner::new(l.ids(), 5, &mut Buffers::default()).align(r.ids());
        let view = |words, headline| DocumentView {
            headline,
            ..DocumentView::new(words)
        };
        Headlines::of(view(l.ids(), left.0), view(r.ids(), right.0), &alignment)
    }

    fn notice(device: &str) -> String {
        format!(
            "The carrier begins tomorrow to deliver new software for the {device} by radio. The update takes about nine \
             minutes. Owners of the {device} need a full battery and a good connection before they begin."
        )
    }

    #[test]
    fn names_that_headlines_and_texts_exchange_are_other_subjects() {
        let (a, b) = (notice("Aurora Two"), notice("Borealis"));
        let found = headlines(
            ("New software for the Aurora Two", &a),
            ("New software for the Borealis", &b),
        );
        assert!(found.replace_each_other);
        assert!((found.common - 0.8).abs() < 1e-9);
        // The same edit of the text under headlines that differ in other words.
        let found = headlines(
            ("New software for a telephone", &a),
            ("Carrier begins its update", &b),
        );
        assert!(!found.replace_each_other);
        // One headline is the beginning of the other one.
        let found = headlines(("New software", &a), ("New software for the Borealis", &b));
        assert!(!found.replace_each_other);
    }

    #[test]
    fn a_headline_that_is_edited_with_one_word_of_the_text_is_no_other_subject() {
        let (a, b) = (
            notice("Aurora Two"),
            notice("Aurora Two").replace("deliver new", "send out improved"),
        );
        let found = headlines(
            ("Aurora Two gets new software", &a),
            ("Improved Aurora Two arrives", &b),
        );
        assert!(!found.replace_each_other);
    }

    #[test]
    fn words_that_the_other_document_has_too_are_no_subject() {
        let (a, b) = (
            notice("Aurora Two"),
            notice("Aurora Two").replace("need", "want"),
        );
        let (of_a, of_b) = ("Owners need batteries", "Owners want batteries");
        assert!(headlines((of_a, &a), (of_b, &b)).replace_each_other);
        let a = format!("{a} They want it.");
        assert!(!headlines((of_a, &a), (of_b, &b)).replace_each_other);
    }

    #[test]
    fn headlines_without_a_common_form_name_no_subjects() {
        let (a, b) = (notice("Aurora Two"), notice("Borealis"));
        let found = headlines(
            ("Aurora Two gets software", &a),
            ("Read more about the Borealis", &b),
        );
        assert!(!found.replace_each_other);
    }

    #[test]
    fn without_headlines_the_first_words_are_compared() {
        let (a, b) = (notice("Aurora Two"), notice("Borealis"));
        for (left, right) in [("", ""), ("Aurora", ""), ("\u{2014}", "Borealis")] {
            let found = headlines((left, &a), (right, &b));
            assert!(!found.replace_each_other);
            assert!(found.common > 0.8 && found.common < 1.0, "{found:?}");
        }
        let long = "Aurora ".repeat(200);
        assert!(headlines((&long, &a), ("Borealis", &b)).common > 0.8);
    }
}
