//! Shingles: hashes of runs of consecutive words (Broder 1997, "On the resemblance and containment of documents",
//! section 2).
//!
//! Length is counted in half words: a word of a spaced script counts as two, a character of an unspaced script as
//! one. The shingle at a word is the shortest run from there with at least `2 n` half words:
//! `n` words of English, `2 n` characters of Chinese, or a mix.
//!
//! The hash is a polynomial over the word ids modulo 2^64, mixed so that hashes can be compared for order by any
//! of their bits.

use super::UNSPACED;
use multiversion::multiversion;

/// The base of the polynomial: an odd number without a simple bit pattern (2^64 divided by the golden ratio).
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Shingles that are computed together: as many as fit into the first-level cache.
const SIDE_BY_SIDE: usize = 1024;

/// The length of one word, in half words: 2, or 1 for an unspaced character.
#[must_use]
pub fn weight(id: u32) -> u32 {
    if id & UNSPACED == 0 { 2 } else { 1 }
}

/// The length of `ids`, in half words.
#[must_use]
pub fn weights(ids: &[u32]) -> u32 {
    ids.iter().map(|&id| weight(id)).sum()
}

/// Replaces `out` by the shingle hashes of `ids`. The hash at index `k` is that of the shingle that begins at
/// word `k`. A text shorter than one shingle is one shingle; a text without words has none.
///
/// `n`: words in a shingle; 0 counts as 1. Time: linear in `ids` if one of them is unspaced, otherwise `n` times
/// that, in vector registers.
///
/// ```
/// use dedupe_core::text::{shingles::shingles, words};
/// let (mut left, mut right) = (vec![], vec![]);
/// shingles(words("Mayor resigns over bridge report").ids(), 3, &mut left);
/// shingles(words("The mayor resigns over bridge").ids(), 3, &mut right);
/// assert_eq!(left[..2], right[1..]);
/// ```
pub fn shingles(ids: &[u32], n: u32, out: &mut Vec<u64>) {
    let n = n.max(1);
    let union = ids.iter().fold(0, |union, id| union | id);
    if union & UNSPACED == 0 && ids.len() >= n as usize {
        spaced_shingles(ids, n as usize, out);
    } else {
        out.clear();
        rolling_shingles(ids, n.saturating_mul(2), out);
    }
}

/// The shingles of a text of at least `n` words, none of them unspaced.
///
/// Neighbouring polynomials are computed side by side instead of rolling from one to the next. None depends on another,
/// so vector registers compute several at once.
#[multiversion(targets("x86_64+avx512f+avx512dq", "x86_64+avx2"))]
fn spaced_shingles(ids: &[u32], n: usize, out: &mut Vec<u64>) {
    // What is left of another document is overwritten.
    out.resize(ids.len() + 1 - n, 0);
    match n {
        USUAL => shingles_of_usual_length(ids, out),
        _ => shingles_of_any_length(ids, n, out),
    }
}

/// Words of a shingle for which the code is specialised: the default of a sketch.
const USUAL: usize = 5;

/// Each polynomial is a sum of products: each word times a constant, so that no product waits for another.
#[inline(always)]
fn shingles_of_usual_length(ids: &[u32], out: &mut [u64]) {
    const POWERS: [u64; USUAL] = {
        let mut powers = [1; USUAL];
        let mut at = USUAL - 1;
        while at > 0 {
            powers[at - 1] = BASE.wrapping_mul(powers[at]);
            at -= 1;
        }
        powers
    };
    // Each term is a word id plus 1. The products of all ones are one constant, so that a term has 32 bits and its
    // product takes fewer instructions.
    const ONES: u64 = {
        let [a, b, c, d, e] = POWERS;
        (a.wrapping_add(b).wrapping_add(c)).wrapping_add(d.wrapping_add(e))
    };
    let from = |at: usize| ids.get(at..).unwrap_or_default();
    let words = from(0)
        .iter()
        .zip(from(1))
        .zip(from(2))
        .zip(from(3))
        .zip(from(4));
    for (hash, ((((a, b), c), d), e)) in out.iter_mut().zip(words) {
        let product = |id: u32, at: usize| u64::from(id).wrapping_mul(POWERS[at]);
        let first = product(*a, 0).wrapping_add(product(*b, 1));
        let last = product(*c, 2)
            .wrapping_add(product(*d, 3))
            .wrapping_add(product(*e, 4));
        *hash = mix(first.wrapping_add(last).wrapping_add(ONES));
    }
}

