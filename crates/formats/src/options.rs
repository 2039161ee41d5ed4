//! Settings for reading inputs.

use crate::format::InputFormat;
use crate::notice_pages::NoticePages;
use crate::path_filter::PathFilter;
use std::path::PathBuf;

/// What to read, and within which limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The field names of records.
    pub fields: Fields,
    /// The format of every input, or `None` to detect it by content and name.
    pub format: Option<InputFormat>,
    /// Which text of a web page to use.
    pub html: HtmlText,
    /// Web pages whose article is a notice. An earlier reading found them.
    pub notice_pages: NoticePages,
    /// The maximum size of a document in bytes: the line of a record, or the decompressed content of a
    /// file.
    pub max_document_bytes: u64,
    /// Which files in folders and archives to read, and which of the given files.
    pub filter: PathFilter,
    /// Include hidden files and folders.
    pub hidden: bool,
    /// Follow symbolic links to folders.
    pub follow_links: bool,
    /// Give each document that is a row of a table or an object of a JSON file its whole record, for exports; see
    /// [`Document::record`](crate::Document::record).
    pub whole_records: bool,
    /// Copy standard input to an unnamed temporary file, so that it can be read again.
    pub keep_stdin: bool,
    /// The folder for that temporary file, or `None` for the system's temporary folder.
    pub temporary_folder: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fields: Fields::default(),
            format: None,
            html: HtmlText::Article,
            notice_pages: NoticePages::default(),
            max_document_bytes: 64_000_000,
            filter: PathFilter::default(),
            hidden: false,
            follow_links: false,
            whole_records: false,
            keep_stdin: false,
            temporary_folder: None,
        }
    }
}

/// Which text of a web page to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HtmlText {
    /// The article, without navigation and other surroundings.
    #[default]
    Article,
    /// All visible text, in order.
    Whole,
}

/// The field names to look for in records, for each field of a document, in order of preference.
///
/// The first name whose value is usable wins: if `text` is empty and `body` is not, `body` is used. Case,
/// `_`, `-` and spaces make no difference. A name with dots is also a path: `article.body` is the field
/// `body` of the object in the field `article`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The text.
    pub text: Vec<String>,
    /// The id of the record.
    pub id: Vec<String>,
    /// The headline.
    pub title: Vec<String>,
    /// The publisher or site.
    pub source: Vec<String>,
    /// The publication date.
    pub date: Vec<String>,
    /// The URL.
    pub url: Vec<String>,
    /// The author.
    pub byline: Vec<String>,
    /// The language of the text.
    pub language: Vec<String>,
}

/// The names of text fields that are looked for unless others are given, the preferred one first.
pub(crate) const TEXT_NAMES: [&str; 34] = [
    "text",
    "body",
    "content",
    "article",
    "main_text",
    "article_body",
    "article_text",
    "body_text",
    "full_text",
    "content_text",
    "raw_content",
    "story",
    "document",
    "plain_text",
    "text_content",
    "article_content",
    "page_content",
    "cleaned_text",
    "raw_text",
    "text_body",
    "main_content",
    "full_content",
    "full_article",
    "cleaned_content",
    "clean_text",
    "story_text",
    "news_text",
    "news_content",
    "post_text",
    "post_content",
    "contents",
    "paragraphs",
    "content.rendered",
    "fields.body_text",
];

impl Default for Fields {
    fn default() -> Self {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect();
        Self {
            text: names(&TEXT_NAMES),
            id: names(&["id", "uuid", "guid", "article_id", "doc_id"]),
            title: names(&[
                "title",
                "headline",
                "headline.main",
                "title.rendered",
                "web_title",
            ]),
            source: names(&[
                "source",
                "source.name",
                "source.title",
                "source.domain",
                "source.url",
                "source.uri",
                "publisher",
                "publisher.name",
                "site",
                "site_name",
                "source_name",
                "source_domain",
                "domain",
                "hostname",
            ]),
            date: names(&[
                "date",
                "published",
                "published_at",
                "publish_date",
                "published_date",
                "date_published",
                "date_publish",
                "pub_date",
                "publication_date",
                "web_publication_date",
                "article_date",
                "published_on",
                "published_time",
                "first_created",
                "version_created",
                "created_at",
                "timestamp",
            ]),
            url: names(&["url", "link", "web_url", "article_url", "canonical_url"]),
            byline: names(&["byline", "author", "author.name", "authors", "creator"]),
            language: names(&["language", "lang", "meta_lang", "in_language"]),
        }
    }
}
