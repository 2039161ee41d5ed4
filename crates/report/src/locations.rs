//! Locations of documents in files, for formats that point to them.

use dedupe_core::model::Span;
use std::collections::{BTreeMap, HashMap};

/// Locations of the documents in a report, by document id.
pub type DocumentLocations = HashMap<String, DocumentLocation>;

/// Location of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentLocation {
    /// Path of the file, as given or as found below a given folder. Bytes that are not UTF-8 appear as %XX.
    pub path: String,
    /// Bytes of the path. Present only if they are not UTF-8.
    pub raw_path: Option<Vec<u8>>,
    /// Record in the file, or `None` if the whole file is the document.
    pub record: Option<RecordLocation>,
    /// Whether the document is one of the new documents of a check.
    pub is_new: bool,
    /// Number of bytes before the text in the file, such as 3 for a byte order mark. `None` if the bytes of
    /// the text are not in the file, because the text belongs to a record or was decoded.
    pub text_offset: Option<u64>,
    /// Positions of the begin and end of each copied passage, by byte offset in the text. Empty for a record.
    pub positions: BTreeMap<u64, TextPosition>,
}

/// Location of a record in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordLocation {
    /// Line, counted from 1.
    pub line: u64,
    /// Its bytes in the decompressed file. `None` if they are not known, as for a document of an index.
    pub bytes: Option<Span>,
}

/// A position in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPosition {
    /// Line, counted from 1.
    pub line: u64,
    /// Column in characters, counted from 1.
    pub column: u64,
    /// Number of characters before this position.
    pub character: u64,
}

/// A part of a file. A field is `None` if its value is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileRegion {
    /// First and last position in the text.
    pub positions: Option<(TextPosition, TextPosition)>,
    /// Line of the record that contains the part.
    pub record_line: Option<u64>,
    /// Byte range in the decompressed file.
    pub bytes: Option<Span>,
}

impl FileRegion {
    /// Returns the first and the last line in the file.
    #[must_use]
    pub fn lines(&self) -> Option<(u64, u64)> {
        let in_text = self.positions.map(|(from, to)| (from.line, to.line));
        in_text.or(self.record_line.map(|line| (line, line)))
    }
}

impl DocumentLocation {
    /// Returns the part of the file that contains `span` of the text. For a record, this is the whole record.
    #[must_use]
    pub fn region(&self, span: Span) -> FileRegion {
        if let Some(record) = self.record {
            return FileRegion {
                positions: None,
                record_line: Some(record.line),
                bytes: record.bytes,
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

/// Returns the smallest span that contains all `spans`, or `None` if there are none.
pub(super) fn bounding_span(spans: &[Span]) -> Option<Span> {
    Some(Span {
        begin: spans.iter().map(|span| span.begin).min()?,
        end: spans.iter().map(|span| span.end).max()?,
    })
}
