//! The first bytes of a file, from which its format is detected.

use crate::unicode_units::UnicodeUnits;
use std::borrow::Cow;

/// The number of bytes that format detection looks at.
pub(crate) const HEAD_BYTES: usize = 4096;

/// The first bytes of a decompressed stream, at most [`HEAD_BYTES`], as bytes and as text.
#[derive(Clone, Debug)]
pub(crate) struct FileHead<'a> {
    /// The raw bytes.
    pub(crate) bytes: &'a [u8],
    /// The decoded text without byte order mark and leading white space. Decoded by byte order mark or zero bytes,
    /// else as UTF-8 with invalid bytes replaced. It may end anywhere, even within a character.
    pub(crate) text: Cow<'a, str>,
}

impl<'a> FileHead<'a> {
    /// Takes the head of these bytes.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let bytes = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
        let text = match UnicodeUnits::of(bytes) {
            Some((units, mark)) => units.decode(bytes.get(mark..).unwrap_or_default()).0,
            None => String::from_utf8_lossy(bytes),
        };
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_start()),
            Cow::Owned(text) => Cow::Owned(text.trim_start().to_owned()),
        };
        Self { bytes, text }
    }

    /// True if the bytes show an encoding that cannot be cut into lines.
    pub(crate) fn is_wide(&self) -> bool {
        UnicodeUnits::of(self.bytes).is_some_and(|(units, _)| units.is_wide())
    }

    /// The first line without its line end, or `None` if the head ends within it.
    pub(crate) fn first_line(&self) -> Option<&str> {
        self.text.split_once('\n').map(|(line, _)| line)
    }

    /// True if the stream may be longer than the head.
    pub(crate) fn is_cut(&self) -> bool {
        self.bytes.len() >= HEAD_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str) {
        assert_eq!(FileHead::new(bytes).text, text);
    }

    #[test]
    fn excludes_byte_order_marks_and_leading_white_space() {
        check(b"\xEF\xBB\xBF \n<html>", "<html>");
        check(b"\xFF\xFE\n\0<\0a\0", "<a");
        check(b" caf\xE9", "caf\u{FFFD}");
        check(b"", "");
    }

    #[test]
    fn limits_the_size_of_the_head() {
        let long = [b'x'; HEAD_BYTES + 7];
        assert_eq!(FileHead::new(&long).bytes.len(), HEAD_BYTES);
        assert!(FileHead::new(&long).is_cut() && !FileHead::new(b"x").is_cut());
        assert_eq!(FileHead::new(b"one\ntwo").first_line(), Some("one"));
        assert_eq!(FileHead::new(b"one").first_line(), None);
    }
}
