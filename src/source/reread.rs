//! The second reading: documents again, for excerpts and copies.

use super::blocks::{context, read_whole};
use super::format::Shape;
use super::input::Input;
use super::options::Options;
use super::stream::{Stream, reopen_raw};
use super::{Document, Item, Place};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// A document that is read again.
pub struct Again<'a> {
    /// All of it.
    pub document: &'a Document<'a>,
    /// Its bytes, where it is a line that stands for itself in any file of its format.
    pub line: Option<&'a [u8]>,
}

/// Visits the texts of documents that were read before: the index in `wanted`, and the text.
///
/// `wanted` is sorted by input, then offset. What cannot be read any more is not visited, and nothing
/// is said of it: the first reading had it. Standard input is read from the copy that
/// [`Options::keep_stdin`] asks for.
pub fn reread(
    inputs: &[Input],
    options: &Options,
    wanted: &[Place],
    visit: &mut dyn FnMut(usize, &str),
) {
    reread_documents(inputs, options, wanted, &mut |at, again| {
        visit(at, &again.document.text);
    });
}

/// As [`reread`], with all of each document.
pub fn reread_documents(
    inputs: &[Input],
    options: &Options,
    wanted: &[Place],
    visit: &mut dyn FnMut(usize, &Again<'_>),
) {
    let mut begin = 0;
    for group in wanted.chunk_by(|a, b| a.input == b.input) {
        let at = group.first().map_or(0, |place| place.input as usize);
        if let Some(input) = inputs.get(at) {
            let reading = Reading {
                at,
                input,
                options,
                wanted: group,
            };
            reading.visit(&mut |index, again| visit(begin + index, again));
        }
        begin += group.len();
    }
}

/// The wanted documents of one input.
struct Reading<'a> {
    at: usize,
    input: &'a Input,
    options: &'a Options,
    wanted: &'a [Place],
}

impl Reading<'_> {
    fn visit(&self, visit: &mut dyn FnMut(usize, &Again<'_>)) {
        let Ok(stream) = Stream::reopen(self.input) else {
            return;
        };
        match self.input.format.shape() {
            Shape::Lines => self.lines(stream, visit),
            Shape::Whole => self.whole(stream, visit),
        }
    }

    /// Goes through the file from record to record.
    fn lines(&self, stream: Stream, visit: &mut dyn FnMut(usize, &Again<'_>)) {
        let mut source = if stream.is_packed() {
            Source::Stream {
                stream,
                position: 0,
            }
        } else {
            match reopen_raw(self.input) {
                Ok(file) => Source::File(file),
                Err(_) => return,
            }
        };
        let mut bytes = Vec::new();
        for (index, place) in self.wanted.iter().enumerate() {
            if place.length > self.options.max_document_bytes {
                continue;
            }
            bytes.clear();
            if source.get(*place, &mut bytes) {
                self.documents(&bytes, *place, &mut |_, again| visit(index, again));
            }
        }
    }

    fn whole(&self, stream: Stream, visit: &mut dyn FnMut(usize, &Again<'_>)) {
        let Ok((bytes, _)) = read_whole(stream, self.options.max_document_bytes) else {
            return;
        };
        self.documents(&bytes, Place::default(), &mut |found, again| {
            if let Some(index) = self.wanted.iter().position(|place| *place == found) {
                visit(index, again);
            }
        });
    }

    /// Reads bytes that stand at a place, and visits the documents among them.
    fn documents(&self, bytes: &[u8], at: Place, visit: &mut dyn FnMut(Place, &Again<'_>)) {
        let line = at.line.unwrap_or(1);
        let context = context(self.at, self.input, self.options, line, at.offset);
        let format = self.input.format;
        format.read(bytes, &context, &mut |item| {
            if let Item::Document(document) = item {
                let line = format.lines_stand_alone().then_some(bytes);
                let document = &document;
                visit(document.place, &Again { document, line });
            }
        });
    }
}

/// Where records are read from again.
enum Source {
    /// Goes straight to a record.
    File(File),
    /// Reads on to a record.
    Stream { stream: Stream, position: u64 },
}

impl Source {
    /// Appends the bytes of a record; false where they cannot be had.
    fn get(&mut self, place: Place, bytes: &mut Vec<u8>) -> bool {
        match self {
            Self::File(file) => {
                let _ = file.seek(SeekFrom::Start(place.offset)).is_ok()
                    && file.take(place.length).read_to_end(bytes).is_ok();
            }
            Self::Stream { stream, position } => {
                let Some(ahead) = place.offset.checked_sub(*position) else {
                    return false;
                };
                let _ = stream.skip(ahead) && stream.fill(bytes, place.length).is_ok();
                *position = place.offset.saturating_add(bytes.len() as u64);
            }
        }
        bytes.len() as u64 == place.length
    }
}
