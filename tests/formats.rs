//! The formats for other programs, read back by independent parsers. Each must agree with the JSON report and with
//! the exit code.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use quick_xml::XmlVersion;
use quick_xml::events::Event;
use serde_json::{Value, json};
use serde_sarif::sarif::{ResultLevel, Sarif};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use support::{dedupe, list, number, report, root, string};

const CORPORA: [&[&str]; 3] = [
    &["./fixtures/wire"],
    &["./fixtures/syndicated.jsonl"],
    &[
        "./fixtures/archive.jsonl.gz",
        "./fixtures/syndicated.jsonl",
        "./fixtures/wire",
    ],
];
const KINDS: [&str; 5] = ["exact", "near", "contained", "version", "overlap"];

/// Returns the output of a run in a format, and its exit code.
fn printed(corpus: &[&str], format: &str, extra: &[&str]) -> (Vec<u8>, i32) {
    let output = dedupe(
        root(),
        &[corpus, &["--quiet", "--format", format], extra].concat(),
    );
    let errors = String::from_utf8_lossy(&output.stderr);
    let exit = output.status.code().unwrap();
    // Also a quiet run says why it fails.
    match exit {
        1 => assert!(errors.starts_with("dedupe: --fail-on "), "{errors}"),
        _ => assert_eq!(errors, "", "{corpus:?} {format}"),
    }
    (output.stdout, exit)
}

fn text(corpus: &[&str], format: &str, extra: &[&str]) -> (String, i32) {
    let (bytes, exit) = printed(corpus, format, extra);
    (String::from_utf8(bytes).unwrap(), exit)
}

/// Returns the index of the kind. `contains` and `contained` are one kind.
fn kind(relation: &str) -> usize {
    let name = relation.replace("contains", "contained");
    KINDS.iter().position(|kind| *kind == name).unwrap()
}

/// Returns id, representative and kind of every member except the representative.
fn copies(report: &Value) -> BTreeSet<(String, String, usize)> {
    let mut found = BTreeSet::new();
    for cluster in list(report, "clusters") {
        for member in list(cluster, "members") {
            let relation = string(member, "relation");
            if relation != "representative" {
                let pair = [string(member, "id"), string(cluster, "representative")];
                let [copy, kept] = pair.map(str::to_owned);
                found.insert((copy, kept, kind(relation)));
            }
        }
    }
    found
}

/// Returns the pairs of the matches in both orders, with their kinds.
fn matches(report: &Value) -> BTreeSet<(String, String, usize)> {
    let both = list(report, "matches").iter().flat_map(|found| {
        let [left, right] = ["left", "right"].map(|side| string(found, side).to_owned());
        let kind = kind(string(found, "relation"));
        [(left.clone(), right.clone(), kind), (right, left, kind)]
    });
    both.collect()
}

/// Returns the schema of SARIF 2.1.0 from a crate that contains it. Prints a message if the crate is not available.
#[allow(clippy::print_stderr)]
fn sarif_schema() -> Option<Value> {
    let found = (|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = ["metadata", "--offline", "--format-version", "1"];
        let output = Command::new(cargo)
            .args(arguments)
            .current_dir(root())
            .output()
            .ok()?;
        let metadata: Value = serde_json::from_slice(&output.stdout).ok()?;
        let packages = list(&metadata, "packages").iter();
        let mut named = packages.filter(|package| string(package, "name") == "serde-sarif");
        let manifest = PathBuf::from(string(named.next()?, "manifest_path"));
        let schema = fs::read(manifest.parent()?.join("src/schema.json")).ok()?;
        let mut schema: Value = serde_json::from_slice(&schema).ok()?;
        // Two patterns of the schema are not valid regular expressions: a bracket is missing.
        for part in ["run", "toolComponent"] {
            let language = format!("/definitions/{part}/properties/language");
            let language = schema.pointer_mut(&language)?.as_object_mut()?;
            language.remove("pattern");
        }
        Some(schema)
    })();
    if found.is_none() {
        eprintln!("skipped: the schema of SARIF is not available");
    }
    found
}

