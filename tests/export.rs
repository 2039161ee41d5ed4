//! `dedupe export`: kept documents, dropped documents and the manifest.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use support::{argument, dedupe, list, number, relation, report, root, string};

/// The values of a JSON Lines file.
fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// An export of a corpus, with its manifest.
struct Export {
    folder: tempfile::TempDir,
    dropped: Vec<Value>,
    counts: Value,
}

impl Export {
    fn new(from: &Path, paths: &[&str], extra: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [out, manifest] = ["out.jsonl", "dropped.jsonl"].map(|name| folder.path().join(name));
        let to = ["-o", argument(&out), "--manifest", argument(&manifest)];
        let output = dedupe(from, &[&["export"], paths, &to, extra].concat());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 3)), "{errors}");
        let mut dropped = lines(&manifest);
        let counts = dropped.pop().unwrap();
        assert_eq!(counts["type"], "summary");
        let skipped = dropped
            .iter()
            .filter(|row| row["type"] == "skipped")
            .count();
        assert_eq!(skipped as f64, number(&counts, "skipped"));
        dropped.retain(|row| row["type"] == "dropped");
        let export = Self {
            folder,
            dropped,
            counts,
        };
        export.check_counts();
        export
    }

    fn out(&self) -> std::path::PathBuf {
        self.folder.path().join("out.jsonl")
    }

    fn count(&self, name: &str) -> usize {
        number(&self.counts, name) as usize
    }

    fn kept(&self) -> Vec<Value> {
        lines(&self.out())
    }

    /// Checks that the counts add up and that every stand-in is kept.
    fn check_counts(&self) {
        let parts = ["kept", "dropped", "skipped"].map(|name| self.count(name));
        assert_eq!(parts.iter().sum::<usize>(), self.count("read"));
        assert_eq!(self.dropped.len(), self.count("dropped"));
        let kinds = ["exact", "near", "contained", "versions"].map(|name| self.count(name));
        assert_eq!(kinds.iter().sum::<usize>(), self.count("dropped"));
        let dropped: HashSet<&str> = self.dropped.iter().map(|row| string(row, "id")).collect();
        for row in &self.dropped {
            assert!(!dropped.contains(string(row, "stand_in")), "{row}");
        }
        assert_eq!(self.kept().len(), self.count("kept"));
    }

    /// Checks that a second export drops nothing, and that the output has no exact or near copies.
    fn check_clean(&self, extra: &[&str]) {
        let again = Self::new(self.folder.path(), &["out.jsonl"], extra);
        assert_eq!(again.count("dropped"), 0, "{:?}", again.dropped.first());
        assert!(fs::read(again.out()).unwrap() == fs::read(self.out()).unwrap());
        let found = report(self.folder.path(), &["out.jsonl"]);
        for found in list(&found, "matches") {
            assert!(
                !["exact", "near"].contains(&string(found, "relation")),
                "{found}"
            );
        }
    }
}

const CORPUS: [&str; 3] = [
    "./fixtures/archive.jsonl.gz",
    "./fixtures/syndicated.jsonl",
    "./fixtures/wire",
];

#[test]
fn output_has_no_copies_and_a_second_export_drops_nothing() {
    for drop in ["exact", "near", "contained", "exact,near"] {
        let extra = ["--drop", drop];
        let export = Export::new(root(), &CORPUS, &extra);
        if drop != "exact" {
            export.check_clean(&extra);
            assert!(export.count("near") > 0);
        }
        assert_eq!(export.count("contained") > 0, drop == "contained");
    }
}

#[test]
fn the_documents_to_keep_are_those_that_the_report_names() {
    for keep in ["best", "earliest", "longest", "first"] {
        let line = [&CORPUS[..], &["--keep", keep]].concat();
        let found = report(root(), &line);
        let list_kept = [&["export"], &line[..], &["--list", "keep"]].concat();
        let kept = String::from_utf8(dedupe(root(), &list_kept).stdout).unwrap();
        let kept: HashSet<&str> = kept.lines().collect();
        for cluster in list(&found, "clusters") {
            let representative = string(cluster, "representative");
            assert!(kept.contains(representative), "{keep} {representative}");
        }
    }
}

