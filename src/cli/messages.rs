//! What is said on standard error: one function turns failures into messages, hints and exit codes,
//! and nothing reaches the terminal unsanitised.

use super::exit::Exit;
use super::values::FailOn;
use clap::ValueEnum;
use dedupe::pipeline::explain::Unexplained;
use dedupe::{pipeline, report::Head};
use dedupe_report::Fault;
use dedupe_report::sanitise::{fault_line, one_line, visible, visible_lines};
use std::io::{self, Write};
use std::path::PathBuf;

/// Faults listed one by one.
const LISTED: usize = 20;

/// Why a run gave no report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Nothing to read was named.
    #[error("no PATH given")]
    NoPath,
    /// An option's value is out of range.
    #[error("{option}: expected {expected}, got {got}")]
    Value {
        option: &'static str,
        expected: &'static str,
        got: String,
    },
    /// `-o` names a folder.
    #[error("cannot write {}: it is a folder", .0.display())]
    OutputIsFolder(PathBuf),
    /// The folder of the file that `-o` names is not there.
    #[error("cannot write {}: no such folder as {}", .file.display(), .folder.display())]
    NoOutputFolder { file: PathBuf, folder: PathBuf },
    /// `-o` names an input.
    #[error("cannot write {}: it is one of the inputs", .0.display())]
    OutputIsInput(PathBuf),
    /// A name promises what is not written.
    #[error("cannot write {}: what is written is not compressed", .0.display())]
    CompressedOutput(PathBuf),
    /// Two outputs are one file.
    #[error("cannot write {}: another output goes there", .0.display())]
    SameOutput(PathBuf),
    /// A format that is no text has nowhere to go but a terminal.
    #[error("this format is no text for a terminal")]
    BinaryOnTerminal,
    /// A configuration file could not be used.
    #[error("cannot use {}: {error}", .file.display())]
    Config { file: PathBuf, error: String },
    /// A word that is no subcommand stands for one.
    #[error("there is no subcommand {name}")]
    NoSubcommand { name: String },
    /// What should be a path is a subcommand, or nearly.
    #[error("there is no file or folder {path}, but a subcommand {name}")]
    SubcommandAsPath { path: String, name: String },
    /// A baseline could not be used.
    #[error("cannot use the baseline {}: {error}", .file.display())]
    Baseline { file: PathBuf, error: String },
    /// The copies could not be left out.
    #[error(transparent)]
    Changed(pipeline::export::WriteError),
    /// A corpus is not for a terminal.
    #[error("a corpus is too much for a terminal")]
    CorpusOnTerminal,
    /// The report could not be written.
    #[error("cannot write {to}: {error}")]
    Write { to: String, error: io::Error },
    /// The threads could not be started.
    #[error("cannot start the threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The run itself failed.
    #[error(transparent)]
    Run(#[from] pipeline::Error),
    /// A label file could not be read.
    #[error("cannot read the labels {}: {error}", .file.display())]
    LabelFile { file: PathBuf, error: io::Error },
    /// A label file holds something else.
    #[error("{}: {error}", .file.display())]
    Labels {
        file: PathBuf,
        error: dedupe_report::evaluate::labels::Error,
    },
    /// A label file is no text.
    #[error("{}: line {line}: expected UTF-8, got other bytes", .file.display())]
    LabelEncoding { file: PathBuf, line: usize },
    /// The labels speak of other documents.
    #[error("no document has one of the {ids} ids in the labels, such as {example}")]
    Strangers { ids: usize, example: String },
    /// A saved report cannot be opened.
    #[error("{}: {error}", .file.display())]
    SavedFile { file: PathBuf, error: io::Error },
    /// A saved report holds something else.
    #[error("{}: expected a report of dedupe as JSON: {error}", .file.display())]
    Saved {
        file: PathBuf,
        error: serde_json::Error,
    },
    /// A saved report has another version.
    #[error("{}: expected a report of version {}, got version {found}", .file.display(), dedupe_report::SCHEMA_VERSION)]
    SavedVersion { file: PathBuf, found: u32 },
    /// Two documents could not be looked at.
    #[error(transparent)]
    Unexplained(#[from] pipeline::explain::Unexplained),
}

/// What a failure means to whoever called.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Explanation {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) exit: Exit,
}

