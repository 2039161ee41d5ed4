//! Compares two documents.

use crate::background;
use crate::errors::{InputError, of_job};
use crate::options::RunOptions;
use dedupe::explain::{Explanation, explain};
use dedupe::formats::Input;
use dedupe::{Document, Error, Job, JobInput};
use pyo3::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// JSON, one sentence, and the text of each shared passage in both documents.
type Compared = (String, String, Vec<(String, String)>);

/// The ids of the documents, which messages name.
const LEFT: &str = "first";
const RIGHT: &str = "second";

/// What two documents have in common, as JSON, and the passages that they share. Fields by name.
#[pyfunction]
pub(crate) fn compare(
    py: Python<'_>,
    left: BTreeMap<String, String>,
    right: BTreeMap<String, String>,
    options: RunOptions,
) -> PyResult<Compared> {
    let (rules, reading) = (options.rules()?, options.reading()?);
    let (resources, threads) = (options.resources()?, options.threads()?);
    let input = |id: &str, fields| Input::in_memory(id, vec![document(id, fields)]);
    let inputs = [input(LEFT, left), input(RIGHT, right)];
    let found = background::run(py, threads, None, move |progress| {
        let job = Job {
            input: JobInput::Inputs(&inputs),
            reading: &reading,
            rules: &rules,
            resources: &resources,
            progress,
        };
        explain(&job, LEFT, RIGHT)
    })?;
    let found = found.map_err(|error| match error {
        Error::UnknownDocument {
            id,
            reason: Some(reason),
        } => InputError::new_err(format!("the {id} document cannot be compared: {reason}")),
        other => of_job(other),
    })?;
    Ok((
        serde_json::json!(found).to_string(),
        found.sentence(),
        passages(&found),
    ))
}

fn document(id: &str, mut fields: BTreeMap<String, String>) -> Document<'static> {
    let mut field = |name: &str| fields.remove(name).map(Cow::Owned);
    Document {
        id: Some(id.to_owned().into()),
        text: field("text").unwrap_or_default(),
        title: field("title"),
        source: field("source"),
        date: field("date"),
        url: field("url"),
        byline: field("byline"),
        language: field("language"),
        ..Document::default()
    }
}

/// The text of each shared passage, in both documents.
fn passages(found: &Explanation) -> Vec<(String, String)> {
    let pairs = found.passages.iter().filter_map(|passage| {
        let left = found.left.passage(passage.left)?;
        Some((
            left.to_owned(),
            found.right.passage(passage.right)?.to_owned(),
        ))
    });
    pairs.collect()
}
