//! A table of the word-breaking class and normal form of each character of the Basic Multilingual Plane.
//!
//! The table is computed, not written down: at the first use of each block of 32 characters, the segmenter
//! and the normaliser are asked about each character. So the table cannot disagree with them. Characters whose
//! effect depends on their neighbours (marks, Hebrew letters) are [`CharClass::Complex`].

use std::sync::OnceLock;

use unicode_segmentation::UnicodeSegmentation;

use super::normalise::{Normaliser, for_segmentation};
use super::unspaced;

/// The role of a character in UAX #29, if none of its neighbours is a mark or Hebrew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CharClass {
    /// Separates words.
    Other,
    /// ALetter.
    Letter,
    /// Numeric.
    Digit,
    /// ExtendNumLet, such as the underscore.
    Joiner,
    /// MidLetter: part of a word if between two letters.
    MidLetter,
    /// MidNum: part of a word if between two digits.
    MidNumber,
    /// MidNumLet and Single_Quote: both of the above.
    MidBoth,
    /// A letter of a script without spaces.
    Unspaced,
    /// Extend, Format or ZWJ: belongs to the character before it.
    Mark,
    /// Only the segmenter can decide.
    Complex,
}

/// The class of a character, with its normal form.
#[derive(Clone, Copy)]
pub(super) struct CharEntry {
    pub(super) class: CharClass,
    length: u8,
    /// The normal form in UTF-8. For an unspaced letter, its word id in 4 bytes, or 0 for none.
    form: [u8; 6],
}

impl CharEntry {
    const COMPLEX: Self = Self {
        class: CharClass::Complex,
        length: 0,
        form: [0; 6],
    };

    /// The normal form in UTF-8; empty for an unspaced letter.
    #[inline]
    fn form(&self) -> &[u8] {
        self.form.get(..usize::from(self.length)).unwrap_or(&[])
    }

    /// Appends the normal form. Most forms are one byte, and pushing it needs no call to copy memory.
    #[inline]
    pub(super) fn append_form(&self, to: &mut Vec<u8>) {
        match self.length {
            1 => to.push(self.form[0]),
            _ => to.extend_from_slice(self.form()),
        }
    }

    /// The word id of an unspaced letter without marks, if it has a normal form.
    #[inline]
    pub(super) fn unspaced_id(&self) -> Option<u32> {
        let [a, b, c, d, ..] = self.form;
        let id = u32::from_le_bytes([a, b, c, d]);
        (id != 0).then_some(id)
    }
}

/// Characters of a block. Most texts use few characters of a script, and an entry takes microseconds to compute.
const BLOCK: u32 = 32;

type Block = Box<[CharEntry; BLOCK as usize]>;

static BLOCKS: [OnceLock<Block>; 0x1_0000 / BLOCK as usize] =
    [const { OnceLock::new() }; 0x1_0000 / BLOCK as usize];

/// The entry of `character`. Constant time, except for the first use of a block of characters.
#[inline]
pub(super) fn entry(character: char) -> CharEntry {
    let code = character as u32;
    match BLOCKS.get((code / BLOCK) as usize) {
        Some(block) => block.get_or_init(|| compute_block(code / BLOCK))[(code % BLOCK) as usize],
        None => beyond_table(character),
    }
}

/// The entry of a character outside the table. Letters and digits of spaced scripts are left to the segmenter.
#[cold]
fn beyond_table(character: char) -> CharEntry {
    if unspaced::is_unspaced(character) {
        unspaced_entry(character, &mut Normaliser::default())
    } else if is_mark(character) {
        class_only(CharClass::Mark)
    } else {
        CharEntry::COMPLEX
    }
}

#[cold]
fn compute_block(block: u32) -> Block {
    let mut normaliser = Normaliser::default();
    let mut entries = Box::new([CharEntry::COMPLEX; BLOCK as usize]);
    for (code, entry) in (block * BLOCK..).zip(entries.iter_mut()) {
        if let Some(character) = char::from_u32(code) {
            *entry = compute_entry(character, &mut normaliser);
        }
    }
    entries
}

fn class_only(class: CharClass) -> CharEntry {
    CharEntry {
        class,
        ..CharEntry::COMPLEX
    }
}

fn compute_entry(character: char, normaliser: &mut Normaliser) -> CharEntry {
    if unspaced::is_unspaced(character) {
        return unspaced_entry(character, normaliser);
    }
    let class = class_of(for_segmentation(character));
    match class {
        CharClass::Other | CharClass::Mark | CharClass::Complex => class_only(class),
        _ => entry_with_form(class, character, normaliser),
    }
}

fn unspaced_entry(character: char, normaliser: &mut Normaliser) -> CharEntry {
    let mut entry = class_only(CharClass::Unspaced);
    let cluster = character.encode_utf8(&mut [0; 4]).to_owned();
    let id = normaliser.unspaced_id(&cluster, is_mark).unwrap_or(0);
    for (to, from) in entry.form.iter_mut().zip(id.to_le_bytes()) {
        *to = from;
    }
    entry
}

/// An entry with the normal form, if that is short and cannot combine with its neighbours.
fn entry_with_form(class: CharClass, character: char, normaliser: &mut Normaliser) -> CharEntry {
    let form = normaliser.normalise(character.encode_utf8(&mut [0; 4]));
    if form.len() > 6 || form.chars().any(is_mark) {
        return CharEntry::COMPLEX;
    }
    let mut entry = class_only(class);
    entry.length = form.len() as u8;
    for (to, from) in entry.form.iter_mut().zip(form.bytes()) {
        *to = from;
    }
    entry
}

/// True for a character that UAX #29 always joins to the character before it (rule WB4).
pub(super) fn is_mark(character: char) -> bool {
    !character.is_ascii() && is_joined(&['.', character])
}

/// True if the segmenter breaks nowhere between these characters.
fn is_joined(characters: &[char]) -> bool {
    let text: String = characters.iter().collect();
    text.split_word_bounds().count() == 1
}

/// Finds the class of a character from the breaks between it and known neighbours.
fn class_of(c: char) -> CharClass {
    if c == '\u{200b}' {
        return CharClass::Complex;
    }
    if is_joined(&['.', c]) && c != '\u{a}' {
        return CharClass::Mark;
    }
    let is_word = c.to_string().unicode_words().next().is_some();
    let after_letter = is_joined(&['a', c]);
    let mid_letter = is_joined(&['a', c, 'a']);
    let mid_number = is_joined(&['1', c, '1']);
    if !after_letter {
        return match (mid_letter, mid_number) {
            _ if is_word || is_joined(&['_', c]) => CharClass::Complex,
            (false, false) => CharClass::Other,
            (true, false) => CharClass::MidLetter,
            (false, true) => CharClass::MidNumber,
            (true, true) => CharClass::MidBoth,
        };
    }
    let is_hebrew = is_joined(&[c, '\'']) || is_joined(&['א', '"', c]);
    match (is_joined(&['a', ':', c]), is_joined(&['1', ',', c])) {
        _ if is_hebrew => CharClass::Complex,
        (true, false) if is_word => CharClass::Letter,
        (false, true) if is_word => CharClass::Digit,
        (false, false) if !is_word => CharClass::Joiner,
        _ => CharClass::Complex,
    }
}
