//! The data that the page reads first: the report without spans, and the data to list its stories.

use super::block_layout::BlockLayout;
use super::html_safe_json;
use crate::embedded_texts::{MAX_TEXT_BYTES, MAX_TOTAL_BYTES};
use crate::escape::escape_to_one_line;
use crate::parallel_items::write_items;
use crate::{Boilerplate, Cluster, Excerpts, Fault, Parameters, SCHEMA_VERSION, Summary, Tool};
use dedupe_core::dates::parse_date;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::io::{self, Write};

/// Maximum number of boilerplate passages, skipped inputs and warnings to list, each.
const MAX_LISTED_ITEMS: usize = 200;

/// The fields before the lists with one item per cluster: fields of the report under their names.
#[derive(Serialize)]
struct Head<'a> {
    schema_version: u32,
    tool: &'a Tool,
    parameters: &'a Parameters,
    summary: &'a Summary,
}

/// The fields after those lists.
#[derive(Serialize)]
struct Tail<'a> {
    boilerplate: TruncatedList<'a, Boilerplate>,
    skipped: TruncatedList<'a, Fault>,
    warnings: TruncatedList<'a, Fault>,
    texts: TextTotals,
}

/// Writes the index of the page as one JSON object. Writes one cluster after another.
pub(super) fn write_index(
    excerpts: &Excerpts,
    layout: &BlockLayout<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (report, texts) = (layout.report, layout.texts);
    let header = report.header();
    let head = html_safe_json(&Head {
        schema_version: SCHEMA_VERSION,
        tool: header.tool,
        parameters: header.parameters,
        summary: header.summary,
    })?;
    out.write_all(head.strip_suffix(b"}").unwrap_or(&head))?;
    let clusters = report.cluster_count();
    write_list("clusters", clusters, out, |at| {
        html_safe_json(&ClusterWithoutSpans(&*report.cluster(at)?))
    })?;
    // Name of each story.
    write_list("names", clusters, out, |at| {
        html_safe_json(&name(&*report.cluster(at)?, excerpts))
    })?;
    // Date of each member in seconds since 1970, or null if it has no date that can be parsed.
    write_list("times", clusters, out, |at| {
        html_safe_json(&times(&*report.cluster(at)?))
    })?;
    // Number of the block with the texts of each cluster.
    let blocks = layout.block_numbers();
    write_list("blocks", blocks.len(), out, |at| {
        html_safe_json(&blocks.get(at))
    })?;
    let tail = html_safe_json(&Tail {
        boilerplate: TruncatedList::new(header.boilerplate),
        skipped: TruncatedList::new(header.skipped),
        warnings: TruncatedList::new(header.warnings),
        texts: TextTotals {
            kept: texts.len(),
            left_out: texts.left_out,
            unread: texts.unread,
            limit: MAX_TEXT_BYTES,
            limit_of_all: MAX_TOTAL_BYTES,
        },
    })?;
    out.write_all(b",")?;
    out.write_all(tail.strip_prefix(b"{").unwrap_or(&tail))
}

/// Writes a field that is a list, after another field.
fn write_list(
    name: &str,
    items: usize,
    out: &mut dyn Write,
    item: impl Fn(usize) -> io::Result<Vec<u8>> + Sync,
) -> io::Result<()> {
    write!(out, ",\"{name}\":[")?;
    write_items(items, out, |at, text| {
        if at > 0 {
            text.push(b',');
        }
        text.extend_from_slice(&item(at)?);
        Ok(())
    })?;
    out.write_all(b"]")
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
