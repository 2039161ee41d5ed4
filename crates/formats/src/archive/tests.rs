//! Archives that the tests write, read end to end.

use crate::tests::{Corpus, ONE, TWO, check, check_with, gzip, long_text};
#[cfg(feature = "codecs")]
use crate::tests::{xz, zstd};
use crate::{Blocks, InputFormat, Item, Options, reread};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = ::tar::Header::new_ustar();
        // Written directly, because `set_path` rejects hostile names.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Writes one file and reads it.
fn items(name: &str, bytes: &[u8], options: &Options) -> Vec<String> {
    let corpus = Corpus::of(&[(name, bytes)]);
    let found = corpus.walk(&[""], options);
    corpus.read(&found.inputs, options)
}

const MEMBERS: &[(&str, &[u8])] = &[
    ("a.txt", b"one"),
    ("b/c.jsonl", b"{\"text\":\"two\"}\n{\"text\":\"three\"}\n"),
    ("d.jpg", b"\xFF\xD8\xFF\0\0"),
    ("../../e.txt", b"five"),
    ("/f.txt", b"six"),
    (".hidden.txt", b"seven"),
    ("g.txt", b""),
    ("h.dat", b"{\"text\":\"eight\"}\n"),
];

#[cfg(feature = "codecs")]
fn expected(archive: &str) -> Vec<String> {
    [
        "!a.txt=one",
        "!b/c.jsonl:1=two",
        "!b/c.jsonl:2=three",
        "ignored",
        "!../../e.txt=five",
        "!/f.txt=six",
        "!g.txt empty",
        "!h.dat:1=eight",
    ]
    .iter()
    .map(|item| match item.strip_prefix('!') {
        Some(rest) => format!("{archive}!{rest}"),
        None => (*item).to_owned(),
    })
    .collect()
}

#[cfg(feature = "codecs")]
#[test]
fn reads_each_member_in_its_own_format() {
    let tar = tar(MEMBERS);
    for (name, bytes) in [
        ("x.tar", tar.clone()),
        ("x.tar.gz", gzip(&tar)),
        ("x.tgz", gzip(&tar)),
        ("x.tar.xz", xz(&tar)),
        ("x.tar.zst", zstd(&tar)),
        ("x.zip", zip(MEMBERS)),
        ("content-decides.txt", tar),
        ("content-decides.jsonl", zip(MEMBERS)),
    ] {
        assert_eq!(items(name, &bytes, &Options::default()), expected(name));
    }
}

#[test]
fn writes_no_member_to_disk() {
    let corpus = Corpus::of(&[
        (
            "in/x.tar",
            &tar(&[("../out.txt", b"one"), ("../../../out.txt", b"two")]),
        ),
        (
            "in/y.zip",
            &zip(&[("../out.txt", b"one"), ("sub/z.txt", b"two")]),
        ),
    ]);
    let before = corpus.listed(&[""], &Options::default());
    let found = corpus.walk(&[""], &Options::default());
    assert_eq!(corpus.read(&found.inputs, &Options::default()).len(), 4);
    assert_eq!(corpus.listed(&[""], &Options::default()), before);
    assert!(!corpus.path("out.txt").exists() && !corpus.path("in/sub").exists());
}

#[cfg(feature = "codecs")]
#[test]
fn reads_compressed_members_but_not_nested_archives() {
    let inner = zip(&[("a.txt", b"one")]);
    let members: &[(&str, &[u8])] = &[
        ("a.jsonl.gz", &gzip(ONE)),
        ("b.txt", &zstd("two")),
        ("c.zip", &inner),
        ("d.docx", &inner),
        ("e.txt.gz", &gzip(long_text())[..200]),
    ];
    let start: String = long_text().chars().take(40).collect();
    let expected = |archive: &str| {
        [
            format!("{archive}!a.jsonl.gz:1=one"),
            format!("{archive}!b.txt=two"),
            format!("{archive}!c.zip nested-archive"),
            "ignored".to_owned(),
            format!("{archive}!e.txt.gz={start}"),
            format!("{archive}!e.txt.gz truncated"),
        ]
    };
    let options = Options::default();
    assert_eq!(items("x.tar", &tar(members), &options), expected("x.tar"));
    assert_eq!(items("x.zip", &zip(members), &options), expected("x.zip"));
}

