//! Exceptions, with the words of the command line.

use dedupe::Error;
use dedupe::archive::{ArchiveError, IndexError};
use dedupe::formats::Fault;
use pyo3::PyErr;
use std::io;
use std::path::Path;

pyo3::import_exception!(news_dedupe._errors, InputError);
pyo3::import_exception!(news_dedupe._errors, OutputError);
pyo3::import_exception!(news_dedupe._errors, ResourceError);
pyo3::import_exception!(news_dedupe._errors, Cancelled);

/// The exception of a job that gave no result.
pub(crate) fn of_job(error: Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::Cancelled => Cancelled::new_err(message),
        Error::TooManyDocuments { .. } | Error::Spill(_) => ResourceError::new_err(message),
        Error::Write(_) => OutputError::new_err(message),
        Error::UnknownDocument { .. }
        | Error::SameDocument { .. }
        | Error::SeveralDocuments { .. }
        | Error::DocumentUnread { .. }
        | Error::Rules(_) => InputError::new_err(message),
    }
}

/// The exception of a job on an index.
pub(crate) fn of_archive(path: &Path, error: ArchiveError) -> PyErr {
    let message = format!("{}: {error}", path.display());
    match error {
        ArchiveError::Run(error) => of_job(error),
        ArchiveError::Index(IndexError::Busy | IndexError::Full(_)) => {
            ResourceError::new_err(message)
        }
        ArchiveError::Index(IndexError::Io(_)) => OutputError::new_err(message),
        _ => InputError::new_err(message),
    }
}

/// The exception of a frame that cannot be read. Its hints name keyword arguments.
pub(crate) fn of_frame(fault: &Fault) -> PyErr {
    InputError::new_err(fault.reason.replace("with --text-field", "with text="))
}

/// The exception of an output that could not be written.
pub(crate) fn of_output(path: &Path, error: &io::Error) -> PyErr {
    OutputError::new_err(format!("cannot write {}: {error}", path.display()))
}

/// Suppresses the message of panics that readers catch and report as faults of a file. The hook is that of this module
/// alone, not of other compiled modules.
pub(crate) fn install_panic_hook() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !dedupe::formats::is_panic_caught() {
            print(panic);
        }
    }));
}
