//! What a comparison reads of a document.

use super::common_words::{self, RareWords};
use super::word_weights::WordWeights;

/// What a comparison reads of a document.
#[derive(Clone, Copy, Debug)]
pub struct DocumentView<'a> {
    /// The ids of its words.
    pub words: &'a [u32],
    /// What each word counts.
    pub weights: &'a WordWeights,
    /// Which words few documents of its corpus have.
    pub rare_words: &'a RareWords<'a>,
    /// The headline, or an empty string.
    pub headline: &'a str,
    /// The day on which it was published, counted from any day that is the same for both documents.
    pub day: Option<i32>,
}

/// The weights of a document that is compared without a dictionary.
static FULL: WordWeights = WordWeights::full();

impl<'a> DocumentView<'a> {
    /// A document of these words, without a dictionary, a headline and a date.
    #[must_use]
    pub fn new(words: &'a [u32]) -> Self {
        Self {
            words,
            weights: &FULL,
            rare_words: &common_words::UNKNOWN,
            headline: "",
            day: None,
        }
    }
}

impl DocumentView<'_> {
    /// The number of words.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.words.len()).unwrap_or(u32::MAX)
    }

    /// True for a document without words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}
