//! What each character of the Basic Multilingual Plane does to words, looked up in one table.
//!
//! The table is not written down: each block of 256 characters is worked out at its first use by
//! asking the segmenter and the normaliser themselves, so it cannot disagree with them. Characters
//! whose effect depends on their neighbours (marks, Hebrew letters, jamo) are [`Class::Complex`].

use std::sync::OnceLock;

use unicode_segmentation::UnicodeSegmentation;

use super::normalise::{Normaliser, straight_quote};
use super::script;

/// The part a character plays in UAX #29, as far as its neighbours are no marks and no Hebrew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Parts words.
    Other,
    /// ALetter.
    Letter,
    /// Numeric.
    Digit,
    /// ExtendNumLet, such as the underscore.
    Joiner,
    /// MidLetter: stays in a word between two letters.
    MidLetter,
    /// MidNum: stays in a word between two digits.
    MidNumber,
    /// MidNumLet and Single_Quote: both.
    MidBoth,
    /// A letter of a script without spaces.
    Unspaced,
    /// Extend, Format or ZWJ: belongs to the character before it.
    Mark,
    /// Ask the segmenter.
    Complex,
}

/// A character's class with its normal form.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) class: Class,
    length: u8,
    form: [u8; 6],
}

impl Entry {
    const COMPLEX: Self = Self {
        class: Class::Complex,
        length: 0,
        form: [0; 6],
    };

    /// The normal form in UTF-8; for an unspaced letter see [`Entry::id`].
    #[inline]
    fn form(&self) -> &[u8] {
        self.form.get(..usize::from(self.length)).unwrap_or(&[])
    }

    /// Appends the normal form; most are one byte, which needs no call to copy.
    #[inline]
    pub(super) fn append_form(&self, to: &mut Vec<u8>) {
        match self.length {
            1 => to.push(self.form[0]),
            _ => to.extend_from_slice(self.form()),
        }
    }

    /// The word id of an unspaced letter that stands without marks, or 0 if it has none.
    #[inline]
    pub(super) fn id(&self) -> u32 {
        let [a, b, c, d, ..] = self.form;
        u32::from_le_bytes([a, b, c, d])
    }
}

type Block = Box<[Entry; 256]>;

static BLOCKS: [OnceLock<Block>; 256] = [const { OnceLock::new() }; 256];

/// The entry of `character`. Constant time but for a block's first use, which takes some 0.3 ms.
#[inline]
pub(super) fn entry(character: char) -> Entry {
    let code = character as u32;
    match BLOCKS.get((code >> 8) as usize) {
        Some(block) => block.get_or_init(|| work_out(code >> 8))[(code & 255) as usize],
        None => beyond(character),
    }
}

/// Characters outside the table: unspaced letters are known, all others are left to the segmenter.
#[cold]
fn beyond(character: char) -> Entry {
    if script::is_unspaced(character) {
        probe_unspaced(character, &mut Normaliser::default())
    } else if is_mark(character) {
        class_only(Class::Mark)
    } else {
        Entry::COMPLEX
    }
}

#[cold]
fn work_out(block: u32) -> Block {
    let mut normaliser = Normaliser::default();
    let mut entries = Box::new([Entry::COMPLEX; 256]);
    for (low, entry) in entries.iter_mut().enumerate() {
        if let Some(character) = char::from_u32(block << 8 | low as u32) {
            *entry = probe(character, &mut normaliser);
        }
    }
    entries
}

fn class_only(class: Class) -> Entry {
    Entry {
        class,
        ..Entry::COMPLEX
    }
}

fn probe(character: char, normaliser: &mut Normaliser) -> Entry {
    if script::is_unspaced(character) {
        return probe_unspaced(character, normaliser);
    }
    let class = probe_class(straight_quote(character));
    match class {
        Class::Other | Class::Mark | Class::Complex => class_only(class),
        _ => probe_form(class, character, normaliser),
    }
}

fn probe_unspaced(character: char, normaliser: &mut Normaliser) -> Entry {
    let mut entry = class_only(Class::Unspaced);
    let cluster = character.encode_utf8(&mut [0; 4]).to_owned();
    let id = normaliser.unspaced_id(&cluster, is_mark).unwrap_or(0);
    for (to, from) in entry.form.iter_mut().zip(id.to_le_bytes()) {
        *to = from;
    }
    entry
}

/// The normal form, where it is short and cannot combine with what stands beside it.
fn probe_form(class: Class, character: char, normaliser: &mut Normaliser) -> Entry {
    let form = normaliser.normalise(character.encode_utf8(&mut [0; 4]));
    if form.len() > 6 || form.chars().any(|c| is_mark(c) || is_jamo(c)) {
        return Entry::COMPLEX;
    }
    let mut entry = class_only(class);
    entry.length = form.len() as u8;
    for (to, from) in entry.form.iter_mut().zip(form.bytes()) {
        *to = from;
    }
    entry
}

/// Jamo compose into syllables with their neighbours.
fn is_jamo(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}'
        | '\u{a960}'..='\u{a97c}' | '\u{d7b0}'..='\u{d7fb}' | '\u{ffa0}'..='\u{ffdc}')
}

/// True for a character that UAX #29 joins to whatever stands before it (rule WB4).
pub(super) fn is_mark(character: char) -> bool {
    !character.is_ascii() && joined(&['.', character])
}

fn joined(characters: &[char]) -> bool {
    let text: String = characters.iter().collect();
    text.split_word_bounds().count() == 1
}

/// Finds the class out from what the segmenter does with the character among known neighbours.
fn probe_class(c: char) -> Class {
    if is_jamo(c) || c == '\u{200b}' {
        return Class::Complex;
    }
    if joined(&['.', c]) && c != '\u{a}' {
        return Class::Mark;
    }
    let word_alone = c.to_string().unicode_words().next().is_some();
    let after_letter = joined(&['a', c]);
    let mid_letter = joined(&['a', c, 'a']);
    let mid_number = joined(&['1', c, '1']);
    if !after_letter {
        return match (mid_letter, mid_number) {
            _ if word_alone || joined(&['_', c]) => Class::Complex,
            (false, false) => Class::Other,
            (true, false) => Class::MidLetter,
            (false, true) => Class::MidNumber,
            (true, true) => Class::MidBoth,
        };
    }
    let hebrew = joined(&[c, '\'']) || joined(&['א', '"', c]);
    match (joined(&['a', ':', c]), joined(&['1', ',', c])) {
        _ if hebrew => Class::Complex,
        (true, false) if word_alone => Class::Letter,
        (false, true) if word_alone => Class::Digit,
        (false, false) if !word_alone => Class::Joiner,
        _ => Class::Complex,
    }
}
