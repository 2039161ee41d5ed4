//! XML as a tree, read by `quick-xml` within limits.
//!
//! Only the five predefined entities and character references are replaced. Any other reference stays as
//! it is written, a document type declaration is passed over, and nothing is ever fetched: so no text can
//! grow by being read, and no other file comes in.

use crate::decode::decode;
use crate::error::ReadError;
use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;
use std::ops::Range;

/// Elements within elements; items of the trade have a dozen.
const MAX_DEPTH: usize = 256;
/// Elements and texts of a file: some hundred megabytes as a tree.
const MAX_NODES: usize = 4_000_000;

/// A file as a tree; all nodes in the order of their beginnings.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    content: Content,
    /// Bytes of the decoded file.
    range: Range<usize>,
    /// One past the last node inside.
    end: usize,
    /// False where the file ends before the element does.
    is_whole: bool,
}

#[derive(Debug)]
enum Content {
    Element {
        name: Box<str>,
        attributes: Box<[(Box<str>, Box<str>)]>,
    },
    Text(Box<str>),
}

/// What stands inside an element, in order.
pub(super) enum ChildNode<'t> {
    Element(Element<'t>),
    Text(&'t str),
}

/// An element of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'t> {
    tree: &'t Tree,
    at: usize,
}

/// The file as text: by byte order mark, as UTF-8, by its own declaration, or by a guess; and what its
/// reader should know about that.
pub(super) fn decode_xml(bytes: &[u8]) -> (Cow<'_, str>, Option<ReadError>) {
    if let (Err(_), None, Some(encoding)) = (
        std::str::from_utf8(bytes),
        Encoding::for_bom(bytes),
        declared_encoding(bytes),
    ) {
        return (encoding.decode_without_bom_handling(bytes).0, None);
    }
    let decoded = decode(bytes);
    (decoded.text, decoded.warning)
}

/// The encoding that the XML declaration names.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let end = memchr::memmem::find(bytes.get(..200).unwrap_or(bytes), b"?>")? + 2;
    let declaration = std::str::from_utf8(bytes.get(..end)?).ok()?;
    match Reader::from_str(declaration).read_event().ok()? {
        Event::Decl(declaration) => declaration.encoder(),
        _ => None,
    }
}

