//! One story in each of many languages: the article, an edited copy, a shortened copy, a page that contains
//! it, and an unrelated article with the same footer as the copy.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use support::{clusters, is_found, relation, report, root};

/// The names of the folders under `fixtures/languages`.
const LANGUAGES: [&str; 12] = [
    "am", "ar", "de", "en", "he", "hi", "ja", "ko", "pt", "ru", "th", "zh",
];

/// Checks the report of one language. Returns a message for each difference from what is expected.
fn faults(language: &str) -> Vec<String> {
    let folder = format!("./fixtures/languages/{language}");
    let report = report(root(), &[&folder]);
    let id = |name: &str| format!("{folder}/{name}.txt");
    let mut faults = vec![];
    let mut expect = |left: &str, right: &str, expected: &[&str]| {
        let found = relation(&report, &id(left), &id(right)).unwrap_or("no match");
        if !expected.contains(&found) {
            faults.push(format!(
                "{language}: {left} {found} {right}, not {expected:?}"
            ));
        }
    };
    expect("copy", "article", &["near"]);
    expect("cut", "article", &["contained", "near"]);
    expect("page", "article", &["contains"]);
    expect("page", "copy", &["contains"]);
    expect("page", "cut", &["contains"]);
    expect("cut", "copy", &["contained", "near"]);
    let copies = ["article", "copy", "cut", "page"].map(id);
    for copy in &copies {
        if is_found(&report, &id("unrelated"), copy) {
            faults.push(format!("{language}: {copy} matches the unrelated article"));
        }
    }
    if clusters(&report) != [copies] {
        faults.push(format!("{language}: clusters {:?}", clusters(&report)));
    }
    faults
}

#[test]
fn relations_are_correct_in_every_language() {
    let faults: Vec<String> = LANGUAGES.iter().flat_map(|l| faults(l)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_language_folder_is_tested() {
    let folders = fs::read_dir(root().join("fixtures/languages")).unwrap();
    let mut found: Vec<_> = folders.map(|f| f.unwrap().file_name()).collect();
    found.sort();
    assert_eq!(found, LANGUAGES);
}

#[test]
fn stories_of_different_languages_are_not_matched() {
    let report = report(root(), &["./fixtures/languages"]);
    let found = clusters(&report);
    assert_eq!(found.len(), LANGUAGES.len(), "{found:?}");
    let folder = |id: &&str| id.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    for ids in found {
        assert_eq!(ids.len(), 4, "{ids:?}");
        assert!(
            ids.iter().all(|id| folder(id) == folder(&ids[0])),
            "{ids:?}"
        );
    }
}
