//! Web archives (WARC 1.0 and 1.1).

mod content_kind;
mod http_body;
mod record_bytes;
mod record_cutter;
#[cfg(test)]
mod tests;

pub(crate) use record_cutter::RecordCutter;

#[cfg(feature = "html")]
use crate::decode::charset_parameter;
use crate::error::{ReadError, quoted};
use crate::fault::Fault;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::plain_text::Plain;
use crate::{Document, Item, Location};
use content_kind::{ContentKind, content_kind};
use fastwarc::warc::record::{AutoDecode, WarcRecord, WarcRecordType};
use http_body::HttpBody;
use record_cutter::HEADER_BYTES;
use std::borrow::Cow;
use std::io::{self, Cursor, Read};

/// WARC: the responses, resources and conversions that contain HTML, plain text or news items.
#[derive(Debug)]
pub(crate) struct Warc;

impl Format for Warc {
    fn name(&self) -> &'static str {
        "warc"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["warc", "wet", "arc"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        // ARC, the predecessor of WARC, begins with `filedesc`. The cutter reports it as a bad record.
        head.bytes.starts_with(b"WARC/") || head.bytes.starts_with(b"filedesc://")
    }

    fn shape(&self) -> Shape {
        Shape::WarcRecords
    }

    /// Reads one record.
    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        match PageRecord::parse(bytes, context) {
            Ok(Some(record)) => record.read(bytes.len(), context, visit),
            Ok(None) => visit(Item::Ignored),
            Err(error) => visit(Item::Skipped(context.fault(None, &error))),
        }
    }
}

/// A record that may contain a document.
struct PageRecord {
    id: Option<String>,
    url: Option<String>,
    /// The time of the crawl.
    date: Option<String>,
    content: ContentKind,
    #[cfg(feature = "html")]
    charset: Option<String>,
    body: HttpBody,
}

impl PageRecord {
    /// Parses a record. Returns `None` if it is of a kind that contains no document.
    fn parse(bytes: &[u8], context: &Context<'_>) -> Result<Option<Self>, ReadError> {
        let bad = |error: io::Error| ReadError::BadRecord {
            offset: context.offset,
            detail: error.to_string(),
        };
        let bytes = record_bytes::repaired(bytes);
        let has_http_block = record_bytes::has_http_block(&bytes);
        let mut record = WarcRecord::from_reader_with_opts(Cursor::new(bytes), true, HEADER_BYTES)
            .map_err(bad)?;
        if record.record_type() == WarcRecordType::Response && has_http_block {
            // The media type of the record itself may be missing.
            record.set_is_http(true);
        }
        let is_http = record.is_http();
        let may_hold_page = match record.record_type() {
            WarcRecordType::Resource | WarcRecordType::Conversion => true,
            // Responses to other protocols say what they hold. Those of name servers do not.
            WarcRecordType::Response => is_http || record.headers().get("Content-Type").is_some(),
            _ => false,
        };
        if !may_hold_page {
            return Ok(None);
        }
        record
            .parse_http_with_opts(AutoDecode::None, HEADER_BYTES, true)
            .map_err(bad)?;
        let body = read_body(&mut record, context.options.max_document_bytes).map_err(bad)?;
        let headers = if is_http {
            match record.http_headers() {
                // Error pages and redirects are not news.
                Some(http) if http.status_code().is_none_or(|code| code / 100 == 2) => http,
                _ => return Ok(None),
            }
        } else {
            record.headers()
        };
        let body = if is_http {
            let encodings = ["Content-Encoding", "Transfer-Encoding"];
            let values = encodings.map(|name| headers.get_multiple(name)).concat();
            let values = values.iter().map(AsRef::as_ref);
            http_body::decode(body, values, context.options.max_document_bytes).map_err(bad)?
        } else {
            HttpBody {
                bytes: body,
                is_whole: true,
            }
        };
        let media_types = headers.get_multiple("Content-Type");
        let media_types: Vec<&str> = media_types.iter().map(AsRef::as_ref).collect();
        let identified = record.headers().get("WARC-Identified-Payload-Type");
        let Some(content) = content_kind(identified.as_deref(), &media_types, &body.bytes) else {
            return Ok(None);
        };
        let field = |name: &str| {
            let value = record.headers().get(name)?;
            let value = value.trim();
            let bare = value.strip_prefix('<').and_then(|v| v.strip_suffix('>'));
            Some(bare.unwrap_or(value).to_owned()).filter(|value| !value.is_empty())
        };
        let (id, url) = (field("WARC-Record-ID"), field("WARC-Target-URI"));
        let date = field("WARC-Date");
        #[cfg(feature = "html")]
        let charset = media_types
            .iter()
            .find_map(|media| charset_parameter(media));
        let limit = context.options.max_document_bytes;
        if body.bytes.len() as u64 > limit {
            return Err(ReadError::TooLarge { limit });
        }
        Ok(Some(Self {
            id,
            url,
            date,
            content,
            #[cfg(feature = "html")]
            charset,
            body,
        }))
    }

    /// Reads the content as if it came from a file, and adds the metadata of the record. The publication
    /// date of the page has precedence over the crawl date. News items keep their own ids and addresses.
    fn read(&self, length: usize, context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let record = context.location(None, 0, length);
        if !self.body.is_whole {
            let warning = context.fault(None, &ReadError::CutBody);
            visit(Item::Warning(self.with_url(warning)));
        }
        let has_items = matches!(self.content, ContentKind::News(_));
        let mut number = 0;
        self.read_content(context, &mut |item| match item {
            Item::Document(document) => {
                number += 1;
                let url = self.url.as_deref().map(Cow::Borrowed);
                let id = self.id.as_deref().map(Cow::Borrowed);
                visit(Item::Document(Document {
                    id: document.id.filter(|_| has_items).or(id),
                    url: match has_items {
                        true => document.url.or(url),
                        false => url.or(document.url),
                    },
                    date: document.date.or(self.date.as_deref().map(Cow::Borrowed)),
                    location: Location {
                        line: (has_items && document.location.line.is_some()).then_some(number),
                        ..record
                    },
                    ..document
                }));
            }
            Item::Skipped(fault) => visit(Item::Skipped(self.with_url(fault))),
            Item::Warning(fault) => visit(Item::Warning(self.with_url(fault))),
            Item::Ignored => visit(Item::Ignored),
        });
    }

    /// Adds the URL of the page to the reason of a fault.
    fn with_url(&self, fault: Fault) -> Fault {
        match &self.url {
            Some(url) => Fault {
                reason: format!("{}: {}", quoted(url), fault.reason),
                ..fault
            },
            None => fault,
        }
    }

    fn read_content(&self, context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        match self.content {
            #[cfg(feature = "html")]
            ContentKind::Html => {
                let label = self.charset.as_deref().unwrap_or_default();
                let declared = encoding_rs::Encoding::for_label(label.as_bytes());
                let location = context.location(None, 0, self.body.bytes.len());
                crate::html::read_page(&self.body.bytes, declared, location, context, visit);
            }
            ContentKind::Text => Plain.read(&self.body.bytes, context, visit),
            ContentKind::News(format) => format.read(&self.body.bytes, context, visit),
        }
    }
}

/// The body of a record as it is stored, at most one byte more than `limit`.
fn read_body(record: &mut WarcRecord, limit: u64) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if let Some(reader) = record.reader_mut() {
        let mut reader = reader.take(limit.saturating_add(1));
        reader.read_to_end(&mut body)?;
    }
    Ok(body)
}
