//! Temporary files with a name. They are removed even if a signal ends the run.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::NamedTempFile;

/// Paths of the temporary files that exist now.
static EXISTING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn existing() -> MutexGuard<'static, Vec<PathBuf>> {
    EXISTING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is removed when this value is dropped or a signal ends the run.
#[derive(Debug)]
pub(crate) struct TemporaryFile {
    file: NamedTempFile,
}

impl TemporaryFile {
    /// Registers the file that `create` creates. A signal is handled only after the file is registered.
    pub(crate) fn new(create: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<Self> {
        let mut existing = existing();
        let file = create()?;
        existing.push(file.path().to_owned());
        Ok(Self { file })
    }

    pub(crate) fn file(&self) -> &File {
        self.file.as_file()
    }

    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Renames the file to `target` and replaces any file there.
    pub(crate) fn persist(self, target: &Path) -> io::Result<()> {
        // Holds the lock until the old name is gone, so that a signal never removes a finished file.
        let mut existing = existing();
        let path = self.file.path().to_owned();
        self.file.persist(target)?;
        existing.retain(|known| *known != path);
        Ok(())
    }
}

/// Removes all temporary files before the process ends. While the caller holds the result, no file can
/// be created or renamed.
pub(crate) fn remove_all() -> impl Sized {
    remove_where(|_| true)
}

fn remove_where(is_wanted: impl Fn(&Path) -> bool) -> MutexGuard<'static, Vec<PathBuf>> {
    let existing = existing();
    for path in existing.iter().filter(|path| is_wanted(path)) {
        // The file may be gone already.
        let _ = fs::remove_file(path);
    }
    existing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_unfinished_files_and_keeps_finished_ones() {
        let folder = tempfile::tempdir().unwrap();
        let create = || TemporaryFile::new(|| NamedTempFile::new_in(folder.path())).unwrap();
        let (unfinished, finished) = (create(), create());
        let target = folder.path().join("report.json");
        finished.persist(&target).unwrap();
        assert!(unfinished.path().exists());
        // Other tests have temporary files at the same time.
        drop(remove_where(|path| path.starts_with(folder.path())));
        assert!(!unfinished.path().exists());
        assert!(target.exists());
    }
}
