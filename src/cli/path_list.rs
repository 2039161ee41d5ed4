//! Reads a list of paths from a file.

use super::messages::Failure;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The maximum size of a list.
const MAX_LIST_BYTES: u64 = 1 << 30;

/// Fails if one of the paths that an option names does not exist. `what` they are called.
pub(crate) fn expect_there(
    paths: &[PathBuf],
    what: &'static str,
    option: &'static str,
) -> Result<(), Failure> {
    let is_missing = |path: &&PathBuf| path.as_os_str() != "-" && !path.exists();
    match paths.iter().find(is_missing) {
        Some(path) => Err(Failure::NoSuchPath {
            what,
            path: path.clone(),
            option,
        }),
        None => Ok(()),
    }
}

/// Adds the paths that `list` names to those of the command line.
///
/// Fails if there are none, if the list cannot be read, or if it and a document are standard input.
pub(crate) fn extend(
    paths: &mut Vec<PathBuf>,
    list: Option<&Path>,
    null: bool,
) -> Result<(), Failure> {
    if let Some(list) = list {
        paths.extend(read(list, null)?);
        let stdin = Path::new("-");
        if list == stdin && paths.iter().any(|path| path == stdin) {
            return Err(Failure::StdinTwice);
        }
    }
    match (paths.is_empty(), list) {
        (false, _) => Ok(()),
        (true, Some(list)) => Err(Failure::EmptyPathList(list.to_owned())),
        (true, None) => Err(Failure::NoPath),
    }
}

/// Reads the paths in `file`, one per line, or each before a NUL byte. `-` is standard input.
fn read(file: &Path, null: bool) -> Result<Vec<PathBuf>, Failure> {
    let failure = |error| Failure::PathList {
        file: file.to_owned(),
        error,
    };
    let mut bytes = Vec::new();
    let read = match file == Path::new("-") {
        true => io::stdin()
            .lock()
            .take(MAX_LIST_BYTES + 1)
            .read_to_end(&mut bytes),
        false => {
            File::open(file).and_then(|file| file.take(MAX_LIST_BYTES + 1).read_to_end(&mut bytes))
        }
    };
    read.map_err(failure)?;
    if bytes.len() as u64 > MAX_LIST_BYTES {
        return Err(failure(io::ErrorKind::FileTooLarge.into()));
    }
    paths(&bytes, null).map_err(failure)
}

fn paths(list: &[u8], null: bool) -> io::Result<Vec<PathBuf>> {
    let end = if null { 0 } else { b'\n' };
    let names = list.split(|byte| *byte == end);
    let names = names.map(|name| match null {
        true => name,
        false => name.strip_suffix(b"\r").unwrap_or(name),
    });
    let names = names.filter(|name| !name.is_empty());
    names
        .map(|name| Ok(PathBuf::from(os_string(name)?)))
        .collect()
}

#[cfg(unix)]
fn os_string(name: &[u8]) -> io::Result<OsString> {
    Ok(std::os::unix::ffi::OsStringExt::from_vec(name.to_vec()))
}

#[cfg(not(unix))]
fn os_string(name: &[u8]) -> io::Result<OsString> {
    let text = std::str::from_utf8(name);
    text.map(OsString::from)
        .map_err(|_| io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &[u8], null: bool, expected: &[&str]) {
        let expected: Vec<PathBuf> = expected.iter().map(PathBuf::from).collect();
        assert_eq!(paths(list, null).unwrap(), expected);
    }

    #[test]
    fn splits_a_list_at_line_ends_or_nul_bytes() {
        check(b"a b.txt\r\n\n./c\n", false, &["a b.txt", "./c"]);
        check(b"a\nb\0c\r\0", true, &["a\nb", "c\r"]);
        check(b"", false, &[]);
    }
}
