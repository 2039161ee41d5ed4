//! `dedupe index info`, `verify`, `remove`, `history`, `export` and `compact`.

use super::open::{failure, open, open_for_writing};
use crate::cli::exit::Exit;
use crate::cli::messages::{Console, Failure, counted};
use crate::cli::option_groups::RunArgs;
use crate::cli::options;
use crate::cli::output::OutputTarget;
use crate::cli::output_names;
use crate::cli::terminal::Terminal;
use crate::cli::threads;
use clap::Args;
use dedupe::Silent;
use dedupe::archive::{Archive, ArchiveError, Info, MAX_FLAWS};
use dedupe_report::escape::escape_text;
use serde::Serialize;
use std::io;
use std::path::PathBuf;

/// What all of these commands have in common.
#[derive(Args, Debug)]
struct CommonArgs {
    /// The folder of the index
    #[arg(value_name = "INDEX")]
    index: PathBuf,
    /// Print errors only: no progress, no warnings
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    #[command(flatten)]
    run: RunArgs,
}

impl CommonArgs {
    /// Opens the index for reading and runs `work` on the thread pool.
    fn read<T: Send>(
        &self,
        work: impl FnOnce(&Archive) -> Result<T, ArchiveError> + Send,
    ) -> Result<T, Failure> {
        self.run(&open(&self.index, self.run.memory)?, work)
    }

    /// Opens the index for changes and runs `work` on the thread pool.
    fn change<T: Send>(
        &self,
        work: impl FnOnce(&mut Archive) -> Result<T, ArchiveError> + Send,
    ) -> Result<T, Failure> {
        self.run(&mut open_for_writing(&self.index, self.run.memory)?, work)
    }

    fn run<A: Send, T: Send>(
        &self,
        archive: A,
        work: impl FnOnce(A) -> Result<T, ArchiveError> + Send,
    ) -> Result<T, Failure> {
        let result = threads::run(self.run.threads.map(usize::from), false, |_| work(archive))?;
        result.map_err(|error| failure(&self.index, error))
    }

    fn console(&self) -> Console {
        Console { quiet: self.quiet }
    }
}

/// Options of `dedupe index info`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  dedupe index info archive.idx")]
pub(super) struct InfoArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// Also count copies, matches and hashes, which reads the whole index
    #[arg(long)]
    counts: bool,
}

/// Shows the rules, size and contents of an index.
pub(super) fn info(args: &InfoArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let info = args.common.read(|archive| archive.info(args.counts))?;
    OutputTarget::Stdout.write(|out| match terminal.stdout {
        true => write_fields(out, &info),
        false => write_json(out, &info),
    })?;
    Ok(Exit::Done)
}

/// Writes fields as lines for people.
fn write_fields(out: &mut dyn io::Write, info: &Info) -> io::Result<()> {
    let mut fields = vec![
        ("documents", info.documents.to_string()),
        ("epoch", info.epoch.to_string()),
        ("rules", escape_text(&info.rules).to_string()),
        ("text bytes", info.text_bytes.to_string()),
        ("disk bytes", info.disk_bytes.to_string()),
        (
            "recurring fingerprints",
            info.recurring_fingerprints.to_string(),
        ),
    ];
    if let Some(counts) = info.counts {
        fields.extend([
            ("exact copies", counts.exact_copies.to_string()),
            ("matches", counts.matches.to_string()),
            ("hashes", counts.hashes.to_string()),
            ("postings", counts.postings.to_string()),
        ]);
    }
    for (name, value) in fields {
        writeln!(out, "{name:24}{value}")?;
    }
    Ok(())
}

fn write_json<T: Serialize>(out: &mut dyn io::Write, value: &T) -> io::Result<()> {
    let mut line = Vec::new();
    dedupe_report::encode_json(&mut line, value)?;
    line.push(b'\n');
    out.write_all(&line)
}

/// Options of `dedupe index verify`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  dedupe index verify archive.idx")]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    common: CommonArgs,
}

