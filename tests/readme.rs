//! The README, the help and `action.yml` are correct: commands run, recipes print what is expected, and the
//! sample output is that of the program.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

const RUN_IN_CLONE: &str = "cargo run --release -- ";

/// Commands that build the program. A test of that program cannot run them.
const BUILD_COMMANDS: [&str; 4] = [
    RUN_IN_CLONE,
    "cargo test",
    "cargo build --release",
    "cargo install --path .",
];

/// The first words before a recipe, and what the recipe prints.
const RECIPES: [(&str, &str); 5] = [
    ("The ids of all copies", "post-1\n"),
    (
        "Pairs of copies",
        "contained\tagency-1\tpage-1\tAgency\tPortal\n\
         near\tagency-1\tpost-1\tAgency\tPost\n\
         contains\tpage-1\tpost-1\tPortal\tPost\n",
    ),
    ("The stories that most", "3\tagency-1\tHarbour closes\n"),
    (
        "Bytes of the shared",
        "agency-1\tpage-1\t1199\t1199\n\
         agency-1\tpost-1\t1139\t1139\n\
         page-1\tpost-1\t1139\t1139\n",
    ),
    (
        "What was not read",
        "./news/feed.jsonl\t4\tnot-object\t\
         expected a JSON object, found another JSON value; the line was skipped\n",
    ),
];

/// A fenced block and the paragraph before it.
struct Block {
    language: String,
    before: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let (mut blocks, mut before, mut ended) = (vec![], String::new(), false);
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let inside = lines.by_ref().take_while(|line| *line != "```");
            blocks.push(Block {
                language: language.to_owned(),
                before: before.clone(),
                text: inside.map(|line| format!("{line}\n")).collect(),
            });
        } else if line.is_empty() {
            ended = true;
        } else {
            if std::mem::take(&mut ended) {
                before.clear();
            }
            before.push_str(line);
        }
    }
    blocks
}

fn shell_blocks() -> Vec<Block> {
    let blocks = blocks().into_iter();
    blocks.filter(|block| block.language == "sh").collect()
}

/// A text of three-letter words. Texts with different seeds share no word.
fn story(seed: u32, words: u32) -> String {
    let letter = |n: u32| char::from(b'a' + (n % 26) as u8);
    let word = |k: u32| -> String { [seed, k / 26, k].into_iter().map(letter).collect() };
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

/// A folder with a feed: a story, its near copy, a page that contains it, an invalid line and another story.
fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = story(0, 300);
    let cut = text.get(..text.len() - 60).unwrap();
    let record = |id: &str, source: &str, title: &str, text: String| {
        serde_json::json!({"id": id, "source": source, "title": title, "text": text}).to_string()
    };
    let page = [story(1, 400), text.clone(), story(2, 400)].join(" ");
    let lines = [
        record("agency-1", "Agency", "Harbour closes", text.clone()),
        record(
            "post-1",
            "Post",
            "Basin shut",
            format!("{cut} {}", story(3, 30)),
        ),
        record("page-1", "Portal", "The week", page),
        "[]".to_owned(),
        record("other-1", "Post", "Mill roof", story(4, 200)),
    ];
    fs::create_dir(folder.path().join("news")).unwrap();
    fs::write(folder.path().join("news/feed.jsonl"), lines.join("\n")).unwrap();
    fs::write(folder.path().join("labels.tsv"), sample_labels()).unwrap();
    for (name, text) in [("harbour.txt", &text[..]), ("basin.txt", cut)] {
        fs::create_dir_all(folder.path().join("files")).unwrap();
        fs::write(folder.path().join("files").join(name), text).unwrap();
    }
    for (name, text) in [
        ("incoming/today.txt", cut),
        ("archive/harbour.txt", &text[..]),
    ] {
        let path = folder.path().join(name);
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::create_dir(folder.path().join("bin")).unwrap();
    symlink(
        env!("CARGO_BIN_EXE_dedupe"),
        folder.path().join("bin/dedupe"),
    )
    .unwrap();
    folder
}

/// The labels in the README.
fn sample_labels() -> String {
    let blocks = blocks();
    let labels = blocks
        .into_iter()
        .find(|block| block.text.contains("\tnear\n"));
    labels.expect("the README has labels").text
}

/// Runs a script in the folder and returns its output. It may exit with 3, since the feed has an invalid line,
/// and with 1 if it uses `--fail-on`.
fn shell(folder: &Path, script: &str) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let bin = folder.join("bin");
    let output: Output = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", bin.display()))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    let may_fail = script.contains("--fail-on");
    let expected = matches!(code, Some(0 | 3)) || may_fail && code == Some(1);
    assert!(expected, "{script}: {code:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn commands_of_the_readme_run() {
    let folder = corpus();
    for block in shell_blocks() {
        for line in block
            .text
            .lines()
            .filter(|line| line.starts_with("dedupe") || line.contains("| dedupe"))
        {
            shell(folder.path(), line);
        }
        let others = block.text.lines().filter(|line| line.starts_with("cargo"));
        for line in others {
            assert!(
                BUILD_COMMANDS.iter().any(|known| line.starts_with(known)),
                "{line}"
            );
        }
    }
}

#[test]
fn action_passes_its_inputs_to_the_program() {
    let folder = corpus();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let action = fs::read_to_string(root.join("action.yml")).unwrap();
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
                ("PATHS", "incoming files"),
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
    let (code, annotations) = run("archive", "exact", "");
    assert_eq!(code, Some(1));
    assert!(
        annotations.contains("::error file=files/harbour.txt,"),
        "{annotations}"
    );
    assert_eq!(run("", "", "copies.txt"), (Some(0), String::new()));
    assert!(folder.path().join("copies.txt").exists());
}

/// The same folder, with the files that the examples of the help use.
fn help_corpus() -> tempfile::TempDir {
    let folder = corpus();
    let at = |name: &str| folder.path().join(name);
    let feed = fs::read(at("news/feed.jsonl")).unwrap();
    fs::write(at("wire.jsonl"), &feed).unwrap();
    let renamed = String::from_utf8(feed.clone()).unwrap();
    let renamed = renamed
        .replace("\"text\"", "\"body\"")
        .replace("\"id\"", "\"guid\"");
    let renamed = zstd::encode_all(renamed.as_bytes(), 1).unwrap();
    fs::write(at("feed.jsonl.zst"), renamed).unwrap();
    let table = format!("id,text\none,{}\ntwo,{}\n", story(5, 90), story(6, 90));
    for (name, bytes) in [
        ("wire.jsonl.gz", &feed[..]),
        ("stories.csv.gz", table.as_bytes()),
    ] {
        let packed = fs::File::create(at(name)).unwrap();
        let mut packer = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, bytes).unwrap();
        packer.finish().unwrap();
    }
    for name in ["a.txt", "b.txt", "story.txt", "news/a.txt", "news/b.txt"] {
        fs::write(at(name), story(9, 100)).unwrap();
    }
    fs::write(at("pairs.tsv"), sample_labels()).unwrap();
    fs::write(at("clusters.tsv"), "agency-1\tone\npost-1\tone\n").unwrap();
    fs::copy(at("clusters.tsv"), at("stories.tsv")).unwrap();
    folder
}

