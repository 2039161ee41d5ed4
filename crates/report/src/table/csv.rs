//! CSV (RFC 4180) for spreadsheets, one row per cluster member.
//!
//! Text that a spreadsheet would run as a formula gets a leading apostrophe. Unsafe characters are escaped as in all
//! text formats. Use Parquet or JSON for the original text.

use super::{METADATA, MemberRow, relation, rows, safe_cell};
use crate::{Cluster, Excerpts, Renderer, ReportView, parallel_items};
use std::io::{self, Write};

/// Columns that identify the member.
const IDENTITY: [&str; 7] = [
    "cluster",
    "size",
    "representative",
    "id",
    "relation",
    "same_source",
    "path",
];
/// Columns with measures of the member, then of the cluster. Spans are written as `BEGIN-END`, separated by spaces.
const MEASURES: [&str; 7] = [
    "words",
    "containment",
    "containment_representative",
    "resemblance",
    "spans",
    "publishers",
    "sources",
];

/// Buffer of the CSV writer in bytes.
const BUFFER_BYTES: usize = 1 << 10;

/// Writes a report's clusters as CSV.
#[derive(Clone, Copy, Debug)]
pub struct Csv;

impl Renderer for Csv {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        let mut header = csv::Writer::from_writer(&mut *out);
        let stated = METADATA.iter().map(|(name, _)| name);
        header.write_record(IDENTITY.iter().chain(stated).chain(&MEASURES))?;
        header.flush()?;
        drop(header);
        parallel_items::write_items(report.cluster_count(), out, |at, text| {
            lines(&*report.cluster(at)?, text)
        })
    }
}

/// Appends one row for each member.
fn lines(cluster: &Cluster, text: &mut Vec<u8>) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new()
        .buffer_capacity(BUFFER_BYTES)
        .from_writer(text);
    for row in rows(cluster) {
        table.write_record(cells(row))?;
    }
    table.flush()
}

/// Returns the cells of a row: identity, metadata, measures.
fn cells((cluster, member): MemberRow<'_>) -> impl Iterator<Item = String> {
    let spans = member.spans.iter();
    let spans: Vec<String> = spans.map(|s| format!("{}-{}", s.begin, s.end)).collect();
    let which: [String; IDENTITY.len()] = [
        safe_cell(&cluster.id),
        cluster.size.to_string(),
        safe_cell(&cluster.representative),
        safe_cell(&member.id),
        relation(member.relation).to_owned(),
        member.same_source.to_string(),
        safe_cell(&member.path),
    ];
    let stated = METADATA.map(|(_, cell)| safe_cell(cell(member).unwrap_or_default()));
    let measures: [String; MEASURES.len()] = [
        member.words.to_string(),
        member.containment.to_string(),
        member.containment_representative.to_string(),
        member.resemblance.to_string(),
        spans.join(" "),
        cluster.publishers.to_string(),
        cluster.sources.to_string(),
    ];
    which.into_iter().chain(stated).chain(measures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Report;
    use crate::fixture::sample;
    use std::collections::BTreeMap;

    /// Reads the rows back, as maps from column name to cell.
    fn read(report: &Report) -> Vec<BTreeMap<String, String>> {
        let mut out = Vec::new();
        Csv.render(report, &Excerpts::new(), &mut out).unwrap();
        let mut reader = csv::Reader::from_reader(&out[..]);
        reader.deserialize().map(Result::unwrap).collect()
    }

    /// A saved report may have any id for a cluster.
    #[test]
    fn ids_of_clusters_never_start_a_formula() {
        let (mut report, _) = sample();
        report.clusters[0].id = "=HYPERLINK(\u{7f})".into();
        assert_eq!(read(&report)[0]["cluster"], "'=HYPERLINK(\\u{7f})");
    }

    #[test]
    fn writes_one_row_per_member() {
        let (report, _) = sample();
        let members: Vec<MemberRow<'_>> = report.clusters.iter().flat_map(rows).collect();
        let read = read(&report);
        assert_eq!(read.len(), members.len());
        for (row, (cluster, member)) in read.iter().zip(members) {
            assert_eq!(row["cluster"], cluster.id);
            assert_eq!(row["id"], member.id);
            assert_eq!(row["publishers"], cluster.publishers.to_string());
            assert_eq!(row["sources"], cluster.sources.to_string());
            assert_eq!(row["credit"], member.credit.clone().unwrap_or_default());
            let share: f64 = row["containment"].parse().unwrap();
            assert_eq!(share, member.containment);
            assert_eq!(row["spans"], "0-3700");
        }
    }
}
