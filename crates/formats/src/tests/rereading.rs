//! Documents of every layout are the same when they are read a second time.

use super::*;
use std::ops::ControlFlow;

/// Reads a file, and then each of its documents again.
fn check(name: &str, bytes: &[u8], texts: &[&str]) {
    let corpus = Corpus::of(&[(name, bytes)]);
    let options = Options::default();
    let inputs = corpus.walk(&["."], &options).inputs;
    let (mut locations, mut first) = (Vec::new(), Vec::new());
    for block in Blocks::new(&inputs, &options) {
        block.read(&mut |item| {
            if let Item::Document(document) = item {
                locations.push(document.location);
                first.push(document.text.into_owned());
            }
        });
    }
    assert_eq!(first, texts, "{name}");
    let mut second = vec![String::new(); first.len()];
    let unread = reread(&inputs, &options, &locations, &mut |index, text| {
        second[index] = text.to_owned();
    });
    assert!(unread.is_empty(), "{name}: {unread:?}");
    assert_eq!(second, first, "{name}");
}

/// A cancelled addition once read the rest of its corpus.
#[test]
fn a_reading_ends_when_the_visitor_ends_it() {
    let lines = b"{\"text\":\"one\"}\n{\"text\":\"two\"}\n{\"text\":\"three\"}\n";
    let whole = b"[{\"text\":\"one\"},{\"text\":\"two\"},{\"text\":\"three\"}]";
    let files: [(&str, &[u8]); 3] = [("a.jsonl", lines), ("b.json", whole), ("c.jsonl", lines)];
    let corpus = Corpus::of(&files);
    let options = Options::default();
    let mut inputs = corpus.walk(&["."], &options).inputs;
    let text = |text: &'static str| Document {
        text: text.into(),
        ..Document::default()
    };
    inputs.push(Input::in_memory(
        "memory",
        ["one", "two", "three"].map(text).into(),
    ));
    let mut locations = Vec::new();
    for block in Blocks::new(&inputs, &options) {
        block.read(&mut |item| {
            if let Item::Document(document) = item {
                locations.push(document.location);
            }
        });
    }
    assert_eq!(locations.len(), 12);
    // The last document of this file cannot be read again.
    corpus.file(
        "c.jsonl",
        b"{\"text\":\"one\"}\n{\"text\":\"two\"}\nthree\n",
    );
    for last in 0..12 {
        let mut visited = vec![];
        let unread = reread_documents(&inputs, &options, &locations, &mut |index, _| {
            visited.push(index);
            match index == last {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        let unread: Vec<usize> = unread.iter().map(|unread| unread.index).collect();
        let expected = |missing: bool| -> Vec<usize> {
            let last = if last == 8 { 11 } else { last };
            (0..=last).filter(|&at| (at == 8) == missing).collect()
        };
        assert_eq!(visited, expected(false), "{last}");
        assert_eq!(unread, expected(true), "{last}");
    }
}

#[test]
fn json_in_any_layout_can_be_read_again() {
    let one_two = &["one", "two"];
    check("a.json", br#"[{"text":"one"},{"text":"two"}]"#, one_two);
    check("a.json", b"{\n\"text\":\"one\"\n}", &["one"]);
    check(
        "a.json",
        b"{\n\"a\":[{\"text\":\"one\"},{\"text\":\"two\",}]}",
        one_two,
    );
    check(
        "a.json",
        br#"{"a":[{"text":"one"},{"text":"two"}]}"#,
        one_two,
    );
    check(
        "a.jsonl",
        b"{\n\"text\":\"one\"\n}\n{\n\"text\":\"two\"\n}",
        one_two,
    );
    check(
        "a.jsonl",
        b"\xEF\xBB\xBF{\"text\":\"one\"}\r{\"text\":\"two\"}\r",
        one_two,
    );
    check(
        "a.jsonl",
        b"{\"text\":\"one\",\"x\":NaN},\n{\"text\":\"two\"}",
        one_two,
    );
}

#[cfg(feature = "tables")]
#[test]
fn tables_with_doubtful_quotation_marks_can_be_read_again() {
    check(
        "a.tsv",
        b"id\ttext\n1\t\"a\n2\t\"b\nc\"\n",
        &["\"a", "b\nc"],
    );
    check("a.csv", b"sep=;\nid;text\n1;\"a\n2;b\n", &["\"a", "b"]);
}

#[cfg(feature = "arrow")]
#[test]
fn rows_of_arrow_streams_can_be_read_again() {
    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use arrow_ipc::writer::StreamWriter;
    let batch = |texts: Vec<&str>| {
        let texts: ArrayRef = std::sync::Arc::new(StringArray::from(texts));
        RecordBatch::try_from_iter([("text", texts)]).unwrap()
    };
    let batches = [batch(vec!["one", "two"]), batch(vec!["three"])];
    let mut writer = StreamWriter::try_new(vec![], &batches[0].schema()).unwrap();
    batches
        .iter()
        .for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
    let bytes = writer.into_inner().unwrap();
    check("a.arrow", &bytes, &["one", "two", "three"]);
}

/// The malformed item is between two pieces that are parsed on their own.
#[cfg(feature = "feeds")]
#[test]
fn items_around_a_malformed_item_of_a_feed_can_be_read_again() {
    let item = |text: &str| format!("<item><description>{text}</description></item>\n");
    let feed = format!(
        "<rss version=\"2.0\"><channel>\n{}<item><description>a < b & </item>\n{}</channel></rss>",
        item("The basin closes."),
        item("The ferry sails.")
    );
    check(
        "a.rss",
        feed.as_bytes(),
        &["The basin closes.", "The ferry sails."],
    );
}

#[cfg(feature = "mail")]
#[test]
fn messages_of_a_mailbox_can_be_read_again() {
    let message = |text: &str| {
        format!(
            "From a@b.example Mon Mar  2 10:00:00 2026\nFrom: a@b.example\n\
             Date: Mon, 2 Mar 2026 10:00:00 +0100\n\n{text}\n\n"
        )
    };
    let mailbox = message("The basin closes.") + &message("The ferry sails.\n>From May.");
    check(
        "a.mbox",
        mailbox.as_bytes(),
        &["The basin closes.", "The ferry sails.\nFrom May."],
    );
}

#[cfg(all(feature = "archives", feature = "warc"))]
#[test]
fn records_in_a_wacz_file_can_be_read_again() {
    let record = |text: &str| {
        format!(
            "WARC/1.1\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n\
             Content-Length: {}\r\n\r\n{text}\r\n\r\n",
            text.len()
        )
    };
    let compressed = [gzip(record("one")), gzip(record("two"))].concat();
    let plain = record("three");
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let members: [(&str, &[u8]); 3] = [
        ("pages/pages.jsonl", ONE.as_bytes()),
        ("archive/a.warc.gz", &compressed),
        ("archive/b.warc", plain.as_bytes()),
    ];
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    check("a.wacz", &bytes, &["one", "two", "three"]);
}
