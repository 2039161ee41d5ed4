//! `dedupe explain`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use std::fs;
use support::{dedupe, program, relation, report, root};

const STORY: &str = "The harbour of Vesling stayed closed for a second day on Tuesday after a storm \
    tore two cranes from their rails and pushed a grain carrier against the northern mole. The port \
    office said that divers would look at the hull before the ship may leave, and that the ferries to \
    the islands would run again on Thursday at the earliest. Nobody was hurt. Fishermen said that \
    they had been warned in time, but that the mole, which was last repaired nine years ago, would not \
    stand another such night. The town council meets on Friday to talk about the costs.";

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A story, an edited copy with an escape sequence, and another story.
fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let edited = STORY
        .replace("on Tuesday", "on Tuesday evening")
        .replace("a grain carrier", "the \u{1b}[31mgrain carrier")
        .replace("Nobody was hurt. ", "");
    for (name, text) in [
        ("a.txt", STORY),
        ("b.txt", edited.as_str()),
        ("c.txt", "A choir of forty sang in the old station hall."),
        ("empty.txt", ""),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let record = |id: &str, text: &str| json!({"id": id, "text": text}).to_string();
    let records = [record("one", STORY), record("two", &edited)].join("\n");
    fs::write(folder.path().join("wire.jsonl"), records).unwrap();
    folder
}

