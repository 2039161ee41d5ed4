//! Takes a malformed feed apart, so that each of its items can be parsed on its own.

use std::borrow::Cow;
use std::ops::Range;

/// Prefixes that feeds use, and the namespaces that they stand for if the feed does not say so.
const NAMESPACES: &[(&str, &str)] = &[
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("media", "http://search.yahoo.com/mrss/"),
];

/// The maximum length of the start tag of a feed.
const MAX_START_TAG_BYTES: usize = 64 << 10;

/// The text of a feed, with the namespaces that it uses but does not declare.
pub(super) fn with_namespaces(feed: &str) -> Cow<'_, str> {
    let Some(tag) = root_tag(feed) else {
        return Cow::Borrowed(feed);
    };
    let start = feed.get(tag.clone()).unwrap_or_default();
    let missing: Vec<String> = (NAMESPACES.iter())
        .filter(|(prefix, _)| {
            feed.contains(&format!("<{prefix}:")) && !start.contains(&format!("xmlns:{prefix}"))
        })
        .map(|(prefix, namespace)| format!(" xmlns:{prefix}=\"{namespace}\""))
        .collect();
    let name_end = start
        .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
        .map(|length| tag.start + length);
    match (missing.is_empty(), name_end) {
        (false, Some(end)) => {
            let (before, after) = feed.split_at(end);
            Cow::Owned(format!("{before}{}{after}", missing.concat()))
        }
        _ => Cow::Borrowed(feed),
    }
}

/// The start tag of the root element.
fn root_tag(feed: &str) -> Option<Range<usize>> {
    let is_root = |at: &usize| {
        let name = feed.get(at + 1..).unwrap_or_default();
        ["rss", "feed", "rdf:RDF", "RDF"].iter().any(|root| {
            let after = name.strip_prefix(root);
            after.is_some_and(|after| after.starts_with([' ', '\t', '\r', '\n', '>', '/']))
        })
    };
    let begin = memchr::memchr_iter(b'<', feed.as_bytes())
        .take(100)
        .find(is_root)?;
    let length = feed.get(begin..)?.find('>')? + 1;
    (length <= MAX_START_TAG_BYTES).then_some(begin..begin + length)
}

/// A feed in parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pieces {
    /// The start of a feed that holds one item.
    opening: String,
    closing: &'static str,
    /// The feed without its items.
    pub(super) shell: String,
    /// The items. Each ends with its end tag, or where the next one begins.
    pub(super) items: Vec<Item>,
}

/// An item of a feed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) range: Range<usize>,
    /// False if the item has no end tag.
    pub(super) is_whole: bool,
}

impl Pieces {
    /// Takes a feed apart. `None` if it has no start tag of a feed.
    pub(super) fn of(feed: &str) -> Option<Self> {
        let tag = root_tag(feed)?;
        let start = feed.get(tag.clone())?.trim_end_matches(['>', '/']);
        let (name, inner, closing) = match start {
            atom if atom.starts_with("<feed") => ("entry", "", "</feed>"),
            rss if rss.starts_with("<rss") => ("item", "<channel>", "</channel></rss>"),
            rdf if rdf.starts_with("<RDF") => ("item", "", "</RDF>"),
            _ => ("item", "", "</rdf:RDF>"),
        };
        let items = items(feed, tag.end, name);
        let head = items.first().map_or(feed.len(), |item| item.range.start);
        let head = feed.get(tag.end..head)?;
        // In RSS 1.0, the items follow the channel.
        let head = head.split_once("<channel").map_or(head, |(_, channel)| {
            channel.split_once('>').map_or("", |(_, inside)| inside)
        });
        let head = head.split("</channel>").next()?;
        Some(Self {
            opening: format!("{start}>{inner}"),
            closing,
            shell: format!("{start}>{inner}{}{closing}", repair_references(head)),
            items,
        })
    }

    /// A feed with this item only.
    pub(super) fn alone(&self, item: &str) -> String {
        format!(
            "{}{}{}",
            self.opening,
            repair_references(item),
            self.closing
        )
    }
}

/// The items after `begin`. What looks like a tag inside a comment or CDATA is text.
fn items(feed: &str, begin: usize, name: &str) -> Vec<Item> {
    let (mut found, mut at): (Vec<Item>, usize) = (Vec::new(), begin);
    let sections = Sections::new(feed);
    let mut open = None;
    let (start_tag, end_tag) = (format!("<{name}"), format!("</{name}"));
    while let Some(step) = memchr::memchr(b'<', feed.as_bytes().get(at..).unwrap_or_default()) {
        at += step;
        let rest = feed.get(at..).unwrap_or_default();
        if let Some(length) = sections.length_at(at) {
            at += length;
        } else if is_tag(rest, &start_tag) {
            if let Some(begin) = open.replace(at) {
                found.push(Item {
                    range: begin..at,
                    is_whole: false,
                });
            }
            at += 1;
        } else if is_tag(rest, &end_tag) {
            let end = at + rest.find('>').map_or(rest.len(), |length| length + 1);
            if let Some(begin) = open.take() {
                found.push(Item {
                    range: begin..end,
                    is_whole: true,
                });
            }
            at = end;
        } else {
            at += 1;
        }
    }
    if let Some(begin) = open {
        found.push(Item {
            range: begin..feed.len(),
            is_whole: false,
        });
    }
    found
}

fn is_tag(text: &str, tag: &str) -> bool {
    let after = text.strip_prefix(tag);
    after.is_some_and(|after| after.starts_with([' ', '\t', '\r', '\n', '>', '/']))
}

