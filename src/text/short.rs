//! Words of up to eight, or sixteen, ASCII letters and digits, handled in registers.
//!
//! Eight bytes at a time: where the word ends, its lower case and its hash, without a loop and without
//! a branch on its length. Lengths of words are hard to predict, so that is what makes plain text fast.

use xxhash_rust::xxh3::xxh3_64;

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

/// XXH3-64, seed 0, of the lowest `length` bytes of `window`; `length` is 1 to 8.
///
/// The specification has one formula for one to three bytes and one for four to eight; both are
/// worked out and one is taken. Source: the xxHash specification, "XXH3 short input".
#[inline]
pub(super) fn hash(window: u64, length: usize) -> u64 {
    let tiny = hash_1_to_3(window, length as u32);
    let small = hash_4_to_8(window, length as u32);
    if length < 4 { tiny } else { small }
}

#[inline]
fn hash_1_to_3(window: u64, length: u32) -> u64 {
    // From the first eight bytes of the standard secret.
    const FLIP: u64 = 0x8727_5a9b;
    let byte = |at: u32| window.wrapping_shr(at.wrapping_mul(8)) & 0xff;
    let (first, middle, last) = (byte(0), byte(length / 2), byte(length.wrapping_sub(1)));
    let combined = first << 16 | middle << 24 | last | u64::from(length) << 8;
    let mut hash = combined ^ FLIP;
    hash = (hash ^ hash >> 33).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    hash = (hash ^ hash >> 29).wrapping_mul(0x1656_67b1_9e37_79f9);
    hash ^ hash >> 32
}

#[inline]
fn hash_4_to_8(window: u64, length: u32) -> u64 {
    // From bytes 8 to 23 of the standard secret.
    const FLIP: u64 = 0xc73a_b174_c5ec_d5a2;
    const PRIME: u64 = 0x9fb2_1c65_1e98_df25;
    let last = window.wrapping_shr(length.wrapping_sub(4).wrapping_mul(8)) & 0xffff_ffff;
    let mut hash = window << 32 | last;
    hash ^= FLIP;
    hash ^= hash.rotate_left(49) ^ hash.rotate_left(24);
    hash = hash.wrapping_mul(PRIME);
    hash ^= (hash >> 35).wrapping_add(u64::from(length));
    hash = hash.wrapping_mul(PRIME);
    hash ^ hash >> 28
}

/// XXH3-64, seed 0, of eight bytes and the lowest `length - 8` bytes after them; `length` is 9 to 16.
#[inline]
pub(super) fn hash_of_two(first: u64, second: u64, length: usize) -> u64 {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&first.to_le_bytes());
    bytes[8..].copy_from_slice(&second.to_le_bytes());
    xxh3_64(bytes.get(..length).unwrap_or(&bytes))
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
        fn hashes_are_those_of_the_library(bytes in any::<[u8; 8]>(), length in 1..=8usize) {
            let window = u64::from_le_bytes(bytes);
            prop_assert_eq!(hash(window, length), xxh3_64(&bytes[..length]));
        }

        #[test]
        fn hashes_of_two_windows_are_those_of_the_library(bytes in any::<[u8; 16]>(), length in 9..=16usize) {
            let [first, second] = [0, 8].map(|at| {
                bytes[at..].first_chunk().map_or(0, |window| u64::from_le_bytes(*window))
            });
            prop_assert_eq!(hash_of_two(first, second, length), xxh3_64(&bytes[..length]));
        }

        #[test]
        fn lower_case_is_that_of_the_library(word in "[A-Za-z0-9]{8}") {
            let bytes: [u8; 8] = word.as_bytes().try_into().unwrap_or_default();
            let expected = u64::from_le_bytes(bytes.map(|b| b.to_ascii_lowercase()));
            prop_assert_eq!(lower_case(u64::from_le_bytes(bytes)), expected);
        }
    }
}
