//! `--within`: documents whose dates are too far apart do not match.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use std::fs;
use support::{clusters, dedupe, is_found, list, relation, report};

/// A text of 200 words that no other seed has.
fn story(seed: u32) -> String {
    let word = |k: u32| format!("w{}", (seed * 1_000 + k).wrapping_mul(2_654_435_761));
    (0..200).map(word).collect::<Vec<_>>().join(" ")
}

/// A near copy of the story, which only this document has.
fn version(seed: u32, name: &str) -> String {
    format!("{} {name}", story(seed))
}

type Record<'a> = (&'a str, String, Option<&'a str>);

fn corpus(records: &[Record<'_>]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let line = |(id, text, date): &Record<'_>| match date {
        Some(date) => json!({"id": id, "text": text, "date": date}).to_string(),
        None => json!({"id": id, "text": text}).to_string(),
    };
    let lines: Vec<String> = records.iter().map(line).collect();
    fs::write(folder.path().join("news.jsonl"), lines.join("\n")).unwrap();
    folder
}

fn found(records: &[Record<'_>], days: &str) -> Value {
    let folder = corpus(records);
    report(folder.path(), &["news.jsonl", "--within", days])
}

/// Three copies on the days 1, 3 and 6, and one without a date.
fn copies(text: impl Fn(&str) -> String) -> Vec<Record<'static>> {
    [
        ("a", Some("2026-03-01T23:00:00Z")),
        ("b", Some("2026-03-03")),
        ("c", Some("2026-03-06T01:00:00Z")),
        ("d", None),
    ]
    .map(|(id, date)| (id, text(id), date))
    .to_vec()
}

#[test]
fn the_days_between_two_dates_decide_whether_they_may_match() {
    let near = copies(|id| version(1, id));
    for (days, matches) in [
        ("1", [false, false, false]),
        ("2", [true, false, false]),
        ("3", [true, true, false]),
        ("5", [true, true, true]),
    ] {
        let report = found(&near, days);
        let pairs = [("a", "b"), ("b", "c"), ("a", "c")];
        let related = pairs.map(|(x, y)| relation(&report, x, y).is_some());
        assert_eq!(related, matches, "{days}");
        for dated in ["a", "b", "c"] {
            assert!(relation(&report, dated, "d").is_some(), "{days} {dated}");
        }
        assert_eq!(
            report["parameters"]["within"],
            json!(days.parse::<u32>().unwrap())
        );
    }
}

#[test]
fn documents_with_the_same_words_are_limited_too() {
    let report = found(&copies(|_| story(1))[..3], "2");
    assert_eq!(relation(&report, "a", "b"), Some("exact"));
    assert_eq!(relation(&report, "b", "c"), None);
    assert_eq!(relation(&report, "a", "c"), None);
    assert_eq!(clusters(&report), [["a", "b"]]);
    // On one day, copies with the same words still count as one text.
    let same_day = ["a", "b", "c"].map(|id| (id, story(1), Some("2026-03-01")));
    assert_eq!(clusters(&found(&same_day, "0")), [["a", "b", "c"]]);
}

#[test]
fn a_text_without_a_date_matches_all_its_copies() {
    let report = found(&copies(|_| story(1)), "1");
    for dated in ["a", "b", "c"] {
        assert_eq!(relation(&report, dated, "d"), Some("exact"), "{dated}");
    }
    assert_eq!(relation(&report, "a", "b"), None);
    assert_eq!(clusters(&report), [["a", "b", "c", "d"]]);
}

/// A story that comes back on each day of a month has frequent fingerprints. Copies of neighbouring days are still compared.
#[test]
fn neighbours_in_a_long_chain_of_days_are_found() {
    let dates: Vec<String> = (1..=30)
        .map(|n: u32| format!("2026-{:02}-{:02}", 1 + (n - 1) / 28, 1 + (n - 1) % 28))
        .collect();
    let ids: Vec<String> = (1..=30).map(|n| format!("d{n:02}")).collect();
    let same: Vec<Record<'_>> = (ids.iter().zip(&dates))
        .map(|(id, date)| (id.as_str(), story(1), Some(date.as_str())))
        .collect();
    let near: Vec<Record<'_>> = (ids.iter().zip(&dates))
        .map(|(id, date)| (id.as_str(), version(1, id), Some(date.as_str())))
        .collect();
    for records in [same, near] {
        let report = found(&records, "1");
        let members: usize = clusters(&report).iter().map(Vec::len).sum();
        assert!(members >= 20, "{members}: {:?}", clusters(&report));
    }
}

#[test]
fn check_and_export_follow_the_rule() {
    let folder = corpus(&copies(|id| version(1, id))[..2]);
    let new = json!({"id": "n", "text": version(1, "n"), "date": "2026-03-05"}).to_string();
    fs::write(folder.path().join("new.jsonl"), new).unwrap();
    let line = [
        "check",
        "new.jsonl",
        "--against",
        "news.jsonl",
        "--within",
        "2",
    ];
    let checked = report(folder.path(), &line);
    assert!(is_found(&checked, "n", "b"));
    assert_eq!(relation(&checked, "n", "a"), None);

    let exact = corpus(&copies(|_| story(1))[..3]);
    let kept = |more: &[&str]| {
        let line = [&["export", "news.jsonl", "--list", "keep"], more].concat();
        String::from_utf8(dedupe(exact.path(), &line).stdout).unwrap()
    };
    for drop in ["exact", "near"] {
        assert_eq!(kept(&["--drop", drop]), "a\n");
        assert_eq!(kept(&["--drop", drop, "--within", "2"]), "a\nc\n");
    }
}

#[test]
fn the_configuration_file_may_set_it() {
    let folder = corpus(&copies(|id| version(1, id))[..2]);
    fs::write(folder.path().join("dedupe.toml"), "within = 1\n").unwrap();
    assert!(list(&report(folder.path(), &["news.jsonl"]), "matches").is_empty());
    let line = ["news.jsonl", "--within", "2"];
    assert_eq!(list(&report(folder.path(), &line), "matches").len(), 1);
}

#[test]
fn explain_says_that_the_dates_exclude_a_pair() {
    let folder = corpus(&copies(|_| story(1))[..2]);
    let explain = |format: &str| {
        let line = [
            "explain",
            "a",
            "b",
            "--in",
            "news.jsonl",
            "--within",
            "1",
            "--format",
            format,
        ];
        String::from_utf8(dedupe(folder.path(), &line).stdout).unwrap()
    };
    let page = explain("text");
    assert!(
        page.starts_with("no relation: the dates are 2 days apart, and --within allows 1\n"),
        "{page}"
    );
    assert!(!page.contains("never compared"), "{page}");
    let value: Value = serde_json::from_str(&explain("json")).unwrap();
    assert_eq!(
        (&value["days_apart"], &value["within"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(value["relation"], Value::Null);
}
