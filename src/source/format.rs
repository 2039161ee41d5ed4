//! The formats and the names they go by. A new one is a file beside this one and a line in `FORMATS`.

use super::jsonl::JsonLines;
use super::options::Options;
use super::plain::Plain;
use super::trouble::Trouble;
use super::{Item, Place};
use crate::model::Fault;
use std::fmt::Debug;
use std::path::Path;

/// Every format, in the order in which extensions are looked up.
static FORMATS: [&dyn Format; 2] = [&Plain, &JsonLines];

/// How a format's files fall into documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The file must be seen whole; it is read by one thread.
    Whole,
    /// Each line is a record of its own; a large file is read by many threads.
    Lines,
}

/// How one kind of file becomes documents.
pub(crate) trait Format: Sync + Debug {
    /// Extensions it goes by, lower case, without the dot; an empty one for none.
    fn extensions(&self) -> &'static [&'static str];

    /// How its files may be cut.
    fn shape(&self) -> Shape;

    /// True where a line is a record wherever it stands, so that it can be copied as it is.
    fn lines_stand_alone(&self) -> bool {
        false
    }

    /// Reads a whole file, or a run of whole lines, and visits what it finds in order.
    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>));
}

/// Where the bytes given to a format come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// Index of the input.
    pub(crate) input: u32,
    /// Its displayed path.
    pub(crate) path: &'a str,
    /// Number of the first line, from 1.
    pub(crate) line: u64,
    /// Offset of the first byte in the decompressed stream.
    pub(crate) offset: u64,
    /// What the run has set.
    pub(crate) options: &'a Options,
}

impl Context<'_> {
    /// The trouble as a fault of this input.
    pub(crate) fn fault(&self, line: Option<u64>, trouble: &Trouble) -> Fault {
        trouble.at(self.path, line)
    }

    /// The place of `length` bytes that begin `skipped` bytes into what the format was given.
    pub(crate) fn place(&self, line: Option<u64>, skipped: usize, length: usize) -> Place {
        Place {
            input: self.input,
            line,
            offset: self.offset.saturating_add(skipped as u64),
            length: length as u64,
        }
    }
}

/// What a file's name says about its content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    /// The format; none where the extension is unknown.
    pub(crate) format: Option<&'static dyn Format>,
    /// The name promises compressed data.
    pub(crate) promise: Option<Packing>,
}

/// A way to compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
}

impl Packing {
    /// Its name, for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// What the name says; letter case does not matter.
pub(crate) fn of_name(path: &Path) -> Named {
    let outer = extension(path);
    let promise = match outer.as_str() {
        "gz" => Some(Packing::Gzip),
        "zst" => Some(Packing::Zstd),
        _ => None,
    };
    let inner = match (promise, path.file_stem()) {
        (Some(_), Some(stem)) => extension(Path::new(stem)),
        _ => outer,
    };
    let format = FORMATS
        .iter()
        .copied()
        .find(|format| format.extensions().contains(&inner.as_str()));
    Named { format, promise }
}

/// The format of files whose name says nothing: named on the command line, they are read as text.
pub(crate) fn plain() -> &'static dyn Format {
    &Plain
}

/// The format of standard input.
pub(crate) fn json_lines() -> &'static dyn Format {
    &JsonLines
}

fn extension(path: &Path) -> String {
    path.extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<Shape>, promise: Option<Packing>) {
        let named = of_name(Path::new(name));
        assert_eq!(named.format.map(Format::shape), expected, "{name}");
        assert_eq!(named.promise, promise, "{name}");
    }

    #[test]
    fn names_say_what_a_file_is() {
        check("a/b.txt", Some(Shape::Whole), None);
        check("a/b.TEXT", Some(Shape::Whole), None);
        check("a/README", Some(Shape::Whole), None);
        check("a/b.md.gz", Some(Shape::Whole), Some(Packing::Gzip));
        check("a/b.gz", Some(Shape::Whole), Some(Packing::Gzip));
        check("b.JSONL.ZST", Some(Shape::Lines), Some(Packing::Zstd));
        check("b.ndjson", Some(Shape::Lines), None);
        check("b.tar.gz", None, Some(Packing::Gzip));
        check("b.pdf", None, None);
    }
}
