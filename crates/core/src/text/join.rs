//! What is put right before words are cut: character references, and words hyphenated at line ends.
//!
//! Both change the text, so each byte of the changed text keeps the range of the original that it
//! comes from ([`Joined::origin`]). This is the slow path; most chunks never come here.

use std::ops::Range;

use super::entities;

/// A piece of text put right, and where it comes from.
#[derive(Default)]
pub(super) struct Joined {
    /// The text with characters for references and without the hyphens of line ends.
    pub(super) text: String,
    /// For each byte of `text` the range of the original that its character comes from.
    pub(super) origin: Vec<(usize, usize)>,
}

impl Joined {
    /// Appends one character that stands for the `from` bytes of the original.
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

/// True for the six ASCII characters that part chunks; UAX #29 joins no word across them.
#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    byte == b' ' || (b'\t'..=b'\r').contains(&byte)
}

/// True for a character that ends a line inside a word.
#[inline]
pub(super) fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{ad}' | '\u{2010}')
}

/// Where the word goes on, if `text[end..]` is one line end, with blanks around it, and then a
/// lower-case letter. Linear in the blanks.
pub(super) fn next_line(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = end;
    let mut lines = 0;
    while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = bytes.get(at) {
        lines += usize::from(*byte == b'\n');
        at += 1;
    }
    let (first, _) = first_character(text, at)?;
    (lines == 1 && first.is_lowercase()).then_some(at)
}

/// The character at `at`, references resolved, and its length in bytes.
fn first_character(text: &str, at: usize) -> Option<(char, usize)> {
    let rest = text.get(at..)?;
    entities::parse(rest.as_bytes()).or_else(|| rest.chars().next().map(|c| (c, c.len_utf8())))
}

/// Puts right what begins at `begin`: up to white space, and over the line end where a hyphen says
/// that the word goes on there. Returns where it ends.
pub(super) fn gather(text: &str, begin: usize, joined: &mut Joined) -> usize {
    joined.clear();
    let mut at = begin;
    loop {
        at = gather_chunk(text, at, joined);
        let mut last = joined.text.chars().rev();
        let broken =
            last.next().is_some_and(is_hyphen) && last.next().is_some_and(char::is_alphabetic);
        match next_line(text, at) {
            Some(next) if broken => {
                joined.pop();
                at = next;
            }
            _ => return at,
        }
    }
}

fn gather_chunk(text: &str, begin: usize, joined: &mut Joined) -> usize {
    let mut at = begin;
    while let Some((character, length)) = first_character(text, at) {
        if text.as_bytes().get(at).copied().is_some_and(is_space) {
            break;
        }
        joined.push(character, at..at + length);
        at += length;
    }
    at
}
