//! New documents against an archive, and copies that are known.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use support::{clusters, dedupe, list, number, relation, report, string};

/// Words that no two seeds share.
fn story(seed: u32) -> String {
    let word = |k: u32| format!("w{}", (seed * 1_000 + k).wrapping_mul(2_654_435_761));
    (0..200).map(word).collect::<Vec<_>>().join(" ")
}

/// An archive with two copies of one story, and another story; new are a copy of each, two copies of a
/// third story, and something else.
fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, seed) in [
        ("archive/a1", 1),
        ("archive/a2", 1),
        ("archive/b1", 2),
        ("archive/c1", 3),
        ("archive/c2", 3),
        ("new/a3", 1),
        ("new/b2", 2),
        ("new/d1", 4),
        ("new/d2", 4),
        ("new/e1", 5),
    ] {
        let path = folder.path().join(name).with_extension("txt");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // The words differ by one, so that nothing is exact.
        fs::write(
            path,
            format!("{} own{}", story(seed), name.len() + seed as usize),
        )
        .unwrap();
    }
    fs::write(
        folder.path().join("new/a3.txt"),
        format!("{} mine", story(1)),
    )
    .unwrap();
    folder
}

const CHECK: [&str; 4] = ["check", "new", "--against", "archive"];

fn paths(report: &Value) -> Vec<String> {
    let pairs = list(report, "matches").iter();
    pairs
        .map(|m| format!("{} {}", string(m, "left"), string(m, "right")))
        .collect()
}

#[test]
fn only_what_involves_a_new_document_is_reported() {
    let folder = corpus();
    let all = report(folder.path(), &["new", "archive"]);
    let found = report(folder.path(), &CHECK);
    assert!(
        clusters(&all)
            .iter()
            .any(|ids| ids.contains(&"archive/c1.txt"))
    );
    for ids in clusters(&found) {
        assert!(ids.iter().any(|id| id.starts_with("new/")), "{ids:?}");
    }
    let of_new = |pair: &String| pair.contains("new/");
    let expected: Vec<String> = paths(&all).into_iter().filter(of_new).collect();
    assert_eq!(paths(&found), expected);
    assert!(expected.len() < paths(&all).len());
    assert_eq!(number(&found["summary"], "new"), 5.0);
    assert_eq!(number(&found["summary"], "clusters"), 3.0);
    assert_eq!(all["summary"].get("new"), None);
}

#[test]
fn a_copy_is_laid_at_the_door_of_the_new_document() {
    let folder = corpus();
    let output = dedupe(
        folder.path(),
        &[&CHECK[..], &["--format", "github"]].concat(),
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.lines().count(), 3, "{lines}");
    for line in lines.lines() {
        assert!(line.starts_with("::warning file=new/"), "{line}");
    }
}

#[test]
fn a_file_of_the_archive_can_be_checked_against_the_rest() {
    let folder = corpus();
    let found = report(
        folder.path(),
        &["check", "archive/c1.txt", "--against", "archive"],
    );
    assert_eq!(clusters(&found), [["archive/c1.txt", "archive/c2.txt"]]);
    assert_eq!(number(&found["summary"], "new"), 1.0);
}

#[test]
fn the_exit_code_counts_what_is_listed() {
    let folder = corpus();
    let run = |line: &[&str]| dedupe(folder.path(), line).status.code();
    assert_eq!(run(&["archive", "--fail-on", "near"]), Some(1));
    let old = [
        "check",
        "new/e1.txt",
        "--against",
        "archive",
        "--fail-on",
        "overlap",
    ];
    assert_eq!(run(&old), Some(0), "the archive's own copies do not count");
    assert_eq!(run(&[&CHECK[..], &["--fail-on", "near"]].concat()), Some(1));
    assert_eq!(
        run(&[&CHECK[..], &["--fail-on", "exact"]].concat()),
        Some(1),
        "d1 is d2"
    );
}

/// Writes a baseline of everything, then a new copy.
fn known(folder: &Path) {
    let write = [
        "new",
        "archive",
        "--write-baseline",
        "known.json",
        "-o",
        "all.json",
    ];
    let output = dedupe(folder, &write);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("baseline written: stories 4,"), "{said}");
}

#[test]
fn what_a_baseline_knows_is_not_listed() {
    let folder = corpus();
    known(folder.path());
    let known = ["new", "archive", "--baseline", "known.json"];
    let found = report(folder.path(), &known);
    assert_eq!(clusters(&found), Vec::<Vec<&str>>::new());
    assert_eq!(list(&found, "matches"), [] as [Value; 0]);
    assert_eq!(number(&found["summary"], "known"), 6.0 - 1.0);
    let fail = [&known[..], &["--fail-on", "overlap"]].concat();
    assert_eq!(dedupe(folder.path(), &fail).status.code(), Some(0));

    fs::write(
        folder.path().join("new/a4.txt"),
        format!("{} again", story(1)),
    )
    .unwrap();
    let found = report(folder.path(), &known);
    for pair in paths(&found) {
        assert!(pair.contains("new/a4.txt"), "{pair}");
    }
    assert_eq!(number(&found["summary"], "clusters"), 1.0);
    assert_eq!(dedupe(folder.path(), &fail).status.code(), Some(1));
}