/// Reading the head ended with an empty read, which tar took for the end of the member.
#[cfg(feature = "codecs")]
#[test]
fn reads_long_compressed_members_to_the_end() {
    let text = long_text();
    let (packed, blocks) = (gzip(&text), xz(&text));
    assert!(packed.len() > 10_000 && blocks.len() > 10_000);
    let members: &[(&str, &[u8])] = &[("a.txt.gz", &packed), ("b.txt.xz", &blocks)];
    for (name, bytes) in [("x.tar", tar(members)), ("x.zip", zip(members))] {
        let corpus = Corpus::of(&[(name, &bytes)]);
        let options = Options::default();
        let found = corpus.walk(&[""], &options);
        let mut texts = Vec::new();
        for block in Blocks::new(&found.inputs, &options) {
            block.read(&mut |item| match item {
                Item::Document(document) => texts.push(document.text.into_owned()),
                other => panic!("{name}: {other:?}"),
            });
        }
        assert!(texts == [text.clone(), text.clone()], "{name}");
    }
}

#[test]
fn a_forced_format_applies_to_archive_members() {
    let options = Options {
        format: InputFormat::named("text"),
        hidden: true,
        ..Options::default()
    };
    let found = items("x.zip", &zip(&MEMBERS[..2]), &options);
    assert_eq!(found[0], "x.zip!a.txt=one");
    assert!(
        found[1].starts_with("x.zip!b/c.jsonl={\"text\""),
        "{found:?}"
    );
}

#[test]
fn keeps_documents_before_a_break() {
    let text = long_text();
    let whole = tar(&[
        ("a.txt", b"one"),
        ("b.txt", text.as_bytes()),
        ("c.txt", b"two"),
    ]);
    let cut = &whole[..100_000];
    for (name, bytes) in [
        ("x.tar", cut.to_vec()),
        ("x.tar.gz", gzip(&whole)[..60_000].to_vec()),
    ] {
        let found = items(name, &bytes, &Options::default());
        assert_eq!(found[0], format!("{name}!a.txt=one"));
        assert!(
            found[1].starts_with(&format!("{name}!b.txt=word")),
            "{found:?}"
        );
        assert_eq!(found[2], format!("{name}!b.txt truncated"));
        assert!(
            found[3..]
                .iter()
                .all(|item| *item == format!("{name} truncated")),
            "{found:?}"
        );
    }
    let mut broken = whole.clone();
    broken[512 + 512 + 148] ^= 0x55;
    let found = items("x.tar", &broken, &Options::default());
    assert_eq!(found, ["x.tar!a.txt=one", "x.tar corrupt"]);
    let zipped = zip(&[("a.txt", text.as_bytes())]);
    assert_eq!(
        items("x.zip", &zipped[..50_000], &Options::default()),
        ["x.zip corrupt"]
    );
    assert_eq!(
        items("x.zip", b"PK\x03\x04", &Options::default()),
        ["x.zip corrupt"]
    );
    assert_eq!(
        items("x.tar", b"", &Options::default()),
        ["x.tar truncated"]
    );
}

#[test]
fn continues_after_a_damaged_zip_member() {
    let text = long_text();
    let mut bytes = zip(&[
        ("a.txt", b"one"),
        ("b.txt", text.as_bytes()),
        ("c.txt", b"two"),
    ]);
    bytes[40_000..40_100].fill(0xFF);
    let found = items("x.zip", &bytes, &Options::default());
    assert_eq!(found.first().unwrap(), "x.zip!a.txt=one");
    assert_eq!(found.last().unwrap(), "x.zip!c.txt=two");
    assert!(
        found
            .iter()
            .any(|item| item.starts_with("x.zip!b.txt") && !item.contains('=')),
        "{found:?}"
    );
}

