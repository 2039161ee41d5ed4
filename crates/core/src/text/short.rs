//! Words of up to sixteen ASCII letters and digits, and marks between letters, handled in registers.
//!
//! Lower case and hash without a loop and without a branch on the length. Lengths of words are hard to
//! predict, so that is what makes plain text fast.

/// Bytes of the longest such word.
pub(super) const LONGEST: usize = 16;

/// The lower case of such a word, lowest byte first, zeroes behind it.
#[derive(Clone, Copy)]
pub(super) struct Word(u128);

impl Word {
    /// The word of the first `length` bytes of `text`: ASCII letters and digits, and `.`, `'` and `:` between letters.
    /// None where it is longer than [`LONGEST`], or the text shorter.
    #[inline]
    pub(super) fn new(text: &[u8], length: usize) -> Option<Self> {
        let window = u128::from_le_bytes(*text.first_chunk()?);
        Some(Self((window | SPACES) & FIRST.get(length)?))
    }

    /// Its hash, which is that of its bytes.
    #[inline]
    pub(super) fn hash(self) -> u64 {
        hash(self.0 as u64, (self.0 >> 64) as u64)
    }

    /// True where it begins with a digit: no letter.
    #[inline]
    pub(super) fn is_number(self) -> bool {
        self.0 as u8 & LETTERS == 0
    }
}

/// The bit that tells small letters from capitals, and that all digits and those marks have.
const SPACES: u128 = u128::from_le_bytes([b' '; LONGEST]);

/// A bit that small letters have, and digits have not.
const LETTERS: u8 = 0x40;

/// The bits of the first bytes, by their number.
const FIRST: [u128; LONGEST + 1] = {
    let mut first = [0; LONGEST + 1];
    let mut length = 1;
    while length <= LONGEST {
        first[length] = first[length - 1] << 8 | 0xff;
        length += 1;
    }
    first
};

/// The hash of a word of at most sixteen bytes, none of them zero: `first` and `second` are its bytes, zeroes
/// behind them.
///
/// The halves of one long multiplication, as in wyhash (Wang Yi, Diego Barrios Romero and others 2019, "Modern
/// non-cryptographic hash function and pseudorandom number generator").
#[inline]
fn hash(first: u64, second: u64) -> u64 {
    let product = u128::from(first ^ FLIPS[0]) * u128::from(second ^ FLIPS[1]);
    product as u64 ^ (product >> 64) as u64
}

/// The binary digits of the fractions of the square roots of 2 and 3, the last one set.
const FLIPS: [u64; 2] = [0x6a09_e667_f3bc_c909, 0xbb67_ae85_84ca_a73b];

/// The hash of a word of at most sixteen bytes, and none of a longer one.
pub(super) fn hash_of(word: &[u8]) -> Option<u64> {
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
        fn a_word_has_the_hash_of_its_lower_case(text in "[A-Za-z0-9][A-Za-z0-9.':]{0,15}", behind in any::<[u8; 15]>()) {
            let window = [text.as_bytes(), &behind].concat();
            let word = Word::new(&window, text.len()).unwrap();
            prop_assert_eq!(Some(word.hash()), hash_of(text.to_ascii_lowercase().as_bytes()));
            prop_assert_eq!(word.is_number(), text.starts_with(|c: char| c.is_ascii_digit()));
        }
    }

    #[test]
    fn longer_words_have_no_such_hash() {
        assert!(hash_of(&[b'a'; 16]).is_some());
        assert_eq!(hash_of(&[b'a'; 17]), None);
        assert!(Word::new(&[b'a'; 20], 16).is_some());
        assert!(Word::new(&[b'a'; 20], 17).is_none());
        assert!(Word::new(&[b'a'; 15], 3).is_none());
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
