//! MHTML: a web page that a browser saved as a mail message, together with its pictures and style sheets.

use super::complexity;
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::{Document, Item, html};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, MessageParser, MessagePart, MimeHeaders, PartType};
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
        if let Err(error) = complexity::check(bytes) {
            return skipped(error);
        }
        let Some(message) = MessageParser::default().parse(bytes) else {
            return skipped(ReadError::NoWord);
        };
        let is_page = |part: &&MessagePart| matches!(part.body, PartType::Html(_));
        let Some(part) = message.parts.iter().find(is_page) else {
            return skipped(ReadError::NoWord);
        };
        let location = context.location(None, 0, bytes.len());
        let address = part.content_location().map(str::trim);
        let mut visit = |item: Item<'_>| match item {
            Item::Document(document) => visit(Item::Document(Document {
                url: document.url.or(address.map(Cow::Borrowed)),
                ..document
            })),
            other => visit(other),
        };
        html::read_page(
            &page_bytes(part, bytes),
            stated_encoding(part),
            location,
            context,
            &mut visit,
        );
    }
}

/// The bytes of a page without the encoding of the mail. The page states their encoding, and the parser of mail does not look
/// there.
fn page_bytes<'b>(part: &'b MessagePart<'_>, file: &'b [u8]) -> Cow<'b, [u8]> {
    let body = file.get(part.offset_body as usize..part.offset_end as usize);
    let body = body.unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::QuotedPrintable => quoted_printable_decode(body).map(Cow::Owned),
        Encoding::Base64 => base64_decode(body).map(Cow::Owned),
        Encoding::None => Some(Cow::Borrowed(body)),
    };
    decoded.unwrap_or_else(|| Cow::Borrowed(part.contents()))
}

/// The encoding in the header of a part.
fn stated_encoding(part: &MessagePart<'_>) -> Option<&'static encoding_rs::Encoding> {
    let label = part.content_type()?.attribute("charset")?;
    encoding_rs::Encoding::for_label(label.as_bytes())
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
    fn the_encoding_is_that_of_the_header_or_of_the_page() {
        let legacy = PAGE.replace("Z=C3=BCrich", "Z=FCrich");
        let of_page = legacy.replace("<title>", "<meta charset=3Dwindows-1252><title>");
        let of_header = legacy.replacen("text/html\r\n", "text/html; charset=iso-8859-1\r\n", 1);
        let expected = "a.mhtml=The northern basin in Z\u{fc}rich is closed u";
        for page in [of_page, of_header] {
            check(&[("a.mhtml", page.as_bytes())], &[expected]);
        }
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
