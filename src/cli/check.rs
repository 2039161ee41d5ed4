//! `dedupe check`: finds the copies of new documents in an archive.

use super::args::FindArgs;
use super::exit::Exit;
use super::find::find_with;
use super::given::GivenOptions;
use super::messages::Failure;
use super::options::FindOptions;
use super::terminal::Terminal;
use super::{index, nothing_found, path_list};
use clap::Args;
use dedupe::Outcome;
use dedupe_formats as source;
use dedupe_report::ReportView;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  List the new documents that the archive has already:
      dedupe check ./incoming --against ./archive
  Compare with two archives, and fail on near copies:
      dedupe check --against ./archive --against ./news \\
          ./incoming --fail-on near
  Compare with an index:
      dedupe check ./incoming --against archive.idx
  Accept the copies of these new documents:
      dedupe check ./incoming --against ./archive \\
          --write-baseline known.json
  Report only copies that were not accepted:
      dedupe check ./incoming --against ./archive \\
          --baseline known.json

The report lists only copies that involve a new document:
copies of documents in the archive, and copies among the new
documents. A file in both PATH and ARCHIVE counts as new.";

/// Options of `dedupe check`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe check PATH... --against ARCHIVE [OPTIONS]")]
pub(crate) struct CheckArgs {
    /// File, folder or index of the archive to compare with; repeat the option for several
    #[arg(long, value_name = "ARCHIVE", required = true)]
    against: Vec<PathBuf>,
    #[command(flatten)]
    find: FindArgs,
}

/// Finds the copies that involve a new document.
pub(crate) fn check(
    args: CheckArgs,
    given: &GivenOptions,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    // A wrong path would make every new document look new to the archive.
    path_list::expect_there(&args.against, "archive", "--against")?;
    let mut options = FindOptions::new(args.find, terminal)?;
    options.report.new = Some(options.paths.clone());
    if let Some(path) = args.against.iter().find(|path| index::is_index(path)) {
        if args.against.len() > 1 {
            return Err(Failure::IndexAmongOthers(path.clone()));
        }
        options.index = Some(path.clone());
        let archive = index::open(path, options.resources.memory)?;
        index::check_rules(path, &archive, &options.rules, given)?;
        let documents = archive.document_count();
        if documents.map_err(|error| index::failure(path, error))? == 0 {
            return Err(Failure::EmptyIndex(path.clone()));
        }
        return find_with(&options, terminal, |job| {
            let checked = archive.check(job, &options.report);
            let checked = checked.map_err(|error| index::failure(path, error))?;
            Ok(checked.outcome)
        });
    }
    options.paths.extend(args.against.iter().cloned());
    find_with(&options, terminal, |job| {
        let outcome = dedupe::run(job, &options.report)?;
        check_archive(&outcome, args.against, &options.source)?;
        Ok(outcome)
    })
}

/// Fails if documents were compared with nothing, because no document is in the archive.
fn check_archive(
    outcome: &Outcome,
    archive: Vec<PathBuf>,
    source: &source::Options,
) -> Result<(), Failure> {
    let report = outcome.lazy_report.header();
    let has_others = report.summary.new != Some(report.summary.documents);
    if has_others || report.summary.documents == 0 || outcome.has_document_of(&archive, source) {
        return Ok(());
    }
    Err(Failure::EmptyArchive {
        reason: nothing_found::no_documents(&archive, source, report.skipped),
        archive,
    })
}
