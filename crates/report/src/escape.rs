//! The one place where text from a corpus or a file system is made safe to show on a terminal.
//!
//! Titles, ids, paths and excerpts may hold escape sequences that recolour, retitle or reprogram a
//! terminal, and characters that make a line read as something else. They are shown as visible
//! escapes. Scripts that need joiners (U+200C, U+200D) and the plain direction marks keep them.

use crate::Fault;
use std::borrow::Cow;

/// The text with every unsafe character as a visible escape, such as `\u{1b}`; a line break or a tab
/// as `\n`, `\t`.
#[must_use]
pub fn escape_text(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_unsafe) else {
        return Cow::Borrowed(text);
    };
    let (safe, rest) = text.split_at(first);
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(safe);
    for c in rest.chars() {
        match c {
            '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
            c if is_unsafe(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Prose for one line: runs of white space become one space, then as [`visible`].
#[must_use]
pub fn escape_to_one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    escape_text(&words.join(" ")).into_owned()
}

/// As [`visible`], line by line: for a message of several lines that quotes what somebody else wrote.
#[must_use]
pub fn escape_lines(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(escape_text).collect();
    lines.join("\n")
}

/// `PATH:LINE: reason`, on one line.
#[must_use]
pub fn format_fault(fault: &Fault) -> String {
    let place = escape_text(&fault.path);
    let line = fault.line.map(|n| format!(":{n}")).unwrap_or_default();
    format!("{place}{line}: {}", escape_to_one_line(&fault.reason))
}

/// True for what a terminal obeys, what reorders text, and what cannot be seen at all.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}'                       // Arabic letter mark
            | '\u{200b}'                    // zero width space
            | '\u{2028}' | '\u{2029}'       // line, paragraph separator
            | '\u{202a}'..='\u{202e}'       // embeddings and overrides of direction
            | '\u{2060}'..='\u{206f}'       // invisible operators, isolates, deprecated controls
            | '\u{feff}'                    // byte order mark
            | '\u{fff9}'..='\u{fffb}'       // interlinear annotation
            | '\u{e0000}'..='\u{e007f}'     // tags
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(escape_text(text), expected);
    }

    #[test]
    fn plain_text_of_any_script_stays_as_it_is() {
        for text in [
            "",
            "./seeds/000.txt",
            "Bäume “über” alles",
            "می‌خواهم",
            "क्‍ष",
            "新闻",
        ] {
            assert!(matches!(escape_text(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_shown() {
        check("copy\u{1b}[31m.txt", "copy\\u{1b}[31m.txt");
        check("a\nb\r\tc", "a\\nb\\r\\tc");
        check(
            "bell\u{7} del\u{7f} csi\u{9b}",
            "bell\\u{7} del\\u{7f} csi\\u{9b}",
        );
    }

    #[test]
    fn what_reorders_or_hides_text_is_shown() {
        check("exe\u{202e}txt\u{202c}", "exe\\u{202e}txt\\u{202c}");
        check("\u{2066}a\u{2069}\u{2028}", "\\u{2066}a\\u{2069}\\u{2028}");
        check("\u{feff}a\u{200b}b", "\\u{feff}a\\u{200b}b");
    }

    #[test]
    fn prose_is_one_line() {
        assert_eq!(
            escape_to_one_line(" a\r\n\tb\u{2028}c\u{1b} "),
            "a b c\\u{1b}"
        );
        assert_eq!(escape_lines("a\n\u{1b}b\n"), "a\n\\u{1b}b\n");
    }
}