/// The message, the hint and the exit code of a failure.
pub(crate) fn explain(failure: &Failure) -> Explanation {
    let hint = match failure {
        Failure::NoPath => "name files or folders, as in: dedupe ./news; dedupe --help shows more",
        Failure::Value { .. } => "dedupe --help describes the options",
        Failure::OutputIsFolder(_) => "name a file in it, such as report.json",
        Failure::NoOutputFolder { .. } => "make the folder first",
        Failure::OutputIsInput(_) => "choose another name: inputs are never changed",
        Failure::CompressedOutput(_) => {
            "leave out -o, and compress what comes out: dedupe ./news --format jsonl | gzip > report.jsonl.gz"
        }
        Failure::SameOutput(_) => "give each output a file of its own",
        Failure::BinaryOnTerminal => "name a file with -o",
        Failure::Changed(_) => "leave the inputs alone while they are read; nothing was written",
        Failure::CorpusOnTerminal => "name a file with -o, or a pipe",
        Failure::Config { .. } => "dedupe --no-config goes without it",
        Failure::NoSubcommand { .. } => "dedupe --help lists them",
        Failure::SubcommandAsPath { .. } => "a subcommand stands first, as in: dedupe schema",
        Failure::Baseline { .. } => "dedupe --write-baseline FILE makes one",
        Failure::Write { error, .. } => write_hint(error),
        Failure::Threads(_) => "try fewer with --threads",
        Failure::Run(_) => "",
        Failure::LabelFile { .. } => "name a file of lines such as id_a<TAB>id_b<TAB>kind",
        Failure::Labels { .. } => {
            "lines are id_a<TAB>id_b, then a kind if there is one, or id<TAB>cluster"
        }
        Failure::LabelEncoding { .. } => "convert the labels to UTF-8 first",
        Failure::Strangers { .. } => {
            "ids are those of the report: a record's id field, or a file's path as given"
        }
        Failure::SavedFile { .. } | Failure::Saved { .. } => {
            "make one with: dedupe ./news -o result.json"
        }
        Failure::SavedVersion { .. } => "make it anew with this version of dedupe",
        Failure::Unexplained(error) => unexplained_hint(error),
    };
    Explanation {
        message: chain(failure),
        hint: (!hint.is_empty()).then(|| hint.to_owned()),
        exit: Exit::Failed,
    }
}

fn unexplained_hint(error: &Unexplained) -> &'static str {
    match error {
        Unexplained::Unknown { .. } => {
            "name two files, or two ids of the report and the corpus: dedupe explain A B --in ./news"
        }
        Unexplained::Many { .. } => "name two of its ids, and the file with --in",
        Unexplained::Same { .. } => "name another one",
        Unexplained::Run(_) => "",
    }
}

fn write_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room, or choose another place with -o, which leaves no half-written report"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "choose a place that can be written with -o"
        }
        _ => "",
    }
}

/// An error and what caused it, each said once.
fn chain(error: &dyn std::error::Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    message
}

/// Standard error, for people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    /// Errors only.
    pub(crate) quiet: bool,
}

