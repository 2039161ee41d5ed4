//! What a person can do about a failure.

use super::messages::Failure;
use dedupe::archive::{ArchiveError, IndexError};
use dedupe::{Error, SpillError};
use dedupe_report::SCHEMA_VERSION;
use std::io;
use std::path::Path;

/// The hint for a failure, if there is one.
pub(super) fn hint(failure: &Failure) -> Option<String> {
    let hint = match failure {
        Failure::NoPath => {
            "name files or folders, for example: dedupe ./news; for help: dedupe --help"
        }
        Failure::PathList { .. } => "name a file that holds one path per line",
        Failure::Pattern(_) => "quote the pattern, for example: --include '*.json'",
        Failure::EmptyPathList(_) => "list one file or folder per line",
        Failure::EmptyArchive { .. } => {
            "check the spelling of --against and whether the drive is mounted; to compare the new documents only with each other, run dedupe without check"
        }
        Failure::NoSuchPath { option, .. } => {
            return Some(format!(
                "check the spelling of {option} and whether the drive is mounted"
            ));
        }
        Failure::StdinTwice => "save one of them to a file, and name the file",
        Failure::EmptyIndex(index) => {
            return Some(format!(
                "add documents: dedupe index add {} ./news",
                index.display()
            ));
        }
        Failure::OutputIsFolder(_) => "name a file in that folder, such as report.json",
        Failure::NoOutputFolder { .. } => "create the folder first",
        Failure::OutputInIndex(_) => "choose another folder: only `dedupe index` changes an index",
        Failure::OutputIsInput(_) => "choose another name: dedupe never changes its inputs",
        Failure::CompressedOutput(_) => {
            "choose a name without the extension of a compression, and compress the file afterwards"
        }
        Failure::SameOutput(_) => "give each output its own file",
        Failure::NoTemporaryFolder(_) => {
            "create the folder, name another one with --temp-dir, or leave the option out"
        }
        Failure::NotForTerminal(_) => "use -o FILE, or another --format",
        Failure::Write { error, .. } => {
            return write_hint(error).map(str::to_owned);
        }
        Failure::OtherFormat { names, .. } => {
            return Some(format!("use a name that ends in {names}"));
        }
        Failure::UnknownExtension { advice, .. } => return Some(advice.clone()),
        Failure::CorpusOnTerminal => "use -o FILE, or pipe the output into another program",
        Failure::ConfigFile { error, .. } => match error.kind() {
            io::ErrorKind::IsADirectory | io::ErrorKind::InvalidData => return None,
            _ => "check the name and the permissions of the file",
        },
        Failure::Config { .. } => "correct the file, or ignore it: dedupe --no-config",
        Failure::FoundConfig { file, .. } => {
            return Some(format!(
                "if you trust the file, name it: --config {}; to ignore it: --no-config",
                file.display()
            ));
        }
        Failure::UnknownSubcommand { .. } => "for the list, see: dedupe --help",
        Failure::SubcommandAsPath { hint, .. } => return Some(hint.clone()),
        Failure::Baseline { .. } => "create a baseline with: dedupe ./news --write-baseline FILE",
        Failure::Dictionary { .. } => {
            "create a dictionary with: dedupe ./news --write-dictionary FILE"
        }
        Failure::Index { path, error } => return index_hint(path, error),
        #[cfg(feature = "serve")]
        Failure::Serve(error) => return serve_hint(error).map(str::to_owned),
        #[cfg(feature = "serve")]
        Failure::Token { .. } => "make one with: openssl rand -hex 32 > token",
        #[cfg(not(feature = "serve"))]
        Failure::NoService => "build it with: cargo install --locked --path . --features serve",
        Failure::IndexAmongOthers(_) => "add the other archives to the index: dedupe index add",
        Failure::IndexAsInput(index) => {
            let index = index.display();
            return Some(format!(
                "for the copies among its documents: dedupe report {index} -o report.html; to compare others with it: dedupe check NEW --against {index}"
            ));
        }
        Failure::Threads(_) => "use fewer threads with --threads",
        Failure::Run(error) => return job_hint(error).map(str::to_owned),
        Failure::LabelFile { .. } => "name a file with lines such as id_a<TAB>id_b<TAB>kind",
        Failure::Labels { .. } => {
            "write each line as id_a<TAB>id_b or id<TAB>cluster; after id_b, you can add <TAB>kind"
        }
        Failure::LabelEncoding { .. } => "convert the file to UTF-8",
        Failure::UnknownLabelIds { .. } => {
            "use the ids of the report: the id field of a record, or the path of a file as given"
        }
        Failure::SavedFile { .. } | Failure::Saved { .. } | Failure::NotSavedReport { .. } => {
            "save a report with: dedupe ./news -o report.json"
        }
        Failure::SavedVersion { found, .. } if *found > SCHEMA_VERSION.into() => {
            "a newer version of dedupe saved the report; use that version"
        }
        Failure::SavedVersion { .. } => "save the report again with this version of dedupe",
    };
    Some(hint.to_owned())
}

