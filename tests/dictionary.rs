//! `--write-dictionary` and `--dictionary`: what recurs, learnt by one run and used by others.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::path::Path;
use support::{dedupe, report, root};

const CORPUS: [&str; 2] = ["./fixtures/archive.jsonl.gz", "./fixtures/syndicated.jsonl"];

/// Runs over the fixtures, and learns a dictionary from them. Returns the report.
fn learn(file: &Path) -> Vec<u8> {
    let file = file.to_str().unwrap();
    let line = [&CORPUS[..], &["--write-dictionary", file, "--quiet"]].concat();
    let output = dedupe(root(), &line);
    assert_eq!(output.status.code(), Some(0));
    output.stdout
}

#[test]
fn a_run_with_its_own_dictionary_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["a.dictionary", "b.dictionary"].map(|name| folder.path().join(name));
    let learnt = learn(&first);
    let (given, again) = (first.to_str().unwrap(), second.to_str().unwrap());
    let options = ["--dictionary", given, "--write-dictionary", again];
    let output = dedupe(root(), &[&CORPUS[..], &options].concat());
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout == learnt);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("dictionary written: "), "{said}");
    assert_eq!(fs::read(&first).unwrap(), fs::read(&second).unwrap());
}

/// Two notices are one story if nothing says that they recur.
#[test]
fn the_dictionary_decides_what_recurs() {
    let folder = tempfile::tempdir().unwrap();
    let notice: String = (0..60).map(|n| format!("notice{n} ")).collect();
    let write = |name: &str, days: std::ops::Range<u32>, own: u32| {
        let record = |day| {
            let own: String = (0..own).map(|n| format!("own{day}x{n} ")).collect();
            format!(
                "{{\"id\":\"{name}{day}\",\"date\":\"2026-01-{day:02}\",\"text\":\"{own}{notice}\"}}\n"
            )
        };
        let records: String = days.map(record).collect();
        fs::write(folder.path().join(name), records).unwrap();
    };
    write("many.jsonl", 1..31, 30);
    write("few.jsonl", 1..3, 10);
    let alone = report(folder.path(), &["few.jsonl"]);
    assert_eq!(alone["summary"]["unique"], 0);
    let written = dedupe(
        folder.path(),
        &["many.jsonl", "--write-dictionary", "house"],
    );
    assert_eq!(written.status.code(), Some(0));
    let with_dictionary = report(folder.path(), &["few.jsonl", "--dictionary", "house"]);
    assert_eq!(with_dictionary["summary"]["unique"], 2);
    assert_eq!(with_dictionary["summary"]["boilerplate"], 1);
}

#[test]
fn a_file_that_is_no_usable_dictionary_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("d");
    learn(&file);
    let bytes = fs::read(&file).unwrap();
    fs::write(folder.path().join("a.txt"), "one text").unwrap();
    let mut other_version = bytes.clone();
    other_version[16] = 99;
    for (content, options, message) in [
        (
            &bytes[..],
            &["--shingle=4"][..],
            "learnt with --shingle 5, expected 4",
        ),
        (&bytes[..bytes.len() - 1], &[], "is damaged"),
        (&other_version, &[], "of the format, found 99"),
        (b"{}", &[], "expected a dictionary that dedupe wrote"),
    ] {
        fs::write(&file, content).unwrap();
        let line = [&["a.txt", "--dictionary", "d"], options].concat();
        let output = dedupe(folder.path(), &line);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(message), "{said}");
    }
}
