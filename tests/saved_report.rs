//! Runs `dedupe report` on saved reports.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Output;
use support::{dedupe, root};

/// Creates a folder with the articles of a fixture and the report of a run over them.
fn saved() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.txt", "b.txt", "c.txt"] {
        let article = root().join("fixtures/wire").join(name);
        fs::copy(article, folder.path().join(name)).unwrap();
    }
    run(
        folder.path(),
        &["a.txt", "b.txt", "c.txt", "-o", "result.json"],
        0,
    );
    folder
}

fn run(folder: &Path, arguments: &[&str], code: i32) -> Output {
    let output = dedupe(folder, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    output
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn a_saved_report_gives_the_same_page_as_the_run() {
    let folder = saved();
    let folder = folder.path();
    run(folder, &["a.txt", "b.txt", "c.txt", "-o", "run.html"], 0);
    run(folder, &["report", "result.json", "-o", "saved.html"], 0);
    assert_eq!(read(folder, "run.html"), read(folder, "saved.html"));
    run(
        folder,
        &[
            "a.txt",
            "b.txt",
            "c.txt",
            "-f",
            "html",
            "-o",
            "one.page",
            "--threads",
            "1",
        ],
        0,
    );
    assert_eq!(read(folder, "run.html"), read(folder, "one.page"));
    let piped = run(folder, &["report", "result.json"], 0);
    assert_eq!(piped.stdout, read(folder, "run.html").as_bytes());
    assert!(piped.stderr.is_empty());
}

#[test]
fn missing_texts_are_reported() {
    let folder = saved();
    fs::remove_file(folder.path().join("b.txt")).unwrap();
    let output = run(
        folder.path(),
        &["report", "result.json", "-o", "saved.html"],
        0,
    );
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        errors.contains("could not read the text of 1 document again"),
        "{errors}"
    );
    let page = read(folder.path(), "saved.html");
    assert!(page.contains("\"unread\":1"));
    let quiet = run(
        folder.path(),
        &["report", "result.json", "-q", "-o", "saved.html"],
        0,
    );
    assert!(quiet.stderr.is_empty());
}

#[test]
fn a_saved_report_can_be_written_in_other_formats() {
    let folder = saved();
    let output = run(folder.path(), &["report", "result.json", "-f", "json"], 0);
    assert_eq!(output.stdout, read(folder.path(), "result.json").as_bytes());
    let run_text = run(folder.path(), &["a.txt", "b.txt", "c.txt", "-f", "text"], 0);
    let text = run(folder.path(), &["report", "result.json", "-f", "text"], 0);
    assert_eq!(text.stdout, run_text.stdout);
    run(
        folder.path(),
        &["report", "result.json", "-o", "saved.jsonl"],
        0,
    );
    assert!(read(folder.path(), "saved.jsonl").starts_with("{\"type\":\"cluster\""));
}

#[test]
fn rejects_files_that_are_not_reports_and_never_overwrites_inputs() {
    let folder = saved();
    fs::write(folder.path().join("other.json"), "{\"schema_version\": 1}").unwrap();
    let newer = read(folder.path(), "result.json")
        .replace("\"schema_version\": 1", "\"schema_version\": 2");
    fs::write(folder.path().join("newer.json"), newer).unwrap();
    for (arguments, message) in [
        (&["report", "none.json"][..], "none.json: No such file"),
        (&["report", "a.txt"], "expected a JSON report of dedupe"),
        (&["report", "other.json"], "missing field"),
        (
            &["report", "newer.json"],
            "expected schema version 1, found 2",
        ),
        (
            &["report", "result.json", "-o", "a.txt"],
            "it is one of the inputs",
        ),
        (
            &["report", "result.json", "-f", "json", "-o", "result.json"],
            "it is one of the inputs",
        ),
    ] {
        let before = read(folder.path(), "a.txt");
        let output = run(folder.path(), arguments, 2);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.contains(message), "{arguments:?}: {errors}");
        assert_eq!(read(folder.path(), "a.txt"), before);
    }
}
