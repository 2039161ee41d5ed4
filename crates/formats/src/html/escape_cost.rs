//! Estimates the cost of serialising a page. dom_smoothie serialises the article before it extracts the
//! text.

use dom_query::{Document, NodeData, NodeRef};

/// Elements whose text is serialised without escapes.
const RAW: &[&str] = &[
    "script",
    "style",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "plaintext",
];

/// The number of bytes that html5ever scans to serialise this tree. At each character that may need an
/// escape, it searches for the next `<` or `>` of the text or the next quote of the attribute. Text
/// without them takes quadratic time.
///
/// Time: linear in the tree.
pub(super) fn scanned_bytes(tree: &Document) -> u64 {
    tree.root()
        .descendants_it()
        .map(|node| of_node(&node))
        .sum()
}

fn of_node(node: &NodeRef) -> u64 {
    let is_raw = || {
        let parent = node.parent().and_then(|parent| parent.node_name());
        parent.is_some_and(|name| RAW.contains(&&*name))
    };
    let own = node.query(|own| match &own.data {
        NodeData::Text { contents } => of_text(contents, &['<', '>']),
        NodeData::Element(element) => {
            let values = element
                .attrs
                .iter()
                .map(|a| of_text(&a.value, &['<', '>', '"']));
            values.sum()
        }
        _ => 0,
    });
    match own.unwrap_or(0) {
        0 => 0,
        _ if node.is_text() && is_raw() => 0,
        bytes => bytes,
    }
}

/// `ends` are the characters at which the search stops.
fn of_text(text: &str, ends: &[char]) -> u64 {
    text.split(ends).map(of_part).sum()
}

fn of_part(part: &str) -> u64 {
    // 0xC2 is the first byte of a no-break space, and of other characters that are checked in vain.
    let escaped = memchr::memchr2_iter(b'&', 0xC2, part.as_bytes());
    escaped.map(|at| (part.len() - at) as u64).sum()
}
