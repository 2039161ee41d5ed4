//! `benches/compare`, which compares the program with others, on corpora of a few hundred documents.
//!
//! The tests do not check times. They are skipped, with a message, if there is no Python 3.10.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use support::{argument, is_found, relation, report, root};

const PROGRAM: &str = env!("CARGO_BIN_EXE_dedupe");

/// Runs the comparison once for each corpus, without other programs. `None` if it cannot run here.
fn compare(cache: &Path, program: &str, arguments: &[&str]) -> Option<Output> {
    let new_enough = "import sys; sys.exit(sys.version_info < (3, 10))";
    let found = Command::new("python3").args(["-c", new_enough]).status();
    if !found.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no Python 3.10 on this machine");
        return None;
    }
    let fixed = ["--runs", "1", "--without-peers", "--dedupe", program];
    let output = Command::new("python3")
        .arg(root().join("benches/compare"))
        .args(["--cache", argument(cache)])
        .args(fixed)
        .args(arguments)
        .output();
    Some(output.unwrap())
}

/// The name of a file of a generated corpus. Its first number is the `EDITION` of the script.
fn generated(seed: u32, documents: u32, ending: &str) -> String {
    format!("made-1-{seed}-{documents}.{ending}")
}

/// The tables of a comparison that must succeed.
fn tables(cache: &Path, arguments: &[&str]) -> Option<String> {
    let output = compare(cache, PROGRAM, arguments)?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The cells of all rows whose first cell is `first`.
fn rows<'a>(tables: &'a str, first: &str) -> Vec<Vec<&'a str>> {
    let cells = |line: &'a str| -> Option<Vec<&'a str>> {
        let inside = line.strip_prefix("| ")?.strip_suffix(" |")?;
        Some(inside.split(" | ").map(str::trim).collect())
    };
    let rows = tables.lines().filter_map(cells);
    rows.filter(|row| row[0] == first).collect()
}

#[test]
fn tables_are_complete_and_all_exact_copies_are_found() {
    let cache = tempfile::tempdir().unwrap();
    let arguments = ["--documents", "200,100", "--", "--memory", "1G"];
    let Some(tables) = tables(cache.path(), &arguments) else {
        return;
    };
    for name in [
        "`wc -w`", "dedupe", "read", "verify", "write", "exact", "near", "cut", "page", "all",
    ] {
        assert_eq!(rows(&tables, name).len(), 2, "{name}: {tables}");
    }
    for exact in rows(&tables, "exact") {
        assert!(exact[1].parse::<u32>().unwrap() > 1, "{tables}");
        assert_eq!(exact[2], "1.000", "{tables}");
    }
    for wrong in rows(&tables, "of them wrong") {
        assert_eq!(wrong[2], "0", "{tables}");
    }
    let growth = tables.split("### Growth").nth(1).expect("a growth table");
    assert_eq!(rows(growth, "100").len(), 1);
    assert_eq!(rows(growth, "200").len(), 1);
    assert!(tables.starts_with("Machine: "), "{tables}");
    assert!(tables.contains("Options of dedupe: `--memory 1G`"));
}

#[test]
fn corpus_depends_only_on_the_seed_and_grows_at_its_end() {
    let bytes = |arguments: &[&str], name: String| -> Option<Vec<u8>> {
        let cache = tempfile::tempdir().unwrap();
        tables(cache.path(), arguments)?;
        Some(fs::read(cache.path().join(name)).unwrap())
    };
    let Some(first) = bytes(&["--documents", "120"], generated(1, 120, "jsonl")) else {
        return;
    };
    assert_eq!(first.iter().filter(|&&byte| byte == b'\n').count(), 120);
    let again = bytes(&["--documents", "120"], generated(1, 120, "jsonl")).unwrap();
    assert!(first == again);
    let smaller = bytes(&["--documents", "50"], generated(1, 50, "jsonl")).unwrap();
    assert!(first.starts_with(&smaller));
    let other = bytes(
        &["--documents", "120", "--seed", "2"],
        generated(2, 120, "jsonl"),
    )
    .unwrap();
    assert!(first != other);
}

