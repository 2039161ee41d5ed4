//! What is at which place of a segment.
//!
//! A segment begins with groups. A group is some consecutive data blocks, whose entries are those of the storage, the
//! [filter](super::filter) of all their keys, and an index page. The page is a block too: it has the last key and the
//! [`Handle`] of each data block. The root block has the last key of each group and its [`Group`]. The file ends with
//! the [`Footer`].
//!
//! The checksum of a block is in its handle. That of the footer is also in the manifest, and that of a part of a filter
//! depends on its place, so each byte that is read was written for this place of this file.

use super::damaged;
use super::filter;
use crate::error::IndexError;
use crate::storage::Space;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use xxhash_rust::xxh3::xxh3_64;

const MAGIC: &[u8; 8] = b"dedupseg";
const VERSION: u32 = 3;
/// Bytes of a footer.
pub(super) const FOOTER: usize = 44;
/// LZ4 makes no more than so many bytes of one.
const MAX_RATIO: u32 = 256;

/// Where a block is, and what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Handle {
    pub(super) offset: u64,
    /// Bytes in the file.
    pub(super) length: u32,
    /// Bytes of the block before its compression with LZ4; 0 if it is not compressed.
    pub(super) raw_length: u32,
    /// XXH3 of its bytes in the file.
    checksum: [u8; 8],
}

impl Handle {
    /// The handle of a block with these bytes in the file.
    pub(super) fn new(offset: u64, stored: &[u8], raw_length: u32) -> Result<Self, IndexError> {
        let length = u32::try_from(stored.len());
        Ok(Self {
            offset,
            length: length.map_err(|_| std::io::Error::from(std::io::ErrorKind::FileTooLarge))?,
            raw_length,
            checksum: xxh3_64(stored).to_le_bytes(),
        })
    }

    /// Appends the handle to bytes.
    pub(super) fn write(&self, to: &mut Vec<u8>) -> Result<(), IndexError> {
        let mut bytes = [0; 32];
        to.extend_from_slice(postcard::to_slice(self, &mut bytes)?);
        Ok(())
    }

    /// A handle and what follows it. `file`: bytes of the file.
    pub(super) fn read(bytes: &[u8], file: u64) -> Result<(Self, &[u8]), IndexError> {
        let (handle, rest): (Self, &[u8]) = postcard::take_from_bytes(bytes)?;
        handle.check(file)?;
        Ok((handle, rest))
    }

    /// The block is in the file, and needs no more memory than its bytes can become.
    fn check(&self, file: u64) -> Result<(), IndexError> {
        let end = self.offset.checked_add(u64::from(self.length));
        let is_possible = end.is_some_and(|end| end <= file)
            && self.raw_length <= self.length.saturating_mul(MAX_RATIO);
        is_possible
            .then_some(())
            .ok_or_else(|| damaged("a block is outside of its file"))
    }

    /// The block, from its bytes in the file.
    pub(super) fn decode(&self, stored: Vec<u8>) -> Result<Vec<u8>, IndexError> {
        if xxh3_64(&stored).to_le_bytes() != self.checksum {
            return Err(damaged("a block has another checksum"));
        }
        if self.raw_length == 0 {
            return Ok(stored);
        }
        let mut raw = vec![0; self.raw_length as usize];
        match lz4_flex::block::decompress_into(&stored, &mut raw) {
            Ok(length) if length == raw.len() => Ok(raw),
            _ => Err(damaged("a block cannot be decompressed")),
        }
    }
}

/// The end of a group: its index page, and before it the parts of its filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) page: Handle,
    pub(super) parts: u32,
}

impl Group {
    /// Appends it to bytes.
    pub(super) fn write(&self, to: &mut Vec<u8>) -> Result<(), IndexError> {
        self.page.write(to)?;
        let mut bytes = [0; 5];
        to.extend_from_slice(postcard::to_slice(&self.parts, &mut bytes)?);
        Ok(())
    }

    /// From what [`write`](Self::write) appended. `file`: bytes of the file.
    pub(super) fn read(bytes: &[u8], file: u64) -> Result<Self, IndexError> {
        let (page, rest) = Handle::read(bytes, file)?;
        let group = Self {
            page,
            parts: postcard::from_bytes(rest)?,
        };
        match group.page.offset.checked_sub(group.filter_bytes()) {
            Some(_) => Ok(group),
            None => Err(damaged("a filter is outside of its file")),
        }
    }

