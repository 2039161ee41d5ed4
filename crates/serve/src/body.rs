//! Receives the body of a request within limits, and reads the document in it.

use crate::limits::Limits;
use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use dedupe_formats::{Document, Fault, FaultCode, InputFormat, Item, Options, read_bytes};
use http_body_util::LengthLimitError;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Bytes of an id, at most.
const MAX_ID_BYTES: usize = 1000;
/// The unit in which memory for bodies is counted, in bytes.
const UNIT: usize = 1024;

/// Memory for bodies that are being received or wait.
#[derive(Clone, Debug)]
pub(crate) struct BodyMemory(Arc<Semaphore>);

/// A body, and the memory that it may take.
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    pub(crate) memory: OwnedSemaphorePermit,
}

impl BodyMemory {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes / UNIT)))
    }

    /// Receives a JSON body.
    pub(crate) async fn receive(&self, request: Request, limits: &Limits) -> Result<Body, Problem> {
        let headers = request.headers();
        if !is_json(headers) {
            return Err(Problem::content_type());
        }
        let limit = limits.body_bytes;
        let length = headers.get(CONTENT_LENGTH);
        let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > limit) {
            return Err(Problem::too_large(limit));
        }
        let units = u32::try_from(length.unwrap_or(limit) / UNIT + 1).unwrap_or(u32::MAX);
        let memory = Arc::clone(&self.0).try_acquire_many_owned(units);
        let memory = memory.map_err(|_| Problem::busy())?;
        let received = axum::body::to_bytes(request.into_body(), limit);
        let received = timeout(limits.body_time, received).await;
        let bytes = received
            .map_err(|_| Problem::slow_body())?
            .map_err(|error| match error.into_inner().is::<LengthLimitError>() {
                true => Problem::too_large(limit),
                false => Problem::incomplete(),
            })?;
        Ok(Body { bytes, memory })
    }
}

/// True if a body is stated to be JSON that is not compressed.
fn is_json(headers: &HeaderMap) -> bool {
    let text = |value: Option<&axum::http::HeaderValue>| {
        value.map(|value| value.to_str().unwrap_or_default().to_ascii_lowercase())
    };
    let kind = text(headers.get(CONTENT_TYPE)).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let coding = text(headers.get(CONTENT_ENCODING));
    kind == "application/json" && coding.is_none_or(|coding| coding == "identity")
}

/// The document in a body: a JSON object with the fields that the readers of files know.
pub(crate) fn document(bytes: &[u8]) -> Result<Document<'static>, Problem> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Problem::not_json("The body is not UTF-8, so it is not JSON."))?;
    serde_json::from_str::<IgnoredAny>(text)
        .map_err(|error| Problem::not_json(not_json(&error)))?;
    if !text.trim_ascii_start().starts_with('{') {
        let message = "The body is not a JSON object. Send one document in each request.";
        return Err(Problem::not_json(message));
    }
    let options = Options {
        format: InputFormat::named("json"),
        ..Options::default()
    };
    let (mut documents, mut reasons) = (vec![], vec![]);
    let read = read_bytes(bytes.to_vec(), &options, &mut |item| match item {
        Item::Document(document) => documents.push(owned(document)),
        Item::Skipped(fault) | Item::Warning(fault) => reasons.push(reason(fault)),
        Item::Ignored => {}
    });
    reasons.extend(read.err().map(reason));
    let refused = || match reasons.first() {
        Some(reason) => Problem::refused(format!("The document cannot be read: {reason}.")),
        None => Problem::refused("The body is not one document."),
    };
    let document = documents.pop().ok_or_else(refused)?;
    if !documents.is_empty() || !reasons.is_empty() {
        return Err(refused());
    }
    let id = document.id.as_deref().unwrap_or_default();
    if id.len() > MAX_ID_BYTES {
        let message = format!("The id is longer than {MAX_ID_BYTES} bytes.");
        return Err(Problem::refused(message));
    }
    Ok(document)
}

/// Where a body is not JSON, without the words of the parser.
fn not_json(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.is_eof() {
        true => format!("The body is not JSON: it ends too early, at {place}."),
        false => format!("The body is not JSON: see {place}."),
    }
}

/// Why a document cannot be read. The reader of files would advise an option, which a request does not have.
fn reason(fault: Fault) -> String {
    match fault.code {
        FaultCode::NoTextField | FaultCode::NotNews => {
            "it has no text; put the text in the field `text`".to_owned()
        }
        _ => fault.reason,
    }
}

fn owned(document: Document<'_>) -> Document<'static> {
    let field = |field: Option<Cow<'_, str>>| field.map(|text| Cow::Owned(text.into_owned()));
    Document {
        id: field(document.id),
        title: field(document.title),
        source: field(document.source),
        date: field(document.date),
        url: field(document.url),
        byline: field(document.byline),
        language: field(document.language),
        text: Cow::Owned(document.text.into_owned()),
        ..Document::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_fields_that_files_have() {
        let read = document(
            br#" {"guid": 7, "headline": "Ferry stops", "body": "The ferry stops.", "published": "2026-05-04",
                "publisher": {"name": "Herald"}, "link": "https://h.example/7", "author": ["A", "B"], "lang": "en"}"#,
        )
        .unwrap();
        let field = |field: &Option<Cow<'static, str>>| field.clone().unwrap().into_owned();
        assert_eq!(field(&read.id), "7");
        assert_eq!(field(&read.title), "Ferry stops");
        assert_eq!(field(&read.source), "Herald");
        assert_eq!(field(&read.date), "2026-05-04");
        assert_eq!(field(&read.url), "https://h.example/7");
        assert_eq!(field(&read.byline), "A, B");
        assert_eq!(field(&read.language), "en");
        assert_eq!(read.text, "The ferry stops.");
    }

    #[test]
    fn refuses_what_is_not_one_document() {
        let long = format!(
            r#"{{"id": "{}", "text": "t"}}"#,
            "x".repeat(MAX_ID_BYTES + 1)
        );
        let nested = format!("{}{}", r#"{"a":"#.repeat(5000), "}".repeat(5000));
        for (body, code) in [
            ("", "not-json"),
            ("{", "not-json"),
            (r#"{"text": NaN}"#, "not-json"),
            (r#"{"text": "t"} {"text": "t"}"#, "not-json"),
            (r#"[{"text": "t"}]"#, "not-json"),
            ("7", "not-json"),
            (&nested, "not-json"),
            ("{}", "refused"),
            (r#"{"text": ""}"#, "refused"),
            (r#"{"text": " \n"}"#, "refused"),
            (r#"{"text": 7}"#, "refused"),
            (r#"{"list": [{"text": "t"}, {"text": "u"}]}"#, "refused"),
            (&long, "refused"),
        ] {
            let problem = document(body.as_bytes()).unwrap_err();
            let debugged = format!("{problem:?}");
            let expected = format!("code: {code:?}");
            assert!(debugged.contains(&expected), "{body:.99}: {debugged}");
        }
        assert!(document(b"{\"text\": \"\xff\"}").is_err());
    }

    /// A sender was told to use an option of the command line, and saw the words of the parser.
    #[test]
    fn says_what_the_sender_can_do() {
        for (body, expected) in [
            ("{}", "put the text in the field `text`"),
            (r#"{"tekst": "t"}"#, "put the text in the field `text`"),
            ("no json", "The body is not JSON: see line 1, column 2."),
            ("{\n", "it ends too early, at line 2, column 0."),
        ] {
            let said = format!("{:?}", document(body.as_bytes()).unwrap_err());
            assert!(said.contains(expected), "{said}");
            assert!(!said.contains("--"), "{said}");
        }
    }
}
