//! Turns the tables of a job into items of the JSON report, and writes them to the file.

use super::columns::{Columns, count, from_u32, text, to_u32};
use super::matches::{NO_MATCH, match_of, member_relation};
use super::{Batch, convert};
use crate::options::RunOptions;
use crate::output::Target;
use crate::run::InputFiles;
use arrow_array::builder::{BinaryBuilder, Int64Builder, StringBuilder};
use arrow_array::{Array, ArrayRef, BinaryArray, Int32Array, RecordBatch, StringArray};
use arrow_schema::ArrowError;
use dedupe::core::verify::relation::exact_match;
use dedupe::core::{DocumentIndex, Match, Passage};
use dedupe::distributed::report::{self, KnownDocument, KnownMember};
use dedupe::report::{Fault, JsonItems, ReportView, Summary, encode_json};
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
    let documents = Documents::new(columns, "", path)?;
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
        let story = report::story(&members);
        let ends: Vec<u32> = story.iter().flat_map(|p| [p.begin, p.end]).collect();
        let cluster = report::cluster(members);
        b.append_value(representative);
        sizes.append_value(i64::try_from(cluster.size).unwrap_or(i64::MAX));
        items.append_value(json(&cluster)?);
        ids.append_value(cluster.id);
        stories.append_value(from_u32(&ends));
    }
    RecordBatch::try_from_iter([
        ("b", Arc::new(b.finish()) as ArrayRef),
        ("size", Arc::new(sizes.finish())),
        ("cluster", Arc::new(ids.finish())),
        ("item", Arc::new(items.finish())),
        ("story", Arc::new(stories.finish())),
    ])
}

/// The members of clusters, one for each row.
#[pyfunction]
pub(super) fn report_members(py: Python<'_>, batch: Batch, path: String) -> PyResult<Batch> {
    convert(py, move || members(&batch.0, &path))
}

fn members(batch: &RecordBatch, path: &str) -> Result<RecordBatch, ArrowError> {
    let columns = Columns(batch);
    let documents = Documents::new(columns, "", path)?;
    let (offsets, stories) = (columns.bytes("offsets")?, columns.bytes("story")?);
    let sources = columns.strings("representative_source")?;
    let evidence = evidence(columns)?;
    let relations = columns.ints("relation")?;
    let mut items = StringBuilder::new();
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
    }
    RecordBatch::try_from_iter([
        ("b", Arc::new(columns.longs("b")?.clone()) as ArrayRef),
        ("a", Arc::new(columns.longs("a")?.clone())),
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
    let documents = ["_a", "_b"].map(|side| Documents::new(columns, side, path));
    let [left, right] = documents;
    let (left, right) = (left?, right?);
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

/// The faults of a report, one for each row.
#[pyfunction]
pub(super) fn report_faults(py: Python<'_>, batch: Batch, path: String) -> PyResult<Batch> {
    convert(py, move || {
        let columns = Columns(&batch.0);
        let (codes, reasons) = (columns.strings("code")?, columns.strings("reason")?);
        let mut items = StringBuilder::new();
        for row in 0..batch.0.num_rows() {
            items.append_value(json(&Fault {
                path: path.clone(),
                line: None,
                code: codes.value(row).to_owned(),
                reason: reasons.value(row).to_owned(),
                count: 1,
            })?);
        }
        RecordBatch::try_from_iter([
            ("kind", Arc::new(columns.ints("kind")?.clone()) as ArrayRef),
            ("code", Arc::new(codes.clone())),
            ("reason", Arc::new(reasons.clone())),
            ("item", Arc::new(items.finish())),
        ])
    })
}

/// The lists of a report, in order.
const LISTS: [&str; 5] = ["clusters", "matches", "boilerplate", "skipped", "warnings"];
/// In place of a list: members of the last cluster.
const MEMBERS: &str = "members";

/// Writes a report of `counts`, by field of its summary. `items` gives pairs of a list and the JSON of an item, in the order
/// of the report. A member follows its cluster.
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
        overlaps: count("overlaps"),
        unique: count("unique"),
        empty: count("empty"),
        skipped: count("skipped"),
        ..Summary::default()
    };
    let header = report::without_items(&options.rules()?, summary);
    let mut of_python = None;
    let written = Target::new(path, &InputFiles::default())?.write(|out| {
        let mut file = ReportFile {
            items: JsonItems::begin(out, header.header())?,
            list: None,
            members: None,
        };
        for item in items.try_iter().map_err(io::Error::other)? {
            let item = item.and_then(|item| item.extract::<(String, String)>());
            let (list, json) = item.map_err(|error| {
                let message = error.to_string();
                of_python = Some(error);
                io::Error::other(message)
            })?;
            file.add(&list, &json)?;
        }
        file.end()
    });
    match of_python {
        Some(error) => Err(error),
        None => written,
    }
}

