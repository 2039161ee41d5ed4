//! Words of ASCII text, found with bit masks and a table. Text that is not plain ASCII goes to [`unicode`].
//!
//! Gives exactly the words of UAX #29, with units apart from their numbers. Letters, digits and underscores form a run. A full stop or an apostrophe
//! is part of a word between two letters or two digits, a colon between letters, a comma or a semicolon between
//! digits.

use super::bitmasks::{BLOCK, WordMasks};
use super::entities;
use super::normalise::{flagged, spaced_id};
use super::offsets;
use super::repair;
use super::short_word::{self, ShortWord};
use super::unicode::{self, Buffers};
use super::units;
use super::writer::{self, WordWriter};

/// A block, and as many bytes after it as a word that begins in it may need.
const WINDOW: usize = BLOCK + short_word::LONGEST;
const _: () = assert!(short_word::LONGEST <= offsets::ONE_BYTE_LENGTH);
const _: () = assert!(BLOCK / 2 <= writer::RUN);

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const JOINER: u8 = 4;
/// Any byte that can begin a word.
const CORE: u8 = LETTER | DIGIT | JOINER;
const MID_LETTER: u8 = LETTER << MID_SHIFT;
const MID_DIGIT: u8 = DIGIT << MID_SHIFT;
/// From the class of a letter or digit to the class of the punctuation that may stand between two of them.
const MID_SHIFT: u32 = 3;
/// A byte whose effect depends on more than the table.
const ODD: u8 = 32;
/// A hyphen, which may break a word at a line end.
const HYPHEN: u8 = 64;

static CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'_' => JOINER,
            b'.' | b'\'' => MID_LETTER | MID_DIGIT,
            b':' => MID_LETTER,
            b',' | b';' => MID_DIGIT,
            b'&' | 0x80.. => ODD,
            b'-' => HYPHEN,
            _ => 0,
        };
        byte += 1;
    }
    class
};

#[inline]
fn class(bytes: &[u8], at: usize) -> u8 {
    match bytes.get(at) {
        Some(&byte) => CLASS[usize::from(byte)],
        None => 0,
    }
}

/// Writes the words of `text` from `begin` on. No word may begin before `begin` and end after it.
pub(super) fn scan(text: &str, begin: usize, writer: &mut WordWriter) {
    let mut slow = SlowPath::default();
    let mut at = begin;
    while at < text.len() {
        at = plain_words(text.as_bytes(), at, writer);
        at = slow.step(text, at, writer);
    }
}

/// Writes the words from `at` on, as long as each has at most 16 bytes and its ends are certain. Returns where
/// that stops; no word crosses that point. Works on blocks, never on single bytes.
#[inline(never)]
fn plain_words(bytes: &[u8], mut at: usize, writer: &mut WordWriter) -> usize {
    let mut padded = [0; WINDOW];
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let window = rest.first_chunk().unwrap_or_else(|| {
            padded = [0; WINDOW];
            padded
                .iter_mut()
                .zip(rest)
                .for_each(|(to, from)| *to = *from);
            &padded
        });
        match plain_words_of(window, at, writer) {
            Stop::Continue(length) => at += length,
            Stop::NotPlain(length) => return (at + length).min(bytes.len()),
        }
    }
    bytes.len()
}

/// How many bytes of a window were segmented, and what follows.
enum Stop {
    /// The next window begins there.
    Continue(usize),
    /// Something that is not plain begins there.
    NotPlain(usize),
}

/// Writes the plain words of one window, which begins at `at` in the text.
#[inline]
fn plain_words_of(window: &[u8; WINDOW], at: usize, writer: &mut WordWriter) -> Stop {
    let Some(block) = window.first_chunk() else {
        return Stop::NotPlain(0);
    };
    let masks = WordMasks::new(block);
    let (mut run, mut long_word) = (writer.run(), None);
    for (begin, end) in masks.words() {
        let Some(word) = ShortWord::new(&window[begin..], end - begin) else {
            long_word = Some(begin);
            break;
        };
        run.push(at + begin, at + end, flagged(word.hash(), word.is_number()));
    }
    if !writer.append(&run) {
        for ((begin, end), &id) in masks.words().zip(run.ids()) {
            writer.push(at + begin, at + end, id);
        }
    }
    match (long_word, masks.words_end()) {
        (None, end) if masks.is_plain() && end > 0 => Stop::Continue(end),
        (long_word, end) => Stop::NotPlain(long_word.unwrap_or(end)),
    }
}

/// Handles everything that is not plain: long words, punctuation in numbers, the end of the text, and Unicode.
#[derive(Default)]
struct SlowPath {
    buffers: Buffers,
    form: Vec<u8>,
}

impl SlowPath {
    /// Handles one word, one byte that belongs to no word, or one Unicode chunk. Returns where it ends.
    fn step(&mut self, text: &str, at: usize, writer: &mut WordWriter) -> usize {
        let bytes = text.as_bytes();
        let kind = class(bytes, at);
        if kind & CORE != 0 {
            let end = run_end(bytes, at);
            if is_plain_end(text, end) {
                let word = text.get(at..end).unwrap_or_default();
                for (offset, part) in units::parts(word) {
                    push(at + offset, part.as_bytes(), &mut self.form, writer);
                }
                return end;
            }
            unicode::chunk(text, at, &mut self.buffers, writer)
        } else if kind == ODD && is_odd(bytes, at) {
            unicode::chunk(text, chunk_begin(bytes, at), &mut self.buffers, writer)
        } else {
            at + 1
        }
    }
}

/// The end of the run that begins at `at`: letters, digits, underscores, and the punctuation between them that
/// is part of words.
fn run_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at += 1;
        let kind = class(bytes, at);
        if kind & CORE != 0 {
            continue;
        }
        let both_sides = class(bytes, at - 1) & class(bytes, at + 1);
        if kind >> MID_SHIFT & both_sides & (LETTER | DIGIT) == 0 {
            return at;
        }
    }
}

/// True if nothing after `end` can change the word that ends there.
fn is_plain_end(text: &str, end: usize) -> bool {
    let bytes = text.as_bytes();
    let kind = class(bytes, end);
    if kind & (MID_LETTER | MID_DIGIT) != 0 {
        return !is_odd(bytes, end + 1);
    }
    if bytes.get(end) == Some(&b'-') {
        return class(bytes, end - 1) & LETTER == 0
            || repair::continuation(text, end + 1).is_none();
    }
    !is_odd(bytes, end)
}

/// True for a byte that is not ASCII, and for the `&` of a character reference.
fn is_odd(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(0x80..) => true,
        Some(b'&') => entities::parse(&bytes[at..]).is_some(),
        _ => false,
    }
}

/// Where a Unicode chunk begins. If its first character is a mark, it belongs to the ASCII character before
/// it, unless that is white space.
fn chunk_begin(bytes: &[u8], at: usize) -> usize {
    match at.checked_sub(1).and_then(|before| bytes.get(before)) {
        Some(&byte) if byte < 0x80 && !repair::is_space(byte) => at - 1,
        _ => at,
    }
}

fn push(begin: usize, word: &[u8], form: &mut Vec<u8>, writer: &mut WordWriter) {
    form.clear();
    form.extend(word.iter().map(u8::to_ascii_lowercase));
    if word.iter().any(|b| b.is_ascii_alphanumeric()) {
        writer.push(begin, begin + word.len(), spaced_id(form));
    }
}
