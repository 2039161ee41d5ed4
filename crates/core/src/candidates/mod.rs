//! Candidates: pairs of documents that may share a passage, proposed and not yet believed.
//!
//! Both levels of the sketch give the same thing, a [`Key`]: "this document has this hash". Keys are
//! fixed-width integers, sorted; documents whose keys agree are neighbours then. [`postings`] turns
//! the runs into pairs.

pub mod all_pairs;
pub mod partitioned_sort;
pub mod postings;

use crate::model::DocumentIndex;

/// Bits of a key that name the document.
const DOCUMENT_BITS: u32 = 28;

/// The most documents a corpus may have.
pub const MAX_DOCUMENTS: u32 = 1 << DOCUMENT_BITS;

/// The top 36 bits of a hash, then the document: sorting keys groups the documents of a hash.
///
/// Two different hashes agree in 36 bits once in 7e10 pairs of keys; such a meeting proposes a pair
/// that verification rejects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(u64);

impl Key {
    /// The key of `document`, which must be below [`MAX_DOCUMENTS`], for `hash`.
    #[must_use]
    pub fn new(hash: u64, document: DocumentIndex) -> Self {
        debug_assert!(document.0 < MAX_DOCUMENTS);
        Self(hash >> DOCUMENT_BITS << DOCUMENT_BITS | u64::from(document.0))
    }

    /// What remains of the hash.
    #[must_use]
    pub fn hash(self) -> u64 {
        self.0 >> DOCUMENT_BITS
    }

    /// The document.
    #[must_use]
    pub fn document(self) -> DocumentIndex {
        DocumentIndex((self.0 & u64::from(MAX_DOCUMENTS - 1)) as u32)
    }
}
