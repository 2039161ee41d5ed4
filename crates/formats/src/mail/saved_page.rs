//! MHTML: a web page that a browser saved as a mail message, together with its pictures and style sheets.

use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::{Document, Item, html};
use mail_parser::{MessageParser, MimeHeaders, PartType};
use std::borrow::Cow;

/// Header fields and values that only browsers write.
const BROWSER_FIELDS: &[&str] = &["From: <Saved by ", "Snapshot-Content-Location: "];

/// A web page with its files (RFC 2557).
#[derive(Debug)]
pub(crate) struct Mhtml;

impl Format for Mhtml {
    fn name(&self) -> &'static str {
        "mhtml"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["mht", "mhtml"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        let mut lines = head.text.lines().take_while(|line| !line.is_empty());
        lines.any(|line| BROWSER_FIELDS.iter().any(|field| line.starts_with(field)))
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    /// The first page in the file is the document. The others are its frames.
    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let mut skipped = |error| visit(Item::Skipped(context.fault(None, &error)));
        if bytes.is_empty() {
            return skipped(ReadError::NoBytes);
        }
        let Some(message) = MessageParser::default().parse(bytes) else {
            return skipped(ReadError::NoWord);
        };
        let page = message.parts.iter().find_map(|part| match &part.body {
            PartType::Html(html) => Some((part, html)),
            _ => None,
        });
        let Some((part, html)) = page else {
            return skipped(ReadError::NoWord);
        };
        let warning = (part.is_encoding_problem).then_some(ReadError::BytesReplaced);
        let location = context.location(None, 0, bytes.len());
        let address = part.content_location().map(str::trim);
        html::read_text(html, warning, location, context, &mut |item| match item {
            Item::Document(document) => visit(Item::Document(Document {
                url: document.url.or(address.map(Cow::Borrowed)),
                ..document
            })),
            other => visit(other),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::check;

    const PAGE: &str = "From: <Saved by Blink>\r\n\
        Snapshot-Content-Location: https://paper.example/basin\r\n\
        Subject: Basin closed\r\nDate: Mon, 2 Mar 2026 10:00:00 -0000\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"b\"\r\n\r\n\r\n\
        --b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\
        Content-Location: https://paper.example/basin\r\n\r\n\
        <html lang=3Den><title>Basin closed</title><nav><a href=3D/>Home</a></nav><article><p>The northern basin =\r\n\
        in Z=C3=BCrich is closed until May, the harbour office says.</p></article></html>\r\n\
        --b\r\nContent-Type: text/css\r\n\r\nnav { color: red }\r\n--b--\r\n";

    #[test]
    fn reads_the_article_of_a_saved_page() {
        let text = "The northern basin in Z\u{fc}rich is closed u";
        let saved = PAGE.as_bytes();
        let [named, unnamed] = ["a.mhtml", "b.txt"].map(|name| format!("{name}={text}"));
        check(
            &[("a.mhtml", saved), ("b.txt", saved)],
            &[named.as_str(), unnamed.as_str()],
        );
    }

    #[test]
    fn the_address_is_that_of_the_page_and_the_date_is_not_that_of_saving() {
        let options = crate::Options::default();
        let mut found = Vec::new();
        let read = crate::read_bytes(PAGE.into(), &options, &mut |item| {
            if let Item::Document(document) = item {
                let url = document.url.map(Cow::into_owned);
                found.push((url, document.date.map(Cow::into_owned)));
            }
        });
        assert!(read.is_ok());
        let address = "https://paper.example/basin".to_owned();
        assert_eq!(found, [(Some(address), None)]);
    }

    #[test]
    fn reports_files_without_a_page() {
        let style = PAGE.replace("text/html\r\n", "text/css\r\n");
        check(&[("a.mht", style.as_bytes())], &["a.mht empty"]);
        check(&[("a.mht", b"")], &["a.mht empty"]);
    }
}
