//! Which files a walk finds, in which order, under which names.

use super::*;

#[test]
fn unknown_extensions_are_counted_when_walked_and_read_when_named() {
    let corpus = Corpus::of(&[("a.txt", b"one"), ("b.pdf", b"two"), ("c.doc.gz", b"three")]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    assert_eq!((found.inputs.len(), found.ignored), (1, 2));
    let found = corpus.walk(&["b.pdf"], &options);
    assert_eq!(corpus.read(&found.inputs, &options), ["b.pdf=two"]);
}

#[test]
fn hidden_files_are_left_out_unless_asked_for() {
    let corpus = Corpus::of(&[
        (".a.txt", b"one"),
        (".b/c.txt", b"two"),
        ("d.txt", b"three"),
    ]);
    let hidden = Options {
        hidden: true,
        ..Options::default()
    };
    check_walk(&corpus, &Options::default(), &["d.txt"]);
    check_walk(&corpus, &hidden, &[".a.txt", ".b/c.txt", "d.txt"]);
    assert_eq!(
        corpus.listed(&[".b", ".a.txt"], &Options::default()),
        [".a.txt", ".b/c.txt"]
    );
}

#[test]
fn paths_are_shown_as_given_and_walked() {
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
fn the_order_of_arguments_does_not_matter_and_a_file_is_read_once() {
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
fn no_such_path() {
    let corpus = Corpus::new();
    assert_eq!(
        corpus.listed(&["none", "none/x.txt"], &Options::default()),
        ["none not-found", "none/x.txt not-found",]
    );
}
