//! Cuts a stream into runs that a format reads independently, as its shape asks for.

use crate::format::Shape;
use crate::line_cutter::{Chunk, LineCutter};
use crate::stream::{RawReader, Stream};
#[cfg(feature = "warc")]
use crate::warc::RecordCutter;
use std::io::Read;

/// What cuts a stream of one shape.
pub(crate) enum Cutter<R: Read = RawReader> {
    Lines(LineCutter<R>),
    #[cfg(feature = "warc")]
    Records(RecordCutter<R>),
}

impl<R: Read> Cutter<R> {
    /// Cuts runs of about `run_bytes`; a record may have `limit` bytes. A stream that must be seen whole
    /// is given back.
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

    /// Bytes of the input on disk that were used up.
    pub(crate) fn consumed(&self) -> u64 {
        match self {
            Self::Lines(lines) => lines.consumed(),
            #[cfg(feature = "warc")]
            Self::Records(records) => records.consumed(),
        }
    }

    /// The next run, its bytes in this room where they are cut off a larger whole; none at the end.
    pub(crate) fn next_chunk(&mut self, buffer: Vec<u8>) -> Option<Chunk> {
        match self {
            Self::Lines(lines) => lines.next_chunk(buffer),
            #[cfg(feature = "warc")]
            Self::Records(records) => records.next_chunk(),
        }
    }
}
