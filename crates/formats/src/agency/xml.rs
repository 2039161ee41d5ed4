//! Parses XML into a tree, within limits.
//!
//! Only character references and the five predefined entities are replaced. Other references stay as they
//! are written, document type declarations are ignored, and nothing is fetched. So no entity can expand
//! the text or include another file.

use crate::decode::decode;
use crate::error::ReadError;
use crate::unicode_units::UnicodeUnits;
use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;
use std::ops::Range;

/// The maximum depth. Agency items have about 12 levels.
const MAX_DEPTH: usize = 256;
/// The maximum number of elements and texts in a file. A tree of this size takes some hundred megabytes.
const MAX_NODES: usize = 4_000_000;

/// The tree of a file. Nodes are in document order.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    content: Content,
    /// Byte range in the decoded file.
    range: Range<usize>,
    /// Index after the last node inside this one.
    end: usize,
    /// False if the file ends within the element.
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

/// A child of an element.
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

/// Decodes a file by byte order mark, as UTF-8, by its XML declaration, or by a guess. Returns the text
/// and an optional warning.
pub(super) fn decode_xml(bytes: &[u8]) -> (Cow<'_, str>, Option<ReadError>) {
    if let (Err(_), None, Some(encoding)) = (
        std::str::from_utf8(bytes),
        UnicodeUnits::of(bytes),
        declared_encoding(bytes),
    ) {
        return (encoding.decode_without_bom_handling(bytes).0, None);
    }
    let decoded = decode(bytes);
    (decoded.text, decoded.warning)
}

/// The encoding in the XML declaration.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let end = memchr::memmem::find(bytes.get(..200).unwrap_or(bytes), b"?>")? + 2;
    let declaration = std::str::from_utf8(bytes.get(..end)?).ok()?;
    match Reader::from_str(declaration).read_event().ok()? {
        Event::Decl(declaration) => declaration.encoder(),
        _ => None,
    }
}

/// The local name of the root element, if it is within the head.
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
    /// Parses a file. If it is malformed, returns the tree up to the error, and the error.
    pub(super) fn parse(text: &str) -> (Self, Option<ReadError>) {
        let mut builder = TreeBuilder::default();
        let mut reader = Reader::from_str(text);
        let error = loop {
            let begin = position(&reader);
            match reader.read_event() {
                Err(error) => break Some(ReadError::NotXml(error.to_string())),
                Ok(Event::Eof) if builder.open.is_empty() => break None,
                Ok(Event::Eof) => {
                    break Some(ReadError::NotXml(
                        "the end of the file inside an element".to_owned(),
                    ));
                }
                Ok(event) => {
                    if let Err(error) = builder.add(event, begin..position(&reader)) {
                        break Some(error);
                    }
                }
            }
        };
        (builder.finish(text.len()), error)
    }

    /// The root element.
    pub(super) fn root(&self) -> Option<Element<'_>> {
        let is_element = |node: &Node| matches!(node.content, Content::Element { .. });
        let at = self.nodes.iter().position(is_element)?;
        Some(Element { tree: self, at })
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// A tree under construction.
#[derive(Default)]
struct TreeBuilder {
    tree: Tree,
    /// The indices of open elements, the innermost last.
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
            // A value with an unknown entity stays as it is written.
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

    /// Returns the tree. Elements that are still open end with the file.
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

/// The text of a reference, or the reference itself if it is unknown. A number that stands for no character of XML
/// is nothing.
fn resolve_reference(reference: &BytesRef<'_>) -> String {
    let name = reference.xml10_content();
    match reference.resolve_char_ref() {
        Ok(Some(character)) => character.to_string(),
        Err(_) => String::new(),
        Ok(None) => {
            resolve_predefined_entity(&name).map_or_else(|| format!("&{name};"), str::to_owned)
        }
    }
}

impl<'t> Element<'t> {
    fn node(self) -> Option<&'t Node> {
        self.tree.nodes.get(self.at)
    }

