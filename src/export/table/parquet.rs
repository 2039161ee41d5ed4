//! Parquet. Objects are groups, lists of one type are lists, other lists are JSON, and every field may be missing.

use super::record::{Cell, Record};
use super::shape::{Leaf, Scalar, Shape};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use std::io::{self, Write};
use std::sync::Arc;

/// Maximum number of rows in a row group, whose records are in memory.
const GROUP_ROWS: usize = 1 << 13;

/// Writes records as rows.
pub(super) fn write(
    shape: &Shape,
    leaves: &[Leaf],
    records: impl Iterator<Item = io::Result<Record>>,
    out: impl Write + Send,
) -> io::Result<()> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("dedupe".to_owned())
        .build();
    let Shape::Object(fields) = shape else {
        return Ok(());
    };
    let fields = fields.iter().map(|(name, shape)| column_type(name, shape));
    let schema = Type::group_type_builder("corpus").with_fields(fields.collect::<Result<_>>()?);
    let mut writer =
        SerializedFileWriter::new(out, Arc::new(schema.build()?), Arc::new(properties))?;
    let mut rows: Vec<Record> = vec![];
    for record in records {
        rows.push(record?);
        if rows.len() == GROUP_ROWS {
            write_group(&rows, leaves, &mut writer)?;
            rows.clear();
        }
    }
    if !rows.is_empty() {
        write_group(&rows, leaves, &mut writer)?;
    }
    writer.close()?;
    Ok(())
}

fn column_type(name: &str, shape: &Shape) -> Result<TypePtr> {
    let scalar = match shape {
        Shape::Object(fields) => {
            let fields = fields.iter().map(|(name, shape)| column_type(name, shape));
            let group = Type::group_type_builder(name)
                .with_repetition(Repetition::OPTIONAL)
                .with_fields(fields.collect::<Result<_>>()?);
            return Ok(Arc::new(group.build()?));
        }
        Shape::List(item) => {
            let item = item.map_or(Shape::Unknown, Shape::Scalar);
            let items = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![column_type("element", &item)?]);
            let list = Type::group_type_builder(name)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(Some(LogicalType::List))
                .with_fields(vec![Arc::new(items.build()?)]);
            return Ok(Arc::new(list.build()?));
        }
        Shape::Scalar(scalar) => *scalar,
        Shape::Unknown => Scalar::Text,
    };
    let (physical, logical) = match scalar {
        Scalar::Bool => (Physical::BOOLEAN, None),
        Scalar::Int => (Physical::INT64, None),
        Scalar::Double => (Physical::DOUBLE, None),
        Scalar::Json => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
        Scalar::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let column = Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    Ok(Arc::new(column.build()?))
}

fn write_group<W: Write + Send>(
    rows: &[Record],
    leaves: &[Leaf],
    writer: &mut SerializedFileWriter<W>,
) -> Result<()> {
    let mut group = writer.next_row_group()?;
    for leaf in leaves {
        match leaf.scalar {
            Scalar::Bool => {
                write_column::<BoolType, _>(rows, leaf, &mut group, |cell| match cell {
                    Cell::Bool(value) => Some(*value),
                    _ => None,
                })?
            }
            Scalar::Int => {
                write_column::<Int64Type, _>(rows, leaf, &mut group, |cell| match cell {
                    Cell::Int(value) => Some(*value),
                    _ => None,
                })?
            }
            Scalar::Double => {
                write_column::<DoubleType, _>(rows, leaf, &mut group, |cell| match cell {
                    Cell::Int(value) => Some(*value as f64),
                    Cell::Double(value) => Some(*value),
                    _ => None,
                })?;
            }
            Scalar::Text | Scalar::Json => {
                write_column::<ByteArrayType, _>(rows, leaf, &mut group, |cell| {
                    Some(cell.text()?.into_bytes().into())
                })?;
            }
        }
    }
    group.close()?;
    Ok(())
}

/// Writes a column of a row group. Its definition levels say which objects around a missing value exist, and whether a list
/// does. The repetition levels are 0 for the first item of a list and 1 for the others.
fn write_column<T: DataType, W: Write + Send>(
    rows: &[Record],
    leaf: &Leaf,
    group: &mut SerializedRowGroupWriter<'_, W>,
    value: impl Fn(&Cell) -> Option<T::T>,
) -> Result<()> {
    let Some(mut column) = group.next_column()? else {
        return Ok(());
    };
    let mut values: Vec<T::T> = vec![];
    let mut levels: Vec<i16> = Vec::with_capacity(rows.len());
    let mut repetitions: Vec<i16> = vec![];
    let mut add = |defined: usize, repetition: i16, found: Option<T::T>| {
        let level = defined + usize::from(found.is_some());
        levels.push(i16::try_from(level).unwrap_or(i16::MAX));
        repetitions.push(repetition);
        values.extend(found);
    };
    for record in rows {
        match leaf.value(record) {
            (Some(Cell::List(items)), depth) if leaf.is_list => {
                if items.is_empty() {
                    add(depth + 1, 0, None);
                }
                for (at, item) in items.iter().enumerate() {
                    add(depth + 2, i16::from(at > 0), value(item));
                }
            }
            (cell, depth) => add(depth, 0, cell.and_then(&value)),
        }
    }
    let repetitions = leaf.is_list.then_some(repetitions.as_slice());
    column
        .typed::<T>()
        .write_batch(&values, Some(&levels), repetitions)?;
    column.close()
}
