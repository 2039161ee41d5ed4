//! Real files of the news trade, where they stand beside the project's folder.
//!
//! The counts were derived by a script in Python that parses every `.xml` with `xml.etree` and every
//! `.json` with `json`, and counts the items whose body (inline XHTML, NITF or plain text; `body_*`,
//! `bodies`, `article_html`) holds a word, and of those the ones that state no headline, date or provider.

#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg(feature = "feeds")]

mod support;

use dedupe_formats::{Blocks, Document, Item, Options, walk};
use support::shared;

/// What reading a folder gives.
#[derive(Debug, PartialEq)]
struct Count {
    documents: usize,
    untitled: usize,
    undated: usize,
    /// Without a provider, and without an address whose host stands for it.
    unprovided: usize,
}

/// Counts the items of one kind of file.
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

/// Documents, and how many of them state no title, date, or provider.
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
fn every_item_with_a_text_is_read_with_what_it_states() {
    check("data/formats/newsml_g2", ".xml", [4, 1, 0, 0]);
    check("data/formats/ninjs", ".json", [29, 4, 6, 5]);
    check("data/formats/dpa_newsml", ".xml", [100, 0, 0, 0]);
    check("data/formats/dpa_digitalwires", ".xml", [15, 0, 0, 0]);
    check("data/formats/dpa_digitalwires", ".json", [15, 0, 0, 0]);
}
