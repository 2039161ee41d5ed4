//! Repairs text before it is segmented: resolves character references, and joins words hyphenated at a line end.
//!
//! Both change the text. [`RepairedText::origin`] maps each byte of the repaired text to its range in the
//! original. This is the slow path: most chunks need no repair.

use std::ops::Range;

use super::entities;

/// Repaired text, with the place of each byte in the original.
#[derive(Default)]
pub(super) struct RepairedText {
    /// The text, with characters instead of references and without hyphens at line ends.
    pub(super) text: String,
    /// For each byte of `text`, the byte range in the original that its character comes from.
    pub(super) origin: Vec<(usize, usize)>,
}

impl RepairedText {
    /// Appends one character, which replaces the bytes `from` of the original.
    pub(super) fn push(&mut self, character: char, from: Range<usize>) {
        self.text.push(character);
        self.origin.resize(self.text.len(), (from.start, from.end));
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.origin.clear();
    }

    fn pop(&mut self) {
        self.text.pop();
        self.origin.truncate(self.text.len());
    }
}

/// True for the six ASCII white space characters, which separate chunks. No word of UAX #29 crosses them.
#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    byte == b' ' || (b'\t'..=b'\r').contains(&byte)
}

/// True for a character that hyphenates a word at a line end.
#[inline]
pub(super) fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{ad}' | '\u{2010}')
}

/// The position where a hyphenated word continues after `end`. There must be exactly one line break, perhaps
/// with blanks around it, and then a lower-case letter; otherwise `None`. Time linear in the blanks.
pub(super) fn continuation(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = end;
    let mut lines = 0;
    while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = bytes.get(at) {
        lines += usize::from(*byte == b'\n');
        at += 1;
    }
    let (first, _) = character_at(text, at)?;
    (lines == 1 && first.is_lowercase()).then_some(at)
}

/// The character at `at`, with references resolved, and its length in bytes.
fn character_at(text: &str, at: usize) -> Option<(char, usize)> {
    let rest = text.get(at..)?;
    entities::parse(rest.as_bytes()).or_else(|| rest.chars().next().map(|c| (c, c.len_utf8())))
}

/// Repairs the chunk that begins at `begin` and ends at white space. If it ends with a hyphenated word, the
/// next chunk is joined to it. Returns the end of the last chunk.
pub(super) fn repair(text: &str, begin: usize, repaired: &mut RepairedText) -> usize {
    repaired.clear();
    let mut at = begin;
    loop {
        at = repair_chunk(text, at, repaired);
        let mut last = repaired.text.chars().rev();
        let is_hyphenated =
            last.next().is_some_and(is_hyphen) && last.next().is_some_and(char::is_alphabetic);
        match continuation(text, at) {
            Some(next) if is_hyphenated => {
                repaired.pop();
                at = next;
            }
            _ => return at,
        }
    }
}

fn repair_chunk(text: &str, begin: usize, repaired: &mut RepairedText) -> usize {
    let mut at = begin;
    while let Some((character, length)) = character_at(text, at) {
        if text.as_bytes().get(at).copied().is_some_and(is_space) {
            break;
        }
        repaired.push(character, at..at + length);
        at += length;
    }
    at
}
