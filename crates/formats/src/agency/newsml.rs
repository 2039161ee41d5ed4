//! NewsML-G2 news items, alone, in a message or in a package. The text is XHTML, NITF or plain text.

use super::xml::Element;
use super::{from_base64, markup_text, nitf, provider_of_urn, status};
use crate::address::host;
use crate::{AgencyMetadata, Document};
use std::borrow::Cow;

/// The document of a `newsItem`. Its text is empty if the item has none, such as a picture.
pub(super) fn document(item: Element<'_>) -> Document<'static> {
    let about = |path: &[&str]| item.descendant(path).and_then(Element::text_line);
    let inner = inner(item);
    let id = item.attribute("guid");
    let url = id.filter(|id| id.starts_with("http"));
    let title = headline(item)
        .or_else(|| about(&["itemMeta", "title"]))
        .or_else(|| inner.title.map(Cow::into_owned))
        .or_else(|| about(&["contentMeta", "slugline"]));
    let byline = about(&["contentMeta", "by"])
        .or_else(|| inner.byline.map(Cow::into_owned))
        .or_else(|| creators(item));
    let published = item
        .descendant(&["itemMeta", "pubStatus"])
        .and_then(name_of);
    let embargoed = about(&["itemMeta", "embargoed"]);
    let language = item
        .descendant(&["contentMeta", "language"])
        .and_then(|language| language.attribute("tag"))
        .or_else(|| item.attribute("lang"));
    let dateline = about(&["contentMeta", "dateline"]);
    Document {
        id: id.map(|id| id.to_owned().into()),
        title: title.map(Into::into),
        source: provider(item).map(Into::into),
        date: date(item).map(Into::into).or(inner.date),
        url: url.map(|url| url.to_owned().into()),
        byline: byline.map(Into::into),
        language: language.map(|language| language.to_owned().into()),
        agency: Some(Box::new(AgencyMetadata {
            credit: about(&["contentMeta", "creditline"]),
            dateline: dateline.or_else(|| inner.agency?.dateline),
            version: item.attribute("version").map(str::to_owned),
            status: status(published.as_deref(), embargoed.as_deref()),
        })),
        text: inner.text,
        ..Document::default()
    }
}

/// The text, and the metadata in its own markup.
fn inner(item: Element<'_>) -> Document<'static> {
    let Some(set) = item.child("contentSet") else {
        return Document::default();
    };
    let marked = set.children().filter(|child| child.name() == "inlineXML");
    let plain = set.children().filter(|child| {
        let kind = child.attribute("contenttype").unwrap_or("text/plain");
        child.name() == "inlineData" && kind.starts_with("text/")
    });
    let plain = plain.map(|data| Document {
        text: inline_data(data).unwrap_or_default().into(),
        ..Document::default()
    });
    let mut found = marked.map(inline_xml).chain(plain);
    found
        .find(|inner| !inner.text.is_empty())
        .unwrap_or_default()
}

/// Reads plain text, or text that is encoded in Base64.
fn inline_data(data: Element<'_>) -> Option<String> {
    let encoding = data.attribute("encoding").unwrap_or_default();
    match encoding.to_ascii_lowercase().ends_with("base64") {
        true => markup_text::of_markup(&from_base64(&data.text())?),
        false => Some(markup_text::of_element(data)),
    }
}

/// Reads XHTML, NITF or paragraphs. Other vocabularies, such as sports results, are data.
fn inline_xml(inline: Element<'_>) -> Document<'static> {
    let mut inner = Document::default();
    for child in inline.children() {
        match child.name() {
            "nitf" => return nitf::document(child),
            "html" => {
                let body = child.child("body").unwrap_or(child);
                inner.text = markup_text::of_element(body).into();
                inner.title = child
                    .descendant(&["head", "title"])
                    .and_then(Element::text_line)
                    .map(Into::into);
                return inner;
            }
            "p" | "div" | "section" | "article" | "body" => {
                inner.text = markup_text::of_element(inline).into();
                return inner;
            }
            _ => {}
        }
    }
    inner
}

/// The headline with rank 1, else the first headline.
fn headline(item: Element<'_>) -> Option<String> {
    let meta = item.child("contentMeta")?;
    let all = || meta.children().filter(|child| child.name() == "headline");
    let main = all().find(|headline| headline.attribute("rank") == Some("1"));
    main.or_else(|| all().next())?.text_line()
}

fn provider(item: Element<'_>) -> Option<String> {
    let paths: [&[&str]; 3] = [
        &["itemMeta", "provider"],
        &["contentMeta", "infoSource"],
        &["rightsInfo", "copyrightHolder"],
    ];
    let named = paths
        .iter()
        .find_map(|path| name_of(item.descendant(path)?));
    named.or_else(|| provider_of_urn(item.attribute("guid")?))
}

/// The name of a concept, else its literal, its code, or the host of its URI.
fn name_of(concept: Element<'_>) -> Option<String> {
    if let Some(name) = concept.child("name").and_then(Element::text_line) {
        return Some(name);
    }
    if let Some(code) = concept
        .attribute("literal")
        .or_else(|| concept.attribute("qcode"))
    {
        return Some(code.rsplit(':').next().unwrap_or(code).to_owned());
    }
    let uri = concept.attribute("uri")?;
    let name = host(uri).or_else(|| uri.split('/').next())?;
    Some(name.to_owned())
}

fn date(item: Element<'_>) -> Option<String> {
    let paths: [&[&str]; 4] = [
        &["itemMeta", "versionCreated"],
        &["itemMeta", "firstCreated"],
        &["contentMeta", "contentModified"],
        &["contentMeta", "contentCreated"],
    ];
    paths
        .iter()
        .find_map(|path| item.descendant(path)?.text_line())
}

fn creators(item: Element<'_>) -> Option<String> {
    let meta = item.child("contentMeta")?;
    let creators = meta.children().filter(|child| child.name() == "creator");
    let names: Vec<String> = creators
        .filter_map(|creator| creator.child("name")?.text_line())
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}