#[inline(always)]
fn shingles_of_any_length(ids: &[u32], n: usize, out: &mut [u64]) {
    let starts = (0..).step_by(SIDE_BY_SIDE);
    for (start, hashes) in starts.zip(out.chunks_mut(SIDE_BY_SIDE)) {
        hashes.fill(0);
        for added in (start..start + n).filter_map(|at| ids.get(at..)) {
            for (hash, &id) in hashes.iter_mut().zip(added) {
                *hash = hash.wrapping_mul(BASE).wrapping_add(term(id));
            }
        }
        for hash in hashes {
            *hash = mix(*hash);
        }
    }
}

/// The shingles of `full` half words, each rolled from the one before.
fn rolling_shingles(ids: &[u32], full: u32, out: &mut Vec<u64>) {
    let powers = powers((full as usize).min(ids.len()));
    let (mut end, mut length, mut hash) = (0, 0, 0u64);
    for (begin, &first) in ids.iter().enumerate() {
        while length < full {
            let Some(&id) = ids.get(end) else { break };
            hash = hash.wrapping_mul(BASE).wrapping_add(term(id));
            length += weight(id);
            end += 1;
        }
        if length < full && begin > 0 {
            return;
        }
        out.push(mix(hash));
        if length < full {
            return;
        }
        hash = hash.wrapping_sub(term(first).wrapping_mul(powers[end - begin - 1]));
        length -= weight(first);
    }
}

/// Words in the shingle that begins at word `begin`, as [`shingles`] computes it.
#[must_use]
pub fn shingle_len(ids: &[u32], begin: usize, n: u32) -> usize {
    let mut length = 0;
    let rest = ids.get(begin..).unwrap_or_default();
    for (k, &id) in rest.iter().enumerate() {
        length += weight(id);
        if length >= n.max(1).saturating_mul(2) {
            return k + 1;
        }
    }
    rest.len()
}

fn term(id: u32) -> u64 {
    u64::from(id) + 1
}

/// `BASE^0 ..= BASE^count`, for shingles of up to `count + 1` words.
fn powers(count: usize) -> Vec<u64> {
    std::iter::successors(Some(1u64), |p| Some(p.wrapping_mul(BASE)))
        .take(count + 1)
        .collect()
}

/// Spreads every input bit over all output bits (the finaliser of SplitMix64, Steele and others 2014). A single
/// folded multiplication is cheaper, but loses 1 % of the matches.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hashes(ids: &[u32], n: u32) -> Vec<u64> {
        let mut out = vec![7];
        shingles(ids, n, &mut out);
        out
    }

    /// The slow twin: hashes each shingle from scratch.
    fn one_by_one(ids: &[u32], n: u32) -> Vec<u64> {
        let hash = |run: &[u32]| {
            mix(run
                .iter()
                .fold(0u64, |h, &id| h.wrapping_mul(BASE).wrapping_add(term(id))))
        };
        if ids.is_empty() {
            return vec![];
        }
        if weights(ids) < 2 * n {
            return vec![hash(ids)];
        }
        (0..ids.len())
            .map(|b| &ids[b..b + shingle_len(ids, b, n)])
            .filter(|run| weights(run) >= 2 * n)
            .map(hash)
            .collect()
    }

    proptest! {
        #[test]
        fn shingles_equal_those_hashed_one_by_one(
            words in prop::collection::vec((0u32..9, any::<bool>()), 0..60),
            n in 1u32..8,
        ) {
            let ids: Vec<u32> = words.iter().map(|&(w, u)| if u { w | UNSPACED } else { w }).collect();
            prop_assert_eq!(hashes(&ids, n), one_by_one(&ids, n));
        }
    }

    #[test]
    fn parts_of_a_text_are_hashed_like_a_whole_one() {
        for words in SIDE_BY_SIDE - 2..SIDE_BY_SIDE + 12 {
            let ids: Vec<u32> = (0..words as u32).map(|w| w * w).collect();
            assert_eq!(hashes(&ids, 5), one_by_one(&ids, 5), "{words}");
        }
    }

    #[test]
    fn ten_characters_make_a_shingle_of_five_words() {
        let words: Vec<u32> = (0..9).collect();
        let characters: Vec<u32> = (0..14).map(|c| c | UNSPACED).collect();
        assert_eq!(hashes(&words, 5).len(), 5);
        assert_eq!(hashes(&characters, 5).len(), 5);
    }

    #[test]
    fn a_text_shorter_than_a_shingle_is_one_shingle() {
        assert_eq!(hashes(&[1, 2], 5).len(), 1);
        assert_ne!(hashes(&[1, 2], 5), hashes(&[2, 1], 5));
        assert!(hashes(&[], 5).is_empty());
    }
}
