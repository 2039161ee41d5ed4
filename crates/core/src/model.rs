//! Plain data that every stage uses. It depends on no other module.

mod by_document;

pub use by_document::ByDocument;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// The index of a document in the corpus. A run numbers documents by date of publication, then by id, so that its result
/// does not depend on how documents are spread over files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentIndex(pub u32);

impl DocumentIndex {
    /// The index as a `usize`, to index a slice.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes in a document's text, as decoded to UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// First byte.
    pub begin: u64,
    /// One past the last byte.
    pub end: u64,
}

/// A passage: a half-open range of words of one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Passage {
    /// First word.
    pub begin: u32,
    /// One past the last word.
    pub end: u32,
}

impl Passage {
    /// The number of words.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.begin)
    }

    /// True if the passage has no word.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The number of words in both passages.
    #[must_use]
    pub fn shared(self, other: Self) -> u32 {
        self.end
            .min(other.end)
            .saturating_sub(self.begin.max(other.begin))
    }
}

/// The relation of the left document of a verified pair to the right one, closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum Relation {
    /// Both have the same words.
    Exact,
    /// Both tell one story, and at least the threshold's share of each is in the other.
    Near,
    /// The left document contains the right one.
    Contains,
    /// The right document contains the left one.
    Contained,
    /// Both tell one story, and less than the threshold's share of each is in the other.
    Version,
    /// They share a passage, and do not tell one story.
    Overlap,
}

impl Relation {
    /// The relation of the right document to the left one.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Contains => Self::Contained,
            Self::Contained => Self::Contains,
            same => same,
        }
    }

    /// True for a relation that puts both documents into one cluster: all but [`Self::Overlap`].
    #[must_use]
    pub fn is_copy(self) -> bool {
        self != Self::Overlap
    }
}

/// How the representative of a cluster is chosen. Ties go to the lowest id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum Keep {
    /// The member that has the whole story and the least other text.
    #[default]
    Best,
    /// The member with the earliest date.
    Earliest,
    /// The member with the most words.
    Longest,
    /// The member with the lowest id.
    First,
}

/// Share of a document that a longer one must hold to be a version of it that the shorter one may stand for.
const MIN_SHARE_IN_LONGER: f64 = 0.5;

/// True if a document may stand for a copy of it. A shorter document does not stand for a longer one that holds less
/// than half of it: it may be an early version of a story that has been written anew.
///
/// `of_copy`: the share of the copy that is in the document. `of_document`: the share of the document that is in the
/// copy. Both count the same words, so the document with the smaller share is the longer one.
#[must_use]
pub fn may_stand_for(of_copy: f64, of_document: f64) -> bool {
    of_document >= MIN_SHARE_IN_LONGER || of_copy >= of_document
}

/// A verified pair with its evidence. All counts and passages are in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The left document.
    pub left: DocumentIndex,
    /// The right document.
    pub right: DocumentIndex,
    /// The relation of `left` to `right`.
    pub relation: Relation,
    /// Aligned words. If the two sides differ, the smaller count.
    pub aligned: u32,
    /// Equal words / (words of `left` + words of `right` - equal words).
    pub resemblance: f64,
    /// Equal words / words of `left`.
    pub containment_left: f64,
    /// Equal words / words of `right`.
    pub containment_right: f64,
    /// Words in the longest verbatim run.
    pub longest_run: u32,
    /// The aligned passages, as (left, right).
    pub passages: Vec<(Passage, Passage)>,
}

impl Match {
    /// True if the right document may stand for the left one; see [`may_stand_for`].
    #[must_use]
    pub fn right_may_stand_for_left(&self) -> bool {
        may_stand_for(self.containment_left, self.containment_right)
    }

    /// The match with left and right exchanged.
    #[must_use]
    pub fn reversed(mut self) -> Self {
        self.reverse();
        self
    }

    /// Exchanges left and right.
    pub fn reverse(&mut self) {
        std::mem::swap(&mut self.left, &mut self.right);
        std::mem::swap(&mut self.containment_left, &mut self.containment_right);
        self.relation = self.relation.reversed();
        for (left, right) in &mut self.passages {
            std::mem::swap(left, right);
        }
    }
}

/// An unordered pair of documents, the lower index first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair(u64);

impl Pair {
    /// The pair of two different documents, given in any order.
    #[must_use]
    pub fn new(a: DocumentIndex, b: DocumentIndex) -> Self {
        Self(u64::from(a.0.min(b.0)) << 32 | u64::from(a.0.max(b.0)))
    }

    /// The document with the lower index.
    #[must_use]
    pub fn lower(self) -> DocumentIndex {
        DocumentIndex((self.0 >> 32) as u32)
    }

    /// The document with the higher index.
    #[must_use]
    pub fn higher(self) -> DocumentIndex {
        DocumentIndex(self.0 as u32)
    }
}