impl Console {
    /// A line that `--quiet` silences.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            say(&format!("dedupe: {}", visible(text)));
        }
    }

    /// A line that is always shown.
    pub(crate) fn error(self, text: &str) {
        say(&format!("dedupe: error: {}", one_line(text)));
    }

    /// A failure, with its hint.
    pub(crate) fn failure(self, failure: &Failure) -> Exit {
        let explanation = explain(failure);
        self.error(&explanation.message);
        if let Some(hint) = explanation.hint {
            say(&format!("  hint: {}", visible(&hint)));
        }
        explanation.exit
    }

    /// A message of several lines that somebody else laid out.
    pub(crate) fn foreign(self, text: &str) {
        say(&format!("dedupe: {}", visible_lines(text).trim_end()));
    }

    /// Lines that were asked for, and have been laid out.
    pub(crate) fn table(self, lines: &str) {
        say(lines.trim_end());
    }

    /// Each input that was not used, or used with a reservation, up to a limit; `all` lists the others.
    pub(crate) fn faults(self, skipped: &[Fault], warnings: &[Fault], all: &str) {
        self.list(skipped, "", "inputs were not used", all);
        self.list(warnings, "warning: ", "warnings", all);
    }

    fn list(self, faults: &[Fault], kind: &str, many: &str, all: &str) {
        for fault in faults.iter().take(LISTED) {
            self.note(&format!("{kind}{}", fault_line(fault)));
        }
        if faults.len() > LISTED {
            let more = faults.len() - LISTED;
            self.note(&format!("and {more} more {many}; {all} lists all"));
        }
    }

    /// Why a run that gave a report did not end with 0, or found nothing to read.
    pub(crate) fn ending(self, report: Head<'_>, exit: Exit, fail_on: Option<(FailOn, usize)>) {
        match (exit, fail_on) {
            (Exit::Failed, _) => {
                self.error("no document could be read");
                if let Some(fault) = report.skipped.first().filter(|_| self.quiet) {
                    self.error(&fault_line(fault));
                }
            }
            (Exit::Done, _) if report.summary.documents == 0 && report.skipped.is_empty() => {
                self.note(&nothing_there(report.summary.ignored));
            }
            (Exit::Copies, Some((limit, count))) => {
                let limit = limit.to_possible_value();
                let name = limit.as_ref().map_or("", |value| value.get_name());
                let copies = if count == 1 { "copy" } else { "copies" };
                self.note(&format!("--fail-on {name}: {count} {copies} found"));
            }
            _ => {}
        }
    }
}

/// That the walk found no document, and what it passed over.
fn nothing_there(ignored: u64) -> String {
    match ignored {
        0 => "no document there: the folder holds no file to read".to_owned(),
        1 => "no document there: 1 file or record of another kind was passed over; a file is read as text when it is named".to_owned(),
        _ => format!(
            "no document there: {ignored} files or records of other kinds were passed over; a file is read as text when it is named"
        ),
    }
}

/// Writes a line. Nobody can be told that standard error is gone.
fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(failure: Failure, message: &str, hint: Option<&str>) {
        let explanation = explain(&failure);
        assert_eq!(explanation.message, message);
        let given = explanation.hint.unwrap_or_default();
        assert!(given.contains(hint.unwrap_or_default()), "{given}");
        assert_eq!(given.is_empty(), hint.is_none());
        assert_eq!(explanation.exit, Exit::Failed);
    }

    #[test]
    fn every_failure_says_what_and_what_to_do() {
        check(Failure::NoPath, "no PATH given", Some("dedupe ./news"));
        check(
            Failure::Value {
                option: "--threshold",
                expected: "a share over 0 and at most 1",
                got: "7".into(),
            },
            "--threshold: expected a share over 0 and at most 1, got 7",
            Some("--help"),
        );
        check(
            Failure::NoOutputFolder {
                file: "a/b/r.json".into(),
                folder: "a/b".into(),
            },
            "cannot write a/b/r.json: no such folder as a/b",
            Some("make the folder"),
        );
        check(
            Failure::Write {
                to: "r.json".into(),
                error: io::ErrorKind::StorageFull.into(),
            },
            "cannot write r.json: no storage space",
            Some("make room"),
        );
    }

    #[test]
    fn a_cause_is_said_once() {
        let error = io::Error::other(io::Error::other("inner"));
        assert_eq!(chain(&error), "inner");
    }
}
