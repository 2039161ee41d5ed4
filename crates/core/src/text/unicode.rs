//! Words of text that is not plain ASCII: one chunk between white space at a time.
//!
//! A letter of an unspaced script cuts the text on both sides and is a word. What stands between is
//! cut by UAX #29: by a small machine over the classes of [`super::classes`] where all characters are
//! simple, else by the segmenter of `unicode-segmentation`. Both give the same words.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::classes::{self, Class, Entry};
use super::entities;
use super::join::{self, Joined};
use super::normalise::{Normaliser, spaced_id, straight_quote};
use super::script;
use super::sink::Sink;

/// Zero-width space: seen by nobody, but UAX #29 would part words at it.
const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// Buffers that serve chunk after chunk.
#[derive(Default)]
pub(super) struct Scratch {
    normaliser: Normaliser,
    joined: Joined,
    straight: Joined,
    form: Vec<u8>,
}

/// Cuts the chunk that begins at `begin`, and what a hyphen at its end joins to it; returns where it ends.
pub(super) fn chunk(text: &str, begin: usize, scratch: &mut Scratch, sink: &mut Sink) -> usize {
    let rest = text.as_bytes().get(begin..).unwrap_or(&[]);
    let length = rest.iter().position(|&b| join::is_space(b));
    let mut end = begin + length.unwrap_or(rest.len());
    let chunk = text.get(begin..end).unwrap_or("");
    let broken = chunk.ends_with(join::is_hyphen) && join::next_line(text, end).is_some();
    if broken || has_reference(chunk.as_bytes()) {
        let mut joined = std::mem::take(&mut scratch.joined);
        end = join::gather(text, begin, &mut joined);
        let whole = 0..joined.text.len();
        Cutter::new(&joined.text, Some(&joined.origin), scratch, sink).cut(whole);
        scratch.joined = joined;
    } else {
        Cutter::new(text, None, scratch, sink).cut(begin..end);
    }
    end
}

fn has_reference(chunk: &[u8]) -> bool {
    memchr::memchr_iter(b'&', chunk).any(|at| entities::parse(&chunk[at..]).is_some())
}

/// A word under way in the machine.
struct Open {
    begin: usize,
    end: usize,
    last: Class,
    /// The punctuation after `end`, if the word may go on behind it.
    middle: Option<(Class, Entry)>,
    alphanumeric: bool,
}

struct Cutter<'a, 'b> {
    text: &'a str,
    origin: Option<&'a [(usize, usize)]>,
    scratch: &'a mut Scratch,
    sink: &'a mut Sink<'b>,
    open: Option<Open>,
}

impl<'a, 'b> Cutter<'a, 'b> {
    fn new(
        text: &'a str,
        origin: Option<&'a [(usize, usize)]>,
        scratch: &'a mut Scratch,
        sink: &'a mut Sink<'b>,
    ) -> Self {
        let open = None;
        Self {
            text,
            origin,
            scratch,
            sink,
            open,
        }
    }

