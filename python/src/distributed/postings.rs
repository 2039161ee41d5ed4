//! The documents of a part of the hashes to pairs.

use super::columns::{Columns, count, int};
use super::keys::{BUCKET, FINGERPRINT};
use super::{Batch, convert};
use arrow_array::builder::{Int32Builder, Int64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::core::candidates::postings::PIVOTS;
use dedupe::core::candidates::requirements::BUCKET_PIVOTS;
use dedupe::core::candidates::shuffled::{Finding, Posting, Postings};
use dedupe::core::evidence::dictionary::FRESH;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// The documents of a frequent fingerprint that are paired with all others.
#[pyfunction]
pub(super) const fn pivots() -> usize {
    PIVOTS
}

/// Rows of a batch of the rest.
const ROWS: usize = 1 << 16;

const PAIR: i32 = 0;
const HOLDER: i32 = 1;
const PIVOT: i32 = 2;

/// The documents of a part of the hashes. A task adds batches of keys, then takes the rest.
#[pyclass(frozen, module = "news_dedupe._native.distributed")]
pub(super) struct PostingLists(Mutex<State>);

enum State {
    Adding {
        buckets: Postings,
        fingerprints: Postings,
    },
    Ending(Box<dyn Iterator<Item = (i32, Finding)> + Send>),
    Ended,
}

#[pymethods]
impl PostingLists {
    #[new]
    fn new() -> Self {
        Self(Mutex::new(State::Adding {
            buckets: Postings::new(BUCKET_PIVOTS, FRESH as usize),
            fingerprints: Postings::new(PIVOTS, FRESH as usize),
        }))
    }

    /// Adds keys. Returns what is found by then.
    fn add(&self, py: Python<'_>, batch: Batch) -> PyResult<Batch> {
        convert(py, || {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let State::Adding {
                buckets,
                fingerprints,
            } = &mut *state
            else {
                return Err(ArrowError::InvalidArgumentError(
                    "keys after the last ones".to_owned(),
                ));
            };
            let columns = Columns(&batch.0);
            let (levels, hashes) = (columns.ints("level")?, columns.longs("hash")?);
            let (documents, sizes) = (columns.longs("doc")?, columns.ints("size")?);
            let mut rows = Rows::default();
            for row in 0..batch.0.num_rows() {
                let posting = Posting {
                    hash: hashes.value(row).cast_unsigned(),
                    document: documents.value(row).cast_unsigned(),
                    fingerprints: count(sizes.value(row)),
                };
                match levels.value(row) {
                    BUCKET => buckets.add(posting, &mut |found| rows.add(BUCKET, found)),
                    _ => fingerprints.add(posting, &mut |found| rows.add(FINGERPRINT, found)),
                }
            }
            rows.finish()
        })
    }

    /// The next batch of the rest, or `None` at the end.
    fn rest(&self, py: Python<'_>) -> PyResult<Option<Batch>> {
        let mut is_ended = false;
        let made = convert(py, || {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let mut rows = Rows::default();
            if let State::Adding { .. } = *state
                && let State::Adding {
                    buckets,
                    fingerprints,
                } = std::mem::replace(&mut *state, State::Ended)
            {
                let of_buckets = buckets.finish(&mut |found| rows.add(BUCKET, found));
                let of_fingerprints =
                    fingerprints.finish(&mut |found| rows.add(FINGERPRINT, found));
                let of_buckets = of_buckets.map(|found| (BUCKET, found));
                let rest = of_buckets.chain(of_fingerprints.map(|found| (FINGERPRINT, found)));
                *state = State::Ending(Box::new(rest));
            }
            let State::Ending(rest) = &mut *state else {
                is_ended = true;
                return rows.finish();
            };
            for (level, found) in rest.by_ref().take(ROWS) {
                rows.add(level, found);
            }
            if rows.is_empty() {
                is_ended = true;
                *state = State::Ended;
            }
            rows.finish()
        })?;
        Ok((!is_ended).then_some(made))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyRuntimeError::new_err("posting lists stay in their task"))
    }
}

/// The columns of the result. A holder or a pivot is the lower document of a pair that has no other one.
#[derive(Default)]
struct Rows {
    kind: Int32Builder,
    level: Int32Builder,
    hash: Int64Builder,
    lower: Int64Builder,
    higher: Int64Builder,
    lower_size: Int32Builder,
    higher_size: Int32Builder,
    count: usize,
}

impl Rows {
    fn add(&mut self, level: i32, found: Finding) {
        let (kind, lower, higher) = match found {
            Finding::Pair(lower, higher) => (PAIR, lower, Some(higher)),
            Finding::Holder(holder) => (HOLDER, holder, None),
            Finding::Pivot(pivot) => (PIVOT, pivot, None),
        };
        self.count += 1;
        self.kind.append_value(kind);
        self.level.append_value(level);
        self.hash.append_value(lower.hash.cast_signed());
        self.lower.append_value(lower.document.cast_signed());
        self.higher
            .append_option(higher.map(|higher| higher.document.cast_signed()));
        self.lower_size.append_value(int(lower.fingerprints));
        self.higher_size
            .append_option(higher.map(|higher| int(higher.fingerprints)));
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        RecordBatch::try_from_iter_with_nullable([
            ("kind", Arc::new(self.kind.finish()) as ArrayRef, true),
            ("level", Arc::new(self.level.finish()), true),
            ("hash", Arc::new(self.hash.finish()), true),
            ("lo", Arc::new(self.lower.finish()), true),
            ("hi", Arc::new(self.higher.finish()), true),
            ("lo_size", Arc::new(self.lower_size.finish()), true),
            ("hi_size", Arc::new(self.higher_size.finish()), true),
        ])
    }
}
