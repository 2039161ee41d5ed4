//! The storage of segments in a folder: snapshots for readers, and the one writer.

use super::damaged;
use super::disk::{Disk, SystemDisk};
use super::format::entry_key;
use super::lookup::{Found, Sought, find};
use super::manifest::{self, StoreManifest, segment_file};
use super::merge::{MergeCursor, merge};
use super::piece_cache::PieceCache;
use super::segment::{Reuse, Segment};
use super::segment_writer::SegmentWriter;
use super::tiers::{self, Ratio};
use crate::error::IndexError;
use crate::storage::{Space, Storage, ValueVisitor, Visitor, Write};
use rayon::prelude::*;
use std::fs::{self, File, TryLockError};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// The file that the writer locks.
pub(crate) const LOCK: &str = "lock";
/// Segments from which a commit merges some before it returns.
const MANY: usize = if cfg!(test) { 4 } else { 48 };

/// What an index is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading. It sees the index as it was when it was opened, and waits for nobody.
    Read,
    /// Reading and writing. One process at a time.
    Write,
}

/// The segments of a state, the oldest first.
type Segments = Arc<[Arc<Segment>]>;

/// A [`Storage`] in a folder.
pub struct SegmentStorage {
    folder: PathBuf,
    cache: Arc<PieceCache>,
    current: RwLock<Segments>,
    writer: Option<Writer>,
}

/// What only the writer has.
struct Writer {
    disk: Arc<dyn Disk>,
    state: Mutex<State>,
    /// Held while segments are merged. Commits go on meanwhile.
    merging: Mutex<()>,
    /// Locked as long as it is open.
    _lock: File,
}

struct State {
    manifest: StoreManifest,
    /// It is not known which manifest is on disk, since replacing it failed.
    is_unknown: bool,
}

impl SegmentStorage {
    /// Creates an empty storage in a folder. `lock`: that of the folder. `cache`: bytes for blocks that were read.
    pub(crate) fn create(lock: File, folder: &Path, cache: u64) -> Result<Self, IndexError> {
        let disk = Arc::new(SystemDisk);
        StoreManifest::default().prepare(&*disk, folder)?;
        manifest::replace(&*disk, folder)?;
        Self::with_lock(lock, disk, folder, cache)
    }

    /// Opens the storage in a folder. `cache`: bytes for blocks that were read.
    ///
    /// # Errors
    ///
    /// Another process has it open for writing too, its files are damaged, or it cannot be read or written.
    pub fn open(folder: &Path, access: Access, cache: u64) -> Result<Self, IndexError> {
        match access {
            Access::Read => {
                let cache = Arc::new(PieceCache::new(cache));
                let (_, segments) = read(folder, &cache)?;
                Ok(Self::of_segments(folder, cache, segments))
            }
            Access::Write => Self::open_on(Arc::new(SystemDisk), folder, cache),
        }
    }

    pub(super) fn open_on(
        disk: Arc<dyn Disk>,
        folder: &Path,
        cache: u64,
    ) -> Result<Self, IndexError> {
        Self::with_lock(lock(folder)?, disk, folder, cache)
    }

    fn with_lock(
        lock: File,
        disk: Arc<dyn Disk>,
        folder: &Path,
        cache: u64,
    ) -> Result<Self, IndexError> {
        let cache = Arc::new(PieceCache::new(cache));
        let (manifest, segments) = read(folder, &cache)?;
        remove_leftovers(&*disk, folder, &manifest)?;
        let state = State {
            manifest,
            is_unknown: false,
        };
        Ok(Self {
            writer: Some(Writer {
                disk,
                state: Mutex::new(state),
                merging: Mutex::default(),
                _lock: lock,
            }),
            ..Self::of_segments(folder, cache, segments)
        })
    }

    fn of_segments(folder: &Path, cache: Arc<PieceCache>, segments: Segments) -> Self {
        Self {
            folder: folder.to_owned(),
            cache,
            current: RwLock::new(segments),
            writer: None,
        }
    }

