//! End-to-end tests: files on disk in, documents and faults out.
#![allow(clippy::unwrap_used)]

use crate::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

mod bad_input;
mod cutting;
mod rereading;
#[cfg(unix)]
mod unix;
mod walking;

pub(super) const ONE: &str = "{\"text\":\"one\"}\n";
pub(super) const TWO: &str = "{\"text\":\"two\"}\n";

/// A temporary folder of test files.
pub(super) struct Corpus(TempDir);

impl Corpus {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(super) fn of(files: &[(&str, &[u8])]) -> Self {
        let corpus = Self::new();
        for (name, bytes) in files {
            corpus.file(name, bytes);
        }
        corpus
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// A displayed path relative to the folder.
    fn local(&self, shown: &str) -> String {
        let folder = self.0.path().to_str().unwrap();
        shown.replace(folder, "").trim_start_matches('/').to_owned()
    }

    pub(super) fn walk(&self, names: &[&str], options: &Options) -> Walk {
        let paths: Vec<_> = names.iter().map(|name| self.path(name)).collect();
        walk(&paths, options)
    }

    /// What the walk finds: inputs, then faults as `PATH CODE`.
    pub(super) fn listed(&self, names: &[&str], options: &Options) -> Vec<String> {
        let found = self.walk(names, options);
        let inputs = found.inputs.iter().map(|input| self.local(input.path()));
        let skipped = found.skipped.iter();
        let faults = skipped.map(|fault| format!("{} {}", self.local(&fault.path), fault.code));
        inputs.chain(faults).collect()
    }

    /// The items as strings: `PATH:LINE=TEXT`, `PATH:LINE CODE` or `PATH:LINE warning CODE`.
    pub(super) fn read(&self, inputs: &[Input], options: &Options) -> Vec<String> {
        let mut items = Vec::new();
        for block in Blocks::new(inputs, options) {
            block.read(&mut |item| items.push(self.rendered(inputs, &item)));
        }
        items
    }

    /// A fault as `PATH:LINE CODE`.
    pub(super) fn fault(&self, fault: &Fault) -> String {
        format!("{} {}", self.position(&fault.path, fault.line), fault.code)
    }

    fn position(&self, path: &str, line: Option<u64>) -> String {
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line}", self.local(path))
    }

    fn rendered(&self, inputs: &[Input], item: &Item<'_>) -> String {
        match item {
            Item::Document(document) => {
                let input = &inputs[document.location.input as usize];
                let short: String = document.text.chars().take(40).collect();
                let path = document.member.as_deref().unwrap_or(input.path());
                format!("{}={short}", self.position(path, document.location.line))
            }
            Item::Skipped(fault) => self.fault(fault),
            Item::Warning(fault) => {
                let position = self.position(&fault.path, fault.line);
                format!("{position} warning {}", fault.code)
            }
            Item::Ignored => "ignored".to_owned(),
        }
    }
}

/// Writes the files, then walks and reads the folder.
pub(super) fn check(files: &[(&str, &[u8])], expected: &[&str]) {
    check_with(&Options::default(), files, expected);
}

pub(super) fn check_with(options: &Options, files: &[(&str, &[u8])], expected: &[&str]) {
    let corpus = Corpus::of(files);
    let found = corpus.walk(&[""], options);
    assert_eq!(corpus.read(&found.inputs, options), expected);
}

fn check_walk(corpus: &Corpus, options: &Options, expected: &[&str]) {
    assert_eq!(corpus.listed(&[""], options), expected);
}

pub(super) fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn bzip2(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn xz(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zstd(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// Text that compresses badly, so that its compressed form can be cut.
#[cfg(any(feature = "archives", feature = "codecs"))]
pub(super) fn long_text() -> String {
    (0..9_000u64)
        .map(|n| format!("word{} ", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
        .collect()
}

#[cfg(feature = "codecs")]
#[test]
fn reads_every_kind_of_file() {
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
            ("k.txt.bz2", &bzip2("eight")),
            ("l.jsonl.xz", &xz(ONE)),
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
            "k.txt.bz2=eight",
            "l.jsonl.xz:1=one",
        ],
    );
}

#[test]
fn content_overrides_the_name() {
    check(
        &[
            ("a.txt", format!("{ONE}{TWO}").as_bytes()),
            ("b.txt.gz", &gzip(ONE)),
            ("c.jsonl", b"{broken"),
            ("d.txt", b"{not a record}"),
        ],
        &[
            "a.txt:1=one",
            "a.txt:2=two",
            "b.txt.gz:1=one",
            "c.jsonl:1 not-json",
            "d.txt={not a record}",
        ],
    );
}

#[test]
fn a_forced_format_overrides_content_and_name() {
    let options = Options {
        format: InputFormat::named("text"),
        ..Options::default()
    };
    check_with(
        &options,
        &[("a.jsonl", b"{\"text\":\"one\"}"), ("b.php", b"two")],
        &["a.jsonl={\"text\":\"one\"}", "b.php=two"],
    );
    let options = Options {
        format: InputFormat::named("jsonl"),
        ..Options::default()
    };
    check_with(&options, &[("a.txt", b"one")], &["a.txt:1 not-json"]);
}

#[cfg(feature = "codecs")]
#[test]
fn joins_the_members_of_a_compressed_file() {
    let lines = [gzip(ONE), gzip(TWO)].concat();
    let text = [zstd("one "), zstd("two")].concat();
    let blocks = [bzip2("one "), bzip2("two")].concat();
    let streams = [xz("one "), xz("two")].concat();
    check(
        &[
            ("a.jsonl.gz", &lines),
            ("b.txt.zst", &text),
            ("c.txt.bz2", &blocks),
            ("d.txt.xz", &streams),
        ],
        &[
            "a.jsonl.gz:1=one",
            "a.jsonl.gz:2=two",
            "b.txt.zst=one two",
            "c.txt.bz2=one two",
            "d.txt.xz=one two",
        ],
    );
}

#[cfg(feature = "codecs")]
#[test]
fn content_decides_whether_a_file_is_compressed() {
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

/// The fault names the feature, and other inputs are read.
#[cfg(not(feature = "codecs"))]
#[test]
fn reports_compressed_files_whose_codec_is_missing() {
    let corpus = Corpus::of(&[
        ("a.txt.gz", &gzip("one")),
        ("b.jsonl.bz2", &bzip2(ONE)),
        ("c.txt.xz", &xz("two")),
        ("d.jsonl", &zstd(ONE)),
    ]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    assert_eq!(
        corpus.read(&found.inputs, &options),
        [
            "a.txt.gz=one",
            "b.jsonl.bz2 unsupported",
            "c.txt.xz unsupported",
            "d.jsonl unsupported",
        ]
    );
    let fault = read_bytes(xz("two"), &options, &mut |_| {}).unwrap_err();
    assert!(fault.reason.contains("feature `codecs`"), "{fault:?}");
}

/// The limit for a document applies to rows, not to the table.
#[cfg(feature = "tables")]
#[test]
fn reads_tables_that_exceed_the_document_limit() {
    let options = Options {
        max_document_bytes: 9,
        ..Options::default()
    };
    let table = b"id,text\n1,one two\n2,one two three\n3,three\n";
    check_with(
        &options,
        &[("a.csv", table)],
        &["a.csv:2=one two", "a.csv:3 too-large", "a.csv:4=three"],
    );
}
