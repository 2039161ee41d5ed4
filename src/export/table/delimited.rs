//! CSV and TSV (RFC 4180). A column of a nested field has its path as its name, such as `article.body`. Text is written
//! as it is, so that the table can be read again.

use super::record::{Cell, Record};
use super::shape::Leaf;
use std::io::{self, Write};

/// Writes records as rows below a header.
pub(super) fn write(
    delimiter: u8,
    leaves: &[Leaf],
    records: impl Iterator<Item = io::Result<Record>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(out);
    if !leaves.is_empty() {
        table.write_record(leaves.iter().map(|leaf| leaf.path.join(".")))?;
    }
    for record in records {
        let record = record?;
        let cell = |leaf: &Leaf| {
            leaf.value(&record)
                .0
                .and_then(Cell::text)
                .unwrap_or_default()
        };
        table.write_record(leaves.iter().map(cell))?;
    }
    table.flush()
}
