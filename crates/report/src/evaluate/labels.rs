//! Label files: lines of tab-separated columns.
//!
//! In the format [`Pairs`](LabelFormat::Pairs), a line is `id_a id_b [kind]` and labels a pair of documents. In the
//! format [`Clusters`](LabelFormat::Clusters), a line is `id cluster` and puts a document into a cluster. Further
//! columns and empty lines are ignored.

use serde::Serialize;

/// Kinds that label a pair as different documents.
const NEGATIVE: [&str; 6] = ["not", "no", "0", "false", "different", "negative"];
/// Kind of a pair whose line has no kind.
const COPY: &str = "copy";
/// Kinds in words. A line that has one labels a pair, although one of its ids may be misspelt.
const KINDS_OF_PAIRS: [&str; 10] = [
    COPY,
    "exact",
    "near",
    "version",
    "contains",
    "contained",
    "overlap",
    "excerpt",
    "not",
    "different",
];

/// Format of a label file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelFormat {
    /// Each row labels a pair of documents as copies or as different.
    Pairs,
    /// Each row puts a document into a cluster.
    Clusters,
}

/// One line of a label file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelRow<'a> {
    /// Line, counted from 1.
    pub line: u64,
    /// Id of a document.
    pub first: &'a str,
    /// Id of another document, or name of a cluster.
    pub second: &'a str,
    /// Third column, if it is not empty.
    pub kind: Option<&'a str>,
}

impl LabelRow<'_> {
    /// Returns the kind of copy.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.kind.unwrap_or(COPY)
    }

    /// Returns true if the row labels the two documents as different.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        let kind = self.kind().to_lowercase();
        NEGATIVE.contains(&kind.as_str())
    }
}

/// Why a label file cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// A line has one column. The file is not a table, or its columns are not separated by tabs.
    #[error("line {line}: expected two or more columns separated by tabs, found one")]
    OneColumn {
        /// Line, counted from 1.
        line: u64,
    },
    /// One of the first two columns is empty.
    #[error("line {line}: column {column} is empty")]
    EmptyColumn {
        /// Line, counted from 1.
        line: u64,
        /// The column, 1 or 2.
        column: u8,
    },
    /// The file has no rows.
    #[error(
        "no labels: expected lines with two ids, or with an id and a cluster, separated by a tab"
    )]
    Empty,
    /// A pair is labelled both as copies and as different.
    #[error("line {line}: the pair is labelled as copies and as different")]
    Contradiction {
        /// The later line, counted from 1.
        line: u64,
    },
}

/// Parses the rows of a label file. Ignores a byte order mark and carriage returns. Returns at least one row. Takes
/// time linear in the text.
///
/// # Errors
///
/// See [`LabelError`]. One bad line rejects the whole file.
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

/// Detects the format of rows: pairs if at least half of the second columns are document ids, or at least half of the rows
/// have a kind such as `near`; clusters otherwise.
#[must_use]
pub fn detect_format(rows: &[LabelRow], is_document: impl Fn(&str) -> bool) -> LabelFormat {
    let has_kind = |row: &LabelRow| {
        let kind = row.kind.map(str::to_lowercase);
        kind.is_some_and(|kind| KINDS_OF_PAIRS.contains(&kind.as_str()))
    };
    let pairs = rows.iter().filter(|r| is_document(r.second) || has_kind(r));
    if 2 * pairs.count() >= rows.len() {
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
    fn parses_two_ids_and_a_kind_and_ignores_other_columns() {
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
    fn rejects_bad_lines_with_their_number() {
        check_refused("", LabelError::Empty);
        check_refused("\n \r\n", LabelError::Empty);
        check_refused("a\tb\na,b", LabelError::OneColumn { line: 2 });
        check_refused("\tb", LabelError::EmptyColumn { line: 1, column: 1 });
        check_refused("a\t\tnear", LabelError::EmptyColumn { line: 1, column: 2 });
    }

    #[test]
    fn some_kinds_label_different_documents() {
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
    fn detects_the_format_by_the_second_columns() {
        let is_document = |id: &str| id.len() == 1;
        let check =
            |text, expected| assert_eq!(detect_format(&rows(text).unwrap(), is_document), expected);
        check("a\tb\nb\tc", LabelFormat::Pairs);
        check("a\tb\nb\tlost", LabelFormat::Pairs);
        check("a\tstory 1\nb\tstory 1\nc\tx", LabelFormat::Clusters);
        check("a\tlost\tNear", LabelFormat::Pairs);
        check("a\tstory 1\t0\nb\tstory 1\t1", LabelFormat::Clusters);
    }

    proptest! {
        #[test]
        fn any_text_gives_rows_or_an_error(text in "[a\t\n\r\u{feff} ]{0,40}|\\PC{0,40}") {
            let _ = rows(&text);
        }
    }
}
