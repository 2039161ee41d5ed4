//! `dedupe index query`: asks an index whether documents are copies.

use super::open::{failure, open, open_for_few};
use crate::cli::analysis::{Analysis, AnalysisArgs};
use crate::cli::exit::{self, Exit};
use crate::cli::messages::{Failure, counted};
use crate::cli::nothing_found;
use crate::cli::terminal::Terminal;
use crate::cli::text_page::TextPage;
use crate::cli::threads;
use clap::Args;
use dedupe::archive::{Change, QueryAnswer, Story};
use dedupe_report::TerminalStyle;
use dedupe_report::escape::escape_text;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dedupe index query archive.idx story.txt
  cat story.html | \\
      dedupe index query archive.idx - --input-format html

The answer is a list with one entry for each document. About
a document that the index has already, it says which other
documents are its copies. The index stays as it is.";

/// Options of `dedupe index query`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe index query INDEX PATH... [OPTIONS]")]
pub(crate) struct QueryArgs {
    /// The folder of the index
    #[arg(value_name = "INDEX")]
    index: PathBuf,
    /// The documents to ask about; - is standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    analysis: AnalysisArgs,
}

/// Asks about documents and writes the answers.
pub(crate) fn query(args: QueryArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let archive = match threads::for_inputs(&args.paths) {
        Some(_) => open_for_few(&args.index)?,
        None => open(&args.index, None)?,
    };
    let rules = archive.rules().clone();
    let mut analysis = Analysis::new(args.analysis, rules, &args.paths, terminal)?;
    // Documents beside one that the index has are read in a second pass.
    analysis.source.keep_stdin = true;
    let answers = analysis.run(|progress| archive.query(&analysis.job(&args.paths, progress)))?;
    let answers = answers.map_err(|error| failure(&args.index, error))?;
    analysis
        .console
        .faults(&answers.skipped, &answers.warnings, "dedupe check");
    analysis.write(&answers.answers, |answers, look| page(answers, look))?;
    let exit = exit::of_reading(
        answers.answers.len(),
        &answers.skipped,
        0,
        &analysis.tolerance,
    );
    if exit == Exit::Failed {
        let skipped = &answers.skipped;
        let reason = nothing_found::nothing_read(&args.paths, &analysis.source, skipped, None);
        analysis.console.error(&reason);
    }
    analysis.console.incomplete(exit, &answers.skipped);
    Ok(exit)
}

/// The answers for people.
fn page(answers: &[QueryAnswer], look: TerminalStyle) -> String {
    let mut page = TextPage::new(look);
    for QueryAnswer { change, answer } in answers {
        let what = match change {
            Change::New => "",
            Change::Version => ", a new version",
            Change::Known => ", already in the index",
        };
        let id = format!("{}{what}", escape_text(&answer.id));
        match (&answer.of, answer.relation, answer.containment) {
            (Some(of), Some(relation), Some(share)) => page.line(&format!(
                "{id}: {0} of {1}; {2:.0}% of its words are in {1}",
                relation_in_words(relation),
                escape_text(of),
                100.0 * share
            )),
            _ => page.line(&format!("{id}: no copy in the index")),
        }
        for story in &answer.clusters {
            page.faint(&carried_by(story));
        }
        for shared in &answer.overlaps {
            let other = escape_text(&shared.id);
            page.faint(&format!("shares {} words with {other}", shared.words));
        }
    }
    page.into_text()
}

fn relation_in_words(relation: dedupe_report::MemberRelation) -> &'static str {
    use dedupe_report::MemberRelation as R;
    match relation {
        R::Representative | R::Exact => "exact copy",
        R::Near => "near copy",
        R::Contains => "contains the story",
        R::Contained => "part",
        R::Version => "version",
    }
}

fn carried_by(story: &Story) -> String {
    let documents = counted(story.members.len(), "document", "documents");
    let publishers = match usize::try_from(story.named_publishers).unwrap_or(usize::MAX) {
        0 => String::new(),
        named => format!(" from {}", counted(named, "publisher", "publishers")),
    };
    let representative = escape_text(&story.representative);
    format!("story of {documents}{publishers}; to keep: {representative}")
}
