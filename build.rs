//! Tells the program from which commit it was built, for `dedupe --version`.
//!
//! `DEDUPE_COMMIT` names the commit. If it is not set, a release build in a Git checkout takes the commit from Git. A debug
//! build does not, so that a commit does not rebuild the tests.

use std::path::{Path, PathBuf};
use std::process::Command;

const VARIABLE: &str = "DEDUPE_COMMIT";

fn main() {
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name: &str| std::env::var(name).ok();
    let is_program = variable("CARGO_FEATURE_CLI").is_some();
    if variable(VARIABLE).is_some()
        || !is_program
        || variable("PROFILE").as_deref() != Some("release")
    {
        return;
    }
    let Some(checkout) = variable("CARGO_MANIFEST_DIR").map(PathBuf::from) else {
        return;
    };
    let Some(commit) = commit_of(&checkout) else {
        return;
    };
    println!("cargo::rustc-env={VARIABLE}={commit}");
    for path in ["Cargo.toml", "Cargo.lock", "src", "crates"] {
        println!("cargo::rerun-if-changed={path}");
    }
    // The log of HEAD changes with each commit and each switch of branches.
    let log =
        git(&checkout, &["rev-parse", "--git-path", "logs/HEAD"]).map(|log| checkout.join(log));
    if let Some(log) = log.filter(|log| log.exists()) {
        println!("cargo::rerun-if-changed={}", log.display());
    }
}

/// The commit of a checkout, and whether tracked files differ from it. `None` if the folder is not the root of a checkout:
/// the repository around a copy of the source says nothing about the source.
pub(crate) fn commit_of(checkout: &Path) -> Option<String> {
    if !git(checkout, &["rev-parse", "--show-prefix"])?.is_empty() {
        return None;
    }
    let commit = git(checkout, &["rev-parse", "--verify", "HEAD"])?;
    let changes = git(checkout, &["status", "--porcelain", "--untracked-files=no"])?;
    match changes.is_empty() {
        true => Some(commit),
        false => Some(format!("{commit}, modified")),
    }
}

/// What Git prints. `None` if Git is missing or fails.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .ok()?;
    let printed = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| printed.trim().to_owned())
}
