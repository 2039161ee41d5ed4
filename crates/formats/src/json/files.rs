//! JSON files that are not JSON Lines: a list of records, records in sequence, or an object with one list
//! of records or with a record under each name.

use super::records;
use super::values::Objects;
use crate::decode::decode;
use crate::error::ReadError;
use crate::field_names::FieldNames;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::line_counter::LineCounter;
use crate::{Document, Item, Location, Options, WholeRecord};
use std::ops::Range;

/// Records anywhere in a JSON text. A record may extend over several lines.
#[derive(Debug)]
pub(crate) struct JsonFile;

/// The maximum size of a file, which is read whole.
const FILE_BYTES: u64 = 1 << 30;

impl Format for JsonFile {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    /// True if the file begins with an object, perhaps as the first element of a list.
    fn recognises(&self, head: &FileHead<'_>) -> bool {
        let begins = |text: &str| {
            let name = text.strip_prefix('{')?.trim_ascii_start();
            let end = super::values::string_end(name.as_bytes(), 0)?;
            let after = name.get(end..)?.trim_ascii_start();
            Some(name.starts_with('"') && after.starts_with(':'))
        };
        let text = head
            .text
            .trim_start_matches(['[', ' ', '\t', '\r', '\n', '\u{1E}']);
        begins(text) == Some(true) && !is_report(&head.text)
    }

    fn has_generic_extension(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn max_file_bytes(&self, options: &Options) -> u64 {
        options.max_document_bytes.max(FILE_BYTES)
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let skipped = |error: &ReadError| Item::Skipped(context.fault(None, error));
        let decoded = decode(bytes);
        let text = decoded.text.trim_ascii();
        if text.is_empty() {
            return visit(skipped(&ReadError::NoBytes));
        }
        if is_report(text) {
            return visit(skipped(&ReadError::SavedReport));
        }
        if let Some(warning) = decoded.warning {
            visit(Item::Warning(context.fault(None, &warning)));
        }
        let names = FieldNames::new(&context.options.fields);
        let mut reader = FileReader {
            text,
            names: &names,
            context,
            lines: LineCounter::new(text),
            is_one_line: !text.contains('\n'),
            length: bytes.len(),
            is_alone: {
                let mut objects = Objects::new(text, 0..text.len());
                objects.by_ref().take(2).count() == 1 && objects.is_clean()
            },
            records: 0,
        };
        if let Err(error) = reader.read(visit) {
            visit(skipped(&error));
        }
    }
}

/// True for the start of a report that this program wrote. Its passages are not documents.
fn is_report(text: &str) -> bool {
    let inside = text.strip_prefix('{').unwrap_or_default();
    inside.trim_ascii_start().starts_with("\"schema_version\"") && text.contains("\"dedupe\"")
}

/// Reads the records of a file in order.
struct FileReader<'a> {
    text: &'a str,
    names: &'a FieldNames<'a>,
    context: &'a Context<'a>,
    lines: LineCounter<'a>,
    is_one_line: bool,
    /// The size of the file in bytes.
    length: usize,
    /// The file has one object.
    is_alone: bool,
    /// The number of records that were visited.
    records: u64,
}

