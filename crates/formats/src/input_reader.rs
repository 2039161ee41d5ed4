//! Reads the documents of one input: detects the content and goes through archives member by member.

#[cfg(feature = "archives")]
use crate::archive::{Archive, ArchiveMember, OpenArchive};
use crate::cutter::Cutter;
use crate::error::ReadError;
use crate::fault::{Fault, FaultCode};
use crate::format::{Context, FileKind, Format};
use crate::input::Input;
use crate::line_cutter::Chunk;
use crate::options::Options;
use crate::reread::WantedLocations;
use crate::stream::Stream;
use crate::{Item, decode};
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

/// The size of a chunk of records: enough work for a thread, and small enough to keep many in memory.
pub(crate) const CHUNK_BYTES: u64 = 1 << 20;

/// Reads the documents of a byte buffer as if it came from standard input.
///
/// # Errors
///
/// Returns a fault if nothing could be read, for example because a compressed stream is damaged.
///
/// # Examples
///
/// ```
/// use dedupe_formats::{Item, Options, read_bytes};
///
/// let bytes = b"{\"id\": \"1\", \"text\": \"A story.\"}\n".to_vec();
/// let mut ids = Vec::new();
/// read_bytes(bytes, &Options::default(), &mut |item| {
///     if let Item::Document(document) = item {
///         ids.extend(document.id.map(|id| id.into_owned()));
///     }
/// })?;
/// assert_eq!(ids, ["1"]);
/// # Ok::<(), dedupe_formats::Fault>(())
/// ```
pub fn read_bytes(
    bytes: Vec<u8>,
    options: &Options,
    visit: &mut dyn FnMut(Item<'_>),
) -> Result<(), Fault> {
    let input = &Input::stdin();
    let stream = Stream::of_stdin(std::io::Cursor::new(bytes), input, options);
    let reader = InputReader {
        input_index: 0,
        input,
        options,
        wanted: None,
    };
    reader.read_stream(stream.map_err(|error| error.at(input.path(), None))?, visit);
    Ok(())
}

/// Reads one input.
#[derive(Clone, Copy)]
pub(crate) struct InputReader<'a> {
    pub(crate) input_index: usize,
    pub(crate) input: &'a Input,
    pub(crate) options: &'a Options,
    /// The documents to read, or `None` for all. More documents than these may be visited.
    pub(crate) wanted: Option<&'a WantedLocations>,
}

/// A file or an archive member.
#[derive(Clone)]
pub(crate) struct FileOrMember {
    /// 0 for the file, else the number of the member, counted from 1.
    number: u32,
    /// The displayed path of the member, or `None` for the file.
    path: Option<Arc<str>>,
}

impl FileOrMember {
    pub(crate) const FILE: Self = Self {
        number: 0,
        path: None,
    };
}

impl InputReader<'_> {
    /// Visits ranges of the records of an input in memory.
    pub(crate) fn read_records(
        &self,
        ranges: impl Iterator<Item = Range<usize>>,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        if let Some(records) = self.input.in_memory_records() {
            records.read(ranges, &self.context(), visit);
        }
    }

    /// The context of the start of the input.
    fn context(&self) -> Context<'_> {
        Context {
            input: u32::try_from(self.input_index).unwrap_or(u32::MAX),
            member: 0,
            path: self.input.path(),
            line: 1,
            offset: 0,
            options: self.options,
        }
    }

    /// Visits the items of a stream, in order.
    pub(crate) fn read_stream<R: Read>(&self, stream: Stream<R>, visit: &mut dyn FnMut(Item<'_>)) {
        match self.input.kind(stream.head(), self.options) {
            FileKind::Documents(format) => {
                self.read_documents(format, stream, &FileOrMember::FILE, visit)
            }
            #[cfg(feature = "archives")]
            FileKind::Archive(archive) => self.read_archive(archive, stream, visit),
            FileKind::Foreign(file) => {
                visit(Item::Skipped(file.error().at(self.input.path(), None)));
            }
        }
    }

    /// Visits the items of a stream that is not an archive.
    fn read_documents<R: Read>(
        &self,
        format: &dyn Format,
        stream: Stream<R>,
        part: &FileOrMember,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        let limit = self.options.max_document_bytes;
        match Cutter::new(format.shape(), stream, CHUNK_BYTES, limit) {
            Err(whole) => {
                let chunk = whole_chunk(whole, format.max_file_bytes(self.options));
                self.read_chunk(format, &chunk, part, visit);
            }
            Ok(mut cutter) => {
                let mut buffer = Vec::new();
                while let Some(chunk) = cutter.next_chunk(buffer) {
                    if self.wants_chunk(part, &chunk) {
                        self.read_chunk(format, &chunk, part, visit);
                    }
                    buffer = chunk.bytes;
                }
            }
        }
    }

    /// Visits the documents of a chunk, then the errors after it.
    pub(crate) fn read_chunk(
        &self,
        format: &dyn Format,
        chunk: &Chunk,
        part: &FileOrMember,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        let context = Context {
            member: part.number,
            path: part.path.as_deref().unwrap_or(self.input.path()),
            line: chunk.line,
            offset: chunk.offset,
            ..self.context()
        };
        // If a stream breaks before its first byte, the error alone is reported.
        if !chunk.bytes.is_empty() || chunk.errors.is_empty() {
            let ends_early = chunk.errors.iter().any(|(_, error)| ends_stream(error));
            format.read(
                &chunk.bytes,
                &context,
                &mut |item| match (item, &part.path) {
                    // That the content ends early follows from the error of the stream.
                    (Item::Skipped(fault), _)
                        if ends_early && fault.code == FaultCode::Truncated => {}
                    (item, None) => visit(item),
                    (item, Some(path)) => visit(item.of_member(path)),
                },
            );
        }
        for (line, error) in &chunk.errors {
            visit(Item::Skipped(context.fault(*line, error)));
        }
    }

    fn wants_chunk(&self, part: &FileOrMember, chunk: &Chunk) -> bool {
        let end = chunk.offset.saturating_add(chunk.bytes.len() as u64);
        (self.wanted).is_none_or(|wanted| wanted.any_in(part.number, chunk.offset..end))
    }
}

