//! Classifies an alignment: which relation two documents have, and how much they share.

use crate::align::{Alignment, Block, passage_weight};
use crate::evidence::document_view::DocumentView;
use crate::evidence::headlines::Headlines;
use crate::evidence::model::{DEFAULT_THRESHOLD, Evidence, is_one_story, least_share};
use crate::evidence::terms::Terms;
use crate::model::{DocumentIndex, Match, Passage, Relation};

/// Least weight of the aligned passages of a near copy, in half words. Shorter texts agree by chance, or in a byline.
const MIN_COPY_WEIGHT: u32 = 2 * 16;

/// What makes two documents copies, or overlapping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// How strong the evidence for one story must be, 0 to 1. Also the share of a document from which a copy counts as
    /// in the other one; see [`classify`]. Default 0.5.
    pub threshold: f64,
    /// Words of a shared passage that makes an overlap. Default 40.
    pub min_passage: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            threshold: DEFAULT_THRESHOLD,
            min_passage: 40,
        }
    }
}

impl Thresholds {
    /// The share of a document that a copy needs at least. No pair below it is a copy.
    #[must_use]
    pub fn least_share(&self) -> f64 {
        least_share(self.threshold)
    }

    /// The weight that a passage of an overlap needs, in half words.
    fn min_overlap_weight(&self) -> u32 {
        self.min_passage.saturating_mul(2)
    }

    /// Returns false if [`classify`] finds no match for any headlines and dates: too little is aligned for a copy, and no
    /// passage is long enough for an overlap. Documents that are mostly house text may be rejected although their rest is a
    /// copy, unless it is as long as an overlap. `lengths`: the words of both documents. Time linear in the blocks.
    #[must_use]
    pub fn may_match(&self, alignment: &Alignment, lengths: [u32; 2]) -> bool {
        let smaller = lengths[0].min(lengths[1]);
        let is_long = |b: &Block| b.left.len().min(b.right.len()) >= self.min_passage;
        let is_copied = || share(alignment.aligned(), smaller) >= self.least_share();
        !alignment.blocks.is_empty() && (is_copied() || alignment.blocks.iter().any(is_long))
    }
}

/// The share of `words` in a document of `length` words, at most 1.
fn share(words: u32, length: u32) -> f64 {
    f64::from(words.min(length)) / f64::from(length.max(1))
}

/// The evidence that an aligned pair is one piece of news. Time linear in the aligned words and in the headlines.
#[must_use]
pub fn evidence(
    left: DocumentView,
    right: DocumentView,
    alignment: &Alignment,
    thresholds: Thresholds,
) -> Evidence {
    Evidence {
        terms: Terms::new(left, right, alignment),
        threshold: thresholds.threshold,
    }
}

/// The match of two documents that have different words, or `None`. A pair that is not a copy may be an overlap. In the
/// match the documents have the indices 0 and 1. Time linear in the aligned words.
///
/// A copy is one piece of news by the [`evidence`]. Its relation says of which documents at least the threshold's share is
/// in the other one: of both (`Near`), of one, which is contained in the other one, or of neither (`Version`).
#[must_use]
pub fn classify(
    left: DocumentView,
    right: DocumentView,
    alignment: &Alignment,
    thresholds: Thresholds,
) -> Option<Match> {
    let equal = alignment.equal();
    let (in_left, in_right) = (share(equal, left.len()), share(equal, right.len()));
    let of_blocks = alignment.blocks.iter().map(|b| counted(left, right, b));
    let (total, longest) = of_blocks.fold((0.0, 0.0), |(total, longest): (f64, f64), words| {
        (total + words, longest.max(words))
    });
    let needed = f64::from(thresholds.min_overlap_weight());
    let may_be_copy =
        total >= f64::from(MIN_COPY_WEIGHT) && in_left.max(in_right) >= thresholds.least_share();
    if !may_be_copy && longest < needed {
        return None;
    }
    let terms = Terms::of_alignment(left, right, alignment);
    let is_one_story = || {
        is_one_story(
            terms,
            thresholds.threshold,
            || Headlines::of(left, right, alignment),
            || left.rare_words.shared_with(right.rare_words),
        )
    };
    let relation = if may_be_copy && is_one_story() {
        let half = thresholds.threshold;
        match (in_left >= half, in_right >= half) {
            (true, true) => Relation::Near,
            (true, false) => Relation::Contained,
            (false, true) => Relation::Contains,
            (false, false) => Relation::Version,
        }
    } else {
        // Two documents that fill in one form share its text. Only a verbatim run of twice the length is more than that.
        let longest = match (terms.is_form(), alignment.run) {
            (false, _) => longest,
            (true, Some(run)) => longest.min(counted(left, right, &run) / 2.0),
            (true, None) => 0.0,
        };
        if longest < needed {
            return None;
        }
        Relation::Overlap
    };
    let lengths = f64::from(left.len()) + f64::from(right.len());
    let union = lengths - f64::from(equal);
    Some(Match {
        left: DocumentIndex(0),
        right: DocumentIndex(1),
        relation,
        aligned: alignment.aligned(),
        resemblance: f64::from(equal) / union.max(1.0),
        containment_left: in_left,
        containment_right: in_right,
        longest_run: alignment.longest_run(),
        passages: alignment.blocks.iter().map(|b| (b.left, b.right)).collect(),
    })
}

