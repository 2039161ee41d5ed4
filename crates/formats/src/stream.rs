//! A stream of decompressed bytes. The content decides whether it is compressed; the name is only a hint.

use crate::compression::{Compression, Decompressor};
use crate::decode::is_binary;
use crate::error::ReadError;
use crate::file_head::HEAD_BYTES;
use crate::format;
use std::io::{self, Cursor, Read};

/// The number of bytes to request from a decoder at a time.
const DECOMPRESS_STEP: u64 = 256 << 10;

/// The source of a stream.
pub(crate) type RawReader = Box<dyn Read + Send>;

/// A stream of decompressed bytes.
pub(crate) struct Stream<R: Read = RawReader> {
    reader: Reader<R>,
    /// The first bytes, read in advance. They are removed as they are returned.
    head: Vec<u8>,
    /// The error that follows the head.
    pending_error: Option<io::Error>,
    /// The full error behind the last failure of [`Read::read`], which can return only an I/O error kind.
    #[cfg(feature = "archives")]
    failure: Option<ReadError>,
    /// The number of bytes returned so far.
    produced: u64,
    /// The size of the file when it was listed. Fewer bytes mean that the file has shrunk.
    expected: Option<u64>,
    /// The bytes are not compressed, and are neither text nor the start of a record.
    is_binary_data: bool,
}

enum Reader<R: Read> {
    /// Not compressed.
    Plain(R),
    Compressed(
        Compression,
        Box<Decompressor<io::Chain<Cursor<Vec<u8>>, R>>>,
    ),
}

impl<R: Read> Stream<R> {
    /// Opens a stream. `promised_compression` is what the name says, `size` is the size of the file when
    /// it was listed.
    ///
    /// # Errors
    ///
    /// Fails if reading fails, or if the name promises compressed data and the content is neither that
    /// nor text.
    pub(crate) fn new(
        mut reader: R,
        promised_compression: Option<Compression>,
        size: Option<u64>,
    ) -> Result<Self, ReadError> {
        let (head, pending_error) = read_head(&mut reader);
        let compression = Compression::by_content(&head);
        if pending_error.is_none()
            && compression.is_none()
            && format::by_content(&head).is_none()
            && let Some(promised_compression) = promised_compression
        {
            promised_compression.check_uncompressed(&head)?;
        }
        let Some(compression) = compression else {
            return Ok(Self {
                is_binary_data: is_binary(&head) && !begins_like_a_record(&head),
                reader: Reader::Plain(reader),
                head,
                pending_error,
                #[cfg(feature = "archives")]
                failure: None,
                produced: 0,
                expected: size,
            });
        };
        if let Some(pending_error) = pending_error {
            return Err(pending_error.into());
        }
        let mut reader = Decompressor::new(compression, Cursor::new(head).chain(reader))?;
        let (head, pending_error) = read_head(&mut reader);
        Ok(Self {
            reader: Reader::Compressed(compression, Box::new(reader)),
            head,
            pending_error,
            #[cfg(feature = "archives")]
            failure: None,
            produced: 0,
            expected: None,
            is_binary_data: false,
        })
    }

    /// The first bytes, up to [`HEAD_BYTES`]. Call this before reading anything.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Appends up to `want` bytes to `buffer`. Returns true at the end of the stream. On error, the bytes
    /// before the error have been appended.
    pub(crate) fn fill(&mut self, buffer: &mut Vec<u8>, want: u64) -> Result<bool, ReadError> {
        let before = buffer.len();
        let rest = want - self.give_head(buffer, want);
        let result = if rest == 0 {
            Ok(())
        } else if let Some(pending_error) = self.pending_error.take() {
            Err(pending_error)
        } else {
            match &mut self.reader {
                Reader::Plain(reader) => reader.take(rest).read_to_end(buffer).map(drop),
                Reader::Compressed(_, reader) => decompress(reader, buffer, rest),
            }
        };
        let came = (buffer.len() - before) as u64;
        self.produced += came;
        result.map_err(|error| self.error(error))?;
        if came == want {
            return Ok(false);
        }
        match self.expected {
            Some(expected) if self.produced < expected => Err(ReadError::Shrunk {
                expected,
                found: self.produced,
            }),
            _ => Ok(true),
        }
    }

    /// Appends up to `want` bytes of the head and returns their number.
    fn give_head(&mut self, buffer: &mut Vec<u8>, want: u64) -> u64 {
        let count = usize::try_from(want).map_or(self.head.len(), |want| want.min(self.head.len()));
        buffer.extend(self.head.drain(..count));
        count as u64
    }

