//! The dateline at the head of a text, such as `MOSCOW, Feb 26 (Reuters) -` or `МОСКВА, 26 фев — РИА
//! Новости.`

use super::agencies::{Agency, by_spelling};
use super::day::{self, Day};
use memchr::{memchr_iter, memchr2_iter, memchr3_iter};
use std::borrow::Cow;
use std::ops::Range;

/// The number of bytes at the start of a text that are searched.
const HEAD_BYTES: usize = 640;
/// The maximum number of bytes between the brackets.
const MAX_BRACKET_BYTES: usize = 80;
/// The maximum number of bytes for place and day before the brackets, if they begin a line.
const MAX_PREFIX_BYTES: usize = 72;
/// The maximum number of words of a place.
const MAX_PLACE_WORDS: usize = 5;

/// A dateline and its byte range.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Dateline {
    pub(super) range: Range<usize>,
    /// A known agency, or a name that signs like one.
    pub(super) credit: Option<Cow<'static, str>>,
    pub(super) place: Option<String>,
    pub(super) day: Option<Day>,
}

/// Finds the dateline of a text. Time: linear in [`HEAD_BYTES`].
pub(super) fn dateline(text: &str) -> Option<Dateline> {
    let mut end = text.len().min(HEAD_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end)?;
    let found = signed(head).or_else(|| ideographic(head));
    match found {
        // For example `(ANSA) - ROMA, 26 FEB - ...`.
        Some(signed) if signed.place.is_none() && signed.day.is_none() => {
            Some(match unsigned_at(head, signed.range.end) {
                Some(rest) => Dateline {
                    range: signed.range.start..rest.range.end,
                    credit: signed.credit,
                    ..rest
                },
                None => signed,
            })
        }
        None => unsigned(head),
        found => found,
    }
}

/// Finds a dateline with the agency in brackets or slashes.
fn signed(head: &str) -> Option<Dateline> {
    let narrow = || memchr3_iter(b'(', b'[', b'/', head.as_bytes());
    if head.is_ascii() {
        return signed_at_any(head, narrow());
    }
    // Wide brackets begin with one of two bytes, so few positions need a closer look.
    let wide = memchr2_iter(0xE3, 0xEF, head.as_bytes());
    let mut places: Vec<usize> = narrow().chain(wide).collect();
    places.sort_unstable();
    signed_at_any(head, places.into_iter())
}

/// The first dateline whose agency stands in the brackets that open at one of these places.
fn signed_at_any(head: &str, mut places: impl Iterator<Item = usize>) -> Option<Dateline> {
    places.find_map(|at| {
        let open = head.get(at..)?.chars().next()?;
        signed_at(head, at, open, closing_bracket(open)?)
    })
}

fn closing_bracket(open: char) -> Option<char> {
    match open {
        '(' => Some(')'),
        '[' => Some(']'),
        '/' => Some('/'),
        '（' => Some('）'),
        '【' => Some('】'),
        '［' => Some('］'),
        _ => None,
    }
}

fn signed_at(head: &str, at: usize, open: char, close: char) -> Option<Dateline> {
    let inside = at + open.len_utf8();
    let rest = head.get(inside..)?;
    let length = rest
        .find(close)
        .filter(|length| *length <= MAX_BRACKET_BYTES)?;
    let inner = rest.get(..length)?;
    let after = inside + length + close.len_utf8();
    let before = head.get(..at)?;
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    // `【東京＝共同】` contains the whole dateline.
    if matches!(open, '【' | '［') {
        return (before.get(line..)?.trim().is_empty())
            .then(|| bracketed(inner, line..end_of_mark(head, after).unwrap_or(after)))
            .flatten();
    }
    if open == '/' && !before.ends_with([' ', '.', '\n']) {
        return None;
    }
    let mark = end_of_mark(head, after);
    let known = first_agency(inner);
    // Most brackets contain no signature. Checking this first avoids parsing their surroundings.
    if known.is_none() && !(open == '(' && mark.is_some() && is_signature(inner)) {
        return None;
    }
    let begin = begin_of_place(head, at);
    let prefix = head.get(begin..at)?;
    let day = day::find(prefix).or_else(|| day::find(inner));
    let alone = before.get(line..begin)?.trim().is_empty();
    let end = match (mark, known) {
        (Some(end), Some(_)) => end,
        (Some(end), None) if alone && day.is_some() => end,
        // The datelines of PTI and TASS have no dash.
        (None, Some(_)) if day.is_some() || open == '/' => after,
        _ => return None,
    };
    Some(Dateline {
        range: begin..end,
        credit: Some(known.map_or_else(|| without_date(inner).into(), |agency| agency.name.into())),
        place: place(prefix),
        day: day.map(|(day, _)| day),
    })
}

/// Place, day and agency in one pair of brackets, such as `［東京 26日 ロイター］` or `【東京＝共同】`.
fn bracketed(inner: &str, range: Range<usize>) -> Option<Dateline> {
    let mut words = inner.split(|c: char| c.is_whitespace() || matches!(c, '＝' | '=' | '・'));
    let first = words.next()?;
    let (place, agency) = match by_spelling(first) {
        Some(agency) => (None, agency),
        None => (place(first), words.find_map(by_spelling)?),
    };
    Some(Dateline {
        range,
        credit: Some(agency.name.into()),
        place,
        day: day::find(inner).map(|(day, _)| day),
    })
}

/// The first agency in the brackets, as in `dpa/lno` or `UrduPoint / Pakistan Point News`.
fn first_agency(inner: &str) -> Option<&'static Agency> {
    let first = inner.split(['/', ',', ';']).next()?;
    let first = first.split(" - ").next()?.trim();
    by_spelling(first)
}

