//! The types of the report, version 1.
//!
//! A later program may add fields. It may not change the meaning of a field without a new
//! [`SCHEMA_VERSION`]. The doc comments in this file become the descriptions in `report.schema.json`.

use dedupe_core::model::{Keep, Relation, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the report format.
pub const SCHEMA_VERSION: u32 = 1;

/// The result of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Always [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The program that wrote the report.
    pub tool: Tool,
    /// The settings that determine the result.
    pub parameters: Parameters,
    /// Totals of the run.
    pub summary: Summary,
    /// Stories that more than one document carries, sorted by size (largest first), then by id.
    pub clusters: Vec<Cluster>,
    /// Verified pairs, sorted by `left`, then by `right`.
    pub matches: Vec<Match>,
    /// Passages that many otherwise different documents share. Their words count little or not at all.
    pub boilerplate: Vec<Boilerplate>,
    /// Inputs that were not used, sorted by path, then by line.
    pub skipped: Vec<Fault>,
    /// Inputs that were used although part of them was unclear, sorted by path, then by line.
    pub warnings: Vec<Fault>,
    /// Duration of each stage. Present only if timings were requested.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timings: Option<Vec<StageTiming>>,
}

impl Report {
    /// The files of the documents in clusters and overlaps, as the report names them. A file occurs once for each
    /// mention of one of its documents.
    pub fn document_paths(&self) -> impl Iterator<Item = &str> {
        let members = self.clusters.iter().flat_map(|cluster| &cluster.members);
        let overlaps = self
            .matches
            .iter()
            .filter_map(|found| found.documents.as_ref());
        let members = members.map(|member| member.path.as_str());
        members.chain(overlaps.flatten().map(|document| document.path.as_str()))
    }
}

/// The program that wrote the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Name of the program.
    pub name: String,
    /// Version of the program.
    pub version: String,
}

/// The settings that determine the result. Settings that only affect speed are not included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parameters {
    /// How strong the evidence for one story must be, above 0 and at most 1.
    pub threshold: f64,
    /// Number of words that two documents must share to be reported as `overlap`.
    pub min_passage: u32,
    /// Words per shingle.
    pub shingle: u32,
    /// The largest number of days between the dates of two documents that match. Null: no limit.
    #[serde(default)]
    pub within: Option<u32>,
    /// Shingles per winnowing window.
    pub window: u32,
    /// LSH bands of a document signature.
    pub bands: u32,
    /// Signature values per band.
    pub rows: u32,
    /// How the representative of a cluster is chosen.
    pub keep: Keep,
    /// Sources whose documents are preferred as representatives, the most preferred first.
    #[serde(default)]
    pub prefer: Vec<String>,
    /// True if the run kept only results across sources. It then leaves out matches with `same_source`,
    /// and clusters whose members all have the same known source.
    pub cross_source_only: bool,
}

/// Totals of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Number of documents that were read and compared.
    pub documents: u64,
    /// Size of their texts in bytes.
    pub bytes: u64,
    /// Number of clusters.
    pub clusters: u64,
    /// Number of documents that are not representatives and whose closest relation to one is `exact`.
    pub exact: u64,
    /// The same for `near`.
    pub near: u64,
    /// The same for `contains` and `contained`.
    pub contained: u64,
    /// The same for `version`.
    #[serde(default)]
    pub versions: u64,
    /// Number of pairs with the relation `overlap`.
    pub overlaps: u64,
    /// Number of documents that are in no cluster.
    pub unique: u64,
    /// Number of boilerplate passages. `boilerplate` lists only the most frequent ones.
    #[serde(default)]
    pub boilerplate: u64,
    /// Number of documents without a word.
    pub empty: u64,
    /// Number of files that were ignored because of their extension, plus members and records of other
    /// types in archives.
    pub ignored: u64,
    /// Number of inputs that were not used, including empty ones.
    pub skipped: u64,
    /// Number of new documents. Present only if the run checked new documents against a corpus. The report
    /// then lists only results that involve a new document.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new: Option<u64>,
    /// Number of copies and overlaps that were left out because the baseline contains them. Present only if
    /// the run used a baseline.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known: Option<u64>,
}

