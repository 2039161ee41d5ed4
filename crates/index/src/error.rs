//! Why an index cannot be used.

use crate::folder::FORMAT;
use std::io;

/// Why a job on an index failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is nothing at the path.
    #[error("there is no index")]
    Missing,
    /// The path holds something else.
    #[error("this is not an index of dedupe")]
    Foreign,
    /// There is an index where one should be created.
    #[error("there is an index already")]
    Exists,
    /// Another version of the program wrote the index.
    #[error("the index has format {found}, expected {FORMAT}")]
    Version {
        /// Its format.
        found: String,
    },
    /// Another process has the index open for writing.
    #[error("another process is writing to the index")]
    Busy,
    /// The index was opened for reading.
    #[error("the index was opened for reading only")]
    ReadOnly,
    /// The first addition was interrupted before anything was stored.
    #[error("the index is empty: its first addition was interrupted")]
    Unfinished,
    /// The files of the index are not as they were written.
    #[error("the index is damaged: {0}")]
    Damaged(String),
    /// A file operation failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The index has as many documents as it can number.
    #[error("the index is full: it has numbered {0} documents")]
    Full(u32),
}

impl IndexError {
    /// The index lacks a value that another one names.
    pub(crate) fn missing_value(what: &str) -> Self {
        Self::Damaged(format!("{what} is missing"))
    }
}

impl From<postcard::Error> for IndexError {
    fn from(error: postcard::Error) -> Self {
        Self::Damaged(format!("a record cannot be read: {error}"))
    }
}
