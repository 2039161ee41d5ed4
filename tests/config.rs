//! Options from `dedupe.toml`, suggestions for misspelt names, completions and manual pages.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;
use std::path::Path;
use support::{dedupe, number, report};

/// A folder with a configuration file, and a folder `below` in it. Both contain an article.
fn corpus(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("below")).unwrap();
    for name in ["a.txt", "below/a.txt", "below/b.txt"] {
        fs::write(folder.path().join(name), "The council met on Monday.\n").unwrap();
    }
    fs::write(folder.path().join("dedupe.toml"), config).unwrap();
    folder
}

/// Exit code, standard output and standard error of a run in the folder below.
fn run(folder: &tempfile::TempDir, line: &[&str]) -> (i32, String, String) {
    let output = dedupe(&folder.path().join("below"), line);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

fn threshold(folder: &Path, line: &[&str]) -> f64 {
    number(&report(folder, line)["parameters"], "threshold")
}

#[test]
fn command_line_overrides_the_nearest_file() {
    let folder = corpus("threshold = 0.8\n");
    let below = folder.path().join("below");
    for place in [folder.path(), &below] {
        assert_eq!(threshold(place, &["a.txt"]), 0.8);
    }
    assert_eq!(threshold(&below, &["a.txt", "--threshold", "0.3"]), 0.3);
    assert_eq!(threshold(&below, &["a.txt", "--no-config"]), 0.5);
    fs::write(below.join("dedupe.toml"), "threshold = 0.7\n").unwrap();
    assert_eq!(threshold(&below, &["a.txt"]), 0.7);
    assert_eq!(
        threshold(&below, &["a.txt", "--config", "../dedupe.toml"]),
        0.8
    );
}

#[test]
fn config_and_no_config_cannot_be_used_together() {
    let folder = corpus("");
    for named in ["../dedupe.toml", "none.toml"] {
        for command in [&["a.txt"][..], &["check", "a.txt", "--against", "b.txt"]] {
            let line = [command, &["--config", named, "--no-config"]].concat();
            let (code, out, errors) = run(&folder, &line);
            assert_eq!((code, out.as_str()), (2, ""), "{line:?}");
            assert!(errors.contains("cannot be used with"), "{line:?}: {errors}");
        }
    }
}

#[test]
fn table_applies_to_its_subcommand_only() {
    let folder = corpus(
        "fail-on = \"exact\"\n[find]\nthreshold = 0.6\n[check]\nagainst = [\"a.txt\"]\nthreshold = 1\n",
    );
    let (code, found, _) = run(&folder, &["a.txt", "b.txt"]);
    assert!(code == 1 && found.contains("\"threshold\":0.6"), "{found}");
    // The path of the archive is relative to the file, so this is another a.txt.
    let (code, found, errors) = run(&folder, &["check", "b.txt"]);
    assert!(
        code == 1 && found.contains("\"threshold\":1.0"),
        "{found}{errors}"
    );
    assert!(found.contains("\"documents\":2,"), "{found}");
}

#[test]
fn print_config_shows_each_value_and_its_origin() {
    let folder = corpus(
        "threshold = 0.8\nquiet = true\ntext-field = [\"lead\", \"body\"]\nsource-field = [\"publisher\", \"site\"]\n",
    );
    let (code, shown, _) = run(&folder, &["a.txt", "--keep=first", "--print-config"]);
    assert_eq!(code, 0);
    let check = |option: &str, from: &str| {
        let line = shown.lines().find(|line| line.starts_with(option));
        let line = line.unwrap_or_else(|| panic!("{option}: {shown}"));
        assert!(line.ends_with(from), "{line}");
    };
    check("threshold = 0.8 ", "/dedupe.toml");
    check("quiet = true ", "/dedupe.toml");
    check("text-field = [\"lead\", \"body\"]", "/dedupe.toml");
    check(
        "source-field = [\"publisher\", \"site\"] # ",
        "/dedupe.toml",
    );
    check("html = \"article\" ", "# default");
    check("keep = \"first\" ", "# command line");
    check("min-passage = 40 ", "# default");
    check("# output ", "is not set");
}

/// A flag that `dedupe.toml` set could not be switched off for one run. Only `--no-config` helped, and it
/// dropped the other options of the file too.
#[test]
fn negated_flag_overrides_the_file() {
    let folder = corpus("cross-source-only = true\nthreshold = 0.8\n[check]\nhidden = true\n");
    let shown = |line: &[&str], option: &str| {
        let (code, shown, errors) = run(&folder, &[line, &["--print-config"]].concat());
        assert_eq!(code, 0, "{errors}");
        let line = shown.lines().find(|line| line.starts_with(option));
        line.unwrap_or_else(|| panic!("{option}: {shown}"))
            .to_owned()
    };
    let option = "cross-source-only";
    assert!(shown(&["a.txt"], option).contains("= true "));
    let negated = ["a.txt", "--no-cross-source-only"];
    let line = shown(&negated, option);
    assert!(
        line.contains("= false ") && line.ends_with("# command line"),
        "{line}"
    );
    assert!(shown(&negated, "threshold").contains("= 0.8 "));
    let parameters = &report(&folder.path().join("below"), &negated)["parameters"];
    assert_eq!(parameters["cross_source_only"], false);
    let check = ["check", "a.txt", "--against", "b.txt"];
    assert!(shown(&check, "hidden").contains("= true "));
    assert!(shown(&[&check[..], &["--no-hidden"]].concat(), "hidden").contains("= false "));
}

#[test]
fn output_of_print_config_is_a_valid_file() {
    let folder = corpus("");
    let (_, shown, _) = run(&folder, &["a.txt", "--print-config"]);
    fs::write(folder.path().join("below/dedupe.toml"), &shown).unwrap();
    let (code, again, errors) = run(&folder, &["a.txt", "--print-config"]);
    assert_eq!(code, 0, "{errors}");
    let values = |shown: &str| -> Vec<String> {
        let lines = shown.lines();
        lines
            .map(|line| line.split("  ").next().unwrap().trim().to_owned())
            .collect()
    };
    assert_eq!(values(&again).len(), values(&shown).len());
}

/// It printed nothing.
#[test]
fn a_command_without_options_says_so() {
    let (code, shown, _) = run(&corpus(""), &["schema", "--print-config"]);
    let said = "# this command has no options that a file can set\n";
    assert_eq!((code, shown.as_str()), (0, said));
}

#[test]
fn invalid_file_is_refused() {
    for (config, message) in [
        (
            "treshold = 1",
            "no option `treshold`; did you mean `threshold`?",
        ),
        (
            "[chek]\nquiet = true",
            "no command `chek`; did you mean `check`?",
        ),
        ("[check]\nagaints = [\"x\"]", "did you mean `against`?"),
        ("quiet = 1", "quiet: expected true or false, found integer"),
        (
            "threshold = [1]",
            "threshold: expected a string or a number, found array",
        ),
        ("text-field = [true]", "text-field: expected strings"),
        ("threshold = \"half\"", "hint: correct `threshold` in "),
        ("threshold =", "dedupe.toml: line 1: "),
        ("keep = best", "line 1: string values must be quoted\n"),
        ("quiet = true\n[[", "dedupe.toml: line 2: "),
        ("config = \"x\"", "no option `config`"),
    ] {
        let folder = corpus(config);
        let (code, out, errors) = run(&folder, &["a.txt"]);
        assert_eq!((code, out.as_str()), (2, ""), "{config}");
        assert!(errors.contains(message), "{config}: {errors}");
    }
    // The message showed the whole line.
    let nested = format!("\nprefer = {}", "[".repeat(100_000));
    for (config, message) in [
        (nested, "dedupe.toml: line 2: "),
        ("x".repeat(100_000) + " = 1", "there is no option `xxx"),
    ] {
        let (code, _, errors) = run(&corpus(&config), &["a.txt"]);
        assert_eq!(code, 2);
        assert!(
            errors.contains(message) && errors.len() < 1_000,
            "{}",
            errors.len()
        );
    }
    let folder = corpus("");
    let (code, _, errors) = run(&folder, &["a.txt", "--config", "none.toml"]);
    assert_eq!(code, 2);
    assert!(
        errors.contains("none.toml: there is no such file"),
        "{errors}"
    );
    assert!(errors.contains("hint: check the name"), "{errors}");
    fs::write(folder.path().join("below/binary.toml"), b"\xff\xfe\x00").unwrap();
    for (option, file, message) in [
        ("--config", ".", "it is a folder; name a file\n"),
        (
            "--config",
            "binary.toml",
            "it is not a text file in UTF-8\n",
        ),
        (
            "--baseline",
            ".",
            "the baseline .: it is a folder; name a file",
        ),
        (
            "--dictionary",
            ".",
            "the dictionary .: it is a folder; name a file",
        ),
    ] {
        let (code, _, errors) = run(&folder, &["a.txt", option, file]);
        assert_eq!(code, 2);
        assert!(errors.contains(message), "{errors}");
    }
}

/// A checkout brought a `dedupe.toml` along, and a plain run wrote its report over a start-up file in the home folder.
#[test]
fn a_found_file_decides_neither_where_to_write_nor_what_to_read_elsewhere() {
    let secret = corpus("");
    let secret = secret.path().to_str().unwrap();
    let against = format!("[check]\nagainst = [\"{secret}\"]");
    for (config, line, message) in [
        (
            "output = \"../start-up\"\nformat = \"pairs\"",
            &["a.txt"][..],
            "output: cannot be set",
        ),
        (
            "write-baseline = \"b.json\"",
            &["a.txt"],
            "write-baseline: cannot",
        ),
        ("temp-dir = \"below\"", &["a.txt"], "temp-dir: cannot"),
        (
            "[export]\nmanifest = \"m\"",
            &["export", "a.txt"],
            "manifest: cannot",
        ),
        ("files-from = \"a.txt\"", &["a.txt"], "files-from: cannot"),
        ("follow = true", &["a.txt"], "follow: cannot be set"),
        (
            &against,
            &["check", "a.txt"],
            "outside the folder of the file",
        ),
        (
            "[check]\nagainst = [\"below/../..\"]",
            &["check", "a.txt"],
            "against: below/../.. is outside the folder",
        ),
    ] {
        let folder = corpus(config);
        let (code, out, errors) = run(&folder, line);
        assert_eq!((code, out.as_str()), (2, ""), "{config}");
        assert!(errors.contains(message), "{config}: {errors}");
        assert!(errors.contains("name it: --config "), "{config}: {errors}");
        assert!(!folder.path().with_file_name("start-up").exists());
    }
    // Whoever names the file trusts it, and the command line overrides it.
    let folder = corpus("output = \"report.json\"");
    let named = ["a.txt", "--config", "../dedupe.toml"];
    assert_eq!(run(&folder, &named).0, 0);
    assert!(folder.path().join("report.json").exists());
    assert_eq!(run(&folder, &["a.txt", "-o", "own.json"]).0, 0);
}

#[test]
fn a_run_says_that_it_uses_a_found_file() {
    let folder = corpus("threshold = 1\nquiet = true\n");
    let errors = run(&folder, &["a.txt"]).2;
    assert!(
        errors.contains("dedupe.toml sets these options: quiet, threshold; to ignore it:"),
        "{errors}"
    );
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert_eq!(run(&folder, &["a.txt", "-q"]).2, "");
    // A pull request that brought the file turned a quiet gate off without a word.
    let gate = run(&folder, &["a.txt", "-q", "--fail-on", "near"]).2;
    assert!(gate.contains("sets these options: threshold;"), "{gate}");
    let folder_with_gate = corpus("threshold = 1\nfail-on = \"near\"\n");
    let gate = run(&folder_with_gate, &["a.txt", "-q"]).2;
    assert!(gate.contains("options: fail-on, threshold;"), "{gate}");
    assert_eq!(run(&folder, &["schema"]).2, "");
    let named = ["a.txt", "--config", "../dedupe.toml"];
    assert_eq!(run(&folder, &named).2, "");
}

#[cfg(unix)]
#[test]
fn a_file_in_a_folder_of_all_users_is_named_but_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let folder = corpus("threshold = 1\n");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let (code, found, errors) = run(&folder, &["a.txt"]);
    assert!(code == 0 && found.contains("\"threshold\":0.5"), "{found}");
    let path = fs::canonicalize(folder.path()).unwrap().join("dedupe.toml");
    let path = path.display();
    assert_eq!(
        errors,
        format!(
            "dedupe: ignored {path}: every user can write to its folder; to use it: --config {path}\n"
        )
    );
    let named = ["a.txt", "--config", "../dedupe.toml"];
    assert!(run(&folder, &named).1.contains("\"threshold\":1.0"));
}

