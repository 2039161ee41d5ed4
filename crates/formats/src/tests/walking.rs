//! Which files a walk finds, in which order, and how their paths are displayed.

use super::*;

#[test]
fn counts_unknown_extensions_in_folders_and_reads_named_files() {
    let corpus = Corpus::of(&[("a.txt", b"one"), ("b.pdf", b"two"), ("c.doc.gz", b"three")]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    assert_eq!((found.inputs.len(), found.ignored), (1, 2));
    let found = corpus.walk(&["b.pdf"], &options);
    assert_eq!(corpus.read(&found.inputs, &options), ["b.pdf=two"]);
}

#[cfg(feature = "mail")]
#[test]
fn finds_messages_under_any_extension() {
    let message = b"Received: from a by b\nFrom: a@b.example\n\nThe basin is closed.";
    let corpus = Corpus::of(&[
        ("cur/1772.M1P1.host:2,S", message),
        ("notes.doc", b"From: The Editor"),
    ]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    assert_eq!(found.ignored, 1);
    assert_eq!(
        corpus.read(&found.inputs, &options),
        ["cur/1772.M1P1.host:2,S=The basin is closed."]
    );
}

#[test]
fn leaves_out_the_files_that_mark_a_folder_of_tables() {
    let corpus = Corpus::of(&[
        ("t/_SUCCESS", b""),
        ("t/_metadata", b"PAR1"),
        ("t/_a.txt", b"one"),
        ("t/b", b"two"),
    ]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    assert_eq!(found.ignored, 2);
    assert_eq!(
        corpus.read(&found.inputs, &options),
        ["t/_a.txt=one", "t/b=two"]
    );
    let named = corpus.walk(&["t/_SUCCESS"], &options);
    assert_eq!(corpus.read(&named.inputs, &options), ["t/_SUCCESS empty"]);
}

#[cfg(feature = "html")]
#[test]
fn finds_pages_under_any_extension() {
    const PAGE: &[u8] = b"<!DOCTYPE html><title>Basin</title><p>The basin is closed.";
    let corpus = Corpus::of(&[
        ("1.shtml", PAGE),
        ("2.aspx", b"\xEF\xBB\xBF\n<html><p>The basin is open."),
        ("story.php@id=3", PAGE),
        (
            "template.php",
            b"<?php include 'a'; ?><!DOCTYPE html><p>Body.",
        ),
        (
            "feed.php",
            b"<?xml version='1.0'?><rss version='2.0'></rss>",
        ),
        ("notes.doc", b"The basin is closed."),
        ("empty.asp", b""),
    ]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    assert_eq!((found.inputs.len(), found.ignored), (3, 4));
    let names = [
        "1.shtml",
        "2.aspx",
        "story.php@id=3",
        "template.php",
        "feed.php",
    ];
    let is_read = names.map(|name| is_input(&[corpus.path("")], &corpus.path(name), &options));
    assert_eq!(is_read, [true, true, true, false, false]);
    assert_eq!(corpus.read(&found.inputs, &options).len(), 3);
}

#[test]
fn skips_hidden_files_by_default() {
    let corpus = Corpus::of(&[
        (".a.txt", b"one"),
        (".b/c.txt", b"two"),
        ("d.txt", b"three"),
        // What a killed run left is not news.
        (".dedupe-x1.part", b"four"),
        (".dedupe-notes.txt", b"five"),
    ]);
    let hidden = Options {
        hidden: true,
        ..Options::default()
    };
    check_walk(&corpus, &Options::default(), &["d.txt"]);
    check_walk(
        &corpus,
        &hidden,
        &[".a.txt", ".b/c.txt", ".dedupe-notes.txt", "d.txt"],
    );
    assert_eq!(
        corpus.listed(&[".b", ".a.txt"], &Options::default()),
        [".a.txt", ".b/c.txt"]
    );
}

#[test]
fn displays_paths_as_given() {
    let corpus = Corpus::of(&[("s/000.txt", b"one")]);
    let folder = corpus.path("s");
    let folder = folder.to_str().unwrap();
    for (given, shown) in [
        (folder.to_owned(), format!("{folder}/000.txt")),
        (format!("{folder}/"), format!("{folder}/000.txt")),
        (format!("{folder}/../s//"), format!("{folder}/../s/000.txt")),
    ] {
        let found = walk(&[PathBuf::from(given)], &Options::default());
        assert_eq!(found.inputs[0].path(), shown);
    }
}

#[test]
fn ignores_the_order_of_paths_and_lists_each_file_once() {
    let corpus = Corpus::of(&[("a/x.txt", b"one"), ("a/y.pdf", b""), ("b.txt", b"two")]);
    let options = Options::default();
    let expected = ["a/../b.txt", "a/x.txt", "none not-found"];
    let mut names = ["a/../b.txt", "a", "a/x.txt", "", "none", "none"];
    assert_eq!(corpus.listed(&names, &options), expected);
    assert_eq!(corpus.walk(&names, &options).ignored, 1);
    names.reverse();
    assert_eq!(corpus.listed(&names, &options), expected);
    assert_eq!(corpus.walk(&names, &options).ignored, 1);
}

#[test]
fn reports_missing_paths() {
    let corpus = Corpus::new();
    assert_eq!(
        corpus.listed(&["none", "none/x.txt"], &Options::default()),
        ["none not-found", "none/x.txt not-found",]
    );
}

#[test]
fn patterns_select_files_in_folders_and_archives_and_given_files() {
    let corpus = Corpus::of(&[
        ("a.txt", b"one"),
        ("b.md", b"two"),
        ("drafts/c.txt", b"three"),
        ("d/e.txt", b"four"),
    ]);
    let listed = |names: &[&str], include: &[&str], exclude: &[&str]| {
        let [include, exclude] = [include, exclude]
            .map(|list| list.iter().map(|&glob| glob.to_owned()).collect::<Vec<_>>());
        let options = Options {
            filter: PathFilter::new(&include, &exclude).unwrap(),
            ..Options::default()
        };
        corpus.listed(names, &options)
    };
    assert_eq!(listed(&[""], &["*.txt"], &["drafts"]), ["a.txt", "d/e.txt"]);
    assert_eq!(listed(&[""], &[], &["drafts/", "d/*"]), ["a.txt", "b.md"]);
    assert_eq!(listed(&["a.txt", "b.md"], &[], &["*.md"]), ["a.txt"]);
}

/// An output replaced an input that a followed link named.
#[cfg(unix)]
#[test]
fn a_file_is_an_input_under_any_name() {
    let corpus = Corpus::of(&[("news/a.txt", b"one"), ("other/b.txt", b"two")]);
    std::os::unix::fs::symlink(corpus.path("other"), corpus.path("news/link")).unwrap();
    std::os::unix::fs::symlink(corpus.path("news/a.txt"), corpus.path("a.txt")).unwrap();
    let is_read = |name: &str, follow_links| {
        let options = Options {
            follow_links,
            ..Options::default()
        };
        is_input(&[corpus.path("news")], &corpus.path(name), &options)
    };
    for name in ["news/a.txt", "a.txt", "other/../news/a.txt"] {
        assert!(is_read(name, false), "{name}");
    }
    assert!(!is_read("other/b.txt", false));
    assert!(is_read("other/b.txt", true));
    assert!(!is_read("missing.txt", true));
}
