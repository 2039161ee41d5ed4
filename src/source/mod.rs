//! From paths to documents: walking, reading, decompressing, decoding; one reader per format behind
//! one trait. Only this module and the command line open files.
//!
//! A walk gives [`Input`]s; [`Blocks`] cuts them, in order, into [`Block`]s of a few megabytes, which
//! threads read into [`Document`]s independently. One bad document never stops a run: it becomes a
//! [`Fault`].

mod blocks;
mod decode;
mod format;
mod input;
mod jsonl;
mod lines;
mod options;
mod plain;
mod record;
mod reread;
mod stream;
#[cfg(test)]
mod tests;
mod trouble;
mod walk;

pub use blocks::{Block, Blocks};
pub use input::Input;
pub use options::{Fields, Options};
pub use reread::{Again, reread, reread_documents};
pub use walk::{Walk, reached, walk, would_read};

use crate::model::Fault;
use std::borrow::Cow;

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
    /// The text, decoded to UTF-8, without a byte order mark; nothing else is changed.
    pub text: Cow<'a, str>,
    /// Where it stands.
    pub place: Place,
}

/// Where a document stands, enough to read it again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Index of the [`Input`].
    pub input: u32,
    /// Line of the record, from 1; none where the file is one document.
    pub line: Option<u64>,
    /// First byte of the record in the decompressed stream; 0 where the file is one document.
    pub offset: u64,
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
}
