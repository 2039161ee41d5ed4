//! Extracts the fields of a document from a record: a line of JSON or a row of a table.
//!
//! JSON is parsed in one pass. Strings without escapes are borrowed.

use crate::decode::{TextOrigin, check_text};
use crate::error::ReadError;
use crate::options::Fields;
use crate::{Document, Location};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A field of a document. The discriminant is the index of its slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DocumentField {
    Text,
    Id,
    Title,
    Source,
    Date,
    Url,
    Byline,
    Language,
}

const FIELD_COUNT: usize = 8;

/// The field names to look for, prepared once for many records.
#[derive(Debug)]
pub(crate) struct FieldNames<'a> {
    /// The name, the field, and the rank of the name among the names for that field.
    candidates: Vec<(&'a str, DocumentField, usize)>,
}

impl<'a> FieldNames<'a> {
    pub(crate) fn new(fields: &'a Fields) -> Self {
        let lists = [
            (DocumentField::Text, &fields.text),
            (DocumentField::Id, &fields.id),
            (DocumentField::Title, &fields.title),
            (DocumentField::Source, &fields.source),
            (DocumentField::Date, &fields.date),
            (DocumentField::Url, &fields.url),
            (DocumentField::Byline, &fields.byline),
            (DocumentField::Language, &fields.language),
        ];
        let ranked = |(field, list): (DocumentField, &'a Vec<String>)| {
            let names = list.iter().enumerate();
            names.map(move |(rank, name)| (name.as_str(), field, rank))
        };
        Self {
            candidates: lists.into_iter().flat_map(ranked).collect(),
        }
    }

    /// True for a name that is looked for.
    #[cfg(any(feature = "tables", feature = "parquet"))]
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.fields_named(name).next().is_some()
    }

    /// The fields that this name can fill, with the rank of the name for each.
    fn fields_named(&self, name: &str) -> impl Iterator<Item = (DocumentField, usize)> {
        let named = self.candidates.iter().filter(move |(own, ..)| *own == name);
        named.map(|&(_, field, rank)| (field, rank))
    }
}

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
}

impl<'a> Value<'a> {
    /// How useful the value is for a field: 0 = absent, 1 = present but unusable, 2 = usable.
    fn usefulness(&self, field: DocumentField) -> u8 {
        match self {
            Self::Absent => 0,
            Self::String(string) if !string.trim_ascii().is_empty() => 2,
            Self::Integer(_) if field != DocumentField::Text => 2,
            Self::Fraction(_) if field != DocumentField::Text && field != DocumentField::Id => 2,
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
            Self::Integer(number) | Self::Fraction(number) => Some(Cow::Owned(number)),
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
    /// # Errors
    ///
    /// Fails if the record has no text, or a text that cannot be compared.
    pub(crate) fn into_document(
        self,
        fields: &Fields,
        location: Location,
    ) -> Result<Document<'a>, ReadError> {
        let text = match self.text {
            Value::String(text) => text,
            Value::Absent => return Err(ReadError::NoTextField(fields.text.join(", "))),
            Value::Null => return Err(ReadError::TextNull),
            Value::Other(kind) => return Err(ReadError::TextNotString(kind)),
            Value::Integer(_) | Value::Fraction(_) => {
                return Err(ReadError::TextNotString("a number"));
            }
        };
        check_text(&text, TextOrigin::Record)?;
        Ok(Document {
            id: self.id,
            title: self.title,
            source: self.source,
            date: self.date,
            url: self.url,
            byline: self.byline,
            language: self.language,
            text,
            location,
            ..Document::default()
        })
    }
}

/// Parses one line.
///
/// # Errors
///
/// Fails if the line is not JSON, or is JSON but not an object. `is_data` distinguishes the two.
pub(crate) fn parse<'a>(
    line: &'a str,
    names: &FieldNames<'_>,
) -> serde_json::Result<RecordFields<'a>> {
    let mut deserializer = serde_json::Deserializer::from_str(line);
    let slots = deserializer.deserialize_map(RecordVisitor { names })?;
    deserializer.end()?;
    Ok(RecordBuilder { slots }.finish())
}

