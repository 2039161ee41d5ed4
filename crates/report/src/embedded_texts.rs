//! The texts that a report for reading carries along: those of the documents in clusters, within limits.

use std::collections::HashMap;

/// Bytes kept of one text.
pub const MAX_TEXT_BYTES: u64 = 100_000;
/// Bytes kept of all texts together.
pub const MAX_TOTAL_BYTES: u64 = 100_000_000;
/// Of a text that is cut, the share of what is kept that stands before the story.
const LEAD: u64 = 8;

/// A text, or the part of it about its story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedText {
    /// What is kept.
    pub text: String,
    /// The byte of the whole text with which it begins.
    pub begin: u64,
    /// Bytes of the whole text.
    pub length: u64,
}

/// The texts of a report's documents, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmbeddedTexts {
    kept: HashMap<String, EmbeddedText>,
    /// Documents whose texts would be more than [`MAX_TOTAL_BYTES`] together.
    pub left_out: u64,
    /// Documents whose texts could not be read again.
    pub unread: u64,
}

impl EmbeddedTexts {
    /// Keeps a text, of a long one [`MAX_TEXT_BYTES`] about the byte with which its story begins.
    pub fn insert(&mut self, id: String, text: &str, story: u64) {
        let length = text.len() as u64;
        let latest = length.saturating_sub(MAX_TEXT_BYTES);
        let begin = story.saturating_sub(MAX_TEXT_BYTES / LEAD).min(latest) as usize;
        let begin = boundary(text, begin);
        let end = boundary(text, begin.saturating_add(MAX_TEXT_BYTES as usize));
        let kept = EmbeddedText {
            text: text.get(begin..end).unwrap_or_default().to_owned(),
            begin: begin as u64,
            length,
        };
        self.kept.insert(id, kept);
    }

    /// The text of a document, where it is kept.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&EmbeddedText> {
        self.kept.get(id)
    }

    /// How many are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// True where none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

/// The end of the last character that ends at a byte, or before it.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str, story: u64) -> EmbeddedText {
        let mut texts = EmbeddedTexts::default();
        texts.insert("a".into(), text, story);
        texts.get("a").unwrap().clone()
    }

    #[test]
    fn a_text_is_kept_whole_a_long_one_about_its_story() {
        let short = kept("The harbour.", 4);
        assert_eq!((short.text.as_str(), short.begin), ("The harbour.", 0));
        let long = "é".repeat(MAX_TEXT_BYTES as usize);
        let lead = MAX_TEXT_BYTES / LEAD;
        for (story, begin) in [
            (0, 0),
            (lead + 2_001, 2_000),
            (2 * MAX_TEXT_BYTES - 2, MAX_TEXT_BYTES),
            (u64::MAX, MAX_TEXT_BYTES),
        ] {
            let found = kept(&long, story);
            assert_eq!(
                (found.begin, found.text.len() as u64),
                (begin, MAX_TEXT_BYTES)
            );
            assert_eq!(found.length, 2 * MAX_TEXT_BYTES);
        }
    }
}