#[test]
fn sarif_is_valid_against_its_schema() {
    let Some(schema) = sarif_schema() else {
        return;
    };
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(
        !validator.is_valid(&json!({"version": "2.1.0"})),
        "the schema must reject a document without runs"
    );
    for corpus in CORPORA {
        let (written, _) = text(corpus, "sarif", &["--fail-on", "near"]);
        let written: Value = serde_json::from_str(&written).unwrap();
        let errors = validator
            .iter_errors(&written)
            .map(|error| error.to_string());
        assert_eq!(
            errors.collect::<Vec<_>>(),
            Vec::<String>::new(),
            "{corpus:?}"
        );
    }
}

/// Returns document, other document and kind of each result.
fn results(sarif: &str) -> Vec<(String, String, usize)> {
    let sarif: Sarif = serde_json::from_str(sarif).unwrap();
    let results = sarif.runs[0].results.clone().unwrap();
    let result = |result: serde_sarif::sarif::Result| {
        let properties = serde_json::to_value(result.properties.unwrap()).unwrap();
        let [document, other] =
            ["document", "other"].map(|key| string(&properties, key).to_owned());
        (document, other, kind(&result.rule_id.unwrap()))
    };
    results.into_iter().map(result).collect()
}

#[test]
fn sarif_has_a_result_for_each_copy_and_each_overlap() {
    for corpus in CORPORA {
        let report = report(root(), corpus);
        let found: BTreeSet<_> = results(&text(corpus, "sarif", &[]).0).into_iter().collect();
        let (copies, matches) = (copies(&report), matches(&report));
        assert!(copies.is_subset(&found), "{corpus:?}");
        assert!(
            found
                .iter()
                .all(|f| copies.contains(f) || matches.contains(f)),
            "{corpus:?}"
        );
        let overlaps = found
            .iter()
            .filter(|(.., kind)| KINDS[*kind] == "overlap")
            .count();
        assert_eq!(
            overlaps as f64,
            number(&report["summary"], "overlaps"),
            "{corpus:?}"
        );
    }
}

#[test]
fn sarif_points_at_the_passage_in_bytes_characters_and_lines() {
    let sarif: Value = serde_json::from_str(&text(&["./fixtures/wire"], "sarif", &[]).0).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    let location = &result["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "fixtures/wire/b.txt");
    let text = fs::read_to_string(root().join("fixtures/wire/b.txt")).unwrap();
    let region = |name: &str| number(&location["region"], name) as usize;
    let passage = &text[region("byteOffset")..][..region("byteLength")];
    let by_characters = text
        .chars()
        .skip(region("charOffset"))
        .take(region("charLength"));
    assert_eq!(by_characters.collect::<String>(), passage);
    let line = text.lines().nth(region("startLine") - 1).unwrap();
    let from: String = line.chars().skip(region("startColumn") - 1).collect();
    assert!(passage.starts_with(&from), "{from}");
    let line = text.lines().nth(region("endLine") - 1).unwrap();
    let to: String = line.chars().take(region("endColumn") - 1).collect();
    assert!(passage.ends_with(&to) && !to.is_empty(), "{to}");
    assert!(
        text.len() > 3 * passage.len(),
        "the page is more than the story"
    );
}

/// The region of a record is its line.
#[test]
fn sarif_points_at_the_line_of_a_record() {
    let (sarif, _) = text(&["./fixtures/syndicated.jsonl"], "sarif", &[]);
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    let source = fs::read(root().join("fixtures/syndicated.jsonl")).unwrap();
    let results = list(&sarif["runs"][0], "results");
    assert!(!results.is_empty());
    for result in results {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let [begin, length] = ["byteOffset", "byteLength"].map(|n| number(region, n) as usize);
        let record = &source[begin..begin + length];
        let record: Value = serde_json::from_slice(record).unwrap();
        assert_eq!(record["id"], result["properties"]["document"]);
        let before = source[..begin]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        assert_eq!(number(region, "startLine") as usize, before + 1);
        let span = &result["properties"]["spans"][0];
        let [begin, end] = ["begin", "end"].map(|n| number(span, n) as usize);
        assert!(string(&record, "text").get(begin..end).is_some());
    }
}

/// Returns the name of each test case, and whether it failed.
fn cases(junit: &str) -> Vec<(String, bool)> {
    let mut reader = quick_xml::Reader::from_str(junit);
    let mut cases: Vec<(String, bool)> = vec![];
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return cases,
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                "testcase" => {
                    let name = tag.try_get_attribute("name").unwrap().unwrap();
                    cases.push((
                        name.normalized_value(XmlVersion::Implicit1_0)
                            .unwrap()
                            .into_owned(),
                        false,
                    ));
                }
                "failure" => cases.last_mut().unwrap().1 = true,
                _ => {}
            },
            _ => {}
        }
    }
}

