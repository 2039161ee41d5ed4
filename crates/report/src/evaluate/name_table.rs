//! NameTable as numbers.

use dedupe_core::model::DocumentIndex;
use dedupe_core::model::Pair;
use std::collections::HashMap;

/// Each name, once, in the order of its first appearance.
#[derive(Clone, Debug, Default)]
pub(super) struct NameTable {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
}

impl NameTable {
    /// The number of a name, which may be new.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }

    /// The number of a name, if it has one.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The name of a number; empty for one that was never given.
    pub(super) fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// The pair of two numbers.
pub(super) fn pair(a: u32, b: u32) -> Pair {
    Pair::new(DocumentIndex(a), DocumentIndex(b))
}