/// The hint for a spill file that failed.
const SPILL_HINT: &str =
    "choose a folder with more space with --temp-dir, or keep more in memory with --memory";

fn job_hint(error: &Error) -> Option<&'static str> {
    match error {
        Error::UnknownDocument { .. } => Some(
            "name two files, or two ids of a report and the corpus: dedupe explain A B --in ./news",
        ),
        Error::SeveralDocuments { .. } => Some("give two ids, and name the file with --in"),
        Error::SameDocument { .. } => Some("name another document"),
        Error::DocumentUnread { .. } => {
            Some("nothing was written; try again, and do not change the inputs during the run")
        }
        Error::Spill(_) => Some(SPILL_HINT),
        Error::Write(error) => write_hint(error),
        Error::TooManyDocuments { .. } | Error::Rules(_) | Error::Cancelled => None,
    }
}

#[cfg(feature = "serve")]
fn serve_hint(error: &dedupe_serve::ServeError) -> Option<&'static str> {
    match error {
        dedupe_serve::ServeError::NoToken(_) => {
            Some("give a token with --token-file FILE, or listen on 127.0.0.1")
        }
        dedupe_serve::ServeError::Listen(..) => {
            Some("choose another address with --listen ADDRESS:PORT")
        }
        dedupe_serve::ServeError::Start(_) | dedupe_serve::ServeError::Thread => None,
    }
}

fn index_hint(path: &Path, error: &ArchiveError) -> Option<String> {
    let hint = match error {
        ArchiveError::Index(error) => match error {
            IndexError::Missing => {
                let path = path.display();
                return Some(format!("create it with: dedupe index add {path} ./news"));
            }
            IndexError::Foreign => Some(
                "name the folder of an index, before any other path; dedupe index add creates one",
            ),
            IndexError::Version { .. } => {
                Some("use the version of dedupe that made it, or rebuild it")
            }
            IndexError::Busy => Some(
                "wait until it has ended, or, if dedupe serve has the index open, send the documents to the service; one process at a time can write to an index",
            ),
            IndexError::Unfinished => Some("run the same dedupe index add again"),
            IndexError::Damaged(_) => Some("rebuild it from its documents, or restore a backup"),
            IndexError::Io(error) => index_write_hint(error),
            _ => None,
        },
        ArchiveError::Run(error) => job_hint(error),
        ArchiveError::Rules { .. } => {
            Some("leave these options out: an index keeps the rules that it was created with")
        }
        ArchiveError::OtherDictionary => Some(
            "leave --dictionary out: an index uses the dictionary that it learnt or was created with",
        ),
        ArchiveError::Dictionary(_) => Some("use the version of dedupe that made it"),
        ArchiveError::UnknownId(_) => Some("for the ids: dedupe index export INDEX | jq -r .id"),
        ArchiveError::Within => {
            Some("leave --within out, or check against the documents in place of the index")
        }
        ArchiveError::NothingRead { .. }
        | ArchiveError::Refused { .. }
        | ArchiveError::RepeatedId(_) => None,
    };
    hint.map(str::to_owned)
}

fn index_write_hint(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("free some space, and run the command again; what was stored before is complete")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some("to change an index, you need permission to write to its folder")
        }
        _ => None,
    }
}

fn write_hint(error: &io::Error) -> Option<&'static str> {
    let cause = error.get_ref();
    if cause.is_some_and(|cause| cause.is::<SpillError>()) {
        return Some(SPILL_HINT);
    }
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("free some space, or choose another place with -o; no partial report was left")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some("choose another folder, or change its permissions")
        }
        io::ErrorKind::NotFound => Some("choose another folder: this one takes no new files"),
        _ => None,
    }
}
