//! ninjs 1 to 3, which are news items as JSON, and the similar digital wires of dpa.
//!
//! The versions differ in the case of names, and in whether a headline or body is a string or a list of
//! objects with roles. Both forms are read.

use super::{markup_text, provider_of_urn, status, visit_checked};
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::line_counter::LineCounter;
use crate::{AgencyMetadata, Document, Item, Options};
use serde_json::{Map, Value};

/// Items as JSON: an object, a list of objects, or objects in sequence.
#[derive(Debug)]
pub(crate) struct Ninjs;

type Object = Map<String, Value>;

/// The fields of the id. Superdesk writes `guid`.
const IDS: &[&str] = &["uri", "urn", "guid"];

/// The document of an object that is an item with a text.
pub(crate) fn item_of_json(object: &str) -> Option<Document<'static>> {
    let value: Value = serde_json::from_str(object).ok()?;
    let item = value.as_object()?;
    is_item(item).then_some(())?;
    Some(document(item)).filter(|document| !document.text.is_empty())
}

impl Format for Ninjs {
    fn name(&self) -> &'static str {
        "ninjs"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ninjs"]
    }

    /// True if the file has an id and a field that only such items have.
    fn recognises(&self, head: &FileHead<'_>) -> bool {
        let has = |words: &[&str]| words.iter().any(|word| head.text.contains(word));
        let own = [
            "\"digitalwires@",
            "\"versioncreated\"",
            "\"versionCreated\"",
            "\"body_html\"",
            "\"body_text\"",
            "\"body_xhtml\"",
            "\"bodies\"",
            "/ninjs",
        ];
        head.text.starts_with(['{', '[']) && has(&["\"uri\"", "\"urn\"", "\"guid\""]) && has(&own)
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn max_file_bytes(&self, options: &Options) -> u64 {
        options.max_document_bytes.max(super::FILE_BYTES)
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let decoded = crate::decode::decode(bytes);
        if let Some(warning) = decoded.warning {
            visit(Item::Warning(context.fault(None, &warning)));
        }
        let mut values = serde_json::Deserializer::from_str(&decoded.text).into_iter::<Value>();
        let (mut begin, mut found) = (0, 0);
        let mut items = vec![];
        let error = loop {
            match values.next() {
                None => break None,
                Some(Err(error)) => {
                    let broken = || ReadError::BrokenJson(error.to_string());
                    break Some(ReadError::of_deep_json(&error).unwrap_or_else(broken));
                }
                Some(Ok(value)) => {
                    let end = values.byte_offset();
                    collect(&value, &mut |object| {
                        found += 1;
                        items.push((document(object), begin..end));
                    });
                    begin = end;
                }
            }
        };
        let mut lines = LineCounter::new(&decoded.text);
        let alone = items.len() == 1;
        for (at, (document, range)) in items.into_iter().enumerate() {
            // The items of a list have one range. Their index makes the locations distinct.
            let range = range.start..range.end.saturating_add(at);
            let location = if alone {
                context.location(None, 0, bytes.len())
            } else {
                lines.location(range, context)
            };
            visit_checked(
                Document {
                    location,
                    ..document
                },
                context,
                visit,
            );
        }
        let nothing = (found == 0).then_some(ReadError::NotNews("JSON"));
        if let Some(error) = error.or(nothing) {
            visit(Item::Skipped(context.fault(None, &error)));
        }
    }
}

/// Visits the items in a value: the value itself, the elements of a list, those of the lists in an object that is no
/// item, and associated items that have a text. The text of a picture describes it.
fn collect(value: &Value, visit: &mut dyn FnMut(&Object)) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect(value, visit)),
        Value::Object(object) if is_item(object) => {
            visit(object);
            let associated = object.get("associations").into_iter().flat_map(inner);
            let is_story = |o: &&Object| {
                let kind = o.get("type").and_then(Value::as_str);
                kind.is_none_or(|kind| matches!(kind, "text" | "composite")) && text(o).is_some()
            };
            let stories = associated.filter_map(Value::as_object).filter(is_story);
            stories.for_each(visit);
        }
        Value::Object(object) => {
            let lists = object.values().filter(|value| value.is_array());
            lists.for_each(|list| collect(list, visit));
        }
        _ => {}
    }
}

fn is_item(object: &Object) -> bool {
    IDS.iter().any(|id| object.contains_key(*id))
}

