//! The command line: help, usage errors, output files and exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code, clippy::print_stdout)]
#[path = "../build.rs"]
mod build;
mod support;

use std::fs;
use std::path::Path;
use std::process::Command;
use support::dedupe;

/// A folder with one short article.
fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "The council met on Monday.\n").unwrap();
    folder
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Checks that the program exits with 2, prints nothing on standard output, and prints this message.
fn check_refused(arguments: &[&str], message: &str) {
    let folder = corpus();
    let output = dedupe(folder.path(), arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    let errors = text(&output.stderr);
    assert!(errors.contains(message), "{arguments:?}: {errors}");
}

#[test]
fn help_and_version_go_to_standard_output() {
    let folder = corpus();
    for (argument, expected) in [
        ("-h", "Examples:"),
        ("--help", "Exit codes, in order of precedence:"),
        ("--version", concat!("dedupe ", env!("CARGO_PKG_VERSION"))),
    ] {
        let output = dedupe(folder.path(), &[argument]);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains(expected), "{argument}");
        assert_eq!(text(&output.stderr), "");
    }
}

#[test]
fn version_names_the_commit_and_the_features() {
    let folder = corpus();
    let short = dedupe(folder.path(), &["-V"]);
    assert_eq!(
        text(&short.stdout),
        concat!("dedupe ", env!("CARGO_PKG_VERSION"), "\n")
    );
    let long = dedupe(folder.path(), &["--version"]);
    let lines: Vec<&str> = text(&long.stdout).lines().collect();
    assert!(lines[1].starts_with("commit: "), "{lines:?}");
    assert!(lines[2].starts_with("features: "), "{lines:?}");
    let has_html = lines[2].split(' ').any(|name| name == "html");
    assert_eq!(has_html, cfg!(feature = "html"));
}

#[test]
fn a_release_build_names_the_commit_of_its_own_checkout() {
    let folder = corpus();
    let at = folder.path();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"];
        let mut git = Command::new("git");
        git.current_dir(at).args(identity).args(arguments);
        git.output().is_ok_and(|output| output.status.success())
    };
    if !git(&["init", "--quiet"]) {
        return;
    }
    assert_eq!(build::commit_of(at), None);
    assert!(git(&["add", "a.txt"]) && git(&["commit", "--quiet", "--message", "First"]));
    let commit = build::commit_of(at).unwrap();
    assert!(commit.len() >= 40 && commit.chars().all(|c| c.is_ascii_hexdigit()));
    fs::write(at.join("untracked.txt"), "").unwrap();
    assert_eq!(build::commit_of(at), Some(commit.clone()));
    fs::write(at.join("a.txt"), "changed").unwrap();
    assert_eq!(build::commit_of(at), Some(format!("{commit}, modified")));
    // A copy of the source in the repository of another project.
    fs::create_dir(at.join("vendor")).unwrap();
    assert_eq!(build::commit_of(&at.join("vendor")), None);
    assert_eq!(build::commit_of(Path::new("no such folder")), None);
}

#[test]
fn schema_is_the_committed_file() {
    let folder = corpus();
    let output = dedupe(folder.path(), &["schema"]);
    assert_eq!(output.status.code(), Some(0));
    let committed = include_str!("../crates/report/src/report.schema.json");
    assert!(
        text(&output.stdout) == committed,
        "report.schema.json is outdated: replace it with the output of `dedupe schema`"
    );
}

