//! The house rules, read off the source: which module may use which, and who may touch the world.
//!
//! Code for tests is left out: it may use what it likes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each module of the engine and the modules it may use. One may only use those above it, so that no
/// two ever use each other.
const MODULES: &[(&str, &[&str])] = &[
    ("spill", &[]),
    ("corpus", &["spill"]),
    ("pipeline", &["spill", "corpus"]),
];

/// What the command line may use of the library.
const FACADE: &[&str] = &["evaluate", "model", "pipeline", "report", "source"];

/// Modules that open files.
const OPENS_FILES: &[&str] = &["source", "spill", "cli"];

/// Modules that are functions of their input and nothing else.
const PURE: &[&str] = &[
    "model",
    "text",
    "sketch",
    "candidates",
    "verify",
    "cluster",
    "credit",
    "select",
];

/// One source file without its comments and its tests.
struct Source {
    /// Path below `src`.
    path: PathBuf,
    /// `text` for `text/ascii.rs`, `cluster` for `cluster.rs`.
    module: String,
    lines: Vec<String>,
}

impl Source {
    fn read(root: &Path, path: &Path) -> Self {
        let below = path.strip_prefix(root).unwrap().to_path_buf();
        let first = below.iter().next().unwrap().to_str().unwrap();
        let all = fs::read_to_string(path).unwrap();
        Self {
            module: first.trim_end_matches(".rs").to_owned(),
            path: below,
            lines: without_tests(&all),
        }
    }

    /// How many `super` lead from here to the root of the crate.
    fn depth(&self) -> usize {
        let names = self.path.iter().count();
        if self.path.ends_with("mod.rs") {
            names - 1
        } else {
            names
        }
    }

    fn is_library(&self) -> bool {
        !["main", "lib", "cli"].contains(&self.module.as_str())
    }

    /// Complains of the lines that hold one of these words.
    fn refuse(&self, words: &[&str], why: &str, complaints: &mut Vec<String>) {
        for line in &self.lines {
            for word in words.iter().filter(|word| line.contains(**word)) {
                complaints.push(format!("{}: `{word}`: {why}", self.path.display()));
            }
        }
    }

    /// Names that follow `prefix` in a path, those of `{...}` included.
    fn names_after(&self, prefix: &str) -> BTreeSet<String> {
        let text = self.lines.join("\n");
        let begins = |at: usize| {
            let before = text[..at].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
        };
        text.match_indices(prefix)
            .filter(|(at, _)| begins(*at))
            .flat_map(|(at, _)| heads(&text[at + prefix.len()..]))
            .collect()
    }
}

/// The first names of what follows `crate::`: one, or each of a list in braces.
fn heads(rest: &str) -> Vec<String> {
    let Some(list) = rest.strip_prefix('{') else {
        return vec![name(rest)];
    };
    let (mut names, mut depth, mut begin) = (vec![], 0usize, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(name(list[begin..at].trim_start()));
                begin = at + 1;
            }
            _ => {}
        }
        if c == '}' && depth == 0 && begin == at + 1 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn name(text: &str) -> String {
    let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
    text.chars().take_while(is_part).collect()
}

/// The lines before the tests, which stand last in a file, without comments.
fn without_tests(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let tests = (0..lines.len())
        .find(|&at| lines[at] == "#[cfg(test)]" && item(&lines[at..]).ends_with('{'))
        .unwrap_or(lines.len());
    lines[..tests]
        .iter()
        .filter(|line| !line.starts_with("//"))
        .map(|line| (*line).to_owned())
        .collect()
}

/// The line that the attributes and comments before it are about.
fn item<'a>(lines: &[&'a str]) -> &'a str {
    let is_about = |line: &&&str| line.starts_with("#[") || line.starts_with("//");
    lines.iter().find(|line| !is_about(line)).unwrap_or(&"")
}

