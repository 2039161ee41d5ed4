//! The HTML report in a real browser. `browser/drive.mjs` acts as a reader and checks the page.
//!
//! `browser/set-up` installs a browser if the system allows it. Without a browser, these tests are skipped with a
//! message. `SCREENSHOTS=FOLDER cargo test --test browser` saves screenshots.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout
)]

mod support;

use serde_json::json;
use std::fs;
use std::path::Path;
use support::{argument, dedupe, root, shared};

/// Creates a page and runs a scenario in the browser.
fn check(folder: &Path, arguments: &[&str], scenario: &str) {
    let Some(browser) = support::browser::browser() else {
        return;
    };
    let made = tempfile::tempdir().unwrap();
    let page = made.path().join("report.html");
    let output = dedupe(folder, &[arguments, &["-o", argument(&page)]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    support::browser::drive(browser, scenario, page.as_os_str());
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
    write_feed(folder.path(), &records);
    check(folder.path(), &["feed.jsonl"], "hostile");
}

/// Writes records as JSON Lines.
fn write_feed(folder: &Path, records: &[serde_json::Value]) {
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    fs::write(folder.join("feed.jsonl"), lines).unwrap();
}

/// A corpus of three stories, each of other kinds of copies, and of an overlap.
fn newsroom(folder: &Path) {
    let harbour = story(1, 0..240);
    let changed = |(at, word): (usize, &str)| match at % 40 {
        7 => format!("new{word} "),
        _ => format!("{word} "),
    };
    let edited: String = harbour
        .split_whitespace()
        .enumerate()
        .map(changed)
        .collect();
    let zeppelin = format!("The zeppelin lands. {}", story(2, 0..200));
    let record = |id: &str, title: Option<&str>, source: &str, date: &str, text: &str| {
        let mut record = json!({"id": id, "source": source, "date": date, "text": text});
        if let Some(title) = title {
            record["title"] = title.into();
        }
        record
    };
    let joined = |parts: [String; 2]| parts.concat();
    write_feed(
        folder,
        &[
            record(
                "a1",
                Some("Harbour shut after cracks"),
                "Orrin Agency",
                "2026-11-20T06:00:00Z",
                &harbour,
            ),
            record(
                "a2",
                Some("Harbour closed"),
                "Die Welt",
                "2026-11-20T07:00:00Z",
                &edited,
            ),
            record(
                "a3",
                Some("Harbour in brief"),
                "Die Welt Kompakt",
                "2026-11-20T08:30:00Z",
                &story(1, 0..100),
            ),
            record(
                "a4",
                Some("=HYPERLINK(\"x\")"),
                "Focus",
                "2026-11-20T09:00:00Z",
                &joined([edited.clone(), story(9, 0..12)]),
            ),
            record("b1", None, "Die Welt Kompakt", "2026-11-22", &zeppelin),
            record("b2", None, "Focus", "2026-11-23", &zeppelin),
            record(
                "c1",
                Some("Storm takes the roof"),
                "Post",
                "2026-11-25",
                &story(3, 0..300),
            ),
            record(
                "c2",
                Some("Storm takes the roof"),
                "Orrin Agency",
                "2026-11-26",
                &joined([story(3, 0..210), story(4, 0..90)]),
            ),
            record(
                "o1",
                Some("Mayor speaks"),
                "Post",
                "2026-11-27",
                &joined([story(5, 0..200), story(6, 0..60)]),
            ),
            record(
                "o2",
                Some("Council meets"),
                "Die Welt",
                "2026-11-28",
                &joined([story(6, 0..60), story(7, 0..300)]),
            ),
        ],
    );
}

/// Runs a scenario over the corpus of [`newsroom`].
fn check_newsroom(scenario: &str) {
    let folder = tempfile::tempdir().unwrap();
    newsroom(folder.path());
    check(folder.path(), &["feed.jsonl"], scenario);
}

#[test]
fn says_what_it_is_of_and_names_no_document_by_its_id() {
    check_newsroom("about");
}

#[test]
fn filters_by_publisher_kind_date_and_size_and_keeps_them_in_the_address() {
    check_newsroom("filters");
    check_newsroom("hostileAddress");
}

#[test]
fn hides_copies_below_the_slider() {
    check_newsroom("similarity");
}

#[test]
fn searches_the_texts() {
    check_newsroom("texts");
}

#[test]
fn moves_in_the_list_without_a_click() {
    check_newsroom("keys");
}

#[test]
fn shows_who_copied_whom() {
    check_newsroom("lineage");
}

/// A copy of 18:00 was 18 hours after one that only states the day, and two pages with one headline had one name.
#[test]
fn tells_pages_of_one_headline_apart_and_states_no_hours_after_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let record = |id: &str, date: &str| json!({"id": id, "title": "Flood", "date": date, "text": story(1, 0..200)});
    let records = [
        record("site/a/index.html", "2026-03-05"),
        record("site/b/index.html", "2026-03-05T18:00:00Z"),
        record("site/b/more.html", "2026-03-06T09:00:00Z"),
    ];
    write_feed(folder.path(), &records);
    check(folder.path(), &["feed.jsonl"], "oneHeadline");
    // Of the two of one day, none is known to be the first.
    write_feed(folder.path(), &records[..2]);
    check(folder.path(), &["feed.jsonl"], "oneDay");
}

#[test]
fn the_day_of_a_dateline_places_a_document_in_the_picture() {
    check(root(), &["fixtures/wire"], "dateline");
}

#[test]
fn shows_overlaps_side_by_side() {
    check_newsroom("overlap");
}

#[test]
fn marks_all_sources_of_a_document() {
    check_newsroom("sources");
}

#[test]
fn saves_a_story_and_copies_a_link_to_it() {
    check_newsroom("save");
}

#[test]
fn switches_between_texts_on_a_phone() {
    check_newsroom("phone");
}

#[test]
fn text_has_contrast_in_dark_mode() {
    check_newsroom("dark");
}

#[test]
fn prints_all_members_and_the_list_of_stories() {
    let folder = tempfile::tempdir().unwrap();
    let member = |at: u32| {
        let text = [story(1, 0..200), story(100 + at, 0..5)].concat();
        json!({"id": format!("m{at:02}"), "title": format!("Harbour {at}"), "source": format!("Paper {at}"),
            "date": format!("2026-11-{:02}T06:{at:02}:00Z", 1 + at % 28),
            "text": text})
    };
    let other = |at: u32| json!({"id": format!("s{at}"), "text": story(2, 0..200)});
    let records: Vec<_> = (0..40).map(member).chain((0..2).map(other)).collect();
    write_feed(folder.path(), &records);
    check(folder.path(), &["feed.jsonl"], "paper");
}

/// Checks the page of a saved report with this number of stories of two documents each, whose files are gone.
fn check_saved(stories: u32, scenario: &str) {
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
    report["clusters"] = (0..stories).map(cluster).collect();
    fs::write(folder.path().join("result.json"), report.to_string()).unwrap();
    let line = ["report", "result.json", "-q", "--max-skipped", "100%"];
    check(folder.path(), &line, scenario);
}

#[test]
fn handles_20_000_stories() {
    check_saved(20_000, "many");
}

#[test]
fn opens_100_000_documents_in_3_s_and_filters_in_200_ms() {
    check_saved(50_000, "speed");
}

/// The same with the texts. Run it with `--ignored --nocapture` to read the figures.
#[test]
#[ignore = "takes minutes in a debug build"]
fn opens_100_000_documents_with_their_texts() {
    let folder = tempfile::tempdir().unwrap();
    let record = |at: u32| {
        let text = story(at / 2, 0..80);
        json!({"id": at.to_string(), "title": format!("Harbour {at}"), "source": format!("Paper {}", at % 300),
            "date": format!("2021-02-{:02}T06:00:00Z", 1 + at % 28), "text": text})
    };
    write_feed(folder.path(), &(0..100_000).map(record).collect::<Vec<_>>());
    check(folder.path(), &["feed.jsonl", "-q"], "speed");
}
