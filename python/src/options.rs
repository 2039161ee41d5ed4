//! Keyword arguments: the rules, how inputs are read, and limits.

use crate::errors::{InputError, of_job};
use dedupe::export::DropPolicy;
use dedupe::formats::{Fields, HtmlText, Options};
use dedupe::report::{Format, Keep};
use dedupe::{Resources, Rules, RulesError};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Smallest memory budget in bytes, as on the command line.
const MIN_MEMORY: u64 = 64_000_000;
/// What options that count something are.
const WHOLE: &str = "a whole number, 0 or more";
/// Threads of one call, as on the command line.
const MAX_THREADS: usize = 1024;

/// The keyword arguments of a run. Missing ones are `None`.
pub(crate) struct RunOptions {
    fields: BTreeMap<String, Vec<String>>,
    threshold: Option<f64>,
    min_passage: Option<u32>,
    shingle: Option<u32>,
    within: Option<u32>,
    keep: Option<String>,
    prefer: Vec<String>,
    cross_source_only: bool,
    html: Option<String>,
    memory: Option<u64>,
    temp_dir: Option<PathBuf>,
    max_document_bytes: Option<u64>,
    threads: Option<usize>,
}

impl<'py> FromPyObject<'_, 'py> for RunOptions {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let given = &*given;
        Ok(Self {
            fields: option(given, "fields", "names of columns")?,
            threshold: option(given, "threshold", "a number")?,
            min_passage: option(given, "min_passage", WHOLE)?,
            shingle: option(given, "shingle", WHOLE)?,
            within: option(given, "within", WHOLE)?,
            keep: option(given, "keep", "a name")?,
            prefer: option(given, "prefer", "names of publishers")?,
            cross_source_only: option(given, "cross_source_only", "True or False")?,
            html: option(given, "html", "a name")?,
            memory: option(given, "memory", WHOLE)?,
            temp_dir: option(given, "temp_dir", "a path")?,
            max_document_bytes: option(given, "max_document_bytes", WHOLE)?,
            threads: option(given, "threads", WHOLE)?,
        })
    }
}

/// A keyword argument. Fails if it has another type than `expected`.
fn option<'py, T>(given: &Bound<'py, PyAny>, name: &str, expected: &str) -> PyResult<T>
where
    T: for<'a> FromPyObject<'a, 'py>,
{
    let value = given.get_item(name)?;
    match value.extract() {
        Ok(value) => Ok(value),
        Err(_) => Err(invalid(name, value.repr()?, expected)),
    }
}

impl RunOptions {
    pub(crate) fn rules(&self) -> PyResult<Rules> {
        self.rules_over(&Rules::default())
    }

    /// The rules, with those of `default` where none were given. Without its dictionary.
    pub(crate) fn rules_over(&self, default: &Rules) -> PyResult<Rules> {
        let rules = Rules {
            threshold: self.threshold.unwrap_or(default.threshold),
            min_passage: self.min_passage.unwrap_or(default.min_passage),
            shingle: self.shingle.unwrap_or(default.shingle),
            within: self.within,
            keep: match self.keep.as_deref() {
                None => default.keep,
                Some("best") => Keep::Best,
                Some("earliest") => Keep::Earliest,
                Some("longest") => Keep::Longest,
                Some("first") => Keep::First,
                Some(other) => {
                    return Err(invalid("keep", other, "best, earliest, longest or first"));
                }
            },
            dictionary: None,
            prefer: match self.prefer.is_empty() {
                true => default.prefer.clone(),
                false => self.prefer.clone(),
            },
            cross_source_only: self.cross_source_only,
        };
        match rules.check() {
            Ok(()) => Ok(rules),
            Err(RulesError::Threshold(found)) => Err(invalid(
                "threshold",
                found,
                "a number above 0 and at most 1",
            )),
            Err(RulesError::MinPassage) => Err(invalid("min_passage", 0, "1 or more")),
            Err(RulesError::Shingle(found)) => Err(invalid("shingle", found, "3 to 32")),
            Err(error @ RulesError::Dictionary { .. }) => Err(of_job(error.into())),
        }
    }