fn explained(arguments: &[&str]) -> String {
    let folder = corpus();
    let output = dedupe(folder.path(), &[&["explain"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

fn check_refused(arguments: &[&str], message: &str) {
    let folder = corpus();
    let output = dedupe(folder.path(), &[&["explain"], arguments].concat());
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert_eq!(text(&output.stdout), "");
    let errors = text(&output.stderr);
    assert!(errors.contains(message), "{arguments:?}: {errors}");
}

#[test]
fn edits_are_marked_and_control_characters_are_escaped() {
    let page = explained(&["a.txt", "b.txt", "--format", "text"]);
    assert!(
        page.starts_with("near: A and B tell one story, in mostly the same words\n"),
        "{page}"
    );
    for expected in ["{+evening+}", "[-Nobody was hurt", "\\u{1b}", "longest run"] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert!(
        !page.contains(|c: char| c.is_control() && c != '\n'),
        "{page:?}"
    );
    assert!(
        page.lines().all(|line| line.chars().count() <= 80),
        "{page}"
    );
}

#[test]
fn colour_replaces_the_marks() {
    let page = explained(&["a.txt", "b.txt", "--format", "text", "--color", "always"]);
    assert!(page.contains("\u{1b}["), "{page}");
    assert!(
        !page.contains("[31mgrain") || page.contains("\\u{1b}"),
        "{page}"
    );
    assert!(!page.contains("{+"), "{page}");
}

#[test]
fn unrelated_documents_are_explained() {
    let page = explained(&["a.txt", "c.txt", "--format", "text"]);
    for expected in [
        "no relation:",
        "misses  fingerprints: 0 shared",
        "the pair is never compared",
        "No aligned passages",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
}

#[test]
fn pair_of_ids_in_a_corpus_is_explained_as_json() {
    let page = explained(&["two", "one", "--in", "wire.jsonl", "--in", "c.txt"]);
    let found: Value = serde_json::from_str(&page).unwrap();
    assert_eq!(found["left"]["id"], "two");
    assert_eq!(found["relation"], "near");
    assert_eq!(found["sketches"]["proposed"], true);
    let span = &found["passages"][0]["right"];
    assert_eq!(span["begin"], 0);
    assert_eq!(found["left"]["boilerplate_words"], 0);
}

#[test]
fn corpus_may_be_standard_input() {
    let folder = corpus();
    let wire = fs::read(folder.path().join("wire.jsonl")).unwrap();
    let mut command = program(folder.path());
    let line = ["explain", "one", "two", "--in", "-", "--format", "text"];
    let output = command.args(line).write_stdin(wire).output().unwrap();
    assert!(
        text(&output.stdout).contains("{+evening+}"),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn invalid_pairs_are_refused() {
    check_refused(&["a.txt"], "<B>");
    check_refused(&["a.txt", "a.txt"], "both names mean the document a.txt");
    check_refused(&["a.txt", "none.txt"], "no document has the id none.txt");
    check_refused(
        &["a.txt", "c.txt", "--in", "."],
        "no document has the id a.txt: did you mean ./a.txt?",
    );
    check_refused(&["a.txt", "empty.txt"], "the id empty.txt: ");
    check_refused(&["a.txt", "wire.jsonl"], "wire.jsonl holds 2 documents");
    check_refused(&["one", "three", "--in", "wire.jsonl"], "the id three");
    check_refused(
        &["one", "two", "--in", "wire.jsonl", "--in", "gone"],
        "there is no file or folder gone",
    );
    check_refused(
        &["one", "three", "--in", "empty.txt"],
        "the id one: empty.txt was skipped: it is empty",
    );
    check_refused(
        &["one", "one", "--in", "wire.jsonl"],
        "both names mean the document one",
    );
    check_refused(&["a.txt", "x\u{1b}[2J"], "x\\u{1b}[2J");
    check_refused(
        &["a.txt", "b.txt", "-o", "a.txt"],
        "it is one of the inputs",
    );
}

/// Texts of a few words are never near copies, however much they share. The explanation blamed the threshold.
#[test]
fn short_texts_are_explained_by_their_length() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "The council met on Monday.").unwrap();
    fs::write(
        folder.path().join("b.txt"),
        "The council met on Monday late.",
    )
    .unwrap();
    let line = ["explain", "a.txt", "b.txt", "--format", "text"];
    let page = dedupe(folder.path(), &line).stdout;
    let page = text(&page);
    let begin = "no relation: the 5 words that they share are too few to tell";
    assert!(page.starts_with(begin), "{page}");
}

#[test]
fn template_with_different_values_is_explained() {
    let corpus = ["--in", "./fixtures/templates.jsonl", "-f", "text"];
    let pair = [&["explain", "dividend-a", "dividend-b"], &corpus[..]].concat();
    let output = dedupe(root(), &pair);
    let said = text(&output.stdout);
    assert!(
        said.starts_with("no relation: the evidence is against one story"),
        "{said}"
    );
    // Nearly all words agree. The replaced numbers and names decide, and the page says so.
    let part = |name: &str| -> f64 {
        let mut lines = said.lines();
        let line = lines.find(|line| line.trim_start().starts_with(name));
        let last = line.and_then(|line| line.split_whitespace().last());
        last.and_then(|part| part.parse().ok()).unwrap()
    };
    let (numbers, subject) = (part("numbers replaced"), part("subjects replaced"));
    let sum = part("sum");
    assert!(numbers < -5.0 && subject < -5.0, "{said}");
    assert!(sum < 0.0 && sum - numbers - subject > 0.0, "{said}");
    assert!(!said.contains("-0.00"), "{said}");
}

/// The fingerprints of a story that thirty documents carry are frequent: candidates are only pairs with the documents that
/// were read first. Clustering compares the document to keep with all others, and the report lists these pairs.
#[test]
fn a_pair_that_the_report_lists_is_never_called_uncompared() {
    let folder = tempfile::tempdir().unwrap();
    let story: Vec<String> = (0..200u32)
        .map(|k| format!("w{}", k.wrapping_mul(2_654_435_761)))
        .collect();
    let ids = (0..29).map(|n| format!("d{n:02}")).chain(["z".to_owned()]);
    let line = |id: String| {
        // The longest one is kept. It is not among the first, which are pivots.
        let more = if id == "z" { " and more" } else { "" };
        json!({"id": id, "text": format!("{} {id}{more}", story.join(" "))}).to_string()
    };
    let lines: Vec<String> = ids.map(line).collect();
    fs::write(folder.path().join("wire.jsonl"), lines.join("\n")).unwrap();
    let found = report(folder.path(), &["wire.jsonl", "--keep", "longest"]);
    assert_eq!(relation(&found, "d20", "z"), Some("near"));
    let explain = |format: &str| {
        let pair = ["explain", "z", "d20", "--in", "wire.jsonl"];
        let line = [&pair[..], &["--keep", "longest", "--format", format]].concat();
        text(&dedupe(folder.path(), &line).stdout).to_owned()
    };
    let value: Value = serde_json::from_str(&explain("json")).unwrap();
    assert_eq!(value["sketches"]["proposed"], false);
    assert_eq!(value["sketches"]["found_by_clustering"], true);
    let page = explain("text");
    assert!(
        page.starts_with("near: A and B tell one story, in mostly the same words\n"),
        "{page}"
    );
    assert!(
        page.contains("because both are copies of a third"),
        "{page}"
    );
    assert!(!page.contains("never compared"), "{page}");
    assert!(
        page.contains("A and B have 200 words in common, of 203 in A and 201 in B."),
        "{page}"
    );
}
