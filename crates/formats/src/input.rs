//! An input: a file, standard input, or records in memory.

use crate::Document;
#[cfg(feature = "arrow")]
use crate::Fault;
use crate::compression::Compression;
#[cfg(feature = "archives")]
use crate::file_head::FileHead;
use crate::format::{self, FileKind, NameHint, Shape};
use crate::memory::Records;
use crate::open::StdinCopy;
#[cfg(feature = "arrow")]
use crate::options::Fields;
use crate::options::Options;
#[cfg(feature = "arrow")]
use crate::tables::ArrowTable;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Something to read: a file, standard input, or records in memory.
///
/// [`walk`](crate::walk) finds files, [`Input::in_memory`] wraps documents, and [`Input::arrow_table`] wraps tables.
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
    Stdin(Arc<StdinCopy>),
    Memory(Records),
}

/// Where the bytes or documents of an input come from.
pub(crate) enum InputSource<'a> {
    File(&'a Path),
    /// The slot for the copy of standard input.
    Stdin(&'a Arc<StdinCopy>),
    Memory(&'a Records),
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

    /// Documents that the program already has. `name` takes the place of a path in reports and faults.
    ///
    /// The position of a document, counted from 1, takes the place of a line number. The locations in
    /// `documents` are ignored.
    ///
    /// # Examples
    ///
    /// ```
    /// use dedupe_formats::{Blocks, Document, Input, Item, Options};
    ///
    /// let documents = vec![
    ///     Document { id: Some("1".into()), text: "A story.".into(), ..Document::default() },
    ///     Document { text: "Another.".into(), ..Document::default() },
    /// ];
    /// let inputs = [Input::in_memory("database", documents)];
    /// let mut lines = Vec::new();
    /// for block in Blocks::new(&inputs, &Options::default()) {
    ///     block.read(&mut |item| {
    ///         if let Item::Document(document) = item {
    ///             lines.push(document.location.line);
    ///         }
    ///     });
    /// }
    /// assert_eq!(lines, [Some(1), Some(2)]);
    /// ```
    #[must_use]
    pub fn in_memory(name: &str, mut documents: Vec<Document<'static>>) -> Self {
        for (line, document) in (1..).zip(&mut documents) {
            document.location.line = Some(line);
        }
        Self::read_before(name, documents)
    }

    /// Documents that were read before, and whose origin is known: the line in the location of a document stays, and its
    /// path is the one of its archive member. `name` takes the place of a path of other documents.
    #[must_use]
    pub fn read_before(name: &str, documents: Vec<Document<'static>>) -> Self {
        Self::records(name, Records::Documents(documents.into()))
    }

    /// The rows of an Arrow table. The names of its columns determine the fields, as those of a table in a file do.
    /// The batches are shared, not copied. `name` takes the place of a path in reports and faults, and the number of
    /// a row, counted from 1, that of a line.
    ///
    /// Read the input with the same [`Fields`](crate::Fields) as are given here.
    ///
    /// # Errors
    ///
    /// Fails if no column can be the text, or if the batches do not have the columns of `schema`.
    ///
    /// # Examples
    ///
    /// ```
    /// use arrow_array::record_batch;
    /// use dedupe_formats::{Blocks, Fields, Input, Item, Options};
    ///
    /// let batch = record_batch!(("headline", Utf8, ["One"]), ("body", Utf8, ["A story."]))?;
    /// let input = Input::arrow_table("frame", batch.schema(), vec![batch], &Fields::default());
    /// let input = input.map_err(|fault| fault.reason)?;
    ///
    /// let mut titles = Vec::new();
    /// for block in Blocks::new(&[input], &Options::default()) {
    ///     block.read(&mut |item| {
    ///         if let Item::Document(document) = item {
    ///             titles.extend(document.title.map(|title| title.into_owned()));
    ///         }
    ///     });
    /// }
    /// assert_eq!(titles, ["One"]);
    ///
    /// let numbers = record_batch!(("n", Int32, [1, 2]))?;
    /// let fault = Input::arrow_table("frame", numbers.schema(), vec![numbers], &Fields::default());
    /// assert_eq!(fault.unwrap_err().code.as_str(), "no-text-field");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "arrow")]
    pub fn arrow_table(
        name: &str,
        schema: Arc<arrow_schema::Schema>,
        batches: Vec<arrow_array::RecordBatch>,
        fields: &Fields,
    ) -> Result<Self, Fault> {
        let table = ArrowTable::new(schema, batches, fields);
        let table = table.map_err(|error| error.at(name, None))?;
        Ok(Self::records(name, Records::Table(Arc::new(table))))
    }

    fn records(name: &str, records: Records) -> Self {
        Self {
            displayed_path: name.into(),
            size: Some(records.text_bytes()),
            origin: Origin::Memory(records),
            kind_by_name: format::plain(),
            promised_compression: None,
        }
    }

    pub(crate) fn source(&self) -> InputSource<'_> {
        match &self.origin {
            Origin::DisplayedPath => InputSource::File(Path::new(&*self.displayed_path)),
            Origin::OtherPath(path) => InputSource::File(path),
            Origin::Stdin(stdin_copy) => InputSource::Stdin(stdin_copy),
            Origin::Memory(records) => InputSource::Memory(records),
        }
    }

    /// The records, if they are in memory.
    pub(crate) fn in_memory_records(&self) -> Option<&Records> {
        match self.source() {
            InputSource::Memory(records) => Some(records),
            InputSource::File(_) | InputSource::Stdin(_) => None,
        }
    }

    /// The kind of content that begins with `head`: a forced format, else the kind that the content
    /// proves, else the kind that the name suggests. An archive stays an archive even if a format is
    /// forced, because the format then applies to its members.
    pub(crate) fn kind(&self, head: &[u8], options: &Options) -> FileKind {
        let kind = match (format::by_content(head), self.kind_by_name) {
            // The name tells which kind of zip archive it is.
            #[cfg(feature = "archives")]
            (Some(FileKind::Archive(_)), FileKind::Archive(named))
                if named.recognises(&FileHead::new(head)) =>
            {
                FileKind::Archive(named)
            }
            (by_content, by_name) => by_content.unwrap_or(by_name),
        };
        match (kind, options.format) {
            (FileKind::Documents(_), Some(chosen)) => FileKind::Documents(chosen.0),
            _ => kind,
        }
    }

    /// True if the input will probably be split into chunks, judged without opening it.
    pub(crate) fn is_likely_cut(&self, options: &Options) -> bool {
        match (self.kind_by_name, options.format) {
            _ if self.in_memory_records().is_some() => true,
            (FileKind::Documents(_), Some(chosen)) => chosen.0.shape() != Shape::Whole,
            (FileKind::Documents(format), None) => format.shape() != Shape::Whole,
            #[cfg(feature = "archives")]
            (FileKind::Archive(_), _) => false,
            (FileKind::Foreign(_), _) => false,
        }
    }

    /// The displayed path, or the name of records in memory. Bytes that are not UTF-8 appear as `%XX`.
    /// Standard input is `-`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.displayed_path
    }

    /// The path to open, or `None` for standard input and records in memory.
    #[must_use]
    pub fn file_path(&self) -> Option<&Path> {
        match self.source() {
            InputSource::File(path) => Some(path),
            InputSource::Stdin(_) | InputSource::Memory(_) => None,
        }
    }

    /// The size in bytes: of a file on disk when it was found, or of the texts in memory. `None` for
    /// standard input.
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
}

/// The path for messages and reports. Bytes that are not UTF-8 appear as `%XX`.
#[must_use]
pub fn displayed_path(path: &Path) -> String {
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
