//! Reads the seeds of the fuzz targets whole, truncated and damaged. Nothing panics, and everything that
//! is not read is reported.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/files.rs"]
mod files;

use dedupe_formats::{InputFormat, Item, Options, read_bytes};

/// The number of documents, and the number of other items and errors.
fn read(bytes: &[u8], format: Option<&str>) -> (usize, usize) {
    let options = Options {
        format: format.and_then(InputFormat::named),
        keep_stdin: true,
        ..Options::default()
    };
    let (mut documents, mut others) = (0, 0);
    let read = read_bytes(bytes.to_vec(), &options, &mut |item| match item {
        Item::Document(document) => {
            assert!(!document.text.trim().is_empty());
            documents += 1;
        }
        Item::Skipped(_) | Item::Warning(_) | Item::Ignored => others += 1,
    });
    (documents, others + usize::from(read.is_err()))
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    files::of_folder("fuzz/seeds")
}

#[cfg(all(
    feature = "archives",
    feature = "arrow",
    feature = "codecs",
    feature = "feeds",
    feature = "html",
    feature = "mail",
    feature = "parquet",
    feature = "tables",
    feature = "warc"
))]
#[test]
fn reads_the_documents_of_seeds() {
    for (name, bytes) in seeds() {
        let documents = match name.split_once('.').unwrap().0 {
            "item" | "message" | "page" => 1,
            "entries" | "items" | "messages" | "records" | "rows" => 2,
            "lines" => 2,
            "pages" => 4,
            _ => 6,
        };
        // Only the name identifies a table.
        let format = name.ends_with("sv").then_some("csv");
        assert_eq!(read(&bytes, format).0, documents, "{name}");
    }
}

#[test]
fn survives_truncated_and_damaged_seeds() {
    for (name, bytes) in seeds() {
        let step = (bytes.len() / 40).max(1);
        for at in (0..bytes.len()).step_by(step) {
            let (documents, others) = read(&bytes[..at], None);
            assert!(documents + others > 0 || at == 0, "{name} cut at {at}");
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x5A;
            let (documents, others) = read(&damaged, None);
            assert!(documents + others > 0, "{name} damaged at {at}");
        }
    }
}

#[test]
fn survives_seeds_in_every_format() {
    for (name, bytes) in seeds() {
        for format in InputFormat::names() {
            let (documents, others) = read(&bytes, Some(format));
            assert!(documents + others > 0, "{name} as {format}");
        }
    }
}
