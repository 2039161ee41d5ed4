//! Numbers names, so that pairs of documents are pairs of numbers.

use dedupe_core::model::DocumentIndex;
use dedupe_core::model::Pair;
use std::collections::HashMap;

/// Distinct names, numbered in the order of their first appearance.
#[derive(Clone, Debug, Default)]
pub(super) struct NameTable {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl NameTable {
    /// Returns the number of a name. A new name gets the next number.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }

    /// Returns the number of a name, if it has one.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// Returns the name with this number, which must come from this table.
    pub(super) fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// Returns the number of names.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// Returns the pair of two documents, given by their numbers.
pub(super) fn pair(a: u32, b: u32) -> Pair {
    Pair::new(DocumentIndex(a), DocumentIndex(b))
}
