//! Web archives (WARC 1.0 and 1.1).

mod record_cutter;
#[cfg(test)]
mod tests;

pub(crate) use record_cutter::RecordCutter;

#[cfg(feature = "html")]
use crate::decode::charset_parameter;
use crate::error::ReadError;
use crate::fault::Fault;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::plain_text::Plain;
use crate::{Document, Item};
use fastwarc::warc::record::{AutoDecode, WarcRecord, WarcRecordType};
use record_cutter::HEADER_BYTES;
use std::borrow::Cow;
use std::io::{self, Cursor, Read};

/// WARC: the responses, resources and conversions that contain HTML or plain text.
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

/// The kind of content of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ContentKind {
    #[cfg(feature = "html")]
    Html,
    Text,
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
    body: Vec<u8>,
}

impl PageRecord {
    /// Parses a record. Returns `None` if it is of a kind that contains no document.
    fn parse(bytes: &[u8], context: &Context<'_>) -> Result<Option<Self>, ReadError> {
        let bad = |error: io::Error| ReadError::BadRecord {
            offset: context.offset,
            detail: error.to_string(),
        };
        let reader = Cursor::new(bytes.to_vec());
        let mut record =
            WarcRecord::from_reader_with_opts(reader, true, HEADER_BYTES).map_err(bad)?;
        let is_http = record.is_http();
        let sent = matches!(
            record.record_type(),
            WarcRecordType::Response | WarcRecordType::Resource | WarcRecordType::Conversion
        );
        if !sent || (record.record_type() == WarcRecordType::Response && !is_http) {
            return Ok(None);
        }
        record
            .parse_http_with_opts(AutoDecode::All, HEADER_BYTES, true)
            .map_err(bad)?;
        let headers = if is_http {
            match record.http_headers() {
                // Error pages and redirects are not news.
                Some(http) if http.status_code().is_none_or(|code| code / 100 == 2) => http,
                _ => return Ok(None),
            }
        } else {
            record.headers()
        };
        let media_type = headers.get("Content-Type").unwrap_or_default().to_string();
        let Some(content) = content_kind(&media_type) else {
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
        let charset = charset_parameter(&media_type);
        let limit = context.options.max_document_bytes;
        let mut body = Vec::new();
        if let Some(reader) = record.reader_mut() {
            let mut reader = reader.take(limit.saturating_add(1));
            reader.read_to_end(&mut body).map_err(bad)?;
        }
        if body.len() as u64 > limit {
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
    /// date of the page has precedence over the crawl date.
    fn read(&self, length: usize, context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let location = context.location(None, 0, length);
        self.read_content(context, &mut |item| match item {
            Item::Document(document) => visit(Item::Document(Document {
                id: self.id.as_deref().map(Cow::Borrowed),
                url: self.url.as_deref().map(Cow::Borrowed).or(document.url),
                date: document.date.or(self.date.as_deref().map(Cow::Borrowed)),
                location,
                ..document
            })),
            Item::Skipped(fault) => visit(Item::Skipped(self.with_url(fault))),
            Item::Warning(fault) => visit(Item::Warning(self.with_url(fault))),
            Item::Ignored => visit(Item::Ignored),
        });
    }

    /// Adds the URL of the page to the reason of a fault.
    fn with_url(&self, fault: Fault) -> Fault {
        match &self.url {
            Some(url) => Fault {
                reason: format!("{url}: {}", fault.reason),
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
                crate::html::read_page(&self.body, declared, context, visit);
            }
            ContentKind::Text => Plain.read(&self.body, context, visit),
        }
    }
}

/// The kind of content of a media type, or `None` if it contains no text.
fn content_kind(media_type: &str) -> Option<ContentKind> {
    let bare = media_type.split(';').next().unwrap_or_default().trim();
    match bare.to_ascii_lowercase().as_str() {
        #[cfg(feature = "html")]
        "text/html" | "application/xhtml+xml" => Some(ContentKind::Html),
        "text/plain" => Some(ContentKind::Text),
        _ => None,
    }
}
