//! Noise in copies, such as other quotation marks or scanning errors. Each test compares an article with
//! itself after one kind of noise was added.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use std::fs;
use support::{clusters, list, number, relation, report, root, string};

const ARTICLE: &str = "\
Weißmoor opens its first café on a floating office

The lakeside town of Weißmoor has moved its tourist office onto a raft. Since Friday, visitors find the \
five clerks, the official maps and a small café on the water - about 250 metres from the old pier, which \
the flood of 2019 carried off. “We looked for a flat roof, and we found a flat lake,” said the mayor, \
Renée Duchêne-Okafor, at the opening; she didn't stay dry.

The raft cost 418,000 crowns, a third less than the town's engineers had first calculated. Its eighteen \
steel floats come from a shipyard that went bankrupt, and its benches from a railway carriage. Electricity \
is supplied by solar panels – in winter, for three hours a day. An affordable ferry, free for children, \
leaves every twenty minutes; the last one at 9.30 in the evening.

Not everyone is satisfied. Anglers complain that the traffic frightens the whitefish, and the \
conservation society wants to know what happens to the waste water. “It is pumped ashore at night,” the \
office's manager, Ulf Sönderby, replied. “Nothing flows into the lake—not even the coffee.” The council \
intends to decide in September whether the raft will stay for a second season, and whether the official \
postmark, which shows the vanished pier, should be redrawn.";

/// A pseudo-random number generator, with the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }
}

/// Replaces some letters with similar ones, as a scanner may. `per_mille` is the share of replaced letters.
fn misread(text: &str, per_mille: u64) -> String {
    const SIMILAR: [(char, &str); 10] = [
        ('e', "c"),
        ('o', "0"),
        ('l', "1"),
        ('n', "u"),
        ('m', "rn"),
        ('h', "b"),
        ('i', "l"),
        ('s', "5"),
        ('t', "f"),
        ('a', "u"),
    ];
    let mut random = Random(0x5eed);
    let mut out = String::new();
    for c in text.chars() {
        let misread = c.is_alphabetic() && random.below(1_000) < per_mille;
        let similar = SIMILAR.iter().find(|pair| pair.0 == c).map(|pair| pair.1);
        match similar.filter(|_| misread) {
            Some(similar) => out.push_str(similar),
            None if misread => out.push('x'),
            None => out.push(c),
        }
    }
    out
}

/// Applies `change` to each word with the blank after it.
fn each_word(text: &str, mut change: impl FnMut(usize, &str) -> String) -> String {
    let words = text.split_inclusive([' ', '\n']).enumerate();
    words.map(|(at, word)| change(at, word)).collect()
}

/// Inserts `joint` in the middle of each word that has only small letters, at least `letters` of them.
fn split_words(text: &str, letters: usize, joint: &str) -> String {
    each_word(text, |_, word| {
        let plain = word.trim_end();
        let fits = plain.len() >= letters && plain.chars().all(|c| c.is_ascii_lowercase());
        if fits {
            let (head, tail) = word.split_at(plain.len() / 2);
            format!("{head}{joint}{tail}")
        } else {
            word.to_owned()
        }
    })
}

/// Breaks lines after seven words and indents them.
fn wrapped(text: &str) -> String {
    each_word(text, |at, word| match word.strip_suffix(' ') {
        Some(word) if at % 7 == 6 => format!("{word}\r\n    "),
        _ => word.to_owned(),
    })
}

/// Replaces ASCII characters with their full-width forms, which East Asian typesetting uses.
fn full_width(text: &str) -> String {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(c as u32 - 0x21 + 0xff01).unwrap(),
        _ => c,
    };
    text.chars().map(wide).collect()
}

/// Adds combining marks after the letters of a range.
fn with_marks(text: &str, letters: std::ops::RangeInclusive<char>, marks: &[char]) -> String {
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        out.push(c);
        if letters.contains(&c) {
            out.push(marks[at % marks.len()]);
        }
    }
    out
}

