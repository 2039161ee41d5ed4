//! Byte ranges of words, packed into about one byte per word.
//!
//! A word is stored as its gap and its length in bytes. The gap is the distance from the end of the word before,
//! or from the begin of the text. The length is never 0.
//!
//! ```text
//! byte   ggg lllll      g: gap 0..=6, or 7 = more follows;  l: length - 1 as 0..=30, or 31 = more follows
//! [gap - 7]             LEB128, only if g = 7
//! [length - 32]         LEB128, only if l = 31
//! ```
//!
//! A text has at most `u64::MAX` bytes; five bytes of LEB128 are enough for 4 GiB. Decoding never fails. Bytes that no writer produced
//! give some spans, in ascending order, and decoding ends with the bytes.

use crate::leb128;
use crate::model::Span;

const GAP_MORE: u64 = 7;
const LENGTH_MORE: u64 = 31;

/// Decodes the packed offsets of one text: the byte ranges of its words, in order.
///
/// Time linear in the words, no allocation. Malformed bytes never panic; a number that has no end, or more than
/// 64 bits, counts as 0.
pub fn spans(offsets: &[u8]) -> impl Iterator<Item = Span> + '_ {
    spans_from(offsets, 0)
}

/// Does what [`spans`] does for the words after the one that ends at `end`.
pub(super) fn spans_from(offsets: &[u8], end: u64) -> impl Iterator<Item = Span> + Clone + '_ {
    Spans { rest: offsets, end }
}

/// Decodes words one after the other.
#[derive(Clone)]
pub(super) struct Spans<'a> {
    /// What is not decoded yet.
    pub(super) rest: &'a [u8],
    /// End of the last word, in the text.
    pub(super) end: u64,
}

impl Iterator for Spans<'_> {
    type Item = Span;

    #[inline]
    fn next(&mut self) -> Option<Span> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        let mut gap = u64::from(first >> 5);
        let mut length = u64::from(first & 31);
        if gap == GAP_MORE {
            gap = gap.saturating_add(leb128::take(&mut self.rest).unwrap_or(0));
        }
        if length == LENGTH_MORE {
            length = length.saturating_add(leb128::take(&mut self.rest).unwrap_or(0));
        }
        let begin = self.end.saturating_add(gap);
        self.end = begin.saturating_add(length).saturating_add(1);
        Some(Span {
            begin,
            end: self.end,
        })
    }

    /// Skips ordinary words many at a time, since most callers want one passage of a long text.
    fn nth(&mut self, n: usize) -> Option<Span> {
        let mut left = n;
        while left > 0 {
            left -= if self.skip_ordinary::<MANY>(left) {
                MANY
            } else if self.skip_ordinary::<SOME>(left) {
                SOME
            } else {
                self.next()?;
                1
            };
        }
        self.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len().min(1), Some(self.rest.len()))
    }
}

