//! Zip archives, read by the directory at their end.

use super::{Archive, ArchiveMember, OpenArchive};
use crate::compression;
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::input::Input;
use crate::open::reopen_raw;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::iter;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::{ZipError, ZipResult};
use zip::unstable::stream::{ZipStreamFileMetadata, ZipStreamReader, ZipStreamVisitor};

/// What an entry of the directory begins with.
const DIRECTORY_MARK: &[u8] = b"PK\x01\x02";

/// Zip, with members stored or deflated.
#[derive(Debug)]
pub(crate) struct Zip;

impl Archive for Zip {
    fn extensions(&self) -> &'static [&'static str] {
        &["zip"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        // A first member, or the end of a directory without any.
        head.bytes.starts_with(b"PK\x03\x04") || head.bytes.starts_with(b"PK\x05\x06")
    }

    fn visit_members(
        &self,
        opened: OpenArchive<'_>,
        visit: &mut dyn FnMut(ArchiveMember<'_>) -> bool,
    ) -> Result<(), ReadError> {
        if opened.input.file_path().is_none() {
            // The directory stands at the end: all of standard input goes into its copy first.
            io::copy(opened.stream, &mut io::sink())?;
        }
        let file = reopen_raw(opened.input)?;
        let mut left = compression::max_decompressed_bytes(file.metadata()?.len());
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(read_error)?;
        for at in 0..archive.len() {
            if !visit_entry(&mut archive, at, member_number(at), &mut left, visit) {
                return Ok(());
            }
            let unread = archive.len() - at - 1;
            if left == 0 && unread > 0 {
                return Err(ReadError::AfterBomb { unread });
            }
        }
        for (at, name) in (archive.len()..).zip(duplicate_names(&archive, opened.input)?) {
            let member = ArchiveMember {
                number: member_number(at),
                name,
                size: 0,
                body: Err(ReadError::Shadowed),
            };
            if !visit(member) {
                break;
            }
        }
        Ok(())
    }
}

fn member_number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1)
}

/// The files that the archive has besides one of the same name: it gives out the last of them alone.
fn duplicate_names(
    archive: &ZipArchive<BufReader<File>>,
    input: &Input,
) -> Result<impl Iterator<Item = String> + use<>, ReadError> {
    let mut directory = BufReader::new(reopen_raw(input)?);
    directory.seek(SeekFrom::Start(archive.central_directory_start()))?;
    // The reader of streams takes one mark for the end of the files, and does not give it back.
    let stream = io::Cursor::new(DIRECTORY_MARK).chain(directory);
    let mut names = NameCounts::default();
    // It ends with an error, at what follows the directory.
    let _ = ZipStreamReader::new(stream).visit(&mut names);
    let more = |(name, times): (String, usize)| iter::repeat_n(name, times.saturating_sub(1));
    Ok(names.0.into_iter().flat_map(more))
}

/// How many files of a directory have each name.
#[derive(Default)]
struct NameCounts(BTreeMap<String, usize>);

impl ZipStreamVisitor for NameCounts {
    fn visit_file<R: Read>(&mut self, _: &mut ZipFile<'_, R>) -> ZipResult<()> {
        Ok(())
    }

    fn visit_additional_metadata(&mut self, file: &ZipStreamFileMetadata) -> ZipResult<()> {
        if file.is_file() {
            *self.0.entry(file.name().to_owned()).or_default() += 1;
        }
        Ok(())
    }
}

/// Visits one entry, where it is a file. `left` bytes may be decompressed in all: members may lie over one
/// another, so that no single one of them tells a bomb.
fn visit_entry(
    archive: &mut ZipArchive<BufReader<File>>,
    at: usize,
    number: u32,
    left: &mut u64,
    visit: &mut dyn FnMut(ArchiveMember<'_>) -> bool,
) -> bool {
    let name = archive.name_for_index(at).unwrap_or_default().to_owned();
    match archive.by_index(at) {
        Ok(entry) if !entry.is_file() => true,
        Ok(entry) => {
            let size = entry.size();
            let mut body = LimitedReader { inner: entry, left };
            visit(ArchiveMember {
                number,
                name,
                size,
                body: Ok(&mut body),
            })
        }
        Err(error) => visit(ArchiveMember {
            number,
            name,
            size: 0,
            body: Err(read_error(error)),
        }),
    }
}

/// Gives so many bytes, and then an error.
struct LimitedReader<'a, R> {
    inner: R,
    left: &'a mut u64,
}

impl<R: Read> Read for LimitedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(*self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if most == 0 && !buffer.is_empty() {
            return Err(compression::bomb());
        }
        let read = self
            .inner
            .read(buffer.get_mut(..most).unwrap_or_default())?;
        *self.left -= read as u64;
        Ok(read)
    }
}

fn read_error(error: ZipError) -> ReadError {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => error.into(),
        ZipError::UnsupportedArchive(what) => ReadError::Unsupported {
            name: "zip",
            what: what.to_owned(),
        },
        other => ReadError::Unreadable(other.to_string()),
    }
}
