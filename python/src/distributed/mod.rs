//! Batch functions of the distributed job: Arrow in, Arrow out. Each takes the rows that an engine has brought together,
//! calls the library, and returns rows. An engine groups, joins and counts between them.
//!
//! All of them run on the calling thread, without the GIL: an engine has a process or a thread for each core.

mod candidates;
mod clusters;
mod columns;
mod components;
mod dictionary;
mod families;
mod faults;
mod keys;
mod matches;
mod postings;
mod report;
mod sketches;

use crate::errors::InputError;
use crate::options::RunOptions;
use crate::output::Target;
use crate::run::InputFiles;
use arrow_array::RecordBatch;
use arrow_pyarrow::PyArrowType;
use arrow_schema::ArrowError;
use dedupe::distributed::STATED;
use pyo3::prelude::*;
use std::path::PathBuf;

#[pymodule]
pub(crate) mod distributed {
    #[pymodule_export]
    use super::candidates::judge;
    #[pymodule_export]
    use super::clusters::cluster;
    #[pymodule_export]
    use super::components::contract;
    #[pymodule_export]
    use super::dictionary::{common_words, fresh, occasions, sample};
    #[pymodule_export]
    use super::families::families;
    #[pymodule_export]
    use super::faults::ListedFaults;
    #[pymodule_export]
    use super::keys::keys;
    #[pymodule_export]
    use super::matches::verify;
    #[pymodule_export]
    use super::postings::{PostingLists, pivots};
    #[pymodule_export]
    use super::report::{report_clusters, report_matches, report_members, write_report};
    #[pymodule_export]
    use super::sketches::{sketch_json_lines, sketch_table};
    #[pymodule_export]
    use super::{check, check_output, stated};
}

/// A batch that Python code gives and gets as a `pyarrow.RecordBatch`.
type Batch = PyArrowType<RecordBatch>;

/// The names of what documents state about themselves, which sketches and members of a report have as columns.
#[pyfunction]
const fn stated() -> [&'static str; STATED.len()] {
    STATED
}

/// Checks the options of a job before its tasks begin.
#[pyfunction]
fn check(options: RunOptions) -> PyResult<()> {
    options.rules()?;
    options.reading()?;
    Ok(())
}

/// Checks that a file can be written, before the tasks of a job begin.
#[pyfunction]
fn check_output(path: PathBuf) -> PyResult<()> {
    Target::new(path, &InputFiles::default()).map(drop)
}

/// Turns a batch into another one, without the GIL.
fn convert(
    py: Python<'_>,
    work: impl FnOnce() -> Result<RecordBatch, ArrowError> + Send,
) -> PyResult<Batch> {
    let made = py.detach(work);
    let made = made.map_err(|error| InputError::new_err(error.to_string()))?;
    Ok(PyArrowType(made))
}
