//! Opens files, and standard input with the copy that a second reading needs.

use crate::error::ReadError;
use crate::input::{Input, InputSource};
use crate::options::Options;
use crate::stream::{RawReader, Stream};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::OnceLock;

/// What messages call documents in memory, which are never opened.
const IN_MEMORY: &str = "documents in memory";

impl Stream {
    /// Opens a file or standard input. Standard input is copied if [`Options::keep_stdin`] is set.
    pub(crate) fn open(input: &Input, options: &Options) -> Result<Self, ReadError> {
        match input.source() {
            InputSource::File(path) => Self::of(Box::new(open_regular(path)?), input),
            InputSource::Stdin(_) => Self::of_stdin(io::stdin(), input, options),
            InputSource::Memory(_) => Err(ReadError::NotRegular(IN_MEMORY)),
        }
    }

    /// A stream in place of standard input.
    pub(crate) fn of_stdin(
        inner: impl Read + Send + 'static,
        input: &Input,
        options: &Options,
    ) -> Result<Self, ReadError> {
        let copy = match input.source() {
            InputSource::Stdin(stdin_copy) if options.keep_stdin => {
                new_copy(stdin_copy, options.temporary_folder.as_deref())
            }
            _ => None,
        };
        Self::of(Box::new(Tee { inner, copy }), input)
    }

    /// Opens a file, or the copy of standard input, for a second reading.
    pub(crate) fn reopen(input: &Input) -> Result<Self, ReadError> {
        Self::of(Box::new(reopen_raw(input)?), input)
    }

    fn of(reader: RawReader, input: &Input) -> Result<Self, ReadError> {
        Self::new(reader, input.promised_compression, input.size())
    }
}

/// Creates a temporary file for the copy of standard input and stores a handle in `stdin_copy`. Returns
/// `None` if that fails; then standard input can be read only once.
fn new_copy(stdin_copy: &OnceLock<File>, folder: Option<&Path>) -> Option<File> {
    let copy = match folder {
        Some(folder) => tempfile::tempfile_in(folder),
        None => tempfile::tempfile(),
    };
    let copy = copy.ok()?;
    stdin_copy.set(copy.try_clone().ok()?).ok()?;
    Some(copy)
}

/// The raw bytes of a file, or of the copy of standard input, from the start.
pub(crate) fn reopen_raw(input: &Input) -> Result<File, ReadError> {
    match input.source() {
        InputSource::File(path) => open_regular(path),
        InputSource::Stdin(stdin_copy) => {
            let mut copy = stdin_copy
                .get()
                .ok_or(ReadError::NoStdinCopy)?
                .try_clone()?;
            copy.seek(SeekFrom::Start(0))?;
            Ok(copy)
        }
        InputSource::Memory(_) => Err(ReadError::NotRegular(IN_MEMORY)),
    }
}

/// Opens a regular file. Never blocks, even if a pipe has replaced the file since it was listed.
fn open_regular(path: &Path) -> Result<File, ReadError> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOCTTY,
    );
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(ReadError::NotRegular("something else"))
    }
}

/// Copies what is read through it, until writing the copy fails.
struct Tee<R> {
    inner: R,
    copy: Option<File>,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let copied = match (&mut self.copy, buffer.get(..read)) {
            (Some(copy), Some(bytes)) => copy.write_all(bytes).is_ok(),
            _ => true,
        };
        if !copied {
            self.copy = None;
        }
        Ok(read)
    }
}
