//! A whole row as JSON, with all columns and what is nested in them.

use crate::tables::json_row::{JsonRow, json, list};
use ::parquet::record::{Field, Row};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A row, or a group in it.
pub(super) fn object(row: &Row) -> String {
    let mut object = JsonRow::new();
    for (name, field) in row.get_column_iter() {
        object.add_json(name, &value(field));
    }
    object.finish()
}

/// Days, times and decimal numbers are text, bytes are Base64.
fn value(field: &Field) -> String {
    match field {
        Field::Null => "null".to_owned(),
        Field::Bool(value) => json(value),
        Field::Byte(value) => json(value),
        Field::Short(value) => json(value),
        Field::Int(value) => json(value),
        Field::Long(value) => json(value),
        Field::UByte(value) => json(value),
        Field::UShort(value) => json(value),
        Field::UInt(value) => json(value),
        Field::ULong(value) => json(value),
        Field::Float16(value) => json(&value.to_f32()),
        Field::Float(value) => json(value),
        Field::Double(value) => json(value),
        Field::Str(value) => json(value),
        Field::Bytes(value) => match std::str::from_utf8(value.data()) {
            Ok(text) => json(text),
            Err(_) => json(&STANDARD.encode(value.data())),
        },
        Field::Group(row) => object(row),
        Field::ListInternal(items) => list(items.elements().iter().map(value)),
        Field::MapInternal(map) => list(map.entries().iter().map(|(key, entry)| {
            let mut pair = JsonRow::new();
            pair.add_json("key", &value(key));
            pair.add_json("value", &value(entry));
            pair.finish()
        })),
        other => json(&other.to_string()),
    }
}
