//! Finds words in blocks of 64 bytes of ASCII text. One bit mask says which bytes belong to words, another which
//! bytes need a closer look. The scheme is that of simdjson (Langdale and Lemire 2019, "Parsing Gigabytes of JSON
//! per Second", section 3.1.1).

use wide::u8x16;

/// Bytes in a block.
pub(super) const BLOCK: usize = 64;

/// The words of a block. Each mask has one bit for each byte, the lowest for the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WordMasks {
    /// ASCII letters and digits, and punctuation between two letters that is part of a word.
    in_words: u64,
    /// Bytes whose effect on the word before or after them is uncertain:
    /// - bytes that are not ASCII, `&` (it may begin a character reference) and `_`;
    /// - punctuation directly between one of these and another one, a letter or a digit;
    /// - punctuation between two digits: numbers have several styles and are normalised;
    /// - a letter after a digit: a unit is separated from its number;
    /// - a hyphen after a letter or digit, if none follows: it may be at a line end;
    /// - the last byte, because what follows it is unknown.
    uncertain: u64,
}

impl WordMasks {
    /// The masks of a block. No word may cross the beginning of the block. Constant time.
    #[inline]
    pub(super) fn new(block: &[u8; BLOCK]) -> Self {
        ByteClasses::new(block).word_masks()
    }

    /// The words that end before the first uncertain byte.
    #[inline]
    pub(super) fn words(self) -> WordBounds {
        WordBounds {
            begins: self.in_words & !(self.in_words << 1),
            ends: self.in_words << 1 & !self.in_words & !(u64::MAX << self.first_uncertain()),
        }
    }

    /// Where the rest of the block begins, after [`Self::words`]: at the first uncertain byte, or at the word
    /// that reaches it.
    #[inline]
    pub(super) fn words_end(self) -> usize {
        let uncertain = self.first_uncertain();
        let is_inside = self.in_words << 1 >> uncertain & 1 == 1;
        let begins = self.words().begins & !(u64::MAX << uncertain);
        match begins.checked_ilog2() {
            Some(last) if is_inside => last as usize,
            _ => uncertain as usize,
        }
    }

    /// True if only the last byte is uncertain.
    #[inline]
    pub(super) fn is_plain(self) -> bool {
        self.first_uncertain() as usize == BLOCK - 1
    }

    #[inline]
    fn first_uncertain(self) -> u32 {
        self.uncertain.trailing_zeros()
    }
}

/// Iterates over the words of a block in order: where each begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct WordBounds {
    /// A bit for the first byte of each word. There may be further bits after those of the last word.
    begins: u64,
    /// A bit for the byte after each word.
    ends: u64,
}

impl Iterator for WordBounds {
    type Item = (usize, usize);

    #[inline]
    fn next(&mut self) -> Option<(usize, usize)> {
        if self.ends == 0 {
            return None;
        }
        let (begin, end) = (self.begins.trailing_zeros(), self.ends.trailing_zeros());
        self.begins &= self.begins.wrapping_sub(1);
        self.ends &= self.ends - 1;
        Some((begin as usize % BLOCK, end as usize))
    }
}

/// For each class of byte, the mask of the bytes of a block that are in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ByteClasses {
    letters: u64,
    digits: u64,
    /// Bytes that are not ASCII, `&` and `_`.
    odd: u64,
    /// `.` `'` `:` `,` `;`. UAX #29 keeps the first three inside a word between letters, and all but the colon
    /// between digits.
    punctuation: u64,
    /// `,` `;`.
    number_punctuation: u64,
    hyphens: u64,
}

impl ByteClasses {
    /// Classifies 16 bytes at a time, in vector registers.
    #[inline]
    fn new(block: &[u8; BLOCK]) -> Self {
        let mut classes = Self::default();
        for (part, bytes) in block.as_chunks().0.iter().enumerate() {
            let bytes = u8x16::new(*bytes);
            let bits = |lanes: u8x16| u64::from(lanes.to_bitmask()) << (16 * part);
            let is = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
            classes.letters |= bits(within(bytes | u8x16::splat(b' '), b'a', b'z'));
            classes.digits |= bits(within(bytes, b'0', b'9'));
            // The bit mask takes the top bit of each byte, which is set in bytes that are not ASCII.
            classes.odd |= bits(is(b'&') | is(b'_') | bytes);
            let number_punctuation = is(b',') | is(b';');
            classes.punctuation |= bits(is(b'.') | is(b'\'') | is(b':') | number_punctuation);
            classes.number_punctuation |= bits(number_punctuation);
            classes.hyphens |= bits(is(b'-'));
        }
        classes
    }

