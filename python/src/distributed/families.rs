//! Pairs that may be versions of one text to those that are.

use super::columns::{Columns, count, to_u32, to_u64};
use super::{Batch, convert};
use arrow_array::builder::Int64Builder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::core::evidence::families::{numbers_agree, share_enough};
use pyo3::prelude::*;
use std::sync::Arc;

/// The pairs of documents that are versions of one text.
#[pyfunction]
pub(super) fn families(py: Python<'_>, batch: Batch) -> PyResult<Batch> {
    convert(py, move || edges(&batch.0))
}

fn edges(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let (lower, higher) = (columns.longs("a")?, columns.longs("b")?);
    let shared = columns.ints("shared")?;
    let words = [columns.bytes("words_a")?, columns.bytes("words_b")?];
    let fingerprints = [
        columns.bytes("fingerprints_a")?,
        columns.bytes("fingerprints_b")?,
    ];
    let (mut u, mut v) = (Int64Builder::new(), Int64Builder::new());
    for row in 0..batch.num_rows() {
        let [left, right] = fingerprints.map(|column| to_u64(column.value(row)));
        if !share_enough(count(shared.value(row)), &left, &right) {
            continue;
        }
        let [left, right] = words.map(|column| to_u32(column.value(row)));
        if numbers_agree(&left, &right) {
            u.append_value(higher.value(row));
            v.append_value(lower.value(row));
        }
    }
    RecordBatch::try_from_iter([
        ("u", Arc::new(u.finish()) as ArrayRef),
        ("v", Arc::new(v.finish())),
    ])
}
