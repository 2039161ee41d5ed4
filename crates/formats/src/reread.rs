//! The second reading: documents again, for excerpts and copies.

use crate::format::{Format, Kind, Shape};
use crate::input::Input;
use crate::lines::Run;
use crate::open::reopen_raw;
use crate::options::Options;
use crate::reading::{Part, Reading};
use crate::stream::Stream;
use crate::{Document, Item, Location};
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
    wanted: &[Location],
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
    wanted: &[Location],
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
                only: Some(group),
            };
            let wanted = Wanted {
                reading,
                places: group,
            };
            wanted.visit(&mut |index, again| visit(begin + index, again));
        }
        begin += group.len();
    }
}

/// The wanted documents of one input.
struct Wanted<'a> {
    reading: Reading<'a>,
    places: &'a [Location],
}

impl Wanted<'_> {
    fn visit(&self, visit: &mut dyn FnMut(usize, &Again<'_>)) {
        let Reading { input, options, .. } = self.reading;
        let Ok(stream) = Stream::reopen(input) else {
            return;
        };
        match input.kind(stream.head(), options) {
            Kind::Documents(format) if format.shape() == Shape::Lines => {
                self.lines(format, stream, visit);
            }
            _ => self.reading.stream(stream, &mut |item| {
                if let Item::Document(document) = item {
                    let found = |place: &Location| *place == document.place;
                    if let Some(index) = self.places.iter().position(found) {
                        let document = &document;
                        visit(
                            index,
                            &Again {
                                document,
                                line: None,
                            },
                        );
                    }
                }
            }),
        }
    }

    /// Goes through the file from record to record.
    fn lines(&self, format: &dyn Format, stream: Stream, visit: &mut dyn FnMut(usize, &Again<'_>)) {
        let Reading { input, options, .. } = self.reading;
        let mut source = if stream.is_packed() {
            Source::Stream {
                stream,
                position: 0,
            }
        } else {
            match reopen_raw(input) {
                Ok(file) => Source::File(file),
                Err(_) => return,
            }
        };
        for (index, place) in self.places.iter().enumerate() {
            if place.length > options.max_document_bytes {
                continue;
            }
            let mut run = Run {
                line: place.line.unwrap_or(1),
                offset: place.offset,
                ..Run::default()
            };
            if source.get(*place, &mut run.bytes) {
                let line = format.lines_stand_alone().then_some(&run.bytes[..]);
                self.reading.run(format, &run, &Part::FILE, &mut |item| {
                    if let Item::Document(document) = item {
                        let document = &document;
                        visit(index, &Again { document, line });
                    }
                });
            }
        }
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
    fn get(&mut self, place: Location, bytes: &mut Vec<u8>) -> bool {
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
