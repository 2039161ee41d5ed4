//! Lays out two passages side by side and marks the words that only one of them has.
//!
//! Both columns break at the same places, so that equal words are in the same row. All text is escaped.

use crate::cli::text_page::{ADDED, REMOVED, styled};
use anstyle::Style;
use dedupe_report::TerminalStyle;
use dedupe_report::escape::escape_text;
use dedupe_report::word_diff::{Token, diff_passages};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Width of the two marks around a group of words, if there is no colour.
const MARKS_WIDTH: usize = 4;

/// A row of the two passages, with styles or marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EditRow {
    pub(super) left: String,
    /// Width of `left` in columns.
    pub(super) left_width: usize,
    pub(super) right: String,
    /// Both sides have the same words.
    pub(super) same: bool,
}

/// The rows of two passages, each side `width` columns wide. The flag is true if a passage is too long and
/// its end is missing.
pub(super) fn edit_rows(
    left: &str,
    right: &str,
    width: usize,
    look: TerminalStyle,
) -> (Vec<EditRow>, bool) {
    let compared = diff_passages(left, right);
    let mut builder = RowBuilder {
        width,
        look,
        rows: vec![],
        left: Cell::new("[-", "-]", REMOVED),
        right: Cell::new("{+", "+}", ADDED),
    };
    for run in &compared.runs {
        let left = pieces(left, compared.left.get(run.left.clone()), width);
        let right = pieces(right, compared.right.get(run.right.clone()), width);
        for at in 0..left.len().max(right.len()) {
            builder.push(left.get(at), right.get(at), !run.same);
        }
    }
    builder.flush();
    (builder.rows, compared.cut)
}

/// A word, a punctuation mark, or a part of a very long word.
struct Piece {
    /// Escaped text.
    text: String,
    /// A blank comes before it.
    spaced: bool,
}

/// The words of a run, cut into pieces that fit `width` columns with marks.
fn pieces(text: &str, tokens: Option<&[Token]>, width: usize) -> Vec<Piece> {
    let max_width = width.saturating_sub(MARKS_WIDTH + 1).max(1);
    let mut pieces = vec![];
    for token in tokens.unwrap_or_default() {
        let word = text.get(token.bytes.clone()).unwrap_or_default();
        for (at, piece) in cut(&escape_text(word), max_width).into_iter().enumerate() {
            pieces.push(Piece {
                text: piece,
                spaced: token.spaced && at == 0,
            });
        }
    }
    pieces
}

/// Cuts a text into parts of at most `max_width` columns. Each part also has at most four characters per
/// column, since combining marks have no width.
fn cut(text: &str, max_width: usize) -> Vec<String> {
    let max_characters = 4 * max_width;
    let mut parts = vec![];
    let (mut part, mut free_width, mut free_characters) =
        (String::new(), max_width, max_characters);
    for c in text.chars() {
        let width = c.width().unwrap_or(0);
        if (width > free_width || free_characters == 0) && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
            (free_width, free_characters) = (max_width, max_characters);
        }
        part.push(c);
        free_width = free_width.saturating_sub(width);
        free_characters = free_characters.saturating_sub(1);
    }
    parts.push(part);
    parts
}

struct RowBuilder {
    width: usize,
    look: TerminalStyle,
    rows: Vec<EditRow>,
    left: Cell,
    right: Cell,
}

impl RowBuilder {
    fn push(&mut self, left: Option<&Piece>, right: Option<&Piece>, marked: bool) {
        let fits = |cell: &Cell, piece: Option<&Piece>| {
            piece.is_none_or(|p| cell.width_with(p, marked, self.look) <= self.width)
        };
        if !fits(&self.left, left) || !fits(&self.right, right) {
            self.flush();
        }
        if let Some(piece) = left {
            self.left.push(piece, marked);
        }
        if let Some(piece) = right {
            self.right.push(piece, marked);
        }
    }

    fn flush(&mut self) {
        let (left, left_width, left_marked) = self.left.take(self.look);
        let (right, _, right_marked) = self.right.take(self.look);
        if left.is_empty() && right.is_empty() {
            return;
        }
        self.rows.push(EditRow {
            left,
            left_width,
            right,
            same: !left_marked && !right_marked,
        });
    }
}

/// One side of the row that is being built: groups of words with a flag for marked ones.
struct Cell {
    groups: Vec<(bool, String)>,
    open: &'static str,
    close: &'static str,
    style: Style,
}

impl Cell {
    fn new(open: &'static str, close: &'static str, style: Style) -> Self {
        Self {
            groups: vec![],
            open,
            close,
            style: style.underline(),
        }
    }

