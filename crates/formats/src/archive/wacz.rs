//! WACZ: web archives in a zip archive, with indexes and lists of pages beside them.

use super::{Archive, ArchiveMember, OpenArchive, Zip};
use crate::error::ReadError;
use crate::file_head::FileHead;

/// The folder of the web archives. The other members describe their content.
const ARCHIVE_FOLDER: &str = "archive/";

/// WACZ 1.1.
#[derive(Debug)]
pub(crate) struct Wacz;

impl Archive for Wacz {
    fn extensions(&self) -> &'static [&'static str] {
        &["wacz"]
    }

    /// A zip archive by its content. Only the name tells that it is more.
    fn recognises(&self, head: &FileHead<'_>) -> bool {
        Zip.recognises(head)
    }

    fn visit_members(
        &self,
        opened: OpenArchive<'_>,
        visit: &mut dyn FnMut(ArchiveMember<'_>) -> bool,
    ) -> Result<(), ReadError> {
        let mut is_empty = true;
        Zip.visit_members(opened, &mut |member| {
            if !member.name.starts_with(ARCHIVE_FOLDER) {
                return true;
            }
            is_empty = false;
            visit(member)
        })?;
        match is_empty {
            true => Err(ReadError::NoWebArchive),
            false => Ok(()),
        }
    }
}
