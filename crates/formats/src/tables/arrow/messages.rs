//! Reads the messages of an Arrow stream, and checks their lengths before anything is allocated for them.
//!
//! The readers of `arrow-ipc` allocate as much memory as a message promises. A failed allocation would
//! abort the process, so messages that promise more than the file can hold are rejected here.

use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer as Bytes;
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::{RecordBatchDecoder, read_dictionary};
use arrow_ipc::{Buffer, Message, MessageHeader, root_as_message};
use arrow_schema::{ArrowError, Fields, Schema};
use std::collections::HashMap;
use std::sync::Arc;

/// The mark before the length of a message. Older writers leave it out.
const MESSAGE_MARK: [u8; 4] = [0xFF; 4];

/// The largest decompressed size of a message, as a multiple of its size in the file, and the size that is
/// always allowed.
const MAX_RATIO: u64 = 1_000;
const ALWAYS_ALLOWED_BYTES: u64 = 64 << 20;

/// The limit of a message at any ratio.
const MAX_BATCH_BYTES: u64 = 4 << 30;

/// The number of rows that a message of any size may promise.
const MIN_ROWS: u64 = 1 << 16;

/// The messages of a stream, in order.
pub(super) struct Messages<'a> {
    rest: &'a [u8],
    schema: Arc<Schema>,
    dictionaries: HashMap<i64, ArrayRef>,
}

impl<'a> Messages<'a> {
    /// Reads the schema at the start of a stream.
    pub(super) fn new(stream: &'a [u8]) -> Result<Self, ArrowError> {
        let mut rest = stream;
        let (message, _) = next_message(&mut rest)?.ok_or_else(|| error("no schema"))?;
        let schema = message
            .header_as_schema()
            .ok_or_else(|| error("no schema"))?;
        Ok(Self {
            rest,
            schema: Arc::new(fb_to_schema(schema)),
            dictionaries: HashMap::new(),
        })
    }

    /// The columns.
    pub(super) fn fields(&self) -> &Fields {
        &self.schema.fields
    }

    /// The next rows, with only these columns, or `None` at the end.
    pub(super) fn next_batch(
        &mut self,
        columns: &[usize],
    ) -> Result<Option<RecordBatch>, ArrowError> {
        while let Some((message, body)) = next_message(&mut self.rest)? {
            let version = message.version();
            match message.header_type() {
                MessageHeader::RecordBatch => {
                    let batch = message
                        .header_as_record_batch()
                        .ok_or_else(|| error("no rows"))?;
                    check_buffers(&batch, body)?;
                    let body = Bytes::from(body);
                    let decoder = RecordBatchDecoder::try_new(
                        &body,
                        batch,
                        Arc::clone(&self.schema),
                        &self.dictionaries,
                        &version,
                    )?;
                    return decoder
                        .with_projection(Some(columns))
                        .read_record_batch()
                        .map(Some);
                }
                MessageHeader::DictionaryBatch => {
                    let dictionary = message.header_as_dictionary_batch();
                    let dictionary = dictionary.ok_or_else(|| error("no dictionary"))?;
                    let values = dictionary.data().ok_or_else(|| error("no dictionary"))?;
                    check_buffers(&values, body)?;
                    let (body, known) = (Bytes::from(body), &mut self.dictionaries);
                    read_dictionary(&body, dictionary, &self.schema, known, &version)?;
                }
                _ => return Err(error("an unknown kind of message")),
            }
        }
        Ok(None)
    }
}

/// Splits the next message and its body off a stream. `None` at the end.
fn next_message<'a>(rest: &mut &'a [u8]) -> Result<Option<(Message<'a>, &'a [u8])>, ArrowError> {
    let marked = rest.strip_prefix(&MESSAGE_MARK[..]).unwrap_or(rest);
    let Some((length, after)) = marked.split_first_chunk() else {
        return match rest.is_empty() {
            true => Ok(None),
            false => Err(cut()),
        };
    };
    let length = i32::from_le_bytes(*length);
    if length == 0 {
        return Ok(None);
    }
    let length = usize::try_from(length).map_err(|_| error("a negative length"))?;
    let (header, after) = after.split_at_checked(length).ok_or_else(cut)?;
    let message = root_as_message(header).map_err(|found| error(&found.to_string()))?;
    let length = usize::try_from(message.bodyLength()).map_err(|_| error("a negative length"))?;
    let (body, after) = after.split_at_checked(length).ok_or_else(cut)?;
    *rest = after;
    Ok(Some((message, body)))
}

/// Rejects buffers that are outside of the body, or that decompress to too much.
fn check_buffers(batch: &arrow_ipc::RecordBatch<'_>, body: &[u8]) -> Result<(), ArrowError> {
    let is_compressed = batch.compression().is_some();
    let limit = MAX_RATIO.saturating_mul(body.len() as u64);
    let limit = limit.clamp(ALWAYS_ALLOWED_BYTES, MAX_BATCH_BYTES);
    let mut total: u64 = 0;
    for buffer in batch.buffers().into_iter().flatten() {
        let content =
            content(buffer, body).ok_or_else(|| error("a buffer outside of its message"))?;
        if let (true, Some(size)) = (is_compressed, content.first_chunk()) {
            // -1 marks a buffer that is not compressed.
            let size = u64::try_from(i64::from_le_bytes(*size)).unwrap_or(0);
            total = total.saturating_add(size);
        }
    }
    if total > limit {
        return Err(error("a message decompresses to too many bytes"));
    }
    // A column without any value takes no bytes, so that a few bytes could promise any number of rows.
    let rows = u64::try_from(batch.length()).map_err(|_| error("a negative number of rows"))?;
    match rows > MIN_ROWS.max(8 * total.max(body.len() as u64)) {
        true => Err(error("a message promises more rows than it can hold")),
        false => Ok(()),
    }
}

fn content<'a>(buffer: &Buffer, body: &'a [u8]) -> Option<&'a [u8]> {
    let begin = usize::try_from(buffer.offset()).ok()?;
    let length = usize::try_from(buffer.length()).ok()?;
    body.get(begin..begin.checked_add(length)?)
}

fn error(what: &str) -> ArrowError {
    ArrowError::ParseError(what.to_owned())
}

fn cut() -> ArrowError {
    error("the data ends within a message")
}
