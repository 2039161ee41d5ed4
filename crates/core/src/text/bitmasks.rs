//! Sixty-four bytes of text at a glance: one bit a byte says which are of words, another where more must be
//! looked at than the byte (the scheme of simdjson: Langdale and Lemire 2019, "Parsing Gigabytes of JSON per
//! Second", section 3.1.1).

use wide::u8x16;

/// Bytes that are looked at together.
pub(super) const BLOCK: usize = 64;

/// What a block is made of: one bit for each byte, the lowest for the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Masks {
    /// ASCII letters and digits, and marks of punctuation that stand in a word, between two letters.
    of_words: u64,
    /// Bytes that may be part of the word before or behind them: what is not ASCII, `&`, which may begin a
    /// character reference, and `_`; a mark of punctuation right between one of these and another or a letter or digit; and a
    /// hyphen behind a letter or digit that no other follows, which may end a line. A mark that stands in a number,
    /// between two digits: numbers are put into one style. The last byte's bit is set, since what follows it is not
    /// seen.
    doubts: u64,
}

impl Masks {
    /// The masks of a block that begins where no word goes on. Constant time.
    #[inline]
    pub(super) fn of(block: &[u8; BLOCK]) -> Self {
        Kinds::of(block).masks()
    }

    /// The words that end before the first doubt.
    #[inline]
    pub(super) fn words(self) -> Words {
        Words {
            begins: self.of_words & !(self.of_words << 1),
            ends: self.of_words << 1 & !self.of_words & !(u64::MAX << self.first_doubt()),
        }
    }

    /// Where what is behind those words begins: a word that does not end before the first doubt, or the doubt.
    #[inline]
    pub(super) fn behind(self) -> usize {
        let doubt = self.first_doubt();
        let is_inside = self.of_words << 1 >> doubt & 1 == 1;
        let begins = self.words().begins & !(u64::MAX << doubt);
        match begins.checked_ilog2() {
            Some(last) if is_inside => last as usize,
            _ => doubt as usize,
        }
    }

    /// True where nothing is in doubt but what follows the block.
    #[inline]
    pub(super) fn is_plain(self) -> bool {
        self.first_doubt() as usize == BLOCK - 1
    }

    #[inline]
    fn first_doubt(self) -> u32 {
        self.doubts.trailing_zeros()
    }
}

/// Words of a block, in order: where each begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    /// One bit for the first byte of each, others behind them.
    begins: u64,
    /// One bit for the byte behind each.
    ends: u64,
}

impl Iterator for Words {
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

/// One bit a byte for each kind of byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Kinds {
    letters: u64,
    digits: u64,
    /// Not ASCII, `&`, `_`.
    odd: u64,
    /// `.` `'` `:` `,` `;`, of which UAX #29 leaves the first three between letters inside a word, and all but the
    /// colon between digits.
    marks: u64,
    /// `,` `;`.
    of_numbers: u64,
    hyphens: u64,
}

impl Kinds {
    /// Sixteen bytes at a time, in vector registers.
    #[inline]
    fn of(block: &[u8; BLOCK]) -> Self {
        let mut kinds = Self::default();
        for (part, bytes) in block.as_chunks().0.iter().enumerate() {
            let bytes = u8x16::new(*bytes);
            let bits = |lanes: u8x16| u64::from(lanes.to_bitmask()) << (16 * part);
            let is = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
            kinds.letters |= bits(within(bytes | u8x16::splat(b' '), b'a', b'z'));
            kinds.digits |= bits(within(bytes, b'0', b'9'));
            // The top bit of a byte that is not ASCII is set as it stands.
            kinds.odd |= bits(is(b'&') | is(b'_') | bytes);
            let of_numbers = is(b',') | is(b';');
            kinds.marks |= bits(is(b'.') | is(b'\'') | is(b':') | of_numbers);
            kinds.of_numbers |= bits(of_numbers);
            kinds.hyphens |= bits(is(b'-'));
        }
        kinds
    }

