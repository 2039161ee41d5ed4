//! `dedupe index`: an archive gives what a run over its documents gives with the same dictionary, however they came into it.

#![cfg(feature = "index")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/archive.rs"]
mod archive;
mod support;

use archive::{CACHE, assert_same, whole};
use dedupe::archive::Archive;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use support::{dedupe, report, root, without_paths};

/// A record: a story with changes, quotations, a house notice, and exact copies under several dates.
fn record(n: u32) -> Value {
    let part = |name: &str, of: u32, words: u32| -> String {
        (0..words).map(|w| format!("{name}{of}w{w} ")).collect()
    };
    // Some texts are exact copies of an earlier one, published on another day.
    let of = if n % 9 == 8 { n - 5 } else { n };
    let mut text = [
        part("quote", of % 2, 60),
        part("story", of % 13, 30 + of % 5 * 20),
        part("own", of, 30 + of % 4 * 15),
    ];
    text.rotate_left((of % 3) as usize);
    let notice = if of % 4 == 0 {
        part("notice", 0, 50)
    } else {
        String::new()
    };
    json!({
        "id": format!("d{n:03}"),
        "title": format!("Headline {} of story {}", of % 3, of % 13),
        "source": if of % 4 == 0 { "House".to_owned() } else { format!("Site {}", n % 40) },
        "date": format!("2026-02-{:02}", 1 + n * 13 % 28),
        "text": text.concat() + &notice,
    })
}

/// Writes records to a file.
fn write(file: &Path, records: &[Value]) {
    let lines: Vec<String> = records.iter().map(|record| format!("{record}\n")).collect();
    fs::write(file, lines.concat()).unwrap();
}

fn succeed(folder: &Path, line: &[&str]) -> String {
    let output = dedupe(folder, line);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{line:?}: {said}");
    said
}

/// A folder with the records in one file and in parts, and the dictionary of all of them.
fn corpus(records: &[Value]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("all.jsonl"), records);
    for part in 0..5 {
        let own: Vec<Value> = records
            .iter()
            .skip(part)
            .step_by(5)
            .rev()
            .cloned()
            .collect();
        write(&folder.path().join(format!("part{part}.jsonl")), &own);
    }
    let learn = ["all.jsonl", "--write-dictionary", "d", "-o", "learnt.json"];
    succeed(folder.path(), &learn);
    folder
}

fn records() -> Vec<Value> {
    (0..100).map(record).collect()
}

#[test]
fn one_part_several_parts_and_shuffled_parts_give_the_report_of_one_run() {
    let folder = corpus(&records());
    let expected = report(folder.path(), &["all.jsonl", "--dictionary", "d"]);
    assert!(expected["matches"].as_array().unwrap().len() > 100);
    assert!(!expected["boilerplate"].as_array().unwrap().is_empty());
    let said = succeed(
        folder.path(),
        &["index", "add", "one.idx", "all.jsonl", "--dictionary", "d"],
    );
    assert!(said.contains("index created: 100 new documents"), "{said}");
    assert_same(whole(&folder.path().join("one.idx")), expected.clone());
    for (index, order) in [
        ("parts.idx", [0, 1, 2, 3, 4]),
        ("shuffled.idx", [3, 1, 4, 0, 2]),
    ] {
        for part in order {
            let part = format!("part{part}.jsonl");
            let add = ["index", "add", index, &part, "--dictionary", "d"];
            succeed(folder.path(), &add);
        }
        assert_same(whole(&folder.path().join(index)), expected.clone());
        let said = succeed(folder.path(), &["index", "verify", index]);
        assert!(said.contains("100 documents verified"), "{said}");
    }
}

