//! Reads documents a second time, for excerpts and exported copies.

use crate::error::ReadError;
use crate::fault::Fault;
use crate::format::{FileKind, Format, Shape};
use crate::input::Input;
use crate::input_reader::{FileOrMember, InputReader};
use crate::line_cutter::Chunk;
use crate::open::reopen_raw;
use crate::options::Options;
use crate::stream::Stream;
use crate::{Document, Item, Location};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::{ControlFlow, Range};

/// A document that is read a second time.
pub struct RereadDocument<'a> {
    /// The whole document.
    pub document: &'a Document<'a>,
    /// The bytes of its record. Set only if the record is a line that means the same in any other file
    /// of its format, as in JSON Lines; such a line can be copied as it is.
    pub record: Option<&'a [u8]>,
}

/// A wanted document that could not be read a second time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its index in `wanted`.
    pub index: usize,
    /// The path and line of the document, and why it could not be read.
    pub fault: Fault,
}

/// Reads documents again by their locations and visits the index in `wanted` and the text of each.
///
/// Returns the documents that were not visited, by index; an empty list means that all were. A document
/// is missing if its file was removed or changed since the first reader.
///
/// `wanted` must be sorted by input. A location may occur several times. Standard input is read from its copy, which exists only if
/// [`Options::keep_stdin`] was set for the first reader.
///
/// # Examples
///
/// ```
/// use dedupe_formats::{Blocks, Item, Options, reread, walk};
///
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("a.jsonl"), "{\"text\":\"one\"}\n{\"text\":\"two\"}\n")?;
/// let options = Options::default();
/// let inputs = walk(&[folder.path().to_owned()], &options).inputs;
///
/// let mut locations = Vec::new();
/// for block in Blocks::new(&inputs, &options) {
///     block.read(&mut |item| {
///         if let Item::Document(document) = item {
///             locations.push(document.location);
///         }
///     });
/// }
///
/// let mut texts = Vec::new();
/// let unread = reread(&inputs, &options, &locations[1..], &mut |_, text| texts.push(text.to_owned()));
/// assert!(unread.is_empty());
/// assert_eq!(texts, ["two"]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "a document that cannot be read again is not visited, only returned"]
pub fn reread(
    inputs: &[Input],
    options: &Options,
    wanted: &[Location],
    visit: &mut dyn FnMut(usize, &str),
) -> Vec<Unread> {
    reread_documents(inputs, options, wanted, &mut |index, reread| {
        visit(index, &reread.document.text);
        ControlFlow::Continue(())
    })
}

/// Reads documents again as [`reread`] does, but visits each document with all its fields.
///
/// [`ControlFlow::Break`] ends the reading: no document is visited after it. The result then names the documents that were found
/// to be missing before.
#[must_use = "a document that cannot be read again is not visited, only returned"]
pub fn reread_documents(
    inputs: &[Input],
    options: &Options,
    wanted: &[Location],
    visit: &mut dyn FnMut(usize, &RereadDocument<'_>) -> ControlFlow<()>,
) -> Vec<Unread> {
    let (mut begin, mut unread) = (0, Vec::new());
    let mut has_ended = false;
    for group in wanted.chunk_by(|a, b| a.input == b.input) {
        let at = group.first().map_or(0, |location| location.input as usize);
        let missing = match inputs.get(at) {
            Some(input) => {
                let mut rereading = Rereading::new(at, input, options, group);
                rereading.read(&mut Visitor {
                    visit: &mut |index, document| visit(begin + index, document),
                    has_ended: &mut has_ended,
                });
                rereading.missing(has_ended)
            }
            None => all_missing(group, &ReadError::Changed.at(&format!("input {at}"), None)),
        };
        unread.extend(missing.into_iter().map(|(index, fault)| Unread {
            index: begin + index,
            fault,
        }));
        begin += group.len();
        if has_ended {
            break;
        }
    }
    unread
}

fn all_missing(locations: &[Location], fault: &Fault) -> Vec<(usize, Fault)> {
    let at_line = |location: &Location| Fault {
        line: location.line,
        ..fault.clone()
    };
    locations.iter().map(at_line).enumerate().collect()
}

/// Receives documents until it ends the reading.
struct Visitor<'v> {
    visit: &'v mut dyn FnMut(usize, &RereadDocument<'_>) -> ControlFlow<()>,
    has_ended: &'v mut bool,
}

/// The locations of the wanted documents of one input, in reading order.
#[derive(Debug)]
pub(crate) struct WantedLocations {
    /// Each location with its index in the caller's list.
    sorted: Vec<(Location, usize)>,
    /// The indices by line, of the documents that are in no archive.
    by_line: Vec<(Option<u64>, usize)>,
}

impl WantedLocations {
    fn new(locations: &[Location]) -> Self {
        let mut sorted: Vec<_> = (locations.iter().copied()).zip(0..).collect();
        sorted.sort_unstable();
        let in_no_archive = sorted.iter().filter(|(location, _)| location.member == 0);
        let mut by_line: Vec<_> = in_no_archive.map(|(at, index)| (at.line, *index)).collect();
        by_line.sort_unstable();
        Self { sorted, by_line }
    }

