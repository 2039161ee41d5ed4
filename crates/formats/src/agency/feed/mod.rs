//! RSS and Atom feeds that contain the articles, parsed by `feed-rs`.

mod pieces;

use super::xml::{Element, Tree};
use super::{from_base64, markup_text, visit_checked};
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::line_counter::LineCounter;
use crate::{Document, Item, Options};
use feed_rs::model::{self, Entry};
use feed_rs::parser;
use pieces::Pieces;

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
        &["atom", "rdf", "rss"]
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
        if let Some(error @ (ReadError::TooDeep { .. } | ReadError::TooManyElements { .. })) = error
        {
            return visit(skipped(&error));
        }
        if let Some(warning) = warning {
            visit(Item::Warning(context.fault(None, &warning)));
        }
        let is_whole = error.is_none() && read_whole(&tree, &text, context, visit);
        if !is_whole && !read_pieces(&text, context, visit) {
            let unknown = || ReadError::NotFeed("no feed of a known kind".to_owned());
            visit(skipped(&error.unwrap_or_else(unknown)));
        }
    }
}

/// Visits the entries of a well-formed feed. Returns false if it must be read item by item.
fn read_whole(
    tree: &Tree,
    text: &str,
    context: &Context<'_>,
    visit: &mut dyn FnMut(Item<'_>),
) -> bool {
    let Ok(feed) = parse(&pieces::with_namespaces(text_of(text))) else {
        return false;
    };
    let elements = elements(tree);
    if elements.len() != feed.entries.len() {
        return false;
    }
    if elements.is_empty() {
        visit(Item::Skipped(context.fault(None, &ReadError::NoBody)));
    }
    let title = title(tree);
    let mut lines = LineCounter::new(text);
    for (entry, element) in feed.entries.iter().zip(elements) {
        let mut document = document(entry, Some(element), Some(&feed));
        document.location = lines.location(element.range(), context);
        document.source = document.source.or(title.clone().map(Into::into));
        visit_checked(document, context, visit);
    }
    true
}

/// Visits the items of a malformed feed one by one. An item that cannot be parsed costs only itself. Returns
/// false if there is no item.
fn read_pieces(text: &str, context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) -> bool {
    let declared = pieces::with_namespaces(text);
    // Where positions in `text` begin to differ from those in `declared`: in the start tag, before any item.
    let added = declared.len() - text.len();
    let Some(pieces) = Pieces::of(&declared).filter(|pieces| !pieces.items.is_empty()) else {
        return false;
    };
    let shell = parse(&pieces.shell).ok();
    let title = title(&Tree::parse(&pieces.shell).0);
    let mut lines = LineCounter::new(text);
    for item in &pieces.items {
        let range = item.range.start - added..item.range.end - added;
        let location = lines.location(range, context);
        let skipped = |error: &ReadError| Item::Skipped(context.fault(location.line, error));
        if !item.is_whole {
            visit(skipped(&ReadError::Truncated("feed")));
            continue;
        }
        let alone = pieces.alone(declared.get(item.range.clone()).unwrap_or_default());
        let (tree, error) = Tree::parse(&alone);
        match (error, parse(&alone)) {
            (Some(error), _) => visit(skipped(&error)),
            (None, parsed) => {
                // What `feed-rs` rejects may still have its text.
                let entry = parsed.ok().and_then(|feed| feed.entries.into_iter().next());
                let element = elements(&tree).into_iter().next();
                let mut document = document(&entry.unwrap_or_default(), element, shell.as_ref());
                document.location = location;
                document.source = document.source.or(title.clone().map(Into::into));
                visit_checked(document, context, visit);
            }
        }
    }
    true
}

/// The title of a feed, for those of which `feed-rs` does not know the namespace.
fn title(tree: &Tree) -> Option<String> {
    let root = tree.root()?;
    let title = root.descendant(&["channel", "title"]);
    title.or_else(|| root.child("title"))?.text_line()
}

fn parse(feed: &str) -> Result<model::Feed, parser::ParseFeedError> {
    let parser = parser::Builder::new().sanitize_content(false);
    // Without this, `feed-rs` makes an id of the timestamp. The URL identifies an article across feeds.
    let parser = parser.id_generator(|links, _, _| {
        links
            .first()
            .map_or(String::new(), |link| link.href.clone())
    });
    parser.build().parse(feed.as_bytes())
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

/// The elements of the entries.
fn elements(tree: &Tree) -> Vec<Element<'_>> {
    let Some(root) = tree.root() else {
        return vec![];
    };
    root.outermost(match root.name() {
        "feed" => "entry",
        _ => "item",
    })
}

/// The elements that state a date, the preferred one first.
const DATE_ELEMENTS: &[&str] = &[
    "pubDate",
    "published",
    "issued",
    "date",
    "updated",
    "modified",
];

/// The date as the entry states it. `feed-rs` drops a date that it cannot parse, so that nobody would hear of
/// it.
fn stated_date(element: Element<'_>) -> Option<String> {
    let mut dates = DATE_ELEMENTS.iter().filter_map(|name| element.child(name));
    dates.find_map(Element::text_line)
}

/// The content of an entry as text: the longest of its body, its summary and what its elements contain.
fn text(entry: &Entry, element: Option<Element<'_>>) -> Option<String> {
    let content = entry.content.as_ref();
    let body = content.and_then(|content| content.body.clone());
    let of_element = element.and_then(|element| element.child("content"));
    let kind = content.map(|content| content.content_type.to_string());
    let is_encoded =
        kind.is_some_and(|kind| is_binary(&kind)) || of_element.is_some_and(says_base64);
    let body = match is_encoded {
        true => body.and_then(|body| from_base64(&body)),
        false => body,
    };
    let summary = entry
        .summary
        .as_ref()
        .map(|summary| summary.content.clone());
    let parsed = [body, summary].into_iter().flatten();
    let parsed = parsed.filter_map(|markup| markup_text::of_markup(&markup));
    let texts: Vec<String> = parsed
        .chain(element.into_iter().flat_map(texts_inside))
        .collect();
    // The last of the longest wins, so the body comes last.
    texts.into_iter().rev().max_by_key(|text| text.trim().len())
}

/// The elements of an entry that hold its text. `feed-rs` knows them only in some namespaces.
const TEXT_ELEMENTS: &[&str] = &[
    "encoded",
    "content",
    "full-text",
    "fulltext",
    "body",
    "description",
    "summary",
];

/// The texts of the elements of an entry, which may contain markup as text or as elements.
fn texts_inside(entry: Element<'_>) -> impl Iterator<Item = String> {
    let found = TEXT_ELEMENTS
        .iter()
        .filter_map(move |name| entry.child(name));
    // A picture or a recording, with what describes it.
    let is_medium = |element: &Element<'_>| {
        let mut attributes = ["url", "medium"].iter();
        attributes.any(|name| element.attribute(name).is_some())
    };
    found
        .filter(move |element| !is_medium(element))
        .filter_map(|element| {
            if element.children().next().is_some() {
                return Some(markup_text::of_element(element));
            }
            let is_encoded =
                says_base64(element) || element.attribute("type").is_some_and(is_binary);
            let text = element.text();
            markup_text::of_markup(&match is_encoded {
                true => from_base64(&text)?,
                false => text,
            })
        })
}

