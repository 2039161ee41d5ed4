//! The metadata of a page, from JSON-LD, Open Graph, other `meta` elements, and visible elements, in this
//! order.

use crate::decode::charset_parameter;
use crate::json;
use crate::record_fields::PARAGRAPH_END;
use dom_query::{Document, Selection};
use serde_json::Value;

/// The maximum size of a value in bytes. A longer one is not a title, name or date.
const MAX_VALUE_BYTES: usize = 1_000;

/// `meta` elements for each field, in order of preference: the attribute that identifies the element, and
/// its value.
const TITLES: &[(&str, &str)] = &[("property", "og:title"), ("name", "twitter:title")];
const SITES: &[(&str, &str)] = &[("property", "og:site_name"), ("name", "application-name")];
const DATES: &[(&str, &str)] = &[
    ("property", "article:published_time"),
    ("property", "og:article:published_time"),
    ("itemprop", "datePublished"),
    ("name", "article:published_time"),
    ("name", "parsely-pub-date"),
    ("name", "sailthru.date"),
    ("name", "dc.date.issued"),
    ("name", "DC.date.issued"),
    ("name", "pubdate"),
    ("name", "publish-date"),
    ("name", "date"),
];
const URLS: &[(&str, &str)] = &[("property", "og:url")];
const AUTHORS: &[(&str, &str)] = &[
    ("name", "author"),
    ("name", "byl"),
    ("name", "parsely-author"),
    ("name", "dc.creator"),
    ("property", "article:author"),
];

/// The metadata that a page states.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) title: Option<String>,
    pub(super) source: Option<String>,
    pub(super) date: Option<String>,
    pub(super) url: Option<String>,
    pub(super) byline: Option<String>,
    pub(super) language: Option<String>,
    /// The text of the article, which may contain markup.
    pub(super) body: Option<String>,
}

impl Metadata {
    /// Extracts the metadata. Needs the script elements of the page.
    pub(super) fn of_page(page: &Document) -> Self {
        let json_ld_metadata = json_ld(page).unwrap_or_default();
        // Selected once: a page has few of them and many other elements.
        let metas = &page.select("meta");
        Self {
            title: json_ld_metadata
                .title
                .or_else(|| meta(metas, TITLES))
                .or_else(|| text(page, "title"))
                .or_else(|| text(page, "h1")),
            source: meta(metas, SITES).or(json_ld_metadata.source),
            date: json_ld_metadata
                .date
                .or_else(|| meta(metas, DATES))
                .or_else(|| published(page)),
            url: attribute(page, "link[rel='canonical']", "href")
                .filter(|url| is_address(url))
                .or_else(|| meta(metas, URLS).filter(|url| is_address(url)))
                .or(json_ld_metadata.url),
            byline: json_ld_metadata.byline.or_else(|| {
                let author = meta(metas, AUTHORS).filter(|author| !is_address(author));
                author.or_else(|| text(page, "[rel='author'], [itemprop='author']"))
            }),
            language: attribute(page, "html", "lang").or(json_ld_metadata.language),
            body: json_ld_metadata.body,
        }
    }
}

/// The label of the encoding that a page declares.
pub(super) fn charset(page: &Document) -> Option<String> {
    attribute(page, "meta[charset]", "charset").or_else(|| {
        let kinds = page.select("meta[http-equiv]");
        let mut kinds = kinds.iter().filter(|meta| {
            meta.attr("http-equiv")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("content-type"))
        });
        let content = kinds.find_map(|meta| meta.attr("content"))?;
        charset_parameter(&content)
    })
}

