//! Divides a page into blocks, and tells from the elements around a block whether it is a notice.
//!
//! A block is the text between two element borders that separate paragraphs or lines. Notices are all that
//! surrounds stories: navigation, footers, asides, dialogs, comments.

use super::text::{Gap, Visitor, is_without_text, walk};
use dom_query::{Document, Element, NodeData, NodeId, NodeRef};
use rustc_hash::{FxHashMap, FxHashSet};

/// The weight of a label.
const LABEL: f64 = 0.25;

/// A block with fewer letters is a label unless a sentence ends in it.
const MIN_SENTENCE: usize = 60;

/// Elements and roles that a page uses for what is not its story.
const NOTICES: &[&str] = &[
    "alertdialog",
    "aside",
    "banner",
    "complementary",
    "contentinfo",
    "dialog",
    "footer",
    "menu",
    "nav",
    "navigation",
    "search",
];

/// Words in a class or id that pages use for the same. An element that holds a headline is not one.
const NOTICE_WORDS: &[&str] = &[
    "breadcrumb",
    "breadcrumbs",
    "comment",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "copyright",
    "disclaimer",
    "footer",
    "gdpr",
    "imprint",
    "legal",
    "menu",
    "modal",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "outbrain",
    "popup",
    "privacy",
    "promo",
    "recommended",
    "related",
    "sidebar",
    "sponsored",
    "taboola",
    "teasers",
];

/// Words in a class or id that pages use for stories.
const STORY_WORDS: &[&str] = &[
    "article", "body", "content", "entry", "main", "post", "story", "text",
];

/// Selects what a page uses for its main part.
pub(super) const MAIN_SECTIONS: &str = "main, [role='main']";

/// Selects headlines.
pub(super) const HEADLINES: &str = "h1, [itemprop='headline']";

/// A block of text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block {
    pub(super) letters: u32,
    pub(super) in_links: u32,
    pub(super) ends_sentence: bool,
    pub(super) is_notice: bool,
    pub(super) is_hidden: bool,
    pub(super) in_story: bool,
    pub(super) weight: f64,
}

impl Block {
    /// The weighted letters.
    pub(super) fn mass(&self) -> f64 {
        f64::from(self.letters) * self.weight
    }

    /// The weight from what the block itself shows.
    pub(super) fn own_weight(&self) -> f64 {
        let is_linked = 2 * self.in_links >= self.letters;
        let is_short = (self.letters as usize) < MIN_SENTENCE;
        match self.ends_sentence {
            _ if self.is_notice => 0.0,
            true if is_linked => LABEL,
            false if is_linked => 0.0,
            false if is_short => LABEL,
            _ => 1.0,
        }
    }
}

/// What holds for all text below an element.
#[derive(Clone, Copy, Default)]
struct State {
    is_notice: bool,
    is_hidden: bool,
    in_link: bool,
}

/// Divides a page into blocks.
pub(super) struct Collector {
    pub(super) blocks: Vec<Block>,
    /// The block and the letters of each text node.
    pub(super) texts: FxHashMap<NodeId, (u32, u32)>,
    block: Block,
    state: State,
    outer: Vec<State>,
    /// Elements that hold a headline or the main part.
    holders: FxHashSet<NodeId>,
    /// Classes and ids tell of notices.
    names: bool,
}

impl Collector {
    /// Divides a page. Names of classes and ids tell of notices only with `names`.
    pub(super) fn collect(page: &Document, names: bool) -> Self {
        let mut collector = Self::new(page, names);
        walk(page.root(), &mut collector);
        collector.end_block();
        collector
    }

    fn new(page: &Document, names: bool) -> Self {
        let mut holders = FxHashSet::default();
        let mut add = |selector: &str| {
            for node in page.select(selector).nodes() {
                for holder in std::iter::once(*node).chain(node.ancestors_it(None)) {
                    if !holders.insert(holder.id) {
                        break;
                    }
                }
            }
        };
        add(HEADLINES);
        add(MAIN_SECTIONS);
        add("[itemprop='articleBody']");
        if page.select("article").length() == 1 {
            add("article");
        }
        Self {
            blocks: Vec::new(),
            texts: FxHashMap::default(),
            block: Block::default(),
            state: State::default(),
            outer: Vec::new(),
            holders,
            names,
        }
    }

