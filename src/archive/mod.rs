//! The archive: an index on disk of documents and their matches, which grows, and which new documents are checked against.
//!
//! An archive gives what a run over all of its documents gives with the same dictionary, however they came into it. It
//! keeps documents, posting lists and matches (`dedupe_index`). What is compared, clustered and reported is decided here,
//! by the functions of a run: the documents that an answer concerns become a small corpus.
//!
//! The dictionary is learnt when an archive is created, and again by [`Archive::compact`]. The time from one to the next is
//! an *epoch*.

mod add;
mod check;
mod documents;
mod entering;
mod error;
mod gathered;
mod live;
mod maintain;
mod patience;
mod query;
mod rules;
mod unlike;

pub use add::Added;
pub use check::Checked;
pub use dedupe_index::{IndexError, Number, StoredDocument};
pub use entering::Change;
pub use error::ArchiveError;
pub use live::{FoundDocument, ListedStory, LiveArchive, Size, Stories, StoryReport, Submitted};
pub use maintain::{Compacted, Flaw, Version};
pub use patience::patiently;
pub use query::{Answer, Answers, QueryAnswer, Shared, Story};

use crate::dictionary::{Comparisons, LearntDictionary};
use crate::error::Error;
use crate::settings::Rules;
use dedupe_index::{self as index, Access, Claim, Manifest, SegmentStorage, Storage};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// Bytes of memory for what was read from an archive, at least.
pub const MIN_CACHE: u64 = 32 << 20;

/// Bytes of memory for what was read from an archive to answer about a few documents. Such a query reads hardly anything twice,
/// and memory that is used again costs less than new memory.
const FEW_CACHE: u64 = 64 << 10;

/// Flaws that a verification lists, at most.
pub const MAX_FLAWS: usize = 1000;

/// Bytes of memory for what was read from an archive: a quarter of the memory budget.
#[must_use]
pub fn cache_of_budget(memory: u64) -> u64 {
    (memory / 4).max(MIN_CACHE)
}

/// True if a path is the folder of an archive, of any version.
#[must_use]
pub fn is_archive(path: &Path) -> bool {
    index::is_index(path)
}

/// An archive that is open.
pub struct Archive {
    index: index::Archive<SegmentStorage>,
    /// Its rules, with its dictionary without the examples.
    rules: Rules,
}

/// What an archive is and holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Info {
    /// Current documents.
    pub documents: u64,
    /// How often its dictionary was learnt.
    pub epoch: u32,
    /// The rules that decide its matches.
    pub rules: String,
    /// Bytes of their texts.
    pub text_bytes: u64,
    /// Bytes on disk.
    pub disk_bytes: u64,
    /// Recurring fingerprints in the dictionary.
    pub recurring_fingerprints: usize,
    /// What was counted by reading all of it.
    #[serde(flatten)]
    pub counts: Option<ReadCounts>,
}

/// What is known of an archive when all of it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReadCounts {
    /// Documents with the same words as another one.
    pub exact_copies: u64,
    /// Verified matches.
    pub matches: u64,
    /// Distinct hashes.
    pub hashes: u64,
    /// Entries of posting lists.
    pub postings: u64,
}

impl Archive {
    /// Opens an archive for reading: it stays as it is now, also while another process adds documents. Waits for nobody.
    /// `cache`: bytes of memory for what was read from it.
    ///
    /// # Errors
    ///
    /// The path holds no archive that this program can use.
    pub fn open(path: &Path, cache: u64) -> Result<Self, ArchiveError> {
        Self::open_for(Access::Read, path, cache, Comparisons::Many)
    }

    /// Opens an archive for reading, to ask about a few documents. It is open sooner, and keeps less in memory.
    ///
    /// # Errors
    ///
    /// Those of [`Archive::open`].
    pub fn open_for_few(path: &Path) -> Result<Self, ArchiveError> {
        Self::open_for(Access::Read, path, FEW_CACHE, Comparisons::Few)
    }

    /// Opens an archive for reading, if there is one.
    ///
    /// # Errors
    ///
    /// The path holds something else, or an archive that this program cannot use.
    pub fn open_if_there(path: &Path, cache: u64) -> Result<Option<Self>, ArchiveError> {
        if_there(Self::open(path, cache))
    }

    /// Opens an archive for reading and writing.
    ///
    /// # Errors
    ///
    /// Those of [`Archive::open`], and [`IndexError::Busy`] if another process has it open for writing.
    pub fn open_for_writing(path: &Path, cache: u64) -> Result<Self, ArchiveError> {
        Self::open_for(Access::Write, path, cache, Comparisons::Many)
    }

