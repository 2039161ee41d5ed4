//! The GitHub action and the pre-commit hook: their scripts, run as the runner and as pre-commit run them.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};
use support::{pages, root};

const PROGRAM: &str = env!("CARGO_BIN_EXE_dedupe");
const VERSION: &str = "v9.8.7";
const ARCHIVE: &str = "dedupe-9.8.7-x86_64-unknown-linux-musl.tar.gz";

/// A text of distinct words.
fn story(seed: u32) -> String {
    (0..120).map(|n| format!("word{seed}x{n} ")).collect()
}

fn write(folder: &Path, name: &str, content: &str) {
    let file = folder.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}

fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{out}{err}")
}

/// Runs a script of the action with these variables in a folder that is also the runner's temporary folder.
fn run(script: &str, folder: &Path, variables: &[(&str, &str)]) -> Output {
    Command::new(root().join("action").join(script))
        .current_dir(folder)
        .env("RUNNER_TEMP", folder)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

#[test]
fn passes_lists_by_line_and_paths_with_blanks_to_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("dedupe/bin")).unwrap();
    symlink(PROGRAM, folder.join("dedupe/bin/dedupe")).unwrap();
    write(folder, "new articles/$(touch bad) a.txt", &story(1));
    write(folder, "more/*.txt", &story(2));
    write(folder, "old articles/a.txt", &story(1));
    write(folder, "archive/b.txt", &story(2));
    let find = |against: &str, fail_on: &str, output: &str| {
        let variables = [
            ("PATHS", "new articles\n\nmore\r\n"),
            ("AGAINST", against),
            ("FAIL_ON", fail_on),
            ("FORMAT", "github"),
            ("OUTPUT", output),
            ("BASELINE", ""),
            ("CONFIG", ""),
            ("ARGUMENTS", "--quiet\n--id-field\nmy id\n"),
        ];
        let done = run("find-copies", folder, &variables);
        let reason = match done.status.code() {
            Some(1) => "dedupe: --fail-on exact: 2 findings\n",
            _ => "",
        };
        assert_eq!(String::from_utf8_lossy(&done.stderr), reason);
        (done.status.code(), String::from_utf8(done.stdout).unwrap())
    };
    let (code, annotations) = find("old articles\narchive", "exact", "");
    assert_eq!(code, Some(1), "{annotations}");
    assert!(annotations.contains("::error file=new articles/$(touch bad) a.txt,"));
    assert!(
        annotations.contains("::error file=more/*.txt,"),
        "{annotations}"
    );
    assert_eq!(find("", "", "the copies.txt"), (Some(0), String::new()));
    assert!(folder.join("the copies.txt").exists());
    assert!(!folder.join("bad").exists());
}

