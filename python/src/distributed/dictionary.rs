//! What a corpus teaches: counts of the families of each publisher to occasions, and a sample of its documents to common words.

use super::columns::{Columns, int, to_u32};
use super::{Batch, convert};
use arrow_array::builder::Int32Builder;
use arrow_array::{ArrayRef, BinaryArray, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::core::evidence::common_words::{CommonWords, MOST_SAMPLED, SAMPLED_BELOW};
use dedupe::core::evidence::dictionary::{Carriers, FRESH};
use pyo3::prelude::*;
use std::sync::Arc;

/// The most occasions that need no entry in a dictionary.
#[pyfunction]
pub(super) const fn fresh() -> u32 {
    FRESH
}

/// The sample that teaches which words are common: only digests below the first value, and at most so many documents.
#[pyfunction]
pub(super) const fn sample() -> ([u8; 16], usize) {
    (SAMPLED_BELOW.to_be_bytes(), MOST_SAMPLED)
}

/// The common words of a sample, in one row.
#[pyfunction]
pub(super) fn common_words(py: Python<'_>, batch: Batch) -> PyResult<Batch> {
    convert(py, move || common_words_of(&batch.0))
}

fn common_words_of(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let (families, words) = (columns.longs("family")?, columns.bytes("words")?);
    let document = |row| {
        (
            families.value(row).cast_unsigned(),
            to_u32(words.value(row)),
        )
    };
    let learnt = CommonWords::learn((0..batch.num_rows()).map(document));
    let words = BinaryArray::from_vec(vec![&learnt.to_bytes()]);
    RecordBatch::try_from_iter([("words", Arc::new(words) as ArrayRef)])
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
