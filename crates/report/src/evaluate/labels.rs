//! Label files: lines of columns set apart by tabs. `id_a id_b [kind]` names a pair, `id cluster` puts
//! a document into a cluster; further columns and empty lines are passed over.

use serde::Serialize;

/// Kinds that say that the two documents of a pair are no copies.
const NEGATIVE: [&str; 6] = ["not", "no", "0", "false", "different", "negative"];
/// The kind of a pair without one.
const COPY: &str = "copy";

/// What a row of a label file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelFormat {
    /// Two documents are copies, or are not.
    Pairs,
    /// A document is in a cluster.
    Clusters,
}

/// One line of a label file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelRow<'a> {
    /// From 1.
    pub line: u64,
    /// A document's id.
    pub first: &'a str,
    /// Another one's, or the name of a cluster.
    pub second: &'a str,
    /// The third column, where it is not empty.
    pub kind: Option<&'a str>,
}

impl LabelRow<'_> {
    /// The kind of copy.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.kind.unwrap_or(COPY)
    }

    /// True where the row says that the two are no copies.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        let kind = self.kind().to_lowercase();
        NEGATIVE.contains(&kind.as_str())
    }
}

/// Why a label file cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// A line has a single column: it is no table, or its columns are set apart by something else.
    #[error("line {line}: expected two columns or more, set apart by tabs, got one")]
    OneColumn {
        /// From 1.
        line: u64,
    },
    /// One of the first two columns is empty.
    #[error("line {line}: column {column} is empty")]
    EmptyColumn {
        /// From 1.
        line: u64,
        /// 1 or 2.
        column: u8,
    },
    /// There is no row.
    #[error("no labels: expected lines of two ids, or of an id and a cluster, set apart by a tab")]
    Empty,
    /// One pair is said to be copies and to be none.
    #[error("line {line}: the pair is labelled as copies and as different")]
    Contradiction {
        /// The later line, from 1.
        line: u64,
    },
}

/// The rows of a label file, of which there is at least one. A byte order mark and carriage returns
/// are no part of them. Time linear in the text.
///
/// # Errors
///
/// See [`LabelError`]; a file is used whole or not at all.
pub fn rows(text: &str) -> Result<Vec<LabelRow<'_>>, LabelError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows: Vec<LabelRow> = (1..)
        .zip(text.split('\n'))
        .map(|(line, columns)| (line, columns.strip_suffix('\r').unwrap_or(columns)))
        .filter(|(_, columns)| !columns.trim().is_empty())
        .map(|(line, columns)| row(line, columns))
        .collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Err(LabelError::Empty);
    }
    Ok(rows)
}

fn row(line: u64, columns: &str) -> Result<LabelRow<'_>, LabelError> {
    let mut columns = columns.split('\t');
    let first = columns.next().unwrap_or_default();
    let second = columns.next().ok_or(LabelError::OneColumn { line })?;
    for (column, value) in [(1, first), (2, second)] {
        if value.is_empty() {
            return Err(LabelError::EmptyColumn { line, column });
        }
    }
    Ok(LabelRow {
        line,
        first,
        second,
        kind: columns.next().map(str::trim).filter(|k| !k.is_empty()),
    })
}

/// What the rows style like: pairs where at least half of the second columns are ids of documents,
/// clusters otherwise.
#[must_use]
pub fn detect_format(rows: &[LabelRow], is_document: impl Fn(&str) -> bool) -> LabelFormat {
    let documents = rows.iter().filter(|r| is_document(r.second)).count();
    if 2 * documents >= rows.len() {
        LabelFormat::Pairs
    } else {
        LabelFormat::Clusters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check_refused(text: &str, expected: LabelError) {
        assert_eq!(rows(text), Err(expected), "{text:?}");
    }

    #[test]
    fn a_row_has_two_ids_a_kind_and_whatever_follows() {
        let found = rows("\u{feff}a\tb\r\n\n  \nc d\te\tnear\t1\t2\nf\tg\t\tx").unwrap();
        let plain: Vec<_> = found
            .iter()
            .map(|r| (r.line, r.first, r.second, r.kind()))
            .collect();
        assert_eq!(
            plain,
            [
                (1, "a", "b", "copy"),
                (4, "c d", "e", "near"),
                (5, "f", "g", "copy")
            ]
        );
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_line() {
        check_refused("", LabelError::Empty);
        check_refused("\n \r\n", LabelError::Empty);
        check_refused("a\tb\na,b", LabelError::OneColumn { line: 2 });
        check_refused("\tb", LabelError::EmptyColumn { line: 1, column: 1 });
        check_refused("a\t\tnear", LabelError::EmptyColumn { line: 1, column: 2 });
    }

    #[test]
    fn some_kinds_say_that_there_is_no_copy() {
        for (kind, negative) in [
            ("not", true),
            ("Different", true),
            ("0", true),
            ("1", false),
        ] {
            let text = format!("a\tb\t{kind}");
            assert_eq!(rows(&text).unwrap()[0].is_negative(), negative, "{kind}");
        }
    }

    #[test]
    fn the_form_is_what_most_second_columns_are() {
        let is_document = |id: &str| id.len() == 1;
        let check =
            |text, expected| assert_eq!(detect_format(&rows(text).unwrap(), is_document), expected);
        check("a\tb\nb\tc", LabelFormat::Pairs);
        check("a\tb\nb\tlost", LabelFormat::Pairs);
        check("a\tstory 1\nb\tstory 1\nc\tx", LabelFormat::Clusters);
    }

    proptest! {
        #[test]
        fn any_text_gives_rows_or_an_error(text in "[a\t\n\r\u{feff} ]{0,40}|\\PC{0,40}") {
            let _ = rows(&text);
        }
    }
}
