//! Hashes ASCII words of up to 16 bytes in registers.
//!
//! Lower-casing and hashing need no loop and no branch on the length. The length of words is hard to predict,
//! so this is what makes plain text fast.

/// Bytes of the longest short word.
pub(super) const LONGEST: usize = 16;

/// A short word in lower case, lowest byte first, padded with zeros.
#[derive(Clone, Copy)]
pub(super) struct ShortWord(u128);

impl ShortWord {
    /// The word in the first `length` bytes of `text`: ASCII letters and digits, and `.`, `'` and `:` between
    /// letters. `None` if it is longer than [`LONGEST`], or if `text` is shorter than that.
    #[inline]
    pub(super) fn new(text: &[u8], length: usize) -> Option<Self> {
        let window = u128::from_le_bytes(*text.first_chunk()?);
        Some(Self((window | LOWER_CASE) & FIRST_BYTES.get(length)?))
    }

    /// Its hash; equal to [`hash_bytes`] of its bytes.
    #[inline]
    pub(super) fn hash(self) -> u64 {
        hash(self.0 as u64, (self.0 >> 64) as u64)
    }

    /// True if it begins with a digit.
    #[inline]
    pub(super) fn is_number(self) -> bool {
        self.0 as u8 & LETTER == 0
    }
}

/// The bit that lower-case letters have and capitals lack. All digits and `.`, `'` and `:` have it too.
const LOWER_CASE: u128 = u128::from_le_bytes([b' '; LONGEST]);

/// A bit that lower-case letters have and digits lack.
const LETTER: u8 = 0x40;

/// Masks of the first `n` bytes, for each `n`.
const FIRST_BYTES: [u128; LONGEST + 1] = {
    let mut first = [0; LONGEST + 1];
    let mut length = 1;
    while length <= LONGEST {
        first[length] = first[length - 1] << 8 | 0xff;
        length += 1;
    }
    first
};

/// The hash of a word of at most 16 bytes, none of them zero: `first` and `second` are its bytes, padded with
/// zeros.
///
/// Folds one 128-bit product, as in wyhash (Wang Yi, Diego Barrios Romero and others 2019, "Modern
/// non-cryptographic hash function and pseudorandom number generator").
#[inline]
fn hash(first: u64, second: u64) -> u64 {
    let product = u128::from(first ^ SECRETS[0]) * u128::from(second ^ SECRETS[1]);
    product as u64 ^ (product >> 64) as u64
}

/// The first 64 binary digits of the fractions of the square roots of 2 and 3, with the last bit set.
const SECRETS: [u64; 2] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b];

/// The hash of a word of at most 16 bytes; `None` for a longer one.
pub(super) fn hash_bytes(word: &[u8]) -> Option<u64> {
    let mut bytes = [0; LONGEST];
    bytes.get_mut(..word.len())?.copy_from_slice(word);
    let word = u128::from_le_bytes(bytes);
    Some(hash(word as u64, (word >> 64) as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_word_is_hashed_in_lower_case(text in "[A-Za-z0-9][A-Za-z0-9.':]{0,15}", after in any::<[u8; 15]>()) {
            let window = [text.as_bytes(), &after].concat();
            let word = ShortWord::new(&window, text.len()).unwrap();
            prop_assert_eq!(Some(word.hash()), hash_bytes(text.to_ascii_lowercase().as_bytes()));
            prop_assert_eq!(word.is_number(), text.starts_with(|c: char| c.is_ascii_digit()));
        }
    }

    #[test]
    fn longer_words_have_no_short_hash() {
        assert!(hash_bytes(&[b'a'; 16]).is_some());
        assert_eq!(hash_bytes(&[b'a'; 17]), None);
        assert!(ShortWord::new(&[b'a'; 20], 16).is_some());
        assert!(ShortWord::new(&[b'a'; 20], 17).is_none());
        assert!(ShortWord::new(&[b'a'; 15], 3).is_none());
    }

    /// Tries words that differ only in two neighbouring letters or in length.
    #[test]
    fn hashes_collide_as_rarely_as_random_numbers() {
        let letters = || b'a'..=b'z';
        let mut hashes = vec![];
        for at in 0..12 {
            for (x, y) in letters().flat_map(|x| letters().map(move |y| (x, y))) {
                for length in at + 2..=16 {
                    let mut word = [b'e'; 16];
                    (word[at], word[at + 1]) = (x, y);
                    hashes.push((hash_bytes(&word[..length]).unwrap(), word, length));
                }
            }
        }
        hashes.sort_unstable_by_key(|h| (h.1, h.2));
        hashes.dedup_by_key(|h| (h.1, h.2));
        let mut low: Vec<u32> = hashes.iter().map(|h| h.0 as u32 & 0x3fff_ffff).collect();
        low.sort_unstable();
        low.dedup();
        let expected = (hashes.len() as f64).powi(2) / 2f64.powi(31);
        let collisions = (hashes.len() - low.len()) as f64;
        assert!(
            collisions <= 3.0 * expected + 3.0,
            "{collisions}, expected {expected}"
        );
    }
}
