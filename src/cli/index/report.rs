//! The report of an index, for `dedupe report`.

use super::open::{failure, open};
use crate::cli::messages::Failure;
use crate::cli::{memory, threads};
use dedupe::{Job, JobInput, Outcome, Progress, ReportOptions, Resources};
use dedupe_formats::Options;
use dedupe_report::Format;
use std::path::Path;

/// The report on all documents of an index, with what a format needs.
pub(crate) fn report(path: &Path, format: Format, show_progress: bool) -> Result<Outcome, Failure> {
    let archive = open(path, None)?;
    let resources = Resources {
        memory: memory::default_budget(),
        ..Resources::default()
    };
    let options = ReportOptions {
        excerpts: format.needs_excerpts(),
        texts: format.needs_texts(),
        locations: format.needs_locations(),
        ..ReportOptions::default()
    };
    let checked = threads::run(None, show_progress, |progress: &dyn Progress| {
        let job = Job {
            input: JobInput::Inputs(&[]),
            reading: &Options::default(),
            rules: archive.rules(),
            resources: &resources,
            progress,
        };
        archive.report(&job, &options)
    })?;
    Ok(checked.map_err(|error| failure(path, error))?.outcome)
}