#[test]
fn all_formats_agree_with_each_other_and_with_the_exit_code() {
    for corpus in CORPORA {
        let report = report(root(), corpus);
        let (copies, matches) = (copies(&report), matches(&report));
        for (limit, name) in KINDS.iter().enumerate() {
            let fail_on = ["--fail-on", name];
            let listed = copies
                .iter()
                .chain(&matches)
                .any(|(.., kind)| *kind <= limit);
            let (sarif, exit) = text(corpus, "sarif", &fail_on);
            assert_eq!(exit, i32::from(listed), "{corpus:?} {name}");
            let results = results(&sarif);
            let errors = results.iter().filter(|(.., kind)| *kind <= limit).count();
            let parsed: Sarif = serde_json::from_str(&sarif).unwrap();
            let levels = parsed.runs[0].results.as_ref().unwrap().iter();
            let of_level = levels.filter(|result| result.level == Some(ResultLevel::Error));
            assert_eq!(of_level.count(), errors);

            let cases = cases(&text(corpus, "junit", &fail_on).0);
            assert_eq!(cases.len(), results.len(), "{corpus:?}");
            assert_eq!(cases.iter().filter(|case| case.1).count(), errors);
            let documents = results.iter().map(|result| &result.0);
            assert!(cases.iter().map(|case| &case.0).eq(documents));

            let github = text(corpus, "github", &fail_on).0;
            // If GitHub cannot show all annotations, the first has the counts.
            let summary = usize::from(results.len() > 10);
            assert_eq!(github.lines().count(), results.len() + summary);
            let of_level = github
                .lines()
                .filter(|line| line.starts_with("::error file="));
            assert_eq!(of_level.count(), errors);
            for format in ["text", "json", "jsonl", "csv", "pairs"] {
                assert_eq!(printed(corpus, format, &fail_on).1, exit, "{format}");
            }
        }
    }
}

/// A job with exit code 3 had a JUnit report in which all tests passed, and a run that read nothing had the test `no copies`.
#[test]
fn junit_has_an_error_for_each_input_that_fails_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "{\"text\": \"one document\"}\n{\n{\"text\": \" \"}\n[\n";
    fs::write(folder.path().join("feed.jsonl"), lines).unwrap();
    let run = |line: &[&str], code| {
        let output = dedupe(folder.path(), &[line, &["--format", "junit"]].concat());
        assert_eq!(output.status.code(), Some(code), "{line:?}");
        let junit = String::from_utf8(output.stdout).unwrap();
        let names: Vec<String> = cases(&junit).into_iter().map(|case| case.0).collect();
        (junit, names)
    };
    let (junit, names) = run(&["feed.jsonl"], 3);
    assert_eq!(names, ["feed.jsonl:2", "feed.jsonl:4"]);
    assert!(
        junit.contains("tests=\"2\" skipped=\"0\" failures=\"0\" errors=\"2\""),
        "{junit}"
    );
    assert_eq!(junit.matches("<error ").count(), 2);
    let (junit, names) = run(&["feed.jsonl", "--max-skipped", "2"], 0);
    assert_eq!(names, ["no copies"], "{junit}");
    let (junit, names) = run(&["gone"], 2);
    assert_eq!(names, ["documents", "gone"]);
    assert_eq!(junit.matches("<error ").count(), 2);
    let (_, names) = run(&[".", "--include", "*.xml"], 2);
    assert_eq!(names, ["documents"]);
}

