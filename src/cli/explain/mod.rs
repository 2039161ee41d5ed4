//! `dedupe explain`: why two documents are copies, or are not.

mod edits;
mod text;

use super::exit::Exit;
use super::messages::Failure;
use super::side::{Side, SideArgs};
use super::terminal::Terminal;
use clap::Args;
use dedupe::pipeline::explain::{self, Explanation};
use dedupe_report::{SCHEMA_VERSION, Tool};
use serde::Serialize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dedupe explain a.txt b.txt                       two files, and nothing else
  dedupe explain ./news/a.txt ./news/b.txt --in ./news
  dedupe explain agency-1 post-1 --in wire.jsonl --all

With --in, A and B are ids of the report, and boilerplate is learnt from the corpus, as a run
does. Without it, A and B are files, only those two are read, and nothing is boilerplate.
What only one side has is marked: [-dropped-] {+added+}, or by colour.";

/// Options of `dedupe explain`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe explain A B [--in PATH...] [OPTIONS]")]
pub(crate) struct ExplainArgs {
    /// A file, or with --in an id
    #[arg(value_name = "A")]
    left: PathBuf,
    /// Another one
    #[arg(value_name = "B")]
    right: PathBuf,
    /// The corpus that A and B stand in: files or folders
    #[arg(long = "in", value_name = "PATH", num_args = 1..)]
    corpus: Vec<PathBuf>,
    /// Show all aligned passages, and all of each
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    side: SideArgs,
}

/// What is written, as JSON.
#[derive(Debug, Serialize)]
struct Explained {
    schema_version: u32,
    tool: Tool,
    #[serde(flatten)]
    explanation: Explanation,
    #[serde(skip)]
    all: bool,
    #[serde(skip)]
    in_corpus: bool,
}

/// Looks, and writes what it sees.
pub(crate) fn explain(args: ExplainArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let in_corpus = !args.corpus.is_empty();
    let inputs = [
        args.corpus.clone(),
        vec![args.left.clone(), args.right.clone()],
    ]
    .concat();
    let mut side = Side::new(args.side, &inputs, terminal)?;
    // The texts are read a second time.
    side.source.keep_stdin = true;
    let explanation = side.run(|progress| {
        let (source, settings) = (&side.source, &side.settings);
        if !in_corpus {
            return explain::explain_files(args.left, args.right, source, settings, progress);
        }
        let id = |path: &PathBuf| path.to_string_lossy().into_owned();
        let (left, right) = (id(&args.left), id(&args.right));
        explain::explain(&args.corpus, &left, &right, source, settings, progress)
    })??;
    let explained = Explained {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "dedupe".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        explanation,
        all: args.all,
        in_corpus,
    };
    side.write(&explained, text::page)?;
    Ok(Exit::Done)
}
