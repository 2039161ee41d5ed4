//! The list of formats, and how a format is chosen by name or content.

#[cfg(feature = "archives")]
use crate::archive::{self, Archive};
use crate::compression::Compression;
use crate::error::ReadError;
use crate::fault::Fault;
use crate::file_head::FileHead;
use crate::foreign::ForeignFile;
use crate::json::{JsonFile, JsonLines};
use crate::options::Options;
use crate::plain_text::Plain;
use crate::{Item, Location};
use std::fmt::Debug;
use std::path::Path;

/// All formats. Detection by content and by extension takes the first that fits, so a more specific
/// format comes before a more general one.
static FORMATS: &[&dyn Format] = &[
    #[cfg(feature = "html")]
    &crate::html::Html,
    #[cfg(feature = "warc")]
    &crate::warc::Warc,
    #[cfg(feature = "feeds")]
    &crate::agency::Feed,
    #[cfg(feature = "feeds")]
    &crate::agency::NewsMl,
    #[cfg(feature = "feeds")]
    &crate::agency::Ninjs,
    #[cfg(feature = "mail")]
    &crate::mail::Mhtml,
    #[cfg(feature = "mail")]
    &crate::mail::Eml,
    #[cfg(feature = "mail")]
    &crate::mail::Mbox,
    #[cfg(feature = "parquet")]
    &crate::tables::Parquet,
    #[cfg(feature = "arrow")]
    &crate::tables::Arrow,
    #[cfg(feature = "tables")]
    &crate::tables::Delimited,
    &JsonLines,
    &JsonFile,
    &Plain,
];

/// All archive types.
#[cfg(feature = "archives")]
static ARCHIVES: &[&dyn Archive] = &[&archive::Tar, &archive::Zip, &archive::Wacz];

/// What a file contains.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FileKind {
    Documents(&'static dyn Format),
    #[cfg(feature = "archives")]
    Archive(&'static dyn Archive),
    /// Neither, so it is reported and not read.
    Foreign(&'static ForeignFile),
}

impl FileKind {
    /// The format of the documents, or `None` for another kind.
    pub(crate) fn documents(self) -> Option<&'static dyn Format> {
        match self {
            Self::Documents(format) => Some(format),
            #[cfg(feature = "archives")]
            Self::Archive(_) => None,
            Self::Foreign(_) => None,
        }
    }
}

/// How the files of a format can be split for parallel reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The file must be read whole, by one thread.
    Whole,
    /// Each line is a record. Several threads can read one file.
    Lines,
    /// Each WARC record is read on its own. Several threads can read one file.
    #[cfg(feature = "warc")]
    WarcRecords,
}

/// A file format that contains documents.
///
/// To add a format, implement this trait in a new file and add it to `FORMATS`.
pub(crate) trait Format: Sync + Debug {
    /// The name that users give it: one word in lower case.
    fn name(&self) -> &'static str;

    /// Its file extensions, in lower case, without the dot. An empty string stands for no extension.
    fn extensions(&self) -> &'static [&'static str];

    /// True if the first bytes of a file prove that it has this format. False if they may belong to
    /// another format too; then the name decides.
    fn recognises(&self, head: &FileHead<'_>) -> bool;

    /// True if its extensions are common for other files, such as `.json`, so that only the content can
    /// tell.
    fn has_generic_extension(&self) -> bool {
        false
    }

    /// True if a walk reads files of this format under any extension, as web servers and mirrors name
    /// their pages.
    fn has_any_extension(&self) -> bool {
        false
    }

    /// How its files can be split.
    fn shape(&self) -> Shape;

    /// The size limit for a file that is read whole. Each document in it has its own limit.
    fn max_file_bytes(&self, options: &Options) -> u64 {
        options.max_document_bytes
    }

    /// True if a line means the same in any file, so that it can be copied verbatim.
    fn lines_are_independent(&self) -> bool {
        false
    }

    /// Reads a whole file or a chunk of whole records, and visits the items in order.
    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>));
}

/// The origin of the bytes that a format reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// Index of the input.
    pub(crate) input: u32,
    /// Number of the archive member, counted from 1, or 0 for the file itself.
    pub(crate) member: u32,
    /// The displayed path, including the archive member.
    pub(crate) path: &'a str,
    /// Number of the first line, counted from 1.
    pub(crate) line: u64,
    /// Offset of the first byte in the decompressed stream.
    pub(crate) offset: u64,
    pub(crate) options: &'a Options,
}

impl Context<'_> {
    /// The error as a fault of this input.
    pub(crate) fn fault(&self, line: Option<u64>, error: &ReadError) -> Fault {
        error.at(self.path, line)
    }

    /// The location of `length` bytes that begin `skipped` bytes after the start of what the format
    /// reads.
    pub(crate) fn location(&self, line: Option<u64>, skipped: usize, length: usize) -> Location {
        Location {
            input: self.input,
            member: self.member,
            line,
            offset: self.offset.saturating_add(skipped as u64),
            length: length as u64,
        }
    }
}

