//! Copies within one source and across sources.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::{clusters, dedupe, list, relation, report, root, string};

const CORPUS: &str = "./fixtures/syndicated.jsonl";
/// An agency's story and its two updates.
const UPDATES: [&str; 3] = ["nl-2001", "nl-2002", "nl-2003"];

fn is_same_source(found: &Value) -> bool {
    found.get("same_source").and_then(Value::as_bool).unwrap()
}

fn is_update(id: &str) -> bool {
    UPDATES.contains(&id)
}

#[test]
fn documents_of_preferred_sources_are_kept() {
    let kept = |arguments: &[&str]| {
        let report = report(
            root(),
            &[&["fixtures/syndicated.jsonl"], arguments].concat(),
        );
        let members = list(&report, "clusters").iter().map(|cluster| {
            let of_kept = list(cluster, "members")[0].get("source");
            of_kept
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        });
        members.collect::<Vec<_>>()
    };
    let has = |sources: &[String], name| sources.iter().any(|source| source == name);
    assert!(!has(&kept(&["--keep", "earliest"]), "Metro Evening"));
    let first = kept(&[
        "--keep",
        "earliest",
        "--prefer",
        "nobody.example, METRO EVENING,Harbour Post",
    ]);
    assert!(
        has(&first, "Metro Evening") && !has(&first, "Harbour Post"),
        "{first:?}"
    );
    // The copy of Metro Evening is cut, and `--keep best` needs the whole story.
    let first = kept(&["--prefer", "Metro Evening,Harbour Post"]);
    assert!(has(&first, "Harbour Post"), "{first:?}");
}

#[test]
fn unknown_preferred_sources_are_reported() {
    let prefer = ["--prefer", "nosuch,metro evening,Metro  Evening"];
    let line = [&[CORPUS][..], &prefer].concat();
    let found = report(root(), &line);
    let warnings = list(&found, "warnings").iter();
    let unknown = warnings.filter(|w| string(w, "code") == "unknown-source");
    let reasons: Vec<&str> = unknown.map(|w| string(w, "reason")).collect();
    let expected =
        ["Metro  Evening", "nosuch"].map(|n| format!("no document has the source {n:?}"));
    assert_eq!(reasons, expected);
    for command in [&[][..], &["export"]] {
        let output = dedupe(root(), &[command, &line].concat());
        assert_eq!(output.status.code(), Some(0));
        let said = String::from_utf8(output.stderr).unwrap();
        let warning = "warning: prefer: no document has the source \"Metro Evening\" (2 of this kind, unknown-source)";
        assert!(said.contains(warning), "{said}");
    }
}

#[test]
fn matches_tell_whether_both_documents_have_one_source() {
    let report = report(root(), &[CORPUS]);
    let mut within = 0;
    for found in list(&report, "matches") {
        let ids = [string(found, "left"), string(found, "right")];
        let expected = ids.into_iter().all(is_update);
        assert_eq!(is_same_source(found), expected, "{ids:?}");
        within += usize::from(expected);
    }
    assert_eq!(within, 3, "the updates match each other");
    assert_eq!(report["parameters"]["cross_source_only"], json!(false));
}

#[test]
fn cross_source_only_leaves_out_matches_and_clusters_of_one_source() {
    let all = report(root(), &[CORPUS]);
    let found = report(root(), &[CORPUS, "--cross-source-only"]);
    assert_eq!(found["parameters"]["cross_source_only"], json!(true));
    let crossing = list(&all, "matches").iter().filter(|m| !is_same_source(m));
    let crossing: Vec<Value> = crossing.cloned().collect();
    assert_eq!(list(&found, "matches"), crossing);
    let mut expected = clusters(&all);
    expected.retain(|ids| !ids.iter().all(|id| is_update(id)));
    assert_eq!(expected.len() + 1, clusters(&all).len());
    assert_eq!(clusters(&found), expected);
    assert_eq!(found["summary"]["clusters"], json!(expected.len()));
    let left_out = UPDATES.len() as u64;
    let unique = |report: &Value| report["summary"]["unique"].as_u64().unwrap();
    assert_eq!(unique(&found), unique(&all) + left_out);
}

/// Words by their numbers. Different numbers give different words.
fn words(numbers: std::ops::Range<u32>) -> String {
    let words: Vec<String> = numbers
        .map(|k| format!("w{}", k.wrapping_mul(2_654_435_761)))
        .collect();
    words.join(" ")
}

