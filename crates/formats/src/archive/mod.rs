//! Archives: files of files, read member by member. Nothing is ever unpacked to disk, so that a member's
//! name is a name and no path.

mod tar;
#[cfg(test)]
mod tests;
mod zip;

pub(crate) use self::tar::Tar;
pub(crate) use self::zip::Zip;

use crate::compression::Compression;
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::input::Input;
use std::fmt::Debug;
use std::io::Read;

/// Names for a tar archive that is compressed.
const COMPRESSED_TARS: &[(&str, Compression)] = &[
    ("tgz", Compression::Gzip),
    ("tbz2", Compression::Bzip2),
    ("txz", Compression::Xz),
    ("tzst", Compression::Zstd),
];

/// What an extension that stands for two says: `tgz` for `tar.gz`.
pub(crate) fn compressed_tar(extension: &str) -> Option<(Compression, &'static dyn Archive)> {
    let (_, compression) = COMPRESSED_TARS
        .iter()
        .find(|(short, _)| *short == extension)?;
    Some((*compression, &Tar))
}

/// One kind of archive.
pub(crate) trait Archive: Sync + Debug {
    /// Extensions it goes by, lower case, without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// True where the first bytes of a file say for certain that it is such an archive.
    fn recognises(&self, head: &FileHead<'_>) -> bool;

    /// Visits the files in the archive, in its order, until the visitor says that it has enough (false).
    ///
    /// # Errors
    ///
    /// Where the archive cannot be read, or not to its end; what came before was visited.
    fn visit_members(
        &self,
        opened: OpenArchive<'_>,
        visit: &mut dyn FnMut(ArchiveMember<'_>) -> bool,
    ) -> Result<(), ReadError>;
}

/// An archive to read.
pub(crate) struct OpenArchive<'a> {
    /// Its decompressed bytes, from the beginning.
    pub(crate) stream: &'a mut dyn Read,
    /// Where they come from, to open them a second time.
    pub(crate) input: &'a Input,
}

/// A file in an archive.
pub(crate) struct ArchiveMember<'a> {
    /// Its location among all entries, from 1.
    pub(crate) number: u32,
    /// Its name, for people; may be anything.
    pub(crate) name: String,
    /// Bytes it has, as the archive says.
    pub(crate) size: u64,
    /// What reads it, or why it cannot be read.
    pub(crate) body: Result<&'a mut dyn Read, ReadError>,
}
