//! `dedupe check`, `--fail-on` and baselines.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use support::{clusters, dedupe, list, number, relation, report, string};

/// A text of 200 words. Texts with different seeds share no word.
fn story(seed: u32) -> String {
    let word = |k: u32| format!("w{}", (seed * 1_000 + k).wrapping_mul(2_654_435_761));
    (0..200).map(word).collect::<Vec<_>>().join(" ")
}

/// Five stories in two folders. Stories 1 and 2 have documents in both folders, story 3 only in `archive`,
/// and stories 4 and 5 only in `new`.
fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, seed) in [
        ("archive/a1", 1),
        ("archive/a2", 1),
        ("archive/b1", 2),
        ("archive/c1", 3),
        ("archive/c2", 3),
        ("new/a3", 1),
        ("new/b2", 2),
        ("new/d1", 4),
        ("new/d2", 4),
        ("new/e1", 5),
    ] {
        let path = folder.path().join(name).with_extension("txt");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Most documents differ in one word and are near copies. `d1` and `d2` have the same words.
        fs::write(
            path,
            format!("{} own{}", story(seed), name.len() + seed as usize),
        )
        .unwrap();
    }
    fs::write(
        folder.path().join("new/a3.txt"),
        format!("{} mine", story(1)),
    )
    .unwrap();
    folder
}

const CHECK: [&str; 4] = ["check", "new", "--against", "archive"];

fn matched_pairs(report: &Value) -> Vec<String> {
    let pairs = list(report, "matches").iter();
    pairs
        .map(|m| format!("{} {}", string(m, "left"), string(m, "right")))
        .collect()
}

#[test]
fn check_reports_only_copies_that_involve_a_new_document() {
    let folder = corpus();
    let all = report(folder.path(), &["new", "archive"]);
    let found = report(folder.path(), &CHECK);
    assert!(
        clusters(&all)
            .iter()
            .any(|ids| ids.contains(&"archive/c1.txt"))
    );
    for ids in clusters(&found) {
        assert!(ids.iter().any(|id| id.starts_with("new/")), "{ids:?}");
    }
    let involves_new = |pair: &String| pair.contains("new/");
    let expected: Vec<String> = matched_pairs(&all)
        .into_iter()
        .filter(involves_new)
        .collect();
    assert_eq!(matched_pairs(&found), expected);
    assert!(expected.len() < matched_pairs(&all).len());
    assert_eq!(number(&found["summary"], "new"), 5.0);
    assert_eq!(number(&found["summary"], "clusters"), 3.0);
    assert_eq!(all["summary"].get("new"), None);
}

#[test]
fn annotations_are_at_the_new_documents() {
    let folder = corpus();
    let output = dedupe(
        folder.path(),
        &[&CHECK[..], &["--format", "github"]].concat(),
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.lines().count(), 3, "{lines}");
    for line in lines.lines() {
        assert!(line.starts_with("::warning file=new/"), "{line}");
    }
}

#[test]
fn file_in_the_archive_can_be_checked_against_the_rest() {
    let folder = corpus();
    let found = report(
        folder.path(),
        &["check", "archive/c1.txt", "--against", "archive"],
    );
    assert_eq!(clusters(&found), [["archive/c1.txt", "archive/c2.txt"]]);
    assert_eq!(number(&found["summary"], "new"), 1.0);
}

#[test]
fn exit_code_counts_only_reported_copies() {
    let folder = corpus();
    let run = |line: &[&str]| dedupe(folder.path(), line).status.code();
    assert_eq!(run(&["archive", "--fail-on", "near"]), Some(1));
    let unique = [
        "check",
        "new/e1.txt",
        "--against",
        "archive",
        "--fail-on",
        "overlap",
    ];
    assert_eq!(
        run(&unique),
        Some(0),
        "copies within the archive do not count"
    );
    assert_eq!(run(&[&CHECK[..], &["--fail-on", "near"]].concat()), Some(1));
    assert_eq!(
        run(&[&CHECK[..], &["--fail-on", "exact"]].concat()),
        Some(1),
        "d1 is d2"
    );
}

/// Writes a baseline of all copies.
fn write_baseline(folder: &Path) {
    let write = [
        "new",
        "archive",
        "--write-baseline",
        "known.json",
        "-o",
        "all.json",
    ];
    let output = dedupe(folder, &write);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("baseline written: 4 stories,"), "{said}");
}

