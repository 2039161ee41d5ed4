//! Sketches of a document: a few numbers that stand for its shingles. Two levels of one idea,
//! MinHash: [`minhash`] of the whole document, [`winnow`] of every passage of it.

pub mod bands;
pub mod minhash;
pub mod winnow;

use crate::text::shingles::shingles;
use bands::Bands;
use minhash::Signature;

/// Shingles in a winnowing window.
pub const WINDOW: usize = 15;

/// What is sketched, and how finely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketcher {
    /// Words in a shingle.
    pub shingle: u32,
    /// Shingles in a winnowing window, at most 255.
    pub window: usize,
    /// The cut of the document signature.
    pub bands: Bands,
}

impl Sketcher {
    /// Appends the fingerprints and the LSH buckets of a document of these words, and for each
    /// fingerprint the words from the one before to it: at most the window. `scratch` is overwritten.
    /// Time linear in `words`.
    pub fn sketch_into(
        &self,
        words: &[u32],
        scratch: &mut Vec<u64>,
        fingerprints: &mut Vec<u64>,
        steps: &mut Vec<u8>,
        buckets: &mut Vec<u64>,
    ) {
        shingles(words, self.shingle, scratch);
        let mut last = 0;
        winnow::winnow(scratch, self.window, |at, hash| {
            fingerprints.push(hash);
            steps.push((at - last) as u8);
            last = at;
        });
        if let Some(signature) = Signature::of(scratch) {
            self.bands.buckets(&signature, |hash| buckets.push(hash));
        }
    }

    /// The fingerprints of a document of these words, with the word at which each begins.
    #[must_use]
    pub fn fingerprints(&self, words: &[u32]) -> Vec<(u32, u64)> {
        let (mut hashes, mut found) = (Vec::new(), Vec::new());
        shingles(words, self.shingle, &mut hashes);
        winnow::winnow(&hashes, self.window, |at, hash| {
            found.push((at as u32, hash))
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn steps_lead_to_where_fingerprints_begin(words in prop::collection::vec(0u32..40, 0..400)) {
            let sketcher = Sketcher { shingle: 3, window: WINDOW, bands: Bands { bands: 2, rows: 2 } };
            let (mut hashes, mut steps) = (vec![], vec![]);
            sketcher.sketch_into(&words, &mut vec![], &mut hashes, &mut steps, &mut vec![]);
            let places = steps.iter().scan(0, |at, &s| { *at += u32::from(s); Some(*at) });
            let placed: Vec<(u32, u64)> = places.zip(hashes).collect();
            prop_assert_eq!(placed, sketcher.fingerprints(&words));
        }
    }
}
