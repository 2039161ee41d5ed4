//! Compares two documents: aligns their words and classifies the alignment.

use super::prefilter::{FingerprintPositions, Needed, Prefilter};
use super::relation::{Thresholds, classify, exact_match};
use crate::align::{Aligner, Buffers};
use crate::evidence::dictionary::Dictionary;
use crate::evidence::document_view::DocumentView;
use crate::model::{DocumentIndex, Match};

/// The parameters of a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CompareOptions {
    /// Words in a shingle, at least 1. Two documents align only around a shingle that both have. Default 5.
    pub shingle: u32,
    /// What makes two documents copies, or overlapping. Default: even odds that they are one piece of news, or a passage of
    /// 40 words.
    pub thresholds: Thresholds,
}

impl Default for CompareOptions {
    fn default() -> Self {
        Self {
            shingle: 5,
            thresholds: Thresholds::default(),
        }
    }
}

/// Compares two documents with default options. See [`compare_with`].
#[must_use]
pub fn compare(left: &[u32], right: &[u32]) -> Option<Match> {
    let (left, right) = (DocumentView::new(left), DocumentView::new(right));
    compare_with(left, right, &CompareOptions::default())
}

/// How two documents are related and which passages they share, or `None` if they share too little. In the match the
/// documents have the indices 0 and 1.
///
/// Documents with the same words are [`Exact`](crate::model::Relation::Exact) copies; documents without words match
/// nothing. Time is linear in both documents if their shingles seldom recur. Allocates an index of the left document;
/// use an [`Aligner`] to compare one document with many.
///
/// ```
/// use dedupe_core::model::Relation;
/// use dedupe_core::verify::compare::{CompareOptions, compare_with};
/// use dedupe_core::DocumentView;
/// // Word ids. The right document quotes 30 of 100 words.
/// let left: Vec<u32> = (0..100).collect();
/// let right: Vec<u32> = (500..600).chain(20..50).collect();
/// let (left, right) = (DocumentView::new(&left), DocumentView::new(&right));
///
/// let mut options = CompareOptions::default();
/// assert_eq!(compare_with(left, right, &options), None);
/// options.thresholds.min_passage = 30;
/// let found = compare_with(left, right, &options).unwrap();
/// assert_eq!((found.relation, found.aligned), (Relation::Overlap, 30));
/// assert_eq!((found.passages[0].0.begin, found.passages[0].1.begin), (20, 100));
/// ```
#[must_use]
pub fn compare_with(
    left: DocumentView,
    right: DocumentView,
    options: &CompareOptions,
) -> Option<Match> {
    if left.words == right.words {
        let words = u32::try_from(left.words.len()).unwrap_or(u32::MAX);
        return (words > 0).then(|| exact_match(DocumentIndex(0), DocumentIndex(1), words));
    }
    let mut buffers = Buffers::default();
    let alignment = Aligner::new(left.words, options.shingle, &mut buffers).align(right.words);
    let may_match = options
        .thresholds
        .may_match(&alignment, [left.len(), right.len()]);
    let found = may_match.then(|| classify(left, right, &alignment, options.thresholds));
    found.flatten()
}

/// A document with its fingerprints in order, each with its first word.
#[derive(Clone, Copy, Debug)]
pub struct FingerprintedDocument<'a> {
    /// What is compared.
    pub view: DocumentView<'a>,
    /// The fingerprints.
    pub fingerprints: &'a [(u32, u64)],
}

/// Compares a candidate pair as a run does. It is [`compare_with`] after a [prefilter](super::prefilter), which rejects most
/// pairs that share set phrases only, and also some that alignment would accept.
#[must_use]
pub fn verify(
    left: FingerprintedDocument,
    right: FingerprintedDocument,
    dictionary: &Dictionary,
    options: &CompareOptions,
) -> Option<Match> {
    let lists = [left.fingerprints, right.fingerprints];
    let lengths = [left.view.len(), right.view.len()];
    let needed = Needed::of_pair(&options.thresholds, lists.map(<[_]>::len), lengths);
    let may_match = |needed: Needed| {
        let telling = left.fingerprints.iter().copied();
        let telling = telling.filter(|&(_, hash)| !dictionary.is_common(hash));
        let mut positions = FingerprintPositions::default();
        let prefilter = Prefilter::new(left.view.words, telling, &mut positions);
        prefilter.may_match(right.view.words, right.fingerprints.iter().copied(), needed)
    };
    let is_rejected = left.view.words != right.view.words && !needed.is_none_or(may_match);
    (!is_rejected).then(|| compare_with(left.view, right.view, options))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Relation;
    use crate::sketch::Sketcher;

    fn words(range: std::ops::Range<u32>) -> Vec<u32> {
        range.collect()
    }

    #[test]
    fn equal_words_are_an_exact_copy() {
        let found = compare(&words(0..50), &words(0..50)).unwrap();
        assert_eq!((found.relation, found.aligned), (Relation::Exact, 50));
        assert_eq!((found.left.0, found.right.0), (0, 1));
    }

    #[test]
    fn documents_without_words_match_nothing() {
        assert_eq!(compare(&[], &[]), None);
        assert_eq!(compare(&[], &words(0..50)), None);
        assert_eq!(compare(&words(0..50), &[]), None);
    }

    #[test]
    fn default_options_are_those_of_the_program() {
        let options = CompareOptions::default();
        assert_eq!(options.shingle, 5);
        let Thresholds {
            threshold,
            min_passage,
        } = options.thresholds;
        assert_eq!((threshold, min_passage), (0.5, 40));
    }

    #[test]
    fn a_headline_counts() {
        let left = words(0..130);
        let right = [words(200..300), words(30..110), words(300..400)].concat();
        let relation = |l: DocumentView, r: DocumentView| {
            compare_with(l, r, &CompareOptions::default()).map(|found| found.relation)
        };
        let (l, r) = (DocumentView::new(&left), DocumentView::new(&right));
        assert_eq!(relation(l, r), Some(Relation::Overlap));
        let headline = "Storm takes the roof off the old mill";
        let (titled_l, titled_r) = (
            DocumentView { headline, ..l },
            DocumentView { headline, ..r },
        );
        assert_eq!(relation(titled_l, titled_r), Some(Relation::Contained));
    }

    /// Two texts that share a passage of 100 words. If it is house text, a run does not even align them.
    #[test]
    fn a_run_rejects_pairs_that_share_common_fingerprints_only() {
        let texts = [
            [words(1000..1060), words(0..100)].concat(),
            [words(2000..2060), words(0..100)].concat(),
        ];
        let fingerprints = texts.each_ref().map(|text| -> Vec<(u32, u64)> {
            let found = Sketcher::default().fingerprints(text).into_iter();
            found.map(|f| (f.word, f.hash)).collect()
        });
        let document = |at: usize| FingerprintedDocument {
            view: DocumentView::new(&texts[at]),
            fingerprints: &fingerprints[at],
        };
        let verified = |a, b, dictionary: &Dictionary| {
            verify(
                document(a),
                document(b),
                dictionary,
                &CompareOptions::default(),
            )
        };
        let none = Dictionary::default();
        assert!(verified(0, 1, &none).is_some());
        let shared = fingerprints[0].iter().map(|(_, hash)| (hash >> 28, 14));
        let common = Dictionary::from_entries(shared);
        assert_eq!(verified(0, 1, &common), None);
        let same = verified(0, 0, &common).unwrap();
        assert_eq!(same.relation, Relation::Exact);
    }
}
