//! Small reports with small labels, written by hand.

use super::*;
use serde_json::{Value, json};

/// A report with these matches and clusters. The first member is the representative.
fn report(matches: &[(&str, &str, &str)], clusters: &[&[&str]]) -> Report {
    let matches: Vec<Value> = (matches.iter())
        .map(|(left, right, relation)| {
            json!({"left": left, "right": right, "relation": relation, "same_source": false,
                "resemblance": 0.5,
                "containment_left": 0.5, "containment_right": 0.75, "words": 50,
                "longest_run": 20, "spans": []})
        })
        .collect();
    let member = |id: &&str| {
        json!({"id": id, "path": id, "relation": "near", "spans": [], "words": 1,
            "containment": 1.0, "containment_representative": 1.0, "resemblance": 1.0})
    };
    let clusters: Vec<Value> = (clusters.iter())
        .map(|ids| {
            let members: Vec<Value> = ids.iter().map(member).collect();
            json!({"id": ids.join("+"), "size": ids.len(), "representative": ids[0],
                "members": members})
        })
        .collect();
    serde_json::from_value(json!({
        "schema_version": 1, "tool": {"name": "dedupe", "version": "0"},
        "parameters": {"threshold": 0.5, "min_passage": 40, "shingle": 5, "window": 15,
            "bands": 25, "rows": 5, "keep": "best", "cross_source_only": false},
        "summary": Summary::default(), "clusters": clusters, "matches": matches,
        "boilerplate": [], "skipped": [], "warnings": [],
    }))
    .unwrap()
}

use crate::Summary;

fn evaluated(report: &Report, complete: bool, labels: &[&str]) -> Evaluation {
    let ids = ["a", "b", "c", "d", "e"].map(String::from);
    let mut truth = Truth::new(&ids, complete);
    for text in labels {
        truth.add(text, None).unwrap();
    }
    let evaluation = evaluate(report, &truth);
    assert_eq!(score_pairs(report, &truth), evaluation.pairs);
    evaluation
}

#[test]
fn matches_and_cluster_pairs_are_hits_and_overlaps_only_for_excerpts() {
    let found = report(
        &[
            ("a", "b", "near"),
            ("c", "d", "overlap"),
            ("a", "e", "overlap"),
        ],
        &[&["a", "b", "c"]],
    );
    let labels = "a\tb\tnear\nb\tc\tcut\nc\td\texcerpt\na\te\tcut";
    let got = evaluated(&found, true, &[labels]);
    assert_eq!((got.pairs.labelled, got.pairs.hit), (4, 3));
    // The pair a, c is in the cluster, and in no label.
    assert_eq!(
        (got.pairs.found, got.pairs.right, got.pairs.wrong),
        (3, 2, 1)
    );
    assert_eq!((got.overlaps.found, got.overlaps.right), (2, 2));
    let kinds: Vec<_> = got
        .kinds
        .iter()
        .map(|k| (&*k.kind, k.hit, k.labelled))
        .collect();
    assert_eq!(kinds, [("cut", 1, 2), ("excerpt", 1, 1), ("near", 1, 1)]);
    assert_eq!(got.missed.len(), 1);
    assert!(
        got.missed[0].evidence.starts_with("overlap: 50 words"),
        "{:?}",
        got.missed
    );
    assert_eq!(got.wrong[0].representative.as_deref(), Some("a"));
}

#[test]
fn precision_needs_labels_of_different_documents() {
    let found = report(&[("a", "b", "near"), ("a", "c", "near")], &[]);
    let open = evaluated(&found, false, &["a\tb"]).pairs;
    assert_eq!(
        (open.precision, open.f1, open.recall),
        (None, None, Some(1.0))
    );
    assert_eq!((open.right, open.open), (1, 1));
    let told = evaluated(&found, false, &["a\tb\na\tc\tnot"]).pairs;
    assert_eq!((told.precision, told.wrong), (Some(0.5), 1));
    let complete = evaluated(&found, true, &["a\tb"]).pairs;
    assert_eq!(complete.precision, Some(0.5));
}