/// A report that is being written.
struct ReportFile<W: io::Write> {
    items: JsonItems<W>,
    /// The number of the list that has begun.
    list: Option<usize>,
    /// Members of the cluster that has begun.
    members: Option<usize>,
}

impl<W: io::Write> ReportFile<W> {
    fn add(&mut self, list: &str, json: &str) -> io::Result<()> {
        if list == MEMBERS {
            let separator = match &mut self.members {
                Some(members) => {
                    *members += 1;
                    if *members == 1 { "" } else { "," }
                }
                None => return Err(io::Error::other("a member before its cluster")),
            };
            self.items.more(separator)?;
            return self.items.more(json);
        }
        let place = LISTS.iter().position(|name| *name == list);
        self.go_to(place.ok_or_else(|| io::Error::other(format!("no list {list}")))?)?;
        // The members of a cluster come last, and are empty.
        let begin = json.strip_suffix(NO_MEMBERS).filter(|_| list == LISTS[0]);
        self.members = begin.map(|_| 0);
        self.items.item(begin.unwrap_or(json))
    }

    /// Ends the cluster and the lists before this one.
    fn go_to(&mut self, list: usize) -> io::Result<()> {
        if self.list.is_some_and(|at| at > list) {
            return Err(io::Error::other("an item after the end of its list"));
        }
        if self.members.take().is_some() {
            self.items.more(NO_MEMBERS)?;
        }
        while self.list.is_none_or(|at| at < list) {
            if self.list.is_some() {
                self.items.end_list()?;
            }
            let next = self.list.map_or(0, |at| at + 1);
            self.list = Some(next);
            self.items.begin_list(LISTS.get(next).unwrap_or(&""))?;
        }
        Ok(())
    }

    fn end(mut self) -> io::Result<()> {
        self.go_to(LISTS.len() - 1)?;
        self.items.end_list()?;
        self.items.end().map(drop)
    }
}

/// The end of a cluster without members.
const NO_MEMBERS: &str = "]}";

fn json<T: Serialize>(item: &T) -> Result<String, ArrowError> {
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
    source: &'a StringArray,
    words: &'a Int32Array,
    stated: Option<Stated<'a>>,
}

/// What only members need.
struct Stated<'a> {
    moment: &'a BinaryArray,
    digest: &'a BinaryArray,
    publisher: &'a StringArray,
    fields: [&'a StringArray; 10],
}

const FIELDS: [&str; 10] = [
    "title",
    "date",
    "url",
    "byline",
    "language",
    "credit",
    "dateline_place",
    "dateline_day",
    "version",
    "status",
];

impl<'a> Documents<'a> {
    /// The documents of columns whose names end in `side`. Those of pairs have no more than they need.
    fn new(columns: Columns<'a>, side: &str, path: &'a str) -> Result<Self, ArrowError> {
        let name = |column: &str| format!("{column}{side}");
        let stated = || -> Result<Stated<'a>, ArrowError> {
            let mut fields = vec![];
            for field in FIELDS {
                fields.push(columns.strings(field)?);
            }
            let wrong = |_| ArrowError::SchemaError("expected ten fields".to_owned());
            Ok(Stated {
                moment: columns.bytes("moment")?,
                digest: columns.bytes("digest")?,
                publisher: columns.strings("publisher")?,
                fields: fields.try_into().map_err(wrong)?,
            })
        };
        Ok(Self {
            path,
            id: columns.strings(&name("id"))?,
            source: columns.strings(&name("source"))?,
            words: columns.ints(if side == "_b" { "length_b" } else { "length_a" })?,
            stated: side.is_empty().then(stated).transpose()?,
        })
    }

    fn at(&self, row: usize) -> KnownDocument<'a> {
        let document = KnownDocument {
            id: self.id.value(row),
            path: self.path,
            source: text(self.source, row),
            words: count(self.words.value(row)),
            ..KnownDocument::default()
        };
        let Some(stated) = &self.stated else {
            return document;
        };
        let [
            title,
            date,
            url,
            byline,
            language,
            credit,
            dateline_place,
            dateline_day,
            version,
            status,
        ] = stated.fields.map(|field| text(field, row));
        KnownDocument {
            title,
            date,
            url,
            byline,
            language,
            credit,
            dateline_place,
            dateline_day,
            version,
            status,
            moment: stated.moment.value(row),
            digest: stated.digest.value(row),
            publisher: stated.publisher.value(row),
            ..document
        }
    }
}
