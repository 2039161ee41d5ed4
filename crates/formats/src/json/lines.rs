//! JSON Lines: each line is a JSON object and a document.

use super::records;
use super::values::Objects;
use crate::Item;
use crate::decode::decode;
use crate::error::ReadError;
use crate::field_names::FieldNames;
use crate::file_head::FileHead;
use crate::format::{self, Context, FileKind, Format, Shape};
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

/// One JSON object per line. The fields of the document are found by name.
#[derive(Debug)]
pub(crate) struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jl", "jsonl", "jsonlines", "ndjson"]
    }

    /// True if the first line is a JSON object, or looks like the start of one that exceeds the head. Also if a later line
    /// is an object and the first one looks like an object that was cut off.
    ///
    /// Lines in UTF-16 or UTF-32 are records of a [JSON file](super::JsonFile), which is read whole.
    fn recognises(&self, head: &FileHead<'_>) -> bool {
        if head.is_wide() {
            return false;
        }
        let is_object =
            |line: &str| line.starts_with('{') && serde_json::from_str::<IgnoredAny>(line).is_ok();
        match head.first_line() {
            Some(line) => {
                let is_cut_off =
                    line.starts_with("{\"") && !line.trim_end().ends_with(['{', '[', ',', ':']);
                is_object(line) || is_cut_off && head.text.lines().skip(1).any(is_object)
            }
            None if head.is_cut() => {
                let inside = head.text.strip_prefix('{').unwrap_or_default();
                inside.trim_start().starts_with('"')
            }
            None => is_object(&head.text),
        }
    }

    fn shape(&self) -> Shape {
        Shape::Lines
    }

    fn lines_are_independent(&self) -> bool {
        true
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let names = FieldNames::new(&context.options.fields);
        // Validated once for the whole chunk. An invalid byte affects only its own line.
        let valid = std::str::from_utf8(bytes).ok();
        let (mut at, mut number) = (0, context.line);
        while at < bytes.len() {
            let rest = bytes.get(at..).unwrap_or_default();
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let whole = rest.get(..end).unwrap_or(rest);
            let raw = whole.strip_suffix(b"\r").unwrap_or(whole);
            let line = JsonLine {
                raw,
                text: valid.and_then(|valid| valid.get(at..at + raw.len())),
                number,
                begin: at,
                is_alone: context.offset == 0
                    && at == 0
                    && rest.get(end..).unwrap_or_default().trim_ascii().is_empty(),
            };
            line.read(&names, context, visit);
            at += end + 1;
            number += 1;
        }
    }
}

/// A line without its line end.
struct JsonLine<'a> {
    raw: &'a [u8],
    /// The same bytes as text, if the whole chunk is valid UTF-8.
    text: Option<&'a str>,
    /// Counted from 1.
    number: u64,
    /// Offset in the chunk.
    begin: usize,
    /// The file has no other line, as far as this chunk shows.
    is_alone: bool,
}

