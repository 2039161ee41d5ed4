//! Opens an index. One process at a time can have it open, so this waits for another one for a while.

use crate::cli::memory;
use crate::cli::messages::Failure;
use dedupe::archive::{self, Archive, ArchiveError};
use dedupe::{LearntDictionary, Rules};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for another process. A query takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);
/// Bytes for what was read from an index, at least.
const MIN_CACHE: u64 = 32 << 20;

/// True if a path is an index.
pub(crate) fn is_index(path: &Path) -> bool {
    archive::is_archive(path)
}

/// Opens an index for jobs with these rules. `memory`: the memory budget.
pub(crate) fn open(path: &Path, rules: &Rules, memory: Option<u64>) -> Result<Archive, Failure> {
    patiently(path, || Archive::open(path, rules, cache(memory)))
}

/// The dictionary of an index.
pub(crate) fn dictionary(path: &Path) -> Result<LearntDictionary, Failure> {
    patiently(path, || Archive::dictionary_of(path, MIN_CACHE))
}

/// A quarter of the memory budget.
pub(super) fn cache(memory: Option<u64>) -> u64 {
    let budget = memory.or_else(memory::default_budget).unwrap_or(0);
    (budget / 4).max(MIN_CACHE)
}

/// Tries again while another process uses the index.
pub(super) fn patiently<T>(
    path: &Path,
    mut attempt: impl FnMut() -> Result<T, ArchiveError>,
) -> Result<T, Failure> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(error) if error.is_busy() && begun.elapsed() < PATIENCE => thread::sleep(PAUSE),
            result => return result.map_err(|error| failure(path, error)),
        }
    }
}

/// A failure of a job on an index.
pub(crate) fn failure(path: &Path, error: ArchiveError) -> Failure {
    Failure::Index {
        path: path.into(),
        error: Box::new(error),
    }
}
