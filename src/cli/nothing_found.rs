//! Why a run found no document: what a walk of its paths leaves out.

use dedupe_formats::{self as formats, Input, Options, Walk};
use dedupe_report::Fault;
use dedupe_report::escape::format_fault;
use std::path::PathBuf;

/// Paths that a message names, at most.
const NAMED_PATHS: usize = 3;

/// Says that a run over these paths read nothing, and why. `skipped`: its faults. `ignored`: how many files and records of kinds
/// without documents it met, if that is known.
pub(crate) fn nothing_read(
    paths: &[PathBuf],
    options: &Options,
    skipped: &[Fault],
    ignored: Option<u64>,
) -> String {
    match skipped.first() {
        Some(first) => unread(first),
        None => {
            let walk = formats::walk(paths, options);
            let reason = reason(paths, &walk, ignored.unwrap_or(walk.ignored));
            format!("no documents found: {reason}")
        }
    }
}

/// Says why no document was read from these paths, in a run that also read others and reported these faults.
pub(crate) fn no_documents(paths: &[PathBuf], options: &Options, skipped: &[Fault]) -> String {
    let walk = formats::walk(paths, options);
    match skipped.iter().find(|fault| is_of(&walk, fault)) {
        Some(first) => unread(first),
        None => reason(paths, &walk, walk.ignored),
    }
}

fn unread(first: &Fault) -> String {
    format!("no document could be read; {}", format_fault(first))
}

/// True if a walk met the file of a fault. A file that another path leads to as well may have the name that it has there,
/// such as `./a.txt` in the folder `.`.
fn is_of(walk: &Walk, fault: &Fault) -> bool {
    let plain = fault.path.trim_start_matches("./");
    has_met(walk, plain) || has_met(walk, &format!("./{plain}"))
}

fn has_met(walk: &Walk, path: &str) -> bool {
    // The path of a member of an archive file begins with that of the file.
    let before = walk.inputs.partition_point(|input| input.path() <= path);
    let file = before.checked_sub(1).and_then(|at| walk.inputs.get(at));
    file.map(Input::path)
        .is_some_and(|file| path.starts_with(file))
        || walk.skipped.iter().any(|skipped| skipped.path == path)
}

fn reason(paths: &[PathBuf], walk: &Walk, ignored: u64) -> String {
    match (walk.filtered, ignored, walk.hidden) {
        (1, _, _) => "1 file or folder was left out by --include or --exclude".to_owned(),
        (2.., _, _) => format!(
            "{} files and folders were left out by --include or --exclude",
            walk.filtered
        ),
        (_, 1, _) => "1 file or record of another kind was ignored; to read a file as text, name it on the command line".to_owned(),
        (_, 2.., _) => format!(
            "{ignored} files or records of other kinds were ignored; to read a file as text, name it on the command line"
        ),
        (_, _, 1) => "1 hidden file or folder was ignored; to read it, use --hidden".to_owned(),
        (_, _, 2..) => format!(
            "{} hidden files and folders were ignored; to read them, use --hidden",
            walk.hidden
        ),
        (0, 0, 0) => format!("there are no files in {}", named(paths)),
    }
}

/// The first paths, for a message.
pub(crate) fn named(paths: &[PathBuf]) -> String {
    let shown = paths.iter().take(NAMED_PATHS);
    let mut shown: Vec<String> = shown.map(|path| path.display().to_string()).collect();
    if paths.len() > NAMED_PATHS {
        shown.push(format!("{} more", paths.len() - NAMED_PATHS));
    }
    match shown.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => shown.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_three_paths() {
        let of = |count: usize| {
            let paths: Vec<PathBuf> = (1..=count).map(|n| format!("p{n}").into()).collect();
            named(&paths)
        };
        let expected = ["p1", "p1 and p2", "p1, p2 and p3", "p1, p2, p3 and 2 more"];
        assert_eq!([of(1), of(2), of(3), of(5)], expected);
    }
}
