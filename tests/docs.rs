//! The README and the pages in `docs` are correct: each command runs, each output is that of the program, each figure
//! is that of `docs/figures.json`, and each link leads somewhere.
//!
//! `UPDATE_DOCS=1 cargo test --test docs` rewrites the outputs and figures on the pages.

#![cfg(all(unix, feature = "parquet"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod support;

use serde_json::Value;
use std::fs;
use std::process::Command;
use support::pages::{Page, anchor, commands, example, pages, path, shell};
use support::{dedupe, list, number};

/// Commands that a test of the program cannot run: they build it, leave its folder, need data or a network, or do not end.
const NOT_RUN: [&str; 21] = [
    ".ci/",
    "benches/",
    "UPDATE_",
    "SCREENSHOTS=",
    "cargo ",
    "cd ",
    "cp -r docs/example ",
    "curl ",
    "dedupe serve ",
    "docs/",
    "fuzz/run",
    "git -c ",
    "git clone ",
    "maturin ",
    "mdbook ",
    "openssl ",
    "pip install ",
    "python3 -m ",
    "python3 benches/",
    "valgrind ",
    "kill ",
];

/// Runs the commands of a page in order, and returns the page with the outputs that they have now.
fn run_commands(page: &Page, has_jq: bool) -> String {
    let folder = example();
    let mut text = page.text.clone();
    let blocks = page.blocks();
    // From the end, so that the ranges of earlier blocks stay valid.
    let mut outputs = vec![];
    let mut last = String::new();
    for block in &blocks {
        if block.language == "sh" {
            last.clear();
            for command in commands(&block.text) {
                let is_run = !NOT_RUN.iter().any(|begin| command.starts_with(begin));
                if is_run && (has_jq || !command.contains("jq ")) {
                    shell(folder.path(), &command);
                    last = command;
                }
            }
        } else if ["output", "terminal"].contains(&block.info.as_str()) {
            assert!(block.follows, "{}: output of no command", page.name);
            if !last.is_empty() {
                // A terminal gets text.
                let (command, comment) = last.split_once("  #").unwrap_or((&last, ""));
                let option = if block.info == "terminal" {
                    " --format text"
                } else {
                    ""
                };
                let output = shell(folder.path(), &format!("{command}{option} #{comment}"));
                outputs.push((block.range.clone(), output));
            }
        } else if let Some(file) = block.info.strip_prefix("file=") {
            let content = fs::read_to_string(folder.path().join(file)).unwrap();
            outputs.push((block.range.clone(), content));
        }
    }
    for (range, output) in outputs.into_iter().rev() {
        text.replace_range(range, &output);
    }
    text
}

#[test]
fn commands_outputs_and_figures_are_current() {
    let has_jq = Command::new("jq").arg("--version").output().is_ok();
    if !has_jq {
        eprintln!("skipped the recipes for jq: there is no jq on this machine");
    }
    let figures = figures();
    let mut used = vec![];
    for page in pages() {
        let text = run_commands(&page, has_jq);
        page.check(&with_figures(&page.name, &text, &figures, &mut used));
    }
    for kind in ["figures", "tables"] {
        for name in figures[kind].as_object().unwrap().keys() {
            assert!(used.contains(name), "no page has the figure {name}");
        }
    }
}

#[test]
fn labels_of_the_example_are_evaluated() {
    let folder = example();
    let measured = shell(
        folder.path(),
        "dedupe eval --truth labels.tsv ./news --no-curve",
    );
    let measured: Value = serde_json::from_str(&measured).unwrap();
    assert_eq!(measured["unknown_ids"], serde_json::json!([]));
    for (figure, expected) in [("labelled", 2), ("hit", 2), ("wrong", 0)] {
        assert_eq!(measured["pairs"][figure], expected, "{figure}");
    }
}

fn figures() -> Value {
    serde_json::from_str(&fs::read_to_string(path("docs/figures.json")).unwrap()).unwrap()
}

