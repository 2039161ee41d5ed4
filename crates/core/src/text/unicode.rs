//! Words of text that is not plain ASCII, one chunk between white space at a time.
//!
//! Each letter of an unspaced script is a word and separates the text on both sides. The runs between are
//! segmented by UAX #29: by a small state machine over [`CharClass`] if all characters are simple, otherwise
//! by the segmenter of `unicode-segmentation`. Both give the same words.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::char_table::{self, CharClass, CharEntry};
use super::entities;
use super::normalise::{Normaliser, for_segmentation, spaced_id};
use super::repair::{self, RepairedText};
use super::units;
use super::unspaced;
use super::writer::WordWriter;

/// Zero-width space. It is invisible, but UAX #29 separates words at it.
const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// Buffers to segment one chunk after the other.
#[derive(Default)]
pub(super) struct Buffers {
    normaliser: Normaliser,
    repaired: RepairedText,
    straight: RepairedText,
    form: Vec<u8>,
}

/// Writes the words of the chunk that begins at `begin`, and of the chunks that hyphens join to it. Returns
/// where the last chunk ends.
pub(super) fn chunk(
    text: &str,
    begin: usize,
    buffers: &mut Buffers,
    writer: &mut WordWriter,
) -> usize {
    let rest = text.as_bytes().get(begin..).unwrap_or(&[]);
    let length = rest.iter().position(|&b| repair::is_space(b));
    let mut end = begin + length.unwrap_or(rest.len());
    let chunk = text.get(begin..end).unwrap_or("");
    let is_hyphenated =
        chunk.ends_with(repair::is_hyphen) && repair::continuation(text, end).is_some();
    if is_hyphenated || has_reference(chunk.as_bytes()) {
        let mut repaired = std::mem::take(&mut buffers.repaired);
        end = repair::repair(text, begin, &mut repaired);
        let whole = 0..repaired.text.len();
        Segmenter::new(&repaired.text, Some(&repaired.origin), buffers, writer).segment(whole);
        buffers.repaired = repaired;
    } else {
        Segmenter::new(text, None, buffers, writer).segment(begin..end);
    }
    end
}

fn has_reference(chunk: &[u8]) -> bool {
    memchr::memchr_iter(b'&', chunk).any(|at| entities::parse(&chunk[at..]).is_some())
}

/// A word that the state machine has begun.
struct OpenWord {
    begin: usize,
    end: usize,
    last: CharClass,
    /// The punctuation after `end`, if the word may continue after it.
    middle: Option<(CharClass, CharEntry)>,
    letters: bool,
    digits: bool,
}

struct Segmenter<'a, 'b> {
    text: &'a str,
    /// For each byte of `text`, its range in the original; `None` if `text` is the original.
    origin: Option<&'a [(usize, usize)]>,
    buffers: &'a mut Buffers,
    writer: &'a mut WordWriter<'b>,
    open: Option<OpenWord>,
}

impl<'a, 'b> Segmenter<'a, 'b> {
    fn new(
        text: &'a str,
        origin: Option<&'a [(usize, usize)]>,
        buffers: &'a mut Buffers,
        writer: &'a mut WordWriter<'b>,
    ) -> Self {
        Self {
            text,
            origin,
            buffers,
            writer,
            open: None,
        }
    }

