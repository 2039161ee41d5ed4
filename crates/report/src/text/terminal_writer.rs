//! Writes lines of limited width, with styles and alignment. Callers escape the text first.

use crate::TerminalStyle;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Style of a section heading.
pub(super) const HEADING: Style = Style::new().bold();
/// Style of the mark of a representative.
pub(super) const KEEP: Style = AnsiColor::Green.on_default().bold();
/// Style of secondary information.
pub(super) const FAINT: Style = Style::new().dimmed();
/// Style of problems.
pub(super) const ALERT: Style = AnsiColor::Yellow.on_default();

/// Minimum width in columns. On a narrower terminal, lines overflow.
const MIN_WIDTH: usize = 40;

/// Writes styled lines to an output.
pub(super) struct TerminalWriter<'a> {
    out: &'a mut dyn Write,
    ansi: bool,
    width: usize,
}

impl<'a> TerminalWriter<'a> {
    pub(super) fn new(out: &'a mut dyn Write, style: TerminalStyle) -> Self {
        Self {
            out,
            ansi: style.ansi,
            width: style.width.max(MIN_WIDTH),
        }
    }

    /// Returns the width in columns.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Applies a style, if styles are enabled.
    pub(super) fn styled(&self, style: Style, text: &str) -> String {
        if self.ansi {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// Writes a line unchanged.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// Writes an empty line and a heading, shortened to the width.
    pub(super) fn heading(&mut self, style: Style, text: &str) -> io::Result<()> {
        let shown = self.styled(style, &fit(text, self.width));
        write!(self.out, "\n{shown}\n")
    }

    /// Writes an indented line in a style, shortened to the width.
    pub(super) fn indented(&mut self, indent: usize, style: Style, text: &str) -> io::Result<()> {
        let shown = self.styled(style, &fit(text, self.width.saturating_sub(indent)));
        writeln!(self.out, "{:indent$}{shown}", "")
    }
}

/// Breaks a text between words into at most `most` lines of `width` columns. The last one is shortened if the text is longer.
pub(super) fn wrap(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    let mut rest = text.trim();
    while !rest.is_empty() {
        let whole = columns(rest) <= width;
        if whole || lines.len() + 1 >= most {
            lines.push(fit(rest, width));
            break;
        }
        let mut columns_left = width;
        let mut end = 0;
        let mut last_space = None;
        for (at, c) in rest.char_indices() {
            match columns_left.checked_sub(c.width().unwrap_or(0)) {
                Some(left) => columns_left = left,
                None => break,
            }
            if c == ' ' {
                last_space = Some(at);
            }
            end = at + c.len_utf8();
        }
        // A word may end exactly at the width.
        let breaks_here = rest.get(end..).is_some_and(|after| after.starts_with(' '));
        let end = match last_space.filter(|&space| !breaks_here && space > 0) {
            Some(space) => space,
            None => end.max(rest.chars().next().map_or(1, char::len_utf8)),
        };
        let (line, after) = rest.split_at(end);
        lines.push(fit(line.trim_end(), width));
        rest = after.trim_start();
    }
    lines
}

/// Returns the width of a text in columns.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// Shortens a text to `width` columns. A shortened text ends with an ellipsis.
pub(super) fn fit(text: &str, width: usize) -> String {
    // Limit the number of characters too: a letter can carry any number of accents, which have no width.
    let longest = width.saturating_mul(4);
    if columns(text) <= width && text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut columns_left = width.saturating_sub(1);
    let fits = |c: &char| match columns_left.checked_sub(c.width().unwrap_or(0)) {
        Some(left) => {
            columns_left = left;
            true
        }
        None => false,
    };
    let mut shown: String = text.chars().take(longest).take_while(fits).collect();
    shown.truncate(shown.trim_end().len());
    shown.push('…');
    shown
}

/// Pads a text with spaces to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(columns(text));
    format!("{text}{:blanks$}", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_by_columns_not_by_characters() {
        for (text, width, expected) in [
            ("short", 10, "short"),
            ("exactly ten", 11, "exactly ten"),
            ("one word more", 9, "one word…"),
            ("新闻报道", 8, "新闻报道"),
            ("新闻报道", 6, "新闻…"),
            ("ab", 0, "…"),
        ] {
            assert_eq!(fit(text, width), expected);
        }
    }

    #[test]
    fn wraps_between_words_and_shortens_the_last_line() {
        for (text, width, most, expected) in [
            ("", 9, 3, &[][..]),
            ("one word more", 20, 3, &["one word more"]),
            ("one word more", 8, 3, &["one word", "more"]),
            ("one word more", 9, 3, &["one word", "more"]),
            ("one word more than that", 8, 2, &["one word", "more th…"]),
            ("unbreakable word", 6, 4, &["unbrea", "kable", "word"]),
            ("新闻报道", 5, 3, &["新闻", "报道"]),
            ("新闻", 1, 3, &["…", "…"]),
        ] {
            assert_eq!(wrap(text, width, most), expected, "{text:?}");
        }
    }

    #[test]
    fn limits_characters_without_width() {
        let heaped = format!("a{}", "\u{301}".repeat(5_000));
        assert!(fit(&heaped, 20).chars().count() <= 81);
    }

    #[test]
    fn pads_to_columns() {
        assert_eq!(pad("新", 4), "新  ");
        assert_eq!(pad("long", 2), "long");
    }
}
