//! Line numbers of records in a file that is read whole.

use crate::Location;
use crate::format::Context;
use std::ops::Range;

/// Counts the lines up to one record after the other.
pub(crate) struct LineCounter<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl<'a> LineCounter<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    /// The location of a range that begins at or after the previous one.
    pub(crate) fn location(&mut self, range: Range<usize>, context: &Context<'_>) -> Location {
        let skipped = self.text.as_bytes().get(self.at..range.start);
        let line_ends = skipped.map_or(0, |bytes| memchr::memchr_iter(b'\n', bytes).count());
        self.line += line_ends as u64;
        self.at = range.start;
        context.location(Some(self.line), range.start, range.len())
    }
}
