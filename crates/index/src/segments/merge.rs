//! Several segments as one.

use super::segment::{Reuse, Segment};
use super::segment_cursor::SegmentCursor;
use super::segment_writer::SegmentWriter;
use crate::error::IndexError;
use std::sync::Arc;

/// A place in several segments. The newest one that has a key decides about it.
pub(super) struct MergeCursor {
    /// The newest segment first.
    cursors: Vec<SegmentCursor>,
    /// The one that has the current entry.
    current: Option<usize>,
}

impl MergeCursor {
    /// The first entry with this key or a later one. `segments`: the oldest first.
    ///
    /// # Errors
    ///
    /// A segment is damaged or cannot be read.
    pub(super) fn at(
        segments: &[Arc<Segment>],
        key: &[u8],
        reuse: Reuse,
    ) -> Result<Self, IndexError> {
        let newest_first = segments.iter().rev();
        let cursors = newest_first.map(|s| SegmentCursor::at(Arc::clone(s), key, reuse));
        let mut cursor = Self {
            cursors: cursors.collect::<Result<_, _>>()?,
            current: None,
        };
        cursor.choose();
        Ok(cursor)
    }

    fn choose(&mut self) {
        let keys = self.cursors.iter().enumerate();
        let keys = keys.filter_map(|(at, cursor)| Some((cursor.entry()?.0, at)));
        // The newest of those with the same key, since it is the first.
        self.current = keys.min().map(|(_, at)| at);
    }

    /// The key and the value, which is `None` for a removed key. `None` at the end.
    pub(super) fn entry(&self) -> Option<(&[u8], Option<&[u8]>)> {
        self.current.and_then(|at| self.cursors[at].entry())
    }

    /// Goes to the next key.
    ///
    /// # Errors
    ///
    /// A segment is damaged or cannot be read.
    pub(super) fn advance(&mut self) -> Result<(), IndexError> {
        let Some(current) = self.current else {
            return Ok(());
        };
        // Older segments may have the same key.
        let (newer, older) = self.cursors.split_at_mut(current + 1);
        if let Some(decided) = newer.last_mut() {
            if let Some((key, _)) = decided.entry() {
                for cursor in older {
                    if cursor.entry().is_some_and(|(other, _)| other == key) {
                        cursor.advance()?;
                    }
                }
            }
            decided.advance()?;
        }
        self.choose();
        Ok(())
    }
}

/// Writes what segments have to a new one. `segments`: the oldest first. `has_oldest`: nothing is older than they are, so
/// removed keys need not be remembered.
///
/// # Errors
///
/// A segment is damaged or cannot be read, or the new one cannot be written.
pub(super) fn merge(
    segments: &[Arc<Segment>],
    has_oldest: bool,
    out: &mut SegmentWriter,
) -> Result<(), IndexError> {
    let mut entries = MergeCursor::at(segments, &[], Reuse::Unlikely)?;
    while let Some((key, value)) = entries.entry() {
        if value.is_some() || !has_oldest {
            out.push(key, value)?;
        }
        entries.advance()?;
    }
    Ok(())
}
