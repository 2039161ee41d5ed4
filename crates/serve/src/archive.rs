//! What the service needs of an archive.

use crate::answers::{FoundDocument, Submitted};
use dedupe_formats::Document;
use dedupe_report::Cluster;

/// An archive that many threads read while one changes it.
///
/// The service calls [`add`](Self::add) and [`remove`](Self::remove) from one thread, [`settle`](Self::settle) from another
/// one, and the other functions from several.
pub trait Archive: Send + Sync + 'static {
    /// Adds documents with different ids, and answers about each, in their order. All are durable when this returns, or nothing
    /// has changed.
    ///
    /// # Errors
    ///
    /// A document cannot be used, or the archive cannot be read or written.
    fn add(&self, documents: &[Document<'static>]) -> Result<Vec<Submitted>, Failure>;

    /// What [`add`](Self::add) would answer about a document. Nothing changes. A document without an id is a new one: it
    /// gets an id that no document of the archive has.
    ///
    /// # Errors
    ///
    /// The document cannot be used, or the archive cannot be read.
    fn preview(&self, document: Document<'static>) -> Result<Submitted, Failure>;

    /// Removes a document with all of its versions. False if there is none.
    ///
    /// # Errors
    ///
    /// The archive cannot be read or written.
    fn remove(&self, id: &str) -> Result<bool, Failure>;

    /// Brings what was stored into a form that is read faster. The service calls it after changes.
    ///
    /// # Errors
    ///
    /// The archive cannot be written. What was stored stays.
    fn settle(&self) -> Result<(), Failure>;

    /// The document with an id.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    fn document(&self, id: &str) -> Result<Option<FoundDocument>, Failure>;

    /// The story of a document, with the epoch of the archive. `None` if no document has the id, or it has no copy.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    fn cluster(&self, id: &str) -> Result<Option<(Cluster, u32)>, Failure>;

    /// The newest stories, at most `count`. If the query has words, those with a headline that has all of them.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    fn stories(&self, query: &str, count: usize) -> Result<Stories, Failure>;

    /// The story of a document as an HTML page. The page must not run or load anything but its own parts.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    fn story_page(&self, id: &str) -> Result<Option<Vec<u8>>, Failure>;

    /// How large the archive is. This must not take long: it holds up other requests.
    ///
    /// # Errors
    ///
    /// The archive cannot be read.
    fn size(&self) -> Result<Size, Failure>;
}

/// Why an archive gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The document cannot be used. The reason is a sentence for its sender.
    #[error("{0}")]
    Refused(String),
    /// The archive cannot be used. The reason is for those who run the service.
    #[error("{0}")]
    Broken(String),
}

/// How large an archive is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Documents.
    pub documents: u64,
    /// How often the archive has learnt which passages recur.
    pub epoch: u32,
}

/// A list of stories.
#[derive(Clone, Debug, Default)]
pub struct Stories {
    /// The stories, the newest first.
    pub stories: Vec<ListedStory>,
    /// True if there may be more.
    pub has_more: bool,
    /// How many documents were looked through: the newest ones of the archive.
    pub searched: usize,
}

/// A story in a list.
#[derive(Clone, Debug)]
pub struct ListedStory {
    /// The story.
    pub cluster: Cluster,
    /// Its first words.
    pub excerpt: String,
}
