//! Rejects most candidate pairs before they are aligned, by their shared fingerprints.
//!
//! Most candidates share a phrase or two. The prefilter extends each shared fingerprint over edits in both directions,
//! as alignment does. A copy may be scattered over its original, so all extensions together must give a part of its
//! words. The passage of an overlap is in one place, so one extension must give a part of it. If neither does, the pair
//! is rejected, and its documents are not indexed.
//!
//! This is a heuristic: it also rejects pairs that alignment would accept. On 106,520 Reuters stories, compared
//! with a test that asks for 0.3 of the words in all places together, it loses 4 of 11,456 copies and 25 of 8,939
//! overlaps, and saves two fifths of the alignments.

use super::relation::Thresholds;
use crate::align::hash_index::HashIndex;
use crate::align::{chars_per_word, extend_around};

/// All extensions together must give this share of the words that a copy needs. Those of an edited or badly scanned copy
/// cover only a part of its words.
const MIN_COPY_SHARE: f64 = 0.4;
/// Or one extension must give this share of the passage that an overlap needs. Alignment joins passages over short gaps.
const MIN_PASSAGE_SHARE: f64 = 0.75;

/// Documents with at most this many fingerprints are not filtered: they have too few to rule anything out.
const TOO_FEW: usize = 4;

/// Where the fingerprints of a document are. The buffers are reused for the next one.
#[derive(Debug, Default)]
pub struct FingerprintPositions {
    /// The first word of each fingerprint.
    words: Vec<u32>,
    index: HashIndex,
}

impl FingerprintPositions {
    /// Replaces the fingerprints, each given with the word at which it begins.
    pub fn set(&mut self, fingerprints: impl Iterator<Item = (u32, u64)>) {
        let Self { words, index } = self;
        words.clear();
        index.set(|hashes| {
            hashes.clear();
            for (word, hash) in fingerprints {
                words.push(word);
                hashes.push(hash);
            }
        });
    }

    /// The words at which a fingerprint begins.
    fn words(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let positions = self.index.positions(hash);
        positions.filter_map(|at| self.words.get(at).copied())
    }

    /// The first word at which a fingerprint begins.
    fn first(&self, hash: u64) -> Option<u32> {
        let may_have = self.index.may_have(hash);
        may_have.then(|| self.words(hash).next()).flatten()
    }
}

/// An index of the fingerprints of one document, the left one. Checks it against any number of right documents.
pub struct Prefilter<'a> {
    words: &'a [u32],
    positions: &'a FingerprintPositions,
    chars_per_word: usize,
}

/// What a pair needs to be a match.
#[derive(Clone, Copy, Debug)]
pub struct Needed {
    /// Words that a copy needs.
    pub copy: f64,
    /// Words that a passage of an overlap needs.
    pub min_passage: u32,
}

impl Needed {
    /// What a pair needs to be a match, or `None` if its fingerprints are too few to rule it out. Both lists have one number
    /// for each document: of its fingerprints, of its words.
    #[must_use]
    pub fn of_pair(
        thresholds: &Thresholds,
        fingerprints: [usize; 2],
        words: [u32; 2],
    ) -> Option<Self> {
        let [left, right] = fingerprints;
        (left.min(right) > TOO_FEW).then(|| Self {
            copy: thresholds.least_share() * f64::from(words[0].min(words[1])),
            min_passage: thresholds.min_passage,
        })
    }
}

impl<'a> Prefilter<'a> {
    /// Indexes `fingerprints` of a document of these `words`, each given with the word at which it begins. Overwrites
    /// `positions`.
    #[must_use]
    pub fn new(
        words: &'a [u32],
        fingerprints: impl Iterator<Item = (u32, u64)>,
        positions: &'a mut FingerprintPositions,
    ) -> Self {
        positions.set(fingerprints);
        Self {
            words,
            positions,
            chars_per_word: chars_per_word(words),
        }
    }

