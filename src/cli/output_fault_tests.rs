//! If any operation on an output file goes wrong, each output is the old one or the new one, the failure names the file,
//! and the next run succeeds.

use super::args::CommandLine;
use super::dispatch;
use super::exit::Exit;
use super::given::GivenOptions;
use super::messages::{Failure, diagnose};
use super::output::tests::names;
use super::output_faults::{Fault, MESSAGE, with_fault};
use clap::Parser;
use std::fs;
use std::path::Path;

const OLD: &str = "the old output\n";

/// Three copies and a document of its own.
fn write_corpus(folder: &Path) {
    let words =
        |begin: u32| -> String { (begin..begin + 60).map(|n| format!("word{n} ")).collect() };
    let line = |(id, begin): (&str, u32)| {
        format!("{{\"id\": \"{id}\", \"text\": \"{}\"}}\n", words(begin))
    };
    let lines: String = [("a", 0), ("b", 0), ("c", 2), ("d", 900)]
        .map(line)
        .concat();
    fs::write(folder.join("corpus.jsonl"), lines).unwrap();
}

/// Runs a command in which each operation on an output file goes wrong in turn. `outputs`: the options that name output
/// files. `together`: whether all outputs are put in place, or none. `exists`: whether there are old outputs. Returns the
/// number of operations, and of those without which the run succeeds.
fn check(
    command: &[&str],
    outputs: &[&str],
    together: bool,
    exists: bool,
    fault: Fault,
) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    write_corpus(folder.path());
    let path = |name: &str| {
        folder
            .path()
            .join(name)
            .into_os_string()
            .into_string()
            .unwrap()
    };
    let files: Vec<String> = outputs
        .iter()
        .map(|name| path(name.trim_matches('-')))
        .collect();
    let mut line = vec!["dedupe".to_owned()];
    line.extend(command.iter().map(|word| (*word).to_owned()));
    line.extend(["--quiet".to_owned(), path("corpus.jsonl")]);
    let named = outputs.iter().zip(&files);
    line.extend(named.flat_map(|(option, file)| [(*option).to_owned(), file.clone()]));
    let run = || {
        let line = CommandLine::try_parse_from(&line).unwrap();
        dispatch(line, &GivenOptions::default())
    };
    let read =
        || -> Vec<Option<String>> { files.iter().map(|f| fs::read_to_string(f).ok()).collect() };

    assert_eq!(run().unwrap(), Exit::Done);
    let (complete, all_names) = (read(), names(folder.path()));
    let old: Vec<Option<String>> = files
        .iter()
        .map(|_| exists.then(|| OLD.to_owned()))
        .collect();
    let mut spared = 0;
    for operation in 0.. {
        for file in &files {
            match exists {
                true => fs::write(file, OLD).unwrap(),
                false => fs::remove_file(file).unwrap(),
            }
        }
        let before = names(folder.path());
        let (result, happened) = with_fault(fault, operation, run);
        let found = read();
        let context = format!("{command:?}, {fault:?} at {operation}: {result:?}");
        for ((found, old), complete) in found.iter().zip(&old).zip(&complete) {
            assert!(found == old || found == complete, "{context}: {found:?}");
        }
        match result {
            Ok(exit) => {
                assert_eq!((exit, &found), (Exit::Done, &complete), "{context}");
                spared += u64::from(happened);
            }
            Err(failure) => {
                assert!(happened, "{context}");
                check_failure(&failure, &files, &context);
                assert!(
                    !together || fault == Fault::Cut || found == old,
                    "{context}"
                );
            }
        }
        let left = names(folder.path());
        assert!(
            left == before || left.iter().all(|name| all_names.contains(name)),
            "{context}: {left:?}"
        );
        assert_eq!(run().unwrap(), Exit::Done, "{context}");
        assert_eq!(
            (read(), names(folder.path())),
            (complete.clone(), all_names.clone()),
            "{context}"
        );
        if !happened {
            return (operation, spared);
        }
    }
    unreachable!()
}

/// What the program prints names the file and the fault.
fn check_failure(failure: &Failure, files: &[String], context: &str) {
    let message = diagnose(failure).message;
    let is_named = files.iter().any(|file| message.contains(file.as_str()));
    assert!(
        is_named || message.contains("a temporary file"),
        "{context}: {message}"
    );
    assert!(message.contains(MESSAGE), "{context}: {message}");
}

/// Checks a command with each fault, with and without old outputs. `spared`: the number of operations without which the
/// run succeeds.
fn check_all(command: &[&str], outputs: &[&str], together: bool, least: u64, spared: u64) {
    let check = |exists, fault| {
        let (operations, spared) = check(command, outputs, together, exists, fault);
        assert!(operations >= least, "{command:?}: {operations} operations");
        (operations, spared)
    };
    for exists in [false, true] {
        assert_eq!(check(exists, Fault::Fails).1, spared, "{command:?}");
    }
    let (operations, unharmed) = check(true, Fault::Short);
    assert_eq!(operations, unharmed, "{command:?}");
    check(true, Fault::Cut);
}

/// A file can get its name in two ways.
#[test]
fn a_report_is_the_old_one_or_the_new_one() {
    check_all(&["--format=json"], &["--output"], true, 8, 1);
}

#[test]
fn a_report_and_a_baseline_are_the_old_ones_or_the_new_ones() {
    let outputs = ["--output", "--write-baseline"];
    check_all(&["--format=csv"], &outputs, false, 10, 2);
}

/// The old corpus gets a second name, in case that the manifest cannot be put in place.
#[test]
fn an_export_and_its_manifest_are_the_old_ones_or_the_new_ones() {
    let outputs = ["--output", "--manifest"];
    check_all(&["export"], &outputs, true, 10, 1);
}
