//! Reads a segment.

use super::block::{Block, BlockCursor};
use super::block_cache::BlockCache;
use super::damaged;
use super::disk::{read_at, will_read};
use super::filter;
use super::format::{FOOTER, Footer, Handle};
use super::manifest::{SegmentEntry, segment_file};
use crate::error::IndexError;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

/// A segment that is open. Its file stays readable if it is removed.
pub(super) struct Segment {
    entry: SegmentEntry,
    file: File,
    root: Arc<Block>,
    cache: Arc<BlockCache>,
}

/// What a segment says about a key.
pub(super) enum Found<'b> {
    Value(&'b [u8]),
    Removed,
}

impl Segment {
    /// Opens a segment of the folder of a store.
    ///
    /// # Errors
    ///
    /// [`IndexError::Io`] with `NotFound` if there is no such file, or it is damaged or cannot be read.
    pub(super) fn open(
        folder: &Path,
        entry: SegmentEntry,
        cache: Arc<BlockCache>,
    ) -> Result<Self, IndexError> {
        let file = File::open(folder.join(segment_file(entry.number)))?;
        let bytes = file.metadata()?.len();
        let footer_at = bytes.checked_sub(FOOTER as u64);
        let footer_at = footer_at.filter(|_| bytes == entry.bytes);
        let footer_at = footer_at.ok_or_else(|| damaged("a segment has another length"))?;
        let mut footer = [0; FOOTER];
        read_at(&file, &mut footer, footer_at)?;
        if Footer::checksum(&footer) != entry.checksum {
            return Err(damaged("a segment is not the one that it should be"));
        }
        let root = Footer::read(&footer, bytes)?.root;
        let root = Arc::new(read_block(&file, &root)?);
        Ok(Self {
            entry,
            file,
            root,
            cache,
        })
    }

    pub(super) fn entry(&self) -> SegmentEntry {
        self.entry
    }

    fn block(&self, handle: &Handle, reuse: Reuse) -> Result<Arc<Block>, IndexError> {
        let place = (self.entry.number, handle.offset);
        if let Some(block) = self.cache.get(place) {
            return Ok(block);
        }
        let block = Arc::new(read_block(&self.file, handle)?);
        if reuse == Reuse::Likely {
            self.cache.insert(place, Arc::clone(&block));
        }
        Ok(block)
    }

    /// Lets the system fetch the index pages for keys in order, all at the same time, if they are several.
    ///
    /// # Errors
    ///
    /// The segment is damaged.
    pub(super) fn expect<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k [u8]>,
    ) -> Result<(), IndexError> {
        let mut keys = keys.into_iter();
        let Some(first) = keys.next() else {
            return Ok(());
        };
        let mut pages = BlockCursor::at(Arc::clone(&self.root), first)?;
        // The first page is read at once.
        let mut last = self.child(&pages)?.map(|(page, _)| page);
        for key in keys {
            pages.seek(key)?;
            let page = self.child(&pages)?.map(|(page, _)| page);
            if let Some(page) = page.filter(|_| page != last)
                && !self.cache.has((self.entry.number, page.offset))
            {
                will_read(&self.file, page.offset, page.length);
            }
            last = page;
        }
        Ok(())
    }

    /// The child of a root or of an index page at a place, and what follows its handle. `None` at the end.
    fn child<'c>(&self, parent: &'c BlockCursor) -> Result<Option<(Handle, &'c [u8])>, IndexError> {
        match parent.entry() {
            Some((_, Some(value))) => Ok(Some(Handle::read(value, self.entry.bytes)?)),
            Some((_, None)) => Err(damaged("a block has no place")),
            None => Ok(None),
        }
    }
}

/// Looks up keys, each of which follows the one before. Neighbours share what is read for them.
pub(super) struct Lookup<'s> {
    segment: &'s Segment,
    /// At the page that has the last key, if any has.
    pages: BlockCursor,
    /// In that page, at the data block that has the key.
    blocks: Option<BlockCursor>,
    /// In the data block that was read last, and the offset of the block.
    entries: Option<(u64, BlockCursor)>,
}

