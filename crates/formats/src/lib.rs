//! From paths to documents: walking, reading, decompressing, decoding; one reader per format behind
//! one trait. Only this module and the command line open files.
//!
//! A walk gives [`Input`]s; [`Blocks`] cuts them, in order, into [`Block`]s of a few megabytes, which
//! threads read into [`Document`]s independently. One bad document never stops a run: it becomes a
//! [`Fault`].

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
mod fault;
mod file_head;
mod format;
#[cfg(feature = "html")]
mod html;
mod input;
mod input_reader;
mod json_lines;
#[cfg(any(feature = "feeds", feature = "tables"))]
mod line_counter;
mod line_cutter;
mod open;
mod options;
#[cfg(feature = "parquet")]
mod panic_guard;
mod plain_text;
mod record_fields;
mod reread;
mod stream;
#[cfg(any(feature = "tables", feature = "parquet"))]
mod tables;
#[cfg(test)]
mod tests;
mod walk;
#[cfg(feature = "warc")]
mod warc;

pub use blocks::{Block, Blocks};
pub use fault::{Fault, FaultCode, UnknownFaultCode};
pub use format::InputFormat;
pub use input::Input;
pub use input_reader::read_bytes;
pub use options::{Fields, HtmlText, Options};
#[cfg(feature = "parquet")]
pub use panic_guard::is_panic_caught;
pub use reread::{RereadDocument, Unread, reread, reread_documents};
pub use walk::{Walk, reachable_from, walk, would_read};

use std::borrow::Cow;
use std::sync::Arc;

/// One article, borrowed from the block it was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document<'a> {
    /// A record's own id, where it has one.
    pub id: Option<Cow<'a, str>>,
    /// Headline in a field of its own; not part of the text.
    pub title: Option<Cow<'a, str>>,
    /// Publisher or site.
    pub source: Option<Cow<'a, str>>,
    /// Date of publication, as given.
    pub date: Option<Cow<'a, str>>,
    /// Address.
    pub url: Option<Cow<'a, str>>,
    /// Who wrote it, as given.
    pub byline: Option<Cow<'a, str>>,
    /// Language of the text, as given.
    pub language: Option<Cow<'a, str>>,
    /// What agencies say of their items besides; none for documents of others.
    pub agency: Option<Box<AgencyMetadata>>,
    /// The text, decoded to UTF-8, without a byte order mark; nothing else is changed.
    pub text: Cow<'a, str>,
    /// The path of the archive's member that it was read from, as people see it; none for a file.
    pub member: Option<Arc<str>>,
    /// Where it stands.
    pub location: Location,
}

/// What an agency says of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgencyMetadata {
    /// The agency that its credit field names.
    pub credit: Option<String>,
    /// The dateline, where that stands in a field of its own.
    pub dateline: Option<String>,
    /// Its version, as its publisher counts.
    pub version: Option<String>,
    /// Whether it may be published: `usable`, `withheld`, `embargoed`, `canceled`.
    pub status: Option<String>,
}

/// Where a document stands, enough to read it again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Index of the [`Input`].
    pub input: u32,
    /// The archive's member, from 1; 0 for the file itself.
    pub member: u32,
    /// First byte of the record in the decompressed stream; 0 where the file is one document.
    pub offset: u64,
    /// Line of the record, from 1; none where the file is one document.
    pub line: Option<u64>,
    /// Bytes of the record in the decompressed stream.
    pub length: u64,
}

/// What reading a block gives, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A document.
    Document(Document<'a>),
    /// Something that was not read: it goes to `skipped`.
    Skipped(Fault),
    /// Something that was read with a reservation: it goes to `warnings`.
    Warning(Fault),
    /// A member or a record of a kind that holds no document, passed over as a walk passes over files.
    Ignored,
}

impl Item<'_> {
    /// The same, read from this member.
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
