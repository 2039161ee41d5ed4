//! Why a job on an archive failed.

use crate::corpus::SpillError;
use crate::dictionary::DictionaryError;
use crate::error::Error;
use dedupe_index::IndexError;
use dedupe_report::Fault;

/// Why a job on an archive failed.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The index cannot be used.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The documents could not be compared.
    #[error(transparent)]
    Run(#[from] Error),
    /// The dictionary of the index cannot be used.
    #[error(transparent)]
    Dictionary(#[from] DictionaryError),
    /// The index was created with other rules.
    #[error("the index was created with {found}, not with {expected}")]
    Rules {
        /// The rules of the index that differ.
        found: String,
        /// The same rules of the job.
        expected: String,
    },
    /// The dictionary of a job is not that of the index.
    #[error("the index has another dictionary than the given one")]
    OtherDictionary,
    /// The rules cannot be those of an index.
    #[error("an index cannot be used with --within")]
    Within,
    /// No document has this id.
    #[error("no document has the id {0}")]
    UnknownId(String),
    /// A document cannot be compared.
    #[error("{id}: {reason}")]
    Refused {
        /// Its id.
        id: String,
        /// Why.
        reason: String,
    },
    /// Documents that are added together have one id.
    #[error("several documents have the id {0}")]
    RepeatedId(String),
    /// No document could be read, so that no index was created.
    #[error("no document could be read, so the index was not created")]
    NothingRead {
        /// Inputs and documents that were not used.
        skipped: Vec<Fault>,
    },
}

impl ArchiveError {
    /// True if another process has the index open for writing.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Index(IndexError::Busy))
    }

    /// True if there is no index yet.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Index(IndexError::Missing | IndexError::Unfinished)
        )
    }
}

impl From<SpillError> for ArchiveError {
    fn from(error: SpillError) -> Self {
        Self::Run(error.into())
    }
}
