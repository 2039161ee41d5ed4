//! Finds the rows of a table whose quotation marks may be text.
//!
//! TSV as it is registered with IANA has no quoting, but many programs write it like CSV. In both, a
//! quotation mark that is only text swallows the rows after it if it is taken for the start of a quoted
//! cell. So each row is split in the ways that its quotation marks allow, and the first way that gives as
//! many cells as the header has is used.

use super::cells::{Malformed, Quoting, Row};

/// The bytes that all rejected readings may have looked at, as a multiple of the table's size.
const MAX_REREADS: usize = 8;

/// The rows of a table, in order.
pub(super) struct Rows<'t> {
    table: &'t str,
    delimiter: u8,
    /// The number of columns.
    width: usize,
    /// Where the next row begins.
    at: usize,
    /// How many bytes rejected readings may still look at, so that time stays linear.
    spare: usize,
}

/// A row, and what is doubtful about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReadRow {
    pub(super) row: Row,
    pub(super) doubt: Doubt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    None,
    /// The quotation marks in the row are unbalanced. They were read as text.
    UnbalancedQuotes,
    /// Quotation marks join lines that each look like a row of their own.
    JoinedLines,
    /// A quotation mark is never closed. It and what follows cannot be read.
    OpenQuote,
}

impl<'t> Rows<'t> {
    /// The rows from `begin` on of a table with `width` columns.
    pub(super) fn new(table: &'t str, begin: usize, delimiter: u8, width: usize) -> Self {
        Self {
            table,
            delimiter,
            width,
            at: begin,
            spare: (table.len() + 1).saturating_mul(MAX_REREADS),
        }
    }

    /// The next row that is not blank.
    pub(super) fn next_row(&mut self) -> Option<ReadRow> {
        loop {
            let rest = self.table.as_bytes().get(self.at..)?;
            if rest.is_empty() {
                return None;
            }
            let read = self.read();
            self.at = read.row.next;
            if read.row.begin < read.row.end {
                return Some(read);
            }
        }
    }

    fn read(&mut self) -> ReadRow {
        let line = self.line(self.at);
        let quoted = self.split(Quoting::Doubled);
        if let Ok(row) = &quoted
            && self.fits(row)
        {
            if row.end == line.end {
                return sure(row.clone());
            }
            if !self.are_rows(row.end) {
                return sure(row.clone());
            }
            // TSV has no quoting, so lines that look like rows are rows.
            return match self.delimiter {
                b'\t' => sure(line),
                _ => ReadRow {
                    row: row.clone(),
                    doubt: Doubt::JoinedLines,
                },
            };
        }
        let escaped = self.split(Quoting::Escaped);
        if let Ok(row) = escaped
            && self.fits(&row)
        {
            return sure(row);
        }
        let is_text = self.fits(&line)
            && match quoted {
                Err(Malformed::OpenQuote) => self.delimiter == b'\t' || self.rest_is_rows(),
                _ => true,
            };
        match quoted {
            _ if is_text && self.delimiter == b'\t' => sure(line),
            _ if is_text => ReadRow {
                row: line,
                doubt: Doubt::UnbalancedQuotes,
            },
            Ok(row) => sure(row),
            Err(Malformed::TextAfterQuote(_)) => sure(line),
            Err(Malformed::OpenQuote) => ReadRow {
                row: Row {
                    next: self.table.len(),
                    ..line
                },
                doubt: Doubt::OpenQuote,
            },
        }
    }

    /// The line that begins at `begin`, as a row.
    fn line(&self, begin: usize) -> Row {
        Row::split(self.table, begin, self.delimiter, Quoting::None).unwrap_or(Row {
            begin,
            end: self.table.len(),
            next: self.table.len(),
            cells: Vec::new(),
            quoting: Quoting::None,
        })
    }

    /// The next row, read with this quoting. Fails without a look at the table once too much of it was
    /// read in vain.
    fn split(&mut self, quoting: Quoting) -> Result<Row, Malformed> {
        if self.spare == 0 {
            return Err(Malformed::TextAfterQuote(self.at));
        }
        let split = Row::split(self.table, self.at, self.delimiter, quoting);
        let end = match &split {
            Ok(row) if self.fits(row) => self.at,
            Ok(row) => row.end,
            Err(Malformed::TextAfterQuote(at)) => *at,
            Err(Malformed::OpenQuote) => self.table.len(),
        };
        self.spare = self.spare.saturating_sub(end - self.at);
        split
    }

    fn fits(&self, row: &Row) -> bool {
        row.width(self.table, self.width) == self.width
    }

