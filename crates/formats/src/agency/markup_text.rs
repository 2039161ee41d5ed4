//! Converts markup to running text: paragraphs are separated, line breaks kept, and scripts and repeated
//! headers removed.

use super::xml::{ChildNode, Element, Tree};
use crate::html::{self, Gap, is_without_text};

/// NITF elements that form a paragraph, besides those of HTML.
const NITF_PARAGRAPHS: &[&str] = &["block", "body.content", "bq", "hl1", "hl2", "note"];
/// Elements whose text is not part of the story, besides those that HTML never shows.
const IGNORED_ELEMENTS: &[&str] = &["header", "media"];

/// The text of an element.
pub(super) fn of_element(element: Element<'_>) -> String {
    let mut builder = TextBuilder::default();
    builder.element(element);
    builder.finish()
}

/// The text of a string of markup: parsed as XHTML if it is well-formed, else as HTML. `None` if it is
/// nested too deeply for both.
pub(super) fn of_markup(markup: &str) -> Option<String> {
    if !markup.contains('<') {
        return Some(markup.to_owned());
    }
    let enclosed = format!("<div>{markup}</div>");
    if let (tree, None) = Tree::parse(&enclosed) {
        return tree.root().map(of_element);
    }
    html::fragment_text(markup).ok()
}

/// Builds the text.
#[derive(Default)]
struct TextBuilder {
    text: String,
    /// The separator before the next word.
    gap: Gap,
}

impl TextBuilder {
    /// The recursion is bounded by the depth limit of the tree.
    fn element(&mut self, element: Element<'_>) {
        let name = element.name();
        if is_without_text(name) || IGNORED_ELEMENTS.contains(&name) {
            return;
        }
        self.boundary(name);
        for part in element.nodes() {
            match part {
                ChildNode::Element(inner) => self.element(inner),
                ChildNode::Text(text) => self.words(text),
            }
        }
        self.boundary(name);
    }

    /// Handles the start or end of an element.
    fn boundary(&mut self, name: &str) {
        let gap = match name {
            _ if NITF_PARAGRAPHS.contains(&name) => Gap::Paragraph,
            _ => Gap::around(name),
        };
        self.gap = self.gap.max(gap);
    }

    fn words(&mut self, text: &str) {
        if text.starts_with(char::is_whitespace) {
            self.gap = self.gap.max(Gap::Word);
        }
        for word in text.split_whitespace() {
            if !self.text.is_empty() {
                self.text.push_str(self.gap.separator());
            }
            self.text.push_str(word);
            self.gap = Gap::Word;
        }
        if !text.ends_with(char::is_whitespace) && !text.is_empty() {
            self.gap = Gap::None;
        }
    }

    fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markup: &str, expected: Option<&str>) {
        assert_eq!(of_markup(markup).as_deref(), expected, "{markup:.80}");
    }

    #[test]
    fn separates_blocks_but_not_inline_markup() {
        check(
            "<p>One <b>t</b>wo</p><p>three<br/>four</p>",
            Some("One two\n\nthree\nfour"),
        );
        check("<ul><li>a</li><li>b</li></ul>", Some("a\nb"));
        check("<table><tr><td>a</td><td>b</td></tr></table>", Some("a b"));
        check("plain & simple", Some("plain & simple"));
    }

    #[test]
    fn leaves_out_scripts_and_headers() {
        check(
            "<header><h1>T</h1></header><p>a</p><script>x()</script>",
            Some("a"),
        );
        check(
            "<header><h1>T</h1></header><p>a<br>b</p><script>x()</script>",
            Some("a\nb"),
        );
    }

    #[test]
    fn reads_html_that_is_not_xhtml() {
        check(
            "<p>One<p>t&eacute;a <img src=x> &amp; b<br>c",
            Some("One\n\ntéa & b\nc"),
        );
    }

    #[test]
    fn gives_up_on_deep_nesting() {
        let deep = format!("{}x{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
        check(&deep, None);
        let open = format!("<br>{}x", "<div>".repeat(400));
        check(&open, Some("x"));
    }
}
