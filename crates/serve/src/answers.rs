//! The JSON of answers. `openapi.json` describes it.

use dedupe_core::model::Span;
use dedupe_report::{Cluster, MemberRelation};
use serde::Serialize;

/// Items of a list in an answer, at most. A count beside the list says how many there are.
pub(crate) const MAX_ITEMS: usize = 1000;

/// What a document is to the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// The archive had no document with this id.
    New,
    /// The archive had the document with other words.
    Version,
    /// The archive has the document with the same words.
    Known,
}

/// Whether a document is a copy, and of what.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Verdict {
    /// True if another document of the archive carries its story.
    pub duplicate: bool,
    /// The document that stands for the story; if that is this document, its closest copy.
    pub of: Option<String>,
    /// Its relation to that document.
    pub relation: Option<MemberRelation>,
    /// The share of this document that is in that one.
    pub containment: Option<f64>,
    /// Where this document has the story: bytes of its text.
    pub spans: Vec<Span>,
    /// The first of its clusters, named by the document that stands for it.
    pub cluster: Option<String>,
    /// The clusters that the document is in. A page of several stories is in several.
    pub clusters: Vec<ClusterSummary>,
    /// How many publishers carry the first of these stories.
    pub publishers: u64,
    /// Passages that the document shares with documents that are not copies of it.
    pub overlaps: Vec<Overlap>,
    /// How often the archive has learnt which passages recur.
    pub epoch: u32,
}

/// A story that a document carries.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterSummary {
    /// The document that stands for it, which names the cluster.
    pub representative: String,
    /// The id of the cluster in reports.
    pub id: String,
    /// The number of its documents.
    pub documents: u64,
    /// The number of its publishers.
    pub publishers: u64,
}

/// A passage in common with another document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overlap {
    /// The other document.
    pub id: String,
    /// Words in common.
    pub words: u64,
    /// The share of this document that is in the other one.
    pub containment: f64,
    /// Where this document has them: bytes of its text.
    pub spans: Vec<Span>,
}

/// Something about a document that was unclear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The code of the fault, as in reports.
    pub code: String,
    /// What is unclear.
    pub message: String,
}

/// The answer about a document that was added, or would be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Submitted {
    /// The id of the document.
    pub id: String,
    /// What the document is to the archive.
    pub change: Change,
    /// Whether it is a copy, and of what.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// What was unclear about it.
    pub warnings: Vec<Warning>,
}

/// The fields of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DocumentFields {
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
    /// The text.
    pub text: String,
}

/// A document of the archive.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FoundDocument {
    /// Its fields.
    pub document: DocumentFields,
    /// The number of its versions.
    pub versions: u64,
    /// Whether it is a copy, and of what.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// A cluster. It lists at most [`MAX_ITEMS`] members.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ClusterAnswer {
    #[serde(flatten)]
    cluster: Cluster,
    /// True if the cluster has more members than it lists.
    truncated: bool,
    epoch: u32,
}

impl ClusterAnswer {
    pub(crate) fn new(mut cluster: Cluster, epoch: u32) -> Self {
        let truncated = cluster.members.len() > MAX_ITEMS;
        cluster.members.truncate(MAX_ITEMS);
        Self {
            cluster,
            truncated,
            epoch,
        }
    }
}

impl Verdict {
    /// Cuts lists that are too long.
    pub(crate) fn limited(mut self) -> Self {
        self.overlaps.truncate(MAX_ITEMS);
        self.clusters.truncate(MAX_ITEMS);
        self
    }
}

/// The answer of `/v1/healthz`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Health {
    pub(crate) status: &'static str,
}
