//! Each option of each command does something: what a run prints or writes differs with and without it.
//!
//! `docs/options.md` lists the options. An option without a case here fails the test, and so does a case whose option is
//! gone. Other tests check in detail what an option does.

#![cfg(all(unix, feature = "parquet"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use Effect::{Adds, Removes};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use support::pages::{example, path};
use support::program;

/// What an option changes in what a command prints and writes.
enum Effect {
    /// The text is there only with the option.
    Adds(&'static str),
    /// The text is there only without the option.
    Removes(&'static str),
}

/// The name of a command, its arguments, an option with its value, and what the option changes.
type Case = (&'static str, &'static str, &'static str, Effect);

/// `dedupe serve` runs until it is stopped, so tests/serve.rs checks its options.
const SERVICE: &str = "dedupe serve";

const CASES: &[Case] = &[
    ("dedupe", "", "--files-from list", Adds("\"documents\":1,")),
    (
        "dedupe",
        "--files-from list0",
        "--null",
        Adds("\"documents\":2,"),
    ),
    (
        "dedupe",
        "news",
        "--threshold 0.9",
        Removes("\"contained\":1,"),
    ),
    (
        "dedupe",
        "quotes.jsonl",
        "--min-passage 70",
        Removes("\"relation\":\"overlap\""),
    ),
    (
        "dedupe",
        "misread.jsonl",
        "--shingle 3",
        Adds("\"relation\":\"near\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--keep first",
        Adds("\"representative\":\"a-new\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--prefer Herald",
        Adds("\"representative\":\"a-new\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--within 3",
        Removes("\"relation\":\"exact\""),
    ),
    ("dedupe", "news", "--format csv", Adds("cluster,")),
    ("dedupe", "news", "--output r.json", Adds("r.json: {")),
    (
        "dedupe",
        "updates.jsonl",
        "--cross-source-only",
        Removes("\"relation\":\"exact\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--fail-on near",
        Adds("exit code 1"),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--baseline known.json",
        Removes("\"relation\":\"exact\""),
    ),
    (
        "dedupe",
        "news",
        "--write-baseline b.json",
        Adds("b.json: {"),
    ),
    (
        "dedupe",
        "news --shingle 7",
        "--dictionary learnt.bin",
        Adds("error: cannot use the dictionary"),
    ),
    (
        "dedupe",
        "news",
        "--write-dictionary learnt",
        Adds("learnt: "),
    ),
    (
        "dedupe",
        "news --format text",
        "--color always",
        Adds("\u{1b}["),
    ),
    ("dedupe", "archive", "--quiet", Removes("dedupe: ")),
    ("dedupe", "news", "--timings", Adds("stage         seconds")),
    (
        "dedupe",
        "named.jsonl",
        "--text-field Inhalt",
        Adds("\"relation\":\"exact\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--id-field key",
        Adds("\"id\":\"key-1\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--title-field kopf",
        Adds("\"title\":\"Eine Zeile\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--source-field verlag",
        Adds("\"source\":\"Bote\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--date-field tag",
        Adds("\"date\":\"2023-01-02\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--url-field adresse",
        Adds("https://bote.example/1"),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--byline-field verfasser",
        Adds("\"byline\":\"A. Reporter\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--language-field sprache",
        Adds("\"language\":\"nds\""),
    ),
    (
        "dedupe",
        "dated.jsonl",
        "--input-format text",
        Adds("\"documents\":1,"),
    ),
    (
        "dedupe",
        "page.html other.html",
        "--html whole",
        Adds("\"extraction\":\"whole\""),
    ),
    (
        "dedupe",
        "archive",
        "--max-document-bytes 100",
        Adds("at most 100 bytes per document"),
    ),
    (
        "dedupe",
        ".",
        "--include gate.txt",
        Adds("\"documents\":1,"),
    ),
    (
        "dedupe",
        "archive",
        "--exclude mill*",
        Adds("\"documents\":1,"),
    ),
    ("dedupe", "news", "--max-skipped 1", Removes("exit code 3")),
    ("dedupe", "hidden", "--hidden", Adds("\"documents\":1,")),
    ("dedupe", "linked", "--follow", Adds("\"documents\":2,")),
    (
        "dedupe",
        "news --print-config",
        "--threads 1",
        Adds("threads = 1"),
    ),
    (
        "dedupe",
        "news --print-config",
        "--memory 70M",
        Adds("memory = "),
    ),
    (
        "dedupe",
        "news --print-config",
        "--temp-dir none",
        Adds("temp-dir = \"none\""),
    ),
    (
        "dedupe",
        "news",
        "--config other.toml",
        Adds("\"threshold\":0.7,"),
    ),
    (
        "dedupe",
        "news",
        "--no-config",
        Removes("\"min_passage\":41,"),
    ),
    ("dedupe", "news", "--print-config", Adds("threshold = 0.5")),
    ("dedupe", "news", "--help", Adds("Usage:")),
    ("dedupe", "news", "--version", Adds("features: ")),
    (
        "dedupe check",
        "incoming",
        "--against archive",
        Adds("\"relation\":\"near\""),
    ),
    (
        "dedupe index add",
        "new.idx news --shingle 7",
        "--dictionary learnt.bin",
        Adds("error: cannot use the dictionary"),
    ),
    (
        "dedupe index query",
        "archive.idx news",
        "--format text",
        Removes("\"duplicate\""),
    ),
    (
        "dedupe index query",
        "archive.idx news",
        "--output q.json",
        Adds("q.json: ["),
    ),
    (
        "dedupe index query",
        "archive.idx news -f text",
        "--color always",
        Adds("\u{1b}["),
    ),
    (
        "dedupe index info",
        "archive.idx",
        "--counts",
        Adds("matches"),
    ),
    (
        "dedupe index export",
        "archive.idx",
        "--output e.jsonl",
        Adds("e.jsonl: {"),
    ),
    (
        "dedupe export",
        "",
        "--files-from list",
        Adds("incoming/gate.txt"),
    ),
    (
        "dedupe export",
        "news",
        "--output e.jsonl",
        Adds("e.jsonl: {"),
    ),
    (
        "dedupe export",
        "news",
        "--drop contained",
        Removes("\"id\": \"agency-1\""),
    ),
    (
        "dedupe export",
        "news -o e.jsonl",
        "--manifest m.jsonl",
        Adds("m.jsonl: {"),
    ),
    ("dedupe export", "news", "--list drop", Adds("post-1\n")),
    (
        "dedupe export",
        "news --list drop",
        "--null",
        Adds("post-1\0"),
    ),
    (
        "dedupe report",
        "saved.json",
        "--format csv",
        Removes("<!doctype html>"),
    ),
    (
        "dedupe report",
        "saved.json -f text",
        "--color always",
        Adds("\u{1b}["),
    ),
    (
        "dedupe report",
        "below/saved.json -f html",
        "--root .",
        Removes("\"unread\":3"),
    ),
    (
        "dedupe explain",
        "agency-1 post-1",
        "--in news",
        Adds("\"near\""),
    ),
    (
        "dedupe explain",
        "agency-1 page-1 --in news -f text",
        "--all",
        Removes("equal lines"),
    ),
    (
        "dedupe explain",
        "archive/mill.txt archive/harbour.txt",
        "--format text",
        Adds("Figures"),
    ),
    (
        "dedupe explain",
        "archive/mill.txt archive/harbour.txt",
        "--output w.json",
        Adds("w.json: {"),
    ),
    (
        "dedupe explain",
        "archive/mill.txt archive/harbour.txt -f text",
        "--color always",
        Adds("\u{1b}["),
    ),
    (
        "dedupe eval",
        "news --no-curve",
        "--truth labels.tsv",
        Adds("\"recall\""),
    ),
    (
        "dedupe eval",
        "news --no-curve --truth labels.tsv",
        "--labels clusters",
        Adds("\"form\":\"clusters\""),
    ),
    (
        "dedupe eval",
        "news --no-curve --truth labels.tsv",
        "--labels-complete",
        Adds("\"labels_complete\":true"),
    ),
    (
        "dedupe eval",
        "news --truth labels.tsv",
        "--no-curve",
        Removes("0.9"),
    ),
    (
        "dedupe eval",
        "news --no-curve --truth labels.tsv",
        "--format text",
        Adds("Recall by kind"),
    ),
    (
        "dedupe eval",
        "news --no-curve --truth labels.tsv",
        "--output v.json",
        Adds("v.json: {"),
    ),
    (
        "dedupe eval",
        "news --no-curve --truth labels.tsv -f text",
        "--color always",
        Adds("\u{1b}["),
    ),
];

/// The options that `docs/options.md` describes, by command.
fn options() -> BTreeSet<(String, String)> {
    let page = fs::read_to_string(path("docs/options.md")).unwrap();
    let (mut command, mut found) = (String::new(), BTreeSet::new());
    for line in page.lines() {
        if let Some(name) = line.strip_prefix("## `") {
            name.trim_end_matches('`').clone_into(&mut command);
        } else if let Some((_, option)) = line
            .strip_prefix("**`")
            .and_then(|line| line.split_once("--"))
        {
            let end = option.find(|c: char| c != '-' && !c.is_ascii_lowercase());
            found.insert((command.clone(), format!("--{}", &option[..end.unwrap()])));
        }
    }
    found
}

#[test]
fn every_option_has_a_case() {
    let option = |given: &str| given.split(' ').next().unwrap().to_owned();
    let cases = CASES.iter();
    let cases = cases.map(|(command, _, given, _)| ((*command).to_owned(), option(given)));
    let options = options().into_iter();
    let options = options.filter(|(command, _)| command != SERVICE);
    assert_eq!(
        cases.collect::<BTreeSet<_>>(),
        options.collect::<BTreeSet<_>>()
    );
}

/// Distinct words.
fn words(seed: u32, range: std::ops::Range<u32>) -> String {
    range.map(|n| format!("word{seed}x{n} ")).collect()
}

fn write_lines(folder: &Path, name: &str, records: &[serde_json::Value]) {
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    fs::write(folder.join(name), lines).unwrap();
}

/// The example, with what the cases need besides.
fn corpus() -> tempfile::TempDir {
    let folder = example();
    let at = folder.path();
    let story = words(1, 0..200);
    fs::write(at.join("list"), "incoming/gate.txt\n").unwrap();
    fs::write(at.join("list0"), "incoming/gate.txt\0archive/mill.txt\0").unwrap();
    let quoting = |seed: u32| {
        let text = words(seed, 0..150) + &words(9, 0..60);
        json!({"id": seed.to_string(), "text": text})
    };
    write_lines(at, "quotes.jsonl", &[quoting(1), quoting(2)]);
    let misread = |other: &str| {
        let word = |n: u32| match n % 5 {
            4 => format!("{other}{n} "),
            _ => format!("read{n} "),
        };
        json!({"id": other, "text": (0..200).map(word).collect::<String>()})
    };
    write_lines(at, "misread.jsonl", &[misread("one"), misread("two")]);
    let dated = [
        json!({"id": "b-old", "source": "Post", "date": "2024-05-01", "text": story, "key": "key-1", "kopf": "Eine Zeile",
            "verlag": "Bote", "tag": "2023-01-02", "adresse": "https://bote.example/1", "verfasser": "A. Reporter", "sprache": "nds"}),
        json!({"id": "a-new", "source": "Herald", "date": "2024-05-20", "text": story}),
    ];
    write_lines(at, "dated.jsonl", &dated);
    let update = |id: &str| json!({"id": id, "source": "Post", "text": story});
    write_lines(at, "updates.jsonl", &[update("one"), update("two")]);
    let named = |id: &str| json!({"id": id, "Inhalt": story});
    write_lines(at, "named.jsonl", &[named("one"), named("two")]);
    let page = format!("<html><body><nav>Home</nav><article><p>{story}</article></body></html>");
    for name in ["page.html", "other.html"] {
        fs::write(at.join(name), &page).unwrap();
    }
    for name in ["hidden", "linked", "below"] {
        fs::create_dir(at.join(name)).unwrap();
    }
    fs::write(at.join("hidden/.a.txt"), &story).unwrap();
    symlink("../archive", at.join("linked/archive")).unwrap();
    fs::write(at.join("other.toml"), "threshold = 0.7\n").unwrap();
    fs::write(at.join("dedupe.toml"), "[find]\nmin-passage = 41\n").unwrap();
    for line in [
        "dated.jsonl --write-baseline known.json -o saved.json",
        "news -o below/saved.json",
        "index add archive.idx news",
        "archive --write-dictionary learnt.bin",
    ] {
        run(at, line);
    }
    folder
}

/// The files of a folder, with their content.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let named = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    };
    files.map(named).collect()
}

/// Runs the program. Returns what it printed, its exit code, and the files that it wrote.
fn run(folder: &Path, line: &str) -> String {
    let before = files(folder);
    let mut command = program(folder);
    let output = command.args(line.split_whitespace()).output().unwrap();
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut found = lossy(&output.stdout) + &lossy(&output.stderr);
    found.push_str(&format!("exit code {}\n", output.status.code().unwrap()));
    for (name, content) in files(folder) {
        if before.get(&name) != Some(&content) {
            found.push_str(&format!("{name}: {}\n", lossy(&content)));
        }
    }
    found
}

#[test]
fn every_option_changes_what_it_says() {
    let folder = corpus();
    let mut wrong = String::new();
    for (command, arguments, option, effect) in CASES {
        let command = command.strip_prefix("dedupe").unwrap();
        let written = files(folder.path());
        let [without, with] = ["", *option].map(|option| {
            let found = run(folder.path(), &format!("{command} {arguments} {option}"));
            for name in files(folder.path())
                .keys()
                .filter(|name| !written.contains_key(*name))
            {
                fs::remove_file(folder.path().join(name)).unwrap();
            }
            let _ = fs::remove_dir_all(folder.path().join("new.idx"));
            found
        });
        let (text, absent, present) = match effect {
            Adds(text) => (text, without, with),
            Removes(text) => (text, with, without),
        };
        if absent.contains(text) || !present.contains(text) {
            wrong.push_str(&format!("dedupe{command} {arguments} {option}: {text}\nabsent in {absent:.800}\npresent in {present:.800}\n\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
