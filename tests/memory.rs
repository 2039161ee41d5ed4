//! The memory budget changes where words are kept, and nothing else.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use dedupe::{Error, Job, JobInput, Outcome, ReportOptions, Resources, Rules, Silent, run};
use dedupe_formats::Options;
use std::path::PathBuf;
use support::{dedupe, root};

fn outcome(memory: Option<u64>, temporary_folder: Option<PathBuf>) -> Result<Outcome, Error> {
    let paths = [
        "fixtures/languages",
        "fixtures/syndicated.jsonl",
        "fixtures/wire",
    ];
    let paths = paths.map(|path| root().join(path));
    let job = Job {
        input: JobInput::Paths(&paths),
        reading: &Options::default(),
        rules: &Rules::default(),
        resources: &Resources {
            memory,
            temporary_folder,
        },
        progress: &Silent,
    };
    let options = ReportOptions {
        excerpts: true,
        ..ReportOptions::default()
    };
    run(&job, &options)
}

#[test]
fn a_spilled_corpus_gives_the_same_report() {
    let in_memory = outcome(None, None).unwrap();
    assert!(in_memory.report().unwrap().clusters.len() > 10);
    let folder = tempfile::tempdir().unwrap();
    let spilled = outcome(Some(0), Some(folder.path().to_owned())).unwrap();
    assert_eq!(spilled.report().unwrap(), in_memory.report().unwrap());
    assert_eq!(spilled.excerpts, in_memory.excerpts);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_temporary_folder_that_cannot_be_used_is_named() {
    let error = outcome(Some(0), Some("/nowhere/at/all".into())).unwrap_err();
    let Error::Spill(error) = &error else {
        panic!("{error}");
    };
    assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    assert!(error.written > 0);
}

/// A run that spilled failed after hours.
#[test]
fn a_folder_for_temporary_files_that_does_not_exist_is_refused_before_the_run() {
    for line in [&["fixtures/wire"][..], &["export", "fixtures/wire"]] {
        let output = dedupe(root(), &[line, &["--temp-dir", "nowhere"]].concat());
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr);
        let message = "cannot write temporary files to nowhere: there is no such folder";
        assert!(said.contains(message), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_suggests_its_options_if_the_temporary_file_fails() {
    let corpus = tempfile::tempdir().unwrap();
    let words: String = (0..2_000_000).map(|n| format!("word{n} ")).collect();
    for n in 0..6 {
        std::fs::write(corpus.path().join(format!("{n}.txt")), &words).unwrap();
    }
    let path = corpus.path().to_str().unwrap();
    let output = dedupe(root(), &[path, "--memory=64M", "--temp-dir=/proc"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr);
    for part in ["/proc", "--temp-dir", "--memory"] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_memory_budget_that_is_too_small_is_refused() {
    for given in ["--memory=1M", "--memory=little"] {
        let output = dedupe(root(), &["fixtures/wire", given]);
        assert_eq!(output.status.code(), Some(2), "{given}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("64M"));
    }
}