impl JsonLine<'_> {
    fn read(&self, names: &FieldNames<'_>, context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let limit = context.options.max_document_bytes;
        let skipped = |error: &ReadError| Item::Skipped(context.fault(Some(self.number), error));
        if self.raw.len() as u64 > limit {
            return visit(skipped(&ReadError::TooLarge { limit }));
        }
        let (text, warning) = self.decoded();
        if text.trim_ascii().is_empty() {
            return;
        }
        let location = context.location(Some(self.number), self.begin, self.raw.len());
        records::read_object(&text, names, location, &mut |read| match read {
            Ok(document) => {
                if let Some(error) = &warning {
                    visit(Item::Warning(context.fault(Some(self.number), error)));
                }
                visit(Item::Document(document));
            }
            Err(error) => {
                if let Some(objects) = self.objects(&text, &error, names) {
                    return self.read_objects(&text, objects, names, context, visit);
                }
                let error = match error {
                    ReadError::NoTextField { .. }
                        if self.is_alone
                            && (has_generic_extension(context) && !records::has_records(&text)
                                || records::has_several_lists(&text, names)) =>
                    {
                        let error = records::other_json(&text, names);
                        return visit(Item::Skipped(context.fault(None, &error)));
                    }
                    ReadError::NotJson(what) if self.number == 1 && is_unnamed(context) => {
                        ReadError::NotJsonInput(what)
                    }
                    error => error,
                };
                visit(skipped(&error));
            }
        });
    }

    /// The ranges of the records in a line that is not one record itself: several objects, or a list of
    /// objects. If the file has no other line, also the list inside an object, or the records under its names.
    fn objects(
        &self,
        text: &str,
        error: &ReadError,
        names: &FieldNames<'_>,
    ) -> Option<Vec<Range<usize>>> {
        // The bytes of a decoded line have no known place in the file.
        self.text?;
        if let ReadError::NoTextField { .. } = error {
            return match self.is_alone {
                true => records::list_in(text, names)
                    .map(|list| vec![list])
                    .or_else(|| records::named_records(text, names)),
                false => None,
            };
        }
        let whole = 0..text.len();
        let mut objects = Objects::new(text, whole.clone());
        let is_part = |range: Range<usize>| range.len() < text.trim_ascii().len();
        let is_other = objects.next().is_some_and(is_part);
        objects.by_ref().for_each(drop);
        (is_other && objects.is_clean()).then(|| vec![whole])
    }

    /// Reads each object in these ranges as a record of its own.
    fn read_objects(
        &self,
        text: &str,
        ranges: Vec<Range<usize>>,
        names: &FieldNames<'_>,
        context: &Context<'_>,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        let mark = self.raw.len() - text.len();
        let (mut number, mut counted) = (self.number, 0);
        let is_one_line =
            self.is_alone && memchr::memchr(b'\r', text.trim_ascii().as_bytes()).is_none();
        let objects = ranges
            .into_iter()
            .flat_map(|range| Objects::new(text, range));
        for (at, object) in (0..).zip(objects) {
            // Files of old systems end their lines with a carriage return alone.
            let before = text.as_bytes().get(counted..object.start);
            number += memchr::memchr_iter(b'\r', before.unwrap_or_default()).count() as u64;
            counted = object.start;
            // The records of a file that is one line are told apart by their number.
            let number = if is_one_line {
                self.number + at
            } else {
                number
            };
            let begin = self.begin + mark + object.start;
            let location = context.location(Some(number), begin, object.len());
            let object = text.get(object).unwrap_or_default();
            records::read_object(object, names, location, &mut |read| match read {
                Ok(document) => visit(Item::Document(document)),
                Err(error) => visit(Item::Skipped(context.fault(Some(number), &error))),
            });
        }
    }

    /// The line as text, without a byte order mark. Concatenated files have such marks in the middle.
    fn decoded(&self) -> (Cow<'_, str>, Option<ReadError>) {
        match self.text {
            Some(text) => {
                let unmarked = text.strip_prefix('\u{FEFF}').unwrap_or(text);
                (Cow::Borrowed(unmarked), None)
            }
            None => {
                let decoded = decode(self.raw);
                (decoded.text, decoded.warning)
            }
        }
    }
}

/// True for a name such as `settings.json`, which other files than those with records have.
fn has_generic_extension(context: &Context<'_>) -> bool {
    let kind = format::by_name(Path::new(context.path)).kind;
    let format = kind.and_then(FileKind::documents);
    format.is_some_and(Format::has_generic_extension)
}