/// Collects the values of a record.
#[derive(Debug, Default)]
pub(crate) struct RecordBuilder<'a> {
    slots: [Slot<'a>; FIELD_COUNT],
}

impl<'a> RecordBuilder<'a> {
    /// Adds the value of a column to the fields that its name can fill.
    #[cfg(any(feature = "tables", feature = "parquet"))]
    pub(crate) fn add(&mut self, names: &FieldNames<'_>, name: &str, value: Value<'a>) {
        for (field, rank) in names.fields_named(name) {
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

/// Fills the slots from a JSON object.
struct RecordVisitor<'n> {
    names: &'n FieldNames<'n>,
}

impl<'de> Visitor<'de> for RecordVisitor<'_> {
    type Value = [Slot<'de>; FIELD_COUNT];

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut slots = Self::Value::default();
        while let Some(key) = map.next_key_seed(StringSeed)? {
            let mut wanted = self.names.fields_named(&key);
            let Some((mut field, mut rank)) = wanted.next() else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value_seed(ValueSeed)?;
            // A name can serve two fields, for example a URL that is also the id.
            for (next_field, next_rank) in wanted {
                slots[field as usize].replace_if_better(field, rank, value.clone());
                (field, rank) = (next_field, next_rank);
            }
            slots[field as usize].replace_if_better(field, rank, value);
        }
        Ok(slots)
    }
}

/// Reads a key. Borrows it if it has no escapes.
struct StringSeed;

impl<'de> DeserializeSeed<'de> for StringSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for StringSeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field name")
    }

    fn visit_str<E: Error>(self, string: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(string.to_owned()))
    }

    fn visit_borrowed_str<E: Error>(self, string: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(string))
    }
}

/// Reads any value and keeps what a document can use.
struct ValueSeed;

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Value<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_str<E: Error>(self, string: &str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Owned(string.to_owned())))
    }

    fn visit_borrowed_str<E: Error>(self, string: &'de str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Borrowed(string)))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Integer(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Value::Integer(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Value::Fraction(number.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Value::Other("a boolean"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other("an array"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other("an object"))
    }
}

/// Replaces each escape of an unpaired surrogate by the escape of U+FFFD, which has the same length.
/// Returns `None` if there is none. JSON permits unpaired surrogates, but Rust strings cannot contain
/// them.
pub(crate) fn without_lone_surrogates(line: &str) -> Option<String> {
    let mut bytes = line.as_bytes().to_vec();
    let (mut at, mut changed) = (0, false);
    while let Some(step) = memchr::memchr(b'\\', bytes.get(at..)?) {
        at += step;
        match (unit(&bytes, at), unit(&bytes, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 12,
            (Some(0xD800..=0xDFFF), _) => {
                bytes.get_mut(at..at + 6)?.copy_from_slice(b"\\ufffd");
                changed = true;
                at += 6;
            }
            // Skips 2 bytes, so that the second backslash of `\\` does not start an escape.
            _ => at = bytes.len().min(at + 2),
        }
    }
    changed.then(|| String::from_utf8(bytes).ok()).flatten()
}

/// The UTF-16 unit of the `\uXXXX` escape at this index.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    // `from_str_radix` would accept a sign.
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all_digits
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

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

    #[test]
    fn replaces_unpaired_surrogates() {
        for (line, expected) in [
            (r"a\ud800b", Some(r"a\ufffdb")),
            (r"\udc00\ud83d\ude00", Some(r"\ufffd\ud83d\ude00")),
            (r"\ud800\ud800\udc00", Some(r"\ufffd\ud800\udc00")),
            (r"\\ud800", None),
            (r"\ud83d\ude00", None),
            (r"\ud80", None),
            (r"\u+800 \", None),
            (r"x\", None),
        ] {
            assert_eq!(without_lone_surrogates(line).as_deref(), expected, "{line}");
        }
    }
}
