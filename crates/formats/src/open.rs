//! Opens files, and standard input with the copy that a second reading needs.

use crate::error::ReadError;
use crate::input::{Input, InputSource};
use crate::options::Options;
use crate::stream::{RawReader, Stream};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, OnceLock};

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
            InputSource::Stdin(copy) if options.keep_stdin => {
                let folder = options.temporary_folder.as_deref();
                copy.create(folder).map(|file| (file, Arc::clone(copy)))
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

/// The copy of standard input that a second reading needs.
#[derive(Debug, Default)]
pub(crate) struct StdinCopy {
    file: OnceLock<File>,
    /// Why there is no complete copy.
    failure: OnceLock<String>,
}

impl StdinCopy {
    /// Creates the temporary file. If that fails, standard input can be read only once.
    fn create(&self, folder: Option<&Path>) -> Option<File> {
        let created = match folder {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        };
        let both = created.and_then(|file| Ok((file.try_clone()?, file)));
        let (again, file) = both.map_err(|error| self.fail(&error)).ok()?;
        self.file.set(again).ok()?;
        Some(file)
    }

    fn fail(&self, error: &io::Error) {
        // Later failures follow from the first one.
        let _ = self.failure.set(error.to_string());
    }

    /// The copy from its start, if it is complete.
    fn reopen(&self) -> Result<File, ReadError> {
        if let Some(failure) = self.failure.get() {
            return Err(ReadError::StdinCopy(failure.clone()));
        }
        let mut copy = (self.file.get())
            .ok_or(ReadError::NoStdinCopy)?
            .try_clone()?;
        copy.seek(SeekFrom::Start(0))?;
        Ok(copy)
    }
}

/// The raw bytes of a file, or of the copy of standard input, from the start.
pub(crate) fn reopen_raw(input: &Input) -> Result<File, ReadError> {
    match input.source() {
        InputSource::File(path) => open_regular(path),
        InputSource::Stdin(copy) => copy.reopen(),
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
    copy: Option<(File, Arc<StdinCopy>)>,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if let (Some((file, copy)), Some(bytes)) = (&mut self.copy, buffer.get(..read))
            && let Err(error) = file.write_all(bytes)
        {
            copy.fail(&error);
            self.copy = None;
        }
        Ok(read)
    }
}
