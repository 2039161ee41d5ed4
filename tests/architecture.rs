//! Rules of the code base that neither the compiler nor clippy checks.
//!
//! The compiler keeps the crates apart. The `clippy.toml` of each library lists what it may not call.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// Modules, each with the modules that it may use. A module uses only modules above it.
type Rules = &'static [(&'static str, &'static [&'static str])];

/// The modules of `crates/core`.
const CORE: Rules = &[
    ("model", &[]),
    ("leb128", &[]),
    ("steps", &[]),
    ("dates", &[]),
    ("union_find", &[]),
    ("components", &["union_find"]),
    ("text", &["leb128", "model", "steps"]),
    ("sketch", &["text"]),
    ("candidates", &["model", "steps", "text", "sketch"]),
    ("align", &["model", "steps", "text"]),
    (
        "evidence",
        &[
            "leb128",
            "model",
            "steps",
            "union_find",
            "text",
            "sketch",
            "candidates",
            "align",
        ],
    ),
    (
        "verify",
        &["model", "steps", "text", "sketch", "align", "evidence"],
    ),
    (
        "cluster",
        &["model", "steps", "union_find", "candidates", "verify"],
    ),
    ("select", &["model", "cluster"]),
];

/// The modules of the engine.
const ENGINE: Rules = &[
    ("corpus", &[]),
    ("dictionary", &[]),
    ("settings", &["corpus", "dictionary"]),
    ("error", &["corpus", "settings"]),
    ("progress", &["error"]),
    ("job", &["progress", "settings"]),
    (
        "reading",
        &["corpus", "error", "progress", "settings", "job"],
    ),
    (
        "matching",
        &["corpus", "error", "progress", "settings", "job", "reading"],
    ),
    (
        "results",
        &[
            "corpus",
            "dictionary",
            "error",
            "progress",
            "settings",
            "job",
            "reading",
            "matching",
        ],
    ),
    (
        "distributed",
        &["corpus", "settings", "reading", "matching", "results"],
    ),
    (
        "run",
        &[
            "corpus", "error", "progress", "settings", "job", "reading", "matching", "results",
        ],
    ),
    (
        "explain",
        &[
            "corpus", "error", "progress", "settings", "job", "reading", "matching", "run",
        ],
    ),
    (
        "archive",
        &[
            "corpus",
            "dictionary",
            "error",
            "progress",
            "settings",
            "job",
            "reading",
            "matching",
            "results",
            "run",
        ],
    ),
    (
        "export",
        &[
            "corpus", "error", "progress", "settings", "job", "reading", "matching", "results",
            "run",
        ],
    ),
];

/// Crates that only the program uses.
const PROGRAM_CRATES: &[&str] = &[
    "anstream",
    "anstyle",
    "clap",
    "indicatif",
    "signal_hook",
    "sysinfo",
    "toml",
];

/// Files that belong to no module: the roots of the crates, the program, and modules that are only for tests.
const OTHERS: &[&str] = &["cli", "main", "lib", "spill_fault_tests", "fixture"];

/// The Rust files of a library, without comments and tests: the module and the code of each.
fn library(src: &str) -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join(src);
    let mut found = vec![];
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(&src).unwrap();
            let module = below.iter().next().unwrap().to_str().unwrap();
            let module = module.trim_end_matches(".rs").to_owned();
            let is_test = path.ends_with("tests.rs") || path.ends_with("oracle.rs");
            if !is_test && !OTHERS.contains(&module.as_str()) {
                found.push((module, code(&fs::read_to_string(&path).unwrap())));
            }
        }
    }
    found
}

/// A file without comments, without single lines for tests, and without its test module, which is last.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let mut lines = vec![];
    let mut is_for_tests = false;
    for line in text.lines().map(str::trim) {
        if !line.starts_with("//") && !is_for_tests && line != "#[cfg(test)]" {
            lines.push(line);
        }
        is_for_tests = line == "#[cfg(test)]";
    }
    lines.join("\n")
}

/// The modules that follow `crate::` in code.
fn used_modules(code: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let after = code.split("crate::").skip(1);
    after
        .map(|rest| rest.split(|c| !is_name(c)).next().unwrap())
        .collect()
}

#[test]
fn modules_of_the_core_import_one_way() {
    check("crates/core/src", CORE);
}

#[test]
fn modules_of_the_engine_import_one_way() {
    check("src", ENGINE);
}

fn check(src: &str, rules: Rules) {
    for (at, (module, uses)) in rules.iter().enumerate() {
        for used in *uses {
            let is_above = rules[..at].iter().any(|(above, _)| above == used);
            assert!(is_above, "{module}: {used} must be listed above it");
        }
    }
    for (module, code) in library(src) {
        let rule = rules.iter().find(|(name, _)| *name == module);
        let (_, uses) = rule.unwrap_or_else(|| panic!("add {module} to the rules of {src}"));
        for used in used_modules(&code) {
            assert!(
                used == module || uses.contains(&used),
                "{module} may not use crate::{used}"
            );
        }
        let is_named = !code.contains("super::super::");
        assert!(
            is_named,
            "{module}: write crate:: instead of super::super::"
        );
    }
}

#[test]
fn the_library_uses_no_crate_of_the_program() {
    for (module, code) in library("src") {
        for name in PROGRAM_CRATES {
            assert!(!code.contains(&format!("{name}::")), "{module} uses {name}");
        }
    }
}

#[test]
fn code_leaves_out_comments_and_tests() {
    let text = "// crate::a\nuse crate::b::C;\n#[cfg(test)]\nuse crate::d;\nuse crate::e;\n\
                #[cfg(test)]\nmod tests {\nuse crate::f;\n}\n";
    assert_eq!(used_modules(&code(text)), ["b", "e"]);
}
