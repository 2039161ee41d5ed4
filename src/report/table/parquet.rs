//! Apache Parquet, a row a member, for data frames: the columns of the CSV table, typed, and foreign
//! text as it is.

use super::{Row, STATED, relation, rows};
use crate::model::Span;
use crate::report::{Excerpts, Renderer, Report};
use arrow_array::builder::{ListBuilder, StructBuilder, UInt64Builder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Fields};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows that are columns in memory at a time.
const BATCH_ROWS: usize = 1 << 16;

/// Writes a report's clusters as a Parquet file.
#[derive(Clone, Copy, Debug)]
pub struct Parquet;

impl Renderer for Parquet {
    fn render(&self, report: &Report, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        let file = file(report).map_err(io::Error::other)?;
        out.write_all(&file)
    }
}

/// The file, in memory: it is compressed, and a fraction of the report.
fn file(report: &Report) -> parquet::errors::Result<Vec<u8>> {
    let rows: Vec<Row<'_>> = rows(report).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("dedupe".to_owned())
        .build();
    let schema = batch(&[])?.schema();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties))?;
    for rows in rows.chunks(BATCH_ROWS) {
        writer.write(&batch(rows)?)?;
    }
    writer.into_inner()
}

/// The rows as columns.
fn batch(rows: &[Row<'_>]) -> parquet::errors::Result<RecordBatch> {
    let which = [
        ("cluster", text(rows, |(c, _)| &c.id)),
        ("size", count(rows, |(c, _)| c.size)),
        ("representative", text(rows, |(c, _)| &c.representative)),
        ("id", text(rows, |(_, m)| &m.id)),
        ("relation", text(rows, |(_, m)| relation(m.relation))),
        ("same_source", flag(rows, |(_, m)| m.same_source)),
        ("path", text(rows, |(_, m)| &m.path)),
    ];
    let stated = STATED.map(|(name, cell)| (name, optional(rows, |(_, m)| cell(m))));
    let measures = [
        ("words", count(rows, |(_, m)| m.words)),
        ("containment", share(rows, |(_, m)| m.containment)),
        (
            "containment_representative",
            share(rows, |(_, m)| m.containment_representative),
        ),
        ("resemblance", share(rows, |(_, m)| m.resemblance)),
        ("spans", spans(rows)),
    ];
    // Which columns may be empty is told, so that it does not depend on the rows.
    let full = |(name, column)| (name, column, false);
    let columns = (which.into_iter().map(full))
        .chain(stated.map(|(name, column)| (name, column, true)))
        .chain(measures.map(full));
    Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
}

fn text<'a>(rows: &[Row<'a>], cell: impl Fn(Row<'a>) -> &'a str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(
        rows.iter().map(|row| cell(*row)),
    ))
}

fn optional<'a>(rows: &[Row<'a>], cell: impl Fn(Row<'a>) -> Option<&'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter(rows.iter().map(|row| cell(*row))))
}

fn count<'a>(rows: &[Row<'a>], cell: impl Fn(Row<'a>) -> u64) -> ArrayRef {
    Arc::new(UInt64Array::from_iter_values(
        rows.iter().map(|row| cell(*row)),
    ))
}

fn share<'a>(rows: &[Row<'a>], cell: impl Fn(Row<'a>) -> f64) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(
        rows.iter().map(|row| cell(*row)),
    ))
}

fn flag<'a>(rows: &[Row<'a>], cell: impl Fn(Row<'a>) -> bool) -> ArrayRef {
    let cells: Vec<bool> = rows.iter().map(|row| cell(*row)).collect();
    Arc::new(BooleanArray::from(cells))
}

/// A list of `begin` and `end` for each member.
fn spans(rows: &[Row<'_>]) -> ArrayRef {
    let part = |name| Field::new(name, DataType::UInt64, false);
    let parts = Fields::from(vec![part("begin"), part("end")]);
    let item = Field::new("item", DataType::Struct(parts.clone()), false);
    let mut lists =
        ListBuilder::new(StructBuilder::from_fields(parts, rows.len())).with_field(item);
    for (_, member) in rows {
        for Span { begin, end } in &member.spans {
            let span = lists.values();
            for (at, byte) in [begin, end].into_iter().enumerate() {
                if let Some(column) = span.field_builder::<UInt64Builder>(at) {
                    column.append_value(*byte);
                }
            }
            span.append(true);
        }
        lists.append(true);
    }
    Arc::new(lists.finish())
}
