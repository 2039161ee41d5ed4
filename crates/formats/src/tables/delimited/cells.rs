//! Splits one row of a table into cells.

use std::borrow::Cow;
use std::ops::Range;

/// Cells that are kept of a row. A longer row would take many times the memory of its bytes.
pub(super) const MAX_CELLS: usize = 1 << 16;

/// What quotation marks mean in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    /// A cell may be in quotation marks (RFC 4180). Inside, a quotation mark is doubled.
    Doubled,
    /// A cell may be in quotation marks. Inside, a backslash protects the next character. Outside, it protects
    /// a delimiter or a line end.
    Escaped,
    /// Quotation marks are text, and each line is a row.
    None,
}

/// A cell of a row, as the range of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    range: Range<usize>,
    /// The content was in quotation marks.
    is_quoted: bool,
}

/// A row that was split into cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) begin: usize,
    /// The end, without the line end.
    pub(super) end: usize,
    /// Where the next row begins.
    pub(super) next: usize,
    pub(super) cells: Vec<Cell>,
    pub(super) quoting: Quoting,
}

/// Why a row cannot be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// Text follows a closing quotation mark, at this index.
    TextAfterQuote(usize),
    /// The table ends before a quotation mark is closed.
    OpenQuote,
}

impl Row {
    /// Splits the row that begins at `begin`. Of the cells beyond [`MAX_CELLS`], the last one that is not blank is kept.
    pub(super) fn split(
        table: &str,
        begin: usize,
        delimiter: u8,
        quoting: Quoting,
    ) -> Result<Self, Malformed> {
        let bytes = table.as_bytes();
        let (mut at, mut cells) = (begin, Vec::new());
        loop {
            let (cell, end) = match opening(bytes, at, delimiter) {
                Some(open) if quoting != Quoting::None => {
                    let close = closing(bytes, open + 1, quoting).ok_or(Malformed::OpenQuote)?;
                    let after = bytes.get(close + 1..).unwrap_or_default().iter();
                    let blanks = after.take_while(|byte| **byte == b' ').count();
                    let cell = Cell {
                        range: open + 1..close,
                        is_quoted: true,
                    };
                    (cell, close + 1 + blanks)
                }
                _ => {
                    let end = unquoted_end(bytes, at, delimiter, quoting);
                    let cell = Cell {
                        range: at..end,
                        is_quoted: false,
                    };
                    (cell, end)
                }
            };
            if cells.len() < MAX_CELLS {
                cells.push(cell);
            } else if !is_blank(table, &cell) {
                cells.truncate(MAX_CELLS);
                cells.push(cell);
            }
            match bytes.get(end) {
                Some(byte) if *byte == delimiter => at = end + 1,
                None | Some(b'\n' | b'\r') => {
                    return Ok(Self {
                        begin,
                        end,
                        next: after_line_end(bytes, end),
                        cells,
                        quoting,
                    });
                }
                Some(_) => return Err(Malformed::TextAfterQuote(end)),
            }
        }
    }

    /// The content of a cell.
    pub(super) fn cell<'t>(&self, table: &'t str, number: usize) -> Option<Cow<'t, str>> {
        let cell = self.cells.get(number)?;
        let content = table.get(cell.range.clone())?;
        Some(match self.quoting {
            Quoting::Doubled if cell.is_quoted && content.contains("\"\"") => {
                Cow::Owned(content.replace("\"\"", "\""))
            }
            Quoting::Escaped if cell.is_quoted => Cow::Owned(unescaped(content)),
            Quoting::Escaped if content.contains('\\') => Cow::Owned(with_bare_ends(content)),
            _ => Cow::Borrowed(content),
        })
    }

    /// The number of lines of the row.
    pub(super) fn lines(&self, table: &str) -> usize {
        let row = table.as_bytes().get(self.begin..self.end);
        1 + memchr::memchr_iter(b'\n', row.unwrap_or_default()).count()
    }

    /// The number of cells, without empty ones at the end from `width` on.
    pub(super) fn width(&self, table: &str, width: usize) -> usize {
        let more = self.cells.get(width..).unwrap_or_default();
        let blank = more
            .iter()
            .rev()
            .take_while(|cell| is_blank(table, cell))
            .count();
        self.cells.len() - blank
    }
}

fn is_blank(table: &str, cell: &Cell) -> bool {
    let content = table.get(cell.range.clone()).unwrap_or_default();
    content.trim().is_empty()
}