/// The values of a list or of an object.
fn inner(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(list) => Box::new(list.iter()),
        Value::Object(object) => Box::new(object.values()),
        _ => Box::new(std::iter::empty()),
    }
}

fn document(item: &Object) -> Document<'static> {
    let first_string = |names: &[&str]| names.iter().find_map(|name| string(item.get(*name)?));
    let id = first_string(IDS);
    let url = id.as_ref().filter(|id| id.starts_with("http")).cloned();
    let published = first_string(&["pubstatus", "pubStatus"]);
    let embargoed = first_string(&["embargoed"]);
    let dates = [
        "versioncreated",
        "versionCreated",
        "version_created",
        "contentcreated",
        "contentCreated",
        "firstcreated",
        "firstCreated",
    ];
    Document {
        title: headline(item)
            .or_else(|| first_string(&["title", "slugline"]))
            .map(Into::into),
        source: provider(item, id.as_deref()).map(Into::into),
        date: first_string(&dates).map(Into::into),
        url: url.map(Into::into),
        byline: first_string(&["byline", "by"]).map(Into::into),
        language: first_string(&["language"]).map(Into::into),
        agency: Some(Box::new(AgencyMetadata {
            credit: first_string(&["creditline"])
                .or_else(|| role(item, "descriptions", "creditline")),
            dateline: first_string(&["dateline", "located"]),
            version: first_string(&["version"]),
            status: status(published.as_deref(), embargoed.as_deref()),
        })),
        text: text(item).unwrap_or_default().into(),
        id: id.map(Into::into),
        ..Document::default()
    }
}

/// A string that is not blank, or a number as text.
fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(string) => Some(string.trim().to_owned()).filter(|s| !s.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The value with this role in a list such as `headlines`.
fn role(item: &Object, list: &str, role: &str) -> Option<String> {
    let mut all = item.get(list)?.as_array()?.iter();
    let is_of = |value: &&Value| value.get("role").and_then(Value::as_str) == Some(role);
    string(all.find(is_of)?.get("value")?)
}

fn headline(item: &Object) -> Option<String> {
    let plain = || string(item.get("headline")?);
    let first = || string(item.get("headlines")?.get(0)?.get("value")?);
    let named = || {
        let mut fields = item
            .iter()
            .filter(|(name, _)| name.starts_with("headline_"));
        fields.find_map(|(_, value)| string(value))
    };
    plain()
        .or_else(|| role(item, "headlines", "main"))
        .or_else(first)
        .or_else(named)
}

fn provider(item: &Object, id: Option<&str>) -> Option<String> {
    let categories = || {
        let mut all = item.get("categories")?.as_array()?.iter();
        let is_provider =
            |value: &&Value| value.get("type").and_then(Value::as_str) == Some("dnltype:provider");
        string(all.find(is_provider)?.get("name")?)
    };
    let sources = || {
        let sources = item
            .get("infosources")
            .or_else(|| item.get("infoSources"))?;
        string(sources.get(0)?.get("name")?)
    };
    let first_string = |names: &[&str]| names.iter().find_map(|name| string(item.get(*name)?));
    first_string(&["provider"])
        .or_else(categories)
        .or_else(sources)
        .or_else(|| first_string(&["copyrightholder", "copyrightHolder", "creditline"]))
        .or_else(|| provider_of_urn(id?))
}

/// The body: plain text if there is any, else the first body with markup.
fn text(item: &Object) -> Option<String> {
    let fields = item
        .iter()
        .filter(|(name, _)| name.starts_with("body_") || *name == "article_html");
    let bodies = item.get("bodies").and_then(Value::as_array);
    let bodies = bodies.into_iter().flatten().filter_map(|body| {
        let kind = body.get("contenttype").or_else(|| body.get("contentType"));
        let is_plain = kind.and_then(Value::as_str) == Some("text/plain");
        Some((is_plain, string(body.get("value")?)?))
    });
    let fields = fields.filter_map(|(name, value)| Some((name == "body_text", string(value)?)));
    let mut all: Vec<(bool, String)> = fields.chain(bodies).collect();
    all.sort_by_key(|(is_plain, _)| !is_plain);
    all.into_iter().find_map(|(is_plain, body)| {
        let text = if is_plain {
            body
        } else {
            markup_text::of_markup(&body)?
        };
        Some(text).filter(|text| !text.trim().is_empty())
    })
}