    /// The storage as it is now, for reading. Later changes do not show in it.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        Self::of_segments(&self.folder, Arc::clone(&self.cache), self.segments())
    }

    /// True if these are the segments on disk: nobody has committed or merged any since it was opened or last changed.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    pub fn is_current(&self) -> Result<bool, IndexError> {
        let on_disk = StoreManifest::read(&self.folder)?.segments;
        let segments = self.segments();
        Ok(segments.iter().map(|segment| segment.entry()).eq(on_disk))
    }

    fn segments(&self) -> Segments {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }

    fn writer(&self) -> Result<&Writer, IndexError> {
        self.writer.as_ref().ok_or(IndexError::ReadOnly)
    }

    /// Writes a segment, which no manifest names yet. `None` if it has no entry.
    fn write_segment(
        &self,
        number: u64,
        fill: impl FnOnce(&mut SegmentWriter) -> Result<(), IndexError>,
    ) -> Result<Option<Arc<Segment>>, IndexError> {
        let disk = &*self.writer()?.disk;
        let write = || {
            let mut out = SegmentWriter::new(disk, &self.folder, number)?;
            fill(&mut out)?;
            let Some(entry) = out.finish()? else {
                return Ok(None);
            };
            let segment = Segment::open(&self.folder, entry, Arc::clone(&self.cache))?;
            Ok(Some(Arc::new(segment)))
        };
        let written = write();
        if !matches!(written, Ok(Some(_))) {
            self.remove_segment(disk, number);
        }
        written
    }

    /// Removes the file of a segment that no manifest names. If that fails, the next writer does it.
    fn remove_segment(&self, disk: &dyn Disk, number: u64) {
        let _ = disk.remove(&self.folder.join(segment_file(number)));
    }

    /// Makes these segments the state. The manifest with them is on disk when this returns.
    fn publish(&self, state: &mut State, segments: Segments) -> Result<(), IndexError> {
        let disk = &*self.writer()?.disk;
        let changed = StoreManifest {
            next: state.manifest.next,
            segments: segments.iter().map(|segment| segment.entry()).collect(),
        };
        changed.prepare(disk, &self.folder)?;
        state.is_unknown = true;
        manifest::replace(disk, &self.folder)?;
        *state = State {
            manifest: changed,
            is_unknown: false,
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = segments;
        Ok(())
    }

    /// Publishes a state with a segment that was just written, or removes the segment.
    fn publish_written(
        &self,
        state: &mut State,
        written: Option<&Arc<Segment>>,
        segments: Segments,
    ) -> Result<(), IndexError> {
        let published = self.publish(state, segments);
        if let (Err(_), false, Some(written)) = (&published, state.is_unknown, written) {
            self.remove_segment(&*self.writer()?.disk, written.entry().number);
        }
        published
    }

    /// Merges segments until no more are due.
    fn merge(&self, due: impl Fn(&[u64]) -> Option<Range<usize>>) -> Result<(), IndexError> {
        let writer = self.writer()?;
        let _merging = writer
            .merging
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        loop {
            let segments = self.segments();
            let bytes: Vec<u64> = segments
                .iter()
                .map(|segment| segment.entry().bytes)
                .collect();
            let Some(due) = due(&bytes) else {
                return Ok(());
            };
            let inputs = segments.get(due.clone()).unwrap_or_default();
            let number = writer.state()?.take_number();
            let merged = self.write_segment(number, |out| merge(inputs, due.start == 0, out))?;
            let mut state = writer.state()?;
            // A commit may have appended segments meanwhile.
            let mut merged_segments = self.segments().to_vec();
            merged_segments.splice(due.clone(), merged.iter().cloned());
            self.publish_written(&mut state, merged.as_ref(), merged_segments.into())?;
            for merged in inputs {
                self.remove_segment(&*writer.disk, merged.entry().number);
            }
        }
    }
}

impl Writer {
    /// The state, if it is known.
    fn state(&self) -> Result<MutexGuard<'_, State>, IndexError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.is_unknown {
            true => Err(io::Error::other("an earlier change failed; open the index again").into()),
            false => Ok(state),
        }
    }
}

impl State {
    fn take_number(&mut self) -> u64 {
        let number = self.manifest.next;
        self.manifest.next += 1;
        number
    }
}

