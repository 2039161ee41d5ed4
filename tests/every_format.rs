//! One story in every format of `docs/news-formats.md`: each is read, each reports damage, and none is left without a
//! sample.
//!
//! `tests/fuzz.rs` and `fuzz/run` use the same samples as seeds.

#![cfg(all(
    feature = "archives",
    feature = "arrow",
    feature = "cli",
    feature = "codecs",
    feature = "feeds",
    feature = "html",
    feature = "mail",
    feature = "parquet",
    feature = "tables",
    feature = "warc"
))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use dedupe_formats::{Blocks, InputFormat, Item, Options, read_bytes, walk};
use std::fs;
use std::path::Path;
use support::{clusters, files, list, report, root, string};

/// The extensions in each row of the table of formats.
fn rows() -> Vec<Vec<String>> {
    let page = fs::read_to_string(root().join("docs/news-formats.md")).unwrap();
    let table = page.lines().skip_while(|line| !line.starts_with("| Input"));
    let rows = table.skip(2).take_while(|line| line.starts_with('|'));
    let extensions = |row: &str| -> Vec<String> {
        let input = row.split('|').nth(1).unwrap();
        let code = input.split('`').skip(1).step_by(2);
        code.filter(|code| code.starts_with('.'))
            .map(str::to_owned)
            .collect()
    };
    rows.map(extensions).filter(|row| !row.is_empty()).collect()
}

/// The names and contents of the samples, sorted.
fn samples() -> Vec<(String, Vec<u8>)> {
    files::of_folder("fixtures/formats")
}

/// What reading a folder gives: the number of documents, and that of faults and ignored inputs.
fn read(folder: &Path) -> (usize, usize) {
    let options = Options::default();
    let found = walk(&[folder.to_owned()], &options);
    let (mut documents, mut others) = (
        0,
        found.skipped.len() + usize::try_from(found.ignored).unwrap(),
    );
    for block in Blocks::new(&found.inputs, &options) {
        block.read(&mut |item| match item {
            Item::Document(_) => documents += 1,
            Item::Skipped(_) | Item::Warning(_) | Item::Ignored => others += 1,
        });
    }
    (documents, others)
}

#[test]
fn each_row_of_the_table_has_a_sample() {
    let samples = samples();
    let rows = rows();
    assert!(rows.len() > 10, "{rows:?}");
    for row in rows {
        let is_of_row = |name: &str| row.iter().any(|extension| name.ends_with(extension));
        assert!(samples.iter().any(|(name, _)| is_of_row(name)), "{row:?}");
    }
}

#[test]
fn each_extension_of_the_table_is_read_from_folders() {
    let folder = tempfile::tempdir().unwrap();
    for extension in rows().concat() {
        fs::write(folder.path().join(format!("a{extension}")), "No news.").unwrap();
    }
    assert_eq!(
        walk(&[folder.path().to_owned()], &Options::default()).ignored,
        0
    );
}

#[test]
fn each_format_reads_a_sample() {
    let samples = samples();
    for name in InputFormat::names() {
        let options = Options {
            format: InputFormat::named(name),
            ..Options::default()
        };
        let is_read = samples.iter().any(|(_, bytes)| {
            let mut documents = 0;
            let read = read_bytes(bytes.clone(), &options, &mut |item| {
                documents += usize::from(matches!(item, Item::Document(_)));
            });
            read.is_ok() && documents == 1
        });
        assert!(is_read, "{name}");
    }
}

#[test]
fn every_sample_tells_the_same_story() {
    let report = report(root(), &["./fixtures/formats"]);
    assert!(list(&report, "skipped").is_empty(), "{report}");
    let codes = list(&report, "warnings").iter();
    let mut codes = codes.map(|warning| string(warning, "code"));
    assert!(codes.all(|code| code == "duplicate-id"), "{report}");
    let clusters = clusters(&report);
    assert_eq!(clusters.len(), 1, "{clusters:?}");
    assert_eq!(clusters[0].len(), samples().len(), "{clusters:?}");
}

#[test]
fn cut_and_damaged_samples_are_read_or_reported() {
    for (name, bytes) in samples() {
        for part in 0..16 {
            let at = bytes.len() * part / 16;
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x5A;
            for spoiled in [&bytes[..at], &damaged] {
                let folder = tempfile::tempdir().unwrap();
                fs::write(folder.path().join(&name), spoiled).unwrap();
                let (documents, others) = read(folder.path());
                assert!(documents + others > 0, "{name} at {at}");
            }
        }
    }
}

/// What a cut takes from a text cannot be seen. All other samples say where they end.
#[test]
fn the_cut_end_of_a_sample_is_reported() {
    let endless = ["eml", "html", "mbox", "mhtml", "tsv", "txt"];
    for (name, bytes) in samples() {
        let extension = name.rsplit('.').next().unwrap();
        if endless.contains(&extension) {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(&name), &bytes[..bytes.len() * 2 / 5]).unwrap();
        let (_, others) = read(folder.path());
        assert!(others > 0, "{name}");
    }
}