/// The date of a `time` element that is marked as the publication date, else of the first one in the
/// article.
fn published(page: &Document) -> Option<String> {
    const MARKED: &str =
        "time[itemprop='datePublished'], time[pubdate], time.published, time.entry-date";
    attribute(page, MARKED, "datetime").or_else(|| {
        attribute(
            page,
            "article time[datetime], main time[datetime]",
            "datetime",
        )
    })
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// The value with white space collapsed, or `None` if it is empty or too long.
fn usable(value: &str) -> Option<String> {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    (!value.is_empty() && value.len() <= MAX_VALUE_BYTES).then_some(value)
}

fn attribute(page: &Document, selector: &str, name: &str) -> Option<String> {
    let found = page.select(selector);
    found
        .iter()
        .find_map(|element| usable(&element.attr(name)?))
}

fn text(page: &Document, selector: &str) -> Option<String> {
    usable(&page.select_single(selector).text())
}

/// The content of the first of these `meta` elements that has one.
fn meta(metas: &Selection<'_>, names: &[(&str, &str)]) -> Option<String> {
    names.iter().find_map(|(by, name)| {
        let metas = metas.nodes().iter();
        let mut named = metas.filter(|meta| meta.attr(by).is_some_and(|value| &*value == *name));
        named.find_map(|meta| usable(&meta.attr("content")?))
    })
}

/// The metadata in the JSON-LD of an article.
fn json_ld(page: &Document) -> Option<Metadata> {
    let scripts = page.select("script[type]");
    let mut scripts = scripts.iter().filter(|script| {
        let kind = script.attr("type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/ld+json")
    });
    scripts.find_map(|script| article(&json_value(&script.text())?).map(json_ld_metadata))
}

/// The JSON in a script. Some pages write it inside a comment or a CDATA section, or with line ends in strings.
fn json_value(script: &str) -> Option<Value> {
    let brackets = ['{', '['];
    let after = script.get(script.find(brackets)?..)?;
    let script = match after.strip_prefix("[CDATA[") {
        Some(section) => section
            .rsplit_once("]]")
            .map_or(section, |(inside, _)| inside),
        None => after,
    };
    let begin = script.find(brackets)?;
    let end = script.rfind(['}', ']'])? + 1;
    let json = script.get(begin..end)?;
    // The parser rejects more than 128 levels.
    let parsed = serde_json::from_str(json).ok();
    parsed.or_else(|| serde_json::from_str(&json::repaired(json)?).ok())
}

/// The object that describes an article: the value itself, or one in a list or graph.
fn article(value: &Value) -> Option<&Value> {
    match value {
        Value::Array(list) => list.iter().find_map(article),
        Value::Object(object) if object.get("@type").is_some_and(is_article) => Some(value),
        Value::Object(object) => ["@graph", "mainEntity", "mainEntityOfPage"]
            .iter()
            .find_map(|name| article(object.get(*name)?)),
        _ => None,
    }
}

/// True for `NewsArticle`, `Article`, `ReportageNewsArticle`, `BlogPosting` and similar types, alone or
/// in a list.
fn is_article(kind: &Value) -> bool {
    match kind {
        Value::String(name) => name.ends_with("Article") || name.ends_with("Posting"),
        Value::Array(names) => names.iter().any(is_article),
        _ => false,
    }
}

fn json_ld_metadata(article: &Value) -> Metadata {
    let string = |name: &str| usable(article.get(name)?.as_str()?);
    Metadata {
        title: string("headline"),
        source: article.get("publisher").and_then(names),
        date: string("datePublished"),
        url: string("url").filter(|url| is_address(url)),
        byline: article.get("author").and_then(names),
        language: string("inLanguage"),
        body: body(article),
    }
}

/// The text of an article: its body, or else the entries of a live report, in the order that the page gives them.
fn body(article: &Value) -> Option<String> {
    let own = ["articleBody", "text"]
        .iter()
        .find_map(|name| strings(article.get(name)?));
    own.or_else(|| match article.get("liveBlogUpdate")? {
        Value::Array(updates) => {
            let bodies: Vec<String> = updates
                .iter()
                .filter_map(|update| strings(update.get("articleBody")?))
                .collect();
            (!bodies.is_empty()).then(|| bodies.join(PARAGRAPH_END))
        }
        _ => None,
    })
}

/// A string, or a list of strings as paragraphs.
fn strings(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => {
            let paragraphs: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            let paragraphs = paragraphs.filter(|paragraphs| !paragraphs.is_empty())?;
            Some(paragraphs.join(PARAGRAPH_END))
        }
        _ => None,
    }
}

/// The names of one or more persons or organisations.
fn names(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => usable(name).filter(|name| !is_address(name)),
        Value::Object(object) => names(object.get("name")?),
        Value::Array(list) => {
            let all: Vec<String> = list.iter().filter_map(names).collect();
            usable(&all.join(", "))
        }
        _ => None,
    }
}
