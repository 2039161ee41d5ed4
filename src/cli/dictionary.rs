//! Reads and writes dictionaries, the files of passages that recur.

use super::index;
use super::messages::{Failure, counted, without_number};
use super::output::OutputTarget;
use dedupe::LearntDictionary;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Reads a dictionary for a run with this shingle, from a file or from an index.
pub(crate) fn read(file: &Path, shingle: u32) -> Result<Arc<LearntDictionary>, Failure> {
    let read = match index::is_index(file) {
        true => index::dictionary(file)?,
        false => read_file(file)?,
    };
    if read.shingle() != shingle {
        let found = read.shingle();
        let error = format!("it was learnt with --shingle {found}, expected {shingle}");
        return Err(failure(file, error));
    }
    Ok(Arc::new(read))
}

fn failure(file: &Path, error: String) -> Failure {
    Failure::Dictionary {
        file: file.into(),
        error,
    }
}

fn read_file(file: &Path) -> Result<LearntDictionary, Failure> {
    let bytes = fs::read(file).map_err(|error| failure(file, without_number(&error)))?;
    LearntDictionary::from_bytes(&bytes).map_err(|error| failure(file, error.to_string()))
}

/// Writes a dictionary, and returns a message that says so.
pub(crate) fn write(dictionary: &LearntDictionary, to: &OutputTarget) -> Result<String, Failure> {
    to.write(|out| out.write_all(&dictionary.to_bytes()))?;
    let count = counted(
        dictionary.len(),
        "recurring fingerprint",
        "recurring fingerprints",
    );
    Ok(format!("dictionary written: {count}"))
}