/// What a block counts in half words, on the side on which it counts less.
fn counted(left: DocumentView, right: DocumentView, block: &Block) -> f64 {
    let on = |document: DocumentView, side: Passage| {
        let weight = document.weights.sum(side) / f64::from(side.len().max(1));
        f64::from(passage_weight(document.words, side)) * weight
    };
    on(left, block.left).min(on(right, block.right))
}

/// The match of two documents that have the same words.
#[must_use]
pub fn exact_match(left: DocumentIndex, right: DocumentIndex, words: u32) -> Match {
    let whole = Passage {
        begin: 0,
        end: words,
    };
    Match {
        left,
        right,
        relation: Relation::Exact,
        aligned: words,
        resemblance: 1.0,
        containment_left: 1.0,
        containment_right: 1.0,
        longest_run: words,
        passages: vec![(whole, whole)],
    }
}

#[cfg(test)]
// A text is a list of word ranges, often of one range.
#[allow(clippy::single_range_in_vec_init)]
mod tests {
    use super::*;
    use crate::align::{Aligner, Buffers};
    use crate::evidence::dictionary::Dictionary;
    use crate::evidence::word_weights::WordWeights;
    use crate::text::{NUMERIC, UNSPACED};
    use proptest::prelude::*;

    const THRESHOLDS: Thresholds = Thresholds {
        threshold: 0.5,
        min_passage: 40,
    };

    fn view<'w>(words: &'w [u32], headline: &'w str) -> DocumentView<'w> {
        DocumentView {
            words,
            headline,
            ..DocumentView::new(words)
        }
    }

    fn check(left: &[u32], right: &[u32]) -> Option<(Relation, f64, f64)> {
        check_titled(left, "", right, "")
    }

    fn check_titled(
        left: &[u32],
        left_headline: &str,
        right: &[u32],
        right_headline: &str,
    ) -> Option<(Relation, f64, f64)> {
        let alignment = Aligner::new(left, 5, &mut Buffers::default()).align(right);
        let (l, r) = (view(left, left_headline), view(right, right_headline));
        classify(l, r, &alignment, THRESHOLDS)
            .map(|m| (m.relation, m.containment_left, m.containment_right))
    }

    fn relation(left: &[u32], right: &[u32]) -> Option<Relation> {
        check(left, right).map(|found| found.0)
    }

    proptest! {
        #[test]
        fn a_pair_that_may_not_match_is_no_match(
            left in prop::collection::vec((0u32..30, 1u32..30, any::<bool>()), 1..9),
            right in prop::collection::vec((0u32..30, 1u32..30, any::<bool>()), 1..9),
            is_unspaced in any::<bool>(),
            threshold in 0.05..1.0f64,
            min_passage in 1u32..60,
        ) {
            let thresholds = Thresholds { threshold, min_passage };
            let flag = if is_unspaced { UNSPACED } else { 0 };
            let text = |runs: &[(u32, u32, bool)]| -> Vec<u32> {
                let run = |&(at, length, is_number): &(u32, u32, bool)| {
                    let kind = if is_number && !is_unspaced { NUMERIC } else { flag };
                    (20 * at..20 * at + length).map(move |word| word | kind)
                };
                runs.iter().flat_map(run).collect()
            };
            let (left, right) = (text(&left), text(&right));
            let alignment = Aligner::new(&left, 5, &mut Buffers::default()).align(&right);
            let (l, r) = (view(&left, "One headline of these two"), view(&right, "One headline of these two"));
            let found = classify(l, r, &alignment, thresholds);
            prop_assert!(found.is_none() || thresholds.may_match(&alignment, [l.len(), r.len()]));
        }
    }

