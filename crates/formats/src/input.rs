//! An input: a file, or standard input.

use crate::compression::Compression;
use crate::format::{self, FileKind, NameHint, Shape};
use crate::options::Options;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Something to read. [`walk`](crate::walk) finds inputs.
#[derive(Clone, Debug)]
pub struct Input {
    displayed_path: Box<str>,
    origin: Origin,
    /// The kind that the name suggests, or a default.
    kind_by_name: FileKind,
    /// The compression that the name suggests. The content decides.
    pub(crate) promised_compression: Option<Compression>,
    /// Bytes on disk when the file was found.
    size: Option<u64>,
}

#[derive(Clone, Debug)]
enum Origin {
    /// A file whose displayed path is its path.
    DisplayedPath,
    /// A file whose path contains bytes that cannot be displayed.
    OtherPath(PathBuf),
    /// Standard input, with its copy once that exists.
    Stdin(Arc<OnceLock<File>>),
}

impl Input {
    /// A file. If its format is unknown, it is read as plain text.
    pub(crate) fn file(path: &Path, named: NameHint, size: u64) -> Self {
        let displayed = displayed_path(path);
        let is_displayable = Path::new(&displayed) == path;
        Self {
            displayed_path: displayed.into_boxed_str(),
            origin: if is_displayable {
                Origin::DisplayedPath
            } else {
                Origin::OtherPath(path.to_owned())
            },
            kind_by_name: named.kind.unwrap_or_else(format::plain),
            promised_compression: named.promised_compression,
            size: Some(size),
        }
    }

    /// Standard input. If its content proves no format, it is read as JSON Lines.
    pub(crate) fn stdin() -> Self {
        Self {
            displayed_path: "-".into(),
            origin: Origin::Stdin(Arc::default()),
            kind_by_name: format::json_lines(),
            promised_compression: None,
            size: None,
        }
    }

    /// The kind of content that begins with `head`: a forced format, else the kind that the content
    /// proves, else the kind that the name suggests. An archive stays an archive even if a format is
    /// forced, because the format then applies to its members.
    pub(crate) fn kind(&self, head: &[u8], options: &Options) -> FileKind {
        let kind = format::by_content(head).unwrap_or(self.kind_by_name);
        match (kind, options.format) {
            (FileKind::Documents(_), Some(chosen)) => FileKind::Documents(chosen.0),
            _ => kind,
        }
    }

    /// True if the file will probably be split into chunks, judged without opening it.
    pub(crate) fn is_likely_cut(&self, options: &Options) -> bool {
        match (self.kind_by_name, options.format) {
            (FileKind::Documents(_), Some(chosen)) => chosen.0.shape() != Shape::Whole,
            (FileKind::Documents(format), None) => format.shape() != Shape::Whole,
            #[cfg(feature = "archives")]
            (FileKind::Archive(_), _) => false,
        }
    }

    /// The displayed path. Bytes that are not UTF-8 appear as `%XX`. Standard input is `-`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.displayed_path
    }

    /// The path to open, or `None` for standard input.
    #[must_use]
    pub fn file_path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::DisplayedPath => Some(Path::new(&*self.displayed_path)),
            Origin::OtherPath(path) => Some(path),
            Origin::Stdin(_) => None,
        }
    }

    /// The size on disk in bytes when the input was found, or `None` for standard input.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The sum of the sizes, or `None` if the size of an input is unknown.
    #[must_use]
    pub fn total_size(inputs: &[Self]) -> Option<u64> {
        // Sparse files can state sizes whose sum overflows.
        let add = |sum: u64, input: &Self| Some(sum.saturating_add(input.size()?));
        inputs.iter().try_fold(0, add)
    }

    /// The slot for the copy of standard input, or `None` for a file.
    pub(crate) fn stdin_copy(&self) -> Option<&OnceLock<File>> {
        match &self.origin {
            Origin::Stdin(stdin_copy) => Some(stdin_copy),
            Origin::DisplayedPath | Origin::OtherPath(_) => None,
        }
    }
}

/// The path for messages and reports. Bytes that are not UTF-8 appear as `%XX`.
pub(crate) fn displayed_path(path: &Path) -> String {
    display_bytes(OsStr::as_encoded_bytes(path.as_os_str()))
}

pub(crate) fn display_bytes(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        shown.push_str(chunk.valid());
        for byte in chunk.invalid() {
            shown.push_str(&format!("%{byte:02X}"));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_paths_that_are_not_utf8() {
        assert_eq!(display_bytes("./zürich.txt".as_bytes()), "./zürich.txt");
        assert_eq!(display_bytes(b"a\xFF\xC3.txt"), "a%FF%C3.txt");
    }

    /// Sparse files can state any size. The sum of two sizes once overflowed.
    #[test]
    fn the_total_size_is_known_if_each_size_is() {
        let path = Path::new("a.jsonl");
        let file = |size| Input::file(path, format::by_name(path), size);
        assert_eq!(Input::total_size(&[]), Some(0));
        assert_eq!(Input::total_size(&[file(3), file(4)]), Some(7));
        assert_eq!(
            Input::total_size(&[file(u64::MAX), file(4)]),
            Some(u64::MAX)
        );
        assert_eq!(Input::total_size(&[file(3), Input::stdin()]), None);
    }
}