/// A preview and the full story, which has been written anew, with one headline. Neither has half of the other.
#[test]
fn a_preview_does_not_stand_for_the_full_story() {
    let folder = tempfile::tempdir().unwrap();
    let words = |range: std::ops::Range<u32>| -> String {
        let word = |k: u32| format!("w{} ", k.wrapping_mul(2_654_435_761));
        range.map(word).collect()
    };
    // The full story has the second half of the preview, in pieces.
    let pieces = (0..4).map(|n| words(70 + 15 * n..85 + 15 * n) + &words(900 + 5 * n..905 + 5 * n));
    let full = pieces.collect::<String>() + &words(130..330);
    let texts = [("a-preview", words(0..130)), ("b-full", full)];
    let line = |(id, text): &(&str, String)| {
        json!({"id": id, "title": "Storm closes the harbour", "text": text}).to_string() + "\n"
    };
    let lines: String = texts.iter().map(line).collect();
    fs::write(folder.path().join("a.jsonl"), lines).unwrap();
    // The preview is the first and the earliest, but it cannot stand for the full story.
    for keep in ["best", "earliest", "longest", "first"] {
        let found = report(folder.path(), &["a.jsonl", "--keep", keep]);
        let cluster = &list(&found, "clusters")[0];
        assert_eq!(string(cluster, "representative"), "b-full", "{keep}");
        let options = ["--keep", keep, "--drop", "version"];
        let export = Export::new(folder.path(), &["a.jsonl"], &options);
        assert_eq!(string(&export.kept()[0], "id"), "b-full", "{keep}");
        assert_eq!(export.count("versions"), 1);
    }
}

#[test]
fn dropped_documents_match_their_stand_ins() {
    let report = report(root(), &CORPUS);
    let export = Export::new(root(), &CORPUS, &["--drop", "contained"]);
    for row in &export.dropped {
        let (id, stand_in) = (string(row, "id"), string(row, "stand_in"));
        if row.get("through").is_none() {
            assert_eq!(
                relation(&report, id, stand_in),
                row["relation"].as_str(),
                "{row}"
            );
        }
    }
}

#[test]
fn lines_are_copied_byte_for_byte_and_files_become_records() {
    let export = Export::new(
        root(),
        &["./fixtures/syndicated.jsonl", "./fixtures/wire"],
        &[],
    );
    let input = fs::read_to_string(root().join("fixtures/syndicated.jsonl")).unwrap();
    let input: HashSet<&str> = input.lines().collect();
    let written = fs::read_to_string(export.out()).unwrap();
    let mut files = 0;
    for line in written.lines() {
        if !input.contains(line) {
            files += 1;
            let record: Value = serde_json::from_str(line).unwrap();
            let path = string(&record, "id");
            let text = fs::read_to_string(root().join(path)).unwrap();
            assert_eq!(string(&record, "text"), text, "{path}");
        }
    }
    assert_eq!(files, 5);
}

/// Other fields, blanks, escapes and bytes that are not UTF-8 are copied. Only the line break changes.
#[test]
fn unusual_lines_are_copied_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let odd = b"  {\"n\":1.50, \"text\" : \"caf\\u00e9 \xE9 one two\",\"id\":7}\r\n[1]\n\n\xEF\xBB\xBF{\"text\":\"three\"}";
    fs::write(folder.path().join("odd.jsonl"), odd).unwrap();
    let output = dedupe(folder.path(), &["export", "odd.jsonl", "-o", "out.jsonl"]);
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains(
            "read 3: kept 2, dropped 0 (0 exact, 0 near, 0 contained, 0 versions), skipped 1"
        ),
        "{said}"
    );
    let written = fs::read(folder.path().join("out.jsonl")).unwrap();
    let expected = b"  {\"n\":1.50, \"text\" : \"caf\\u00e9 \xE9 one two\",\"id\":7}\n\xEF\xBB\xBF{\"text\":\"three\"}\n";
    assert_eq!(written, expected);
}

#[test]
fn manifest_lists_skipped_lines() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("a.jsonl"),
        "{\"text\":\"one\"}\n[1]\n{\n",
    )
    .unwrap();
    let export = Export::new(folder.path(), &["a.jsonl"], &[]);
    assert_eq!(export.count("skipped"), 2);
}

