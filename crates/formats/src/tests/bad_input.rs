//! Inputs that cannot be read, or only in part. Each is reported, and its neighbours are kept.

use super::*;

#[cfg(feature = "codecs")]
#[test]
fn reports_empty_inputs() {
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
fn reports_binary_data() {
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

/// Such files lie beside tables and in folders of settings.
#[test]
fn one_object_without_a_text_is_no_news_in_a_file_with_a_generic_name() {
    let splits = br#"{"splits": ["train"]}"#;
    check(
        &[
            ("dataset_dict.json", splits),
            ("feed.json", br#"{"items": [{"content_html": "one"}]}"#),
            ("lines.json", b"{\"x\":1}\n{\"x\":2}"),
            ("record.jsonl", splits),
        ],
        &[
            "dataset_dict.json not-news",
            "feed.json:1 no-text-field",
            "lines.json:1 no-text-field",
            "lines.json:2 no-text-field",
            "record.jsonl:1 no-text-field",
        ],
    );
}

#[test]
fn text_in_utf16_and_utf32_needs_no_mark() {
    let text = "The northern basin is closed.";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf32: Vec<u8> = text
        .chars()
        .flat_map(|c| (c as u32).to_be_bytes())
        .collect();
    let line = format!("{{\"text\":\"{text}\"}}\n").repeat(2);
    let lines: Vec<u8> = line
        .chars()
        .flat_map(|c| (c as u32).to_le_bytes())
        .collect();
    let read = |name: &str| format!("{name}={text}");
    check(
        &[
            ("a.txt", &utf16),
            ("b.txt", &utf32),
            ("c.jsonl", &lines),
            ("d.txt.gz", &gzip(&utf16)),
        ],
        &[
            &read("a.txt"),
            &read("b.txt"),
            &read("c.jsonl:1"),
            &read("c.jsonl:2"),
            &read("d.txt.gz"),
        ],
    );
}

#[test]
fn skips_only_bad_lines() {
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
fn warns_of_a_guessed_encoding() {
    let text = "Über den Fluß führen zwei Brücken.";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    check(
        &[("a.txt", &bytes)],
        &["a.txt warning encoding-guessed", &format!("a.txt={text}")],
    );
}

#[cfg(feature = "codecs")]
#[test]
fn keeps_documents_before_a_break() {
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

#[cfg(feature = "codecs")]
#[test]
fn keeps_records_before_a_break_in_bzip2_and_xz() {
    let lines = format!("{}{{\"text\":\"{}\"}}\n", ONE.repeat(2), long_text());
    for (name, bytes) in [("a.jsonl.bz2", bzip2(&lines)), ("a.jsonl.xz", xz(&lines))] {
        let corpus = Corpus::of(&[(name, &bytes[..bytes.len() - 20]), ("b.txt.xz", b"\xFD7z")]);
        let found = corpus.walk(&[""], &Options::default());
        let items = corpus.read(&found.inputs, &Options::default());
        let last = items.last().unwrap();
        assert_eq!(last, "b.txt.xz truncated");
        assert!(items.contains(&format!("{name} truncated")), "{items:?}");
    }
}

#[cfg(feature = "codecs")]
#[test]
fn stops_decompression_bombs() {
    // A hundred megabytes of spaces in a few kilobytes. Each record is far below the limit.
    let line = format!("{{\"text\":\"one\"}}{}\n", " ".repeat(1_000_000));
    let lines = line.repeat(100);
    for (name, bytes) in [
        ("a.jsonl.zst", zstd(&lines)),
        ("a.jsonl.bz2", bzip2(&lines)),
    ] {
        let corpus = Corpus::of(&[(name, &bytes)]);
        let found = corpus.walk(&[""], &Options::default());
        let items = corpus.read(&found.inputs, &Options::default());
        // 64 MiB are always allowed, which are 67 of these records.
        assert!((60..=68).contains(&items.len()), "{} items", items.len());
        assert_eq!(items[0], format!("{name}:1=one"));
        assert_eq!(items.last().unwrap(), &format!("{name} bomb"));
    }
}

#[cfg(feature = "codecs")]
#[test]
fn reports_a_corrupt_stream() {
    let mut member = gzip(TWO);
    // The last 8 bytes are the checksum and the length.
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
fn skips_only_the_document_beyond_the_limit() {
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
fn reports_files_that_vanish_or_shrink_after_the_walk() {
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

/// A PDF was once read as text in a guessed encoding, and the XML in an office document as news items.
#[cfg(all(feature = "archives", feature = "html"))]
#[test]
fn reports_documents_and_pictures_under_any_name() {
    let office = [b"PK\x03\x04", &[0; 26][..], b"[Content_Types].xml"].concat();
    check(
        &[
            ("a.txt", b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj"),
            ("b.html", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"),
            ("c.zip", &office),
            ("d.jsonl", b"\xFF\xD8\xFF\xE0\0\x10JFIF"),
            ("e.txt", b"PDF files are read elsewhere."),
        ],
        &[
            "a.txt not-text",
            "b.html not-text",
            "c.zip not-text",
            "d.jsonl not-text",
            "e.txt=PDF files are read elsewhere.",
        ],
    );
}