/// True if nothing of a stream can be read after this error.
fn ends_stream(error: &ReadError) -> bool {
    matches!(
        error.code(),
        FaultCode::Truncated | FaultCode::Corrupt | FaultCode::Bomb | FaultCode::Io
    )
}

#[cfg(feature = "archives")]
impl InputReader<'_> {
    /// Visits the items of all members of an archive.
    fn read_archive<R: Read>(
        &self,
        archive: &dyn Archive,
        mut stream: Stream<R>,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        let last = self.wanted.map(WantedLocations::last_member);
        let opened = OpenArchive {
            stream: &mut stream,
            input: self.input,
        };
        let ended = archive.visit_members(opened, &mut |member| {
            let number = member.number;
            if (self.wanted).is_none_or(|wanted| wanted.any_in_member(number)) {
                self.read_member(member, visit);
            }
            last.is_none_or(|last| last > Some(number))
        });
        if let Err(error) = ended {
            let error = stream.failure().unwrap_or(error);
            visit(Item::Skipped(error.at(self.input.path(), None)));
        }
    }

    /// Visits the items of one member.
    fn read_member(&self, member: ArchiveMember<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let hidden = |name: &str| name.starts_with('.') && name != "." && name != "..";
        if !self.options.hidden && member.name.split('/').any(hidden) {
            return;
        }
        if !self.options.filter.accepts(member.name.as_ref()) {
            return;
        }
        let part = FileOrMember {
            number: member.number,
            path: Some(format!("{}!{}", self.input.path(), member.name).into()),
        };
        let named = crate::format::by_name(member.name.as_ref());
        let body = member
            .body
            .and_then(|body| Stream::new(body, named.promised_compression, Some(member.size)));
        let skipped = |error: ReadError| {
            Item::Skipped(error.at(part.path.as_deref().unwrap_or_default(), None))
        };
        let stream = match body {
            Ok(stream) => stream,
            Err(error) if named.kind.is_some() => return visit(skipped(error)),
            Err(_) => return visit(Item::Ignored),
        };
        let chosen = self
            .options
            .format
            .map(|chosen| FileKind::Documents(chosen.0));
        let by_content = crate::format::by_content(stream.head());
        match (chosen.or(by_content).or(named.kind), named.kind) {
            (_, Some(FileKind::Archive(_))) => visit(skipped(ReadError::NestedArchive)),
            (Some(FileKind::Documents(format)), _) => {
                self.read_documents(format, stream, &part, visit)
            }
            (Some(FileKind::Foreign(file)), Some(_)) => visit(skipped(file.error())),
            // Only its content marks it as an archive, or as a picture or an office document.
            (Some(FileKind::Archive(_) | FileKind::Foreign(_)) | None, _) => visit(Item::Ignored),
        }
    }
}

/// A whole stream as one chunk.
fn whole_chunk<R: Read>(stream: Stream<R>, limit: u64) -> Chunk {
    match read_whole(stream, limit) {
        Err(error) => Chunk::of_error(error),
        Ok((bytes, error)) => Chunk {
            bytes,
            line: 1,
            offset: 0,
            errors: error.map(|error| (None, error)).into_iter().collect(),
        },
    }
}

/// All bytes of a stream. If the stream breaks, the bytes before the break and the error.
///
/// # Errors
///
/// Fails if the stream has more than `limit` bytes or is a decompression bomb.
fn read_whole<R: Read>(
    mut stream: Stream<R>,
    limit: u64,
) -> Result<(Vec<u8>, Option<ReadError>), ReadError> {
    let size = stream.remaining().unwrap_or(0);
    if size > limit {
        return Err(ReadError::TooLarge { limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let filled = stream.fill(&mut bytes, limit.saturating_add(1));
    match filled {
        _ if bytes.len() as u64 > limit => Err(ReadError::TooLarge { limit }),
        Ok(_) => Ok((bytes, None)),
        Err(bomb @ ReadError::Bomb { .. }) => Err(bomb),
        Err(error) => {
            decode::drop_incomplete_utf8(&mut bytes);
            Ok((bytes, Some(error)))
        }
    }
}
