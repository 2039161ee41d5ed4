//! Shingles: runs of consecutive words, hashed (Broder 1997, section 2).
//!
//! A word of a spaced script weighs two, a character of an unspaced script one; the shingle that
//! starts at a word is the shortest run from there that weighs at least `2 n`. So it has `n` words of
//! English, `2 n` characters of Chinese, and something between where a text mixes both.
//!
//! The hash is a polynomial over the word ids modulo 2^64, then mixed so that every bit may be compared for
//! order.

use super::UNSPACED;
use multiversion::multiversion;

/// An odd multiplier with no small structure (from the digits of the golden ratio).
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Shingles that are worked out together: as many as the first cache has room for.
const SIDE_BY_SIDE: usize = 1024;

/// What a word counts towards a shingle's length, in half words.
#[must_use]
pub fn weight(id: u32) -> u32 {
    if id & UNSPACED == 0 { 2 } else { 1 }
}

/// What words count in all, in half words.
#[must_use]
pub fn weights(ids: &[u32]) -> u32 {
    ids.iter().map(|&id| weight(id)).sum()
}

/// Replaces `out` by the shingle hashes of `ids`: the hash at `k` is that of the shingle that starts
/// at word `k`. A text shorter than one shingle is one shingle; a text without words has none.
///
/// `n`: words in a shingle, at least 1. Time linear in `ids` where words are unspaced, else `n` times as much.
pub fn shingles(ids: &[u32], n: u32, out: &mut Vec<u64>) {
    out.clear();
    let n = n.max(1);
    let all = ids.iter().fold(0, |all, id| all | id);
    if all & UNSPACED == 0 && ids.len() >= n as usize {
        of_spaced(ids, n as usize, out);
    } else {
        of_any(ids, 2 * n, out);
    }
}

/// The shingles of `n` words of a text without unspaced words, which has that many at least.
///
/// The polynomials of neighbouring shingles are worked out side by side, power by power, not rolled from one to the
/// next: none waits for another, so that vector registers take several at once where they multiply 64 bits.
#[multiversion(targets("x86_64+avx512f+avx512dq", "x86_64+avx2"))]
fn of_spaced(ids: &[u32], n: usize, out: &mut Vec<u64>) {
    out.resize(ids.len() + 1 - n, 0);
    let starts = (0..).step_by(SIDE_BY_SIDE);
    for (start, hashes) in starts.zip(out.chunks_mut(SIDE_BY_SIDE)) {
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

/// The shingles of `full` half words.
fn of_any(ids: &[u32], full: u32, out: &mut Vec<u64>) {
    let powers = powers(full as usize);
    let (mut end, mut held, mut hash) = (0, 0, 0u64);
    for (begin, &first) in ids.iter().enumerate() {
        while held < full {
            let Some(&id) = ids.get(end) else { break };
            hash = hash.wrapping_mul(BASE).wrapping_add(term(id));
            held += weight(id);
            end += 1;
        }
        if held < full && begin > 0 {
            return;
        }
        out.push(mix(hash));
        if held < full {
            return;
        }
        hash = hash.wrapping_sub(term(first).wrapping_mul(powers[end - begin - 1]));
        held -= weight(first);
    }
}

/// Words of the shingle that starts at `begin`, as [`shingles`] cuts it.
#[must_use]
pub fn shingle_len(ids: &[u32], begin: usize, n: u32) -> usize {
    let mut held = 0;
    let rest = ids.get(begin..).unwrap_or_default();
    for (k, &id) in rest.iter().enumerate() {
        held += weight(id);
        if held >= 2 * n.max(1) {
            return k + 1;
        }
    }
    rest.len()
}

fn term(id: u32) -> u64 {
    u64::from(id) + 1
}

/// `BASE^0 .. BASE^count`, enough for the longest shingle: one of half-weight words only.
fn powers(count: usize) -> Vec<u64> {
    std::iter::successors(Some(1u64), |p| Some(p.wrapping_mul(BASE)))
        .take(count + 1)
        .collect()
}

/// Spreads every input bit over all output bits (the finaliser of SplitMix64, Steele and others 2014).
/// One folded multiplication is cheaper, but loses a hundredth of the matches.
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

    /// Each shingle hashed from scratch.
    fn slow(ids: &[u32], n: u32) -> Vec<u64> {
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
        fn all_at_once_equal_each_by_itself(
            words in prop::collection::vec((0u32..9, any::<bool>()), 0..60),
            n in 1u32..8,
        ) {
            let ids: Vec<u32> = words.iter().map(|&(w, u)| if u { w | UNSPACED } else { w }).collect();
            prop_assert_eq!(hashes(&ids, n), slow(&ids, n));
        }
    }

    #[test]
    fn a_text_is_hashed_in_parts_as_it_is_whole() {
        for words in SIDE_BY_SIDE - 2..SIDE_BY_SIDE + 12 {
            let ids: Vec<u32> = (0..words as u32).map(|w| w * w).collect();
            assert_eq!(hashes(&ids, 5), slow(&ids, 5), "{words}");
        }
    }

    #[test]
    fn ten_characters_weigh_what_five_words_do() {
        let words: Vec<u32> = (0..9).collect();
        let characters: Vec<u32> = (0..14).map(|c| c | UNSPACED).collect();
        assert_eq!(hashes(&words, 5).len(), 5);
        assert_eq!(hashes(&characters, 5).len(), 5);
    }

    #[test]
    fn a_text_shorter_than_a_shingle_is_one() {
        assert_eq!(hashes(&[1, 2], 5).len(), 1);
        assert_ne!(hashes(&[1, 2], 5), hashes(&[2, 1], 5));
        assert!(hashes(&[], 5).is_empty());
    }
}
