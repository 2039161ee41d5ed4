//! Plain text: the file is the document. A line above a byline is its headline.

use crate::credit::byline;
use crate::decode::{TextOrigin, check_text, decode};
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::{Document, Item};

/// Plain text and Markdown, unchanged.
#[derive(Debug)]
pub(crate) struct Plain;

impl Format for Plain {
    fn name(&self) -> &'static str {
        "text"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt", "text", "md", ""]
    }

    /// Any bytes may be text, so this format is chosen only by name or as a default.
    fn recognises(&self, _: &FileHead<'_>) -> bool {
        false
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        if bytes.is_empty() {
            return visit(Item::Skipped(context.fault(None, &ReadError::NoBytes)));
        }
        let decoded = decode(bytes);
        if let Err(error) = check_text(&decoded.text, TextOrigin::File) {
            return visit(Item::Skipped(context.fault(None, &error)));
        }
        if let Some(warning) = decoded.warning {
            visit(Item::Warning(context.fault(None, &warning)));
        }
        let head = byline(&decoded.text);
        let (title, author) = head
            .map(|head| (head.headline.to_owned(), head.names.to_owned()))
            .unzip();
        visit(Item::Document(Document {
            title: title.map(Into::into),
            byline: author.map(Into::into),
            text: decoded.text,
            location: context.location(None, 0, bytes.len()),
            ..Document::default()
        }));
    }
}
