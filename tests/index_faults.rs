//! `dedupe index add` on a full disk and in a read-only folder: an error that says so, and the index as it was. Needs root, to
//! mount a small file system in memory; otherwise the tests say that they were skipped.

#![cfg(all(feature = "index", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::dedupe;

/// A file system in memory, mounted in a folder.
struct Mount {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Mount {
    /// `None` if this process may not mount one.
    fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("disk");
        fs::create_dir(&path).unwrap();
        let options = format!("size={size}");
        let line = ["-t", "tmpfs", "-o", &options, "none", path.to_str()?];
        let mounted = Command::new("mount").args(line).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { folder, path });
        }
        eprintln!("skipped: this process may not mount a file system");
        None
    }

    fn remount(&self, option: &str) {
        let options = format!("remount,{option}");
        let line = ["-o", &options, self.path.to_str().unwrap()];
        assert!(Command::new("mount").args(line).status().unwrap().success());
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.path).status();
    }
}

/// Documents whose words occur nowhere else.
fn write(file: &Path, first: u64, count: u64, words: u64) {
    let text = |n: u64| -> String {
        let word = |w: u64| (n * words + w + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (0..words).map(|w| format!("w{:x} ", word(w))).collect()
    };
    let record = |n: u64| json!({"id": format!("d{n}"), "text": text(n)}).to_string() + "\n";
    fs::write(file, (first..first + count).map(record).collect::<String>()).unwrap();
}

fn succeed(folder: &Path, line: &[&str]) -> Vec<u8> {
    let output = dedupe(folder, line);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{line:?}: {said}");
    output.stdout
}

fn documents(folder: &Path, index: &str) -> Value {
    let info = succeed(folder, &["index", "info", index]);
    serde_json::from_slice::<Value>(&info).unwrap()["documents"].clone()
}

/// The message of a command that fails.
fn failure(folder: &Path, line: &[&str]) -> String {
    let output = dedupe(folder, line);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{line:?}: {said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[test]
fn a_full_disk_is_an_error_and_the_index_stays_as_it_was() {
    let Some(mount) = Mount::new("1m") else {
        return;
    };
    let folder = mount.folder.path();
    let index = mount.path.join("a.idx");
    let index = index.to_str().unwrap();
    write(&folder.join("few.jsonl"), 0, 20, 200);
    write(&folder.join("many.jsonl"), 100, 160, 1000);
    write(&folder.join("more.jsonl"), 1000, 20, 200);
    // No index begins where there is no space for it.
    let new = mount.path.join("new.idx");
    let said = failure(
        folder,
        &["index", "add", new.to_str().unwrap(), "many.jsonl"],
    );
    assert!(
        said.contains("No space left") && said.contains("free some space"),
        "{said}"
    );
    fs::remove_dir_all(&new).unwrap();

    succeed(folder, &["index", "add", index, "few.jsonl"]);
    let export = succeed(folder, &["index", "export", index]);
    let said = failure(folder, &["index", "add", index, "many.jsonl"]);
    assert!(
        said.contains("No space left") && said.contains("free some space"),
        "{said}"
    );
    assert_eq!(documents(folder, index), 20);
    assert!(succeed(folder, &["index", "export", index]) == export);
    succeed(folder, &["index", "verify", index]);
    // What the failed addition wrote is gone.
    succeed(folder, &["index", "add", index, "more.jsonl"]);
    assert_eq!(documents(folder, index), 40);
    succeed(folder, &["index", "verify", index]);
}

#[test]
fn a_read_only_folder_is_an_error_and_can_be_queried() {
    let Some(mount) = Mount::new("4m") else {
        return;
    };
    let folder = mount.folder.path();
    let index = mount.path.join("a.idx");
    let index = index.to_str().unwrap();
    write(&folder.join("few.jsonl"), 0, 20, 200);
    write(&folder.join("more.jsonl"), 1000, 20, 200);
    succeed(folder, &["index", "add", index, "few.jsonl"]);
    mount.remount("ro");
    for line in [
        &["index", "add", index, "more.jsonl"][..],
        &["index", "remove", index, "d0"],
        &["index", "compact", index],
    ] {
        let said = failure(folder, line);
        assert!(said.contains("Read-only file system"), "{said}");
        assert!(
            said.contains("you need permission to write to its folder"),
            "{said}"
        );
    }
    succeed(folder, &["index", "query", index, "few.jsonl"]);
    succeed(folder, &["index", "verify", index]);
    assert_eq!(documents(folder, index), 20);
    mount.remount("rw");
    succeed(folder, &["index", "add", index, "more.jsonl"]);
    assert_eq!(documents(folder, index), 40);
}
