//! What a page says about each of its blocks of text: how likely the block belongs to the article.
//!
//! The weight of a block, from 0 to 1, is the product of the factors that apply:
//!
//! | Block | Factor |
//! |---|---|
//! | in navigation, a footer, an aside, a dialog or another [notice](super::blocks) | 0 |
//! | most of it is in a text that other pages of the site have too | 0 |
//! | at least half of it is in links | 0, or 0.25 if a sentence ends in it |
//! | not displayed, unless the rest of its story section is displayed or nothing else is | 0 |
//! | outside the story sections, if the page has any | [`OUTSIDE`] |
//! | not in the article body that the page states, if the page states most of its text | [`OUTSIDE`] |
//! | a label: short and without the end of a sentence | 0.25 |

use super::blocks::{Block, Collector, HEADLINES, MAIN_SECTIONS};
use super::runs::Runs;
use super::stated::StatedBody;
use dom_query::{Document, NodeData, NodeId, NodeRef};
use rustc_hash::{FxHashMap, FxHashSet};

/// The weight of a block outside the parts of the page that the page itself calls its story.
const OUTSIDE: f64 = 0.1;

/// The letters that the section of a headline holds at least.
const MIN_STORY: f64 = 60.0;

/// If less than this share of the page may be a story, names of classes and ids do not tell of notices.
const MIN_PROSE_SHARE: f64 = 0.03;

/// The section of a headline holds at least this share of the displayed text.
const MIN_HEADLINE_SHARE: f64 = 0.15;

/// If this many times as much text is hidden as displayed, scripts would display the hidden text.
const HIDDEN_TIMES: f64 = 4.0;

/// A stated body that is this many times shorter than the text of the page may be a teaser.
const STATED_TIMES: f64 = 3.0;

/// Selects what a page uses for stories.
const STORY_SECTIONS: &str = "article, [itemprop='articleBody']";

/// A sum over blocks of text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Mass {
    /// The letters and digits, in bytes.
    pub(super) letters: f64,
    /// The same, each block times its weight.
    pub(super) weighted: f64,
}

impl Mass {
    fn add(&mut self, letters: f64, weight: f64) {
        self.letters += letters;
        self.weighted += letters * weight;
    }
}

/// The evidence of one page.
#[derive(Debug)]
pub(super) struct Evidence {
    blocks: Vec<Block>,
    /// The block and the letters of each text node.
    texts: FxHashMap<NodeId, (u32, u32)>,
    /// Elements that the page calls stories, or its main part.
    pub(super) sections: Vec<NodeId>,
    /// The letters of the article that the page states and does not contain.
    pub(super) missing: f64,
}

impl Evidence {
    /// Weighs all blocks of a page. `notice`: a text that other pages of the site have too.
    ///
    /// Time: linear in the nodes of the tree times their depth.
    pub(super) fn of_page(
        page: &Document,
        title: Option<&str>,
        stated: Option<&StatedBody>,
        notice: Option<&Runs>,
    ) -> Self {
        let of_blocks = |names: bool| {
            let mut evidence = Self::of_blocks(Collector::collect(page, names));
            if let Some(notice) = notice {
                evidence.leave_out(page, notice);
            }
            evidence
        };
        let mut evidence = of_blocks(true);
        let least = MIN_STORY.max(MIN_PROSE_SHARE * evidence.letters());
        if evidence.prose() < least {
            // A page may name the element around everything after its sidebar.
            evidence = of_blocks(false);
        }
        evidence.find_sections(page, title);
        evidence.weigh_hidden(page);
        evidence.weigh_sections();
        if let Some(stated) = stated {
            evidence.weigh_stated(page, stated);
        }
        evidence
    }

    fn of_blocks(collector: Collector) -> Self {
        let mut blocks = collector.blocks;
        for block in &mut blocks {
            block.weight = block.own_weight();
        }
        Self {
            blocks,
            texts: collector.texts,
            sections: Vec::new(),
            missing: 0.0,
        }
    }

    /// Gives the blocks weight 0 that are in a notice.
    fn leave_out(&mut self, page: &Document, notice: &Runs) {
        let found = self.found_in(page, notice);
        for (block, found) in self.blocks.iter_mut().zip(found) {
            if is_most_of(found, block) {
                block.weight = 0.0;
            }
        }
    }

    /// The letters of the blocks that nothing speaks against.
    fn prose(&self) -> f64 {
        let prose = self.blocks.iter().filter(|block| block.weight >= 1.0);
        prose.map(Block::mass).sum()
    }