#[test]
fn removed_and_changed_documents_leave_what_one_run_over_the_rest_gives() {
    let mut records = records();
    let folder = corpus(&records);
    succeed(
        folder.path(),
        &["index", "add", "a.idx", "all.jsonl", "--dictionary", "d"],
    );
    let removed: Vec<String> = (0..100).step_by(7).map(|n| format!("d{n:03}")).collect();
    let ids: Vec<&str> = removed.iter().map(String::as_str).collect();
    succeed(
        folder.path(),
        &[&["index", "remove", "a.idx"], &ids[..]].concat(),
    );
    records.retain(|record| !removed.contains(&record["id"].as_str().unwrap().to_owned()));
    let mut changed = vec![];
    for (at, record) in records.iter_mut().enumerate().filter(|(at, _)| at % 6 == 1) {
        record["text"] = json!(format!(
            "{} and update{at} follows",
            record["text"].as_str().unwrap()
        ));
        changed.push(record.clone());
    }
    write(&folder.path().join("changed.jsonl"), &changed);
    let said = succeed(folder.path(), &["index", "add", "a.idx", "changed.jsonl"]);
    let versions = format!("0 new documents, {} new versions", changed.len());
    assert!(said.contains(&versions), "{said}");
    write(&folder.path().join("rest.jsonl"), &records);
    let expected = report(folder.path(), &["rest.jsonl", "--dictionary", "d"]);
    assert_same(whole(&folder.path().join("a.idx")), expected.clone());
    succeed(folder.path(), &["index", "verify", "a.idx"]);
    // Nothing of this is news.
    let said = succeed(folder.path(), &["index", "add", "a.idx", "rest.jsonl"]);
    let known = format!(
        "nothing new: {} documents were already there",
        records.len()
    );
    assert!(said.contains(&known), "{said}");
    assert_same(whole(&folder.path().join("a.idx")), expected);
}

#[test]
fn a_check_against_an_index_gives_the_bytes_of_a_check_against_its_documents() {
    let records = records();
    let folder = corpus(&records);
    let (new, old): (Vec<Value>, Vec<Value>) = (records.iter().cloned().enumerate())
        .map(|(at, record)| (at % 8 == 3, record))
        .fold((vec![], vec![]), |(mut new, mut old), (is_new, record)| {
            if is_new { &mut new } else { &mut old }.push(record);
            (new, old)
        });
    // Both are called archive.jsonl, because a page names the command that made it.
    let [files, index] = ["files", "index"].map(|name| folder.path().join(name));
    for place in [&files, &index] {
        fs::create_dir(place).unwrap();
        fs::copy(folder.path().join("d"), place.join("d")).unwrap();
    }
    write(&files.join("archive.jsonl"), &old);
    let to_index = "../index/archive.jsonl";
    succeed(
        &files,
        &[
            "index",
            "add",
            to_index,
            "archive.jsonl",
            "--dictionary",
            "d",
        ],
    );
    for (at, new) in new.chunks(5).enumerate() {
        let file = format!("new{at}.jsonl");
        write(&files.join(&file), new);
        write(&index.join(&file), new);
        for format in ["json", "html", "text"] {
            let options = ["--dictionary", "d", "--format", format];
            let check = |place: &Path| {
                let line = [
                    &["check", &file, "--against", "archive.jsonl"],
                    &options[..],
                ]
                .concat();
                let output = dedupe(place, &line);
                assert_eq!(output.status.code(), Some(0), "{line:?}");
                String::from_utf8(output.stdout).unwrap()
            };
            let (found, expected) = (check(&index), check(&files));
            assert!(
                found == expected,
                "{format}: found {found}\nexpected {expected}"
            );
        }
    }
}