    #[inline]
    fn word_masks(self) -> WordMasks {
        let alphanumeric = self.letters | self.digits;
        let between = |mask: u64| mask << 1 & mask >> 1;
        let in_words =
            alphanumeric | self.punctuation & !self.number_punctuation & between(self.letters);
        // A colon between digits separates words. It is treated as uncertain all the same: it is rare.
        let in_numbers = self.punctuation & between(self.digits);
        let after_digits = self.letters & self.digits << 1;
        let near_odd = self.punctuation & between(alphanumeric | self.odd) & !between(alphanumeric);
        let at_line_end = self.hyphens & alphanumeric << 1 & !(alphanumeric >> 1);
        WordMasks {
            in_words,
            uncertain: self.odd
                | in_numbers
                | after_digits
                | near_odd
                | at_line_end
                | 1 << (BLOCK - 1),
        }
    }
}

/// For each byte, all bits set if it is from `first` to `last`, else none.
#[inline]
fn within(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let above = bytes - u8x16::splat(first);
    above.min(u8x16::splat(last - first)).simd_eq(above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A byte that matters to segmentation, or any other.
    fn byte() -> impl Strategy<Value = u8> {
        let significant = b"aZ09_&.':,;- \n-\xc3".to_vec();
        prop_oneof![4 => prop::sample::select(significant), 1 => any::<u8>()]
    }

    /// The slow twin of [`ByteClasses::new`].
    fn byte_by_byte(block: &[u8; BLOCK]) -> ByteClasses {
        let mut classes = ByteClasses::default();
        for (at, &byte) in block.iter().enumerate() {
            let bit = |is| u64::from(is) << at;
            classes.letters |= bit(byte.is_ascii_alphabetic());
            classes.digits |= bit(byte.is_ascii_digit());
            classes.odd |= bit(matches!(byte, b'&' | b'_' | 0x80..));
            classes.punctuation |= bit(matches!(byte, b'.' | b'\'' | b':' | b',' | b';'));
            classes.number_punctuation |= bit(matches!(byte, b',' | b';'));
            classes.hyphens |= bit(byte == b'-');
        }
        classes
    }

    proptest! {
        #[test]
        fn classes_in_vector_registers_are_those_of_each_byte(bytes in prop::collection::vec(byte(), BLOCK)) {
            let block: [u8; BLOCK] = bytes.try_into().unwrap();
            prop_assert_eq!(ByteClasses::new(&block), byte_by_byte(&block));
        }
    }

    #[test]
    fn every_byte_value_has_its_class() {
        for byte in 0..=255 {
            let block = [byte; BLOCK];
            assert_eq!(ByteClasses::new(&block), byte_by_byte(&block), "{byte}");
        }
    }

    fn masks(text: &str) -> WordMasks {
        let mut block = [0; BLOCK];
        block[..text.len()].copy_from_slice(text.as_bytes());
        WordMasks::new(&block)
    }

    /// The uncertain bytes of a text shorter than a block.
    fn uncertain(text: &str) -> Vec<usize> {
        let uncertain = masks(text).uncertain;
        (0..BLOCK - 1)
            .filter(|at| uncertain >> at & 1 == 1)
            .collect()
    }

    #[test]
    fn bytes_are_uncertain_if_they_may_join_words() {
        assert_eq!(
            uncertain("The \"end\", he said: well-known; 'yes'. No! (So?)"),
            [0; 0]
        );
        assert_eq!(uncertain("don't 1.5 10:30 a,b u.s. 4.c"), [7, 12]);
        assert_eq!(uncertain("a.\u{e9} _'b 'e&"), [1, 2, 3, 5, 6, 11]);
        assert_eq!(uncertain("AT&T a_b caf\u{e9}s"), [2, 6, 12, 13]);
        assert_eq!(uncertain("cut-\nting, two - three --"), [3]);
        assert_eq!(uncertain("20km, G20, 4G5"), [2, 12]);
    }

    #[test]
    fn words_are_found_up_to_the_first_uncertain_byte() {
        let check = |text: &str, expected: &[&str], rest_begins: &str| {
            let masks = masks(text);
            let words: Vec<&str> = masks
                .words()
                .map(|(begin, end)| &text[begin..end])
                .collect();
            assert_eq!(words, expected);
            let rest = &text[masks.words_end().min(text.len())..];
            assert!(
                rest.starts_with(rest_begins) && rest.is_empty() == rest_begins.is_empty(),
                "{text}"
            );
        };
        check("The end, he said.", &["The", "end", "he", "said"], "");
        check(
            "We don't know, U.S. or a,b",
            &["We", "don't", "know", "U.S", "or", "a", "b"],
            "",
        );
        check("It cost 1.5 then", &["It", "cost"], "1.5 then");
        check("So AT&T said", &["So"], "AT&T");
        check("It said &quot;no&quot;", &["It", "said"], "&quot;no");
        check("\u{201c}No\u{201d}", &[], "\u{201c}No");
        let long = "a".repeat(BLOCK - 4);
        check(&format!("{long} bcd"), &[&long], "bcd");
        check(&format!("{long}bcde"), &[], &long);
    }
}
