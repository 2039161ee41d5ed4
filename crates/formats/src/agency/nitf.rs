//! NITF 3: the article is in `nitf/body`, the metadata in `nitf/head`.

use super::markup_text;
use super::xml::Element;
use crate::{AgencyMetadata, Document};

/// The document of an `nitf` element. Its text is empty if it has no body.
pub(super) fn document(nitf: Element<'_>) -> Document<'static> {
    let docdata = nitf.descendant(&["head", "docdata"]);
    let of_docdata = |name: &str, attribute: &str| {
        let value = docdata?.child(name)?.attribute(attribute)?;
        Some(value.to_owned())
    };
    let pubdata = |attribute: &str| {
        let value = nitf
            .descendant(&["head", "pubdata"])?
            .attribute(attribute)?;
        Some(value.to_owned())
    };
    let head = nitf.descendant(&["body", "body.head"]);
    let of_head = |path: &[&str]| head?.descendant(path)?.text_line();
    let title =
        of_head(&["hedline", "hl1"]).or_else(|| nitf.descendant(&["head", "title"])?.text_line());
    let source = of_head(&["distributor"])
        .or_else(|| of_docdata("doc.copyright", "holder"))
        .or_else(|| pubdata("name"));
    let story_date = || {
        Some(
            head?
                .descendant(&["dateline", "story.date"])?
                .attribute("norm")?
                .to_owned(),
        )
    };
    let date = of_docdata("date.issue", "norm")
        .or_else(|| of_docdata("date.release", "norm"))
        .or_else(|| pubdata("date.publication"))
        .or_else(story_date);
    let status = docdata.and_then(|docdata| docdata.attribute("management-status"));
    Document {
        id: of_docdata("doc-id", "id-string").map(Into::into),
        title: title.map(Into::into),
        source: source.map(Into::into),
        date: date.map(Into::into),
        byline: of_head(&["byline"]).map(Into::into),
        agency: Some(Box::new(AgencyMetadata {
            credit: None,
            dateline: of_head(&["dateline"]),
            version: of_docdata("du-key", "version"),
            status: status.map(str::to_lowercase),
        })),
        text: nitf
            .descendant(&["body", "body.content"])
            .map(markup_text::of_element)
            .unwrap_or_default()
            .into(),
        ..Document::default()
    }
}
