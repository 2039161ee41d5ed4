//! `dedupe export`: writes the corpus without its copies.

mod manifest;

use super::exit::{self, Exit, Tolerance};
use super::messages::{Console, Failure};
use super::option_groups::{RuleArgs, RunArgs, SourceArgs};
use super::output::{OutputTarget, buffered, put_in_place, temporary_corpus};
use super::temporary::TemporaryFile;
use super::terminal::Terminal;
use super::{nothing_found, options, output_names, path_list, threads};
use clap::{ArgGroup, Args, ValueEnum};
use dedupe::export::{self, Chosen, CorpusFormat, DropPolicy, Selection};
use dedupe::{Error, Job, JobInput, Progress, Resources, Rules};
use dedupe_formats as source;
use dedupe_report::escape::escape_text;
use manifest::Counts;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  dedupe export ./news -o clean.jsonl
  dedupe export ./news -o clean.jsonl --manifest out.jsonl
  dedupe export ./news --drop contained -o clean.jsonl
  dedupe export ./news --list drop
  dedupe export ./news --list drop -0 | xargs -0 echo

The name of the output tells its format: .jsonl, .csv,
.tsv or .parquet. A line of a JSON Lines input is copied
byte for byte to JSON Lines, and a document from another
format becomes a line. Tables have all fields, nested ones
too. The selection is repeated on its own output until
nothing more is dropped, so a second export drops nothing.
Each dropped document has a direct match with a document
that was kept in the same round. Inputs are never changed
or deleted.";

/// Options of `dedupe export`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, override_usage = "dedupe export PATH... [-o FILE] [OPTIONS]")]
#[command(group = ArgGroup::new("names").args(["list", "files_from"]).multiple(true))]
pub(crate) struct ExportArgs {
    /// Files and folders to read; - is standard input
    ///
    /// Standard input is read as JSON Lines unless its content shows another format. Plain text and CSV
    /// need --input-format.
    #[arg(value_name = "PATH", required_unless_present = "files_from")]
    paths: Vec<PathBuf>,
    /// Read the files and folders that a file lists
    ///
    /// Each line is a path, or, with -0, a NUL byte ends each path. - is standard input.
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    files_from: Option<PathBuf>,
    /// Write the corpus to a file [default: standard output]
    ///
    /// The file is created or replaced only when it is complete.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Copies to drop: exact, near, contained or version [default: near]
    ///
    /// A relation includes every closer one:
    ///   exact      has the same words as a kept document
    ///   near       tells a kept story in mostly the same words
    ///   contained  carries a story that a longer kept document contains
    ///   version    tells a kept story in mostly other words
    #[arg(
        long,
        value_name = "KIND",
        value_enum,
        value_delimiter = ',',
        default_value = "near",
        hide_possible_values = true,
        hide_default_value = true,
        verbatim_doc_comment,
        help_heading = "Output"
    )]
    drop: Vec<DropArg>,
    /// Write a list of the dropped documents to a file
    ///
    /// The file is JSON Lines. Each line names a dropped document, the kept document that replaces it, and
    /// how close they are.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    manifest: Option<PathBuf>,
    /// Write ids only: keep for kept documents, drop for dropped ones
    ///
    /// The id of a text file is its path.
    #[arg(
        long,
        value_name = "WHICH",
        value_enum,
        hide_possible_values = true,
        help_heading = "Output"
    )]
    list: Option<ListArg>,
    /// A NUL byte ends each id of --list and each path of --files-from, for xargs -0
    #[arg(short = '0', long, requires = "names", help_heading = "Output")]
    null: bool,
    /// Print errors only: no progress, no warnings
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    #[command(flatten)]
    rules: RuleArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    run: RunArgs,
}

/// `--drop`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum DropArg {
    /// Has the same words as a kept document
    Exact,
    /// Tells a kept story in mostly the same words
    Near,
    /// Carries a story that a longer kept document contains
    Contained,
    /// Tells a kept story in mostly other words
    Version,
}

/// `--list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListArg {
    /// Kept documents
    Keep,
    /// Dropped documents
    Drop,
}

