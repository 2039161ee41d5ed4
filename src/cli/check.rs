//! `dedupe check`: what is new, against what is there.

use super::args::FindArgs;
use super::exit::Exit;
use super::find::find;
use super::messages::Failure;
use super::options::Options;
use super::terminal::Terminal;
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dedupe check ./incoming --against ./archive
  dedupe check ./incoming --against ./archive --fail-on near --format github
  dedupe check ./incoming --against ./archive --write-baseline known.json
  dedupe check ./incoming --against ./archive --baseline known.json

Only copies that involve a document of PATH are reported: of the archive, of each other. A file that
both name is new.";

/// Options of `dedupe check`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe check PATH... --against ARCHIVE... [OPTIONS]")]
pub(crate) struct CheckArgs {
    /// Files or folders that the new documents are compared with
    #[arg(long, value_name = "ARCHIVE", num_args = 1.., required = true)]
    against: Vec<PathBuf>,
    #[command(flatten)]
    find: FindArgs,
}

/// Finds the copies that involve new documents.
pub(crate) fn check(args: CheckArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut options = Options::new(args.find, terminal)?;
    options.settings.new = Some(options.paths.clone());
    options.paths.extend(args.against);
    find(&options, terminal)
}
