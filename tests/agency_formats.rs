//! Real files of the news trade, where they stand beside the project's folder.

#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg(feature = "feeds")]

mod support;

use dedupe::source::{Blocks, Item, Options, walk};
use std::collections::BTreeMap;
use support::shared;

/// What reading a folder gives: documents, those without a title, date or provider, and skips by code.
#[derive(Debug, Default, PartialEq)]
struct Count {
    documents: usize,
    untitled: usize,
    undated: usize,
    unprovided: usize,
    skipped: BTreeMap<String, usize>,
}

fn count(folder: &str) -> Option<Count> {
    let folder = shared(folder)?;
    let options = Options::default();
    let inputs = walk(&[folder], &options).inputs;
    let mut count = Count::default();
    for block in Blocks::new(&inputs, &options) {
        block.read(&mut |item| match item {
            Item::Document(document) => {
                if std::env::var_os("SHOW").is_some() {
                    let path = inputs[document.place.input as usize].path();
                    println!(
                        "{path}\t{:?}\t{:?}\t{:?}\t{}",
                        document.title,
                        document.date,
                        document.source,
                        document.text.len()
                    );
                }
                count.documents += 1;
                count.untitled += usize::from(document.title.is_none());
                count.undated += usize::from(document.date.is_none());
                count.unprovided += usize::from(document.source.is_none());
            }
            Item::Skipped(fault) => {
                if std::env::var_os("SHOW").is_some() {
                    println!("{} {} {}", fault.path, fault.code, fault.reason);
                }
                *count.skipped.entry(fault.code).or_default() += 1
            }
            Item::Warning(_) => {}
        });
    }
    Some(count)
}

#[test]
fn show() {
    for f in ["newsml_g2", "ninjs", "dpa_newsml", "dpa_digitalwires"] {
        println!("{:?}", count(&format!("data/formats/{f}")));
    }
}