    fn filter_bytes(&self) -> u64 {
        u64::from(self.parts) * filter::PART as u64
    }

    /// The offsets of the parts.
    pub(super) fn part_offsets(self) -> impl Iterator<Item = u64> {
        (0..u64::from(self.parts)).map(move |number| self.part_offset(number))
    }

    /// The offset of one of the parts.
    pub(super) fn part_offset(&self, number: u64) -> u64 {
        self.page.offset - self.filter_bytes() + number * filter::PART as u64
    }
}

/// The seed of the checksum of the part of a filter at this offset of a segment.
pub(super) fn part_seed(segment: u64, offset: u64) -> u64 {
    segment.rotate_left(40) ^ offset
}

/// The end of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Footer {
    pub(super) root: Handle,
}

impl Footer {
    pub(super) fn to_bytes(self) -> [u8; FOOTER] {
        let mut bytes = [0; FOOTER];
        let parts: [&[u8]; 6] = [
            MAGIC,
            &VERSION.to_le_bytes(),
            &self.root.offset.to_le_bytes(),
            &self.root.length.to_le_bytes(),
            &self.root.raw_length.to_le_bytes(),
            &self.root.checksum,
        ];
        let mut at = 0;
        for part in parts {
            bytes[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        let checksum = xxh3_64(&bytes[..at]);
        bytes[at..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// The checksum at the end of a footer.
    pub(super) fn checksum(bytes: &[u8; FOOTER]) -> u64 {
        bytes
            .last_chunk()
            .map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// The footer of a file of `file` bytes.
    pub(super) fn read(bytes: &[u8; FOOTER], file: u64) -> Result<Self, IndexError> {
        let (content, checksum) = bytes.split_at(FOOTER - 8);
        if checksum != xxh3_64(content).to_le_bytes() {
            return Err(damaged("a segment has another checksum"));
        }
        let parts = || {
            let rest = content.strip_prefix(MAGIC)?;
            let (version, rest) = rest.split_first_chunk::<4>()?;
            let (offset, rest) = rest.split_first_chunk::<8>()?;
            let (length, rest) = rest.split_first_chunk::<4>()?;
            let (raw_length, rest) = rest.split_first_chunk::<4>()?;
            let (checksum, _) = rest.split_first_chunk::<8>()?;
            let root = Handle {
                offset: u64::from_le_bytes(*offset),
                length: u32::from_le_bytes(*length),
                raw_length: u32::from_le_bytes(*raw_length),
                checksum: *checksum,
            };
            (u32::from_le_bytes(*version) == VERSION).then_some(Self { root })
        };
        let footer = parts().ok_or_else(|| damaged("a file is not a segment"))?;
        footer.root.check(file)?;
        Ok(footer)
    }
}

/// A key in a segment. Those of an archive have at most 17 bytes, and need no memory of their own.
pub(super) type EntryKey = SmallVec<[u8; 24]>;

/// The key of an entry: its space, then its key there.
pub(super) fn entry_key(space: Space, key: &[u8]) -> EntryKey {
    let mut bytes = EntryKey::new();
    bytes.push(space.code());
    bytes.extend_from_slice(key);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers_are_read_as_they_were_written_and_damaged_ones_are_refused() {
        let root = Handle::new(100, b"stored", 20).unwrap();
        let footer = Footer { root };
        let bytes = footer.to_bytes();
        assert_eq!(Footer::read(&bytes, 1000).unwrap(), footer);
        assert!(Footer::read(&bytes, 105).is_err());
        for at in 0..8 * FOOTER {
            let mut flipped = bytes;
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(Footer::read(&flipped, 1000).is_err());
        }
    }

    #[test]
    fn a_handle_cannot_ask_for_more_memory_than_its_block_can_become() {
        let handle = Handle::new(0, b"stored", 7 * MAX_RATIO).unwrap();
        let mut bytes = vec![];
        handle.write(&mut bytes).unwrap();
        assert!(Handle::read(&bytes, 1000).is_err());
        let handle = Handle::new(0, b"stored", 6).unwrap();
        assert!(handle.decode(b"stored".to_vec()).is_err());
        assert!(handle.decode(b"other!".to_vec()).is_err());
    }
}
