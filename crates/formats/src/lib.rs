//! Reads news documents from files, folders, standard input and memory.
//!
//! The crate decompresses, decodes and parses plain text, web pages, JSON Lines, CSV, Parquet, WARC,
//! mail, agency formats, feeds, and tar and zip archives. It also recognises datelines and credit lines of news
//! agencies ([`credit`]).
//!
//! # Read a folder
//!
//! [`walk`] finds the inputs, [`Blocks`] cuts them into blocks, and each [`Block`] can be read on its own
//! thread. A bad document does not stop the run: it becomes a [`Fault`] with a path, a line and a reason.
//!
//! ```
//! use dedupe_formats::{Blocks, Item, Options, walk};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("a.txt"), "A story.")?;
//! std::fs::write(folder.path().join("b.jsonl"), "{\"text\":\"Another.\"}\n{broken\n")?;
//!
//! let options = Options::default();
//! let found = walk(&[folder.path().to_owned()], &options);
//! let (mut texts, mut faults) = (Vec::new(), found.skipped);
//! for block in Blocks::new(&found.inputs, &options) {
//!     block.read(&mut |item| match item {
//!         Item::Document(document) => texts.push(document.text.into_owned()),
//!         Item::Skipped(fault) | Item::Warning(fault) => faults.push(fault),
//!         Item::Ignored => {}
//!     });
//! }
//! assert_eq!(texts, ["A story.", "Another."]);
//! assert_eq!((faults[0].code.as_str(), faults[0].line), ("not-json", Some(2)));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Read bytes or documents in memory
//!
//! [`read_bytes`] reads a byte buffer. [`Input::in_memory`] makes an input of documents that the program
//! already has.
//!
//! # Read a document again
//!
//! Each document has a [`Location`]. [`reread`] reads the documents at given locations a second time and
//! returns those that cannot be found any more.
//!
//! # Add a format or an archive type
//!
//! A format is one file that implements `Format` and one line in `FORMATS` (`format.rs`). An archive type
//! is one file in `archive/` that implements `Archive` and one line in `ARCHIVES`. A compression format
//! is a variant of `Compression` (`compression.rs`).
//!
//! # Features
//!
//! Each format beyond plain text and JSON Lines has a feature, and all are on by default: `archives`,
//! `arrow`, `codecs` (bzip2, xz, Zstandard), `feeds`, `html`, `mail`, `parquet`, `tables` (CSV), `warc`.
//! Without `arrow`, `codecs`, `parquet` and `warc`, no C library is linked.

#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::exit,
        clippy::print_stderr,
        clippy::print_stdout
    )
)]

mod address;
#[cfg(feature = "feeds")]
mod agency;
#[cfg(feature = "archives")]
mod archive;
mod blocks;
mod compression;
pub mod credit;
mod cutter;
mod decode;
mod error;
mod extraction;
mod fault;
mod fault_list;
mod field_names;
mod file_head;
mod files_below;
mod foreign;
mod format;
#[cfg(feature = "html")]
mod html;
mod input;
mod input_reader;
mod json;
mod line_counter;
mod line_cutter;
mod link_target;
#[cfg(feature = "mail")]
mod mail;
mod memory;
mod notice_pages;
mod open;
mod options;
#[cfg(any(feature = "arrow", feature = "parquet"))]
mod panic_guard;
mod path_filter;
mod plain_text;
mod record_fields;
mod record_names;
mod reread;
mod stream;
#[cfg(any(feature = "arrow", feature = "parquet", feature = "tables"))]
mod tables;
#[cfg(test)]
mod tests;
mod unicode_units;
mod walk;
#[cfg(feature = "warc")]
mod warc;

