//! Separates a number from the letters written directly after it, so that `20km` is the same as `20 km`.
//!
//! A word that begins with a digit ends before its first letter, and the letters are a word of their own: `46,500t`,
//! `1990s`, `2nd`, `4G`. Letters before digits stay with them, as in `G20`. The `h` of a French time, such as `18h30`, is
//! a word between two numbers.

use super::char_table::{self, CharClass};
use super::normalise::is_apostrophe;

/// The parts of a word of UAX #29, each with the byte at which it begins: a number, its unit and the minutes after the
/// unit `h`, or the whole word.
pub(super) fn parts(word: &str) -> impl Iterator<Item = (usize, &str)> {
    let unit = unit_begin(word).and_then(|at| {
        word.split_at_checked(at)
            .map(|(number, unit)| (at, number, unit))
    });
    let (number, unit) = match unit {
        Some((at, number, unit)) => (number, Some((at, unit))),
        None => (word, None),
    };
    let minutes = unit.and_then(|(at, unit)| {
        let minutes = minutes(unit)?;
        Some((at + unit.len() - minutes.len(), minutes))
    });
    let unit = unit.map(|(at, unit)| match minutes {
        Some((end, _)) => (at, unit.get(..end - at).unwrap_or(unit)),
        None => (at, unit),
    });
    std::iter::once((0, number)).chain(unit).chain(minutes)
}

/// The two digits after the `h` of a time. `None` if the unit is another one.
fn minutes(unit: &str) -> Option<&str> {
    let minutes = unit.strip_prefix(['h', 'H'])?;
    let are_digits = minutes
        .chars()
        .all(|c| c.is_numeric() && !c.is_alphabetic());
    (are_digits && minutes.chars().count() == 2).then_some(minutes)
}

/// Where the unit of a number begins. `None` if the word does not begin with a digit, or has no letter.
fn unit_begin(word: &str) -> Option<usize> {
    let is_mark = |c: char| char_table::entry(c).class == CharClass::Mark;
    let mut letters = word.char_indices().filter(|&(_, c)| !is_mark(c));
    let (_, first) = letters.next()?;
    if !first.is_numeric() || first.is_alphabetic() {
        return None;
    }
    // Unicode has apostrophes that are letters.
    let is_letter = |c: char| c.is_alphabetic() && !is_apostrophe(c);
    letters.find(|&(_, c)| is_letter(c)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_begins_at_the_first_letter_after_a_digit() {
        let split = |word| parts(word).map(|(_, part)| part).collect::<Vec<_>>();
        assert_eq!(split("20km"), ["20", "km"]);
        assert_eq!(split("3,5m"), ["3,5", "m"]);
        assert_eq!(split("1990s"), ["1990", "s"]);
        assert_eq!(split("2a4b"), ["2", "a4b"]);
        assert_eq!(split("18h30"), ["18", "h", "30"]);
        assert_eq!(split("18H３０"), ["18", "H", "３０"]);
        for other in ["18h3", "18h300", "18h3a", "18hé0", "18h"] {
            assert_eq!(split(other).len(), 2, "{other}");
        }
        assert_eq!(split("1_km"), ["1_", "km"]);
        assert_eq!(split("1ʼ1é"), ["1ʼ1", "é"]);
        assert_eq!(split("１０км"), ["１０", "км"]);
        assert_eq!(split("٢٠كم"), ["٢٠", "كم"]);
        assert_eq!(
            split("\u{ad}5\u{301}e\u{301}"),
            ["\u{ad}5\u{301}", "e\u{301}"]
        );
        for whole in ["2021", "10,000", "G20", "_1a", "Ⅷa", "word", "1_", ""] {
            assert_eq!(split(whole), [whole]);
        }
        assert_eq!(parts("20km").map(|(at, _)| at).collect::<Vec<_>>(), [0, 2]);
    }
}
