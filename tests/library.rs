//! The library as other programs use it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code)]
#[path = "../examples/explain_pairs.rs"]
mod explain_pairs;
#[allow(dead_code)]
#[path = "../examples/find_in_folder.rs"]
mod find_in_folder;
#[allow(dead_code)]
#[path = "../examples/find_in_memory.rs"]
mod find_in_memory;
mod support;

use dedupe::{
    Document, IN_MEMORY, Job, JobInput, Progress, Report, ReportOptions, Resources, Rules, Stage,
    run,
};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
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

#[test]
fn the_example_for_pairs_runs() {
    let folder = root().join("fixtures/wire");
    let id = |name: &str| folder.join(name).display().to_string();
    let directory = tempfile::tempdir().unwrap();
    let pairs = directory.path().join("pairs.tsv");
    let lines = format!(
        "{}\t{}\tC\nno such id\t{}\n",
        id("a.txt"),
        id("b.txt"),
        id("a.txt")
    );
    fs::write(&pairs, lines).unwrap();
    let output =
        output(|out| explain_pairs::print_explanations(folder.clone(), &pairs, out).unwrap());
    let [explained, unknown] = output.lines().collect::<Vec<_>>()[..] else {
        panic!("two lines expected: {output}");
    };
    let explained: Value = serde_json::from_str(explained).unwrap();
    assert_eq!(explained["left"]["id"], id("a.txt"));
    assert!(explained["evidence"]["log_odds"].as_f64() > Some(0.0));
    assert_eq!(unknown, "null");
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
    let members = report.clusters.iter_mut().flat_map(|c| &mut c.members);
    let overlapping = report
        .matches
        .iter_mut()
        .filter_map(|m| m.documents.as_mut());
    let paths = members
        .map(|member| &mut member.path)
        .chain(overlapping.flatten().map(|document| &mut document.path));
    for stated in paths {
        assert_eq!(stated, IN_MEMORY);
        path.clone_into(stated);
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

/// Removes a file when the report is made, after all documents were read.
struct RemoveBeforeReport<'a>(&'a Path);

impl Progress for RemoveBeforeReport<'_> {
    fn stage(&self, stage: Stage, _: Option<u64>) {
        if stage == Stage::Report {
            fs::remove_file(self.0).unwrap();
        }
    }

    fn advance(&self, _: u64, _: u64) {}
}

/// Excerpts and positions come from a second reading. If a file was gone by then, they were missing without a word.
#[test]
fn files_that_disappear_during_a_run_are_warnings() {
    let options = [
        ReportOptions {
            excerpts: true,
            ..ReportOptions::default()
        },
        ReportOptions {
            locations: true,
            ..ReportOptions::default()
        },
    ];
    for options in options {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = ["a.txt", "b.txt"]
            .map(|name| folder.path().join(name))
            .into();
        let story = "The ferry stops for two weeks in March because the pier is being repaired. ";
        for path in &paths {
            fs::write(path, story.repeat(3)).unwrap();
        }
        let job = Job {
            input: JobInput::Paths(&paths),
            reading: &dedupe::formats::Options::default(),
            rules: &Rules::default(),
            resources: &Resources::default(),
            progress: &RemoveBeforeReport(&paths[0]),
        };
        let outcome = run(&job, &options).unwrap();
        let report = outcome.report().unwrap();
        let warnings: Vec<(&str, &str)> = (report.warnings.iter())
            .map(|warning| (warning.path.as_str(), warning.code.as_str()))
            .collect();
        assert_eq!(warnings, [(paths[0].to_str().unwrap(), "not-found")]);
        assert_eq!(report.clusters.len(), 1);
    }
}

/// What is new was once decided after the run. A new file that was moved away meanwhile counted as old, and its copies were
/// not reported.
#[test]
fn a_new_file_that_disappears_during_a_check_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = ["new.txt", "old.txt"]
        .map(|name| folder.path().join(name))
        .into();
    let story = "The ferry stops for two weeks in March because the pier is being repaired. ";
    for path in &paths {
        fs::write(path, story.repeat(3)).unwrap();
    }
    let job = Job {
        input: JobInput::Paths(&paths),
        reading: &dedupe::formats::Options::default(),
        rules: &Rules::default(),
        resources: &Resources::default(),
        progress: &RemoveBeforeReport(&paths[0]),
    };
    let options = ReportOptions {
        new: Some(vec![paths[0].clone()]),
        ..ReportOptions::default()
    };
    let outcome = run(&job, &options).unwrap();
    let report = outcome.report().unwrap();
    assert_eq!((report.summary.new, report.clusters.len()), (Some(1), 1));
}

/// Counts what a job reports in each stage.
#[derive(Default)]
struct Steps(Mutex<Vec<(Stage, u64)>>);

impl Progress for Steps {
    fn stage(&self, stage: Stage, _: Option<u64>) {
        self.0.lock().unwrap().push((stage, 0));
    }

    fn advance(&self, items: u64, _: u64) {
        if let Some((_, count)) = self.0.lock().unwrap().last_mut() {
            *count += items;
        }
    }
}

/// With a million documents, a stage without progress seems to hang.
#[test]
fn every_stage_reports_progress() {
    let steps = Steps::default();
    let paths = [root().join("fixtures/syndicated.jsonl")];
    let job = Job {
        input: JobInput::Paths(&paths),
        reading: &dedupe::formats::Options::default(),
        rules: &Rules::default(),
        resources: &Resources::default(),
        progress: &steps,
    };
    let options = ReportOptions {
        excerpts: true,
        ..ReportOptions::default()
    };
    run(&job, &options).unwrap();
    let steps = steps.0.into_inner().unwrap();
    assert_eq!(steps.len(), 7);
    for (stage, count) in steps {
        assert!(count > 0 || stage == Stage::Walk, "{stage:?}");
    }
}
