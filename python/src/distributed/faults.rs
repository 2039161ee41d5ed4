//! The faults of a job to the lists of a report, which are bounded, as those of one machine are.

use super::columns::Columns;
use super::report::json;
use super::{Batch, convert};
use crate::errors::InputError;
use arrow_array::builder::{Int32Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::formats::{Fault, FaultList};
use dedupe::report;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The faults of one task, which adds batches and then takes the lists.
#[pyclass(frozen, module = "news_dedupe._native.distributed")]
pub(super) struct ListedFaults {
    /// The name of the input.
    path: String,
    /// By the kind of list.
    lists: Mutex<BTreeMap<i32, FaultList>>,
}

#[pymethods]
impl ListedFaults {
    #[new]
    const fn new(path: String) -> Self {
        Self {
            path,
            lists: Mutex::new(BTreeMap::new()),
        }
    }

    /// Adds faults.
    fn add(&self, py: Python<'_>, batch: Batch) -> PyResult<()> {
        let added = py.detach(|| self.add_rows(Columns(&batch.0)));
        added.map_err(|error| InputError::new_err(error.to_string()))
    }

    /// The faults to list, each with its place in the list.
    fn take(&self, py: Python<'_>) -> PyResult<Batch> {
        convert(py, || self.items())
    }
}

impl ListedFaults {
    fn add_rows(&self, columns: Columns<'_>) -> Result<(), ArrowError> {
        let kinds = columns.ints("kind")?;
        let (codes, reasons) = (columns.strings("code")?, columns.strings("reason")?);
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        for (row, &kind) in kinds.values().iter().enumerate() {
            let code = codes.value(row).parse();
            lists.entry(kind).or_default().push(Fault {
                path: self.path.clone(),
                line: None,
                code: code.map_err(|error| ArrowError::ExternalError(Box::new(error)))?,
                reason: reasons.value(row).to_owned(),
                count: 1,
            });
        }
        Ok(())
    }

    fn items(&self) -> Result<RecordBatch, ArrowError> {
        let lists = std::mem::take(&mut *self.lists.lock().unwrap_or_else(PoisonError::into_inner));
        let (mut kinds, mut places) = (Int32Builder::new(), Int32Builder::new());
        let mut items = StringBuilder::new();
        for (kind, list) in lists {
            let mut faults = list.into_sorted();
            // Without lines, the entry that counts the others is not the last one of its code by itself.
            faults.sort_by_key(|fault| (fault.code, fault.count > 1));
            for (place, fault) in (0..).zip(faults) {
                kinds.append_value(kind);
                places.append_value(place);
                items.append_value(json(&report::Fault {
                    path: fault.path,
                    line: fault.line,
                    code: fault.code.to_string(),
                    reason: fault.reason,
                    count: fault.count,
                })?);
            }
        }
        RecordBatch::try_from_iter([
            ("kind", Arc::new(kinds.finish()) as ArrayRef),
            ("place", Arc::new(places.finish())),
            ("item", Arc::new(items.finish())),
        ])
    }
}
