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

/// A page without the command that made it.
fn without_command(page: &str) -> String {
    let (before, rest) = page.split_once("id=\"about\">").unwrap();
    let (_, after) = rest.split_once("</script>").unwrap();
    format!("{before}{after}")
}

#[test]
fn a_saved_report_gives_the_same_page_as_the_run() {
    let folder = saved();
    let folder = folder.path();
    run(folder, &["a.txt", "b.txt", "c.txt", "-o", "run.html"], 0);
    run(folder, &["report", "result.json", "-o", "saved.html"], 0);
    let page = without_command(&read(folder, "run.html"));
    assert_eq!(without_command(&read(folder, "saved.html")), page);
    assert!(
        read(folder, "run.html").contains("\"command\":\"dedupe a.txt b.txt c.txt -o run.html\"")
    );
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
    assert_eq!(without_command(&read(folder, "one.page")), page);
    let piped = run(folder, &["report", "result.json"], 0);
    let piped_page = String::from_utf8(piped.stdout).unwrap();
    assert_eq!(without_command(&piped_page), page);
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

/// A report that somebody else wrote named a private file, and its text appeared in the page. A folder in the place of a
/// file was walked.
#[test]
fn a_crafted_report_reads_no_file_that_the_user_did_not_name() {
    let folder = saved();
    let folder = folder.path();
    let private = tempfile::tempdir().unwrap();
    let secret = private.path().join("secret.txt");
    let text = format!("confidential {}", read(folder, "a.txt"));
    fs::write(&secret, text).unwrap();
    fs::write(folder.join("private.txt"), "confidential key 4711").unwrap();
    let craft = |path: &str| {
        let report = read(folder, "result.json").replace("a.txt", path);
        fs::write(folder.join("crafted.json"), report).unwrap();
    };
    let page = |arguments: &[&str]| {
        let line = [&["report", "crafted.json", "-o", "page.html"], arguments].concat();
        run(folder, &line, 0);
        read(folder, "page.html")
    };
    // Outside the folder; inside it, but with other words; a folder.
    let outside = secret.to_str().unwrap();
    for path in [outside, "private.txt", private.path().to_str().unwrap()] {
        craft(path);
        let page = page(&[]);
        assert!(page.contains("\"unread\":1"), "{path}");
    }
    // With the same words, only the folder decides.
    fs::copy(folder.join("a.txt"), &secret).unwrap();
    craft(outside);
    assert!(page(&[]).contains("\"unread\":1"));
    assert!(page(&["--root", "/"]).contains("\"unread\":0"));
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
        (
            &["report", "none.json"][..],
            "none.json: there is no such file",
        ),
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
