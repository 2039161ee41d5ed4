//! `dedupe explain`: shows why two documents are copies, or are not.

mod edits;
mod text;

use super::analysis::{Analysis, AnalysisArgs};
use super::exit::Exit;
use super::messages::Failure;
use super::option_groups::RuleArgs;
use super::terminal::Terminal;
use super::{options, path_list};
use clap::Args;
use dedupe::explain::{self, Explanation};
use dedupe_report::{SCHEMA_VERSION, Tool};
use serde::Serialize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dedupe explain a.txt b.txt
  dedupe explain ./news/a.txt ./news/b.txt --in ./news
  dedupe explain agency-1 post-1 --in wire.jsonl --all

With --in, A and B are ids of the report, and boilerplate is
found in the corpus, as in a run of dedupe. Without --in,
A and B are files. Only these two are read, and nothing
counts as boilerplate.

The text output marks words that only A has as [-removed-]
and words that only B has as {+added+}. On a terminal it
uses colours instead.";

/// Options of `dedupe explain`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe explain A B [--in PATH] [OPTIONS]")]
pub(crate) struct ExplainArgs {
    /// A file, or an id with --in
    #[arg(value_name = "A")]
    left: PathBuf,
    /// The other file or id
    #[arg(value_name = "B")]
    right: PathBuf,
    /// The corpus that contains A and B: files and folders
    #[arg(long = "in", value_name = "PATH")]
    corpus: Vec<PathBuf>,
    /// Show all aligned passages in full
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    analysis: AnalysisArgs,
}

/// The result, written as JSON.
#[derive(Debug, Serialize)]
struct ExplainReport {
    schema_version: u32,
    tool: Tool,
    #[serde(flatten)]
    explanation: Explanation,
    #[serde(skip)]
    all: bool,
    #[serde(skip)]
    in_corpus: bool,
}

/// Explains a pair and writes the result.
pub(crate) fn explain(args: ExplainArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let in_corpus = !args.corpus.is_empty();
    // Without a part of the corpus, other passages recur.
    path_list::expect_there(&args.corpus, "file or folder", "--in")?;
    let inputs = [
        args.corpus.clone(),
        vec![args.left.clone(), args.right.clone()],
    ]
    .concat();
    let mut analysis = Analysis::new(
        args.analysis,
        options::rules(&args.rules),
        &inputs,
        terminal,
    )?;
    // The texts are read in a second pass.
    analysis.source.keep_stdin = true;
    let explanation = analysis.run(|progress| {
        let (source, rules) = (&analysis.source, &analysis.rules);
        if !in_corpus {
            return explain::explain_files(args.left, args.right, source, rules, progress);
        }
        let id = |path: &PathBuf| path.to_string_lossy().into_owned();
        let (left, right) = (id(&args.left), id(&args.right));
        explain::explain(&analysis.job(&args.corpus, progress), &left, &right)
    })??;
    let report = ExplainReport {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "dedupe".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        explanation,
        all: args.all,
        in_corpus,
    };
    analysis.write(&report, text::page)?;
    Ok(Exit::Done)
}
