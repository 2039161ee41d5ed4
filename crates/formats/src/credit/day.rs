//! Days in datelines, such as `Feb 26`, `26th Feb, 2021`, `26. Februar 2021` or `2月26日`.

use std::ops::Range;

/// A calendar day, with or without the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year, if it is stated.
    pub year: Option<i16>,
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
}

impl Day {
    /// The day in ISO 8601: `2021-02-26`, or `--02-26` without a year.
    #[must_use]
    pub fn iso_8601(self) -> String {
        let year = self.year.map_or("-".to_owned(), |year| year.to_string());
        format!("{year}-{:02}-{:02}", self.month, self.day)
    }
}

/// Prefixes of month names in the languages of the agencies, in lower case. A prefix has 4 letters if 3
/// would match another word or month.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen", "янв", "oca", "sty", "січ"],
    &["feb", "fév", "fev", "фев", "şub", "lut", "лют"],
    &["mar", "mär", "maa", "мар", "бер"],
    &["apr", "avr", "abr", "апр", "nis", "kwi", "кві"],
    &["may", "mai", "mag", "mei", "maj", "мая", "май", "тра"],
    &["jun", "juin", "giu", "июн", "haz", "cze", "чер"],
    &["jul", "juil", "lug", "июл", "tem", "lip", "лип"],
    &["aug", "aoû", "aou", "ago", "авг", "ağu", "sie", "сер"],
    &["sep", "set", "сен", "eyl", "wrz", "вер"],
    &["oct", "okt", "ott", "out", "окт", "eki", "paź", "жов"],
    &["nov", "ноя", "kas", "lis", "лис"],
    &["dec", "dez", "déc", "dic", "дек", "ara", "gru", "гру"],
];
/// The length of the longest month name in characters.
const MAX_MONTH_CHARS: usize = 10;

/// The first day in a dateline, and its byte range.
pub(super) fn find(text: &str) -> Option<(Day, Range<usize>)> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let tokens: Vec<(usize, &str)> = tokens(text).collect();
    let spaced = (0..tokens.len()).find_map(|at| day_at(tokens.get(at..)?, text));
    spaced.or_else(|| ideographic(text))
}

/// True if a word, or a part of it, begins like the name of a month.
pub(super) fn names_month(word: &str) -> bool {
    tokens(word).any(|(_, token)| month(token).is_some())
}

/// The runs of letters and digits, with their offsets.
fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = text.split(|c: char| !c.is_alphanumeric());
    parts
        .map(move |part| (part.as_ptr() as usize - text.as_ptr() as usize, part))
        .filter(|(_, part)| !part.is_empty())
}

fn day_at(tokens: &[(usize, &str)], text: &str) -> Option<(Day, Range<usize>)> {
    let &[(begin, first), ref rest @ ..] = tokens else {
        return None;
    };
    let &[(_, second), ref rest @ ..] = rest else {
        return None;
    };
    let third = rest.first();
    let day = |month, day, year: Option<&str>| Day {
        year: year.and_then(self::year),
        month,
        day,
    };
    let (day, last) = match (month(first), month(second), year(first)) {
        (Some(month), ..) => (day(month, number(second)?, third.map(|t| t.1)), second),
        (_, Some(month), _) => (day(month, number(first)?, third.map(|t| t.1)), second),
        // For example `2021-02-26`.
        (.., Some(year)) => {
            let (_, third) = third?;
            let month = number(second).filter(|month| *month <= 12)?;
            let year = Some(year);
            let day = number(third)?;
            (Day { year, month, day }, *third)
        }
        _ => return None,
    };
    let last = match third {
        Some((_, third)) if day.year.is_some() => third,
        _ => last,
    };
    let end = last.as_ptr() as usize - text.as_ptr() as usize + last.len();
    Some((day, begin..end))
}

fn month(word: &str) -> Option<i8> {
    if word.starts_with(|c: char| c.is_ascii_digit()) || word.chars().count() > MAX_MONTH_CHARS {
        return None;
    }
    let lower = word.to_lowercase();
    let begins = |stems: &&[&str]| stems.iter().any(|stem| lower.starts_with(stem));
    let at = MONTHS.iter().position(begins)?;
    i8::try_from(at + 1).ok()
}

/// The day of a month, with or without an ordinal suffix.
fn number(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    let ending = word.len() - digits.len();
    let number: i8 = digits.parse().ok()?;
    (ending <= 2 && (1..=31).contains(&number)).then_some(number)
}

fn year(word: &str) -> Option<i16> {
    let year: i16 = word.parse().ok()?;
    (word.len() == 4 && (1900..2100).contains(&year)).then_some(year)
}

/// Finds `2021年2月26日`. The year is optional.
fn ideographic(text: &str) -> Option<(Day, Range<usize>)> {
    let (before, after) = text.split_once('月')?;
    let digits = |text: &str| text.chars().rev().take_while(char::is_ascii_digit).count();
    let (head, month) = before.split_at_checked(before.len() - digits(before))?;
    let (day, _) = after.split_once(['日', '号'])?;
    let head = head.strip_suffix('年').unwrap_or(head);
    let (place, stated) = head.split_at_checked(head.len() - digits(head))?;
    let found = Day {
        year: year(stated),
        month: number(month).filter(|month| *month <= 12)?,
        day: number(day)?,
    };
    let end = text.len() - after.len() + day.len() + '日'.len_utf8();
    Some((found, place.len()..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let found = find(text);
        let found = found.map(|(day, range)| (day.iso_8601(), &text[range]));
        let expected = expected.map(|(day, words)| (day.to_owned(), words));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn reads_days_in_many_orders_and_languages() {
        check("MOSCOW, Feb 26", Some(("--02-26", "Feb 26")));
        check(
            "BEIJING, Sept. 3, 2015",
            Some(("2015-09-03", "Sept. 3, 2015")),
        );
        check(
            "News - 26th Feb, 2021 ",
            Some(("2021-02-26", "26th Feb, 2021")),
        );
        check("Berlin, 1. März 2021", Some(("2021-03-01", "1. März 2021")));
        check("PARIS, 12 août", Some(("--08-12", "12 août")));
        check("МОСКВА, 26 февраля", Some(("--02-26", "26 февраля")));
        check("ANKARA, 9 Ağustos", Some(("--08-09", "9 Ağustos")));
        check("2021-02-26", Some(("2021-02-26", "2021-02-26")));
        check("北京2月26日", Some(("--02-26", "2月26日")));
        check("東京2021年2月26日", Some(("2021-02-26", "2021年2月26日")));
    }

    #[test]
    fn finds_no_day_in_other_text() {
        for text in [
            "",
            "MADRID",
            "MADRID, 3",
            "Feb 99",
            "2021-13-01",
            "Marketplace 3",
        ] {
            check(text, None);
        }
    }
}
