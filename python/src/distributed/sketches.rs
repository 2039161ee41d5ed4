//! Rows of a table, or lines of JSON, to sketched documents.

use super::columns::{from_u32, from_u64, int};
use super::{Batch, convert};
use crate::errors::of_frame;
use crate::options::RunOptions;
use arrow_array::builder::{BinaryBuilder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::ArrowError;
use dedupe::Rules;
use dedupe::distributed::{STATED, SketchedDocument, Sketches};
use dedupe::formats::{Fault, Input};
use pyo3::prelude::*;
use std::sync::Arc;

/// What a row of the result is.
const DOCUMENT: i32 = 0;
const SKIPPED: i32 = 1;
const WARNING: i32 = 2;

/// Sketches the documents in the rows of a table. `name`: what counts as the publisher of a document that states none.
#[pyfunction]
pub(super) fn sketch_table(
    py: Python<'_>,
    batch: Batch,
    options: RunOptions,
    name: String,
) -> PyResult<Batch> {
    let (rules, reading) = (options.rules()?, options.reading()?);
    let input = Input::arrow_table(&name, batch.0.schema(), vec![batch.0], &reading.fields);
    let input = input.map_err(|fault| of_frame(&fault))?;
    convert(py, move || {
        Rows::of(&Sketches::of_input(&input, &reading, &rules), &name, &rules)
    })
}

/// Sketches the documents in lines of JSON, which are the first column of a table.
#[pyfunction]
pub(super) fn sketch_json_lines(
    py: Python<'_>,
    batch: Batch,
    options: RunOptions,
    name: String,
) -> PyResult<Batch> {
    let (rules, reading) = (options.rules()?, options.reading()?);
    convert(py, move || {
        let lines = batch
            .0
            .columns()
            .first()
            .and_then(|c| c.as_string_opt::<i32>());
        let lines = lines.ok_or_else(|| ArrowError::SchemaError("expected lines".to_owned()))?;
        let mut bytes = Vec::with_capacity(lines.value_data().len() + lines.len());
        for line in lines {
            bytes.extend_from_slice(line.unwrap_or_default().as_bytes());
            bytes.push(b'\n');
        }
        let sketches = Sketches::of_json_lines(bytes, &name, &reading, &rules);
        Rows::of(&sketches, &name, &rules)
    })
}

/// The columns of the result.
#[derive(Default)]
struct Rows {
    kind: Int32Builder,
    code: StringBuilder,
    reason: StringBuilder,
    row: Int64Builder,
    id: StringBuilder,
    moment: BinaryBuilder,
    precedence: BinaryBuilder,
    preference: Int32Builder,
    day: Int32Builder,
    publisher: StringBuilder,
    digest: BinaryBuilder,
    length: Int32Builder,
    size: Int32Builder,
    words: BinaryBuilder,
    offsets: BinaryBuilder,
    fingerprints: BinaryBuilder,
    steps: BinaryBuilder,
    buckets: BinaryBuilder,
    bytes: Int64Builder,
    stated: [StringBuilder; STATED.len()],
}

impl Rows {
    fn of(sketches: &Sketches, name: &str, rules: &Rules) -> Result<RecordBatch, ArrowError> {
        let mut rows = Self::default();
        for document in sketches.documents(name, rules) {
            rows.add(&document);
        }
        for (kind, faults) in [(SKIPPED, &sketches.skipped), (WARNING, &sketches.warnings)] {
            for fault in faults {
                // The engine counts rows.
                (0..fault.count).for_each(|_| rows.add_fault(kind, fault));
            }
        }
        rows.finish()
    }

    fn add(&mut self, document: &SketchedDocument<'_>) {
        let length = |length: usize| u32::try_from(length).map_or(i32::MAX, int);
        self.kind.append_value(DOCUMENT);
        self.code.append_null();
        self.reason.append_null();
        self.row.append_option(row(document.row()));
        self.id.append_value(document.id());
        self.moment.append_value(document.moment());
        self.precedence.append_value(document.precedence());
        self.preference
            .append_value(int(document.source_preference()));
        self.day.append_option(document.day());
        self.publisher.append_value(document.publisher());
        self.digest.append_value(document.digest());
        self.length.append_value(length(document.words.len()));
        self.size.append_value(length(document.fingerprints.len()));
        self.words.append_value(from_u32(document.words));
        self.offsets.append_value(document.offsets);
        self.fingerprints
            .append_value(from_u64(document.fingerprints));
        self.steps.append_value(document.steps);
        self.buckets.append_value(from_u64(document.buckets));
        self.bytes
            .append_value(i64::try_from(document.text_bytes()).unwrap_or(i64::MAX));
        for (column, field) in self.stated.iter_mut().zip(document.stated()) {
            column.append_option(field);
        }
    }

    fn add_fault(&mut self, kind: i32, fault: &Fault) {
        self.kind.append_value(kind);
        self.code.append_value(fault.code.as_str());
        self.reason.append_value(&fault.reason);
        self.row.append_option(row(fault.line));
        self.id.append_null();
        self.moment.append_null();
        self.precedence.append_null();
        self.preference.append_null();
        self.day.append_null();
        self.publisher.append_null();
        self.digest.append_null();
        self.length.append_null();
        self.size.append_null();
        self.words.append_null();
        self.offsets.append_null();
        self.fingerprints.append_null();
        self.steps.append_null();
        self.buckets.append_null();
        self.bytes.append_null();
        self.stated.iter_mut().for_each(StringBuilder::append_null);
    }

    fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("kind", Arc::new(self.kind.finish())),
            ("code", Arc::new(self.code.finish())),
            ("reason", Arc::new(self.reason.finish())),
            ("row", Arc::new(self.row.finish())),
            ("id", Arc::new(self.id.finish())),
            ("moment", Arc::new(self.moment.finish())),
            ("precedence", Arc::new(self.precedence.finish())),
            ("preference", Arc::new(self.preference.finish())),
            ("day", Arc::new(self.day.finish())),
            ("publisher", Arc::new(self.publisher.finish())),
            ("digest", Arc::new(self.digest.finish())),
            ("length", Arc::new(self.length.finish())),
            ("size", Arc::new(self.size.finish())),
            ("words", Arc::new(self.words.finish())),
            ("offsets", Arc::new(self.offsets.finish())),
            ("fingerprints", Arc::new(self.fingerprints.finish())),
            ("steps", Arc::new(self.steps.finish())),
            ("buckets", Arc::new(self.buckets.finish())),
            ("bytes", Arc::new(self.bytes.finish())),
        ];
        let stated = self
            .stated
            .iter_mut()
            .map(|column| Arc::new(column.finish()) as ArrayRef);
        RecordBatch::try_from_iter_with_nullable(
            columns
                .into_iter()
                .chain(STATED.into_iter().zip(stated))
                .map(|(name, c)| (name, c, true)),
        )
    }
}

fn row(row: Option<u64>) -> Option<i64> {
    i64::try_from(row?).ok()
}
