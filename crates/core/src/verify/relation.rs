//! From an alignment to a relation, with its figures.

use super::align::{Alignment, Block, passage_weight};
use super::template::is_template;
use crate::model::{DocumentIndex, Match, Passage, Relation};
use crate::text;

/// Least weight, in half words, of what is aligned in a copy that is not exact: shorter texts agree by
/// chance, or by a byline.
const LEAST_COPY: u32 = 2 * 16;

/// By how much less than a copy an update may be contained, as a share of the threshold, or of what is
/// left above a high one: who asks for whole copies gets no other.
const UPDATE: f64 = 0.5;
/// Words of a headline that says enough to be compared.
const LEAST_HEADLINE: usize = 4;
/// Bytes of a headline: a title of more is none, and takes long to compare.
const MOST_HEADLINE: usize = 1024;
/// Share of a document over which the passages of an update are spread.
const SPREAD: f64 = 0.6;
/// Half words in a row that an update may replace by others: some paragraphs.
const REPLACED: u32 = 2 * 150;
/// What makes a pair a copy, and what an overlap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Containment from which one document stands in the other.
    pub threshold: f64,
    /// Words that an overlapping passage must have.
    pub min_passage: u32,
}

impl Thresholds {
    /// The containment below which no pair is a copy: that from which an update counts as one.
    #[must_use]
    pub fn least_containment(&self) -> f64 {
        self.threshold - UPDATE * self.threshold.min(1.0 - self.threshold)
    }

    /// Half words that an overlapping passage must have.
    fn least_overlap(&self) -> u32 {
        self.min_passage.saturating_mul(2)
    }

    /// False where [`classify`] makes no match of what is aligned, whatever the words and headlines say: neither is it
    /// enough of either document, nor is a passage long enough. `effective_length`: words of each that are no
    /// boilerplate. Constant time for each block.
    #[must_use]
    pub fn may_match(&self, alignment: &Alignment, effective_length: [u32; 2]) -> bool {
        let smaller = effective_length[0].min(effective_length[1]);
        let is_long = |b: &Block| b.left.len().min(b.right.len()) >= self.min_passage;
        let is_copied = || {
            let aligned = alignment.aligned().min(smaller);
            containment(aligned, smaller) >= self.least_containment()
        };
        let may_overlap = || {
            alignment.longest_run >= self.least_overlap() || alignment.blocks.iter().any(is_long)
        };
        !alignment.blocks.is_empty() && (is_copied() || may_overlap())
    }
}

/// A document as verification sees it.
#[derive(Clone, Copy, Debug)]
pub struct DocumentView<'a> {
    /// Its words.
    pub words: &'a [u32],
    /// How many of them are no boilerplate.
    pub effective_length: u32,
    /// Its headline; empty where it has none of its own.
    pub headline: &'a str,
}

impl DocumentView<'_> {
    fn containment(&self, aligned: u32) -> f64 {
        containment(aligned, self.effective_length)
    }
}

/// The share of a document of so many words.
fn containment(aligned: u32, effective_length: u32) -> f64 {
    f64::from(aligned) / f64::from(effective_length.max(1))
}

/// What decides whether a pair is a copy, besides how much is aligned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// The two are one form filled in twice, which is no copy however much is aligned.
    pub is_template: bool,
    /// The containment that a copy needs: the threshold, or that of an update
    /// ([`Thresholds::least_containment`]) where the passages stand all over one of the documents or under
    /// the same headline.
    pub required_containment: f64,
}

/// Reads from an alignment what decides. Time linear in the aligned words.
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
    let updates = most < thresholds.threshold && is_update(left, right, alignment);
    let smaller = left.effective_length.min(right.effective_length);
    Decision {
        is_template: is_template(left.words, right.words, alignment, smaller),
        required_containment: match updates {
            true => thresholds.least_containment(),
            false => thresholds.threshold,
        },
    }
}

/// The relation of two documents whose words are not all the same, or none: of what is aligned and the
/// [`decide`]. What is no copy may still be an overlap. Time linear in the aligned words.
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
        is_template: form,
        required_containment: needed,
    } = decide(left, right, alignment, thresholds);
    let weights = block_weights(left, right, alignment);
    let copied = !form && weights.iter().sum::<u32>() >= LEAST_COPY;
    let longest = match form {
        // Two fillings share the form: only a verbatim run of twice the length is more than that.
        true => alignment.longest_run,
        false => weights.iter().max().copied().unwrap_or(0),
    };
    let relation = match (in_left >= needed, in_right >= needed) {
        (true, true) if copied => Relation::Near,
        (true, false) if copied => Relation::Contained,
        (false, true) if copied => Relation::Contains,
        _ if longest >= thresholds.least_overlap() => Relation::Overlap,
        _ => return None,
    };
    let union = left.effective_length + right.effective_length - aligned;
    Some(Match {
        left: DocumentIndex(0),
        right: DocumentIndex(1),
        relation,
        aligned,
        resemblance: f64::from(aligned) / f64::from(union.max(1)),
        containment_left: in_left,
        containment_right: in_right,
        longest_run: alignment.longest_run,
        passages: alignment.blocks.iter().map(|b| (b.left, b.right)).collect(),
    })
}

/// Half words that each block aligns, on the side where they are fewer.
fn block_weights(left: DocumentView, right: DocumentView, alignment: &Alignment) -> Vec<u32> {
    let weight =
        |b: &Block| passage_weight(left.words, b.left).min(passage_weight(right.words, b.right));
    alignment.blocks.iter().map(weight).collect()
}

