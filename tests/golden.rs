//! Runs over the fixtures, compared byte for byte with reviewed outputs.
//!
//! `UPDATE_GOLDEN=1 cargo test --test golden` rewrites the outputs. Review the changes before you commit them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::path::Path;
use support::{dedupe, list, root, string};

/// The corpora: name of the golden file, and the arguments.
const CORPORA: [(&str, &[&str]); 3] = [
    ("wire", &["./fixtures/wire"]),
    ("syndicated", &["./fixtures/syndicated.jsonl"]),
    (
        "archive",
        &["./fixtures/archive.jsonl.gz", "./fixtures/syndicated.jsonl"],
    ),
];

/// Returns the output of a run, with the version of the program masked.
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = dedupe(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    assert!(output.stderr.is_empty(), "{arguments:?}");
    let version = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    let text = String::from_utf8(output.stdout).unwrap();
    text.replace(&version, "\"version\":\"VERSION\"")
}

/// Compares with a file in `fixtures/golden`. If `UPDATE_GOLDEN` is 1, writes the file first.
fn check(name: &str, arguments: &[&str], found: &str) {
    let path = root().join("fixtures/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    assert!(
        found == expected,
        "{arguments:?} differs from fixtures/golden/{name}; UPDATE_GOLDEN=1 rewrites it\n{found}"
    );
}

#[test]
fn outputs_equal_the_reviewed_files() {
    for (name, paths) in CORPORA {
        for (format, extension) in [("json", "json"), ("jsonl", "jsonl"), ("text", "txt")] {
            let arguments = [paths, &["--format", format]].concat();
            let found = printed(root(), &arguments);
            check(&format!("{name}.{extension}"), &arguments, &found);
        }
    }
}

#[test]
fn json_output_is_valid_against_the_schema() {
    let schema =
        serde_json::from_str(include_str!("../crates/report/src/report.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, paths) in CORPORA {
        let found = serde_json::from_str(&printed(root(), paths)).unwrap();
        let errors: Vec<String> = (validator.iter_errors(&found))
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        assert!(!list(&found, "clusters").is_empty(), "{name}");
    }
}

#[test]
fn json_lines_equal_the_json_document() {
    for (name, paths) in CORPORA {
        let whole: serde_json::Value =
            serde_json::from_str(&printed(root(), &[paths, &["--format", "json"]].concat()))
                .unwrap();
        let lines = printed(root(), &[paths, &["--format", "jsonl"]].concat());
        for (kind, plural) in [("cluster", "clusters"), ("match", "matches")] {
            let mut found = vec![];
            for line in lines.lines() {
                let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
                if string(&value, "type") == kind {
                    value.as_object_mut().unwrap().remove("type");
                    found.push(value);
                }
            }
            assert_eq!(found, list(&whole, plural), "{name}: {plural}");
        }
    }
}

#[test]
fn output_does_not_depend_on_the_number_of_threads() {
    for (name, paths) in CORPORA {
        let run = |threads| printed(root(), &[paths, &["--threads", threads]].concat());
        let one = run("1");
        for threads in ["2", "5"] {
            assert!(run(threads) == one, "{name}: {threads} threads");
        }
    }
}

#[test]
fn output_does_not_depend_on_the_order_of_arguments() {
    let names = ["a", "b", "c", "d", "e"].map(|name| format!("./fixtures/wire/{name}.txt"));
    let mut arguments: Vec<&str> = names.iter().map(String::as_str).collect();
    arguments.push("./fixtures/syndicated.jsonl");
    let forward = printed(root(), &arguments);
    arguments.reverse();
    assert_eq!(printed(root(), &arguments), forward);
    arguments.swap(1, 4);
    arguments.push("./fixtures/wire");
    assert_eq!(printed(root(), &arguments), forward, "a file named twice");
}

#[test]
fn output_does_not_depend_on_the_order_of_files() {
    let mut files = vec![];
    for language in ["en", "ja", "ar"] {
        for name in ["article", "copy", "cut", "page", "unrelated"] {
            files.push(format!("{language}/{name}.txt"));
        }
    }
    let made = |files: &[String]| {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let to = folder.path().join("news").join(file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(root().join("fixtures/languages").join(file), to).unwrap();
        }
        printed(folder.path(), &["./news"])
    };
    let first = made(&files);
    assert!(first.contains("./news/ja/page.txt"));
    files.reverse();
    assert_eq!(made(&files), first);
    files.rotate_left(7);
    assert_eq!(made(&files), first);
}

#[test]
fn a_compressed_file_gives_the_same_report_as_the_plain_file() {
    let run = |name: &str| {
        let found = printed(root(), &[name, "./fixtures/syndicated.jsonl"]);
        found.replace(name, "ARCHIVE")
    };
    let gz = run("./fixtures/archive.jsonl.gz");
    assert!(gz.contains("ARCHIVE"));
    assert_eq!(run("./fixtures/archive.jsonl.zst"), gz);

    let folder = tempfile::tempdir().unwrap();
    let packed = fs::File::open(root().join("fixtures/archive.jsonl.zst")).unwrap();
    let mut plain = fs::File::create(folder.path().join("archive.jsonl")).unwrap();
    zstd::stream::copy_decode(packed, &mut plain).unwrap();
    fs::copy(
        root().join("fixtures/syndicated.jsonl"),
        folder.path().join("syndicated.jsonl"),
    )
    .unwrap();
    let plain = printed(folder.path(), &["./archive.jsonl", "./syndicated.jsonl"]);
    let plain = plain.replace("./archive.jsonl", "ARCHIVE");
    assert_eq!(plain.replace("./syn", "./fixtures/syn"), gz);
}