    /// Finds what the page calls its story: the smallest section or other element that holds the headline
    /// and a story, and the largest section if that one is larger. Without a headline, all sections.
    fn find_sections(&mut self, page: &Document, title: Option<&str>) {
        let sections = self.with_text(page, STORY_SECTIONS);
        let main = self.with_text(page, MAIN_SECTIONS);
        let mass = |id: &NodeId| self.mass_below(NodeRef::new(*id, &page.tree)).weighted;
        let story = match self.section_of_headline(page, title) {
            Some(section) => {
                let largest = sections
                    .iter()
                    .copied()
                    .max_by(|a, b| mass(a).total_cmp(&mass(b)));
                let larger = largest.filter(|largest| mass(largest) > mass(&section));
                larger.into_iter().chain([section]).collect()
            }
            None if sections.is_empty() => main.clone(),
            None => sections.clone(),
        };
        for section in &story {
            for block in self.blocks_below(page, *section) {
                if let Some(block) = self.blocks.get_mut(block as usize) {
                    block.in_story = true;
                }
            }
        }
        let mut seen = FxHashSet::default();
        self.sections = [story, sections, main].concat();
        self.sections.retain(|section| seen.insert(*section));
    }

    fn with_text(&self, page: &Document, selector: &str) -> Vec<NodeId> {
        let found = page.select(selector);
        let sections = found.nodes().iter().map(|section| section.id);
        let has_text = |id: &NodeId| self.mass_below(NodeRef::new(*id, &page.tree)).weighted > 0.0;
        sections.filter(has_text).collect()
    }

    /// The smallest element that holds the headline and a story, without the rest of the body. `None` if there is none, or
    /// if it is the body.
    fn section_of_headline(&self, page: &Document, title: Option<&str>) -> Option<NodeId> {
        let headlines = page.select(HEADLINES);
        let is_title = |node: &&NodeRef<'_>| title.is_some_and(|title| agrees(&node.text(), title));
        let headline = headlines.nodes().iter().find(is_title);
        let headline = headline.or_else(|| headlines.nodes().first())?;
        let least = MIN_STORY.max(MIN_HEADLINE_SHARE * self.displayed());
        let mut outer = headline
            .ancestors_it(None)
            .take_while(|ancestor| ancestor.is_element() && !is_page(ancestor));
        let first = outer.find(|ancestor| self.mass_below(*ancestor).weighted >= least)?;
        self.with_continuation(first).map(|section| section.id)
    }

