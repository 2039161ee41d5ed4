//! A segment that is open: reads its pieces.

use super::block::{Block, BlockCursor};
use super::damaged;
use super::disk::{read_at, read_if_in_memory};
use super::filter;
use super::format::{FOOTER, Footer, Group, Handle, part_seed};
use super::manifest::{SegmentEntry, segment_file};
use super::piece_cache::{Piece, PieceCache};
use crate::error::IndexError;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

/// A segment that is open. Its file stays readable if it is removed.
pub(super) struct Segment {
    entry: SegmentEntry,
    file: File,
    root: Block,
    cache: Arc<PieceCache>,
}

/// Whether pieces that are read now are likely to be read again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reuse {
    Likely,
    Unlikely,
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
        cache: Arc<PieceCache>,
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
        Ok(Self {
            root: Block::new(read_block(&file, &root)?.into())?,
            entry,
            file,
            cache,
        })
    }

    pub(super) fn entry(&self) -> SegmentEntry {
        self.entry
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// The block with the groups.
    pub(super) fn root(&self) -> &Block {
        &self.root
    }

    /// The group at a place of the root. `None` at the end.
    ///
    /// # Errors
    ///
    /// The segment is damaged.
    pub(super) fn group(&self, groups: &BlockCursor) -> Result<Option<Group>, IndexError> {
        let value = value(groups)?;
        value
            .map(|value| Group::read(value, self.entry.bytes))
            .transpose()
    }

    /// The data block at a place of an index page. `None` at the end.
    ///
    /// # Errors
    ///
    /// The segment is damaged.
    pub(super) fn data_block(&self, blocks: &BlockCursor) -> Result<Option<Handle>, IndexError> {
        let handle = value(blocks)?.map(|value| Handle::read(value, self.entry.bytes));
        Ok(handle.transpose()?.map(|(handle, _)| handle))
    }

    /// A data block or an index page.
    ///
    /// # Errors
    ///
    /// The segment is damaged or cannot be read.
    pub(super) fn block(&self, handle: &Handle, reuse: Reuse) -> Result<Block, IndexError> {
        let piece = match self.cached(handle.offset) {
            Some(piece) => piece,
            None => self.keep(handle.offset, read_block(&self.file, handle)?, reuse),
        };
        Block::new(piece)
    }

    /// A part of a filter.
    ///
    /// # Errors
    ///
    /// The segment is damaged or cannot be read.
    pub(super) fn part(&self, offset: u64) -> Result<Piece, IndexError> {
        if let Some(part) = self.cached(offset) {
            return Ok(part);
        }
        let mut part = vec![0; filter::PART];
        read_at(&self.file, &mut part, offset).map_err(cut_off)?;
        self.checked_part(offset, part)
    }

    /// A part of a filter, if it is in memory, so that nothing waits for the disk.
    ///
    /// # Errors
    ///
    /// The segment is damaged or cannot be read.
    pub(super) fn part_in_memory(&self, offset: u64) -> Result<Option<Piece>, IndexError> {
        if let Some(part) = self.cached(offset) {
            return Ok(Some(part));
        }
        let mut part = vec![0; filter::PART];
        if !read_if_in_memory(&self.file, &mut part, offset)? {
            return Ok(None);
        }
        self.checked_part(offset, part).map(Some)
    }

    fn checked_part(&self, offset: u64, part: Vec<u8>) -> Result<Piece, IndexError> {
        filter::check(&part, part_seed(self.entry.number, offset))?;
        Ok(self.keep(offset, part, Reuse::Likely))
    }

    /// Reads all parts of the filter of a group, in place of the content of `filter`.
    ///
    /// # Errors
    ///
    /// The segment is damaged or cannot be read.
    pub(super) fn read_filter(&self, group: Group, filter: &mut Vec<u8>) -> Result<(), IndexError> {
        let offsets = group.part_offsets();
        filter.resize(filter::PART * group.parts as usize, 0);
        read_at(&self.file, filter, group.part_offset(0)).map_err(cut_off)?;
        for (part, offset) in filter.chunks_exact(filter::PART).zip(offsets) {
            filter::check(part, part_seed(self.entry.number, offset))?;
        }
        Ok(())
    }

    /// True if a piece was read and is still there.
    pub(super) fn has(&self, offset: u64) -> bool {
        self.cache.has((self.entry.number, offset))
    }

    fn cached(&self, offset: u64) -> Option<Piece> {
        self.cache.get((self.entry.number, offset))
    }

    fn keep(&self, offset: u64, piece: Vec<u8>, reuse: Reuse) -> Piece {
        let piece = Piece::new(piece);
        if reuse == Reuse::Likely {
            let place = (self.entry.number, offset);
            self.cache.insert(place, Arc::clone(&piece));
        }
        piece
    }

    /// Reads the filters. All other pieces are read by a [cursor](super::segment_cursor::SegmentCursor) over all entries.
    ///
    /// # Errors
    ///
    /// The segment is damaged or cannot be read.
    pub(super) fn check_filters(&self) -> Result<(), IndexError> {
        let mut groups = BlockCursor::at(self.root.clone(), &[])?;
        let mut filter = vec![];
        while let Some(group) = self.group(&groups)? {
            self.read_filter(group, &mut filter)?;
            groups.advance()?;
        }
        Ok(())
    }
}

/// The value at a place of a root or of an index page. `None` at the end.
fn value(places: &BlockCursor) -> Result<Option<&[u8]>, IndexError> {
    match places.entry() {
        Some((_, Some(value))) => Ok(Some(value)),
        Some((_, None)) => Err(damaged("a block has no place")),
        None => Ok(None),
    }
}

fn read_block(file: &File, handle: &Handle) -> Result<Vec<u8>, IndexError> {
    let mut stored = vec![0; handle.length as usize];
    read_at(file, &mut stored, handle.offset).map_err(cut_off)?;
    handle.decode(stored)
}

fn cut_off(error: io::Error) -> IndexError {
    match error.kind() {
        ErrorKind::UnexpectedEof => damaged("a segment is cut off"),
        _ => error.into(),
    }
}
