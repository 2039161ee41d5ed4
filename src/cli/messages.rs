//! Messages on standard error. [`diagnose`] turns each failure into a message, a hint and an exit code.
//!
//! Every message is escaped: it may quote a file name or an id from a corpus.

use super::arg_values::FailOn;
use super::exit::{Exit, is_failure};
use super::hints::hint;
use super::nothing_found::named;
use super::usage::UsageError;
use clap::ValueEnum;
use dedupe::Error;
use dedupe::archive::ArchiveError;
use dedupe::report::ReportHeader;
use dedupe_report::escape::{
    escape_lines, escape_text, escape_to_one_line, format_fault, format_fault_kinds,
};
use dedupe_report::{Fault, fault_count};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Message of a check whose new documents could not be read.
const NOTHING_NEW: &str = "no new document was read, so nothing was checked";

/// What the system says of an error, without its number and without the temporary file that has it.
pub(crate) fn without_number(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder; name a file".to_owned(),
        io::ErrorKind::InvalidData => "it is not a text file in UTF-8".to_owned(),
        _ => before_number(&error.to_string()).to_owned(),
    }
}

/// The part of a message of the system before its number.
fn before_number(said: &str) -> &str {
    said.split(" (os error ").next().unwrap_or_default()
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// No input was named.
    #[error("no PATH given")]
    NoPath,
    /// A list of paths cannot be read.
    #[error("cannot read the list of paths {}: {}", .file.display(), without_number(.error))]
    PathList { file: PathBuf, error: io::Error },
    /// A pattern for paths is not valid.
    #[error(transparent)]
    Pattern(#[from] dedupe_formats::InvalidPattern),
    /// A path that an option names does not exist.
    #[error("there is no {what} {}", .path.display())]
    NoSuchPath {
        what: &'static str,
        path: PathBuf,
        option: &'static str,
    },
    /// Standard input would be read twice.
    #[error("standard input cannot be both a document and the list of paths")]
    StdinTwice,
    /// The output file is a folder.
    #[error("cannot write {}: it is a folder", .0.display())]
    OutputIsFolder(PathBuf),
    /// The folder of the output file does not exist.
    #[error("cannot write {}: the folder {} does not exist", .file.display(), .folder.display())]
    NoOutputFolder { file: PathBuf, folder: PathBuf },
    /// The output file is an input.
    #[error("cannot write {}: it is one of the inputs", .0.display())]
    OutputIsInput(PathBuf),
    /// The output file is in the folder of an index.
    #[error("cannot write {}: its folder is an index", .0.display())]
    OutputInIndex(PathBuf),
    /// The extension of the output file is that of a compressed file.
    #[error("cannot write {}: dedupe does not compress its output", .0.display())]
    CompressedOutput(PathBuf),
    /// Two outputs are the same file.
    #[error("cannot write {}: another output goes to the same file", .0.display())]
    SameOutput(PathBuf),
    /// The folder for temporary files does not exist.
    #[error("cannot write temporary files to {}: there is no such folder", .0.display())]
    NoTemporaryFolder(PathBuf),
    /// A format that is not for reading would go to a terminal.
    #[error("cannot write {0} to a terminal")]
    NotForTerminal(&'static str),
    /// The configuration file cannot be read.
    #[error("cannot read {}: {}", .file.display(), without_number(.error))]
    ConfigFile { file: PathBuf, error: io::Error },
    /// The configuration file is not valid.
    #[error("cannot use {}: {error}", .file.display())]
    Config { file: PathBuf, error: String },
    /// A configuration file that nobody named sets what only a named one may set.
    #[error("cannot use {}: {error}", .file.display())]
    FoundConfig { file: PathBuf, error: String },
    /// `dedupe man` names an unknown subcommand.
    #[error("there is no command {name}")]
    UnknownSubcommand { name: String },
    /// A path does not exist, and was probably meant as a subcommand.
    #[error("there is no file or folder {path}")]
    SubcommandAsPath { path: String, hint: String },
    /// A baseline cannot be read.
    #[error("cannot use the baseline {}: {error}", .file.display())]
    Baseline { file: PathBuf, error: String },
    /// A dictionary cannot be used.
    #[error("cannot use the dictionary {}: {error}", .file.display())]
    Dictionary { file: PathBuf, error: String },
    /// An index cannot be used.
    #[error("{}: {error}", .path.display())]
    Index {
        path: PathBuf,
        error: Box<ArchiveError>,
    },
    /// The service cannot run.
    #[cfg(feature = "serve")]
    #[error(transparent)]
    Serve(#[from] dedupe_serve::ServeError),
    /// The token of the service cannot be used.
    #[cfg(feature = "serve")]
    #[error("cannot use the token in {place}: {error}")]
    Token { place: String, error: String },
    /// The program was built without the service.
    #[cfg(not(feature = "serve"))]
    #[error("this dedupe was built without the service")]
    NoService,
    /// An index is not the only archive of a check.
    #[error("cannot check against {} and other archives at once", .0.display())]
    IndexAmongOthers(PathBuf),
    /// A list of paths has no path.
    #[error("{} lists no paths", list_name(.0))]
    EmptyPathList(PathBuf),
    /// The archive of a check has no document.
    #[error("the archive {} has no documents: {reason}", named(.archive))]
    EmptyArchive {
        archive: Vec<PathBuf>,
        reason: String,
    },
    /// The index of a check has no document.
    #[error("{}: the index has no documents, so nothing was compared", .0.display())]
    EmptyIndex(PathBuf),
    /// An index is named where documents are expected.
    #[error("{} is an index, not documents", .0.display())]
    IndexAsInput(PathBuf),
    /// An export would go to a terminal.
    #[error("cannot write a corpus to a terminal")]
    CorpusOnTerminal,
    /// The name of an output stands for a format that the program does not write there.
    #[error("cannot write {what} to {}: its name stands for another format", .file.display())]
    OtherFormat {
        what: &'static str,
        file: PathBuf,
        names: &'static str,
    },
    /// The extension of an output does not tell its format, and no option names it.
    #[error("cannot write {}: its extension is not that of a format", .file.display())]
    UnknownExtension { file: PathBuf, advice: String },
    /// The output cannot be written.
    #[error("cannot write {to}: {}", before_number(&.error.to_string()))]
    Write { to: String, error: io::Error },
    /// The thread pool cannot be started.
    #[error("cannot start the threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The job failed.
    #[error(transparent)]
    Run(#[from] Error),
    /// A label file cannot be read.
    #[error("cannot read the labels {}: {}", .file.display(), without_number(.error))]
    LabelFile { file: PathBuf, error: io::Error },
    /// A label file is not valid.
    #[error("{}: {error}", .file.display())]
    Labels {
        file: PathBuf,
        error: dedupe_report::evaluate::labels::LabelError,
    },
    /// A label file is not UTF-8.
    #[error("{}: line {line}: expected UTF-8, found other bytes", .file.display())]
    LabelEncoding { file: PathBuf, line: usize },
    /// No document has an id from the labels.
    #[error("the labels name no document of the corpus; unknown ids: {ids}, for example {example}")]
    UnknownLabelIds { ids: usize, example: String },
    /// A saved report cannot be opened.
    #[error("cannot read {}: {}", .file.display(), without_number(.error))]
    SavedFile { file: PathBuf, error: io::Error },
    /// A file is not a report in JSON.
    #[error("{}: only a report in JSON can be converted", .file.display())]
    NotSavedReport { file: PathBuf },
    /// A saved report is damaged.
    #[error("{}: expected a JSON report of dedupe: {error}", .file.display())]
    Saved {
        file: PathBuf,
        error: serde_json::Error,
    },
    /// A saved report has another schema version.
    #[error("{}: expected schema version {}, found {found}", .file.display(), dedupe_report::SCHEMA_VERSION)]
    SavedVersion { file: PathBuf, found: u64 },
}

/// A failure as the user sees it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) exit: Exit,
}

/// Turns a failure into a message, a hint and an exit code.
pub(crate) fn diagnose(failure: &Failure) -> Diagnostic {
    Diagnostic {
        message: with_causes(failure),
        hint: hint(failure),
        exit: Exit::Failed,
    }
}

/// The message of an error and of its causes. A cause that is part of the message already is left out.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut message = before_number(&error.to_string()).to_owned();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        let text = before_number(&text);
        if !message.contains(text) {
            message = format!("{message}: {text}");
        }
        cause = error.source();
    }
    message
}

/// Messages on standard error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    /// Print errors only.
    pub(crate) quiet: bool,
}