    /// Skips `count` bytes. Returns false if there are fewer.
    pub(crate) fn skip(&mut self, count: u64) -> bool {
        let given = self.give_head(&mut Vec::new(), count);
        let rest = count - given;
        let skipped = match &mut self.reader {
            Reader::Plain(reader) => io::copy(&mut reader.take(rest), &mut io::sink()),
            Reader::Compressed(_, reader) => io::copy(&mut reader.take(rest), &mut io::sink()),
        };
        self.produced += given + skipped.as_ref().map_or(0, |skipped| *skipped);
        skipped.is_ok_and(|skipped| skipped == rest)
    }

    /// The number of input bytes on disk that have been used.
    pub(crate) fn consumed(&self) -> u64 {
        match &self.reader {
            Reader::Plain(_) => self.produced,
            Reader::Compressed(_, reader) => reader.consumed(),
        }
    }

    /// The number of bytes that are left, if it is known.
    pub(crate) fn remaining(&self) -> Option<u64> {
        self.expected.map(|size| size.saturating_sub(self.produced))
    }

    /// True if the input is compressed.
    pub(crate) fn is_compressed(&self) -> bool {
        matches!(self.reader, Reader::Compressed(..))
    }

    /// After an error, moves to the next gzip member. Returns false if there is none.
    #[cfg(feature = "warc")]
    pub(crate) fn resume(&mut self) -> bool {
        match &mut self.reader {
            Reader::Plain(_) => false,
            Reader::Compressed(_, reader) => reader.resume(),
        }
    }

    /// True if the content is binary data of an unknown kind.
    pub(crate) fn is_binary_data(&self) -> bool {
        self.is_binary_data
    }

    /// Takes the full error behind the last failure of [`Read::read`].
    #[cfg(feature = "archives")]
    pub(crate) fn failure(&mut self) -> Option<ReadError> {
        self.failure.take()
    }

    fn error(&self, error: io::Error) -> ReadError {
        match &self.reader {
            Reader::Plain(_) => ReadError::from(error),
            Reader::Compressed(compression, _) => compression.error(error),
        }
    }
}

#[cfg(feature = "archives")]
impl<R: Read> Read for Stream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.head.is_empty() {
            let count = buffer.len().min(self.head.len());
            for (to, from) in buffer.iter_mut().zip(self.head.drain(..count)) {
                *to = from;
            }
            return Ok(count);
        }
        let read = match (self.pending_error.take(), &mut self.reader) {
            (Some(pending_error), _) => Err(pending_error),
            (None, Reader::Plain(reader)) => read_some(reader, buffer),
            (None, Reader::Compressed(_, reader)) => read_some(reader, buffer),
        };
        read.map_err(|error| {
            let kind = error.kind();
            self.failure = Some(self.error(error));
            io::Error::from(kind)
        })
    }
}

/// Appends up to `want` decompressed bytes in large steps. `Read::read_to_end` takes small steps, which
/// halve the speed of the decoders.
fn decompress(reader: &mut impl Read, buffer: &mut Vec<u8>, want: u64) -> io::Result<()> {
    let mut left = want;
    while left > 0 {
        let begin = buffer.len();
        let step = left.min(DECOMPRESS_STEP);
        buffer.resize(begin + step as usize, 0);
        let read = read_some(reader, buffer.get_mut(begin..).unwrap_or_default());
        buffer.truncate(begin + read.as_ref().map_or(0, |read| *read));
        match read? {
            0 => break,
            read => left -= read as u64,
        }
    }
    Ok(())
}

/// Reads the first bytes, and the error that follows them.
fn read_head(reader: &mut impl Read) -> (Vec<u8>, Option<io::Error>) {
    let mut head = vec![0; HEAD_BYTES];
    let mut filled = 0;
    // Never request 0 bytes: tar takes an empty read for the end of the member.
    let pending_error = loop {
        match head.get_mut(filled..) {
            None | Some([]) => break None,
            Some(unfilled) => match read_some(reader, unfilled) {
                Ok(0) => break None,
                Ok(read) => filled += read,
                Err(error) => break Some(error),
            },
        }
    };
    head.truncate(filled);
    (head, pending_error)
}

/// Reads once, and retries if a signal interrupts the call.
fn read_some(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

fn begins_like_a_record(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    head.trim_ascii_start().starts_with(b"{")
}
