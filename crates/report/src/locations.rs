//! Where documents stand in files: what formats need that point at them.

use dedupe_core::model::Span;
use std::collections::{BTreeMap, HashMap};

/// The documents that a report names, by id.
pub type DocumentLocations = HashMap<String, DocumentLocation>;

/// Where one document stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentLocation {
    /// The file, as given and walked; bytes that are not UTF-8 as %XX.
    pub path: String,
    /// The bytes of that path, where they are not UTF-8.
    pub raw_path: Option<Vec<u8>>,
    /// The record in it; none where the file is the document.
    pub record: Option<RecordLocation>,
    /// It is one of those under check.
    pub is_new: bool,
    /// Bytes that stand before the text in the file; none where the text is not in the file as it is,
    /// because it is a record's or was decoded.
    pub text_offset: Option<u64>,
    /// Where copied passages begin and end, by byte of the text; empty for a record.
    pub positions: BTreeMap<u64, TextPosition>,
}

/// A record in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordLocation {
    /// Its line, from 1.
    pub line: u64,
    /// Its first byte in the decompressed file.
    pub offset: u64,
    /// Its bytes.
    pub length: u64,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPosition {
    /// From 1.
    pub line: u64,
    /// In characters, from 1.
    pub column: u64,
    /// Characters before it in the text.
    pub character: u64,
}

/// A part of a file, as far as is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileRegion {
    /// First and last place in the text.
    pub positions: Option<(TextPosition, TextPosition)>,
    /// Line of the record that holds it.
    pub record_line: Option<u64>,
    /// Bytes of the decompressed file.
    pub bytes: Option<Span>,
}

impl FileRegion {
    /// First and last line of the file.
    #[must_use]
    pub fn lines(&self) -> Option<(u64, u64)> {
        let in_text = self.positions.map(|(from, to)| (from.line, to.line));
        in_text.or(self.record_line.map(|line| (line, line)))
    }
}

impl DocumentLocation {
    /// The part of the file that a span of the text is; for a record, the whole of it.
    #[must_use]
    pub fn region(&self, span: Span) -> FileRegion {
        if let Some(record) = self.record {
            return FileRegion {
                positions: None,
                record_line: Some(record.line),
                bytes: Some(Span {
                    begin: record.offset,
                    end: record.offset.saturating_add(record.length),
                }),
            };
        }
        let position = |byte| self.positions.get(&byte).copied();
        FileRegion {
            positions: position(span.begin).zip(position(span.end)),
            record_line: None,
            bytes: self.text_offset.map(|before| Span {
                begin: span.begin.saturating_add(before),
                end: span.end.saturating_add(before),
            }),
        }
    }
}

/// From the first byte of these passages to the last.
pub(super) fn bounding_span(spans: &[Span]) -> Option<Span> {
    Some(Span {
        begin: spans.iter().map(|span| span.begin).min()?,
        end: spans.iter().map(|span| span.end).max()?,
    })
}