#[test]
fn examples_of_the_help_run() {
    let has_jq = Command::new("jq").arg("--version").output().is_ok();
    let folder = help_corpus();
    // The examples of check and of index need an index.
    shell(folder.path(), "dedupe index add archive.idx ./news");
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

#[test]
fn recipes_print_what_is_expected() {
    if Command::new("jq").arg("--version").output().is_err() {
        eprintln!("skipped: there is no jq on this machine");
        return;
    }
    let folder = corpus();
    shell(folder.path(), "dedupe ./news -o report.json");
    let blocks = shell_blocks();
    let recipes: Vec<&Block> = (blocks.iter())
        .filter(|block| block.text.starts_with("jq"))
        .collect();
    assert_eq!(recipes.len(), RECIPES.len());
    for (recipe, (before, expected)) in recipes.into_iter().zip(RECIPES) {
        assert!(recipe.before.starts_with(before), "{}", recipe.before);
        assert_eq!(shell(folder.path(), &recipe.text), expected, "{before}");
    }
}

#[test]
fn labels_of_the_readme_are_evaluated() {
    let folder = corpus();
    let measured = shell(
        folder.path(),
        "dedupe eval --truth labels.tsv ./news --no-curve",
    );
    let measured: serde_json::Value = serde_json::from_str(&measured).unwrap();
    assert_eq!(measured["unknown_ids"], serde_json::json!([]));
    for (figure, expected) in [("labelled", 2), ("hit", 2), ("wrong", 0)] {
        assert_eq!(measured["pairs"][figure], expected, "{figure}");
    }
    let explained = shell(folder.path(), "dedupe explain agency-1 post-1 --in ./news");
    let explained: serde_json::Value = serde_json::from_str(&explained).unwrap();
    assert_eq!(explained["relation"], "near");
}

#[test]
fn sample_output_is_that_of_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let blocks = blocks();
    let at = blocks
        .iter()
        .position(|block| block.text.starts_with(RUN_IN_CLONE))
        .expect("the README has a first command");
    let paths = blocks[at].text.trim().strip_prefix(RUN_IN_CLONE).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_dedupe"))
        .args([paths, "--format", "text"])
        .current_dir(root)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let sample = &blocks[at + 1];
    assert_eq!(sample.language, "text");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), sample.text);
}