impl<'s> Lookup<'s> {
    /// Begins before a key.
    ///
    /// # Errors
    ///
    /// The segment is damaged.
    pub(super) fn new(segment: &'s Segment, key: &[u8]) -> Result<Self, IndexError> {
        Ok(Self {
            pages: BlockCursor::at(Arc::clone(&segment.root), key)?,
            segment,
            blocks: None,
            entries: None,
        })
    }

    /// What the segment says about a key; `None` if nothing. `hash`: of the key.
    ///
    /// # Errors
    ///
    /// The segment is damaged or cannot be read.
    pub(super) fn get(&mut self, key: &[u8], hash: u64) -> Result<Option<Found<'_>>, IndexError> {
        self.find_block(key)?;
        let child = self
            .blocks
            .as_ref()
            .map(|blocks| self.segment.child(blocks));
        let Some((handle, filter)) = child.transpose()?.flatten() else {
            return Ok(None);
        };
        if !filter::may_have(filter, hash) {
            return Ok(None);
        }
        match &mut self.entries {
            Some((offset, entries)) if *offset == handle.offset => entries.seek(key)?,
            other => {
                let block = self.segment.block(&handle, Reuse::Likely)?;
                *other = Some((handle.offset, BlockCursor::at(block, key)?));
            }
        }
        let entries = self.entries.as_ref();
        let entry = entries.and_then(|(_, entries)| entries.entry());
        let entry = entry.filter(|(found, _)| *found == key);
        Ok(entry.map(|(_, value)| value.map_or(Found::Removed, Found::Value)))
    }

    /// Goes to the data block that has a key, if any has.
    fn find_block(&mut self, key: &[u8]) -> Result<(), IndexError> {
        let precedes = |cursor: &BlockCursor| cursor.entry().is_some_and(|(last, _)| last < key);
        if precedes(&self.pages) {
            self.pages.seek(key)?;
            self.blocks = None;
        }
        match &mut self.blocks {
            Some(blocks) => blocks.seek(key)?,
            None => {
                if let Some((page, _)) = self.segment.child(&self.pages)? {
                    let page = self.segment.block(&page, Reuse::Likely)?;
                    self.blocks = Some(BlockCursor::at(page, key)?);
                }
            }
        }
        Ok(())
    }
}

fn read_block(file: &File, handle: &Handle) -> Result<Block, IndexError> {
    let mut stored = vec![0; handle.length as usize];
    read_at(file, &mut stored, handle.offset).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => damaged("a segment is cut off"),
        _ => error.into(),
    })?;
    Block::new(handle.decode(stored)?)
}

/// Whether blocks that are read now are likely to be read again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reuse {
    Likely,
    Unlikely,
}

/// A place in a segment.
pub(super) struct SegmentCursor {
    segment: Arc<Segment>,
    reuse: Reuse,
    pages: BlockCursor,
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
            pages: BlockCursor::at(Arc::clone(&segment.root), key)?,
            segment,
            reuse,
            blocks: None,
            entries: None,
        };
        cursor.open_page(key)?;
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
            self.pages.advance()?;
            self.open_page(&[])?;
        }
        Ok(())
    }

    fn open_page(&mut self, key: &[u8]) -> Result<(), IndexError> {
        self.blocks = match self.segment.child(&self.pages)? {
            Some((page, _)) => Some(BlockCursor::at(
                self.segment.block(&page, self.reuse)?,
                key,
            )?),
            None => None,
        };
        self.open_block(key)
    }

    fn open_block(&mut self, key: &[u8]) -> Result<(), IndexError> {
        let child = self
            .blocks
            .as_ref()
            .map(|blocks| self.segment.child(blocks));
        self.entries = match child.transpose()?.flatten() {
            Some((block, _)) => Some(BlockCursor::at(
                self.segment.block(&block, self.reuse)?,
                key,
            )?),
            None => None,
        };
        Ok(())
    }
}
