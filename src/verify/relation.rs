//! From an alignment to a relation, with its figures.

use super::align::{Alignment, passage_weight};
use crate::model::DocumentIndex;
use crate::model::{Match, Relation};

/// Least weight, in half words, of what is aligned in a copy that is not exact: shorter texts agree by
/// chance, or by a byline.
const LEAST_COPY: u32 = 2 * 16;

/// What makes a pair a copy, and what an overlap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Containment from which one document stands in the other.
    pub threshold: f64,
    /// Words that an overlapping passage must have.
    pub min_passage: u32,
}

/// A document as verification sees it.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Which one.
    pub document: DocumentIndex,
    /// Its words.
    pub words: &'a [u32],
    /// How many of them are no boilerplate.
    pub counted: u32,
}

impl Side<'_> {
    fn containment(&self, aligned: u32) -> f64 {
        f64::from(aligned) / f64::from(self.counted.max(1))
    }
}

/// The relation of two documents whose words are not all the same, or none. Time linear in the blocks.
#[must_use]
pub fn judge(left: Side, right: Side, alignment: &Alignment, limits: Limits) -> Option<Match> {
    let aligned = alignment.aligned().min(left.counted).min(right.counted);
    let (in_left, in_right) = (left.containment(aligned), right.containment(aligned));
    let weights: Vec<u32> = (alignment.blocks.iter())
        .map(|b| passage_weight(left.words, b.left).min(passage_weight(right.words, b.right)))
        .collect();
    let copied = weights.iter().sum::<u32>() >= LEAST_COPY;
    let longest = weights.iter().max().copied().unwrap_or(0);
    let relation = match (in_left >= limits.threshold, in_right >= limits.threshold) {
        (true, true) if copied => Relation::Near,
        (true, false) if copied => Relation::Contained,
        (false, true) if copied => Relation::Contains,
        _ if longest >= 2 * limits.min_passage => Relation::Overlap,
        _ => return None,
    };
    let union = left.counted + right.counted - aligned;
    Some(Match {
        left: left.document,
        right: right.document,
        relation,
        aligned,
        resemblance: f64::from(aligned) / f64::from(union.max(1)),
        containment_left: in_left,
        containment_right: in_right,
        longest_run: alignment.longest_run,
        passages: alignment.blocks.iter().map(|b| (b.left, b.right)).collect(),
    })
}

/// The match of two documents with the same words all through.
#[must_use]
pub fn exact(left: DocumentIndex, right: DocumentIndex, words: u32) -> Match {
    let whole = crate::model::Passage {
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
    use crate::verify::align::Aligner;

    const LIMITS: Limits = Limits {
        threshold: 0.5,
        min_passage: 40,
    };

    fn check(left: &[u32], right: &[u32]) -> Option<(Relation, f64, f64)> {
        let side = |words, k| Side {
            document: DocumentIndex(k),
            words,
            counted: u32::try_from(<[u32]>::len(words)).unwrap(),
        };
        let alignment = Aligner::new(left, 5).align(right);
        judge(side(left, 0), side(right, 1), &alignment, LIMITS)
            .map(|m| (m.relation, m.containment_left, m.containment_right))
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
                text(&[0..60, 900..1040]),
                Some((Relation::Contained, 0.6, 0.3)),
            ),
            (
                text(&[900..1000, 0..45]),
                Some((Relation::Overlap, 0.45, 45.0 / 145.0)),
            ),
            (text(&[900..1000, 0..35]), None),
            (text(&[900..1000]), None),
            (text(&[0..12]), None),
        ];
        for (other, expected) in cases {
            assert_eq!(check(&story, &other), expected);
        }
    }

    #[test]
    fn an_exact_match_is_whole_on_both_sides() {
        let found = exact(DocumentIndex(3), DocumentIndex(1), 9);
        assert_eq!(
            (found.relation, found.aligned, found.longest_run),
            (Relation::Exact, 9, 9)
        );
        assert_eq!(found.passages[0].0.len(), 9);
    }
}
