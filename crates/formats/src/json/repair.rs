//! Repairs JSON that common writers produce although the standard forbids it.

use super::values::string_end;

/// The text with `null` in place of `NaN` and infinite numbers, without trailing commas, and with repaired strings:
/// control characters and unknown escapes stand for themselves, and U+FFFD takes the place of unpaired surrogates,
/// which Rust strings cannot contain. Returns `None` if there is nothing to repair.
pub(crate) fn repaired(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let (mut repaired, mut at, mut changed) = (Vec::with_capacity(bytes.len()), 0, false);
    while let Some(byte) = bytes.get(at) {
        let rest = bytes.get(at..)?;
        let mut not_finite = [&b"NaN"[..], b"Infinity", b"-Infinity"].into_iter();
        if let Some(name) = not_finite.find(|name| rest.starts_with(name)) {
            repaired.extend_from_slice(b"null");
            (changed, at) = (true, at + name.len());
            continue;
        }
        match byte {
            b'"' => {
                let end = string_end(bytes, at).unwrap_or(bytes.len());
                let begin = repaired.len();
                changed |= push_string(bytes.get(at..end)?, &mut repaired);
                changed |= replace_lone_surrogates(repaired.get_mut(begin..)?);
                at = end;
            }
            b',' if ends_list(rest) => (changed, at) = (true, at + 1),
            byte => {
                repaired.push(*byte);
                at += 1;
            }
        }
    }
    changed.then(|| String::from_utf8(repaired).ok()).flatten()
}

/// Appends a string. Escapes its control characters, and the backslash of each escape that JSON lacks; `\'` becomes an
/// apostrophe. Returns true if there is one of these.
fn push_string(string: &[u8], repaired: &mut Vec<u8>) -> bool {
    const ESCAPES: &[u8] = b"\"\\/bfnrtu";
    let (mut at, mut changed) = (0, false);
    while let Some(byte) = string.get(at) {
        match (byte, string.get(at + 1)) {
            (b'\\', Some(escaped)) if ESCAPES.contains(escaped) => {
                repaired.extend_from_slice(&[*byte, *escaped]);
                at += 2;
                continue;
            }
            (b'\\', Some(b'\'')) => changed = true,
            (b'\\', Some(_)) => {
                repaired.extend_from_slice(b"\\\\");
                changed = true;
            }
            (0..b' ', _) => {
                repaired.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                changed = true;
            }
            _ => repaired.push(*byte),
        }
        at += 1;
    }
    changed
}

/// True if only white space is between the comma at the start and the end of an object or array.
fn ends_list(rest: &[u8]) -> bool {
    let mut after = rest.iter().skip(1);
    let next = after.find(|byte| !byte.is_ascii_whitespace());
    matches!(next, Some(b'}' | b']'))
}

/// Replaces each escape of an unpaired surrogate by the escape of U+FFFD, which has the same length.
/// Returns true if there is one.
fn replace_lone_surrogates(string: &mut [u8]) -> bool {
    let (mut at, mut changed) = (0, false);
    while let Some(step) = memchr::memchr(b'\\', string.get(at..).unwrap_or_default()) {
        at += step;
        match (unit(string, at), unit(string, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 12,
            (Some(0xD800..=0xDFFF), _) => {
                if let Some(escape) = string.get_mut(at..at + 6) {
                    escape.copy_from_slice(b"\\ufffd");
                }
                changed = true;
                at += 6;
            }
            // Skips 2 bytes, so that the second backslash of `\\` does not start an escape.
            _ => at = string.len().min(at + 2),
        }
    }
    changed
}

/// The UTF-16 unit of the `\uXXXX` escape at this index.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    // `from_str_radix` would accept a sign.
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all_digits
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(repaired(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn replaces_unpaired_surrogates() {
        check(r#""a\ud800b""#, Some(r#""a\ufffdb""#));
        check(r#""\udc00\ud83d\ude00""#, Some(r#""\ufffd\ud83d\ude00""#));
        check(r#""\ud800\ud800\udc00""#, Some(r#""\ufffd\ud800\udc00""#));
        for text in [
            r#""\\ud800""#,
            r#""\ud83d\ude00""#,
            r#""\ud80""#,
            r#""\u+800 \"#,
            r#""x\"#,
        ] {
            check(text, None);
        }
    }

    #[test]
    fn replaces_numbers_that_are_not_finite() {
        check(
            r#"{"NaN":NaN,"b":-Infinity,"c":[Infinity]}"#,
            Some(r#"{"NaN":null,"b":null,"c":[null]}"#),
        );
        check(r#"{"a":"NaN, Infinity,}"}"#, None);
        check("-1", None);
    }

    #[test]
    fn escapes_control_characters_and_unknown_escapes() {
        check("[\"a\tb\",\n\"c\"]", Some("[\"a\\u0009b\",\n\"c\"]"));
        check(r#""it\'s \d \\ \" \n""#, Some(r#""it's \\d \\ \" \n""#));
        check(r#""\\'""#, None);
        check(r#""\x\"#, Some(r#""\\x\"#));
    }

    #[test]
    fn removes_trailing_commas() {
        check("{\"a\":[1,2, ],\n}", Some("{\"a\":[1,2 ]\n}"));
        check("[1,2]", None);
        check(r#"["a,]"]"#, None);
        check(",", None);
    }
}
