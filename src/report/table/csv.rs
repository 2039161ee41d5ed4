//! CSV (RFC 4180), a row a member, for spreadsheets.
//!
//! A spreadsheet takes a cell that begins like a formula for one, and runs it. So text that begins with
//! `=`, `+`, `-`, `@` or a form of them gets an apostrophe before it; what a terminal would obey is
//! escaped, as everywhere. Parquet and JSON have the text as it is.

use super::{Row, relation, rows};
use crate::report::sanitise::visible;
use crate::report::{Excerpts, Renderer, Report};
use std::io::{self, Write};

const COLUMNS: [&str; 15] = [
    "cluster",
    "size",
    "representative",
    "id",
    "relation",
    "same_source",
    "path",
    "title",
    "source",
    "date",
    "url",
    "words",
    "containment",
    "containment_representative",
    "resemblance",
];
/// The spans stand last: `BEGIN-END`, set apart by blanks.
const SPANS: &str = "spans";

/// Writes a report's clusters as CSV.
#[derive(Clone, Copy, Debug)]
pub struct Csv;

impl Renderer for Csv {
    fn render(&self, report: &Report, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(COLUMNS.iter().chain([&SPANS]))?;
        for row in rows(report) {
            table.write_record(cells(row))?;
        }
        table.flush()
    }
}

fn cells((cluster, member): Row<'_>) -> [String; COLUMNS.len() + 1] {
    let optional = |field: &Option<String>| text(field.as_deref().unwrap_or_default());
    let spans = member.spans.iter();
    let spans: Vec<String> = spans.map(|s| format!("{}-{}", s.begin, s.end)).collect();
    [
        cluster.id.clone(),
        cluster.size.to_string(),
        text(&cluster.representative),
        text(&member.id),
        relation(member.relation).to_owned(),
        member.same_source.to_string(),
        text(&member.path),
        optional(&member.title),
        optional(&member.source),
        optional(&member.date),
        optional(&member.url),
        member.words.to_string(),
        member.containment.to_string(),
        member.containment_representative.to_string(),
        member.resemblance.to_string(),
        spans.join(" "),
    ]
}

/// Foreign text as a cell that neither a spreadsheet nor a terminal obeys.
fn text(text: &str) -> String {
    let shown = visible(text);
    if shown.trim_start().starts_with(is_operator) {
        format!("'{shown}")
    } else {
        shown.into_owned()
    }
}

/// What a formula begins with, the wide forms that some spreadsheets take for the same included.
fn is_operator(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::sample;

    fn read(report: &Report) -> Vec<csv::StringRecord> {
        let mut out = Vec::new();
        Csv.render(report, &Excerpts::new(), &mut out).unwrap();
        let mut reader = csv::Reader::from_reader(&out[..]);
        assert_eq!(reader.headers().unwrap().len(), COLUMNS.len() + 1);
        reader.records().map(Result::unwrap).collect()
    }

    #[test]
    fn a_row_a_member() {
        let (report, _) = sample();
        let members: Vec<Row<'_>> = rows(&report).collect();
        let read = read(&report);
        assert_eq!(read.len(), members.len());
        for (row, (cluster, member)) in read.iter().zip(members) {
            assert_eq!(row[0], cluster.id);
            assert_eq!(row[3], member.id);
            assert_eq!(row[12].parse::<f64>().unwrap(), member.containment);
            assert_eq!(&row[15], "0-3700");
        }
    }

    #[test]
    fn no_cell_begins_a_formula() {
        for (given, expected) in [
            ("=cmd|' /C calc'!A1", "'=cmd|' /C calc'!A1"),
            (" +1", "' +1"),
            ("-:12", "'-:12"),
            ("\t@SUM(1)", "\\t@SUM(1)"),
            ("＝1+1", "'＝1+1"),
            ("5 = 5", "5 = 5"),
            ("a\nb", "a\\nb"),
        ] {
            assert_eq!(text(given), expected);
        }
    }
}
