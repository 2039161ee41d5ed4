//! Credit lines at the foot of a text: `Based on materials from TASS`, `(Reporting by ...)`, `RND/dpa`.

use super::agencies::{Agency, by_spelling};
use std::ops::Range;

/// Bytes of the end of a text that are looked at.
const FOOT_BYTES: usize = 400;
/// Bytes of the longest credit line that is no list of names in brackets.
const MAX_LINE_BYTES: usize = 120;
/// Bytes of white space before a credit line.
const MAX_SPACES: usize = 40;
/// Bytes that may follow the brackets: a number, a desk.
const MAX_BYTES_AFTER_BRACKETS: usize = 48;
/// Lines and sentences of a foot.
const MAX_CREDITS: usize = 3;

/// How lines begin, in lower case.
struct LineStarts {
    phrases: &'static [&'static str],
    /// The bytes that one begins with, in either case: most lines begin with another.
    first: [bool; 256],
}

impl LineStarts {
    const fn new(phrases: &'static [&'static str]) -> Self {
        let mut first = [false; 256];
        let mut at = 0;
        while at < phrases.len() {
            let byte = phrases[at].as_bytes()[0];
            first[byte as usize] = true;
            first[byte.to_ascii_uppercase() as usize] = true;
            at += 1;
        }
        Self { phrases, first }
    }
}

/// How a line begins that says whose the text is.
static AGENCY_CREDITS: LineStarts = LineStarts::new(&[
    "agencies",
    "agenturen",
    "based on material",
    "based on report",
    "con información de",
    "copyright",
    "fonte",
    "fuente",
    "from wire",
    "mit agenturmaterial",
    "mit material von",
    "mit materialien",
    "nachrichtenagentur",
    "quelle",
    "source",
    "text:",
    "with files from",
    "with material",
    "avec",
    "(c)",
    "©",
    "источник",
    "по материалам",
    "来源",
    "出典",
]);
/// How a line begins that says who wrote it.
static STAFF_CREDITS: LineStarts = LineStarts::new(&[
    "additional reporting",
    "compiled by",
    "edited by",
    "editing by",
    "graphics by",
    "polling by",
    "reporting by",
    "with reporting by",
    "writing by",
    "written by",
]);

/// What stands at the foot of a text besides the story.
#[derive(Debug, Default, PartialEq)]
pub(super) struct CreditLines {
    /// Where; empty where there is nothing.
    pub(super) range: Range<usize>,
    /// Whom it credits.
    pub(super) agency: Option<&'static Agency>,
}

/// Takes credit lines off the end of a text for as long as there are any. Linear in the last bytes of
/// the text alone.
pub(super) fn credit_lines(text: &str) -> CreditLines {
    let mut end = text.trim_end().len();
    let mut found = CreditLines {
        range: end..end,
        agency: None,
    };
    for _ in 0..MAX_CREDITS {
        let rest = text.get(..end).unwrap_or_default();
        let Some((begin, agency)) = brackets(rest).or_else(|| last_line(rest)) else {
            break;
        };
        found.range.start = begin;
        found.agency = agency.or(found.agency);
        end = rest.get(..begin).unwrap_or_default().trim_end().len();
    }
    found
}

/// The last bytes of a text, and where they begin.
fn tail(text: &str, length: usize) -> (usize, &str) {
    let mut begin = text.len().saturating_sub(length);
    while !text.is_char_boundary(begin) {
        begin += 1;
    }
    (begin, text.get(begin..).unwrap_or_default())
}

/// `(Reporting by ...)` or `(dpa)` as the last thing, but for a number or a desk.
fn brackets(text: &str) -> Option<(usize, Option<&'static Agency>)> {
    let is_close = |byte: &u8| matches!(byte, b')' | b']');
    tail(text, MAX_BYTES_AFTER_BRACKETS)
        .1
        .as_bytes()
        .iter()
        .rfind(|byte| is_close(byte))?;
    let (offset, tail) = tail(text, FOOT_BYTES);
    let close = tail.rfind([')', ']'])?;
    if tail.get(close..)?.contains('\n') {
        return None;
    }
    let open = tail.get(..close)?.rfind(['(', '['])?;
    let inner = tail.get(open + 1..close)?.trim();
    let agency = signature(inner);
    let last = !tail.get(close + 1..)?.contains(char::is_alphanumeric);
    (agency.is_some() && last || begins(inner, &STAFF_CREDITS)).then_some((offset + open, agency))
}

/// The last line, or the last sentence of it, where that is a credit.
fn last_line(text: &str) -> Option<(usize, Option<&'static Agency>)> {
    let (offset, tail) = tail(text, MAX_LINE_BYTES + MAX_SPACES);
    let line = tail.rfind('\n').map_or(0, |at| at + 1);
    // Where sentences end, the last one first; then the line as a whole.
    let begins_after = (line..tail.len())
        .rev()
        .filter_map(|at| sentence_end(tail, at));
    // A text that begins in the middle of the tail has no line before it.
    let whole = (line > 0 || offset == 0).then_some(line);
    begins_after.chain(whole).find_map(|begin| {
        let part = tail.get(begin..)?;
        let spaced = begin == line || part.starts_with(char::is_whitespace);
        let agency = credited(part.trim()).filter(|_| spaced)?;
        Some((offset + begin, agency))
    })
}

