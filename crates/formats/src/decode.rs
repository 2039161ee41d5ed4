//! Converts bytes to text: encodings that bytes show, UTF-8, guessed encodings, and the check that the result is
//! text.

use crate::error::ReadError;
use crate::unicode_units::UnicodeUnits;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;
use memchr::memmem;
use multiversion::multiversion;
use std::borrow::Cow;

/// The number of bytes that the encoding detector sees: enough to be reliable, few enough to be fast.
const GUESS_BYTES: usize = 1 << 20;

/// Text in which more than one character in this many is a control character counts as binary data.
const CONTROL_SHARE: usize = 10;

/// Decoded text with an optional warning.
#[derive(Debug)]
pub(crate) struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub(crate) text: Cow<'a, str>,
    /// Set if the encoding was guessed or bytes were replaced.
    pub(crate) warning: Option<ReadError>,
}

/// Decodes by byte order mark or zero bytes, else as UTF-8, else in the most likely encoding. Never fails: bytes that
/// fit no encoding become U+FFFD, and [`check_text`] judges the result.
pub(crate) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((units, mark)) = UnicodeUnits::of(bytes) {
        let (text, replaced) = units.decode(bytes.get(mark..).unwrap_or_default());
        let warning = replaced.then_some(ReadError::BytesReplaced);
        return Decoded { text, warning };
    }
    if let Some(text) = escaped_japanese(bytes) {
        let warning = Some(ReadError::EncodingGuessed(encoding_rs::ISO_2022_JP.name()));
        return Decoded { text, warning };
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            warning: None,
        },
        Err(_) if is_damaged_utf8(bytes) => Decoded {
            text: String::from_utf8_lossy(bytes),
            warning: Some(ReadError::BytesReplaced),
        },
        Err(_) => {
            let encoding = guess(bytes);
            let (text, _) = encoding.decode_without_bom_handling(bytes);
            let warning = Some(ReadError::EncodingGuessed(encoding.name()));
            Decoded { text, warning }
        }
    }
}

/// The text of ISO-2022-JP, which consists of ASCII bytes with escape sequences. `None` for other bytes.
fn escaped_japanese(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let is_escaped = memmem::find(bytes, b"\x1B$").is_some() && bytes.is_ascii();
    let decode =
        || encoding_rs::ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes);
    is_escaped.then(decode).flatten()
}

/// Decodes bytes whose encoding was declared. A byte order mark has precedence. So has valid UTF-8, which
/// text in another encoding almost never is by chance, unless the declared encoding consists of ASCII
/// bytes.
#[cfg(feature = "html")]
pub(crate) fn decode_declared<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
) -> Decoded<'a> {
    let Some(declared) = declared.filter(|_| UnicodeUnits::of(bytes).is_none()) else {
        return decode(bytes);
    };
    let is_seven_bit = declared == encoding_rs::ISO_2022_JP;
    if declared == encoding_rs::UTF_8 || (!is_seven_bit && std::str::from_utf8(bytes).is_ok()) {
        return decode(bytes);
    }
    let (text, replaced) = declared.decode_without_bom_handling(bytes);
    Decoded {
        text,
        warning: replaced.then_some(ReadError::BytesReplaced),
    }
}

/// The encoding label in a media type such as `text/html; charset=utf-8`.
#[cfg(feature = "html")]
pub(crate) fn charset_parameter(media_type: &str) -> Option<String> {
    media_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    })
}

/// True if valid multi-byte UTF-8 sequences far outnumber the invalid ones. Other encodings rarely
/// produce such sequences, so the few invalid bytes are damage. A guessed encoding would garble the whole
/// text.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        let starts = |byte: &&u8| **byte >= 0xC0;
        good = good.saturating_add(chunk.valid().as_bytes().iter().filter(starts).count());
        bad = bad.saturating_add(usize::from(!chunk.invalid().is_empty()));
    }
    good > bad.saturating_mul(4)
}

/// The most likely encoding of bytes that are not UTF-8.
fn guess(bytes: &[u8]) -> &'static Encoding {
    // ASCII bytes carry no information, so a long file is judged from its first other byte.
    let begin = if bytes.len() > GUESS_BYTES {
        Encoding::ascii_valid_up_to(bytes)
    } else {
        0
    };
    let sample = bytes.get(begin..).unwrap_or_default();
    let sample = sample.get(..GUESS_BYTES).unwrap_or(sample);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Drops an incomplete UTF-8 sequence at the end of a broken stream. Otherwise the text would be taken
