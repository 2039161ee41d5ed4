//! A page of text for a terminal, with styles and line breaks.

use anstyle::{AnsiColor, Style};
use dedupe_report::TerminalStyle;
use unicode_width::UnicodeWidthStr;

/// Style of a section heading.
pub(crate) const HEADING: Style = Style::new().bold();
/// Style of secondary text.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Style of words that only the left document has.
pub(crate) const REMOVED: Style = AnsiColor::Red.on_default();
/// Style of words that only the right document has.
pub(crate) const ADDED: Style = AnsiColor::Green.on_default();

/// Collects lines. Callers must escape control characters in untrusted text.
pub(crate) struct TextPage {
    text: String,
    pub(crate) look: TerminalStyle,
}

impl TextPage {
    pub(crate) fn new(look: TerminalStyle) -> Self {
        Self {
            text: String::new(),
            look,
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Adds a line without its trailing blanks.
    pub(crate) fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// Adds an empty line and a heading.
    pub(crate) fn heading(&mut self, text: &str) {
        let text = styled(self.look, HEADING, text);
        self.line("");
        self.line(&text);
    }

    /// Adds an indented line of secondary text.
    pub(crate) fn faint(&mut self, text: &str) {
        let text = styled(self.look, FAINT, text);
        self.line(&format!("   {text}"));
    }

    /// Adds a paragraph that starts with `label`. Further lines are indented by the width of the label.
    pub(crate) fn paragraph(&mut self, label: &str, style: Style, text: &str) {
        let indent = label.width();
        let columns = self.look.width.saturating_sub(indent);
        for (at, line) in wrapped(text, columns).iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            let blanks = indent - label.width();
            let line = styled(self.look, style, line);
            self.line(&format!("{label}{:blanks$}{line}", ""));
        }
    }
}

/// The text in a style, if the output has styles.
pub(crate) fn styled(look: TerminalStyle, style: Style, text: &str) -> String {
    if look.ansi && !text.is_empty() {
        format!("{style}{text}{style:#}")
    } else {
        text.to_owned()
    }
}

/// Breaks the text between words into lines of at most `columns` columns. A longer word gets a line of
/// its own.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.width() + 1 + word.width() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("海上 风暴 a", 5), ["海上", "风暴", "a"]);
        assert_eq!(wrapped("unbreakable", 3), ["unbreakable"]);
        assert_eq!(wrapped("", 3), [""]);
    }

    #[test]
    fn paragraph_continues_below_its_text() {
        let look = TerminalStyle {
            ansi: false,
            width: 12,
        };
        let mut page = TextPage::new(look);
        page.paragraph("  A  ", Style::new(), "one two three");
        assert_eq!(page.into_text(), "  A  one two\n     three\n");
    }
}