    /// The local name.
    pub(super) fn name(self) -> &'t str {
        match self.node().map(|node| &node.content) {
            Some(Content::Element { name, .. }) => name,
            _ => "",
        }
    }

    /// The value of an attribute by its local name, or `None` if it is absent or blank.
    pub(super) fn attribute(self, name: &str) -> Option<&'t str> {
        let Content::Element { attributes, .. } = &self.node()?.content else {
            return None;
        };
        let (_, value) = attributes.iter().find(|(own, _)| **own == *name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// False if the file ends within the element.
    pub(super) fn is_whole(self) -> bool {
        self.node().is_some_and(|node| node.is_whole)
    }

    /// Byte range in the decoded file.
    pub(super) fn range(self) -> Range<usize> {
        self.node().map_or(0..0, |node| node.range.clone())
    }

    /// The child nodes, in order.
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

    /// The child elements, in order.
    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        self.nodes().filter_map(|part| match part {
            ChildNode::Element(element) => Some(element),
            ChildNode::Text(_) => None,
        })
    }

    /// The first child of this name.
    pub(super) fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.name() == name)
    }

    /// The first element at this path of names.
    pub(super) fn descendant(self, path: &[&str]) -> Option<Self> {
        path.iter()
            .try_fold(self, |element, name| element.child(name))
    }

    /// The elements of this name in this element, itself included, in order. Elements inside a match are
    /// not searched.
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

    /// The text inside the element.
    pub(super) fn text(self) -> String {
        let end = self.node().map_or(0, |node| node.end);
        let nodes = self.tree.nodes.get(self.at..end).unwrap_or_default();
        let texts = nodes.iter().filter_map(|node| match &node.content {
            Content::Text(text) => Some(&**text),
            Content::Element { .. } => None,
        });
        texts.collect()
    }

    /// The text inside the element with white space collapsed, or `None` if it is blank.
    pub(super) fn text_line(self) -> Option<String> {
        let text = self.text();
        let words: Vec<&str> = text.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the text of the root and the code of the error.
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
    fn replaces_only_predefined_entities() {
        check(
            "<a>Q &amp; A &lt;b&gt; &#233; &#x41;</a>",
            "Q & A <b> é A",
            None,
        );
        check("<a>x&nbsp;y</a>", "x&nbsp;y", None);
        check("<a>x&#0;y&#x110000;&#zz;</a>", "xy", None);
    }

    #[test]
    fn neither_expands_nor_fetches_declared_entities() {
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
    fn keeps_elements_before_an_error_and_marks_incomplete_ones() {
        check("<a>one<b>two", "onetwo", Some("not-xml"));
        check("<a>one</b>", "one", Some("not-xml"));
        check("", "", None);
        let (tree, _) = Tree::parse("<a><b>one</b><b>two");
        let items = tree.root().unwrap().outermost("b");
        let whole: Vec<bool> = items.into_iter().map(Element::is_whole).collect();
        assert_eq!(whole, [true, false]);
    }

    #[test]
    fn limits_nesting() {
        let deep = format!("{}x{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        check(&deep, "", Some("too-deep"));
        for (depth, code) in [(256, None), (257, Some("too-deep"))] {
            let nested = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
            check(&nested, "", code);
        }
    }

    #[test]
    fn finds_elements_by_name_and_path() {
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
    fn uses_the_encoding_of_the_xml_declaration() {
        let text = b"<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?><a>\xA4 5</a>";
        let (decoded, error) = decode_xml(text);
        assert!(decoded.ends_with("<a>€ 5</a>") && error.is_none());
        assert_eq!(root_name(&decoded).as_deref(), Some("a"));
        assert_eq!(root_name("<!-- x --><n:a b='c"), None);
        assert_eq!(root_name("<!-- x --><n:a>").as_deref(), Some("a"));
    }
}
