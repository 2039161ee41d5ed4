//! The types of the report, version 1. Fields may be added; none changes its meaning without a new
//! version.

use dedupe_core::model::{Keep, Relation, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the report's meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything a run found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// What wrote it.
    pub tool: Tool,
    /// The settings that decide the result.
    pub parameters: Parameters,
    /// Counts.
    pub summary: Summary,
    /// Stories that more than one document carries; by size, largest first, then id.
    pub clusters: Vec<Cluster>,
    /// Verified pairs, by left, then right.
    pub matches: Vec<Match>,
    /// Passages that recur without being copied news, discounted above.
    pub boilerplate: Vec<Boilerplate>,
    /// Inputs that were not used, by path, then line.
    pub skipped: Vec<Fault>,
    /// Inputs that were used with a reservation, by path, then line.
    pub warnings: Vec<Fault>,
    /// How long each stage took; only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timings: Option<Vec<StageTiming>>,
}

/// What wrote the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The settings that decide the result; nothing that varies from run to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parameters {
    /// Containment from which a document counts as a copy.
    pub threshold: f64,
    /// Words an `overlap` must share.
    pub min_passage: u32,
    /// Words in a shingle.
    pub shingle: u32,
    /// Shingles in a winnowing window.
    pub window: u32,
    /// LSH bands of the document signature.
    pub bands: u32,
    /// Signature lanes in a band.
    pub rows: u32,
    /// How the representative is chosen.
    pub keep: Keep,
    /// Sources whose documents are kept before others, the most preferred first.
    #[serde(default)]
    pub prefer: Vec<String>,
    /// True where what stays within one source was left out: matches of `same_source`, and clusters
    /// whose members are all known to be of one.
    pub cross_source_only: bool,
}

/// Counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Documents read and compared.
    pub documents: u64,
    /// Bytes of their texts.
    pub bytes: u64,
    /// Clusters.
    pub clusters: u64,
    /// Documents that are no representative and whose closest relation to one is `exact`.
    pub exact: u64,
    /// As above, `near`.
    pub near: u64,
    /// As above, `contains` or `contained`.
    pub contained: u64,
    /// Pairs of relation `overlap`.
    pub overlaps: u64,
    /// Documents in no cluster.
    pub unique: u64,
    /// Passages found to be boilerplate; the most frequent of them are listed.
    #[serde(default)]
    pub boilerplate: u64,
    /// Documents without a word.
    pub empty: u64,
    /// Files passed over by the walk for their extension, and members and records of other kinds in
    /// archives.
    pub ignored: u64,
    /// Inputs that were not used, empty ones included.
    pub skipped: u64,
    /// Documents under check; only where there is a check, and then nothing is listed that involves
    /// none of them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new: Option<u64>,
    /// Copies and overlaps left out because a baseline has them; only where there is a baseline.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known: Option<u64>,
}

/// One story and the documents that carry it: a star of direct matches with the representative.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cluster {
    /// First 12 hex digits of the XXH3-128 of the member ids, sorted, each ended by a newline.
    pub id: String,
    /// Number of members.
    pub size: u64,
    /// Id of the member to keep.
    pub representative: String,
    /// The member that the others come from; null where the evidence does not say.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// Independent sources: the agencies whose copies the members are, by credit or by source, each
    /// counted once; where there is none, the sources that the members state, and each member that
    /// states none.
    #[serde(default)]
    pub sources: u64,
    /// The representative first, then by id.
    pub members: Vec<Member>,
}

/// Where a story comes from, as far as its members tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// The member.
    pub id: String,
    /// What speaks for it, for people.
    pub reason: String,
}

/// A document's part in a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// The document.
    pub id: String,
    /// The file it was read from.
    pub path: String,
    /// Headline.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// Publisher or site; the host of the address where no other is stated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// Date of publication, as given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<String>,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    /// Who wrote it, as given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub byline: Option<String>,
    /// Language of the text, as given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<String>,
    /// The agency that it credits: in a field of its own, at the head or at the foot of its text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credit: Option<String>,
    /// DocumentLocation and day at the head of its text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dateline: Option<Dateline>,
    /// Its version, as its publisher counts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// Whether its publisher lets it be published: `usable`, `withheld`, `embargoed`, `canceled`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<String>,
    /// How it stands to the representative, read from the member.
    pub relation: MemberRelation,
    /// True where it and the representative are known to be of one source; as for a match.
    #[serde(default)]
    pub same_source: bool,
    /// Where the story stands in its text.
    pub spans: Vec<Span>,
    /// Words of the document.
    pub words: u64,
    /// Share of its words that are the story.
    pub containment: f64,
    /// Share of the representative's words that stand here.
    pub containment_representative: f64,
    /// Words aligned with the representative / words of both.
    pub resemblance: f64,
}

/// How a member stands to its representative.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum MemberRelation {
    /// It is the representative.
    Representative,
    /// The same words.
    Exact,
    /// Each contained in the other.
    Near,
    /// It contains the representative.
    Contains,
    /// The representative contains it.
    Contained,
}

/// A verified pair with its evidence; `left` stands before `right` bytewise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Match {
    /// Id of the one document.
    pub left: String,
    /// Id of the other.
    pub right: String,
    /// Read left to right: left `contains` right.
    pub relation: Relation,
    /// True where both documents are known to be of one source: their source fields, or for want of one
    /// the hosts of their addresses, name the same, in whatever case. False where they differ, and where
    /// either document has neither; a folder is no source here.
    pub same_source: bool,
    /// Aligned words / (left + right - aligned), without boilerplate.
    pub resemblance: f64,
    /// Aligned words / words of left that are not boilerplate.
    pub containment_left: f64,
    /// Aligned words / words of right that are not boilerplate.
    pub containment_right: f64,
    /// Words aligned: the smaller side's count.
    pub words: u64,
    /// Words of the longest verbatim run.
    pub longest_run: u64,
    /// The aligned passages, in the order of the left document.
    pub spans: Vec<SpanPair>,
}

/// One aligned passage, where it stands in each text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SpanPair {
    /// In the left document.
    pub left: Span,
    /// In the right document.
    pub right: Span,
}

impl From<Relation> for MemberRelation {
    /// `overlap` makes no cluster; a member of that relation would be a bug, and reads `contained`.
    fn from(relation: Relation) -> Self {
        match relation {
            Relation::Exact => Self::Exact,
            Relation::Near => Self::Near,
            Relation::Contains => Self::Contains,
            Relation::Contained | Relation::Overlap => Self::Contained,
        }
    }
}

/// A passage that recurs across documents that are otherwise different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Boilerplate {
    /// Its first words, as they stand in one document.
    pub excerpt: String,
    /// Its words.
    pub words: u64,
    /// Documents that carry it.
    pub documents: u64,
    /// Sources of those documents, sorted.
    pub sources: Vec<String>,
}

/// What one stage of the pipeline took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageTiming {
    /// The stage.
    pub stage: String,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// What it worked on: documents, keys, pairs.
    pub items: u64,
    /// Bytes of text that went through it, where it reads text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bytes: Option<u64>,
    /// Bytes of memory that the program had held at most when the stage ended, where the system says.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub memory: Option<u64>,
}

/// The place and day that stand at the head of a text: `MOSCOW, Feb 26`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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