    /// True if a wanted document begins in this range of a member.
    pub(crate) fn any_in(&self, member: u32, offsets: Range<u64>) -> bool {
        let from = self.first_at((member, offsets.start));
        (self.sorted.get(from)).is_some_and(|(location, _)| {
            location.member == member && offsets.contains(&location.offset)
        })
    }

    /// True if a wanted document is in this member.
    #[cfg(feature = "archives")]
    pub(crate) fn any_in_member(&self, member: u32) -> bool {
        let from = self.first_at((member, 0));
        (self.sorted.get(from)).is_some_and(|(location, _)| location.member == member)
    }

    /// The last member that has a wanted document.
    #[cfg(feature = "archives")]
    pub(crate) fn last_member(&self) -> Option<u32> {
        self.sorted.last().map(|(location, _)| location.member)
    }

    /// The indices of the documents at this location.
    fn indices_at(&self, location: Location) -> impl Iterator<Item = usize> + '_ {
        let from = self.sorted.partition_point(|(own, _)| *own < location);
        let found = self.sorted.get(from..).unwrap_or_default().iter();
        found
            .take_while(move |(own, _)| *own == location)
            .map(|(_, index)| *index)
    }

    /// The indices of the documents of this line that are in no archive.
    fn indices_at_line(&self, line: Option<u64>) -> impl Iterator<Item = usize> + '_ {
        let from = self.by_line.partition_point(|(own, _)| *own < line);
        let found = self.by_line.get(from..).unwrap_or_default().iter();
        found
            .take_while(move |(own, _)| *own == line)
            .map(|(_, index)| *index)
    }

    fn first_at(&self, position: (u32, u64)) -> usize {
        self.sorted
            .partition_point(|(own, _)| (own.member, own.offset) < position)
    }
}

/// The second reading of one input.
struct Rereading<'a> {
    input_index: usize,
    input: &'a Input,
    options: &'a Options,
    wanted: WantedLocations,
    /// For each wanted document, by the caller's index, whether it was visited.
    visited: Vec<bool>,
    /// For documents that were not visited, why; unset if nothing is known.
    reasons: Vec<Option<Fault>>,
    /// The last fault that concerns more than one line.
    last_fault: Option<Fault>,
}

impl<'a> Rereading<'a> {
    fn new(
        input_index: usize,
        input: &'a Input,
        options: &'a Options,
        locations: &[Location],
    ) -> Self {
        Self {
            input_index,
            input,
            options,
            wanted: WantedLocations::new(locations),
            visited: vec![false; locations.len()],
            reasons: vec![None; locations.len()],
            last_fault: None,
        }
    }

    /// The documents that were not visited, by index. `has_ended`: only those that were looked for before the visitor ended the
    /// reading.
    fn missing(self, has_ended: bool) -> Vec<(usize, Fault)> {
        let mut missing = Vec::new();
        for (location, index) in self.wanted.sorted {
            let known = self.reasons.get(index).cloned().flatten();
            if has_ended && known.is_none() {
                continue;
            }
            if self.visited.get(index) == Some(&false) {
                let known = known.or_else(|| self.last_fault.clone());
                let changed = || ReadError::Changed.at(self.input.path(), None);
                let fault = Fault {
                    line: location.line,
                    ..known.unwrap_or_else(changed)
                };
                missing.push((index, fault));
            }
        }
        missing.sort_unstable_by_key(|(index, _)| *index);
        missing
    }

    fn read(&mut self, visitor: &mut Visitor<'_>) {
        if self.input.in_memory_records().is_some() {
            return self.read_memory(visitor);
        }
        let stream = match Stream::reopen(self.input) {
            Ok(stream) => stream,
            Err(error) => {
                self.last_fault = Some(error.at(self.input.path(), None));
                return;
            }
        };
        match self.input.kind(stream.head(), self.options) {
            FileKind::Documents(format) if format.shape() == Shape::Lines => {
                self.read_lines(format, stream, visitor);
            }
            _ => self.read_whole(stream, visitor),
        }
    }

    fn read_memory(&mut self, visitor: &mut Visitor<'_>) {
        let reader = self.reader();
        let Self {
            wanted,
            visited,
            reasons,
            ..
        } = self;
        let positions = (wanted.sorted)
            .chunk_by(|(a, _), (b, _)| a.offset == b.offset)
            .filter_map(<[_]>::first)
            .filter_map(|(location, _)| usize::try_from(location.offset).ok());
        for position in positions {
            let record = position..position.saturating_add(1);
            reader.read_records([record].into_iter(), &mut |item| match item {
                Item::Document(document) => {
                    for index in wanted.indices_at(document.location) {
                        visit_once(visited, index, &document, None, visitor);
                    }
                }
                Item::Skipped(fault) => {
                    for index in wanted.indices_at_line(fault.line) {
                        if let Some(reason) = reasons.get_mut(index) {
                            *reason = Some(fault.clone());
                        }
                    }
                }
                Item::Warning(_) | Item::Ignored => {}
            });
            if *visitor.has_ended {
                return;
            }
        }
    }

