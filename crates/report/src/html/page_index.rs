//! The data that the page reads first: the report without spans, and the data to list its stories.

use super::block_layout::BlockLayout;
use crate::Fault;
use crate::embedded_texts::{MAX_TEXT_BYTES, MAX_TOTAL_BYTES};
use crate::escape::escape_to_one_line;
use crate::{
    Boilerplate, Cluster, EmbeddedTexts, Excerpts, Parameters, Report, SCHEMA_VERSION, Summary,
    Tool,
};
use dedupe_core::dates::parse_date;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Maximum number of boilerplate passages, skipped inputs and warnings to list, each.
const MAX_LISTED_ITEMS: usize = 200;

/// The index of the page: fields of the report under their names, and lists with one item per cluster.
#[derive(Serialize)]
pub(super) struct PageIndex<'a> {
    schema_version: u32,
    tool: &'a Tool,
    parameters: &'a Parameters,
    summary: &'a Summary,
    clusters: Vec<ClusterWithoutSpans<'a>>,
    /// Name of each story.
    names: Vec<String>,
    /// Date of each member in seconds since 1970, or null if it has no date that can be parsed.
    times: Vec<Vec<Option<i64>>>,
    /// Number of the block with the texts of each cluster.
    blocks: Vec<usize>,
    boilerplate: TruncatedList<'a, Boilerplate>,
    skipped: TruncatedList<'a, Fault>,
    warnings: TruncatedList<'a, Fault>,
    texts: TextTotals,
}

/// A cluster without the spans of its members. The blocks have the spans.
struct ClusterWithoutSpans<'a>(&'a Cluster);

impl Serialize for ClusterWithoutSpans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cluster = serde_json::to_value(self.0).map_err(S::Error::custom)?;
        let members = cluster.get_mut("members").and_then(Value::as_array_mut);
        for member in members
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            member.remove("spans");
        }
        cluster.serialize(serializer)
    }
}

/// The first items of a list, and its full length.
#[derive(Serialize)]
struct TruncatedList<'a, T> {
    items: &'a [T],
    all: usize,
}

impl<'a, T> TruncatedList<'a, T> {
    fn new(all: &'a [T]) -> Self {
        Self {
            items: all.get(..MAX_LISTED_ITEMS).unwrap_or(all),
            all: all.len(),
        }
    }
}

/// How many texts the page embeds, and the limits.
#[derive(Serialize)]
struct TextTotals {
    kept: usize,
    left_out: u64,
    unread: u64,
    limit: u64,
    limit_of_all: u64,
}

impl<'a> PageIndex<'a> {
    pub(super) fn new(
        report: &'a Report,
        excerpts: &Excerpts,
        texts: &EmbeddedTexts,
        layout: &BlockLayout<'_>,
    ) -> Self {
        let clusters = &report.clusters;
        Self {
            schema_version: SCHEMA_VERSION,
            tool: &report.tool,
            parameters: &report.parameters,
            summary: &report.summary,
            clusters: clusters.iter().map(ClusterWithoutSpans).collect(),
            names: clusters.iter().map(|c| name(c, excerpts)).collect(),
            times: clusters.iter().map(times).collect(),
            blocks: layout.block_numbers(),
            boilerplate: TruncatedList::new(&report.boilerplate),
            skipped: TruncatedList::new(&report.skipped),
            warnings: TruncatedList::new(&report.warnings),
            texts: TextTotals {
                kept: texts.len(),
                left_out: texts.left_out,
                unread: texts.unread,
                limit: MAX_TEXT_BYTES,
                limit_of_all: MAX_TOTAL_BYTES,
            },
        }
    }
}

/// Returns the name of a story: the first headline, starting with the representative's, or else its first words, or
/// else the id of the representative.
fn name(cluster: &Cluster, excerpts: &Excerpts) -> String {
    let titles = cluster.members.iter().filter_map(|m| m.title.as_ref());
    let words = titles.chain(excerpts.get(&cluster.id));
    let mut said = words
        .map(|words| escape_to_one_line(words))
        .filter(|w| !w.is_empty());
    said.next()
        .unwrap_or_else(|| escape_to_one_line(&cluster.representative))
}

fn times(cluster: &Cluster) -> Vec<Option<i64>> {
    let members = cluster.members.iter();
    let time = |date: &str| Some(parse_date(date)?.as_second());
    members.map(|m| m.date.as_deref().and_then(time)).collect()
}
