//! Bad input and output that only a Unix file system allows.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::Value;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use support::{clusters, list, program, root, string};

/// A folder with one story in two documents.
fn good() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["good-1.txt", "good-2.txt"] {
        fs::copy(root().join("fixtures/wire/a.txt"), folder.path().join(name)).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = program(folder);
    let command = command.args(arguments).timeout(Duration::from_secs(60));
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Adds bad files to a good folder. Checks that exactly these paths are skipped with these codes and
/// reported on standard error, that the story is found, and the exit code.
fn check(spoil: impl FnOnce(&Path), arguments: &[&str], faults: &[(&str, &str)], exit: i32) {
    let folder = good();
    spoil(folder.path());
    let output = run(folder.path(), &[&["."], arguments].concat());
    let errors = text(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let skipped = list(&report, "skipped").iter();
    let found: Vec<_> = skipped
        .map(|f| (string(f, "path"), string(f, "code")))
        .collect();
    assert_eq!(found, faults, "{errors}");
    // Standard error has the first fault of each kind.
    for (at, (path, code)) in faults.iter().enumerate() {
        let is_first = faults[..at].iter().all(|(_, other)| other != code);
        let is_printed = errors.contains(&format!("dedupe: {path}: "));
        assert_eq!(is_printed, is_first, "{errors}");
    }
    assert_eq!(clusters(&report), [["./good-1.txt", "./good-2.txt"]]);
    assert_eq!(output.status.code(), Some(exit), "{errors}");
}

fn make_pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// True if permissions do not apply, as for root. Then prints that the test is skipped.
#[allow(clippy::print_stderr)]
fn permissions_are_ignored() -> bool {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let free = fs::write(folder.path().join("x"), "").is_ok();
    if free {
        eprintln!("skipped: this user may read and write everything");
    }
    free
}

#[test]
fn reports_pipes_and_sockets_without_opening_them() {
    let spoil = |folder: &Path| {
        make_pipe(&folder.join("pipe.txt"));
        drop(UnixListener::bind(folder.join("socket.txt")).unwrap());
    };
    let faults = [
        ("./pipe.txt", "not-regular"),
        ("./socket.txt", "not-regular"),
    ];
    check(spoil, &[], &faults, 3);
    check(|_| (), &["/dev/zero"], &[("/dev/zero", "not-regular")], 3);
}

#[test]
fn reports_a_dangling_link() {
    let spoil = |folder: &Path| symlink("nowhere", folder.join("dangling.txt")).unwrap();
    check(spoil, &[], &[("./dangling.txt", "not-found")], 3);
}

#[test]
fn reports_link_loops() {
    let spoil = |folder: &Path| {
        fs::create_dir(folder.join("x")).unwrap();
        symlink("..", folder.join("x/loop")).unwrap();
    };
    check(spoil, &[], &[], 0);
    check(spoil, &["--follow"], &[("./x/loop", "link-loop")], 3);
    let spoil = |folder: &Path| symlink("self.txt", folder.join("self.txt")).unwrap();
    check(spoil, &[], &[("./self.txt", "link-loop")], 3);
}

#[test]
fn reads_a_file_with_two_paths_once() {
    let spoil = |folder: &Path| symlink("good-1.txt", folder.join("link.txt")).unwrap();
    check(spoil, &["./good-2.txt", "./link.txt"], &[], 0);
}

#[test]
fn reports_files_without_read_permission() {
    if permissions_are_ignored() {
        return;
    }
    let forbid =
        |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    let spoil = |folder: &Path| {
        fs::write(folder.join("secret.txt"), "one").unwrap();
        fs::create_dir(folder.join("vault")).unwrap();
        forbid(&folder.join("secret.txt"));
        forbid(&folder.join("vault"));
    };
    let faults = [
        ("./secret.txt", "not-readable"),
        ("./vault", "not-readable"),
    ];
    check(spoil, &[], &faults, 3);
}

#[test]
fn escapes_terminal_control_characters() {
    let folder = good();
    let bell = "\u{1b}[31m\u{7}\u{9b}2J\u{202e}";
    for (name, from) in [("copy", "wire/a.txt"), ("page", "wire/b.txt")] {
        let to = folder.path().join(format!("{name}{bell}.txt"));
        fs::copy(root().join("fixtures").join(from), to).unwrap();
    }
    fs::write(folder.path().join(format!("empty{bell}.txt")), "").unwrap();
    let story = fs::read_to_string(root().join("fixtures/languages/en/article.txt")).unwrap();
    let record = |id: &str| {
        let of = |name: &str| format!("{name}{bell}");
        let text = format!("{bell}{story}");
        serde_json::json!({"id": of(id), "title": of("title"), "source": of("source"),
            "date": of("date"), "url": of("url"), "text": text})
    };
    let lines = format!("{}\n{}\n{bell}\n", record("r1"), record("r2"));
    fs::write(folder.path().join(format!("feed{bell}.jsonl")), lines).unwrap();
    for format in ["text", "json", "jsonl"] {
        let output = run(
            folder.path(),
            &[".", "--format", format, "--color", "never"],
        );
        assert_eq!(output.status.code(), Some(3));
        for stream in [text(&output.stdout), text(&output.stderr)] {
            assert!(stream.contains("empty"), "{format}: {stream}");
            let obeyed = |c: &char| c.is_control() && *c != '\n' || *c == '\u{202e}';
            assert_eq!(stream.chars().find(obeyed), None, "{format}: {stream:?}");
        }
        assert!(text(&output.stdout).contains("copy"), "{format}");
    }
}

/// Checks that a report cannot be written to this path, and that no partial file is left.
fn check_unwritable(folder: &Path, to: &str, message: &str) {
    let before = listing(folder);
    let output = run(folder, &[".", "-o", to]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    let errors = text(&output.stderr);
    assert!(
        errors.contains(&format!("cannot write {to}: {message}")),
        "{errors}"
    );
    assert_eq!(listing(folder), before);
}

fn listing(folder: &Path) -> Vec<std::ffi::OsString> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

#[test]
fn leaves_nothing_behind_if_a_report_cannot_be_written() {
    let folder = good();
    check_unwritable(
        folder.path(),
        "none/r.json",
        "the folder none does not exist",
    );
    check_unwritable(folder.path(), ".", "it is a folder");
    if Path::new("/dev/full").exists() {
        check_unwritable(folder.path(), "/dev/full", "No space left");
    }
    if permissions_are_ignored() {
        return;
    }
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
    check_unwritable(folder.path(), "closed/r.json", "Permission denied");
    assert!(listing(&closed).is_empty());
}

#[test]
fn keeps_the_old_report_until_the_new_one_is_complete() {
    let folder = good();
    let report = folder.path().join("r.json");
    fs::write(&report, "older").unwrap();
    let output = run(
        folder.path(),
        &["./none", "-o", "r.json", "--threshold", "9"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&report).unwrap(), "older");
    let output = run(folder.path(), &["good-1.txt", "good-2.txt", "-o", "r.json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(fs::read_to_string(&report).unwrap().ends_with("}\n"));
    assert_eq!(
        listing(folder.path()),
        ["good-1.txt", "good-2.txt", "r.json"]
    );
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let script =
        "\"$0\" ./fixtures/languages --format jsonl | head -c 10; echo \" ${PIPESTATUS[0]}\"";
    let output = Command::new("bash")
        .args(["-c", script])
        .arg(assert_cmd::cargo::cargo_bin("dedupe"))
        .current_dir(root())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(text(&output.stdout), "{\"type\":\"c 0\n");
    assert!(!text(&output.stderr).contains("error"));
}
