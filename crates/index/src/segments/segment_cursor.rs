//! Reads the entries of a segment in order.

use super::block::BlockCursor;
use super::segment::{Reuse, Segment};
use crate::error::IndexError;
use std::sync::Arc;

/// A place in a segment.
pub(super) struct SegmentCursor {
    segment: Arc<Segment>,
    reuse: Reuse,
    groups: BlockCursor,
    blocks: Option<BlockCursor>,
    entries: Option<BlockCursor>,
}

impl SegmentCursor {
    /// The first entry with this key or a later one.
    ///
    /// # Errors
    ///
    /// The segment is damaged or cannot be read.
    pub(super) fn at(segment: Arc<Segment>, key: &[u8], reuse: Reuse) -> Result<Self, IndexError> {
        let mut cursor = Self {
            groups: BlockCursor::at(segment.root().clone(), key)?,
            segment,
            reuse,
            blocks: None,
            entries: None,
        };
        cursor.open_group(key)?;
        Ok(cursor)
    }

    /// The key and the value, which is `None` for a removed key. `None` at the end of the segment.
    pub(super) fn entry(&self) -> Option<(&[u8], Option<&[u8]>)> {
        self.entries.as_ref().and_then(BlockCursor::entry)
    }

    /// Goes to the next entry.
    ///
    /// # Errors
    ///
    /// The segment is damaged or cannot be read.
    pub(super) fn advance(&mut self) -> Result<(), IndexError> {
        let Some(entries) = &mut self.entries else {
            return Ok(());
        };
        entries.advance()?;
        if entries.entry().is_some() {
            return Ok(());
        }
        if let Some(blocks) = &mut self.blocks {
            blocks.advance()?;
        }
        self.open_block(&[])?;
        if self.entry().is_none() {
            self.groups.advance()?;
            self.open_group(&[])?;
        }
        Ok(())
    }

    fn open_group(&mut self, key: &[u8]) -> Result<(), IndexError> {
        self.blocks = match self.segment.group(&self.groups)? {
            Some(group) => Some(BlockCursor::at(
                self.segment.block(&group.page, self.reuse)?,
                key,
            )?),
            None => None,
        };
        self.open_block(key)
    }

    fn open_block(&mut self, key: &[u8]) -> Result<(), IndexError> {
        let block = self
            .blocks
            .as_ref()
            .map(|blocks| self.segment.data_block(blocks));
        self.entries = match block.transpose()?.flatten() {
            Some(block) => Some(BlockCursor::at(
                self.segment.block(&block, self.reuse)?,
                key,
            )?),
            None => None,
        };
        Ok(())
    }
}