/// The comments and CDATA sections of a text. What looks like markup in them is text.
struct Sections<'a> {
    text: &'a str,
    /// By kind of section: where its last end mark begins. After it, an opening mark opens nothing, and no search for an
    /// end is needed.
    last_ends: [Option<usize>; SECTIONS.len()],
}

/// The opening and the end marks of sections.
const SECTIONS: [(&str, &str); 2] = [("<![CDATA[", "]]>"), ("<!--", "-->")];

impl<'a> Sections<'a> {
    /// Time linear in the text.
    fn new(text: &'a str) -> Self {
        let last_ends = SECTIONS.map(|(_, close)| text.rfind(close));
        Self { text, last_ends }
    }

    /// The length of the section that begins at `at`. One that never ends has the length of its opening mark. Time linear
    /// in the length.
    fn length_at(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let kinds = SECTIONS.iter().zip(self.last_ends);
        let ((open, close), last_end) = { kinds }.find(|((open, _), _)| rest.starts_with(open))?;
        let end = last_end
            .filter(|&end| end >= at)
            .and_then(|_| rest.find(close))
            .map(|end| end + close.len());
        Some(end.unwrap_or(open.len()))
    }
}

/// Escapes each ampersand outside comments and CDATA that begins no reference, and removes references to what is no
/// character of XML, such as `&#0;`.
fn repair_references(xml: &str) -> Cow<'_, str> {
    let (mut escaped, mut copied, mut at) = (String::new(), 0, 0);
    let sections = Sections::new(xml);
    while let Some(step) = memchr::memchr2(b'<', b'&', xml.as_bytes().get(at..).unwrap_or_default())
    {
        at += step;
        let rest = xml.get(at..).unwrap_or_default();
        if let Some(length) = sections.length_at(at) {
            at += length;
            continue;
        }
        at += 1;
        if !rest.starts_with('&') {
            continue;
        }
        match reference_name(rest) {
            None => {
                escaped.push_str(xml.get(copied..at).unwrap_or_default());
                escaped.push_str("amp;");
                copied = at;
            }
            Some(name) if is_no_character(name) => {
                escaped.push_str(xml.get(copied..at - 1).unwrap_or_default());
                at += name.len() + 1;
                copied = at;
            }
            Some(_) => {}
        }
    }
    if copied == 0 {
        return Cow::Borrowed(xml);
    }
    escaped.push_str(xml.get(copied..).unwrap_or_default());
    Cow::Owned(escaped)
}

/// The name in a reference such as `&amp;` or `&#160;` at the start of a text.
fn reference_name(text: &str) -> Option<&str> {
    const LONGEST_NAME: usize = 32;
    let after = text.get(1..)?;
    let end = (after.bytes().take(LONGEST_NAME)).position(|byte| byte == b';')?;
    let name = after.get(..end)?;
    let letters = name.strip_prefix('#').unwrap_or(name);
    let is_name = !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then_some(name)
}

/// True if the name of a reference is a number, and XML allows no character of this number.
fn is_no_character(name: &str) -> bool {
    let Some(number) = name.strip_prefix('#') else {
        return false;
    };
    let code = match number.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => number.parse().ok(),
    };
    let allowed = code
        .and_then(char::from_u32)
        .is_some_and(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..));
    !allowed
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn repairs_only_what_is_no_reference() {
        for (xml, expected) in [
            ("a & b&c &", "a &amp; b&amp;c &amp;"),
            (
                "a &amp; &#160; &#xA0; &eacute;",
                "a &amp; &#160; &#xA0; &eacute;",
            ),
            ("?a=1&b=2;", "?a=1&amp;b=2;"),
            (
                "<![CDATA[a & b]]>&<!-- & -->",
                "<![CDATA[a & b]]>&amp;<!-- & -->",
            ),
            ("<![CDATA[a & b", "<![CDATA[a &amp; b"),
            ("a&#0;b&#x1F; &#11;&#xD800;&#zz;c&#9;", "ab c&#9;"),
        ] {
            assert_eq!(repair_references(xml), expected);
        }
    }

    #[test]
    fn finds_items_outside_of_text() {
        let feed = "<?xml?><rss version='2.0'><channel><title>A & B</title><items/>\
                    <item>1<![CDATA[</item>]]></item><item>2<item>3</item ><item>4";
        let pieces = Pieces::of(feed).unwrap();
        let found: Vec<_> = (pieces.items.iter())
            .map(|item| (&feed[item.range.clone()], item.is_whole))
            .collect();
        let expected = [
            ("<item>1<![CDATA[</item>]]></item>", true),
            ("<item>2", false),
            ("<item>3</item >", true),
            ("<item>4", false),
        ];
        assert_eq!(found, expected);
        assert_eq!(
            pieces.shell,
            "<rss version='2.0'><channel><title>A &amp; B</title><items/></channel></rss>"
        );
        assert_eq!(
            pieces.alone("<item>&</item>"),
            "<rss version='2.0'><channel><item>&amp;</item></channel></rss>"
        );
        assert_eq!(Pieces::of("<html>"), None);
    }

    #[test]
    fn declares_the_namespaces_that_are_used() {
        let declared = with_namespaces("<rss><content:encoded>x</content:encoded><a:b/></rss>");
        let expected = "<rss xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">";
        assert!(declared.starts_with(expected), "{declared}");
        for feed in [
            "<rss><x/></rss>",
            "<rss xmlns:dc='d'><dc:x/></rss>",
            "<dc:x/>",
        ] {
            assert_eq!(with_namespaces(feed), feed);
        }
    }
}
