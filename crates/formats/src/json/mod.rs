//! JSON: records on lines, and records anywhere in a file.

mod files;
mod lines;
mod records;
mod repair;
mod values;

pub(crate) use files::JsonFile;
pub(crate) use lines::JsonLines;
pub(crate) use records::field_paths;
#[cfg(feature = "html")]
pub(crate) use repair::repaired;
