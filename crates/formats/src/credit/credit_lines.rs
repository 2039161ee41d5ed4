//! Credit lines at the foot of a text, such as `Based on materials from TASS`, `(Reporting by ...)` or
//! `RND/dpa`.

use super::agencies::{Agency, by_spelling};
use std::ops::Range;

/// The number of bytes at the end of a text that are searched.
const FOOT_BYTES: usize = 400;
/// The maximum size of a credit line outside brackets, in bytes.
const MAX_LINE_BYTES: usize = 120;
/// The maximum white space before a credit line, in bytes.
const MAX_SPACES: usize = 40;
/// The maximum number of bytes after the closing bracket, such as a message number or a desk.
const MAX_BYTES_AFTER_BRACKETS: usize = 48;
/// The maximum number of credit lines and credit sentences.
const MAX_CREDITS: usize = 3;

/// The first bytes of sentence marks. They rule out most positions of a text.
static MAY_BE_MARK: [bool; 256] = {
    let first = [b'.', b'!', b'?', b'"', 0xC2, 0xE2];
    let mut table = [false; 256];
    let mut at = 0;
    while at < first.len() {
        table[first[at] as usize] = true;
        at += 1;
    }
    table
};

/// Phrases that begin a credit for an agency, in lower case.
static AGENCY_CREDITS: &[&str] = &[
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
];
/// Phrases that begin a credit for the staff, in lower case.
static STAFF_CREDITS: &[&str] = &[
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
];

/// The credit lines of a text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct CreditLines {
    /// Byte range, empty if there are none.
    pub(super) range: Range<usize>,
    /// The agency that they credit.
    pub(super) agency: Option<&'static Agency>,
}

/// Removes all credit lines from the end of a text. Time: linear in [`FOOT_BYTES`].
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

/// The last bytes of a text, and their offset.
fn tail(text: &str, length: usize) -> (usize, &str) {
    let mut begin = text.len().saturating_sub(length);
    while !text.is_char_boundary(begin) {
        begin += 1;
    }
    (begin, text.get(begin..).unwrap_or_default())
}

/// Finds `(Reporting by ...)` or `(dpa)` at the end, possibly followed by a message number or a desk.
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
    (agency.is_some() && last || begins(inner, STAFF_CREDITS)).then_some((offset + open, agency))
}

/// Finds a credit in the last line, or in its last sentence.
fn last_line(text: &str) -> Option<(usize, Option<&'static Agency>)> {
    let (offset, tail) = tail(text, MAX_LINE_BYTES + MAX_SPACES);
    let line = tail.rfind('\n').map_or(0, |at| at + 1);
    // The ends of sentences, the last one first, then the start of the line.
    let bytes = tail.as_bytes().get(line..).unwrap_or_default();
    let begins_after = (bytes.iter().enumerate().rev())
        .filter(|(_, byte)| MAY_BE_MARK[usize::from(**byte)])
        .filter_map(|(at, _)| sentence_end(tail, line + at));
    // If the tail begins within the text, its first line may be incomplete.
    let whole = (line > 0 || offset == 0).then_some(line);
    begins_after.chain(whole).find_map(|begin| {
        let part = tail.get(begin..)?;
        let is_apart = begin == line || part.starts_with(char::is_whitespace);
        let agency = is_apart.then(|| credited(part.trim())).flatten()?;
        Some((offset + begin, agency))
    })
}

/// The end of the sentence mark that begins at this byte, if there is one.
fn sentence_end(text: &str, at: usize) -> Option<usize> {
    let mark = text.get(at..)?.chars().next()?;
    matches!(mark, '.' | '!' | '?' | '"' | '“' | '”' | '»').then(|| at + mark.len_utf8())
}

/// The agency that a line or sentence credits. `None` if it is not a credit, `Some(None)` if it credits no
/// agency.
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
    if begins(bare, AGENCY_CREDITS) {
        return first_agency_in(bare).map(Some);
    }
    begins(bare, STAFF_CREDITS).then(|| first_agency_in(bare))
}

/// True if a line begins with one of these phrases, in any letter case.
fn begins(part: &str, phrases: &[&str]) -> bool {
    let Some(first) = part.bytes().next().map(|byte| byte.to_ascii_lowercase()) else {
        return false;
    };
    let begins = |phrase: &str| {
        let mut lower = part.chars().flat_map(char::to_lowercase);
        phrase.chars().all(|c| lower.next() == Some(c))
    };
    // The first byte of an ASCII letter rules out most phrases.
    let may_begin = |phrase: &str| !first.is_ascii() || phrase.bytes().next() == Some(first);
    (phrases.iter()).any(|phrase| may_begin(phrase) && begins(phrase))
}

/// The agency of a sign-off: short names and codes separated by `/`, `,` or `+`, one of which is an
/// agency.
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

/// The first agency that a line mentions, in one to three words.
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
    fn removes_credit_lines() {
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
    fn removes_staff_credits_without_an_agency() {
        check(
            "It sank. (Reporting by A. Moe in Oslo. Editing by B. Lee) nL3N0",
            "It sank.",
            None,
        );
        check("It sank.\nReporting by A. Moe", "It sank.", None);
    }

    #[test]
    fn a_credit_may_follow_any_sentence_mark() {
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
    fn removes_at_most_three_credits() {
        let three = "It sank.\nSource: AP\nSource: AFP\nSource: dpa";
        check(three, "It sank.", Some("AP"));
        let four = format!("{three}\nSource: TASS");
        check(&four, "It sank.\nSource: AP", Some("AFP"));
    }

    #[test]
    fn limits_the_size_of_credits() {
        let line = |bytes: usize| format!("It sank.\nSource: AP {}", "x".repeat(bytes - 11));
        check(&line(120), "It sank.", Some("AP"));
        check(&line(121), &line(121), None);
        let spaced = |spaces: usize| format!("It sank.\n{}", " ".repeat(spaces)) + &line(120)[9..];
        check(&spaced(39), "It sank.", Some("AP"));
        check(&spaced(40), &spaced(40), None);
        let brackets = |bytes: usize| format!("It sank. (Reporting by {})", "x".repeat(bytes));
        check(&brackets(385), "It sank.", None);
        check(&brackets(386), &brackets(386), None);
        let desk = |bytes: usize| format!("It sank. (Reporting by A. Moe){}", "x".repeat(bytes));
        check(&desk(47), "It sank.", None);
        check(&desk(48), &desk(48), None);
    }

    #[test]
    fn keeps_the_story_itself() {
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
