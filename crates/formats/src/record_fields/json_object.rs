//! Extracts the fields of a document from a JSON object, in one pass. Strings without escapes are borrowed.

use super::{PARAGRAPH_END, RecordBuilder, RecordFields, Slot, Value};
use crate::field_names::{FIELD_COUNT, FieldNames};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Parses a JSON object.
///
/// # Errors
///
/// Fails if the text is not JSON, or is JSON but not an object. `is_data` distinguishes the two.
pub(crate) fn parse<'a>(
    object: &'a str,
    names: &FieldNames<'_>,
) -> serde_json::Result<RecordFields<'a>> {
    let mut deserializer = serde_json::Deserializer::from_str(object);
    let mut record = RecordBuilder::default();
    let slots = &mut record.slots;
    deserializer.deserialize_map(ObjectVisitor { names, slots })?;
    deserializer.end()?;
    Ok(record.finish())
}

/// Fills the slots from a JSON object.
struct ObjectVisitor<'n, 's, 'de> {
    names: &'n FieldNames<'n>,
    slots: &'s mut [Slot<'de>; FIELD_COUNT],
}

impl<'de> Visitor<'de> for ObjectVisitor<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key_seed(StringSeed)? {
            let Some(found) = self.names.find(&key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let inside = match found.inside() {
                Some(names) => {
                    let slots = &mut *self.slots;
                    Some(ObjectVisitor { names, slots })
                }
                None => None,
            };
            let value = map.next_value_seed(ValueSeed::Field(inside))?;
            let mut wanted = found.fields(&key);
            let Some((mut field, mut rank)) = wanted.next() else {
                continue;
            };
            // A name can serve two fields, for example a URL that is also the id.
            for (next_field, next_rank) in wanted {
                self.slots[field as usize].replace_if_better(field, rank, value.clone());
                (field, rank) = (next_field, next_rank);
            }
            self.slots[field as usize].replace_if_better(field, rank, value);
        }
        Ok(())
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
enum ValueSeed<'n, 's, 'de> {
    /// The value of a field. The visitor reads the fields of an object that paths name.
    Field(Option<ObjectVisitor<'n, 's, 'de>>),
    /// An element of an array. Arrays in it are not looked into, so that no depth exceeds the parser's limit.
    Element,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_, 'de> {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_, '_, 'de> {
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
        if matches!(self, ValueSeed::Element) {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Value::Other("an array"));
        }
        let mut list = Some(String::new());
        while let Some(element) = seq.next_element_seed(ValueSeed::Element)? {
            match (&mut list, element) {
                (Some(list), Value::String(string)) => {
                    let string = string.trim();
                    if !list.is_empty() && !string.is_empty() {
                        list.push_str(PARAGRAPH_END);
                    }
                    list.push_str(string);
                }
                _ => list = None,
            }
        }
        let list = list.filter(|list| !list.is_empty());
        Ok(list.map_or(Value::Other("an array"), Value::List))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match self {
            ValueSeed::Field(Some(object)) => object.visit_map(map)?,
            _ => while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {},
        }
        Ok(Value::Other("an object"))
    }
}
