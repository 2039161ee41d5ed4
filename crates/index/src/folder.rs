//! The folder of an index: a file that says what it is, and the storage.

use crate::error::IndexError;
use crate::segments::{Access, SegmentStorage, lock, sync_folder};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

/// The format that this version of the program writes and reads.
pub(crate) const FORMAT: &str = "3";
/// The file that makes a folder an index.
const MARKER: &str = "dedupe-index";
/// The name of that file until the archive has begun.
const UNFINISHED: &str = "dedupe-index.new";
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
/// The path is missing or an empty folder, or it holds no index, one of another format, or a damaged one; for writing also
/// one that another process writes to, or that this one may not change.
pub fn open_folder(path: &Path, access: Access, cache: u64) -> Result<SegmentStorage, IndexError> {
    if !path.exists() {
        return Err(IndexError::Missing);
    }
    let marker = match File::open(path.join(MARKER)) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => {
            return Err(match (is_empty(path), path.join(UNFINISHED).is_file()) {
                (true, _) => IndexError::Missing,
                (_, true) => IndexError::Unfinished,
                _ => IndexError::Foreign,
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
    SegmentStorage::open(&path.join(STORE), access, cache)
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

/// Creates the folder of an index, which must not exist, or be empty, or come from an interrupted creation. Opens its
/// storage. The folder becomes an index with [`finish_folder`].
///
/// # Errors
///
/// The folder holds something else, another process is creating it, or it cannot be written.
pub fn create_folder(path: &Path, cache: u64) -> Result<SegmentStorage, IndexError> {
    let store = path.join(STORE);
    if path.join(UNFINISHED).is_file() && !is_index(path) {
        // Another process may be at work. If none is, what it left is of no use.
        if store.exists() {
            drop(lock(&store)?);
            fs::remove_dir_all(&store)?;
        }
    } else {
        match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !is_empty(path) => {
                return Err(IndexError::Foreign);
            }
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        let mut marker = File::create_new(path.join(UNFINISHED))?;
        writeln!(marker, "{MARKER_TEXT}{FORMAT}")?;
        marker.sync_all()?;
    }
    fs::create_dir(&store)?;
    sync_folder(path)?;
    SegmentStorage::create(&store, cache)
}

/// Makes an index of a folder whose archive has begun.
///
/// # Errors
///
/// The folder cannot be written.
pub fn finish_folder(path: &Path) -> Result<(), IndexError> {
    fs::rename(path.join(UNFINISHED), path.join(MARKER))?;
    Ok(sync_folder(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CACHE: u64 = 1 << 20;

    #[test]
    fn an_interrupted_creation_is_begun_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.idx");
        assert!(matches!(
            open_folder(&path, Access::Read, CACHE),
            Err(IndexError::Missing)
        ));
        fs::create_dir(&path).unwrap();
        assert!(matches!(
            open_folder(&path, Access::Read, CACHE),
            Err(IndexError::Missing)
        ));
        let interrupted = create_folder(&path, CACHE).unwrap();
        assert!(matches!(create_folder(&path, CACHE), Err(IndexError::Busy)));
        drop(interrupted);
        // What a killed process leaves may be in any state.
        for entry in fs::read_dir(path.join(STORE)).unwrap() {
            let entry = entry.unwrap().path();
            if entry.is_file() {
                fs::write(entry, "x").unwrap();
            }
        }
        assert!(matches!(
            open_folder(&path, Access::Read, CACHE),
            Err(IndexError::Unfinished)
        ));
        assert!(!is_index(&path));
        drop(create_folder(&path, CACHE).unwrap());
        finish_folder(&path).unwrap();
        assert!(is_index(&path));
        drop(open_folder(&path, Access::Read, CACHE).unwrap());
        assert!(matches!(
            create_folder(&path, CACHE),
            Err(IndexError::Foreign)
        ));
    }

    #[test]
    fn other_folders_and_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes"), "x").unwrap();
        for path in [folder.path(), &folder.path().join("notes")] {
            assert!(matches!(
                create_folder(path, CACHE),
                Err(IndexError::Foreign)
            ));
            assert!(matches!(
                open_folder(path, Access::Read, CACHE),
                Err(IndexError::Foreign)
            ));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
