//! RSS and Atom feeds that contain the articles, parsed by `feed-rs`.

use super::xml::{Element, Tree};
use super::{markup_text, visit_checked};
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::line_counter::LineCounter;
use crate::{Document, Item, Location, Options};
use feed_rs::model::{self, Entry};
use feed_rs::parser;

/// RSS 0.9 to 2.0, and Atom.
#[derive(Debug)]
pub(crate) struct Feed;

/// Names of the root element.
const ROOT_ELEMENTS: &[&str] = &["RDF", "feed", "rss"];

impl Format for Feed {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["atom", "rss"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        super::xml::root_name(&head.text).is_some_and(|name| ROOT_ELEMENTS.contains(&name.as_str()))
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn max_file_bytes(&self, options: &Options) -> u64 {
        options.max_document_bytes.max(super::FILE_BYTES)
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let skipped = |error: &ReadError| Item::Skipped(context.fault(None, error));
        let (text, warning) = super::xml::decode_xml(bytes);
        // Parsed into a tree first, to enforce the limits and to find the positions of the entries.
        let (tree, error) = Tree::parse(&text);
        if let Some(error) = error {
            return visit(skipped(&error));
        }
        // Without this, `feed-rs` makes an id of the timestamp. The URL identifies an article across
        // feeds.
        let parser = parser::Builder::new().sanitize_content(false);
        let parser = parser.id_generator(|links, _, _| {
            links
                .first()
                .map_or(String::new(), |link| link.href.clone())
        });
        let feed = match parser.build().parse(text_of(&text).as_bytes()) {
            Ok(feed) => feed,
            Err(error) => return visit(skipped(&ReadError::NotFeed(error.to_string()))),
        };
        if let Some(warning) = warning {
            visit(Item::Warning(context.fault(None, &warning)));
        }
        if feed.entries.is_empty() {
            visit(skipped(&ReadError::NoBody));
        }
        let locations = locations(&tree, &text, context);
        for (at, entry) in feed.entries.iter().enumerate() {
            let location = locations.get(at).copied().unwrap_or_default();
            visit_checked(
                Document {
                    location,
                    ..document(entry, &feed)
                },
                context,
                visit,
            );
        }
    }
}

/// The text without the XML declaration, which states the encoding of the file and not of the decoded
/// text.
fn text_of(text: &str) -> &str {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    match text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
    {
        Some((_, rest)) => rest,
        None => text,
    }
}

/// The locations of the entries.
fn locations(tree: &Tree, text: &str, context: &Context<'_>) -> Vec<Location> {
    let Some(root) = tree.root() else {
        return vec![];
    };
    let name = if root.name() == "feed" {
        "entry"
    } else {
        "item"
    };
    let mut lines = LineCounter::new(text);
    let ranges = root.outermost(name).into_iter().map(Element::range);
    ranges.map(|range| lines.location(range, context)).collect()
}

fn document(entry: &Entry, feed: &model::Feed) -> Document<'static> {
    let content = |text: &model::Text| Some(text.content.clone());
    let line = |markup: String| {
        let text = markup_text::of_markup(&markup)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    let is_page = |link: &&model::Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    let link = entry
        .links
        .iter()
        .find(is_page)
        .map(|link| link.href.clone());
    let date = entry
        .published
        .or(entry.updated)
        .map(|date| date.to_rfc3339());
    let authors: Vec<&str> = entry
        .authors
        .iter()
        .filter_map(|author| author.name.as_deref())
        .collect();
    let body = entry
        .content
        .as_ref()
        .and_then(|content| content.body.clone());
    let body = body
        .and_then(|body| markup_text::of_markup(&body))
        .filter(|text| !text.trim().is_empty());
    let summary = || markup_text::of_markup(&entry.summary.as_ref().and_then(content)?);
    let language = entry.language.clone().or_else(|| feed.language.clone());
    Document {
        id: Some(entry.id.clone())
            .filter(|id| !id.is_empty())
            .map(Into::into),
        title: entry
            .title
            .as_ref()
            .and_then(content)
            .and_then(line)
            .map(Into::into),
        source: feed
            .title
            .as_ref()
            .and_then(content)
            .and_then(line)
            .map(Into::into),
        date: date.map(Into::into),
        url: link.map(Into::into),
        byline: (!authors.is_empty()).then(|| authors.join(", ").into()),
        language: language.map(Into::into),
        text: body.or_else(summary).unwrap_or_default().into(),
        ..Document::default()
    }
}
