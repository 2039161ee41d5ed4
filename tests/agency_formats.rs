//! Reads a collection of real agency files, if it is present beside the project's folder.
//!
//! The expected counts come from an independent Python script. It parses every `.xml` with `xml.etree`
//! and every `.json` with `json`, and counts the items whose body (inline XHTML, NITF or plain text;
//! `body_*`, `bodies`, `article_html`) has a word. Of these it counts the items without a headline, date
//! or provider.

#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg(feature = "feeds")]

mod support;

use dedupe_formats::{Blocks, Document, Item, Options, walk};
use support::shared;

/// The documents of a folder, and how many of them lack a field.
#[derive(Debug, PartialEq)]
struct Count {
    documents: usize,
    untitled: usize,
    undated: usize,
    /// Without a provider, and without a URL whose host could replace it.
    unprovided: usize,
}

/// Counts the items in the files with this extension. `None` if the folder is absent.
fn count(folder: &str, extension: &str) -> Option<Count> {
    let folder = shared(folder)?;
    let options = Options::default();
    let mut inputs = walk(&[folder], &options).inputs;
    inputs.retain(|input| input.path().ends_with(extension));
    let mut count = [0; 4];
    let mut add = |document: &Document| {
        let provided = document.source.is_some() || document.url.is_some();
        let missing = [document.title.is_none(), document.date.is_none(), !provided];
        count[0] += 1;
        for (count, missing) in count[1..].iter_mut().zip(missing) {
            *count += usize::from(missing);
        }
    };
    for block in Blocks::new(&inputs, &options) {
        block.read(&mut |item| {
            if let Item::Document(document) = item {
                add(&document);
            }
        });
    }
    let [documents, untitled, undated, unprovided] = count;
    Some(Count {
        documents,
        untitled,
        undated,
        unprovided,
    })
}

/// Checks the number of documents, and how many have no title, date or provider.
fn check(folder: &str, extension: &str, expected: [usize; 4]) {
    let [documents, untitled, undated, unprovided] = expected;
    if let Some(found) = count(folder, extension) {
        let expected = Count {
            documents,
            untitled,
            undated,
            unprovided,
        };
        assert_eq!(found, expected, "{folder} {extension}");
    }
}

#[test]
fn reads_every_item_with_a_text_and_its_metadata() {
    check("data/formats/newsml_g2", ".xml", [4, 1, 0, 0]);
    check("data/formats/ninjs", ".json", [29, 4, 6, 5]);
    check("data/formats/dpa_newsml", ".xml", [100, 0, 0, 0]);
    check("data/formats/dpa_digitalwires", ".xml", [15, 0, 0, 0]);
    check("data/formats/dpa_digitalwires", ".json", [15, 0, 0, 0]);
}
