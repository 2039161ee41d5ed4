//! Reads and writes dictionaries, the files of passages that recur.

use super::messages::{Failure, counted};
use super::output::OutputTarget;
use dedupe::LearntDictionary;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Reads a dictionary for a run with this shingle.
pub(crate) fn read(file: &Path, shingle: u32) -> Result<Arc<LearntDictionary>, Failure> {
    let failure = |error: String| Failure::Dictionary {
        file: file.into(),
        error,
    };
    let bytes = fs::read(file).map_err(|error| failure(error.to_string()))?;
    let read = LearntDictionary::from_bytes(&bytes).map_err(|error| failure(error.to_string()))?;
    if read.shingle() != shingle {
        let found = read.shingle();
        let error = format!("it was learnt with --shingle {found}, expected {shingle}");
        return Err(failure(error));
    }
    Ok(Arc::new(read))
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
