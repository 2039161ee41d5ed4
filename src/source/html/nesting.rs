//! How deep a page nests, told before a tree is built of it: that would take time quadratic in the depth.

use crate::source::trouble::Trouble;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::Cell;

/// Elements that have no end tag, or need none: they do not hold one another.
const UNNESTED: &[&str] = &[
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li",
    "link", "meta", "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td",
    "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// Refuses a page that nests deeper than `limit`.
///
/// Time linear in the page, and hardly more than a search for `<` where it has few tags to begin with.
///
/// # Errors
///
/// [`Trouble::TooDeep`].
pub(super) fn check(html: &str, limit: usize) -> Result<(), Trouble> {
    if most(html.as_bytes()) <= limit || depth(html) <= limit {
        Ok(())
    } else {
        Err(Trouble::TooDeep { limit })
    }
}

/// An upper bound of the depth: tags that may begin an element, over those that end one.
fn most(html: &[u8]) -> usize {
    let (mut open, mut most) = (0usize, 0);
    for at in memchr::memchr_iter(b'<', html) {
        match html.get(at + 1) {
            Some(b'/') => open = open.saturating_sub(1),
            Some(byte) if byte.is_ascii_alphabetic() => open += 1,
            _ => {}
        }
        most = most.max(open);
    }
    most
}

/// The depth, but for elements that cannot hold their own kind.
fn depth(html: &str) -> usize {
    let tokenizer = Tokenizer::new(Depth::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.most.get()
}

#[derive(Debug, Default)]
struct Depth {
    open: Cell<usize>,
    most: Cell<usize>,
}

impl Depth {
    fn count(&self, tag: &Tag) {
        let open = self.open.get();
        match tag.kind {
            TagKind::EndTag => self.open.set(open.saturating_sub(1)),
            TagKind::StartTag => self.open.set(open + 1),
        }
        self.most.set(self.most.get().max(self.open.get()));
    }
}

impl TokenSink for Depth {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if !UNNESTED.contains(&&*tag.name) => self.count(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_depth(html: &str, expected: usize) {
        assert_eq!(depth(html), expected, "{html:.60}");
        assert!(most(html.as_bytes()) >= expected, "{html:.60}");
    }

    #[test]
    fn what_holds_other_elements_counts() {
        check_depth("<div><b>one</b><i>two</i></div><div></div>", 2);
        check_depth("<p>one<p>two<br><img src='a<b>c'><li>three", 0);
        check_depth("<!-- <div><div> --><div title='<i><b>'>", 1);
        check_depth(&"<div>".repeat(3_000), 3_000);
        check_depth("</div></div><div>", 1);
    }

    #[test]
    fn deep_pages_are_refused() {
        let nested = |tag: &str, times| format!("<{tag}>").repeat(times);
        assert!(check(&nested("div", 1_000), 1_000).is_ok());
        assert!(check(&nested("div", 1_001), 1_000).is_err());
        assert!(check(&nested("p", 100_000), 1_000).is_ok());
    }
}
