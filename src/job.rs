//! A job: which documents to read, and how to compare them.

use crate::progress::Progress;
use crate::settings::{Resources, Rules};
use dedupe_formats as formats;
use dedupe_formats::Input;
use std::path::PathBuf;

/// What [`run`](crate::run()), [`export::select`](crate::export::select) and
/// [`explain::explain`](crate::explain::explain) start from.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// The documents.
    pub input: JobInput<'a>,
    /// How files are read.
    pub reading: &'a formats::Options,
    /// How documents are compared.
    pub rules: &'a Rules,
    /// Limits that do not change the result.
    pub resources: &'a Resources,
    /// Receives the progress.
    pub progress: &'a dyn Progress,
}

/// Where the documents of a job come from.
#[derive(Clone, Copy, Debug)]
pub enum JobInput<'a> {
    /// Files and folders. `-` is standard input.
    Paths(&'a [PathBuf]),
    /// Inputs that need no walk, such as documents in memory; see [`Input::in_memory`].
    Inputs(&'a [Input]),
}
