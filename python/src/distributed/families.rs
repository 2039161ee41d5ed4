//! Pairs that may be versions of one text to those that are.

use super::columns::{Columns, to_u32};
use super::{Batch, convert};
use arrow_array::builder::Int64Builder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::core::evidence::families::numbers_agree;
use pyo3::prelude::*;
use std::sync::Arc;

/// The pairs of documents whose numbers agree.
#[pyfunction]
pub(super) fn families(py: Python<'_>, batch: Batch) -> PyResult<Batch> {
    convert(py, move || edges(&batch.0))
}

fn edges(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let (lower, higher) = (columns.longs("a")?, columns.longs("b")?);
    let (left, right) = (columns.bytes("words_a")?, columns.bytes("words_b")?);
    let (mut u, mut v) = (Int64Builder::new(), Int64Builder::new());
    for row in 0..batch.num_rows() {
        if numbers_agree(&to_u32(left.value(row)), &to_u32(right.value(row))) {
            u.append_value(higher.value(row));
            v.append_value(lower.value(row));
        }
    }
    RecordBatch::try_from_iter([
        ("u", Arc::new(u.finish()) as ArrayRef),
        ("v", Arc::new(v.finish())),
    ])
}
