//! Formats of news agencies: NewsML-G2, NITF, ninjs, and feeds.

mod feed;
mod markup_text;
mod newsml;
mod ninjs;
mod nitf;
mod xml;

pub(super) use feed::Feed;
pub(super) use ninjs::{Ninjs, item_of_json};

use crate::decode::{TextOrigin, check_text};
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::line_counter::LineCounter;
use crate::{Document, Item};
use base64::Engine;
use xml::{Element, Tree};

/// The maximum size of a file of items, which is read whole and parsed into a tree.
const FILE_BYTES: u64 = 256 << 20;

/// NewsML-G2 and NITF.
#[derive(Debug)]
pub(super) struct NewsMl;

/// Names of the root element.
const ROOT_ELEMENTS: &[&str] = &[
    "catalogItem",
    "conceptItem",
    "knowledgeItem",
    "newsItem",
    "newsMessage",
    "nitf",
    "packageItem",
    "planningItem",
];

impl Format for NewsMl {
    fn name(&self) -> &'static str {
        "newsml"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xml", "newsml", "nitf"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        xml::root_name(&head.text).is_some_and(|name| ROOT_ELEMENTS.contains(&name.as_str()))
    }

    fn has_generic_extension(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn max_file_bytes(&self, options: &crate::Options) -> u64 {
        options.max_document_bytes.max(FILE_BYTES)
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let (text, warning) = xml::decode_xml(bytes);
        let (tree, error) = Tree::parse(&text);
        let Some(root) = tree.root() else {
            let none = error.unwrap_or(ReadError::NotXml("no element".to_owned()));
            return visit(Item::Skipped(context.fault(None, &none)));
        };
        if let Some(warning) = warning {
            visit(Item::Warning(context.fault(None, &warning)));
        }
        let items = items(root);
        let mut lines = LineCounter::new(&text);
        let alone = items.len() == 1;
        for item in &items {
            let location = if alone {
                context.location(None, 0, bytes.len())
            } else {
                lines.location(item.range(), context)
            };
            // A truncated item is reported below.
            if item.is_whole() {
                visit_checked(
                    Document {
                        location,
                        ..document(*item)
                    },
                    context,
                    visit,
                );
            }
        }
        let nothing = items
            .is_empty()
            .then(|| match ROOT_ELEMENTS.contains(&root.name()) {
                true => ReadError::NoBody,
                false => ReadError::NotNews("XML"),
            });
        if let Some(error) = error.or(nothing) {
            visit(Item::Skipped(context.fault(None, &error)));
        }
    }
}

/// The items of a file: all news items, or a single NITF article.
fn items(root: Element<'_>) -> Vec<Element<'_>> {
    if root.name() == "nitf" {
        return vec![root];
    }
    root.outermost("newsItem")
}

fn document(item: Element<'_>) -> Document<'static> {
    if item.name() == "nitf" {
        nitf::document(item)
    } else {
        newsml::document(item)
    }
}

/// Visits a document, or the fault of its text.
fn visit_checked(document: Document<'_>, context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
    let limit = context.options.max_document_bytes;
    let checked = if document.text.is_empty() {
        Err(ReadError::NoBody)
    } else if document.text.len() as u64 > limit {
        Err(ReadError::TooLarge { limit })
    } else {
        check_text(&document.text, TextOrigin::Record)
    };
    match checked {
        Ok(()) => visit(Item::Document(document)),
        Err(error) => visit(Item::Skipped(context.fault(document.location.line, &error))),
    }
}

/// The publication status: `usable`, `withheld`, `canceled`, or `embargoed` if an embargo time is given.
/// `None` if nothing is stated.
fn status(published: Option<&str>, embargoed: Option<&str>) -> Option<String> {
    let published = published.map(|status| match status.to_lowercase().as_str() {
        "cancelled" | "killed" => "canceled".to_owned(),
        other => other.to_owned(),
    });
    let is_held = embargoed.is_some_and(|until| !until.trim().is_empty());
    match published.as_deref() {
        Some("canceled") => published,
        _ if is_held => Some("embargoed".to_owned()),
        _ => published,
    }
}

/// Text that is encoded in Base64, perhaps over several lines.
fn from_base64(encoded: &str) -> Option<String> {
    let encoded: String = encoded.split_whitespace().collect();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(encoded)
        .ok()?;
    String::from_utf8(bytes).ok()
}

/// The agency in a NewsML URN such as `urn:newsml:dpa.com:20090101:...`.
fn provider_of_urn(id: &str) -> Option<String> {
    let rest = id.strip_prefix("urn:newsml:")?;
    let provider = rest.split(':').next()?;
    (!provider.is_empty()).then(|| provider.to_owned())
}

#[cfg(test)]
mod tests;
