//! Locations of documents: files and records are known from the corpus, lines and columns need a second reading.

use crate::corpus::{Corpus, DocumentRecord, SpillError};
use crate::reading::{Rereading, path};
use dedupe_core::model::{DocumentIndex, Span};
use dedupe_formats::{Fault, Input};
use dedupe_report::findings::visit_findings;
use dedupe_report::{
    self as report, DocumentLocation, DocumentLocations, ReportView, TextPosition,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Length of a byte order mark in UTF-8.
const BYTE_ORDER_MARK: u64 = 3;

/// The locations of the documents that findings name, and the faults of files that cannot be read again. These have no
/// positions. `new_inputs`: by input, true if its documents are new. `find` gives the document with an id of the report; one
/// that it does not find has no location.
pub(super) fn locations(
    rereading: &Rereading<'_>,
    new_inputs: Option<&[bool]>,
    report: &dyn ReportView,
    find: &dyn Fn(&str) -> Option<DocumentIndex>,
) -> Result<(DocumentLocations, Vec<Fault>), SpillError> {
    let span_edges = span_edges(rereading.corpus, report, find)?;
    let mut locations = DocumentLocations::with_capacity(span_edges.len());
    let mut files: Vec<WithPositions> = vec![];
    for (id, (document, edges)) in span_edges {
        let record = rereading.corpus.record(document);
        let location = location(rereading.inputs, new_inputs.unwrap_or_default(), &record);
        if location.record.is_none() {
            files.push(WithPositions {
                id: id.clone(),
                document,
                edges,
            });
        }
        locations.insert(id, location);
    }
    let faults = add_positions(rereading, &files, &mut locations);
    Ok((locations, faults))
}

/// By id of a corpus: the document.
pub(super) fn by_id(corpus: &Corpus) -> HashMap<&str, DocumentIndex> {
    corpus.indices().map(|d| (corpus.id(d), d)).collect()
}

/// A document whose spans have positions in its file.
struct WithPositions {
    /// Its id in the report.
    id: String,
    document: DocumentIndex,
    /// Where its spans begin and end.
    edges: BTreeSet<u64>,
}

/// By id of a document with a finding: the document, and where the spans of its findings begin and end. Empty for records,
/// whose spans have no positions in the file.
fn span_edges(
    corpus: &Corpus,
    report: &dyn ReportView,
    find: &dyn Fn(&str) -> Option<DocumentIndex>,
) -> Result<BTreeMap<String, (DocumentIndex, BTreeSet<u64>)>, SpillError> {
    let mut found: BTreeMap<String, (DocumentIndex, BTreeSet<u64>)> = BTreeMap::new();
    let visited = visit_findings(report, |finding| {
        for (id, spans) in [
            (finding.document, &finding.spans),
            (finding.other, &finding.spans_other),
        ] {
            if !found.contains_key(id) {
                let Some(document) = find(id) else {
                    continue;
                };
                found.insert(id.to_owned(), (document, BTreeSet::new()));
            }
            if let Some((document, edges)) = found.get_mut(id)
                && corpus.location(*document).line.is_none()
            {
                edges.extend(spans.iter().flat_map(|Span { begin, end }| [*begin, *end]));
            }
        }
        Ok(())
    });
    visited.map_err(SpillError::from_io)?;
    Ok(found)
}

/// The location of a document, without positions.
fn location(inputs: &[Input], new_inputs: &[bool], record: &DocumentRecord) -> DocumentLocation {
    let location = record.location;
    DocumentLocation {
        path: path(inputs, record).to_owned(),
        raw_path: raw_path(inputs, record),
        record: location.line.map(|line| report::RecordLocation {
            line,
            bytes: (location.length > 0).then(|| Span {
                begin: location.offset,
                end: location.offset.saturating_add(location.length),
            }),
        }),
        is_new: new_inputs.get(location.input as usize).copied() == Some(true),
        text_offset: match location.length.checked_sub(record.text.bytes) {
            Some(before @ (0 | BYTE_ORDER_MARK)) if location.line.is_none() => Some(before),
            _ => None,
        },
        positions: BTreeMap::new(),
    }
}

/// The bytes of a path that is not UTF-8. `None` for archive members: only their displayed path is known.
fn raw_path(inputs: &[Input], record: &DocumentRecord) -> Option<Vec<u8>> {
    let input = inputs.get(record.location.input as usize)?;
    let file = input.file_path().filter(|_| record.member.is_none())?;
    let is_not_utf8 = file.to_str().is_none();
    is_not_utf8.then(|| file.as_os_str().as_encoded_bytes().to_vec())
}

/// Adds the positions of the span edges in each file, and returns the faults of files that cannot be read again.
fn add_positions(
    rereading: &Rereading<'_>,
    files: &[WithPositions],
    locations: &mut DocumentLocations,
) -> Vec<Fault> {
    let documents: Vec<DocumentIndex> = files.iter().map(|file| file.document).collect();
    rereading.texts(&documents, &mut |at, text| {
        let WithPositions { id, edges, .. } = &files[at];
        if let Some(location) = locations.get_mut(id) {
            location.positions = positions(text, edges);
        }
    })
}

/// The positions of byte offsets in a text. Offsets inside a character, and those after them, have none.
fn positions(text: &str, bytes: &BTreeSet<u64>) -> BTreeMap<u64, TextPosition> {
    let mut found = BTreeMap::new();
    let mut at = TextPosition {
        line: 1,
        column: 1,
        character: 0,
    };
    let mut done = 0;
    for &byte in bytes {
        let Some(passed) = text.get(done..byte as usize) else {
            break;
        };
        for c in passed.chars() {
            at.character += 1;
            at.column += 1;
            if c == '\n' {
                (at.line, at.column) = (at.line + 1, 1);
            }
        }
        found.insert(byte, at);
        done = byte as usize;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters() {
        let text = "Zürich\r\nis 新闻\nend";
        let bytes: BTreeSet<u64> = [0, 3, 9, 12, text.len() as u64].into();
        let found = positions(text, &bytes);
        let at = |byte: u64| {
            let p = found[&byte];
            (p.line, p.column, p.character)
        };
        assert_eq!(at(0), (1, 1, 0));
        assert_eq!(at(3), (1, 3, 2));
        assert_eq!(at(9), (2, 1, 8));
        assert_eq!(at(12), (2, 4, 11));
        assert_eq!(at(text.len() as u64), (3, 4, 17));
        assert!(positions("é", &[1].into()).is_empty(), "inside a character");
    }
}