    fn open_for(
        access: Access,
        path: &Path,
        cache: u64,
        comparisons: Comparisons,
    ) -> Result<Self, ArchiveError> {
        let index = index::Archive::new(index::open_folder(path, access, cache)?);
        let stored = index.manifest()?.rules;
        let read = |recurring: &[u8]| LearntDictionary::from_recurring(recurring, comparisons);
        let dictionary = index.dictionary(read)??;
        let rules = rules::of_archive(stored, Arc::new(dictionary));
        Ok(Self { index, rules })
    }

    /// The archive as it is now, for reading. Later changes do not show in it. Use one where threads read while another one
    /// writes.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        Self {
            index: self.index.snapshot(),
            rules: self.rules.clone(),
        }
    }

    /// True if no process has changed the archive since this one was opened for reading.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn is_current(&self) -> Result<bool, ArchiveError> {
        Ok(self.index.storage().is_current()?)
    }

    /// The dictionary of an archive, for runs over other documents. Needs no rules.
    ///
    /// # Errors
    ///
    /// The path holds no archive that this program can use.
    pub fn dictionary_of(path: &Path, cache: u64) -> Result<LearntDictionary, ArchiveError> {
        let index = index::Archive::new(index::open_folder(path, Access::Read, cache)?);
        let [recurring, examples] = index.whole_dictionary()?;
        Ok(LearntDictionary::from_parts(&recurring, &examples)?)
    }

    /// Creates an archive without documents, in a folder that does not exist or is empty. An archive whose creation was
    /// interrupted is created again. It keeps these rules and their dictionary. Without one its dictionary is empty until
    /// [`Archive::compact`] learns one; [`Archive::add`] creates an archive and learns the dictionary from its first documents.
    ///
    /// # Errors
    ///
    /// No archive can have these rules, the folder is an archive already ([`IndexError::Exists`]) or holds something else,
    /// another process creates an archive in it, or it cannot be written.
    pub fn create(path: &Path, rules: &Rules, cache: u64) -> Result<Self, ArchiveError> {
        rules.check().map_err(Error::from)?;
        let claim = index::claim_folder(path)?.ok_or(IndexError::Exists)?;
        let empty = || {
            Arc::new(LearntDictionary::new(
                rules.shingle,
                Arc::default(),
                vec![],
                0,
            ))
        };
        let dictionary = rules.dictionary.clone().unwrap_or_else(empty);
        Self::create_in(path, claim, rules, &dictionary, cache)
    }

    fn create_in(
        path: &Path,
        claim: Claim,
        rules: &Rules,
        dictionary: &Arc<LearntDictionary>,
        cache: u64,
    ) -> Result<Self, ArchiveError> {
        let rules = rules::stored(rules)?;
        let index = index::Archive::new(claim.create(cache)?);
        let manifest = Manifest {
            rules: rules.clone(),
            epoch: 1,
            next: 0,
            documents: 0,
            text_bytes: 0,
            text_dictionaries: 0,
        };
        index.begin(&manifest, dictionary.to_parts())?;
        index::finish_folder(path)?;
        Ok(Self {
            index,
            rules: rules::of_archive(rules, Arc::new(dictionary.without_examples())),
        })
    }

    fn dictionary(&self) -> Result<&Arc<LearntDictionary>, ArchiveError> {
        let dictionary = self.rules.dictionary.as_ref();
        dictionary.ok_or_else(|| IndexError::Unfinished.into())
    }

    /// The number of its epoch.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn epoch(&self) -> Result<u32, ArchiveError> {
        Ok(self.index.manifest()?.epoch)
    }

    /// What the archive is and holds. `read_all`: also what can be counted only by reading all of it.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn info(&self, read_all: bool) -> Result<Info, ArchiveError> {
        let manifest = self.index.manifest()?;
        Ok(Info {
            rules: rules::in_words(&manifest.rules),
            epoch: manifest.epoch,
            documents: manifest.documents,
            text_bytes: manifest.text_bytes,
            disk_bytes: self.index.storage().bytes()?,
            recurring_fingerprints: self.dictionary()?.len(),
            counts: read_all.then(|| self.read_counts()).transpose()?,
        })
    }

    fn read_counts(&self) -> Result<ReadCounts, ArchiveError> {
        let counts = self.index.count()?;
        Ok(ReadCounts {
            exact_copies: counts.copies,
            matches: counts.matches,
            hashes: counts.hashes,
            postings: counts.postings,
        })
    }

    /// The number of current documents.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    pub fn document_count(&self) -> Result<u64, ArchiveError> {
        Ok(self.index.manifest()?.documents)
    }
}

/// The archive that was opened, or `None` if there is none yet.
fn if_there(opened: Result<Archive, ArchiveError>) -> Result<Option<Archive>, ArchiveError> {
    match opened {
        Ok(archive) => Ok(Some(archive)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}
