//! Plain data that every stage may use; it uses nothing.

mod by_document;

pub use by_document::ByDocument;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// A document's place in the corpus: reading order, that is inputs sorted by path, then lines.
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

/// A half-open range of words of one document: a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Passage {
    /// First word.
    pub begin: u32,
    /// One past the last word.
    pub end: u32,
}

impl Passage {
    /// Words in the passage.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.begin)
    }

    /// True where it holds no word.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Words that stand in both.
    #[must_use]
    pub fn shared(self, other: Self) -> u32 {
        self.end
            .min(other.end)
            .saturating_sub(self.begin.max(other.begin))
    }
}

/// How the left document of a verified pair stands to the right one, closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum Relation {
    /// The same words, all through.
    Exact,
    /// Each contained in the other.
    Near,
    /// The right document stands in the left one.
    Contains,
    /// The left document stands in the right one.
    Contained,
    /// Neither, but they share a passage.
    Overlap,
}

impl Relation {
    /// The same pair read the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Contains => Self::Contained,
            Self::Contained => Self::Contains,
            same => same,
        }
    }

    /// True for every relation that makes a cluster.
    #[must_use]
    pub fn is_copy(self) -> bool {
        self != Self::Overlap
    }
}

/// How a cluster's representative is chosen; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum Keep {
    /// The member that carries the whole story with the least around it.
    #[default]
    Best,
    /// The earliest date.
    Earliest,
    /// The most words.
    Longest,
    /// The first id.
    First,
}

/// A verified pair with its evidence, in words; the relation reads left to right.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The one document.
    pub left: DocumentIndex,
    /// The other.
    pub right: DocumentIndex,
    /// What left is to right.
    pub relation: Relation,
    /// Words aligned: the smaller side's count.
    pub aligned: u32,
    /// Aligned / (left + right - aligned).
    pub resemblance: f64,
    /// Aligned / words of left that are not boilerplate.
    pub containment_left: f64,
    /// Aligned / words of right that are not boilerplate.
    pub containment_right: f64,
    /// Words of the longest verbatim run.
    pub longest_run: u32,
    /// The aligned passages, left and right.
    pub passages: Vec<(Passage, Passage)>,
}

impl Match {
    /// The same match read the other way round.
    #[must_use]
    pub fn reversed(mut self) -> Self {
        self.reverse();
        self
    }

    /// Reads it the other way round.
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
    /// The pair of two different documents.
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