    fn width(&self, look: TerminalStyle) -> usize {
        let groups = self.groups.iter();
        groups
            .map(|(marked, text)| text.width() + marks_width(*marked, look))
            .sum()
    }

    /// The width of the cell after `piece` is pushed.
    fn width_with(&self, piece: &Piece, marked: bool, look: TerminalStyle) -> usize {
        let continues = self.groups.last().is_some_and(|(m, _)| *m == marked);
        let blank = usize::from(piece.spaced && !self.groups.is_empty());
        let marks = marks_width(marked && !continues, look);
        self.width(look) + blank + marks + piece.text.width()
    }

    fn push(&mut self, piece: &Piece, marked: bool) {
        let blank = piece.spaced && !self.groups.is_empty();
        if self.groups.last().is_none_or(|(m, _)| *m != marked) {
            // A blank between two groups goes to the one without marks.
            if let Some((false, text)) = self.groups.last_mut().filter(|_| blank) {
                text.push(' ');
            }
            let blank = blank && !marked;
            self.groups
                .push((marked, if blank { " ".into() } else { String::new() }));
        } else if blank && let Some((_, text)) = self.groups.last_mut() {
            text.push(' ');
        }
        if let Some((_, text)) = self.groups.last_mut() {
            text.push_str(&piece.text);
        }
    }

    /// Empties the cell. Returns its text, its width, and whether a word is marked.
    fn take(&mut self, look: TerminalStyle) -> (String, usize, bool) {
        let width = self.width(look);
        let has_marks = self.groups.iter().any(|(marked, _)| *marked);
        let with_marks = |(marked, text): (bool, String)| match (marked, look.ansi) {
            (false, _) => text,
            (true, true) => styled(look, self.style, &text),
            (true, false) => format!("{}{text}{}", self.open, self.close),
        };
        let groups = std::mem::take(&mut self.groups).into_iter();
        (groups.map(with_marks).collect(), width, has_marks)
    }
}

/// Width of the marks around a group. Styled output has none.
fn marks_width(marked: bool, look: TerminalStyle) -> usize {
    if marked && !look.ansi { MARKS_WIDTH } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: TerminalStyle = TerminalStyle {
        ansi: false,
        width: 80,
    };

    fn check(left: &str, right: &str, width: usize, expected: &[(&str, &str)]) {
        let (found, _) = edit_rows(left, right, width, PLAIN);
        let found: Vec<_> = found.iter().map(|r| (&*r.left, &*r.right)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_of_one_side_only_are_marked() {
        check(
            "The council met on Monday evening.",
            "The Council met late on “Monday” evening.",
            60,
            &[(
                "The council met on Monday evening.",
                "The Council met {+late+} on {+“+}Monday{+”+} evening.",
            )],
        );
        check("a b c", "a x c", 60, &[("a [-b-] c", "a {+x+} c")]);
        check("a", "b", 60, &[("[-a-]", "{+b+}")]);
    }

    #[test]
    fn equal_words_are_in_the_same_row_after_an_insertion() {
        check(
            "one two three four",
            "one and a lot of other words two three four",
            20,
            &[
                ("one", "one {+and a lot of+}"),
                ("two", "{+other words+} two"),
                ("three four", "three four"),
            ],
        );
    }

    #[test]
    fn scripts_without_blanks_are_compared_by_character() {
        check(
            "海上风暴关闭港口",
            "海上大风关闭港口",
            40,
            &[("海上风[-暴-]关闭港口", "海上{+大+}风关闭港口")],
        );
    }

    #[test]
    fn control_characters_are_escaped() {
        let (found, _) = edit_rows("a \u{1b}[31mred", "a \u{202e}der", 60, PLAIN);
        assert!(
            found
                .iter()
                .all(|r| !r.left.contains('\u{1b}') && !r.right.contains('\u{202e}'))
        );
    }

    proptest! {
        #[test]
        fn rows_fit_and_hold_every_word(
            left in "[ab ]{0,60}|\\PC{0,60}",
            right in "[ab ]{0,60}|\\PC{0,60}",
            width in 20usize..60,
            style: bool,
        ) {
            let look = TerminalStyle { ansi: style, width: 80 };
            let (found, cut) = edit_rows(&left, &right, width, look);
            prop_assert!(!cut);
            prop_assert!(found.iter().all(|r| r.left_width <= width));
            let plain = TerminalStyle { ansi: false, width: 80 };
            let (found, _) = edit_rows(&left, &left, width, plain);
            prop_assert!(found.iter().all(|r| r.same && r.left == r.right));
            let all: String = found.iter().map(|r| &*r.left).collect();
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&all), letters(&escape_text(&left.split_whitespace().collect::<String>())));
        }
    }
}