#[test]
fn listed_errors_agree_with_the_exit_code_across_sources() {
    let corpus = ["./fixtures/syndicated.jsonl", "--cross-source-only"];
    for name in KINDS {
        let (sarif, exit) = text(&corpus, "sarif", &["--fail-on", name]);
        assert_eq!(sarif.contains("\"level\":\"error\""), exit == 1, "{name}");
    }
}

#[test]
fn csv_has_a_row_for_each_member() {
    for corpus in CORPORA {
        let report = report(root(), corpus);
        let (table, _) = text(corpus, "csv", &[]);
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let mut rows = reader.records().map(Result::unwrap);
        for cluster in list(&report, "clusters") {
            for member in list(cluster, "members") {
                let row = rows.next().unwrap();
                for (name, cell) in headers.iter().zip(&row) {
                    let value = match name {
                        "cluster" => &cluster["id"],
                        "size" | "publishers" | "sources" | "representative" => &cluster[name],
                        "dateline_place" => &member["dateline"]["place"],
                        "dateline_date" => &member["dateline"]["date"],
                        _ => &member[name],
                    };
                    let expected = match value {
                        Value::String(text) => text.clone(),
                        Value::Null => String::new(),
                        Value::Array(spans) => spans_as_text(spans),
                        Value::Number(number) => number.as_f64().unwrap().to_string(),
                        other => other.to_string(),
                    };
                    assert_eq!(cell, expected, "{name}");
                }
            }
        }
        assert!(rows.next().is_none());
    }
}

fn spans_as_text(spans: &[Value]) -> String {
    let spans = spans
        .iter()
        .map(|span| format!("{}-{}", span["begin"], span["end"]));
    spans.collect::<Vec<_>>().join(" ")
}

#[test]
fn pairs_are_the_matches() {
    for corpus in CORPORA {
        let report = report(root(), corpus);
        let (table, _) = text(corpus, "pairs", &[]);
        let mut lines = table.lines();
        let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
        for found in list(&report, "matches") {
            let cells = lines.next().unwrap().split('\t');
            for (name, cell) in names.iter().zip(cells) {
                match &found[name] {
                    Value::String(text) => assert_eq!(cell, text),
                    value => assert_eq!(cell.parse::<f64>().ok(), value.as_f64(), "{name}"),
                }
            }
        }
        assert_eq!(lines.next(), None);
    }
}

#[cfg(feature = "parquet")]
mod parquet {
    use super::*;
    use ::parquet::record::{Field, Row};
    use std::path::Path;

    /// Reads the rows of a file with pyarrow, if Python has it.
    #[allow(clippy::print_stderr)]
    fn read_by_pyarrow(file: &Path) -> Option<Vec<Value>> {
        let script = "import json, sys, pyarrow.parquet as p\n\
                      print(json.dumps(p.read_table(sys.argv[1]).to_pylist()))";
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
        let output = Command::new(python).args(["-c", script]).arg(file).output();
        match output {
            Ok(output) if output.status.success() => {
                Some(serde_json::from_slice(&output.stdout).unwrap())
            }
            _ => {
                eprintln!("skipped: no Python with pyarrow found");
                None
            }
        }
    }

    /// Reads the rows of a file with the row reader of the `parquet` crate.
    fn read_by_rows(file: &Path) -> Vec<Value> {
        use ::parquet::file::reader::{FileReader, SerializedFileReader};
        let reader = SerializedFileReader::new(fs::File::open(file).unwrap()).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        rows.map(|row| object(&row.unwrap())).collect()
    }

    fn object(row: &Row) -> Value {
        let columns = row.get_column_iter();
        let columns = columns.map(|(name, field)| (name.clone(), value(field)));
        Value::Object(columns.collect())
    }