/// A check of a folder that was added already listed each of its documents as an exact copy of itself.
#[test]
fn a_document_that_the_index_has_counts_as_new_and_not_as_its_own_copy() {
    let folder = corpus(&records());
    let path = folder.path();
    let add = ["index", "add", "a.idx", "all.jsonl", "--dictionary", "d"];
    succeed(path, &add);
    // The same words, with other fields and without; and other words.
    let mut new: Vec<Value> = (0..100).step_by(4).map(record).collect();
    new[1]["title"] = json!("Another headline");
    for (at, version) in new.iter_mut().enumerate().skip(2).step_by(3) {
        version["text"] = json!(format!(
            "{} and update{at} follows",
            version["text"].as_str().unwrap()
        ));
    }
    write(&path.join("new.jsonl"), &new);
    // Each of the others stays in its line.
    let rest = (0..100).map(|n| match n % 4 {
        0 => "\n".to_owned(),
        _ => format!("{}\n", record(n)),
    });
    fs::write(path.join("all.jsonl"), rest.collect::<String>()).unwrap();
    for format in ["json", "csv", "text"] {
        let check = |archive: &str| {
            let line = ["check", "new.jsonl", "--against", archive];
            let options = ["--dictionary", "d", "--format", format];
            let output = dedupe(path, &[&line[..], &options].concat());
            assert_eq!(output.status.code(), Some(0), "{line:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let (found, expected) = (check("a.idx"), check("all.jsonl"));
        assert!(
            found == expected,
            "{format}: found {found}\nexpected {expected}"
        );
    }
    let one = record(1);
    let (mut alone, mut copy) = (one.clone(), one);
    alone["text"] = json!("a text that no other document of the archive has anything of");
    write(&path.join("alone.jsonl"), std::slice::from_ref(&alone));
    succeed(path, &["index", "add", "alone.idx", "alone.jsonl"]);
    let check = [
        "check",
        "alone.jsonl",
        "--against",
        "alone.idx",
        "--fail-on",
        "overlap",
    ];
    let output = dedupe(path, &[&check[..], &["-f", "json"]].concat());
    assert_eq!(output.status.code(), Some(0));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["warnings"], json!([]));
    assert_eq!(found["summary"]["documents"], 1);
    // Under another id, the same words are a copy.
    copy["id"] = json!("copy");
    copy["text"] = alone["text"].clone();
    write(&path.join("alone.jsonl"), &[copy]);
    assert_eq!(dedupe(path, &check).status.code(), Some(1));
}

/// A check passed although somebody had removed all documents of the index.
#[test]
fn a_check_against_an_index_without_documents_fails() {
    let folder = corpus(&records()[..40]);
    let path = folder.path();
    write(&path.join("one.jsonl"), &[record(1)]);
    succeed(path, &["index", "add", "a.idx", "one.jsonl"]);
    succeed(path, &["index", "remove", "a.idx", "d001"]);
    fails(
        path,
        &["check", "part1.jsonl", "--against", "a.idx"],
        "a.idx: the index has no documents, so nothing was compared",
    );
}

/// Two feeds number their items from 1. The item 1 of the second one took the place of that of the first one, so that a copy
/// of the latter passed without a word.
#[test]
fn a_document_that_replaces_an_unlike_one_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let words = |of: &str| -> String { (0..80).map(|n| format!("{of}{n} ")).collect() };
    let item = |id: &str, of: &str| json!({"id": id, "text": words(of)});
    write(
        &path.join("a.jsonl"),
        &[item("1", "bridge"), item("3", "harbour")],
    );
    write(
        &path.join("b.jsonl"),
        &[item("1", "strike"), item("2", "bridge")],
    );
    let mut update = item("3", "harbour");
    update["text"] = json!(format!("{} and an update", words("harbour")));
    write(&path.join("update.jsonl"), &[update]);
    succeed(path, &["index", "add", "a.idx", "a.jsonl"]);

    let warning = "b.jsonl:1: the index has another document with the id \"1\"";
    let check = ["check", "b.jsonl", "--against", "a.idx"];
    let found = report(path, &check);
    assert_eq!(found["warnings"][0]["code"], "duplicate-id");
    assert_eq!(found["warnings"].as_array().unwrap().len(), 1);
    for line in [&check[..], &["index", "query", "a.idx", "b.jsonl"]] {
        let output = dedupe(path, line);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(warning), "{said}");
    }
    // A version of a story is expected.
    for line in [
        &["check", "update.jsonl", "--against", "a.idx"][..],
        &["index", "query", "a.idx", "update.jsonl"],
        &["index", "add", "a.idx", "update.jsonl"],
    ] {
        let said = succeed(path, line);
        assert!(!said.contains("warning"), "{said}");
    }
    let said = succeed(path, &["index", "add", "a.idx", "b.jsonl"]);
    assert!(
        said.contains(warning) && said.contains("1 new version"),
        "{said}"
    );
}

