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
        3,
    );
    let errors = String::from_utf8(output.stderr).unwrap();
    let error = "dedupe: error: 1 text is not in the page (b.txt): files are gone, have changed, or are outside the folder .;";
    assert!(errors.starts_with(error), "{errors}");
    let page = read(folder.path(), "saved.html");
    assert!(page.contains("\"unread\":1"));
    let quiet = run(
        folder.path(),
        &["report", "result.json", "-q", "-o", "saved.html"],
        3,
    );
    let errors = String::from_utf8(quiet.stderr).unwrap();
    assert!(
        errors.starts_with("dedupe: error: 1 text is not in the page (b.txt): "),
        "{errors}"
    );
    let tolerant = ["report", "result.json", "-f", "html", "--max-skipped", "1"];
    run(folder.path(), &tolerant, 0);
    fs::remove_file(folder.path().join("a.txt")).unwrap();
    let sarif = run(folder.path(), &["report", "result.json", "-f", "sarif"], 3);
    let errors = String::from_utf8(sarif.stderr).unwrap();
    assert!(errors.contains("(the first is a.txt)"), "{errors}");
}

/// The ids of records were written as names of files.
#[test]
fn a_saved_report_gives_the_same_locations_as_the_run() {
    let folder = saved();
    let folder = folder.path();
    let article = |name: &str| read(folder, name).replace('\n', " ").replace('"', "");
    let record = |id: &str, text: &str| format!("{{\"id\":\"{id}\",\"text\":\"{text}\"}}\n");
    let quotation: String = (0..60).map(|n| format!("quoted{n} ")).collect();
    let lone = |id: &str| {
        let own: String = (0..300).map(|n| format!("{id}x{n} ")).collect();
        record(id, &(own + &quotation))
    };
    let feed = lone("lone-1") + "{\n" + &record("page-1", &article("a.txt")) + &lone("lone-2");
    fs::create_dir(folder.join("feeds")).unwrap();
    fs::write(folder.join("feeds/feed.jsonl"), feed).unwrap();
    let corpus = ["a.txt", "b.txt", "c.txt", "./feeds"];
    run(folder, &[&corpus[..], &["-o", "result.json"]].concat(), 3);
    let of_saved = |format: &str, code| {
        let saved = run(folder, &["report", "result.json", "-f", format], code);
        String::from_utf8(saved.stdout).unwrap()
    };
    for format in ["github", "gitlab", "junit", "sarif"] {
        let direct = run(folder, &[&corpus[..], &["-f", format]].concat(), 3);
        let direct = String::from_utf8(direct.stdout).unwrap();
        assert_eq!(of_saved(format, 0), direct, "{format}");
    }
    assert!(of_saved("github", 0).contains("file=feeds/feed.jsonl,line=3"));
    // The report states the file, but not the line.
    fs::remove_file(folder.join("feeds/feed.jsonl")).unwrap();
    let gone = of_saved("github", 3);
    assert!(gone.contains("file=feeds/feed.jsonl,title="), "{gone}");
    assert!(!gone.contains("file=page-1"), "{gone}");
}

/// The report recorded nothing of documents that only share a passage: their texts were missing in the page of a saved
/// report, and lines were taken from whatever text their files had by then.
#[test]
fn documents_that_only_overlap_are_found_again_by_their_words() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let quotation: String = (0..60).map(|n| format!("quoted{n} ")).collect();
    let text = |own: &str| {
        let own: String = (0..300).map(|n| format!("{own}x{n} ")).collect();
        own + &quotation
    };
    let record = |id: &str| format!("{{\"id\":\"{id}\",\"text\":\"{}\"}}\n", text(id));
    fs::write(folder.join("plain.txt"), text("plain")).unwrap();
    fs::write(
        folder.join("feed.jsonl"),
        record("first") + &record("second"),
    )
    .unwrap();
    let corpus = ["feed.jsonl", "plain.txt"];
    run(folder, &[&corpus[..], &["-o", "result.json"]].concat(), 0);
    let report: serde_json::Value = serde_json::from_str(&read(folder, "result.json")).unwrap();
    assert_eq!(
        (
            &report["summary"]["clusters"],
            &report["summary"]["overlaps"]
        ),
        (&0.into(), &3.into())
    );
    let again = |format: &str, code| {
        let saved = run(folder, &["report", "result.json", "-f", format], code);
        String::from_utf8(saved.stdout).unwrap()
    };
    for format in ["github", "sarif", "html"] {
        let direct = run(folder, &[&corpus[..], &["-f", format]].concat(), 0);
        let both = [again(format, 0), String::from_utf8(direct.stdout).unwrap()];
        let [saved, direct] = match format {
            "html" => both.map(|page| without_command(&page)),
            _ => both,
        };
        assert_eq!(saved, direct, "{format}");
    }
    assert!(again("html", 0).contains("\"unread\":0"));

    // Reports of early versions record nothing of documents that only overlap: their texts were left out without a word.
    let mut early = report.clone();
    for found in early["matches"].as_array_mut().unwrap() {
        found.as_object_mut().unwrap().remove("documents");
    }
    fs::write(folder.join("early.json"), early.to_string()).unwrap();
    let page = run(folder, &["report", "early.json", "-f", "html"], 3);
    assert!(
        String::from_utf8(page.stdout)
            .unwrap()
            .contains("\"unread\":3")
    );
    let errors = String::from_utf8(page.stderr).unwrap();
    assert!(errors.contains("(the first is first)"), "{errors}");

    fs::write(folder.join("plain.txt"), "confidential\n".repeat(400)).unwrap();
    let page = again("html", 3);
    assert!(page.contains("\"unread\":1") && !page.contains("confidential"));
    let annotations = again("github", 3);
    assert!(
        annotations.contains("file=feed.jsonl,line=2"),
        "{annotations}"
    );
    assert!(
        annotations.contains("file=plain.txt,title="),
        "{annotations}"
    );
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
        dedupe(folder, &line);
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
    fs::write(folder.path().join("later.json"), "{\"schema_version\": 99}").unwrap();
    run(
        folder.path(),
        &["report", "result.json", "-o", "lines.jsonl"],
        0,
    );
    let newer = read(folder.path(), "result.json")
        .replace("\"schema_version\": 1", "\"schema_version\": 2");
    fs::write(folder.path().join("newer.json"), newer).unwrap();
    for (arguments, message) in [
        (
            &["report", "none.json"][..],
            "none.json: there is no such file",
        ),
        (&["report", "a.txt"], "a.txt: only a report in JSON can be"),
        (&["report", "lines.jsonl"], "save a report with: dedupe"),
        (&["report", "later.json"], "a newer version of dedupe saved"),
        (&["report", "."], "cannot read .: it is a folder; name a"),
        (
            &["report", "result.json", "--root", "gone", "-o", "r.html"],
            "there is no folder gone",
        ),
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