#[test]
fn a_pair_that_has_become_closer_is_listed_again() {
    let folder = corpus();
    let quoting = format!("{} {}", story(5), &story(1)[..800]);
    fs::write(folder.path().join("new/e1.txt"), quoting).unwrap();
    known(folder.path());
    fs::write(folder.path().join("new/e1.txt"), story(1)).unwrap();
    let found = report(
        folder.path(),
        &["new", "archive", "--baseline", "known.json"],
    );
    assert!(!paths(&found).is_empty());
    assert!(paths(&found).iter().all(|pair| pair.contains("new/e1.txt")));
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    let folder = corpus();
    for (content, message) in [
        ("{}", "missing field"),
        (
            "{\"baseline_version\":9,\"stories\":[],\"pairs\":[]}",
            "expected baseline_version 1",
        ),
        ("nonsense", "expected ident"),
    ] {
        fs::write(folder.path().join("known.json"), content).unwrap();
        let output = dedupe(folder.path(), &["new", "--baseline", "known.json"]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(message), "{said}");
    }
    let output = dedupe(folder.path(), &["new", "--baseline", "none.json"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_new_copy_of_an_archived_text_tells_of_what_quotes_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let quoted: Vec<String> = story(1).split(' ').take(70).map(str::to_owned).collect();
    fs::create_dir(folder.path().join("archive")).unwrap();
    write("archive/told.txt", &story(1));
    write(
        "archive/quoting.txt",
        &format!("{} {}", quoted.join(" "), story(2)),
    );
    write("new.txt", &story(1));
    let found = report(folder.path(), &["check", "new.txt", "--against", "archive"]);
    assert_eq!(
        relation(&found, "new.txt", "archive/told.txt"),
        Some("exact")
    );
    assert_eq!(
        relation(&found, "new.txt", "archive/quoting.txt"),
        Some("overlap")
    );
    assert_eq!(
        relation(&found, "archive/told.txt", "archive/quoting.txt"),
        None
    );
}

#[test]
fn what_is_said_of_a_story_is_said_of_the_members_that_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let record = |id: &str, day: u32| {
        let text = format!("{} own{id}", story(1));
        let date = format!("2021-03-0{day}");
        format!(
            "{}\n",
            json!({"id": id, "source": id, "date": date, "text": text})
        )
    };
    let archive = record("oldest", 1) + &record("kept", 2);
    fs::write(folder.path().join("archive.jsonl"), archive).unwrap();
    fs::write(folder.path().join("new.jsonl"), record("new", 3)).unwrap();
    let prefer = ["--prefer", "kept"];
    let all = report(
        folder.path(),
        &[&["archive.jsonl", "new.jsonl"], &prefer[..]].concat(),
    );
    assert_eq!(list(&all, "clusters")[0]["origin"]["id"], "oldest");
    let check = ["check", "new.jsonl", "--against", "archive.jsonl"];
    let found = report(folder.path(), &[&check, &prefer[..]].concat());
    assert_eq!(clusters(&found), [["kept", "new"]]);
    let cluster = &list(&found, "clusters")[0];
    assert_eq!(number(cluster, "sources"), 2.0);
    // The earliest is in the archive: neither of the two is the origin.
    assert_eq!(cluster["origin"], Value::Null);
    let check = ["check", "archive.jsonl", "--against", "new.jsonl"];
    let found = report(folder.path(), &[&check, &prefer[..]].concat());
    assert_eq!(list(&found, "clusters"), list(&all, "clusters"));
}

/// However the copies of two texts are spread over sources, archive and new documents: that one text quotes
/// the other is told exactly where two of them are a pair that was asked for, and by such a pair.
#[test]
fn a_relation_is_told_where_any_two_copies_are_asked_for() {
    let kinds = [("X", false), ("Y", false), ("X", true), ("Y", true)];
    let quoted: Vec<String> = story(1).split(' ').take(70).map(str::to_owned).collect();
    let texts = [story(1), format!("{} {}", quoted.join(" "), story(2))];
    let folder = tempfile::tempdir().unwrap();
    let check = [
        "check",
        "new.jsonl",
        "--against",
        "archive.jsonl",
        "--cross-source-only",
    ];
    for mask in (0..256).filter(|mask| mask & 15 != 0 && mask >> 4 != 0) {
        let (mut files, mut found) = ([String::new(), String::new()], [vec![], vec![]]);
        for (text, content) in texts.iter().enumerate() {
            for (at, (source, new)) in kinds.into_iter().enumerate() {
                if mask >> (4 * text + at) & 1 == 1 {
                    let id = format!("{text}-{at}");
                    let record = json!({"id": id, "source": source, "text": content});
                    files[usize::from(new)].push_str(&format!("{record}\n"));
                    found[text].push((source, new));
                }
            }
        }
        for (name, content) in ["archive.jsonl", "new.jsonl"].iter().zip(&files) {
            fs::write(folder.path().join(name), content).unwrap();
        }
        let wanted = |a: &(&str, bool), b: &(&str, bool)| a.0 != b.0 && (a.1 || b.1);
        let expected = found[0]
            .iter()
            .any(|a| found[1].iter().any(|b| wanted(a, b)));
        let report = report(folder.path(), &check);
        let overlaps = list(&report, "matches").iter();
        let overlaps: Vec<_> = overlaps
            .filter(|m| string(m, "relation") == "overlap")
            .collect();
        assert_eq!(overlaps.len(), usize::from(expected), "{mask:08b}");
        for pair in overlaps {
            let kind = |side| kinds[string(pair, side)[2..].parse::<usize>().unwrap()];
            assert!(wanted(&kind("left"), &kind("right")), "{mask:08b}");
        }
    }
}
