//! From an alignment to a relation, with its figures.

use super::align::{Alignment, passage_weight};
use crate::model::{DocumentIndex, Match, Passage, Relation};
use crate::text::is_number;

/// Least weight, in half words, of what is aligned in a copy that is not exact: shorter texts agree by
/// chance, or by a byline.
const LEAST_COPY: u32 = 2 * 16;

/// Containment from which a copy may be one passage; below, it must be spread out.
const WHOLE: f64 = 0.5;
/// Share of a document over which the passages of an update are spread.
const SPREAD: f64 = 0.6;
/// Numbers that must differ before two texts are one form filled in twice.
const LEAST_REPLACED: usize = 3;
/// Share of the aligned words that must be equal for a form: in badly scanned text numbers are misread
/// as words are.
const FORM: f64 = 0.8;

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
    fn numbers(&self, passage: Passage) -> Vec<u32> {
        let words = &self.words[passage.begin as usize..passage.end as usize];
        words.iter().copied().filter(|&id| is_number(id)).collect()
    }

    fn containment(&self, aligned: u32) -> f64 {
        f64::from(aligned) / f64::from(self.counted.max(1))
    }
}

/// The relation of two documents whose words are not all the same, or none. Time linear in the
/// aligned words.
///
/// A copy is contained at the threshold, and more than a quotation ([`is_quotation`]) and than a filled
/// in form ([`is_template`]). What is no copy may still be an overlap.
#[must_use]
pub fn judge(left: Side, right: Side, alignment: &Alignment, limits: Limits) -> Option<Match> {
    let aligned = alignment.aligned().min(left.counted).min(right.counted);
    let (in_left, in_right) = (left.containment(aligned), right.containment(aligned));
    let blocks = &alignment.blocks;
    let (lefts, rights): (Vec<Passage>, Vec<Passage>) =
        blocks.iter().map(|b| (b.left, b.right)).unzip();
    let weights: Vec<u32> = (lefts.iter().zip(&rights))
        .map(|(&l, &r)| passage_weight(left.words, l).min(passage_weight(right.words, r)))
        .collect();
    let template = is_template(left, right, alignment);
    let copied = !template && weights.iter().sum::<u32>() >= LEAST_COPY;
    let quoted =
        in_left.max(in_right) < WHOLE && is_quotation(left, &lefts) && is_quotation(right, &rights);
    let longest = match template {
        true => alignment.longest_run,
        false => weights.iter().max().copied().unwrap_or(0),
    };
    let relation = match (in_left >= limits.threshold, in_right >= limits.threshold) {
        (true, true) if copied && !quoted => Relation::Near,
        (true, false) if copied && !quoted => Relation::Contained,
        (false, true) if copied && !quoted => Relation::Contains,
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
        passages: lefts.into_iter().zip(rights).collect(),
    })
}

/// True where what is shared, less than half of either document, stands together in one part of this
/// one: two texts quote one source. An update shares passages all over both.
fn is_quotation(side: Side, passages: &[Passage]) -> bool {
    let begin = passages.iter().map(|p| p.begin).min().unwrap_or(0);
    let end = passages.iter().map(|p| p.end).max().unwrap_or(0);
    f64::from(end - begin) < SPREAD * f64::from(side.counted)
}

/// True where the aligned passages are one form filled in twice: weather, dividends, scores. Of their
/// numbers more are replaced by others than agree.
fn is_template(left: Side, right: Side, alignment: &Alignment) -> bool {
    let (mut agree, mut replaced) = (0, 0);
    for block in &alignment.blocks {
        let (mut l, mut r) = (left.numbers(block.left), right.numbers(block.right));
        let (of_left, of_right) = (l.len(), r.len());
        l.sort_unstable();
        r.sort_unstable();
        let both = common(&l, &r);
        agree += both;
        replaced += of_left.min(of_right) - both;
    }
    let form = f64::from(alignment.equal()) >= FORM * f64::from(alignment.aligned());
    form && replaced >= LEAST_REPLACED && replaced > agree
}

/// Elements that two sorted lists have in common, with repetition.
fn common(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    both
}

/// The match of two documents with the same words all through.
#[must_use]
pub fn exact(left: DocumentIndex, right: DocumentIndex, words: u32) -> Match {
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
