//! Chooses the text of the article among candidates.

use super::evidence::{Evidence, Mass};
use super::runs::Runs;
use super::stated::StatedBody;
use super::text::text_below;
use crate::error::ReadError;
use crate::extraction::Extraction;
use crate::notice_pages::PageNotice;
use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};

/// The extractor knows more signs than the evidence. So its article may leave out this share of the displayed
/// text that the evidence holds likely, and another candidate must be better by this much.
const FORGIVEN: f64 = 0.6;
const MARGIN: f64 = 0.15;

/// A page without weighted letters has no article. Neither has one with fewer than this, if it has this many times as
/// much text.
const MIN_ARTICLE: f64 = 40.0;
const MANY_TIMES: f64 = 10.0;

/// The text of the article of a page and where it was found, or `None` if the page has too little text to
/// distinguish any.
///
/// `notice`: what other pages of the site have too, in the article that is found first. What the page has besides becomes
/// the article if it has enough text: the more headlines the notice has, the less is enough.
///
/// # Errors
///
/// [`ReadError::NoArticle`] if next to nothing is left without navigation and notices.
pub(super) fn article_text(
    page: &Document,
    title: Option<&str>,
    stated: Option<&StatedBody>,
    notice: Option<&PageNotice>,
) -> Result<Option<(String, Extraction)>, ReadError> {
    let extracted = extract(page);
    let search = Search {
        page,
        title,
        stated,
        extracted: extracted.as_ref(),
    };
    let Some(first) = search.find(None)? else {
        return Ok(None);
    };
    let second = notice.and_then(|notice| search.find_besides(&first, notice));
    let article = second.unwrap_or(first);
    Ok(Some((article.text, article.extraction)))
}

/// A text that was found.
struct Article {
    text: String,
    extraction: Extraction,
    mass: Mass,
}

/// What the article of a page is chosen from.
struct Search<'a> {
    page: &'a Document,
    title: Option<&'a str>,
    stated: Option<&'a StatedBody>,
    extracted: Option<&'a Readability>,
}

impl Search<'_> {
    /// The candidate that agrees best with the evidence, apart from what is in `notice`.
    fn find(&self, notice: Option<&Runs>) -> Result<Option<Article>, ReadError> {
        let is_in_notice = |stated: &&StatedBody| notice.is_some_and(|notice| stated.is_in(notice));
        let stated = self.stated.filter(|stated| !is_in_notice(stated));
        let evidence = Evidence::of_page(self.page, self.title, stated, notice);
        let (choice, mass) = choose(self.page, &evidence, self.extracted, stated);
        let is_notice = mass.weighted == 0.0 && evidence.letters() > 0.0;
        let is_little =
            mass.weighted < MIN_ARTICLE && evidence.letters() >= MANY_TIMES * MIN_ARTICLE;
        if is_notice || is_little {
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
        Ok(has_words.then_some(Article {
            text,
            extraction,
            mass,
        }))
    }

    /// The article besides a notice in the first one. `None` if it has fewer weighted letters than a page must have, or
    /// fewer than this part of the notice: a half of it if pages with two headlines have it, a third if pages with three
    /// have it, and so on. For the more headlines have it, the less likely it is a story that was published again.
    fn find_besides(&self, first: &Article, notice: &PageNotice) -> Option<Article> {
        let mut runs = Runs::default();
        for piece in notice.pieces_of(&first.text) {
            runs.add(piece);
        }
        let second = self.find(Some(&runs)).ok().flatten()?;
        let least = runs.letters() as f64 / f64::from(notice.headlines);
        (second.mass.weighted >= least.max(MIN_ARTICLE)).then_some(second)
    }
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
    let total = evidence.total();
    let body = page.select_single("body");
    let sections = evidence.sections.iter();
    let sections = sections.map(|id| (NodeRef::new(*id, &page.tree), Extraction::Section));
    let body = body.nodes().iter().map(|body| (*body, Extraction::Body));
    for (root, extraction) in sections.chain(body) {
        let mass = evidence.mass_below(root);
        consider(
            agreement(mass, total),
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
        consider(agreement(mass, total), Choice::Stated(stated), mass);
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