/// All files below `src` that are not for tests alone.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut for_tests) = (BTreeSet::new(), BTreeSet::new());
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                for_tests.extend(test_files(&path));
                files.insert(path);
            }
        }
    }
    // What a file for tests declares stands in the folder of its name.
    let folders: Vec<PathBuf> = for_tests.iter().map(|p| p.with_extension("")).collect();
    files
        .difference(&for_tests)
        .filter(|path| !folders.iter().any(|folder| path.starts_with(folder)))
        .map(|path| Source::read(&root, path))
        .collect()
}

/// The files that this one declares for tests alone.
fn test_files(path: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let folder = if path.ends_with("mod.rs") {
        path.parent().unwrap().to_path_buf()
    } else {
        path.with_extension("")
    };
    (0..lines.len())
        .filter(|&at| lines[at] == "#[cfg(test)]")
        .map(|at| item(&lines[at..]))
        .filter_map(|item| item.strip_suffix(';')?.split_once("mod "))
        .map(|(_, module)| folder.join(module).with_extension("rs"))
        .collect()
}

fn check(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn the_rules_allow_no_circle_and_name_every_module() {
    let mut above: BTreeSet<&str> = BTreeSet::new();
    for (module, uses) in MODULES {
        for used in *uses {
            assert!(above.contains(used), "{module} may not use {used} below it");
        }
        above.insert(module);
    }
    let there: BTreeSet<String> = (sources().into_iter())
        .filter(Source::is_library)
        .map(|source| source.module)
        .collect();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    assert_eq!(there, above, "give a new module its place in MODULES");
}

#[test]
fn imports_point_one_way() {
    let rules: BTreeMap<&str, &[&str]> = MODULES.iter().copied().collect();
    let mut complaints = vec![];
    for source in sources().iter().filter(|s| s.is_library()) {
        let allowed = rules.get(source.module.as_str()).copied().unwrap_or(&[]);
        for used in source.names_after("crate::") {
            if used != source.module && !allowed.contains(&used.as_str()) {
                let path = source.path.display();
                complaints.push(format!("{path}: {} may not use {used}", source.module));
            }
        }
        let out = "super::".repeat(source.depth());
        source.refuse(&[&out], "write crate:: and the module", &mut complaints);
    }
    check(&complaints);
}

#[test]
fn the_command_line_uses_the_library_by_its_front_door() {
    let mut complaints = vec![];
    for source in sources().iter().filter(|s| s.module == "cli") {
        for used in source.names_after("dedupe::") {
            if !FACADE.contains(&used.as_str()) {
                complaints.push(format!("{}: uses {used}", source.path.display()));
            }
        }
    }
    check(&complaints);
}

#[test]
fn the_library_is_silent() {
    let words = [
        "print!(",
        "println!(",
        "dbg!(",
        "io::stdout",
        "io::stderr",
        "std::process",
        "process::exit",
        "std::env",
        "env::var",
        "anyhow",
        "std::net",
    ];
    let mut complaints = vec![];
    for source in sources().iter().filter(|s| s.is_library()) {
        let why = "the library prints nothing, reads no environment, never exits";
        source.refuse(&words, why, &mut complaints);
    }
    check(&complaints);
}

#[test]
fn only_source_and_the_command_line_open_files() {
    let words = ["std::fs", "File::", "OpenOptions", "tempfile", "walkdir"];
    let mut complaints = vec![];
    for source in sources() {
        if !OPENS_FILES.contains(&source.module.as_str()) {
            source.refuse(&words, "files are opened elsewhere", &mut complaints);
        }
    }
    check(&complaints);
}

#[test]
fn what_is_pure_knows_no_clock_and_no_chance() {
    let words = [
        "Instant",
        "SystemTime",
        "std::time",
        "std::thread",
        "RandomState",
    ];
    let mut complaints = vec![];
    for source in sources() {
        if PURE.contains(&source.module.as_str()) {
            source.refuse(&words, "a function of its input alone", &mut complaints);
        }
    }
    check(&complaints);
}

#[test]
fn names_are_read_off_paths_and_lists() {
    assert_eq!(heads("model::{A, B};"), ["model"]);
    assert_eq!(
        heads("{model::{A, B}, text, source::walk};"),
        ["model", "text", "source"]
    );
}
