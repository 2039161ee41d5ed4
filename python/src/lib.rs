//! The compiled part of the Python package `news_dedupe`: a thin layer over the library `dedupe`.
//!
//! It converts Arrow data and keyword arguments, runs jobs on threads of their own so that Ctrl-C works, and turns errors
//! into exceptions. What a user sees is written in Python, in the folder `news_dedupe`.

mod background;
mod compare;
mod distributed;
mod errors;
mod index;
mod options;
mod output;
mod run;
mod sketch;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    use super::errors;
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::background::finish;
    #[pymodule_export]
    use super::compare::compare;
    #[pymodule_export]
    use super::distributed::distributed;
    #[pymodule_export]
    use super::index::{Index, Numbers};
    #[pymodule_export]
    use super::options::default_fields;
    #[pymodule_export]
    use super::run::{Run, run};
    #[pymodule_export]
    use super::sketch::sketch;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        errors::install_panic_hook();
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// A table that Python code gets as a `pyarrow.Table`.
type PyTable = arrow_pyarrow::PyArrowType<arrow_pyarrow::Table>;

fn table(
    batches: Vec<arrow_array::RecordBatch>,
    schema: arrow_schema::SchemaRef,
) -> PyResult<PyTable> {
    let table = arrow_pyarrow::Table::try_new(batches, schema);
    let table = table.map_err(|error| errors::InputError::new_err(error.to_string()))?;
    Ok(arrow_pyarrow::PyArrowType(table))
}
