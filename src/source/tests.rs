//! Whole readings: files on disk in, documents and faults out; one test for each bad input.
#![allow(clippy::unwrap_used)]

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const ONE: &str = "{\"text\":\"one\"}\n";
const TWO: &str = "{\"text\":\"two\"}\n";

/// A folder of files made for one test.
struct Corpus(TempDir);

impl Corpus {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn of(files: &[(&str, &[u8])]) -> Self {
        let corpus = Self::new();
        for (name, bytes) in files {
            corpus.file(name, bytes);
        }
        corpus
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Names under the folder, as the walk shows them.
    fn local(&self, shown: &str) -> String {
        let folder = self.0.path().to_str().unwrap();
        shown.replace(folder, "").trim_start_matches('/').to_owned()
    }

    fn walk(&self, names: &[&str], options: &Options) -> Walk {
        let paths: Vec<_> = names.iter().map(|name| self.path(name)).collect();
        walk(&paths, options)
    }

    /// What the walk finds: inputs, then faults as `PATH CODE`.
    fn listed(&self, names: &[&str], options: &Options) -> Vec<String> {
        let found = self.walk(names, options);
        let inputs = found.inputs.iter().map(|input| self.local(input.path()));
        let skipped = found.skipped.iter();
        let faults = skipped.map(|fault| format!("{} {}", self.local(&fault.path), fault.code));
        inputs.chain(faults).collect()
    }

    /// What reading gives: `PATH:LINE=TEXT`, `PATH:LINE CODE`, `PATH:LINE warning CODE`.
    fn read(&self, inputs: &[Input], options: &Options) -> Vec<String> {
        let mut items = Vec::new();
        for block in Blocks::new(inputs, options) {
            block.read(&mut |item| items.push(self.rendered(inputs, &item)));
        }
        items
    }

