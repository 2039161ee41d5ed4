//! The folder of an index: a file that says what it is, and the storage.

use crate::error::IndexError;
use crate::fjall_storage::FjallStorage;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

/// The format that this version of the program writes and reads.
pub(crate) const FORMAT: &str = "1";
/// The file that makes a folder an index.
const MARKER: &str = "dedupe-index";
/// What the marker says before the format.
const MARKER_TEXT: &str = "index of dedupe, format ";
/// The folder of the storage.
const STORE: &str = "store";

/// True if a path is the folder of an index, of any format.
#[must_use]
pub fn is_index(path: &Path) -> bool {
    path.join(MARKER).is_file()
}

/// Opens the storage of an index. `cache`: bytes for blocks that were read.
///
/// # Errors
///
/// The path is missing or an empty folder, or it holds no index, one of another format, one that another process uses, or a damaged one.
pub fn open_folder(path: &Path, cache: u64) -> Result<FjallStorage, IndexError> {
    if !path.exists() {
        return Err(IndexError::Missing);
    }
    let marker = match File::open(path.join(MARKER)) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => {
            return Err(match is_empty(path) {
                true => IndexError::Missing,
                false => IndexError::Foreign,
            });
        }
        Err(error) => return Err(error.into()),
    };
    let mut text = String::new();
    if marker.take(256).read_to_string(&mut text).is_err() {
        return Err(IndexError::Foreign);
    }
    let format = text
        .trim_end()
        .strip_prefix(MARKER_TEXT)
        .ok_or(IndexError::Foreign)?;
    if format != FORMAT {
        return Err(IndexError::Version {
            found: format.to_owned(),
        });
    }
    if !path.join(STORE).is_dir() {
        return Err(IndexError::missing_value("its store"));
    }
    FjallStorage::open(&path.join(STORE), cache)
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Creates the folder of an index, which must not exist or be empty, and opens its storage.
///
/// # Errors
///
/// The folder holds something, or it cannot be written.
pub fn create_folder(path: &Path, cache: u64) -> Result<FjallStorage, IndexError> {
    match fs::read_dir(path).map(|mut entries| entries.next().is_none()) {
        Ok(true) => {}
        Ok(false) => return Err(IndexError::Foreign),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(path)?,
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(IndexError::Foreign);
        }
        Err(error) => return Err(error.into()),
    }
    fs::create_dir(path.join(STORE))?;
    let mut marker = File::create_new(path.join(MARKER))?;
    writeln!(marker, "{MARKER_TEXT}{FORMAT}")?;
    marker.sync_all()?;
    #[cfg(unix)]
    File::open(path)?.sync_all()?;
    FjallStorage::open(&path.join(STORE), cache)
}