/// The name of the outermost element, without its prefix, where so much of a file shows it.
pub(super) fn root_name(head: &str) -> Option<String> {
    let mut reader = Reader::from_str(head);
    if !head.starts_with('<') {
        return None;
    }
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => {
                return Some(start.local_name().as_ref().to_owned());
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

impl Tree {
    /// Reads a file; with what stood before it where it breaks, and why it does.
    pub(super) fn parse(text: &str) -> (Self, Option<ReadError>) {
        let mut builder = TreeBuilder::default();
        let mut reader = Reader::from_str(text);
        let error = loop {
            let begin = position(&reader);
            match reader.read_event() {
                Err(error) => break Some(ReadError::NotXml(error.to_string())),
                Ok(Event::Eof) if builder.open.is_empty() => break None,
                Ok(Event::Eof) => break Some(ReadError::NotXml("an end too early".to_owned())),
                Ok(event) => {
                    if let Err(error) = builder.add(event, begin..position(&reader)) {
                        break Some(error);
                    }
                }
            }
        };
        (builder.finish(text.len()), error)
    }

    /// The outermost element.
    pub(super) fn root(&self) -> Option<Element<'_>> {
        let is_element = |node: &Node| matches!(node.content, Content::Element { .. });
        let at = self.nodes.iter().position(is_element)?;
        Some(Element { tree: self, at })
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// A tree that is being read.
#[derive(Default)]
struct TreeBuilder {
    tree: Tree,
    /// Elements that have begun, the innermost last.
    open: Vec<usize>,
}

impl TreeBuilder {
    fn add(&mut self, event: Event<'_>, range: Range<usize>) -> Result<(), ReadError> {
        match event {
            Event::Start(start) => {
                if self.open.len() >= MAX_DEPTH {
                    return Err(ReadError::TooDeep { limit: MAX_DEPTH });
                }
                self.open.push(self.tree.nodes.len());
                self.element(&start, range, false)
            }
            Event::Empty(start) => self.element(&start, range, true),
            Event::End(_) => {
                let (open, end) = (self.open.pop(), self.tree.nodes.len());
                if let Some(node) = open.and_then(|at| self.tree.nodes.get_mut(at)) {
                    (node.range.end, node.end, node.is_whole) = (range.end, end, true);
                }
                Ok(())
            }
            Event::Text(text) => self.text(&text.xml10_content(), range),
            Event::CData(text) => self.text(&text.xml10_content(), range),
            Event::GeneralRef(reference) => self.text(&resolve_reference(&reference), range),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Eof => {
                Ok(())
            }
        }
    }

    fn element(
        &mut self,
        start: &BytesStart<'_>,
        range: Range<usize>,
        is_whole: bool,
    ) -> Result<(), ReadError> {
        let mut unchecked = start.attributes();
        unchecked.with_checks(false);
        let attributes = unchecked.flatten().map(|attribute| {
            let name = attribute.key.local_name().as_ref().into();
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
            // A value with another entity stays as it is written.
            let value = value.unwrap_or(Cow::Borrowed(attribute.value.as_ref()));
            (name, value.as_ref().into())
        });
        let content = Content::Element {
            name: start.local_name().as_ref().into(),
            attributes: attributes.collect(),
        };
        self.node(content, range, is_whole)
    }

    fn text(&mut self, text: &str, range: Range<usize>) -> Result<(), ReadError> {
        self.node(Content::Text(text.into()), range, true)
    }

    fn node(
        &mut self,
        content: Content,
        range: Range<usize>,
        is_whole: bool,
    ) -> Result<(), ReadError> {
        let end = self.tree.nodes.len() + 1;
        if end > MAX_NODES {
            return Err(ReadError::TooManyElements { limit: MAX_NODES });
        }
        self.tree.nodes.push(Node {
            content,
            range,
            end,
            is_whole,
        });
        Ok(())
    }

    /// The tree; elements that are still open end with the file.
    fn finish(mut self, length: usize) -> Tree {
        let end = self.tree.nodes.len();
        for at in self.open {
            if let Some(node) = self.tree.nodes.get_mut(at) {
                (node.range.end, node.end) = (length, end);
            }
        }
        self.tree
    }
}

/// What a reference stands for, or the reference itself.
fn resolve_reference(reference: &BytesRef<'_>) -> String {
    let name = reference.xml10_content();
    match reference.resolve_char_ref() {
        Ok(Some(character)) => character.to_string(),
        _ => resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned),
    }
}

impl<'t> Element<'t> {
    fn node(self) -> Option<&'t Node> {
        self.tree.nodes.get(self.at)
    }

    /// Its name without a prefix.
    pub(super) fn name(self) -> &'t str {
        match self.node().map(|node| &node.content) {
            Some(Content::Element { name, .. }) => name,
            _ => "",
        }
    }

    /// An attribute that is there and not blank, by its name without a prefix.
    pub(super) fn attribute(self, name: &str) -> Option<&'t str> {
        let Content::Element { attributes, .. } = &self.node()?.content else {
            return None;
        };
        let (_, value) = attributes.iter().find(|(own, _)| **own == *name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// False where the file ends before it does.
    pub(super) fn is_whole(self) -> bool {
        self.node().is_some_and(|node| node.is_whole)
    }

    /// Where it stands in the decoded file.
    pub(super) fn range(self) -> Range<usize> {
        self.node().map_or(0..0, |node| node.range.clone())
    }

    /// What stands directly inside it, in order.
    pub(super) fn nodes(self) -> impl Iterator<Item = ChildNode<'t>> {
        let end = self.node().map_or(0, |node| node.end);
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            let node = self.tree.nodes.get(at).filter(|_| at < end)?;
            let part = match &node.content {
                Content::Text(text) => ChildNode::Text(text),
                Content::Element { .. } => ChildNode::Element(Self {
                    tree: self.tree,
                    at,
                }),
            };
            at = node.end;
            Some(part)
        })
    }

    /// The elements directly inside it.
    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        self.nodes().filter_map(|part| match part {
            ChildNode::Element(element) => Some(element),
            ChildNode::Text(_) => None,
        })
    }

    /// The first child of a name.
    pub(super) fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.name() == name)
    }

    /// The first element along a path of names.
    pub(super) fn descendant(self, path: &[&str]) -> Option<Self> {
        path.iter()
            .try_fold(self, |element, name| element.child(name))
    }

    /// All elements of a name inside it, itself included, in order; none inside one that is found.
    pub(super) fn outermost(self, name: &str) -> Vec<Self> {
        let end = self.node().map_or(0, |node| node.end);
        let (mut at, mut found) = (self.at, vec![]);
        while let Some(node) = self.tree.nodes.get(at).filter(|_| at < end) {
            let element = Self {
                tree: self.tree,
                at,
            };
            let is_wanted = element.name() == name;
            found.extend(is_wanted.then_some(element));
            at = if is_wanted { node.end } else { at + 1 };
        }
        found
    }

    /// All text inside it on one line; none where that is blank.
    pub(super) fn text_line(self) -> Option<String> {
        let end = self.node().map_or(0, |node| node.end);
        let nodes = self.tree.nodes.get(self.at..end).unwrap_or_default();
        let text: String = (nodes.iter())
            .filter_map(|node| match &node.content {
                Content::Text(text) => Some(&**text),
                Content::Element { .. } => None,
            })
            .collect();
        let words: Vec<&str> = text.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of the root, and the code of what was wrong.
    fn check(text: &str, line: &str, code: Option<&str>) {
        let (tree, error) = Tree::parse(text);
        let found = tree.root().and_then(Element::text_line).unwrap_or_default();
        assert_eq!(found, line, "{text:.60}");
        assert_eq!(
            error.as_ref().map(|error| error.code().as_str()),
            code,
            "{text:.60}"
        );
    }

    #[test]
    fn predefined_entities_alone_are_replaced() {
        check(
            "<a>Q &amp; A &lt;b&gt; &#233; &#x41;</a>",
            "Q & A <b> é A",
            None,
        );
        check("<a>x&nbsp;y</a>", "x&nbsp;y", None);
    }

    #[test]
    fn declared_entities_are_neither_expanded_nor_fetched() {
        let laughs = r#"<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;">]><a>&m;</a>"#;
        check(laughs, "&m;", None);
        let foreign = r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"#;
        check(foreign, "&x;", None);
        check(
            r#"<!DOCTYPE a SYSTEM "http://x.example/a.dtd"><a b="&x;">t</a>"#,
            "t",
            None,
        );
    }

    #[test]
    fn what_stands_before_a_break_is_kept_and_known_to_be_broken() {
        check("<a>one<b>two", "onetwo", Some("not-xml"));
        check("<a>one</b>", "one", Some("not-xml"));
        check("", "", None);
        let (tree, _) = Tree::parse("<a><b>one</b><b>two");
        let items = tree.root().unwrap().outermost("b");
        let whole: Vec<bool> = items.into_iter().map(Element::is_whole).collect();
        assert_eq!(whole, [true, false]);
    }

    #[test]
    fn nesting_has_a_limit() {
        let deep = format!("{}x{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        check(&deep, "", Some("too-deep"));
    }

    #[test]
    fn elements_are_found_by_name_and_path() {
        let (tree, _) = Tree::parse(r#"<r x:l=" en "><m><p q="1"/>t</m><n><m>u</m></n></r>"#);
        let root = tree.root().unwrap();
        assert_eq!(root.attribute("l"), Some("en"));
        assert_eq!(
            root.descendant(&["m", "p"]).unwrap().attribute("q"),
            Some("1")
        );
        assert_eq!(root.descendant(&["n", "p"]).map(Element::name), None);
        assert_eq!(root.outermost("m").len(), 2);
        assert_eq!(root.child("m").unwrap().range(), 14..32);
    }

    #[test]
    fn a_declared_encoding_is_honoured() {
        let text = b"<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?><a>\xA4 5</a>";
        let (decoded, error) = decode_xml(text);
        assert!(decoded.ends_with("<a>€ 5</a>") && error.is_none());
        assert_eq!(root_name(&decoded).as_deref(), Some("a"));
        assert_eq!(root_name("<!-- x --><n:a b='c"), None);
        assert_eq!(root_name("<!-- x --><n:a>").as_deref(), Some("a"));
    }
}