#[test]
fn applies_limits_to_archive_members() {
    let options = Options {
        max_document_bytes: 100,
        ..Options::default()
    };
    let zeros = vec![b'0'; 5_000_000];
    let members: &[(&str, &[u8])] = &[
        ("a.txt", &zeros),
        ("b.txt.gz", &gzip(&zeros)),
        ("c.txt", b"one"),
    ];
    let expected = |archive: &str| {
        ["!a.txt too-large", "!b.txt.gz too-large", "!c.txt=one"]
            .map(|item| format!("{archive}{item}"))
    };
    assert_eq!(items("x.tar", &tar(members), &options), expected("x.tar"));
    assert_eq!(items("x.zip", &zip(members), &options), expected("x.zip"));
}

/// The entries of a directory may all refer to the same bytes. Each is harmless on its own.
#[test]
fn stops_a_zip_bomb_of_overlapping_members() {
    let line = format!("{ONE}{}\n", " ".repeat(4_000_000));
    let once = zip(&[("a.jsonl", line.as_bytes())]);
    let directory = once
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .unwrap();
    let end = once
        .windows(4)
        .rposition(|four| four == b"PK\x05\x06")
        .unwrap();
    let mut bomb = once[..directory].to_vec();
    for at in 0..60u8 {
        let mut entry = once[directory..end].to_vec();
        // Gives each entry its own name.
        entry[46] = b'A' + at;
        bomb.extend_from_slice(&entry);
    }
    let mut tail = once[end..].to_vec();
    let size = (60 * (end - directory)) as u32;
    tail[8..10].copy_from_slice(&60u16.to_le_bytes());
    tail[10..12].copy_from_slice(&60u16.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    bomb.extend_from_slice(&tail);
    let found = items("x.zip", &bomb, &Options::default());
    assert!(found.len() < 40, "{} items", found.len());
    assert!(
        matches!(
            found.last().unwrap().as_str(),
            "x.zip bomb" | "x.zip corrupt"
        ),
        "{found:?}"
    );
}

/// The second member was once truncated and read as a document, beside an I/O error, and the third was
/// not reported.
#[test]
fn reads_no_document_from_the_rest_of_a_zip_bomb() {
    let words = "a".repeat(40_000_000);
    let bomb = zip(&[
        ("a.txt", words.as_bytes()),
        ("b.txt", words.as_bytes()),
        ("c.txt", b"one"),
        ("d.txt", b"two"),
    ]);
    let options = Options {
        max_document_bytes: 1 << 30,
        ..Options::default()
    };
    let corpus = Corpus::of(&[("x.zip", &bomb)]);
    let found = corpus.walk(&[""], &options);
    let (mut documents, mut faults) = (vec![], vec![]);
    for block in Blocks::new(&found.inputs, &options) {
        block.read(&mut |item| match item {
            Item::Document(document) => documents.push(document.text.len()),
            Item::Skipped(fault) => faults.push((fault.code.to_string(), fault.reason)),
            other => panic!("{other:?}"),
        });
    }
    // The first member alone is within the limit.
    assert_eq!(documents, [words.len()]);
    let codes: Vec<_> = faults.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["bomb", "bomb"]);
    assert!(
        faults[1].1.contains("2 more members were not read"),
        "{faults:?}"
    );
}

/// Only the last member of a name can be read. The others were once not reported.
#[test]
fn reports_members_with_the_same_name() {
    let mut bytes = zip(&[
        ("a.txt", b"one"),
        ("b.txt", b"two"),
        ("c.txt", b"three"),
        ("d.jpg", b"\xFF\xD8"),
    ]);
    // The writer rejects duplicate names.
    for name in [b"b.txt", b"c.txt"] {
        while let Some(at) = bytes.windows(5).position(|five| five == name) {
            bytes[at..at + 5].copy_from_slice(b"a.txt");
        }
    }
    assert_eq!(
        items("x.zip", &bytes, &Options::default()),
        [
            "x.zip!a.txt=three",
            "ignored",
            "x.zip!a.txt duplicate-member",
            "x.zip!a.txt duplicate-member",
        ]
    );
}

