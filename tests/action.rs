//! The steps of `action.yml`, as far as a shell can run them.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use support::pages::{copy, path};

#[test]
fn action_passes_its_inputs_to_the_program() {
    let folder = tempfile::tempdir().unwrap();
    copy(&path("docs/example"), folder.path());
    let action = fs::read_to_string(path("action.yml")).unwrap();
    let (_, script) = action.rsplit_once("run: |\n").expect("a script");
    let (script, _) = script.split_once("      env:\n").unwrap();
    let bin = folder.path().join("dedupe/bin");
    fs::create_dir_all(&bin).unwrap();
    symlink(env!("CARGO_BIN_EXE_dedupe"), bin.join("dedupe")).unwrap();
    let run = |against: &str, fail_on: &str, output: &str| {
        let done = Command::new("bash")
            .args(["-e", "-c", script])
            .current_dir(folder.path())
            .env("RUNNER_TEMP", folder.path())
            .envs([
                ("PATHS", "incoming archive/mill.txt"),
                ("FORMAT", "github"),
                ("ARGUMENTS", "--quiet"),
            ])
            .envs([
                ("AGAINST", against),
                ("FAIL_ON", fail_on),
                ("OUTPUT", output),
            ])
            .env("BASELINE", "")
            .output();
        let done = done.unwrap();
        let errors = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(errors, "");
        (done.status.code(), String::from_utf8(done.stdout).unwrap())
    };
    let (code, annotations) = run("archive", "near", "");
    assert_eq!(code, Some(1));
    assert!(
        annotations.contains("::error file=incoming/gate.txt,"),
        "{annotations}"
    );
    assert_eq!(run("", "", "copies.txt"), (Some(0), String::new()));
    assert!(folder.path().join("copies.txt").exists());
}
