//! The slow twin of [`super::scan`]: the definition of a word, implemented in the simplest way over the whole text.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::char_table::is_mark;
use super::normalise::{Normaliser, for_segmentation, spaced_id};
use super::{entities, spans, unspaced};

/// A character with its byte range in the original.
type Placed = (char, usize, usize);
/// A word's id and byte range.
type Word = (u32, u64, u64);

fn resolve_references(text: &str) -> Vec<Placed> {
    let mut placed = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let (found, length) =
            entities::parse(&text.as_bytes()[at..]).unwrap_or((next, next.len_utf8()));
        placed.push((found, at, at + length));
        at += length;
    }
    placed
}

fn join_lines(text: &[Placed]) -> Vec<Placed> {
    let mut joined: Vec<Placed> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at + 1..];
        let blank = |c: &&Placed| matches!(c.0, ' ' | '\t' | '\r' | '\n');
        let blanks: Vec<_> = rest.iter().take_while(blank).collect();
        let one_line = blanks.iter().filter(|c| c.0 == '\n').count() == 1;
        let next_is_lower = rest.get(blanks.len()).is_some_and(|c| c.0.is_lowercase());
        let after_letter = joined.last().is_some_and(|c| c.0.is_alphabetic());
        let hyphen = matches!(text[at].0, '-' | '\u{ad}' | '\u{2010}');
        if hyphen && after_letter && one_line && next_is_lower {
            at += blanks.len();
        } else {
            joined.push(text[at]);
        }
        at += 1;
    }
    joined
}

fn segment_run(run: &[Placed], words: &mut Vec<Word>) {
    let mut text = String::new();
    let mut origin = Vec::new();
    for &(c, begin, end) in run.iter().filter(|c| c.0 != '\u{200b}') {
        text.push(for_segmentation(c));
        origin.resize(text.len(), (begin, end));
    }
    for (offset, word) in text.split_word_bound_indices() {
        if word.unicode_words().next().is_none() {
            continue;
        }
        // UAX #29 joins a mark to white space before it, but the space is not part of the word.
        let trimmed = word
            .rsplit(|c: char| " \t\n\x0b\x0c\r".contains(c))
            .next()
            .unwrap_or("");
        let mut begin = offset + word.len() - trimmed.len();
        for part in number_and_unit(trimmed) {
            let form = Normaliser::default().normalise(&part).to_owned();
            let end = begin + part.len();
            if !form.is_empty() {
                let id = spaced_id(form.as_bytes());
                words.push((id, origin[begin].0 as u64, origin[end - 1].1 as u64));
            }
            begin = end;
        }
    }
}

/// The word in one part, or in two: up to the last digit before the first letter, with its marks, and the rest.
fn number_and_unit(word: &str) -> Vec<String> {
    let clusters = word.chars().fold(Vec::<String>::new(), |mut clusters, c| {
        match clusters.last_mut() {
            Some(last) if is_mark(c) || last.chars().all(is_mark) => last.push(c),
            _ => clusters.push(c.to_string()),
        }
        clusters
    });
    let base = |cluster: &String| cluster.chars().find(|&c| !is_mark(c));
    let is_letter = |c: &String| base(c).is_some_and(char::is_alphabetic);
    let is_number = clusters
        .first()
        .and_then(base)
        .is_some_and(char::is_numeric);
    match clusters.iter().position(is_letter) {
        Some(at) if at > 0 && is_number => {
            let (number, unit) = clusters.split_at(at);
            let is_digit = |c: &String| c.chars().all(|c| c.is_numeric() && !c.is_alphabetic());
            match unit {
                [h, tens, ones] if (h == "h" || h == "H") && is_digit(tens) && is_digit(ones) => {
                    vec![number.concat(), h.clone(), format!("{tens}{ones}")]
                }
                _ => vec![number.concat(), unit.concat()],
            }
        }
        _ => vec![word.to_owned()],
    }
}

