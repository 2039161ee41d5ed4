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
        NodeData::Text { contents } => of_text(contents, |rest| memchr::memchr2(b'<', b'>', rest)),
        NodeData::Element(element) => {
            let end = |rest: &[u8]| memchr::memchr3(b'<', b'>', b'"', rest);
            let attributes = element.attrs.iter();
            attributes
                .map(|attribute| of_text(&attribute.value, end))
                .sum()
        }
        _ => 0,
    });
    match own.unwrap_or(0) {
        0 => 0,
        _ if node.is_text() && is_raw() => 0,
        bytes => bytes,
    }
}

/// The bytes between each character that is checked and the next one at which the search stops, which `find_end` finds.
fn of_text(text: &str, find_end: impl Fn(&[u8]) -> Option<usize>) -> u64 {
    let bytes = text.as_bytes();
    let (mut scanned, mut end) = (0, 0);
    // 0xC2 is the first byte of a no-break space, and of other characters that are checked in vain.
    for at in memchr::memchr2_iter(b'&', 0xC2, bytes) {
        if end <= at {
            let rest = bytes.get(at..).unwrap_or_default();
            end = find_end(rest).map_or(bytes.len(), |length| at + length);
        }
        scanned += (end - at) as u64;
    }
    scanned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_bytes_to_the_next_end_for_each_character() {
        for (page, expected) in [
            ("<p>plain text", 0),
            ("<p>a&amp;bc", 3),
            ("<p>&amp;&amp;", 3),
            ("<p>a&nbsp;&lt;&amp;", 2 + 1),
            ("<p title='&amp;a&quot;&amp;'>x", 2 + 1),
            ("<script>a && b</script>", 0),
        ] {
            assert_eq!(scanned_bytes(&Document::from(page)), expected, "{page}");
        }
    }
}
