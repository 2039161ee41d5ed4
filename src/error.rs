//! Everything that can stop a job.

use crate::corpus::SpillError;
use crate::settings::RulesError;
use std::io;

/// Why a job gave no result.
///
/// Bad input is not an error: a document or file that cannot be read is listed in the report as skipped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The corpus has more documents than the keys of candidate search can number.
    #[error("expected at most {limit} documents in one run, found {found}; split the corpus")]
    TooManyDocuments {
        /// Documents that were read.
        found: usize,
        /// The largest number possible.
        limit: u32,
    },
    /// No run can follow the rules.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// [`Progress::is_cancelled`](crate::Progress::is_cancelled) told the job to stop.
    #[error("the run was cancelled")]
    Cancelled,
    /// The temporary file for data that exceeds the memory budget failed.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// A document to explain is not in the corpus.
    #[error("no document has the id {id}{}", reason.as_ref().map_or_else(String::new, |r| format!(": {r}")))]
    UnknownDocument {
        /// The id, as given.
        id: String,
        /// Why the input of this name was skipped, if it was, or the first other input that was skipped.
        reason: Option<String>,
    },
    /// Both names of a pair to explain mean one document.
    #[error("both names mean the document {id}; expected two documents")]
    SameDocument {
        /// The id of the document.
        id: String,
    },
    /// A file to explain has more than one document.
    #[error("{path} holds {documents} documents; expected one")]
    SeveralDocuments {
        /// The file or folder.
        path: String,
        /// Documents in it.
        documents: usize,
    },
    /// A document to export or to explain cannot be read a second time.
    #[error("{id}: {reason}")]
    DocumentUnread {
        /// The first such document.
        id: String,
        /// Why it cannot be read.
        reason: String,
    },
    /// The export could not be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}
