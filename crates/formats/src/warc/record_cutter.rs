//! Cuts a WARC stream into records, so that threads can read them independently. After a damaged record
//! it searches for the next one.
//!
//! Only the length of a record is parsed here. Memory: one record.

use crate::error::ReadError;
use crate::line_cutter::Chunk;
use crate::stream::Stream;
use std::io::Read;

/// The maximum size of a record header.
pub(crate) const HEADER_BYTES: usize = 64 << 10;

/// The number of bytes to request from the stream at a time.
const STEP: u64 = 256 << 10;

/// The first bytes of every record.
const MAGIC: &[u8] = b"WARC/";

/// Cuts records off a stream until it ends or breaks.
pub(crate) struct RecordCutter<R: Read> {
    stream: Stream<R>,
    limit: u64,
    /// Bytes that were read after the last record.
    rest: Vec<u8>,
    /// Offset of `rest` in the decompressed stream.
    offset: u64,
    /// The stream has no bytes after `rest`.
    is_drained: bool,
    /// The error that follows `rest`.
    stream_error: Option<ReadError>,
    has_records: bool,
}

impl<R: Read> RecordCutter<R> {
    /// Cuts records whose content may have `limit` bytes.
    pub(crate) fn new(stream: Stream<R>, limit: u64) -> Self {
        Self {
            stream,
            limit,
            rest: Vec::new(),
            offset: 0,
            is_drained: false,
            stream_error: None,
            has_records: false,
        }
    }

    /// The number of input bytes on disk that have been used.
    pub(crate) fn consumed(&self) -> u64 {
        self.stream.consumed()
    }

    /// The next record or the error in its place, or `None` at the end.
    pub(crate) fn next_chunk(&mut self) -> Option<Chunk> {
        self.skip_line_ends();
        self.fill_to(MAGIC.len());
        if self.rest.is_empty() {
            return self.finish();
        }
        self.has_records = true;
        if !self.rest.starts_with(MAGIC) {
            return Some(self.skip_to_next_record(
                "expected `WARC/` at the start of a record, found other bytes",
            ));
        }
        let Some(header) = self.header() else {
            return Some(self.skip_to_next_record("its header has no end within 64 KiB"));
        };
        let Some(length) = content_length(self.rest.get(..header).unwrap_or_default()) else {
            return Some(self.skip_to_next_record("its header states no valid `Content-Length`"));
        };
        if length > self.limit.saturating_add(HEADER_BYTES as u64) {
            return Some(self.pass_over(header as u64, length));
        }
        let whole = header + usize::try_from(length).unwrap_or(usize::MAX);
        self.fill_to(whole);
        if self.rest.len() < whole {
            return Some(self.truncated_record());
        }
        Some(self.take_chunk(whole, None))
    }

    /// Reads until `rest` has this many bytes, or the stream ends.
    fn fill_to(&mut self, bytes: usize) {
        while self.rest.len() < bytes && !self.is_drained {
            let missing = (bytes - self.rest.len()) as u64;
            match self.stream.fill(&mut self.rest, missing.max(STEP)) {
                Ok(ended) => self.is_drained = ended,
                Err(error) => (self.is_drained, self.stream_error) = (true, Some(error)),
            }
        }
    }

    /// Removes the first `bytes` of `rest`. Returns them, or the error if there is one.
    fn take_chunk(&mut self, bytes: usize, error: Option<ReadError>) -> Chunk {
        let bytes = bytes.min(self.rest.len());
        let after = self.rest.split_off(bytes);
        let taken = std::mem::replace(&mut self.rest, after);
        let offset = self.offset;
        self.offset += bytes as u64;
        Chunk {
            bytes: if error.is_none() { taken } else { Vec::new() },
            line: 1,
            offset,
            errors: error.map(|error| (None, error)).into_iter().collect(),
        }
    }

    fn bad_record(&self, detail: &str) -> ReadError {
        ReadError::BadRecord {
            offset: self.offset,
            detail: detail.to_owned(),
        }
    }

