//! The help: its examples run, and `dedupe help` shows it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::process::Command;
use support::pages::{example, shell};

/// The example, with the files that the examples of the help use.
fn help_corpus() -> tempfile::TempDir {
    let folder = example();
    let at = |name: &str| folder.path().join(name);
    let feed = fs::read(at("news/feed.jsonl")).unwrap();
    fs::write(at("wire.jsonl"), &feed).unwrap();
    let renamed = String::from_utf8(feed.clone()).unwrap();
    let renamed = renamed
        .replace("\"text\"", "\"body\"")
        .replace("\"id\"", "\"guid\"");
    let renamed = zstd::encode_all(renamed.as_bytes(), 1).unwrap();
    fs::write(at("feed.jsonl.zst"), renamed).unwrap();
    let story = fs::read_to_string(at("archive/mill.txt")).unwrap();
    let story = story.replace('"', "");
    let table = format!("id,text\none,\"{story}\"\n");
    for (name, bytes) in [
        ("wire.jsonl.gz", &feed[..]),
        ("stories.csv.gz", table.as_bytes()),
    ] {
        let packed = fs::File::create(at(name)).unwrap();
        let mut packer = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, bytes).unwrap();
        packer.finish().unwrap();
    }
    for name in ["a.txt", "b.txt", "news/a.txt", "news/b.txt"] {
        fs::write(at(name), &story).unwrap();
    }
    fs::copy(at("labels.tsv"), at("pairs.tsv")).unwrap();
    fs::write(at("clusters.tsv"), "agency-1\tone\npost-1\tone\n").unwrap();
    fs::copy(at("clusters.tsv"), at("stories.tsv")).unwrap();
    folder
}

#[test]
fn examples_of_the_help_run() {
    let has_jq = Command::new("jq").arg("--version").output().is_ok();
    let folder = help_corpus();
    let help = shell(folder.path(), "dedupe --help");
    let commands = help
        .split("Commands:\n")
        .nth(1)
        .expect("a list of subcommands");
    let names = commands.lines().take_while(|line| !line.is_empty());
    let names = names.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    assert!(
        names.contains(&"check") && names.contains(&"export"),
        "{help}"
    );
    for name in [""].iter().chain(&names) {
        let help = shell(folder.path(), &format!("dedupe {name} --help"));
        let (_, examples) = help
            .split_once("Examples:\n")
            .unwrap_or_else(|| panic!("{name}: {help}"));
        let examples = examples.lines().take_while(|line| !line.is_empty());
        let examples: Vec<&str> = (examples.map(str::trim))
            .filter(|line| line.starts_with("dedupe ") || line.contains("| dedupe "))
            .collect();
        assert!(!examples.is_empty(), "{name}: {help}");
        for example in examples {
            // A description may follow after two blanks.
            let command = example.split("  ").next().unwrap();
            let has_reader = cfg!(feature = "tables") || !command.contains("--input-format csv");
            if has_reader && (has_jq || !command.contains("jq ")) {
                shell(folder.path(), command);
            }
        }
    }
}
