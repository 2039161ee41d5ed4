//! Helpers of the integration tests: run the program, read its report, find real data.

// Each test file uses only some of them.
#![allow(dead_code)]

#[cfg(unix)]
pub(crate) mod browser;
pub(crate) mod files;
#[cfg(unix)]
pub(crate) mod pages;

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

/// The folder of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program with a working folder. `NO_COLOR` is not set.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("dedupe").unwrap();
    command.current_dir(folder).env_remove("NO_COLOR");
    command
}

/// A report without paths, which depend on the files that the documents came from.
pub(crate) fn without_paths(mut report: Value) -> Value {
    fn documents<'v>(items: &'v mut Value, field: &str) -> impl Iterator<Item = &'v mut Value> {
        let items = items.as_array_mut().unwrap().iter_mut();
        items
            .filter_map(move |item| item.get_mut(field)?.as_array_mut())
            .flatten()
    }
    for member in documents(&mut report["clusters"], "members") {
        member["path"] = Value::Null;
    }
    for document in documents(&mut report["matches"], "documents") {
        document["path"] = Value::Null;
    }
    report
}

/// Runs the program in a folder.
pub(crate) fn dedupe(folder: &Path, arguments: &[&str]) -> Output {
    program(folder).args(arguments).output().unwrap()
}

/// The report of a run that must succeed.
pub(crate) fn report(folder: &Path, arguments: &[&str]) -> Value {
    let output = dedupe(folder, &[arguments, &["--format", "json"]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The list `name` of a JSON object.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let found = value.get(name).and_then(Value::as_array);
    found.unwrap_or_else(|| panic!("no list {name} in {value}"))
}

/// The string `name` of a JSON object.
pub(crate) fn string<'a>(value: &'a Value, name: &str) -> &'a str {
    let found = value.get(name).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no string {name} in {value}"))
}

/// The number `name` of a JSON object.
pub(crate) fn number(value: &Value, name: &str) -> f64 {
    let found = value.get(name).and_then(Value::as_f64);
    found.unwrap_or_else(|| panic!("no number {name} in {value}"))
}

/// A span of bytes.
pub(crate) fn span(value: &Value) -> std::ops::Range<usize> {
    number(value, "begin") as usize..number(value, "end") as usize
}

/// The relation of `a` to `b` in their match. `None` if they have no match.
pub(crate) fn relation<'a>(report: &'a Value, a: &str, b: &str) -> Option<&'a str> {
    list(report, "matches").iter().find_map(|found| {
        let relation = string(found, "relation");
        match (string(found, "left"), string(found, "right")) {
            (left, right) if (left, right) == (a, b) => Some(relation),
            (left, right) if (left, right) == (b, a) => Some(match relation {
                "contains" => "contained",
                "contained" => "contains",
                same => same,
            }),
            _ => None,
        }
    })
}

/// The ids of the members of each cluster, sorted.
pub(crate) fn clusters(report: &Value) -> Vec<Vec<&str>> {
    let clusters = list(report, "clusters").iter();
    let ids = |cluster| {
        let members = list(cluster, "members").iter();
        let mut ids: Vec<&str> = members.map(|member| string(member, "id")).collect();
        ids.sort_unstable();
        ids
    };
    clusters.map(ids).collect()
}

/// True if two documents have a match other than an overlap, or are in one cluster.
pub(crate) fn is_found(report: &Value, a: &str, b: &str) -> bool {
    relation(report, a, b).is_some_and(|relation| relation != "overlap")
        || clusters(report)
            .iter()
            .any(|ids| ids.contains(&a) && ids.contains(&b))
}

/// Real news data in the folder next to the project. Prints a message if it is missing.
#[allow(clippy::print_stderr)]
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let found = root()
        .parent()
        .map(|beside| beside.join("shared").join(name));
    let found = found.filter(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: ../shared/{name} is missing");
    }
    found
}

/// A path as an argument.
pub(crate) fn argument(path: &Path) -> &str {
    path.to_str().unwrap()
}
