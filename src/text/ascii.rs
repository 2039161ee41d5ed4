//! Words of ASCII text by a table, and the way out of it where the text is more than that.
//!
//! Gives exactly the words of UAX #29: letters, digits and underscores make a run; a full stop or an
//! apostrophe stays between two letters or two digits, a colon between letters, a comma or a semicolon
//! between digits.

use super::entities;
use super::join;
use super::normalise::spaced_id;
use super::sink::Sink;
use super::unicode::{self, Scratch};

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const JOINER: u8 = 4;
/// Any of the bytes that words are made of.
const CORE: u8 = LETTER | DIGIT | JOINER;
const MID_LETTER: u8 = 8;
const MID_DIGIT: u8 = 16;
/// A byte that the table cannot judge alone.
const ODD: u8 = 32;

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

/// The words of `text`.
pub(super) fn scan(text: &str, sink: &mut Sink) {
    let bytes = text.as_bytes();
    let mut scratch = Scratch::default();
    let mut form = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let kind = class(bytes, at);
        if kind & CORE != 0 {
            let end = run_end(bytes, at);
            if is_plain_end(text, end) {
                push(bytes, at..end, &mut form, sink);
                at = end;
            } else {
                at = unicode::chunk(text, at, &mut scratch, sink);
            }
        } else if kind == ODD && is_odd(bytes, at) {
            at = unicode::chunk(text, before(bytes, at), &mut scratch, sink);
        } else {
            at += 1;
        }
    }
}

/// Where the run of words' bytes, and of punctuation inside words, that begins at `at` ends.
fn run_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at += 1;
        let kind = class(bytes, at);
        if kind & CORE != 0 {
            continue;
        }
        // MID_LETTER and MID_DIGIT are eight times LETTER and DIGIT.
        let sides = class(bytes, at - 1) & class(bytes, at + 1);
        if kind >> 3 & sides & (LETTER | DIGIT) == 0 {
            return at;
        }
    }
}

/// True if nothing behind `end` can change the word that ends there.
fn is_plain_end(text: &str, end: usize) -> bool {
    let bytes = text.as_bytes();
    let kind = class(bytes, end);
    if kind & (MID_LETTER | MID_DIGIT) != 0 {
        return !is_odd(bytes, end + 1);
    }
    if bytes.get(end) == Some(&b'-') {
        return class(bytes, end - 1) & LETTER == 0 || join::next_line(text, end + 1).is_none();
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

/// Marks belong to the character before them, unless that is white space.
fn before(bytes: &[u8], at: usize) -> usize {
    match at.checked_sub(1).and_then(|before| bytes.get(before)) {
        Some(&byte) if byte < 0x80 && !join::is_space(byte) => at - 1,
        _ => at,
    }
}

fn push(bytes: &[u8], range: std::ops::Range<usize>, form: &mut Vec<u8>, sink: &mut Sink) {
    let word = bytes.get(range.clone()).unwrap_or(&[]);
    form.clear();
    form.extend(word.iter().map(u8::to_ascii_lowercase));
    if word.iter().any(|b| b.is_ascii_alphanumeric()) {
        sink.push(range.start, range.end, spaced_id(form));
    }
}
