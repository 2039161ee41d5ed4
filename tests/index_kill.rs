//! `dedupe index add`, killed at any moment, loses nothing that it has said to be stored, and the next one goes on.

#![cfg(all(feature = "index", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/archive.rs"]
mod archive;
mod support;

use archive::{assert_same, whole};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use support::{dedupe, report};

/// Kills; `DEDUPE_KILLS` sets another number.
const KILLS: u64 = 40;
const PARTS: u64 = 12;
const SEED: u64 = 7;

/// The next number of a fixed sequence (SplitMix64).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Documents of which many share stories and quotations.
fn record(n: u64) -> Value {
    let part = |name: &str, of: u64, words: u64| -> String {
        (0..words).map(|w| format!("{name}{of}w{w} ")).collect()
    };
    let text = part("story", n % 17, 60) + &part("quote", n % 3, 45) + &part("own", n, 30 + n % 40);
    json!({"id": format!("d{n}"), "source": format!("Site {n}"), "date": "2026-03-01", "text": text})
}

/// The ids of a part.
fn ids(part: u64) -> impl Iterator<Item = u64> {
    (0..180).filter(move |n| n % PARTS == part)
}

fn add(folder: &Path, part: u64) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dedupe"));
    command.args([
        "index",
        "add",
        "a.idx",
        &format!("part{part}.jsonl"),
        "--dictionary",
        "d",
        "--quiet",
    ]);
    command.current_dir(folder).stdin(Stdio::null());
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The ids of the documents in the index; none if its creation was interrupted.
fn stored(folder: &Path) -> BTreeSet<String> {
    let output = dedupe(folder, &["index", "export", "a.idx"]);
    let said = String::from_utf8(output.stderr).unwrap();
    if said.contains("its first addition was interrupted") || said.contains("there is no index") {
        return BTreeSet::new();
    }
    assert_eq!(output.status.code(), Some(0), "{said}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let id = |line: &str| {
        serde_json::from_str::<Value>(line).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    lines.lines().map(id).collect()
}

#[test]
fn a_killed_addition_loses_nothing_that_was_stored() {
    let kills = std::env::var("DEDUPE_KILLS")
        .ok()
        .and_then(|number| number.parse().ok());
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut all = String::new();
    for part in 0..PARTS {
        let lines: String = ids(part).map(|n| format!("{}\n", record(n))).collect();
        fs::write(folder.join(format!("part{part}.jsonl")), &lines).unwrap();
        all += &lines;
    }
    fs::write(folder.join("all.jsonl"), all).unwrap();
    let learn = [
        "all.jsonl",
        "--write-dictionary",
        "d",
        "-o",
        "learnt.json",
        "--quiet",
    ];
    assert_eq!(dedupe(folder, &learn).status.code(), Some(0));
    let begun = Instant::now();
    assert!(add(folder, 0).wait().unwrap().success());
    let duration = begun.elapsed();
    fs::remove_dir_all(folder.join("a.idx")).unwrap();

    let (mut state, mut killed, mut acknowledged) = (SEED, 0, BTreeSet::new());
    for _ in 0..kills.unwrap_or(KILLS) {
        let part = next(&mut state) % PARTS;
        let mut child = add(folder, part);
        let moment = duration.mul_f64((next(&mut state) % 1100) as f64 / 1000.0);
        thread::sleep(moment.max(Duration::from_millis(1)));
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        match ended {
            Some(status) => {
                assert!(status.success());
                acknowledged.extend(ids(part).map(|n| format!("d{n}")));
            }
            None => killed += 1,
        }
        let stored = stored(folder);
        let lost: Vec<&String> = acknowledged.difference(&stored).collect();
        assert!(lost.is_empty(), "{lost:?}");
        acknowledged = stored;
    }
    assert!(killed > 0);
    for part in 0..PARTS {
        assert!(add(folder, part).wait().unwrap().success());
    }
    let verified = dedupe(folder, &["index", "verify", "a.idx"]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    let expected = report(folder, &["all.jsonl", "--dictionary", "d"]);
    assert!(expected["matches"].as_array().unwrap().len() > 100);
    assert_same(whole(&folder.join("a.idx")), expected);
}
