//! A warning about field names that the user gave and that no record has. They are most likely misspelt.

use super::path;
use crate::corpus::{Corpus, DocumentRecord};
use dedupe_core::model::DocumentIndex;
use dedupe_formats::{self as formats, Fault, FaultCode, Fields, Input, Location};

/// Records that are read again to find the names that exist.
const SAMPLE: usize = 64;
/// Records of one file in the sample.
const SAMPLE_PER_INPUT: usize = 4;
/// Names that a warning suggests.
const SUGGESTIONS: usize = 3;

/// A field of records: the name of its option, its names, and whether a record has a value in it.
struct NamedField<'a> {
    option: &'static str,
    given: &'a [String],
    default: &'a [String],
    is_filled: fn(&DocumentRecord<'_>, &[Input]) -> bool,
}

/// Returns a warning about the fields of which no record has a value under the names that the user gave. Faults of records
/// without a text say so themselves.
pub(super) fn unknown_fields(
    corpus: &Corpus,
    inputs: &[Input],
    options: &formats::Options,
) -> Option<Fault> {
    let default = Fields::default();
    let unfilled: Vec<NamedField> = named_fields(&options.fields, &default)
        .into_iter()
        .filter(|field| field.given != field.default)
        .filter(|field| !any_record(corpus, |record| (field.is_filled)(record, inputs)))
        .collect();
    let (first, others) = unfilled.split_first()?;
    let sample = sample(corpus);
    if sample.is_empty() {
        return None;
    }
    let existing = formats::names_in_records(inputs, options, &sample);
    let mut all = reason(first.given, &existing);
    for field in others {
        all.push_str(&format!(
            "; {}: {}",
            field.option,
            reason(field.given, &existing)
        ));
    }
    Some(Fault {
        path: first.option.to_owned(),
        line: None,
        code: FaultCode::UnknownField,
        reason: all,
        count: 1,
    })
}

fn named_fields<'a>(given: &'a Fields, default: &'a Fields) -> [NamedField<'a>; 7] {
    let field = |option, given, default, is_filled| NamedField {
        option,
        given,
        default,
        is_filled,
    };
    [
        field("id-field", &given.id, &default.id, |record, inputs| {
            let line = record.location.line.unwrap_or_default();
            *record.id != format!("{}:{line}", path(inputs, record))
        }),
        field("title-field", &given.title, &default.title, |record, _| {
            record.title.is_some()
        }),
        field(
            "source-field",
            &given.source,
            &default.source,
            |record, _| record.source.is_some(),
        ),
        field("date-field", &given.date, &default.date, |record, _| {
            record.date.is_some()
        }),
        field("url-field", &given.url, &default.url, |record, _| {
            record.url.is_some()
        }),
        field(
            "byline-field",
            &given.byline,
            &default.byline,
            |record, _| record.byline.is_some(),
        ),
        field(
            "language-field",
            &given.language,
            &default.language,
            |record, _| record.language.is_some(),
        ),
    ]
}

/// True if this holds for a record of a file with several records. Other documents have no fields that can be named.
fn any_record(corpus: &Corpus, holds: impl Fn(&DocumentRecord<'_>) -> bool) -> bool {
    let mut records = corpus.indices().map(|document| corpus.record(document));
    records.any(|record| record.location.line.is_some() && holds(&record))
}

/// The locations of the first records of the files, in order.
fn sample(corpus: &Corpus) -> Vec<Location> {
    let location = |document: DocumentIndex| corpus.location(document);
    let of_records = corpus.indices().map(location);
    let mut all: Vec<Location> = of_records
        .filter(|location| location.line.is_some())
        .collect();
    all.sort_unstable();
    let files = all.chunk_by(|a, b| a.input == b.input);
    let first = files.flat_map(|file| file.iter().take(SAMPLE_PER_INPUT));
    first.take(SAMPLE).copied().collect()
}

fn reason(given: &[String], existing: &[String]) -> String {
    let quoted = |names: Vec<&str>| {
        let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
        names.join(", ")
    };
    let is_given = |name: &&String| {
        let mut all = given.iter();
        all.any(|given| formats::is_same_field(given, name))
    };
    let names = quoted(given.iter().map(String::as_str).collect());
    if existing.iter().any(|name| is_given(&name)) {
        return format!("no record has a usable value in the field {names}");
    }
    // The closest name first; names that are equally close stay in the order of the record.
    let closeness = |name: &str| {
        let all = given.iter().map(|given| strsim::jaro_winkler(given, name));
        all.fold(0.0, f64::max)
    };
    let mut nearest: Vec<&str> = existing.iter().map(String::as_str).collect();
    nearest.sort_by(|a, b| closeness(b).total_cmp(&closeness(a)));
    nearest.truncate(SUGGESTIONS);
    match nearest.is_empty() {
        true => format!("no record has a field named {names}"),
        false => format!(
            "no record has a field named {names}; the nearest names are {}",
            quoted(nearest)
        ),
    }
}