fn words(text: &str) -> Vec<Word> {
    join_numbers(text, join_times(text, separate_words(text)))
}

/// Joins the words of each time, from the left: looks for numbers linked by colons, and then for what follows them.
fn join_times(text: &str, words: Vec<Word>) -> Vec<Word> {
    let form = |at: usize| -> String {
        let Some(&(_, begin, end)) = words.get(at) else {
            return String::new();
        };
        let word = &text[begin as usize..end as usize];
        Normaliser::default().normalise(word).to_owned()
    };
    let gap = |at: usize| match (words.get(at), words.get(at + 1)) {
        (Some(left), Some(right)) => text[left.2 as usize..right.1 as usize].to_owned(),
        _ => "\n".to_owned(),
    };
    let is_space = |gap: &str| {
        let gap = resolve_references(gap);
        gap.len() == 1 && " \u{a0}\u{2007}\u{2009}\u{202f}".contains(gap[0].0)
    };
    let is_beside = |at: usize| gap(at).is_empty() || is_space(&gap(at));
    let is_number = |at: usize| words.get(at).is_some_and(|word| super::is_number(word.0));
    let value = |digits: &str, lengths: &[usize], most: u32| -> Option<u32> {
        let is_value =
            lengths.contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
        digits.parse().ok().filter(|&v| is_value && v <= most)
    };
    let hour = |digits: &str| value(digits, &[1, 2], 24);
    let minutes = |digits: &str| value(digits, &[2], 59);
    // The half of the day and the number of words of a mark after the word `at`.
    let half = |at: usize| -> Option<(u32, usize)> {
        let (first, second) = (form(at + 1), form(at + 2));
        let is_split = second == "m" && gap(at + 1).strip_prefix('.').is_some_and(is_space);
        match first.as_str() {
            _ if !is_beside(at) => None,
            "am" | "a.m" => Some((0, 1)),
            "pm" | "p.m" => Some((12, 1)),
            "a" if is_split => Some((0, 2)),
            "p" if is_split => Some((12, 2)),
            _ => None,
        }
    };
    let mut joined = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let is_linked = |k: usize| {
            is_number(k) && is_number(k + 1) && [":", "：", "∶"].contains(&gap(k).as_str())
        };
        let linked = 1 + (at..words.len()).take_while(|&k| is_linked(k)).count();
        let mut time = None;
        if linked == 2 {
            if let (Some(h), Some(m)) = (hour(&form(at)), minutes(&form(at + 1))) {
                time = match half(at + 1) {
                    Some((half, words)) if h <= 12 => Some((h % 12 + half, m, 2 + words)),
                    _ => Some((h, m, 2)),
                };
            }
        } else if linked == 1 && is_number(at) {
            let whole = form(at);
            let (h, m) = match whole.split_once('.') {
                Some((h, m)) => (hour(h), minutes(m).map(Some)),
                None => (hour(&whole), Some(None)),
            };
            if let (Some(h), Some(m)) = (h, m) {
                let after_h = Some(form(at + 2)).filter(|_| is_beside(at + 1));
                let after_h = after_h.and_then(|digits| minutes(&digits));
                time = match (half(at), form(at + 1).as_str(), m, after_h) {
                    (Some((half, words)), ..) if h <= 12 => {
                        Some((h % 12 + half, m.unwrap_or(0), 1 + words))
                    }
                    _ if !is_beside(at) => None,
                    (_, "uhr", ..) => Some((h, m.unwrap_or(0), 1)),
                    (_, "h", Some(m), None) => Some((h, m, 2)),
                    (_, "h", None, Some(m)) => Some((h, m, 3)),
                    (_, "h", None, None) => Some((h, 0, 2)),
                    _ => None,
                };
            }
        }
        match time {
            Some((h, m, taken)) => {
                let id = spaced_id(format!("{h}:{m:02}").as_bytes());
                joined.push((id, words[at].1, words[at + taken - 1].2));
                at += taken;
            }
            None => {
                joined.extend_from_slice(&words[at..at + linked]);
                at += linked;
            }
        }
    }
    joined
}