    #[inline]
    fn masks(self) -> Masks {
        let words = self.letters | self.digits;
        let between = |of: u64| of << 1 & of >> 1;
        let of_words = words | self.marks & !self.of_numbers & between(self.letters);
        // A colon between digits parts words, but times are few.
        let in_numbers = self.marks & between(self.digits);
        let near_odd = self.marks & between(words | self.odd) & !between(words);
        let at_line_end = self.hyphens & words << 1 & !(words >> 1);
        Masks {
            of_words,
            doubts: self.odd | in_numbers | near_odd | at_line_end | 1 << (BLOCK - 1),
        }
    }
}

/// All bits of the bytes from `first` to `last`.
#[inline]
fn within(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let above = bytes - u8x16::splat(first);
    above.min(u8x16::splat(last - first)).simd_eq(above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bytes that text is made of, and any other.
    fn byte() -> impl Strategy<Value = u8> {
        let of_text = b"aZ09_&.':,;- \n-\xc3".to_vec();
        prop_oneof![4 => prop::sample::select(of_text), 1 => any::<u8>()]
    }

    /// Byte by byte.
    fn slow(block: &[u8; BLOCK]) -> Kinds {
        let mut kinds = Kinds::default();
        for (at, &byte) in block.iter().enumerate() {
            let bit = |is| u64::from(is) << at;
            kinds.letters |= bit(byte.is_ascii_alphabetic());
            kinds.digits |= bit(byte.is_ascii_digit());
            kinds.odd |= bit(matches!(byte, b'&' | b'_' | 0x80..));
            kinds.marks |= bit(matches!(byte, b'.' | b'\'' | b':' | b',' | b';'));
            kinds.of_numbers |= bit(matches!(byte, b',' | b';'));
            kinds.hyphens |= bit(byte == b'-');
        }
        kinds
    }

    proptest! {
        #[test]
        fn kinds_are_those_of_each_byte(bytes in prop::collection::vec(byte(), BLOCK)) {
            let block: [u8; BLOCK] = bytes.try_into().unwrap();
            prop_assert_eq!(Kinds::of(&block), slow(&block));
        }
    }

    #[test]
    fn every_byte_is_of_its_kind() {
        for byte in 0..=255 {
            let block = [byte; BLOCK];
            assert_eq!(Kinds::of(&block), slow(&block), "{byte}");
        }
    }

    fn masks(text: &str) -> Masks {
        let mut block = [0; BLOCK];
        block[..text.len()].copy_from_slice(text.as_bytes());
        Masks::of(&block)
    }

    /// The places of the doubts in a text of less than a block.
    fn doubts(text: &str) -> Vec<usize> {
        let doubts = masks(text).doubts;
        (0..BLOCK - 1).filter(|at| doubts >> at & 1 == 1).collect()
    }

    #[test]
    fn only_what_may_join_words_is_in_doubt() {
        assert_eq!(
            doubts("The \"end\", he said: well-known; 'yes'. No! (So?)"),
            [0; 0]
        );
        assert_eq!(doubts("don't 1.5 10:30 a,b u.s. 4.c"), [7, 12]);
        assert_eq!(doubts("a.\u{e9} _'b 'e&"), [1, 2, 3, 5, 6, 11]);
        assert_eq!(doubts("AT&T a_b caf\u{e9}s"), [2, 6, 12, 13]);
        assert_eq!(doubts("cut-\nting, two - three --"), [3]);
    }

    #[test]
    fn words_are_known_up_to_the_first_doubt() {
        let check = |text: &str, expected: &[&str], behind: &str| {
            let masks = masks(text);
            let words: Vec<&str> = masks
                .words()
                .map(|(begin, end)| &text[begin..end])
                .collect();
            assert_eq!(words, expected);
            let rest = &text[masks.behind().min(text.len())..];
            assert!(
                rest.starts_with(behind) && rest.is_empty() == behind.is_empty(),
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