    fn rendered(&self, inputs: &[Input], item: &Item<'_>) -> String {
        let place = |path: &str, line: Option<u64>| {
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            format!("{}{line}", self.local(path))
        };
        match item {
            Item::Document(document) => {
                let input = &inputs[document.place.input as usize];
                let short: String = document.text.chars().take(40).collect();
                format!("{}={short}", place(input.path(), document.place.line))
            }
            Item::Skipped(fault) => format!("{} {}", place(&fault.path, fault.line), fault.code),
            Item::Warning(fault) => {
                format!("{} warning {}", place(&fault.path, fault.line), fault.code)
            }
        }
    }
}

/// Makes the files, walks and reads them all.
fn check(files: &[(&str, &[u8])], expected: &[&str]) {
    check_with(&Options::default(), files, expected);
}

fn check_with(options: &Options, files: &[(&str, &[u8])], expected: &[&str]) {
    let corpus = Corpus::of(files);
    let found = corpus.walk(&[""], options);
    assert_eq!(corpus.read(&found.inputs, options), expected);
}

fn check_walk(corpus: &Corpus, options: &Options, expected: &[&str]) {
    assert_eq!(corpus.listed(&[""], options), expected);
}

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// Text that does not compress to nothing, so that there is something to cut.
fn long_text() -> String {
    (0..9_000u64)
        .map(|n| format!("word{} ", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
        .collect()
}

#[test]
fn files_of_every_kind_are_read() {
    check(
        &[
            ("a.txt", b"one"),
            ("b.jsonl", format!("{ONE}\n{TWO}").as_bytes()),
            ("c", b"three"),
            ("d.md.gz", &gzip("four")),
            ("e.text.zst", &zstd("five")),
            ("f.ndjson.GZ", &gzip(ONE)),
            ("g.JSONL.zst", &zstd(TWO)),
            ("h/i.TXT", b"six"),
            ("j.pdf", b"seven"),
        ],
        &[
            "a.txt=one",
            "b.jsonl:1=one",
            "b.jsonl:3=two",
            "c=three",
            "d.md.gz=four",
            "e.text.zst=five",
            "f.ndjson.GZ:1=one",
            "g.JSONL.zst:1=two",
            "h/i.TXT=six",
        ],
    );
}

#[test]
fn unknown_extensions_are_counted_when_walked_and_read_when_named() {
    let corpus = Corpus::of(&[("a.txt", b"one"), ("b.pdf", b"two"), ("c.tar.gz", b"three")]);
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

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    fn follow() -> Options {
        Options {
            follow: true,
            ..Options::default()
        }
    }

    #[test]
    fn links_to_files_are_read_and_links_to_folders_only_when_followed() {
        let corpus = Corpus::of(&[("in/a.txt", b"one"), ("out/b.txt", b"two")]);
        symlink(corpus.path("out/b.txt"), corpus.path("in/l.txt")).unwrap();
        symlink(corpus.path("out"), corpus.path("in/m")).unwrap();
        assert_eq!(
            corpus.listed(&["in"], &Options::default()),
            ["in/a.txt", "in/l.txt"]
        );
        // The link to b.txt sorts before the way through the folder.
        assert_eq!(corpus.listed(&["in"], &follow()), ["in/a.txt", "in/l.txt"]);
        assert_eq!(
            corpus.listed(&["in/m"], &Options::default()),
            ["in/m/b.txt"]
        );
    }

    #[test]
    fn link_loops_end() {
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
    fn links_that_cross_do_not_multiply_the_walk() {
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
    fn dangling_links() {
        let corpus = Corpus::new();
        symlink("nowhere", corpus.path("l.txt")).unwrap();
        check_walk(&corpus, &Options::default(), &["l.txt not-found"]);
        check_walk(&corpus, &follow(), &["l.txt not-found"]);
    }

    #[test]
    fn sockets_and_pipes_are_never_opened() {
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
    fn a_pipe_that_takes_the_place_of_a_file_does_not_hang_the_run() {
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
    fn what_may_not_be_read_is_named() {
        let corpus = Corpus::of(&[("a.txt", b"one"), ("f/b.txt", b"two")]);
        for name in ["a.txt", "f"] {
            fs::set_permissions(corpus.path(name), fs::Permissions::from_mode(0o000)).unwrap();
        }
        // Nothing is forbidden to root.
        if fs::read(corpus.path("a.txt")).is_err() {
            let options = Options::default();
            let found = corpus.walk(&[""], &options);
            assert_eq!(corpus.listed(&[""], &options), ["a.txt", "f not-readable"]);
            assert_eq!(corpus.read(&found.inputs, &options), ["a.txt not-readable"]);
        }
        fs::set_permissions(corpus.path("f"), fs::Permissions::from_mode(0o700)).unwrap();
    }

    #[test]
    fn names_that_are_not_text_are_escaped_and_opened() {
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
}

#[test]
fn empty_inputs() {
    check(
        &[
            ("a.txt", b""),
            ("b.txt", b" \n\t"),
            ("c.jsonl", b""),
            ("d.jsonl", b"\n \n"),
            ("e.gz", b""),
            ("f.txt.zst", &zstd("")),
        ],
        &[
            "a.txt empty",
            "b.txt empty",
            "c.jsonl empty",
            "d.jsonl empty",
            "e.gz empty",
            "f.txt.zst empty",
        ],
    );
}

#[test]
fn bytes_that_are_no_text() {
    let noise: Vec<u8> = (0..5_000u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    check(
        &[
            ("a.txt", b"GIF89a\0\x01"),
            ("b.txt", &noise),
            ("c.jsonl", &noise),
            ("d.txt.gz", &gzip(&noise)),
        ],
        &[
            "a.txt not-text",
            "b.txt not-text",
            "c.jsonl not-text",
            "d.txt.gz not-text",
        ],
    );
}

#[test]
fn bad_lines_do_not_cost_their_neighbours() {
    let lines = format!("{ONE}{{broken\n{{\"id\":\"b\"}}\n{{\"id\":\"c\",\"text\":null}}\n{TWO}");
    check(
        &[("j.jsonl", lines.as_bytes())],
        &[
            "j.jsonl:1=one",
            "j.jsonl:2 not-json",
            "j.jsonl:3 no-text-field",
            "j.jsonl:4 text-null",
            "j.jsonl:5=two",
        ],
    );
}

#[test]
fn guessed_encodings_are_told() {
    let text = "Über den Fluß führen zwei Brücken.";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    check(
        &[("a.txt", &bytes)],
        &["a.txt warning encoding-guessed", &format!("a.txt={text}")],
    );
}

#[test]
fn several_members_are_one_stream() {
    let lines = [gzip(ONE), gzip(TWO)].concat();
    let text = [zstd("one "), zstd("two")].concat();
    check(
        &[("a.jsonl.gz", &lines), ("b.txt.zst", &text)],
        &["a.jsonl.gz:1=one", "a.jsonl.gz:2=two", "b.txt.zst=one two"],
    );
}

#[test]
fn content_decides_what_is_compressed() {
    check(
        &[
            ("a.txt", &gzip("one")),
            ("b.txt.gz", b"two"),
            ("c.jsonl.gz", &zstd(ONE)),
            ("d.txt.gz", b"\0\x01\x02"),
        ],
        &[
            "a.txt=one",
            "b.txt.gz=two",
            "c.jsonl.gz:1=one",
            "d.txt.gz corrupt",
        ],
    );
}

#[test]
fn what_stands_before_a_break_is_kept() {
    let text = long_text();
    let lines = ONE.repeat(2) + &format!("{{\"text\":\"{text}\"}}\n");
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() - 20].to_vec();
    let start: String = text.chars().take(40).collect();
    check(
        &[
            ("a.txt.gz", &cut(gzip(&text))),
            ("b.jsonl.gz", &cut(gzip(&lines))),
            ("c.txt.gz", &gzip(&text)[..10]),
            ("d.jsonl.zst", &cut([zstd(ONE), zstd(&text)].concat())),
            ("e.gz", &[0x1F]),
        ],
        &[
            &format!("a.txt.gz={start}"),
            "a.txt.gz truncated",
            "b.jsonl.gz:1=one",
            "b.jsonl.gz:2=one",
            "b.jsonl.gz truncated",
            "c.txt.gz truncated",
            "d.jsonl.zst:1=one",
            "d.jsonl.zst truncated",
            "e.gz truncated",
        ],
    );
}

#[test]
fn a_corrupt_stream_is_named() {
    let mut member = gzip(TWO);
    // The checksum stands in the last eight bytes, with the length.
    let at = member.len() - 8;
    member[at] ^= 0xFF;
    let corrupt = [gzip(ONE), member].concat();
    let mut frame = zstd(long_text());
    frame[5_000..5_100].fill(0xA5);
    let items = {
        let corpus = Corpus::of(&[("a.jsonl.gz", &corrupt), ("b.txt.zst", &frame)]);
        let found = corpus.walk(&[""], &Options::default());
        corpus.read(&found.inputs, &Options::default())
    };
    assert_eq!(items[0], "a.jsonl.gz:1=one");
    assert!(
        items.contains(&"a.jsonl.gz corrupt".to_owned()),
        "{items:?}"
    );
    assert_eq!(items.last().unwrap(), "b.txt.zst corrupt");
}

#[test]
fn a_document_beyond_the_limit_is_skipped_alone() {
    let options = Options {
        max_document_bytes: 100,
        ..Options::default()
    };
    let long = format!("{{\"text\":\"{}\"}}\n", "x".repeat(5_000_000));
    let lines = format!("{ONE}{long}{TWO}{long}");
    check_with(
        &options,
        &[
            ("a.txt", "x ".repeat(51).as_bytes()),
            ("b.txt", &[b'x'; 100]),
            ("c.txt.gz", &gzip([b'a'; 1_000_000])),
            ("d.jsonl", lines.as_bytes()),
        ],
        &[
            "a.txt too-large",
            &format!("b.txt={}", "x".repeat(40)),
            "c.txt.gz too-large",
            "d.jsonl:1=one",
            "d.jsonl:2 too-large",
            "d.jsonl:3=two",
            "d.jsonl:4 too-large",
        ],
    );
}

#[test]
fn files_that_vanish_or_shrink_after_the_walk() {
    let corpus = Corpus::of(&[
        ("a.txt", b"one"),
        ("b.jsonl", ONE.as_bytes()),
        ("c.txt", b"three words here"),
        ("d.jsonl", format!("{ONE}{TWO}").as_bytes()),
    ]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    fs::remove_file(corpus.path("a.txt")).unwrap();
    fs::remove_file(corpus.path("b.jsonl")).unwrap();
    corpus.file("c.txt", b"three");
    corpus.file("d.jsonl", ONE.as_bytes());
    assert_eq!(
        corpus.read(&found.inputs, &options),
        [
            "a.txt not-found",
            "b.jsonl not-found",
            "c.txt=three",
            "c.txt truncated",
            "d.jsonl:1=one",
            "d.jsonl truncated"
        ]
    );
}

#[test]
fn blocks_account_for_every_byte_on_disk() {
    let corpus = Corpus::of(&[
        ("a.txt", b"one"),
        ("b.jsonl", ONE.repeat(300_000).as_bytes()),
        ("c.jsonl.gz", &gzip(ONE.repeat(300_000))),
        ("d.txt.gz", &gzip("two")),
    ]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    let size: u64 = found.inputs.iter().filter_map(Input::size).sum();
    let blocks: Vec<_> = Blocks::new(&found.inputs, &options).collect();
    assert!(blocks.len() > 5);
    assert_eq!(blocks.iter().map(Block::bytes).sum::<u64>(), size);
}

#[test]
fn wanted_documents_are_read_again() {
    let lines = format!("\u{FEFF}{ONE}\r\n{{broken\n{TWO}{{\"body\":\"thr\\u0065e\"}}");
    let corpus = Corpus::of(&[
        ("a.jsonl", lines.as_bytes()),
        ("b.jsonl.gz", &gzip(&lines)),
        ("c.jsonl.zst", &zstd(&lines)),
        ("d.txt", b"\xEF\xBB\xBFfour"),
        ("e.txt.gz", &gzip("five")),
        ("f.txt", b"gone"),
        ("g.jsonl", ONE.as_bytes()),
    ]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    let (mut places, mut texts) = (Vec::new(), Vec::new());
    for block in Blocks::new(&found.inputs, &options) {
        block.read(&mut |item| {
            if let Item::Document(document) = item {
                places.push(document.place);
                texts.push(document.text.into_owned());
            }
        });
    }
    assert_eq!(texts.len(), 13);
    fs::remove_file(corpus.path("f.txt")).unwrap();
    corpus.file("g.jsonl", b"{}");
    for step in 1..4 {
        let wanted: Vec<_> = places.iter().copied().step_by(step).collect();
        let expected = texts.iter().step_by(step).map(String::as_str).enumerate();
        let expected: Vec<_> = expected
            .filter(|(index, _)| index * step < 11)
            .map(|(index, text)| (index, text.to_owned()))
            .collect();
        let mut again = Vec::new();
        reread(&found.inputs, &options, &wanted, &mut |index, text| {
            again.push((index, text.to_owned()))
        });
        assert_eq!(again, expected);
    }
}

#[test]
fn standard_input_is_kept_for_a_second_reading() {
    for bytes in [ONE.repeat(3).into_bytes(), gzip(ONE.repeat(3))] {
        let options = Options {
            keep_stdin: true,
            ..Options::default()
        };
        let inputs = walk(&["-".into(), "-".into()], &options).inputs;
        assert_eq!((inputs.len(), inputs[0].path()), (1, "-"));
        let stream = stream::Stream::of_stdin(std::io::Cursor::new(bytes), &inputs[0], &options);
        let mut cutter = lines::Cutter::new(stream.unwrap(), 1, 100);
        while cutter.next_run().is_some() {}
        let wanted = [1, 2].map(|at| Place {
            input: 0,
            line: Some(at + 1),
            offset: at * ONE.len() as u64,
            length: ONE.len() as u64 - 1,
        });
        let mut again = Vec::new();
        reread(&inputs, &options, &wanted, &mut |index, text| {
            again.push((index, text.to_owned()));
        });
        assert_eq!(again, [(0, "one".to_owned()), (1, "one".to_owned())]);
    }
}

/// Lines of every sort, short and long.
fn any_line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,30}".prop_map(|text| format!("{{\"text\":\"{text}\"}}")),
        "[a-z]{1,9}".prop_map(|text| format!("{{\"text\":\"{text}\"}}\r")),
        (40usize..90).prop_map(|length| "y".repeat(length)),
        (25usize..35).prop_map(|length| format!("{{\"text\":\"{}\"}}\r", "z".repeat(length))),
        Just(String::new()),
        Just("{broken".to_owned()),
        Just("{\"text\":\"Grüße\"}".to_owned()),
    ]
}

proptest! {
    /// However a file is cut, it gives the same documents and faults, with the same places.
    #[test]
    fn cutting_changes_nothing(
        lines in proptest::collection::vec(any_line(), 0..30),
        end in prop::bool::ANY,
        packed in prop::bool::ANY,
        run_bytes in 1u64..200,
    ) {
        let mut text = lines.join("\n");
        if end {
            text.push('\n');
        }
        let bytes = if packed { gzip(&text) } else { text.into_bytes() };
        let corpus = Corpus::of(&[("a.jsonl", &bytes)]);
        let options = Options { max_document_bytes: 40, ..Options::default() };
        let found = corpus.walk(&[""], &options);
        let read = |run_bytes| {
            let mut items = Vec::new();
            for block in Blocks::with_run_bytes(&found.inputs, &options, run_bytes) {
                block.read(&mut |item| items.push(format!("{item:?}")));
            }
            items
        };
        prop_assert_eq!(read(run_bytes), read(1 << 20));
    }
}
