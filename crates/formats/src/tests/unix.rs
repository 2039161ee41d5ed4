//! Links, permissions, and special files.

use super::*;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

fn follow() -> Options {
    Options {
        follow_links: true,
        ..Options::default()
    }
}

/// A link in the folder of somebody else led to a private file, whose text `export` then passed on.
#[test]
fn links_leave_the_folder_only_on_request() {
    let corpus = Corpus::of(&[
        ("in/a.txt", b"one"),
        ("out/b.txt", b"two"),
        ("out/c.bin", b"three"),
    ]);
    symlink(corpus.path("out/b.txt"), corpus.path("in/l.txt")).unwrap();
    symlink(corpus.path("out/c.bin"), corpus.path("in/l.bin")).unwrap();
    symlink(corpus.path("out"), corpus.path("in/m")).unwrap();
    assert_eq!(
        corpus.listed(&["in"], &Options::default()),
        ["in/a.txt", "in/l.txt link-outside"]
    );
    // The path through the folder is not a link itself.
    assert_eq!(
        corpus.listed(&["in"], &follow()),
        ["in/a.txt", "in/m/b.txt"]
    );
    assert_eq!(
        corpus.listed(&["in/l.txt", "in/m"], &Options::default()),
        ["in/m/b.txt"]
    );
    // A folder around both of them contains the file.
    check_walk(&corpus, &Options::default(), &["in/a.txt", "out/b.txt"]);
}

/// A file that the user named was reported under the name of a link to it.
#[test]
fn a_file_is_listed_under_its_own_name_not_that_of_a_link() {
    let corpus = Corpus::of(&[("in/a.txt", b"one"), ("z.txt", b"two")]);
    symlink("a.txt", corpus.path("in/1.txt")).unwrap();
    symlink("../z.txt", corpus.path("in/l.txt")).unwrap();
    assert_eq!(
        corpus.listed(&["in", "z.txt"], &follow()),
        ["in/a.txt", "z.txt"]
    );
    // Without another path to the file, a link is as good.
    assert_eq!(
        corpus.listed(&["in/l.txt"], &Options::default()),
        ["in/l.txt"]
    );
}

#[test]
fn stops_at_link_loops() {
    let corpus = Corpus::of(&[("a/b.txt", b"one")]);
    symlink("..", corpus.path("a/up")).unwrap();
    symlink("self.txt", corpus.path("self.txt")).unwrap();
    check_walk(
        &corpus,
        &Options::default(),
        &["a/b.txt", "self.txt link-loop"],
    );
    check_walk(
        &corpus,
        &follow(),
        &["a/b.txt", "a/up link-loop", "self.txt link-loop"],
    );
}

#[test]
fn crossing_links_do_not_multiply_the_walk() {
    let corpus = Corpus::of(&[("29/a.txt", b"one")]);
    for level in 0..29 {
        let folder = corpus.path(&level.to_string());
        fs::create_dir(&folder).unwrap();
        for name in ["x", "y"] {
            symlink(format!("../{}", level + 1), folder.join(name)).unwrap();
        }
    }
    assert_eq!(corpus.listed(&[""], &follow()).len(), 1);
}

#[test]
fn reports_dangling_links() {
    let corpus = Corpus::new();
    symlink("nowhere", corpus.path("l.txt")).unwrap();
    check_walk(&corpus, &Options::default(), &["l.txt not-found"]);
    check_walk(&corpus, &follow(), &["l.txt not-found"]);
}

#[test]
fn never_opens_sockets_and_pipes() {
    let corpus = Corpus::new();
    let _socket = UnixListener::bind(corpus.path("s.txt")).unwrap();
    make_pipe(&corpus.path("p.txt"));
    check_walk(
        &corpus,
        &Options::default(),
        &["p.txt not-regular", "s.txt not-regular"],
    );
    assert_eq!(
        corpus.listed(&["p.txt"], &Options::default()),
        ["p.txt not-regular"]
    );
}

#[test]
fn does_not_block_if_a_pipe_replaces_a_file() {
    let corpus = Corpus::of(&[("a.txt", b"one"), ("b.jsonl", ONE.as_bytes())]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    for name in ["a.txt", "b.jsonl"] {
        fs::remove_file(corpus.path(name)).unwrap();
        make_pipe(&corpus.path(name));
    }
    assert_eq!(
        corpus.read(&found.inputs, &options),
        ["a.txt not-regular", "b.jsonl not-regular"]
    );
}

#[test]
fn reports_unreadable_files_and_folders() {
    let corpus = Corpus::of(&[("a.txt", b"one"), ("f/b.txt", b"two")]);
    for name in ["a.txt", "f"] {
        fs::set_permissions(corpus.path(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    // Root may read everything.
    if fs::read(corpus.path("a.txt")).is_err() {
        let options = Options::default();
        let found = corpus.walk(&[""], &options);
        assert_eq!(corpus.listed(&[""], &options), ["a.txt", "f not-readable"]);
        assert_eq!(corpus.read(&found.inputs, &options), ["a.txt not-readable"]);
    }
    fs::set_permissions(corpus.path("f"), fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn escapes_and_opens_paths_that_are_not_utf8() {
    let corpus = Corpus::new();
    let name = std::ffi::OsStr::from_bytes(b"a\xFF.txt");
    fs::write(corpus.0.path().join(name), "one").unwrap();
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    assert_eq!(corpus.read(&found.inputs, &options), ["a%FF.txt=one"]);
}

fn make_pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}
