//! Tar archives, read in one go from the first byte to the last.

use super::{Archive, Member, Opened};
use crate::source::head::Head;
use crate::source::input::shown_bytes;
use crate::source::trouble::Trouble;
use std::io;
use tar::EntryType;

/// Tar: the old form, ustar, GNU and pax.
#[derive(Debug)]
pub(crate) struct Tar;

impl Archive for Tar {
    fn extensions(&self) -> &'static [&'static str] {
        &["tar"]
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.bytes.get(257..262) == Some(b"ustar")
    }

    fn members(
        &self,
        opened: Opened<'_>,
        visit: &mut dyn FnMut(Member<'_>) -> bool,
    ) -> Result<(), Trouble> {
        let mut archive = tar::Archive::new(opened.stream);
        let entries = archive.entries().map_err(|error| trouble(&error))?;
        for (number, entry) in (1..).zip(entries) {
            let mut entry = entry.map_err(|error| trouble(&error))?;
            let kind = entry.header().entry_type();
            if !matches!(
                kind,
                EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse
            ) {
                continue;
            }
            let member = Member {
                number,
                name: shown_bytes(&entry.path_bytes()),
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

fn trouble(error: &io::Error) -> Trouble {
    let text = error.to_string();
    let cut = ["failed to read entire block", "unexpected EOF"];
    if error.kind() == io::ErrorKind::UnexpectedEof || cut.iter().any(|part| text.contains(part)) {
        Trouble::Truncated("tar")
    } else {
        Trouble::Corrupt {
            name: "tar",
            detail: text,
        }
    }
}
