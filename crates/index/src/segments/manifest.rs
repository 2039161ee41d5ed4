//! The manifest of a store: which segments there are. It is replaced as a whole, so a reader finds the one before or the
//! one after a change.

use super::damaged;
use super::disk::Disk;
use crate::error::IndexError;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

const FILE: &str = "manifest";
const NEW_FILE: &str = "manifest.new";
const SEGMENT: &str = ".segment";
const MAGIC: &[u8; 8] = b"dedupman";
const VERSION: u32 = 1;
/// Bytes of a manifest at most. One of a million segments has fewer.
const MAX_BYTES: u64 = 32 << 20;

/// A segment as the manifest knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SegmentEntry {
    /// Its number, which no other segment of the store ever has.
    pub(super) number: u64,
    /// Bytes of its file.
    pub(super) bytes: u64,
    /// The checksum of its footer.
    pub(super) checksum: u64,
}

/// The state of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoreManifest {
    /// The number of the next segment.
    pub(super) next: u64,
    /// The segments, the oldest first.
    pub(super) segments: Vec<SegmentEntry>,
}

impl StoreManifest {
    /// Reads the manifest of a folder.
    ///
    /// # Errors
    ///
    /// It is missing, damaged, or cannot be read.
    pub(super) fn read(folder: &Path) -> Result<Self, IndexError> {
        let file = File::open(folder.join(FILE)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => damaged("its manifest is missing"),
            _ => error.into(),
        })?;
        let mut bytes = vec![];
        file.take(MAX_BYTES).read_to_end(&mut bytes)?;
        let content = || {
            let (content, checksum) = bytes.split_last_chunk::<8>()?;
            let is_whole = xxh3_64(content).to_le_bytes() == *checksum;
            let content = content.strip_prefix(MAGIC)?;
            let content = content.strip_prefix(&VERSION.to_le_bytes())?;
            is_whole.then_some(content)
        };
        let content = content().ok_or_else(|| damaged("its manifest is damaged"))?;
        let (read, rest): (Self, &[u8]) = postcard::take_from_bytes(content)?;
        match rest.is_empty() && read.segments.iter().all(|entry| entry.number < read.next) {
            true => Ok(read),
            false => Err(damaged("its manifest is damaged")),
        }
    }

    /// Writes this manifest to a new file. Makes that durable, and the entries of new segments in the folder. Nothing has
    /// changed until [`replace`].
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(super) fn prepare(&self, disk: &dyn Disk, folder: &Path) -> Result<(), IndexError> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&postcard::to_stdvec(self)?);
        bytes.extend_from_slice(&xxh3_64(&bytes).to_le_bytes());
        let mut file = disk.create(&folder.join(NEW_FILE))?;
        file.write_all(&bytes)?;
        file.sync()?;
        Ok(disk.sync_folder(folder)?)
    }

    /// True for a file of a store that an interrupted writer left.
    pub(super) fn is_leftover(&self, name: &str) -> bool {
        let number = name.strip_suffix(SEGMENT).and_then(|n| n.parse().ok());
        let is_named = |number: u64| self.segments.iter().any(|entry| entry.number == number);
        name == NEW_FILE || number.is_some_and(|number| !is_named(number))
    }
}

/// Puts the manifest that was prepared in the place of the one before. It is durable when this returns.
///
/// # Errors
///
/// A file operation failed. Either manifest may be there then.
pub(super) fn replace(disk: &dyn Disk, folder: &Path) -> Result<(), IndexError> {
    disk.rename(&folder.join(NEW_FILE), &folder.join(FILE))?;
    Ok(disk.sync_folder(folder)?)
}

/// The name of the file of a segment.
pub(super) fn segment_file(number: u64) -> String {
    format!("{number:08}{SEGMENT}")
}

#[cfg(test)]
mod tests {
    use super::super::disk::SystemDisk;
    use super::*;
    use std::fs;

    #[test]
    fn only_a_whole_manifest_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert!(StoreManifest::read(folder).is_err());
        let segment = |number| SegmentEntry {
            number,
            bytes: 1 << 40,
            checksum: 7,
        };
        let manifest = StoreManifest {
            next: 300,
            segments: vec![segment(3), segment(299)],
        };
        manifest.prepare(&SystemDisk, folder).unwrap();
        assert!(StoreManifest::read(folder).is_err());
        replace(&SystemDisk, folder).unwrap();
        assert_eq!(StoreManifest::read(folder).unwrap(), manifest);
        let whole = fs::read(folder.join(FILE)).unwrap();
        for at in 0..whole.len() {
            fs::write(folder.join(FILE), &whole[..at]).unwrap();
            assert!(StoreManifest::read(folder).is_err());
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                fs::write(folder.join(FILE), flipped).unwrap();
                assert!(StoreManifest::read(folder).is_err());
            }
        }
    }

    #[test]
    fn only_files_of_a_store_are_leftovers() {
        let segment = SegmentEntry {
            number: 3,
            bytes: 0,
            checksum: 0,
        };
        let manifest = StoreManifest {
            next: 4,
            segments: vec![segment],
        };
        for (name, is_leftover) in [
            (&*segment_file(3), false),
            (&segment_file(2), true),
            ("manifest.new", true),
            ("manifest", false),
            ("lock", false),
            ("notes.segment", false),
        ] {
            assert_eq!(manifest.is_leftover(name), is_leftover, "{name}");
        }
    }
}
