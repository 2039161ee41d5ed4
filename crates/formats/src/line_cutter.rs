//! Cuts a stream into chunks of whole lines, so that threads can read them independently.
//!
//! Memory: one chunk, plus one line of the maximum length. A longer line is dropped as it is read.

use crate::error::ReadError;
use crate::stream::{RawReader, Stream};
use std::io::Read;

/// A chunk of whole records.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) bytes: Vec<u8>,
    /// Number of its first line, counted from 1.
    pub(crate) line: u64,
    /// Offset of its first byte in the decompressed stream.
    pub(crate) offset: u64,
    /// Errors after its last line. An error that concerns one line has its number.
    pub(crate) errors: Vec<(Option<u64>, ReadError)>,
}

impl Chunk {
    /// A chunk without bytes, with this error.
    pub(crate) fn of_error(error: ReadError) -> Self {
        Self {
            errors: vec![(None, error)],
            ..Self::default()
        }
    }
}

/// Cuts chunks of lines off a stream until it ends or breaks.
pub(crate) struct LineCutter<R: Read = RawReader> {
    stream: Stream<R>,
    chunk_bytes: u64,
    line_limit: u64,
    /// Bytes that were read after the last cut.
    rest: Vec<u8>,
    /// Number of the first line in `rest`.
    line: u64,
    /// Offset of `rest`.
    offset: u64,
    /// The error that follows `rest`.
    pending_error: Option<ReadError>,
    /// Anything other than white space has been read.
    has_content: bool,
    ended: bool,
}

impl<R: Read> LineCutter<R> {
    /// Cuts chunks of about `chunk_bytes`. A line may have `line_limit` bytes.
    pub(crate) fn new(stream: Stream<R>, chunk_bytes: u64, line_limit: u64) -> Self {
        Self {
            stream,
            chunk_bytes: chunk_bytes.max(1),
            line_limit,
            rest: Vec::new(),
            line: 1,
            offset: 0,
            pending_error: None,
            has_content: false,
            ended: false,
        }
    }

    /// The number of input bytes on disk that have been used.
    pub(crate) fn consumed(&self) -> u64 {
        self.stream.consumed()
    }

    /// The next chunk, or `None` at the end. Uses `buffer` for its bytes.
    pub(crate) fn next_chunk(&mut self, mut buffer: Vec<u8>) -> Option<Chunk> {
        if self.ended {
            return None;
        }
        if self.offset == 0 && self.stream.is_binary_data() {
            self.ended = true;
            let found = "binary data".to_owned();
            return Some(self.chunk(Vec::new(), Some((None, ReadError::NotText(found)))));
        }
        buffer.clear();
        buffer.reserve(self.rest.len() + self.expected_bytes());
        let mut bytes = buffer;
        bytes.append(&mut self.rest);
        let mut searched = 0;
        loop {
            let have = bytes.len() as u64;
            let want = self
                .chunk_bytes
                .saturating_sub(have)
                .max(self.chunk_bytes / 2 + 1);
            let filled = match self.pending_error.take() {
                Some(error) => Err(error),
                None => self.stream.fill(&mut bytes, want),
            };
            let unsearched = bytes.get(searched..).unwrap_or_default();
            let cut = memchr::memrchr(b'\n', unsearched).map(|at| searched + at + 1);
            match (filled, cut) {
                (Ok(true), _) => return self.last(bytes),
                (Err(error), cut) => {
                    self.ended = true;
                    bytes.truncate(cut.unwrap_or(0));
                    return Some(self.chunk(bytes, Some((None, error))));
                }
                (Ok(false), Some(cut)) => {
                    self.rest
                        .extend_from_slice(bytes.get(cut..).unwrap_or_default());
                    bytes.truncate(cut);
                    return Some(self.chunk(bytes, None));
                }
                (Ok(false), None) if self.is_too_long(bytes.len()) => {
                    return Some(self.drop_line(bytes));
                }
                (Ok(false), None) => searched = bytes.len(),
            }
        }
    }

    /// One byte over the limit may be a carriage return, which does not count.
    fn is_too_long(&self, bytes: usize) -> bool {
        bytes as u64 > self.line_limit.saturating_add(1)
    }

    /// The expected size of the next chunk: less than `chunk_bytes` near the end of a file.
    fn expected_bytes(&self) -> usize {
        let coming = self.stream.remaining().unwrap_or(self.chunk_bytes);
        usize::try_from(coming.min(self.chunk_bytes)).unwrap_or(0)
    }

    /// The last chunk, or `None` if there are neither bytes nor an error to report.
    fn last(&mut self, bytes: Vec<u8>) -> Option<Chunk> {
        self.ended = true;
        let mut chunk = self.chunk(bytes, None);
        if !self.has_content {
            chunk.errors.push((None, ReadError::NoBytes));
        }
        (!chunk.bytes.is_empty() || !chunk.errors.is_empty()).then_some(chunk)
    }

    /// Skips a line that is too long. `begun` is the part that has been read.
    fn drop_line(&mut self, begun: Vec<u8>) -> Chunk {
        let limit = self.line_limit;
        let mut chunk = self.chunk(
            Vec::new(),
            Some((Some(self.line), ReadError::TooLarge { limit })),
        );
        self.has_content = true;
        self.offset += begun.len() as u64;
        self.line += 1;
        drop(begun);
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let filled = self.stream.fill(&mut bytes, self.chunk_bytes);
            if let Some(end) = memchr::memchr(b'\n', &bytes) {
                self.offset += end as u64 + 1;
                self.rest
                    .extend_from_slice(bytes.get(end + 1..).unwrap_or_default());
                // The end of the stream shows again on the next read. An error may not.
                self.pending_error = filled.err();
                return chunk;
            }
            self.offset += bytes.len() as u64;
            match filled {
                Ok(false) => {}
                Ok(true) => {
                    self.ended = true;
                    return chunk;
                }
                Err(error) => {
                    self.ended = true;
                    chunk.errors.push((None, error));
                    return chunk;
                }
            }
        }
    }

    /// A chunk of these bytes, which follow the previous chunk.
    fn chunk(&mut self, bytes: Vec<u8>, error: Option<(Option<u64>, ReadError)>) -> Chunk {
        let chunk = Chunk {
            line: self.line,
            offset: self.offset,
            errors: error.into_iter().collect(),
            bytes,
        };
        self.line += memchr::memchr_iter(b'\n', &chunk.bytes).count() as u64;
        self.offset += chunk.bytes.len() as u64;
        self.has_content = self.has_content || !chunk.bytes.trim_ascii().is_empty();
        chunk
    }
}
