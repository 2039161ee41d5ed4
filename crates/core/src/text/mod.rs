//! From text to words: segmentation, normalisation, byte ranges, shingles.
//!
//! A word is a word of UAX #29 that has a letter or a digit. Words are compared in normal form: NFKC, case folded,
//! with ASCII digits, with one kind of apostrophe, without characters that are invisible or not pronounced, with Latin
//! and Greek letters without their marks. Each letter of a script written without spaces, such as Chinese, counts as a
//! word. Letters directly after a number are a word of their own, so that `20km` is the same as `20 km`. A number with
//! spaces between its groups of three digits, such as `10 000`, counts as one word. So does a time of day, such as
//! `6.15 am`, which is the same as `06:15`.
//!
//! Two repairs come first. A character reference such as `&uuml;` counts as its character. A word hyphenated at a
//! line end counts as one word; so does a compound broken at its own hyphen, because the text does not tell them
//! apart.
//!
//! Offsets always refer to the text as it was given.

mod ascii;
mod bitmasks;
mod char_table;
mod clock;
mod entities;
pub mod landmarks;
#[cfg(test)]
mod noise_tests;
mod normalise;
mod number_words;
mod numbers;
pub mod offsets;
#[cfg(test)]
mod oracle;
mod repair;
pub mod shingles;
mod short_word;
mod spaced_numbers;
mod unicode;
mod units;
mod unspaced;
mod writer;

pub use offsets::spans;

use crate::model::Span;
use std::ops::Range;

/// Set in the id of a word that is one character of a script written without spaces.
pub const UNSPACED: u32 = 1 << 31;

/// Set in the id of a word of a spaced script that begins with a digit or another numeral.
pub const NUMERIC: u32 = 1 << 30;

/// True for the id of a number: `2021`, `10,000`, `1.5`.
#[must_use]
pub fn is_number(id: u32) -> bool {
    id & (UNSPACED | NUMERIC) == NUMERIC
}

/// The words of one text: an id and a byte range for each, in order.
///
/// Takes 4 bytes for an id and about 1 byte for an offset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    ids: Vec<u32>,
    offsets: Vec<u8>,
}

impl Words {
    /// The id of each word. Equal words have equal ids, in any text and on any machine; see [`scan`].
    #[must_use]
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The byte range of each word in the text.
    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        spans(&self.offsets)
    }

    /// The number of words.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True if the text has no words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// The words of `text`. Time linear in the bytes of `text`.
///
/// ```
/// use dedupe_core::text::words;
/// let text = "The council’s vote";
/// let found = words(text);
/// let spans: Vec<&str> = found.spans().map(|s| &text[s.begin as usize..s.end as usize]).collect();
/// assert_eq!(spans, ["The", "council’s", "vote"]);
/// assert_eq!(found.ids(), words("THE COUNCIL'S VOTE").ids());
/// ```
#[must_use]
pub fn words(text: &str) -> Words {
    let mut words = Words::default();
    scan(text, &mut words.ids, &mut words.offsets);
    words
}

/// Appends the words of `text`: their ids to `ids`, their packed byte ranges to `offsets`. [`spans`] decodes the
/// ranges.
///
/// Words with the same normal form have the same id on every machine:
/// - In a spaced script, the id is the low 30 bits of a hash of the normal form in UTF-8, with [`NUMERIC`] for a
///   number. The hash is a folded multiplication for up to 16 bytes, and XXH3-64 beyond. Numbers are first written
///   in one style: `10,000`, `10 000` and `١٠٬٠٠٠` are `10000`, and `6.15 pm` is `18:15`.
/// - A letter of an unspaced script has its code point, with [`UNSPACED`].
///
/// Time linear in the bytes of `text`. Plain ASCII is processed in blocks of 64 bytes. Only chunks between white
/// space that have other characters take the Unicode path, which gives the same words.
///
/// Sources: UAX #29 (segmentation), UAX #15 (NFKC), Unicode Standard, section 3.13 (case folding).
pub fn scan(text: &str, ids: &mut Vec<u32>, offsets: &mut Vec<u8>) {
    scan_parts(text, std::iter::once(0..text.len()), ids, offsets);
}

/// Does what [`scan`] does for some parts of `text` only, given in ascending order. Byte ranges refer to the whole
/// text. A part that does not begin and end between characters of `text` is skipped.
pub fn scan_parts(
    text: &str,
    parts: impl IntoIterator<Item = Range<usize>>,
    ids: &mut Vec<u32>,
    offsets: &mut Vec<u8>,
) {
    let mut writer = writer::WordWriter::new(ids, offsets);
    for part in parts {
        if let Some(text) = text
            .get(..part.end)
            .filter(|_| text.is_char_boundary(part.start))
        {
            let before = writer.checkpoint();
            ascii::scan(text, part.start, &mut writer);
            clock::join(text, before, &mut writer);
            spaced_numbers::join(text, before, &mut writer);
        }
    }
}
