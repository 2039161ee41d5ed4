//! Labelled news data in the folder next to the project. Tests are skipped, with a message, if it is missing.
//!
//! Tests that take more than a few seconds run only with `DEDUPE_SLOW_TESTS=1`. Use a release build for them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use support::{argument, dedupe, list, shared, string};

/// The report on a set of documents. Some of its records may have no text.
fn report(documents: &Path) -> Value {
    let output = dedupe(support::root(), &["--quiet", argument(documents)]);
    let exit = output.status.code();
    assert!(
        matches!(exit, Some(0 | 3)),
        "{exit:?}: {}",
        documents.display()
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The pairs that a report lists as copies, as a match or in a cluster.
struct FoundPairs {
    matches: HashSet<(String, String)>,
    /// The clusters of each document.
    clusters: HashMap<String, HashSet<usize>>,
}

impl FoundPairs {
    fn new(report: &Value) -> Self {
        let matches = list(report, "matches").iter();
        let matches = matches.filter(|found| string(found, "relation") != "overlap");
        let pair = |found| (string(found, "left").into(), string(found, "right").into());
        let mut clusters: HashMap<String, HashSet<usize>> = HashMap::new();
        for (at, cluster) in list(report, "clusters").iter().enumerate() {
            for member in list(cluster, "members") {
                let of = clusters.entry(string(member, "id").into()).or_default();
                of.insert(at);
            }
        }
        Self {
            matches: matches.map(pair).collect(),
            clusters,
        }
    }

    fn has(&self, a: &str, b: &str) -> bool {
        let matched = |a: &str, b: &str| self.matches.contains(&(a.into(), b.into()));
        let together = || {
            let [a, b] = [a, b].map(|id| self.clusters.get(id));
            a.zip(b).is_some_and(|(a, b)| !a.is_disjoint(b))
        };
        matched(a, b) || matched(b, a) || together()
    }
}

/// The rows of a TSV file.
fn rows(table: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(table).unwrap();
    let row = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().map(row).collect()
}

/// The number of labelled pairs that are found, and their number. `counts` selects rows of the labels.
fn recall(documents: &Path, table: &Path, counts: impl Fn(&[String]) -> bool) -> (usize, usize) {
    let found = FoundPairs::new(&report(documents));
    let rows = rows(table);
    let labelled: Vec<_> = rows.iter().filter(|row| counts(row)).collect();
    let hits = labelled.iter().filter(|row| found.has(&row[0], &row[1]));
    (hits.count(), labelled.len())
}

/// A column as a number.
fn column(row: &[String], at: usize) -> f64 {
    row[at].parse().unwrap_or(0.0)
}

/// True if slow tests are enabled. Otherwise prints that the test is skipped.
#[allow(clippy::print_stderr)]
fn slow() -> bool {
    let enabled = std::env::var_os("DEDUPE_SLOW_TESTS").is_some_and(|value| value == "1");
    if !enabled {
        eprintln!("skipped: slow, runs with DEDUPE_SLOW_TESTS=1");
    }
    enabled
}

#[test]
fn articles_are_found_in_their_pages() {
    if let Some(set) = shared("data/pages") {
        let all = recall(&set.join("docs.jsonl.zst"), &set.join("pairs.tsv"), |_| {
            true
        });
        assert_eq!(all, (181, 181));
    }
}

#[test]
fn planted_copies_are_found() {
    if let Some(set) = shared("data/planted") {
        let all = recall(&set.join("docs.jsonl"), &set.join("pairs.tsv"), |_| true);
        assert_eq!(all, (20, 20));
    }
}

#[test]
fn reposts_of_an_agency_are_found() {
    let Some(set) = shared("data/reuters").filter(|_| slow()) else {
        return;
    };
    let documents = set.join("docs.jsonl.zst");
    let close = |row: &[String]| column(row, 5) >= 0.5;
    let (found, all) = recall(&documents, &set.join("silver_pairs.tsv"), close);
    assert!(all > 5_000, "{all} pairs");
    assert!(found as f64 >= 0.985 * all as f64, "{found} of {all}");
    let (found, all) = recall(&documents, &set.join("embedded_pairs.tsv"), |_| true);
    assert!(all > 500, "{all} pairs");
    assert!(found as f64 >= 0.97 * all as f64, "{found} of {all}");
}

#[test]
fn shared_paywall_text_is_not_a_copy() {
    let Some(set) = shared("data/insm").filter(|_| slow()) else {
        return;
    };
    let documents = set.join("docs.jsonl.zst");
    let table = set.join("silver_pairs_by_kind.tsv");
    let is_trap = |row: &[String]| row.iter().any(|c| c == "paywall_boilerplate_trap");
    let (found, all) = recall(&documents, &table, is_trap);
    assert!(all > 9_000, "{all} pairs");
    assert!(found as f64 <= 0.01 * all as f64, "{found} of {all}");
}

/// Writes the articles that people marked in the pages to a JSON Lines file.
#[cfg(feature = "html")]
fn marked_articles(set: &Path, folder: &Path) -> std::path::PathBuf {
    let packed = fs::read(set.join("docs.jsonl.zst")).unwrap();
    let lines = String::from_utf8(zstd::decode_all(&*packed).unwrap()).unwrap();
    let articles = lines.lines().filter(|line| line.contains("#article\""));
    let articles: Vec<&str> = articles.collect();
    assert_eq!(articles.len(), 181);
    let path = folder.join("articles.jsonl");
    fs::write(&path, articles.join("\n")).unwrap();
    path
}

#[cfg(feature = "html")]
fn report_of(paths: &[&Path], arguments: &[&str]) -> Value {
    let paths: Vec<&str> = paths.iter().map(|path| argument(path)).collect();
    support::report(
        support::root(),
        &[&paths[..], arguments, &["--quiet"]].concat(),
    )
}

/// The relation of each page to its article, and the lower of the two containments.
#[cfg(feature = "html")]
fn pages_to_articles(report: &Value) -> Vec<(String, f64)> {
    let is_page = |id: &str| id.ends_with(".html.gz");
    let key = |id: &str| {
        let name = id.rsplit('/').next().unwrap_or_default();
        name.chars().take(16).collect::<String>()
    };
    let pairs = list(report, "matches").iter().filter_map(|found| {
        let (left, right) = (string(found, "left"), string(found, "right"));
        if key(left) != key(right) {
            return None;
        }
        let relation = match (string(found, "relation"), is_page(left)) {
            ("contains", false) => "contained",
            ("contained", false) => "contains",
            (same, _) => same,
        };
        let shares = ["containment_left", "containment_right"];
        let shares = shares.map(|name| support::number(found, name));
        Some((relation.to_owned(), shares[0].min(shares[1])))
    });
    pairs.collect()
}

#[cfg(feature = "html")]
#[test]
fn saved_pages_are_matched_to_their_articles() {
    let Some(set) = shared("data/pages").filter(|_| slow()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let articles = marked_articles(&set, folder.path());
    let pages = set.join("html");
    let pairs = pages_to_articles(&report_of(&[&pages, &articles], &[]));
    let copies = pairs.iter().filter(|(relation, _)| relation != "overlap");
    assert!(copies.clone().count() >= 175, "{pairs:?}");
    assert!(copies.filter(|(_, share)| *share >= 0.8).count() >= 150);
    let pairs = pages_to_articles(&report_of(&[&pages, &articles], &["--html", "whole"]));
    let contain = |pair: &&(String, f64)| matches!(pair.0.as_str(), "contains" | "exact" | "near");
    assert_eq!(pairs.iter().filter(contain).count(), 181, "{pairs:?}");
}

#[cfg(all(feature = "html", feature = "warc"))]
#[test]
fn crawl_has_the_same_clusters_as_its_pages() {
    let Some((set, formats)) = shared("data/pages").zip(shared("data/formats")) else {
        return;
    };
    if !slow() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let articles = marked_articles(&set, folder.path());
    let clusters = |pages: &Path| {
        let report = report_of(&[pages, &articles], &[]);
        assert_eq!(support::number(&report["summary"], "documents"), 362.0);
        let stories = support::clusters(&report).into_iter().map(|ids| {
            let articles = ids.iter().filter(|id| id.ends_with("#article"));
            let articles: Vec<String> = articles.map(|id| (*id).to_owned()).collect();
            (ids.len(), articles)
        });
        let mut stories: Vec<_> = stories.collect();
        stories.sort();
        stories
    };
    let crawl = formats.join("pages.warc.gz");
    assert_eq!(clusters(&crawl), clusters(&set.join("html")));
}