/// Locks a store for writing.
pub(crate) fn lock(folder: &Path) -> Result<File, IndexError> {
    let mut options = File::options();
    let file = options.create(true).truncate(false).write(true);
    let file = file.open(folder.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(IndexError::Busy),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Reads the manifest and opens its segments.
fn read(folder: &Path, cache: &Arc<PieceCache>) -> Result<(StoreManifest, Segments), IndexError> {
    let mut manifest = StoreManifest::read(folder)?;
    loop {
        let entries = manifest.segments.iter();
        let opened =
            entries.map(|&entry| Segment::open(folder, entry, Arc::clone(cache)).map(Arc::new));
        match opened.collect::<Result<Vec<_>, _>>() {
            // The writer has merged the segment since.
            Err(IndexError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                let changed = StoreManifest::read(folder)?;
                if changed == manifest {
                    return Err(damaged("a segment is missing"));
                }
                manifest = changed;
            }
            opened => return Ok((manifest, opened?.into())),
        }
    }
}

fn remove_leftovers(
    disk: &dyn Disk,
    folder: &Path,
    manifest: &StoreManifest,
) -> Result<(), IndexError> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| manifest.is_leftover(name)) {
            disk.remove(&entry.path())?;
        }
    }
    Ok(())
}

impl Storage for SegmentStorage {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError> {
        let mut value = None;
        self.visit_all(space, &[key], &mut |_, found| {
            value = Some(found.to_vec());
            Ok(())
        })?;
        Ok(value)
    }

    fn visit_all(
        &self,
        space: Space,
        keys: &[&[u8]],
        visit: &mut ValueVisitor<'_>,
    ) -> Result<(), IndexError> {
        debug_assert!(keys.is_sorted());
        let keys = keys.iter().map(|key| entry_key(space, key));
        let keys = keys.enumerate().map(|(at, key)| Sought::new(at, key));
        let mut unknown: Vec<Sought> = keys.collect();
        for segment in self.segments().iter().rev() {
            if unknown.is_empty() {
                break;
            }
            find(segment, &mut unknown, &mut |at, found| match found {
                Found::Value(value) => visit(at, value),
                Found::Removed => Ok(()),
            })?;
        }
        Ok(())
    }

    fn scan(&self, space: Space, prefix: &[u8], visit: &mut Visitor<'_>) -> Result<(), IndexError> {
        let prefix = entry_key(space, prefix);
        let mut entries = MergeCursor::at(&self.segments(), &prefix, Reuse::Likely)?;
        while let Some((key, value)) = entries.entry().filter(|(key, _)| key.starts_with(&prefix)) {
            if let (Some((_, key)), Some(value)) = (key.split_first(), value)
                && !visit(key, value)?
            {
                break;
            }
            entries.advance()?;
        }
        Ok(())
    }

    fn commit(&self, mut writes: Vec<Write>) -> Result<(), IndexError> {
        let writer = self.writer()?;
        // Of several changes of one key, the last one counts, so the sort is stable.
        writes.par_sort_by(|a, b| (a.space, &a.key).cmp(&(b.space, &b.key)));
        let mut state = writer.state()?;
        let number = state.take_number();
        let by_key = writes.chunk_by(|a, b| (a.space, &a.key) == (b.space, &b.key));
        let written = self.write_segment(number, |out| {
            for write in by_key.filter_map(<[Write]>::last) {
                out.push(&entry_key(write.space, &write.key), write.value.as_deref())?;
            }
            Ok(())
        })?;
        if written.is_some() {
            let segments: Vec<_> = self.segments().iter().chain(&written).cloned().collect();
            self.publish_written(&mut state, written.as_ref(), segments.into())?;
        }
        drop(state);
        if self.segments().len() >= MANY {
            // What was committed stays if the merge fails, and the next one begins with the same segments.
            let _ = self.settle();
        }
        Ok(())
    }

    fn settle(&self) -> Result<(), IndexError> {
        self.merge(|bytes| tiers::due(bytes, Ratio::Growing))
    }

    fn rest(&self) -> Result<(), IndexError> {
        self.merge(|bytes| tiers::due(bytes, Ratio::Resting))
    }

    fn compact(&self) -> Result<(), IndexError> {
        self.merge(|bytes| (bytes.len() > 1).then_some(0..bytes.len()))
    }

    fn check(&self) -> Result<(), IndexError> {
        self.segments()
            .iter()
            .try_for_each(|segment| segment.check_filters())
    }

    fn bytes(&self) -> Result<u64, IndexError> {
        let segments = self.segments();
        Ok(segments.iter().map(|segment| segment.entry().bytes).sum())
    }
}