    /// Writes the words of a range that has no ASCII white space.
    fn segment(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            at = self.simple_run(at..range.end);
        }
    }

    /// Writes the words up to and including the next unspaced letter. Returns where it stopped.
    fn simple_run(&mut self, range: Range<usize>) -> usize {
        let before = self.writer.checkpoint();
        for (offset, character) in self.slice(range.clone()).char_indices() {
            let at = range.start + offset;
            let entry = char_table::entry(character);
            match entry.class {
                CharClass::Other => self.close(),
                CharClass::Letter | CharClass::Digit | CharClass::Joiner => {
                    self.extend(entry, at, at + character.len_utf8());
                }
                CharClass::MidLetter | CharClass::MidNumber | CharClass::MidBoth => {
                    self.suspend(entry);
                }
                CharClass::Unspaced => {
                    self.close();
                    return self.unspaced(character, entry, at..range.end);
                }
                CharClass::Mark | CharClass::Complex => {
                    self.open = None;
                    self.writer.rewind(before);
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

    /// Adds a letter, digit or joiner to the open word, or opens one.
    fn extend(&mut self, entry: CharEntry, begin: usize, end: usize) {
        let form = &mut self.buffers.form;
        if let Some((middle, between)) = self.open.as_mut().and_then(|o| o.middle.take()) {
            let continues = match self.open.as_ref().map(|o| o.last) {
                Some(last) => last == entry.class && joins(middle, last),
                None => false,
            };
            if continues {
                between.append_form(form);
            } else {
                self.close();
            }
        }
        let open = self.open.get_or_insert_with(|| {
            self.buffers.form.clear();
            OpenWord {
                begin,
                end,
                last: entry.class,
                middle: None,
                letters: false,
                digits: false,
            }
        });
        entry.append_form(&mut self.buffers.form);
        open.end = end;
        open.last = entry.class;
        open.letters |= entry.class == CharClass::Letter;
        open.digits |= entry.class == CharClass::Digit;
    }

    /// Handles punctuation that may be inside a word: the next character decides.
    fn suspend(&mut self, entry: CharEntry) {
        match &mut self.open {
            Some(open) if open.middle.is_none() && joins(entry.class, open.last) => {
                open.middle = Some((entry.class, entry));
            }
            _ => self.close(),
        }
    }

    /// Ends the open word and writes it.
    fn close(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        if open.letters && open.digits {
            self.write_parts(open.begin, self.slice(open.begin..open.end));
        } else if (open.letters || open.digits) && !self.buffers.form.is_empty() {
            let id = spaced_id(&self.buffers.form);
            self.write(open.begin, open.end, id);
        }
    }

    /// Writes one unspaced letter with its marks. Returns where they end.
    fn unspaced(&mut self, letter: char, entry: CharEntry, range: Range<usize>) -> usize {
        let rest = self.slice(range.clone());
        let marks = rest.get(letter.len_utf8()..).unwrap_or("");
        let length = marks
            .find(|c| {
                char_table::entry(c).class != CharClass::Mark
                    && !unspaced::continues_syllable(letter, c)
            })
            .unwrap_or(marks.len());
        let end = range.start + letter.len_utf8() + length;
        let id = if length > 0 && unspaced::takes_composing_marks(letter) {
            let cluster = self.slice(range.start..end);
            self.buffers
                .normaliser
                .unspaced_id(cluster, char_table::is_mark)
        } else {
            entry.unspaced_id()
        };
        if let Some(id) = id {
            self.write(range.start, end, id);
        }
        end
    }

    /// Writes the words up to the next unspaced letter, found by the segmenter of `unicode-segmentation`. The
    /// first character that the state machine cannot handle is at `at`.
    fn complex_run(&mut self, range: Range<usize>, at: usize) -> usize {
        let length = self.slice(at..range.end).find(unspaced::is_unspaced);
        let end = length.map_or(range.end, |length| at + length);
        let run = self.slice(range.start..end);
        if run
            .chars()
            .any(|c| c == ZERO_WIDTH_SPACE || for_segmentation(c) != c)
        {
            self.straightened(range.start..end);
        } else {
            for (offset, word) in run.unicode_word_indices() {
                self.write_parts(range.start + offset, word);
            }
        }
        end
    }

    /// Does the same for a run with typographic quotation marks, narrow no-break spaces or zero-width spaces, which would
    /// mislead the segmenter.
    fn straightened(&mut self, range: Range<usize>) {
        let mut straight = std::mem::take(&mut self.buffers.straight);
        straight.clear();
        for (offset, character) in self.slice(range.clone()).char_indices() {
            let begin = range.start + offset;
            if character != ZERO_WIDTH_SPACE {
                let (begin, end) = self.original(begin, begin + character.len_utf8());
                straight.push(for_segmentation(character), begin..end);
            }
        }
        for (offset, word) in straight.text.unicode_word_indices() {
            for (at, part) in units::parts(word) {
                if let Some(id) = word_id(&mut self.buffers.normaliser, part) {
                    let begin = offset + at;
                    let (begin, end) = original(&straight.origin, begin, begin + part.len());
                    self.writer.push(begin, end, id);
                }
            }
        }
        self.buffers.straight = straight;
    }

    /// Writes the number and the unit of a word of UAX #29 that begins at `begin`, or the whole word.
    fn write_parts(&mut self, begin: usize, word: &str) {
        for (at, part) in units::parts(word) {
            if let Some(id) = word_id(&mut self.buffers.normaliser, part) {
                self.write(begin + at, begin + at + part.len(), id);
            }
        }
    }

    fn write(&mut self, begin: usize, end: usize, id: u32) {
        let (begin, end) = self.original(begin, end);
        self.writer.push(begin, end, id);
    }

    fn original(&self, begin: usize, end: usize) -> (usize, usize) {
        match self.origin {
            Some(origin) => original(origin, begin, end),
            None => (begin, end),
        }
    }
}

/// The range in the original text of a non-empty range in the repaired text.
fn original(origin: &[(usize, usize)], begin: usize, end: usize) -> (usize, usize) {
    let first = origin.get(begin).map_or(0, |from| from.0);
    let last = origin
        .get(end.saturating_sub(1))
        .map_or(first, |from| from.1);
    (first, last)
}

/// True if punctuation of class `middle` joins two characters of class `side` into one word.
fn joins(middle: CharClass, side: CharClass) -> bool {
    match side {
        CharClass::Letter => matches!(middle, CharClass::MidLetter | CharClass::MidBoth),
        CharClass::Digit => matches!(middle, CharClass::MidNumber | CharClass::MidBoth),
        _ => false,
    }
}

fn word_id(normaliser: &mut Normaliser, word: &str) -> Option<u32> {
    let form = normaliser.normalise(word);
    (!form.is_empty()).then(|| spaced_id(form.as_bytes()))
}
