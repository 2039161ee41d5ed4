//! Texts of clustered documents that the HTML page embeds, within size limits.

use std::collections::HashMap;

/// Maximum size of one embedded text, in bytes.
pub const MAX_TEXT_BYTES: u64 = 100_000;
/// Maximum size of all embedded texts together, in bytes. Callers of [`EmbeddedTexts::insert`] enforce it.
pub const MAX_TOTAL_BYTES: u64 = 100_000_000;
/// A cut text starts this fraction of [`MAX_TEXT_BYTES`] before its story: one eighth.
const LEAD: u64 = 8;

/// A text, or the part of it around its story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedText {
    /// The embedded part of the text.
    pub text: String,
    /// Offset of the embedded part in the whole text, in bytes.
    pub begin: u64,
    /// Length of the whole text in bytes.
    pub length: u64,
}

/// Texts of the documents of a report, by document id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmbeddedTexts {
    by_id: HashMap<String, EmbeddedText>,
    /// Number of documents left out because all texts together would exceed [`MAX_TOTAL_BYTES`].
    pub left_out: u64,
    /// Number of documents whose texts could not be read again.
    pub unread: u64,
}

impl EmbeddedTexts {
    /// Adds the text of a document. Of a text longer than [`MAX_TEXT_BYTES`], only that many bytes around
    /// `story_begin` are kept; this is the byte offset of the story in the text.
    pub fn insert(&mut self, id: String, text: &str, story_begin: u64) {
        let length = text.len() as u64;
        let latest = length.saturating_sub(MAX_TEXT_BYTES);
        let begin = story_begin
            .saturating_sub(MAX_TEXT_BYTES / LEAD)
            .min(latest) as usize;
        let begin = boundary(text, begin);
        let end = boundary(text, begin.saturating_add(MAX_TEXT_BYTES as usize));
        let embedded = EmbeddedText {
            text: text.get(begin..end).unwrap_or_default().to_owned(),
            begin: begin as u64,
            length,
        };
        self.by_id.insert(id, embedded);
    }

    /// Returns the text of a document, if it is embedded.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&EmbeddedText> {
        self.by_id.get(id)
    }

    /// Returns the number of embedded texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Returns true if no text is embedded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}

/// Returns the last character boundary that is at most `at`.
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

    fn embedded(text: &str, story: u64) -> EmbeddedText {
        let mut texts = EmbeddedTexts::default();
        texts.insert("a".into(), text, story);
        texts.get("a").unwrap().clone()
    }

    #[test]
    fn keeps_short_texts_whole_and_long_texts_around_the_story() {
        let short = embedded("The harbour.", 4);
        assert_eq!((short.text.as_str(), short.begin), ("The harbour.", 0));
        let long = "é".repeat(MAX_TEXT_BYTES as usize);
        let lead = MAX_TEXT_BYTES / LEAD;
        for (story, begin) in [
            (0, 0),
            (lead + 2_001, 2_000),
            (2 * MAX_TEXT_BYTES - 2, MAX_TEXT_BYTES),
            (u64::MAX, MAX_TEXT_BYTES),
        ] {
            let found = embedded(&long, story);
            assert_eq!(
                (found.begin, found.text.len() as u64),
                (begin, MAX_TEXT_BYTES)
            );
            assert_eq!(found.length, 2 * MAX_TEXT_BYTES);
        }
    }
}
