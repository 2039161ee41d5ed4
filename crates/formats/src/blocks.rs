//! Cuts a list of inputs into blocks that threads can read independently.

use crate::Item;
use crate::cutter::Cutter;
use crate::error::ReadError;
use crate::format::Format;
use crate::input::Input;
use crate::input_reader::{CHUNK_BYTES, FileOrMember, InputReader};
use crate::line_cutter::Chunk;
use crate::options::Options;
use crate::stream::Stream;
use std::iter;
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// A block of small files ends after this many files or this many bytes on disk.
const GROUP_FILES: usize = 64;
const GROUP_BYTES: u64 = 1 << 20;

/// Iterates over the blocks of a list of inputs, in order.
///
/// Files of records are read and decompressed on the thread that asks for the next block. Other files are
/// opened and read on the thread that reads the block.
pub struct Blocks<'a> {
    inputs: &'a [Input],
    options: &'a Options,
    chunk_bytes: u64,
    /// Index of the next input to open.
    next: usize,
    /// The input that is being cut into chunks.
    open: Option<OpenInput>,
    buffers: Arc<BufferPool>,
}

/// Buffers of chunks that have been read, for reuse. Allocating a new buffer for each chunk takes as long
/// as reading the chunk.
#[derive(Default)]
struct BufferPool(Mutex<Vec<Vec<u8>>>);

impl BufferPool {
    fn take(&self) -> Vec<u8> {
        let buffers = self.0.lock().ok().and_then(|mut buffers| buffers.pop());
        buffers.unwrap_or_default()
    }

    /// Returns a buffer to the pool. A buffer that grew for a very long line is dropped.
    fn put(&self, buffer: Vec<u8>) {
        if buffer.capacity() as u64 <= 2 * CHUNK_BYTES
            && let Ok(mut buffers) = self.0.lock()
        {
            buffers.push(buffer);
        }
    }
}

/// An input that is being cut into chunks.
enum OpenInput {
    /// A file of records.
    File {
        input_index: usize,
        format: &'static dyn Format,
        cutter: Box<Cutter>,
        /// The number of bytes on disk that earlier chunks cover.
        consumed: u64,
    },
    /// Records in memory. `next` is the first one that is in no chunk yet.
    Memory { input_index: usize, next: usize },
}

impl<'a> Blocks<'a> {
    /// Prepares the blocks of these inputs. Opens no file yet.
    #[must_use]
    pub fn new(inputs: &'a [Input], options: &'a Options) -> Self {
        Self::with_chunk_bytes(inputs, options, CHUNK_BYTES)
    }

    /// Like [`Blocks::new`], with chunks of about `chunk_bytes`.
    pub(crate) fn with_chunk_bytes(
        inputs: &'a [Input],
        options: &'a Options,
        chunk_bytes: u64,
    ) -> Self {
        Self {
            inputs,
            options,
            chunk_bytes,
            next: 0,
            open: None,
            buffers: Arc::default(),
        }
    }

    /// The next chunk of the open input, or `None` if no input is open or it has ended.
    fn next_chunk(&mut self) -> Option<Block<'a>> {
        match self.open.as_mut()? {
            OpenInput::File {
                input_index,
                format,
                cutter,
                consumed,
            } => {
                let chunk = cutter.next_chunk(self.buffers.take());
                let before = std::mem::replace(consumed, cutter.consumed());
                let bytes = consumed.saturating_sub(before);
                let content = Content::Chunk(*input_index, *format, chunk?);
                Some(self.block(content, bytes))
            }
            OpenInput::Memory { input_index, next } => {
                let records = self.inputs.get(*input_index)?.in_memory_records()?;
                let (range, bytes) =
                    records.chunk(*next, self.chunk_bytes, &self.options.fields)?;
                *next = range.end;
                let content = Content::Memory(*input_index, range);
                Some(self.block(content, bytes))
            }
        }
    }

    /// Opens the next input, which is in memory or probably a file of records. Returns a block if it is another kind
    /// of file or cannot be opened.
    fn open_next(&mut self) -> Option<Block<'a>> {
        let (at, options) = (self.next, self.options);
        self.next += 1;
        let input = self.inputs.get(at)?;
        if input.in_memory_records().is_some() {
            self.open = Some(OpenInput::Memory {
                input_index: at,
                next: 0,
            });
            return None;
        }
        let stream = match Stream::open(input, options) {
            Ok(stream) => stream,
            Err(error) => return Some(self.block(Content::Failed(at, error), 0)),
        };
        let (bytes, limit) = (input.size().unwrap_or(0), options.max_document_bytes);
        let Some(format) = input.kind(stream.head(), options).documents() else {
            return Some(self.block(Content::opened(at, stream), bytes));
        };
        match Cutter::new(format.shape(), stream, self.chunk_bytes, limit) {
            Err(whole) => Some(self.block(Content::opened(at, whole), bytes)),
            Ok(cutter) => {
                self.open = Some(OpenInput::File {
                    input_index: at,
                    format,
                    cutter: Box::new(cutter),
                    consumed: 0,
                });
                None
            }
        }
    }

    /// The next group of files that are read whole.
    fn next_group(&mut self) -> Block<'a> {
        let (begin, mut bytes) = (self.next, 0);
        while self.next - begin < GROUP_FILES && bytes < GROUP_BYTES {
            match self.inputs.get(self.next) {
                Some(input) if !input.is_likely_cut(self.options) => {
                    bytes += input.size().unwrap_or(GROUP_BYTES);
                    self.next += 1;
                }
                _ => break,
            }
        }
        self.block(Content::Files(begin..self.next), bytes)
    }

    fn block(&self, content: Content, bytes: u64) -> Block<'a> {
        Block {
            inputs: self.inputs,
            options: self.options,
            content,
            bytes,
            buffers: Arc::clone(&self.buffers),
        }
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        loop {
            if let Some(block) = self.next_chunk() {
                return Some(block);
            }
            self.open = None;
            if !self.inputs.get(self.next)?.is_likely_cut(self.options) {
                return Some(self.next_group());
            }
            if let Some(block) = self.open_next() {
                return Some(block);
            }
        }
    }
}

