//! The normal form of a word: spellings that a reader takes for the same word have the same form.
//!
//! The steps, in order:
//! 1. Remove ignorable characters.
//! 2. Apply NFKC, full case folding, and NFKC again. Folding can undo a composition.
//! 3. Remove Arabic and Hebrew points. This comes after composition, so that a yeh with its hamza
//!    stays a letter.
//! 4. Replace characters that are written in several ways by one of them: digits of all scripts, apostrophes,
//!    letters with marks that many texts leave out.
//!
//! Sources: UAX #15 (NFKC); Unicode Standard, section 3.13 (case folding).

mod quick_check;
#[cfg(test)]
mod tests;
mod variants;

use quick_check::{Stability, stability};
use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

use super::{NUMERIC, UNSPACED, numbers, short_word};

/// Buffers to normalise one word after the other.
#[derive(Default)]
pub(super) struct Normaliser {
    form: String,
    buffer: String,
}

impl Normaliser {
    /// The normal form of `word`. It is empty if the word has only points and ignorable characters.
    pub(super) fn normalise(&mut self, word: &str) -> &str {
        self.form.clear();
        self.form.extend(word.chars().filter(|&c| !is_ignorable(c)));
        let before = stability(&self.form);
        if before == Stability::Unstable {
            self.compose();
            if stability(&self.form) == Stability::Unstable {
                self.fold();
                self.compose();
            }
        }
        self.form.retain(|c| !is_point(c));
        if before != Stability::Final {
            self.buffer.clear();
            variants::unify(&self.form, &mut self.buffer);
            std::mem::swap(&mut self.form, &mut self.buffer);
        }
        &self.form
    }

    /// NFKC.
    fn compose(&mut self) {
        self.buffer.clear();
        self.buffer.extend(self.form.nfkc());
        std::mem::swap(&mut self.form, &mut self.buffer);
    }

    /// Full case folding.
    fn fold(&mut self) {
        self.form = UniCase::unicode(&self.form).to_folded_case();
    }

    /// The id of `cluster`, an unspaced letter with the marks that follow it. `None` if its normal form is empty.
    ///
    /// Marks that do not compose with the letter are dropped. If one character remains, the id holds its
    /// code point. If several remain, the id has bit 30 set and holds 30 bits of their hash.
    pub(super) fn unspaced_id(
        &mut self,
        cluster: &str,
        is_mark: impl Fn(char) -> bool,
    ) -> Option<u32> {
        self.normalise(cluster);
        self.form.retain(|c| !is_mark(c));
        let first = self.form.chars().next()?;
        let id = if first.len_utf8() == self.form.len() {
            first as u32
        } else {
            1 << 30 | spaced_id(self.form.as_bytes())
        };
        Some(UNSPACED | id)
    }
}

/// The id of a word of a spaced script, computed from its normal form.
#[inline]
pub(super) fn spaced_id(form: &[u8]) -> u32 {
    let hash = |form: &[u8]| short_word::hash_bytes(form).unwrap_or_else(|| xxh3_64(form));
    let numeric = begins_with_number(form);
    let canonical = if numeric {
        numbers::canonical(form)
    } else {
        None
    };
    let hash = canonical.map_or_else(|| hash(form), |number| hash(number.bytes()));
    flagged(hash, numeric)
}

/// The low 30 bits of `hash`, with [`NUMERIC`] set for a number.
#[inline]
pub(super) fn flagged(hash: u64, numeric: bool) -> u32 {
    hash as u32 & (NUMERIC - 1) | u32::from(numeric) << NUMERIC.trailing_zeros()
}

fn begins_with_number(form: &[u8]) -> bool {
    match form.first() {
        Some(byte) if byte.is_ascii() => byte.is_ascii_digit(),
        Some(_) => {
            let first = form
                .utf8_chunks()
                .next()
                .and_then(|c| c.valid().chars().next());
            first.is_some_and(char::is_numeric)
        }
        None => false,
    }
}

/// Replaces a character that misleads the segmenter by one that does not, and returns any other character unchanged.
///
/// A typographic quotation mark or apostrophe becomes the ASCII one, which UAX #29 treats in the same way in all
/// scripts. The narrow no-break space, which UAX #29 makes part of a word, becomes the ordinary no-break space.
#[inline]
pub(super) fn for_segmentation(character: char) -> char {
    match character {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2033}' | '\u{05f4}'
        | '\u{ff02}' => '"',
        '\u{202f}' => '\u{a0}',
        _ if is_apostrophe(character) => '\'',
        other => other,
    }
}

/// True for apostrophes, single quotation marks, and marks that people type instead of them.
pub(super) fn is_apostrophe(quote: char) -> bool {
    matches!(
        quote,
        '\u{2018}'
            | '\u{2019}'
            | '\u{201b}'
            | '\u{2032}'
            | '\u{00b4}'
            | '\u{02b9}'
            | '\u{02bb}'
            | '\u{02bc}'
            | '\u{05f3}'
            | '\u{ff07}'
    )
}

/// True for Default_Ignorable_Code_Point: characters that are invisible.
fn is_ignorable(c: char) -> bool {
    c >= '\u{ad}'
        && matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// True for Hebrew accents and points, Arabic vowel signs, Koranic marks and the tatweel, which stretches
/// a word. Also true for the space: NFKC decomposes the compatibility form of a single point into a
/// space and the point.
fn is_point(c: char) -> bool {
    c == ' '
        || (c >= '\u{591}'
            && matches!(c,
                '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c5}'
                | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}'
                | '\u{670}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}'
                | '\u{6e7}'..='\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{8ca}'..='\u{8e1}'
                | '\u{8e3}'..='\u{8ff}'))
}
