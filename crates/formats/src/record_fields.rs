//! The fields of a document in a record: a line of JSON or a row of a table.

mod json_object;

pub(crate) use json_object::parse;

use crate::address::host;
use crate::decode::{TextOrigin, check_text};
use crate::error::ReadError;
#[cfg(any(feature = "arrow", feature = "parquet", feature = "tables"))]
use crate::field_names::FieldNames;
use crate::field_names::{DocumentField, FIELD_COUNT};
use crate::{Document, Location};
use std::borrow::Cow;

/// What separates the strings of a list.
pub(crate) const PARAGRAPH_END: &str = "\n\n";

/// The value of a field, as far as a document can use it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Value<'a> {
    /// The field does not exist.
    #[default]
    Absent,
    Null,
    /// An array, an object or a boolean. The string names its kind, for messages.
    Other(&'static str),
    /// A number without a fraction, as text.
    Integer(String),
    /// Any other number, as text.
    Fraction(String),
    String(Cow<'a, str>),
    /// An array of strings, as paragraphs.
    List(String),
}

impl<'a> Value<'a> {
    /// How useful the value is for a field: 0 = absent, 1 = present but unusable, 2 = usable.
    fn usefulness(&self, field: DocumentField) -> u8 {
        match self {
            Self::Absent => 0,
            Self::String(string) if !string.trim_ascii().is_empty() => 2,
            Self::Integer(_) if field != DocumentField::Text => 2,
            Self::Fraction(_) if field != DocumentField::Text && field != DocumentField::Id => 2,
            Self::List(_) => match field {
                DocumentField::Byline | DocumentField::Source | DocumentField::Text => 2,
                _ => 1,
            },
            _ => 1,
        }
    }

    /// The value as text, if it is usable for a field other than the text.
    fn rendered(self, field: DocumentField) -> Option<Cow<'a, str>> {
        if self.usefulness(field) < 2 {
            return None;
        }
        match self {
            Self::String(string) => Some(string),
            Self::Integer(text) | Self::Fraction(text) => Some(Cow::Owned(text)),
            Self::List(names) => Some(Cow::Owned(names.replace(PARAGRAPH_END, ", "))),
            Self::Absent | Self::Null | Self::Other(_) => None,
        }
    }
}

/// The usable values of a record.
#[derive(Debug, PartialEq)]
pub(crate) struct RecordFields<'a> {
    pub(crate) text: Value<'a>,
    pub(crate) id: Option<Cow<'a, str>>,
    pub(crate) title: Option<Cow<'a, str>>,
    pub(crate) source: Option<Cow<'a, str>>,
    pub(crate) date: Option<Cow<'a, str>>,
    pub(crate) url: Option<Cow<'a, str>>,
    pub(crate) byline: Option<Cow<'a, str>>,
    pub(crate) language: Option<Cow<'a, str>>,
}

impl<'a> RecordFields<'a> {
    /// Makes a document of the record.
    ///
    /// A source that is an address stands for its host, and for the address of the document if the record
    /// states no other.
    ///
    /// # Errors
    ///
    /// Fails if the record has no text, for the reason `no_text_field`, or a text that cannot be compared.
    pub(crate) fn into_document(
        self,
        location: Location,
        no_text_field: impl FnOnce() -> ReadError,
    ) -> Result<Document<'a>, ReadError> {
        let text = match self.text {
            Value::String(text) => text,
            Value::List(paragraphs) => Cow::Owned(paragraphs),
            Value::Absent => return Err(no_text_field()),
            Value::Null => return Err(ReadError::TextNull),
            Value::Other(kind) => return Err(ReadError::TextNotString(kind)),
            Value::Integer(_) | Value::Fraction(_) => {
                return Err(ReadError::TextNotString("a number"));
            }
        };
        check_text(&text, TextOrigin::Record)?;
        let host = self.source.as_deref().and_then(web_host).map(str::to_owned);
        let (source, url) = match host {
            Some(host) => (Some(Cow::Owned(host)), self.url.or(self.source)),
            None => (self.source, self.url),
        };
        Ok(Document {
            id: self.id,
            title: self.title,
            source,
            date: self.date,
            url,
            byline: self.byline,
            language: self.language,
            text,
            location,
            ..Document::default()
        })
    }
}

/// The host of an `http` or `https` address, perhaps without the scheme: `//a.example/1`, `a.example/1`. `None` for other
/// text, and for a host alone.
fn web_host(address: &str) -> Option<&str> {
    let address = address.trim();
    match address.split_once("://") {
        Some((scheme, _)) => {
            let mut web = ["http", "https"].iter();
            let is_web = web.any(|web| scheme.eq_ignore_ascii_case(web));
            is_web.then(|| host(address)).flatten()
        }
        None => {
            let (host, _) = address
                .strip_prefix("//")
                .unwrap_or(address)
                .split_once('/')?;
            let host = host.strip_prefix("www.").unwrap_or(host);
            is_host_name(host).then_some(host)
        }
    }
}

