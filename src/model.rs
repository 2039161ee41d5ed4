//! Plain data that every stage may use; it uses nothing.

mod by_document;
pub mod dates;

pub use by_document::ByDocument;

use serde::{Deserialize, Serialize};

/// A document's place in the corpus: reading order, that is inputs sorted by path, then lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentIndex(pub u32);

impl DocumentIndex {
    /// The index as a subscript.
    #[must_use]
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes in a document's text, as decoded to UTF-8.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
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
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
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
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
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

/// The place and day that stand at the head of a text: `MOSCOW, Feb 26`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Dateline {
    /// The place, as it is spelt there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
    /// The day, as in ISO 8601. A year that is not stated is that of the document's date; without one
    /// it is left out: `--02-26`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<String>,
}

/// Something about an input that the run could not use, or used with a reservation.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
pub struct Fault {
    /// The file, as given and walked; bytes that are not UTF-8 as %XX.
    pub path: String,
    /// Line of the record, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u64>,
    /// A stable word for programs, such as `empty` or `not-json`.
    pub code: String,
    /// One sentence for people: what was expected, what was found.
    pub reason: String,
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