/// Joins the groups of numbers, which the text spells with spaces. Starts at each word, and takes the longest row.
fn join_numbers(text: &str, words: Vec<Word>) -> Vec<Word> {
    let slice = |begin: u64, end: u64| &text[begin as usize..end as usize];
    let gap = |at: usize| -> Option<char> {
        let (left, right) = (words.get(at)?, words.get(at + 1)?);
        if !super::is_number(left.0) || !super::is_number(right.0) {
            return None;
        }
        let gap = resolve_references(slice(left.2, right.1));
        let space = (gap.len() == 1).then(|| gap[0].0)?;
        " \u{a0}\u{2007}\u{2009}\u{202f}"
            .contains(space)
            .then_some(space)
    };
    let mut joined = Vec::new();
    let mut at = 0;
    while at < words.len() {
        // The whole row of numbers around this word, and the part of it with no-break spaces only.
        let reach = |accept: &dyn Fn(char) -> bool| {
            let first = (0..at)
                .rev()
                .take_while(|&k| gap(k).is_some_and(accept))
                .count();
            let others = (at..).take_while(|&k| gap(k).is_some_and(accept)).count();
            (at - first, at + others)
        };
        let mut row = reach(&|_| true);
        let is_plain = (row.0..row.1).all(|k| gap(k) == Some(' '));
        if !is_plain {
            row = reach(&|space| space != ' ');
        }
        let forms: Vec<String> = (row.0..=row.1)
            .map(|k| {
                Normaliser::default()
                    .normalise(slice(words[k].1, words[k].2))
                    .to_owned()
            })
            .collect();
        let before = &text[..words[row.0].1 as usize];
        let after = &text[words[row.1].2 as usize..];
        if row.0 == at
            && row.1 > at
            && !before.ends_with('+')
            && is_spaced_number(&forms)
            && (!is_plain || is_one_plain_number(&forms, before, after))
        {
            let id = spaced_id(forms.concat().as_bytes());
            joined.push((id, words[row.0].1, words[row.1].2));
            at = row.1;
        } else {
            joined.push(words[at]);
        }
        at += 1;
    }
    joined
}

fn is_spaced_number(groups: &[String]) -> bool {
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (first, last) = (&groups[0], &groups[groups.len() - 1]);
    let middle = &groups[1..groups.len() - 1];
    let (whole, decimals) = last.split_once(['.', ',']).unwrap_or((last, "0"));
    groups.join("'").len() <= 32
        && matches!(first.len(), 1..=3)
        && all_digits(first)
        && !first.starts_with('0')
        && middle.iter().all(|g| g.len() == 3 && all_digits(g))
        && whole.len() == 3
        && all_digits(whole)
        && !decimals.is_empty()
        && all_digits(decimals)
}

fn is_one_plain_number(groups: &[String], before: &str, after: &str) -> bool {
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let mut before = before.chars().rev().peekable();
    let mut after = after.chars().peekable();
    before.next_if_eq(&' ');
    after.next_if_eq(&' ');
    let is_inside_line = !is_space(before.next()) && !is_space(after.next());
    let is_zero_led = |group: &String| group.starts_with('0');
    groups[1..].iter().any(is_zero_led) || groups[0].len() <= 2 && is_inside_line
}

fn separate_words(text: &str) -> Vec<Word> {
    let text = join_lines(&resolve_references(text));
    let mut words = Vec::new();
    let mut run = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if !unspaced::is_unspaced(text[at].0) {
            run.push(text[at]);
            at += 1;
            continue;
        }
        segment_run(&std::mem::take(&mut run), &mut words);
        let begin = at;
        at += 1;
        while at < text.len()
            && (is_mark(text[at].0) || unspaced::continues_syllable(text[begin].0, text[at].0))
        {
            at += 1;
        }
        let cluster: String = text[begin..at].iter().map(|c| c.0).collect();
        if let Some(id) = Normaliser::default().unspaced_id(&cluster, is_mark) {
            words.push((id, text[begin].1 as u64, text[at - 1].2 as u64));
        }
    }
    segment_run(&run, &mut words);
    words
}

