//! Joins the words of a number that is written with spaces between groups of digits: `10 000` is one word.
//!
//! A row is a sequence of number words with exactly one space between two of them. It may be one number if all of
//! these hold:
//!
//! 1. The first word is one to three digits, and does not begin with zero.
//! 2. Each other word begins with exactly three digits. Only the last one may have more: decimals after a comma or a
//!    full stop.
//! 3. No `+`, as in a telephone number, stands directly before the first word.
//!
//! If the spaces are no-break (no-break, narrow no-break, thin or figure space, also as a character reference), the row
//! is one number: writers use them to keep a number together. Plain spaces end such a row, so that `5 10~000` is 5 and
//! 10000. (`~` is a no-break space here.)
//!
//! Plain spaces also separate the figures of a list or a table. So a row with plain spaces only is one number in two
//! cases:
//!
//! - A word after the first one begins with zero, as in `10 000`. No figure of a list does.
//! - The first word has one or two digits, and the row is in the middle of a line, between other text: `sold 46 500 cars`.
//!
//! So `2021 100 200`, `120 135`, `12 300 45` and a line that ends in `12 300` are lists. Line breaks and tabs do not join
//! numbers. `May 12 300 people` cannot be told from a number and is joined.

use super::normalise::{Normaliser, spaced_id};
use super::number_words::NumberWords;
use super::writer::{Checkpoint, JoinedWord, WordWriter};
use super::{entities, is_number, numbers};
use crate::model::Span;

/// Words of the longest number. It is longer than the longest that [`numbers::canonical`] reads.
const MAX_WORDS: usize = 11;

/// Joins the words that make up one number among those written since `from`. Time linear in the words.
pub(super) fn join(text: &str, from: Checkpoint, writer: &mut WordWriter) {
    let numbers = find(text, writer.ids_since(from), writer.spans_since(from));
    writer.join(from, numbers);
}

fn find(text: &str, ids: &[u32], mut spans: impl Iterator<Item = Span>) -> Vec<JoinedWord> {
    let mut finder = Finder {
        text,
        normaliser: Normaliser::default(),
        found: Vec::new(),
    };
    let mut decoded = 0;
    for at in NumberWords::new(ids) {
        if at < decoded {
            continue;
        }
        let rest = ids.get(at..).unwrap_or_default();
        let count = rest.iter().take_while(|&&id| is_number(id)).count();
        if count < 2 {
            continue;
        }
        let first = spans.nth(at - decoded).into_iter();
        let run: Vec<Span> = first.chain(spans.by_ref().take(count - 1)).collect();
        finder.numbers(at, &run);
        decoded = at + count;
    }
    finder.found
}

/// The kind of a space.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Plain,
    NoBreak,
}

struct Finder<'a> {
    text: &'a str,
    normaliser: Normaliser,
    found: Vec<JoinedWord>,
}

/// The space between two words, if there is exactly one.
pub(super) fn space(text: &str, left: &Span, right: &Span) -> Option<Space> {
    let between = text.get(left.end as usize..right.begin as usize)?;
    let mut characters = between.chars();
    let space = match (characters.next()?, characters.next()) {
        ('&', Some(_)) => match entities::parse(between.as_bytes())? {
            (space, length) if length == between.len() => space,
            _ => return None,
        },
        (space, None) => space,
        _ => return None,
    };
    match space {
        ' ' => Some(Space::Plain),
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => Some(Space::NoBreak),
        _ => None,
    }
}

impl Finder<'_> {
    /// Finds the numbers among consecutive number words, the first of which has the index `at`.
    fn numbers(&mut self, at: usize, words: &[Span]) {
        let text = self.text;
        let mut begin = 0;
        for row in words.chunk_by(|a, b| space(text, a, b).is_some()) {
            let is_plain = row
                .windows(2)
                .all(|pair| space(text, &pair[0], &pair[1]) == Some(Space::Plain));
            if is_plain {
                self.number(at + begin, row, Space::Plain);
            } else {
                let mut begin = begin;
                for row in row.chunk_by(|a, b| space(text, a, b) == Some(Space::NoBreak)) {
                    self.number(at + begin, row, Space::NoBreak);
                    begin += row.len();
                }
            }
            begin += row.len();
        }
    }

    /// Adds `words`, a row with one kind of space between them, if they are one number.
    fn number(&mut self, at: usize, words: &[Span], space: Space) {
        if words.len() < 2 || words.len() > MAX_WORDS {
            return;
        }
        if let Some(id) = self.id(words, space) {
            let words = at..at + words.len();
            self.found.push(JoinedWord { words, id });
        }
    }

    /// The id of the number that `words` are.
    fn id(&mut self, words: &[Span], space: Space) -> Option<u32> {
        let (first, last) = (words.first()?, words.last()?);
        let before = self.text.get(..first.begin as usize)?;
        if before.ends_with('+') {
            return None;
        }
        let mut number = String::new();
        let (mut first_digits, mut is_list) = (0, space == Space::Plain);
        for (index, word) in words.iter().enumerate() {
            let word = self.text.get(word.begin as usize..word.end as usize)?;
            let form = self.normaliser.normalise(word);
            let digits = form.bytes().take_while(u8::is_ascii_digit).count();
            let is_last = index + 1 == words.len();
            if index == 0 {
                first_digits = digits;
            } else {
                if digits != 3 {
                    return None;
                }
                is_list &= !form.starts_with('0');
                number.push('\'');
            }
            let is_decimal = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b',');
            let mut rest = form.bytes().skip(digits);
            if !(is_last || digits == form.len()) || !rest.all(is_decimal) {
                return None;
            }
            number.push_str(form);
        }
        let after = self.text.get(last.end as usize..)?;
        if is_list && !(first_digits < 3 && is_inside_line(before, after)) {
            return None;
        }
        numbers::canonical(number.as_bytes())?;
        Some(spaced_id(number.as_bytes()))
    }
}

