//! JSON that is safe to look at: what a terminal would obey beyond ASCII, and what reorders or hides
//! text, is written as `\uXXXX`. Any parser reads the same strings.

use super::sanitise::is_unsafe;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::io::{self, Write};

/// Appends the value as compact JSON.
pub(super) fn append<T: Serialize>(buffer: &mut Vec<u8>, value: &T) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(buffer, Visible);
    value.serialize(&mut serializer)?;
    Ok(())
}

/// Compact, with every unsafe character escaped.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // The controls of ASCII are escaped by JSON itself, all but DEL.
        if fragment.bytes().all(|b| b < 0x7f) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| is_unsafe(c)) {
            let (safe, after) = rest.split_at(at);
            writer.write_all(safe.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &after[c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(text: &str) -> String {
        let mut buffer = Vec::new();
        append(&mut buffer, &text).unwrap();
        String::from_utf8(buffer).unwrap()
    }

    #[test]
    fn only_what_is_unsafe_is_escaped() {
        assert_eq!(encoded("a \"b\" 新闻 é"), r#""a \"b\" 新闻 é""#);
        assert_eq!(
            encoded("\u{1b}[31m\u{7f}\u{9b}é"),
            r#""\u001b[31m\u007f\u009bé""#
        );
        assert_eq!(encoded("x\u{202e}y\u{e0041}"), r#""x\u202ey\udb40\udc41""#);
    }

    proptest! {
        #[test]
        fn every_string_is_read_back(text in any::<String>()) {
            let json = encoded(&text);
            prop_assert!(!json.contains(is_unsafe));
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