/// Where a mark that ends a sentence ends, if one begins at this byte. Most bytes begin none, which they tell alone.
fn sentence_end(text: &str, at: usize) -> Option<usize> {
    let may_be_mark = |byte: &u8| matches!(byte, b'.' | b'!' | b'?' | b'"' | 0xC2 | 0xE2);
    text.as_bytes().get(at).filter(|byte| may_be_mark(byte))?;
    let mark = text.get(at..)?.chars().next()?;
    matches!(mark, '.' | '!' | '?' | '"' | '“' | '”' | '»').then(|| at + mark.len_utf8())
}

/// The agency that a line or sentence credits; none inside where it is a credit without one.
fn credited(part: &str) -> Option<Option<&'static Agency>> {
    if part.is_empty() || part.len() > MAX_LINE_BYTES {
        return None;
    }
    let bare = part
        .trim_end_matches('.')
        .trim_matches(['*', '-', '–', '—', ' ']);
    if let Some(agency) = signature(bare) {
        return Some(Some(agency));
    }
    if begins(bare, &AGENCY_CREDITS) {
        return first_agency_in(bare).map(Some);
    }
    begins(bare, &STAFF_CREDITS).then(|| first_agency_in(bare))
}

fn begins(part: &str, starts: &LineStarts) -> bool {
    match part.bytes().next() {
        Some(first) if !first.is_ascii() || starts.first[usize::from(first)] => {}
        _ => return false,
    }
    let lower = || part.chars().flat_map(char::to_lowercase);
    let begins = |start: &&str| start.chars().eq(lower().take(start.chars().count()));
    starts.phrases.iter().any(begins)
}

/// The agency of a sign-off: short names and codes, parted by strokes, of which one is an agency's.
fn signature(part: &str) -> Option<&'static Agency> {
    if let Some(agency) = by_spelling(part) {
        return Some(agency);
    }
    if !part.bytes().any(|byte| matches!(byte, b'/' | b',' | b'+')) {
        return None;
    }
    let is_code = |piece: &str| piece.len() <= 12 && !piece.contains(char::is_whitespace);
    let pieces = || part.split(['/', ',', '+']).map(str::trim);
    pieces()
        .all(is_code)
        .then(|| pieces().find_map(by_spelling))
        .flatten()
}

/// The first agency that a line names, in one word or in several.
fn first_agency_in(line: &str) -> Option<&'static Agency> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    let words: Vec<&str> = line
        .split(|c| !is_part(c))
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
        .collect();
    (0..words.len()).find_map(|at| {
        (1..=3).rev().find_map(|length| {
            let run = words.get(at..at + length)?;
            if length == 1 {
                by_spelling(run.first()?)
            } else {
                by_spelling(&run.join(" "))
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, left: &str, agency: Option<&str>) {
        let found = credit_lines(text);
        assert_eq!(text[..found.range.start].trim_end(), left, "{text}");
        assert_eq!(found.agency.map(|a| a.name), agency, "{text}");
    }

    #[test]
    fn credit_lines_are_taken_off() {
        let story = "The basin stays shut until Friday.";
        for (credit, agency) in [
            (
                "\n\nPhoto: the port\n\nBased on materials from TASS",
                "TASS",
            ),
            ("\nSource: The Associated Press", "AP"),
            (" Quelle: ntv.de, hny/AFP", "AFP"),
            (" RND/dpa/das", "dpa"),
            (" (dpa)", "dpa"),
            (" Nachrichtenagentur dpa", "dpa"),
            ("\nМатериал агентства\nПо материалам РИА Новости", "RIA"),
            (
                "\n(Reporting by Ann Lee for Reuters; editing by Sam Ode)\nReuters",
                "Reuters",
            ),
            ("\n\nMit Material von dpa.", "dpa"),
        ] {
            let text = format!("{story}{credit}");
            let found = credit_lines(&text);
            assert_eq!(found.agency.map(|a| a.name), Some(agency), "{credit}");
            assert!(found.range.start >= story.len(), "{credit}");
        }
    }

    #[test]
    fn hands_are_taken_off_though_they_credit_no_agency() {
        check(
            "It sank. (Reporting by A. Moe in Oslo. Editing by B. Lee) nL3N0",
            "It sank.",
            None,
        );
        check("It sank.\nReporting by A. Moe", "It sank.", None);
    }

    #[test]
    fn a_credit_may_follow_any_mark_that_ends_a_sentence() {
        for mark in [".", "!", "?", "\"", "“", "”", "»"] {
            let story = format!("«It sank – at 5\u{a0}p.m{mark}");
            check(&format!("{story} dpa/AFP"), &story, Some("dpa"));
        }
        for no_mark in ["…", "\u{a0}", "«", "–"] {
            let story = format!("It sank{no_mark} dpa/AFP");
            check(&story, &story, None);
        }
    }

    #[test]
    fn the_story_itself_is_left_alone() {
        for text in [
            "",
            "AP",
            "He told Reuters.",
            "The source said that AP was wrong about it.",
            "He read it in the paper (the AP said so first, he thought).",
            "It sank. Sources in the port said so.",
            "The source of the Kalle",
        ] {
            let found = credit_lines(text);
            let all = found.range.start == 0 && !text.is_empty();
            assert!(found.range.is_empty() || all, "{text}: {found:?}");
        }
    }
}