#[test]
fn pairs_determine_recall_and_clusters_determine_precision() {
    let found = report(
        &[("a", "b", "near"), ("a", "c", "near"), ("c", "d", "near")],
        &[],
    );
    let got = evaluated(&found, false, &["a\tb\tnear", "a\ts\nb\ts\nc\ts\nd\tt"]);
    assert_eq!((got.pairs.labelled, got.pairs.hit), (1, 1));
    assert_eq!((got.pairs.right, got.pairs.wrong), (2, 1));
    assert_eq!(got.wrong[0].right, "d");
    assert_eq!(got.clusters.unwrap().documents, 4);
}

#[test]
fn clusters_alone_determine_all_scores() {
    let found = report(&[("a", "b", "near")], &[&["a", "b"]]);
    let got = evaluated(&found, false, &["a\ts\nb\ts\nc\ts\nd\tt"]);
    assert_eq!((got.pairs.labelled, got.pairs.hit), (3, 1));
    assert_eq!(got.pairs.precision, Some(1.0));
    let clusters = got.clusters.unwrap();
    assert!((clusters.bcubed.recall - (2.0 / 3.0 * 2.0 + 1.0 / 3.0 + 1.0) / 4.0).abs() < 1e-9);
    assert_eq!(clusters.bcubed.precision, 1.0);
}

#[test]
fn a_large_cluster_is_scored_by_pairs_with_its_representative() {
    let ids: Vec<String> = (0..500).map(|n| format!("d{n}")).collect();
    let members: Vec<&str> = ids.iter().map(String::as_str).collect();
    let found = report(&[], &[&members]);
    let mut truth = Truth::new(&ids, false);
    let rows: Vec<String> = ids.iter().map(|id| format!("{id}\tstory")).collect();
    truth.add(&rows.join("\n"), None).unwrap();
    let got = evaluate(&found, &truth);
    assert_eq!((got.pairs.found, got.pairs.right), (499, 499));
    assert_eq!(got.pairs.recall, Some(1.0));
    assert_eq!(got.clusters.unwrap().adjusted_rand, 1.0);
}

#[test]
fn distinguishes_nothing_found_from_nothing_labelled() {
    let got = evaluated(&report(&[], &[]), true, &["a\tb"]).pairs;
    assert_eq!((got.precision, got.recall), (None, Some(0.0)));
}

#[test]
fn lists_at_most_20_errors_of_each_kind() {
    let ids: Vec<String> = (0..100).map(|n| format!("d{n:02}")).collect();
    let pairs: Vec<(&str, &str)> = ids.chunks(2).map(|ids| (&*ids[0], &*ids[1])).collect();
    let matches: Vec<_> = pairs[..25].iter().map(|(a, b)| (*a, *b, "near")).collect();
    let labels: Vec<String> = pairs[25..]
        .iter()
        .map(|(a, b)| format!("{a}\t{b}"))
        .collect();
    let mut truth = Truth::new(&ids, true);
    truth.add(&labels.join("\n"), None).unwrap();
    let got = evaluate(&report(&matches, &[]), &truth);
    assert_eq!((got.pairs.wrong, got.wrong.len()), (25, 20));
    assert_eq!((got.pairs.labelled, got.missed.len()), (25, 20));
}

#[test]
fn scores_all_pairs_of_a_cluster_with_400_members() {
    for (members, expected) in [(400, 400 * 399 / 2), (401, 400)] {
        let ids: Vec<String> = (0..members).map(|n| format!("d{n}")).collect();
        let cluster: Vec<&str> = ids.iter().map(String::as_str).collect();
        let found = report(&[], &[&cluster]);
        let mut truth = Truth::new(&ids, false);
        truth.add("d0\tstory\nd1\tstory", None).unwrap();
        assert_eq!(score_pairs(&found, &truth).found, expected, "{members}");
    }
}