/// A truncated zip was once reported as if its first part had been kept.
#[test]
fn reports_that_nothing_of_a_truncated_zip_was_read() {
    let whole = zip(MEMBERS);
    let corpus = Corpus::of(&[("x.zip", &whole[..whole.len() / 2])]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    let mut reasons = vec![];
    for block in Blocks::new(&found.inputs, &options) {
        block.read(&mut |item| match item {
            Item::Skipped(fault) => reasons.push(fault.reason),
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(reasons.len(), 1);
    assert!(reasons[0].contains("nothing in it"), "{reasons:?}");
}

#[test]
fn rereads_archive_members() {
    let lines = format!("{ONE}{TWO}").repeat(3);
    let members: &[(&str, &[u8])] = &[
        ("a.txt", b"one"),
        ("b.jsonl", lines.as_bytes()),
        ("c.jsonl.gz", &gzip(&lines)),
        ("d.txt", b"four"),
    ];
    let corpus = Corpus::of(&[("x.tar.gz", &gzip(tar(members))), ("y.zip", &zip(members))]);
    let options = Options::default();
    let found = corpus.walk(&[""], &options);
    let (mut locations, mut texts) = (Vec::new(), Vec::new());
    for block in Blocks::new(&found.inputs, &options) {
        block.read(&mut |item| {
            if let Item::Document(document) = item {
                locations.push(document.location);
                texts.push(document.text.into_owned());
            }
        });
    }
    assert_eq!(texts.len(), 28);
    for step in 1..6 {
        let wanted: Vec<_> = locations.iter().copied().step_by(step).collect();
        let expected: Vec<_> = texts.iter().cloned().step_by(step).enumerate().collect();
        let mut again = Vec::new();
        let unread = reread(&found.inputs, &options, &wanted, &mut |index, text| {
            again.push((index, text.to_owned()));
        });
        assert_eq!(unread, []);
        assert_eq!(again, expected);
    }
}

#[test]
fn ignores_archive_entries_that_are_not_files() {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (kind, name) in [
        (::tar::EntryType::Directory, "folder/"),
        (::tar::EntryType::Symlink, "link.txt"),
        (::tar::EntryType::Link, "hard.txt"),
        (::tar::EntryType::Fifo, "pipe.txt"),
    ] {
        let mut header = ::tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_path(name).unwrap();
        header.set_link_name("/etc/passwd").unwrap();
        header.set_size(0);
        header.set_cksum();
        builder.append(&header, &b""[..]).unwrap();
    }
    let mut header = ::tar::Header::new_gnu();
    header.set_size(3);
    let long = format!("{}/a.txt", "folder".repeat(40));
    builder
        .append_data(&mut header, &long, &b"one"[..])
        .unwrap();
    let bytes = builder.into_inner().unwrap();
    let expected = format!("x.tar!{long}=one");
    check(&[("x.tar", &bytes)], &[&expected]);
    check_with(&Options::default(), &[("x.tar", &bytes)], &[&expected]);
}

#[test]
fn reads_only_the_web_archives_of_a_wacz_file() {
    let members: &[(&str, &[u8])] = &[
        ("archive/a.jsonl", ONE.as_bytes()),
        ("pages/pages.jsonl", b"{\"format\":\"json-pages-1.0\"}\n"),
        ("datapackage.json", b"{}"),
    ];
    let bytes = zip(members);
    let options = Options::default();
    assert_eq!(
        items("a.wacz", &bytes, &options),
        ["a.wacz!archive/a.jsonl:1=one"]
    );
}

#[test]
fn reports_a_wacz_file_without_web_archives() {
    let bytes = zip(&[("a.wacz", b"x"), ("datapackage.json", b"{}")]);
    let options = Options::default();
    assert_eq!(items("a.wacz", &bytes, &options), ["a.wacz empty"]);
}

#[test]
fn recognises_documents_that_are_zip_archives_by_any_member() {
    let options = Options::default();
    for member in [
        "[Content_Types].xml",
        "META-INF/container.xml",
        "Index/Document.iwa",
    ] {
        let bytes = zip(&[("a.txt", b"one"), (member, b"<x/>")]);
        assert_eq!(
            items("a.zip", &bytes, &options),
            ["a.zip not-text"],
            "{member}"
        );
    }
}
