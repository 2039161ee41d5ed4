//! Sketches: a few hashes that represent the shingles of a document. There are two levels, both of MinHash:
//! [`minhash`] samples the whole document, [`mod@winnow`] samples every passage of it.

pub mod bands;
pub mod minhash;
pub mod winnow;

use crate::text::shingles::shingles;
use bands::Bands;
use minhash::Signature;

/// Shingles in a winnowing window, by default. With shingles of 5 words, two documents that share a verbatim run of
/// 19 words share a fingerprint.
pub const WINDOW: usize = 15;

/// The sketch of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// Fingerprints of its passages, in order: about 2 for each `window + 1` words. None if the document has no words.
    pub fingerprints: Vec<Fingerprint>,
    /// Buckets of the whole document: one for each band, with the band number mixed into the hash. None if the
    /// document has no words.
    pub buckets: Vec<u64>,
}

/// A shingle hash that winnowing selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint {
    /// Index of the word at which the shingle begins.
    pub word: u32,
    /// Hash of the shingle.
    pub hash: u64,
}

/// The parameters of a sketch. Sketches can be compared only if they have the same parameters.
///
/// ```
/// use dedupe_core::sketch::{Sketcher, bands::Bands};
/// use dedupe_core::text::words;
/// let sketcher = Sketcher { bands: Bands::for_threshold(0.8), ..Sketcher::default() };
/// let sketch = sketcher.sketch(words("Mayor resigns over bridge report").ids());
/// assert_eq!(sketch.fingerprints.len(), 1);
/// assert_eq!(sketch.buckets.len(), 9);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketcher {
    /// Words in a shingle. Default 5.
    pub shingle: u32,
    /// Shingles in a winnowing window, 1 to 255. Default [`WINDOW`].
    pub window: usize,
    /// How the signature is cut into buckets. Default: for documents of resemblance 0.5 and more.
    pub bands: Bands,
}

impl Default for Sketcher {
    fn default() -> Self {
        Self {
            shingle: 5,
            window: WINDOW,
            bands: Bands::DEFAULT,
        }
    }
}

/// The sketch of a document with these word ids, with default parameters. See [`Sketcher::sketch`].
///
/// ```
/// use dedupe_core::{sketch::sketch, text::words};
/// let text = "The council voted on Tuesday to postpone the road plan after residents asked for more time";
/// let (left, right) = (sketch(words(text).ids()), sketch(words(&text.to_uppercase()).ids()));
/// assert_eq!(left, right);
/// ```
#[must_use]
pub fn sketch(words: &[u32]) -> Sketch {
    Sketcher::default().sketch(words)
}

impl Sketcher {
    /// The sketch of a document with these word ids. Time linear in `words`.
    #[must_use]
    pub fn sketch(&self, words: &[u32]) -> Sketch {
        let (mut hashes, mut buckets) = (Vec::new(), Vec::new());
        let fingerprints = self.winnow(words, &mut hashes);
        self.push_buckets(&hashes, &mut buckets);
        Sketch {
            fingerprints,
            buckets,
        }
    }

    /// Appends the hashes of the fingerprints, their steps, and the buckets of a document with these word ids. The
    /// step of a fingerprint is the number of words from the fingerprint before it, or from the first word; it is at
    /// most `window`. Overwrites `scratch`. Time linear in `words`; allocates only if the buffers are too small.
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
        self.push_buckets(scratch, buckets);
    }

    /// The fingerprints of a document with these word ids.
    #[must_use]
    pub fn fingerprints(&self, words: &[u32]) -> Vec<Fingerprint> {
        self.winnow(words, &mut Vec::new())
    }

    /// Leaves the shingles of the document in `hashes`.
    fn winnow(&self, words: &[u32], hashes: &mut Vec<u64>) -> Vec<Fingerprint> {
        shingles(words, self.shingle, hashes);
        let mut fingerprints = Vec::new();
        winnow::winnow(hashes, self.window, |at, hash| {
            let word = at as u32;
            fingerprints.push(Fingerprint { word, hash });
        });
        fingerprints
    }

    fn push_buckets(&self, hashes: &[u64], buckets: &mut Vec<u64>) {
        if let Some(signature) = Signature::of(hashes) {
            self.bands.buckets(&signature, |hash| buckets.push(hash));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn buffers_are_filled_with_the_sketch(
            words in prop::collection::vec(0u32..40, 0..400),
            shingle in 1u32..6,
            window in 1usize..40,
        ) {
            let sketcher = Sketcher { shingle, window, bands: Bands { bands: 2, rows: 2 } };
            let (mut hashes, mut steps, mut buckets) = (vec![], vec![], vec![]);
            sketcher.sketch_into(&words, &mut vec![7], &mut hashes, &mut steps, &mut buckets);
            prop_assert!(steps.iter().all(|&step| usize::from(step) <= window));
            let places = steps.iter().scan(0, |at, &s| { *at += u32::from(s); Some(*at) });
            let fingerprints: Vec<Fingerprint> =
                places.zip(hashes).map(|(word, hash)| Fingerprint { word, hash }).collect();
            prop_assert_eq!(&fingerprints, &sketcher.fingerprints(&words));
            prop_assert_eq!(Sketch { fingerprints, buckets }, sketcher.sketch(&words));
        }

        /// A fingerprint is guaranteed for `window + shingle - 1` words: a paragraph of a news agency is longer.
        #[test]
        fn a_shared_run_of_19_words_is_a_shared_fingerprint(
            left in prop::collection::vec(0u32..1000, 0..60),
            shared in prop::collection::vec(0u32..1000, 19),
            right in prop::collection::vec(0u32..1000, 0..60),
        ) {
            let hashes = |words: &[&[u32]]| -> Vec<u64> {
                sketch(&words.concat()).fingerprints.iter().map(|f| f.hash).collect()
            };
            let (a, b) = (hashes(&[&left, &shared]), hashes(&[&shared, &right]));
            prop_assert!(a.iter().any(|hash| b.contains(hash)));
        }
    }

    #[test]
    fn a_document_without_words_has_an_empty_sketch() {
        let empty = Sketch {
            fingerprints: vec![],
            buckets: vec![],
        };
        assert_eq!(sketch(&[]), empty);
    }

    /// Other hashes would propose other pairs, and reports of the same corpus would differ between versions.
    #[test]
    fn sketches_never_change() {
        let words: Vec<u32> = (0..300u32).map(|n| n * n).collect();
        let sketch = sketch(&words);
        let combined = |hashes: &mut dyn Iterator<Item = u64>| {
            hashes.fold(0u64, |sum, hash| sum.rotate_left(1) ^ hash)
        };
        let fingerprints = combined(&mut sketch.fingerprints.iter().map(|f| f.hash));
        let buckets = combined(&mut sketch.buckets.into_iter());
        assert_eq!(
            (fingerprints, buckets),
            (16_300_271_496_172_076_016, 10_034_622_598_619_320_313)
        );
    }
}
