//! The same documents give the same clusters and matches, however they are spread over files.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use support::{report, without_paths};

/// Records of many documents that share passages. A passage of more than 24 documents proposes only the pairs of its first
/// documents, so the order decides which pairs are compared.
fn records() -> Vec<String> {
    let record = |n: u32| {
        let part = |name: &str, of: u32, words: u32| -> String {
            (0..words).map(|w| format!("{name}{of}w{w} ")).collect()
        };
        let text = [
            part("quote", n % 2, 60),
            part("story", n % 7, 40),
            part("own", n, 90),
        ];
        let day = 1 + n * 13 % 28;
        format!(
            "{{\"id\":\"d{n}\",\"source\":\"Site {n}\",\"date\":\"2026-02-{day:02}\",\"text\":\"{}\"}}\n",
            text.concat()
        )
    };
    (0..120).map(record).collect()
}

#[test]
fn the_files_of_documents_make_no_difference() {
    let folder = tempfile::tempdir().unwrap();
    let records = records();
    fs::write(folder.path().join("all.jsonl"), records.concat()).unwrap();
    let parts = folder.path().join("parts");
    fs::create_dir(&parts).unwrap();
    for part in 0..5 {
        let own = records.iter().skip(part).step_by(5).rev();
        let own: String = own.map(String::as_str).collect();
        fs::write(parts.join(format!("{part}.jsonl")), own).unwrap();
    }
    let (one, many) = (
        report(folder.path(), &["all.jsonl"]),
        report(folder.path(), &["parts"]),
    );
    assert!(one["matches"].as_array().unwrap().len() > 100);
    let (one, many) = (without_paths(one), without_paths(many));
    for part in ["clusters", "matches"] {
        assert_eq!(one[part], many[part]);
    }
}
