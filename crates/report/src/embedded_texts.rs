//! Texts of clustered documents that the HTML page embeds, within size limits.

use crate::escape::escape_to_one_line;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::Arc;

/// Maximum size of one embedded text, in bytes.
pub const MAX_TEXT_BYTES: u64 = 100_000;
/// Maximum size of all embedded texts together, in bytes. Callers of [`EmbeddedTexts::insert`] enforce it.
pub const MAX_TOTAL_BYTES: u64 = 100_000_000;
/// A cut text starts this fraction of [`MAX_TEXT_BYTES`] before its story: one eighth.
const LEAD: u64 = 8;

/// Maximum number of characters of the first words of a text.
const BEGINNING: usize = 90;

/// The minimum length of a first paragraph that names a document, in bytes.
const LEAST_PARAGRAPH: usize = 16;

/// The maximum length of a line in a text whose paragraphs are wrapped, in bytes.
const LONGEST_WRAPPED: usize = 160;

/// Metadata of a document that a report names without them, because it is in an overlap and in no cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentDetails {
    /// File that the document was read from.
    pub path: String,
    /// Headline.
    pub title: Option<String>,
    /// Publisher or site.
    pub source: Option<String>,
    /// Date of publication, as the document states it.
    pub date: Option<String>,
    /// URL of the document.
    pub url: Option<String>,
    /// Number of words in the document.
    pub words: u64,
}

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

/// A place for texts outside of memory, such as a temporary file.
pub trait TextStore: fmt::Debug + Send + Sync {
    /// Appends a text and returns its offset.
    ///
    /// # Errors
    ///
    /// The text cannot be stored.
    fn append(&self, text: &str) -> io::Result<u64>;

    /// Returns the text of `length` bytes at an offset that [`append`](Self::append) returned.
    ///
    /// # Errors
    ///
    /// The text cannot be read.
    fn read(&self, offset: u64, length: usize) -> io::Result<String>;
}

/// Where a text is.
#[derive(Clone, Debug)]
enum Place {
    Memory(String),
    Stored(Arc<dyn TextStore>, u64),
}

#[derive(Clone, Debug)]
struct PlacedText {
    place: Place,
    /// Size of the embedded part in bytes.
    size: usize,
    begin: u64,
    length: u64,
    /// The first words of the whole text, on one line.
    beginning: String,
}

/// Texts of the documents of a report, by document id.
#[derive(Clone, Debug, Default)]
pub struct EmbeddedTexts {
    by_id: HashMap<String, PlacedText>,
    details: HashMap<String, DocumentDetails>,
    store: Option<Arc<dyn TextStore>>,
    /// Number of documents left out because all texts together would exceed [`MAX_TOTAL_BYTES`].
    pub left_out: u64,
    /// Number of documents whose texts could not be read again.
    pub unread: u64,
}

impl EmbeddedTexts {
    /// Keeps the texts in `store`. The default keeps them in memory.
    #[must_use]
    pub fn in_store(store: Arc<dyn TextStore>) -> Self {
        Self {
            store: Some(store),
            ..Self::default()
        }
    }

    /// Adds the text of a document. Of a text longer than [`MAX_TEXT_BYTES`], only that many bytes around
    /// `story_begin` are kept; this is the byte offset of the story in the text.
    ///
    /// # Errors
    ///
    /// The store cannot keep the text.
    pub fn insert(&mut self, id: String, text: &str, story_begin: u64) -> io::Result<()> {
        let length = text.len() as u64;
        let latest = length.saturating_sub(MAX_TEXT_BYTES);
        let begin = story_begin
            .saturating_sub(MAX_TEXT_BYTES / LEAD)
            .min(latest) as usize;
        let begin = boundary(text, begin);
        let end = boundary(text, begin.saturating_add(MAX_TEXT_BYTES as usize));
        let part = text.get(begin..end).unwrap_or_default();
        let placed = PlacedText {
            place: match &self.store {
                Some(store) => Place::Stored(Arc::clone(store), store.append(part)?),
                None => Place::Memory(part.to_owned()),
            },
            size: part.len(),
            begin: begin as u64,
            length,
            beginning: beginning(text),
        };
        self.by_id.insert(id, placed);
        Ok(())
    }

