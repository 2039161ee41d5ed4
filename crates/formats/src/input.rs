//! One input: a file that the walk found, or standard input.

use crate::compression::Compression;
use crate::format::{self, FileKind, NameHint, Shape};
use crate::options::Options;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Something to read.
#[derive(Clone, Debug)]
pub struct Input {
    /// The path as people see it.
    displayed_path: Box<str>,
    origin: Origin,
    /// The format that the name tells of, or the usual one where it tells of none.
    kind_by_name: FileKind,
    /// The name promises compressed data; the content decides.
    pub(crate) promised_compression: Option<Compression>,
    /// Bytes on disk when it was listed.
    size: Option<u64>,
}

#[derive(Clone, Debug)]
enum Origin {
    /// A file whose displayed path is its path.
    DisplayedPath,
    /// A file whose path cannot be displayed as it is.
    OtherPath(PathBuf),
    /// Standard input, and the copy of it once one was made.
    Stdin(Arc<OnceLock<File>>),
}

impl Input {
    /// A file; one of unknown format is taken for plain text.
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

    /// Standard input; JSON Lines, where its content says nothing.
    pub(crate) fn stdin() -> Self {
        Self {
            displayed_path: "-".into(),
            origin: Origin::Stdin(Arc::default()),
            kind_by_name: format::json_lines(),
            promised_compression: None,
            size: None,
        }
    }

    /// What content that begins so is: what the content tells of, else what the name does. A format that
    /// was chosen comes before both, but for archives, whose members it is meant for.
    pub(crate) fn kind(&self, head: &[u8], options: &Options) -> FileKind {
        let kind = format::by_content(head).unwrap_or(self.kind_by_name);
        match (kind, options.format) {
            (FileKind::Documents(_), Some(chosen)) => FileKind::Documents(chosen.0),
            _ => kind,
        }
    }

    /// True where it likely is cut into runs, by what is known before it is opened.
    pub(crate) fn is_likely_cut(&self, options: &Options) -> bool {
        match (self.kind_by_name, options.format) {
            (FileKind::Documents(_), Some(chosen)) => chosen.0.shape() != Shape::Whole,
            (FileKind::Documents(format), None) => format.shape() != Shape::Whole,
            #[cfg(feature = "archives")]
            (FileKind::Archive(_), _) => false,
        }
    }

    /// The path as given and walked, bytes that are not UTF-8 as %XX; `-` for standard input.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.displayed_path
    }

    /// The file to open; none for standard input.
    #[must_use]
    pub fn file_path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::DisplayedPath => Some(Path::new(&*self.displayed_path)),
            Origin::OtherPath(path) => Some(path),
            Origin::Stdin(_) => None,
        }
    }

    /// Bytes on disk, compressed ones as they are, when it was listed; none for standard input.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The same of all of these; none where one is standard input.
    #[must_use]
    pub fn total_size(inputs: &[Self]) -> Option<u64> {
        // The sizes that sparse files state have no bound.
        let add = |sum: u64, input: &Self| Some(sum.saturating_add(input.size()?));
        inputs.iter().try_fold(0, add)
    }

    /// Where the copy of standard input goes; none for a file.
    pub(crate) fn stdin_copy(&self) -> Option<&OnceLock<File>> {
        match &self.origin {
            Origin::Stdin(stdin_copy) => Some(stdin_copy),
            Origin::DisplayedPath | Origin::OtherPath(_) => None,
        }
    }
}

/// The path for people and reports: bytes that are not UTF-8 as %XX.
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
    fn paths_that_are_not_text_are_escaped() {
        assert_eq!(display_bytes("./zürich.txt".as_bytes()), "./zürich.txt");
        assert_eq!(display_bytes(b"a\xFF\xC3.txt"), "a%FF%C3.txt");
    }

    /// A sparse file may state any size, and the sum of two such once overflowed.
    #[test]
    fn the_size_of_all_is_known_where_that_of_each_is() {
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
