//! Opens an index. Any number of processes can read it. One at a time can write to it, so this waits for another one for a
//! while.

use crate::cli::memory;
use crate::cli::messages::Failure;
use dedupe::archive::{self, Archive, ArchiveError, MIN_CACHE, cache_of_budget, patiently};
use dedupe::{LearntDictionary, Silent};
use std::path::Path;

/// True if a path is an index.
pub(crate) fn is_index(path: &Path) -> bool {
    archive::is_archive(path)
}

/// Opens an index for reading. `memory`: the memory budget.
pub(crate) fn open(path: &Path, memory: Option<u64>) -> Result<Archive, Failure> {
    Archive::open(path, cache(memory)).map_err(|error| failure(path, error))
}

/// Opens an index for reading, to ask about a few documents.
pub(super) fn open_for_few(path: &Path) -> Result<Archive, Failure> {
    Archive::open_for_few(path).map_err(|error| failure(path, error))
}

/// Opens an index for reading, if there is one.
pub(super) fn open_if_there(path: &Path) -> Result<Option<Archive>, Failure> {
    Archive::open_if_there(path, MIN_CACHE).map_err(|error| failure(path, error))
}

/// Opens an index for changes.
pub(crate) fn open_for_writing(path: &Path, memory: Option<u64>) -> Result<Archive, Failure> {
    let open = || Archive::open_for_writing(path, cache(memory));
    patiently(&Silent, open).map_err(|error| failure(path, error))
}

/// The dictionary of an index.
pub(crate) fn dictionary(path: &Path) -> Result<LearntDictionary, Failure> {
    Archive::dictionary_of(path, MIN_CACHE).map_err(|error| failure(path, error))
}

/// A quarter of the memory budget.
pub(super) fn cache(memory: Option<u64>) -> u64 {
    let budget = memory.or_else(memory::default_budget).unwrap_or(0);
    cache_of_budget(budget)
}

/// A failure of a job on an index.
pub(crate) fn failure(path: &Path, error: ArchiveError) -> Failure {
    Failure::Index {
        path: path.into(),
        error: Box::new(error),
    }
}