/// Validated options.
struct ExportRun {
    paths: Vec<PathBuf>,
    output: Option<PathBuf>,
    source: source::Options,
    rules: Rules,
    drop: DropPolicy,
    resources: Resources,
    threads: Option<usize>,
    show_progress: bool,
}

/// Chooses the documents to keep, and writes them or their ids.
pub(crate) fn export(args: ExportArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let console = Console { quiet: args.quiet };
    let output = args.output.filter(|path| path != Path::new("-"));
    let on_terminal = terminal.stdout && output.is_none();
    if on_terminal && args.list.is_none() {
        return Err(Failure::CorpusOnTerminal);
    }
    let mut source = options::source_options(&args.source)?;
    source.temporary_folder = args.run.temp_dir.clone();
    let mut paths = args.paths;
    let tolerance = Tolerance::new(args.source.max_skipped, &paths);
    path_list::extend(&mut paths, args.files_from.as_deref(), args.null)?;
    options::check_inputs(&paths)?;
    let list = args.files_from.iter();
    let inputs: Vec<PathBuf> = paths.iter().chain(list).cloned().collect();
    let check = |path: Option<&Path>| OutputTarget::check(path, &inputs, &source);
    let target = check(output.as_deref())?;
    let manifest = args
        .manifest
        .as_deref()
        .map(|file| check(Some(file)))
        .transpose()?;
    if let Some(manifest) = &manifest {
        manifest.differs_from(&target)?;
    }
    output_names::MANIFEST.check(args.manifest.as_deref())?;
    let format = match args.list {
        Some(_) => output_names::IDS
            .check(output.as_deref())
            .map(|()| CorpusFormat::Jsonl)?,
        None => corpus_format(output.as_deref())?,
    };
    let run = ExportRun {
        paths,
        output,
        rules: options::rules(&args.rules),
        drop: match args.drop.iter().max() {
            Some(DropArg::Version) => DropPolicy::Version,
            Some(DropArg::Contained) => DropPolicy::Contained,
            Some(DropArg::Exact) => DropPolicy::Exact,
            _ => DropPolicy::Near,
        },
        resources: options::resources(&args.run)?,
        threads: args.run.threads.map(usize::from),
        show_progress: terminal.stderr && !args.quiet,
        source,
    };
    let (selection, corpus) = run.run()?;
    console.faults(&selection.skipped, &selection.warnings, "--manifest FILE");
    if Counts::new(&selection).documents() == 0 {
        return Ok(run.print_summary(&selection, console, &tolerance));
    }
    let manifest = (manifest.as_ref())
        .map(|target| target.prepare(|out| manifest::write(&selection, out)))
        .transpose()?;
    let list_format = ListFormat::new(args.null, on_terminal);
    let corpus = match args.list {
        Some(_) => corpus,
        None => run.converted(corpus, format)?,
    };
    let corpus = target.prepare(|out| match args.list {
        Some(which) => write_ids(&selection, which, list_format, out),
        None => io::copy(&mut File::open(corpus.path())?, out).map(drop),
    })?;
    put_in_place([Some(corpus), manifest].into_iter().flatten())?;
    Ok(run.print_summary(&selection, console, &tolerance))
}

/// The names that a corpus can be written to.
const CORPUS_NAMES: &str = ".jsonl, .csv, .tsv or .parquet";

/// The format of the corpus, by the name of the output.
fn corpus_format(output: Option<&Path>) -> Result<CorpusFormat, Failure> {
    let Some(output) = output else {
        return Ok(CorpusFormat::Jsonl);
    };
    CorpusFormat::of_file(output).ok_or_else(|| {
        let file = output.to_owned();
        match output_names::is_known(output) {
            true => Failure::OtherFormat {
                what: "a corpus",
                file,
                names: CORPUS_NAMES,
            },
            false => Failure::UnknownExtension {
                file,
                advice: format!("use a name that ends in {CORPUS_NAMES}"),
            },
        }
    })
}

impl ExportRun {
    /// Prints the counts and returns the exit code.
    fn print_summary(
        &self,
        selection: &Selection,
        console: Console,
        tolerance: &Tolerance,
    ) -> Exit {
        let counts = Counts::new(selection);
        console.note(&counts.sentence());
        let exit = exit::of_reading(counts.documents(), &selection.skipped, 0, tolerance);
        if exit == Exit::Failed {
            let skipped = &selection.skipped;
            console.error(&nothing_found::nothing_read(
                &self.paths,
                &self.source,
                skipped,
                None,
            ));
        }
        console.incomplete(exit, &selection.skipped);
        exit
    }

