//! The text of elements: paragraphs are separated, line breaks kept, and white space collapsed.

use dom_query::{NodeData, NodeRef};

/// Elements whose content is never shown as text.
const WITHOUT_TEXT: &[&str] = &[
    "datalist", "head", "iframe", "noscript", "object", "script", "select", "style", "svg",
    "template", "textarea",
];

/// Elements that form a paragraph.
const PARAGRAPHS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "details",
    "dialog",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "ul",
];

/// Elements that begin a line.
const LINES: &[&str] = &["br", "button", "dd", "dt", "label", "legend", "li", "tr"];

/// Elements that separate words.
const CELLS: &[&str] = &["td", "th"];

/// The space that an element leaves around its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    #[default]
    None,
    Word,
    Line,
    Paragraph,
}

impl Gap {
    /// The characters that it is written as.
    pub(crate) fn separator(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Word => " ",
            Self::Line => "\n",
            Self::Paragraph => "\n\n",
        }
    }

    /// The space around an element of this name.
    pub(crate) fn around(name: &str) -> Self {
        let is_in = |names: &[&str]| names.contains(&name);
        match name {
            _ if is_in(PARAGRAPHS) => Self::Paragraph,
            _ if is_in(LINES) => Self::Line,
            _ if is_in(CELLS) => Self::Word,
            _ => Self::None,
        }
    }
}

/// True for an element whose content is never shown as text.
pub(crate) fn is_without_text(name: &str) -> bool {
    WITHOUT_TEXT.contains(&name)
}

/// Sees the nodes of a tree in document order.
pub(super) trait Visitor {
    /// Begins a node. False skips its children.
    fn enter(&mut self, node: &NodeRef<'_>) -> bool;

    /// Ends a node that `enter` accepted.
    fn leave(&mut self, node: &NodeRef<'_>);
}

/// Visits a node and all nodes below it.
pub(super) fn walk(root: NodeRef<'_>, visitor: &mut impl Visitor) {
    let mut node = root;
    loop {
        let mut is_open = visitor.enter(&node);
        if is_open && let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        loop {
            if is_open {
                visitor.leave(&node);
            }
            if node.id == root.id {
                return;
            }
            if let Some(sibling) = node.next_sibling() {
                node = sibling;
                break;
            }
            match node.parent() {
                Some(parent) => node = parent,
                None => return,
            }
            is_open = true;
        }
    }
}

/// The text below a node. `includes` is asked for each element and each piece of text; false leaves it
/// out, with all that is below it.
pub(super) fn text_below(root: NodeRef<'_>, includes: impl Fn(&NodeRef<'_>) -> bool) -> String {
    let mut writer = TextWriter {
        text: String::new(),
        gap: Gap::None,
        verbatim: 0,
        includes,
    };
    walk(root, &mut writer);
    writer.text
}

struct TextWriter<F> {
    text: String,
    /// The space before the next word.
    gap: Gap,
    /// The number of open elements whose white space is kept.
    verbatim: usize,
    includes: F,
}

impl<F: Fn(&NodeRef<'_>) -> bool> TextWriter<F> {
    fn widen(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn write(&mut self, piece: &str) {
        if !self.text.is_empty() {
            self.text.push_str(self.gap.separator());
        }
        self.gap = Gap::None;
        self.text.push_str(piece);
    }

    fn write_text(&mut self, contents: &str) {
        if self.verbatim > 0 {
            if !contents.is_empty() {
                self.write(contents);
            }
            return;
        }
        if contents.starts_with(char::is_whitespace) {
            self.widen(Gap::Word);
        }
        for (at, word) in contents.split_whitespace().enumerate() {
            if at > 0 {
                self.widen(Gap::Word);
            }
            self.write(word);
        }
        if contents.ends_with(char::is_whitespace) {
            self.widen(Gap::Word);
        }
    }
}

impl<F: Fn(&NodeRef<'_>) -> bool> Visitor for TextWriter<F> {
    fn enter(&mut self, node: &NodeRef<'_>) -> bool {
        let is_included = (self.includes)(node);
        node.query_or(false, |own| match &own.data {
            NodeData::Text { contents } if is_included => {
                self.write_text(contents);
                false
            }
            NodeData::Element(element) => {
                let name = &*element.name.local;
                self.widen(Gap::around(name));
                let is_open = is_included && !is_without_text(name);
                self.verbatim += usize::from(is_open && name == "pre");
                is_open
            }
            NodeData::Document | NodeData::Fragment => true,
            _ => false,
        })
    }

    fn leave(&mut self, node: &NodeRef<'_>) {
        node.query(|own| {
            if let NodeData::Element(element) = &own.data {
                let name = &*element.name.local;
                self.widen(Gap::around(name));
                if name == "pre" {
                    self.verbatim = self.verbatim.saturating_sub(1);
                }
            }
        });
    }
}
