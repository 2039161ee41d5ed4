//! What the integration tests share: running the program, reading its report, finding real data.

// Each test crate uses a part of it.
#![allow(dead_code)]

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

/// The folder of the crate.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, to be run in a folder, whatever the environment says of terminals.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("dedupe").unwrap();
    command.current_dir(folder).env_remove("NO_COLOR");
    command
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

/// The list that stands in a report, or in a part of one.
pub(crate) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let found = value.get(name).and_then(Value::as_array);
    found.unwrap_or_else(|| panic!("no list {name} in {value}"))
}

/// A string that stands in a part of a report.
pub(crate) fn string<'a>(value: &'a Value, name: &str) -> &'a str {
    let found = value.get(name).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no string {name} in {value}"))
}

/// A number that stands in a part of a report.
pub(crate) fn number(value: &Value, name: &str) -> f64 {
    let found = value.get(name).and_then(Value::as_f64);
    found.unwrap_or_else(|| panic!("no number {name} in {value}"))
}

/// A span of bytes.
pub(crate) fn span(value: &Value) -> std::ops::Range<usize> {
    number(value, "begin") as usize..number(value, "end") as usize
}

/// What `a` is to `b`, as their match says; none where there is no match.
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

/// The members' ids of each cluster, sorted.
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

/// True where two documents have a match that is no overlap, or share a cluster.
pub(crate) fn is_found(report: &Value, a: &str, b: &str) -> bool {
    relation(report, a, b).is_some_and(|relation| relation != "overlap")
        || clusters(report)
            .iter()
            .any(|ids| ids.contains(&a) && ids.contains(&b))
}

/// Real news data beside the project's folder; none, and a message, where it is absent.
#[allow(clippy::print_stderr)]
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let found = root()
        .parent()
        .map(|beside| beside.join("shared").join(name));
    let found = found.filter(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: ../shared/{name} is not here");
    }
    found
}

/// A path as an argument.
pub(crate) fn argument(path: &Path) -> &str {
    path.to_str().unwrap()
}