    /// Repeats the selection on its own output until nothing more is dropped. Returns the last output too.
    ///
    /// One pass is not enough: a smaller corpus has less boilerplate and fewer frequent fingerprints, so that
    /// more pairs are found.
    fn run(&self) -> Result<(Selection, TemporaryFile), Failure> {
        let mut selection = self.select(&self.paths, &self.source)?;
        let mut written = self.write(&selection, &self.source)?;
        loop {
            let source = source::Options {
                filter: source::PathFilter::default(),
                // The file may have no name that tells its format.
                format: source::InputFormat::named("jsonl"),
                // A record may be longer than the file that it was made from.
                max_document_bytes: u64::MAX / 2,
                ..self.source.clone()
            };
            let again = self.select(&[written.path()], &source)?;
            selection.drop_more(&again)?;
            if again.keeps_all() {
                return Ok((selection, written));
            }
            written = self.write(&again, &source)?;
        }
    }

    /// Writes the corpus in another format to a second temporary file. JSON Lines stay as they are.
    fn converted(
        &self,
        corpus: TemporaryFile,
        format: CorpusFormat,
    ) -> Result<TemporaryFile, Failure> {
        if format == CorpusFormat::Jsonl {
            return Ok(corpus);
        }
        let convert = || -> io::Result<TemporaryFile> {
            let folder = self.resources.temporary_folder.as_deref();
            let table = temporary_corpus(folder, self.output.as_deref())?;
            let lines = BufReader::new(File::open(corpus.path())?);
            let mut out = BufWriter::new(&table);
            export::write_table(lines, format, &mut out)?;
            out.flush()?;
            drop(out);
            Ok(table)
        };
        convert().map_err(|error| Failure::Write {
            to: "a temporary file".into(),
            error,
        })
    }

    fn select(&self, paths: &[PathBuf], source: &source::Options) -> Result<Selection, Failure> {
        let choose = |progress: &dyn Progress| {
            let job = Job {
                input: JobInput::Paths(paths),
                reading: source,
                rules: &self.rules,
                resources: &self.resources,
                progress,
            };
            export::select(&job, self.drop)
        };
        Ok(threads::run(self.threads, self.show_progress, choose)??)
    }

    fn write(
        &self,
        selection: &Selection,
        source: &source::Options,
    ) -> Result<TemporaryFile, Failure> {
        let failure = |error| Failure::Write {
            to: "a temporary file".into(),
            error,
        };
        let folder = self.resources.temporary_folder.as_deref();
        let temporary = temporary_corpus(folder, self.output.as_deref()).map_err(failure)?;
        let mut done = Ok(());
        let written = buffered(&temporary, |out| {
            done = selection.write(source, out);
            Ok(())
        })
        .map(drop);
        match done {
            Err(Error::Write(error)) => Err(failure(error)),
            Err(error) => Err(Failure::Run(error)),
            Ok(()) => written.map(|()| temporary).map_err(failure),
        }
    }
}

/// How `--list` writes ids.
#[derive(Clone, Copy)]
struct ListFormat {
    terminator: u8,
    /// Escape line breaks and control characters.
    escape: bool,
}

impl ListFormat {
    fn new(null: bool, on_terminal: bool) -> Self {
        Self {
            terminator: if null { 0 } else { b'\n' },
            escape: !null || on_terminal,
        }
    }
}

/// Writes the ids of kept or dropped documents.
fn write_ids(
    selection: &Selection,
    which: ListArg,
    format: ListFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    let is_listed = |d: &Chosen<'_>| d.dropped.is_none() == (which == ListArg::Keep);
    for document in selection.documents().filter(is_listed) {
        match format.escape {
            true => out.write_all(escape_text(document.id).as_bytes())?,
            false => out.write_all(selection.name(&document).as_encoded_bytes())?,
        }
        out.write_all(&[format.terminator])?;
    }
    Ok(())
}
