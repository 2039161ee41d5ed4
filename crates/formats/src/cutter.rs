//! Cuts a stream into runs that a format reads independently, as its shape asks for.

use crate::format::Shape;
use crate::lines::{Lines, Run};
use crate::stream::{Raw, Stream};
#[cfg(feature = "warc")]
use crate::warc::Records;
use std::io::Read;

/// What cuts a stream of one shape.
pub(crate) enum Cutter<R: Read = Raw> {
    Lines(Lines<R>),
    #[cfg(feature = "warc")]
    Records(Records<R>),
}

impl<R: Read> Cutter<R> {
    /// Cuts runs of about `run_bytes`; a record may have `limit` bytes. A stream that must be seen whole
    /// is given back.
    pub(crate) fn new(
        shape: Shape,
        stream: Stream<R>,
        run_bytes: u64,
        limit: u64,
    ) -> Result<Self, Stream<R>> {
        match shape {
            Shape::Whole => Err(stream),
            Shape::Lines => Ok(Self::Lines(Lines::new(stream, run_bytes, limit))),
            #[cfg(feature = "warc")]
            Shape::WarcRecords => Ok(Self::Records(Records::new(stream, limit))),
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
    pub(crate) fn next_run(&mut self, room: Vec<u8>) -> Option<Run> {
        match self {
            Self::Lines(lines) => lines.next_run(room),
            #[cfg(feature = "warc")]
            Self::Records(records) => records.next_run(),
        }
    }
}
