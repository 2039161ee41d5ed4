//! An archive that a long-running program keeps open: many threads read it while it grows.
//!
//! Each answer is of one state of the archive. Threads that read hold `state`, and a commit waits for them. What a change
//! compares is read before, without making anybody wait, because only one thread at a time changes the archive.

mod draft;
mod headlines;
mod stories;
mod submit;

pub use stories::{FoundDocument, ListedStory, Stories, StoryReport};
pub use submit::{Change, Submitted};

use super::{Archive, ArchiveError};
use crate::settings::Resources;
use headlines::Headlines;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// An archive that many threads read while it grows.
pub struct LiveArchive {
    archive: Archive,
    resources: Resources,
    /// Held by the thread that changes the archive.
    changing: Mutex<()>,
    /// Held by threads that read, and by a commit.
    state: RwLock<()>,
    headlines: RwLock<Headlines>,
}

/// How large an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Current documents.
    pub documents: u64,
    /// Bytes of their texts.
    pub text_bytes: u64,
    /// How often its dictionary was learnt.
    pub epoch: u32,
}

impl LiveArchive {
    /// Keeps an archive open. The headlines of the newest `headlines` documents stay in memory, so that stories can be
    /// listed by date and found by headline.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn new(
        archive: Archive,
        resources: Resources,
        headlines: usize,
    ) -> Result<Self, ArchiveError> {
        let headlines = Headlines::read(&archive, headlines)?;
        Ok(Self {
            archive,
            resources,
            changing: Mutex::new(()),
            state: RwLock::new(()),
            headlines: RwLock::new(headlines),
        })
    }

    /// How large the archive is.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn size(&self) -> Result<Size, ArchiveError> {
        let _state = self.hold();
        let manifest = self.archive.index.manifest()?;
        Ok(Size {
            documents: manifest.documents,
            text_bytes: manifest.text_bytes,
            epoch: manifest.epoch,
        })
    }

    /// Keeps the state of the archive as it is.
    fn hold(&self) -> RwLockReadGuard<'_, ()> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody reads.
    fn exclude(&self) -> RwLockWriteGuard<'_, ()> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else changes the archive.
    fn begin_change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn headlines(&self) -> RwLockReadGuard<'_, Headlines> {
        self.headlines
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn change_headlines(&self) -> RwLockWriteGuard<'_, Headlines> {
        self.headlines
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