    /// The words of a range of the text without ASCII white space.
    fn cut(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            at = self.simple_run(at..range.end);
        }
    }

    /// Cuts up to the next unspaced letter and that letter; returns where it got to.
    fn simple_run(&mut self, range: Range<usize>) -> usize {
        let before = self.sink.mark();
        for (offset, character) in self.slice(range.clone()).char_indices() {
            let at = range.start + offset;
            let entry = classes::entry(character);
            match entry.class {
                Class::Other => self.close(),
                Class::Letter | Class::Digit | Class::Joiner => {
                    self.extend(entry, at, at + character.len_utf8());
                }
                Class::MidLetter | Class::MidNumber | Class::MidBoth => self.suspend(entry),
                Class::Unspaced => {
                    self.close();
                    return self.unspaced(character, entry, at..range.end);
                }
                Class::Mark | Class::Complex => {
                    self.open = None;
                    self.sink.rewind(before);
                    return self.complex_run(range, at);
                }
            }
        }
        self.close();
        range.end
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or("")
    }

    /// One more letter, digit or joiner.
    fn extend(&mut self, entry: Entry, begin: usize, end: usize) {
        let form = &mut self.scratch.form;
        if let Some((middle, between)) = self.open.as_mut().and_then(|o| o.middle.take()) {
            let goes_on = match self.open.as_ref().map(|o| o.last) {
                Some(last) => last == entry.class && stays(middle, last),
                None => false,
            };
            if goes_on {
                between.append_form(form);
            } else {
                self.close();
            }
        }
        let open = self.open.get_or_insert_with(|| {
            self.scratch.form.clear();
            Open {
                begin,
                end,
                last: entry.class,
                middle: None,
                alphanumeric: false,
            }
        });
        entry.append_form(&mut self.scratch.form);
        open.end = end;
        open.last = entry.class;
        open.alphanumeric |= entry.class != Class::Joiner;
    }

    /// Punctuation that may stand inside a word.
    fn suspend(&mut self, entry: Entry) {
        match &mut self.open {
            Some(open) if open.middle.is_none() && stays(entry.class, open.last) => {
                open.middle = Some((entry.class, entry));
            }
            _ => self.close(),
        }
    }

    /// Ends the word under way.
    fn close(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        if open.alphanumeric && !self.scratch.form.is_empty() {
            let id = spaced_id(&self.scratch.form);
            self.emit(open.begin, open.end, id);
        }
    }

    /// One unspaced letter with its marks; returns where they end.
    fn unspaced(&mut self, letter: char, entry: Entry, range: Range<usize>) -> usize {
        let rest = self.slice(range.clone());
        let marks = rest.get(letter.len_utf8()..).unwrap_or("");
        let length = marks
            .find(|c| classes::entry(c).class != Class::Mark)
            .unwrap_or(marks.len());
        let end = range.start + letter.len_utf8() + length;
        let id = if length > 0 && script::takes_composing_marks(letter) {
            let cluster = self.slice(range.start..end);
            let found = self
                .scratch
                .normaliser
                .unspaced_id(cluster, classes::is_mark);
            found.unwrap_or(0)
        } else {
            entry.id()
        };
        if id != 0 {
            self.emit(range.start, end, id);
        }
        end
    }

    /// Cuts by the segmenter up to the next unspaced letter; the first difficult character is at `at`.
    fn complex_run(&mut self, range: Range<usize>, at: usize) -> usize {
        let length = self.slice(at..range.end).find(script::is_unspaced);
        let end = length.map_or(range.end, |length| at + length);
        let run = self.slice(range.start..end);
        if run
            .chars()
            .any(|c| c == ZERO_WIDTH_SPACE || straight_quote(c) != c)
        {
            self.straightened(range.start..end);
        } else {
            for (offset, word) in run.unicode_word_indices() {
                let begin = range.start + offset;
                if let Some(id) = word_id(&mut self.scratch.normaliser, word) {
                    self.emit(begin, begin + word.len(), id);
                }
            }
        }
        end
    }

    /// As `complex_run`, for a run whose quotation marks would mislead the segmenter.
    fn straightened(&mut self, range: Range<usize>) {
        let mut straight = std::mem::take(&mut self.scratch.straight);
        straight.clear();
        for (offset, character) in self.slice(range.clone()).char_indices() {
            let begin = range.start + offset;
            if character != ZERO_WIDTH_SPACE {
                let (begin, end) = self.original(begin, begin + character.len_utf8());
                straight.push(straight_quote(character), begin..end);
            }
        }
        for (begin, word) in straight.text.unicode_word_indices() {
            if let Some(id) = word_id(&mut self.scratch.normaliser, word) {
                let (begin, end) = original(&straight.origin, begin, begin + word.len());
                self.sink.push(begin, end, id);
            }
        }
        self.scratch.straight = straight;
    }

    fn emit(&mut self, begin: usize, end: usize, id: u32) {
        let (begin, end) = self.original(begin, end);
        self.sink.push(begin, end, id);
    }

    fn original(&self, begin: usize, end: usize) -> (usize, usize) {
        match self.origin {
            Some(origin) => original(origin, begin, end),
            None => (begin, end),
        }
    }
}

/// The range of the original text behind a range, which is not empty, of the changed one.
fn original(origin: &[(usize, usize)], begin: usize, end: usize) -> (usize, usize) {
    let first = origin.get(begin).map_or(0, |from| from.0);
    let last = origin
        .get(end.saturating_sub(1))
        .map_or(first, |from| from.1);
    (first, last)
}

/// True if punctuation of class `middle` may join two characters of class `side`.
fn stays(middle: Class, side: Class) -> bool {
    match side {
        Class::Letter => matches!(middle, Class::MidLetter | Class::MidBoth),
        Class::Digit => matches!(middle, Class::MidNumber | Class::MidBoth),
        _ => false,
    }
}

fn word_id(normaliser: &mut Normaliser, word: &str) -> Option<u32> {
    let form = normaliser.normalise(word);
    (!form.is_empty()).then(|| spaced_id(form.as_bytes()))
}