#[test]
fn generated_copies_have_the_kinds_of_their_labels() {
    let cache = tempfile::tempdir().unwrap();
    if tables(cache.path(), &["--documents", "200"]).is_none() {
        return;
    }
    let found = report(cache.path(), &[&generated(1, 200, "jsonl")]);
    let labels = fs::read_to_string(cache.path().join(generated(1, 200, "labels.tsv"))).unwrap();
    for label in labels.lines() {
        let [copy, original, kind] = label.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{label}");
        };
        let expected: &[&str] = match kind {
            "exact" => &["exact"],
            "near" => &["near"],
            "cut" => &["contained", "near"],
            _ => &["contains", "near"],
        };
        // Only one of the documents with the same words has matches with others.
        match relation(&found, copy, original) {
            Some(relation) => assert!(expected.contains(&relation), "{label}: {relation}"),
            None => assert!(is_found(&found, copy, original), "{label}"),
        }
    }
}

#[test]
fn given_corpus_is_compared_with_its_labels() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let text = |from: u32| -> String { (from..from + 200).map(|n| format!("w{n} ")).collect() };
    let record = |id: &str, from| serde_json::json!({"id": id, "text": text(from)}).to_string();
    let records = [record("a", 0), record("b", 1000), record("c", 0)];
    fs::write(path("own.jsonl"), records.join("\n")).unwrap();
    fs::write(path("labels.tsv"), "a\tc\tsame\na\tb\tother\n").unwrap();
    let (corpus, labels) = (path("own.jsonl"), path("labels.tsv"));
    let arguments = ["--corpus", argument(&corpus), "--labels", argument(&labels)];
    let Some(tables) = tables(folder.path(), &arguments) else {
        return;
    };
    assert_eq!(rows(&tables, "same"), [["same", "1", "1.000"]]);
    assert_eq!(rows(&tables, "other"), [["other", "1", "0.000"]]);
    assert_eq!(rows(&tables, "all"), [["all", "2", "0.500"]]);
    assert!(tables.contains("### own.jsonl: 3 documents"), "{tables}");
}

#[test]
fn failing_program_is_named_and_has_no_table() {
    let cache = tempfile::tempdir().unwrap();
    let broken = cache.path().join("broken");
    fs::write(&broken, "#!/bin/sh\necho no room >&2\nexit 7\n").unwrap();
    fs::set_permissions(&broken, fs::Permissions::from_mode(0o755)).unwrap();
    for (program, code, message) in [
        (argument(&broken), 1, "broken ended with 7: no room"),
        ("/nowhere/dedupe", 2, "no /nowhere/dedupe"),
    ] {
        let Some(output) = compare(cache.path(), program, &["--documents", "10"]) else {
            return;
        };
        assert_eq!(output.status.code(), Some(code));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains(message), "{errors}");
        assert!(!String::from_utf8_lossy(&output.stdout).contains("| dedupe"));
    }
}

#[test]
fn judged_pairs_are_weighted() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let text = |from: u32| -> String { (from..from + 200).map(|n| format!("w{n} ")).collect() };
    let record = |id: &str, from| serde_json::json!({"id": id, "text": text(from)}).to_string();
    let records = [("a", 0), ("b", 0), ("c", 0), ("d", 1000)].map(|(id, from)| record(id, from));
    fs::write(path("own.jsonl"), records.join("\n")).unwrap();
    // Joined: a and b, b and c, a and c.
    let judged = "a\tb\tC\tyes\t2\nb\tc\tT\tno\t1\na\tc\tC|G\targuable\t1\na\td\tC\tyes\t6\n";
    fs::write(path("judged.tsv"), judged).unwrap();
    let (corpus, judged) = (path("own.jsonl"), path("judged.tsv"));
    let arguments = ["--corpus", argument(&corpus), "--judged", argument(&judged)];
    let Some(tables) = tables(folder.path(), &arguments) else {
        return;
    };
    let row = rows(&tables, "dedupe").pop().unwrap();
    assert_eq!(row, ["dedupe", "0.750", "0.500", "0.250"], "{tables}");
}

/// Programs that report pairs connect documents by them.
#[test]
fn pairs_of_a_peer_connect_documents() {
    let folder = tempfile::tempdir().unwrap();
    let pairs = folder.path().join("pairs.tsv");
    fs::write(&pairs, "a\tb\nd\tc\nb\tc\nx\ty\n").unwrap();
    let program =
        "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); import recall
found = recall.read_pairs(sys.argv[2])
print(len(found.pairs), *(found.joins(*pair) for pair in ('ab', 'da', 'ax', 'yx', 'aq')))";
    let Ok(output) = Command::new("python3")
        .args(["-c", program])
        .arg(root().join("benches/compare"))
        .arg(&pairs)
        .output()
    else {
        eprintln!("skipped: there is no Python on this machine");
        return;
    };
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed.trim(), "4 True True False True False");
}
