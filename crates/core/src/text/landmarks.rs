//! Places in the packed offsets of a long text at which decoding can begin.
//!
//! A page may carry thousands of stories. The report asks for the byte range of each, which must not take time in
//! proportion to the page.

use super::offsets::Spans;
use crate::model::Span;
use crate::steps;

/// Words from one landmark to the next. A landmark has 16 bytes.
const EVERY: u32 = 1024;

/// Where the words of one text can be decoded.
#[derive(Debug)]
pub struct Landmarks {
    /// The landmark at each [`EVERY`]th word. The first is that of word 0.
    marks: Vec<Mark>,
    bytes: usize,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    /// Position in the packed offsets.
    byte: usize,
    /// End of the word before, in the text.
    end: u64,
}

/// A part of the packed offsets of a text, to be decoded by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its first word.
    pub word: u32,
    /// Where it begins in the packed offsets.
    pub begin: usize,
    /// Where it ends there.
    pub end: usize,
    /// End of the word before, in the text.
    text_end: u64,
}

impl Landmarks {
    /// The landmarks of the text with these packed offsets. Time linear in the words.
    #[must_use]
    pub fn new(offsets: &[u8]) -> Self {
        let mut words = Spans {
            rest: offsets,
            end: 0,
        };
        let mut marks = vec![];
        loop {
            marks.push(Mark {
                byte: offsets.len() - words.rest.len(),
                end: words.end,
            });
            if words.nth(EVERY as usize - 1).is_none() {
                break;
            }
        }
        Self {
            marks,
            bytes: offsets.len(),
        }
    }

    /// A section that has the words from `first` to `last`, as far as the text has them. It has few others.
    #[must_use]
    pub fn section(&self, first: u32, last: u32) -> Section {
        let at = (first / EVERY).min(self.marks.len().saturating_sub(1) as u32);
        let mark = self.marks.get(at as usize);
        let after = self.marks.get((last / EVERY) as usize + 1);
        Section {
            word: at * EVERY,
            begin: mark.map_or(0, |mark| mark.byte),
            end: after.map_or(self.bytes, |mark| mark.byte),
            text_end: mark.map_or(0, |mark| mark.end),
        }
    }

    /// True if decoding should go on from a word to a later one, rather than begin at a landmark before that.
    #[must_use]
    pub fn are_near(word: u32, later: u32) -> bool {
        later / EVERY <= word / EVERY + 1
    }
}

impl Section {
    /// Decodes the section: the byte ranges of its words, in order. `offsets`: its packed offsets.
    pub fn spans<'o>(&self, offsets: &'o [u8]) -> impl Iterator<Item = Span> + use<'o> {
        steps::count(offsets.len());
        Spans {
            rest: offsets,
            end: self.text_end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::offsets::{push, spans};

    /// The packed offsets of words of different lengths, some of which take several bytes.
    fn packed(words: u32) -> Vec<u8> {
        let mut offsets = vec![];
        for word in 0..words as usize {
            push(&mut offsets, word % 9, 1 + word * 7 % 40);
        }
        offsets
    }

    #[test]
    fn sections_have_the_words_of_the_text() {
        for words in [0, 1, EVERY - 1, EVERY, EVERY + 1, 3 * EVERY, 3 * EVERY + 5] {
            let offsets = packed(words);
            let all: Vec<Span> = spans(&offsets).collect();
            let landmarks = Landmarks::new(&offsets);
            for first in (0..words + 9).step_by(100) {
                for last in [first, first + 1, first + 900, first + 3000, u32::MAX] {
                    let section = landmarks.section(first, last);
                    let found: Vec<Span> = section
                        .spans(&offsets[section.begin..section.end])
                        .collect();
                    let begin = section.word as usize;
                    assert_eq!(found, all[begin..begin + found.len()]);
                    let needed = all.len().min(last as usize + 1);
                    assert!(begin <= first as usize && begin + found.len() >= needed);
                }
            }
        }
    }

    #[test]
    fn many_passages_of_one_text_take_nearly_linear_time() {
        steps::assert_nearly_linear(20_000, |words| {
            let offsets = packed(words);
            let landmarks = Landmarks::new(&offsets);
            for first in (0..words - 100).step_by(100) {
                let section = landmarks.section(first, first + 99);
                let found = section.spans(&offsets[section.begin..section.end]);
                assert!(found.count() >= 100);
            }
        });
    }
}