fn says_base64(content: Element<'_>) -> bool {
    let mut attributes = ["mode", "encoding"].iter();
    attributes.any(|name| content.attribute(name) == Some("base64"))
}

/// True if the content of this type is no text, so that it is encoded in Base64.
fn is_binary(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    kind.contains('/') && !kind.starts_with("text/") && !kind.contains("xml")
}

fn document(
    entry: &Entry,
    element: Option<Element<'_>>,
    feed: Option<&model::Feed>,
) -> Document<'static> {
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
        .map(|date| date.to_rfc3339())
        .or_else(|| stated_date(element?));
    let authors: Vec<&str> = entry
        .authors
        .iter()
        .filter_map(|author| author.name.as_deref())
        .collect();
    let stated = |names: &[&str]| {
        let mut found = names.iter().filter_map(|name| element?.child(name));
        found.find_map(Element::text_line)
    };
    let language = entry.language.clone().or_else(|| feed?.language.clone());
    Document {
        id: Some(entry.id.clone())
            .filter(|id| !id.is_empty())
            .or_else(|| stated(&["guid", "id"]))
            .map(Into::into),
        title: entry
            .title
            .as_ref()
            .and_then(content)
            .or_else(|| stated(&["title"]))
            .and_then(line)
            .map(Into::into),
        source: feed
            .and_then(|feed| feed.title.as_ref())
            .and_then(content)
            .and_then(line)
            .map(Into::into),
        date: date.map(Into::into),
        url: link.map(Into::into),
        byline: (!authors.is_empty()).then(|| authors.join(", ").into()),
        language: language.map(Into::into),
        text: text(entry, element).unwrap_or_default().into(),
        ..Document::default()
    }
}
