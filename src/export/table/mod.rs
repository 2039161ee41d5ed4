//! A corpus as a table: each field of its records is a column, and the fields of a nested object are columns too.
//!
//! The records are read twice, once for the columns and once for the cells, so that only a few of them are in memory.

mod delimited;
#[cfg(feature = "parquet")]
mod parquet;
mod record;
mod shape;

pub(super) use record::Record;
use shape::Shape;
use std::io::{self, BufRead, Seek, Write};
use std::path::Path;

/// Maximum number of columns.
const MAX_COLUMNS: usize = 10_000;

/// A format that a corpus can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorpusFormat {
    /// JSON Lines: each record as it was read.
    Jsonl,
    /// Values separated by commas, with a header.
    Csv,
    /// Values separated by tabs, with a header.
    Tsv,
    /// Parquet. Nested objects are groups; lists with items of several types are JSON.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl CorpusFormat {
    /// The format that the name of a file stands for. JSON Lines for a name without an extension, `None` for an
    /// extension that no corpus can be written in.
    #[must_use]
    pub fn of_file(path: &Path) -> Option<Self> {
        let Some(extension) = path.extension() else {
            return Some(Self::Jsonl);
        };
        match extension.to_str()?.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            #[cfg(feature = "parquet")]
            "parquet" | "pq" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// Writes a corpus in JSON Lines as a table.
///
/// # Errors
///
/// An error of `corpus` or `out`; a line that is not an object; more than 10,000 columns.
pub fn write_table(
    mut corpus: impl BufRead + Seek,
    format: CorpusFormat,
    mut out: impl Write + Send,
) -> io::Result<()> {
    if format == CorpusFormat::Jsonl {
        return io::copy(&mut corpus, &mut out).map(drop);
    }
    let mut shape = Shape::default();
    for record in records(&mut corpus) {
        shape.add_record(&record?);
        if shape.leaf_count() > MAX_COLUMNS {
            let message = format!(
                "the records have more than {MAX_COLUMNS} different fields; write JSON Lines, to a name that ends in .jsonl"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
    }
    corpus.rewind()?;
    let leaves = shape.leaves();
    match format {
        CorpusFormat::Csv => delimited::write(b',', &leaves, records(&mut corpus), &mut out),
        CorpusFormat::Jsonl | CorpusFormat::Tsv => {
            delimited::write(b'\t', &leaves, records(&mut corpus), &mut out)
        }
        #[cfg(feature = "parquet")]
        CorpusFormat::Parquet => parquet::write(&shape, &leaves, records(&mut corpus), &mut out),
    }
}

/// The records of a corpus in order.
fn records<'a>(corpus: &'a mut impl BufRead) -> impl Iterator<Item = io::Result<Record>> + 'a {
    let mut line = vec![];
    std::iter::from_fn(move || {
        loop {
            line.clear();
            match corpus.read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) => return Some(serde_json::from_slice(&line).map_err(io::Error::from)),
                Err(error) => return Some(Err(error)),
            }
        }
    })
}

#[cfg(test)]
mod tests;
