//! A row of a table as a JSON object, in the order of its columns.

use serde::Serialize;

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

/// A value as JSON. Null if JSON has no such value, as for a number that is not finite.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// A list of values that are already JSON.
#[cfg(any(feature = "arrow", feature = "parquet"))]
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}