    fn value(field: &Field) -> Value {
        match field {
            Field::Null => Value::Null,
            Field::Bool(value) => json!(value),
            Field::ULong(value) => json!(value),
            Field::Double(value) => json!(value),
            Field::Str(value) => json!(value),
            Field::Group(row) => object(row),
            Field::ListInternal(values) => values.elements().iter().map(value).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn parquet_has_a_row_for_each_member() {
        for corpus in CORPORA {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("members.parquet");
            let to = ["-o", file.to_str().unwrap()];
            assert_eq!(
                dedupe(root(), &[corpus, &to].concat()).status.code(),
                Some(0)
            );
            let report = report(root(), corpus);
            let mut expected = vec![];
            for cluster in list(&report, "clusters") {
                for member in list(cluster, "members") {
                    let mut row = member.clone();
                    let stated = ["title", "source", "date", "url", "byline", "language"];
                    for name in stated
                        .iter()
                        .chain(&["credit", "version", "status", "extraction"])
                    {
                        row[*name] = member[*name].clone();
                    }
                    // Tables leave it out: it is for `dedupe report`, which reads JSON.
                    row.as_object_mut().unwrap().remove("digest");
                    let dateline = row.as_object_mut().unwrap().remove("dateline");
                    for part in ["place", "date"] {
                        let stated = dateline.as_ref().map(|dateline| dateline[part].clone());
                        row[format!("dateline_{part}")] = stated.unwrap_or_default();
                    }
                    row["cluster"] = cluster["id"].clone();
                    for name in ["size", "publishers", "sources", "representative"] {
                        row[name] = cluster[name].clone();
                    }
                    expected.push(row);
                }
            }
            assert_eq!(read_by_rows(&file), expected);
            if let Some(rows) = read_by_pyarrow(&file) {
                assert_eq!(rows, expected);
            }
        }
    }
}

/// Titles and ids that contain commands, markup and formulas.
#[test]
fn hostile_text_breaks_no_format() {
    let folder = tempfile::tempdir().unwrap();
    let words: Vec<String> = (0..90u32)
        .map(|k| format!("w{}", k.wrapping_mul(2_654_435_761)))
        .collect();
    let id = "=1+1\n::error::x]]></testcase><b>\u{1b}[31m\u{ffff}\",'%0A";
    let record = |id: &str| json!({"id": id, "title": id, "text": words.join(" ")}).to_string();
    let lines = [record(id), record("z")].join("\n");
    fs::write(folder.path().join("feed.jsonl"), lines).unwrap();
    let run = |format: &str| {
        let output = dedupe(folder.path(), &["feed.jsonl", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{format}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(results(&run("sarif")), [("z".into(), id.into(), 0)]);
    assert_eq!(cases(&run("junit")).len(), 1);
    let github = run("github");
    assert_eq!(github.lines().count(), 1, "{github}");
    assert!(
        github.starts_with("::warning file=feed.jsonl,line=2,"),
        "{github}"
    );
    let table = run("csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let row = reader.records().next().unwrap().unwrap();
    assert!(row[3].starts_with("'=1+1\\n::error"), "{}", &row[3]);
    assert_eq!(run("pairs").lines().count(), 2);
}

/// Paths in the output lead to the file, even if its name is not UTF-8.
#[cfg(target_os = "linux")]
#[test]
fn paths_with_unusual_bytes_lead_to_the_file() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    for name in [&b"a\xFF.txt"[..], b"b%FF.txt", b"new\nline.txt"] {
        let path = folder.path().join(OsStr::from_bytes(name));
        std::fs::write(path, "one story in three files").unwrap();
    }
    let print = |format| {
        let output = support::dedupe(folder.path(), &[".", "--format", format]);
        String::from_utf8(output.stdout).unwrap()
    };
    let sarif: Value = serde_json::from_str(&print("sarif")).unwrap();
    let mut uris = std::collections::BTreeSet::new();
    for result in list(&sarif["runs"][0], "results") {
        for place in ["locations", "relatedLocations"] {
            let file = &result[place][0]["physicalLocation"]["artifactLocation"];
            uris.insert(string(file, "uri").to_owned());
        }
    }
    let expected = ["a%FF.txt", "b%25FF.txt", "new%0Aline.txt"];
    assert_eq!(uris.into_iter().collect::<Vec<_>>(), expected);
    let github = print("github");
    assert!(github.contains("file=new%0Aline.txt,"), "{github}");
    assert_eq!(github.lines().count(), 2, "{github}");
}
