//! Words of up to eight, or sixteen, ASCII letters and digits, handled in registers.
//!
//! Eight bytes at a time: where the word ends, its lower case and its hash, without a loop and without
//! a branch on its length. Lengths of words are hard to predict, so that is what makes plain text fast.

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x80 * ONES;

/// The top bit of each byte of `window` that is an ASCII letter or digit.
///
/// Seven-bit sums do not carry into the next byte; bytes that are not ASCII are masked out.
#[inline]
fn alphanumeric(window: u64) -> u64 {
    let low = window & !TOPS;
    let lower = low | (0x20 * ONES);
    let at_least = |bytes: u64, bound: u8| bytes + u64::from(0x80 - bound) * ONES;
    let letter = at_least(lower, b'a') & !at_least(lower, b'z' + 1);
    let digit = at_least(low, b'0') & !at_least(low, b'9' + 1);
    (letter | digit) & !window & TOPS
}

/// How many letters and digits `window`, lowest byte first, begins with: 0 to 8.
#[inline]
pub(super) fn leading(window: u64) -> usize {
    (!alphanumeric(window) & TOPS).trailing_zeros() as usize / 8
}

/// The lower case of eight bytes that are letters and digits; others come out changed.
#[inline]
pub(super) fn lower_case(window: u64) -> u64 {
    window | (0x20 * ONES)
}

/// The first `length` bytes of `window`, zeroes for the others; `length` is 0 to 8.
#[inline]
pub(super) fn cut(window: u64, length: usize) -> u64 {
    match length {
        8.. => window,
        _ => window & !(u64::MAX << (8 * length)),
    }
}

/// The hash of a word of at most sixteen bytes, none of them zero: `first` and `second` are its bytes, zeroes
/// behind them.
///
/// The halves of one long multiplication, as in wyhash (Wang Yi, Diego Barrios Romero and others 2019, "Modern
/// non-cryptographic hash function and pseudorandom number generator").
#[inline]
pub(super) fn hash(first: u64, second: u64) -> u64 {
    let product = u128::from(first ^ FLIPS[0]) * u128::from(second ^ FLIPS[1]);
    product as u64 ^ (product >> 64) as u64
}

/// The binary digits of the fractions of the square roots of 2 and 3, the last one set.
const FLIPS: [u64; 2] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b];

/// The hash of a word of at most sixteen bytes, and none of a longer one.
pub(super) fn hash_of(word: &[u8]) -> Option<u64> {
    let mut bytes = [0; 16];
    bytes.get_mut(..word.len())?.copy_from_slice(word);
    let word = u128::from_le_bytes(bytes);
    Some(hash(word as u64, (word >> 64) as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_byte_is_judged_as_the_library_judges_it() {
        for at in 0..8 {
            for byte in 0..=255u8 {
                for filler in [b'a', b'Z', b'0', b'9', 0, 0xff] {
                    let mut window = [filler; 8];
                    window[at] = byte;
                    let expected = window.iter().take_while(|b| b.is_ascii_alphanumeric());
                    assert_eq!(leading(u64::from_le_bytes(window)), expected.count());
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_word_in_windows_has_the_hash_of_its_bytes(bytes in any::<[u8; 16]>(), length in 1..=16usize) {
            let [first, second] = [0, 8].map(|at| {
                bytes[at..].first_chunk().map_or(0, |window| u64::from_le_bytes(*window))
            });
            let windows = (cut(first, length.min(8)), cut(second, length.saturating_sub(8)));
            prop_assert_eq!(Some(hash(windows.0, windows.1)), hash_of(&bytes[..length]));
        }

        #[test]
        fn lower_case_is_that_of_the_library(word in "[A-Za-z0-9]{8}") {
            let bytes: [u8; 8] = word.as_bytes().try_into().unwrap_or_default();
            let expected = u64::from_le_bytes(bytes.map(|b| b.to_ascii_lowercase()));
            prop_assert_eq!(lower_case(u64::from_le_bytes(bytes)), expected);
        }
    }

    #[test]
    fn longer_words_have_no_such_hash() {
        assert!(hash_of(&[b'a'; 16]).is_some());
        assert_eq!(hash_of(&[b'a'; 17]), None);
    }

    /// Words that differ in little: in a letter, in two neighbours, in length.
    #[test]
    fn no_more_hashes_agree_than_chance_has_it() {
        let letters = || b'a'..=b'z';
        let mut hashes = vec![];
        for at in 0..12 {
            for (x, y) in letters().flat_map(|x| letters().map(move |y| (x, y))) {
                for length in at + 2..=16 {
                    let mut word = [b'e'; 16];
                    (word[at], word[at + 1]) = (x, y);
                    hashes.push((hash_of(&word[..length]).unwrap(), word, length));
                }
            }
        }
        hashes.sort_unstable_by_key(|h| (h.1, h.2));
        hashes.dedup_by_key(|h| (h.1, h.2));
        let mut low: Vec<u32> = hashes.iter().map(|h| h.0 as u32 & 0x3fff_ffff).collect();
        low.sort_unstable();
        low.dedup();
        let expected = (hashes.len() as f64).powi(2) / 2f64.powi(31);
        let agreeing = (hashes.len() - low.len()) as f64;
        assert!(agreeing <= 3.0 * expected + 3.0, "{agreeing} of {expected}");
    }
}
