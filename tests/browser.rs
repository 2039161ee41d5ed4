//! The HTML report in a real browser. `browser/drive.mjs` acts as a reader and checks the page.
//!
//! `browser/set-up` installs a browser if the system allows it. Without a browser, these tests are skipped with a
//! message. `SCREENSHOTS=FOLDER cargo test --test browser` saves screenshots.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod support;

use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use support::{argument, dedupe, root, shared};

/// Returns the browser, if there is one and the tools to control it.
fn browser() -> Option<&'static Path> {
    static BROWSER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = root().join("tests/browser");
    let found = BROWSER.get_or_init(|| {
        let _ = Command::new(folder.join("set-up")).status();
        let driven =
            folder.join("node_modules/playwright-core").is_dir() && in_path("node").is_some();
        let names = ["chromium", "chromium-browser", "google-chrome"];
        names.into_iter().find_map(in_path).filter(|_| driven)
    });
    if found.is_none() {
        eprintln!("skipped: chromium, node or playwright-core is missing");
    }
    found.as_deref()
}

fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(program));
    places.find(|place| place.is_file())
}

/// Creates a page and runs a scenario in the browser.
fn check(folder: &Path, arguments: &[&str], scenario: &str) {
    let Some(browser) = browser() else {
        return;
    };
    let made = tempfile::tempdir().unwrap();
    let page = made.path().join("report.html");
    let output = dedupe(folder, &[arguments, &["-o", argument(&page)]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    let output = Command::new("node")
        .arg(root().join("tests/browser/drive.mjs"))
        .args([browser, Path::new(scenario), &page])
        .args(std::env::var_os("SCREENSHOTS"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{scenario}: {errors}");
}

/// Returns the words of a distinct story.
fn story(seed: u32, words: std::ops::Range<u32>) -> String {
    words.map(|n| format!("word{seed}x{n} ")).collect()
}

#[test]
fn shows_a_story_side_by_side_by_keyboard() {
    check(root(), &["fixtures/wire"], "story");
}

#[test]
fn shows_the_seeds_side_by_side() {
    if let Some(seeds) = shared("seeds") {
        check(&seeds, &["."], "story");
        check(&seeds, &["."], "looks");
    }
}

#[test]
fn fits_dark_mode_phones_and_paper() {
    check(root(), &["fixtures/syndicated.jsonl"], "looks");
}

#[test]
fn shows_hostile_text_without_running_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = story(1, 0..200);
    let records = [
        json!({"id": "a\"'><img src=x onerror=alert(2)>", "title": "</textarea><script>alert(1)</script>",
            "source": "<b>bold</b>", "url": "javascript:alert(3)", "text": format!("{text} <script>alert(4)</script>")}),
        json!({"id": "b", "title": "exe\u{202e}gpj.</script><!--", "source": "&lt;", "date": "</time>",
            "url": "https://example.org/\"onclick=alert(5)", "text": format!("{text} --></script>{{{{data}}}}")}),
    ];
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    fs::write(folder.path().join("feed.jsonl"), lines).unwrap();
    check(folder.path(), &["feed.jsonl"], "hostile");
}

#[test]
fn handles_20_000_stories() {
    let folder = tempfile::tempdir().unwrap();
    let member = |at: u32, relation: &str| {
        json!({"id": format!("{at}-{relation}"), "path": "gone.txt", "title": format!("Harbour {at}"),
            "date": format!("{}", 2000 + at % 24) , "source": "Agency", "relation": relation, "spans": [],
            "words": 100, "containment": 1.0, "containment_representative": 1.0, "resemblance": 1.0})
    };
    let cluster = |at: u32| {
        let mut kept = member(at, "representative");
        kept["date"] = format!(
            "2021-02-26T{:02}:{:02}:{:02}Z",
            at / 3600,
            at / 60 % 60,
            at % 60
        )
        .into();
        json!({"id": format!("{at:012x}"), "size": 2, "representative": kept["id"],
            "members": [kept, member(at, "exact")]})
    };
    let empty = dedupe(root(), &["fixtures/templates.jsonl", "--format", "json"]);
    let mut report: serde_json::Value = serde_json::from_slice(&empty.stdout).unwrap();
    report["clusters"] = (0..20_000).map(cluster).collect();
    fs::write(folder.path().join("result.json"), report.to_string()).unwrap();
    check(folder.path(), &["report", "result.json", "-q"], "many");
}