/// A format that is forced for all inputs.
#[derive(Clone, Copy, Debug)]
pub struct InputFormat(pub(crate) &'static dyn Format);

impl InputFormat {
    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut all = FORMATS.iter().copied();
        all.find(|format| format.name() == name).map(Self)
    }

    /// The names of all formats, sorted.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        let mut names: Vec<_> = FORMATS.iter().map(|format| format.name()).collect();
        names.sort_unstable();
        names
    }
}

impl PartialEq for InputFormat {
    fn eq(&self, other: &Self) -> bool {
        self.0.name() == other.0.name()
    }
}

impl Eq for InputFormat {}

/// The file kind that the first bytes prove, or `None` if they prove none.
pub(crate) fn by_content(head: &[u8]) -> Option<FileKind> {
    let head = FileHead::new(head);
    if let Some(foreign) = ForeignFile::recognise(&head) {
        return Some(FileKind::Foreign(foreign));
    }
    #[cfg(feature = "archives")]
    if let Some(archive) = ARCHIVES.iter().find(|archive| archive.recognises(&head)) {
        return Some(FileKind::Archive(*archive));
    }
    let mut all = FORMATS.iter().copied();
    all.find(|format| format.recognises(&head))
        .map(FileKind::Documents)
}

/// What a file name says about the content.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NameHint {
    /// The kind of its extension, or `None` if the extension is unknown.
    pub(crate) kind: Option<FileKind>,
    /// The compression of its extension.
    pub(crate) promised_compression: Option<Compression>,
}

/// The extension that crawlers add to a web archive while they write it.
#[cfg(feature = "warc")]
const UNFINISHED_WARC: &str = "open";

/// Interprets a file name. Letter case does not matter.
pub(crate) fn by_name(path: &Path) -> NameHint {
    let outer = extension(path);
    #[cfg(feature = "warc")]
    if let (UNFINISHED_WARC, Some(stem)) = (outer.as_str(), path.file_stem()) {
        let finished = by_name(Path::new(stem));
        let format = finished.kind.and_then(FileKind::documents);
        if format.is_some_and(|format| format.shape() == Shape::WarcRecords) {
            return finished;
        }
    }
    let promised_compression = Compression::by_extension(&outer);
    #[cfg(feature = "archives")]
    if let Some((compression, archive)) = archive::compressed_tar(&outer) {
        return NameHint {
            kind: Some(FileKind::Archive(archive)),
            promised_compression: Some(compression),
        };
    }
    let inner = match (promised_compression, path.file_stem()) {
        (Some(_), Some(stem)) => extension(Path::new(stem)),
        _ => outer,
    };
    NameHint {
        kind: by_extension(&inner),
        promised_compression,
    }
}

fn by_extension(extension: &str) -> Option<FileKind> {
    #[cfg(feature = "archives")]
    if let Some(archive) = (ARCHIVES.iter()).find(|a| a.extensions().contains(&extension)) {
        return Some(FileKind::Archive(*archive));
    }
    let mut all = FORMATS.iter().copied();
    all.find(|format| format.extensions().contains(&extension))
        .map(FileKind::Documents)
}

/// The format of named files with an unknown extension.
pub(crate) fn plain() -> FileKind {
    FileKind::Documents(&Plain)
}

/// The default format of standard input.
pub(crate) fn json_lines() -> FileKind {
    FileKind::Documents(&JsonLines)
}

fn extension(path: &Path) -> String {
    path.extension()
        .map(|extension| extension.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<Shape>, promised_compression: Option<Compression>) {
        let named = by_name(Path::new(name));
        let format = named.kind.and_then(FileKind::documents);
        assert_eq!(format.map(Format::shape), expected, "{name}");
        assert_eq!(named.promised_compression, promised_compression, "{name}");
    }

    #[test]
    fn finds_formats_by_name() {
        for name in InputFormat::names() {
            assert_eq!(InputFormat::named(name).map(|f| f.0.name()), Some(name));
        }
        assert_eq!(InputFormat::named("no such format"), None);
        assert_ne!(InputFormat::named("text"), InputFormat::named("jsonl"));
    }

    #[test]
    fn interprets_file_names() {
        check("a/b.txt", Some(Shape::Whole), None);
        check("a/b.TEXT", Some(Shape::Whole), None);
        check("a/README", Some(Shape::Whole), None);
        check("a/b.md.gz", Some(Shape::Whole), Some(Compression::Gzip));
        check("a/b.gz", Some(Shape::Whole), Some(Compression::Gzip));
        check("b.JSONL.ZST", Some(Shape::Lines), Some(Compression::Zstd));
        check("b.ndjson", Some(Shape::Lines), None);
        check("b.tar.gz", None, Some(Compression::Gzip));
        check("b.pdf", None, None);
        check("b.open", None, None);
        check("notes.txt.open", None, None);
        #[cfg(feature = "warc")]
        check(
            "b.warc.gz.open",
            Some(Shape::WarcRecords),
            Some(Compression::Gzip),
        );
    }
}