/// One story and the documents that carry it. Each member matches the representative directly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cluster {
    /// First 12 hexadecimal digits of the XXH3-128 hash of the sorted member ids, each followed by a
    /// newline.
    pub id: String,
    /// Number of members.
    pub size: u64,
    /// Id of the member to keep.
    pub representative: String,
    /// The member that the others were copied from, or null if the evidence does not tell.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// Number of publishers that published a member. The publisher is the `source` of a member, ignoring case, or
    /// the host of its URL. A member without either counts as published by its folder, or by its file if that has
    /// several documents.
    #[serde(default)]
    pub publishers: u64,
    /// The agencies that members credit or that published a member, sorted. The story comes from them, as far as the
    /// members say. A page that carries other text too is not asked for its credit.
    #[serde(default)]
    pub agencies: Vec<String>,
    /// Number of independent sources. These are the `agencies`, each counted once. If there is no agency, these are the
    /// sources that members state, plus one for each member without a source.
    #[serde(default)]
    pub sources: u64,
    /// Days between the first and the last member of one publisher, if they are at least seven: the publisher published
    /// the story again, as happens with timelines, fact sheets and old articles. The most days of any publisher.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reissued_after_days: Option<u64>,
    /// The representative first, then the others sorted by id.
    pub members: Vec<Member>,
}

/// The member that a story was copied from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// Id of that member.
    pub id: String,
    /// The evidence, as text for people.
    pub reason: String,
}

/// A document in a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Id of the document.
    pub id: String,
    /// File that the document was read from.
    pub path: String,
    /// Headline.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// Publisher or site. If the document states none, the host of its URL.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// Date of publication, as the document states it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<String>,
    /// URL of the document.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    /// Author, as the document states it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub byline: Option<String>,
    /// Language of the text, as the document states it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<String>,
    /// Agency that the document credits: in a metadata field, or in the first or last lines of its text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credit: Option<String>,
    /// Place and day at the start of the text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dateline: Option<Dateline>,
    /// Version of the document, as its publisher numbers it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<String>,
    /// Publication status, as its publisher states it: `usable`, `withheld`, `embargoed` or `canceled`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<String>,
    /// Which part of the web page is the text. Present only if the document is a web page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub extraction: Option<Extraction>,
    /// Relation to the representative, read from the member: the member `contains` the representative.
    pub relation: MemberRelation,
    /// True if the member and the representative are known to have the same source; see `Match`.
    #[serde(default)]
    pub same_source: bool,
    /// Parts of the text that belong to the story.
    pub spans: Vec<Span>,
    /// Number of words in the document.
    pub words: u64,
    /// XXH3-128 hash of the words, as 32 hexadecimal digits. Documents with the same words have the same
    /// digest. `dedupe report` shows the text of a file only if its words still have this digest.
    #[serde(default)]
    pub digest: String,
    /// Share of the document's words that also appear in the representative.
    pub containment: f64,
    /// Share of the representative's words that also appear in this document.
    pub containment_representative: f64,
    /// Words that are equal in both, divided by the words of the union of the document and the representative.
    pub resemblance: f64,
}

/// Which part of a web page is the text of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Extraction {
    /// The article that the extractor found.
    Extractor,
    /// The text of an element that holds the story: `article`, `main`, one that is marked as `articleBody`, or
    /// the section of the headline.
    Section,
    /// The text of the whole page without navigation and notices.
    Body,
    /// The `articleBody` that the page states in its JSON-LD.
    ArticleBody,
    /// All visible text.
    Whole,
}

impl Extraction {
    /// The text form, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extractor => "extractor",
            Self::Section => "section",
            Self::Body => "body",
            Self::ArticleBody => "article-body",
            Self::Whole => "whole",
        }
    }
}

/// Relation of a member to the representative of its cluster.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum MemberRelation {
    /// The member is the representative.
    Representative,
    /// Both have the same words.
    Exact,
    /// Both tell one story, and at least the threshold's share of each is in the other.
    Near,
    /// The member contains the representative.
    Contains,
    /// The representative contains the member.
    Contained,
    /// Both tell one story, and less than the threshold's share of each is in the other.
    Version,
}

