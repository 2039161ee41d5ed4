//! A memory limit changes where words are kept, and nothing else.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use dedupe::pipeline::{self, Error, Outcome, Settings, Silent};
use dedupe_formats::Options;
use std::path::PathBuf;
use support::{dedupe, root};

fn run(memory: Option<u64>, temporary: Option<PathBuf>) -> Result<Outcome, Error> {
    let paths = [
        "fixtures/languages",
        "fixtures/syndicated.jsonl",
        "fixtures/wire",
    ];
    let paths = paths.map(|path| root().join(path));
    let source = Options {
        temporary_folder: temporary,
        ..Options::default()
    };
    let settings = Settings {
        memory,
        excerpts: true,
        ..Settings::default()
    };
    pipeline::run(&paths, &source, &settings, &Silent)
}

#[test]
fn what_is_kept_in_a_file_gives_the_same_report() {
    let held = run(None, None).unwrap();
    assert!(held.report().unwrap().clusters.len() > 10);
    let folder = tempfile::tempdir().unwrap();
    let moved = run(Some(0), Some(folder.path().to_owned())).unwrap();
    assert_eq!(moved.report().unwrap(), held.report().unwrap());
    assert_eq!(moved.excerpts, held.excerpts);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_folder_without_room_is_named() {
    let error = run(Some(0), Some("/nowhere/at/all".into())).unwrap_err();
    let Error::Spill(error) = &error else {
        panic!("{error}");
    };
    assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    assert!(error.written > 0);
}

#[test]
fn a_limit_too_low_to_work_with_is_refused() {
    for given in ["--memory=1M", "--memory=little"] {
        let output = dedupe(root(), &["fixtures/wire", given]);
        assert_eq!(output.status.code(), Some(2), "{given}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("64M"));
    }
}
