//! Reads archives member by member. Nothing is written to disk, so a hostile member name can do no harm.
//!
//! To add an archive type, implement [`Archive`] in a file of this folder and add it to `ARCHIVES` in
//! `format.rs`.

mod tar;
#[cfg(test)]
mod tests;
mod wacz;
mod zip;

pub(crate) use self::tar::Tar;
pub(crate) use self::wacz::Wacz;
pub(crate) use self::zip::Zip;

use crate::compression::Compression;
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::input::Input;
use std::fmt::Debug;
use std::io::Read;

/// Extensions that stand for a compressed tar archive.
const COMPRESSED_TARS: &[(&str, Compression)] = &[
    ("tgz", Compression::Gzip),
    ("tbz2", Compression::Bzip2),
    ("txz", Compression::Xz),
    ("tzst", Compression::Zstd),
];

/// The compression and archive type of an extension such as `tgz`.
pub(crate) fn compressed_tar(extension: &str) -> Option<(Compression, &'static dyn Archive)> {
    let (_, compression) = COMPRESSED_TARS
        .iter()
        .find(|(short, _)| *short == extension)?;
    Some((*compression, &Tar))
}

/// An archive type.
pub(crate) trait Archive: Sync + Debug {
    /// Its file extensions, in lower case, without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// True if the first bytes of a file prove that it is this type of archive.
    fn recognises(&self, head: &FileHead<'_>) -> bool;

    /// Visits the files of the archive in order, until the visitor returns false.
    ///
    /// # Errors
    ///
    /// Fails if the archive cannot be read to its end. The members before the error have been visited.
    fn visit_members(
        &self,
        opened: OpenArchive<'_>,
        visit: &mut dyn FnMut(ArchiveMember<'_>) -> bool,
    ) -> Result<(), ReadError>;
}

/// An archive that has been opened.
pub(crate) struct OpenArchive<'a> {
    /// Its decompressed bytes, from the start.
    pub(crate) stream: &'a mut dyn Read,
    /// The input, for archive types that need a second, seekable handle.
    pub(crate) input: &'a Input,
}

/// A file in an archive.
pub(crate) struct ArchiveMember<'a> {
    /// Its position among all entries, counted from 1.
    pub(crate) number: u32,
    /// Its displayed name, which may contain anything, such as `../`.
    pub(crate) name: String,
    /// Its size in bytes, as the archive states it.
    pub(crate) size: u64,
    /// Its content, or why it cannot be read.
    pub(crate) body: Result<&'a mut dyn Read, ReadError>,
}
