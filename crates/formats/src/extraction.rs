//! How a web page was read.

/// Which part of a web page became the text of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extraction {
    /// The article that the extractor dom_smoothie found.
    Extractor,
    /// The text of an element that holds the story: `article`, `main`, one that is marked as `articleBody`, or the
    /// section of the headline.
    Section,
    /// The text of the whole body without navigation and notices.
    Body,
    /// The `articleBody` that the page states in its JSON-LD.
    ArticleBody,
    /// All visible text.
    Whole,
}

impl Extraction {
    /// Every way to read a page.
    pub const ALL: [Self; 5] = [
        Self::Extractor,
        Self::Section,
        Self::Body,
        Self::ArticleBody,
        Self::Whole,
    ];
}
