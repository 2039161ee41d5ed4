//! Builds the tree of a page under limits. A few bytes of markup can create a huge number of elements, or
//! cost time quadratic in their depth or number.

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

/// The maximum number of open elements, as in browsers. Formatting that a closed paragraph leaves open
/// (`<p><b><p>`) counts too, because each later paragraph copies it.
const MAX_OPEN_ELEMENTS: usize = 512;

/// The maximum number of white space characters, slashes and quotes in one tag, which bounds its
/// attributes. The tokenizer compares each attribute with all before it.
const MAX_TAG_SEPARATORS: usize = 8_192;

/// The maximum number of attributes of all `html` and `body` tags. Each tag adds its attributes to the
/// earlier ones and compares them.
const MAX_ROOT_ATTRIBUTES: usize = 1_024;

/// The maximum work of building a tree, in the unit of [`LimitedTreeBuilder::work`]. The maximum in a
/// sample of 181 saved pages is 58,000.
const MAX_WORK: usize = 32_000_000;

/// The maximum work and open elements for article extraction, which takes time quadratic in the depth.
/// The 181 sampled pages have at most 55 open elements.
const MAX_ARTICLE_WORK: usize = 2_000_000;
const MAX_ARTICLE_OPEN_ELEMENTS: usize = 128;

/// The maximum number of bytes scanned to serialise the tree, which takes about 0.5 s.
const MAX_ARTICLE_SCANNED_BYTES: u64 = 2_000_000_000;

/// The tree of a page, and whether it is small enough for article extraction.
pub(super) struct ParsedPage {
    pub(super) tree: Document,
    pub(super) allows_article_search: bool,
}

/// Builds the tree of a page. Stops at a limit.
///
/// Time: linear in the page.
///
/// # Errors
///
/// [`ReadError::TooDeep`] and [`ReadError::TooComplex`].
pub(super) fn build(html: &str) -> Result<ParsedPage, ReadError> {
    let tokenizer = Tokenizer::new(LimitedTreeBuilder::default(), TokenizerOpts::default());
    let limits = &tokenizer.sink;
    let queue = BufferQueue::default();
    // The tree refers to parts of this copy. A longer page is copied in parts.
    let page = u32::try_from(html.len()).map_or_else(|_| StrTendril::new(), |_| html.into());
    let fed = Cell::new(0_u32);
    let feed = |text: &str| {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let part = page.try_subtendril(fed.get(), length);
        queue.push_back(part.unwrap_or_else(|_| StrTendril::from_slice(text)));
        fed.set(fed.get().saturating_add(length));
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
        limits.check_limits()
    };
    let mut pending = PendingMarkup::None;
    for piece in pieces(html) {
        let mut rest = piece;
        if let Some(after) = piece.strip_prefix('<') {
            // Flushes what the tokenizer held back before the tag, so that it is not counted as part of
            // the tag.
            feed("<")?;
            let before = limits.tokens.get();
            let first = after.chars().next().map_or(0, char::len_utf8);
            let (first, others) = after.split_at(first);
            feed(first)?;
            // If this is the text of a script, the tokenizer emits it at the first character.
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

/// Splits the page before each `<` and after each `>`.
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

/// The markup that the tokenizer has read since it last emitted a token. It emits text at once, so this
/// is never text.
#[derive(Clone, Copy)]
enum PendingMarkup {
    None,
    /// A tag with this many separators.
    Tag(usize),
    /// A comment or declaration, which has no attributes.
    Comment,
}

impl PendingMarkup {
    /// Continues with the character after a `<`.
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

/// Passes tokens to the tree builder until a limit is reached, then drops them.
struct LimitedTreeBuilder {
    builder: TreeBuilder<NodeId, Document>,
    tokens: Cell<u64>,
    root_attributes: Cell<usize>,
    /// The maximum so far.
    open: Cell<usize>,
    nodes: Cell<usize>,
    /// An estimate of the time for a pass over the tree: for each node, the number of elements that were
    /// open when it was created, plus for each tag the square of an eighth of its attributes.
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
                "it has too many deeply nested elements",
            ))
        } else if self.root_attributes.get() > MAX_ROOT_ATTRIBUTES {
            Err(ReadError::TooComplex(
                "its body element has too many attributes",
            ))
        } else {
            Ok(())
        }
    }

    /// Adds a tag to the measures.
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

    /// Updates the measures after a token.
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

/// Counts the open elements of the tree builder, and the formatting elements that it would reopen.
#[derive(Default)]
struct OpenElementCounter(Cell<usize>);

impl Tracer for OpenElementCounter {
    type Handle = NodeId;

    fn trace_handle(&self, _: &NodeId) {
        self.0.set(self.0.get() + 1);
    }
}
