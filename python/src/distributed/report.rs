//! Turns the tables of a job into items of the JSON report, and writes them to the file.

use super::columns::{Columns, count, from_u32, text, to_u32};
use super::matches::{NO_MATCH, match_of, member_relation};
use super::{Batch, convert};
use crate::options::RunOptions;
use crate::output::Target;
use crate::run::InputFiles;
use arrow_array::builder::{BinaryBuilder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::{Array, ArrayRef, BinaryArray, Int32Array, RecordBatch, StringArray};
use arrow_schema::ArrowError;
use dedupe::core::verify::relation::exact_match;
use dedupe::core::{DocumentIndex, Match, Passage};
use dedupe::distributed::STATED;
use dedupe::distributed::report::{self, KnownDocument, KnownMember};
use dedupe::distributed::report_file::ReportFile;
use dedupe::report::{MemberRelation, Summary, encode_json};
use pyo3::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// The clusters of the members in a batch, each without its list of members, and the story in the representative. All
/// members of a cluster must be in one batch. `path`: the name of the input.
#[pyfunction]
pub(super) fn report_clusters(py: Python<'_>, batch: Batch, path: String) -> PyResult<Batch> {
    convert(py, move || clusters(&batch.0, &path))
}

fn clusters(batch: &RecordBatch, path: &str) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let representatives = columns.longs("b")?;
    let documents = Documents::of_members(columns, path)?;
    let evidence = evidence(columns)?;
    let relations = columns.ints("relation")?;
    let mut by_representative: BTreeMap<i64, Vec<KnownMember<'_>>> = BTreeMap::new();
    for (row, representative) in representatives.values().iter().enumerate() {
        let member = KnownMember {
            document: documents.at(row),
            relation: member_relation(relations.value(row)),
            evidence: evidence.get(row).and_then(Option::as_ref),
        };
        by_representative
            .entry(*representative)
            .or_default()
            .push(member);
    }
    let mut b = Int64Builder::new();
    let mut sizes = Int64Builder::new();
    let (mut ids, mut items) = (StringBuilder::new(), StringBuilder::new());
    let mut stories = BinaryBuilder::new();
    for (representative, members) in by_representative {
        let (cluster, story) = report::cluster(members);
        let ends: Vec<u32> = story.iter().flat_map(|p| [p.begin, p.end]).collect();
        b.append_value(representative);
        sizes.append_value(i64::try_from(cluster.size).unwrap_or(i64::MAX));
        items.append_value(json(&cluster)?);
        ids.append_value(cluster.id);
        stories.append_value(from_u32(&ends));
    }
    RecordBatch::try_from_iter([
        ("size", Arc::new(sizes.finish()) as ArrayRef),
        ("cluster", Arc::new(ids.finish())),
        ("b", Arc::new(b.finish())),
        ("item", Arc::new(items.finish())),
        ("story", Arc::new(stories.finish())),
    ])
}

/// The place of members among the items of their cluster, which follow the cluster itself.
const REPRESENTATIVE: i32 = 1;
const OTHER: i32 = 2;

/// The members of clusters, one for each row.
#[pyfunction]
pub(super) fn report_members(py: Python<'_>, batch: Batch, path: String) -> PyResult<Batch> {
    convert(py, move || members(&batch.0, &path))
}

fn members(batch: &RecordBatch, path: &str) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let documents = Documents::of_members(columns, path)?;
    let (offsets, stories) = (columns.bytes("offsets")?, columns.bytes("story")?);
    let sources = columns.strings("representative_source")?;
    let evidence = evidence(columns)?;
    let relations = columns.ints("relation")?;
    let (mut items, mut ids) = (StringBuilder::new(), StringBuilder::new());
    let mut places = Int32Builder::new();
    for row in 0..batch.num_rows() {
        let member = KnownMember {
            document: documents.at(row),
            relation: member_relation(relations.value(row)),
            evidence: evidence.get(row).and_then(Option::as_ref),
        };
        let ends = to_u32(stories.value(row));
        let (story, _) = ends.as_chunks();
        let story: Vec<Passage> = story
            .iter()
            .map(|&[begin, end]| Passage { begin, end })
            .collect();
        let item = member.item(offsets.value(row), &story, text(sources, row));
        items.append_value(json(&item)?);
        places.append_value(match member.relation {
            MemberRelation::Representative => REPRESENTATIVE,
            _ => OTHER,
        });
        ids.append_value(member.document.id);
    }
    RecordBatch::try_from_iter([
        ("size", Arc::new(columns.longs("size")?.clone()) as ArrayRef),
        ("cluster", Arc::new(columns.strings("cluster")?.clone())),
        ("b", Arc::new(columns.longs("b")?.clone())),
        ("place", Arc::new(places.finish())),
        ("id", Arc::new(ids.finish())),
        ("item", Arc::new(items.finish())),
    ])
}

/// The matches of a report, one for each row.
#[pyfunction]
pub(super) fn report_matches(py: Python<'_>, batch: Batch, path: String) -> PyResult<Batch> {
    convert(py, move || matches(&batch.0, &path))
}

