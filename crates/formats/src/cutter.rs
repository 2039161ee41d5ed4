//! Cuts a stream into chunks that a format can read independently.

use crate::format::Shape;
use crate::line_cutter::{Chunk, LineCutter};
use crate::stream::{RawReader, Stream};
#[cfg(feature = "warc")]
use crate::warc::RecordCutter;
use std::io::Read;

/// The cutter for the shape of a format.
pub(crate) enum Cutter<R: Read = RawReader> {
    Lines(LineCutter<R>),
    #[cfg(feature = "warc")]
    Records(RecordCutter<R>),
}

impl<R: Read> Cutter<R> {
    /// Cuts chunks of about `chunk_bytes`. A record may have `limit` bytes. Returns the stream unchanged
    /// if the format needs the whole file.
    pub(crate) fn new(
        shape: Shape,
        stream: Stream<R>,
        chunk_bytes: u64,
        limit: u64,
    ) -> Result<Self, Stream<R>> {
        match shape {
            Shape::Whole => Err(stream),
            Shape::Lines => Ok(Self::Lines(LineCutter::new(stream, chunk_bytes, limit))),
            #[cfg(feature = "warc")]
            Shape::WarcRecords => Ok(Self::Records(RecordCutter::new(stream, limit))),
        }
    }

    /// The number of input bytes on disk that have been used.
    pub(crate) fn consumed(&self) -> u64 {
        match self {
            Self::Lines(lines) => lines.consumed(),
            #[cfg(feature = "warc")]
            Self::Records(records) => records.consumed(),
        }
    }

    /// The next chunk, or `None` at the end. Uses `buffer` for its bytes if it must copy them.
    pub(crate) fn next_chunk(&mut self, buffer: Vec<u8>) -> Option<Chunk> {
        match self {
            Self::Lines(lines) => lines.next_chunk(buffer),
            #[cfg(feature = "warc")]
            Self::Records(records) => records.next_chunk(),
        }
    }
}
