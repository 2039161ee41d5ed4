//! Words of ASCII text by a table, and the way out of it where the text is more than that.
//!
//! Gives exactly the words of UAX #29: letters, digits and underscores make a run; a full stop or an
//! apostrophe stays between two letters or two digits, a colon between letters, a comma or a semicolon
//! between digits.

use super::entities;
use super::join;
use super::normalise::flagged;
use super::normalise::spaced_id;
use super::short;
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

/// The words of `text` from `begin` on, which is where none goes on.
pub(super) fn scan(text: &str, begin: usize, sink: &mut Sink) {
    let mut slow = Slow::default();
    let mut at = begin;
    while at < text.len() {
        at = plain_words(text.as_bytes(), at, sink);
        at = slow.step(text, at, sink);
    }
}

/// The words from `at` on, for as long as each has sixteen letters and digits at most and its end is beyond
/// doubt; returns where that stops. None takes a loop or memory.
#[inline]
fn plain_words(bytes: &[u8], mut at: usize, sink: &mut Sink) -> usize {
    while let (Some(first), Some(second)) = (window(bytes, at), window(bytes, at + 8)) {
        let (head, tail) = (short::leading(first), short::leading(second));
        if head == 0 {
            if class(bytes, at) & (ODD | JOINER) != 0 {
                break;
            }
            at += 1;
            continue;
        }
        let tail = if head == 8 { tail } else { 0 };
        let end = at + head + tail;
        // What parts the words, and is passed over with this one.
        let parting = match class(bytes, end) {
            0 => 1,
            kind if kind & MID_DIGIT != 0 && class(bytes, end + 1) == 0 => 2,
            _ => break,
        };
        let hash = short::hash(
            short::cut(short::lower_case(first), head),
            short::cut(short::lower_case(second), tail),
        );
        let numeric = (first as u8).is_ascii_digit();
        sink.push(at, end, flagged(hash, numeric));
        at = end + parting;
    }
    at.min(bytes.len())
}

#[inline]
fn window(bytes: &[u8], at: usize) -> Option<u64> {
    let window = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*window))
}

/// All that is not plain: long words, punctuation in words, the end of the text, and Unicode.
#[derive(Default)]
struct Slow {
    scratch: Scratch,
    form: Vec<u8>,
}

impl Slow {
    /// One word, or one byte that belongs to none, or one Unicode chunk; returns where it ends.
    fn step(&mut self, text: &str, at: usize, sink: &mut Sink) -> usize {
        let bytes = text.as_bytes();
        let kind = class(bytes, at);
        if kind & CORE != 0 {
            let end = run_end(bytes, at);
            if is_plain_end(text, end) {
                push(bytes, at..end, &mut self.form, sink);
                return end;
            }
            unicode::chunk(text, at, &mut self.scratch, sink)
        } else if kind == ODD && is_odd(bytes, at) {
            unicode::chunk(text, before(bytes, at), &mut self.scratch, sink)
        } else {
            at + 1
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