impl Console {
    /// Prints a line, unless `--quiet` is set.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            print_line(&format!("dedupe: {}", escape_text(text)));
        }
    }

    /// Prints an error.
    pub(crate) fn error(self, text: &str) {
        print_line(&format!("dedupe: error: {}", escape_to_one_line(text)));
    }

    /// Prints a failure and its hint, and returns the exit code.
    pub(crate) fn failure(self, failure: &Failure) -> Exit {
        let diagnostic = diagnose(failure);
        self.error(&diagnostic.message);
        if let Some(hint) = diagnostic.hint {
            print_line(&format!("  hint: {}", escape_text(&hint)));
        }
        diagnostic.exit
    }

    /// Prints a usage error, which has several lines.
    pub(crate) fn usage_error(self, error: &UsageError) {
        // Where a subcommand is missing, clap gives the help of the command instead of an error.
        let name = if error.message.starts_with("error:") {
            "dedupe: "
        } else {
            ""
        };
        print_line(&format!("{name}{}", escape_lines(&error.message)));
        if let Some(hint) = &error.hint {
            print_line(&format!("  hint: {}", escape_text(hint)));
        }
        if !error.usage.is_empty() {
            print_line(&format!("\n{}", escape_lines(&error.usage).trim_end()));
        }
    }

    /// Prints a table that an option asked for.
    pub(crate) fn table(self, lines: &str) {
        print_line(lines.trim_end());
    }

    /// Prints the first fault of each kind, and the number of the others. `full_list` names the output that has all of them.
    pub(crate) fn faults(self, skipped: &[Fault], warnings: &[Fault], full_list: &str) {
        self.fault_list(skipped, "", "skipped inputs", full_list);
        self.fault_list(warnings, "warning: ", "warnings", full_list);
    }

    fn fault_list(self, faults: &[Fault], prefix: &str, plural: &str, full_list: &str) {
        let kinds = format_fault_kinds(faults);
        for kind in &kinds {
            self.note(&format!("{prefix}{kind}"));
        }
        let all = fault_count(faults);
        if all > kinds.len() as u64 {
            let listed = match faults.iter().any(|fault| fault.count > 1) {
                true => format!("the first of {all} {plural} and counts the others"),
                false => format!("all {all} {plural}"),
            };
            self.note(&format!("{full_list} lists {listed}"));
        }
    }

    /// Says why a run ends with an exit code other than 0, also with `--quiet`: the log of a job has to say why it failed.
    /// `nothing_read` says why nothing was read.
    pub(crate) fn ending(
        self,
        report: ReportHeader<'_>,
        exit: Exit,
        fail_on: Option<(FailOn, usize)>,
        nothing_read: impl FnOnce() -> String,
    ) {
        match (exit, fail_on) {
            (Exit::Failed, _) => {
                self.error(&match report.summary.new {
                    None => nothing_read(),
                    Some(_) => format!("{NOTHING_NEW}: {}", nothing_read()),
                });
            }
            (Exit::Copies, Some((limit, count))) => {
                let findings = counted(count, "finding", "findings");
                print_line(&format!("dedupe: {}: {findings}", name_of(limit)));
            }
            _ => self.incomplete(exit, report.skipped),
        }
    }

    /// Says that a report has no findings that `--fail-on` counts, but this many copies of other kinds.
    pub(crate) fn not_counted(self, limit: FailOn, others: usize) {
        let others = match others {
            0 => return,
            1 => "1 copy of another kind does not count".to_owned(),
            _ => format!("{others} copies of other kinds do not count"),
        };
        self.note(&format!("{}: no findings; {others}", name_of(limit)));
    }

    /// Says why a run is incomplete. Without `--quiet`, the faults were printed before.
    pub(crate) fn incomplete(self, exit: Exit, skipped: &[Fault]) {
        if exit != Exit::Incomplete {
            return;
        }
        let failures = || skipped.iter().filter(|fault| is_failure(fault));
        let count = failures().fold(0, |sum: u64, fault| sum.saturating_add(fault.count));
        let message = match (failures().next(), count) {
            (Some(_), 1) if !self.quiet => "1 input could not be read".to_owned(),
            (Some(_), _) if !self.quiet => format!("{count} inputs could not be read"),
            (Some(first), 1) => format_fault(first),
            (Some(first), _) => {
                format!("{count} inputs could not be read; the first is {}", format_fault(first))
            }
            (None, _) if !self.quiet => {
                "documents could not be read again for excerpts and texts".to_owned()
            }
            (None, _) => {
                "documents could not be read again for excerpts and texts; for the list, leave out --quiet"
                    .to_owned()
            }
        };
        self.error(&message);
    }
}

