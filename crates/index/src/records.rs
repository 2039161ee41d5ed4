//! What the archive stores, as plain data.

use dedupe_core::model::{Keep, Relation};
use serde::{Deserialize, Serialize};

/// The number of a document in the archive. A number is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Number(pub u32);

/// The rules of an archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchRules {
    /// Containment from which a document counts as a copy.
    pub threshold: f64,
    /// The least number of words that an overlap shares.
    pub min_passage: u32,
    /// Words in a shingle.
    pub shingle: u32,
    /// The policy that decides which document represents others, also among those with the same words.
    pub keep: Keep,
    /// Preferred sources, the most preferred first.
    pub prefer: Vec<String>,
}

/// The state of an archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The rules that decide the matches. An archive is not used with other rules.
    pub rules: MatchRules,
    /// How often a dictionary was learnt for this archive, counted from 1.
    pub epoch: u32,
    /// The number of the next document.
    pub next: u32,
    /// Current documents.
    pub documents: u64,
    /// Bytes of their texts.
    pub text_bytes: u64,
    /// Dictionaries that texts were compressed with.
    pub text_dictionaries: u8,
}

/// What candidate search and the order of documents need of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Its id.
    pub id: String,
    /// When it was published: seconds and nanoseconds.
    pub published: Option<(i64, i32)>,
    /// The digest of its words.
    pub digest: u128,
    /// Its words.
    pub words: u32,
    /// Its fingerprints.
    pub fingerprints: u32,
    /// The position of its source among the preferred ones.
    pub preference: u32,
    /// Bytes of its text.
    pub text_bytes: u64,
    /// It shares half of its fingerprints with another document.
    pub has_partner: bool,
}

/// The place of a document in the order of all documents: by date, then by id, those without a date last.
pub(crate) type Order<'a> = (bool, Option<(i64, i32)>, &'a str);

impl Facts {
    pub(crate) fn order(&self) -> Order<'_> {
        (self.published.is_none(), self.published, &self.id)
    }

    /// The rank among documents with the same words.
    pub(crate) fn rank(&self, keep: Keep) -> (u32, Order<'_>) {
        let order = match keep {
            Keep::First => (false, None, &*self.id),
            Keep::Best | Keep::Earliest | Keep::Longest => self.order(),
        };
        (self.preference, order)
    }
}

/// A document as it was read: its fields, and where it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredDocument {
    /// Its id.
    pub id: String,
    /// Headline.
    pub title: Option<String>,
    /// Publisher or site.
    pub source: Option<String>,
    /// Date of publication, as given.
    pub date: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// Author.
    pub byline: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// The agency in its credit field.
    pub credit: Option<String>,
    /// The dateline, if it is a field.
    pub dateline: Option<String>,
    /// The version that its publisher gave it.
    pub version: Option<String>,
    /// Its publication status.
    pub status: Option<String>,
    /// It has metadata of an agency, even if that says nothing.
    pub is_agency_item: bool,
    /// Which part of a web page its text is, as a position in the list of these parts.
    pub extraction: Option<u8>,
    /// The displayed path of the file or archive member.
    pub path: String,
    /// The line of its record.
    pub line: Option<u64>,
    /// The text.
    pub text: String,
}

/// The numbers of the versions of one id, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// All versions. The last one is current.
    pub numbers: Vec<Number>,
}

/// A verified match of two documents of the archive. `left` comes first in the order of documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredMatch {
    /// The left document.
    pub left: Number,
    /// The right document.
    pub right: Number,
    /// The relation of `left` to `right`.
    pub relation: Relation,
    /// Aligned words.
    pub aligned: u32,
    /// Equal words / words of both together.
    pub resemblance: f64,
    /// Equal words / words of `left`.
    pub containment_left: f64,
    /// Equal words / words of `right`.
    pub containment_right: f64,
    /// Words in the longest verbatim run.
    pub longest_run: u32,
    /// The aligned passages: begin and end in `left`, begin and end in `right`.
    pub passages: Vec<(u32, u32, u32, u32)>,
}