pub use address::host;
pub use blocks::{Block, Blocks};
pub use error::quoted;
pub use extraction::Extraction;
pub use fault::{Fault, FaultCode, UnknownFaultCode};
pub use fault_list::FaultList;
pub use files_below::files_below;
pub use format::InputFormat;
pub use input::{Input, displayed_path};
pub use input_reader::read_bytes;
pub use link_target::link_target;
pub use notice_pages::{NoticePages, PageNotice, paragraph_hashes};
pub use options::{Fields, HtmlText, Options};
#[cfg(any(feature = "arrow", feature = "parquet"))]
pub use panic_guard::is_panic_caught;
pub use path_filter::{InvalidPattern, PathFilter};
pub use record_names::{is_same_field, names_in_records};
pub use reread::{RereadDocument, Unread, reread, reread_documents};
pub use walk::{
    UNFINISHED_PREFIX, UNFINISHED_SUFFIX, Walk, is_index, is_input, is_unfinished, reachable_from,
    walk,
};

use std::borrow::Cow;
use std::sync::Arc;

/// An article. It may borrow from the block that it was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    /// The id that the record states.
    pub id: Option<Cow<'a, str>>,
    /// The headline, if it is a separate field. It is not part of the text.
    pub title: Option<Cow<'a, str>>,
    /// The publisher or site.
    pub source: Option<Cow<'a, str>>,
    /// The publication date, as given.
    pub date: Option<Cow<'a, str>>,
    /// The URL.
    pub url: Option<Cow<'a, str>>,
    /// The author, as given.
    pub byline: Option<Cow<'a, str>>,
    /// The language of the text, as given.
    pub language: Option<Cow<'a, str>>,
    /// Which part of the web page is the text. `None` if the document is not a web page.
    pub extraction: Option<Extraction>,
    /// Metadata that only news agencies provide. `None` for other documents.
    pub agency: Option<Box<AgencyMetadata>>,
    /// The text as UTF-8, without a byte order mark, otherwise unchanged.
    pub text: Cow<'a, str>,
    /// The whole record with all its fields. Set only for rows of tables and objects of JSON files, and only if
    /// [`Options::whole_records`] asks for it.
    pub record: Option<Box<WholeRecord>>,
    /// The displayed path of the archive member that contains the document, or `None` for a file.
    pub member: Option<Arc<str>>,
    /// Where the document was found. Set by the reader.
    pub location: Location,
}

/// All fields of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WholeRecord {
    /// A JSON object, or what stands for one in a JSON file.
    pub json: String,
}

impl WholeRecord {
    pub(crate) fn new(json: String) -> Box<Self> {
        Box::new(Self { json })
    }
}

/// Metadata of an agency item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgencyMetadata {
    /// The agency in its credit field.
    pub credit: Option<String>,
    /// The dateline, if it is a separate field.
    pub dateline: Option<String>,
    /// The version number or name that the publisher gave the item.
    pub version: Option<String>,
    /// The publication status: `usable`, `withheld`, `embargoed` or `canceled`.
    pub status: Option<String>,
}

/// Where a document was found, in enough detail to read it again. Locations are ordered as documents are
/// read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Index in the list of inputs.
    pub input: u32,
    /// Number of the archive member, counted from 1, or 0 for the file itself.
    pub member: u32,
    /// Offset of the record in the decompressed stream, or 0 if the file is one document.
    pub offset: u64,
    /// Line of the record, counted from 1, or `None` if the file is one document.
    pub line: Option<u64>,
    /// Length of the record in the decompressed stream, in bytes.
    pub length: u64,
}

/// An item that a block contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A document.
    Document(Document<'a>),
    /// Something that could not be read. Reports list it in `skipped`.
    Skipped(Fault),
    /// A warning about the document that follows. Reports list it in `warnings`.
    Warning(Fault),
    /// An archive member or record of a kind that contains no document.
    Ignored,
}

impl Item<'_> {
    /// The same item, marked as read from this archive member.
    fn of_member(self, path: &Arc<str>) -> Self {
        match self {
            Item::Document(document) => Item::Document(Document {
                member: Some(Arc::clone(path)),
                ..document
            }),
            other => other,
        }
    }
}
