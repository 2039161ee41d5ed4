//! The spans of a match have the same words in both texts.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use dedupe_core::text;
use serde_json::Value;
use std::collections::HashMap;
use std::fs;
use support::{list, report, root, span, string};

/// The share of words that must agree between the two spans of a pair.
const AGREE: f64 = 0.8;

/// The word ids of a text, and where its first word begins and its last word ends.
fn words(cut: &str) -> (Vec<u32>, usize, usize) {
    let (mut ids, mut layout) = (vec![], vec![]);
    text::scan(cut, &mut ids, &mut layout);
    let spans: Vec<_> = text::spans(&layout).collect();
    let begin = spans.first().map_or(0, |s| s.begin as usize);
    (ids, begin, spans.last().map_or(0, |s| s.end as usize))
}

/// The length of the longest common subsequence.
fn common(left: &[u32], right: &[u32]) -> usize {
    let mut row = vec![0; right.len() + 1];
    for a in left {
        let mut diagonal = 0;
        for (at, b) in right.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if a == b {
                diagonal + 1
            } else {
                row[at].max(above)
            };
            diagonal = above;
        }
    }
    row[right.len()]
}

/// Checks all matches and members of a report. Returns the number of span pairs.
fn check(report: &Value, texts: &HashMap<String, String>) -> usize {
    let mut seen = 0;
    for found in list(report, "matches") {
        let [left, right] = ["left", "right"].map(|side| (side, &texts[string(found, side)]));
        for pair in list(found, "spans") {
            let [(a, ..), (b, ..)] = [left, right].map(|(side, text)| {
                let cut = &text[span(&pair[side])];
                let cut = (words(cut), cut.len());
                let ((_, begin, end), length) = &cut;
                assert_eq!(
                    (*begin, *end),
                    (0, *length),
                    "a span ends inside a word: {found}"
                );
                cut.0
            });
            let same = common(&a, &b);
            let share = same as f64 / a.len().max(b.len()) as f64;
            assert!(share >= AGREE, "{share} of {pair} in {found}");
            seen += 1;
        }
    }
    for cluster in list(report, "clusters") {
        for member in list(cluster, "members") {
            let text = &texts[string(member, "id")];
            let mut last = 0;
            for found in list(member, "spans") {
                let span = span(found);
                assert!(last <= span.start && span.start < span.end, "{member}");
                assert!(text.get(span.clone()).is_some(), "{member}");
                last = span.end;
            }
            assert!(last > 0, "no span: {member}");
        }
    }
    seen
}

fn files(folder: &str) -> HashMap<String, String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let entries = entries.map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        (format!("{folder}/{name}"), text)
    });
    entries.collect()
}

#[test]
fn the_spans_of_a_page_cover_the_story() {
    let report = report(root(), &["./fixtures/wire"]);
    assert_eq!(check(&report, &files("./fixtures/wire")), 3);
}

#[test]
fn the_spans_of_records_count_bytes_of_the_text_field() {
    let lines = fs::read_to_string(root().join("fixtures/syndicated.jsonl")).unwrap();
    let records = lines.lines().map(|line| {
        let record: Value = serde_json::from_str(line).unwrap();
        (
            string(&record, "id").to_owned(),
            string(&record, "text").to_owned(),
        )
    });
    let report = report(root(), &["./fixtures/syndicated.jsonl"]);
    assert!(check(&report, &records.collect()) >= 16);
}

#[test]
fn spans_end_between_characters_in_every_script() {
    let languages = fs::read_dir(root().join("fixtures/languages")).unwrap();
    for language in languages {
        let name = language.unwrap().file_name();
        let folder = format!("./fixtures/languages/{}", name.to_str().unwrap());
        let report = report(root(), &[&folder]);
        assert!(check(&report, &files(&folder)) >= 6, "{folder}");
    }
}