/// True for standard input whose format is only a default.
fn is_unnamed(context: &Context<'_>) -> bool {
    context.path == "-" && context.options.format.is_none()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::options::{Fields, Options};

    /// The items as strings: `LINE:OFFSET+LENGTH ID TEXT` or `LINE CODE`.
    fn read(bytes: &[u8], options: &Options) -> Vec<String> {
        let context = Context {
            input: 0,
            member: 0,
            path: "f.jsonl",
            line: 1,
            offset: 0,
            options,
        };
        let mut items = Vec::new();
        JsonLines.read(bytes, &context, &mut |item| {
            items.push(match item {
                Item::Document(document) => format!(
                    "{}:{}+{} {} {}",
                    document.location.line.unwrap(),
                    document.location.offset,
                    document.location.length,
                    document.id.as_deref().unwrap_or("-"),
                    document.text
                ),
                Item::Skipped(fault) => format!("{} {}", fault.line.unwrap(), fault.code),
                Item::Warning(fault) => format!("{} warning {}", fault.line.unwrap(), fault.code),
                Item::Ignored => "ignored".to_owned(),
            });
        });
        items
    }

    fn check(bytes: impl AsRef<[u8]>, expected: &[&str]) {
        assert_eq!(read(bytes.as_ref(), &Options::default()), expected);
    }

    #[test]
    fn recognises_a_first_line_that_is_an_object() {
        let check = |content: &str, expected: bool| {
            let found = JsonLines.recognises(&FileHead::new(content.as_bytes()));
            assert_eq!(found, expected, "{content:.40}");
        };
        check("\u{FEFF}\n {\"a\": {\"b\": [1]}}\r\nwhatever", true);
        check("{\"text\":\"one\"}", true);
        check("{\n  \"text\": \"one\"\n}\n", false);
        check("{\"text\":\"one\"} and more\n", false);
        check("{broken\n{\"text\":\"two\"}\n", false);
        // A damaged first line costs one document, not the whole file.
        check("{\"text\":\"one\"\n{\"text\":\"two\"}\n", true);
        check("{\"text\":\"one\n{\"text\":\"two\"}\n", true);
        check("{\"articles\":[\n{\"text\":\"two\"}\n]}\n", false);
        check("{\"id\":\"a\",\n{\"text\":\"two\"}\n", false);
        check("[1]\n", false);
        let utf16 = "\u{FEFF}{\"text\":\"one\"}\n".encode_utf16();
        let utf16: Vec<u8> = utf16.flat_map(u16::to_le_bytes).collect();
        assert!(!JsonLines.recognises(&FileHead::new(&utf16)));
        check("A text.\n", false);
        let long = "x".repeat(5_000);
        check(&format!("{{ \"text\": \"{long}\"}}\n"), true);
        check(&format!("{{{long}"), false);
        // Only the first 4,096 bytes are seen, so the text after a longer line cannot be rejected.
        let then_text = |bytes: usize| format!("{{\"a\":\"{}\"}} text\n", "x".repeat(bytes));
        check(&then_text(4_000), false);
        check(&then_text(4_100), true);
        check("", false);
    }

    #[test]
    fn reads_each_line_as_a_document() {
        check(
            "{\"text\":\"one\",\"id\":7}\n{\"text\":\"two\"}",
            &["1:0+21 7 one", "2:22+14 - two"],
        );
    }

    #[test]
    fn excludes_line_ends_and_byte_order_marks() {
        check(
            "\u{FEFF}{\"text\":\"one\"}\r\n\r\n  \n{\"text\":\"two\"}\r\n",
            &["1:0+17 - one", "4:24+14 - two"],
        );
    }

    #[test]
    fn reports_lines_that_are_not_records() {
        check("{broken", &["1 not-json"]);
        check("{\"text\":\"one\"} x", &["1 not-json"]);
        check("{\"text\":\"o", &["1 not-json"]);
        check("[1]", &["1 not-object"]);
        check("\"text\"", &["1 not-object"]);
        check("{\"id\":\"b\"}", &["1 no-text-field"]);
        check("{\"text\":null}", &["1 text-null"]);
        check("{\"text\":7}", &["1 text-not-string"]);
        check("{\"text\":[1]}", &["1 text-not-string"]);
        check("{\"text\":\"\"}", &["1 empty"]);
        check("{\"text\":\" — \"}", &["1 empty"]);
        check(r#"{"text":"\u0000\u0001a"}"#, &["1 not-text"]);
    }

    #[test]
    fn skips_only_the_bad_line() {
        check(
            "{\"text\":\"one\"}\n{\n\n{\"text\":\"two\"}\n",
            &["1:0+14 - one", "2 not-json", "4:18+14 - two"],
        );
    }

    #[test]
    fn keeps_a_document_with_an_unpaired_surrogate() {
        check(
            r#"{"text":"one \ud800 two"}"#,
            &["1:0+25 - one \u{FFFD} two"],
        );
        check(r#"{"text":"one \ud800 two}"#, &["1 not-json"]);
    }

    #[test]
    fn reads_a_line_in_another_encoding_with_a_warning() {
        let (line, _, _) = encoding_rs::WINDOWS_1252
            .encode("{\"text\":\"Über den Fluß führen zwei Brücken.\"}\n{\"text\":\"one\"}");
        check(
            &line,
            &[
                "1 warning encoding-guessed",
                "1:0+45 - Über den Fluß führen zwei Brücken.",
                "2:46+14 - one",
            ],
        );
    }

    #[test]
    fn reports_a_line_beyond_the_limit() {
        let options = Options {
            max_document_bytes: 14,
            ..Options::default()
        };
        let lines = "{\"text\":\"one\"}\n{\"text\":\"three\"}\r\n{\"text\":\"two\"}";
        assert_eq!(
            read(lines.as_bytes(), &options),
            ["1:0+14 - one", "2 too-large", "3:33+14 - two"]
        );
    }

    #[test]
    fn reads_several_objects_on_a_line() {
        check(
            "{\"text\":\"one\"}{\"text\":\"two\"}\n{\"text\":\"three\"},\n",
            &["1:0+14 - one", "1:14+14 - two", "2:29+16 - three"],
        );
        check(
            "[{\"text\":\"one\"},{\"id\":\"b\"}]",
            &["1:1+14 - one", "2 no-text-field"],
        );
        check(
            "\n[{\"text\":\"one\"},{\"id\":\"b\"}]",
            &["2:2+14 - one", "2 no-text-field"],
        );
        check("{\"text\":\"one\"}{", &["1 not-json"]);
        check("{\"text\":\"one\"} 7", &["1 not-json"]);
    }

    /// Such a file was once one line, and no line of it was read.
    #[test]
    fn reads_lines_that_end_with_a_carriage_return_alone() {
        check(
            "\u{FEFF}{\"text\":\"one\"}\r{\"text\":\"two\"}\r\r{\"text\":\"three\"}\r",
            &["1:3+14 - one", "2:18+14 - two", "4:34+16 - three"],
        );
    }

    #[test]
    fn reads_the_list_in_an_object_that_is_the_whole_file() {
        let list = r#"{"status":"ok","articles":[{"id":1,"text":"one"},{"id":2,"text":"two"}]}"#;
        check(list, &["1:27+21 1 one", "2:49+21 2 two"]);
        check(format!("{list}\n \n"), &["1:27+21 1 one", "2:49+21 2 two"]);
        check(
            format!("{list}\n{list}"),
            &["1 no-text-field", "2 no-text-field"],
        );
    }

    #[test]
    fn repairs_what_common_writers_produce() {
        check(
            "{\"text\":\"one\",\"id\":NaN}\n{\"text\":\"two\",}",
            &["1:0+23 - one", "2:24+15 - two"],
        );
        check("{\"text\":\"a\tb\"}", &["1:0+14 - a\tb"]);
    }

    #[test]
    fn json_errors_state_the_column_and_missing_fields_name_those_found() {
        let reason_with = |fields: &Fields, line: &str| {
            let mut reason = String::new();
            let names = FieldNames::new(fields);
            records::read_object(line, &names, Default::default(), &mut |read| {
                reason = read.unwrap_err().to_string();
            });
            reason
        };
        let reason = |line: &str| reason_with(&Fields::default(), line);
        assert_eq!(
            reason("{\"a\" 1}"),
            "invalid JSON: expected `:` at column 6; each line must be one JSON object"
        );
        assert_eq!(
            reason(r#"{"id":1,"a b":{"x":"t","y":[]},"l":[{"z":1}]}"#),
            "expected a text field, found the fields id, a b.x, a b.y, l; name the text field with \
             --text-field"
        );
        let text = vec!["lead".to_owned(), "bodi".to_owned()];
        let given = Fields {
            text,
            ..Fields::default()
        };
        assert_eq!(
            reason_with(&given, r#"{"body":"t"}"#),
            "expected a text field named lead or bodi, found only the field body; name the text field with --text-field"
        );
    }
}