/// The name of a list of paths.
fn list_name(list: &Path) -> String {
    match list == Path::new("-") {
        true => "standard input".to_owned(),
        false => list.display().to_string(),
    }
}

/// `--fail-on` with its value.
fn name_of(limit: FailOn) -> String {
    let value = limit.to_possible_value();
    let name = value.as_ref().map_or("", |value| value.get_name());
    format!("--fail-on {name}")
}

/// A number with its noun.
pub(crate) fn counted(count: usize, singular: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { singular } else { plural })
}

/// Prints a line on standard error. A failure to do so cannot be reported anywhere.
fn print_line(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(failure: Failure, message: &str, hint: Option<&str>) {
        let diagnostic = diagnose(&failure);
        assert_eq!(diagnostic.message, message);
        assert_eq!(diagnostic.hint.is_some(), hint.is_some());
        let found = diagnostic.hint.unwrap_or_default();
        assert!(found.contains(hint.unwrap_or_default()), "{found}");
        assert_eq!(diagnostic.exit, Exit::Failed);
    }

    #[test]
    fn failures_have_a_message_and_a_hint() {
        check(Failure::NoPath, "no PATH given", Some("dedupe ./news"));
        check(
            Failure::NoOutputFolder {
                file: "a/b/r.json".into(),
                folder: "a/b".into(),
            },
            "cannot write a/b/r.json: the folder a/b does not exist",
            Some("create the folder"),
        );
        check(
            Failure::Write {
                to: "r.json".into(),
                error: io::ErrorKind::StorageFull.into(),
            },
            "cannot write r.json: no storage space",
            Some("free some space"),
        );
    }

    #[test]
    fn the_number_of_an_error_is_not_printed() {
        let denied = || io::Error::from_raw_os_error(13);
        let write = Failure::Write {
            to: "r.json".into(),
            error: io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!("{} at path \"/tmp/.part\"", denied()),
            ),
        };
        let index = Failure::Index {
            path: "a.idx".into(),
            error: Box::new(dedupe::archive::IndexError::Io(denied()).into()),
        };
        check(
            write,
            "cannot write r.json: Permission denied",
            Some("choose another folder"),
        );
        check(
            index,
            "a.idx: Permission denied",
            Some("permission to write"),
        );
    }

    #[test]
    fn repeated_cause_is_printed_once() {
        let error = io::Error::other(io::Error::other("inner"));
        assert_eq!(with_causes(&error), "inner");
    }
}
