//! Documents to the keys by which they are paired.

use super::columns::{Columns, to_u64};
use super::{Batch, convert};
use arrow_array::builder::{Int32Builder, Int64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::core::DocumentIndex;
use dedupe::core::candidates::Key;
use pyo3::prelude::*;
use std::sync::Arc;

/// The keys of buckets and those of fingerprints; they are paired apart from each other.
pub(super) const BUCKET: i32 = 0;
pub(super) const FINGERPRINT: i32 = 1;

/// The keys of documents: one row for each hash, with the document and the number of its fingerprints.
#[pyfunction]
pub(super) fn keys(py: Python<'_>, batch: Batch) -> PyResult<Batch> {
    convert(py, move || keys_of(&batch.0))
}

fn keys_of(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let (documents, sizes) = (columns.longs("doc")?, columns.ints("size")?);
    let levels = [
        (BUCKET, columns.bytes("buckets")?),
        (FINGERPRINT, columns.bytes("fingerprints")?),
    ];
    let (mut level, mut key) = (Int32Builder::new(), Int64Builder::new());
    let (mut document, mut size) = (Int64Builder::new(), Int32Builder::new());
    for row in 0..batch.num_rows() {
        for (of_level, hashes) in levels {
            // Only the document number of a key is limited, and it is not used.
            let hash = |hash: u64| Key::new(hash, DocumentIndex(0)).hash();
            let mut hashes: Vec<u64> = to_u64(hashes.value(row)).into_iter().map(hash).collect();
            hashes.sort_unstable();
            hashes.dedup();
            for hash in hashes {
                level.append_value(of_level);
                key.append_value(hash.cast_signed());
                document.append_value(documents.value(row));
                size.append_value(sizes.value(row));
            }
        }
    }
    RecordBatch::try_from_iter([
        ("level", Arc::new(level.finish()) as ArrayRef),
        ("hash", Arc::new(key.finish())),
        ("doc", Arc::new(document.finish())),
        ("size", Arc::new(size.finish())),
    ])
}
