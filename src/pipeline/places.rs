//! Where the documents of a report stand: their files and records from the corpus, lines and characters
//! by a second reading.

use super::excerpts::texts;
use super::read::path;
use crate::corpus::{Corpus, DocumentRecord};
use dedupe_core::model::{DocumentIndex, Span};
use dedupe_formats::{self as source, Input};
use dedupe_report::{self as report, DocumentLocation, DocumentLocations, Finding, TextPosition};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Bytes of the mark that may stand before a text in UTF-8.
const MARK: u64 = 3;

/// What the places are taken from.
pub(super) struct Ground<'a> {
    pub(super) corpus: &'a Corpus,
    pub(super) inputs: &'a [Input],
    pub(super) source: &'a source::Options,
    /// By input: it is under check.
    pub(super) new: &'a [bool],
}

/// The place of every document that a finding names.
pub(super) fn places(ground: &Ground<'_>, findings: &[Finding<'_>]) -> DocumentLocations {
    let mut bytes: HashMap<&str, BTreeSet<u64>> = HashMap::new();
    for finding in findings {
        for (id, spans) in [
            (finding.document, &finding.spans),
            (finding.other, &finding.spans_other),
        ] {
            let edges = spans.iter().flat_map(|Span { begin, end }| [*begin, *end]);
            bytes.entry(id).or_default().extend(edges);
        }
    }
    let mut places = DocumentLocations::with_capacity(bytes.len());
    let mut files: Vec<(DocumentIndex, BTreeSet<u64>)> = vec![];
    for document in ground.corpus.indices() {
        let record = ground.corpus.record(document);
        if let Some(bytes) = bytes.remove(record.id) {
            let place = ground.place(&record);
            if place.record.is_none() {
                files.push((document, bytes));
            }
            places.insert(record.id.to_owned(), place);
        }
    }
    ground.fill_in_positions(&files, &mut places);
    places
}

impl Ground<'_> {
    fn place(&self, record: &DocumentRecord) -> DocumentLocation {
        let place = record.place;
        DocumentLocation {
            path: path(self.inputs, record).to_owned(),
            raw_path: self.raw(record),
            record: place.line.map(|line| report::RecordLocation {
                line,
                offset: place.offset,
                length: place.length,
            }),
            is_new: self.new.get(place.input as usize).copied() == Some(true),
            text_offset: match place.length.checked_sub(record.bytes) {
                Some(before @ (0 | MARK)) if place.line.is_none() => Some(before),
                _ => None,
            },
            positions: BTreeMap::new(),
        }
    }

    /// The bytes of a path that is not UTF-8. Of an archive's member only the name is told.
    fn raw(&self, record: &DocumentRecord) -> Option<Vec<u8>> {
        let input = self.inputs.get(record.place.input as usize)?;
        let file = input.file_path().filter(|_| record.member.is_none())?;
        let not_text = file.to_str().is_none();
        not_text.then(|| file.as_os_str().as_encoded_bytes().to_vec())
    }

    fn fill_in_positions(
        &self,
        files: &[(DocumentIndex, BTreeSet<u64>)],
        places: &mut DocumentLocations,
    ) {
        let documents: Vec<DocumentIndex> = files.iter().map(|(document, _)| *document).collect();
        texts(
            self.corpus,
            self.inputs,
            self.source,
            &documents,
            &mut |at, text| {
                let (document, bytes) = &files[at];
                let id = self.corpus.id(*document);
                if let Some(place) = places.get_mut(id) {
                    place.positions = positions(text, bytes);
                }
            },
        );
    }
}

/// Lines, columns and characters of these bytes of a text.
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
    fn places_are_counted_in_lines_and_characters() {
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
        assert!(positions("é", &[1].into()).is_empty(), "within a character");
    }
}