/// True for at least two labels with a full stop between, of which the last has letters alone.
fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let top = name.rsplit_once('.').map_or("", |(_, top)| top);
    let is_top = top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_lowercase());
    is_top && name.split('.').all(is_label)
}

/// Collects the values of a record.
#[derive(Debug, Default)]
pub(crate) struct RecordBuilder<'a> {
    slots: [Slot<'a>; FIELD_COUNT],
}

impl<'a> RecordBuilder<'a> {
    /// Adds the value of a column to the fields that its name can fill.
    #[cfg(any(feature = "arrow", feature = "parquet", feature = "tables"))]
    pub(crate) fn add(&mut self, names: &FieldNames<'_>, name: &str, value: Value<'a>) {
        let Some(found) = names.find(name) else {
            return;
        };
        for (field, rank) in found.fields(name) {
            self.slots[field as usize].replace_if_better(field, rank, value.clone());
        }
    }

    pub(crate) fn finish(self) -> RecordFields<'a> {
        let [text, id, title, source, date, url, byline, language] =
            self.slots.map(|slot| slot.value);
        RecordFields {
            text,
            id: id.rendered(DocumentField::Id),
            title: title.rendered(DocumentField::Title),
            source: source.rendered(DocumentField::Source),
            date: date.rendered(DocumentField::Date),
            url: url.rendered(DocumentField::Url),
            byline: byline.rendered(DocumentField::Byline),
            language: language.rendered(DocumentField::Language),
        }
    }
}

/// The best value so far for one field.
#[derive(Debug, Default)]
struct Slot<'a> {
    value: Value<'a>,
    rank: usize,
}

