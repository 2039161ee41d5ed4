//! Chooses the text of the article among candidates.

use super::evidence::{Evidence, Mass};
use super::stated::StatedBody;
use super::text::text_below;
use crate::error::ReadError;
use crate::extraction::Extraction;
use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

/// The extractor knows more signs than the evidence. So its article may leave out this share of the displayed
/// text that the evidence holds likely, and another candidate must be better by this much.
const FORGIVEN: f64 = 0.6;
const MARGIN: f64 = 0.15;

/// A page with fewer weighted letters than this has no article, if it has this many times as much text.
const MIN_ARTICLE: f64 = 40.0;
const MANY_TIMES: f64 = 10.0;

/// The text of the article of a page and where it was found, or `None` if the page has too little text to distinguish any.
///
/// # Errors
///
/// [`ReadError::NoArticle`] if next to nothing is left without navigation and notices.
pub(super) fn article_text(
    page: &Document,
    title: Option<&str>,
    stated: Option<&StatedBody>,
) -> Result<Option<(String, Extraction)>, ReadError> {
    let evidence = Evidence::of_page(page, title, stated);
    let extracted = extract(page);
    let (choice, mass) = choose(page, &evidence, extracted.as_ref(), stated);
    if mass.weighted < MIN_ARTICLE && evidence.letters() >= MANY_TIMES * MIN_ARTICLE {
        return Err(ReadError::NoArticle);
    }
    let (text, extraction) = match choice {
        Choice::Nothing => return Ok(None),
        Choice::Below(root, extraction) => {
            let is_included = |node: &NodeRef<'_>| evidence.weight(node) != Some(0.0);
            (text_below(root, is_included), extraction)
        }
        Choice::Stated(stated) => (stated.text.clone(), Extraction::ArticleBody),
    };
    let has_words = text.chars().any(char::is_alphanumeric);
    Ok(has_words.then_some((text, extraction)))
}

/// What becomes the text of the document.
#[derive(Clone, Copy)]
enum Choice<'a> {
    Nothing,
    /// The text below a node of the page or of the extracted article, without blocks of weight 0.
    Below(NodeRef<'a>, Extraction),
    Stated(&'a StatedBody),
}

/// The candidate that agrees best with the evidence, and its text.
fn choose<'a>(
    page: &'a Document,
    evidence: &Evidence,
    extracted: Option<&'a Readability>,
    stated: Option<&'a StatedBody>,
) -> (Choice<'a>, Mass) {
    let mut best = (0.0, Choice::Nothing, Mass::default());
    let mut consider = |score: f64, choice: Choice<'a>, mass: Mass| {
        if score > best.0 {
            best = (score, choice, mass);
        }
    };
    if let Some(root) = extracted.and_then(content) {
        let mass = evidence.mass_below(root);
        if mass.weighted > 0.0 {
            let displayed = evidence.displayed();
            let seen = mass.weighted.max(displayed * (1.0 - FORGIVEN));
            let expected = seen + evidence.total() - displayed;
            consider(
                agreement(mass, expected) + MARGIN,
                Choice::Below(root, Extraction::Extractor),
                mass,
            );
        }
    }
    let body = page.select_single("body");
    let sections = evidence.sections.iter();
    let sections = sections.map(|id| (NodeRef::new(*id, &page.tree), Extraction::Section));
    let body = body.nodes().iter().map(|body| (*body, Extraction::Body));
    for (root, extraction) in sections.chain(body) {
        let mass = evidence.mass_below(root);
        consider(
            agreement(mass, evidence.total()),
            Choice::Below(root, extraction),
            mass,
        );
    }
    if let Some(stated) = stated {
        let letters = stated.runs.letters() as f64;
        let mass = Mass {
            letters,
            weighted: letters,
        };
        consider(
            agreement(mass, evidence.total()),
            Choice::Stated(stated),
            mass,
        );
    }
    (best.1, best.2)
}

/// How well a candidate agrees with the evidence: twice its weighted letters, divided by its letters and the
/// weighted letters that are expected. This is the F1 score if weights are probabilities.
fn agreement(candidate: Mass, expected: f64) -> f64 {
    let all = candidate.letters + expected;
    if all > 0.0 {
        2.0 * candidate.weighted / all
    } else {
        0.0
    }
}

/// The article that dom_smoothie finds. Only screen readers respect `aria-hidden`, so it is removed.
fn extract(page: &Document) -> Option<Readability> {
    let page = page.clone();
    page.select("[aria-hidden]").remove_attr("aria-hidden");
    let config = Config {
        disable_json_ld: true,
        ..Config::default()
    };
    let mut reader = Readability::with_document(page, None, Some(config)).ok()?;
    reader.parse().ok()?;
    Some(reader)
}

fn content(reader: &Readability) -> Option<NodeRef<'_>> {
    let content = reader.doc.select_single("#readability-page-1");
    content.nodes().first().copied()
}