impl Spans<'_> {
    /// Skips the next `N` words if `N` is at most `most` and each word takes one byte.
    #[inline]
    fn skip_ordinary<const N: usize>(&mut self, most: usize) -> bool {
        match self.rest.split_first_chunk::<N>() {
            Some((words, rest)) if N <= most && are_ordinary(words) => {
                self.end = self.end.saturating_add(text_bytes(words));
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}

/// Words that are skipped at a time.
const MANY: usize = 64;
/// Words that are skipped at a time if fewer are left to skip, or if one of the next [`MANY`] is not ordinary.
const SOME: usize = 8;

/// True if no byte is followed by more of its word.
fn are_ordinary(words: &[u8]) -> bool {
    let is_ordinary = |word: u8| word >> 5 != GAP_MORE as u8 && word & 31 != LENGTH_MORE as u8;
    words
        .iter()
        .fold(true, |all, &word| all & is_ordinary(word))
}

/// Bytes of text that ordinary words take, with the gaps before them. `words`: at most [`MANY`].
fn text_bytes(words: &[u8]) -> u64 {
    let bytes = |word: u8| u16::from(word >> 5) + u16::from(word & 31) + 1;
    words.iter().map(|&word| bytes(word)).sum::<u16>().into()
}

/// Appends one word; `gap` and `length` in bytes, `length` at least 1.
#[inline]
pub(super) fn push(offsets: &mut Vec<u8>, gap: usize, length: usize) {
    let (gap, length) = (gap as u64, (length as u64).saturating_sub(1));
    let first = gap.min(GAP_MORE) << 5 | length.min(LENGTH_MORE);
    offsets.push(first as u8);
    if gap >= GAP_MORE || length >= LENGTH_MORE {
        push_rest(offsets, gap, length);
    }
}

/// Bytes of the longest word that is stored in one byte.
pub(super) const ONE_BYTE_LENGTH: usize = LENGTH_MORE as usize;

/// The one byte of a word of 1 to [`ONE_BYTE_LENGTH`] bytes whose gap is not [`wide`].
#[inline]
pub(super) fn one_byte(gap: usize, length: usize) -> u8 {
    (gap << 5) as u8 | length.wrapping_sub(1) as u8
}

/// Not 0 for a gap that does not fit into one byte with the length.
#[inline]
pub(super) fn wide(gap: usize) -> usize {
    gap.wrapping_add(1) / (GAP_MORE as usize + 1)
}

#[cold]
fn push_rest(offsets: &mut Vec<u8>, gap: u64, length: u64) {
    if let Some(more) = gap.checked_sub(GAP_MORE) {
        leb128::push(offsets, more);
    }
    if let Some(more) = length.checked_sub(LENGTH_MORE) {
        leb128::push(offsets, more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(words: &[(usize, usize)]) -> Vec<u8> {
        let mut offsets = Vec::new();
        for &(gap, length) in words {
            push(&mut offsets, gap, length);
        }
        offsets
    }

    fn expected(words: &[(usize, usize)]) -> Vec<Span> {
        let mut end = 0;
        let placed = words.iter().map(|&(gap, length)| {
            let begin = end + gap as u64;
            end = begin + length as u64;
            Span { begin, end }
        });
        placed.collect()
    }

    #[test]
    fn an_ordinary_word_takes_one_byte() {
        assert_eq!(packed(&[(0, 5), (1, 31), (6, 1)]).len(), 3);
    }

    #[test]
    fn a_gap_is_wide_if_it_needs_more_than_one_byte() {
        for gap in 0..300 {
            for length in 1..=ONE_BYTE_LENGTH {
                let packed = packed(&[(gap, length)]);
                assert_eq!(wide(gap) == 0, packed.len() == 1, "{gap}");
                assert!(wide(gap) != 0 || packed == [one_byte(gap, length)]);
            }
        }
    }

    #[test]
    fn values_around_the_limits_of_each_field_are_decoded() {
        for gap in [0, 6, 7, 8, 134, 135, u32::MAX as usize] {
            for length in [1, 31, 32, 33, 159, 160, u32::MAX as usize] {
                let words = [(gap, length), (1, 1)];
                let read: Vec<_> = spans(&packed(&words)).collect();
                assert_eq!(read, expected(&words));
            }
        }
    }

    proptest! {
        #[test]
        fn decoding_inverts_encoding(words in proptest::collection::vec((0..400usize, 1..400usize), 0..50)) {
            let read: Vec<_> = spans(&packed(&words)).collect();
            prop_assert_eq!(read, expected(&words));
        }

        #[test]
        fn skipping_words_equals_decoding_them(
            words in proptest::collection::vec(
                prop_oneof![300 => (0..7usize, 1..32usize), 1 => (0..9usize, 1..36usize)],
                0..600,
            ),
            skipped in proptest::collection::vec(0..250usize, 1..5),
        ) {
            let packed = packed(&words);
            let (mut spans, mut slow) = (spans(&packed), expected(&words).into_iter());
            for n in skipped {
                prop_assert_eq!(spans.nth(n), slow.nth(n));
            }
        }

        #[test]
        fn malformed_bytes_give_ascending_spans(offsets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut end = 0;
            for span in spans(&offsets) {
                prop_assert!(end <= span.begin && span.begin <= span.end);
                end = span.end;
            }
        }
    }
}