/// for another encoding.
pub(crate) fn drop_incomplete_utf8(bytes: &mut Vec<u8>) {
    // A sequence has at most 4 bytes, so an incomplete one has at most 3.
    let tail = bytes.len().saturating_sub(3);
    let lead = |at: &usize| bytes.get(*at).is_some_and(|byte| *byte >= 0xC0);
    if let Some(at) = (tail..bytes.len()).rev().find(lead) {
        let unfinished = std::str::from_utf8(bytes.get(at..).unwrap_or_default())
            .is_err_and(|error| error.error_len().is_none());
        if unfinished {
            bytes.truncate(at);
        }
    }
}

/// Where a text comes from. In a file, a NUL or many replacement characters mean binary data. A record
/// contains them on purpose, so there a NUL is a control character like others and U+FFFD is normal text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextOrigin {
    File,
    Record,
}

/// Checks that the text is not binary data and has at least one letter or digit.
pub(crate) fn check_text(text: &str, origin: TextOrigin) -> Result<(), ReadError> {
    if origin == TextOrigin::File && memchr::memchr(0, text.as_bytes()).is_some() {
        return Err(ReadError::NotText("a NUL byte".to_owned()));
    }
    if is_mostly_control(text, origin) {
        return Err(ReadError::NotText(
            "more than 10% control or replacement characters".to_owned(),
        ));
    }
    if text.chars().any(char::is_alphanumeric) {
        Ok(())
    } else {
        Err(ReadError::NoWord)
    }
}

/// True if the first bytes of a file are not text in any known encoding.
pub(crate) fn is_binary(head: &[u8]) -> bool {
    UnicodeUnits::of(head).is_none()
        && (memchr::memchr(0, head).is_some() || is_mostly_control_bytes(head))
}

/// True if more than one byte in ten is a control character.
pub(crate) fn is_mostly_control_bytes(bytes: &[u8]) -> bool {
    count_controls(bytes).saturating_mul(CONTROL_SHARE) > bytes.len()
}

fn is_mostly_control(text: &str, origin: TextOrigin) -> bool {
    let bytes = text.as_bytes();
    let replaced = match origin {
        TextOrigin::File => memmem::find_iter(bytes, "\u{FFFD}").count(),
        TextOrigin::Record => 0,
    };
    let bad = count_controls(bytes) + replaced;
    // A character has at most 4 bytes. This cheap bound usually avoids counting the characters.
    bad.saturating_mul(CONTROL_SHARE) > bytes.len() / 4
        && bad.saturating_mul(CONTROL_SHARE) > text.chars().count()
}

/// Counts ASCII control characters other than tab, line feed, vertical tab, form feed and carriage
/// return.
///
/// Each chunk is counted in a `u8`, so that the compiler can use byte lanes of vector registers.
#[multiversion(targets("x86_64+avx512f+avx512bw", "x86_64+avx2"))]
fn count_controls(bytes: &[u8]) -> usize {
    let is_control = |byte: u8| (byte < b' ' && !(b'\t'..=b'\r').contains(&byte)) || byte == 0x7F;
    let (chunks, rest) = bytes.as_chunks::<COUNTED_AT_ONCE>();
    let counts = chunks.iter().map(|chunk| {
        let count = (chunk.iter()).fold(0u8, |sum, &byte| sum + u8::from(is_control(byte)));
        usize::from(count)
    });
    counts.sum::<usize>() + rest.iter().filter(|byte| is_control(**byte)).count()
}