/// A folder with a release of a program that prints `released`, and with a `cargo` that prints what it is asked for.
fn release() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (name, script) in [
        ("dedupe-v9.8.7/dedupe", "#!/bin/sh\necho released\n"),
        ("bin/cargo", "#!/bin/sh\necho \"cargo $*\"\n"),
    ] {
        write(at, name, script);
        fs::set_permissions(at.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let releases = at.join("releases").join(VERSION);
    fs::create_dir_all(&releases).unwrap();
    let script = format!(
        "tar -czf releases/{VERSION}/{ARCHIVE} dedupe-v9.8.7 && cd releases/{VERSION} && sha256sum {ARCHIVE} > SHA256SUMS"
    );
    let packed = Command::new("sh")
        .args(["-ec", &script])
        .current_dir(at)
        .status();
    assert!(packed.unwrap().success());
    folder
}

/// Runs the script that installs the program.
fn install(folder: &Path, version: &str, system: [&str; 2]) -> Output {
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", folder.join("bin").display());
    let releases = format!("file://{}", folder.join("releases").display());
    let variables = [
        ("PATH", path.as_str()),
        ("ACTION_PATH", "/the action"),
        ("REPOSITORY", "owner/dedupe"),
        ("VERSION", version),
        ("RUNNER_OS", system[0]),
        ("RUNNER_ARCH", system[1]),
        ("RELEASES", &releases),
    ];
    run("install", folder, &variables)
}

/// True if the system has the program that downloads.
fn has_curl() -> bool {
    Command::new("curl").arg("--version").output().is_ok()
}

#[test]
fn installs_a_release_whose_checksum_is_right() {
    if !has_curl() {
        return;
    }
    let folder = release();
    let done = install(folder.path(), VERSION, ["Linux", "X64"]);
    assert!(done.status.success(), "{}", said(&done));
    let program = folder.path().join("dedupe/bin/dedupe");
    assert_eq!(
        Command::new(program).output().unwrap().stdout,
        b"released\n"
    );
    assert!(!said(&done).contains("cargo"), "{}", said(&done));
}

#[test]
fn refuses_a_release_whose_checksum_is_wrong_or_missing() {
    if !has_curl() {
        return;
    }
    let folder = release();
    let sum = folder
        .path()
        .join("releases")
        .join(VERSION)
        .join("SHA256SUMS");
    fs::write(&sum, format!("{:064}  {ARCHIVE}\n", 0)).unwrap();
    for message in ["states 0000", "has no checksum"] {
        let done = install(folder.path(), VERSION, ["Linux", "X64"]);
        assert_eq!(done.status.code(), Some(1));
        assert!(said(&done).contains(message), "{}", said(&done));
        assert!(!folder.path().join("dedupe").exists());
        let _ = fs::remove_file(&sum);
    }
}

#[test]
fn builds_the_program_if_it_is_not_released() {
    let folder = release();
    let built = "cargo install --locked --quiet --path /the action --root ";
    for (version, system) in [
        ("v9.9.9", ["Linux", "X64"]),
        ("main", ["Linux", "X64"]),
        ("", ["Linux", "X64"]),
        (VERSION, ["Linux", "ARM64"]),
        (VERSION, ["Windows", "X64"]),
    ] {
        let done = install(folder.path(), version, system);
        assert!(done.status.success(), "{version}: {}", said(&done));
        assert!(said(&done).contains(built), "{version}: {}", said(&done));
    }
}

#[test]
fn action_runs_only_its_scripts_and_gives_them_all_variables() {
    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    let runs: Vec<&str> = action
        .lines()
        .filter_map(|line| line.trim().strip_prefix("run: "))
        .collect();
    let scripts = ["install", "find-copies"];
    assert_eq!(
        runs,
        scripts.map(|name| format!("'\"$ACTION_PATH/action/{name}\"'"))
    );
    for name in scripts {
        let (_, step) = action.split_once(&format!("action/{name}")).unwrap();
        let step = step.split("- name:").next().unwrap();
        let script = fs::read_to_string(root().join("action").join(name)).unwrap();
        for variable in [
            "PATHS",
            "AGAINST",
            "FAIL_ON",
            "FORMAT",
            "OUTPUT",
            "BASELINE",
            "CONFIG",
            "ARGUMENTS",
            "REPOSITORY",
            "VERSION",
        ] {
            let is_read = script.contains(&format!("${variable}"))
                || script.contains(&format!("${{{variable}:-"));
            assert_eq!(
                step.contains(&format!(" {variable}: ${{{{")),
                is_read,
                "{name}: {variable}"
            );
        }
    }
    // Every input reaches a script.
    let (_, inputs) = action.split_once("inputs:\n").unwrap();
    let (inputs, _) = inputs.split_once("runs:\n").unwrap();
    for input in inputs
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'))
    {
        assert!(action.contains(&format!("inputs.{input} ")), "{input}");
    }
}

/// The workflows in the README and in docs/ci.md use inputs, hooks and commands that exist.
#[test]
fn workflows_on_the_pages_fit_the_action_the_hook_and_the_program() {
    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "articles/incoming/a.txt", &story(1));
    write(folder.path(), "articles/archive/b.txt", &story(1));
    let (mut inputs, mut ids, mut commands) = (0, 0, 0);
    for page in ["README.md", "docs/ci.md"] {
        let blocks = pages::page(page).blocks();
        for block in blocks.iter().filter(|block| block.language == "yaml") {
            let mut is_own = false;
            for line in block.text.lines().map(str::trim) {
                let item = line.trim_start_matches("- ");
                if let Some(used) = item.strip_prefix("uses: ") {
                    is_own = used == "OWNER/dedupe@REF";
                } else if is_own && line != "with:" && !line.starts_with('-') {
                    let (input, _) = line.split_once(':').unwrap();
                    assert!(
                        action.contains(&format!("\n  {input}:\n")),
                        "{page}: {line}"
                    );
                    inputs += 1;
                } else if item.starts_with("id: ") && block.text.contains("hooks:") {
                    assert!(hooks.starts_with(line), "{page}: {line}");
                    ids += 1;
                } else if let Some(arguments) = item.strip_prefix("dedupe ") {
                    let mut program = Command::new(PROGRAM);
                    program
                        .args(arguments.split(' '))
                        .current_dir(folder.path());
                    let done = program.output().unwrap();
                    assert_eq!(done.status.code(), Some(1), "{page}: {}", said(&done));
                    let written = folder.path().join("copies.json");
                    assert!(written.exists() && block.text.contains("codequality: copies.json"));
                    commands += 1;
                }
            }
        }
    }
    assert!(
        inputs >= 10 && ids == 1 && commands == 1,
        "{inputs} {ids} {commands}"
    );
}

#[test]
fn pre_commit_hook_refuses_a_copy_and_accepts_a_new_article() {
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let field = |name: &str| {
        let mut lines = hooks.lines();
        lines
            .find_map(|line| line.trim().strip_prefix(name))
            .unwrap()
            .trim()
    };
    let entry: Vec<&str> = field("entry:").split(' ').collect();
    let arguments = field("args:").trim_matches(['[', ']']);
    let arguments: Vec<&str> = arguments.split(", ").collect();
    assert_eq!(entry[0], "dedupe");
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "old/a.txt", &story(1));
    write(folder.path(), "new copy.txt", &story(1));
    write(folder.path(), "new.txt", &story(2));
    let commit = |file: &str| {
        let mut hook = Command::new(PROGRAM);
        hook.args(&entry[1..]).args(&arguments).arg(file);
        hook.current_dir(folder.path()).output().unwrap()
    };
    let refused = commit("new copy.txt");
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("old/a.txt"), "{}", said(&refused));
    let accepted = commit("new.txt");
    assert_eq!(accepted.status.code(), Some(0), "{}", said(&accepted));
}
