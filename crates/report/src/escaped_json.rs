//! JSON output that a terminal can show safely. Control characters, direction overrides and invisible characters
//! are written as `\uXXXX`; parsers read the same strings.

use crate::escape::is_unsafe;
use serde::Serialize;
use std::io::{self, Write};

/// Clears `buffer` and writes `value` into it as compact JSON.
///
/// # Errors
///
/// JSON cannot represent the value, for example a map whose keys are not strings.
pub fn encode_json<T: Serialize>(buffer: &mut Vec<u8>, value: &T) -> io::Result<()> {
    buffer.clear();
    append_json(buffer, value)
}

/// Appends `value` to `buffer` as compact JSON.
///
/// # Errors
///
/// JSON cannot represent the value, for example a map whose keys are not strings.
pub(super) fn append_json<T: Serialize>(buffer: &mut Vec<u8>, value: &T) -> io::Result<()> {
    let begin = buffer.len();
    serde_json::to_writer(&mut *buffer, value)?;
    let written = buffer.get(begin..).unwrap_or_default();
    if is_suspect(written)
        && let Some(escaped) = escaped(written)?
    {
        buffer.truncate(begin);
        buffer.extend_from_slice(&escaped);
    }
    Ok(())
}

/// Returns true if a byte is in [`SUSPECT`]. The first check is fast and settles most ASCII text.
fn is_suspect(json: &[u8]) -> bool {
    let is_any = |is: fn(u8) -> bool| json.iter().fold(false, |any, &byte| any | is(byte));
    is_any(|byte| byte >= FIRST_SUSPECT) && is_any(|byte| SUSPECT[usize::from(byte)])
}

/// The smallest byte in [`SUSPECT`].
const FIRST_SUSPECT: u8 = 0x7f;

/// First bytes of unsafe characters. Most text has none of them, even if it is not ASCII.
const SUSPECT: [bool; 256] = {
    let mut suspect = [false; 256];
    // DEL, then the first bytes of U+0080, U+061C, U+2000, U+F000 and U+C0000.
    let first_bytes = [0x7f, 0xc2, 0xd8, 0xe2, 0xef, 0xf3];
    let mut at = 0;
    while at < first_bytes.len() {
        suspect[first_bytes[at]] = true;
        at += 1;
    }
    suspect
};

/// Escapes the unsafe characters of a JSON text, or returns `None` if it has none. Unsafe characters occur only
/// inside strings, so the JSON need not be parsed.
fn escaped(json: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let json = std::str::from_utf8(json).map_err(io::Error::other)?;
    let Some(first) = json.find(is_unsafe) else {
        return Ok(None);
    };
    let (safe, rest) = json.split_at(first);
    let mut escaped = safe.as_bytes().to_vec();
    for c in rest.chars() {
        if is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(escaped, "\\u{unit:04x}")?;
            }
        } else {
            escaped.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    Ok(Some(escaped))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(text: &str) -> String {
        let mut buffer = Vec::new();
        encode_json(&mut buffer, &text).unwrap();
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn escapes_only_unsafe_characters() {
        assert_eq!(encoded("a \"b\" 新闻 é"), r#""a \"b\" 新闻 é""#);
        assert_eq!(
            encoded("\u{1b}[31m\u{7f}\u{9b}é"),
            r#""\u001b[31m\u007f\u009bé""#
        );
        assert_eq!(encoded("x\u{202e}y\u{e0041}"), r#""x\u202ey\udb40\udc41""#);
    }

    #[test]
    fn every_unsafe_character_starts_with_a_suspect_byte() {
        for c in (' '..=char::MAX).filter(|c| is_unsafe(*c)) {
            let first = c.encode_utf8(&mut [0; 4]).as_bytes()[0];
            assert!(SUSPECT[usize::from(first)], "{c:?}");
            assert!(is_suspect(c.encode_utf8(&mut [0; 4]).as_bytes()), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn strings_survive_a_round_trip(text in any::<String>()) {
            let json = encoded(&text);
            prop_assert!(!json.contains(is_unsafe));
            let mut appended = b"\x7f".to_vec();
            append_json(&mut appended, &text).unwrap();
            prop_assert_eq!(&appended[1..], json.as_bytes());
            prop_assert_eq!(appended[0], 0x7f);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
