//! The tree of a page, built under limits: a few bytes of markup may ask for a great many elements, or for
//! time quadratic in their depth or number.

use super::escape_cost::scanned_bytes;
use crate::error::ReadError;
use dom_query::{Document, NodeId};
use html5ever::interface::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{Tracer, TreeBuilder, TreeBuilderOpts};
use std::cell::Cell;

/// Elements that may be open at once: as many as browsers let stand in one another. Formatting that a closed
/// paragraph left open (`<p><b><p>`) counts again, for each paragraph takes a copy of it.
const MAX_OPEN_ELEMENTS: usize = 512;

/// Parts that the attributes of one tag may have, parted by spaces, strokes and quotes: the tokenizer compares
/// each attribute with all before it.
const MAX_TAG_SEPARATORS: usize = 8_192;

/// Attributes that the tags of `html` and `body` may have in all: each tag adds its own to those before it, and
/// compares them.
const MAX_ROOT_ATTRIBUTES: usize = 1_024;

/// Work that a tree may make: of 181 pages saved from the web, the one with the most has 58,000.
const MAX_WORK: usize = 32_000_000;

/// Work and open elements up to which an article is looked for, which takes time by the square of the depth:
/// the 181 pages have up to 55 elements open.
const MAX_ARTICLE_WORK: usize = 2_000_000;
const MAX_ARTICLE_OPEN_ELEMENTS: usize = 128;

/// Bytes that may be looked through to write the tree: about half a second.
const MAX_ARTICLE_SCANNED_BYTES: u64 = 2_000_000_000;

/// A page's tree, and whether it is small enough to look for an article in it.
pub(super) struct ParsedPage {
    pub(super) tree: Document,
    pub(super) allows_article_search: bool,
}

/// Builds the tree of a page; stops where a limit is reached.
///
/// Time linear in the page.
///
/// # Errors
///
/// [`ReadError::TooDeep`] and [`ReadError::TooComplex`].
pub(super) fn build(html: &str) -> Result<ParsedPage, ReadError> {
    let tokenizer = Tokenizer::new(LimitedTreeBuilder::default(), TokenizerOpts::default());
    let limits = &tokenizer.sink;
    let queue = BufferQueue::default();
    let feed = |text: &str| {
        queue.push_back(StrTendril::from_slice(text));
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
        limits.check_limits()
    };
    let mut pending = PendingMarkup::None;
    for piece in pieces(html) {
        let mut rest = piece;
        if let Some(after) = piece.strip_prefix('<') {
            // What was held back before the tag comes out first, and is not taken for the tag.
            feed("<")?;
            let before = limits.tokens.get();
            let first = after.chars().next().map_or(0, char::len_utf8);
            let (first, others) = after.split_at(first);
            feed(first)?;
            // Where the text of a script goes on, it comes out with the first character.
            if limits.tokens.get() == before {
                pending = pending.begin(first);
            }
            rest = others;
        }
        pending = pending.extend(rest)?;
        let before = limits.tokens.get();
        feed(rest)?;
        if limits.tokens.get() != before {
            pending = PendingMarkup::None;
        }
    }
    tokenizer.end();
    limits.check_limits()?;
    let is_shallow =
        limits.work.get() <= MAX_ARTICLE_WORK && limits.open.get() <= MAX_ARTICLE_OPEN_ELEMENTS;
    let tree = tokenizer.sink.builder.sink;
    Ok(ParsedPage {
        allows_article_search: is_shallow && scanned_bytes(&tree) <= MAX_ARTICLE_SCANNED_BYTES,
        tree,
    })
}

