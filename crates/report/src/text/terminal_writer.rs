//! Lines on a terminal: width, alignment, weight. Whatever is written here has been sanitised.

use crate::TerminalStyle;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A section's name.
pub(super) const HEADING: Style = Style::new().bold();
/// What is to be kept.
pub(super) const KEEP: Style = AnsiColor::Green.on_default().bold();
/// What matters less.
pub(super) const FAINT: Style = Style::new().dimmed();
/// What a reader should see to.
pub(super) const ALERT: Style = AnsiColor::Yellow.on_default();

/// Narrower than this, lines overrun rather than say nothing.
const NARROWEST: usize = 40;

/// Where a report for people is written.
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
            width: style.width.max(NARROWEST),
        }
    }

    /// Columns.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The text in a style, where styles are wanted.
    pub(super) fn styled(&self, style: Style, text: &str) -> String {
        if self.ansi {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// A line as it is.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// An empty line, then a heading, cut to the width.
    pub(super) fn heading(&mut self, style: Style, text: &str) -> io::Result<()> {
        let shown = self.styled(style, &fit(text, self.width));
        write!(self.out, "\n{shown}\n")
    }

    /// An indented line in a style, cut to the width.
    pub(super) fn indented(&mut self, indent: usize, style: Style, text: &str) -> io::Result<()> {
        let shown = self.styled(style, &fit(text, self.width.saturating_sub(indent)));
        writeln!(self.out, "{:indent$}{shown}", "")
    }
}

/// Columns that the text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// The text, cut to so many columns; the cut shows as an ellipsis.
pub(super) fn fit(text: &str, width: usize) -> String {
    // Marks that take no column count too, in the end: a hundred accents on a letter are no title.
    let longest = width.saturating_mul(4);
    if columns(text) <= width && text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let fits = |c: &char| match room.checked_sub(c.width().unwrap_or(0)) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    };
    let mut shown: String = text.chars().take(longest).take_while(fits).collect();
    shown.truncate(shown.trim_end().len());
    shown.push('…');
    shown
}

/// The text, followed by blanks up to so many columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(columns(text));
    format!("{text}{:blanks$}", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_by_columns_not_by_characters() {
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
    fn marks_without_a_column_do_not_run_on() {
        let heaped = format!("a{}", "\u{301}".repeat(5_000));
        assert!(fit(&heaped, 20).chars().count() <= 81);
    }

    #[test]
    fn pads_by_columns() {
        assert_eq!(pad("新", 4), "新  ");
        assert_eq!(pad("long", 2), "long");
    }
}
