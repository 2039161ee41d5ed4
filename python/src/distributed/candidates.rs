//! Counted pairs to candidate pairs.

use super::columns::{Columns, count};
use super::keys::BUCKET;
use super::{Batch, convert};
use arrow_array::builder::{BooleanBuilder, Int32Builder, Int64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::core::candidates::requirements::{is_partner, required_fingerprints};
use dedupe::core::evidence::families::may_be_versions;
use pyo3::prelude::*;
use std::sync::Arc;

/// Keeps the pairs that share a bucket, or enough fingerprints. Of the latter it says whether each document has a partner
/// in the other one, and whether both may be versions of one text.
#[pyfunction]
pub(super) fn judge(py: Python<'_>, batch: Batch) -> PyResult<Batch> {
    convert(py, move || judged(&batch.0))
}

fn judged(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let (levels, shared) = (columns.ints("level")?, columns.longs("shared")?);
    let (lower, higher) = (columns.longs("lo")?, columns.longs("hi")?);
    let (lower_sizes, higher_sizes) = (columns.ints("lo_size")?, columns.ints("hi_size")?);
    let (mut level, mut lo, mut hi) = (
        Int32Builder::new(),
        Int64Builder::new(),
        Int64Builder::new(),
    );
    let mut lo_partner = BooleanBuilder::new();
    let mut hi_partner = BooleanBuilder::new();
    let (mut versions, mut counted) = (BooleanBuilder::new(), Int32Builder::new());
    for row in 0..batch.num_rows() {
        let shared = u32::try_from(shared.value(row)).unwrap_or(u32::MAX);
        let (a, b) = (
            count(lower_sizes.value(row)),
            count(higher_sizes.value(row)),
        );
        let is_of_bucket = levels.value(row) == BUCKET;
        if !is_of_bucket && shared < required_fingerprints(a, b) {
            continue;
        }
        level.append_value(levels.value(row));
        lo.append_value(lower.value(row));
        hi.append_value(higher.value(row));
        lo_partner.append_value(!is_of_bucket && is_partner(shared, a));
        hi_partner.append_value(!is_of_bucket && is_partner(shared, b));
        versions.append_value(!is_of_bucket && may_be_versions(shared, a, b));
        counted.append_value(i32::try_from(shared).unwrap_or(i32::MAX));
    }
    RecordBatch::try_from_iter([
        ("level", Arc::new(level.finish()) as ArrayRef),
        ("lo", Arc::new(lo.finish())),
        ("hi", Arc::new(hi.finish())),
        ("lo_partner", Arc::new(lo_partner.finish())),
        ("hi_partner", Arc::new(hi_partner.finish())),
        ("versions", Arc::new(versions.finish())),
        ("shared", Arc::new(counted.finish())),
    ])
}
