//! Texts that fill in a template: dividend notices, match scores, weather reports, earnings and earthquakes.
//! Two such texts are copies only if their numbers agree.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::{clusters, is_found, list, relation, report, root};

const CORPUS: &str = "./fixtures/templates.jsonl";
const KINDS: [&str; 5] = ["dividend", "score", "weather", "earnings", "quake"];

#[test]
fn same_template_with_other_numbers_is_not_a_copy() {
    let report = report(root(), &[CORPUS]);
    for kind in KINDS {
        for version in ["a", "a-copy", "a-corrected"] {
            let (one, other) = (format!("{kind}-{version}"), format!("{kind}-b"));
            assert!(!is_found(&report, &one, &other), "{one} and {other}");
        }
    }
}

#[test]
fn same_numbers_under_another_headline_are_a_copy() {
    let report = report(root(), &[CORPUS]);
    for kind in KINDS {
        let (one, other) = (format!("{kind}-a"), format!("{kind}-a-copy"));
        assert_eq!(relation(&report, &one, &other), Some("near"), "{kind}");
    }
}

#[test]
fn one_corrected_number_is_still_a_copy() {
    let report = report(root(), &[CORPUS]);
    for kind in KINDS {
        let (one, other) = (format!("{kind}-a"), format!("{kind}-a-corrected"));
        assert_eq!(relation(&report, &one, &other), Some("near"), "{kind}");
    }
}

#[test]
fn each_set_of_numbers_is_one_cluster() {
    let report = report(root(), &[CORPUS]);
    let mut found = clusters(&report);
    found.sort();
    let mut expected =
        KINDS.map(|kind| ["a", "a-copy", "a-corrected"].map(|version| format!("{kind}-{version}")));
    expected.sort();
    assert_eq!(found, expected);
    assert!(list(&report, "boilerplate").is_empty());
}
