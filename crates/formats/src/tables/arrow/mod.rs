//! Arrow IPC: files and streams, as data frames and Hugging Face `datasets` write them.

mod cell;
mod in_memory;
mod leaves;
mod messages;
mod whole_row;

pub(crate) use in_memory::ArrowTable;

use super::columns::Columns;
use super::record_names::expect_distinct;
use crate::error::ReadError;
use crate::field_names::FieldNames;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::panic_guard::catch_panic;
use crate::record_fields::Value;
use crate::{Item, Options};
use arrow_schema::ArrowError;
use leaves::{Leaf, leaves_of, value};
use messages::Messages;

/// Arrow IPC. The row number takes the place of the line number.
#[derive(Debug)]
pub(crate) struct Arrow;

/// The first bytes of an Arrow file. A stream follows.
const MAGIC: &[u8] = b"ARROW1\0\0";

/// The first bytes of a stream: the mark of a message.
const MESSAGE_MARK: &[u8] = &[0xFF; 4];

impl Format for Arrow {
    fn name(&self) -> &'static str {
        "arrow"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["arrow", "feather", "ipc", "arrows"]
    }

    /// True for files, and for streams whose first message is small, as a schema is.
    fn recognises(&self, head: &FileHead<'_>) -> bool {
        let length = head
            .bytes
            .strip_prefix(MESSAGE_MARK)
            .and_then(<[u8]>::first_chunk);
        head.bytes.starts_with(MAGIC)
            || length.is_some_and(|length| matches!(i32::from_le_bytes(*length), 8..=0x00FF_FFFF))
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn max_file_bytes(&self, options: &Options) -> u64 {
        options.max_document_bytes.max(super::FILE_BYTES)
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        if let Err(error) = read(bytes, context, visit) {
            visit(Item::Skipped(context.fault(None, &error)));
        }
    }
}

fn read(
    bytes: &[u8],
    context: &Context<'_>,
    visit: &mut dyn FnMut(Item<'_>),
) -> Result<(), ReadError> {
    let mut messages = catch_errors(|| Messages::new(stream(bytes)))?;
    let paths = leaves_of(messages.fields());
    let names = FieldNames::new(&context.options.fields);
    let columns = Columns::new(paths.iter().map(|leaf| leaf.name.as_str()), &names)?;
    let leaves: Vec<&Leaf> = columns
        .numbers()
        .filter_map(|number| paths.get(number))
        .collect();
    let mut used: Vec<usize> = leaves
        .iter()
        .filter_map(|leaf| leaf.path.first().copied())
        .collect();
    let is_whole = context.options.whole_records;
    if is_whole {
        expect_distinct(messages.fields().iter().map(|field| field.name().as_str()))?;
        used.extend(0..messages.fields().len());
    }
    used.sort_unstable();
    used.dedup();
    let mut row = 0;
    while let Some(batch) = catch_errors(|| messages.next_batch(&used))? {
        for at in 0..batch.num_rows() {
            let location = context.location(Some(row as u64 + 1), row, 0);
            let value = |wanted: usize, _: usize| {
                let place = |column: usize| used.binary_search(&column).ok();
                let leaf = leaves.get(wanted);
                leaf.map_or(Value::Absent, |leaf| value(&batch, place, leaf, at))
            };
            let whole = is_whole.then(|| whole_row::object(&batch, at));
            columns.read(location, value, whole, context, visit);
            row += 1;
        }
    }
    match row {
        0 => Err(ReadError::NoBytes),
        _ => Ok(()),
    }
}

/// The stream in a file, after the magic bytes and the padding, or the stream itself.
fn stream(bytes: &[u8]) -> &[u8] {
    let Some(mut rest) = bytes.strip_prefix(MAGIC) else {
        return bytes;
    };
    while let Some(after) = rest.strip_prefix(&[0; 8]) {
        rest = after;
    }
    rest
}

/// Calls the Arrow crates. They return most errors of a file, and panic for some.
fn catch_errors<T>(call: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, ReadError> {
    match catch_panic(call) {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => Err(ReadError::NotTable(error.to_string())),
        None => Err(ReadError::NotTable("a damaged message".to_owned())),
    }
}