fn replaced(text: &str, pairs: &[(&str, &str)]) -> String {
    pairs
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The name of a noise, the article with that noise, and the expected relation to the article.
type Noisy = (&'static str, String, &'static str);

fn noisy() -> Vec<Noisy> {
    let (headline, body) = ARTICLE.split_once('\n').unwrap();
    let quotes = [
        ("“", "\""),
        ("”", "''"),
        ("'", "’"),
        (" - ", " — "),
        (" – ", " -- "),
        ("—", " ‒ "),
    ];
    let ligatures = [
        ("ffi", "ﬃ"),
        ("ffl", "ﬄ"),
        ("ff", "ﬀ"),
        ("fi", "ﬁ"),
        ("fl", "ﬂ"),
    ];
    let entities = [
        ("&", "&amp;"),
        ("ß", "&szlig;"),
        ("é", "&eacute;"),
        ("ê", "&#234;"),
        ("ö", "&#xF6;"),
        ("“", "&ldquo;"),
        ("”", "&quot;"),
        ("'", "&#39;"),
        ("—", "&mdash;"),
        (" – ", "&nbsp;&ndash; "),
    ];
    vec![
        ("quotes-and-dashes", replaced(ARTICLE, &quotes), "exact"),
        ("ligatures", replaced(ARTICLE, &ligatures), "exact"),
        ("entities", replaced(ARTICLE, &entities), "exact"),
        ("hyphenated", split_words(ARTICLE, 8, "-\n"), "exact"),
        ("soft-hyphens", split_words(ARTICLE, 4, "\u{ad}"), "exact"),
        (
            "zero-width-spaces",
            split_words(ARTICLE, 4, "\u{200b}"),
            "exact",
        ),
        (
            "zero-width-joiners",
            split_words(ARTICLE, 4, "\u{200d}\u{2060}\u{feff}"),
            "exact",
        ),
        ("wrapped", wrapped(ARTICLE), "exact"),
        (
            "upper-case",
            format!("{}\n{body}", headline.to_uppercase()),
            "exact",
        ),
        ("full-width", full_width(ARTICLE), "exact"),
        ("misread", misread(ARTICLE, 20), "near"),
        (
            "misread-and-wrapped",
            wrapped(&misread(ARTICLE, 20)),
            "near",
        ),
    ]
}

/// The report on these texts. The name of a text is its id.
fn report_of(texts: &[(&str, &str)]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let line = |(id, text): &(&str, &str)| format!("{}\n", json!({"id": id, "text": text}));
    let lines: String = texts.iter().map(line).collect();
    fs::write(folder.path().join("feed.jsonl"), lines).unwrap();
    report(folder.path(), &["./feed.jsonl"])
}

/// Compares a text with its noisy copy. Returns a message for each difference from what is expected.
fn faults(name: &str, text: &str, noisy: &str, expected: &str) -> Vec<String> {
    assert_ne!(text, noisy, "{name}: nothing was changed");
    let report = report_of(&[("article", text), ("noisy", noisy)]);
    let mut faults = vec![];
    let found = relation(&report, "article", "noisy").unwrap_or("no match");
    if found != expected {
        faults.push(format!("{name}: {found}, not {expected}"));
    }
    if clusters(&report) != [["article", "noisy"]] {
        faults.push(format!("{name}: clusters {:?}", clusters(&report)));
    }
    for found in list(&report, "matches") {
        let shares = ["containment_left", "containment_right"].map(|side| number(found, side));
        if shares.iter().any(|share| *share < 0.9) {
            faults.push(format!("{name}: containment {shares:?}"));
        }
    }
    faults
}

#[test]
fn article_with_one_noise_is_a_copy() {
    assert!(ARTICLE.split_whitespace().count() >= 150);
    let faults: Vec<String> = (noisy().iter())
        .flat_map(|(name, noisy, expected)| faults(name, ARTICLE, noisy, expected))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn all_noisy_copies_are_in_one_cluster() {
    let noisy = noisy();
    let mut texts = vec![("article", ARTICLE)];
    texts.extend(noisy.iter().map(|(name, text, _)| (*name, text.as_str())));
    let report = report_of(&texts);
    let mut expected: Vec<&str> = texts.iter().map(|text| text.0).collect();
    expected.sort_unstable();
    assert_eq!(clusters(&report), [expected]);
    for member in list(&list(&report, "clusters")[0], "members") {
        let share = number(member, "containment");
        assert!(share >= 0.9, "{}: {share}", string(member, "id"));
    }
}

#[test]
fn arabic_and_hebrew_marks_do_not_count() {
    let read = |language: &str| {
        let path = format!("fixtures/languages/{language}/article.txt");
        fs::read_to_string(root().join(path)).unwrap()
    };
    let (arabic, hebrew) = (read("ar"), read("he"));
    let harakat = [
        '\u{64e}', '\u{64f}', '\u{650}', '\u{651}', '\u{652}', '\u{64b}', '\u{640}',
    ];
    let points = [
        '\u{5b7}', '\u{5b8}', '\u{5b4}', '\u{5b0}', '\u{5bc}', '\u{5b6}',
    ];
    let vowelled = with_marks(&arabic, '\u{621}'..='\u{64a}', &harakat);
    let pointed = with_marks(&hebrew, '\u{5d0}'..='\u{5ea}', &points);
    let mut found = faults("harakat", &arabic, &vowelled, "exact");
    found.extend(faults("points", &hebrew, &pointed, "exact"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A copy that wrote all numbers in another style was not found. The two texts looked like one template with
/// different values.
#[test]
fn numbers_in_another_style_are_equal() {
    let yields = |of: &dyn Fn(u32) -> String| -> String {
        let vineyards = [
            "Hollin",
            "Upper Sorrel",
            "Maidwell",
            "Three Oaks",
            "the Abbot's Slope",
            "Long Acre",
            "Fennimore",
            "Saint Osyth",
            "Little Garth",
            "Quarry Hill",
        ];
        let line = |(at, name): (usize, &&str)| {
            let litres = 12_345 + 9_876 * at as u32;
            let (before, sold) = (of(litres - 1_111), of(litres / 3));
            format!(
                "{name} pressed {} litres after {before} in the wet year and sold {sold} of them.\n",
                of(litres)
            )
        };
        vineyards.iter().enumerate().map(line).collect()
    };
    let grouped = |mark: &'static str| move |n: u32| format!("{}{mark}{:03}", n / 1_000, n % 1_000);
    let plain = yields(&|n| n.to_string());
    let litres = |yields: &str| yields.replace(" litres", "l");
    let mut found = vec![];
    for mark in [",", ".", "'", "’"] {
        let marked = yields(&grouped(mark));
        found.extend(faults(mark, &plain, &marked, "exact"));
        found.extend(faults(mark, &litres(&plain), &litres(&marked), "exact"));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Every eighth word of the brief is another one in the full story, so that they share one fingerprint and no bucket. Such
/// briefs were missed as long as a text of more than three fingerprints had to share two.
#[test]
fn a_brief_is_found_in_a_longer_story_that_edits_it() {
    let words = |words: std::ops::Range<u32>| words.map(|n| format!("word{n}"));
    let edited = (0..60).map(|n| match n % 8 {
        1 => format!("other{n}"),
        _ => format!("word{n}"),
    });
    let brief: Vec<String> = words(0..60).collect();
    let story: Vec<String> = words(3000..3100)
        .chain(edited)
        .chain(words(4000..4200))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let record =
        |id: &str, words: &[String]| json!({"id": id, "text": words.join(" ")}).to_string();
    let lines = [record("brief", &brief), record("story", &story)].join("\n");
    fs::write(folder.path().join("news.jsonl"), lines).unwrap();
    let found = report(folder.path(), &["news.jsonl"]);
    assert_eq!(relation(&found, "brief", "story"), Some("contained"));
}
