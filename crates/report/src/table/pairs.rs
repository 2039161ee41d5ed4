//! Tab-separated values for tools such as `cut`, `join` and `awk`, one row per match.
//!
//! Tabs and line breaks in ids are escaped. Each line is one row, and each tab separates two columns. As in CSV, an id
//! that a spreadsheet would run as a formula gets a leading apostrophe.

use super::{match_relation, safe_cell};
use crate::{Excerpts, Match, Renderer, ReportView, parallel_items};
use std::io::{self, Write};

const COLUMNS: &str =
    "left\tright\trelation\tresemblance\tcontainment_left\tcontainment_right\twords\tlongest_run";

/// Writes a report's matches as tab-separated values.
#[derive(Clone, Copy, Debug)]
pub struct Pairs;

impl Renderer for Pairs {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{COLUMNS}")?;
        parallel_items::write_items(report.match_count(), out, |at, text| {
            row(&*report.match_at(at)?, text)
        })
    }
}

fn row(m: &Match, out: &mut dyn Write) -> io::Result<()> {
    let relation = match_relation(m.relation);
    writeln!(
        out,
        "{}\t{}\t{relation}\t{}\t{}\t{}\t{}\t{}",
        safe_cell(&m.left),
        safe_cell(&m.right),
        m.resemblance,
        m.containment_left,
        m.containment_right,
        m.words,
        m.longest_run,
    )
}