/// About a megabyte of input, to be read by one thread.
pub struct Block<'a> {
    inputs: &'a [Input],
    options: &'a Options,
    content: Content,
    bytes: u64,
    buffers: Arc<BufferPool>,
}

impl Drop for Block<'_> {
    fn drop(&mut self) {
        if let Content::Chunk(.., chunk) = &mut self.content {
            self.buffers.put(std::mem::take(&mut chunk.bytes));
        }
    }
}

enum Content {
    /// Files to open and read whole.
    Files(Range<usize>),
    /// Records of one file.
    Chunk(usize, &'static dyn Format, Chunk),
    /// Records in memory.
    Memory(usize, Range<usize>),
    /// An input that proved to be no file of records when it was opened.
    Opened(usize, Mutex<Option<Stream>>),
    /// An input that could not be opened.
    Failed(usize, ReadError),
}

impl Content {
    fn opened(input: usize, stream: Stream) -> Self {
        Self::Opened(input, Mutex::new(Some(stream)))
    }
}

impl Block<'_> {
    /// The number of bytes that this block covers, on disk or of text in memory. For progress bars.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Visits the documents and faults of the block, in order. A block that holds an open stream can be
    /// read only once.
    pub fn read(&self, visit: &mut dyn FnMut(Item<'_>)) {
        match &self.content {
            Content::Chunk(at, format, chunk) => {
                if let Some(reader) = self.reader(*at) {
                    reader.read_chunk(*format, chunk, &FileOrMember::FILE, visit);
                }
            }
            Content::Memory(at, range) => {
                if let Some(reader) = self.reader(*at) {
                    reader.read_records(iter::once(range.clone()), visit);
                }
            }
            Content::Files(files) => {
                for at in files.clone() {
                    self.read_file(at, visit);
                }
            }
            Content::Opened(at, stream) => {
                let stream = stream.lock().ok().and_then(|mut stream| stream.take());
                if let (Some(reader), Some(stream)) = (self.reader(*at), stream) {
                    reader.read_stream(stream, visit);
                }
            }
            Content::Failed(at, error) => self.skip(*at, error, visit),
        }
    }

    fn read_file(&self, input_index: usize, visit: &mut dyn FnMut(Item<'_>)) {
        let Some(reader) = self.reader(input_index) else {
            return;
        };
        match Stream::open(reader.input, self.options) {
            Ok(stream) => reader.read_stream(stream, visit),
            Err(error) => self.skip(input_index, &error, visit),
        }
    }

    fn skip(&self, input_index: usize, error: &ReadError, visit: &mut dyn FnMut(Item<'_>)) {
        let path = self.inputs.get(input_index).map_or("", Input::path);
        visit(Item::Skipped(error.at(path, None)));
    }

    fn reader(&self, input_index: usize) -> Option<InputReader<'_>> {
        Some(InputReader {
            input_index,
            input: self.inputs.get(input_index)?,
            options: self.options,
            wanted: None,
        })
    }
}