/// True for the name of an unlisted agency: up to 4 capitalised words.
fn is_signature(inner: &str) -> bool {
    let name = without_date(inner);
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    !name.is_empty() && name.split_whitespace().count() <= 4 && name.split_whitespace().all(capital)
}

/// The text in the brackets without the date.
fn without_date(inner: &str) -> String {
    inner.split(" - ").next().unwrap_or(inner).trim().to_owned()
}

/// The end of the dash or colon that separates the dateline from the text, if there is one.
fn end_of_mark(head: &str, after: usize) -> Option<usize> {
    let rest = head.get(after..)?;
    let dot = rest.trim_start_matches(['.', ' ', '\u{a0}', '\u{2009}']);
    let mark = dot.trim_start_matches(['-', '‐', '‑', '–', '—', '―', ':', '：']);
    (mark.len() < dot.len()).then(|| {
        let spaces = mark.trim_start_matches([' ', '\u{a0}']);
        head.len() - spaces.len()
    })
}

/// The start of the place and day that end at `at`: the start of the line, or if that is too long, as far
/// back as words are in capitals, numbers or months.
fn begin_of_place(head: &str, at: usize) -> usize {
    let before = head.get(..at).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let prefix = before.get(line..).unwrap_or_default();
    if prefix.len() <= MAX_PREFIX_BYTES && is_place(prefix) {
        return at - prefix.trim_start().len();
    }
    let mut begin = at;
    let mut words = 0;
    for word in prefix.split_inclusive(' ').rev() {
        let upper = !word.contains(char::is_lowercase) || day::names_month(word);
        if words > 0 && !upper || !starts_uppercase(word) || words > MAX_PLACE_WORDS {
            break;
        }
        begin -= word.len();
        words += usize::from(!word.trim().is_empty());
    }
    begin
}

/// True for a few words with capitals or digits, as in a place and day.
fn is_place(prefix: &str) -> bool {
    let place = day::find(prefix).map_or(prefix, |(_, range)| {
        prefix.get(..range.start).unwrap_or_default()
    });
    place.split_whitespace().count() <= MAX_PLACE_WORDS
        && prefix.split_whitespace().all(starts_uppercase)
}

fn starts_uppercase(word: &str) -> bool {
    match word.trim_start_matches(['(', '[', '"']).chars().next() {
        Some(first) => !first.is_lowercase() || day::names_month(word),
        None => true,
    }
}

/// The place before the day.
fn place(prefix: &str) -> Option<String> {
    let place = match day::find(prefix) {
        Some((_, range)) => prefix.get(..range.start)?,
        None => prefix,
    };
    // Keeps a full stop at the end, which belongs to an abbreviation: CHARLOTTE, N.C.
    let place = place.trim_start_matches(['.', ':']);
    let place = place.trim_matches(|c: char| c.is_whitespace() || ",:;-–—/".contains(c));
    let words: Vec<&str> = place.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Finds a dateline without brackets at the start of a line: a place in capitals, a day and a dash.
fn unsigned(head: &str) -> Option<Dateline> {
    let starts = head.match_indices('\n').map(|(at, _)| at + 1);
    std::iter::once(0)
        .chain(starts)
        .find_map(|begin| unsigned_at(head, begin))
}

fn unsigned_at(head: &str, begin: usize) -> Option<Dateline> {
    let line = head.get(begin..)?.split('\n').next()?;
    let begin = begin + line.len() - line.trim_start().len();
    let line = line.trim_start();
    if !line.starts_with(char::is_uppercase) {
        return None;
    }
    let is_dash = |at: &usize| {
        let rest = line.get(at + 1..).unwrap_or_default();
        let dashes = ["- ", "– ", "— ", "-- "];
        dashes.iter().any(|dash| rest.starts_with(dash))
    };
    let before = line.as_bytes();
    let before = before.get(..=MAX_PREFIX_BYTES).unwrap_or(before);
    let at = memchr_iter(b' ', before).find(is_dash)?;
    let prefix = line.get(..at)?;
    let (day, _) = day::find(prefix)?;
    let place = place(prefix)?;
    if place.contains(char::is_lowercase) || !is_place(prefix) {
        return None;
    }
    let end = end_of_mark(head, begin + at)?;
    // For example `МОСКВА, 26 фев — РИА Новости.`
    let agency = head.get(end..)?.split_once('.').and_then(|(name, _)| {
        let agency = by_spelling(name.trim())?;
        Some((agency, end + name.len() + 1))
    });
    Some(Dateline {
        range: begin..agency.map_or(end, |(_, end)| end),
        credit: agency.map(|(agency, _)| agency.name.into()),
        place: Some(place),
        day: Some(day),
    })
}

/// Finds `新华社北京2月26日电` at the start of a line: agency, place and day without spaces.
fn ideographic(head: &str) -> Option<Dateline> {
    let (at, end) = ['电', '電']
        .iter()
        .filter_map(|wired| Some((head.find(*wired)?, wired.len_utf8())))
        .min()?;
    let before = head.get(..at)?;
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let prefix = before.get(line..)?;
    let begin = line + prefix.len() - prefix.trim_start().len();
    let prefix = prefix.trim_start();
    // Names have 2 to 5 characters.
    let ends = prefix.char_indices().map(|(at, _)| at).skip(2).take(4);
    let named = ends.filter_map(|end| Some((by_spelling(prefix.get(..end)?)?, prefix.get(end..)?)));
    let (agency, rest) = named.last()?;
    (prefix.len() <= MAX_PREFIX_BYTES).then(|| Dateline {
        range: begin..at + end,
        credit: Some(agency.name.into()),
        place: place(rest),
        day: day::find(rest).map(|(day, _)| day),
    })
}
