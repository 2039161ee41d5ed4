//! The manifest of an export: one JSON line per dropped document, fault and warning, and the counts.

use super::super::messages::counted;
use dedupe::export::{Chosen, Dropped, Selection};
use dedupe_core::model::Relation;
use dedupe_report::{Fault, encode_json, fault_count};
use serde::Serialize;
use std::io::{self, Write};

/// A line of the manifest.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum ManifestLine<'a> {
    Dropped(DroppedLine<'a>),
    Skipped(&'a Fault),
    Warning(&'a Fault),
    Summary(Counts),
}

/// A dropped document and the kept document that replaces it.
#[derive(Serialize)]
struct DroppedLine<'a> {
    id: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// Id of the kept document.
    stand_in: &'a str,
    /// Relation of the dropped document to the first of `through`, or to `stand_in` if there is none.
    relation: Relation,
    containment: f64,
    containment_stand_in: f64,
    resemblance: f64,
    /// Documents that replaced it first, and then were dropped in favour of the next one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    through: Vec<&'a str>,
}

/// Numbers of documents. `kept + dropped + skipped = read`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Counts {
    read: usize,
    kept: usize,
    dropped: usize,
    exact: usize,
    near: usize,
    contained: usize,
    versions: usize,
    skipped: usize,
}

impl Counts {
    pub(super) fn new(selection: &Selection) -> Self {
        let mut counts = Self {
            skipped: usize::try_from(fault_count(&selection.skipped)).unwrap_or(usize::MAX),
            ..Self::default()
        };
        for document in selection.documents() {
            let count = match document.dropped.map(|dropped| dropped.relation) {
                None => {
                    counts.kept += 1;
                    continue;
                }
                Some(Relation::Exact) => &mut counts.exact,
                Some(Relation::Near) => &mut counts.near,
                Some(Relation::Version) => &mut counts.versions,
                Some(Relation::Contains | Relation::Contained | Relation::Overlap) => {
                    &mut counts.contained
                }
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

    /// The counts as a message.
    pub(super) fn sentence(&self) -> String {
        let Self {
            read,
            kept,
            dropped,
            exact,
            near,
            contained,
            versions,
            skipped,
        } = self;
        format!(
            "read {read}: kept {kept}, dropped {dropped} ({exact} exact, {near} near, {contained} contained, {}), skipped {skipped}",
            counted(*versions, "version", "versions")
        )
    }
}

/// Writes the dropped documents in reading order, then skipped inputs, warnings and the counts.
pub(super) fn write(selection: &Selection, out: &mut dyn Write) -> io::Result<()> {
    let dropped = selection.documents().filter_map(|document| {
        let line = dropped_line(selection, &document, document.dropped?)?;
        Some(ManifestLine::Dropped(line))
    });
    let mut buffer = Vec::new();
    let lines = dropped
        .chain(selection.skipped.iter().map(ManifestLine::Skipped))
        .chain(selection.warnings.iter().map(ManifestLine::Warning))
        .chain([ManifestLine::Summary(Counts::new(selection))]);
    for line in lines {
        encode_json(&mut buffer, &line)?;
        buffer.push(b'\n');
        out.write_all(&buffer)?;
    }
    Ok(())
}

fn dropped_line<'a>(
    selection: &'a Selection,
    document: &Chosen<'a>,
    dropped: &Dropped,
) -> Option<DroppedLine<'a>> {
    let stand_ins = selection.stand_ins(document);
    let id = |at: &usize| selection.document(*at).map(|d| d.id);
    let (last, through) = stand_ins.split_last()?;
    let rounded = |share: f64| (share * 1e4).round() / 1e4;
    Some(DroppedLine {
        id: document.id,
        path: document.path,
        line: document.line,
        stand_in: id(last)?,
        relation: dropped.relation,
        containment: rounded(dropped.containment),
        containment_stand_in: rounded(dropped.containment_stand_in),
        resemblance: rounded(dropped.resemblance),
        through: through.iter().filter_map(id).collect(),
    })
}
