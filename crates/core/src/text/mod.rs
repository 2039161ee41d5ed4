//! From text to words: segmentation, normalisation, byte ranges, shingles. Pure functions.
//!
//! A word is one of UAX #29 that holds a letter or a digit, in its normal form: NFKC, case folded,
//! with one kind of apostrophe and without what nobody sees or pronounces (`normalise`). A letter of
//! a script written without spaces is a word of its own (`script`). References such as `&uuml;` count
//! as the character that they name, and a word hyphenated at a line end as one word (`join`). Real
//! compounds broken at their own hyphen are joined too: nothing in the text tells the two apart.
//!
//! Offsets always speak of the text as it was given, whatever the normal form.

mod ascii;
mod bitmasks;
mod classes;
mod entities;
mod join;
#[cfg(test)]
mod noise_tests;
mod normalise;
mod numbers;
pub mod offsets;
#[cfg(test)]
mod oracle;
mod script;
pub mod shingles;
mod short;
mod sink;
mod unicode;

pub use offsets::spans;

use std::ops::Range;

/// Set in the id of a word that is one character of a script written without spaces.
pub const UNSPACED: u32 = 1 << 31;

/// Set in the id of a word of a spaced script that begins with a digit, or another numeral.
pub const NUMERIC: u32 = 1 << 30;

/// True for the id of a number: `2021`, `26th`, `1.5`.
#[must_use]
pub fn is_number(id: u32) -> bool {
    id & (UNSPACED | NUMERIC) == NUMERIC
}

/// Appends the words of `text`: one id each to `ids`, their byte ranges, packed, to `offsets`.
///
/// The id of a word of a spaced script is the low 30 bits of a hash of its normal form in UTF-8, with
/// [`NUMERIC`] where that is a number; that of an unspaced letter is [`UNSPACED`] with its code point. The hash
/// is a long multiplication where the form has sixteen bytes at most, XXH3-64 where it has more. Numbers are
/// put into one style before: `10,000` is `10000`. Words with one normal form have one id, on every machine. [`spans`] reads the ranges back.
///
/// Linear in the bytes of `text`. Plain ASCII is looked at in blocks of 64 bytes; only chunks between white space
/// that hold more than that take the Unicode path, which gives the same words.
///
/// Sources: UAX #29 (segmentation), UAX #15 (NFKC), Unicode Standard 3.13 (case folding).
pub fn scan(text: &str, ids: &mut Vec<u32>, offsets: &mut Vec<u8>) {
    scan_parts(text, std::iter::once(0..text.len()), ids, offsets);
}

/// The same for parts of `text` alone, in ascending order: their words, in places of the whole. A part
/// that is no range of whole characters has none.
pub fn scan_parts(
    text: &str,
    parts: impl IntoIterator<Item = Range<usize>>,
    ids: &mut Vec<u32>,
    offsets: &mut Vec<u8>,
) {
    let mut sink = sink::Sink::new(ids, offsets);
    for part in parts {
        if let Some(text) = text
            .get(..part.end)
            .filter(|_| text.is_char_boundary(part.start))
        {
            ascii::scan(text, part.start, &mut sink);
        }
    }
}
