//! Tar archives, read as a stream.

use super::{Archive, ArchiveMember, OpenArchive};
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::input::display_bytes;
use std::io::{self, Read};
use tar::EntryType;

/// Tar in its v7, ustar, GNU and pax variants.
#[derive(Debug)]
pub(crate) struct Tar;

impl Archive for Tar {
    fn extensions(&self) -> &'static [&'static str] {
        &["tar"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        head.bytes.get(257..262) == Some(b"ustar")
    }

    fn visit_members(
        &self,
        opened: OpenArchive<'_>,
        visit: &mut dyn FnMut(ArchiveMember<'_>) -> bool,
    ) -> Result<(), ReadError> {
        // An archive without members has blocks that end it. A file without a byte was cut.
        let mut first = vec![];
        let begin = (&mut *opened.stream).take(1).read_to_end(&mut first);
        if begin.map_err(|error| read_error(&error))? == 0 {
            return Err(ReadError::Truncated("tar"));
        }
        let mut archive = tar::Archive::new(io::Cursor::new(first).chain(opened.stream));
        let entries = archive.entries().map_err(|error| read_error(&error))?;
        for (number, entry) in (1..).zip(entries) {
            let mut entry = entry.map_err(|error| read_error(&error))?;
            let kind = entry.header().entry_type();
            if !matches!(
                kind,
                EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse
            ) {
                continue;
            }
            let member = ArchiveMember {
                number,
                name: display_bytes(&entry.path_bytes()),
                size: entry.size(),
                body: Ok(&mut entry),
            };
            if !visit(member) {
                break;
            }
        }
        Ok(())
    }
}

fn read_error(error: &io::Error) -> ReadError {
    let text = error.to_string();
    let cut = ["failed to read entire block", "unexpected EOF"];
    if error.kind() == io::ErrorKind::UnexpectedEof || cut.iter().any(|part| text.contains(part)) {
        ReadError::Truncated("tar")
    } else {
        ReadError::Corrupt {
            name: "tar",
            detail: text,
        }
    }
}