/// Reads the whole index, and lists what does not fit together.
pub(super) fn verify(args: &VerifyArgs, _: &Terminal) -> Result<Exit, Failure> {
    let (flaws, documents) = args.common.read(|archive| {
        Ok((
            archive.verify(MAX_FLAWS, &Silent)?,
            archive.document_count()?,
        ))
    })?;
    let console = args.common.console();
    for flaw in &flaws {
        console.error(&match &flaw.id {
            Some(id) => format!("{id}: {}", flaw.reason),
            None => flaw.reason.clone(),
        });
    }
    if flaws.is_empty() {
        let documents = counted(
            usize::try_from(documents).unwrap_or(usize::MAX),
            "document",
            "documents",
        );
        console.note(&format!("{documents} verified: the index is complete"));
        return Ok(Exit::Done);
    }
    Ok(Exit::Failed)
}

/// Options of `dedupe index remove`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  dedupe index remove archive.idx herald-1 herald-2")]
pub(super) struct RemoveArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// The ids of the documents
    #[arg(value_name = "ID", required = true, help_heading = None)]
    ids: Vec<String>,
}

/// Removes documents.
pub(super) fn remove(args: &RemoveArgs) -> Result<Exit, Failure> {
    let removed = args.common.change(|archive| archive.remove(&args.ids))?;
    let removed = counted(removed, "document", "documents");
    args.common.console().note(&format!("{removed} removed"));
    Ok(Exit::Done)
}

/// Options of `dedupe index history`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  dedupe index history archive.idx herald-1")]
pub(super) struct HistoryArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// The id of the document
    #[arg(value_name = "ID", help_heading = None)]
    id: String,
}

/// Lists the versions of a document.
pub(super) fn history(args: &HistoryArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let versions = args.common.read(|archive| archive.history(&args.id))?;
    OutputTarget::Stdout.write(|out| {
        for version in &versions {
            if terminal.stdout {
                let title = escape_text(version.title.as_deref().unwrap_or("(no title)"));
                let kept = version.containment;
                let kept = kept.map(|kept| format!(", {:.0}% as before", 100.0 * kept));
                writeln!(
                    out,
                    "{}  {} words{}  {title}",
                    version.version,
                    version.words,
                    kept.unwrap_or_default()
                )?;
                continue;
            }
            write_json(out, version)?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

/// Options of `dedupe index export`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  dedupe index export archive.idx > archive.jsonl")]
pub(super) struct ExportArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// Write to a file; - is standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

/// Writes all documents as JSON Lines.
pub(super) fn export(args: &ExportArgs) -> Result<Exit, Failure> {
    let output = args
        .output
        .as_deref()
        .filter(|path| path.as_os_str() != "-");
    output_names::DOCUMENTS.check_only(output)?;
    let target = OutputTarget::check(
        output,
        std::slice::from_ref(&args.common.index),
        &dedupe_formats::Options::default(),
    )?;
    let archive = open(&args.common.index, args.common.run.memory)?;
    archive
        .export_with(&Silent, |write| target.write(|out| write(out)))
        .map_err(|error| failure(&args.common.index, error))??;
    Ok(Exit::Done)
}

/// Options of `dedupe index compact`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  dedupe index compact archive.idx")]
pub(super) struct CompactArgs {
    #[command(flatten)]
    common: CommonArgs,
}

/// Begins a new epoch.
pub(super) fn compact(args: &CompactArgs) -> Result<Exit, Failure> {
    let resources = options::resources(&args.common.run)?;
    let compacted = args
        .common
        .change(|archive| archive.compact(&resources, &Silent))?;
    let count = |matches: u64| {
        counted(
            usize::try_from(matches).unwrap_or(usize::MAX),
            "match",
            "matches",
        )
    };
    args.common.console().note(&format!(
        "epoch {}: {} lost, {} gained",
        compacted.epoch,
        count(compacted.lost),
        count(compacted.gained)
    ));
    Ok(Exit::Done)
}
