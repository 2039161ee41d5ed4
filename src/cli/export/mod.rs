//! `dedupe export`: the corpus without its copies.

mod manifest;

use super::args::{RuleArgs, SourceArgs};
use super::exit::{self, Exit};
use super::messages::{Console, Failure};
use super::output::{Destination, buffered, scratch};
use super::temporary::Temporary;
use super::terminal::Terminal;
use super::{options, threads};
use clap::{Args, ValueEnum};
use dedupe::pipeline::Settings;
use dedupe::pipeline::export::{Chosen, DropPolicy, Selection, WriteError, selection};
use dedupe_formats as source;
use dedupe_report::sanitise::visible;
use manifest::Counts;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  dedupe export ./news -o clean.jsonl
  dedupe export ./news -o clean.jsonl --manifest dropped.jsonl
  dedupe export ./news --drop contained -o clean.jsonl
  dedupe export ./news --list drop
  dedupe export ./news --list drop -0 | xargs -0 -r -n 1 echo

A line of JSON Lines is kept as it stands, byte for byte; another document becomes such a line. Each
dropped document has a direct match with one that is kept, and a run over what was written drops nothing.
No input is changed, and none is deleted.";

/// Options of `dedupe export`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe export PATH... -o FILE [OPTIONS]")]
pub(crate) struct ExportArgs {
    /// Files or folders; - reads standard input: JSON Lines, unless its content tells of another format
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Write to a file, which appears when complete [default: standard output]
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Which copies to drop: exact, near, contained [default: exact,near]
    ///
    /// The kind named and every closer one, in this order. exact: the same words; near: most of each
    /// stands in the other; contained: most of it stands in one that is kept.
    #[arg(
        long,
        value_name = "KINDS",
        value_enum,
        value_delimiter = ',',
        default_value = "exact,near",
        hide_possible_values = true,
        hide_default_value = true,
        help_heading = "Output"
    )]
    drop: Vec<DropArg>,
    /// Write what was dropped, for which document and why, to a file
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    manifest: Option<PathBuf>,
    /// Instead of the corpus: the ids that are kept, or dropped: keep, drop
    ///
    /// The id of a file is its path.
    #[arg(
        long,
        value_name = "WHICH",
        value_enum,
        hide_possible_values = true,
        help_heading = "Output"
    )]
    list: Option<ListArg>,
    /// End each id of the list with NUL, for xargs -0
    #[arg(short = '0', long, requires = "list", help_heading = "Output")]
    null: bool,
    /// Errors only
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    source: SourceArgs,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "NUMBER", hide_short_help = true, help_heading = "Run",
          allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

/// `--drop`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum DropArg {
    /// The same words
    Exact,
    /// Most of each stands in the other
    Near,
    /// Most of it stands in one that is kept
    Contained,
}

/// `--list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListArg {
    /// What is kept
    Keep,
    /// What is dropped
    DropPolicy,
}

/// The options, validated.
struct Job {
    paths: Vec<PathBuf>,
    output: Option<PathBuf>,
    source: source::Options,
    settings: Settings,
    drop: DropPolicy,
    threads: Option<usize>,
    /// Progress can be seen.
    visible: bool,
}

