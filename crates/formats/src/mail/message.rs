//! Reads one message.

use super::complexity;
use crate::decode::{TextOrigin, check_text};
use crate::error::ReadError;
use crate::format::Context;
use crate::html;
use crate::{Document, Item, Location};
use mail_parser::{HeaderName, Message, MessageParser, MessagePart, PartType};
use std::borrow::Cow;

/// Visits the document of a message.
pub(super) fn read(
    bytes: &[u8],
    context: &Context<'_>,
    line: Option<u64>,
    location: Location,
    visit: &mut dyn FnMut(Item<'_>),
) {
    if let Err(error) = complexity::check(bytes) {
        return visit(Item::Skipped(context.fault(line, &error)));
    }
    // Other fields are not kept: a list of recipients takes more memory than its text.
    let parser = MessageParser::new()
        .with_mime_headers()
        .header_address(HeaderName::From)
        .header_date(HeaderName::Date)
        .header_text(HeaderName::Subject)
        .default_header_ignore();
    let parsed = parser.parse(bytes);
    // Any text with a colon parses as a message.
    let parsed = parsed.filter(|message| message.from().is_some() || message.date().is_some());
    let Some(message) = parsed else {
        return visit(Item::Skipped(context.fault(line, &ReadError::NotMail)));
    };
    match document(&message) {
        Err(error) => visit(Item::Skipped(context.fault(line, &error))),
        Ok((document, warning)) => {
            if let Some(warning) = warning {
                visit(Item::Warning(context.fault(line, &warning)));
            }
            visit(Item::Document(Document {
                location,
                ..document
            }));
        }
    }
}

fn document(message: &Message<'_>) -> Result<(Document<'static>, Option<ReadError>), ReadError> {
    let plain = text_of(message.text_bodies())?;
    let html = text_of(message.html_bodies())?;
    // Some newsletters have a text part that only says where to read them.
    let is_stub = 2 * letters(&plain.text) < letters(&html.text);
    let chosen = if is_stub { html } else { plain };
    check_text(&chosen.text, TextOrigin::Record)?;
    let sender = message.from().and_then(|from| from.first());
    let domain = sender.and_then(|sender| Some(sender.address.as_deref()?.rsplit_once('@')?.1));
    let owned = |field: Option<&str>| {
        let field = field.map(str::trim).filter(|field| !field.is_empty());
        field.map(|field| Cow::Owned(field.to_owned()))
    };
    let document = Document {
        title: owned(message.subject()),
        source: owned(domain),
        date: message.date().map(|date| Cow::Owned(date.to_rfc3339())),
        byline: owned(sender.and_then(|sender| sender.name.as_deref())),
        text: Cow::Owned(chosen.text),
        ..Document::default()
    };
    let warning = chosen.is_damaged.then_some(ReadError::BytesReplaced);
    Ok((document, warning))
}

#[derive(Default)]
struct Body {
    text: String,
    is_damaged: bool,
}

/// The text of these parts, in order.
fn text_of<'a>(parts: impl Iterator<Item = &'a MessagePart<'a>>) -> Result<Body, ReadError> {
    let mut body = Body::default();
    for part in parts {
        let text = match &part.body {
            PartType::Text(text) => Cow::Borrowed(&**text),
            PartType::Html(html) => Cow::Owned(html::fragment_text(html)?),
            _ => continue,
        };
        if !body.text.is_empty() {
            body.text.push_str("\n\n");
        }
        body.text.push_str(text.trim());
        body.is_damaged |= part.is_encoding_problem;
    }
    Ok(body)
}

fn letters(text: &str) -> usize {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .count()
}
