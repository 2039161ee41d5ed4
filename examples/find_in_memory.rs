//! Finds copies among documents that the program already has.
//!
//! Run it with: `cargo run --example find_in_memory`

use dedupe::{Document, Rules};
use std::error::Error;
use std::io::{self, Write};

const STORY: &str = "The ferry between Port Carrow and Lisle stops for two weeks in March, because the pier is being \
                     repaired. Buses replace it on weekdays, the harbour office said on Tuesday. Season tickets stay \
                     valid on the buses. The repair costs 1.2 million, twice as much as planned a year ago.";

fn main() -> Result<(), Box<dyn Error>> {
    print_clusters(&mut io::stdout().lock())
}

/// Prints each cluster: the document to keep, then its copies.
pub(crate) fn print_clusters(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let documents = vec![
        document("agency-1", "Agency", STORY),
        document("herald-1", "Herald", &format!("Ferry news. {STORY}")),
        document("herald-2", "Herald", "The library opens an hour later."),
    ];
    let report = dedupe::find(documents, &Rules::default())?;
    for cluster in &report.clusters {
        writeln!(out, "keep {}", cluster.representative)?;
        for copy in cluster.members.iter().skip(1) {
            writeln!(
                out,
                "  {:.0}% of {} is in it",
                100.0 * copy.containment,
                copy.id
            )?;
        }
    }
    Ok(())
}

fn document(id: &str, source: &str, text: &str) -> Document<'static> {
    Document {
        id: Some(id.to_owned().into()),
        source: Some(source.to_owned().into()),
        text: text.to_owned().into(),
        ..Document::default()
    }
}
