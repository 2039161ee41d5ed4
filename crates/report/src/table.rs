//! Tables: CSV and Parquet with one row per cluster member, tab-separated values with one row per match, and Arrow
//! tables of everything that a report lists.

#[cfg(feature = "arrow")]
pub mod arrow;
#[cfg(any(feature = "arrow", feature = "parquet"))]
mod columns;
mod csv;
mod pairs;
#[cfg(feature = "parquet")]
mod parquet;

pub use csv::Csv;
pub use pairs::Pairs;
#[cfg(feature = "parquet")]
pub use parquet::Parquet;

use crate::escape::escape_text;
use crate::{Cluster, FindingKind, Member, MemberRelation};
use dedupe_core::model::Relation;

/// A member and its cluster.
type MemberRow<'a> = (&'a Cluster, &'a Member);

/// Returns the rows of a cluster in the order of its members.
fn rows(cluster: &Cluster) -> impl Iterator<Item = MemberRow<'_>> {
    cluster.members.iter().map(move |m| (cluster, m))
}

/// A column of optional metadata: its name, and the function that returns its value.
type MetadataColumn = (&'static str, fn(&Member) -> Option<&str>);

/// The metadata columns, in the order of all tables.
const METADATA: [MetadataColumn; 12] = [
    ("title", |m| m.title.as_deref()),
    ("source", |m| m.source.as_deref()),
    ("date", |m| m.date.as_deref()),
    ("url", |m| m.url.as_deref()),
    ("byline", |m| m.byline.as_deref()),
    ("language", |m| m.language.as_deref()),
    ("credit", |m| m.credit.as_deref()),
    ("dateline_place", |m| m.dateline.as_ref()?.place.as_deref()),
    ("dateline_date", |m| m.dateline.as_ref()?.date.as_deref()),
    ("version", |m| m.version.as_deref()),
    ("status", |m| m.status.as_deref()),
    ("extraction", |m| Some(m.extraction?.as_str())),
];

/// Returns the name of a relation, as in the other formats.
fn relation(relation: MemberRelation) -> &'static str {
    match relation {
        MemberRelation::Representative => "representative",
        MemberRelation::Exact => "exact",
        MemberRelation::Near => "near",
        MemberRelation::Contains => "contains",
        MemberRelation::Contained => "contained",
        MemberRelation::Version => "version",
    }
}

/// Returns the name of the relation of a match, as in the other formats.
fn match_relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Contains => "contains",
        other => FindingKind::from(other).name(),
    }
}

/// Makes text of the corpus safe for spreadsheets and terminals. A spreadsheet runs a cell that starts like a formula;
/// text that starts with `=`, `+`, `-`, `@` or a wide form of them therefore gets a leading apostrophe. So does text after a
/// semicolon, which separates the cells of CSV for spreadsheets of some countries.
fn safe_cell(text: &str) -> String {
    let shown = escape_text(text);
    let mut safe = String::with_capacity(shown.len() + 1);
    for cell in shown.split_inclusive(';') {
        if cell.trim_start().starts_with(is_operator) {
            safe.push('\'');
        }
        safe.push_str(cell);
    }
    safe
}

/// Returns true for characters that start a formula, including wide forms that some spreadsheets accept.
fn is_operator(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::sample;
    use crate::{Excerpts, Renderer};

    #[test]
    fn cells_never_start_a_formula() {
        for (given, expected) in [
            ("=cmd|' /C calc'!A1", "'=cmd|' /C calc'!A1"),
            (" +1", "' +1"),
            ("-:12", "'-:12"),
            ("\t@SUM(1)", "\\t@SUM(1)"),
            ("＝1+1", "'＝1+1"),
            ("5 = 5", "5 = 5"),
            ("a;=1;b; @c;;-d", "a;'=1;b;' @c;;'-d"),
            ("one; two;", "one; two;"),
            ("", ""),
            ("a\nb", "a\\nb"),
        ] {
            assert_eq!(safe_cell(given), expected);
        }
    }

    /// Spreadsheets open tab-separated values as well, but only CSV was guarded.
    #[test]
    fn ids_of_pairs_never_start_a_formula() {
        let (mut report, _) = sample();
        report.matches[0].left = "=HYPERLINK(A2)".into();
        report.matches[0].right = "@SUM(1)".into();
        let mut out = Vec::new();
        Pairs.render(&report, &Excerpts::new(), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("\n'=HYPERLINK(A2)\t'@SUM(1)\t"), "{out}");
    }
}
