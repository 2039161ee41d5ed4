//! Finds the header and the delimiter of a table.

use super::cells::{Quoting, Row};
use std::borrow::Cow;

/// The possible delimiters. The first wins a tie.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// The delimiter of a table with one column: a byte that UTF-8 does not have, so that all of a line is one cell.
const NO_DELIMITER: u8 = 0xFF;

/// The header of a table, and what follows from the lines before it.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) delimiter: u8,
    /// The names of the columns, without blanks around them.
    pub(super) names: Vec<String>,
    /// The line of the header, counted from 1.
    pub(super) line: u64,
    /// Where the first row begins.
    pub(super) rows_begin: usize,
    /// Comments precede the header, so that lines with `#` are comments in the rows too.
    pub(super) has_comments: bool,
}

impl Header {
    /// Reads the header. A line such as `sep=;` before it states the delimiter. Lines that begin with `#`
    /// are comments, unless the first of them is accepted as the header itself.
    pub(super) fn read(table: &str, is_header: impl Fn(&[String]) -> bool) -> Self {
        let (mut at, mut line, mut stated) = (0, 1, None);
        let first = Self::at(table, at, line, stated);
        let mut has_comments = false;
        if let Some((delimiter, length)) = separator_line(table) {
            stated = Some(delimiter);
            (at, line) = (length, 2);
        } else if table.starts_with('#') && is_header(&first.names) {
            return first;
        }
        loop {
            let rest = table.get(at..).unwrap_or_default();
            let (row, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let is_comment = row.starts_with('#');
            if after.is_empty() || !(is_comment || row.trim().is_empty()) {
                let header = Self::at(table, at, line, stated);
                return Self {
                    has_comments,
                    ..header
                };
            }
            has_comments |= is_comment;
            at += row.len() + 1;
            line += 1;
        }
    }

    fn at(table: &str, begin: usize, line: u64, stated: Option<u8>) -> Self {
        let header = table.get(begin..).unwrap_or_default();
        let delimiter = stated.unwrap_or_else(|| most_frequent_delimiter(header));
        let split = |quoting| Row::split(table, begin, delimiter, quoting);
        let row = split(Quoting::Doubled).or_else(|_| split(Quoting::None));
        let (mut names, mut rows_begin) = (Vec::new(), table.len());
        if let Ok(row) = row {
            let cells = (0..).map_while(|number| row.cell(table, number));
            names = cells.map(name).collect();
            rows_begin = row.next;
        }
        // A delimiter at the end of the header is no column.
        while names.last().is_some_and(String::is_empty) && names.len() > 1 {
            names.pop();
        }
        Self {
            delimiter,
            names,
            line,
            rows_begin,
            has_comments: false,
        }
    }
}

/// The name of a column, without what is not part of it.
fn name(cell: Cow<'_, str>) -> String {
    let is_around =
        |character: char| character.is_whitespace() || matches!(character, '\u{FEFF}' | '\0');
    cell.trim_matches(is_around).to_owned()
}

/// The delimiter that a first line such as `sep=;` states, and the length of that line.
fn separator_line(table: &str) -> Option<(u8, usize)> {
    let (line, _) = table.split_once('\n')?;
    let bare = line.trim_end_matches('\r').trim_matches('"');
    let (key, value) = bare.split_once('=')?;
    let delimiter = match value.as_bytes() {
        b"\\t" => b'\t',
        [delimiter] if !delimiter.is_ascii_alphanumeric() && delimiter.is_ascii() => *delimiter,
        _ => return None,
    };
    let is_key = key.trim().eq_ignore_ascii_case("sep");
    is_key.then_some((delimiter, line.len() + 1))
}

/// The delimiter that occurs most often in the header row, outside quotes. [`NO_DELIMITER`] if none does.
fn most_frequent_delimiter(text: &str) -> u8 {
    let mut counts = [0usize; DELIMITERS.len()];
    let mut is_quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                let at = DELIMITERS.iter().position(|delimiter| *delimiter == byte);
                if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                    *count += 1;
                }
            }
        }
    }
    // The first delimiter wins a tie.
    let most = counts
        .iter()
        .zip(DELIMITERS)
        .rev()
        .filter(|(count, _)| **count > 0)
        .max_by_key(|(count, _)| **count);
    most.map_or(NO_DELIMITER, |(_, delimiter)| delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(table: &str, names: &[&str], delimiter: u8, line: u64, rows: &str) {
        let header = Header::read(table, |names| names.iter().any(|name| name == "text"));
        assert_eq!(header.names, names, "{table}");
        assert_eq!(
            (header.delimiter, header.line),
            (delimiter, line),
            "{table}"
        );
        assert_eq!(&table[header.rows_begin..], rows, "{table}");
    }

    #[test]
    fn finds_the_delimiter_and_the_names() {
        check(
            "id;\"a,b,c\"; \"text\" \nx",
            &["id", "a,b,c", "text"],
            b';',
            1,
            "x",
        );
        check("id\ttext\t\0\t\r\nx", &["id", "text"], b'\t', 1, "x");
        check("text", &["text"], NO_DELIMITER, 1, "");
        check("\"text\"\r\nx, y", &["text"], NO_DELIMITER, 1, "x, y");
        check("id,\"text\nx", &["id", "\"text"], b',', 1, "x");
    }

    #[test]
    fn skips_a_line_that_states_the_delimiter() {
        check("sep=;\r\nid,x;text\nx", &["id,x", "text"], b';', 2, "x");
        check(
            "\"SEP=\\t\"\nid,x\ttext\nx",
            &["id,x", "text"],
            b'\t',
            2,
            "x",
        );
        check("sep=ab\nx", &["sep=ab"], NO_DELIMITER, 1, "x");
    }

    #[test]
    fn skips_comments_before_the_header() {
        check(
            "# a; b; c\n\n# d\nid,text\nx",
            &["id", "text"],
            b',',
            4,
            "x",
        );
        check("#id,text\nx", &["#id", "text"], b',', 1, "x");
        check(
            "# only a comment",
            &["# only a comment"],
            NO_DELIMITER,
            1,
            "",
        );
    }
}
