//! What an export did: a line a dropped document, a line an input that was not used, and the counts.

use dedupe::pipeline::export::{Chosen, Dropped, Selection};
use dedupe_core::model::Relation;
use dedupe_report::Fault;
use dedupe_report::encode;
use serde::Serialize;
use std::io::{self, Write};

/// A line of the manifest.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Dropped(Row<'a>),
    Skipped(&'a Fault),
    Warning(&'a Fault),
    Summary(Counts),
}

/// A dropped document, the one that stands for it, and why.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// It is kept.
    stand_in: &'a str,
    /// What the document is to the first of `through`, or else to `stand_in`.
    relation: Relation,
    containment: f64,
    containment_stand_in: f64,
    resemblance: f64,
    /// Documents that stood for it at first, and were dropped for the next one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    through: Vec<&'a str>,
}

/// What was read, and what became of it: `kept + dropped + skipped = read`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    read: usize,
    kept: usize,
    dropped: usize,
    exact: usize,
    near: usize,
    contained: usize,
    skipped: usize,
}

impl Counts {
    pub(super) fn new(selection: &Selection) -> Self {
        let mut counts = Self {
            skipped: selection.skipped.len(),
            ..Self::default()
        };
        for document in &selection.documents {
            let count = match document.dropped.map(|dropped| dropped.relation) {
                None => {
                    counts.kept += 1;
                    continue;
                }
                Some(Relation::Exact) => &mut counts.exact,
                Some(Relation::Near) => &mut counts.near,
                Some(_) => &mut counts.contained,
            };
            *count += 1;
            counts.dropped += 1;
        }
        counts.read = counts.kept + counts.dropped + counts.skipped;
        counts
    }

    pub(super) fn documents(&self) -> usize {
        self.kept + self.dropped
    }

    /// For people.
    pub(super) fn sentence(&self) -> String {
        let Self {
            read,
            kept,
            dropped,
            exact,
            near,
            contained,
            skipped,
        } = self;
        format!(
            "read {read}: kept {kept}, dropped {dropped} ({exact} exact, {near} near, {contained} contained), skipped {skipped}"
        )
    }
}

/// Writes a line for each dropped document, in reading order, then for each input that was not used or
/// with a reservation, and the counts last.
pub(super) fn write(selection: &Selection, out: &mut dyn Write) -> io::Result<()> {
    let rows = selection.documents.iter().filter_map(|document| {
        let row = row(selection, document, document.dropped?)?;
        Some(Line::Dropped(row))
    });
    let mut buffer = Vec::new();
    let lines = rows
        .chain(selection.skipped.iter().map(Line::Skipped))
        .chain(selection.warnings.iter().map(Line::Warning))
        .chain([Line::Summary(Counts::new(selection))]);
    for line in lines {
        encode(&mut buffer, &line)?;
        buffer.push(b'\n');
        out.write_all(&buffer)?;
    }
    Ok(())
}

fn row<'a>(selection: &'a Selection, document: &'a Chosen, dropped: Dropped) -> Option<Row<'a>> {
    let way = selection.stand_ins(document);
    let id = |at: &usize| selection.documents.get(*at).map(|d| d.id.as_str());
    let (last, between) = way.split_last()?;
    let rounded = |share: f64| (share * 1e4).round() / 1e4;
    Some(Row {
        id: &document.id,
        path: &document.path,
        line: document.line,
        stand_in: id(last)?,
        relation: dropped.relation,
        containment: rounded(dropped.containment),
        containment_stand_in: rounded(dropped.containment_stand_in),
        resemblance: rounded(dropped.resemblance),
        through: between.iter().filter_map(id).collect(),
    })
}