#[track_caller]
fn check(text: &str) {
    let (mut ids, mut offsets) = (vec![7], Vec::new());
    super::scan(text, &mut ids, &mut offsets);
    let found: Vec<Word> = ids[1..]
        .iter()
        .zip(spans(&offsets))
        .map(|(&id, span)| (id, span.begin, span.end))
        .collect();
    assert_eq!(ids.len() - 1, spans(&offsets).count(), "{text:?}");
    assert_eq!(found, words(text), "{text:?}");
}

/// Strings of pieces that are hard to segment.
fn pieces(alphabet: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(alphabet), 0..14).prop_map(|p| p.concat())
}

const ASCII: &[&str] = &[
    "a",
    "B",
    "z",
    "Word",
    "the",
    "1",
    "9",
    "42",
    "_",
    ".",
    ",",
    ";",
    ":",
    "'",
    "\"",
    "-",
    "--",
    " ",
    "  ",
    "\n",
    "\r\n",
    "\t",
    "\x0b",
    "\x0c",
    "\0",
    "&",
    "&amp;",
    "&#39;",
    "&uuml;",
    "&nbsp;",
    "&#",
    "@",
    "/",
    "\x7f",
    "averyveryverylongwordindeedthatgoesonandon",
];

const LATIN: &[&str] = &[
    "a", "B", "1", "_", ".", ",", ";", ":", "'", "\"", "-", " ", "\n", "é", "Ü", "ß", "ẞ", "ŉ",
    "İ", "ı", "ſ", "ﬁ", "Ĳ", "µ", "ª", "²", "½", "·", "×", "‘", "’", "“", "”", "„", "–", "—", "‐",
    "…", "′", "´", "ʼ", "ʻ", "\u{ad}", "\u{200b}", "\u{200d}", "\u{feff}", "\u{2060}", "\u{301}",
    "\u{327}", "\u{a0}", "\u{202f}", "\u{2027}", "\u{2024}", "Ж", "й", "Σ", "ς", "ͅ", "&eacute;",
    "&rsquo;", "&shy;", "-\n", "- \r\n ", "\u{ad}\n", "Ⅷ", "™", "€", "１", "，", "．", "Ａ", "＇",
    "＿",
];

const MIXED: &[&str] = &[
    "a",
    "1",
    "_",
    ".",
    "'",
    "\"",
    ":",
    ",",
    " ",
    "\n",
    "-",
    "א",
    "ש\u{5c1}",
    "״",
    "׳",
    "”",
    "’",
    "ع",
    "\u{64e}",
    "\u{640}",
    "ا",
    "\u{654}",
    "\u{670}",
    "ﷺ",
    "ﹱ",
    "क",
    "\u{93f}",
    "\u{94d}",
    "\u{947}",
    "中",
    "文",
    "\u{fe00}",
    "々",
    "ア",
    "カ",
    "\u{3099}",
    "ｶ",
    "ﾞ",
    "ー",
    "ｰ",
    "゠",
    "か",
    "゛",
    "㌔",
    "ไ",
    "ก",
    "\u{e49}",
    "ำ",
    "๑",
    "ກ",
    "ក",
    "\u{17d2}",
    "\u{1025}",
    "\u{102e}",
    "။",
    "한",
    "\u{1112}",
    "\u{1161}",
    "\u{11ab}",
    "ㅎ",
    "ﾡ",
    "አ",
    "፡",
    "።",
    "🇩",
    "🇪",
    "👩",
    "\u{200d}",
    "💻",
    "Ⓜ",
    "\u{301}",
    "\u{200b}",
    "\u{3000}",
    "\u{2028}",
    "\u{85}",
    "𠀀",
    "𝐀",
    "𐐀",
    "é",
    "&amp;",
    "&#x4e2d;",
    "&#769;",
    "⼀",
    "\u{34f}",
    "-\n",
    "〜",
    "\u{180e}",
    "གྷ",
    "་",
    "ა",
    "Ა",
];