/// A verified pair with its evidence. `left` sorts before `right` by bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Match {
    /// Id of the first document.
    pub left: String,
    /// Id of the second document.
    pub right: String,
    /// Relation from left to right: `left` `contains` `right`.
    pub relation: Relation,
    /// True if both documents are known to have the same source. The source is the `source` field, or the
    /// host of the URL if the field is missing; letter case is ignored. False if the sources differ, or if
    /// a document has neither. Folders are not used as sources here.
    pub same_source: bool,
    /// Words in common / (words of left + words of right - words in common).
    pub resemblance: f64,
    /// Words in common / words of left.
    pub containment_left: f64,
    /// Words in common / words of right.
    pub containment_right: f64,
    /// Number of aligned words. If the sides differ, the smaller number.
    pub words: u64,
    /// Number of words in the longest passage without a difference.
    pub longest_run: u64,
    /// Aligned passages, in the order of the left document.
    pub spans: Vec<SpanPair>,
    /// What is known of `left` and of `right`. Present only if the relation is `overlap`: those documents need not be
    /// members of a cluster, where the same is stated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub documents: Option<[MatchedDocument; 2]>,
}

/// A document of an overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatchedDocument {
    /// File that the document was read from.
    pub path: String,
    /// XXH3-128 hash of the words; see `Member`.
    pub digest: String,
}

/// One aligned passage and its position in each text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SpanPair {
    /// Position in the left document.
    pub left: Span,
    /// Position in the right document.
    pub right: Span,
}

impl From<Relation> for MemberRelation {
    /// Overlaps do not form clusters, so that `Relation::Overlap` does not occur here. It maps to `Contained`.
    fn from(relation: Relation) -> Self {
        match relation {
            Relation::Exact => Self::Exact,
            Relation::Near => Self::Near,
            Relation::Contains => Self::Contains,
            Relation::Contained | Relation::Overlap => Self::Contained,
            Relation::Version => Self::Version,
        }
    }
}

/// A passage that many otherwise different documents share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Boilerplate {
    /// First words of the passage, as one of the documents has them.
    pub excerpt: String,
    /// Number of words in the passage.
    pub words: u64,
    /// Number of documents that contain the passage.
    pub documents: u64,
    /// Sources of these documents, sorted.
    pub sources: Vec<String>,
}

/// Time and work of one stage of the pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageTiming {
    /// Name of the stage.
    pub stage: String,
    /// Wall-clock time in seconds.
    pub seconds: f64,
    /// Number of items that the stage processed: documents, keys or pairs.
    pub items: u64,
    /// Bytes of text that the stage read. Present only for stages that read text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bytes: Option<u64>,
    /// Peak memory of the program in bytes at the end of the stage. Present only if the operating system
    /// reports it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub memory: Option<u64>,
}

/// The place and day at the start of a text, such as `MOSCOW, Feb 26`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dateline {
    /// Place, spelled as in the text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
    /// Day in ISO 8601 form. If the text has no year, it is the last year in which the day is at most a week after the
    /// document's date. If there is no such date either, the year is left out: `--02-26`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<String>,
}

/// A problem with an input: the run skipped the input, or used it with a warning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Fault {
    /// Path of the file, as given or as found below a given folder. Bytes that are not UTF-8 appear as %XX.
    pub path: String,
    /// Line of the record, counted from 1. Present only for files with one record per line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u64>,
    /// Stable code for programs, such as `empty` or `not-json`.
    pub code: String,
    /// One sentence for people: what was expected and what was found.
    pub reason: String,
    /// How many faults the entry stands for. Present only if there are several: a list has at most the first 10,000 faults
    /// of each kind, and the last entry of the kind stands for all others.
    #[serde(skip_serializing_if = "is_one", default = "one")]
    pub count: u64,
}

fn one() -> u64 {
    1
}

fn is_one(count: &u64) -> bool {
    *count == 1
}

/// How many faults the entries of a list stand for.
#[must_use]
pub fn fault_count(faults: &[Fault]) -> u64 {
    // Anybody may have written a saved report.
    (faults.iter()).fold(0, |sum: u64, fault| sum.saturating_add(fault.count))
}