#[test]
fn known_copies_are_left_out() {
    let folder = corpus();
    write_baseline(folder.path());
    let known = ["new", "archive", "--baseline", "known.json"];
    let found = report(folder.path(), &known);
    assert_eq!(clusters(&found), Vec::<Vec<&str>>::new());
    assert_eq!(list(&found, "matches"), [] as [Value; 0]);
    assert_eq!(number(&found["summary"], "known"), 6.0 - 1.0);
    let fail = [&known[..], &["--fail-on", "overlap"]].concat();
    assert_eq!(dedupe(folder.path(), &fail).status.code(), Some(0));

    fs::write(
        folder.path().join("new/a4.txt"),
        format!("{} again", story(1)),
    )
    .unwrap();
    let found = report(folder.path(), &known);
    for pair in matched_pairs(&found) {
        assert!(pair.contains("new/a4.txt"), "{pair}");
    }
    assert_eq!(number(&found["summary"], "clusters"), 1.0);
    assert_eq!(dedupe(folder.path(), &fail).status.code(), Some(1));
}

/// The ids in a baseline were once as the run named them, so that another working directory reported everything anew.
#[test]
fn a_baseline_holds_in_every_working_directory_and_for_moved_files() {
    let folder = corpus();
    write_baseline(folder.path());
    let known = |working: &Path, arguments: &[&str]| {
        let found = report(working, arguments);
        assert_eq!(list(&found, "matches"), [] as [Value; 0], "{arguments:?}");
        number(&found["summary"], "known")
    };
    let elsewhere = folder.path().join("new");
    let relative = [".", "../archive", "--baseline", "../known.json"];
    assert_eq!(known(&elsewhere, &relative), 5.0);
    let [new, archive, file] =
        ["new", "archive", "known.json"].map(|name| folder.path().join(name).display().to_string());
    assert_eq!(
        known(Path::new("/"), &[&new, &archive, "--baseline", &file]),
        5.0
    );

    fs::rename(
        folder.path().join("new/a3.txt"),
        folder.path().join("archive/moved.txt"),
    )
    .unwrap();
    let here = ["new", "archive", "--baseline", "known.json"];
    assert_eq!(known(folder.path(), &here), 5.0);
    // Another copy of a known text is not known.
    fs::copy(
        folder.path().join("archive/moved.txt"),
        folder.path().join("new/copy.txt"),
    )
    .unwrap();
    let found = report(folder.path(), &here);
    assert!(!matched_pairs(&found).is_empty());
    assert!(
        matched_pairs(&found)
            .iter()
            .all(|pair| pair.contains("new/copy.txt"))
    );
}

#[test]
fn known_pair_is_reported_again_if_it_becomes_closer() {
    let folder = corpus();
    let quoting = format!("{} {}", story(5), &story(1)[..800]);
    fs::write(folder.path().join("new/e1.txt"), quoting).unwrap();
    write_baseline(folder.path());
    fs::write(folder.path().join("new/e1.txt"), story(1)).unwrap();
    let found = report(
        folder.path(),
        &["new", "archive", "--baseline", "known.json"],
    );
    assert!(!matched_pairs(&found).is_empty());
    assert!(
        matched_pairs(&found)
            .iter()
            .all(|pair| pair.contains("new/e1.txt"))
    );
}