    /// Returns false if too few words align around the fingerprints shared with a right document: in all places
    /// together less than 0.4 × the words that a copy needs, and in none 0.75 × the words of an overlap.
    ///
    /// Time linear in the right document's fingerprints and in the aligned words.
    pub fn may_match(
        &self,
        right: &[u32],
        fingerprints: impl Iterator<Item = (u32, u64)>,
        needed: Needed,
    ) -> bool {
        let seeds = fingerprints.filter_map(|(at, hash)| Some((at, self.positions.first(hash)?)));
        self.is_enough(right, seeds, needed)
    }

    /// [`may_match`](Self::may_match) for a right document whose fingerprints are indexed too. The result is the same.
    /// Time linear in the left document's fingerprints and in the aligned words.
    pub fn may_match_indexed(
        &self,
        right: &[u32],
        fingerprints: &FingerprintPositions,
        needed: Needed,
    ) -> bool {
        let own = self
            .positions
            .words
            .iter()
            .zip(self.positions.index.hashes());
        let first = own.filter(|&(&word, &hash)| self.positions.first(hash) == Some(word));
        let seeds = first.flat_map(|(&word, &hash)| {
            let shared = fingerprints.words(hash);
            shared.map(move |at| (at, word))
        });
        let mut seeds: Vec<(u32, u32)> = seeds.collect();
        seeds.sort_unstable();
        self.is_enough(right, seeds.into_iter(), needed)
    }

