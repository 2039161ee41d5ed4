//! Encodings of Unicode that a file shows by itself: by a byte order mark or, if each character takes two or four bytes,
//! by the zero bytes of its ASCII characters.

use crate::file_head::HEAD_BYTES;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// An encoding of Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnicodeUnits {
    Utf8,
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

/// The byte order marks. That of UTF-32 begins with that of UTF-16, so it comes first.
const MARKS: [(&[u8], UnicodeUnits); 5] = [
    (b"\xFF\xFE\0\0", UnicodeUnits::Utf32Le),
    (b"\0\0\xFE\xFF", UnicodeUnits::Utf32Be),
    (b"\xEF\xBB\xBF", UnicodeUnits::Utf8),
    (b"\xFF\xFE", UnicodeUnits::Utf16Le),
    (b"\xFE\xFF", UnicodeUnits::Utf16Be),
];

/// Encodings that are recognised without a mark. Text in UTF-32 has zeros everywhere, so it comes first.
const WITHOUT_MARK: [UnicodeUnits; 4] = [
    UnicodeUnits::Utf32Le,
    UnicodeUnits::Utf32Be,
    UnicodeUnits::Utf16Le,
    UnicodeUnits::Utf16Be,
];

/// At least one in this many characters must be ASCII, if there is no mark.
const ASCII_SHARE: usize = 10;

/// At least one in this many bytes must be below the printable characters: the upper bytes of most alphabets are. So
/// text in one byte per character that has a few zeros is not taken for Chinese.
const LOW_SHARE: usize = 3;

/// Fewer characters are too few to tell an encoding without a mark.
const MIN_CHARACTERS: usize = 4;

impl UnicodeUnits {
    /// The encoding that bytes show, and the length of their mark.
    pub(crate) fn of(bytes: &[u8]) -> Option<(Self, usize)> {
        let mut marks = MARKS.iter();
        if let Some((mark, units)) = marks.find(|(mark, _)| bytes.starts_with(mark)) {
            return Some((*units, mark.len()));
        }
        let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
        let low = head.iter().filter(|byte| **byte < b' ').count();
        if memchr::memchr(0, head).is_none() || low * LOW_SHARE < head.len() {
            return None;
        }
        let mut wide = WITHOUT_MARK.into_iter();
        wide.find(|units| units.is_text(head))
            .map(|units| (units, 0))
    }

    /// True for encodings whose bytes cannot be cut into lines.
    pub(crate) fn is_wide(self) -> bool {
        self != Self::Utf8
    }

    /// Decodes bytes without their mark. True if bytes were replaced.
    pub(crate) fn decode(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        let with = |encoding: &'static Encoding| encoding.decode_without_bom_handling(bytes);
        match self {
            Self::Utf8 => with(UTF_8),
            Self::Utf16Le => with(UTF_16LE),
            Self::Utf16Be => with(UTF_16BE),
            Self::Utf32Le | Self::Utf32Be => {
                let mut replaced = !bytes.len().is_multiple_of(4);
                let characters = self.utf32(bytes).map(|character| {
                    replaced |= character.is_none();
                    character.unwrap_or(char::REPLACEMENT_CHARACTER)
                });
                let text: String = characters.collect();
                (Cow::Owned(text), replaced)
            }
        }
    }

    /// The characters of UTF-32.
    fn utf32(self, bytes: &[u8]) -> impl Iterator<Item = Option<char>> {
        let (units, _) = bytes.as_chunks::<4>();
        units.iter().map(move |unit| {
            char::from_u32(match self {
                Self::Utf32Be => u32::from_be_bytes(*unit),
                _ => u32::from_le_bytes(*unit),
            })
        })
    }

    /// True if these bytes, which may be cut anywhere, are text in this encoding with some ASCII in it.
    fn is_text(self, head: &[u8]) -> bool {
        let (text, replaced) = match self {
            Self::Utf32Le | Self::Utf32Be => {
                let whole = head.get(..head.len() & !3).unwrap_or_default();
                self.decode(whole)
            }
            _ => {
                let whole = head.get(..head.len() & !1).unwrap_or_default();
                let (text, replaced) = self.decode(whole);
                // The head may end between two surrogates.
                let is_cut = head.len() == HEAD_BYTES && text.ends_with('\u{FFFD}');
                let inside = text.trim_end_matches('\u{FFFD}');
                (Cow::Owned(inside.to_owned()), replaced && !is_cut)
            }
        };
        let is_control = |c: char| c.is_control() && !matches!(c, '\t'..='\r');
        let count = text.chars().count();
        let ascii = text.chars().filter(char::is_ascii).count();
        !replaced
            && count >= MIN_CHARACTERS
            && ascii * ASCII_SHARE >= count
            && !text.contains(is_control)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Zürich: der Hafen ist zu. 😀";

    fn utf32(text: &str, order: impl Fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|c| order(c as u32)).collect()
    }

    fn utf16(text: &str, order: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn finds_and_decodes_wide_text_with_and_without_a_mark() {
        for text in [TEXT, "Порт закрыт. Мост тоже.", "<html>\r\n\t<p>港は閉鎖。"]
        {
            for (units, bytes, mark) in [
                (UnicodeUnits::Utf32Le, utf32(text, u32::to_le_bytes), 4),
                (UnicodeUnits::Utf32Be, utf32(text, u32::to_be_bytes), 4),
                (UnicodeUnits::Utf16Le, utf16(text, u16::to_le_bytes), 2),
                (UnicodeUnits::Utf16Be, utf16(text, u16::to_be_bytes), 2),
            ] {
                assert_eq!(UnicodeUnits::of(&bytes), Some((units, 0)), "{text}");
                assert_eq!(units.decode(&bytes), (text.into(), false));
                let found = MARKS.iter().find(|(_, marked)| *marked == units);
                let marked = [found.map_or(&[][..], |(mark, _)| mark), &bytes].concat();
                assert_eq!(UnicodeUnits::of(&marked), Some((units, mark)), "{text}");
            }
        }
        assert_eq!(
            UnicodeUnits::of(b"\xEF\xBB\xBFone"),
            Some((UnicodeUnits::Utf8, 3))
        );
    }

    /// A text is longer than the head, which ends between two surrogates.
    #[test]
    fn a_cut_head_is_recognised() {
        let text = format!("a{}", "😀 b".repeat(3000));
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            for shift in 0..4 {
                let bytes = utf16(text.get(shift..).unwrap_or(&text), order);
                assert!(UnicodeUnits::of(&bytes).is_some(), "{shift}");
            }
        }
    }

    #[test]
    fn other_bytes_have_no_units() {
        for bytes in [
            &b"plain text"[..],
            "Zürich".as_bytes(),
            b"one\0two\0three\0four\0",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0",
            b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            b"a\0",
            b"",
        ] {
            assert_eq!(UnicodeUnits::of(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn damaged_utf32_is_read_with_replacements() {
        let mut bytes = utf32("ab", u32::to_le_bytes);
        bytes.extend(b"\xFF\xFF\xFF\xFF");
        let decoded = UnicodeUnits::Utf32Le.decode(&bytes);
        assert_eq!(decoded, ("ab\u{FFFD}".into(), true));
    }
}
