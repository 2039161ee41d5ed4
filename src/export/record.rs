//! Writes documents as lines of JSON Lines.

use super::table::Record;
use dedupe_formats::{Document, Fields, RereadDocument};
use dedupe_report::encode_json;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::io::{self, Write};

/// Writes a document: a copy of its line, or a record with this id.
pub(super) fn write_record(
    id: &str,
    again: &RereadDocument<'_>,
    fields: &Fields,
    buffer: &mut Vec<u8>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if let Some(line) = again.record {
        out.write_all(line)?;
    } else if let Some(record) = whole_record(id, again.document, fields) {
        encode_json(buffer, &record)?;
        out.write_all(buffer)?;
    } else {
        let record = NewRecord {
            id,
            document: again.document,
            fields,
        };
        encode_json(buffer, &record)?;
        out.write_all(buffer)?;
    }
    out.write_all(b"\n")
}

/// The whole record of a document. The id, the text and the date are added if it does not have them: a row number stands
/// for a missing id, and a table may have a date in another form. An id that the record states stays, also if another
/// document has the same one. `None` if the document has no such record.
fn whole_record(id: &str, document: &Document<'_>, fields: &Fields) -> Option<Record> {
    let mut record: Record = serde_json::from_str(&document.record.as_ref()?.json).ok()?;
    let missing_id = document.id.is_none().then_some(id);
    for (names, value) in [
        (&fields.id, missing_id),
        (&fields.text, Some(&*document.text)),
        (&fields.date, document.date.as_deref()),
    ] {
        if let (Some(name), Some(value)) = (names.first(), value) {
            record.ensure(name, value);
        }
    }
    Some(record)
}

/// A record under the field names that are read first.
struct NewRecord<'a> {
    id: &'a str,
    document: &'a Document<'a>,
    fields: &'a Fields,
}

impl Serialize for NewRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (document, fields) = (self.document, self.fields);
        let parts = [
            (&fields.id, Some(self.id)),
            (&fields.title, document.title.as_deref()),
            (&fields.source, document.source.as_deref()),
            (&fields.date, document.date.as_deref()),
            (&fields.url, document.url.as_deref()),
            (&fields.byline, document.byline.as_deref()),
            (&fields.language, document.language.as_deref()),
            (&fields.text, Some(&*document.text)),
        ];
        let mut map = serializer.serialize_map(None)?;
        for (names, value) in parts {
            if let (Some(name), Some(value)) = (names.first(), value) {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}