    fn reader(&self) -> InputReader<'a> {
        InputReader {
            input_index: self.input_index,
            input: self.input,
            options: self.options,
            wanted: None,
        }
    }

    /// Reads the whole stream and visits the wanted documents.
    fn read_whole(&mut self, stream: Stream, visitor: &mut Visitor<'_>) {
        let reader = self.reader();
        let Self {
            wanted,
            visited,
            reasons,
            last_fault,
            ..
        } = self;
        let reader = InputReader {
            wanted: Some(wanted),
            ..reader
        };
        reader.read_stream(stream, &mut |item| match item {
            Item::Document(document) => {
                for index in wanted.indices_at(document.location) {
                    visit_once(visited, index, &document, None, visitor);
                }
            }
            Item::Skipped(fault) if fault.line.is_none() => *last_fault = Some(fault),
            Item::Skipped(fault) => {
                for index in wanted.indices_at_line(fault.line) {
                    if let Some(reason) = reasons.get_mut(index) {
                        *reason = Some(fault.clone());
                    }
                }
            }
            Item::Warning(_) | Item::Ignored => {}
        });
    }

    /// Goes through the file from one wanted record to the next.
    fn read_lines(&mut self, format: &dyn Format, stream: Stream, visitor: &mut Visitor<'_>) {
        let path = self.input.path();
        let mut records = match RecordReader::new(self.input, stream) {
            Ok(records) => records,
            Err(error) => {
                self.last_fault = Some(error.at(path, None));
                return;
            }
        };
        let reader = self.reader();
        let limit = self.options.max_document_bytes;
        for same in self.wanted.sorted.chunk_by(|(a, _), (b, _)| a == b) {
            let Some((location, _)) = same.first() else {
                continue;
            };
            let mut chunk = Chunk {
                line: location.line.unwrap_or(1),
                offset: location.offset,
                ..Chunk::default()
            };
            let read = if location.length > limit {
                Err(ReadError::TooLarge { limit })
            } else {
                records.read(*location, &mut chunk.bytes)
            };
            let mut reason = read.err().map(|error| error.at(path, location.line));
            if reason.is_none() {
                let record = format.lines_are_independent().then_some(&chunk.bytes[..]);
                reader.read_chunk(
                    format,
                    &chunk,
                    &FileOrMember::FILE,
                    &mut |item| match item {
                        Item::Document(document) => {
                            for (_, index) in same {
                                visit_once(&mut self.visited, *index, &document, record, visitor);
                            }
                        }
                        Item::Skipped(fault) => reason = Some(fault),
                        Item::Warning(_) | Item::Ignored => {}
                    },
                );
            }
            for (_, index) in same {
                if let Some(slot) = self.reasons.get_mut(*index) {
                    slot.clone_from(&reason);
                }
            }
            if *visitor.has_ended {
                return;
            }
        }
    }
}

/// Visits a document unless one was visited for this index already, or the reading has ended.
fn visit_once(
    visited: &mut [bool],
    index: usize,
    document: &Document<'_>,
    record: Option<&[u8]>,
    visitor: &mut Visitor<'_>,
) {
    if let Some(visited) = visited.get_mut(index)
        && !*visitor.has_ended
        && !std::mem::replace(visited, true)
    {
        let visit = (visitor.visit)(index, &RereadDocument { document, record });
        *visitor.has_ended = visit.is_break();
    }
}

/// Reads records of a file by their locations, in ascending order of offsets.
enum RecordReader {
    /// Seeks to each record.
    File(File),
    /// Skips the bytes before each record: a compressed stream cannot seek.
    Stream { stream: Stream, position: u64 },
}

impl RecordReader {
    fn new(input: &Input, stream: Stream) -> Result<Self, ReadError> {
        if stream.is_compressed() {
            let position = 0;
            Ok(Self::Stream { stream, position })
        } else {
            Ok(Self::File(reopen_raw(input)?))
        }
    }

    /// Appends the bytes of a record.
    fn read(&mut self, location: Location, bytes: &mut Vec<u8>) -> Result<(), ReadError> {
        match self {
            Self::File(file) => {
                file.seek(SeekFrom::Start(location.offset))?;
                file.take(location.length).read_to_end(bytes)?;
            }
            Self::Stream { stream, position } => {
                let ahead = location.offset.checked_sub(*position);
                if !ahead.is_some_and(|ahead| stream.skip(ahead)) {
                    return Err(ReadError::Changed);
                }
                let filled = stream.fill(bytes, location.length);
                *position = location.offset.saturating_add(bytes.len() as u64);
                filled?;
            }
        }
        if bytes.len() as u64 == location.length {
            Ok(())
        } else {
            Err(ReadError::Changed)
        }
    }
}