    #[test]
    fn documents_that_share_nothing_never_match() {
        let nothing = Alignment::default();
        for min_passage in [0, 1, 1 << 31, u32::MAX] {
            for threshold in [0.0, 1.0] {
                let thresholds = Thresholds {
                    threshold,
                    min_passage,
                };
                assert!(!thresholds.may_match(&nothing, [100, 100]));
            }
        }
        let quoted = text(&[900..1000, 0..45]);
        let alignment = Aligner::new(&text(&[0..130]), 5, &mut Buffers::default()).align(&quoted);
        let whole = text(&[0..130]);
        let views = (view(&whole, ""), view(&quoted, ""));
        let thresholds = |min_passage| Thresholds {
            min_passage,
            ..THRESHOLDS
        };
        assert!(classify(views.0, views.1, &alignment, thresholds(40)).is_some());
        assert!(classify(views.0, views.1, &alignment, thresholds(1 << 31)).is_none());
    }

    #[test]
    fn a_template_with_other_numbers_is_not_a_copy_and_a_correction_is() {
        // 90 words, every ninth a number. The first `changed` numbers are replaced.
        let template = |changed: u32| -> Vec<u32> {
            let number = |k: u32| NUMERIC | if k < changed { 500 + k } else { k };
            let word = |w: u32| if w % 9 == 4 { number(w / 9) } else { w };
            (0..90).map(word).collect()
        };
        assert_eq!(relation(&template(0), &template(6)), None);
        assert_eq!(relation(&template(0), &template(3)), Some(Relation::Near));
    }

    /// Two reports of one day and the next, with a notice of their publisher, were an overlap: the notice counted although
    /// it was house text, and each character of it as a word.
    #[test]
    fn reports_in_one_form_overlap_in_a_long_run_of_their_own_only() {
        let report = |day: u32, notice: u32, flag: u32| -> Vec<u32> {
            let word = |w: u32| {
                if w % 9 == 4 {
                    NUMERIC | (100 * day + w)
                } else {
                    w
                }
            };
            let own = (2000 + 200 * day..2070 + 200 * day).map(|w| w | flag);
            let notice = (1000..1000 + notice).map(|w| w | flag);
            (0..90).map(word).chain(own).chain(notice).collect()
        };
        let relation = |notice: u32, flag: u32, weights: &WordWeights| {
            let (left, right) = (report(5, notice, flag), report(6, notice, flag));
            let view = |words| DocumentView {
                weights,
                ..DocumentView::new(words)
            };
            let alignment = Aligner::new(&left, 5, &mut Buffers::default()).align(&right);
            assert!(Terms::of_alignment(view(&left), view(&right), &alignment).is_form());
            classify(view(&left), view(&right), &alignment, THRESHOLDS).map(|m| m.relation)
        };
        let full = WordWeights::full();
        assert_eq!(relation(79, 0, &full), None);
        assert_eq!(relation(80, 0, &full), Some(Relation::Overlap));
        // A character of Japanese counts half of a word.
        assert_eq!(relation(159, UNSPACED, &full), None);
        assert_eq!(relation(160, UNSPACED, &full), Some(Relation::Overlap));
        // The words after the first 160 are house text.
        let dictionary = Dictionary::from_entries([(1, 24)]);
        let fingerprints = [(156, 5 << 28), (160, 1 << 28)].into_iter();
        let house = WordWeights::new(&dictionary, 5, fingerprints);
        assert_eq!(relation(100, 0, &house), None);
    }

    #[test]
    fn less_than_half_is_a_quotation_in_one_place_and_an_update_all_over() {
        let quoted = text(&[200..300, 30..75, 300..325]);
        assert_eq!(relation(&text(&[0..130]), &quoted), Some(Relation::Overlap));
        let spread = text(&[0..25, 400..440, 60..75, 500..530, 125..140]);
        assert_eq!(relation(&text(&[0..140]), &spread), Some(Relation::Version));
    }

    #[test]
    fn pages_that_share_a_story_are_not_copies() {
        let page = |stories: &[u32]| {
            let story = |k: &u32| 1000 * k..1000 * k + 200;
            text(&stories.iter().map(story).collect::<Vec<_>>())
        };
        let (a, b) = (page(&[1, 2, 3, 4, 5, 6]), page(&[11, 12, 3, 14, 15, 16]));
        assert_eq!(relation(&a, &b), Some(Relation::Overlap));
        let (a, b) = (page(&[1, 2, 3, 4, 5, 6]), page(&[6, 12, 13, 14, 15, 1]));
        assert_eq!(relation(&a, &b), Some(Relation::Overlap));
    }