    /// Returns the text of a document, if it is embedded.
    ///
    /// # Errors
    ///
    /// The store cannot read the text.
    pub fn get(&self, id: &str) -> io::Result<Option<EmbeddedText>> {
        let Some(placed) = self.by_id.get(id) else {
            return Ok(None);
        };
        let text = match &placed.place {
            Place::Memory(text) => text.clone(),
            Place::Stored(store, offset) => store.read(*offset, placed.size)?,
        };
        Ok(Some(EmbeddedText {
            text,
            begin: placed.begin,
            length: placed.length,
        }))
    }

    /// Adds the metadata of a document that is in no cluster of the report.
    pub fn describe(&mut self, id: String, details: DocumentDetails) {
        self.details.insert(id, details);
    }

    /// Returns the metadata that [`describe`](Self::describe) added.
    #[must_use]
    pub fn details(&self, id: &str) -> Option<&DocumentDetails> {
        self.details.get(id)
    }

    /// Returns the first words of a text, escaped and on one line, if it is embedded and has any.
    #[must_use]
    pub fn beginning(&self, id: &str) -> Option<&str> {
        let placed = self.by_id.get(id)?;
        Some(placed.beginning.as_str()).filter(|words| !words.is_empty())
    }

    /// Returns the size of the embedded part of a document's text in bytes, if it is embedded.
    #[must_use]
    pub fn size(&self, id: &str) -> Option<usize> {
        Some(self.by_id.get(id)?.size)
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

/// Returns the first words of a text, escaped and on one line: its first paragraph, which may be a headline. A cut paragraph
/// ends with an ellipsis.
fn beginning(text: &str) -> String {
    let paragraph = first_paragraph(text.trim());
    // Twice as much, because white space is joined below.
    let part: String = paragraph.chars().take(2 * BEGINNING).collect();
    let words = escape_to_one_line(&part);
    let is_whole = paragraph.len() <= part.len();
    match words.char_indices().nth(BEGINNING) {
        None if is_whole => words,
        None => words + "…",
        Some((end, _)) => {
            let cut = words.get(..end).unwrap_or_default();
            // Text without spaces is cut between characters.
            let cut = cut.rsplit_once(' ').map_or(cut, |(words, _)| words);
            format!("{cut}…")
        }
    }
}

/// Returns the first paragraph of a text, with those before it that are too short for a headline. A blank line ends a paragraph,
/// and so does a line that is followed by one too long for wrapped text.
fn first_paragraph(text: &str) -> &str {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let is_next = line.trim().is_empty() || line.len() > LONGEST_WRAPPED;
        if is_next && end >= LEAST_PARAGRAPH {
            break;
        }
        end += line.len();
    }
    text.get(..end).unwrap_or(text).trim_end()
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
        texts.insert("a".into(), text, story).unwrap();
        texts.get("a").unwrap().unwrap()
    }

    #[test]
    fn a_beginning_is_one_line_and_ends_with_a_whole_word() {
        assert_eq!(beginning(" The\n harbour\u{1b}  "), "The harbour\\u{1b}");
        assert_eq!(beginning(" \n "), "");
        let cut = beginning(&"harbour ".repeat(40));
        assert!(cut.ends_with("harbour…") && cut.chars().count() <= BEGINNING);
        assert_eq!(beginning(&"海".repeat(400)).chars().count(), BEGINNING + 1);
        let spaced = format!("{}harbour{}basin", " ".repeat(400), " ".repeat(400));
        assert_eq!(beginning(&spaced), "harbour…");
    }

    #[test]
    fn a_beginning_ends_with_the_first_paragraph() {
        for (text, expected) in [
            (
                "The harbour closes on Monday\n\nBy Ines Hallam",
                "The harbour closes on Monday",
            ),
            (
                "The harbour closes\non Monday\r\n\r\nBy Ines Hallam",
                "The harbour closes on Monday",
            ),
            (
                "NEWS\n\nThe harbour closes on Monday\n \nBy",
                "NEWS The harbour closes on Monday",
            ),
            ("NEWS\n\nHarbour", "NEWS Harbour"),
        ] {
            assert_eq!(beginning(text), expected);
        }
        let unwrapped = format!("The harbour closes on Monday\n{}", "ferry ".repeat(40));
        assert_eq!(beginning(&unwrapped), "The harbour closes on Monday");
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
