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
        ("news.csv.gz", table.as_bytes()),
    ] {
        let packed = fs::File::create(at(name)).unwrap();
        let mut packer = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, bytes).unwrap();
        packer.finish().unwrap();
    }
    for name in ["a.txt", "b.txt", "story.txt", "news/a.txt", "news/b.txt"] {
        fs::write(at(name), &story).unwrap();
    }
    fs::copy(at("labels.tsv"), at("pairs.tsv")).unwrap();
    fs::write(at("clusters.tsv"), "agency-1\tone\npost-1\tone\n").unwrap();
    fs::copy(at("clusters.tsv"), at("stories.tsv")).unwrap();
    // The examples of check and of index need an index.
    shell(folder.path(), "dedupe index add archive.idx ./news");
    folder
}

/// The text with one line for each command: a backslash continues a command on the next line.
fn joined(text: &str) -> String {
    let mut parts = text.split("\\\n").map(str::trim_start);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part)
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
    let names: Vec<&str> = names.filter(|name| !["", "help"].contains(name)).collect();
    assert!(
        names.contains(&"check") && names.contains(&"export"),
        "{help}"
    );
    for name in [""].iter().chain(&names) {
        let help = shell(folder.path(), &format!("dedupe {name} --help"));
        let (_, examples) = help
            .split_once("Examples:\n")
            .unwrap_or_else(|| panic!("{name}: {help}"));
        let examples = joined(examples);
        let examples = examples.lines().take_while(|line| !line.is_empty());
        let is_command = |line: &&str| {
            line.starts_with("dedupe ") || line.starts_with("jq ") || line.contains("| dedupe ")
        };
        let examples: Vec<&str> = examples.map(str::trim).filter(is_command).collect();
        assert!(!examples.is_empty(), "{name}: {help}");
        for example in examples {
            // A description may follow after two blanks.
            let command = example.split("  ").next().unwrap();
            let has_reader = cfg!(feature = "tables") || !command.contains("--input-format csv");
            // The service runs until it is stopped; tests/serve.rs starts it.
            let ends = !command.starts_with("dedupe serve ");
            if ends && has_reader && (has_jq || !command.contains("jq ")) {
                shell(folder.path(), command);
            }
        }
    }
}

#[test]
fn help_is_a_command_too() {
    let folder = example();
    for (command, option) in [
        ("dedupe help", "dedupe --help"),
        ("dedupe help check", "dedupe check --help"),
    ] {
        let [by_command, by_option] = [command, option].map(|line| shell(folder.path(), line));
        assert_eq!(by_command, by_option, "{command}");
    }
}

/// The pages say *command*, so the help and the manual pages say it too.
#[test]
fn help_and_manual_pages_say_command() {
    let folder = example();
    let options = fs::read_to_string(support::pages::path("docs/options.md")).unwrap();
    let names = options.lines().filter_map(|line| {
        let name = line.strip_prefix("## `dedupe")?.strip_suffix('`')?;
        Some(name.to_owned())
    });
    let names: Vec<String> = names.collect();
    assert!(names.iter().any(|name| name == " index add"), "{names:?}");
    for name in &names {
        for line in [format!("dedupe{name} --help"), format!("dedupe man{name}")] {
            let text = shell(folder.path(), &line);
            assert!(
                !text.to_lowercase().contains("subcommand"),
                "{line}: {text}"
            );
        }
    }
    let help = shell(folder.path(), "dedupe help help");
    assert!(!help.contains("subcommand"), "{help}");
}

/// The help says what a user who pipes the report needs before anything else.
#[test]
fn help_begins_with_what_happens_in_a_pipe() {
    let help = shell(example().path(), "dedupe --help");
    let first: Vec<&str> = help.lines().take(4).collect();
    assert!(first.join(" ").contains("as JSON in a pipe"), "{first:?}");
}