/// True where what is shared, though less than the threshold, is more than a quotation: one story's
/// passages all over one of the documents, or passages under the same headline in both.
fn is_update(left: DocumentView, right: DocumentView, alignment: &Alignment) -> bool {
    let blocks = &alignment.blocks;
    let is_spread = is_spread(left, blocks.iter().map(|b| b.left))
        || is_spread(right, blocks.iter().map(|b| b.right));
    (is_spread && is_one_story(left, right, blocks)) || same_headline(left.headline, right.headline)
}

/// True where passages are spread over most of a document.
fn is_spread(side: DocumentView, passages: impl Iterator<Item = Passage> + Clone) -> bool {
    let begin = passages.clone().map(|p| p.begin).min().unwrap_or(0);
    let end = passages.map(|p| p.end).max().unwrap_or(0);
    f64::from(end - begin) >= SPREAD * f64::from(side.effective_length)
}

/// True where the passages stand in one order with some paragraphs replaced between them. Pages that
/// have some of their stories in common have whole stories between them.
fn is_one_story(left: DocumentView, right: DocumentView, blocks: &[Block]) -> bool {
    blocks.windows(2).all(|pair| {
        let (a, b) = (pair[0], pair[1]);
        let between = |side: DocumentView, from: u32, to: u32| {
            passage_weight(
                side.words,
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
            )) <= REPLACED
    })
}

/// True where the shorter headline stands in the longer one, but for a word in five: an update says so
/// before its headline, a page adds its name behind.
fn same_headline(a: &str, b: &str) -> bool {
    if a.len().max(b.len()) > MOST_HEADLINE {
        return false;
    }
    let words = |headline| {
        let mut words = Vec::new();
        text::scan(headline, &mut words, &mut Vec::new());
        words
    };
    let (a, b) = (words(a), words(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let there = short.iter().filter(|w| long.contains(w)).count();
    short.len() >= LEAST_HEADLINE && 5 * there >= 4 * short.len()
}

/// The match of two documents with the same words all through.
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
// Texts are lists of word runs; many have one.
#[allow(clippy::single_range_in_vec_init)]
mod tests {
    use super::*;
    use crate::text::{NUMERIC, UNSPACED};
    use crate::verify::align::{Aligner, Buffers};
    use proptest::prelude::*;

    const LIMITS: Thresholds = Thresholds {
        threshold: 0.5,
        min_passage: 40,
    };

    fn side<'w>(words: &'w [u32], headline: &'w str) -> DocumentView<'w> {
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
        let (l, r) = (side(left, left_headline), side(right, right_headline));
        classify(l, r, &alignment, LIMITS)
            .map(|m| (m.relation, m.containment_left, m.containment_right))
    }

    fn relation(left: &[u32], right: &[u32]) -> Option<Relation> {
        check(left, right).map(|found| found.0)
    }

    proptest! {
        #[test]
        fn what_is_not_admitted_is_no_match(
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
            let (l, r) = (side(&left, "One headline of these two"), side(&right, "One headline of these two"));
            let found = classify(l, r, &alignment, thresholds);
            prop_assert!(found.is_none() || thresholds.may_match(&alignment, [l.effective_length, r.effective_length]));
        }
    }

    #[test]
    fn what_shares_nothing_is_no_match_whatever_the_limits() {
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
        let sides = (side(&whole, ""), side(&quoted, ""));
        let thresholds = |min_passage| Thresholds {
            min_passage,
            ..LIMITS
        };
        assert!(classify(sides.0, sides.1, &alignment, thresholds(40)).is_some());
        assert!(classify(sides.0, sides.1, &alignment, thresholds(1 << 31)).is_none());
    }

    #[test]
    fn a_form_filled_in_with_other_numbers_is_no_copy_and_one_corrected_is() {
        // Ninety words, every ninth of them a number, the first `changed` of those other ones.
        let form = |changed: u32| -> Vec<u32> {
            let number = |k: u32| NUMERIC | if k < changed { 500 + k } else { k };
            let word = |w: u32| if w % 9 == 4 { number(w / 9) } else { w };
            (0..90).map(word).collect()
        };
        assert_eq!(relation(&form(0), &form(6)), None);
        assert_eq!(relation(&form(0), &form(4)), Some(Relation::Near));
    }

    #[test]
    fn less_than_half_in_one_place_is_a_quotation_and_all_over_an_update() {
        let quoted = text(&[200..300, 30..75, 300..325]);
        assert_eq!(relation(&text(&[0..130]), &quoted), Some(Relation::Overlap));
        let spread = text(&[0..25, 400..440, 60..75, 500..530, 125..140]);
        assert_eq!(relation(&text(&[0..140]), &spread), Some(Relation::Near));
    }

    #[test]
    fn pages_that_share_some_whole_stories_are_no_updates_of_each_other() {
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
    fn who_asks_for_whole_copies_gets_no_updates() {
        for (threshold, update) in [(0.2, 0.1), (0.5, 0.25), (0.9, 0.85), (1.0, 1.0)] {
            let thresholds = Thresholds {
                threshold,
                ..LIMITS
            };
            assert!((thresholds.least_containment() - update).abs() < 1e-9);
        }
    }

    #[test]
    fn under_one_headline_it_is_no_quotation() {
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
    fn an_exact_match_is_whole_on_both_sides() {
        let found = exact_match(DocumentIndex(3), DocumentIndex(1), 9);
        assert_eq!(
            (found.relation, found.aligned, found.longest_run),
            (Relation::Exact, 9, 9)
        );
        assert_eq!(found.passages[0].0.len(), 9);
    }
}
