//! CSV and TSV with a header row, parsed by `csv`.

use super::columns::Columns;
use crate::decode::{decode, is_binary};
use crate::error::ReadError;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::line_counter::LineCounter;
use crate::record_fields::{FieldNames, Value};
use crate::{Item, Options};
use csv::{Reader, ReaderBuilder, StringRecord};
use std::io::Read;
use std::ops::Range;

/// Values separated by commas, tabs, semicolons or vertical bars. The header row determines which.
#[derive(Debug)]
pub(crate) struct Delimited;

/// The possible delimiters. The first wins a tie.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

impl Format for Delimited {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tab", "tsv"]
    }

    /// Any text may be a table, so only the name can tell.
    fn recognises(&self, _: &FileHead<'_>) -> bool {
        false
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn max_file_bytes(&self, options: &Options) -> u64 {
        options.max_document_bytes.max(super::FILE_BYTES)
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let skipped =
            |line: Option<u64>, error: &ReadError| Item::Skipped(context.fault(line, error));
        if bytes.is_empty() {
            return visit(skipped(None, &ReadError::NoBytes));
        }
        let decoded = decode(bytes);
        let head = decoded.text.as_bytes();
        if is_binary(head.get(..4096).unwrap_or(head)) {
            return visit(skipped(
                None,
                &ReadError::NotTable("binary data".to_owned()),
            ));
        }
        let delimiter = delimiter(&decoded.text);
        let mut rows = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(head);
        let header = match rows.headers() {
            Ok(header) => header.clone(),
            Err(error) => return visit(skipped(None, &ReadError::NotTable(error.to_string()))),
        };
        let names = FieldNames::new(&context.options.fields);
        let columns = match Columns::new(header.iter(), &names, context) {
            Ok(columns) => columns,
            Err(error) => return visit(skipped(Some(1), &error)),
        };
        if let Some(warning) = decoded.warning {
            visit(Item::Warning(context.fault(None, &warning)));
        }
        let (expected, mut is_empty) = (header.len() as u64, true);
        let (mut row, mut lines) = (StringRecord::new(), LineCounter::new(&decoded.text));
        loop {
            match rows.read_record(&mut row) {
                Ok(false) if is_empty => return visit(skipped(None, &ReadError::NoBytes)),
                Ok(false) => return,
                Ok(true) => is_empty = false,
                Err(error) => return visit(skipped(None, &ReadError::NotTable(error.to_string()))),
            }
            let range = range(&row, &rows, head);
            let is_open = range.end == head.len() && is_open(head, range.start, delimiter);
            let location = lines.location(range, context);
            if is_open {
                return visit(skipped(location.line, &ReadError::OpenQuote));
            }
            let found = row.len() as u64;
            if found != expected {
                visit(skipped(
                    location.line,
                    &ReadError::RowWidth { expected, found },
                ));
                continue;
            }
            let value = |_: usize, number: usize| match row.get(number) {
                Some(value) => Value::String(value.into()),
                None => Value::Absent,
            };
            columns.read(location, value, context, visit);
        }
    }
}

/// The byte range of a row. The reader's range includes the line ends before it.
fn range(row: &StringRecord, rows: &Reader<&[u8]>, table: &[u8]) -> Range<usize> {
    let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX);
    let begin = row.position().map_or(0, |position| at(position.byte()));
    let end = at(rows.position().byte());
    let ends = table.get(begin..end).unwrap_or_default().iter();
    let ends = ends
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    begin + ends..end
}

/// True if the last row, which begins at `begin`, has a quote that is never closed. The reader does not
/// report this, but it would merge any text after such a row into the row.
fn is_open(table: &[u8], begin: usize, delimiter: u8) -> bool {
    let row = table.get(begin..).unwrap_or_default();
    let rows = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(row.chain(&b"\nanother row"[..]));
    rows.into_byte_records().count() == 1
}

/// The delimiter that occurs most often in the header row, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [0usize; DELIMITERS.len()];
    let mut is_quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                let at = DELIMITERS.iter().position(|delimiter| *delimiter == byte);
                if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                    *count += 1;
                }
            }
        }
    }
    // The first delimiter wins a tie.
    let most = counts
        .iter()
        .zip(DELIMITERS)
        .rev()
        .max_by_key(|(count, _)| **count);
    most.map_or(b',', |(_, delimiter)| delimiter)
}