impl<'a> Slot<'a> {
    /// Keeps the more useful value. If both are equally useful, keeps the one with the preferred name,
    /// and for the same name the later one.
    fn replace_if_better(&mut self, field: DocumentField, rank: usize, value: Value<'a>) {
        let (new, old) = (value.usefulness(field), self.value.usefulness(field));
        if new > old || (new == old && rank <= self.rank) {
            *self = Slot { value, rank };
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::field_names::FieldNames;
    use crate::options::Fields;

    fn check(line: &str, expected: impl FnOnce(RecordFields<'_>)) {
        let fields = Fields::default();
        expected(parse(line, &FieldNames::new(&fields)).unwrap());
    }

    fn check_text(line: &str, expected: &str) {
        check(line, |record| {
            assert_eq!(record.text, Value::String(expected.into()), "{line}");
        });
    }

    #[test]
    fn finds_the_fields_and_ignores_other_keys() {
        let line = r#"{"x":{"text":[1,{}]},"text":"t","id":"i","title":"h","site":"s","date":"d","url":"u","author":"a","lang":"l","y":[]}"#;
        check(line, |record| {
            let expected = RecordFields {
                text: Value::String("t".into()),
                id: Some("i".into()),
                title: Some("h".into()),
                source: Some("s".into()),
                date: Some("d".into()),
                url: Some("u".into()),
                byline: Some("a".into()),
                language: Some("l".into()),
            };
            assert_eq!(record, expected);
        });
    }

    #[test]
    fn borrows_strings_without_escapes() {
        check(r#"{"text":"plain"}"#, |record| {
            assert!(matches!(record.text, Value::String(Cow::Borrowed(_))));
        });
        check_text(
            r#"{"\u0074ext":"a\n\"b\" \u00e9 \ud83d\ude00"}"#,
            "a\n\"b\" é 😀",
        );
    }

    #[test]
    fn prefers_the_first_name_with_a_usable_value() {
        check_text(r#"{"body":"b","text":"t"}"#, "t");
        check_text(r#"{"text":"t","body":"b"}"#, "t");
        check_text(r#"{"text":" ","body":"b"}"#, "b");
        check_text(r#"{"body":"b","text":null}"#, "b");
        check_text(r#"{"body":"b","text":7}"#, "b");
    }

    #[test]
    fn accepts_duplicate_keys() {
        check_text(r#"{"text":"one","text":"two"}"#, "two");
        check_text(r#"{"text":"one","text":null}"#, "one");
    }

    #[test]
    fn renders_numbers_and_ignores_other_values() {
        check(
            r#"{"id":18446744073709551615,"date":2024.5,"title":[],"url":null,"source":""}"#,
            |r| {
                assert_eq!(r.id.as_deref(), Some("18446744073709551615"));
                assert_eq!(r.date.as_deref(), Some("2024.5"));
                assert_eq!((r.title, r.url, r.source), (None, None, None));
            },
        );
        check(r#"{"id":1.5}"#, |record| assert_eq!(record.id, None));
        check(r#"{"id":-3}"#, |record| {
            assert_eq!(record.id.as_deref(), Some("-3"))
        });
    }

    #[test]
    fn reads_fields_inside_objects_by_path() {
        let fields = Fields {
            text: vec!["article.body".to_owned(), "article".to_owned()],
            ..Fields::default()
        };
        let names = FieldNames::new(&fields);
        for (line, text) in [
            (r#"{"article":{"x":{"body":"no"},"body":"yes"}}"#, "yes"),
            (r#"{"Article":{"Body":"yes"}}"#, "yes"),
            (r#"{"article.body":"yes"}"#, "yes"),
            (r#"{"article":"yes"}"#, "yes"),
            (r#"{"article":{"body":null},"article.body":"yes"}"#, "yes"),
        ] {
            let record = parse(line, &names).unwrap();
            assert_eq!(record.text, Value::String(text.into()), "{line}");
        }
        let record = parse(r#"{"article":{"x":"no"}}"#, &names).unwrap();
        assert_eq!(record.text, Value::Other("an object"));
    }

    #[test]
    fn reads_objects_with_a_name_and_lists_of_authors() {
        let line =
            r#"{"source":{"id":null,"name":"Mercury"},"authors":["Ann Lee","Bo Li"],"date":["x"]}"#;
        check(line, |record| {
            assert_eq!(record.source.as_deref(), Some("Mercury"));
            assert_eq!(record.byline.as_deref(), Some("Ann Lee, Bo Li"));
            assert_eq!(record.date, None);
        });
        check(r#"{"authors":[{"name":"A"}]}"#, |record| {
            assert_eq!(record.byline, None)
        });
    }

    #[test]
    fn a_list_of_strings_is_a_text_of_paragraphs() {
        let text = |line: &str| {
            let fields = Fields::default();
            let record = parse(line, &FieldNames::new(&fields)).unwrap();
            let read = record.into_document(Location::default(), || ReadError::NotObject);
            read.map(|document| document.text.into_owned())
        };
        let read = text(r#"{"text":["One. ","T\u0077o."],"body":"b"}"#);
        assert_eq!(read.unwrap(), "One.\n\nTwo.");
        assert_eq!(text(r#"{"text":[],"body":"b"}"#).unwrap(), "b");
        for other in ["[1]", "[[\"a\"]]", "[\"a\",{}]", "[]", "[\" \",\"\"]"] {
            let error = text(&format!("{{\"text\":{other}}}")).unwrap_err();
            assert_eq!(error.code().as_str(), "text-not-string", "{other}");
        }
    }

    #[test]
    fn a_source_that_is_an_address_stands_for_its_host() {
        let check = |line: &str, source: Option<&str>, url: Option<&str>| {
            let fields = Fields::default();
            let record = parse(line, &FieldNames::new(&fields)).unwrap();
            let none = || ReadError::NotObject;
            let document = record.into_document(Location::default(), none).unwrap();
            assert_eq!(document.source.as_deref(), source, "{line}");
            assert_eq!(document.url.as_deref(), url, "{line}");
        };
        let address = "https://www.a.example/1?b";
        check(
            r#"{"text":"t","source":"https://www.a.example/1?b"}"#,
            Some("a.example"),
            Some(address),
        );
        check(
            r#"{"text":"t","source":"HTTP://u@b.example","url":"https://c.example/"}"#,
            Some("b.example"),
            Some("https://c.example/"),
        );
        check(
            r#"{"text":"t","source":"//www.b.example/1"}"#,
            Some("b.example"),
            Some("//www.b.example/1"),
        );
        check(
            r#"{"text":"t","source":{"url":"b.example/news"}}"#,
            Some("b.example"),
            Some("b.example/news"),
        );
        for other in [
            "A://B",
            "AP/Reuters",
            "b.example",
            "dpa 1.2/3",
            "a..b/c",
            "St.Gallen/Basel",
            "AFP.Reuters/AP",
        ] {
            let line = format!("{{\"text\":\"t\",\"source\":\"{other}\"}}");
            check(&line, Some(other), None);
        }
        check(r#"{"text":"t","source":["A","B"]}"#, Some("A, B"), None);
        check(
            r#"{"text":"t","source":"https://"}"#,
            Some("https://"),
            None,
        );
    }

    #[test]
    fn one_name_can_serve_two_fields() {
        let fields = Fields {
            id: vec!["url".to_owned()],
            ..Fields::default()
        };
        let record = parse(r#"{"url":"u"}"#, &FieldNames::new(&fields)).unwrap();
        assert_eq!(
            (record.id, record.url),
            (Some("u".into()), Some("u".into()))
        );
    }

    #[test]
    fn ignores_deeply_nested_values() {
        let deep = format!(
            r#"{{"x":{}{},"text":"t"}}"#,
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        check_text(&deep, "t");
        let deep = format!(
            r#"{{"title":{}{},"text":"t"}}"#,
            "[".repeat(9_000),
            "]".repeat(9_000)
        );
        check_text(&deep, "t");
    }
}
