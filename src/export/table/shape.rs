//! The columns of a table, learnt from all records.

use super::record::{Cell, Record};

/// How deep the fields of objects become columns of their own.
const MAX_DEPTH: usize = 8;

/// What a field holds in all records.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// Nothing but null.
    Unknown,
    Scalar(Scalar),
    /// Lists whose items have this type or are null. `None` if no list has another item.
    List(Option<Scalar>),
    /// Objects with these fields, in the order of their first record.
    Object(Vec<(String, Shape)>),
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Bool,
    Int,
    Double,
    /// Text, or values of several types as text.
    Text,
    /// Lists with items of several types, and objects without fields.
    Json,
}

/// A column: the names of the field and of the objects that it is in, from the outside, and its type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leaf {
    pub(super) path: Vec<String>,
    /// The type of the values, or of the items if these are lists.
    pub(super) scalar: Scalar,
    pub(super) is_list: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Self::Object(vec![])
    }
}

impl Shape {
    pub(super) fn add_record(&mut self, Record(fields): &Record) {
        self.add_fields(fields, 0);
    }

    fn add_fields(&mut self, fields: &[(String, Cell)], depth: usize) {
        let Self::Object(known) = self else {
            *self = Self::Scalar(Scalar::Text);
            return;
        };
        for (name, value) in fields {
            match known.iter_mut().find(|(own, _)| own == name) {
                Some((_, shape)) => shape.add(value, depth + 1),
                None => {
                    let mut shape = Self::Unknown;
                    shape.add(value, depth + 1);
                    known.push((name.clone(), shape));
                }
            }
        }
    }

    fn add(&mut self, value: &Cell, depth: usize) {
        let found = match value {
            Cell::Null => return,
            Cell::Object(fields) if !fields.is_empty() && depth < MAX_DEPTH => {
                if *self == Self::Unknown {
                    *self = Self::default();
                }
                return self.add_fields(fields, depth);
            }
            Cell::List(items) => Self::of_list(items),
            other => Self::Scalar(Scalar::of(other)),
        };
        *self = match (&*self, found) {
            (Self::Unknown, found) => found,
            (Self::List(known), Self::List(found)) => Self::list(*known, found),
            (Self::Scalar(known), Self::Scalar(found)) => Self::Scalar(joined(*known, found)),
            (Self::Scalar(known), Self::List(_)) => Self::Scalar(joined(*known, Scalar::Json)),
            (Self::List(_), Self::Scalar(found)) => Self::Scalar(joined(Scalar::Json, found)),
            // Sometimes an object and sometimes none.
            _ => Self::Scalar(Scalar::Text),
        };
    }

    fn of_list(items: &[Cell]) -> Self {
        let items = items.iter().filter(|item| **item != Cell::Null);
        items.fold(Self::List(None), |shape, item| match shape {
            Self::List(known) => Self::list(known, Some(Scalar::of(item))),
            json => json,
        })
    }

    /// Lists with items of both types. Without a type for all items, they are JSON.
    fn list(a: Option<Scalar>, b: Option<Scalar>) -> Self {
        let item = match (a, b) {
            (Some(a), Some(b)) if a != b && joined(a, b) == Scalar::Text => Some(Scalar::Json),
            (Some(a), Some(b)) => Some(joined(a, b)),
            (item, None) | (None, item) => item,
        };
        match item {
            Some(Scalar::Json) => Self::Scalar(Scalar::Json),
            item => Self::List(item),
        }
    }

    pub(super) fn leaf_count(&self) -> usize {
        match self {
            Self::Unknown | Self::Scalar(_) | Self::List(_) => 1,
            Self::Object(fields) => fields.iter().map(|(_, shape)| shape.leaf_count()).sum(),
        }
    }

    /// The columns, in the order of the fields.
    pub(super) fn leaves(&self) -> Vec<Leaf> {
        let mut leaves = vec![];
        self.add_leaves(&[], &mut leaves);
        leaves
    }

    fn add_leaves(&self, path: &[String], leaves: &mut Vec<Leaf>) {
        let scalar = match self {
            Self::Unknown => Scalar::Text,
            Self::Scalar(scalar) => *scalar,
            Self::List(item) => item.unwrap_or(Scalar::Text),
            Self::Object(fields) => {
                for (name, shape) in fields {
                    shape.add_leaves(&[path, std::slice::from_ref(name)].concat(), leaves);
                }
                return;
            }
        };
        leaves.push(Leaf {
            path: path.to_vec(),
            scalar,
            is_list: matches!(self, Self::List(_)),
        });
    }
}

impl Scalar {
    fn of(value: &Cell) -> Self {
        match value {
            Cell::Bool(_) => Self::Bool,
            Cell::Int(_) => Self::Int,
            Cell::Double(_) => Self::Double,
            Cell::Null | Cell::Large(_) | Cell::Text(_) => Self::Text,
            Cell::List(_) | Cell::Object(_) => Self::Json,
        }
    }
}

/// The type of a column that has values of both types.
fn joined(a: Scalar, b: Scalar) -> Scalar {
    match (a, b) {
        _ if a == b => a,
        (Scalar::Int, Scalar::Double) | (Scalar::Double, Scalar::Int) => Scalar::Double,
        _ => Scalar::Text,
    }
}

impl Leaf {
    /// The value of the column in a record, and how many of the objects around it the record has.
    pub(super) fn value<'r>(&self, Record(fields): &'r Record) -> (Option<&'r Cell>, usize) {
        let mut fields = fields;
        let mut depth = 0;
        for name in &self.path {
            // Of a repeated name, the last one counts.
            let found = fields.iter().rev().find(|(own, _)| own == name);
            match found.map(|(_, value)| value) {
                None | Some(Cell::Null) => return (None, depth),
                Some(value) if depth + 1 == self.path.len() => return (Some(value), depth),
                Some(Cell::Object(inner)) => fields = inner,
                Some(_) => return (None, depth),
            }
            depth += 1;
        }
        (None, depth)
    }
}