    #[test]
    fn a_higher_threshold_allows_fewer_copies() {
        let (story, other) = (text(&[0..100]), text(&[0..70, 900..930]));
        let alignment = Aligner::new(&story, 5, &mut Buffers::default()).align(&other);
        let found = |threshold| {
            let thresholds = Thresholds {
                threshold,
                ..THRESHOLDS
            };
            let views = (view(&story, ""), view(&other, ""));
            classify(views.0, views.1, &alignment, thresholds).map(|found| found.relation)
        };
        assert_eq!(found(0.5), Some(Relation::Near));
        assert_eq!(found(0.95), Some(Relation::Overlap));
    }

    #[test]
    fn days_between_count_against_texts_that_agree_in_part() {
        let (story, part) = (text(&[0..100]), text(&[0..45, 900..930, 75..100]));
        let nearly = text(&[0..95, 900..905]);
        let found = |other: &[u32], days| {
            let alignment = Aligner::new(&story, 5, &mut Buffers::default()).align(other);
            let dated = |words, day| DocumentView {
                day: Some(day),
                ..DocumentView::new(words)
            };
            let views = (dated(&story, 1000), dated(other, 1000 - days));
            classify(views.0, views.1, &alignment, THRESHOLDS).map(|found| found.relation)
        };
        assert_eq!(found(&part, 1), Some(Relation::Near));
        assert_eq!(found(&part, 300), Some(Relation::Overlap));
        assert_eq!(found(&nearly, 300), Some(Relation::Near));
    }

    #[test]
    fn recurring_words_count_less() {
        use crate::evidence::dictionary::Dictionary;
        let (story, other) = (text(&[0..80, 500..540]), text(&[0..80, 900..940]));
        let alignment = Aligner::new(&story, 5, &mut Buffers::default()).align(&other);
        let dictionary = Dictionary::from_entries([(1, 14)]);
        // A fingerprint at word 38: the words up to 82 recur.
        let recurring =
            WordWeights::new(&dictionary, 5, [(38, 1 << 28), (120, 9 << 28)].into_iter());
        let found = |weights: &WordWeights| {
            let with = |words| DocumentView {
                weights,
                ..DocumentView::new(words)
            };
            let found = classify(with(&story), with(&other), &alignment, THRESHOLDS);
            found.map(|found| found.relation)
        };
        assert_eq!(found(&WordWeights::full()), Some(Relation::Near));
        assert_eq!(found(&recurring), None);
    }

    #[test]
    fn one_long_passage_is_a_copy_under_the_same_headline_only() {
        let (story, other) = (text(&[0..130]), text(&[200..300, 30..110, 300..400]));
        let headline = "Storm takes the roof off the old mill";
        let updated = "Update: storm takes the roof off the old mill";
        let found = check_titled(&story, headline, &other, updated);
        assert_eq!(found.map(|f| f.0), Some(Relation::Contained));
        for no_headline in ["Council votes on a bridge", &headline.repeat(30)] {
            let found = check_titled(&story, headline, &other, no_headline);
            assert_eq!(found.map(|f| f.0), Some(Relation::Overlap));
        }
    }

    fn text(parts: &[std::ops::Range<u32>]) -> Vec<u32> {
        parts.iter().cloned().flatten().collect()
    }

    #[test]
    fn each_relation_on_its_own_side_of_the_threshold() {
        let story = text(&[0..100]);
        let cases = [
            (
                text(&[0..30, 900..940, 60..90]),
                Some((Relation::Near, 0.6, 0.6)),
            ),
            (text(&[0..45]), Some((Relation::Contains, 0.45, 1.0))),
            (
                text(&[900..1000, 0..35, 1000..1100, 60..95]),
                Some((Relation::Contained, 0.7, 70.0 / 270.0)),
            ),
            (
                text(&[900..1100, 0..60]),
                Some((Relation::Overlap, 0.6, 60.0 / 260.0)),
            ),
            (text(&[900..1020, 60..98]), None),
            (
                text(&[900..1020, 54..99]),
                Some((Relation::Overlap, 0.45, 45.0 / 165.0)),
            ),
            (text(&[900..1000, 0..25]), None),
            (text(&[900..1000]), None),
            (text(&[0..12]), None),
        ];
        for (other, expected) in cases {
            assert_eq!(check(&story, &other), expected);
        }
    }

    #[test]
    fn an_exact_match_covers_both_documents() {
        let found = exact_match(DocumentIndex(3), DocumentIndex(1), 9);
        assert_eq!(
            (found.relation, found.aligned, found.longest_run),
            (Relation::Exact, 9, 9)
        );
        assert_eq!(found.passages[0].0.len(), 9);
    }
}