    /// The element around the section of a headline that holds the whole story, if the section has only its beginning: it
    /// is a header, or the next elements of its kind go on. `None` if that is the body.
    fn with_continuation<'a>(&self, section: NodeRef<'a>) -> Option<NodeRef<'a>> {
        let (mut found, mut inner) = (section, section);
        while let Some(outer) = inner.parent().filter(|_| !is_whole_story(&inner)) {
            let after = outer.children_it(false);
            let after: Vec<NodeRef<'_>> = after
                .skip_while(|child| child.id != inner.id)
                .skip(1)
                .filter(|child| self.mass_below(*child).weighted > 0.0)
                .collect();
            let goes_on = inner.has_name("header") || after.iter().any(|c| is_alike(&inner, c));
            match after.is_empty() {
                true => {}
                false if goes_on && !after.iter().any(has_other_story) => found = outer,
                false => break,
            }
            if is_page(&outer) {
                break;
            }
            inner = outer;
        }
        (!is_page(&found)).then_some(found)
    }

    /// Decides whether hidden text counts: as part of a story that is displayed in part, or if next to
    /// nothing is displayed. Text that is displayed too does not count.
    fn weigh_hidden(&mut self, page: &Document) {
        let sum = |hidden: bool| -> f64 {
            let blocks = self.blocks.iter().filter(|block| block.is_hidden == hidden);
            blocks.map(Block::mass).sum()
        };
        let hidden = sum(true);
        if hidden == 0.0 {
            return;
        }
        let all_hidden = hidden > HIDDEN_TIMES * sum(false);
        let mut displayed = Runs::default();
        self.each_text(page, |block, text| {
            if !block.is_hidden && block.weight > 0.0 {
                displayed.add(text);
            }
        });
        let found = self.found_in(page, &displayed);
        for (block, found) in self.blocks.iter_mut().zip(found) {
            let counts = (block.in_story || all_hidden) && 2 * found <= block.letters;
            if block.is_hidden && !counts {
                block.weight = 0.0;
            }
        }
    }

    /// Lowers the weight of what is outside the story.
    fn weigh_sections(&mut self) {
        if (self.blocks.iter()).any(|block| block.in_story && block.weight > 0.0) {
            for block in self.blocks.iter_mut().filter(|block| !block.in_story) {
                block.weight *= OUTSIDE;
            }
        }
    }

    /// Lowers the weight of what is not in the stated article body, if that is long enough.
    fn weigh_stated(&mut self, page: &Document, stated: &StatedBody) {
        let found = self.found_in(page, &stated.runs);
        let pairs = self.blocks.iter().zip(&found);
        let held = pairs.filter(|(block, found)| is_most_of(**found, block));
        let held: f64 = held.map(|(block, _)| block.mass()).sum();
        let letters = stated.runs.letters() as f64;
        self.missing = (letters - held).max(0.0);
        if STATED_TIMES * letters < self.total() {
            return;
        }
        for (block, found) in self.blocks.iter_mut().zip(found) {
            if !is_most_of(found, block) {
                block.weight *= OUTSIDE;
            }
        }
    }

    /// For each block, how many of its letters are in these runs.
    fn found_in(&self, page: &Document, runs: &Runs) -> Vec<u32> {
        let mut found = vec![0_u32; self.blocks.len()];
        for node in page.root().descendants_it() {
            if let Some(&(block, _)) = self.texts.get(&node.id)
                && let Some(found) = found.get_mut(block as usize)
            {
                let letters = node.query_or(0, |own| match &own.data {
                    NodeData::Text { contents } => runs.letters_of(contents),
                    _ => 0,
                });
                *found = found.saturating_add(letters);
            }
        }
        found
    }

    /// Visits all text, with its block.
    fn each_text(&self, page: &Document, mut visit: impl FnMut(&Block, &str)) {
        for node in page.root().descendants_it() {
            if let Some((block, _)) = self.texts.get(&node.id)
                && let Some(block) = self.blocks.get(*block as usize)
            {
                node.query(|own| {
                    if let NodeData::Text { contents } = &own.data {
                        visit(block, contents);
                    }
                });
            }
        }
    }

    /// The weighted letters of the text that is displayed.
    pub(super) fn displayed(&self) -> f64 {
        let displayed = self.blocks.iter().filter(|block| !block.is_hidden);
        displayed.map(Block::mass).sum()
    }

    /// The weighted letters of the article, as far as the evidence tells.
    pub(super) fn total(&self) -> f64 {
        self.blocks.iter().map(Block::mass).sum::<f64>() + self.missing
    }

    /// The letters of the page.
    pub(super) fn letters(&self) -> f64 {
        self.blocks
            .iter()
            .map(|block| f64::from(block.letters))
            .sum()
    }

    /// The weight of a piece of text, or `None` if the page did not have it.
    pub(super) fn weight(&self, text: &NodeRef<'_>) -> Option<f64> {
        let (block, _) = self.texts.get(&text.id)?;
        self.blocks.get(*block as usize).map(|block| block.weight)
    }

    /// The sum of the text below a node, without blocks of weight 0.
    pub(super) fn mass_below(&self, node: NodeRef<'_>) -> Mass {
        let mut mass = Mass::default();
        for text in node.descendants_it() {
            if let Some((block, letters)) = self.texts.get(&text.id)
                && let Some(block) = self.blocks.get(*block as usize)
                && block.weight > 0.0
            {
                mass.add(f64::from(*letters), block.weight);
            }
        }
        mass
    }

    fn blocks_below(&self, page: &Document, section: NodeId) -> Vec<u32> {
        let section = NodeRef::new(section, &page.tree);
        let texts = section.descendants_it();
        texts
            .filter_map(|text| Some(self.texts.get(&text.id)?.0))
            .collect()
    }
}

/// True for the body of a page and what is around it.
fn is_page(node: &NodeRef<'_>) -> bool {
    node.has_name("body") || node.has_name("html")
}

/// True if both elements have one name and one class.
fn is_alike(a: &NodeRef<'_>, b: &NodeRef<'_>) -> bool {
    let class = |node: &NodeRef<'_>| node.attr("class").filter(|class| !class.trim().is_empty());
    a.node_name() == b.node_name() && class(a).is_some_and(|own| class(b) == Some(own))
}

/// True if text below a node may belong to another story: it is in a section of its own, or has a headline with a link.
fn has_other_story(node: &NodeRef<'_>) -> bool {
    let is_linked = |heading: &NodeRef<'_>| {
        let outside = heading.ancestors_it(None);
        let mut outside = outside.take_while(|outer| outer.id != node.id);
        let mut inside = heading.descendants_it();
        inside.any(|inner| inner.has_name("a")) || outside.any(|outer| outer.has_name("a"))
    };
    let is_other = |below: &NodeRef<'_>| {
        let is_heading = ["h2", "h3", "h4"].iter().any(|name| below.has_name(name));
        below.has_name("article") || below.has_name("h1") || is_heading && is_linked(below)
    };
    is_other(node) || node.descendants_it().any(|below| is_other(&below))
}

/// True for an element that a page uses for nothing but a whole story.
fn is_whole_story(node: &NodeRef<'_>) -> bool {
    let is_body = node.attr("itemprop").as_deref() == Some("articleBody");
    node.has_name("article") || node.has_name("main") || is_body
}

/// True if so many letters are most of a block.
fn is_most_of(letters: u32, block: &Block) -> bool {
    letters.saturating_mul(2) > block.letters
}

/// True if most words of a headline are in the title.
fn agrees(headline: &str, title: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        words
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (headline, title) = (words(headline), words(title));
    let shared = headline.iter().filter(|word| title.contains(word)).count();
    2 * shared > headline.len()
}