const NUMBERS: &[&str] = &[
    "1", "12", "300", "300", "456", "000", "000", "2021", "0", "007", "3.5", "450,5", "700km",
    "500명", "5th", " ", " ", " ", "  ", "\n", "\u{a0}", "\u{a0}", "\u{202f}", "\u{2009}",
    "&nbsp;", "&#32;", "a ", " b", "+", "-", ",", ".", "'", "٣", "٣٤٥", "۱۲۳", "٫", "٬", "،", "中",
    "a", "&#49;", "\u{301}", "\u{ad}", "\u{200b}",
];

const TIMES: &[&str] = &[
    "1", "6", "12", "18", "24", "00", "15", "59", "60", "6.15", "18.30", "6.5", "6:15", "18h30",
    "am", "pm", "a.m.", "P.M.", "a. m.", "p", "a", "m", "h", "H", "Uhr", "uhr", "ｈ", ":", ":",
    ":", "：", " ", " ", " ", "  ", "\n", "\u{a0}", "\u{202f}", "&nbsp;", "&#32;", ".", ",", "-",
    "٦", "１５", "ａｍ", "é", "中", "000", "x ", "\u{301}", "\u{ad}", "&#58;",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn times_are_joined_like_those_of_the_oracle(text in pieces(TIMES), before in 0usize..100) {
        check(&format!("{}{text}", &"plain words, one by one ".repeat(5)[..before]));
    }

    #[test]
    fn numbers_are_joined_like_those_of_the_oracle(text in pieces(NUMBERS), before in 0usize..100) {
        check(&format!("{}{text}", &"plain words, one by one ".repeat(5)[..before]));
    }

    /// The Unicode path segments the same text if each digit has the full-width form.
    #[test]
    fn ascii_and_unicode_paths_give_the_same_numbers(text in "([0-9]{1,4}|[0-9]{3}|[,.' :h]| am| of |\\+){0,16}") {
        let wide = text.chars().map(|c| match c.to_digit(10) {
            Some(value) => char::from_u32(0xff10 + value).unwrap(),
            None => c,
        });
        let (wide, plain) = (super::words(&wide.collect::<String>()), super::words(&text));
        prop_assert_eq!(wide.ids(), plain.ids());
    }

    #[test]
    fn ascii_words_are_those_of_the_oracle(text in pieces(ASCII)) {
        check(&text);
    }

    #[test]
    fn latin_words_are_those_of_the_oracle(text in pieces(LATIN)) {
        check(&text);
    }

    #[test]
    fn mixed_words_are_those_of_the_oracle(text in pieces(MIXED)) {
        check(&text);
    }

    /// Puts anything at the boundary of a block of 64 bytes.
    #[test]
    fn words_at_block_boundaries_are_those_of_the_oracle(
        first in pieces(ASCII), between in 0usize..150, then in pieces(ASCII), last in pieces(MIXED),
    ) {
        let plain = "plain words, one by one ".repeat(7);
        check(&format!("{first}{}{then}{last}", &plain[..between]));
    }

    #[test]
    fn words_of_any_text_are_those_of_the_oracle(text in "\\PC{0,30}|[\\x00-\\x7f]{0,60}|.{0,20}") {
        check(&text);
    }
}

#[test]
fn every_character_is_segmented_like_the_oracle_among_all_kinds_of_neighbours() {
    for c in ('\0'..='\u{ffff}').chain('\u{1f000}'..'\u{20010}') {
        check(&format!(
            "a{c}a {c}{c} 1{c}1 _{c}_ .{c}' a.{c}.a 1,{c},1 é{c}é ’{c}’ カ{c}{c}か"
        ));
    }
}
