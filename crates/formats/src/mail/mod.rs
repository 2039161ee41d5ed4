//! Mail messages and mailboxes. The text of a message is the document, its header fields are the metadata.

mod complexity;
mod mailbox;
mod message;
mod saved_page;
#[cfg(test)]
mod tests;

use crate::Item;
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::options::Options;

pub(crate) use saved_page::Mhtml;

/// A mailbox may have this many bytes.
const MAX_MAILBOX_BYTES: u64 = 256 << 20;

/// Header fields with which mail servers and programs begin a message. No news text does.
const FIRST_FIELDS: &[&str] = &[
    "delivered-to",
    "message-id",
    "mime-version",
    "received",
    "return-path",
    "x-original-to",
];

/// One mail message.
#[derive(Debug)]
pub(crate) struct Eml;

impl Format for Eml {
    fn name(&self) -> &'static str {
        "eml"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["eml"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        let field = head.text.split_once(':').map(|(name, _)| name);
        field.is_some_and(|name| {
            let mut known = FIRST_FIELDS.iter();
            known.any(|known| known.eq_ignore_ascii_case(name))
        })
    }

    /// Mail servers store messages in files without a telling name.
    fn has_any_extension(&self) -> bool {
        true
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        if bytes.is_empty() {
            return visit(Item::Skipped(context.fault(None, &ReadError::NoBytes)));
        }
        message::read(
            bytes,
            context,
            None,
            context.location(None, 0, bytes.len()),
            visit,
        );
    }
}

/// A mailbox in the format of Unix mail programs: each message follows a line that begins with `From `.
#[derive(Debug)]
pub(crate) struct Mbox;

impl Format for Mbox {
    fn name(&self) -> &'static str {
        "mbox"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["mbox"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        mailbox::begins_mailbox(head.text.as_bytes())
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn max_file_bytes(&self, options: &Options) -> u64 {
        options.max_document_bytes.max(MAX_MAILBOX_BYTES)
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        if bytes.is_empty() {
            return visit(Item::Skipped(context.fault(None, &ReadError::NoBytes)));
        }
        let mut is_empty = true;
        for entry in mailbox::entries(bytes) {
            is_empty = false;
            let line = Some(context.line.saturating_add(entry.line));
            if entry.bytes.len() as u64 > context.options.max_document_bytes {
                let limit = context.options.max_document_bytes;
                visit(Item::Skipped(
                    context.fault(line, &ReadError::TooLarge { limit }),
                ));
                continue;
            }
            let location = context.location(line, entry.offset, entry.bytes.len());
            message::read(
                &mailbox::unquoted(entry.message),
                context,
                line,
                location,
                visit,
            );
        }
        if is_empty {
            visit(Item::Skipped(context.fault(None, &ReadError::NotMail)));
        }
    }
}
