//! Temporary files that nothing leaves behind, an interrupted run neither.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::NamedTempFile;

/// The temporary files that are there now.
static THERE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn there() -> MutexGuard<'static, Vec<PathBuf>> {
    THERE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file that is gone when this is dropped, or when the run is interrupted.
#[derive(Debug)]
pub(crate) struct Temporary {
    file: NamedTempFile,
}

impl Temporary {
    /// The file that `make` makes. An interruption waits until it is known.
    pub(crate) fn new(make: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<Self> {
        let mut there = there();
        let file = make()?;
        there.push(file.path().to_owned());
        Ok(Self { file })
    }

    pub(crate) fn file(&self) -> &File {
        self.file.as_file()
    }

    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives it its final name, in place of what has that name.
    pub(crate) fn persist(self, target: &Path) -> io::Result<()> {
        // Held until the name is gone, so that an interruption finds either file whole.
        let mut there = there();
        let path = self.file.path().to_owned();
        self.file.persist(target)?;
        there.retain(|known| *known != path);
        Ok(())
    }
}

/// Removes them all, for the end of the process: none can be made, and none renamed, while the result
/// is held.
pub(crate) fn remove_all() -> impl Sized {
    let there = there();
    for path in there.iter() {
        // One that is gone already is what is wanted.
        let _ = fs::remove_file(path);
    }
    there
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_leaves_finished_files_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let make = || Temporary::new(|| NamedTempFile::new_in(folder.path())).unwrap();
        let (unfinished, finished) = (make(), make());
        let target = folder.path().join("report.json");
        finished.persist(&target).unwrap();
        assert!(unfinished.path().exists());
        drop(remove_all());
        assert!(!unfinished.path().exists());
        assert!(target.exists());
    }
}
