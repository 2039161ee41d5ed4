//! Counts of the families of each publisher to occasions.

use super::columns::{Columns, int};
use super::{Batch, convert};
use arrow_array::builder::Int32Builder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::core::evidence::dictionary::{Carriers, FRESH};
use pyo3::prelude::*;
use std::sync::Arc;

/// The most occasions that need no entry in a dictionary.
#[pyfunction]
pub(super) const fn fresh() -> u32 {
    FRESH
}

/// The occasions of each hash for one publisher.
#[pyfunction]
pub(super) fn occasions(py: Python<'_>, batch: Batch) -> PyResult<Batch> {
    convert(py, move || occasions_of(&batch.0))
}

fn occasions_of(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let hashes = columns.longs("hash")?;
    let counts = [
        columns.longs("days")?,
        columns.longs("undated")?,
        columns.longs("families")?,
    ];
    let mut occasions = Int32Builder::new();
    for row in 0..batch.num_rows() {
        let [days, undated, families] = counts.map(|count| count.value(row).unsigned_abs());
        let carriers = Carriers {
            days,
            undated,
            families,
        };
        occasions.append_value(int(carriers.occasions()));
    }
    RecordBatch::try_from_iter([
        ("hash", Arc::new(hashes.clone()) as ArrayRef),
        ("occasions", Arc::new(occasions.finish())),
    ])
}
