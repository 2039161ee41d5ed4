//! A look at a pair before it is aligned: what its shared fingerprints promise.
//!
//! Most candidates share a phrase or two. Each shared fingerprint is grown over edits in both
//! directions, as alignment would; where all of them together give a fraction of what a match needs,
//! the pair is ruled out without its documents being indexed. That is a judgement, not a proof. What it
//! rules out beyond what alignment would are texts that agree in set phrases only.

use super::align::around;
use crate::text::shingles::weights;
use rustc_hash::FxHashMap;

/// Share of the words that a match needs which must be found about the shared fingerprints.
const PROMISE: f64 = 0.3;

/// Fingerprints that the map of places keeps room for.
const ROOM: usize = 1 << 16;

/// The first place of each fingerprint of a left document.
pub type FingerprintPositions = FxHashMap<u64, u32>;

/// A left document, prepared to be looked at beside many right ones.
pub struct Prefilter<'a> {
    words: &'a [u32],
    places: &'a FingerprintPositions,
    scale: usize,
}

impl<'a> Prefilter<'a> {
    /// Indexes the fingerprints of a document of these words, given with the word at which each begins;
    /// `places` is overwritten.
    #[must_use]
    pub fn new(
        words: &'a [u32],
        fingerprints: impl Iterator<Item = (u32, u64)>,
        places: &'a mut FingerprintPositions,
    ) -> Self {
        // To clear a map takes time by its room, which one huge document may have made.
        match places.capacity() {
            ..=ROOM => places.clear(),
            _ => *places = FingerprintPositions::default(),
        }
        for (at, hash) in fingerprints {
            places.entry(hash).or_insert(at);
        }
        let unspaced = (weights(words) as usize) * 2 < words.len() * 3;
        Self {
            words,
            places,
            scale: 1 + usize::from(unspaced),
        }
    }

    /// False where the pair is no match: about the fingerprints shared with a right document of these
    /// words, too little is aligned of what a copy needs, or a passage of `min_passage` words. Time
    /// linear in the right document's fingerprints and in what is aligned.
    pub fn may_match(
        &self,
        right: &[u32],
        fingerprints: impl Iterator<Item = (u32, u64)>,
        copy: f64,
        min_passage: u32,
    ) -> bool {
        let needed = PROMISE * copy.min(f64::from(min_passage) * self.scale as f64);
        let (mut aligned, mut reach) = (0, 0);
        for (at, hash) in fingerprints {
            let Some(&place) = self.places.get(&hash) else {
                continue;
            };
            if (at as usize) < reach {
                continue;
            }
            let (found, end) = around(self.words, right, (place as usize, at as usize), self.scale);
            aligned += found;
            reach = end;
            if aligned as f64 >= needed {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
// Texts are lists of word runs; many have one.
#[allow(clippy::single_range_in_vec_init)]
mod tests {
    use super::*;
    use crate::sketch::bands::Bands;
    use crate::sketch::{Sketcher, WINDOW};

    /// Whether a pair promises a copy of `copy` words or a passage of 40.
    fn promises(left: &[u32], right: &[u32], copy: f64) -> bool {
        let sketcher = Sketcher {
            shingle: 5,
            window: WINDOW,
            bands: Bands { bands: 1, rows: 1 },
        };
        let of = |words| {
            sketcher
                .fingerprints(words)
                .into_iter()
                .map(|f| (f.word, f.hash))
        };
        let mut places = FingerprintPositions::default();
        Prefilter::new(left, of(left), &mut places).may_match(right, of(right), copy, 40)
    }

    fn text(parts: &[std::ops::Range<u32>]) -> Vec<u32> {
        parts.iter().cloned().flatten().collect()
    }

    #[test]
    fn a_story_in_a_page_promises_a_match() {
        let page = text(&[5000..6000, 0..200, 7000..9000]);
        assert!(promises(&text(&[0..200]), &page, 60.0));
        assert!(promises(&page, &text(&[0..200]), 60.0));
    }

    #[test]
    fn a_quotation_promises_a_match_however_long_the_texts() {
        let (a, b) = (
            text(&[1000..3000, 0..45]),
            text(&[4000..5000, 0..45, 6000..7000]),
        );
        assert!(promises(&a, &b, 300.0));
    }

    #[test]
    fn badly_scanned_text_is_followed_over_its_errors() {
        // Every seventh word is misread: hardly a fingerprint is left, and each leads on.
        let story = text(&[0..400]);
        let scanned: Vec<u32> = story
            .iter()
            .map(|&w| if w % 7 == 3 { w + 9000 } else { w })
            .collect();
        assert!(promises(&story, &scanned, 120.0));
    }

    #[test]
    fn a_phrase_promises_none() {
        let (a, b) = (
            text(&[1000..1200, 0..10, 1200..1300]),
            text(&[2000..2100, 0..10, 2100..2300]),
        );
        assert!(!promises(&a, &b, 90.0));
        assert!(!promises(&a, &text(&[3000..3300]), 90.0));
    }
}
