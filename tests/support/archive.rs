//! Reports on whole archives.

use crate::support::without_paths;
use dedupe::archive::Archive;
use dedupe::{Job, JobInput, ReportOptions, Resources, Rules, Silent};
use serde_json::Value;
use std::path::Path;

/// Cached bytes of an index.
pub(crate) const CACHE: u64 = 32 << 20;

/// The report on all documents of an index, as JSON.
pub(crate) fn whole(index: &Path) -> Value {
    let rules = Rules::default();
    let archive = Archive::open(index, CACHE).unwrap();
    let job = Job {
        input: JobInput::Inputs(&[]),
        reading: &dedupe_formats::Options::default(),
        rules: &rules,
        resources: &Resources::default(),
        progress: &Silent,
    };
    let checked = archive.report(&job, &ReportOptions::default()).unwrap();
    serde_json::to_value(checked.outcome.into_report().unwrap()).unwrap()
}

/// Fails if two reports have other clusters, matches or counts.
pub(crate) fn assert_same(found: Value, expected: Value) {
    let (found, expected) = (without_paths(found), without_paths(expected));
    for part in ["summary", "clusters", "matches", "boilerplate"] {
        assert!(
            found[part] == expected[part],
            "{part}: found {:#}\nexpected {:#}",
            found[part],
            expected[part]
        );
    }
}
