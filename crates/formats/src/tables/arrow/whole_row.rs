//! A whole row as JSON, with all columns and what is nested in them.

use super::cell;
use super::leaves::MAX_DEPTH;
use crate::record_fields::Value;
use crate::tables::json_row::{JsonRow, json, list};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;

/// A row of a batch that has all columns.
pub(super) fn object(batch: &RecordBatch, row: usize) -> String {
    let mut object = JsonRow::new();
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        object.add_json(field.name(), &value(column, row, 1));
    }
    object.finish()
}

/// A value. Null if it has a type that JSON does not have, or is nested too deep.
fn value(array: &ArrayRef, row: usize, depth: usize) -> String {
    if depth > MAX_DEPTH || array.is_null(row) {
        return "null".to_owned();
    }
    let items = |items: ArrayRef| list((0..items.len()).map(|at| value(&items, at, depth + 1)));
    match array.data_type() {
        DataType::Struct(fields) => {
            let mut object = JsonRow::new();
            for (field, column) in fields.iter().zip(array.as_struct().columns()) {
                object.add_json(field.name(), &value(column, row, depth + 1));
            }
            object.finish()
        }
        DataType::List(_) => items(array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => items(array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => items(array.as_fixed_size_list().value(row)),
        DataType::Boolean => json(&array.as_boolean().value(row)),
        _ => match cell::value(array.as_ref(), row) {
            Value::String(text) => json(&*text),
            Value::Integer(number) | Value::Fraction(number) => number_or_text(number),
            Value::List(text) => json(&text),
            Value::Absent | Value::Null | Value::Other(_) => "null".to_owned(),
        },
    }
}

/// A number as it is, or as text if JSON does not have it.
fn number_or_text(number: String) -> String {
    match serde_json::from_str::<serde_json::Number>(&number) {
        Ok(_) => number,
        Err(_) => json(&number),
    }
}
