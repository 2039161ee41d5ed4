//! One input: a file that the walk found, or standard input.

use crate::format::{self, Kind, Named, Shape};
use crate::options::Options;
use crate::packing::Packing;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Something to read.
#[derive(Clone, Debug)]
pub struct Input {
    /// The path as people see it.
    shown: Box<str>,
    origin: Origin,
    /// The format that the name tells of, or the usual one where it tells of none.
    by_name: Kind,
    /// The name promises compressed data; the content decides.
    pub(crate) promise: Option<Packing>,
    /// Bytes on disk when it was listed.
    size: Option<u64>,
}

#[derive(Clone, Debug)]
enum Origin {
    /// A file whose displayed path is its path.
    Shown,
    /// A file whose path cannot be displayed as it is.
    Hidden(PathBuf),
    /// Standard input, and the copy of it once one was made.
    Stdin(Arc<OnceLock<File>>),
}

impl Input {
    /// A file; one of unknown format is taken for plain text.
    pub(crate) fn file(path: &Path, named: Named, size: u64) -> Self {
        let shown = shown(path);
        let same = Path::new(&shown) == path;
        Self {
            shown: shown.into_boxed_str(),
            origin: if same {
                Origin::Shown
            } else {
                Origin::Hidden(path.to_owned())
            },
            by_name: named.kind.unwrap_or_else(format::plain),
            promise: named.promise,
            size: Some(size),
        }
    }

    /// Standard input; JSON Lines, where its content says nothing.
    pub(crate) fn stdin() -> Self {
        Self {
            shown: "-".into(),
            origin: Origin::Stdin(Arc::default()),
            by_name: format::json_lines(),
            promise: None,
            size: None,
        }
    }

    /// What content that begins so is: what the content tells of, else what the name does. A format that
    /// was chosen comes before both, but for archives, whose members it is meant for.
    pub(crate) fn kind(&self, head: &[u8], options: &Options) -> Kind {
        let kind = format::of_content(head).unwrap_or(self.by_name);
        match (kind, options.format) {
            (Kind::Documents(_), Some(chosen)) => Kind::Documents(chosen.0),
            _ => kind,
        }
    }

    /// True where it likely is cut into runs, by what is known before it is opened.
    pub(crate) fn is_likely_cut(&self, options: &Options) -> bool {
        match (self.by_name, options.format) {
            (Kind::Documents(_), Some(chosen)) => chosen.0.shape() != Shape::Whole,
            (Kind::Documents(format), None) => format.shape() != Shape::Whole,
            #[cfg(feature = "archives")]
            (Kind::Archive(_), _) => false,
        }
    }

    /// The path as given and walked, bytes that are not UTF-8 as %XX; `-` for standard input.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.shown
    }

    /// The file to open; none for standard input.
    #[must_use]
    pub fn file_path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Shown => Some(Path::new(&*self.shown)),
            Origin::Hidden(path) => Some(path),
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
    pub(crate) fn spool(&self) -> Option<&OnceLock<File>> {
        match &self.origin {
            Origin::Stdin(spool) => Some(spool),
            Origin::Shown | Origin::Hidden(_) => None,
        }
    }
}

/// The path for people and reports: bytes that are not UTF-8 as %XX.
pub(crate) fn shown(path: &Path) -> String {
    shown_bytes(OsStr::as_encoded_bytes(path.as_os_str()))
}

pub(crate) fn shown_bytes(bytes: &[u8]) -> String {
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
        assert_eq!(shown_bytes("./zürich.txt".as_bytes()), "./zürich.txt");
        assert_eq!(shown_bytes(b"a\xFF\xC3.txt"), "a%FF%C3.txt");
    }

    /// A sparse file may state any size, and the sum of two such once overflowed.
    #[test]
    fn the_size_of_all_is_known_where_that_of_each_is() {
        let path = Path::new("a.jsonl");
        let file = |size| Input::file(path, format::of_name(path), size);
        assert_eq!(Input::total_size(&[]), Some(0));
        assert_eq!(Input::total_size(&[file(3), file(4)]), Some(7));
        assert_eq!(
            Input::total_size(&[file(u64::MAX), file(4)]),
            Some(u64::MAX)
        );
        assert_eq!(Input::total_size(&[file(3), Input::stdin()]), None);
    }
}
