//! Web pages: the article or all visible text, and the metadata of the page.

mod article;
mod blocks;
mod escape_cost;
mod evidence;
mod metadata;
mod runs;
mod stated;
#[cfg(test)]
mod tests;
mod text;
mod tree;

use crate::decode::{TextOrigin, check_text, decode_declared};
use crate::error::ReadError;
use crate::extraction::Extraction;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::notice_pages::PageNotice;
use crate::options::HtmlText;
use crate::{Document, Item, Location};
use encoding_rs::Encoding;
use metadata::Metadata;
use std::borrow::Cow;

#[cfg(feature = "feeds")]
pub(crate) use text::{Gap, is_without_text};

/// A page must declare its encoding within this many bytes.
const DECLARATION_BYTES: usize = 4096;

/// HTML and XHTML.
#[derive(Debug)]
pub(crate) struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm", "xhtml"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        let begins = |text: &str, with: &str| {
            let begin = text.get(..with.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(with))
        };
        let text = after_prologue(&head.text);
        ["<!doctype html", "<html", "<head>", "<body"]
            .iter()
            .any(|tag| begins(text, tag))
    }

    fn has_any_extension(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let location = context.location(None, 0, bytes.len());
        read_page(bytes, None, location, context, visit);
    }
}

/// The text after comments and XML declarations. Other processing instructions are programs, such as
/// `<?php`.
fn after_prologue(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => rest.find("-->").map(|at| at + 3),
            _ if rest.starts_with("<?xml") => rest.find('>').map(|at| at + 1),
            _ => None,
        };
        match end.and_then(|end| rest.get(end..)) {
            Some(after) => rest = after.trim_start(),
            None => return rest,
        }
    }
}

/// Reads one page. `declared` is the encoding that the server stated, and `location` is where the file has the page.
pub(crate) fn read_page(
    bytes: &[u8],
    declared: Option<&'static Encoding>,
    location: Location,
    context: &Context<'_>,
    visit: &mut dyn FnMut(Item<'_>),
) {
    if bytes.is_empty() {
        return visit(Item::Skipped(context.fault(None, &ReadError::NoBytes)));
    }
    let decoded = decode_declared(bytes, declared.or_else(|| declared_encoding(bytes)));
    let page = Page {
        html: &decoded.text,
        location,
    };
    page.read(decoded.warning, context, visit);
}

/// The encoding that the page declares in its head, or in an XML declaration.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..DECLARATION_BYTES).unwrap_or(bytes);
    // The declaration is ASCII in every encoding that a page can declare.
    let (head, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(head);
    let end = memchr::memmem::find(head.as_bytes(), b"<body").unwrap_or(head.len());
    let head = head.get(..end).unwrap_or_default();
    let label = metadata::charset(&tree::build(head).ok()?.tree);
    let label = label.or_else(|| xml_encoding(head).map(str::to_owned))?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    // The declaration could be read as ASCII, so the page is not UTF-16. Like browsers, assume UTF-8.
    let wide = [encoding_rs::UTF_16LE, encoding_rs::UTF_16BE].contains(&encoding);
    Some(if wide { encoding_rs::UTF_8 } else { encoding })
}

/// The label of the encoding in the XML declaration of a page.
fn xml_encoding(head: &str) -> Option<&str> {
    let declaration = head.trim_start().strip_prefix("<?xml")?;
    let (_, value) = declaration.split_once("?>")?.0.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.split(quote).nth(1)
}

/// A decoded page.
struct Page<'a> {
    html: &'a str,
    location: Location,
}

impl Page<'_> {
    /// Visits the document of the page, or its fault. `warning` is from its decoding.
    fn read(
        &self,
        warning: Option<ReadError>,
        context: &Context<'_>,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        let notice = context.options.notice_pages.get(self.location);
        match self.document(context.options.html, notice) {
            Err(error) => visit(Item::Skipped(context.fault(None, &error))),
            Ok((document, fallback)) => {
                for warning in [warning, fallback].into_iter().flatten() {
                    visit(Item::Warning(context.fault(None, &warning)));
                }
                visit(Item::Document(document));
            }
        }
    }

    /// Makes a document of the page. Adds a warning if the article was wanted but all text was used.
    ///
    /// `notice`: what other pages of the site have too; see [`NoticePages`](crate::NoticePages).
    fn document(
        &self,
        wanted: HtmlText,
        notice: Option<&PageNotice>,
    ) -> Result<(Document<'static>, Option<ReadError>), ReadError> {
        check_text(self.html, TextOrigin::File)?;
        let tree::ParsedPage {
            tree,
            allows_article_search,
        } = tree::build(self.html)?;
        let metadata = Metadata::of_page(&tree);
        let mut fallback = None;
        let article = match wanted {
            HtmlText::Whole => None,
            HtmlText::Article if !allows_article_search => {
                fallback = Some(ReadError::WholePage);
                None
            }
            HtmlText::Article => {
                let stated = metadata.body.as_deref().and_then(stated::StatedBody::new);
                let title = metadata.title.as_deref();
                article::article_text(&tree, title, stated.as_ref(), notice)?
            }
        };
        let (text, extraction) =
            article.unwrap_or_else(|| (visible_text(&tree), Extraction::Whole));
        check_text(&text, TextOrigin::Record)?;
        let document = Document {
            title: metadata.title.map(Cow::Owned),
            source: metadata.source.map(Cow::Owned),
            date: metadata.date.map(Cow::Owned),
            url: metadata.url.map(Cow::Owned),
            byline: metadata.byline.map(Cow::Owned),
            language: metadata.language.map(Cow::Owned),
            extraction: Some(extraction),
            text: Cow::Owned(text),
            location: self.location,
            ..Document::default()
        };
        Ok((document, fallback))
    }
}

/// All visible text, in order.
fn visible_text(tree: &dom_query::Document) -> String {
    text::text_below(tree.root(), |node| !node.has_attr("hidden"))
}

/// The visible text of an HTML fragment.
///
/// # Errors
///
/// [`ReadError::TooDeep`] and [`ReadError::TooComplex`].
#[cfg(any(feature = "feeds", feature = "mail"))]
pub(crate) fn fragment_text(html: &str) -> Result<String, ReadError> {
    let tree = tree::build(html)?.tree;
    // In the XHTML of agencies, this element repeats the headline.
    tree.select("header").remove();
    Ok(visible_text(&tree))
}
