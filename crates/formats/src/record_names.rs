//! The names of the fields that records have, for messages about names that none of them has.

use crate::field_names::fold;
use crate::input::Input;
use crate::json::field_paths;
use crate::reread::reread_documents;
use crate::{Location, Options};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// The maximum number of names.
const MAX_NAMES: usize = 1_000;

/// Reads records again and returns the names of their fields, each once, in order. A field inside an object has a path such
/// as `article.body`. Records that cannot be read again are left out.
///
/// `wanted` must be sorted by input.
#[must_use]
pub fn names_in_records(inputs: &[Input], options: &Options, wanted: &[Location]) -> Vec<String> {
    let options = Options {
        whole_records: true,
        ..options.clone()
    };
    let mut names = Vec::new();
    let mut known = HashSet::new();
    let _unread = reread_documents(inputs, &options, wanted, &mut |_, reread| {
        let line = reread.record.and_then(|line| str::from_utf8(line).ok());
        let whole = || Some(reread.document.record.as_ref()?.json.as_str());
        for name in line.or_else(whole).map(field_paths).unwrap_or_default() {
            if names.len() == MAX_NAMES {
                return ControlFlow::Break(());
            }
            if known.insert(name.clone()) {
                names.push(name);
            }
        }
        ControlFlow::Continue(())
    });
    names
}

/// True if both names mean one field: case, `_`, `-` and spaces make no difference.
#[must_use]
pub fn is_same_field(a: &str, b: &str) -> bool {
    fold(a) == fold(b)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::tests::Corpus;
    use crate::{Blocks, Item};

    #[test]
    fn names_the_fields_of_lines_and_objects_once() {
        let corpus = Corpus::of(&[
            (
                "a.jsonl",
                b"{\"text\":\"one\",\"lead\":1}\n{\"text\":\"two\",\"meta\":{\"by\":\"A\"}}\n",
            ),
            (
                "b.json",
                b"[{\"text\":\"three\",\"Lead\":\"x\",\"lead\":\"y\"}]",
            ),
        ]);
        let options = Options::default();
        let inputs = corpus.walk(&["a.jsonl", "b.json"], &options).inputs;
        let mut wanted = Vec::new();
        for block in Blocks::new(&inputs, &options) {
            block.read(&mut |item| {
                if let Item::Document(document) = item {
                    wanted.push(document.location);
                }
            });
        }
        let names = names_in_records(&inputs, &options, &wanted);
        assert_eq!(names, ["text", "lead", "meta.by", "Lead"]);
        assert_eq!(
            names_in_records(&inputs, &options, &wanted[2..]),
            ["text", "Lead", "lead"]
        );
    }

    #[test]
    fn spellings_of_one_name_are_one_field() {
        assert!(is_same_field("Published At", "published_at"));
        assert!(!is_same_field("published", "published_at"));
    }
}
