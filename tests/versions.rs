//! Two documents that tell one story, with less than half of their words in common.
//!
//! They were once called near copies. So `export` dropped a text of which more than half stood nowhere else, and
//! `--fail-on near` stopped a job for two articles that only use one agency text.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::Value;
use std::fs;
use support::{clusters, dedupe, list, number, relation, report};
use tempfile::TempDir;

/// A made-up word for each number.
fn word(number: u32) -> String {
    let letter = |place: u32| char::from(b'a' + (number / 26u32.pow(place) % 26) as u8);
    format!("b{}e{}a{}", letter(0), letter(1), letter(2))
}

fn text(words: impl IntoIterator<Item = u32>) -> String {
    let words: Vec<String> = words.into_iter().map(word).collect();
    words.join(" ")
}

/// A story, and an article that has 55 of its 140 words in three places.
fn versions() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let story = text(0..140);
    let article = text(
        [0..25, 400..440, 60..75, 500..530, 125..140]
            .into_iter()
            .flatten(),
    );
    let news = folder.path().join("news");
    fs::create_dir(&news).unwrap();
    fs::write(news.join("article.txt"), article).unwrap();
    fs::write(news.join("story.txt"), story).unwrap();
    folder
}

#[test]
fn versions_are_one_story_and_no_near_copies() {
    let folder = versions();
    let found = report(folder.path(), &["news"]);
    assert_eq!(clusters(&found).len(), 1);
    assert_eq!(
        relation(&found, "news/article.txt", "news/story.txt"),
        Some("version")
    );
    let summary = found.get("summary").unwrap();
    assert_eq!(number(summary, "versions"), 1.0);
    assert_eq!(number(summary, "near"), 0.0);
    let share = number(&list(&found, "matches")[0], "containment_left");
    assert!((0.4..0.5).contains(&share), "{share}");
}

#[test]
fn a_job_fails_on_versions_only_if_they_are_asked_for() {
    let folder = versions();
    for (limit, code) in [
        ("near", 0),
        ("contained", 0),
        ("version", 1),
        ("overlap", 1),
    ] {
        let line = ["news", "--fail-on", limit, "--quiet", "--format", "json"];
        let output = dedupe(folder.path(), &line);
        assert_eq!(output.status.code(), Some(code), "{limit}");
    }
}

#[test]
fn versions_are_kept_unless_they_are_dropped_by_name() {
    let folder = versions();
    for (drop, kept) in [(None, 2), (Some("contained"), 2), (Some("version"), 1)] {
        let mut line = vec!["export", ".", "--quiet", "--manifest", "../dropped.jsonl"];
        line.extend(drop.into_iter().flat_map(|drop| ["--drop", drop]));
        let output = dedupe(&folder.path().join("news"), &line);
        assert_eq!(output.status.code(), Some(0), "{drop:?}");
        let corpus = String::from_utf8(output.stdout).unwrap();
        assert_eq!(corpus.lines().count(), kept, "{drop:?}");
        let manifest = fs::read_to_string(folder.path().join("dropped.jsonl")).unwrap();
        let last: Value = serde_json::from_str(manifest.lines().last().unwrap()).unwrap();
        assert_eq!(number(&last, "versions"), (2 - kept) as f64, "{drop:?}");
    }
}