/// Fewer than 256, so that a `u8` can count them, and a multiple of the width of vector registers.
const COUNTED_AT_ONCE: usize = 192;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str, code: Option<&str>) {
        let decoded = decode(bytes);
        assert_eq!(decoded.text, text);
        assert_eq!(
            decoded.warning.as_ref().map(|error| error.code().as_str()),
            code
        );
    }

    fn check_verdict(text: &str, origin: TextOrigin, code: Option<&str>) {
        let verdict = check_text(text, origin);
        assert_eq!(
            verdict.err().as_ref().map(|error| error.code().as_str()),
            code,
            "{text:?}"
        );
    }

    fn utf16(text: &str, order: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mark = std::iter::once(0xFEFF);
        mark.chain(text.encode_utf16()).flat_map(order).collect()
    }

    #[test]
    fn decodes_by_byte_order_mark_and_removes_it() {
        check(b"\xEF\xBB\xBFone", "one", None);
        check(&utf16("Zürich 😀", u16::to_le_bytes), "Zürich 😀", None);
        check(&utf16("Zürich 😀", u16::to_be_bytes), "Zürich 😀", None);
    }

    #[cfg(feature = "html")]
    #[test]
    fn prefers_byte_order_mark_and_utf8_to_the_declared_encoding() {
        let check = |bytes: &[u8], label: &str, text: &str| {
            let decoded = decode_declared(bytes, Encoding::for_label(label.as_bytes()));
            assert_eq!(decoded.text, text);
            assert!(decoded.warning.is_none(), "{text}");
        };
        check(b"caf\xE9", "latin1", "caf\u{e9}");
        check("caf\u{e9}".as_bytes(), "latin1", "caf\u{e9}");
        check(b"\xEF\xBB\xBFcaf\xC3\xA9", "koi8-r", "caf\u{e9}");
        check(b"\x1B$BF|K\\\x1B(B", "iso-2022-jp", "\u{65e5}\u{672c}");
        check(b"\xF0\xD2\xC9", "koi8-r", "\u{41f}\u{440}\u{438}");
    }

    #[test]
    fn reports_replaced_bytes_after_a_byte_order_mark() {
        check(
            b"\xEF\xBB\xBFone \xFF",
            "one \u{FFFD}",
            Some("bytes-replaced"),
        );
    }

    #[test]
    fn guesses_other_encodings() {
        let german = "Über den Fluß führen zwei Brücken, sagte die Bürgermeisterin.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(german);
        check(&bytes, german, Some("encoding-guessed"));
        let russian = "Вчера в Москве открылась новая выставка, сообщили организаторы.";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        check(&bytes, russian, Some("encoding-guessed"));
    }

    /// Such text was once read as ASCII, so it matched no copy in another encoding.
    #[test]
    fn recognises_iso_2022_jp_by_its_escapes() {
        let bytes = b"7 \x1B$BF|K\\\x1B(B news";
        check(bytes, "7 \u{65e5}\u{672c} news", Some("encoding-guessed"));
        // Terminal escape sequences, and an escape before bytes that are not Japanese.
        check(b"\x1B[1mbold\x1B[0m", "\x1B[1mbold\x1B[0m", None);
        check(b"cost \x1B$B\x7F\x7F", "cost \x1B$B\x7F\x7F", None);
    }

    #[test]
    fn guesses_the_encoding_of_a_long_file_from_its_first_non_ascii_byte() {
        let mut bytes = b"plain words ".repeat(GUESS_BYTES / 10);
        let (tail, _, _) = encoding_rs::WINDOWS_1252.encode("Bürgermeister Müller grüßt");
        bytes.extend_from_slice(&tail);
        assert!(decode(&bytes).text.ends_with("Bürgermeister Müller grüßt"));
    }

    #[test]
    fn one_invalid_byte_does_not_garble_a_text() {
        let mut bytes = "Über den Fluß führen zwei schöne Brücken"
            .as_bytes()
            .to_vec();
        bytes.push(0xC3);
        check(
            &bytes,
            "Über den Fluß führen zwei schöne Brücken\u{FFFD}",
            Some("bytes-replaced"),
        );
    }

    #[test]
    fn drops_an_incomplete_utf8_sequence() {
        for (bytes, kept) in [
            (&b"one \xE2\x80"[..], &b"one "[..]),
            (b"one \xF0\x9F\x98", b"one "),
            (b"one \xE2\x80\x99", b"one \xE2\x80\x99"),
            (b"one", b"one"),
            (b"", b""),
            (b"\xC3", b""),
        ] {
            let mut bytes = bytes.to_vec();
            drop_incomplete_utf8(&mut bytes);
            assert_eq!(bytes, kept);
        }
    }

    #[test]
    fn distinguishes_text_from_binary_data() {
        check_verdict("a story\r\n\tand more\x0C", TextOrigin::File, None);
        check_verdict(
            "a\0story that is long enough",
            TextOrigin::File,
            Some("not-text"),
        );
        check_verdict("a\0story that is long enough", TextOrigin::Record, None);
        check_verdict("a\0b\0c\0", TextOrigin::Record, Some("not-text"));
        check_verdict("12345678\x01\x02", TextOrigin::File, Some("not-text"));
        check_verdict("1234567890\x01", TextOrigin::File, None);
        check_verdict(
            "12345678\u{FFFD}\u{FFFD}",
            TextOrigin::File,
            Some("not-text"),
        );
        check_verdict(
            &"新聞記事\u{1}".repeat(9),
            TextOrigin::File,
            Some("not-text"),
        );
        check_verdict(
            &"新聞記事本文朝日東京\u{1}".repeat(9),
            TextOrigin::File,
            None,
        );
    }

    #[test]
    fn a_text_needs_a_letter_or_digit() {
        check_verdict("", TextOrigin::File, Some("empty"));
        check_verdict(" \n\t", TextOrigin::File, Some("empty"));
        check_verdict("— … !", TextOrigin::File, Some("empty"));
        check_verdict("— 7 !", TextOrigin::File, None);
        check_verdict("新", TextOrigin::File, None);
    }

    #[test]
    fn counts_control_characters_across_chunks() {
        assert_eq!(count_controls(&[1; 1000]), 1000);
        assert_eq!(count_controls("\u{7f}ü\t\n".as_bytes()), 1);
    }
}
