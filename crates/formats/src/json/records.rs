//! Reads JSON objects as records, with repairs, and finds the list of records inside an object.

use super::repair::repaired;
use super::values::{Members, Objects};
use crate::error::{ReadError, field_list};
use crate::field_names::FieldNames;
use crate::record_fields::{self, RecordFields, Value};
use crate::{Document, Location};
use std::ops::Range;

/// How deep objects are searched for a list of records, and for the fields that a message names.
const MAX_DEPTH: usize = 4;

/// Reads an object as a record and visits its document or the error.
pub(super) fn read_object(
    object: &str,
    names: &FieldNames<'_>,
    location: Location,
    visit: &mut dyn FnMut(Result<Document<'_>, ReadError>),
) {
    let no_text_field = || {
        let found = field_paths(object);
        ReadError::no_text_field(names, found.iter().map(String::as_str))
    };
    let repaired_object;
    let record = match parse(object, names) {
        Err(error) => match repaired(object) {
            Some(repaired) => {
                repaired_object = repaired;
                parse(&repaired_object, names)
            }
            None => Err(error),
        },
        record => record,
    };
    visit(record.and_then(|record| record.into_document(location, no_text_field)));
}

fn parse<'a>(object: &'a str, names: &FieldNames<'_>) -> Result<RecordFields<'a>, ReadError> {
    record_fields::parse(object, names).map_err(|error| {
        if error.is_data() {
            return ReadError::NotObject;
        }
        let column = error.column();
        if error.is_eof() {
            return ReadError::NotJson(format!("it ends too early, at column {column}"));
        }
        // The message ends with a line number that counts from this object.
        let message = error.to_string();
        let what = message.split(" at line ").next().unwrap_or_default();
        // The parser expects the rest of a word such as `null`.
        let what = what.replace("expected ident", "expected a value");
        ReadError::NotJson(format!("{what} at column {column}"))
    })
}

/// The range of the elements of the one list of records in an object. Lists whose first element has no
/// text do not count. `None` if there is no such list, or several.
pub(super) fn list_in(text: &str, names: &FieldNames<'_>) -> Option<Range<usize>> {
    match lists_in(text, names).as_slice() {
        [list] => Some(list.clone()),
        _ => None,
    }
}

/// True if an object has several lists of records.
pub(super) fn has_several_lists(text: &str, names: &FieldNames<'_>) -> bool {
    lists_in(text, names).len() > 1
}

/// The first two lists of records in an object.
fn lists_in(text: &str, names: &FieldNames<'_>) -> Vec<Range<usize>> {
    let mut lists = Vec::new();
    let object = text.len() - text.trim_ascii_start().len()..text.len();
    find_lists(text, object, names, MAX_DEPTH, &mut lists);
    lists
}

fn find_lists(
    text: &str,
    object: Range<usize>,
    names: &FieldNames<'_>,
    depth: usize,
    lists: &mut Vec<Range<usize>>,
) {
    for (_, value) in Members::new(text, object) {
        match text.as_bytes().get(value.start) {
            Some(b'[') => {
                let first = Objects::new(text, value.clone()).next();
                if first.is_some_and(|first| has_text(text.get(first).unwrap_or_default(), names)) {
                    lists.push(value);
                }
            }
            Some(b'{') if depth > 1 => find_lists(text, value, names, depth - 1, lists),
            _ => {}
        }
        if lists.len() > 1 {
            return;
        }
    }
}

/// The ranges of the values of an object that has nothing but records, such as one under each id. `None` if it has fewer
/// than two, or a value without a text.
pub(super) fn named_records(text: &str, names: &FieldNames<'_>) -> Option<Vec<Range<usize>>> {
    let object = text.len() - text.trim_ascii_start().len()..text.len();
    let values: Vec<Range<usize>> = Members::new(text, object).map(|(_, value)| value).collect();
    let is_record = |value: &Range<usize>| {
        let value = text.get(value.clone()).unwrap_or_default();
        value.starts_with('{') && has_text(value, names)
    };
    (values.len() > 1 && values.iter().all(is_record)).then_some(values)
}

/// True if an object has a list of objects, which may be records with unknown fields.
pub(super) fn has_records(text: &str) -> bool {
    let object = text.len() - text.trim_ascii_start().len()..text.len();
    has_list_of_objects(text, object, MAX_DEPTH)
}

fn has_list_of_objects(text: &str, object: Range<usize>, depth: usize) -> bool {
    Members::new(text, object).any(|(_, value)| match text.as_bytes().get(value.start) {
        Some(b'[') => Objects::new(text, value).next().is_some(),
        Some(b'{') if depth > 1 => has_list_of_objects(text, value, depth - 1),
        _ => false,
    })
}

/// True if a field of the object can be the text.
fn has_text(object: &str, names: &FieldNames<'_>) -> bool {
    let has = |object: &str| {
        let record = record_fields::parse(object, names).ok();
        record.map(|record| record.text != Value::Absent)
    };
    has(object)
        .or_else(|| has(&repaired(object)?))
        .unwrap_or(false)
}

/// The fault of a file that is one object without a text field, such as settings.
pub(super) fn other_json(object: &str, names: &FieldNames<'_>) -> ReadError {
    if has_several_lists(object, names) {
        return ReadError::SeveralLists;
    }
    let paths = field_paths(object);
    ReadError::OtherJson {
        found: field_list(paths.iter().map(String::as_str)),
    }
}

/// The paths of the fields in an object.
pub(crate) fn field_paths(object: &str) -> Vec<String> {
    let mut paths = Vec::new();
    add_field_paths(object, 0..object.len(), "", MAX_DEPTH, &mut paths);
    paths
}

fn add_field_paths(
    text: &str,
    object: Range<usize>,
    outer: &str,
    depth: usize,
    paths: &mut Vec<String>,
) {
    /// More than messages list, so that they can say that there are others.
    const MAX_PATHS: usize = 100;
    let start = text.get(object.clone()).unwrap_or_default();
    let blank = start.len() - start.trim_ascii_start().len();
    for (name, value) in Members::new(text, object.start + blank..object.end) {
        if paths.len() > MAX_PATHS {
            return;
        }
        let name: String =
            serde_json::from_str(text.get(name).unwrap_or_default()).unwrap_or_default();
        let path = format!("{outer}{name}");
        let count = paths.len();
        if text.as_bytes().get(value.start) == Some(&b'{') && depth > 1 {
            add_field_paths(text, value, &format!("{path}."), depth - 1, paths);
        }
        if paths.len() == count {
            paths.push(path);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::options::Options;

    fn check(text: &str, expected: Option<&str>) {
        let options = Options::default();
        let found = list_in(text, &FieldNames::new(&options.fields));
        assert_eq!(found.map(|range| &text[range]), expected, "{text}");
    }

    #[test]
    fn finds_the_one_list_of_records() {
        check(r#" {"n":1,"a":[{"text":"t"}]}"#, Some(r#"[{"text":"t"}]"#));
        check(
            r#"{"r":{"docs":[{"body":"t"},{}]},"tags":[{"x":1}],"e":[],"s":["text"]}"#,
            Some(r#"[{"body":"t"},{}]"#),
        );
        check(r#"{"a":[{"text":NaN}]}"#, Some(r#"[{"text":NaN}]"#));
        check(r#"{"a":[{"text":"t"},{"#, Some(r#"[{"text":"t"},{"#));
        check(r#"{"a":[{"text":"t"}],"b":[{"text":"t"}]}"#, None);
        check(r#"{"a":[{"x":"t"}]}"#, None);
        check(r#"{"a":{"a":{"a":{"a":{"a":[{"text":"t"}]}}}}}"#, None);
        check("{}", None);
        check("7", None);
    }

    #[test]
    fn finds_records_under_names() {
        let options = Options::default();
        let found = |text: &str| -> Option<usize> {
            Some(named_records(text, &FieldNames::new(&options.fields))?.len())
        };
        assert_eq!(found(r#" {"1":{"text":"a"},"2":{"body":"b"}}"#), Some(2));
        for other in [
            r#"{"1":{"text":"a"}}"#,
            r#"{"post":{"text":"a"},"user":{"name":"b"}}"#,
            r#"{"1":{"text":"a"},"n":2}"#,
            "{}",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn names_at_most_20_fields_of_40_characters() {
        let object = |names: Vec<String>| -> String {
            let members: Vec<String> = names.iter().map(|name| format!("\"{name}\":1")).collect();
            format!("{{{}}}", members.join(","))
        };
        let fields = Options::default().fields;
        let names = FieldNames::new(&fields);
        let many = field_paths(&object((0..999).map(|n| format!("f{n}")).collect()));
        let error = ReadError::no_text_field(&names, many.iter().map(String::as_str)).to_string();
        assert!(error.contains("f19 and others;"), "{error}");
        let long = field_paths(&object(vec!["n".repeat(41)]));
        let error = ReadError::no_text_field(&names, long.iter().map(String::as_str)).to_string();
        let expected = format!("only the field {};", "n".repeat(40));
        assert!(error.contains(&expected), "{error}");
    }
}
