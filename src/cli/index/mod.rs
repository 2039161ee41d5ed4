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
use super::subcommand::{AtOnce, Definition, OptionsOf};
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
#[command(
    override_usage = "dedupe index COMMAND",
    after_help = EXAMPLES,
    disable_help_subcommand = true
)]
pub(crate) struct IndexArgs<D: Definition> {
    #[command(subcommand)]
    command: IndexCommand<D>,
}

/// What to do with an index. `D`: when the options are defined.
#[derive(Debug, Subcommand)]
enum IndexCommand<D: Definition> {
    /// Add documents; create the index if there is none.
    Add(OptionsOf<add::AddArgs, D>),
    /// Ask whether documents are copies.
    Query(OptionsOf<query::QueryArgs, D>),
    /// Show the rules, size and contents of an index.
    Info(OptionsOf<upkeep::InfoArgs, D>),
    /// Check that an index is complete and undamaged.
    Verify(OptionsOf<upkeep::VerifyArgs, D>),
    /// Remove documents with all of their versions.
    Remove(OptionsOf<upkeep::RemoveArgs, D>),
    /// List the versions of a document.
    History(OptionsOf<upkeep::HistoryArgs, D>),
    /// Write all documents as JSON Lines.
    Export(OptionsOf<upkeep::ExportArgs, D>),
    /// Learn anew which passages recur.
    Compact(OptionsOf<upkeep::CompactArgs, D>),
}

/// Runs a command on an index.
pub(crate) fn index(
    args: IndexArgs<AtOnce>,
    given: &GivenOptions,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    match args.command {
        IndexCommand::Add(args) => add::add(args.given(), given, terminal),
        IndexCommand::Query(args) => query::query(args.given(), terminal),
        IndexCommand::Info(args) => upkeep::info(&args.given(), terminal),
        IndexCommand::Verify(args) => upkeep::verify(&args.given(), terminal),
        IndexCommand::Remove(args) => upkeep::remove(&args.given()),
        IndexCommand::History(args) => upkeep::history(&args.given(), terminal),
        IndexCommand::Export(args) => upkeep::export(&args.given()),
        IndexCommand::Compact(args) => upkeep::compact(&args.given()),
    }
}