#[test]
fn records_use_the_given_field_names() {
    let folder = tempfile::tempdir().unwrap();
    let words: Vec<String> = (0..90u32)
        .map(|k| format!("w{}", k.wrapping_mul(2_654_435_761)))
        .collect();
    fs::write(folder.path().join("a.txt"), words.join(" ")).unwrap();
    let record = json!({"guid": "g", "body": words.join("\n")}).to_string() + "\n";
    let arguments = [
        "export",
        "-",
        "a.txt",
        "--text-field",
        "body",
        "--id-field",
        "guid",
    ];
    let mut process = std::process::Command::new(assert_cmd::cargo::cargo_bin("dedupe"));
    process.args(arguments).current_dir(folder.path());
    process
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = process.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(record.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let written = String::from_utf8(output.stdout).unwrap();
    let kept: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(kept.len(), 1, "{written}");
    assert!(
        kept[0].get("body").is_some() && kept[0].get("guid").is_some(),
        "{written}"
    );
}

#[test]
fn list_prints_ids_of_kept_or_dropped_documents() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.txt", "b c.txt"] {
        fs::write(folder.path().join(name), "one story in two files").unwrap();
    }
    let run = |extra: &[&str]| {
        let output = dedupe(folder.path(), &[&["export", ".", "--list"], extra].concat());
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(run(&["keep"]), "./a.txt\n");
    assert_eq!(run(&["drop"]), "./b c.txt\n");
    assert_eq!(run(&["drop", "-0"]), "./b c.txt\0");
    let alone = dedupe(folder.path(), &["export", ".", "-0"]);
    assert_eq!(alone.status.code(), Some(2));
    let said = String::from_utf8(alone.stderr).unwrap();
    assert!(said.contains("--list"), "{said}");
    let entries = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(entries, 2, "no file is created or deleted");
}

