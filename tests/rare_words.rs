//! Rare words, as names and places are: two versions of a story share them, two texts in one form have other ones.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use support::{dedupe, list, report, string};

/// Words that most documents have.
const COMMON_WORDS: u64 = 240;
/// Enough documents that it is known which words are common.
const OTHERS: u64 = 1600;

/// Pseudorandom common words.
struct CommonWords(u64);

impl CommonWords {
    fn next(&mut self) -> String {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        format!("common{}", (self.0 >> 33) % COMMON_WORDS)
    }

    fn text(&mut self, words: usize) -> String {
        let words: Vec<String> = (0..words).map(|_| self.next()).collect();
        words.join(" ")
    }
}

fn record(id: &str, text: &str) -> Value {
    json!({"id": id, "text": text, "date": "2026-03-02"})
}

/// Documents of common words and three rare words each.
fn others() -> Vec<Value> {
    let other = |n: u64| {
        let text = CommonWords(n << 20 | 77).text(60);
        record(
            &format!("other{n}"),
            &format!("place{n} {text} name{n} event{n}"),
        )
    };
    (0..OTHERS).map(other).collect()
}

/// Two documents in one form of common words. Each fills it in with a list of names of its own. It is published for the first time, so
/// it does not recur.
fn of_one_form() -> [Value; 2] {
    let form: Vec<String> = (1..5)
        .map(|part| CommonWords(7000 * part).text(12))
        .collect();
    ["form-a", "form-b"].map(|id| {
        let names = |part: usize| (0..15).map(move |n| format!("{id}{part}x{n}").replace('-', ""));
        let parts = form.iter().enumerate();
        let text =
            parts.map(|(at, part)| format!("{part} {}", names(at).collect::<Vec<_>>().join(" ")));
        record(id, &text.collect::<Vec<_>>().join(" "))
    })
}

/// Two versions of a story: less than a third of their words are in common passages, but the names are the same.
fn of_one_story() -> [Value; 2] {
    let common: Vec<String> = (1..5)
        .map(|part| CommonWords(9000 * part).text(12))
        .collect();
    [("story-a", 11), ("story-b", 13)].map(|(id, seed)| {
        let mut own = CommonWords(seed);
        let told = |names: std::ops::Range<u32>| {
            let told = names.map(|n| format!("{} person{n}", own.text(4)));
            told.collect::<Vec<_>>().join(" ")
        };
        let told: Vec<String> = [0..6, 6..12, 12..18, 18..24].map(told).into();
        let parts = common
            .iter()
            .zip(&told)
            .map(|(part, told)| format!("{part} {told}"));
        record(id, &parts.collect::<Vec<_>>().join(" "))
    })
}

fn write(folder: &Path, name: &str, records: &[Value]) {
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    fs::write(folder.join(name), lines.join("\n")).unwrap();
}

/// The documents of each cluster.
fn stories(report: &Value) -> Vec<Vec<String>> {
    let members = |cluster: &Value| {
        let mut ids: Vec<String> = list(cluster, "members")
            .iter()
            .map(|m| string(m, "id").to_owned())
            .collect();
        ids.sort();
        ids
    };
    list(report, "clusters").iter().map(members).collect()
}

const STORY: [&str; 2] = ["story-a", "story-b"];
const FORM: [&str; 2] = ["form-a", "form-b"];

#[test]
fn they_tell_versions_of_a_story_from_texts_in_one_form() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let pairs = [of_one_form(), of_one_story()].concat();
    write(folder, "pairs.jsonl", &pairs);
    // A small corpus does not tell which words are rare.
    assert_eq!(stories(&report(folder, &["pairs.jsonl"])), [FORM]);
    write(folder, "others.jsonl", &others());
    let learnt = report(
        folder,
        &[
            "others.jsonl",
            "pairs.jsonl",
            "--write-dictionary",
            "learnt",
        ],
    );
    assert_eq!(stories(&learnt), [STORY]);
    let given = report(folder, &["pairs.jsonl", "--dictionary", "learnt"]);
    assert_eq!(stories(&given), [STORY]);
}

#[test]
fn an_index_knows_them_too() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (form, story) = (of_one_form(), of_one_story());
    write(
        folder,
        "old.jsonl",
        &[others(), vec![form[0].clone(), story[0].clone()]].concat(),
    );
    write(folder, "new.jsonl", &[form[1].clone(), story[1].clone()]);
    let added = dedupe(folder, &["index", "add", "a.idx", "old.jsonl"]);
    assert_eq!(added.status.code(), Some(0));
    let checked = report(folder, &["check", "new.jsonl", "--against", "a.idx"]);
    assert_eq!(stories(&checked), [STORY]);
    let output = dedupe(folder, &["index", "query", "a.idx", "new.jsonl"]);
    let answers: Value = serde_json::from_slice(&output.stdout).unwrap();
    let is_copy = answers
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| answer["duplicate"].as_bool());
    assert_eq!(is_copy.collect::<Vec<_>>(), [Some(false), Some(true)]);
}

/// The sample is chosen by what documents say, so that their order does not matter.
#[test]
fn their_order_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut records = [others(), of_one_form().into(), of_one_story().into()].concat();
    write(folder, "one.jsonl", &records);
    records.reverse();
    write(folder, "two.jsonl", &records);
    for (corpus, dictionary) in [("one.jsonl", "d1"), ("two.jsonl", "d2")] {
        report(folder, &[corpus, "--write-dictionary", dictionary]);
    }
    assert_eq!(
        fs::read(folder.join("d1")).unwrap(),
        fs::read(folder.join("d2")).unwrap()
    );
}

#[test]
fn explain_shows_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(
        folder,
        "all.jsonl",
        &[others(), of_one_form().into(), of_one_story().into()].concat(),
    );
    let explained = |[a, b]: [&str; 2], more: &[&str]| {
        let line = [&["explain", a, b, "--in", "all.jsonl"], more].concat();
        String::from_utf8(dedupe(folder, &line).stdout).unwrap()
    };
    let share = |pair| {
        let explained: Value =
            serde_json::from_str(&explained(pair, &["--format", "json"])).unwrap();
        explained["evidence"]["terms"]["rare_words"]
            .as_f64()
            .unwrap()
    };
    assert!(share(FORM) < 0.05 && share(STORY) > 0.9);
    let said = explained(STORY, &["--format", "text"]);
    let row = said
        .lines()
        .find(|line| line.contains("rare words shared"))
        .unwrap();
    assert!(row.contains('%') && row.contains("+1."), "{row}");
}
