//! What the archive needs of a storage engine: an ordered map from keys to values that changes atomically.

use crate::error::IndexError;
use smallvec::SmallVec;

/// A part of the archive with keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// The state of the archive, its dictionary, and the dictionaries of texts.
    State,
    /// By number: the facts of each current document.
    Facts,
    /// By number: the fields and the text of each document and of each earlier version.
    Documents,
    /// By the hash of an id: the numbers of its versions.
    Ids,
    /// By the digest of words: the current documents with these words, the one that stands for the others first.
    Digests,
    /// By hash: the number of documents that have it, and these documents; only the pivots of a frequent hash.
    Postings,
    /// By frequent hash and number: the other documents that have it.
    FrequentPostings,
    /// By two numbers: a match.
    Matches,
    /// By number of a group of documents: which of them are short.
    ShortDocuments,
}

impl Space {
    /// Its number in keys on disk.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::State => 0,
            Self::Facts => 1,
            Self::Documents => 2,
            Self::Ids => 3,
            Self::Digests => 4,
            Self::Postings => 5,
            Self::FrequentPostings => 6,
            Self::Matches => 7,
            Self::ShortDocuments => 8,
        }
    }
}

/// A key of a storage. Those of an archive have at most 16 bytes, and need no memory of their own.
pub type Key = SmallVec<[u8; 16]>;

/// A change of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Where the value is.
    pub space: Space,
    /// Its key.
    pub key: Key,
    /// The new value. `None` removes the value.
    pub value: Option<Vec<u8>>,
}

/// Receives a key and its value; false ends the scan.
pub(crate) type Visitor<'a> = dyn FnMut(&[u8], &[u8]) -> Result<bool, IndexError> + 'a;

/// Receives the position of a key and its value.
pub(crate) type ValueVisitor<'a> = dyn FnMut(usize, &[u8]) -> Result<(), IndexError> + 'a;

/// An ordered map from keys to values for each [`Space`].
pub trait Storage: Send + Sync {
    /// The value of a key.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError>;

    /// Visits the values of those of the keys that have one, in any order, with the position of the key. The keys are in order.
    /// Faster than one after the other.
    ///
    /// # Errors
    ///
    /// The storage cannot be read, or the first failure of `visit`.
    fn visit_all(
        &self,
        space: Space,
        keys: &[&[u8]],
        visit: &mut ValueVisitor<'_>,
    ) -> Result<(), IndexError> {
        for (at, key) in keys.iter().enumerate() {
            if let Some(value) = self.get(space, key)? {
                visit(at, &value)?;
            }
        }
        Ok(())
    }

    /// Visits the keys that begin with `prefix`, in order.
    ///
    /// # Errors
    ///
    /// The storage cannot be read, or the first failure of `visit`.
    fn scan(&self, space: Space, prefix: &[u8], visit: &mut Visitor<'_>) -> Result<(), IndexError>;

    /// Makes all changes, or none of them. They are durable when it returns.
    ///
    /// # Errors
    ///
    /// The storage cannot be written.
    fn commit(&self, writes: Vec<Write>) -> Result<(), IndexError>;

    /// Brings what was committed into a form that is read faster. Other threads may commit meanwhile.
    ///
    /// # Errors
    ///
    /// The storage cannot be written. What was committed stays.
    fn settle(&self) -> Result<(), IndexError> {
        Ok(())
    }

    /// As [`settle`](Self::settle), but does more: nothing more is committed for now.
    ///
    /// # Errors
    ///
    /// The storage cannot be written. What was committed stays.
    fn rest(&self) -> Result<(), IndexError> {
        Ok(())
    }

    /// Brings all of it into the form that is read fastest, and frees the space of what was removed.
    ///
    /// # Errors
    ///
    /// The storage cannot be written. What was committed stays.
    fn compact(&self) -> Result<(), IndexError> {
        Ok(())
    }

    /// Reads what is stored beside the entries, such as filters.
    ///
    /// # Errors
    ///
    /// It is damaged, or the storage cannot be read.
    fn check(&self) -> Result<(), IndexError> {
        Ok(())
    }

    /// Bytes on disk.
    ///
    /// # Errors
    ///
    /// The storage cannot be read.
    fn bytes(&self) -> Result<u64, IndexError> {
        Ok(0)
    }
}
