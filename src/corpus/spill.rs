//! The spill file: an unnamed temporary file for words and hashes that exceed the memory budget.
//!
//! The file never has a name, so nothing is left behind when the program ends, even after a crash. Values are
//! appended and never overwritten. Many threads may read and write at the same time.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

// Plain integers: the file holds the bytes that they have in memory.
pub(crate) use bytemuck::Pod;

/// The spill file could not be created, written or read.
#[derive(Clone, Debug)]
pub struct SpillError {
    /// The folder of the file. `None`: the system's temporary folder.
    pub folder: Option<PathBuf>,
    /// Size of the file in bytes, including the write that failed.
    pub written: u64,
    /// The error of the operating system. It is also the source of this error.
    pub cause: Arc<io::Error>,
}

impl fmt::Display for SpillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "cannot use the temporary file of {} bytes in ",
            self.written
        )?;
        match &self.folder {
            Some(folder) => write!(f, "{}", folder.display())?,
            None => f.write_str("the system's temporary folder")?,
        }
        write!(f, ": {}", self.cause)
    }
}

impl std::error::Error for SpillError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.cause)
    }
}

impl SpillError {
    /// The error that an error of a text store wraps.
    pub(crate) fn from_io(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(|other| Self {
            folder: None,
            written: 0,
            cause: Arc::new(other),
        })
    }
}

/// An append-only temporary file. The first write creates it.
#[derive(Debug)]
pub(crate) struct Spill {
    folder: Option<PathBuf>,
    file: OnceLock<Result<File, Arc<io::Error>>>,
    end: AtomicU64,
    #[cfg(test)]
    faults: super::faults::SpillFaults,
}

impl Spill {
    /// A spill file in `folder`, or in the system's temporary folder. Creates nothing yet.
    #[must_use]
    pub(crate) fn new(folder: Option<&Path>) -> Self {
        Self {
            folder: folder.map(Path::to_owned),
            file: OnceLock::new(),
            end: AtomicU64::new(0),
            #[cfg(test)]
            faults: super::faults::SpillFaults::default(),
        }
    }

    /// A spill file whose operations fail as `faults` specifies.
    #[cfg(test)]
    pub(crate) fn with_faults(self, faults: super::faults::SpillFaults) -> Self {
        Self { faults, ..self }
    }

    /// Appends values and returns their offset in bytes.
    ///
    /// # Errors
    ///
    /// The file could not be created or written.
    pub(crate) fn write<T: Pod>(&self, values: &[T]) -> Result<u64, SpillError> {
        let bytes: &[u8] = bytemuck::cast_slice(values);
        let offset = self.end.fetch_add(bytes.len() as u64, Relaxed);
        #[cfg(test)]
        self.faults.check().map_err(|error| self.error(error))?;
        let file = self.file.get_or_init(|| {
            let created = match &self.folder {
                Some(folder) => tempfile::tempfile_in(folder),
                None => tempfile::tempfile(),
            };
            created.map_err(Arc::new)
        });
        let file = (file.as_ref()).map_err(|error| self.error(Arc::clone(error)))?;
        write_at(file, bytes, offset).map_err(|error| self.error(error))?;
        Ok(offset)
    }

    /// Reads `length` values from an offset in bytes.
    ///
    /// # Errors
    ///
    /// Nothing was written, or the file could not be read up to the last value.
    pub(crate) fn read<T: Pod>(&self, offset: u64, length: usize) -> Result<Vec<T>, SpillError> {
        #[cfg(test)]
        self.faults.check().map_err(|error| self.error(error))?;
        let missing = || self.error(io::Error::from(io::ErrorKind::UnexpectedEof));
        let file = self.file.get().ok_or_else(missing)?;
        let file = (file.as_ref()).map_err(|error| self.error(Arc::clone(error)))?;
        let mut values = vec![T::zeroed(); length];
        read_at(file, bytemuck::cast_slice_mut(&mut values), offset)
            .map_err(|error| self.error(error))?;
        Ok(values)
    }

    fn error(&self, cause: impl Into<Arc<io::Error>>) -> SpillError {
        SpillError {
            folder: self.folder.clone(),
            written: self.end.load(Relaxed),
            cause: cause.into(),
        }
    }
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => {
                bytes = bytes.get(written..).unwrap_or_default();
                offset += written as u64;
            }
        }
    }
    Ok(())
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                bytes = bytes.get_mut(read..).unwrap_or_default();
                offset += read as u64;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_was_written() {
        let spill = Spill::new(None);
        let words: Vec<u32> = (0..1000).collect();
        let first = spill.write(&words).unwrap();
        let second = spill.write(&[7u64, 8]).unwrap();
        assert_eq!((first, second), (0, 4000));
        let found = spill.read::<u32>(first + 4 * 10, 5);
        assert_eq!(found.unwrap(), [10, 11, 12, 13, 14]);
        assert_eq!(spill.read::<u64>(second, 2).unwrap(), [7, 8]);
    }

    #[test]
    fn an_error_names_the_folder_and_no_option_of_the_command_line() {
        let folder = Path::new("/nowhere/at/all");
        let error = Spill::new(Some(folder)).write(&[1u8, 2, 3]).unwrap_err();
        assert_eq!((error.folder.as_deref(), error.written), (Some(folder), 3));
        let message = error.to_string();
        assert!(
            message.contains("/nowhere/at/all") && !message.contains("--"),
            "{message}"
        );
        let cause = std::error::Error::source(&error).unwrap();
        let cause = cause.downcast_ref::<io::Error>().unwrap();
        assert_eq!(cause.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn reading_what_was_never_written_is_an_error() {
        let spill = Spill::new(None);
        assert!(spill.read::<u8>(0, 1).is_err());
        spill.write(&[1u8]).unwrap();
        assert_eq!(spill.read::<u8>(0, 1).unwrap(), [1]);
        assert!(spill.read::<u8>(0, 2).is_err());
    }
}
