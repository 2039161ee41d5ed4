//! An archive that a long-running program keeps open: many threads read it while it grows.
//!
//! Each answer is of one state of the archive: a thread that reads takes a snapshot. One thread at a time changes the
//! archive, and nobody who reads waits for it.

mod draft;
mod headlines;
mod stories;
mod submit;

pub use stories::{FoundDocument, ListedStory, Stories, StoryReport};
pub use submit::Submitted;

use super::{Archive, ArchiveError};
use crate::settings::Resources;
use dedupe_index::{Number, Storage};
use headlines::{Headlines, SharedHeadlines};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An archive that many threads read while it grows.
pub struct LiveArchive {
    archive: Archive,
    resources: Resources,
    /// Held by the thread that changes the archive.
    changing: Mutex<()>,
    /// Those of the newest documents.
    headlines: SharedHeadlines,
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
            headlines: SharedHeadlines::new(headlines),
        })
    }

    /// How large the archive is.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn size(&self) -> Result<Size, ArchiveError> {
        let manifest = self.archive.index.manifest()?;
        Ok(Size {
            documents: manifest.documents,
            text_bytes: manifest.text_bytes,
            epoch: manifest.epoch,
        })
    }

    /// Brings what was added into a form that is read faster. Call it after changes, in a thread of its own: others read and
    /// change the archive meanwhile.
    ///
    /// # Errors
    ///
    /// The archive cannot be written. What was added stays.
    pub fn settle(&self) -> Result<(), ArchiveError> {
        Ok(self.archive.index.storage().settle()?)
    }

    /// Waits until nobody else changes the archive.
    fn begin_change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The archive as it is, and its documents whose headline has all of these words, the newest first. Also the number
    /// of documents that were looked through.
    fn with_headlines(&self, words: &[String]) -> (Archive, Vec<Number>, usize) {
        let headlines = self.headlines.lock();
        let found = headlines.find(words).collect();
        (self.archive.snapshot(), found, headlines.len())
    }
}