#[test]
fn usage_errors_have_a_message() {
    check_refused(&[], "no PATH given");
    check_refused(&[], "hint: name files or folders");
    check_refused(
        &["a.txt", "--threshold", "0"],
        "'--threshold <STRENGTH>': expected a number above 0",
    );
    check_refused(
        &["a.txt", "--threshold", "-1"],
        "'--threshold <STRENGTH>': expected a number above 0",
    );
    check_refused(
        &["a.txt", "--threshold", "half"],
        "invalid value 'half' for '--threshold <STRENGTH>': expected a number",
    );
    for shingle in ["0", "2", "33", "five"] {
        check_refused(
            &["a.txt", "--shingle", shingle],
            "'--shingle <WORDS>': expected a whole number, 3 to 32",
        );
    }
    check_refused(
        &["a.txt", "--threads", "0"],
        "'--threads <NUMBER>': expected a whole number, 1 to 1024",
    );
    check_refused(
        &["a.txt", "--within", "week"],
        "'--within <DAYS>': expected a whole number, 0 or more",
    );
    check_refused(&["index"], "Keep an index of documents on disk\n\nUsage:");
    check_refused(
        &["a.txt", "--keep", "newest"],
        "[possible values: best, earliest",
    );
    check_refused(&["a.txt", "--treshold", "1"], "did you mean --threshold?");
    check_refused(
        &["a.txt", "--max-document-bytes", "big"],
        "a size such as 64M",
    );
    check_refused(&["a.txt", "--memory", "99999999T"], "to 16000000T");
    check_refused(&["a.txt", "--memory", "63M"], "from 64M");
}

#[test]
fn missing_files_are_named_without_the_number_of_the_error() {
    for arguments in [
        &["a.txt", "--config", "none"][..],
        &["a.txt", "--baseline", "none"],
        &["a.txt", "--dictionary", "none"],
        &["--files-from", "none"],
        &["eval", "--truth", "none", "a.txt"],
        &["report", "none"],
    ] {
        check_refused(arguments, "none: there is no such file\n");
    }
}

#[test]
fn arguments_in_messages_are_escaped() {
    check_refused(&["a.txt", "--\u{1b}[31mred"], "'--red'");
    check_refused(&["a.txt", "--\u{202e}\u{9b}2J"], "--\\u{202e}\\u{9b}2J");
    check_refused(&["a.txt", "-o", "no\u{1b}[31m/r"], "no\\u{1b}[31m/r");
}

#[test]
fn invalid_outputs_are_refused() {
    check_refused(&["a.txt", "-o", "."], "it is a folder");
    check_refused(
        &["a.txt", "-o", "none/report.json"],
        "the folder none does not exist",
    );
    check_refused(&["a.txt", "-o", "a.txt"], "it is one of the inputs");
}

#[test]
fn output_never_replaces_an_input_in_a_folder() {
    check_refused(&[".", "-o", "a.txt"], "it is one of the inputs");
    let folder = corpus();
    for name in ["r.json", ".r.txt"] {
        for _ in 0..2 {
            let output = dedupe(folder.path(), &[".", "-o", name]);
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        }
    }
    let output = dedupe(folder.path(), &[".", "--hidden", "-o", ".r.txt"]);
    assert_eq!(output.status.code(), Some(2));
}