/// The page cut before each `<` and after each `>`.
fn pieces(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let found = memchr::memchr2_iter(b'<', b'>', rest.as_bytes()).find(|at| *at > 0);
        let end = found.map_or(rest.len(), |at| {
            at + usize::from(rest.as_bytes().get(at) == Some(&b'>'))
        });
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// What the tokenizer has taken in since it gave out a token. It gives out text at once, so that this is
/// markup.
#[derive(Clone, Copy)]
enum PendingMarkup {
    None,
    /// A tag of so many parts.
    Tag(usize),
    /// A comment or a declaration, which has no attributes.
    Comment,
}

impl PendingMarkup {
    /// Goes on with the character that follows a `<`.
    fn begin(self, first: &str) -> Self {
        match self {
            Self::None if matches!(first, "!" | "?") => Self::Comment,
            Self::None => Self::Tag(0),
            begun => begun,
        }
    }

    fn extend(self, text: &str) -> Result<Self, ReadError> {
        let Self::Tag(separators) = self else {
            return Ok(self);
        };
        let is_separator = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r' | b'/' | b'"' | b'\'');
        match separators + text.bytes().filter(is_separator).count() {
            separators if separators > MAX_TAG_SEPARATORS => {
                Err(ReadError::TooComplex("a tag has too many attributes"))
            }
            separators => Ok(Self::Tag(separators)),
        }
    }
}

/// Hands tokens to the tree builder until a limit is reachable_from, and drops them from there on.
struct LimitedTreeBuilder {
    builder: TreeBuilder<NodeId, Document>,
    tokens: Cell<u64>,
    root_attributes: Cell<usize>,
    /// The most that were open at once.
    open: Cell<usize>,
    nodes: Cell<usize>,
    /// What a pass over the tree takes time by: for each node the elements that were open when it was made, and
    /// for each tag the square of its attributes by the eight.
    work: Cell<usize>,
}

impl Default for LimitedTreeBuilder {
    fn default() -> Self {
        let options = TreeBuilderOpts {
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        };
        Self {
            builder: TreeBuilder::new(Document::default(), options),
            tokens: Cell::default(),
            root_attributes: Cell::default(),
            open: Cell::default(),
            nodes: Cell::default(),
            work: Cell::default(),
        }
    }
}

impl LimitedTreeBuilder {
    fn check_limits(&self) -> Result<(), ReadError> {
        if self.open.get() > MAX_OPEN_ELEMENTS {
            Err(ReadError::TooDeep {
                limit: MAX_OPEN_ELEMENTS,
            })
        } else if self.work.get() > MAX_WORK {
            Err(ReadError::TooComplex(
                "too many elements stand deep in one another",
            ))
        } else if self.root_attributes.get() > MAX_ROOT_ATTRIBUTES {
            Err(ReadError::TooComplex("its body has too many attributes"))
        } else {
            Ok(())
        }
    }

    /// Takes the measure of a tag.
    fn measure_tag(&self, tag: &Tag) {
        let attributes = tag.attrs.len();
        if matches!(&*tag.name, "html" | "body") {
            let sum = self.root_attributes.get().saturating_add(attributes);
            self.root_attributes.set(sum);
        }
        let eights = attributes / 8;
        let work = eights.saturating_mul(eights);
        self.work.set(self.work.get().saturating_add(work));
    }

    /// Takes the measure of the tree after a token.
    fn measure_tree(&self) {
        let open = OpenElementCounter::default();
        self.builder.trace_handles(&open);
        let nodes = self.builder.sink.tree.len();
        let made = nodes.saturating_sub(self.nodes.replace(nodes));
        let work = made.saturating_mul(open.0.get());
        self.work.set(self.work.get().saturating_add(work));
        self.open.set(self.open.get().max(open.0.get()));
    }
}

impl TokenSink for LimitedTreeBuilder {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        match &token {
            Token::ParseError(_) => return TokenSinkResult::Continue,
            Token::TagToken(tag) => self.measure_tag(tag),
            _ => {}
        }
        self.tokens.set(self.tokens.get() + 1);
        if self.check_limits().is_err() {
            return TokenSinkResult::Continue;
        }
        let result = self.builder.process_token(token, line);
        self.measure_tree();
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Counts the elements that the tree builder has open, and the formatting that it would open again.
#[derive(Default)]
struct OpenElementCounter(Cell<usize>);

impl Tracer for OpenElementCounter {
    type Handle = NodeId;

    fn trace_handle(&self, _: &NodeId) {
        self.0.set(self.0.get() + 1);
    }
}