    pub(crate) fn reading(&self) -> PyResult<Options> {
        let mut options = Options {
            temporary_folder: self.temp_dir.clone(),
            keep_stdin: true,
            ..Options::default()
        };
        for (field, names) in &self.fields {
            let mut known = by_name(&mut options.fields).into_iter();
            match known.find(|(name, _)| name == field) {
                Some((_, own)) => own.clone_from(names),
                None => return Err(invalid("field", field, "a field of a document")),
            }
        }
        if let Some(limit) = self.max_document_bytes {
            options.max_document_bytes = limit;
        }
        options.html = match self.html.as_deref() {
            None | Some("article") => HtmlText::Article,
            Some("whole") => HtmlText::Whole,
            Some(other) => return Err(invalid("html", other, "article or whole")),
        };
        Ok(options)
    }

    pub(crate) fn resources(&self) -> PyResult<Resources> {
        match self.memory {
            Some(bytes) if bytes < MIN_MEMORY => {
                Err(invalid("memory", bytes, "64000000 bytes or more"))
            }
            memory => Ok(Resources {
                memory,
                temporary_folder: self.temp_dir.clone(),
            }),
        }
    }

    pub(crate) fn threads(&self) -> PyResult<Option<usize>> {
        match self.threads {
            Some(threads) if !(1..=MAX_THREADS).contains(&threads) => {
                Err(invalid("threads", threads, "1 to 1024"))
            }
            threads => Ok(threads),
        }
    }
}

fn invalid(name: &str, value: impl std::fmt::Display, expected: &str) -> PyErr {
    InputError::new_err(format!("{name}={value}: expected {expected}"))
}

/// The fields of a document, by name.
fn by_name(fields: &mut Fields) -> [(&'static str, &mut Vec<String>); 8] {
    [
        ("text", &mut fields.text),
        ("id", &mut fields.id),
        ("title", &mut fields.title),
        ("source", &mut fields.source),
        ("date", &mut fields.date),
        ("url", &mut fields.url),
        ("byline", &mut fields.byline),
        ("language", &mut fields.language),
    ]
}

/// The column names that are looked for if none are given, by field.
#[pyfunction]
pub(crate) fn default_fields() -> BTreeMap<&'static str, Vec<String>> {
    let mut fields = Fields::default();
    let by_name = by_name(&mut fields).into_iter();
    by_name.map(|(name, own)| (name, own.clone())).collect()
}

/// The output format of this name, or else of the extension of a file. JSON for a file without an extension.
pub(crate) fn format(name: Option<&str>, path: &Path) -> PyResult<Format> {
    let Some(name) = name else {
        return match (Format::of_path(path), path.extension()) {
            (Some(format), _) => Ok(format),
            (None, None) => Ok(Format::Json),
            (None, Some(_)) => Err(InputError::new_err(format!(
                "{}: no format has this extension; use .html, .json, .jsonl, .csv, .parquet, .tsv, .sarif, .xml or .txt, or \
                 name the format",
                path.display()
            ))),
        };
    };
    Ok(match name {
        "text" => Format::Text,
        "json" => Format::Json,
        "jsonl" => Format::Jsonl,
        "html" => Format::Html,
        "csv" => Format::Csv,
        "parquet" => Format::Parquet,
        "pairs" => Format::Pairs,
        "sarif" => Format::Sarif,
        "github" => Format::Github,
        "gitlab" => Format::Gitlab,
        "junit" => Format::Junit,
        other => {
            let expected =
                "text, json, jsonl, html, csv, parquet, pairs, sarif, github, gitlab or junit";
            return Err(invalid("format", other, expected));
        }
    })
}

/// Which documents to drop.
pub(crate) fn drop_policy(name: &str) -> PyResult<DropPolicy> {
    match name {
        "exact" => Ok(DropPolicy::Exact),
        "near" => Ok(DropPolicy::Near),
        "contained" => Ok(DropPolicy::Contained),
        "version" => Ok(DropPolicy::Version),
        other => Err(invalid("drop", other, "exact, near, contained or version")),
    }
}
