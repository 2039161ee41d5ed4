//! Zip archives, read by the directory at their end.

use super::{Archive, Member, Opened};
use crate::source::head::Head;
use crate::source::open::reopen_raw;
use crate::source::packing;
use crate::source::trouble::Trouble;
use std::fs::File;
use std::io::{self, BufReader, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// Zip, with members stored or deflated.
#[derive(Debug)]
pub(crate) struct Zip;

impl Archive for Zip {
    fn extensions(&self) -> &'static [&'static str] {
        &["zip"]
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        // A first member, or the end of a directory without any.
        head.bytes.starts_with(b"PK\x03\x04") || head.bytes.starts_with(b"PK\x05\x06")
    }

    fn members(
        &self,
        opened: Opened<'_>,
        visit: &mut dyn FnMut(Member<'_>) -> bool,
    ) -> Result<(), Trouble> {
        if opened.input.file_path().is_none() {
            // The directory stands at the end: all of standard input goes into its copy first.
            io::copy(opened.stream, &mut io::sink())?;
        }
        let file = reopen_raw(opened.input)?;
        let mut left = packing::most_bytes(file.metadata()?.len());
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(trouble)?;
        for at in 0..archive.len() {
            let number = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
            if !one(&mut archive, at, number, &mut left, visit) {
                break;
            }
            if left == 0 {
                return Err(packing::bomb());
            }
        }
        Ok(())
    }
}

/// Visits one entry, where it is a file. `left` bytes may be decompressed in all: members may lie over one
/// another, so that no single one of them tells a bomb.
fn one(
    archive: &mut ZipArchive<BufReader<File>>,
    at: usize,
    number: u32,
    left: &mut u64,
    visit: &mut dyn FnMut(Member<'_>) -> bool,
) -> bool {
    let name = archive.name_for_index(at).unwrap_or_default().to_owned();
    match archive.by_index(at) {
        Ok(entry) if !entry.is_file() => true,
        Ok(entry) => {
            let size = entry.size();
            let mut body = Rationed { from: entry, left };
            visit(Member {
                number,
                name,
                size,
                body: Ok(&mut body),
            })
        }
        Err(error) => visit(Member {
            number,
            name,
            size: 0,
            body: Err(trouble(error)),
        }),
    }
}

/// Gives so many bytes, and then an error.
struct Rationed<'a, R> {
    from: R,
    left: &'a mut u64,
}

impl<R: Read> Read for Rationed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(*self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if most == 0 && !buffer.is_empty() {
            return Err(io::Error::other(packing::bomb().to_string()));
        }
        let read = self.from.read(buffer.get_mut(..most).unwrap_or_default())?;
        *self.left -= read as u64;
        Ok(read)
    }
}

fn trouble(error: ZipError) -> Trouble {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => error.into(),
        ZipError::UnsupportedArchive(what) => Trouble::Unsupported {
            name: "zip",
            what: what.to_owned(),
        },
        other => Trouble::Corrupt {
            name: "zip",
            detail: other.to_string(),
        },
    }
}