/// The opening quotation mark of the cell that begins at `at`. Blanks may precede it.
fn opening(bytes: &[u8], at: usize, delimiter: u8) -> Option<usize> {
    let rest = bytes.get(at..)?.iter();
    let blanks = rest
        .take_while(|byte| **byte == b' ' && delimiter != b' ')
        .count();
    (bytes.get(at + blanks) == Some(&b'"')).then_some(at + blanks)
}

/// The end of a cell that begins at `at` and is not in quotation marks.
fn unquoted_end(bytes: &[u8], begin: usize, delimiter: u8, quoting: Quoting) -> usize {
    let mut at = begin;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(length) = memchr::memchr3(delimiter, b'\n', b'\r', rest) else {
            return bytes.len();
        };
        let end = at + length;
        let before = bytes.get(begin..end).unwrap_or_default().iter().rev();
        let backslashes = before.take_while(|byte| **byte == b'\\').count();
        if quoting != Quoting::Escaped || backslashes % 2 == 0 {
            return end;
        }
        at = end + 1;
    }
}

/// The closing quotation mark of a cell whose content begins at `at`.
fn closing(bytes: &[u8], mut at: usize, quoting: Quoting) -> Option<usize> {
    loop {
        let rest = bytes.get(at..)?;
        at += match quoting {
            Quoting::Escaped => memchr::memchr2(b'"', b'\\', rest)?,
            _ => memchr::memchr(b'"', rest)?,
        };
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\\'), _) => at += 2,
            (_, Some(b'"')) => at += 2,
            _ => return Some(at),
        }
    }
}

/// The content of a cell without its escapes. `\n` and `\t` stand for a line end and a tab.
fn unescaped(content: &str) -> String {
    let (mut text, mut characters) = (String::with_capacity(content.len()), content.chars());
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            },
            '"' => {
                // A doubled quotation mark.
                let rest = characters.as_str();
                characters = rest.strip_prefix('"').unwrap_or(rest).chars();
                '"'
            }
            other => other,
        });
    }
    text
}

/// The content of a cell without the backslashes before delimiters and line ends.
fn with_bare_ends(content: &str) -> String {
    let mut text = String::with_capacity(content.len());
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek();
        let protects =
            next.is_some_and(|next| matches!(next, ',' | ';' | '|' | '\t' | '\r' | '\n'));
        if character != '\\' || !protects {
            text.push(character);
        }
    }
    text
}

/// The index after the line end at `end`.
fn after_line_end(bytes: &[u8], end: usize) -> usize {
    match (bytes.get(end), bytes.get(end + 1)) {
        (Some(b'\r'), Some(b'\n')) => end + 2,
        (Some(_), _) => end + 1,
        (None, _) => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(row: &str, quoting: Quoting, expected: Result<&[&str], Malformed>) {
        let split = Row::split(row, 0, b',', quoting);
        let cells = split.map(|split| {
            let cells = 0..split.cells.len();
            let cells = cells.map(|at| split.cell(row, at).unwrap_or_default().into_owned());
            cells.collect::<Vec<String>>()
        });
        let expected = expected.map(|cells| cells.iter().map(|&cell| cell.to_owned()).collect());
        assert_eq!(cells, expected, "{row}");
    }

    #[test]
    fn splits_cells_with_doubled_quotation_marks() {
        let check = |row: &str, expected| check(row, Quoting::Doubled, expected);
        check("a,b\r\nc", Ok(&["a", "b"]));
        check("", Ok(&[""]));
        check(
            "a,\"b, \"\"c\"\"\nd\" ,e\rf",
            Ok(&["a", "b, \"c\"\nd", "e"]),
        );
        check("a, \"b,c\",", Ok(&["a", "b,c", ""]));
        check("a \"b\",c", Ok(&["a \"b\"", "c"]));
        check("\"a\" b,c", Err(Malformed::TextAfterQuote(4)));
        check("a,\"b\nc", Err(Malformed::OpenQuote));
        check("a,\"b\"\"", Err(Malformed::OpenQuote));
    }

    #[test]
    fn splits_cells_with_escapes() {
        let check = |row: &str, expected| check(row, Quoting::Escaped, expected);
        check(r#""a \"b\", \\ \n",c\d"#, Ok(&["a \"b\", \\ \n", "c\\d"]));
        check(r#""a ""b""""#, Ok(&["a \"b\""]));
        check(r#""a\"#, Err(Malformed::OpenQuote));
        check(r"a\, b\d,c\", Ok(&["a, b\\d", "c\\"]));
        check("a\\\nb\\\\,c\nd", Ok(&["a\nb\\\\", "c"]));
    }

    #[test]
    fn splits_lines_without_quoting() {
        check("\"a\",\"b\nc", Quoting::None, Ok(&["\"a\"", "\"b"]));
    }
}
