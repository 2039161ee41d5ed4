//! Classifies an alignment: which relation two documents have, and how much they share.

use super::align::{Alignment, Block, passage_weight};
use super::template::is_template;
use crate::model::{DocumentIndex, Match, Passage, Relation};
use crate::text;

/// Least weight of the aligned passages of a near copy, in half words. Shorter texts agree by chance, or in a byline.
const MIN_COPY_WEIGHT: u32 = 2 * 16;
/// How far below the threshold the containment of an update may be, as a share of the threshold or, for thresholds above
/// 0.5, of the distance to 1. With a threshold of 1 only whole copies match.
const UPDATE_MARGIN: f64 = 0.5;
/// Least number of words of a headline that is compared. Shorter ones are section names.
const MIN_HEADLINE_WORDS: usize = 4;
/// Length up to which a headline is compared, in bytes. A longer title is not a headline.
const MAX_HEADLINE_BYTES: usize = 1024;
/// Share of a document over which the passages of an update extend.
const MIN_SPREAD: f64 = 0.6;
/// Weight of the longest piece that an update may replace, in half words: some paragraphs.
const MAX_REPLACED_WEIGHT: u32 = 2 * 150;

/// What makes two documents copies, or overlapping.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Share of one document that must be in the other for a copy, 0 to 1. Default 0.5.
    pub threshold: f64,
    /// Words of a shared passage that makes an overlap. Default 40.
    pub min_passage: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            min_passage: 40,
        }
    }
}

impl Thresholds {
    /// The containment that an update needs. No pair below it is a copy.
    #[must_use]
    pub fn least_containment(&self) -> f64 {
        self.threshold - UPDATE_MARGIN * self.threshold.min(1.0 - self.threshold)
    }

    /// The weight that a passage of an overlap needs, in half words.
    fn min_overlap_weight(&self) -> u32 {
        self.min_passage.saturating_mul(2)
    }

    /// Returns false if [`classify`] finds no match for any words and headlines: too little is aligned for a copy, and no
    /// passage is long enough for an overlap. Time linear in the blocks.
    #[must_use]
    pub fn may_match(&self, alignment: &Alignment, effective_lengths: [u32; 2]) -> bool {
        let smaller = effective_lengths[0].min(effective_lengths[1]);
        let is_long = |b: &Block| b.left.len().min(b.right.len()) >= self.min_passage;
        let is_copied = || {
            let aligned = alignment.aligned().min(smaller);
            containment(aligned, smaller) >= self.least_containment()
        };
        let may_overlap = || {
            alignment.longest_run >= self.min_overlap_weight()
                || alignment.blocks.iter().any(is_long)
        };
        !alignment.blocks.is_empty() && (is_copied() || may_overlap())
    }
}

/// What verification reads of a document.
#[derive(Clone, Copy, Debug)]
pub struct DocumentView<'a> {
    /// The ids of its words. Boilerplate is replaced by an id that the other document does not have.
    pub words: &'a [u32],
    /// The number of words that are not boilerplate.
    pub effective_length: u32,
    /// The headline, or an empty string.
    pub headline: &'a str,
}

impl<'a> DocumentView<'a> {
    /// A document of these words, without boilerplate and without a headline.
    #[must_use]
    pub fn new(words: &'a [u32]) -> Self {
        Self {
            words,
            effective_length: u32::try_from(words.len()).unwrap_or(u32::MAX),
            headline: "",
        }
    }

    fn containment(&self, aligned: u32) -> f64 {
        containment(aligned, self.effective_length)
    }
}

/// The aligned share of a document.
fn containment(aligned: u32, effective_length: u32) -> f64 {
    f64::from(aligned) / f64::from(effective_length.max(1))
}

/// The conditions that make a pair a copy, besides how much is aligned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// The two documents fill in one template with different numbers. They are not copies.
    pub is_template: bool,
    /// The containment that a copy needs: the threshold, or [`Thresholds::least_containment`] for an update. In an
    /// update, the passages extend over most of one document, or the headlines agree.
    pub required_containment: f64,
}

