//! Two passages word by word, in rows that fit side by side, with what only one of them has marked.
//!
//! The rows of both sides break at the same places, so that equal words stand side by side. Everything
//! is sanitised.

use crate::cli::side::{ADDED, DROPPED, styled};
use anstyle::Style;
use dedupe_report::Look;
use dedupe_report::edits::{Token, compare};
use dedupe_report::sanitise::visible;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of the marks about a group of words, where there is no colour.
const MARKS: usize = 4;

/// A row of the two passages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Styled and marked.
    pub(super) left: String,
    pub(super) left_columns: usize,
    pub(super) right: String,
    /// False where a side has something of its own.
    pub(super) same: bool,
}

/// The rows of two passages, each side of so many columns; and whether a passage was too long, so that
/// the end is missing.
pub(super) fn rows(left: &str, right: &str, columns: usize, look: Look) -> (Vec<Row>, bool) {
    let compared = compare(left, right);
    let mut builder = Builder {
        columns,
        look,
        rows: vec![],
        left: Cell::new("[-", "-]", DROPPED),
        right: Cell::new("{+", "+}", ADDED),
    };
    for run in &compared.runs {
        let old = shown(left, compared.left.get(run.left.clone()), columns);
        let new = shown(right, compared.right.get(run.right.clone()), columns);
        for at in 0..old.len().max(new.len()) {
            builder.push(old.get(at), new.get(at), !run.same);
        }
    }
    builder.flush();
    (builder.rows, compared.cut)
}

/// A word, a sign, or a piece of a very long one.
struct Piece {
    /// Safe to show.
    shown: String,
    /// A blank stands before it.
    spaced: bool,
}

/// The words of a run, in pieces that fit.
fn shown(text: &str, tokens: Option<&[Token]>, columns: usize) -> Vec<Piece> {
    let room = columns.saturating_sub(MARKS + 1).max(1);
    let mut shown = vec![];
    for token in tokens.unwrap_or_default() {
        let word = text.get(token.bytes.clone()).unwrap_or_default();
        for (at, piece) in pieces(&visible(word), room).into_iter().enumerate() {
            shown.push(Piece {
                shown: piece,
                spaced: token.spaced && at == 0,
            });
        }
    }
    shown
}

/// The text in pieces of so many columns; marks that take no column run out in the end too.
fn pieces(text: &str, columns: usize) -> Vec<String> {
    let mut pieces = vec![];
    let (mut piece, mut room, mut characters) = (String::new(), columns, 4 * columns);
    for c in text.chars() {
        let width = c.width().unwrap_or(0);
        if (width > room || characters == 0) && !piece.is_empty() {
            pieces.push(std::mem::take(&mut piece));
            (room, characters) = (columns, 4 * columns);
        }
        piece.push(c);
        room = room.saturating_sub(width);
        characters = characters.saturating_sub(1);
    }
    pieces.push(piece);
    pieces
}

struct Builder {
    columns: usize,
    look: Look,
    rows: Vec<Row>,
    left: Cell,
    right: Cell,
}

impl Builder {
    fn push(&mut self, left: Option<&Piece>, right: Option<&Piece>, marked: bool) {
        let fits = |cell: &Cell, token: Option<&Piece>| {
            token.is_none_or(|t| cell.columns_with(t, marked, self.look) <= self.columns)
        };
        if !fits(&self.left, left) || !fits(&self.right, right) {
            self.flush();
        }
        if let Some(token) = left {
            self.left.push(token, marked);
        }
        if let Some(token) = right {
            self.right.push(token, marked);
        }
    }

    fn flush(&mut self) {
        let (left, left_columns, left_own) = self.left.take(self.look);
        let (right, _, right_own) = self.right.take(self.look);
        if left.is_empty() && right.is_empty() {
            return;
        }
        self.rows.push(Row {
            left,
            left_columns,
            right,
            same: !left_own && !right_own,
        });
    }
}

/// One side of a row on its way: runs of words that are marked, or are not.
struct Cell {
    runs: Vec<(bool, String)>,
    open: &'static str,
    close: &'static str,
    style: Style,
}

impl Cell {
    fn new(open: &'static str, close: &'static str, style: Style) -> Self {
        Self {
            runs: vec![],
            open,
            close,
            style: style.underline(),
        }
    }

    fn columns(&self, look: Look) -> usize {
        let marks = |marked: bool| if marked && !look.style { MARKS } else { 0 };
        self.runs
            .iter()
            .map(|(m, text)| text.width() + marks(*m))
            .sum()
    }

    fn columns_with(&self, token: &Piece, marked: bool, look: Look) -> usize {
        let goes_on = self.runs.last().is_some_and(|(m, _)| *m == marked);
        let marks = if marked && !goes_on && !look.style {
            MARKS
        } else {
            0
        };
        let blank = usize::from(token.spaced && !self.runs.is_empty());
        self.columns(look) + blank + marks + token.shown.width()
    }

    fn push(&mut self, token: &Piece, marked: bool) {
        let blank = token.spaced && !self.runs.is_empty();
        if self.runs.last().is_none_or(|(m, _)| *m != marked) {
            // The blank belongs to what is alike.
            if let Some((false, text)) = self.runs.last_mut().filter(|_| blank) {
                text.push(' ');
            }
            let blank = blank && !marked;
            self.runs
                .push((marked, if blank { " ".into() } else { String::new() }));
        } else if blank && let Some((_, text)) = self.runs.last_mut() {
            text.push(' ');
        }
        if let Some((_, text)) = self.runs.last_mut() {
            text.push_str(&token.shown);
        }
    }

    /// The cell, its columns, and whether it has something of its own; empties it.
    fn take(&mut self, look: Look) -> (String, usize, bool) {
        let columns = self.columns(look);
        let own = self.runs.iter().any(|(marked, _)| *marked);
        let shown = |(marked, text): (bool, String)| match (marked, look.style) {
            (false, _) => text,
            (true, true) => styled(look, self.style, &text),
            (true, false) => format!("{}{text}{}", self.open, self.close),
        };
        let text = std::mem::take(&mut self.runs)
            .into_iter()
            .map(shown)
            .collect();
        (text, columns, own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PLAIN: Look = Look {
        style: false,
        width: 80,
    };

    fn check(left: &str, right: &str, columns: usize, expected: &[(&str, &str)]) {
        let (found, _) = rows(left, right, columns, PLAIN);
        let found: Vec<_> = found.iter().map(|r| (&*r.left, &*r.right)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_one_side_has_alone_is_marked() {
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
    fn equal_words_stand_side_by_side_when_one_side_runs_on() {
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
    fn nothing_reaches_the_terminal_as_it_is() {
        let (found, _) = rows("a \u{1b}[31mred", "a \u{202e}der", 60, PLAIN);
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
            columns in 20usize..60,
            style: bool,
        ) {
            let look = Look { style, width: 80 };
            let (found, cut) = rows(&left, &right, columns, look);
            prop_assert!(!cut);
            prop_assert!(found.iter().all(|r| r.left_columns <= columns));
            let plain = Look { style: false, width: 80 };
            let (found, _) = rows(&left, &left, columns, plain);
            prop_assert!(found.iter().all(|r| r.same && r.left == r.right));
            let all: String = found.iter().map(|r| &*r.left).collect();
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&all), letters(&visible(&left.split_whitespace().collect::<String>())));
        }
    }
}
