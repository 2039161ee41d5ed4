//! The folder of an index: a file that says what it is, and the storage.

use crate::error::IndexError;
use crate::segments::{Access, LOCK, SegmentStorage, lock, sync_folder};
use same_file::Handle;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The format that this version of the program writes and reads.
pub(crate) const FORMAT: &str = "9";
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
            return match (is_empty(path)?, path.join(UNFINISHED).is_file()) {
                (true, _) => Err(IndexError::Missing),
                (_, true) => Err(IndexError::Unfinished),
                // Another process has finished it meanwhile.
                _ if is_index(path) => open_folder(path, access, cache),
                _ => Err(IndexError::Foreign),
            };
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

/// True for a folder without entries, false also if there is no folder.
fn is_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// A folder in which only this process creates an index. If it creates none, the folder is left as it was, as far as that is
/// possible.
#[derive(Debug)]
pub struct Claim {
    path: PathBuf,
    /// True if the folder did not exist.
    is_new: bool,
    /// The lock of the storage. `None` once that is created.
    lock: Option<File>,
}

/// Claims a folder for a new index. It must not exist, or be empty, or come from an interrupted creation. `None` if it is an
/// index already.
///
/// # Errors
///
/// The folder holds something else, another process has claimed it, or it cannot be written.
pub fn claim_folder(path: &Path) -> Result<Option<Claim>, IndexError> {
    let is_new = match fs::create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
        created => created.is_ok(),
    };
    let (unfinished, store) = (path.join(UNFINISHED), path.join(STORE));
    let was_empty = is_empty(path).inspect_err(|_| {
        if is_new {
            let _ = fs::remove_dir(path);
        }
    })?;
    if !was_empty && !unfinished.is_file() {
        return match is_index(path) {
            true => Ok(None),
            // Another process has just given up its claim.
            false if !path.exists() || is_empty(path)? => Err(IndexError::Busy),
            false => Err(IndexError::Foreign),
        };
    }
    let claim = || {
        if was_empty {
            let mut options = File::options();
            options.create(true).append(true).open(&unfinished)?;
        }
        match fs::create_dir(&store) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        lock(&store)
    };
    let lock = match claim() {
        Err(IndexError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
            return Err(IndexError::Busy);
        }
        claimed => claimed?,
    };
    if is_index(path) {
        return Ok(None);
    }
    if !is_lock_of(&lock, &store)? {
        return Err(IndexError::Busy);
    }
    let claim = Claim {
        path: path.to_owned(),
        is_new,
        lock: Some(lock),
    };
    // A killed process may have left half of it.
    let mut marker = File::create(unfinished)?;
    writeln!(marker, "{MARKER_TEXT}{FORMAT}")?;
    marker.sync_all()?;
    sync_folder(path)?;
    Ok(Some(claim))
}

impl Claim {
    /// Creates the storage of the index. The folder becomes an index with [`finish_folder`].
    ///
    /// # Errors
    ///
    /// The folder cannot be written.
    pub fn create(mut self, cache: u64) -> Result<SegmentStorage, IndexError> {
        let store = self.path.join(STORE);
        for entry in fs::read_dir(&store)? {
            let entry = entry?;
            if entry.file_name() != LOCK {
                fs::remove_file(entry.path())?;
            }
        }
        match self.lock.take() {
            Some(lock) => SegmentStorage::create(lock, &store, cache),
            None => Err(IndexError::Busy),
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // The store has more than its lock if an earlier creation was interrupted. That one stays.
        let store = self.path.join(STORE);
        if let Some(_lock) = &self.lock
            && fs::read_dir(&store).is_ok_and(|entries| entries.count() == 1)
            && fs::remove_file(store.join(LOCK)).is_ok()
            && fs::remove_dir(store).is_ok()
            && fs::remove_file(self.path.join(UNFINISHED)).is_ok()
            && self.is_new
        {
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// True if a lock is that of a store now. Another process may have removed the file before it was locked.
fn is_lock_of(lock: &File, store: &Path) -> io::Result<bool> {
    let own = Handle::from_file(lock.try_clone()?)?;
    match Handle::from_path(store.join(LOCK)) {
        Ok(current) => Ok(own == current),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes an index of a claimed folder whose archive has begun.
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
        let interrupted = claim(&path).create(CACHE).unwrap();
        assert!(matches!(claim_folder(&path), Err(IndexError::Busy)));
        drop(interrupted);
        // What a killed process leaves may be in any state.
        for entry in fs::read_dir(path.join(STORE)).unwrap() {
            fs::write(entry.unwrap().path(), "x").unwrap();
        }
        fs::write(path.join(UNFINISHED), "").unwrap();
        assert!(matches!(
            open_folder(&path, Access::Read, CACHE),
            Err(IndexError::Unfinished)
        ));
        assert!(!is_index(&path));
        let storage = claim(&path).create(CACHE).unwrap();
        finish_folder(&path).unwrap();
        assert!(is_index(&path));
        assert!(claim_folder(&path).unwrap().is_none());
        drop(storage);
        drop(open_folder(&path, Access::Read, CACHE).unwrap());
    }

    fn claim(path: &Path) -> Claim {
        claim_folder(path).unwrap().expect("it is an index")
    }

    #[test]
    fn one_process_at_a_time_claims_a_folder_and_nothing_stays_of_a_claim_that_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.idx");
        let first = claim(&path);
        assert!(matches!(claim_folder(&path), Err(IndexError::Busy)));
        drop(first);
        assert!(!path.exists());
        // The folder of the user stays.
        fs::create_dir(&path).unwrap();
        drop(claim(&path));
        assert!(is_empty(&path).unwrap());
        drop(claim(&path).create(CACHE).unwrap());
        assert!(path.join(UNFINISHED).is_file());
    }

    #[test]
    fn other_folders_and_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes"), "x").unwrap();
        for path in [folder.path(), &folder.path().join("notes")] {
            assert!(matches!(claim_folder(path), Err(IndexError::Foreign)));
            assert!(matches!(
                open_folder(path, Access::Read, CACHE),
                Err(IndexError::Foreign)
            ));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// A run that could open no more files said that another process was writing to the index.
    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_read_is_named_as_such() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("loop");
        std::os::unix::fs::symlink(&path, &path).unwrap();
        assert!(matches!(claim_folder(&path), Err(IndexError::Io(_))));
    }
}