/// The conditions for an aligned pair. Time linear in the aligned words.
#[must_use]
pub fn decide(
    left: DocumentView,
    right: DocumentView,
    alignment: &Alignment,
    thresholds: Thresholds,
) -> Decision {
    let aligned = alignment
        .aligned()
        .min(left.effective_length)
        .min(right.effective_length);
    let most = left.containment(aligned).max(right.containment(aligned));
    let is_update = most < thresholds.threshold && is_update(left, right, alignment);
    let smaller = left.effective_length.min(right.effective_length);
    Decision {
        is_template: is_template(left.words, right.words, alignment, smaller),
        required_containment: match is_update {
            true => thresholds.least_containment(),
            false => thresholds.threshold,
        },
    }
}

/// The match of two documents that have different words, or `None`. A pair that is not a copy may be an overlap. In the
/// match the documents have the indices 0 and 1. Time linear in the aligned words.
#[must_use]
pub fn classify(
    left: DocumentView,
    right: DocumentView,
    alignment: &Alignment,
    thresholds: Thresholds,
) -> Option<Match> {
    let aligned = alignment
        .aligned()
        .min(left.effective_length)
        .min(right.effective_length);
    let (in_left, in_right) = (left.containment(aligned), right.containment(aligned));
    let Decision {
        is_template,
        required_containment,
    } = decide(left, right, alignment, thresholds);
    let weights = block_weights(left, right, alignment);
    let may_be_copy = !is_template && weights.iter().sum::<u32>() >= MIN_COPY_WEIGHT;
    let longest = match is_template {
        // Two fillings share the template. Only a verbatim run of twice the length is more than that.
        true => alignment.longest_run,
        false => weights.iter().max().copied().unwrap_or(0),
    };
    let relation = match (
        in_left >= required_containment,
        in_right >= required_containment,
    ) {
        (true, true) if may_be_copy => Relation::Near,
        (true, false) if may_be_copy => Relation::Contained,
        (false, true) if may_be_copy => Relation::Contains,
        _ if longest >= thresholds.min_overlap_weight() => Relation::Overlap,
        _ => return None,
    };
    let lengths = f64::from(left.effective_length) + f64::from(right.effective_length);
    let union = lengths - f64::from(aligned);
    Some(Match {
        left: DocumentIndex(0),
        right: DocumentIndex(1),
        relation,
        aligned,
        resemblance: f64::from(aligned) / union.max(1.0),
        containment_left: in_left,
        containment_right: in_right,
        longest_run: alignment.longest_run,
        passages: alignment.blocks.iter().map(|b| (b.left, b.right)).collect(),
    })
}

/// The weight of each block in half words, on its lighter side.
fn block_weights(left: DocumentView, right: DocumentView, alignment: &Alignment) -> Vec<u32> {
    let weight =
        |b: &Block| passage_weight(left.words, b.left).min(passage_weight(right.words, b.right));
    alignment.blocks.iter().map(weight).collect()
}

/// True if the shared passages are more than a quotation: they belong to one story and extend over most of one document,
/// or the headlines agree.
fn is_update(left: DocumentView, right: DocumentView, alignment: &Alignment) -> bool {
    let blocks = &alignment.blocks;
    let is_spread = is_spread(left, blocks.iter().map(|b| b.left))
        || is_spread(right, blocks.iter().map(|b| b.right));
    (is_spread && is_one_story(left, right, blocks)) || same_headline(left.headline, right.headline)
}

/// True if passages extend over most of a document.
fn is_spread(document: DocumentView, passages: impl Iterator<Item = Passage> + Clone) -> bool {
    let begin = passages.clone().map(|p| p.begin).min().unwrap_or(0);
    let end = passages.map(|p| p.end).max().unwrap_or(0);
    f64::from(end - begin) >= MIN_SPREAD * f64::from(document.effective_length)
}