/// The text of a page with the figures of `docs/figures.json`. `.967<!--reuters.precision-->` is a figure, and a table stands between
/// `<!--table NAME-->` and `<!--end-->`. Adds the names that the page uses to `used`.
fn with_figures(page: &str, text: &str, figures: &Value, used: &mut Vec<String>) -> String {
    let mut parts = text.split("<!--");
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        let (name, mut rest) = part.split_once("-->").expect("a comment ends");
        if let Some(name) = name.strip_prefix("table ") {
            let rows = list(&figures["tables"], name).iter();
            let rows = rows.map(|row| format!("{}\n", row.as_str().unwrap()));
            let end = parts.next().and_then(|part| part.strip_prefix("end-->"));
            rest = end.unwrap_or_else(|| panic!("{page}: {name} does not end"));
            let rows: String = rows.collect();
            text.push_str(&format!("<!--table {name}-->\n\n{rows}\n<!--end-->{rest}"));
        } else {
            let value = figures["figures"][name]["value"].as_str();
            let value = value.unwrap_or_else(|| panic!("{page}: no figure {name}"));
            let is_part = |c: char| c.is_ascii_digit() || ".,%-".contains(c);
            text.truncate(text.trim_end_matches(is_part).len());
            text.push_str(&format!("{value}<!--{name}-->{rest}"));
        }
        used.push(name.trim_start_matches("table ").to_owned());
    }
    text
}

/// The figures that need no data besides the fixtures.
#[test]
fn figures_of_the_fixtures_are_current() {
    let report = support::report(support::root(), &["fixtures/wire"]);
    let found = &list(&report, "matches")[0];
    let member = |at: usize| number(&report["clusters"][0]["members"][at], "words");
    let figures = figures();
    for (name, value) in [
        ("wire.words", member(0).to_string()),
        ("wire.page-words", format!("3,{:03}", member(1) - 3_000.0)),
        ("wire.common", number(found, "words").to_string()),
        (
            "wire.resemblance",
            format!("{:.2}", number(found, "resemblance")),
        ),
    ] {
        assert_eq!(figures["figures"][name]["value"], value, "{name}");
    }
}

/// `docs/images/make.py` makes the picture.
#[test]
fn picture_of_the_terminal_is_current() {
    let picture = fs::read_to_string(path("docs/images/terminal.svg")).unwrap();
    let output = dedupe(support::root(), &["./fixtures/wire", "--format", "text"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for run in text.lines().flat_map(|line| line.split("  ")) {
        let run = run.trim();
        assert!(picture.contains(run), "terminal.svg: no `{run}`");
    }
}

/// The targets of the links and pictures of a page, outside its fenced blocks.
fn links(page: &Page) -> Vec<String> {
    let mut text = page.text.clone();
    for block in page.blocks().iter().rev() {
        text.replace_range(block.range.clone(), "");
    }
    let targets = text.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target.to_owned()).collect()
}

#[test]
fn links_lead_to_files_and_headings() {
    for page in pages() {
        for link in links(&page).iter().filter(|link| !link.contains("://")) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let folder = path(&page.name);
            let target = match file {
                "" => folder,
                _ => folder.parent().unwrap().join(file),
            };
            assert!(target.exists(), "{}: {link}", page.name);
            if !heading.is_empty() {
                let text = fs::read_to_string(&target).unwrap();
                let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
                let mut ids = headings.map(|line| anchor(line.trim_start_matches('#').trim()));
                assert!(ids.any(|id| id == heading), "{}: {link}", page.name);
            }
        }
    }
}

#[test]
fn every_page_is_in_the_contents() {
    let pages = pages();
    for contents in ["docs/SUMMARY.md", "docs/README.md"] {
        let contents = pages.iter().find(|page| page.name == contents).unwrap();
        let linked = links(contents);
        for page in pages
            .iter()
            .filter_map(|page| page.name.strip_prefix("docs/"))
        {
            let is_contents = ["SUMMARY.md", "README.md"].contains(&page);
            let is_linked = linked.iter().any(|link| link == page);
            assert!(
                is_contents || is_linked,
                "{}: {page} is missing",
                contents.name
            );
        }
    }
}

#[test]
fn readme_is_short() {
    let readme = fs::read_to_string(path("README.md")).unwrap();
    assert!(readme.lines().count() <= 200);
}