fn matches(batch: &RecordBatch, path: &str) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let left = Documents::of_pairs(columns, 'a', path)?;
    let right = Documents::of_pairs(columns, 'b', path)?;
    let offsets = [columns.bytes("offsets_a")?, columns.bytes("offsets_b")?];
    let mut lefts = StringBuilder::new();
    let mut rights = StringBuilder::new();
    let mut items = StringBuilder::new();
    for (row, found) in evidence(columns)?.into_iter().enumerate() {
        let documents = [left.at(row), right.at(row)];
        // Exact copies with their leader have no row of passages.
        let found = found.unwrap_or_else(|| exact_match(LEFT, RIGHT, documents[0].words));
        let with_offsets = [
            (documents[0], offsets[0].value(row)),
            (documents[1], offsets[1].value(row)),
        ];
        let item = report::match_item(found, with_offsets);
        items.append_value(json(&item)?);
        lefts.append_value(item.left);
        rights.append_value(item.right);
    }
    RecordBatch::try_from_iter([
        ("left", Arc::new(lefts.finish()) as ArrayRef),
        ("right", Arc::new(rights.finish())),
        ("item", Arc::new(items.finish())),
    ])
}

/// Writes a report of `counts`, by field of its summary. `items` gives pairs of a list and the JSON of an item, as
/// [`ReportFile::add`] takes them.
#[pyfunction]
pub(super) fn write_report(
    path: PathBuf,
    options: RunOptions,
    counts: BTreeMap<String, u64>,
    items: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    let summary = Summary {
        documents: count("documents"),
        bytes: count("bytes"),
        clusters: count("clusters"),
        exact: count("exact"),
        near: count("near"),
        contained: count("contained"),
        versions: count("versions"),
        overlaps: count("overlaps"),
        unique: count("unique"),
        empty: count("empty"),
        skipped: count("skipped"),
        ..Summary::default()
    };
    let rules = options.rules()?;
    let mut of_python = None;
    let written = Target::new(path, &InputFiles::default())?.write(|out| {
        let mut file = ReportFile::begin(out, &rules, summary)?;
        for item in items.try_iter().map_err(io::Error::other)? {
            let item = item.and_then(|item| item.extract::<(String, String)>());
            let (list, json) = item.map_err(|error| {
                let message = error.to_string();
                of_python = Some(error);
                io::Error::other(message)
            })?;
            file.add(&list, &json)?;
        }
        file.end().map(drop)
    });
    match of_python {
        Some(error) => Err(error),
        None => written,
    }
}

pub(super) fn json<T: Serialize>(item: &T) -> Result<String, ArrowError> {
    let mut buffer = vec![];
    encode_json(&mut buffer, item)?;
    String::from_utf8(buffer).map_err(|error| ArrowError::ExternalError(Box::new(error)))
}

const LEFT: DocumentIndex = DocumentIndex(0);
const RIGHT: DocumentIndex = DocumentIndex(1);

/// By row: the match of its documents. `None` for representatives, and for exact copies with their leader.
fn evidence(columns: Columns<'_>) -> Result<Vec<Option<Match>>, ArrowError> {
    let passages = columns.bytes("passages")?;
    let relations = columns.ints("relation")?;
    (0..passages.len())
        .map(|row| match passages.value(row) {
            _ if relations.value(row) == NO_MATCH => Ok(None),
            [] => Ok(None),
            _ => match_of(columns, row, LEFT, RIGHT),
        })
        .collect()
}

/// The documents in the rows of a batch.
struct Documents<'a> {
    path: &'a str,
    id: &'a StringArray,
    words: &'a Int32Array,
    stated: [Option<&'a StringArray>; STATED.len()],
    digest: &'a BinaryArray,
    of_members: Option<OfMembers<'a>>,
}

/// What only members need.
struct OfMembers<'a> {
    moment: &'a BinaryArray,
    publisher: &'a StringArray,
}

impl<'a> Documents<'a> {
    /// The members of clusters.
    fn of_members(columns: Columns<'a>, path: &'a str) -> Result<Self, ArrowError> {
        let mut stated = [None; STATED.len()];
        for (column, name) in stated.iter_mut().zip(STATED) {
            *column = Some(columns.strings(name)?);
        }
        Ok(Self {
            path,
            id: columns.strings("id")?,
            words: columns.ints("length_a")?,
            stated,
            digest: columns.bytes("digest")?,
            of_members: Some(OfMembers {
                moment: columns.bytes("moment")?,
                publisher: columns.strings("publisher")?,
            }),
        })
    }

    /// One side of pairs, `a` or `b`. Of what the documents state, a pair needs the source.
    fn of_pairs(columns: Columns<'a>, side: char, path: &'a str) -> Result<Self, ArrowError> {
        let name = |column: &str| format!("{column}_{side}");
        let source = columns.strings(&name("source"))?;
        Ok(Self {
            path,
            id: columns.strings(&name("id"))?,
            words: columns.ints(&name("length"))?,
            stated: STATED.map(|field| (field == "source").then_some(source)),
            digest: columns.bytes(&name("digest"))?,
            of_members: None,
        })
    }

    fn at(&self, row: usize) -> KnownDocument<'a> {
        let document = KnownDocument {
            id: self.id.value(row),
            path: self.path,
            stated: self.stated.map(|column| text(column?, row)),
            words: count(self.words.value(row)),
            digest: self.digest.value(row),
            ..KnownDocument::default()
        };
        match &self.of_members {
            None => document,
            Some(own) => KnownDocument {
                moment: own.moment.value(row),
                publisher: own.publisher.value(row),
                ..document
            },
        }
    }
}
