//! Archives: files of files, read member by member. Nothing is ever unpacked to disk, so that a member's
//! name is a name and no path.

mod tar;
#[cfg(test)]
mod tests;
mod zip;

pub(crate) use self::tar::Tar;
pub(crate) use self::zip::Zip;

use crate::error::ReadError;
use crate::head::Head;
use crate::input::Input;
use crate::packing::Packing;
use std::fmt::Debug;
use std::io::Read;

/// Names for a tar archive that is compressed.
const PACKED: &[(&str, Packing)] = &[
    ("tgz", Packing::Gzip),
    ("tbz2", Packing::Bzip2),
    ("txz", Packing::Xz),
    ("tzst", Packing::Zstd),
];

/// What an extension that stands for two says: `tgz` for `tar.gz`.
pub(crate) fn packed(extension: &str) -> Option<(Packing, &'static dyn Archive)> {
    let (_, packing) = PACKED.iter().find(|(short, _)| *short == extension)?;
    Some((*packing, &Tar))
}

/// One kind of archive.
pub(crate) trait Archive: Sync + Debug {
    /// Extensions it goes by, lower case, without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// True where the first bytes of a file say for certain that it is such an archive.
    fn recognises(&self, head: &Head<'_>) -> bool;

    /// Visits the files in the archive, in its order, until the visitor says that it has enough (false).
    ///
    /// # Errors
    ///
    /// Where the archive cannot be read, or not to its end; what came before was visited.
    fn members(
        &self,
        opened: Opened<'_>,
        visit: &mut dyn FnMut(Member<'_>) -> bool,
    ) -> Result<(), ReadError>;
}

/// An archive to read.
pub(crate) struct Opened<'a> {
    /// Its decompressed bytes, from the beginning.
    pub(crate) stream: &'a mut dyn Read,
    /// Where they come from, to open them a second time.
    pub(crate) input: &'a Input,
}

/// A file in an archive.
pub(crate) struct Member<'a> {
    /// Its location among all entries, from 1.
    pub(crate) number: u32,
    /// Its name, for people; may be anything.
    pub(crate) name: String,
    /// Bytes it has, as the archive says.
    pub(crate) size: u64,
    /// What reads it, or why it cannot be read.
    pub(crate) body: Result<&'a mut dyn Read, ReadError>,
}
