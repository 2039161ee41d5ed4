//! Writes a segment.

use super::block::{BlockBuilder, number};
use super::damaged;
use super::disk::{Disk, NewFile};
use super::filter;
use super::format::{Footer, Group, Handle, part_seed};
use super::manifest::{SegmentEntry, segment_file};
use crate::error::IndexError;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Bytes of a data block before its compression, unless one entry has more.
const BLOCK: usize = 4 << 10;
/// Bytes from which an index page ends.
const PAGE: usize = 8 << 10;
/// Bytes that are written at a time.
const BUFFER: usize = 1 << 20;

/// A segment that is being written. It is of no use until [`SegmentWriter::finish`] returns.
pub(super) struct SegmentWriter {
    number: u64,
    file: BlockFile,
    data: BlockBuilder,
    /// Hashes of the keys of the group.
    hashes: Vec<u64>,
    page: BlockBuilder,
    root: BlockBuilder,
    entries: u64,
    /// The value of a data block or of a group.
    value: Vec<u8>,
}

impl SegmentWriter {
    /// Begins a segment in the folder of a store.
    pub(super) fn new(disk: &dyn Disk, folder: &Path, number: u64) -> Result<Self, IndexError> {
        let file = disk.create(&folder.join(segment_file(number)))?;
        Ok(Self {
            number,
            file: BlockFile {
                out: BufWriter::with_capacity(BUFFER, file),
                offset: 0,
                compressed: vec![],
            },
            data: BlockBuilder::default(),
            hashes: vec![],
            page: BlockBuilder::default(),
            root: BlockBuilder::default(),
            entries: 0,
            value: vec![],
        })
    }

    /// Appends an entry. Its key must follow the one before.
    ///
    /// # Errors
    ///
    /// It does not, or the file cannot be written.
    pub(super) fn push(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), IndexError> {
        if self.entries > 0 && self.data.last() >= key {
            return Err(damaged("keys are not in order"));
        }
        let bytes = key.len() + value.map_or(0, <[u8]>::len);
        // A block has entries of one space.
        let is_full = self.data.len() + bytes > BLOCK || self.data.last().first() != key.first();
        if !self.data.is_empty() && is_full {
            self.end_block()?;
        }
        self.data.push(key, value)?;
        self.hashes.push(filter::hash(key));
        self.entries += 1;
        Ok(())
    }

    fn end_block(&mut self) -> Result<(), IndexError> {
        let file = &mut self.file;
        let handle = self.data.finish(|bytes| file.write(bytes))?;
        self.value.clear();
        handle.write(&mut self.value)?;
        self.page.push(self.data.last(), Some(&self.value))?;
        if self.page.len() >= PAGE {
            self.end_group()?;
        }
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), IndexError> {
        let file = &mut self.file;
        let filter_at = file.offset;
        let parts = filter::build(&self.hashes, |part| {
            part_seed(self.number, filter_at + (part * filter::PART) as u64)
        });
        self.hashes.clear();
        for part in &parts {
            file.append(part)?;
        }
        let group = Group {
            page: self.page.finish(|bytes| file.write(bytes))?,
            parts: number(parts.len())?,
        };
        self.value.clear();
        group.write(&mut self.value)?;
        self.root.push(self.page.last(), Some(&self.value))
    }

    /// Completes the segment and makes its content durable. `None` if it has no entry; its file is of no use then.
    pub(super) fn finish(mut self) -> Result<Option<SegmentEntry>, IndexError> {
        if self.entries == 0 {
            return Ok(None);
        }
        self.end_block()?;
        if !self.page.is_empty() {
            self.end_group()?;
        }
        let file = &mut self.file;
        let footer = Footer {
            root: self.root.finish(|bytes| file.write(bytes))?,
        };
        let footer = footer.to_bytes();
        file.out.write_all(&footer)?;
        file.out.flush()?;
        file.out.get_mut().sync()?;
        Ok(Some(SegmentEntry {
            number: self.number,
            bytes: file.offset + footer.len() as u64,
            checksum: Footer::checksum(&footer),
        }))
    }
}

/// A file of blocks.
struct BlockFile {
    out: BufWriter<Box<dyn NewFile>>,
    offset: u64,
    /// Memory for compressed blocks.
    compressed: Vec<u8>,
}

impl BlockFile {
    /// Writes a block, compressed if that saves an eighth.
    fn write(&mut self, raw: &[u8]) -> Result<Handle, IndexError> {
        let most = lz4_flex::block::get_maximum_output_size(raw.len());
        if self.compressed.len() < most {
            self.compressed.resize(most, 0);
        }
        let compressed = lz4_flex::block::compress_into(raw, &mut self.compressed);
        let compressed = compressed.ok().filter(|length| *length < raw.len() / 8 * 7);
        let raw_length = u32::try_from(raw.len()).ok();
        let (stored, raw_length) = match compressed.zip(raw_length) {
            Some((length, raw_length)) => (&self.compressed[..length], raw_length),
            None => (raw, 0),
        };
        let handle = Handle::new(self.offset, stored, raw_length)?;
        self.out.write_all(stored)?;
        self.offset += stored.len() as u64;
        Ok(handle)
    }

    /// Writes bytes as they are.
    fn append(&mut self, bytes: &[u8]) -> Result<(), IndexError> {
        self.out.write_all(bytes)?;
        self.offset += bytes.len() as u64;
        Ok(())
    }
}