    fn end_block(&mut self) {
        if self.block.letters > 0 {
            self.blocks.push(self.block);
        }
        self.block = Block::default();
    }

    fn add_text(&mut self, node: NodeId, contents: &str) {
        let letters: usize = contents
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .map(char::len_utf8)
            .sum();
        let letters = u32::try_from(letters).unwrap_or(u32::MAX);
        let end = contents.trim_end();
        let block = &mut self.block;
        block.ends_sentence |=
            end.ends_with(['.', '!', '?', '…', '。', '！', '？', '।', '؟', '”', '"']);
        if letters == 0 {
            return;
        }
        block.letters = block.letters.saturating_add(letters);
        if self.state.in_link {
            block.in_links = block.in_links.saturating_add(letters);
        }
        block.is_notice |= self.state.is_notice;
        block.is_hidden |= self.state.is_hidden;
        let index = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        self.texts.insert(node, (index, letters));
    }

    fn is_notice(&self, node: NodeId, element: &Element) -> bool {
        let name = &*element.name.local;
        if NOTICES.contains(&name) {
            return true;
        }
        if matches!(name, "html" | "body") || self.holders.contains(&node) {
            return false;
        }
        element
            .attrs
            .iter()
            .any(|attribute| match &*attribute.name.local {
                "role" => NOTICES.contains(&&*attribute.value),
                "class" | "id" => self.names && is_named_notice(&attribute.value),
                _ => false,
            })
    }
}

impl Visitor for Collector {
    fn enter(&mut self, node: &NodeRef<'_>) -> bool {
        node.query_or(false, |own| match &own.data {
            NodeData::Text { contents } => {
                self.add_text(node.id, contents);
                false
            }
            NodeData::Element(element) if is_without_text(&element.name.local) => false,
            NodeData::Element(element) => {
                if Gap::around(&element.name.local) > Gap::None {
                    self.end_block();
                }
                self.outer.push(self.state);
                self.state = State {
                    is_notice: self.state.is_notice || self.is_notice(node.id, element),
                    is_hidden: self.state.is_hidden || is_hidden(element),
                    in_link: self.state.in_link || &*element.name.local == "a",
                };
                true
            }
            NodeData::Document => {
                self.outer.push(self.state);
                true
            }
            _ => false,
        })
    }

    fn leave(&mut self, node: &NodeRef<'_>) {
        self.state = self.outer.pop().unwrap_or_default();
        let ends = node.query_or(false, |own| match &own.data {
            NodeData::Element(element) => Gap::around(&element.name.local) > Gap::None,
            _ => false,
        });
        if ends {
            self.end_block();
        }
    }
}

/// True if one of these names has a word for notices, and none has only words for stories.
fn is_named_notice(names: &str) -> bool {
    let has = |name: &str, list: &[&str]| {
        let mut words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
        words.any(|word| list.iter().any(|listed| listed.eq_ignore_ascii_case(word)))
    };
    let mut is_notice = false;
    for name in names.split_whitespace() {
        if has(name, NOTICE_WORDS) {
            is_notice = true;
        } else if has(name, STORY_WORDS) {
            return false;
        }
    }
    is_notice
}

/// True if the page does not display an element until a script changes that. Only screen readers respect
/// `aria-hidden`.
fn is_hidden(element: &Element) -> bool {
    element
        .attrs
        .iter()
        .any(|attribute| match &*attribute.name.local {
            "hidden" => true,
            "style" => hides(&attribute.value),
            _ => false,
        })
}

fn hides(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let Some((property, value)) = declaration.split_once(':') else {
            return false;
        };
        let value = value.trim().split(['!', ' ']).next().unwrap_or_default();
        let is = |name: &str, hidden: &str| {
            property.trim().eq_ignore_ascii_case(name) && value.eq_ignore_ascii_case(hidden)
        };
        is("display", "none") || is("visibility", "hidden")
    })
}