/// True if other text is on both sides, in the same line, with at most one space between.
fn is_inside_line(before: &str, after: &str) -> bool {
    let left = before
        .strip_suffix(' ')
        .unwrap_or(before)
        .chars()
        .next_back();
    let right = after.strip_prefix(' ').unwrap_or(after).chars().next();
    let is_text = |c: char| !c.is_whitespace();
    left.is_some_and(is_text) && right.is_some_and(is_text)
}

#[cfg(test)]
mod tests {
    use crate::text::words;

    /// The words of a text, with `~` for a no-break space.
    fn split(text: &str) -> Vec<String> {
        let text = text.replace('~', "\u{a0}");
        let piece =
            |s: crate::model::Span| text[s.begin as usize..s.end as usize].replace('\u{a0}', "~");
        words(&text).spans().map(piece).collect()
    }

    #[test]
    fn groups_of_three_digits_are_one_number() {
        let ten_thousand = words("10000");
        for number in [
            "10,000",
            "10.000",
            "10'000",
            "10 000",
            "10\u{a0}000",
            "10\u{202f}000",
            "10\u{2009}000",
            "10&nbsp;000",
            "10&#8239;000",
            "١٠٬٠٠٠",
            "١٠ ٠٠٠",
            "۱۰\u{a0}۰۰۰",
            "१०,०००",
        ] {
            assert_eq!(words(number).ids(), ten_thousand.ids(), "{number}");
            let spans: Vec<_> = words(number).spans().map(|s| (s.begin, s.end)).collect();
            assert_eq!(spans, [(0, number.len() as u64)], "{number}");
        }
        let same = [
            ("1~234~567", "1,234,567"),
            ("1~234,50", "1,234.50"),
            ("120~345", "120,345"),
            ("12~300km", "12,300 km"),
            ("€46~500.", "€46,500."),
            ("10 000–12 000", "10,000–12,000"),
            ("5 10~000", "5 10,000"),
            ("120 000", "120,000"),
            ("1 034 567", "1,034,567"),
        ];
        for (left, right) in same {
            let left = left.replace('~', "\u{a0}");
            assert_eq!(words(&left).ids(), words(right).ids(), "{left} {right}");
        }
    }

    #[test]
    fn plain_spaces_group_digits_only_inside_a_line() {
        for text in [
            "paid 46 500 crowns",
            "(46 500)",
            "for €1 234 567.",
            "of 12 300km",
        ] {
            let commas = text
                .replace("6 5", "6,5")
                .replace("1 234 567", "1,234,567")
                .replace("2 3", "2,3");
            assert_eq!(words(text).ids(), words(&commas).ids(), "{text}");
        }
        for text in [
            "46 500 crowns",
            "paid 46 500",
            "paid 46 500\nNext",
            "paid\n46 500 crowns",
            "paid  46 500 crowns",
            "paid 46 500  crowns",
            "paid\t46 500 crowns",
            "sales 120 135 profit",
            "team 100 200 300 points",
        ] {
            let expected: Vec<&str> = text.split_whitespace().collect();
            assert_eq!(split(text), expected, "{text}");
        }
    }

    #[test]
    fn lists_dates_and_telephone_numbers_stay_apart() {
        for text in [
            "a 2021 100 b",
            "a 2021 100 200 b",
            "a 12 300 45 b",
            "a 5 1.5 b",
            "a 0 500 b",
            "a 012 345 b",
            "a 1 00 000 b",
            "a 12  345 b",
            "a 12\n345 b",
            "a 12\t345 b",
            "a 12, 345 b",
            "a 1.5 000 b",
            "a 12 5000 b",
            "a 10 000.00,5 b",
            "a 1 234 567 89 b",
            "10~5~000",
            "123 456.789.012",
            "1~007'300",
        ] {
            let expected: Vec<&str> = text
                .split([' ', '\n', '\t', '~'])
                .map(|w| w.trim_matches(','))
                .filter(|w| !w.is_empty())
                .collect();
            assert_eq!(split(text), expected, "{text}");
        }
        assert_eq!(split("10~000 1~000"), ["10~000", "1~000"]);
        assert_eq!(
            split("call +48 601 034 now"),
            ["call", "48", "601", "034", "now"]
        );
        assert_eq!(split(&"123~".repeat(20)).len(), 20);
    }

    #[test]
    fn words_around_a_number_keep_their_places() {
        let long = "a".repeat(50);
        assert_eq!(
            split(&format!(
                "In 2021 the {long} 10~000 of 12 1,5 3 000 000 or 7 8 end"
            )),
            [
                "In", "2021", "the", &long, "10~000", "of", "12", "1,5", "3", "000", "000", "or",
                "7", "8", "end"
            ]
        );
    }

    #[test]
    fn parts_of_a_text_do_not_join() {
        let (mut ids, mut offsets) = (Vec::new(), Vec::new());
        crate::text::scan_parts("1 10 000 x", [0..4, 5..10], &mut ids, &mut offsets);
        assert_eq!(ids.len(), 4);
    }
}
