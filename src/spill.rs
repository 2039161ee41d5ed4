//! What does not fit in memory: an unnamed temporary file, written once and read in places.
//!
//! The file has no name from the moment it is made, so that nothing is left behind however the program
//! ends.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

// Plain integers, which stand in the file as they stand in memory.
pub use bytemuck::Pod;

/// Why the temporary file failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the temporary file of {written} bytes in {} failed: {reason}; give it more room by --temp-dir, or let \
     more stay in memory by --memory",
    folder.as_ref().map_or_else(|| "the system's temporary folder".to_owned(), |f| f.display().to_string())
)]
pub struct SpillError {
    /// The folder it was in; none for the system's own place.
    pub folder: Option<PathBuf>,
    /// Bytes that it had, or was about to have.
    pub written: u64,
    /// What the system said.
    pub reason: String,
}

/// A temporary file, made when the first bytes go there; used by many threads.
#[derive(Debug)]
pub struct Spill {
    folder: Option<PathBuf>,
    file: OnceLock<Option<File>>,
    end: AtomicU64,
    /// The first failure. Readings after it give zeros, and whoever runs the stages looks here.
    failure: OnceLock<SpillError>,
}

impl Spill {
    /// A file to come in this folder, or in the system's own place for such.
    #[must_use]
    pub fn new(folder: Option<&Path>) -> Self {
        Self {
            folder: folder.map(Path::to_owned),
            file: OnceLock::new(),
            end: AtomicU64::new(0),
            failure: OnceLock::new(),
        }
    }

    /// The first failure, if there was one.
    ///
    /// # Errors
    ///
    /// That failure.
    pub fn check(&self) -> Result<(), SpillError> {
        self.failure.get().map_or(Ok(()), |e| Err(e.clone()))
    }

    /// Appends values; the place where they stand. A failure is kept for [`Spill::check`].
    pub fn write<T: Pod>(&self, values: &[T]) -> u64 {
        let bytes: &[u8] = bytemuck::cast_slice(values);
        let at = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let made = self.file.get_or_init(|| {
            let made = match &self.folder {
                Some(folder) => tempfile::tempfile_in(folder),
                None => tempfile::tempfile(),
            };
            made.map_err(|error| self.fail(&error)).ok()
        });
        if let Some(file) = made
            && let Err(error) = write_at(file, bytes, at)
        {
            self.fail(&error);
        }
        at
    }

    /// The `len` values that stand at a place.
    pub fn read<T: Pod>(&self, at: u64, len: usize) -> Vec<T> {
        let mut values = vec![T::zeroed(); len];
        if let Some(Some(file)) = self.file.get()
            && let Err(error) = read_at(file, bytemuck::cast_slice_mut(&mut values), at)
        {
            self.fail(&error);
        }
        values
    }

    fn fail(&self, error: &io::Error) {
        self.failure.get_or_init(|| SpillError {
            folder: self.folder.clone(),
            written: self.end.load(Ordering::Relaxed),
            reason: error.to_string(),
        });
    }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, at)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => {
                bytes = bytes.get(written..).unwrap_or_default();
                at += written as u64;
            }
        }
    }
    Ok(())
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, at)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = bytes.get_mut(read..).unwrap_or_default();
                at += read as u64;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_from_where_they_went() {
        let spill = Spill::new(None);
        let words: Vec<u32> = (0..1000).collect();
        let (first, second) = (spill.write(&words), spill.write(&[7u64, 8]));
        assert_eq!((first, second), (0, 4000));
        assert_eq!(spill.read::<u32>(first + 4 * 10, 5), [10, 11, 12, 13, 14]);
        assert_eq!(spill.read::<u64>(second, 2), [7, 8]);
        assert_eq!(spill.check(), Ok(()));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let folder = Path::new("/nowhere/at/all");
        let spill = Spill::new(Some(folder));
        spill.write(&[1u8, 2, 3]);
        let error = spill.check().unwrap_err();
        assert_eq!((error.folder.as_deref(), error.written), (Some(folder), 3));
        assert!(error.to_string().contains("--temp-dir"));
    }

    #[test]
    fn reading_beyond_the_end_is_a_failure() {
        let spill = Spill::new(None);
        spill.write(&[1u8]);
        assert_eq!(spill.read::<u8>(0, 2).len(), 2);
        assert!(spill.check().is_err());
    }
}
