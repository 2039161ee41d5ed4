//! Finds the values of a JSON text without parsing them, so that a value that cannot be parsed costs only
//! itself.

use std::ops::Range;

/// Bytes that separate values: white space, commas, and the record separators of JSON text sequences
/// (RFC 7464).
fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',' | 0x1E)
}

/// Iterates over the outermost objects of a JSON text. Arrays around them are looked through, so the
/// elements of a list are found like values in sequence.
pub(super) struct Objects<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    /// The number of arrays that are open.
    open: usize,
    /// The number of values that are not objects.
    pub(super) others: usize,
    /// The first place that cannot be the start of a value.
    pub(super) broken_at: Option<usize>,
    /// Where the object or array begins that the text ends in.
    pub(super) unclosed: Option<usize>,
    first_open: usize,
}

impl<'a> Objects<'a> {
    /// The objects in this range of a text.
    pub(super) fn new(text: &'a str, range: Range<usize>) -> Self {
        Self {
            text,
            at: range.start,
            end: range.end.min(text.len()),
            open: 0,
            others: 0,
            broken_at: None,
            unclosed: None,
            first_open: range.start,
        }
    }
}

impl Objects<'_> {
    /// True if everything so far was an object or a list of objects.
    pub(super) fn is_clean(&self) -> bool {
        self.others == 0 && self.broken_at.is_none() && self.unclosed.is_none()
    }
}

impl Iterator for Objects<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes().get(..self.end)?;
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                byte if is_separator(*byte) => self.at += 1,
                b'[' => {
                    if self.open == 0 {
                        self.first_open = self.at;
                    }
                    self.open += 1;
                    self.at += 1;
                }
                b']' if self.open > 0 => {
                    self.open -= 1;
                    self.at += 1;
                }
                b'{' => match value_end(bytes, self.at) {
                    Some(end) => {
                        let begin = std::mem::replace(&mut self.at, end);
                        return Some(begin..end);
                    }
                    None => {
                        self.unclosed = Some(self.at);
                        self.at = self.end;
                        return None;
                    }
                },
                _ => match value_end(bytes, self.at) {
                    Some(end) => {
                        self.others += 1;
                        self.at = end;
                    }
                    None => {
                        self.broken_at = Some(self.at);
                        self.at = self.end;
                        return None;
                    }
                },
            }
        }
        if self.open > 0 {
            self.unclosed = Some(self.first_open);
        }
        None
    }
}

/// Iterates over the members of an object: the ranges of each name and of its value. Ends at the first
/// member that is malformed. If the text ends within the last value, that value ends with the text.
pub(super) struct Members<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Members<'a> {
    /// The members of the object in this range.
    pub(super) fn new(text: &'a str, object: Range<usize>) -> Self {
        Self {
            bytes: text.as_bytes().get(..object.end).unwrap_or_default(),
            at: object.start.saturating_add(1),
        }
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| is_skipped(**byte)).count();
    }
}

impl Iterator for Members<'_> {
    type Item = (Range<usize>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip(is_separator);
        let name = self.at;
        (self.bytes.get(name) == Some(&b'"')).then_some(())?;
        self.at = string_end(self.bytes, name)?;
        let name = name..self.at;
        self.skip(|byte| byte.is_ascii_whitespace());
        (self.bytes.get(self.at) == Some(&b':')).then_some(())?;
        self.at += 1;
        self.skip(|byte| byte.is_ascii_whitespace());
        let begin = self.at;
        self.at = match (value_end(self.bytes, begin), self.bytes.get(begin)) {
            (Some(end), _) => end,
            (None, Some(b'{' | b'[')) => self.bytes.len(),
            (None, _) => return None,
        };
        Some((name, begin..self.at))
    }
}

/// The end of the value that begins here, or `None` if no value begins here or the text ends within it.
fn value_end(bytes: &[u8], begin: usize) -> Option<usize> {
    match bytes.get(begin)? {
        b'"' => string_end(bytes, begin),
        b'{' | b'[' => nested_end(bytes, begin),
        b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
            let rest = bytes.get(begin..)?.iter();
            let is_part =
                |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
            Some(begin + rest.take_while(is_part).count())
        }
        _ => None,
    }
}

/// The end of an object or array.
fn nested_end(bytes: &[u8], begin: usize) -> Option<usize> {
    let (mut at, mut depth) = (begin, 0usize);
    loop {
        match bytes.get(at)? {
            b'"' => at = string_end(bytes, at)?,
            b'{' | b'[' => (at, depth) = (at + 1, depth + 1),
            b'}' | b']' => (at, depth) = (at + 1, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The end of a string.
pub(super) fn string_end(bytes: &[u8], begin: usize) -> Option<usize> {
    let mut at = begin + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Checks the objects, and the numbers of other values, of broken places and of unclosed values.
    fn check(text: &str, expected: &[&str], ends: (usize, Option<usize>, Option<usize>)) {
        let mut objects = Objects::new(text, 0..text.len());
        let found: Vec<&str> = objects.by_ref().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{text}");
        let found = (objects.others, objects.broken_at, objects.unclosed);
        assert_eq!(found, ends, "{text}");
    }

    #[test]
    fn finds_objects_in_lists_and_in_sequence() {
        let none = (0, None, None);
        check(
            r#"[{"a":1}, {"b":"}"}]"#,
            &[r#"{"a":1}"#, r#"{"b":"}"}"#],
            none,
        );
        check("{\n}{}\r\u{1E}{}\n", &["{\n}", "{}", "{}"], none);
        check(
            r#"{"a":"\"}\\"},[[{}],]"#,
            &[r#"{"a":"\"}\\"}"#, "{}"],
            none,
        );
        check(r#"[1,"{}",null,-2.5e+3]"#, &[], (4, None, None));
        check("", &[], none);
    }

    #[test]
    fn reports_where_a_text_breaks_off() {
        check(r#"[{"a":1},{"b":"#, &[r#"{"a":1}"#], (0, None, Some(9)));
        check(r#"[{}, {}"#, &["{}", "{}"], (0, None, Some(0)));
        check(r#"{"a":"b"#, &[], (0, None, Some(0)));
        check("{} : {}", &["{}"], (0, Some(3), None));
        check("{}]", &["{}"], (0, Some(2), None));
        check("{}\"", &["{}"], (0, Some(3 - 1), None));
        check(r#"{"\"#, &[], (0, None, Some(0)));
    }

    #[test]
    fn finds_the_members_of_an_object() {
        let members = |text: &str| -> Vec<String> {
            let members = Members::new(text, 0..text.len());
            let shown = |(name, value): (Range<usize>, Range<usize>)| {
                format!("{}={}", &text[name], &text[value])
            };
            members.map(shown).collect()
        };
        let found = members(r#"{"a" : [1,{"x":2}], "b":"c" , "d":NaN,}"#);
        assert_eq!(found, [r#""a"=[1,{"x":2}]"#, r#""b"="c""#, r#""d"=NaN"#]);
        assert_eq!(
            members(r#"{"a":1,"b":[{"c":2},{"#),
            [r#""a"=1"#, r#""b"=[{"c":2},{"#]
        );
        assert_eq!(members(r#"{"a":1,b:2}"#), [r#""a"=1"#]);
        assert_eq!(members(r#"{"a"}"#), [""; 0]);
        assert_eq!(members("{"), [""; 0]);
    }
}