/// The report on records with the same text and different other fields.
fn report_on_one_text(fields: &[Value], arguments: &[&str]) -> Value {
    let record = |(at, fields): (usize, &Value)| {
        let mut record = fields.clone();
        record["id"] = json!(format!("d{at}"));
        record["text"] = json!(words(0..120));
        record
    };
    report_on_records(fields.iter().enumerate().map(record), arguments)
}

/// The report on records.
fn report_on_records(records: impl Iterator<Item = Value>, arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = records.map(|record| format!("{record}\n")).collect();
    std::fs::write(folder.path().join("feed.jsonl"), lines).unwrap();
    report(folder.path(), &[&["./feed.jsonl"], arguments].concat())
}

#[test]
fn overlap_is_found_if_the_quoted_text_also_has_a_copy_in_the_same_source() {
    let quoting = format!("{} {}", words(500..800), words(0..70));
    let records = [
        json!({"id": "a", "source": "Y", "text": words(0..200)}),
        json!({"id": "b", "source": "X", "text": words(0..200)}),
        json!({"id": "o", "source": "Y", "text": quoting}),
    ];
    let found = report_on_records(records.into_iter(), &["--cross-source-only"]);
    assert_eq!(relation(&found, "a", "b"), Some("exact"));
    assert_eq!(relation(&found, "a", "o"), None);
    assert_eq!(relation(&found, "b", "o"), Some("overlap"));
    assert_eq!(found["summary"]["overlaps"], json!(1));
}

#[test]
fn each_member_has_its_own_match_with_the_representative() {
    let whole = words(0..300);
    let cut = words(0..220);
    let record =
        |id: &str, source: &str, text: &str| json!({"id": id, "source": source, "text": text});
    let records = [
        record("whole", "Agency", &whole),
        record("cut-1", "Post", &cut),
        record("cut-2", "Herald", &cut.replace(' ', "\n")),
        record("cut-3", "Agency", &cut.replace(' ', ", ")),
    ];
    let keep = ["--keep", "longest"];
    let found = report_on_records(records.clone().into_iter(), &keep);
    assert_eq!(clusters(&found), [["cut-1", "cut-2", "cut-3", "whole"]]);
    for cut in ["cut-1", "cut-2", "cut-3"] {
        assert_eq!(relation(&found, cut, "whole"), Some("near"), "{cut}");
    }
    let spans = |left: &str| {
        let all = list(&found, "matches").iter();
        let mut own = all.filter(|m| string(m, "left") == left && string(m, "right") == "whole");
        own.next().unwrap()["spans"][0]["left"]["end"].as_u64()
    };
    assert_eq!(spans("cut-2"), Some(cut.len() as u64));
    assert_eq!(spans("cut-3"), Some(cut.replace(' ', ", ").len() as u64));
    let across = report_on_records(
        records.into_iter(),
        &[&keep[..], &["--cross-source-only"]].concat(),
    );
    assert_eq!(relation(&across, "cut-2", "whole"), Some("near"));
    assert_eq!(relation(&across, "cut-3", "whole"), None);
}

#[test]
fn exact_copies_within_one_source_are_left_out() {
    let herald = json!({"url": "https://www.herald.example/1"});
    let again = json!({"url": "http://Herald.example/2?x"});
    let post = json!({"source": "Post"});
    let found = report_on_one_text(&[herald.clone(), again.clone()], &["--cross-source-only"]);
    assert!(clusters(&found).is_empty() && list(&found, "matches").is_empty());
    let found = report_on_one_text(&[herald, again, post], &["--cross-source-only"]);
    assert_eq!(
        clusters(&found),
        [["d0", "d1", "d2"]],
        "all members are listed"
    );
    assert_eq!(relation(&found, "d0", "d1"), None);
    assert_eq!(relation(&found, "d0", "d2"), Some("exact"));
}

#[test]
fn document_without_a_source_has_its_own() {
    let none = json!({});
    let found = report_on_one_text(&[none.clone(), none], &["--cross-source-only"]);
    assert_eq!(clusters(&found), [["d0", "d1"]]);
    assert!(!is_same_source(&list(&found, "matches")[0]));
}

#[test]
fn text_report_lists_members_by_date() {
    let printed = dedupe(root(), &[CORPUS, "--format", "text", "--keep", "longest"]);
    let text = String::from_utf8(printed.stdout).unwrap();
    let place = |id: &str| text.find(&format!("  {id} ")).unwrap();
    assert!(place("nl-2001") < place("nl-2002"), "{text}");
    assert!(
        place("nl-2003") < place("nl-2001"),
        "the representative is first: {text}"
    );
}
