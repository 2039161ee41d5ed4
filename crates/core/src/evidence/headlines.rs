//! What the headlines of two documents tell: how much they agree, and whether their difference is filled into one text.
//!
//! A page of several stories has a headline of its own. The headlines of its stories stand in its text, above the stories.
//!
//! A template is filled in with the names of its subjects: of two devices that get the same update, of two people who
//! answer the same questions. The headlines differ in these names, and the names replace each other in the text. The
//! headlines of two versions of one story differ in other words than their texts.

use super::document_view::DocumentView;
use super::passages::{widened, within};
use crate::align::{Alignment, any_replaced, chars_per_word};
use crate::model::Passage;
use crate::steps;
use crate::text::{self, UNSPACED};
use std::collections::HashSet;

/// First words of a document that stand for a headline where one has none. Of unspaced text, twice as many characters.
const LEAD: usize = 40;
/// The share of a headline that the other one has at least if both fill in one form.
const FORM: f64 = 1.0 / 3.0;
/// The share of a headline that stands above a passage at least if the passage is told under this headline.
const STATED: f64 = 0.8;
/// Different words from which a headline can stand above a passage. Of unspaced text, twice as many characters. Fewer are a
/// rubric, such as "Weather".
const LEAST_STATED: usize = 3;
/// Length up to which a headline is read, in bytes. A longer title is not a headline.
const MAX_HEADLINE_BYTES: usize = 1024;

/// What the headlines of two documents tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Headlines {
    /// The share of the distinct words of the shorter headline that the other one has too. Without headlines, of the first
    /// words. 1 if one document tells the beginning of the other one under the headline of the other one.
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

    /// Reads the headlines of two documents. Time linear in the aligned words times the words of a headline.
    #[must_use]
    pub fn of(left: DocumentView, right: DocumentView, alignment: &Alignment) -> Self {
        let (of_left, of_right) = (words_of(left.headline), words_of(right.headline));
        let blocks = || alignment.blocks.iter().map(|b| (b.left, b.right));
        let is_section = is_section(left.words, of_left.as_ref(), right.words, blocks())
            || is_section(
                right.words,
                of_right.as_ref(),
                left.words,
                blocks().map(|(l, r)| (r, l)),
            );
        let (common, replace_each_other) = match (&of_left, &of_right) {
            (Some(of_left), Some(of_right)) => {
                let common = common(of_left, of_right);
                let replaced = || replace_each_other([left, right], [of_left, of_right], alignment);
                (common, common >= FORM && replaced())
            }
            _ => (common_lead(left.words, right.words), false),
        };
        Self {
            common: if is_section { 1.0 } else { common },
            replace_each_other,
        }
    }
}

/// True if a page tells the beginning of a story under the headline of the story. `passages` are those of the story and of
/// the page.
fn is_section(
    story: &[u32],
    headline: Option<&HashSet<u32>>,
    page: &[u32],
    passages: impl Iterator<Item = (Passage, Passage)>,
) -> bool {
    let first = passages.min_by_key(|(of_story, _)| of_story.begin);
    first.is_some_and(|(of_story, of_page)| {
        (of_story.begin as usize) < lead_length(story)
            && is_stated(
                headline,
                page.get(..of_page.begin as usize).unwrap_or_default(),
            )
    })
}

/// True if the last of these words are a headline and no rubric, with at most as many other words.
fn is_stated(headline: Option<&HashSet<u32>>, above: &[u32]) -> bool {
    let Some(headline) = headline else {
        return false;
    };
    let is_unspaced = headline.iter().any(|id| id & UNSPACED != 0);
    if headline.len() < LEAST_STATED << u32::from(is_unspaced) {
        return false;
    }
    let last = &above[above.len().saturating_sub(2 * headline.len())..];
    let stated: HashSet<u32> = last
        .iter()
        .copied()
        .filter(|w| headline.contains(w))
        .collect();
    stated.len() as f64 >= STATED * headline.len() as f64
}

/// The distinct words of a headline, if it is one.
fn words_of(headline: &str) -> Option<HashSet<u32>> {
    let is_headline = !headline.is_empty() && headline.len() <= MAX_HEADLINE_BYTES;
    let words = is_headline.then(|| text::words(headline).ids().iter().copied().collect());
    words.filter(|words: &HashSet<u32>| !words.is_empty())
}

/// The share of the distinct first words that two texts have in common.
fn common_lead(left: &[u32], right: &[u32]) -> f64 {
    let length = lead_length(left).max(lead_length(right));
    let first = |words: &[u32]| words.iter().take(length).copied().collect();
    common(&first(left), &first(right))
}

/// The number of words with which a document leads into its story.
fn lead_length(words: &[u32]) -> usize {
    let is_unspaced = words.first().is_some_and(|id| id & UNSPACED != 0);
    LEAD << u32::from(is_unspaced)
}

