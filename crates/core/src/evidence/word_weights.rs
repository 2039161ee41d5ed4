//! What each word of a document counts.

use super::dictionary::{Dictionary, FRESH, word_weight};
use crate::model::Passage;

/// The weights of the words of one document, from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WordWeights {
    /// Runs of words of one weight: the first word of each run, and the weight. The first run begins at word 0. Empty if
    /// all words count in full.
    runs: Vec<(u32, f32)>,
}

impl WordWeights {
    /// Weights of 1.
    #[must_use]
    pub const fn full() -> Self {
        Self { runs: Vec::new() }
    }

    /// Each word has the weight of the fingerprint whose middle is nearest to it; of two equally near ones, of the later
    /// one. `fingerprints`: of the document, in order, each with its first word. `shingle`: words in a fingerprint. Time
    /// linear in the fingerprints.
    pub fn new(
        dictionary: &Dictionary,
        shingle: u32,
        fingerprints: impl Iterator<Item = (u32, u64)>,
    ) -> Self {
        let mut weights = Self::full();
        weights.set(dictionary, shingle, fingerprints);
        weights
    }

    /// As [`Self::new`], in place.
    pub fn set(
        &mut self,
        dictionary: &Dictionary,
        shingle: u32,
        fingerprints: impl Iterator<Item = (u32, u64)>,
    ) {
        self.runs.clear();
        if dictionary.is_empty() {
            return;
        }
        let mut recurs = false;
        let mut last_middle = None;
        for (word, hash) in fingerprints {
            let occasions = dictionary.occasions(hash);
            recurs |= occasions > FRESH;
            let middle = word.saturating_add(shingle / 2);
            let begin = last_middle.map_or(0, |last: u32| last.saturating_add(middle).div_ceil(2));
            last_middle = Some(middle);
            let weight = word_weight(occasions);
            match self.runs.last() {
                Some(&(_, same)) if same == weight => {}
                _ => self.runs.push((begin, weight)),
            }
        }
        if !recurs {
            self.runs.clear();
        }
    }

    /// The sum of the weights of a passage. Time logarithmic in the runs, and linear in those of the passage.
    #[must_use]
    pub fn sum(&self, passage: Passage) -> f64 {
        self.sum_of(passage, f64::from)
    }

    /// The number of words of a passage that are not house text.
    #[must_use]
    pub fn own_words(&self, passage: Passage) -> f64 {
        self.sum_of(passage, |weight| if weight > 0.0 { 1.0 } else { 0.0 })
    }

    fn sum_of(&self, passage: Passage, value: impl Fn(f32) -> f64) -> f64 {
        let first = self.runs.partition_point(|run| run.0 <= passage.begin);
        let Some(first) = first.checked_sub(1) else {
            return f64::from(passage.len());
        };
        let runs = &self.runs[first..];
        let ends = runs.iter().skip(1).map(|run| run.0).chain([u32::MAX]);
        let inside = runs
            .iter()
            .zip(ends)
            .take_while(|(run, _)| run.0 < passage.end);
        inside
            .map(|(&(begin, weight), end)| {
                let words = passage.shared(Passage { begin, end });
                f64::from(words) * value(weight)
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passage(begin: u32, end: u32) -> Passage {
        Passage { begin, end }
    }

    #[test]
    fn a_word_counts_as_the_nearest_fingerprint() {
        let dictionary = Dictionary::from_entries([(1, 14)]);
        // Middles at 2, 12 and 22. The second one recurs; words 7 to 16 are nearest to it.
        let fingerprints = [(0, 5 << 28), (10, 1 << 28), (20, 6 << 28)];
        let weights = WordWeights::new(&dictionary, 5, fingerprints.into_iter());
        assert_eq!(weights.sum(passage(0, 7)), 7.0);
        assert!((weights.sum(passage(7, 17)) - 1.0).abs() < 1e-6);
        assert_eq!(weights.sum(passage(17, 40)), 23.0);
        assert!((weights.sum(passage(5, 19)) - 5.0).abs() < 1e-6);
        assert_eq!(weights.sum(passage(9, 9)), 0.0);
    }

    #[test]
    fn house_text_is_not_part_of_a_document() {
        let dictionary = Dictionary::from_entries([(1, 24), (2, 23)]);
        let fingerprints = [(0, 1 << 28), (10, 2 << 28), (20, 6 << 28)];
        let weights = WordWeights::new(&dictionary, 5, fingerprints.into_iter());
        assert_eq!(weights.sum(passage(0, 7)), 0.0);
        assert_eq!(weights.own_words(passage(0, 30)), 23.0);
        assert_eq!(WordWeights::full().own_words(passage(3, 9)), 6.0);
    }

    #[test]
    fn a_document_without_recurring_passages_counts_in_full() {
        let dictionary = Dictionary::from_entries([(1, 14)]);
        let weights = WordWeights::new(&dictionary, 5, [(0, 5 << 28)].into_iter());
        assert_eq!(weights, WordWeights::full());
        assert_eq!(weights.sum(passage(3, 9)), 6.0);
    }

    proptest! {
        #[test]
        fn sums_are_those_of_the_words(
            steps in prop::collection::vec((1u32..30, 0u64..6), 1..12),
            begin in 0u32..200,
            len in 0u32..200,
        ) {
            let dictionary = Dictionary::from_entries([(1, 6), (2, 7), (3, 20), (4, 30)]);
            let mut at = 0;
            let fingerprints: Vec<(u32, u64)> = steps
                .iter()
                .map(|&(step, hash)| { at += step; (at, hash << 28) })
                .collect();
            let weights = WordWeights::new(&dictionary, 5, fingerprints.iter().copied());
            let slow = |word: u32| {
                let distance = |at: u32| (i64::from(at) + 2 - i64::from(word)).abs();
                let nearest = fingerprints.iter().rev().min_by_key(|f| distance(f.0));
                nearest.map_or(1.0, |f| f64::from(word_weight(dictionary.occasions(f.1))))
            };
            let expected: f64 = (begin..begin + len).map(slow).sum();
            let found = weights.sum(passage(begin, begin + len));
            prop_assert!((found - expected).abs() < 1e-3, "{found} {expected}");
        }
    }
}