/// Chooses, and writes what was asked for.
pub(crate) fn export(args: ExportArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let console = Console { quiet: args.quiet };
    let output = args.output.filter(|path| path != Path::new("-"));
    let on_terminal = terminal.stdout && output.is_none();
    if on_terminal && args.list.is_none() {
        return Err(Failure::CorpusOnTerminal);
    }
    let source = options::source_options(args.source)?;
    let check = |path: Option<&Path>| Destination::check(path, &args.paths, &source);
    let destination = check(output.as_deref())?;
    let manifest = args
        .manifest
        .as_deref()
        .map(|file| check(Some(file)))
        .transpose()?;
    if let Some(manifest) = &manifest {
        manifest.differs_from(&destination)?;
    }
    let job = Job {
        paths: args.paths,
        output,
        settings: options::settings(&args.rules)?,
        drop: match args.drop.iter().max() {
            Some(DropArg::Contained) => DropPolicy::Contained,
            Some(DropArg::Exact) => DropPolicy::Exact,
            _ => DropPolicy::Near,
        },
        threads: args.threads.map(usize::from),
        visible: terminal.stderr && !args.quiet,
        source,
    };
    let (selection, corpus) = job.run()?;
    console.faults(&selection.skipped, &selection.warnings, "the manifest");
    if let Some(manifest) = &manifest {
        manifest.write(|out| manifest::write(&selection, out))?;
    }
    let ends = Ends::new(args.null, on_terminal);
    destination.write(|out| match args.list {
        Some(which) => list(&selection, which, ends, out),
        None => io::copy(&mut File::open(corpus.path())?, out).map(drop),
    })?;
    Ok(ending(&selection, console))
}

/// Says what was done.
fn ending(selection: &Selection, console: Console) -> Exit {
    let counts = Counts::new(selection);
    console.note(&counts.sentence());
    let exit = exit::of_reading(counts.documents(), &selection.skipped);
    if exit == Exit::Failed {
        console.error("no document could be read");
    }
    exit
}

impl Job {
    /// Chooses until a run over what is kept drops nothing more: in a smaller corpus other passages
    /// recur, and fewer documents crowd round one story. Gives the last writing too.
    fn run(&self) -> Result<(Selection, Temporary), Failure> {
        let mut selection = self.select(&self.paths, &self.source)?;
        let mut written = self.write(&selection, &self.source)?;
        loop {
            let source = source::Options {
                // A record may be longer than the file that it was made of.
                max_document_bytes: u64::MAX / 2,
                ..self.source.clone()
            };
            let again = self.select(&[written.path().to_owned()], &source)?;
            if again.documents.iter().all(|d| d.dropped.is_none()) {
                return Ok((selection, written));
            }
            selection.drop_more(&again);
            written = self.write(&again, &source)?;
        }
    }

    fn select(&self, paths: &[PathBuf], source: &source::Options) -> Result<Selection, Failure> {
        let choose = |progress: &dyn dedupe::pipeline::Progress| {
            selection(paths, source, &self.settings, self.drop, progress)
        };
        Ok(threads::work(self.threads, self.visible, choose)??)
    }

    fn write(&self, selection: &Selection, source: &source::Options) -> Result<Temporary, Failure> {
        let failure = |error| Failure::Write {
            to: "a temporary file".into(),
            error,
        };
        let temporary = scratch(self.output.as_deref()).map_err(failure)?;
        let mut done = Ok(());
        let written = buffered(temporary.file(), |out| {
            done = selection.write(source, out);
            Ok(())
        })
        .map(drop);
        match done {
            Err(WriteError::Io(error)) => Err(failure(error)),
            Err(changed) => Err(Failure::Changed(changed)),
            Ok(()) => written.map(|()| temporary).map_err(failure),
        }
    }
}

/// How the ids of a list end.
#[derive(Clone, Copy)]
struct Ends {
    end: u8,
    /// What a terminal or a line would obey is escaped.
    escape: bool,
}

impl Ends {
    fn new(null: bool, on_terminal: bool) -> Self {
        Self {
            end: if null { 0 } else { b'\n' },
            escape: !null || on_terminal,
        }
    }
}

/// The ids that are kept, or dropped.
fn list(selection: &Selection, which: ListArg, ends: Ends, out: &mut dyn Write) -> io::Result<()> {
    let wanted = |d: &&Chosen| d.dropped.is_none() == (which == ListArg::Keep);
    for document in selection.documents.iter().filter(wanted) {
        match ends.escape {
            true => out.write_all(visible(&document.id).as_bytes())?,
            false => out.write_all(selection.name(document).as_encoded_bytes())?,
        }
        out.write_all(&[ends.end])?;
    }
    Ok(())
}
