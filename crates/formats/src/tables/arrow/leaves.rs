//! The columns of an Arrow table, and the fields inside its structs.

use super::cell;
use crate::record_fields::Value;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Fields};

/// How deep structs are looked into.
pub(super) const MAX_DEPTH: usize = 8;

/// A column, or a field of a struct.
pub(super) struct Leaf {
    /// The names of the column and of the structs that it is in, joined by dots.
    pub(super) name: String,
    /// The index of the column, and of each field inside it.
    pub(super) path: Vec<usize>,
}

/// The columns, and the fields inside structs, in order.
pub(super) fn leaves_of(fields: &Fields) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    add_leaves(fields, "", &[], &mut leaves);
    leaves
}

fn add_leaves(fields: &Fields, outer: &str, path: &[usize], leaves: &mut Vec<Leaf>) {
    for (at, field) in fields.iter().enumerate() {
        let name = format!("{outer}{}", field.name());
        let path = [path, &[at]].concat();
        match field.data_type() {
            DataType::Struct(inner) if path.len() < MAX_DEPTH => {
                add_leaves(inner, &format!("{name}."), &path, leaves);
                // A struct has no value of its own, but a text field of its name must be reported.
                leaves.push(Leaf { name, path });
            }
            _ => leaves.push(Leaf { name, path }),
        }
    }
}

/// The value of a leaf in a row. `place` gives the place of a column of the table in the batch.
pub(super) fn value<'a>(
    batch: &'a RecordBatch,
    place: impl Fn(usize) -> Option<usize>,
    leaf: &Leaf,
    row: usize,
) -> Value<'a> {
    let Some((column, inner)) = leaf.path.split_first() else {
        return Value::Absent;
    };
    let Some(mut array) = place(*column).and_then(|at| batch.columns().get(at)) else {
        return Value::Absent;
    };
    for field in inner {
        let array_of_structs = array.as_any().downcast_ref::<arrow_array::StructArray>();
        let Some(structs) = array_of_structs.filter(|structs| structs.is_valid(row)) else {
            return Value::Null;
        };
        match structs.columns().get(*field) {
            Some(inner) => array = inner,
            None => return Value::Absent,
        }
    }
    cell::value(array.as_ref(), row)
}