#[test]
fn a_query_answers_as_a_check_does() {
    let records = records();
    let folder = corpus(&records[..70]);
    succeed(
        folder.path(),
        &["index", "add", "a.idx", "all.jsonl", "--dictionary", "d"],
    );
    write(&folder.path().join("new.jsonl"), &records[70..]);
    let output = dedupe(folder.path(), &["index", "query", "a.idx", "new.jsonl"]);
    assert_eq!(output.status.code(), Some(0));
    let answers: Value = serde_json::from_slice(&output.stdout).unwrap();
    let answers = answers.as_array().unwrap();
    assert_eq!(answers.len(), 30);
    let whole = report(
        folder.path(),
        &["all.jsonl", "new.jsonl", "--dictionary", "d"],
    );
    let mut duplicates = 0;
    for answer in answers {
        let own = |cluster: &&Value| {
            let members = cluster["members"].as_array().unwrap();
            members.iter().any(|member| member["id"] == answer["id"])
        };
        let clusters: Vec<&Value> = whole["clusters"]
            .as_array()
            .unwrap()
            .iter()
            .filter(own)
            .collect();
        let ids =
            |clusters: &[&Value]| clusters.iter().map(|c| c["id"].clone()).collect::<Vec<_>>();
        let found: Vec<&Value> = answer["clusters"].as_array().unwrap().iter().collect();
        assert_eq!(ids(&found), ids(&clusters));
        assert_eq!(answer["duplicate"], !clusters.is_empty());
        assert_eq!(answer["epoch"], 1);
        if let Some(cluster) = clusters.first() {
            duplicates += 1;
            assert_eq!(answer["publishers"], cluster["publishers"]);
            let members = cluster["members"].as_array().unwrap();
            let member = members
                .iter()
                .find(|member| member["id"] == answer["id"])
                .unwrap();
            assert_eq!(answer["spans"], member["spans"]);
            if member["relation"] != "representative" {
                assert_eq!(answer["of"], cluster["representative"]);
                assert_eq!(answer["relation"], member["relation"]);
                assert_eq!(answer["containment"], member["containment"]);
            }
        }
    }
    assert!(duplicates > 5, "{duplicates}");
}

/// The answers of a query.
fn query(folder: &Path, line: &[&str]) -> Vec<Value> {
    let output = dedupe(folder, &[&["index", "query"], line].concat());
    assert_eq!(output.status.code(), Some(0), "{line:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_query_for_documents_of_the_index_says_so_and_answers_about_their_copies() {
    let folder = corpus(&records());
    let path = folder.path();
    succeed(
        path,
        &["index", "add", "a.idx", "all.jsonl", "--dictionary", "d"],
    );
    // With other fields, which do not count: they are those of the index.
    let mut held = record(3);
    held["date"] = json!("1999-01-01");
    let mut version = record(12);
    version["text"] = json!(format!("{} and more", version["text"].as_str().unwrap()));
    let mut new = record(5);
    new["id"] = json!("new");
    let asked = [held, version, new];
    write(&path.join("asked.jsonl"), &asked);
    let answers = query(path, &["a.idx", "asked.jsonl"]);
    let changes: Vec<&Value> = answers.iter().map(|answer| &answer["change"]).collect();
    assert_eq!(changes, ["known", "version", "new"]);
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    assert_eq!(ids, ["d003", "d012", "new"]);
    // The same as in a run over the index with the new version and the new document.
    let mut all = records();
    all[12] = asked[1].clone();
    all.push(asked[2].clone());
    write(&path.join("after.jsonl"), &all);
    let after = report(path, &["after.jsonl", "--dictionary", "d"]);
    for answer in &answers {
        let clusters = after["clusters"].as_array().unwrap().iter();
        let own = clusters.filter(|cluster| {
            let mut members = cluster["members"].as_array().unwrap().iter();
            members.any(|member| member["id"] == answer["id"])
        });
        let expected: Vec<Vec<&Value>> = own
            .map(|cluster| {
                let members = cluster["members"].as_array().unwrap().iter();
                members.map(|member| &member["id"]).collect()
            })
            .collect();
        let found = answer["clusters"].as_array().unwrap().iter();
        let found: Vec<Vec<&Value>> = found
            .map(|story| story["members"].as_array().unwrap().iter().collect())
            .collect();
        assert_eq!(found, expected);
    }
    let has_copy = |answer: &Value| answer["duplicate"] == json!(true);
    assert!(has_copy(&answers[0]) && has_copy(&answers[2]));
    // A document alone that the index has.
    let one = query(path, &["a.idx", "asked.jsonl"])[0].clone();
    write(&path.join("held.jsonl"), &asked[..1]);
    let alone = query(path, &["a.idx", "held.jsonl"]);
    assert_eq!(alone[0]["change"], "known");
    assert_eq!(alone[0]["duplicate"], json!(true));
    assert_eq!(alone[0]["of"], one["of"]);
    let text = dedupe(
        path,
        &["index", "query", "a.idx", "held.jsonl", "-f", "text"],
    );
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.starts_with("d003, already in the index: "), "{text}");
}

