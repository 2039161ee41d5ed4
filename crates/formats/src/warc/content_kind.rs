//! Decides what the body of a record contains, from its media types and its first bytes.

use crate::decode::is_binary;
use crate::file_head::{FileHead, HEAD_BYTES};
use crate::format::{self, FileKind, Format};

/// The kind of content of a record.
#[derive(Clone, Copy, Debug)]
pub(super) enum ContentKind {
    #[cfg(feature = "html")]
    Html,
    Text,
    /// News items or a feed.
    News(&'static dyn Format),
}

/// Formats that a body may have besides a page and text.
const NEWS_FORMATS: &[&str] = &["feed", "newsml", "ninjs"];

/// What a media type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MediaKind {
    Html,
    Text,
    /// Content that may have a page or news items in it: XML or JSON of any kind, or a type that is not known.
    Structured,
    /// Content without text, such as an image.
    Other,
    /// Nothing: the type is missing or stands for any bytes.
    Unknown,
}

/// The kind of content, or `None` if it is no document.
///
/// `identified` is the media type that the crawler found by looking at the body; `declared` are the types
/// that the server sent. The first that says something decides.
pub(super) fn content_kind(
    identified: Option<&str>,
    declared: &[&str],
    body: &[u8],
) -> Option<ContentKind> {
    let declared = declared.iter().flat_map(|value| value.split(','));
    let mut kinds = identified.into_iter().chain(declared).map(media_kind);
    let kind = kinds.find(|kind| *kind != MediaKind::Unknown);
    let body = body.get(..HEAD_BYTES).unwrap_or(body);
    match kind.unwrap_or(MediaKind::Unknown) {
        #[cfg(feature = "html")]
        MediaKind::Html => Some(ContentKind::Html),
        MediaKind::Text => Some(ContentKind::Text),
        MediaKind::Structured => by_content(body),
        MediaKind::Unknown => {
            let head = FileHead::new(body);
            // Markup and JSON of other kinds are no running text.
            let is_text =
                !is_binary(body) && !body.is_empty() && !head.text.starts_with(['<', '{', '[']);
            by_content(body).or(is_text.then_some(ContentKind::Text))
        }
        _ => None,
    }
}

/// The kind of content that the first bytes prove.
fn by_content(body: &[u8]) -> Option<ContentKind> {
    match format::by_content(body)? {
        FileKind::Documents(format) if NEWS_FORMATS.contains(&format.name()) => {
            Some(ContentKind::News(format))
        }
        #[cfg(feature = "html")]
        FileKind::Documents(format) if format.name() == "html" => Some(ContentKind::Html),
        _ => None,
    }
}

fn media_kind(media_type: &str) -> MediaKind {
    let bare = media_type.split(';').next().unwrap_or_default();
    let bare = bare.trim_matches(|c: char| c.is_whitespace() || c == '"');
    match bare.to_ascii_lowercase().as_str() {
        "text/html" | "application/xhtml+xml" => MediaKind::Html,
        "text/plain" => MediaKind::Text,
        "" | "*/*" | "application/octet-stream" | "binary/octet-stream" => MediaKind::Unknown,
        other if !other.contains('/') || other.contains("unknown") => MediaKind::Unknown,
        "application/pdf" | "text/css" => MediaKind::Other,
        other if other.ends_with("javascript") => MediaKind::Other,
        other => {
            let family = other.split('/').next().unwrap_or_default();
            match family {
                "image" | "audio" | "video" | "font" => MediaKind::Other,
                _ => MediaKind::Structured,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(identified: Option<&str>, declared: &[&str], body: &str, expected: &str) {
        let kind = match content_kind(identified, declared, body.as_bytes()) {
            #[cfg(feature = "html")]
            Some(ContentKind::Html) => "html",
            Some(ContentKind::Text) => "text",
            Some(ContentKind::News(format)) => format.name(),
            None => "none",
        };
        assert_eq!(kind, expected, "{identified:?} {declared:?} {body}");
    }

    #[cfg(feature = "html")]
    #[test]
    fn the_first_type_that_says_something_decides() {
        let page = "<!doctype html><p>one";
        check(None, &["text/html, text/html; charset=utf-8"], page, "html");
        check(
            None,
            &["application/octet-stream", "text/html"],
            page,
            "html",
        );
        check(Some("text/html"), &["text/plain"], page, "html");
        check(Some("application/pdf"), &["text/html"], page, "none");
        check(
            Some("application/octet-stream"),
            &["text/plain"],
            page,
            "text",
        );
        for other in [
            "image/svg+xml",
            "text/css",
            "application/x-javascript",
            "video/mp4",
        ] {
            check(None, &[other], page, "none");
        }
    }

    #[cfg(feature = "html")]
    #[test]
    fn a_page_of_a_type_that_is_not_known_is_recognised() {
        for declared in [
            "text/x-html",
            "application/x-httpd-php",
            "\"text/html\"",
            "text/json",
        ] {
            check(None, &[declared], "<!doctype html><p>one", "html");
        }
        check(None, &["application/x-tar"], "A story.", "none");
    }

    #[test]
    fn text_of_an_unknown_type_is_recognised() {
        check(None, &["unknown"], "A story.", "text");
    }

    #[cfg(feature = "html")]
    #[test]
    fn the_body_decides_if_no_type_does() {
        check(None, &[], "<!doctype html><p>one", "html");
        for body in ["", "<a>b</a>", "{\"a\":1}", "a\0b"] {
            check(None, &[], body, "none");
        }
        check(None, &["application/xml"], "<a>b</a>", "none");
        check(None, &["application/xml"], "<html><p>one", "html");
    }

    #[cfg(feature = "feeds")]
    #[test]
    fn news_in_xml_and_json_is_recognised() {
        let item = r#"{"uri":"x","body_text":"one"}"#;
        check(None, &["application/json; charset=utf-8"], item, "ninjs");
        check(None, &["application/rss+xml"], "<rss><channel>", "feed");
        check(None, &["application/json"], r#"{"text":"one"}"#, "none");
    }
}
