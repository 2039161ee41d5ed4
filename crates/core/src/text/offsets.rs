//! Where words stand, at about one byte a word.
//!
//! A word is written as its gap (bytes between the end of the word before, or the begin of the
//! text, and its begin) and its length in bytes (never 0):
//!
//! ```text
//! byte   ggg lllll      g: gap 0..=6, or 7 = more follows;  l: length - 1 as 0..=30, or 31 = more follows
//! [gap - 7]             LEB128, only where g = 7
//! [length - 32]         LEB128, only where l = 31
//! ```
//!
//! LEB128: seven bits a byte, lowest first, the top bit set on all bytes but the last. A text has at
//! most `u64::MAX` bytes; five LEB128 bytes do for 4 GiB. Reading back never fails: bytes that no
//! writer wrote give some spans, in ascending order, and the reading ends with the bytes.

use crate::model::Span;

const GAP_MORE: u64 = 7;
const LENGTH_MORE: u64 = 31;

/// Byte ranges of the words, in order: decodes one document's slice of a offsets.
///
/// Linear in the words, no allocation. Hostile bytes never panic; a number cut short by the end of
/// the slice counts as far as it goes.
pub fn spans(offsets: &[u8]) -> impl Iterator<Item = Span> + '_ {
    Spans {
        rest: offsets,
        end: 0,
    }
}

struct Spans<'a> {
    rest: &'a [u8],
    end: u64,
}

impl Iterator for Spans<'_> {
    type Item = Span;

    #[inline]
    fn next(&mut self) -> Option<Span> {
        let (&head, rest) = self.rest.split_first()?;
        self.rest = rest;
        let mut gap = u64::from(head >> 5);
        let mut length = u64::from(head & 31);
        if gap == GAP_MORE {
            gap = gap.saturating_add(take_number(&mut self.rest));
        }
        if length == LENGTH_MORE {
            length = length.saturating_add(take_number(&mut self.rest));
        }
        let begin = self.end.saturating_add(gap);
        self.end = begin.saturating_add(length).saturating_add(1);
        Some(Span {
            begin,
            end: self.end,
        })
    }

    /// Passes over ordinary words many at a time: most readers want one passage of a long text.
    fn nth(&mut self, n: usize) -> Option<Span> {
        let mut left = n;
        while left > 0 {
            left -= if self.pass::<MANY>(left) {
                MANY
            } else if self.pass::<SOME>(left) {
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
    /// Passes over the next `N` words, if these are no more than `most`, and ordinary.
    #[inline]
    fn pass<const N: usize>(&mut self, most: usize) -> bool {
        match self.rest.split_first_chunk::<N>() {
            Some((heads, rest)) if N <= most && are_ordinary(heads) => {
                self.end = self.end.saturating_add(bytes_of(heads));
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}

/// Words that are passed over together.
const MANY: usize = 64;
/// The same where fewer are wanted, or one of the many is not ordinary.
const SOME: usize = 8;

/// True where no more than its one byte follows of any word.
fn are_ordinary(heads: &[u8]) -> bool {
    let is_ordinary = |head: u8| head >> 5 != GAP_MORE as u8 && head & 31 != LENGTH_MORE as u8;
    heads
        .iter()
        .fold(true, |all, &head| all & is_ordinary(head))
}

/// Bytes of text that at most [`MANY`] ordinary words take, with the gaps before them.
fn bytes_of(heads: &[u8]) -> u64 {
    let bytes = |head: u8| u16::from(head >> 5) + u16::from(head & 31) + 1;
    heads.iter().map(|&head| bytes(head)).sum::<u16>().into()
}

/// Appends one word; `gap` and `length` in bytes, `length` at least 1.
#[inline]
pub(super) fn push(offsets: &mut Vec<u8>, gap: usize, length: usize) {
    let (gap, length) = (gap as u64, (length as u64).saturating_sub(1));
    let head = gap.min(GAP_MORE) << 5 | length.min(LENGTH_MORE);
    offsets.push(head as u8);
    if gap >= GAP_MORE || length >= LENGTH_MORE {
        push_escapes(offsets, gap, length);
    }
}

/// Bytes of the longest word that has one byte of offsets.
pub(super) const ORDINARY: usize = LENGTH_MORE as usize;

/// The one byte of a word of at most [`ORDINARY`] bytes, and at least one, whose gap is not [`wide`].
#[inline]
pub(super) fn head(gap: usize, length: usize) -> u8 {
    (gap << 5) as u8 | length.wrapping_sub(1) as u8
}

/// Not 0 for a gap that does not fit into the byte of an ordinary word.
#[inline]
pub(super) fn wide(gap: usize) -> usize {
    gap.wrapping_add(1) / (GAP_MORE as usize + 1)
}

#[cold]
fn push_escapes(offsets: &mut Vec<u8>, gap: u64, length: u64) {
    if let Some(more) = gap.checked_sub(GAP_MORE) {
        push_number(offsets, more);
    }
    if let Some(more) = length.checked_sub(LENGTH_MORE) {
        push_number(offsets, more);
    }
}

fn push_number(offsets: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        offsets.push(number as u8 | 0x80);
        number >>= 7;
    }
    offsets.push(number as u8);
}

/// Takes a LEB128 number off the front; bits beyond the 64th are lost.
fn take_number(rest: &mut &[u8]) -> u64 {
    let mut number = 0;
    let mut shift = 0;
    while let Some((&byte, tail)) = rest.split_first() {
        *rest = tail;
        if shift < u64::BITS {
            number |= u64::from(byte & 0x7f) << shift;
        }
        shift = (shift + 7).min(u64::BITS);
        if byte < 0x80 {
            break;
        }
    }
    number
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
    fn limits_of_each_field_come_back() {
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
        fn what_is_written_is_read(words in proptest::collection::vec((0..400usize, 1..400usize), 0..50)) {
            let read: Vec<_> = spans(&packed(&words)).collect();
            prop_assert_eq!(read, expected(&words));
        }

        #[test]
        fn words_are_passed_over_as_they_are_read(
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
        fn hostile_bytes_give_ascending_spans(offsets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut end = 0;
            for span in spans(&offsets) {
                prop_assert!(end <= span.begin && span.begin <= span.end);
                end = span.end;
            }
        }
    }
}
