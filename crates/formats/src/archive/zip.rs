//! Zip archives, read through the central directory at their end.

use super::{Archive, ArchiveMember, OpenArchive};
use crate::compression;
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::foreign::ForeignFile;
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

/// The signature of an entry in the central directory.
const DIRECTORY_MARK: &[u8] = b"PK\x01\x02";

/// Zip with stored or deflated members.
#[derive(Debug)]
pub(crate) struct Zip;

impl Archive for Zip {
    fn extensions(&self) -> &'static [&'static str] {
        &["zip"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        // The header of the first member, or the end record of an empty archive.
        head.bytes.starts_with(b"PK\x03\x04") || head.bytes.starts_with(b"PK\x05\x06")
    }

    fn visit_members(
        &self,
        opened: OpenArchive<'_>,
        visit: &mut dyn FnMut(ArchiveMember<'_>) -> bool,
    ) -> Result<(), ReadError> {
        if opened.input.file_path().is_none() {
            // The central directory is at the end, so standard input must be copied first.
            io::copy(opened.stream, &mut io::sink())?;
        }
        let file = reopen_raw(opened.input)?;
        let mut left = compression::max_decompressed_bytes(file.metadata()?.len());
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(read_error)?;
        if let Some(foreign) =
            ForeignFile::of_archive(|name| archive.index_for_name(name).is_some())
        {
            return Err(foreign.error());
        }
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

/// The names that occur more than once, one item for each member that the `zip` crate hides: it returns
/// only the last member of a name.
fn duplicate_names(
    archive: &ZipArchive<BufReader<File>>,
    input: &Input,
) -> Result<impl Iterator<Item = String> + use<>, ReadError> {
    let mut directory = BufReader::new(reopen_raw(input)?);
    directory.seek(SeekFrom::Start(archive.central_directory_start()))?;
    // The stream reader consumes the first signature to detect the end of the members, so it is supplied
    // twice.
    let stream = io::Cursor::new(DIRECTORY_MARK).chain(directory);
    let mut names = NameCounts::default();
    // The visit always ends with an error, at the record after the directory.
    let _ = ZipStreamReader::new(stream).visit(&mut names);
    let more = |(name, times): (String, usize)| iter::repeat_n(name, times.saturating_sub(1));
    Ok(names.0.into_iter().flat_map(more))
}

/// The number of files in the directory for each name.
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

/// Visits one entry if it is a file. `left` is the number of bytes that may still be decompressed from
/// the whole archive: members can overlap, so a bomb may consist of members that are each harmless.
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

/// Reads at most `left` bytes, then fails.
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
        // The end of the central directory.
        ZipError::InvalidArchive(what) if what.contains("EOCD") => {
            ReadError::Unreadable("its end is missing".to_owned())
        }
        other => ReadError::Unreadable(other.to_string()),
    }
}
