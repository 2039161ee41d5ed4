//! Streams that are cut into blocks and read a second time.

use super::*;
use proptest::prelude::*;

#[test]
fn blocks_cover_every_byte_on_disk() {
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
    // Two chunked files of 4.5 MB each, at 1 MiB per chunk, and two groups of whole files.
    assert_eq!(blocks.len(), 12);
    assert_eq!(blocks.iter().map(Block::bytes).sum::<u64>(), size);
}

/// Groups of small files end after 64 files or 1 MiB.
#[test]
fn groups_small_files_into_blocks() {
    let check = |files: usize, bytes: usize, expected: usize| {
        let text = vec![b'x'; bytes];
        let names: Vec<String> = (0..files).map(|n| format!("{n}.txt")).collect();
        let files: Vec<_> = (names.iter())
            .map(|name| (name.as_str(), text.as_slice()))
            .collect();
        let corpus = Corpus::of(&files);
        let options = Options::default();
        let found = corpus.walk(&[""], &options);
        let blocks = Blocks::new(&found.inputs, &options).count();
        assert_eq!(blocks, expected, "{} files of {bytes} bytes", files.len());
    };
    check(64, 1, 1);
    check(65, 1, 2);
    check(4, 600_000, 2);
    check(2, 1_100_000, 2);
}

#[cfg(feature = "codecs")]
#[test]
fn rereads_documents_and_returns_missing_ones() {
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
    let (mut locations, mut texts) = (Vec::new(), Vec::new());
    for block in Blocks::new(&found.inputs, &options) {
        block.read(&mut |item| {
            if let Item::Document(document) = item {
                locations.push(document.location);
                texts.push(document.text.into_owned());
            }
        });
    }
    assert_eq!(texts.len(), 13);
    fs::remove_file(corpus.path("f.txt")).unwrap();
    corpus.file("g.jsonl", b"{}");
    let missing = [(11, "f.txt not-found"), (12, "g.jsonl:1 changed")];
    for step in 1..4 {
        let wanted: Vec<_> = locations.iter().copied().step_by(step).collect();
        let expected = texts.iter().step_by(step).map(String::as_str).enumerate();
        let expected: Vec<_> = expected
            .filter(|(index, _)| index * step < 11)
            .map(|(index, text)| (index, text.to_owned()))
            .collect();
        let mut again = Vec::new();
        let unread = reread(&found.inputs, &options, &wanted, &mut |index, text| {
            again.push((index, text.to_owned()))
        });
        assert_eq!(again, expected);
        let unread: Vec<_> = (unread.iter())
            .map(|unread| (unread.index * step, corpus.fault(&unread.fault)))
            .collect();
        let expected = missing.iter().filter(|(at, _)| at % step == 0);
        let expected: Vec<_> = expected
            .map(|(at, fault)| (*at, (*fault).to_owned()))
            .collect();
        assert_eq!(unread, expected);
    }
}

#[test]
fn rereads_standard_input_from_its_copy() {
    for bytes in [ONE.repeat(3).into_bytes(), gzip(ONE.repeat(3))] {
        let options = Options {
            keep_stdin: true,
            ..Options::default()
        };
        let inputs = walk(&["-".into(), "-".into()], &options).inputs;
        assert_eq!((inputs.len(), inputs[0].path()), (1, "-"));
        let stream = stream::Stream::of_stdin(std::io::Cursor::new(bytes), &inputs[0], &options);
        let mut cutter = line_cutter::LineCutter::new(stream.unwrap(), 1, 100);
        while cutter.next_chunk(Vec::new()).is_some() {}
        let wanted = [1, 2].map(|at| Location {
            input: 0,
            member: 0,
            line: Some(at + 1),
            offset: at * ONE.len() as u64,
            length: ONE.len() as u64 - 1,
        });
        let mut again = Vec::new();
        let unread = reread(&inputs, &options, &wanted, &mut |index, text| {
            again.push((index, text.to_owned()));
        });
        assert_eq!(unread, []);
        assert_eq!(again, [(0, "one".to_owned()), (1, "one".to_owned())]);
    }
}

/// Valid and invalid lines, short and long.
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
    /// The size of chunks does not change documents, faults or locations.
    #[test]
    fn chunk_size_does_not_change_the_result(
        lines in proptest::collection::vec(any_line(), 0..30),
        end in prop::bool::ANY,
        packed in prop::bool::ANY,
        chunk_bytes in 1u64..200,
    ) {
        let mut text = lines.join("\n");
        if end {
            text.push('\n');
        }
        let bytes = if packed { gzip(&text) } else { text.into_bytes() };
        let corpus = Corpus::of(&[("a.jsonl", &bytes)]);
        let options = Options { max_document_bytes: 40, ..Options::default() };
        let found = corpus.walk(&[""], &options);
        let read = |chunk_bytes| {
            let mut items = Vec::new();
            for block in Blocks::with_chunk_bytes(&found.inputs, &options, chunk_bytes) {
                block.read(&mut |item| items.push(format!("{item:?}")));
            }
            items
        };
        prop_assert_eq!(read(chunk_bytes), read(1 << 20));
    }
}
