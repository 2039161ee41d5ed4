//! Words of ASCII text by masks and a table, and the way out of them where the text is more than that.
//!
//! Gives exactly the words of UAX #29: letters, digits and underscores make a run; a full stop or an
//! apostrophe stays between two letters or two digits, a colon between letters, a comma or a semicolon
//! between digits.

use super::bitmasks::{BLOCK, Masks};
use super::entities;
use super::join;
use super::normalise::flagged;
use super::normalise::spaced_id;
use super::offsets;
use super::short;
use super::sink::{self, Sink};
use super::unicode::{self, Scratch};

/// A block, and as many bytes behind it as a word may have that begins in it.
const WINDOW: usize = BLOCK + short::LONGEST;
const _: () = assert!(short::LONGEST <= offsets::ORDINARY);
const _: () = assert!(BLOCK / 2 <= sink::RUN);

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

/// The words from `at` on, for as long as each has sixteen bytes at most and its ends are beyond
/// doubt; returns where that stops, which is where no word goes on. Nothing of it takes a loop over bytes.
#[inline(never)]
fn plain_words(bytes: &[u8], mut at: usize, sink: &mut Sink) -> usize {
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
        match plain_words_of(window, at, sink) {
            Stop::Beyond(passed) => at += passed,
            Stop::Before(passed) => return (at + passed).min(bytes.len()),
        }
    }
    bytes.len()
}

/// How far the words of a window are known.
enum Stop {
    /// Up to here, from where the next window is to be looked at.
    Beyond(usize),
    /// Up to here, where something is not plain.
    Before(usize),
}

/// The same for the words of one window, which stands at `at` in the text.
#[inline]
fn plain_words_of(window: &[u8; WINDOW], at: usize, sink: &mut Sink) -> Stop {
    let Some(block) = window.first_chunk() else {
        return Stop::Before(0);
    };
    let masks = Masks::of(block);
    let (mut run, mut next) = (sink.run(), None);
    for (begin, end) in masks.words() {
        let Some(word) = short::Word::new(&window[begin..], end - begin) else {
            next = Some(begin);
            break;
        };
        run.push(at + begin, at + end, flagged(word.hash(), word.is_number()));
    }
    if !sink.append(&run) {
        for ((begin, end), &id) in masks.words().zip(run.ids()) {
            sink.push(at + begin, at + end, id);
        }
    }
    match (next, masks.behind()) {
        (None, behind) if masks.is_plain() && behind > 0 => Stop::Beyond(behind),
        (next, behind) => Stop::Before(next.unwrap_or(behind)),
    }
}

/// All that is not plain: long words, punctuation in numbers, the end of the text, and Unicode.
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
