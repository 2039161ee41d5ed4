//! The data that the page reads first: the report without spans, and the data to list its stories and overlaps.

use super::block_layout::BlockLayout;
use super::html_safe_json;
use super::overlaps::overlap_count;
use crate::embedded_texts::{MAX_TEXT_BYTES, MAX_TOTAL_BYTES};
use crate::escape::escape_to_one_line;
use crate::parallel_items::write_items;
use crate::{
    Boilerplate, Cluster, EmbeddedTexts, Excerpts, Fault, Parameters, SCHEMA_VERSION, Summary,
    Tool, fault_count,
};
use dedupe_core::dates::parse_date;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::io::{self, Write};

/// Maximum number of boilerplate passages, skipped inputs and warnings to list, each.
const MAX_LISTED_ITEMS: usize = 200;

/// The fields before the lists with one item per entry: fields of the report under their names, and the number of
/// stories. The other entries are overlaps.
#[derive(Serialize)]
struct Head<'a> {
    schema_version: u32,
    tool: &'a Tool,
    parameters: &'a Parameters,
    summary: &'a Summary,
    stories: usize,
}

/// The fields after those lists.
#[derive(Serialize)]
struct Tail<'a> {
    boilerplate: TruncatedList<'a, Boilerplate>,
    skipped: TruncatedList<'a, Fault>,
    warnings: TruncatedList<'a, Fault>,
    texts: TextTotals,
    left_out: LeftOut,
}

/// What the page does not list.
#[derive(Serialize)]
struct LeftOut {
    stories: usize,
    overlaps: usize,
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
        stories: layout.stories,
    })?;
    out.write_all(head.strip_suffix(b"}").unwrap_or(&head))?;
    let entries = layout.entry_count();
    write_list("clusters", entries, out, |at| {
        html_safe_json(&ClusterWithoutSpans {
            cluster: &*layout.entry(at)?,
            is_overlap: at >= layout.stories,
        })
    })?;
    write_list("names", entries, out, |at| {
        html_safe_json(&name(&*layout.entry(at)?, excerpts, texts))
    })?;
    // First words of each member without a title, or null.
    write_list("beginnings", entries, out, |at| {
        html_safe_json(&beginnings(&*layout.entry(at)?, texts))
    })?;
    // Date of each member in seconds since 1970, or null if it has no date that can be parsed.
    write_list("times", entries, out, |at| {
        html_safe_json(&times(&*layout.entry(at)?))
    })?;
    // Number of the block with the texts of each entry.
    let blocks = layout.block_numbers();
    write_list("blocks", blocks.len(), out, |at| {
        html_safe_json(&blocks.get(at))
    })?;
    let tail = html_safe_json(&Tail {
        boilerplate: TruncatedList::new(header.boilerplate),
        skipped: TruncatedList::of_faults(header.skipped),
        warnings: TruncatedList::of_faults(header.warnings),
        texts: TextTotals {
            kept: texts.len(),
            left_out: texts.left_out,
            unread: texts.unread,
            limit: MAX_TEXT_BYTES,
            limit_of_all: MAX_TOTAL_BYTES,
        },
        left_out: LeftOut {
            stories: report.cluster_count() - layout.stories,
            overlaps: overlap_count(report) - layout.overlaps.len(),
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

/// An entry without the spans of its members. The blocks have the spans.
struct ClusterWithoutSpans<'a> {
    cluster: &'a Cluster,
    is_overlap: bool,
}

impl Serialize for ClusterWithoutSpans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut cluster = serde_json::to_value(self.cluster).map_err(S::Error::custom)?;
        let members = cluster.get_mut("members").and_then(Value::as_array_mut);
        for member in members
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            member.remove("spans");
            member.remove("digest");
            if self.is_overlap {
                member.insert("relation".into(), "overlap".into());
            }
        }
        cluster.serialize(serializer)
    }
}

/// The first items of a list, and how many there are.
#[derive(Serialize)]
pub(super) struct TruncatedList<'a, T> {
    items: &'a [T],
    all: u64,
}

impl<'a, T> TruncatedList<'a, T> {
    pub(super) fn new(all: &'a [T]) -> Self {
        Self {
            items: all.get(..MAX_LISTED_ITEMS).unwrap_or(all),
            all: all.len() as u64,
        }
    }
}

impl<'a> TruncatedList<'a, Fault> {
    fn of_faults(faults: &'a [Fault]) -> Self {
        Self {
            all: fault_count(faults),
            ..Self::new(faults)
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

/// Returns the name of a story: the first headline, starting with the representative's, or else its first words. `None`
/// if the report and the texts have neither.
fn name(cluster: &Cluster, excerpts: &Excerpts, texts: &EmbeddedTexts) -> Option<String> {
    let members = || cluster.members.iter();
    let titles = members().filter_map(|m| m.title.as_deref());
    let excerpt = excerpts.get(&cluster.id).map(String::as_str);
    let beginnings = members().filter_map(|m| texts.beginning(&m.id));
    let words = titles.chain(excerpt).chain(beginnings);
    words
        .map(escape_to_one_line)
        .find(|words| !words.is_empty())
}

fn beginnings<'t>(cluster: &Cluster, texts: &'t EmbeddedTexts) -> Vec<Option<&'t str>> {
    let members = cluster.members.iter();
    members
        .map(|m| texts.beginning(&m.id).filter(|_| m.title.is_none()))
        .collect()
}

fn times(cluster: &Cluster) -> Vec<Option<i64>> {
    let members = cluster.members.iter();
    let time = |date: &str| Some(parse_date(date)?.as_second());
    members.map(|m| m.stated_date().and_then(time)).collect()
}