#[test]
fn the_action_reads_no_file_that_was_not_named() {
    let action = fs::read_to_string(support::root().join("action/find-copies")).unwrap();
    let choice = "if [ -n \"${CONFIG:-}\" ]; then line+=(--config \"$CONFIG\"); else line+=(--no-config); fi";
    assert!(action.contains(choice), "{action}");
}

#[test]
fn misspelt_names_get_suggestions() {
    let folder = corpus("");
    for (line, message) in [
        (
            &["a.txt", "schema"][..],
            "a command comes before options and paths: dedupe schema",
        ),
        (&["chek", "a.txt"], "there is no file or folder chek"),
        (
            &["chek", "a.txt", "--against", "b.txt"],
            "did you mean the command check?",
        ),
        (&["a.txt", "--treshold", "1"], "did you mean --threshold?"),
        (&["a.txt", "--format", "sarf"], "did you mean sarif?"),
        (&["man", "chek"], "there is no command chek"),
        (&["man", "index", "ad"], "there is no command ad"),
    ] {
        let (code, _, errors) = run(&folder, line);
        assert_eq!(code, 2, "{line:?}");
        assert!(errors.contains(message), "{line:?}: {errors}");
    }
    let (code, _, _) = run(&folder, &["a.txt", "schemas"]);
    assert_eq!(code, 3, "a run may miss one of several paths");
    fs::write(folder.path().join("below/schema"), "A text.").unwrap();
    assert_eq!(
        run(&folder, &["a.txt", "schema"]).0,
        0,
        "an existing file is read"
    );
}

#[test]
fn completions_and_manual_pages_contain_the_options() {
    let folder = corpus("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, script, errors) = run(&folder, &["completions", shell]);
        assert_eq!((code, errors.as_str()), (0, ""));
        for word in ["fail-on", "against", "manifest"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    for (name, word) in [
        ("check", "against"),
        ("export", "manifest"),
        ("eval", "truth"),
    ] {
        let (_, page, _) = run(&folder, &["man", name]);
        assert!(page.starts_with(".ie") && page.contains(word), "{name}");
    }
    let (_, page, _) = run(&folder, &["man"]);
    // The short help leaves out --null, whose help is one line.
    for words in [
        "dedupe\\-check(1)",
        "fail\\-on",
        "A NUL byte ends each path",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("dedupe\\-help(1)"), "{page}");
    let (_, page, _) = run(&folder, &["man", "index", "add"]);
    assert!(page.contains(".TH dedupe-index-add 1"), "{page}");
}