#[test]
fn the_report_of_an_index_is_that_of_a_run_and_has_the_texts() {
    let folder = corpus(&records());
    let path = folder.path();
    succeed(
        path,
        &["index", "add", "a.idx", "all.jsonl", "--dictionary", "d"],
    );
    let expected = report(path, &["all.jsonl", "--dictionary", "d"]);
    let output = dedupe(path, &["report", "a.idx", "-f", "json"]);
    assert_eq!(output.status.code(), Some(0));
    assert_same(serde_json::from_slice(&output.stdout).unwrap(), expected);
    // The side-by-side reading needs no file besides the index.
    fs::remove_file(path.join("all.jsonl")).unwrap();
    let said = succeed(path, &["report", "a.idx", "-o", "report.html"]);
    assert_eq!(said, "");
    let page = fs::read_to_string(path.join("report.html")).unwrap();
    assert!(page.contains("story3w7"));
    fails(path, &["report", "none.idx"], "none.idx");
}

#[test]
fn an_index_keeps_its_rules_and_refuses_others() {
    let folder = corpus(&records());
    let path = folder.path();
    let rules = [
        "--threshold",
        "0.8",
        "--min-passage",
        "30",
        "--keep",
        "earliest",
    ];
    succeed(
        path,
        &[&["index", "add", "a.idx", "part0.jsonl"][..], &rules].concat(),
    );
    // No later command needs them.
    succeed(path, &["index", "add", "a.idx", "part1.jsonl"]);
    succeed(
        path,
        &["index", "add", "a.idx", "part2.jsonl", "--threshold", "0.8"],
    );
    succeed(path, &["index", "verify", "a.idx"]);
    let info = dedupe(path, &["index", "info", "a.idx"]).stdout;
    let info: Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(
        info["rules"],
        "--threshold 0.8 --min-passage 30 --shingle 5 --keep earliest"
    );
    let check = ["check", "part3.jsonl", "--against", "a.idx"];
    let found = without_paths(report(path, &check));
    assert_eq!(found["parameters"]["threshold"], json!(0.8));
    let parts =
        [0, 1, 2].map(|part| fs::read_to_string(path.join(format!("part{part}.jsonl"))).unwrap());
    fs::write(path.join("parts.jsonl"), parts.concat()).unwrap();
    let files = [
        "check",
        "part3.jsonl",
        "--against",
        "parts.jsonl",
        "--dictionary",
        "a.idx",
    ];
    let expected = without_paths(report(path, &[&files[..], &rules].concat()));
    assert_eq!(found["matches"], expected["matches"]);
    assert_eq!(found["parameters"], expected["parameters"]);
    let refused = "the index was created with --threshold 0.8, not with --threshold 0.5";
    let given = ["--threshold", "0.5"];
    fails(path, &[&check[..], &given].concat(), refused);
    fails(
        path,
        &[&["index", "add", "a.idx", "part3.jsonl"][..], &given].concat(),
        refused,
    );
    // The index learnt from fewer documents.
    let other = ["--dictionary", "d"];
    let refused = "the index has another dictionary than the given one";
    fails(path, &[&check[..], &other].concat(), refused);
    let add = ["index", "add", "a.idx", "part3.jsonl"];
    fails(path, &[&add[..], &other].concat(), refused);
    fs::write(path.join("dedupe.toml"), "keep = \"best\"\n").unwrap();
    let configured = [
        &["index", "add", "a.idx", "part3.jsonl"][..],
        &["--config", "dedupe.toml"],
    ];
    let refused = "the index was created with --keep earliest, not with --keep best";
    fails(path, &configured.concat(), refused);
    let within = [&check[..], &["--within", "3"]].concat();
    fails(path, &within, "cannot be used with --within");
    for command in ["query", "info", "verify"] {
        let output = dedupe(path, &["index", command, "--help"]);
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(
            !help.contains("--threshold") && !help.contains("--within"),
            "{help}"
        );
    }
}