    /// `seeds`: where a shared fingerprint begins in the right document and in the left one, in the order of the right
    /// one.
    fn is_enough(
        &self,
        right: &[u32],
        seeds: impl Iterator<Item = (u32, u32)>,
        needed: Needed,
    ) -> bool {
        let overlap = f64::from(needed.min_passage) * self.chars_per_word as f64;
        let (copy, passage) = (MIN_COPY_SHARE * needed.copy, MIN_PASSAGE_SHARE * overlap);
        let (mut aligned, mut end) = (0, 0);
        for (at, position) in seeds {
            if (at as usize) < end {
                continue;
            }
            let seed = (position as usize, at as usize);
            let (found, found_end) = extend_around(self.words, right, seed, self.chars_per_word);
            aligned += found;
            end = found_end;
            if aligned as f64 >= copy || found as f64 >= passage {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
// A text is a list of word ranges, often of one range.
#[allow(clippy::single_range_in_vec_init)]
mod tests {
    use super::*;
    use crate::sketch::bands::Bands;
    use crate::sketch::{Sketcher, WINDOW};
    use crate::text::UNSPACED;

    fn fingerprints(words: &[u32]) -> Vec<(u32, u64)> {
        let sketcher = Sketcher {
            shingle: 5,
            window: WINDOW,
            bands: Bands { bands: 1, rows: 1 },
        };
        let found = sketcher.fingerprints(words).into_iter();
        found.map(|f| (f.word, f.hash)).collect()
    }

    fn needed(copy: f64, min_passage: u32) -> Needed {
        Needed { copy, min_passage }
    }

    /// Whether a pair may be a copy that needs `copy` words, or share a passage of 40.
    fn may_match(left: &[u32], right: &[u32], copy: f64) -> bool {
        let of = |words| fingerprints(words).into_iter();
        let mut positions = FingerprintPositions::default();
        let mut of_right = FingerprintPositions::default();
        of_right.set(of(right));
        let prefilter = Prefilter::new(left, of(left), &mut positions);
        let found = prefilter.may_match(right, of(right), needed(copy, 40));
        let indexed = prefilter.may_match_indexed(right, &of_right, needed(copy, 40));
        assert_eq!(found, indexed);
        found
    }

    #[test]
    fn a_document_of_few_fingerprints_is_not_filtered() {
        let thresholds = Thresholds::default();
        let needed = |fingerprints| Needed::of_pair(&thresholds, fingerprints, [900, 100]);
        assert!(needed([4, 90]).is_none() && needed([90, 4]).is_none());
        let needed = needed([5, 90]).unwrap();
        assert_eq!(needed.min_passage, 40);
        assert_eq!(needed.copy, thresholds.least_share() * 100.0);
    }

    fn text(parts: &[std::ops::Range<u32>]) -> Vec<u32> {
        parts.iter().cloned().flatten().collect()
    }

    #[test]
    fn a_story_in_a_page_passes() {
        let page = text(&[5000..6000, 0..200, 7000..9000]);
        assert!(may_match(&text(&[0..200]), &page, 60.0));
        assert!(may_match(&page, &text(&[0..200]), 60.0));
    }

    #[test]
    fn a_quotation_in_long_texts_passes() {
        let (a, b) = (
            text(&[1000..3000, 0..45]),
            text(&[4000..5000, 0..45, 6000..7000]),
        );
        assert!(may_match(&a, &b, 300.0));
    }

    #[test]
    fn badly_scanned_text_passes() {
        // Every seventh word is misread. Hardly a fingerprint is left, but each extends over the errors.
        let story = text(&[0..400]);
        let scanned: Vec<u32> = story
            .iter()
            .map(|&w| if w % 7 == 3 { w + 9000 } else { w })
            .collect();
        assert!(may_match(&story, &scanned, 120.0));
    }

    #[test]
    fn a_phrase_is_rejected() {
        let (a, b) = (
            text(&[1000..1200, 0..10, 1200..1300]),
            text(&[2000..2100, 0..10, 2100..2300]),
        );
        assert!(!may_match(&a, &b, 90.0));
        assert!(!may_match(&a, &text(&[3000..3300]), 90.0));
    }

    #[test]
    fn a_part_of_what_a_match_needs_passes() {
        // A run of 20 words: 0.4 × 50 = 20, and 0.75 × 26 = 19.5.
        let (a, b) = (
            text(&[1000..1200, 0..20, 1200..1300]),
            text(&[2000..2100, 0..20, 2100..2300]),
        );
        let (pairs, mut positions) = (fingerprints(&b), FingerprintPositions::default());
        let prefilter = Prefilter::new(&a, fingerprints(&a).into_iter(), &mut positions);
        let passes = |copy, min_passage| {
            prefilter.may_match(&b, pairs.iter().copied(), needed(copy, min_passage))
        };
        assert!(passes(50.0, 1000));
        assert!(!passes(51.0, 1000));
        assert!(passes(1000.0, 26));
        assert!(!passes(1000.0, 27));
    }

    #[test]
    fn an_overlap_of_unspaced_text_needs_twice_as_many_characters() {
        let unspaced = |parts: &[std::ops::Range<u32>]| -> Vec<u32> {
            text(parts).into_iter().map(|c| c | UNSPACED).collect()
        };
        let (a, b) = (
            unspaced(&[1000..1200, 0..40, 1200..1300]),
            unspaced(&[2000..2100, 0..40, 2100..2300]),
        );
        let mut positions = FingerprintPositions::default();
        let prefilter = Prefilter::new(&a, fingerprints(&a).into_iter(), &mut positions);
        let passes = |min_passage| {
            prefilter.may_match(&b, fingerprints(&b).into_iter(), needed(1e9, min_passage))
        };
        assert!(passes(26));
        assert!(!passes(27));
    }

    #[test]
    fn words_around_several_fingerprints_add_up_for_a_copy_and_count_once() {
        // Three runs of 20 words with 100 others between them.
        let runs = [0..20, 100..120, 200..220];
        let with = |other: u32| {
            let parts = (0..).zip(&runs).flat_map(|(k, run)| {
                let begin = other + 100 * k;
                [begin..begin + 100, run.clone()]
            });
            text(&parts.collect::<Vec<_>>())
        };
        assert!(may_match(&with(1000), &with(2000), 120.0));
        let (a, b) = (with(1000), with(2000));
        let mut positions = FingerprintPositions::default();
        let prefilter = Prefilter::new(&a, fingerprints(&a).into_iter(), &mut positions);
        let passes = |copy, min_passage| {
            prefilter.may_match(&b, fingerprints(&b).into_iter(), needed(copy, min_passage))
        };
        assert!(passes(149.0, 1000));
        assert!(!passes(151.0, 1000));
        // No run alone is long enough for an overlap.
        assert!(!passes(1000.0, 40));
    }
}