/// Share of the words of the smaller set that are in both.
fn common(a: &HashSet<u32>, b: &HashSet<u32>) -> f64 {
    a.intersection(b).count() as f64 / a.len().min(b.len()).max(1) as f64
}

/// True if a name of one document stands in the place of a name of the other one. A name is a word of one headline that
/// neither the other headline nor the other side of the aligned passages has; other words replace each other by chance:
/// "the", "for".
fn replace_each_other(
    [left, right]: [DocumentView; 2],
    [of_left, of_right]: [&HashSet<u32>; 2],
    alignment: &Alignment,
) -> bool {
    if of_left.is_subset(of_right) || of_right.is_subset(of_left) {
        return false;
    }
    let passages = widened(left.words, right.words, alignment);
    let (in_left, in_right): (Vec<&[u32]>, Vec<&[u32]>) = passages
        .into_iter()
        .map(|(l, r)| (within(left.words, l), within(right.words, r)))
        .unzip();
    let names_left = names(of_left, of_right, &in_right);
    let names_right = names(of_right, of_left, &in_left);
    let is_of = |names: &[u32], piece: &[u32]| {
        2 * piece.iter().filter(|word| names.contains(word)).count() >= piece.len()
    };
    let is_replaced = |l: &[u32], r: &[u32]| is_of(&names_left, l) && is_of(&names_right, r);
    let chars_per_word = chars_per_word(left.words);
    let mut passages = in_left.iter().zip(&in_right);
    !names_left.is_empty()
        && !names_right.is_empty()
        && passages.any(|(l, r)| any_replaced(l, r, chars_per_word, is_replaced))
}

/// The words of a headline that neither the other one nor these passages have.
fn names(headline: &HashSet<u32>, other: &HashSet<u32>, passages: &[&[u32]]) -> Vec<u32> {
    let is_elsewhere = |word: &u32| {
        passages.iter().any(|passage| {
            steps::count(passage.len());
            passage.contains(word)
        })
    };
    let own = headline.difference(other).copied();
    own.filter(|word| !is_elsewhere(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::{Aligner, Buffers};

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
        let [a, b] =
            [a, b].map(|text| format!("{text} They want it, and need it, says the carrier."));
        assert!(!headlines((of_a, &a), (of_b, &b)).replace_each_other);
    }

    /// The weekly round-up of a site tells each story under the story's own headline.
    #[test]
    fn a_headline_above_the_passage_agrees_with_the_story() {
        let (story, headline) = (notice("Aurora"), "Carrier sends new software to telephones");
        let page = |above: &str, under: &str| {
            let other = "The museum shows the maps of the first surveyors until May. Entrance is free on Sundays.";
            format!("Old maps in the museum {other} {above} {story} {under}")
        };
        let title = "News of the week";
        let common = |page: &str| headlines((headline, &story), (title, page)).common;
        assert_eq!(common(&page(headline, "")), 1.0);
        // The order of the two documents does not matter.
        let found = headlines((title, &page(headline, "")), (headline, &story));
        assert_eq!(found.common, 1.0);
        // With a line between them, and one word edited.
        let edited = "Carrier ships new software to telephones By our reporter";
        assert_eq!(common(&page(edited, "")), 1.0);
        // Without a headline of the page.
        let found = headlines((headline, &story), ("", &page(headline, "")));
        assert_eq!(found.common, 1.0);
        // A rubric stands above many stories.
        let found = headlines(("Weather", &story), (title, &page("Weather", "")));
        assert!(found.common < 0.5);
        // What follows the headline is a list of links, which the story has at its end.
        let links = "Read more about it: ten telephones that last, and what they cost in the shops of the town.";
        let left = format!("{story} They may be used at once. {links}");
        let right = format!("Old maps in the museum. {headline} {links}");
        assert!(headlines((headline, &left), (title, &right)).common < 0.5);
        // The headline stands elsewhere, or another headline stands above the passage.
        assert!(common(&page("", headline)) < 0.5);
        assert!(common(&page("Museum opens a new hall of old telephones", "")) < 0.5);
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

    /// A page is compared with each of its stories. Only the story of each of them is read.
    #[test]
    fn a_page_and_its_stories_take_linear_time() {
        steps::assert_nearly_linear(60, |count| {
            let stories: Vec<Vec<u32>> = (0..count)
                .map(|k| (0..40).map(|word| 1000 + 100 * k + word).collect())
                .collect();
            let page = stories.concat();
            let mut buffers = Buffers::default();
            let mut aligner = Aligner::new(&page, 5, &mut buffers);
            for story in &stories {
                let alignment = aligner.align(story);
                let view = |words, headline| DocumentView {
                    headline,
                    ..DocumentView::new(words)
                };
                let (page, story) = (view(&page, "News of Monday"), view(story, "News of Aurora"));
                assert!(!Headlines::of(page, story, &alignment).replace_each_other);
            }
        });
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
