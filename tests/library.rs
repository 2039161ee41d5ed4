//! The library as other programs use it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

#[allow(dead_code)]
#[path = "../examples/find_in_folder.rs"]
mod find_in_folder;
#[allow(dead_code)]
#[path = "../examples/find_in_memory.rs"]
mod find_in_memory;

use dedupe::{Document, IN_MEMORY, Report, Rules};
use serde_json::Value;
use std::fs;
use support::root;

fn output(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_example_for_memory_runs() {
    let output = output(|out| find_in_memory::print_clusters(out).unwrap());
    assert_eq!(output, "keep agency-1\n  96% of herald-1 is in it\n");
}

#[test]
fn the_example_for_folders_runs() {
    let folder = root().join("fixtures/wire");
    let shown = folder.display().to_string();
    let output = output(|out| find_in_folder::print_clusters(folder, out).unwrap());
    let expected = format!(
        "walk, read, candidates, boilerplate, verify, cluster, report\n{shown}/a.txt = {shown}/b.txt\n"
    );
    assert_eq!(output, expected);
}

fn document(record: &Value) -> Document<'static> {
    let field = |name: &str| record[name].as_str().map(|value| value.to_owned().into());
    Document {
        id: field("id"),
        title: field("title"),
        source: field("source"),
        date: field("date"),
        url: field("url"),
        text: field("text").unwrap(),
        ..Document::default()
    }
}

/// The report with the path of the file in place of the one of documents in memory.
fn with_path(report: &Report, path: &str) -> Report {
    let mut report = report.clone();
    for member in report.clusters.iter_mut().flat_map(|c| &mut c.members) {
        assert_eq!(member.path, IN_MEMORY);
        member.path = path.to_owned();
    }
    report
}

#[test]
fn documents_in_memory_give_the_report_of_a_json_lines_file() {
    let path = root().join("fixtures/syndicated.jsonl");
    let lines = fs::read_to_string(&path).unwrap();
    let records = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let documents: Vec<Document<'static>> =
        records.map(|record: Value| document(&record)).collect();
    let from_memory = dedupe::find(documents, &Rules::default()).unwrap();
    let from_file = dedupe::find_in_paths(std::slice::from_ref(&path), &Rules::default()).unwrap();
    assert!(from_file.clusters.len() > 3 && !from_file.boilerplate.is_empty());
    let from_memory = with_path(&from_memory, path.to_str().unwrap());
    assert_eq!(from_memory, from_file);
}
