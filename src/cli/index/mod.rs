//! `dedupe index`: an index on disk that grows, and answers which new documents are copies.

mod add;
mod open;
mod query;
mod report;
mod rules;
mod upkeep;

#[cfg(feature = "serve")]
pub(super) use open::open_for_writing;
pub(super) use open::{dictionary, failure, is_index, open};
pub(super) use report::report;
pub(super) use rules::check as check_rules;

use super::exit::Exit;
use super::given::GivenOptions;
use super::messages::Failure;
use super::terminal::Terminal;
use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
Examples:
  dedupe index add archive.idx ./news
  dedupe index query archive.idx story.txt
  dedupe check ./incoming --against archive.idx
  dedupe index info archive.idx";

/// Options of `dedupe index`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IndexArgs {
    #[command(subcommand)]
    command: IndexCommand,
}

/// What to do with an index.
#[derive(Debug, Subcommand)]
enum IndexCommand {
    /// Add documents; create the index if there is none.
    Add(Box<add::AddArgs>),
    /// Ask whether documents are copies.
    Query(Box<query::QueryArgs>),
    /// Show the rules, size and contents of an index.
    Info(upkeep::InfoArgs),
    /// Check that an index is complete and undamaged.
    Verify(upkeep::VerifyArgs),
    /// Remove documents with all of their versions.
    Remove(upkeep::RemoveArgs),
    /// List the versions of a document.
    History(upkeep::HistoryArgs),
    /// Write all documents as JSON Lines.
    Export(upkeep::ExportArgs),
    /// Learn anew which passages recur.
    Compact(upkeep::CompactArgs),
}

/// Runs a command on an index.
pub(crate) fn index(
    args: IndexArgs,
    given: &GivenOptions,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    match args.command {
        IndexCommand::Add(args) => add::add(*args, given, terminal),
        IndexCommand::Query(args) => query::query(*args, terminal),
        IndexCommand::Info(args) => upkeep::info(&args, terminal),
        IndexCommand::Verify(args) => upkeep::verify(&args, terminal),
        IndexCommand::Remove(args) => upkeep::remove(&args),
        IndexCommand::History(args) => upkeep::history(&args, terminal),
        IndexCommand::Export(args) => upkeep::export(&args),
        IndexCommand::Compact(args) => upkeep::compact(&args),
    }
}