impl FileReader<'_> {
    /// Visits the records.
    ///
    /// # Errors
    ///
    /// Fails at the end of the records, for the reason that no more were found.
    fn read(&mut self, visit: &mut dyn FnMut(Item<'_>)) -> Result<(), ReadError> {
        let text = self.text;
        let mut objects = Objects::new(text, 0..text.len());
        let mut other_object = None;
        for range in objects.by_ref() {
            let object = text.get(range.clone()).unwrap_or_default();
            let alone = self.is_alone;
            let location = match alone {
                true => self.context.location(None, 0, self.length),
                false => self.location(range.clone()),
            };
            let mut unread = None;
            self.read_object(object, location, &mut |read| match read {
                Err(error) => unread = Some(error),
                Ok(document) => visit(Item::Document(document)),
            });
            let list = match &unread {
                Some(ReadError::NoTextField { .. }) => records::list_in(object, self.names),
                _ => None,
            };
            let named = match (&list, &unread) {
                (None, Some(ReadError::NoTextField { .. })) => {
                    records::named_records(object, self.names)
                }
                _ => None,
            };
            let begin = range.start;
            match (list.map(|list| vec![list]).or(named), unread) {
                (_, None) => {}
                (Some(lists), _) => {
                    for list in lists {
                        self.read_list(begin + list.start..begin + list.end, visit);
                    }
                }
                (None, Some(ReadError::NoTextField { .. })) if alone => {
                    other_object = Some(records::other_json(object, self.names));
                }
                (None, Some(error)) => {
                    self.records += 1;
                    visit(Item::Skipped(self.context.fault(location.line, &error)));
                }
            }
        }
        if let Some(begin) = objects.unclosed {
            let unclosed = text.get(begin..).unwrap_or_default();
            if unclosed.starts_with('{')
                && let Some(list) = records::list_in(unclosed, self.names)
            {
                self.read_list(begin + list.start..text.len(), visit);
            }
            return Err(ReadError::Truncated("JSON"));
        }
        if let Some(at) = objects.broken_at {
            let before = text.get(..at).unwrap_or_default();
            let line = 1 + memchr::memchr_iter(b'\n', before.as_bytes()).count();
            let what = format!("expected a value on line {line}");
            return Err(ReadError::BrokenJson(what));
        }
        match other_object {
            Some(error) => Err(error),
            None if self.records == 0 && objects.others == 0 => Err(ReadError::OtherJson {
                found: "an empty list".to_owned(),
            }),
            None if self.records == 0 => Err(ReadError::NoObjects),
            None => Ok(()),
        }
    }

    /// Visits each object in this range.
    fn read_list(&mut self, range: Range<usize>, visit: &mut dyn FnMut(Item<'_>)) {
        for range in Objects::new(self.text, range) {
            let location = self.location(range.clone());
            let object = self.text.get(range).unwrap_or_default();
            let context = self.context;
            self.read_object(object, location, &mut |read| match read {
                Ok(document) => visit(Item::Document(document)),
                Err(error) => visit(Item::Skipped(context.fault(location.line, &error))),
            });
        }
    }

    /// Reads an object as a record, or else as a news item.
    fn read_object(
        &mut self,
        object: &str,
        location: Location,
        visit: &mut dyn FnMut(Result<Document<'_>, ReadError>),
    ) {
        let limit = self.context.options.max_document_bytes;
        if object.len() as u64 > limit && !self.is_alone {
            self.records += 1;
            return visit(Err(ReadError::TooLarge { limit }));
        }
        let records = &mut self.records;
        let whole = self.context.options.whole_records;
        records::read_object(object, self.names, location, &mut |read| match read {
            Ok(document) if document.text.len() as u64 > limit => {
                *records += 1;
                visit(Err(ReadError::TooLarge { limit }));
            }
            Ok(document) => {
                *records += 1;
                let record = whole.then(|| WholeRecord::new(object.to_owned()));
                visit(Ok(Document { record, ..document }));
            }
            #[cfg(feature = "feeds")]
            Err(error @ ReadError::NoTextField { .. }) => match crate::agency::item_of_json(object)
            {
                Some(item) => {
                    *records += 1;
                    let record = whole.then(|| WholeRecord::new(object.to_owned()));
                    visit(Ok(Document {
                        location,
                        record,
                        ..item
                    }));
                }
                None => visit(Err(error)),
            },
            Err(error) => visit(Err(error)),
        });
    }

    /// The location of a record. If the whole file is one line, the number of the record takes the place of
    /// the line number.
    fn location(&mut self, range: Range<usize>) -> Location {
        let location = self.lines.location(range, self.context);
        match self.is_one_line {
            true => Location {
                line: Some(self.records + 1),
                ..location
            },
            false => location,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// The items as strings: `LINE ID TEXT` or `LINE CODE`, with `-` for a file without lines.
    fn read(text: &str) -> Vec<String> {
        let options = Options::default();
        let context = Context {
            input: 0,
            member: 0,
            path: "f.json",
            line: 1,
            offset: 0,
            options: &options,
        };
        let mut items = Vec::new();
        let line = |line: Option<u64>| line.map_or("-".to_owned(), |line| line.to_string());
        JsonFile.read(text.as_bytes(), &context, &mut |item| {
            items.push(match item {
                Item::Document(document) => format!(
                    "{} {} {}",
                    line(document.location.line),
                    document.id.as_deref().unwrap_or("-"),
                    document.text
                ),
                Item::Skipped(fault) => format!("{} {}", line(fault.line), fault.code),
                other => panic!("{other:?}"),
            });
        });
        items
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(read(text), expected, "{text}");
    }

    #[test]
    fn recognises_lists_and_objects_over_several_lines() {
        let check = |content: &str, expected: bool| {
            let found = JsonFile.recognises(&FileHead::new(content.as_bytes()));
            assert_eq!(found, expected, "{content:.40}");
        };
        check("\u{FEFF} {\n  \"text\": NaN", true);
        check("[\n {\"text\" :", true);
        check("[1] A footnote", false);
        check("[Reuters] A text", false);
        check("{\"A quotation\" in braces}", false);
        check("{broken", false);
        check("", false);
        check(
            "{\n \"schema_version\": 1, \"tool\": {\"name\": \"dedupe\"",
            false,
        );
    }

    #[test]
    fn one_object_is_one_document() {
        check("{\n\"text\":\n\"one\",\n\"id\":\"a\"}\n", &["- a one"]);
    }

    #[test]
    fn reads_lists_and_sequences() {
        check(
            "[\n{\"text\":\"one\"},\n{\"text\":\"two\",},\n]",
            &["2 - one", "3 - two"],
        );
        check(
            "{\n\"text\":\"one\"\n}\n{\n\"text\":\"two\"\n}",
            &["1 - one", "4 - two"],
        );
        check(
            r#"[{"text":"one"},{"text":"two"}]"#,
            &["1 - one", "2 - two"],
        );
    }

    #[test]
    fn reads_the_one_list_in_an_object() {
        check(
            "{\"n\":2,\n\"r\":{\"docs\":[\n{\"text\":\"one\"},{\"x\":1}]}}",
            &["3 - one", "3 no-text-field"],
        );
        check(
            "{\"a\":[\n{\"text\":\"one\"}]}\n{\"a\":[{\"text\":\"two\"}]}",
            &["2 - one", "3 - two"],
        );
    }

    #[test]
    fn reads_a_record_under_each_name() {
        check(
            "{\"a\":{\"text\":\"one\"},\n\"b\":{\"text\":\"two\",\"x\":NaN}}",
            &["1 - one", "2 - two"],
        );
        check(
            "{\"a\":{\"text\":\"one\"},\"b\":{\"name\":\"two\"}}",
            &["- not-news"],
        );
    }

    #[test]
    fn a_bad_record_costs_only_itself() {
        check(
            "[{\"text\":\"one\"},\n{\"text\":oops},\n{\"text\":7},\n{\"text\":\"two\"}]",
            &["1 - one", "2 not-json", "3 text-not-string", "4 - two"],
        );
    }

    #[test]
    fn keeps_the_records_before_a_cut() {
        check(
            "[\n{\"text\":\"one\"},\n{\"text\":\"tw",
            &["2 - one", "- truncated"],
        );
        check(
            "{\"articles\":[\n{\"text\":\"one\"},\n{\"text\":\"tw",
            &["2 - one", "- truncated"],
        );
        check("{\"text\":\"on", &["- truncated"]);
    }

    #[test]
    fn reports_json_of_other_kinds() {
        check("{\"name\":\"settings\"}", &["- not-news"]);
        check("[1,2]", &["- not-news"]);
        check("[]", &["- not-news"]);
        check(
            "[{\"x\":1},\n{\"x\":2}]",
            &["1 no-text-field", "2 no-text-field"],
        );
        check("{\"text\":\"one\"} : {}", &["1 - one", "- not-json"]);
        check(" \n", &["- empty"]);
        let report =
            r#"{"schema_version":1,"tool":{"name":"dedupe"},"boilerplate":[{"text":"one"}]}"#;
        check(report, &["- not-news"]);
    }

    #[cfg(feature = "feeds")]
    #[test]
    fn reads_news_items_among_records() {
        check(
            "[{\"guid\":\"g\",\"body_html\":\"<p>one</p>\"},\n{\"text\":\"two\"}]",
            &["1 g one", "2 - two"],
        );
    }
}