#[test]
fn versions_are_listed_in_order_and_compacting_begins_an_epoch() {
    let folder = corpus(&records());
    succeed(folder.path(), &["index", "add", "a.idx", "all.jsonl"]);
    let mut changed = record(5);
    changed["text"] = json!(format!(
        "{} and more words follow",
        changed["text"].as_str().unwrap()
    ));
    write(&folder.path().join("changed.jsonl"), &[changed]);
    succeed(folder.path(), &["index", "add", "a.idx", "changed.jsonl"]);
    let output = dedupe(folder.path(), &["index", "history", "a.idx", "d005"]);
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["relation"], Value::Null);
    assert_eq!(
        lines[1]["words"].as_u64().unwrap(),
        lines[0]["words"].as_u64().unwrap() + 4
    );
    assert_eq!(
        (&lines[1]["relation"], &lines[1]["containment_before"]),
        (&json!("near"), &json!(1.0))
    );

    let said = succeed(folder.path(), &["index", "compact", "a.idx"]);
    assert!(said.contains("epoch 2"), "{said}");
    let output = dedupe(
        folder.path(),
        &["index", "export", "a.idx", "-o", "exported.jsonl"],
    );
    assert_eq!(output.status.code(), Some(0));
    let expected = report(folder.path(), &["exported.jsonl"]);
    assert_same(whole(&folder.path().join("a.idx")), expected);
    let info = dedupe(folder.path(), &["index", "info", "a.idx", "--counts"]).stdout;
    let info: Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(
        (&info["epoch"], &info["documents"]),
        (&json!(2), &json!(100))
    );
}

fn fails(folder: &Path, line: &[&str], message: &str) {
    let output = dedupe(folder, line);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{line:?}: {said}");
    assert!(said.contains(message), "{line:?}: {said}");
    assert!(!said.contains("panicked"), "{said}");
}

/// The second one waits until the first one has created the index, and adds to it. It reads its input only once.
#[test]
fn two_first_additions_both_store_their_documents() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let records = records();
    let begin = || {
        std::process::Command::new(env!("CARGO_BIN_EXE_dedupe"))
            .current_dir(path)
            .args(["index", "add", "a.idx", "-"])
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    let end = |mut child: std::process::Child, records: &[Value]| {
        let mut input = child.stdin.take().unwrap();
        for record in records {
            writeln!(input, "{record}").unwrap();
        }
        drop(input);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        said
    };
    let first = begin();
    while !path.join("a.idx/store/lock").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let second = begin();
    std::thread::sleep(std::time::Duration::from_millis(300));
    let said = end(first, &records[..10]);
    assert!(said.contains("index created: 10 new documents"), "{said}");
    let said = end(second, &records[10..30]);
    assert!(!said.contains("index created"), "{said}");
    assert!(said.contains("the index has 30 documents now"), "{said}");
}

#[test]
fn a_first_addition_that_reads_nothing_says_why_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let add = ["index", "add", "a.idx", "missing.txt"];
    fails(folder.path(), &add, "missing.txt: ");
    fails(
        folder.path(),
        &add,
        "a.idx: no document could be read, so the index was not created",
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_is_no_usable_index_is_refused_with_a_reason() {
    let folder = corpus(&records()[..40]);
    let query = |index| ["index", "query", index, "part1.jsonl"];
    fails(
        folder.path(),
        &query("none.idx"),
        "none.idx: there is no index",
    );
    fails(
        folder.path(),
        &query("none.idx"),
        "create it with: dedupe index add none.idx ./news",
    );
    fails(folder.path(), &query("all.jsonl"), "this is not an index");
    fails(
        folder.path(),
        &["index", "add", "no/folder/a.idx", "part1.jsonl"],
        "the folder no/folder does not exist",
    );
    fails(
        folder.path(),
        &["index", "add", "all.jsonl", "part1.jsonl"],
        "this is not an index",
    );
    fs::create_dir(folder.path().join("mine")).unwrap();
    fs::write(folder.path().join("mine/notes"), "x").unwrap();
    fails(
        folder.path(),
        &["index", "add", "mine", "part1.jsonl"],
        "this is not an index",
    );
    fails(
        folder.path(),
        &["index", "add", "w.idx", "all.jsonl", "--within", "3"],
        "unexpected argument '--within'",
    );
    fails(
        folder.path(),
        &["index", "add", "e.idx", "nothing"],
        "no document could be read",
    );
    assert!(!folder.path().join("e.idx").exists());

    succeed(folder.path(), &["index", "add", "a.idx", "all.jsonl"]);
    fails(
        folder.path(),
        &["index", "remove", "a.idx", "d001", "nobody"],
        "no document has the id nobody",
    );
    succeed(folder.path(), &["index", "verify", "a.idx"]);
    let said = succeed(folder.path(), &["index", "remove", "a.idx", "d003", "d003"]);
    assert!(said.contains("1 document removed"), "{said}");
    let both = [
        "check",
        "part1.jsonl",
        "--against",
        "a.idx",
        "--against",
        "all.jsonl",
    ];
    fails(folder.path(), &both, "and other archives at once");

    // Another process has it open for writing. Readers need not wait.
    let path = folder.path().join("a.idx");
    let archive = Archive::open_for_writing(&path, CACHE).unwrap();
    fails(
        folder.path(),
        &["index", "add", "a.idx", "part1.jsonl"],
        "another process is writing to the index",
    );
    succeed(folder.path(), &query("a.idx"));
    succeed(folder.path(), &["index", "info", "a.idx"]);
    drop(archive);
    succeed(folder.path(), &["index", "add", "a.idx", "part1.jsonl"]);

    let marker = folder.path().join("a.idx/dedupe-index");
    let text = fs::read_to_string(&marker).unwrap();
    fs::write(&marker, text.replace("format 9", "format 2")).unwrap();
    fails(
        folder.path(),
        &query("a.idx"),
        "the index has format 2, expected 9",
    );
    fs::write(&marker, text).unwrap();
    damage(&folder.path().join("a.idx/store"));
    fails(folder.path(), &query("a.idx"), "the index is damaged");
}

/// Cuts off the end of each file.
fn damage(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            damage(&path);
        } else if let length @ 10.. = fs::metadata(&path).unwrap().len() {
            let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
            file.set_len(length / 2).unwrap();
        }
    }
}

