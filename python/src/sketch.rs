//! Sketches of texts, for other programs.

use crate::errors::InputError;
use crate::options::RunOptions;
use crate::{PyTable, background, table};
use arrow_array::builder::{LargeListBuilder, UInt32Builder, UInt64Builder};
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, UInt64Array};
use arrow_schema::ArrowError;
use dedupe::core::sketch::bands::Bands;
use dedupe::core::sketch::{Sketch, Sketcher};
use dedupe::core::words;
use pyo3::prelude::*;
use rayon::prelude::*;
use std::sync::Arc;

/// The sketches of the texts in the first column of a table, which must be of the type large string. Texts that are
/// missing have no words.
#[pyfunction]
pub(crate) fn sketch(py: Python<'_>, texts: PyTable, options: RunOptions) -> PyResult<PyTable> {
    let rules = options.rules()?;
    let sketcher = Sketcher {
        shingle: rules.shingle,
        bands: Bands::for_threshold(rules.threshold),
        ..Sketcher::default()
    };
    let (mut batches, schema) = texts.0.into_inner();
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema));
    }
    let made = background::run(py, options.threads()?, None, move |_| {
        let made = batches.iter().map(|batch| sketches(batch, &sketcher));
        made.collect::<Result<Vec<RecordBatch>, ArrowError>>()
    })?;
    let made = made.map_err(|error| InputError::new_err(error.to_string()))?;
    match made.first() {
        Some(first) => {
            let schema = first.schema();
            table(made, schema)
        }
        None => Err(InputError::new_err("expected a table with a batch")),
    }
}

fn sketches(batch: &RecordBatch, sketcher: &Sketcher) -> Result<RecordBatch, ArrowError> {
    let texts = batch
        .columns()
        .first()
        .and_then(|c| c.as_string_opt::<i64>());
    let texts = texts.ok_or_else(|| ArrowError::SchemaError("expected texts".to_owned()))?;
    let rows: Vec<Option<&str>> = texts.iter().collect();
    let made: Vec<(u64, Sketch)> = (rows.into_par_iter())
        .map(|text| {
            let words = words(text.unwrap_or_default());
            (words.len() as u64, sketcher.sketch(words.ids()))
        })
        .collect();
    let mut positions = LargeListBuilder::new(UInt32Builder::new());
    let mut fingerprints = LargeListBuilder::new(UInt64Builder::new());
    let mut buckets = LargeListBuilder::new(UInt64Builder::new());
    for (_, sketch) in &made {
        positions.append_value(sketch.fingerprints.iter().map(|f| Some(f.word)));
        fingerprints.append_value(sketch.fingerprints.iter().map(|f| Some(f.hash)));
        buckets.append_value(sketch.buckets.iter().copied().map(Some));
    }
    let words: UInt64Array = made.iter().map(|(words, _)| Some(*words)).collect();
    RecordBatch::try_from_iter([
        ("words", Arc::new(words) as ArrayRef),
        ("fingerprints", Arc::new(fingerprints.finish())),
        ("positions", Arc::new(positions.finish())),
        ("buckets", Arc::new(buckets.finish())),
    ])
}
