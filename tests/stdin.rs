//! Documents from standard input.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::process::Output;
use support::{clusters, list, program, relation, root, string};

/// Lines for standard input: the texts of files under `fixtures/languages/en`.
fn lines(names: &[&str]) -> String {
    let line = |name: &&str| {
        let path = root().join(format!("fixtures/languages/en/{name}.txt"));
        format!("{}\n", json!({"text": fs::read_to_string(path).unwrap()}))
    };
    names.iter().map(line).collect()
}

fn run(input: String, arguments: &[&str]) -> Output {
    let output = program(root()).args(arguments).write_stdin(input).output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    output
}

fn report(input: String, arguments: &[&str]) -> Value {
    serde_json::from_slice(&run(input, arguments).stdout).unwrap()
}

#[test]
fn records_without_an_id_are_named_by_their_lines() {
    let input = format!("\n{}", lines(&["unrelated", "article", "copy"]));
    let report = report(input, &["-"]);
    assert_eq!(clusters(&report), [["-:3", "-:4"]]);
    for member in list(&list(&report, "clusters")[0], "members") {
        assert_eq!(string(member, "path"), "-");
    }
}

#[test]
fn standard_input_and_files_are_one_corpus() {
    let report = report(
        lines(&["cut", "unrelated"]),
        &[
            "./fixtures/languages/en/article.txt",
            "-",
            "./fixtures/wire",
        ],
    );
    let article = "./fixtures/languages/en/article.txt";
    assert_eq!(relation(&report, "-:1", article), Some("near"));
    assert_eq!(
        clusters(&report),
        [
            ["./fixtures/wire/a.txt", "./fixtures/wire/b.txt"],
            ["-:1", article],
        ]
    );
}

#[test]
fn the_text_report_quotes_standard_input() {
    let output = run(lines(&["article", "copy"]), &["-", "--format", "text"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("1. The ferry between Port Carrow"), "{text}");
    assert!(text.contains("-:2"), "{text}");
}

#[test]
fn empty_standard_input_adds_no_document() {
    let report = report(String::new(), &["-", "./fixtures/wire/a.txt"]);
    assert!(list(&report, "clusters").is_empty());
    assert_eq!(report["summary"]["documents"], 1);
}

/// Standard input once was not kept for the second reading, so the report had empty excerpts.
#[test]
fn boilerplate_on_standard_input_is_quoted() {
    let feed = fs::read_to_string(root().join("fixtures/syndicated.jsonl")).unwrap();
    let report = report(feed, &["-"]);
    let [notice] = list(&report, "boilerplate") else {
        panic!("not one notice: {report}");
    };
    let excerpt = string(notice, "excerpt");
    assert!(
        excerpt.starts_with("You have read the free part"),
        "{excerpt}"
    );
}

/// Without a copy of standard input, the report had empty excerpts, and the run ended with 0.
#[cfg(target_os = "linux")]
#[test]
fn standard_input_that_cannot_be_kept_is_a_fault() {
    let feed = fs::read_to_string(root().join("fixtures/syndicated.jsonl")).unwrap();
    let run = |arguments: &[&str]| {
        let line = [&["-", "--temp-dir", "/proc"], arguments].concat();
        let output = program(root())
            .args(line)
            .write_stdin(feed.clone())
            .output();
        let output = output.unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), errors)
    };
    for format in ["json", "html", "text"] {
        let (code, errors) = run(&["-f", format]);
        assert_eq!(code, Some(3), "{format}: {errors}");
        if format != "text" {
            assert!(
                errors.contains("its copy could not be written: No such file"),
                "{format}: {errors}"
            );
        }
    }
    assert_eq!(run(&["-f", "json", "--max-skipped", "99"]).0, Some(0));
}

/// `export` named a document and did not say why it could not be written, and `explain` left its text out.
#[cfg(unix)]
#[test]
fn export_and_explain_say_why_standard_input_cannot_be_read_again() {
    let folder = tempfile::tempdir().unwrap();
    for line in [
        &["export", "-", "-o", "clean.jsonl"][..],
        &["explain", "--in", "-", "--", "-:1", "-:2"],
    ] {
        let output = (program(folder.path()).env("TMPDIR", "none/such"))
            .args(line)
            .write_stdin(lines(&["article", "copy"]))
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line:?}: {errors}");
        let reason = "-:1: standard input cannot be read a second time, because its copy could not";
        assert!(errors.contains(reason), "{line:?}: {errors}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn standard_input_is_not_read_twice() {
    let mut command = program(root());
    let command = command.args(["-", "--files-from", "-"]);
    let output = command.write_stdin("a.txt\n").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    let message = "standard input cannot be both a document and the list of paths";
    assert!(errors.contains(message), "{errors}");
}

/// The message for a table on standard input once said only that it is not JSON.
#[test]
fn a_table_on_standard_input_is_read_if_its_format_is_named() {
    let table = "id,text\n1,The lock opens on Monday.\n2,The basin stays shut.\n";
    let output = program(root()).args(["-"]).write_stdin(table).output();
    let errors = String::from_utf8(output.unwrap().stderr).unwrap();
    assert!(
        errors.contains("name its format, such as --input-format csv"),
        "{errors}"
    );
    if cfg!(feature = "tables") {
        let report = report(table.to_owned(), &["-", "--input-format", "csv"]);
        assert_eq!(report["summary"]["documents"], 2);
    }
}
