//! Escapes text from a corpus or a file system, so that a terminal can show it safely.
//!
//! Titles, ids, paths and excerpts may contain escape sequences that control a terminal, and characters that
//! change the order of the visible text. These functions replace them with visible escapes. Joiners (U+200C,
//! U+200D) and plain direction marks stay, because some scripts need them.

use crate::Fault;
use std::borrow::Cow;
use std::collections::HashMap;

/// Replaces each unsafe character with a visible escape such as `\u{1b}`. Line breaks and tabs become `\n`, `\r`
/// and `\t`.
///
/// ```
/// assert_eq!(dedupe_report::escape::escape_text("red\u{1b}[31m\n"), "red\\u{1b}[31m\\n");
/// ```
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

/// Joins the words of `text` with single spaces, then escapes the result as [`escape_text`] does.
#[must_use]
pub fn escape_to_one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    escape_text(&words.join(" ")).into_owned()
}

/// Escapes each line as [`escape_text`] does and keeps the line breaks. Use it for messages of several lines.
#[must_use]
pub fn escape_lines(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(escape_text).collect();
    lines.join("\n")
}

/// Formats a fault on one line, as `PATH:LINE: reason`.
#[must_use]
pub fn format_fault(fault: &Fault) -> String {
    let place = escape_text(&fault.path);
    let line = fault.line.map(|n| format!(":{n}")).unwrap_or_default();
    format!("{place}{line}: {}", escape_to_one_line(&fault.reason))
}

/// Formats a list of faults, one line for each kind: the first fault of the kind, and how many there are.
pub fn format_fault_kinds(faults: &[Fault]) -> Vec<String> {
    let mut kinds: Vec<(&Fault, u64)> = Vec::new();
    // A saved report may have any number of kinds.
    let mut known: HashMap<&str, usize> = HashMap::new();
    for fault in faults {
        let at = *known.entry(&fault.code).or_insert(kinds.len());
        match kinds.get_mut(at) {
            Some((_, count)) => *count = count.saturating_add(fault.count),
            None => kinds.push((fault, fault.count)),
        }
    }
    let line = |(first, count): (&Fault, u64)| match count {
        1 => format_fault(first),
        _ => format!(
            "{} ({count} of this kind, {})",
            format_fault(first),
            escape_to_one_line(&first.code)
        ),
    };
    kinds.into_iter().map(line).collect()
}

/// Returns true for characters that control a terminal, change the text direction, or are invisible.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}'                       // Arabic letter mark
            | '\u{200b}'                    // zero width space
            | '\u{2028}' | '\u{2029}'       // line, paragraph separator
            | '\u{202a}'..='\u{202e}'       // direction embeddings and overrides
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
    fn leaves_plain_text_of_any_script_unchanged() {
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
    fn escapes_terminal_controls() {
        check("copy\u{1b}[31m.txt", "copy\\u{1b}[31m.txt");
        check("a\nb\r\tc", "a\\nb\\r\\tc");
        check(
            "bell\u{7} del\u{7f} csi\u{9b}",
            "bell\\u{7} del\\u{7f} csi\\u{9b}",
        );
    }

    #[test]
    fn escapes_direction_overrides_and_invisible_characters() {
        check("exe\u{202e}txt\u{202c}", "exe\\u{202e}txt\\u{202c}");
        check("\u{2066}a\u{2069}\u{2028}", "\\u{2066}a\\u{2069}\\u{2028}");
        check("\u{feff}a\u{200b}b", "\\u{feff}a\\u{200b}b");
    }

    #[test]
    fn joins_prose_into_one_line() {
        assert_eq!(
            escape_to_one_line(" a\r\n\tb\u{2028}c\u{1b} "),
            "a b c\\u{1b}"
        );
        assert_eq!(escape_lines("a\n\u{1b}b\n"), "a\n\\u{1b}b\n");
    }
}