    /// Skips the line ends between records. Their number varies.
    fn skip_line_ends(&mut self) {
        loop {
            self.fill_to(1);
            let is_end = |byte: &&u8| matches!(**byte, b'\r' | b'\n');
            let ends = self.rest.iter().take_while(is_end).count();
            self.rest.drain(..ends);
            self.offset += ends as u64;
            if ends == 0 || !self.rest.is_empty() {
                return;
            }
        }
    }

    /// The length of the header, including the empty line at its end.
    fn header(&mut self) -> Option<usize> {
        self.fill_to(HEADER_BYTES);
        let head = self.rest.get(..HEADER_BYTES).unwrap_or(&self.rest);
        let end = |mark: &[u8]| memchr::memmem::find(head, mark).map(|at| at + mark.len());
        [end(b"\r\n\r\n"), end(b"\n\n")].into_iter().flatten().min()
    }

    /// Skips to the next bytes that look like a record.
    fn skip_to_next_record(&mut self, detail: &str) -> Chunk {
        let bad_record = self.bad_record(detail);
        let mut from = 1;
        loop {
            let found =
                memchr::memmem::find(self.rest.get(from..).unwrap_or_default(), b"\nWARC/1.");
            if let Some(at) = found {
                return self.take_chunk(from + at + 1, Some(bad_record));
            }
            if self.is_drained {
                return self.take_chunk(usize::MAX, Some(bad_record));
            }
            // The mark may straddle the bytes read so far and the next ones.
            let keep = self.rest.len().min(8);
            let dropped = self.rest.len() - keep;
            self.rest.drain(..dropped);
            self.offset += dropped as u64;
            from = usize::from(dropped == 0);
            self.fill_to(keep + 1);
        }
    }

    /// Skips a record that is too long.
    fn pass_over(&mut self, header: u64, length: u64) -> Chunk {
        let limit = self.limit;
        let whole = header.saturating_add(length);
        let have = self.rest.len() as u64;
        if whole <= have {
            return self.take_chunk(whole as usize, Some(ReadError::TooLarge { limit }));
        }
        let skipped = !self.is_drained && self.stream.skip(whole - have);
        self.is_drained |= !skipped;
        let mut chunk = self.take_chunk(usize::MAX, Some(ReadError::TooLarge { limit }));
        if !skipped {
            chunk.errors.push((None, ReadError::Truncated("WARC")));
        }
        self.offset = chunk.offset.saturating_add(whole);
        chunk
    }

    /// The stream ends within the record. Either it was cut off, or the stated length is wrong and other
    /// records follow.
    fn truncated_record(&mut self) -> Chunk {
        let detail = "the data ends before the stated length of the record";
        match self.stream_error.take() {
            None => self.skip_to_next_record(detail),
            Some(stream_error) => {
                let bad_record = self.bad_record(detail);
                let mut chunk = self.take_chunk(usize::MAX, Some(bad_record));
                self.resume(&stream_error);
                chunk.errors.push((None, stream_error));
                chunk
            }
        }
    }

    /// After damage in one gzip member, continues with the next. Most web archives have one member per
    /// record.
    fn resume(&mut self, stream_error: &ReadError) {
        let damaged = matches!(stream_error, ReadError::Corrupt { .. });
        self.is_drained = !(damaged && self.stream.resume());
    }

    /// The item at the end of the stream, if there is anything to report.
    fn finish(&mut self) -> Option<Chunk> {
        if let Some(stream_error) = self.stream_error.take() {
            self.has_records = true;
            self.resume(&stream_error);
            return Some(Chunk::of_error(stream_error));
        }
        (!std::mem::replace(&mut self.has_records, true))
            .then(|| Chunk::of_error(ReadError::NoBytes))
    }
}

/// The value of `Content-Length`.
fn content_length(header: &[u8]) -> Option<u64> {
    header.split(|byte| *byte == b'\n').find_map(|line| {
        let at = memchr::memchr(b':', line)?;
        let name = line.get(..at)?.trim_ascii();
        let value = std::str::from_utf8(line.get(at + 1..)?.trim_ascii()).ok()?;
        name.eq_ignore_ascii_case(b"content-length")
            .then(|| value.parse().ok())
            .flatten()
    })
}
