//! `dedupe index add`: adds documents to an index.

use super::open::{cache, failure, open_if_there};
use super::rules;
use crate::cli::exit::{self, Exit, Tolerance};
use crate::cli::given::GivenOptions;
use crate::cli::messages::{Console, Failure, counted};
use crate::cli::option_groups::{LastingRuleArgs, RunArgs, SourceArgs};
use crate::cli::output::folder;
use crate::cli::terminal::Terminal;
use crate::cli::{dictionary, options, threads};
use clap::Args;
use dedupe::archive::{Added, Archive, ArchiveError, patiently};
use dedupe::{Job, JobInput, Progress};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dedupe index add archive.idx ./news
  zcat today.jsonl.gz | dedupe index add archive.idx -

The first addition creates the index, and learns from its
documents which passages recur. The index keeps the options
that decide what is a copy. Later commands use them; another
value is refused.

A document that the index has with the same words is not
added again. With other words it is a new version:
dedupe index history lists the versions.

Each part of the documents is stored before the next one is
compared. After an interruption, run the same command again.";

/// What lists all faults.
const FULL_LIST: &str = "the report of dedupe on these paths";

/// Options of `dedupe index add`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe index add INDEX PATH... [OPTIONS]")]
pub(crate) struct AddArgs {
    /// The folder of the index
    #[arg(value_name = "INDEX")]
    index: PathBuf,
    /// Files and folders to read; - is standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Use this dictionary in a new index instead of learning one
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    dictionary: Option<PathBuf>,
    /// Print errors only: no progress, no warnings
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    #[command(flatten)]
    rules: LastingRuleArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    run: RunArgs,
}

/// Adds documents, and says what was new.
pub(crate) fn add(
    args: AddArgs,
    given_options: &GivenOptions,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let console = Console { quiet: args.quiet };
    let mut rules = options::lasting_rules(&args.rules);
    if let Some(archive) = open_if_there(&args.index)? {
        rules = rules::over(archive.rules(), &rules, given_options);
    }
    if !folder(&args.index).exists() {
        return Err(Failure::NoOutputFolder {
            folder: folder(&args.index).to_owned(),
            file: args.index,
        });
    }
    let given = args.dictionary.as_deref();
    rules.dictionary = given
        .map(|file| dictionary::read(file, rules.shingle))
        .transpose()?;
    let mut source = options::source_options(&args.source)?;
    source.temporary_folder = args.run.temp_dir.clone();
    options::check_inputs(&args.paths)?;
    let resources = options::resources(&args.run)?;
    let show_progress = terminal.stderr && !args.quiet;
    let added = threads::run(
        args.run.threads.map(usize::from),
        show_progress,
        |progress: &dyn Progress| {
            let job = Job {
                input: JobInput::Paths(&args.paths),
                reading: &source,
                rules: &rules,
                resources: &resources,
                progress,
            };
            patiently(progress, || {
                Archive::add(&args.index, &job, cache(resources.memory))
            })
        },
    )?;
    if let Err(ArchiveError::NothingRead { skipped }) = &added {
        console.faults(skipped, &[], FULL_LIST);
    }
    let added = added.map_err(|error| failure(&args.index, error))?;
    console.faults(&added.skipped, &added.warnings, FULL_LIST);
    console.note(&summary(&added));
    let read = added.new + added.versions + added.known;
    let read = usize::try_from(read).unwrap_or(usize::MAX);
    let tolerance = Tolerance::new(args.source.max_skipped, &args.paths);
    let exit = exit::of_reading(read, &added.skipped, 0, &tolerance);
    if exit == Exit::Failed {
        console.error("no document could be read, so nothing was added");
    }
    console.incomplete(exit, &added.skipped);
    Ok(exit)
}

fn summary(added: &Added) -> String {
    let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    if added.new + added.versions == 0 && !added.is_created {
        return format!(
            "nothing new: {}; the index has {}, epoch {}",
            match added.known {
                1 => "1 document was already there".to_owned(),
                known => format!("{known} documents were already there"),
            },
            counted(number(added.documents), "document", "documents"),
            added.epoch,
        );
    }
    let mut parts = vec![counted(number(added.new), "new document", "new documents")];
    if added.versions > 0 {
        parts.push(counted(
            number(added.versions),
            "new version",
            "new versions",
        ));
    }
    if added.known > 0 {
        parts.push(format!("{} already there", added.known));
    }
    let created = if added.is_created {
        "index created: "
    } else {
        ""
    };
    format!(
        "{created}{}; {}; the index has {} now, epoch {}",
        parts.join(", "),
        match added.copies {
            0 => "none shares a story with another document".to_owned(),
            1 => "1 shares a story with another document".to_owned(),
            copies => format!("{copies} of them share a story with another document"),
        },
        counted(number(added.documents), "document", "documents"),
        added.epoch,
    )
}