#[test]
fn invalid_baseline_is_refused() {
    let folder = corpus();
    for (content, message) in [
        ("{}", "it has no baseline_version"),
        (
            "{\"schema_version\":1}",
            "it is a report; --write-baseline makes a baseline",
        ),
        (
            "{\"baseline_version\":1,\"stories\":[],\"pairs\":[]}",
            "expected baseline_version 2, found 1; write the baseline again",
        ),
        ("nonsense", "expected a baseline, found no JSON object"),
    ] {
        fs::write(folder.path().join("known.json"), content).unwrap();
        let output = dedupe(folder.path(), &["new", "--baseline", "known.json"]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(message), "{said}");
    }
    let output = dedupe(folder.path(), &["new", "--baseline", "none.json"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn exact_copy_of_an_archived_text_is_matched_with_documents_that_quote_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let quoted: Vec<String> = story(1).split(' ').take(70).map(str::to_owned).collect();
    fs::create_dir(folder.path().join("archive")).unwrap();
    write("archive/quoted.txt", &story(1));
    write(
        "archive/quoting.txt",
        &format!("{} {}", story(2), quoted.join(" ")),
    );
    write("new.txt", &story(1));
    let found = report(folder.path(), &["check", "new.txt", "--against", "archive"]);
    assert_eq!(
        relation(&found, "new.txt", "archive/quoted.txt"),
        Some("exact")
    );
    assert_eq!(
        relation(&found, "new.txt", "archive/quoting.txt"),
        Some("overlap")
    );
    assert_eq!(
        relation(&found, "archive/quoted.txt", "archive/quoting.txt"),
        None
    );
}

#[test]
fn figures_of_a_cluster_count_only_its_reported_members() {
    let folder = tempfile::tempdir().unwrap();
    let record = |id: &str, day: u32| {
        let text = format!("{} own{id}", story(1));
        let date = format!("2021-03-0{day}");
        format!(
            "{}\n",
            json!({"id": id, "source": id, "date": date, "text": text})
        )
    };
    let archive = record("oldest", 1) + &record("kept", 2);
    fs::write(folder.path().join("archive.jsonl"), archive).unwrap();
    fs::write(folder.path().join("new.jsonl"), record("new", 3)).unwrap();
    let prefer = ["--prefer", "kept"];
    let all = report(
        folder.path(),
        &[&["archive.jsonl", "new.jsonl"], &prefer[..]].concat(),
    );
    assert_eq!(list(&all, "clusters")[0]["origin"]["id"], "oldest");
    let check = ["check", "new.jsonl", "--against", "archive.jsonl"];
    let found = report(folder.path(), &[&check, &prefer[..]].concat());
    assert_eq!(clusters(&found), [["kept", "new"]]);
    let cluster = &list(&found, "clusters")[0];
    assert_eq!(number(cluster, "sources"), 2.0);
    // The earliest document is not in the report, so the cluster has no origin.
    assert_eq!(cluster["origin"], Value::Null);
    let check = ["check", "archive.jsonl", "--against", "new.jsonl"];
    let found = report(folder.path(), &[&check, &prefer[..]].concat());
    assert_eq!(list(&found, "clusters"), list(&all, "clusters"));
}

/// Documents with the same words are compared once. Their overlap with another text must still be reported
/// if any pair of documents is new and crosses sources, for every distribution of the copies.
#[test]
fn overlap_is_reported_if_any_pair_of_copies_qualifies() {
    let kinds = [("X", false), ("Y", false), ("X", true), ("Y", true)];
    let quoted: Vec<String> = story(1).split(' ').take(70).map(str::to_owned).collect();
    let texts = [story(1), format!("{} {}", story(2), quoted.join(" "))];
    let folder = tempfile::tempdir().unwrap();
    let check = [
        "check",
        "new.jsonl",
        "--against",
        "archive.jsonl",
        "--cross-source-only",
    ];
    // A check without a new document fails, and so does one without a document of the archive.
    let has_both = |mask: u32| mask & 0b1100_1100 != 0 && mask & 0b0011_0011 != 0;
    for mask in (0..256u32).filter(|mask| mask & 15 != 0 && mask >> 4 != 0 && has_both(*mask)) {
        let (mut files, mut copies) = ([String::new(), String::new()], [vec![], vec![]]);
        for (text, content) in texts.iter().enumerate() {
            for (at, (source, new)) in kinds.into_iter().enumerate() {
                if mask >> (4 * text + at) & 1 == 1 {
                    let id = format!("{text}-{at}");
                    let record = json!({"id": id, "source": source, "text": content});
                    files[usize::from(new)].push_str(&format!("{record}\n"));
                    copies[text].push((source, new));
                }
            }
        }
        for (name, content) in ["archive.jsonl", "new.jsonl"].iter().zip(&files) {
            fs::write(folder.path().join(name), content).unwrap();
        }
        let qualifies = |a: &(&str, bool), b: &(&str, bool)| a.0 != b.0 && (a.1 || b.1);
        let expected = copies[0]
            .iter()
            .any(|a| copies[1].iter().any(|b| qualifies(a, b)));
        let report = report(folder.path(), &check);
        let overlaps = list(&report, "matches").iter();
        let overlaps: Vec<_> = overlaps
            .filter(|m| string(m, "relation") == "overlap")
            .collect();
        assert_eq!(overlaps.len(), usize::from(expected), "{mask:08b}");
        for pair in overlaps {
            let kind = |side| kinds[string(pair, side)[2..].parse::<usize>().unwrap()];
            assert!(qualifies(&kind("left"), &kind("right")), "{mask:08b}");
        }
    }
}

/// A CI job once passed although a misspelt path made it check nothing.
#[test]
fn a_check_of_nothing_or_without_its_archive_fails() {
    let folder = corpus();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (line, message) in [
        (
            ["check", "new", "--against", "archiv"],
            "there is no archive archiv",
        ),
        (
            ["check", "empty", "--against", "archive"],
            "no new document was read",
        ),
    ] {
        let output = dedupe(folder.path(), &line);
        assert_eq!(output.status.code(), Some(2), "{line:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(message), "{said}");
    }
}

/// A check passed although its archive was a folder without news, such as the mount point of a drive that was not mounted.
#[test]
fn a_check_against_an_archive_without_documents_fails_and_says_what_is_there() {
    let folder = corpus();
    let at = |name: &str| folder.path().join(name);
    for name in ["empty", "letters", "hidden", "broken", "wordless"] {
        fs::create_dir(at(name)).unwrap();
    }
    fs::write(at("letters/a.doc"), "a letter").unwrap();
    fs::write(at("letters/b.doc"), "a letter").unwrap();
    fs::write(at("hidden/.a.txt"), story(1)).unwrap();
    fs::write(at("broken/a.jsonl"), "{").unwrap();
    fs::write(at("wordless/a.txt"), " ").unwrap();
    for (archive, reason) in [
        ("empty", "there are no files in empty"),
        ("letters", "2 files or records of other kinds were ignored"),
        ("hidden", "1 hidden file or folder was ignored"),
        ("broken", "no document could be read; broken/a.jsonl:1: "),
        ("wordless", "no document could be read; wordless/a.txt: "),
    ] {
        for quiet in [&[][..], &["--quiet"]] {
            let line = ["check", "new", "--against", archive, "-o", "r.json"];
            let output = dedupe(folder.path(), &[&line[..], quiet].concat());
            assert_eq!(output.status.code(), Some(2), "{archive}");
            let said = String::from_utf8(output.stderr).unwrap();
            let message = format!("the archive {archive} has no documents: {reason}");
            assert!(said.contains(&message), "{said}");
            assert!(!at("r.json").exists());
        }
    }
    // One of several archives, and an archive that has only the new documents, as a new repository does.
    for (archive, is_warned) in [
        (&["--against", "empty", "--against", "archive"][..], false),
        (&["--against", "new"], true),
    ] {
        let output = dedupe(folder.path(), &[&["check", "new"], archive].concat());
        assert_eq!(output.status.code(), Some(0), "{archive:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let warning = "the new documents were compared only with each other";
        assert_eq!(said.contains(warning), is_warned, "{said}");
    }
    // Commands that read nothing say what is there.
    for (line, message) in [
        (
            &["check", "hidden", "--against", "archive"][..],
            "error: no new document was read, so nothing was checked: 1 hidden file or folder was ignored",
        ),
        // The archive has the file too, under another spelling of its path.
        (
            &["check", "wordless/a.txt", "--against", "."],
            "error: no new document was read, so nothing was checked: no document could be read; ./wordless/a.txt: ",
        ),
        (
            &["check", "letters", "--against", "archive"],
            "error: no new document was read, so nothing was checked: 2 files or records of other kinds",
        ),
        (
            &["export", "letters", "-o", "c.jsonl"],
            "error: no documents found: 2 files or records of other kinds were ignored",
        ),
    ] {
        let output = dedupe(folder.path(), line);
        assert_eq!(output.status.code(), Some(2), "{line:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let last = said.lines().last().unwrap();
        assert!(last.contains(message), "{said}");
    }
}

/// A job passed although one of its folders was misspelt, because it tolerated some bad records.
#[test]
fn no_limit_tolerates_a_path_of_the_command_line_that_does_not_exist() {
    let folder = corpus();
    fs::write(folder.path().join("list"), "archive\ngone\n").unwrap();
    let code = |line: &[&str]| {
        let limit = ["--max-skipped", "9"];
        dedupe(folder.path(), &[line, &limit].concat())
            .status
            .code()
    };
    assert_eq!(code(&["archive", "gone"]), Some(3));
    assert_eq!(
        code(&["check", "new", "gone", "--against", "archive"]),
        Some(3)
    );
    assert_eq!(code(&["export", "archive", "./gone"]), Some(3));
    // A list may be older than the files.
    assert_eq!(code(&["--files-from", "list"]), Some(0));
}

/// A story inside a page passes a job that looks for near copies. The log said only that a story appears twice.
#[test]
fn a_run_that_passes_says_which_copies_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let said = |line: &[&str]| {
        let output = dedupe(folder.path(), line);
        assert_eq!(output.status.code(), Some(0), "{line:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let wire = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/wire");
    assert_eq!(
        said(&[wire, "--fail-on", "near"]),
        "dedupe: --fail-on near: no findings; 1 copy of another kind does not count\n"
    );
    assert_eq!(said(&[wire, "--fail-on", "near", "--quiet"]), "");
    let alone = &format!("{wire}/a.txt");
    assert_eq!(said(&[alone, "--fail-on", "near"]), "");
}

/// The log of a job did not say why it failed.
#[test]
fn a_quiet_run_says_why_it_fails() {
    let folder = corpus();
    let said = |line: &[&str], code| {
        let output = dedupe(folder.path(), &[line, &["--quiet"]].concat());
        assert_eq!(output.status.code(), Some(code), "{line:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(said(&["archive"], 0), "");
    let copies = said(&["archive", "--fail-on", "near"], 1);
    assert_eq!(copies, "dedupe: --fail-on near: 2 findings\n");
    fs::write(folder.path().join("archive/d.jsonl"), "{\n").unwrap();
    let one = said(&["archive"], 3);
    assert!(
        one.starts_with("dedupe: error: archive/d.jsonl:1: "),
        "{one}"
    );
    assert_eq!(one.lines().count(), 1);
    fs::write(folder.path().join("archive/d.jsonl"), "{\n{\n").unwrap();
    let two = said(&["export", "archive"], 3);
    let first = "dedupe: error: 2 inputs could not be read; the first is archive/d.jsonl:1: ";
    assert!(two.starts_with(first), "{two}");
    // Without --quiet, a warning came last.
    let dated = "{\"text\":\"a word\",\"date\":\"soon\"}\n";
    fs::write(folder.path().join("archive/e.jsonl"), dated).unwrap();
    let output = dedupe(folder.path(), &["archive"]);
    let loud = String::from_utf8(output.stderr).unwrap();
    assert!(loud.contains("warning: "), "{loud}");
    assert_eq!(
        loud.lines().last(),
        Some("dedupe: error: 2 inputs could not be read")
    );
}

#[test]
fn a_list_of_paths_and_patterns_select_the_files() {
    let folder = corpus();
    fs::write(
        folder.path().join("list"),
        "archive/a1.txt\0archive/a2.txt\0",
    )
    .unwrap();
    let documents = |line: &[&str]| number(&report(folder.path(), line)["summary"], "documents");
    assert_eq!(documents(&["--files-from", "list", "-0"]), 2.0);
    fs::write(folder.path().join("none"), "\n").unwrap();
    for line in [
        &["--files-from", "none"][..],
        &["check", "--files-from", "none", "--against", "archive"],
        &["export", "--files-from", "none"],
    ] {
        let output = dedupe(folder.path(), line);
        assert_eq!(output.status.code(), Some(2), "{line:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("none lists no paths"), "{said}");
    }
    assert_eq!(documents(&["archive", "--include", "a*.txt"]), 2.0);
    assert_eq!(
        documents(&[".", "--exclude", "archive", "--exclude=list"]),
        5.0
    );
}

/// `--against` takes one path, so that the files after it are new documents.
#[test]
fn files_after_the_archive_are_new_documents() {
    let folder = corpus();
    let expected = report(folder.path(), &CHECK);
    for line in [
        &["check", "--against", "archive", "new"][..],
        &[
            "check",
            "--against",
            "archive/c1.txt",
            "--against",
            "archive",
            "new",
        ],
    ] {
        let found = report(folder.path(), line);
        assert_eq!(found["summary"], expected["summary"], "{line:?}");
    }
}
