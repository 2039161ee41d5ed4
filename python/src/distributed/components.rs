//! Edges of a graph to fewer edges that connect the same vertices.

use super::columns::Columns;
use super::{Batch, convert};
use arrow_array::builder::Int64Builder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::core::components::stars;
use pyo3::prelude::*;
use std::sync::Arc;

/// Each vertex `u` of the edges with the least vertex `v` that they connect it to.
#[pyfunction]
pub(super) fn contract(py: Python<'_>, batch: Batch) -> PyResult<Batch> {
    convert(py, move || contracted(&batch.0))
}

fn contracted(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let (from, to) = (columns.longs("u")?, columns.longs("v")?);
    let edges = from.values().iter().zip(to.values());
    let edges: Vec<(u64, u64)> = edges
        .map(|(u, v)| (u.cast_unsigned(), v.cast_unsigned()))
        .collect();
    let (mut u, mut v) = (Int64Builder::new(), Int64Builder::new());
    for (vertex, least) in stars(&edges) {
        u.append_value(vertex.cast_signed());
        v.append_value(least.cast_signed());
    }
    RecordBatch::try_from_iter([
        ("u", Arc::new(u.finish()) as ArrayRef),
        ("v", Arc::new(v.finish())),
    ])
}