    /// True if nine in ten lines of the rest of the table have as many cells as the header. Few texts that were cut off
    /// look like that. Any line has one cell, so this says nothing of a table with one column.
    fn rest_is_rows(&mut self) -> bool {
        if self.width < 2 {
            return false;
        }
        let (mut at, mut lines, mut rows) = (self.at, 0usize, 0usize);
        while at < self.table.len() {
            let line = self.line(at);
            if line.begin < line.end {
                lines += 1;
                rows += usize::from(self.fits(&line));
            }
            at = line.next;
        }
        self.spare = self.spare.saturating_sub(at - self.at);
        lines - rows <= lines / 10
    }

    /// True if each line from the next row to `end` has as many cells as the header. Any line has one cell, so nothing
    /// follows if there is one column.
    fn are_rows(&mut self, end: usize) -> bool {
        if self.width < 2 {
            return false;
        }
        let mut at = self.at;
        while at < end {
            let line = self.line(at);
            self.spare = self.spare.saturating_sub(line.next - at);
            if line.begin < line.end && !self.fits(&line) {
                return false;
            }
            at = line.next;
        }
        true
    }
}

fn sure(row: Row) -> ReadRow {
    ReadRow {
        row,
        doubt: Doubt::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the rows of a table with two columns, with `?` for a doubt.
    fn check(delimiter: u8, table: &str, expected: &[&str]) {
        let mut rows = Rows::new(table, 0, delimiter, 2);
        let mut found = Vec::new();
        while let Some(ReadRow { row, doubt }) = rows.next_row() {
            let cells: Vec<_> = (0..9).map_while(|at| row.cell(table, at)).collect();
            let mark = match doubt {
                Doubt::None => "",
                Doubt::UnbalancedQuotes => "? ",
                Doubt::JoinedLines => "joined ",
                Doubt::OpenQuote => "open ",
            };
            found.push(format!("{mark}{}", cells.join("|")));
        }
        assert_eq!(found, expected, "{table}");
    }

    #[test]
    fn a_quotation_mark_in_tsv_does_not_swallow_rows() {
        check(
            b'\t',
            "1\t\"a\n2\tb\n3\t\"c\n4\td",
            &["1|\"a", "2|b", "3|\"c", "4|d"],
        );
        check(b'\t', "1\t\"a\n2\tb\"\n", &["1|\"a", "2|b\""]);
        check(b'\t', "1\t\"a\" b\n2\tc", &["1|\"a\" b", "2|c"]);
    }

    #[test]
    fn quoted_cells_in_tsv_are_read_as_in_csv() {
        check(
            b'\t',
            "1\t\"a\nb\"\"c\"\n2\t\"d\te\"",
            &["1|a\nb\"c", "2|d\te"],
        );
    }

    #[test]
    fn an_unbalanced_quotation_mark_in_csv_is_text_if_all_rows_fit() {
        check(b',', "1,\"a\n2,b\n", &["? 1|\"a", "2|b"]);
        check(b',', "1,\"a\" b\n2,c", &["? 1|\"a\" b", "2|c"]);
        check(b',', "1,\"a\nb", &["open 1|\"a"]);
        check(b',', "1,\"a\" b, c\n2,c", &["1|\"a\" b| c", "2|c"]);
    }

    #[test]
    fn an_open_quotation_mark_costs_no_row_if_nearly_all_rows_fit() {
        let rows = |others: usize, ragged: &str| {
            let others = "2,b\n".repeat(others);
            let table = format!("1,\"a\n{others}{ragged}");
            let mut rows = Rows::new(&table, 0, b',', 2);
            std::iter::from_fn(|| Some(rows.next_row()?.doubt)).collect::<Vec<_>>()
        };
        let found = rows(9, "3,c,d\n");
        assert_eq!((found.len(), found[0]), (11, Doubt::UnbalancedQuotes));
        assert_eq!(rows(7, "3,c,d\n"), [Doubt::OpenQuote]);
        assert_eq!(rows(9, "a text\nwithout a comma\n"), [Doubt::OpenQuote]);
    }

    #[test]
    fn lines_that_look_like_rows_are_joined_only_with_a_doubt() {
        check(b',', "1,\"a\n2,b\"\n", &["joined 1|a\n2,b"]);
        check(b',', "1,\"a\nb\"\n", &["1|a\nb"]);
    }

    #[test]
    fn backslashes_escape_quotation_marks_if_the_row_then_fits() {
        check(b',', "1,\"a \\\"b\\\", c\"\n2,d", &["1|a \"b\", c", "2|d"]);
        check(b',', "1,\"C:\\\"\n2,\"d\"", &["1|C:\\", "2|d"]);
        check(b',', "1,a\\, b\n2,c\\\n", &["1|a, b", "2|c\\"]);
    }

    #[test]
    fn rejected_readings_take_linear_time() {
        let table = "1\t\"\"\"\n".repeat(100_000);
        let mut rows = Rows::new(&table, 0, b'\t', 3);
        let begun = std::time::Instant::now();
        while rows.next_row().is_some() {}
        assert!(begun.elapsed().as_secs() < 10);
    }
}
