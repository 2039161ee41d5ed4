//! NITF 3: an article as `nitf/body`, with its metadata in `nitf/head`.

use super::flow;
use super::xml::Element;
use crate::{AgencyMetadata, Document};

/// What an `nitf` element holds; the text is empty where it has no body.
pub(super) fn document(nitf: Element<'_>) -> Document<'static> {
    let docdata = nitf.at(&["head", "docdata"]);
    let of_docdata = |name: &str, attribute: &str| {
        let value = docdata?.child(name)?.attribute(attribute)?;
        Some(value.to_owned())
    };
    let pubdata = |attribute: &str| {
        let value = nitf.at(&["head", "pubdata"])?.attribute(attribute)?;
        Some(value.to_owned())
    };
    let head = nitf.at(&["body", "body.head"]);
    let of_head = |path: &[&str]| head?.at(path)?.line();
    let title = of_head(&["hedline", "hl1"]).or_else(|| nitf.at(&["head", "title"])?.line());
    let source = of_head(&["distributor"])
        .or_else(|| of_docdata("doc.copyright", "holder"))
        .or_else(|| pubdata("name"));
    let story_date = || {
        Some(
            head?
                .at(&["dateline", "story.date"])?
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
            .at(&["body", "body.content"])
            .map(flow::of_element)
            .unwrap_or_default()
            .into(),
        ..Document::default()
    }
}
