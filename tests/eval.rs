//! Runs `dedupe eval`, and compares it with the reference scorer if that is available.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod support;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use support::dedupe;

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Returns invented prose. The same seed gives the same words.
fn prose(seed: u64, words: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ka", "lo", "mer", "ti", "sun", "da", "rel", "po", "vin", "ga", "shu", "ne", "bor", "il",
        "ta", "quo",
    ];
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % below
    };
    let mut out = String::new();
    for at in 1..=words {
        for _ in 0..2 + next(3) {
            out.push_str(SYLLABLES[next(16) as usize]);
        }
        let end = at % 14 == 0;
        out.push_str(match (end, at % 70) {
            (true, 0) => ".\n\n",
            (true, _) => ". ",
            _ => " ",
        });
    }
    out
}

/// Two stories with two documents each, one of them shortened, and an unrelated document.
fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (harbour, council) = (prose(1, 200), prose(2, 300));
    let half: Vec<&str> = council.split_whitespace().take(120).collect();
    for (name, text) in [
        ("harbour-1.txt", harbour.clone()),
        ("harbour-2.txt", format!("By our own reporter. {harbour}")),
        ("council-1.txt", council.clone()),
        ("council-2.txt", half.join(" ")),
        ("weather.txt", prose(3, 200)),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

const NAMES: [&str; 5] = [
    "harbour-1.txt",
    "harbour-2.txt",
    "council-1.txt",
    "council-2.txt",
    "weather.txt",
];

/// Runs with these labels. Returns the JSON and the text of standard error.
fn evaluated(labels: &str, extra: &[&str]) -> (Value, String) {
    let folder = corpus();
    fs::write(folder.path().join("labels.tsv"), labels).unwrap();
    let arguments = [&["eval", "--truth", "labels.tsv"], extra, &NAMES[..]].concat();
    let output = dedupe(folder.path(), &arguments);
    let errors = text(&output.stderr).to_owned();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    (serde_json::from_slice(&output.stdout).unwrap(), errors)
}

/// Checks for exit code 2, empty standard output and a message.
fn check_refused(labels: &[u8], message: &str) {
    let folder = corpus();
    fs::write(folder.path().join("labels.tsv"), labels).unwrap();
    let output = dedupe(
        folder.path(),
        &["eval", "--truth", "labels.tsv", "weather.txt"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    let errors = text(&output.stderr);
    assert!(errors.contains(message), "{errors}");
}

#[test]
fn labels_of_copies_give_recall_and_no_precision() {
    let labels = "harbour-1.txt\tharbour-2.txt\tnear\ncouncil-2.txt\tcouncil-1.txt\tcut\nweather.txt\tcouncil-1.txt\tquote";
    let (found, _) = evaluated(labels, &[]);
    assert_eq!(found["labels"][0]["form"], "pairs");
    assert_eq!(found["pairs"]["hit"], 2);
    assert_eq!(found["pairs"]["precision"], Value::Null);
    assert_eq!(found["kinds"][1]["kind"], "near");
    assert_eq!(found["clusters"], Value::Null);
    let missed = &found["missed"][0];
    assert_eq!(missed["right"], "weather.txt");
    let evidence = missed["evidence"].as_str().unwrap();
    assert!(
        evidence.starts_with("never compared: 0 fingerprints"),
        "{evidence}"
    );
}

#[test]
fn the_curve_covers_the_thresholds_and_includes_the_run() {
    let labels = "harbour-1.txt\tharbour-2.txt\nweather.txt\tcouncil-1.txt\tnot";
    let (found, _) = evaluated(labels, &[]);
    let curve = found["curve"].as_array().unwrap();
    assert_eq!(curve.len(), 9);
    assert_eq!(curve[4]["threshold"], 0.5);
    assert_eq!(curve[4]["hit"], found["pairs"]["hit"]);
    let (found, _) = evaluated(labels, &["--no-curve"]);
    assert_eq!(found["curve"].as_array().unwrap().len(), 0);
}

#[test]
fn with_complete_labels_other_pairs_are_wrong() {
    let labels = "harbour-1.txt\tharbour-2.txt";
    let (found, _) = evaluated(labels, &["--labels-complete", "--no-curve"]);
    assert_eq!(found["pairs"]["precision"], 0.5);
    assert_eq!(found["wrong"][0]["match"]["relation"], "contains");
    assert_eq!(found["clusters"]["documents"], 5);
    assert_eq!(found["clusters"]["bcubed"]["recall"], 1.0);
}

#[test]
fn detects_cluster_labels() {
    let labels =
        "harbour-1.txt\th\nharbour-2.txt\th\ncouncil-1.txt\tc\ncouncil-2.txt\tc\nweather.txt\tw\n";
    let (found, _) = evaluated(labels, &["--no-curve"]);
    assert_eq!(found["labels"][0]["form"], "clusters");
    assert_eq!(found["pairs"]["f1"], 1.0);
    assert_eq!(found["clusters"]["adjusted_rand"], 1.0);
    let (found, _) = evaluated(
        "harbour-1.txt\tharbour-1.txt\nharbour-2.txt\tharbour-1.txt",
        &["--labels", "clusters", "--no-curve"],
    );
    assert_eq!(found["pairs"]["recall"], 1.0);
}

#[test]
fn one_label_has_the_singular() {
    let folder = corpus();
    fs::write(folder.path().join("labels.tsv"), "harbour-1.txt\tharbour\n").unwrap();
    let line = ["eval", "--truth", "labels.tsv", "-f", "text", "--no-curve"];
    let output = dedupe(folder.path(), &[&line[..], &NAMES[..]].concat());
    let page = text(&output.stdout);
    assert!(
        page.contains("labels.tsv: 1 document and its cluster\n"),
        "{page}"
    );
    assert!(page.contains("over 1 document\n"), "{page}");
}

/// A line with a misspelt id was read as a cluster, and the scores were perfect.
#[test]
fn a_misspelt_id_in_a_pair_does_not_make_it_a_cluster() {
    let (report, said) = evaluated("harbour-1.txt\tharbor-2.txt\tnear\n", &["--no-curve"]);
    assert_eq!(report["labels"][0]["form"], "pairs");
    assert!(said.contains("harbor-2.txt"), "{said}");
    let (report, said) = evaluated("harbour-1.txt\tharbor-2.txt\n", &["--no-curve"]);
    assert_eq!(report["labels"][0]["form"], "clusters");
    let warning = "labels.tsv: read as clusters, each of one document; if the lines are pairs, use --labels pairs";
    assert!(said.contains(warning), "{said}");
}

#[test]
fn reports_labels_of_unknown_documents() {
    let labels =
        "harbour-1.txt\tharbour-2.txt\nharbour-1.txt\t\u{1b}[31mgone\nweather.txt\tweather.txt";
    let (found, errors) = evaluated(labels, &["--labels", "pairs", "--no-curve"]);
    assert!(
        errors.contains("no document has: 1 (\\u{1b}[31mgone)"),
        "{errors}"
    );
    assert!(errors.contains("with itself: 1"), "{errors}");
    assert_eq!(found["pairs"]["recall"], 0.5);
    assert_eq!(
        found["missed"][0]["evidence"],
        "a document is not in the corpus"
    );
}

#[test]
fn rejects_bad_label_files() {
    check_refused(b"", "no labels");
    check_refused(b"weather.txt\n", "line 1: expected two or more columns");
    check_refused(b"a\tb\n\xff\tb\n", "line 2: expected UTF-8");
    check_refused(b"a\tb\n", "the labels name no document");
    check_refused(
        b"weather.txt\tx\nweather.txt\t\n",
        "line 2: column 2 is empty",
    );
    let folder = corpus();
    for (arguments, message) in [
        (&["eval", "weather.txt"][..], "--truth <LABELS>"),
        (
            &["eval", "--truth", "none.tsv", "weather.txt"],
            "cannot read the labels none.tsv",
        ),
        (
            &["eval", "--truth", ".", "weather.txt"],
            "cannot read the labels .",
        ),
        (
            &["eval", "--truth", "none.tsv", "weather.txt", "-o", "e.html"],
            "use a name that ends in .json or .txt",
        ),
        (
            &["eval", "--truth", "none.tsv", "weather.txt", "-o", "e.jsno"],
            "or use a name that ends in .json or .txt",
        ),
        (&["eval", "--truth", "weather.txt"], "<PATH>"),
    ] {
        let output = dedupe(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            text(&output.stderr).contains(message),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn the_text_says_which_scores_the_labels_cannot_give() {
    let folder = corpus();
    fs::write(folder.path().join("l.tsv"), "harbour-1.txt\tharbour-2.txt").unwrap();
    let line = ["eval", "--truth", "l.tsv", "--format", "text", "--no-curve"];
    let output = dedupe(folder.path(), &[&line[..], &NAMES[..]].concat());
    let page = text(&output.stdout);
    assert!(page.contains("precision is unknown"), "{page}");
    assert!(page.contains("100.00%  1 of 1 labelled copies"), "{page}");
    assert!(
        page.lines().all(|line| line.chars().count() <= 80),
        "{page}"
    );
}

#[test]
fn help_has_examples() {
    let folder = corpus();
    for command in ["eval", "explain"] {
        let output = dedupe(folder.path(), &[command, "--help"]);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains(&format!("Examples:\n  dedupe {command} ")));
    }
}

/// Runs a script.
fn python(script: &Path, arguments: &[&Path], extra: &[&str]) -> String {
    let output = std::process::Command::new("python3")
        .arg(script)
        .args(arguments)
        .args(extra)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

/// Returns the number after a word.
fn figure(line: &str, after: &str) -> f64 {
    let rest = line.split(after).nth(1).unwrap();
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn scores_equal_those_of_the_reference_scorer() {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let tool = |name: &str| shared.join(name);
    let tools = ["tools/syndicate.py", "tools/score.py", "accept/pairs.py"].map(tool);
    if !tools.iter().all(|t| t.is_file()) {
        eprintln!("skipped: the reference scorer is not available");
        return;
    }
    let [syndicate, score, pairs] = &tools;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let article = |n: u64| {
        let words = 130 + 10 * (n as usize % 40);
        serde_json::json!({"id": format!("a{n}"), "text": prose(n + 10, words)}).to_string()
    };
    let articles: Vec<String> = (0..160).map(article).collect();
    fs::write(path("articles.jsonl"), articles.join("\n")).unwrap();
    let made = path("made");
    let extra = ["--seed", "5", "--stories", "30", "--fillers", "40"];
    python(syndicate, &[&made, &path("articles.jsonl")], &extra);

    // At this threshold, some copies are missed.
    let report = dedupe(&made, &["docs.jsonl", "--threshold", "0.7", "-o", "r.json"]);
    assert_eq!(report.status.code(), Some(0));
    fs::write(path("p.tsv"), python(pairs, &[&made.join("r.json")], &[])).unwrap();
    let scored = python(score, &[&made, &path("p.tsv")], &[]);

    let labels = [
        "--truth",
        "truth.tsv",
        "--truth",
        "stories.tsv",
        "--labels-complete",
    ];
    let line = [
        &["eval"],
        &labels[..],
        &["--no-curve", "--threshold", "0.7", "docs.jsonl"],
    ];
    let output = dedupe(&made, &line.concat());
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();

    let last = scored.lines().last().unwrap();
    let same = |value: &Value, expected: f64| {
        let value = value.as_f64().unwrap();
        assert!((value - expected).abs() < 0.000_051, "{value}\n{scored}");
    };
    same(&found["pairs"]["recall"], figure(last, "recall "));
    same(&found["pairs"]["f1"], figure(last, "F1 "));
    let precision = last.split("precision ").nth(1).unwrap();
    same(&found["pairs"]["precision"], figure(precision, ""));
    assert_eq!(
        found["pairs"]["labelled"],
        figure(&last.replace(',', " "), "of ") as u64
    );
    for kind in found["kinds"].as_array().unwrap() {
        let name = format!("recall {:10} ", kind["kind"].as_str().unwrap());
        let line = scored.lines().find(|l| l.starts_with(&name)).unwrap();
        same(&kind["recall"], figure(line, &name));
    }
}
