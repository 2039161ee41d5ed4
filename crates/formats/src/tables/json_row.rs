//! A row of a table as a JSON object, in the order of its columns.

use serde::Serialize;
#[cfg(feature = "tables")]
use std::collections::{HashMap, HashSet};

/// Writes the fields of an object one after the other.
#[derive(Debug)]
pub(super) struct JsonRow(String);

impl JsonRow {
    pub(super) fn new() -> Self {
        Self("{".to_owned())
    }

    /// Adds a field whose value is already JSON.
    pub(super) fn add_json(&mut self, name: &str, value: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(&json(name));
        self.0.push(':');
        self.0.push_str(value);
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// The names of columns, each once: the second column of a name `tag` is `tag (2)`. An object with two fields of one name
/// loses one of them in most programs.
#[cfg(feature = "tables")]
pub(super) fn distinct_names(names: &[String]) -> Vec<String> {
    let mut taken: HashSet<String> = names.iter().cloned().collect();
    let mut seen: HashMap<&str, u32> = HashMap::new();
    let distinct = names.iter().map(|name| {
        let times = seen.entry(name).or_insert(0);
        *times += 1;
        if *times == 1 {
            return name.clone();
        }
        loop {
            let other = format!("{name} ({times})");
            if taken.insert(other.clone()) {
                return other;
            }
            *times += 1;
        }
    });
    distinct.collect()
}

/// A value as JSON. Null if JSON has no such value, as for a number that is not finite.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// A list of values that are already JSON.
#[cfg(any(feature = "arrow", feature = "parquet"))]
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

#[cfg(all(test, feature = "tables"))]
mod tests {
    use super::*;

    #[test]
    fn repeated_names_are_numbered_and_never_those_of_other_columns() {
        let names = ["tag", "text", "tag", "tag (2)", "tag", "", ""].map(str::to_owned);
        assert_eq!(
            distinct_names(&names),
            ["tag", "text", "tag (3)", "tag (2)", "tag (4)", "", " (2)"]
        );
    }
}