#[test]
fn outputs_never_replace_an_input() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.jsonl"), "{\"text\":\"one two\"}").unwrap();
    for line in [
        &["export", "a.jsonl", "-o", "a.jsonl"][..],
        &[
            "export",
            "a.jsonl",
            "-o",
            "b.jsonl",
            "--manifest",
            "a.jsonl",
        ],
    ] {
        let output = dedupe(folder.path(), line);
        assert_eq!(output.status.code(), Some(2), "{line:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// Near copies of one story may differ in length by half. The export keeps the longest one, for any order of
/// ids.
#[test]
fn longest_near_copy_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let words: Vec<String> = (0..300u32)
        .map(|k| format!("w{}", k.wrapping_mul(2_654_435_761)))
        .collect();
    let record =
        |id: &str, count: usize| json!({"id": id, "text": words[..count].join(" ")}).to_string();
    let corpus = [
        record("a", 160),
        record("b", 175),
        record("c", 300),
        record("d", 170),
    ];
    fs::write(folder.path().join("feed.jsonl"), corpus.join("\n")).unwrap();
    let export = Export::new(folder.path(), &["feed.jsonl"], &[]);
    let kept: Vec<String> = export
        .kept()
        .iter()
        .map(|r| string(r, "id").to_owned())
        .collect();
    assert_eq!(kept, ["c"]);
}

/// One more word does not make `export` keep another document than the representative, even if the rounded lengths
/// differ. A copy that is more than 25% longer is kept instead.
#[test]
fn representative_is_kept_unless_a_copy_is_much_longer() {
    let words = |count: u32| {
        let words = (0..count).map(|k| format!("w{}", k.wrapping_mul(2_654_435_761)));
        words.collect::<Vec<_>>().join(" ")
    };
    for count in [160, 169, 211, 264] {
        for (more, longer_is_kept) in [(1, false), (count / 3, true)] {
            let folder = tempfile::tempdir().unwrap();
            let record =
                |id: &str, date: &str, count| json!({"id": id, "date": date, "text": words(count)});
            let corpus = [
                record("early", "2021-01-01", count),
                record("late", "2021-01-02", count + more),
            ];
            let lines = corpus.map(|record| record.to_string()).join("\n");
            fs::write(folder.path().join("feed.jsonl"), lines).unwrap();
            let found = report(folder.path(), &["feed.jsonl"]);
            let kept = string(&list(&found, "clusters")[0], "representative").to_owned();
            let export = Export::new(folder.path(), &["feed.jsonl"], &[]);
            let expected = if longer_is_kept { "late" } else { &kept };
            assert_eq!(
                string(&export.kept()[0], "id"),
                expected,
                "{count} and {more} more"
            );
            assert_eq!(export.count("kept"), 1);
        }
    }
}

/// Generated corpora with known copies.
mod generated {
    use super::*;
    use std::process::Command;

    /// Generates a corpus from real news with the tool in the folder next to the project.
    #[allow(clippy::print_stderr)]
    fn corpus(seed: &str) -> Option<tempfile::TempDir> {
        let tool = support::shared("tools/syndicate.py")?;
        let articles = support::shared("data/reuters/docs.jsonl.zst")?;
        let slow = std::env::var_os("DEDUPE_SLOW_TESTS").is_some_and(|value| value == "1");
        if !slow {
            eprintln!("skipped: slow, runs with DEDUPE_SLOW_TESTS=1");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let plain = folder.path().join("reuters.jsonl");
        let packed = fs::File::open(articles).unwrap();
        zstd::stream::copy_decode(packed, fs::File::create(&plain).unwrap()).unwrap();
        let made = folder.path().join("made");
        let status = Command::new("python3")
            .arg(tool)
            .args([&made, &plain])
            .args(["--seed", seed, "--stories", "600", "--fillers", "600"])
            .stdout(Stdio::null())
            .status();
        if !status.is_ok_and(|status| status.success()) {
            eprintln!("skipped: python3 generated no corpus");
            return None;
        }
        Some(folder)
    }

    /// The rows of a TSV file.
    fn rows(table: &Path) -> Vec<Vec<String>> {
        let text = fs::read_to_string(table).unwrap();
        let row = |line: &str| line.split('\t').map(str::to_owned).collect();
        text.lines().map(row).collect()
    }

    /// A kept document contains each story, and a cut replaces a whole story only if it contains most of it.
    #[test]
    fn every_story_is_kept() {
        for seed in ["2", "3"] {
            let Some(folder) = corpus(seed) else {
                return;
            };
            let made = folder.path().join("made");
            let export = Export::new(&made, &["docs.jsonl"], &[]);
            export.check_clean(&[]);
            assert!(export.count("dropped") > 300, "{}", export.counts);

            let kept = export.kept();
            let kept: HashSet<&str> = kept.iter().map(|record| string(record, "id")).collect();
            let mut carried: HashMap<String, bool> = HashMap::new();
            for row in rows(&made.join("stories.tsv")) {
                *carried.entry(row[1].clone()).or_default() |= kept.contains(row[0].as_str());
            }
            assert!(carried.len() > 1_000 && carried.values().all(|kept| *kept));

            let truth = rows(&made.join("truth.tsv")).into_iter();
            let cuts = truth.filter(|row| row[2] == "trunc");
            let cuts: HashSet<(String, String)> =
                cuts.map(|row| (row[0].clone(), row[1].clone())).collect();
            for row in &export.dropped {
                let pair = ["id", "stand_in"].map(|name| string(row, name).to_owned());
                if cuts.contains(&pair.into()) {
                    assert!(number(row, "containment") > 0.75, "{row}");
                }
            }
        }
    }
}

#[test]
fn a_memory_budget_and_a_folder_for_temporary_files_do_not_change_the_export() {
    let folder = tempfile::tempdir().unwrap();
    let run = |extra: &[&str]| {
        let line = [&["export", "fixtures/syndicated.jsonl"], extra].concat();
        let output = dedupe(root(), &line);
        assert!(output.status.success());
        output.stdout
    };
    let plain = run(&[]);
    assert!(!plain.is_empty());
    let temporary = argument(folder.path());
    assert_eq!(run(&["--memory", "64M", "--temp-dir", temporary]), plain);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let line = [
        "export",
        "fixtures/syndicated.jsonl",
        "--temp-dir",
        "missing/folder",
    ];
    let missing = dedupe(root(), &line);
    assert!(!missing.status.success(), "the folder is not used");
}

/// Exports paths to a file of this name, and returns its path.
fn exported(folder: &Path, paths: &[&str], name: &str) -> std::path::PathBuf {
    let output = dedupe(folder, &[&["export"], paths, &["-q", "-o", name]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{name}: {errors}");
    folder.join(name)
}

/// A text of distinct words.
fn words_of(seed: u32) -> String {
    (0..120).map(|n| format!("word{seed}x{n} ")).collect()
}

#[cfg(all(feature = "parquet", feature = "tables"))]
#[test]
fn tables_keep_all_columns_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let [one, two] = [1, 2].map(words_of);
    let table = format!("desk,body,rating\nnews,{one},5\nsport,{two},\nnews,{one},4\n");
    fs::write(folder.join("in.csv"), table).unwrap();
    let lines = fs::read_to_string(exported(folder, &["in.csv"], "out.jsonl")).unwrap();
    let first = lines.lines().next().unwrap();
    assert_eq!(
        first,
        format!(r#"{{"desk":"news","body":"{one}","rating":"5","id":"in.csv:2"}}"#)
    );
    assert_eq!(lines.lines().count(), 2);
    let csv = fs::read_to_string(exported(folder, &["in.csv"], "out.csv")).unwrap();
    assert_eq!(
        csv,
        format!("desk,body,rating,id\nnews,{one},5,in.csv:2\nsport,{two},,in.csv:3\n")
    );
    // What a run reads of the table is what it reads of its copy.
    let again = fs::read_to_string(exported(folder, &["out.csv"], "again.csv")).unwrap();
    assert_eq!(again, csv);
}

/// The second of two columns of one name was lost without a word.
#[cfg(feature = "tables")]
#[test]
fn two_columns_of_one_name_are_both_kept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text: String = (0..60).map(|n| format!("word{n} ")).collect();
    let text = text.trim_end();
    let table = format!("id,tag,text,tag\n1,x,{text},y\n");
    fs::write(folder.join("in.csv"), table).unwrap();
    let csv = fs::read_to_string(exported(folder, &["in.csv"], "out.csv")).unwrap();
    assert_eq!(csv, format!("id,tag,text,tag (2)\n1,x,{text},y\n"));
    let lines = fs::read_to_string(exported(folder, &["in.csv"], "out.jsonl")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(
        (&record["tag"], &record["tag (2)"]),
        (&"x".into(), &"y".into())
    );
}

/// The text that was compared had another name in the output, which dropped a document because of the other column.
#[cfg(feature = "tables")]
#[test]
fn of_two_text_columns_the_one_that_was_read_keeps_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let [one, two, same] = [1, 2, 3].map(words_of);
    let table = format!("id,text,text\na,{one},{same}\nb,{two},{same}\nc,,{two}\nd,,{same}\n");
    fs::write(folder.join("in.csv"), table).unwrap();
    let csv = fs::read_to_string(exported(folder, &["in.csv"], "out.csv")).unwrap();
    assert_eq!(
        csv,
        format!("id,text,text (2)\na,{one},{same}\nb,{two},{same}\nd,{same},\n")
    );
}

#[cfg(feature = "parquet")]
#[test]
fn nested_columns_survive_parquet() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let record = |id: &str, seed: u32| {
        format!(
            r#"{{"id":"{id}","article":{{"body":"{}","by":{{"name":"Mara"}}}},"tags":["a",null,"b"],"none":[],"n":{seed}}}"#,
            words_of(seed)
        )
    };
    let lines = [record("a", 1), record("b", 2), record("c", 1)].join("\n") + "\n";
    fs::write(folder.join("in.jsonl"), &lines).unwrap();
    let field = ["--text-field", "article.body"];
    exported(folder, &[&["in.jsonl"], &field[..]].concat(), "one.parquet");
    exported(
        folder,
        &[&["one.parquet"], &field[..]].concat(),
        "two.parquet",
    );
    let back = exported(
        folder,
        &[&["two.parquet"], &field[..]].concat(),
        "back.jsonl",
    );
    let expected: String = lines
        .lines()
        .take(2)
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(fs::read_to_string(back).unwrap(), expected);
}

#[test]
fn a_name_of_another_format_is_refused_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), words_of(1)).unwrap();
    for name in ["clean.xlsx", "clean.txt", "clean.json"] {
        let output = dedupe(folder.path(), &["export", "a.txt", "-o", name]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            said.contains(&format!("cannot write a corpus to {name}")),
            "{said}"
        );
        assert!(said.contains(".jsonl, .csv, .tsv or .parquet"), "{said}");
        assert!(!folder.path().join(name).exists());
    }
    let unknown = dedupe(folder.path(), &["export", "a.txt", "-o", "clean.jsnol"]);
    let said = String::from_utf8(unknown.stderr).unwrap();
    assert!(
        said.contains("its extension is not that of a format"),
        "{said}"
    );
    let ids = dedupe(
        folder.path(),
        &["export", "a.txt", "--list", "keep", "-o", "ids.txt"],
    );
    assert_eq!(ids.status.code(), Some(0));
}

#[test]
fn an_object_of_a_json_file_keeps_all_its_fields() {
    let folder = tempfile::tempdir().unwrap();
    let text = words_of(1);
    let list =
        format!("[\n{{\n \"text\": \"{text}\",\n \"z\": {{\"y\": [1, null]}}, \"a\": 1.5\n}}\n]");
    fs::write(folder.path().join("in.json"), list).unwrap();
    let out = fs::read_to_string(exported(folder.path(), &["in.json"], "out.jsonl")).unwrap();
    let expected = format!(r#"{{"text":"{text}","z":{{"y":[1,null]}},"a":1.5,"id":"in.json"}}"#);
    assert_eq!(out.trim_end(), expected);
}

/// The id of the second row was replaced by the unique one of the report.
#[cfg(feature = "tables")]
#[test]
fn an_id_that_two_rows_state_stays() {
    let folder = tempfile::tempdir().unwrap();
    let rows = format!("id,text\nsame,{}\nsame,{}\n", words_of(1), words_of(2));
    fs::write(folder.path().join("in.csv"), &rows).unwrap();
    let out = fs::read_to_string(exported(folder.path(), &["in.csv"], "out.csv")).unwrap();
    assert_eq!(out, rows);
}