#[test]
fn the_fixtures_give_the_same_stories() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("a.idx");
    let index = index.to_str().unwrap();
    let wire = ["./fixtures/wire"];
    succeed(
        root(),
        &[
            &["index", "add", index][..],
            &["./fixtures/archive.jsonl.gz", "./fixtures/syndicated.jsonl"],
        ]
        .concat(),
    );
    succeed(root(), &[&["index", "add", index][..], &wire].concat());
    let all = [
        "./fixtures/archive.jsonl.gz",
        "./fixtures/syndicated.jsonl",
        "./fixtures/wire",
    ];
    let expected = report(root(), &[&all[..], &["--dictionary", index]].concat());
    let mut found = whole(Path::new(index));
    // What the runs of index add could not use is not in the index.
    for part in ["empty", "skipped", "ignored"] {
        found["summary"][part] = expected["summary"][part].clone();
    }
    let paths = |report: &Value| report["clusters"].clone();
    assert_eq!(paths(&found), paths(&expected));
    assert_same(found, expected);
}

#[test]
fn an_index_is_no_corpus() {
    let folder = corpus(&records()[..40]);
    let path = folder.path();
    succeed(path, &["index", "add", "a.idx", "part1.jsonl"]);
    let message = "a.idx is an index, not documents";
    for line in [
        &["a.idx"][..],
        &["export", "a.idx"],
        &["index", "add", "b.idx", "a.idx"],
    ] {
        fails(path, line, message);
    }
    // A walk passes over it.
    fs::remove_file(path.join("d")).unwrap();
    fs::remove_file(path.join("learnt.json")).unwrap();
    let found = report(path, &["."]);
    assert!(!found.to_string().contains("a.idx"), "{found}");
    assert_eq!(found["summary"]["documents"], 80);
}

/// Records of an index once had a region of no bytes at the beginning of their file.
#[test]
fn a_record_of_an_index_has_a_line_and_no_bytes_in_sarif() {
    let folder = corpus(&records()[..40]);
    let path = folder.path();
    succeed(path, &["index", "add", "a.idx", "part1.jsonl"]);
    let check = ["check", "part2.jsonl", "--against", "a.idx", "-f", "sarif"];
    let found = dedupe(path, &check);
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    let results = found["runs"][0]["results"].as_array().unwrap();
    let related = results
        .iter()
        .flat_map(|r| r["relatedLocations"].as_array().unwrap());
    let places: Vec<&Value> = related.map(|r| &r["physicalLocation"]).collect();
    let archived = places
        .iter()
        .filter(|p| p["artifactLocation"]["uri"] == "part1.jsonl");
    let regions: Vec<&Value> = archived.map(|place| &place["region"]).collect();
    assert!(!regions.is_empty());
    for region in regions {
        assert!(
            region["startLine"].is_u64() && region["byteOffset"].is_null(),
            "{region}"
        );
    }
}
