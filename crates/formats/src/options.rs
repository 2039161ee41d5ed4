//! What a run may set about its input.

use crate::format::InputFormat;
use std::path::PathBuf;

/// What to read, and how far to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Names of the fields of a record.
    pub fields: Fields,
    /// The format of every input; none where content and name decide.
    pub format: Option<InputFormat>,
    /// Which text of a web page is the document's.
    pub html: HtmlText,
    /// Bytes a document may have: a record's line, or a file's whole decompressed content.
    pub max_document_bytes: u64,
    /// Walk hidden files and folders too.
    pub hidden: bool,
    /// Follow links to folders.
    pub follow_links: bool,
    /// Keep a copy of standard input in an unnamed temporary file, so that it can be read again.
    pub keep_stdin: bool,
    /// Where that temporary file is made; none for the system's own location.
    pub temporary_folder: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fields: Fields::default(),
            format: None,
            html: HtmlText::Article,
            max_document_bytes: 64_000_000,
            hidden: false,
            follow_links: false,
            keep_stdin: false,
            temporary_folder: None,
        }
    }
}

/// Which text of a web page is the document's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HtmlText {
    /// The article, without what surrounds it.
    #[default]
    Article,
    /// All that is visible, in order.
    Whole,
}

/// For each part of a document the field names to look for, the preferred one first.
///
/// The first candidate that has a usable value gives it: an empty `text` beside a full `body` loses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The text.
    pub text: Vec<String>,
    /// The record's own id.
    pub id: Vec<String>,
    /// The headline.
    pub title: Vec<String>,
    /// The publisher or site.
    pub source: Vec<String>,
    /// The date of publication.
    pub date: Vec<String>,
    /// The address.
    pub url: Vec<String>,
    /// Who wrote it.
    pub byline: Vec<String>,
    /// The language of the text.
    pub language: Vec<String>,
}

impl Default for Fields {
    fn default() -> Self {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect();
        Self {
            text: names(&["text", "body", "content", "article"]),
            id: names(&["id", "_id", "uuid"]),
            title: names(&["title", "headline"]),
            source: names(&["source", "publisher", "site", "domain"]),
            date: names(&["date", "published", "published_at", "publish_date"]),
            url: names(&["url", "link"]),
            byline: names(&["byline", "author", "creator"]),
            language: names(&["language", "lang"]),
        }
    }
}
