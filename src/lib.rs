//! Finds every story that a news corpus carries more than once: exact copies, near copies, cuts, pages that contain
//! a story, and quotations.
//!
//! # Find copies among documents in memory
//!
//! ```
//! use dedupe::{Document, Rules};
//!
//! let story = "The ferry between Port Carrow and Lisle stops for two weeks in March, because the pier \
//!              is being repaired. Buses replace it, the harbour office said on Tuesday.";
//! let document = |id: &str, text: String| Document {
//!     id: Some(id.to_owned().into()),
//!     text: text.into(),
//!     ..Document::default()
//! };
//! let documents = vec![
//!     document("herald-1", story.to_owned()),
//!     document("post-7", story.to_uppercase()),
//!     document("post-8", "Nothing else happened on Tuesday.".to_owned()),
//! ];
//! let report = dedupe::find(documents, &Rules::default())?;
//!
//! let [cluster] = &report.clusters[..] else { panic!("expected one cluster") };
//! let ids: Vec<&str> = cluster.members.iter().map(|member| member.id.as_str()).collect();
//! assert_eq!(ids, ["herald-1", "post-7"]);
//! # Ok::<(), dedupe::Error>(())
//! ```
//!
//! # Find copies in files and folders
//!
//! ```no_run
//! let report = dedupe::find_in_paths(&["./news".into()], &dedupe::Rules::default())?;
//! for cluster in &report.clusters {
//!     println!("{} is in {} documents", cluster.representative, cluster.size);
//! }
//! # Ok::<(), dedupe::Error>(())
//! ```
//!
//! # More control
//!
//! [`run()`] takes a [`Job`]: inputs, [`Rules`], a memory budget and a [`Progress`] receiver. It returns an
//! [`Outcome`], whose report is made item by item, so that a large report need not be in memory. [`export`] writes the
//! corpus without its copies, [`explain`] says why two documents are copies or not.
//!
//! The library never prints, exits, or reads environment variables. It runs on the current thread pool of `rayon`.

#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::exit,
        clippy::print_stderr,
        clippy::print_stdout
    )
)]

#[cfg(feature = "index")]
pub mod archive;
mod corpus;
mod dictionary;
pub mod distributed;
mod error;
pub mod explain;
pub mod export;
mod job;
mod matching;
mod progress;
mod reading;
mod results;
mod run;
mod settings;
#[cfg(test)]
mod spill_fault_tests;

pub use corpus::SpillError;
pub use dedupe_core as core;
pub use dedupe_formats as formats;
pub use dedupe_formats::Document;
pub use dedupe_report as report;
pub use dedupe_report::Report;
pub use dictionary::{DictionaryError, LearntDictionary};
pub use error::Error;
pub use job::{Job, JobInput};
pub use progress::{Progress, Silent, Stage};
pub use results::{LazyReport, Outcome, Relocated, Reread, relocate, reread};
pub use run::run;
pub use settings::{BaselineFolder, ReportOptions, Resources, Rules, RulesError};

use dedupe_formats::Input;
use std::path::PathBuf;

/// The path of documents in memory in the report of [`find`].
pub const IN_MEMORY: &str = "memory";

/// Finds the copies among documents in memory.
///
/// Apart from paths, the report is that of a JSON Lines file with these documents. A document without an id gets
/// `memory:N`, where N is its position, counted from 1. Its location is ignored.
///
/// # Errors
///
/// [`Error::Rules`], [`Error::TooManyDocuments`] and [`Error::Spill`].
pub fn find(documents: Vec<Document<'static>>, rules: &Rules) -> Result<Report, Error> {
    let inputs = [Input::in_memory(IN_MEMORY, documents)];
    report_of(JobInput::Inputs(&inputs), rules)
}

/// Finds the copies in files and folders. Formats are detected; `-` is standard input.
///
/// # Errors
///
/// [`Error::Rules`], [`Error::TooManyDocuments`] and [`Error::Spill`]. A path that cannot be read is listed in the report as skipped.
pub fn find_in_paths(paths: &[PathBuf], rules: &Rules) -> Result<Report, Error> {
    report_of(JobInput::Paths(paths), rules)
}

fn report_of(input: JobInput<'_>, rules: &Rules) -> Result<Report, Error> {
    let job = Job {
        input,
        reading: &formats::Options::default(),
        rules,
        resources: &Resources::default(),
        progress: &Silent,
    };
    run(&job, &ReportOptions::default())?.into_report()
}