/// True if the passages have the same order in both documents, with at most some replaced paragraphs between them. Pages
/// that share some of their stories have whole stories between the passages.
fn is_one_story(left: DocumentView, right: DocumentView, blocks: &[Block]) -> bool {
    blocks.windows(2).all(|pair| {
        let (a, b) = (pair[0], pair[1]);
        let between = |document: DocumentView, from: u32, to: u32| {
            passage_weight(
                document.words,
                Passage {
                    begin: from,
                    end: to,
                },
            )
        };
        a.left.end <= b.left.begin
            && between(left, a.left.end, b.left.begin).min(between(
                right,
                a.right.end,
                b.right.begin,
            )) <= MAX_REPLACED_WEIGHT
    })
}

/// True if at least four fifths of the words of the shorter headline are in the longer one. An update adds "Update:"
/// before its headline, a page adds its name after it.
fn same_headline(a: &str, b: &str) -> bool {
    if a.len().max(b.len()) > MAX_HEADLINE_BYTES {
        return false;
    }
    let (a, b) = (text::words(a), text::words(b));
    let (a, b) = (a.ids(), b.ids());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let shared = short.iter().filter(|w| long.contains(w)).count();
    short.len() >= MIN_HEADLINE_WORDS && 5 * shared >= 4 * short.len()
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
    use crate::text::{NUMERIC, UNSPACED};
    use crate::verify::align::{Aligner, Buffers};
    use proptest::prelude::*;

    const THRESHOLDS: Thresholds = Thresholds {
        threshold: 0.5,
        min_passage: 40,
    };

    fn view<'w>(words: &'w [u32], headline: &'w str) -> DocumentView<'w> {
        DocumentView {
            words,
            effective_length: u32::try_from(words.len()).unwrap(),
            headline,
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
            prop_assert!(found.is_none() || thresholds.may_match(&alignment, [l.effective_length, r.effective_length]));
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
        let alignment = Aligner::new(&text(&[0..100]), 5, &mut Buffers::default()).align(&quoted);
        let whole = text(&[0..100]);
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
        assert_eq!(relation(&template(0), &template(4)), Some(Relation::Near));
    }

    #[test]
    fn less_than_half_is_a_quotation_in_one_place_and_an_update_all_over() {
        let quoted = text(&[200..300, 30..75, 300..325]);
        assert_eq!(relation(&text(&[0..130]), &quoted), Some(Relation::Overlap));
        let spread = text(&[0..25, 400..440, 60..75, 500..530, 125..140]);
        assert_eq!(relation(&text(&[0..140]), &spread), Some(Relation::Near));
    }

    #[test]
    fn pages_that_share_whole_stories_are_not_updates() {
        let page = |stories: &[u32]| {
            let story = |k: &u32| 1000 * k..1000 * k + 200;
            text(&stories.iter().map(story).collect::<Vec<_>>())
        };
        let (a, b) = (page(&[1, 2, 3, 4, 5, 6]), page(&[1, 12, 3, 14, 15, 16]));
        assert_eq!(relation(&a, &b), Some(Relation::Overlap));
        let (a, b) = (page(&[1, 2, 3, 4, 5]), page(&[5, 12, 13, 14, 1]));
        assert_eq!(relation(&a, &b), Some(Relation::Overlap));
    }

    #[test]
    fn a_higher_threshold_allows_fewer_updates() {
        for (threshold, update) in [(0.2, 0.1), (0.5, 0.25), (0.9, 0.85), (1.0, 1.0)] {
            let thresholds = Thresholds {
                threshold,
                ..THRESHOLDS
            };
            assert!((thresholds.least_containment() - update).abs() < 1e-9);
        }
    }

    #[test]
    fn a_quotation_under_the_same_headline_is_an_update() {
        let (story, other) = (text(&[0..130]), text(&[200..300, 30..75, 300..400]));
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
            (text(&[0..60, 900..940]), Some((Relation::Near, 0.6, 0.6))),
            (text(&[0..45]), Some((Relation::Contains, 0.45, 1.0))),
            (
                text(&[900..1100, 0..60]),
                Some((Relation::Contained, 0.6, 60.0 / 260.0)),
            ),
            (
                text(&[900..1000, 0..45]),
                Some((Relation::Overlap, 0.45, 45.0 / 145.0)),
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