/// A report took the place of the list that named its inputs.
#[test]
fn output_never_replaces_a_list_a_dictionary_or_a_baseline_that_is_read() {
    let folder = corpus();
    fs::write(folder.path().join("list.txt"), "a.txt\n").unwrap();
    for option in ["--write-baseline=k.json", "--write-dictionary=d"] {
        let output = dedupe(folder.path(), &["a.txt", option]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    for line in [
        &["--files-from", "list.txt", "-o", "list.txt"][..],
        &[
            "export",
            "--files-from",
            "list.txt",
            "--list",
            "keep",
            "-o",
            "list.txt",
        ],
        &["a.txt", "--baseline", "k.json", "-o", "k.json"],
        &["a.txt", "--dictionary", "d", "--format", "json", "-o", "d"],
    ] {
        let output = dedupe(folder.path(), line);
        assert_eq!(output.status.code(), Some(2), "{line:?}");
        let said = text(&output.stderr);
        assert!(said.contains("it is one of the inputs"), "{line:?}: {said}");
    }
    assert_eq!(
        fs::read(folder.path().join("list.txt")).unwrap(),
        b"a.txt\n"
    );
}

#[test]
fn report_goes_to_the_file_and_not_to_standard_output() {
    let folder = corpus();
    for (name, first) in [
        ("r.json", "{\n"),
        ("r.jsonl", "{\"type\":\"summary\""),
        ("r.txt", "No "),
    ] {
        let output = dedupe(folder.path(), &["a.txt", "-o", name]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{name}: {}",
            text(&output.stderr)
        );
        assert_eq!(text(&output.stdout), "");
        let report = fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(report.starts_with(first), "{name}: {report}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
}

#[test]
fn report_is_valid_against_the_schema() {
    let folder = corpus();
    let schema =
        serde_json::from_str(include_str!("../crates/report/src/report.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for extra in ["--quiet", "--timings"] {
        let output = dedupe(folder.path(), &["a.txt", extra]);
        let report = serde_json::from_slice(&output.stdout).unwrap();
        assert!(validator.is_valid(&report), "{extra}: {report}");
        assert_eq!(report.get("timings").is_some(), extra == "--timings");
    }
}

#[test]
fn run_with_only_a_missing_path_fails_and_names_it() {
    let folder = corpus();
    for arguments in [&["none"][..], &["none", "--quiet"]] {
        let output = dedupe(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        let errors = text(&output.stderr);
        assert!(errors.contains("none: "), "{errors}");
        assert!(
            errors.contains("error: no document could be read"),
            "{errors}"
        );
        assert!(text(&output.stdout).contains("\"skipped\": ["));
    }
}

/// A mistyped path once emptied the report, the baseline and the corpus of the last good run.
#[test]
fn a_run_without_a_document_leaves_all_files_as_they_were() {
    let folder = corpus();
    let outputs = ["r.json", "r.html", "b.json", "d.bin", "c.jsonl", "m.json"];
    for output in outputs {
        fs::write(folder.path().join(output), "old").unwrap();
    }
    let runs: [&[&str]; 5] = [
        &["none", "-o", "r.json"],
        &["none", "-o", "r.html", "--write-baseline", "b.json"],
        &["none", "--write-dictionary", "d.bin"],
        &["export", "none", "-o", "c.jsonl", "--manifest", "m.json"],
        &["check", "none", "--against", "a.txt", "-o", "r.json"],
    ];
    for run in runs {
        let found = dedupe(folder.path(), run);
        assert_eq!(found.status.code(), Some(2), "{run:?}");
        assert_ne!(text(&found.stderr), "", "{run:?}");
    }
    for output in outputs {
        let now = fs::read_to_string(folder.path().join(output)).unwrap();
        assert_eq!(now, "old", "{output}");
    }
    let found = dedupe(folder.path(), &["none", "-o", "new.json"]);
    assert_eq!(found.status.code(), Some(2));
    assert!(!folder.path().join("new.json").exists());
}

/// A misspelt extension once gave JSON under another name.
#[test]
fn an_output_with_an_unknown_extension_is_refused() {
    let folder = corpus();
    let run = |arguments: &[&str]| {
        let output = dedupe(folder.path(), &[&["a.txt"], arguments].concat());
        (output.status.code(), text(&output.stderr).to_owned())
    };
    let (code, said) = run(&["-o", "r.htlm"]);
    assert_eq!(code, Some(2));
    let message = "cannot write r.htlm: its extension is not that of a format";
    assert!(said.contains(message), "{said}");
    assert!(said.contains("name the format with --format"), "{said}");
    assert!(!folder.path().join("r.htlm").exists());
    let (code, said) = run(&["-o", "r.json.gz"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("does not compress its output"), "{said}");
    assert_eq!(run(&["-o", "r.htlm", "--format", "jsonl"]).0, Some(0));
    assert_eq!(run(&["-o", "r"]).0, Some(0));
}

#[test]
fn folder_without_documents_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = dedupe(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        text(&output.stderr).to_owned()
    };
    assert!(run(&["."]).contains("error: no documents found: there are no files in .\n"));
    fs::write(folder.path().join(".a.txt"), "a word").unwrap();
    assert!(run(&["."]).contains("1 hidden file or folder was ignored; to read it, use --hidden"));
    fs::write(folder.path().join("c.txt"), "a word").unwrap();
    for options in [&["--include", "*.xml"][..], &["--exclude", "c.*"]] {
        let said = run(&[&["."], options].concat());
        let message = "1 file or folder was left out by --include or --exclude";
        assert!(said.contains(message), "{said}");
    }
    fs::remove_file(folder.path().join("c.txt")).unwrap();
    fs::write(folder.path().join("a.png"), "").unwrap();
    assert!(run(&["."]).contains("1 file or record of another kind was ignored"));
    fs::write(folder.path().join("b.pdf"), "").unwrap();
    assert!(run(&["."]).contains("2 files or records of other kinds were ignored"));
    assert!(run(&[".", "--quiet"]).contains("error: no documents found"));
}

#[test]
fn timings_are_printed_as_a_table() {
    let folder = corpus();
    let output = dedupe(folder.path(), &["a.txt", "--timings"]);
    let errors = text(&output.stderr);
    assert!(errors.contains("stage         seconds"), "{errors}");
    assert!(errors.contains("\nwrite "), "{errors}");
    if cfg!(target_os = "linux") {
        assert!(errors.trim_end().ends_with("MB"), "{errors}");
    }
}

#[test]
fn pipe_gets_colour_only_with_color_always() {
    let folder = corpus();
    let run = |extra: &[&str]| {
        let output = dedupe(
            folder.path(),
            &[&["a.txt", "--format", "text"], extra].concat(),
        );
        text(&output.stdout).contains('\u{1b}')
    };
    assert!(!run(&[]));
    assert!(!run(&["--color", "never"]));
    assert!(run(&["--color", "always"]));
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;
    use std::process::{Command as Process, Stdio};

    fn program() -> std::path::PathBuf {
        assert_cmd::cargo::cargo_bin("dedupe")
    }

    #[test]
    fn full_disk_is_reported() {
        let folder = corpus();
        let full = || fs::File::options().write(true).open("/dev/full").unwrap();
        let mut process = Process::new(program());
        process.arg("a.txt").current_dir(folder.path());
        let output = process.stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("cannot write standard output: No space left"));

        let output = dedupe(folder.path(), &["a.txt", "-o", "/dev/full"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("cannot write /dev/full: No space left"));
    }

    /// The system ended the program, without a word.
    #[test]
    fn a_limit_on_the_size_of_files_is_reported() {
        let folder = corpus();
        fs::write(folder.path().join("r.json"), "old").unwrap();
        let mut process = Process::new("sh");
        process.args(["-c", "ulimit -f 0; exec \"$0\" a.txt -o r.json"]);
        let output = process.arg(program()).current_dir(folder.path()).output();
        let output = output.unwrap();
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(
            errors.contains("cannot write r.json: File too large"),
            "{errors}"
        );
        assert_eq!(
            fs::read_to_string(folder.path().join("r.json")).unwrap(),
            "old"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn device_is_written_to_and_not_replaced() {
        let folder = corpus();
        let output = dedupe(folder.path(), &["a.txt", "-o", "/dev/null"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn interrupted_run_exits_with_the_code_of_the_signal() {
        let mut signals = vec![("-INT", 130), ("-TERM", 143)];
        if !ignores_hangup() {
            signals.push(("-HUP", 129));
        }
        // Only a run that writes a file has something to do before it ends.
        let lines = [&["-", "a.txt"][..], &["-", "a.txt", "-o", "r.json"]];
        for (line, (signal, code)) in lines
            .iter()
            .flat_map(|line| signals.iter().map(move |s| (line, s)))
        {
            let folder = corpus();
            let mut process = Process::new(program());
            process.args(*line).stdout(Stdio::null());
            process.current_dir(folder.path()).stdin(Stdio::piped());
            let mut child = process.spawn().unwrap();
            // The program installs its handler before it reads standard input.
            let mut input = child.stdin.take().unwrap();
            std::io::Write::write_all(&mut input, &[b'\n'; 1 << 20]).unwrap();
            let id = child.id().to_string();
            let sent = Process::new("kill").args([*signal, &id]).status().unwrap();
            assert!(sent.success());
            assert_eq!(child.wait().unwrap().code(), Some(*code));
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    /// True if this process, and so the program, ignores SIGHUP or cannot tell.
    fn ignores_hangup() -> bool {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.is_none_or(|mask| mask.ends_with(['1', '3', '5', '7', '9', 'b', 'd', 'f']))
    }

    /// A run under `nohup` ignores the signal, and must go on when the terminal is closed.
    #[cfg(target_os = "linux")]
    #[test]
    fn run_that_ignores_a_hangup_goes_on() {
        let folder = corpus();
        let mut process = Process::new("sh");
        process.args(["-c", "trap '' HUP; exec \"$0\" - a.txt -o r.json"]);
        process.arg(program());
        process.current_dir(folder.path()).stdin(Stdio::piped());
        let mut child = process.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut input, &[b'\n'; 1 << 20]).unwrap();
        let id = child.id().to_string();
        Process::new("kill").args(["-HUP", &id]).status().unwrap();
        drop(input);
        assert_eq!(child.wait().unwrap().code(), Some(0));
        assert!(folder.path().join("r.json").exists());
    }

    /// With only a few file descriptors, the program once panicked.
    #[test]
    fn run_with_few_file_descriptors_ends_with_a_message() {
        for limit in 4..10 {
            let folder = corpus();
            let script = format!("ulimit -n {limit} && exec \"$0\" a.txt -o r.json");
            let mut process = Process::new("sh");
            process.args(["-c", &script]).arg(program());
            let output = process.current_dir(folder.path()).output().unwrap();
            let errors = text(&output.stderr);
            match output.status.code() {
                Some(0) => {}
                Some(2 | 3) => assert!(errors.contains("open files"), "{limit}: {errors}"),
                code => panic!("{limit}: {code:?} {errors}"),
            }
        }
    }

    #[test]
    fn closed_pipe_is_not_an_error() {
        let folder = corpus();
        for arguments in [&["a.txt"][..], &["schema"], &["--help"]] {
            let (reader, writer) = std::io::pipe().unwrap();
            drop(reader);
            let mut process = Process::new(program());
            process.args(arguments).current_dir(folder.path());
            let child = process
                .stdout(writer)
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{arguments:?}");
            assert_eq!(text(&output.stderr), "");
        }
    }
}

/// Two options can name one output file, even under different paths. The later output would replace the
/// earlier one.
#[test]
fn outputs_must_be_different_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("below")).unwrap();
    fs::write(folder.path().join("a.txt"), "The council met.").unwrap();
    fs::write(folder.path().join("old.json"), "old").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("old.json", folder.path().join("link.json")).unwrap();
    #[cfg(not(unix))]
    fs::write(folder.path().join("link.json"), "").unwrap();
    let find = ["a.txt", "-o", "OUT", "--write-baseline", "OTHER"];
    let check = [&["check", "a.txt", "--against", "a.txt"], &find[1..]].concat();
    let export = ["export", "a.txt", "-o", "OUT", "--manifest", "OTHER"];
    let pairs = [
        ("new.json", "new.json"),
        ("./new.json", "below/../new.json"),
        ("old.json", "./old.json"),
        #[cfg(unix)]
        ("old.json", "link.json"),
    ];
    for (out, other) in pairs {
        for line in [&find[..], &check, &export] {
            let name = |word: &&str| match *word {
                "OUT" => out.to_owned(),
                "OTHER" => other.to_owned(),
                word => word.to_owned(),
            };
            let line: Vec<String> = line.iter().map(name).collect();
            let line: Vec<&str> = line.iter().map(String::as_str).collect();
            let output = dedupe(folder.path(), &line);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{line:?}: {said}");
            assert!(
                said.contains("another output goes to the same file"),
                "{said}"
            );
        }
    }
    assert!(!folder.path().join("new.json").exists());
    assert_eq!(fs::read(folder.path().join("old.json")).unwrap(), b"old");
    let two = ["a.txt", "-o", "one.json", "--write-baseline", "two.json"];
    assert_eq!(dedupe(folder.path(), &two).status.code(), Some(0));
}

/// Output is not compressed. Under the name `report.jsonl.gz` it would mislead the programs that open it.
#[test]
fn output_with_the_extension_of_a_compressed_file_is_refused() {
    for line in [
        &["a.txt", "-o", "report.jsonl.gz"][..],
        &["a.txt", "-f", "jsonl", "-o", "report.jsonl.zst"],
        &[
            "a.txt",
            "-o",
            "report.json",
            "--write-baseline",
            "known.json.xz",
        ],
        &["export", "a.txt", "-o", "clean.jsonl.gz"],
        &["explain", "a.txt", "a.txt", "-o", "why.json.bz2"],
    ] {
        check_refused(line, "does not compress");
    }
}

/// An output that has one format only is not written under the name of another one.
#[test]
fn a_name_that_stands_for_another_format_is_refused() {
    for (line, hint) in [
        ("a.txt --write-baseline known.csv", ".json"),
        ("a.txt --write-dictionary learnt.json", ".dictionary"),
        ("export a.txt -o c.jsonl --manifest m.csv", ".jsonl"),
        ("export a.txt --list keep -o ids.csv", ".txt"),
        ("index export a.txt -o c.csv", ".jsonl"),
        ("explain a.txt b.txt -o why.html", ".json or .txt"),
        ("explain a.txt b.txt -f text -o why.json", ".txt"),
        ("eval --truth a.txt a.txt -f json -o scores.txt", ".json"),
    ] {
        let line: Vec<&str> = line.split(' ').collect();
        check_refused(&line, "its name stands for another format");
        check_refused(&line, &format!("use a name that ends in {hint}\n"));
    }
}

#[test]
fn a_name_that_stands_for_no_format_is_refused() {
    check_refused(
        &["index", "export", "a.txt", "-o", "c.xyz"],
        "use a name that ends in .jsonl\n",
    );
}

/// Without `--format`, the name of the output decides.
#[test]
fn explain_writes_text_to_a_file_of_text() {
    let folder = corpus();
    fs::write(folder.path().join("b.txt"), "The council met on Friday.\n").unwrap();
    for (name, first) in [("why.txt", "no relation"), ("why.json", "{"), ("why", "{")] {
        let output = dedupe(folder.path(), &["explain", "a.txt", "b.txt", "-o", name]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let written = fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(written.starts_with(first), "{name}: {written}");
    }
}

#[test]
fn a_saved_report_as_input_is_named_with_what_to_do() {
    let folder = corpus();
    dedupe(folder.path(), &["a.txt", "-o", "r.json"]);
    let output = dedupe(folder.path(), &["r.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr)
            .contains("found a report of dedupe; to read or convert it, use: dedupe report FILE")
    );
}

#[test]
fn field_names_that_no_record_has_are_reported_once_with_the_nearest_names() {
    let folder = tempfile::tempdir().unwrap();
    let record = |n: u32| {
        format!(
            "{{\"lead\":\"The council met {n} times.\",\"headline2\":\"Council\",\"meta\":{{\"by\":\"A\"}},\"lang\":7}}\n"
        )
    };
    fs::write(folder.path().join("a.jsonl"), record(1) + &record(2)).unwrap();
    let run = |arguments: &[&str]| {
        let output = dedupe(
            folder.path(),
            &[&["a.jsonl", "-o", "r.json"], arguments].concat(),
        );
        text(&output.stderr).to_owned()
    };
    let given = [
        "--text-field=lead",
        "--title-field=headlin",
        "--byline-field=met.by",
    ];
    let expected = "warning: title-field: no record has a field named \"headlin\"; the nearest names are \"headline2\", ";
    let errors = run(&given);
    assert_eq!(errors.matches(expected).count(), 1, "{errors}");
    assert!(
        errors.contains("byline-field: no record has a field named \"met.by\"; the nearest names are \"meta.by\", "),
        "{errors}"
    );
    let report = fs::read_to_string(folder.path().join("r.json")).unwrap();
    assert_eq!(report.matches("unknown-field").count(), 1, "{report}");
    // The field of the headline has another spelling, and that of the language exists without a usable value.
    let errors = run(&["--text-field=Lead", "--title-field=Headline-2"]);
    assert_eq!(errors, "");
    let errors = run(&["--text-field=lead", "--source-field=meta"]);
    assert!(
        errors.contains("no record has a field named \"meta\""),
        "{errors}"
    );
    let errors = run(&[
        "--text-field=lead",
        "--source-field=by",
        "--language-field=Lead",
    ]);
    assert!(!errors.contains("language-field"), "{errors}");
    let errors = run(&["--text-field=leed"]);
    assert!(
        errors.contains(
            "expected a text field named leed, found the fields lead, headline2, meta.by, lang;"
        ),
        "{errors}"
    );
}
