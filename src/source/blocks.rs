//! Cuts inputs, in order, into blocks that threads read independently.

use super::format::{Context, Format, Shape};
use super::input::Input;
use super::lines::{Cutter, Run};
use super::options::Options;
use super::stream::Stream;
use super::trouble::Trouble;
use super::{Item, decode};
use std::ops::Range;

/// Bytes of a run of lines: enough work for a thread, little enough to hold many.
const RUN_BYTES: u64 = 2 << 20;

/// Files of one block, and their bytes on disk.
const GROUP_FILES: usize = 64;
const GROUP_BYTES: u64 = 1 << 20;

/// The blocks of a list of inputs, in order.
///
/// Files of records are read and decompressed here, on the thread that asks for the next block; other
/// files on the thread that reads the block.
pub struct Blocks<'a> {
    inputs: &'a [Input],
    options: &'a Options,
    run_bytes: u64,
    /// The next input.
    next: usize,
    /// The file of records that is being cut, and what of it the blocks so far stand for.
    open: Option<Open>,
}

struct Open {
    input: usize,
    format: &'static dyn Format,
    cutter: Cutter,
    consumed: u64,
}

impl<'a> Blocks<'a> {
    /// Blocks of these inputs; opens nothing yet.
    #[must_use]
    pub fn new(inputs: &'a [Input], options: &'a Options) -> Self {
        Self::with_run_bytes(inputs, options, RUN_BYTES)
    }

    /// The same with runs of lines of about `run_bytes`.
    pub(crate) fn with_run_bytes(
        inputs: &'a [Input],
        options: &'a Options,
        run_bytes: u64,
    ) -> Self {
        Self {
            inputs,
            options,
            run_bytes,
            next: 0,
            open: None,
        }
    }

    /// The next run of the open file; none where there is none or it has ended.
    fn next_run(&mut self) -> Option<Block<'a>> {
        let open = self.open.as_mut()?;
        let run = open.cutter.next_run();
        let consumed = open.cutter.consumed();
        let bytes = consumed.saturating_sub(open.consumed);
        open.consumed = consumed;
        let content = Content::Run(open.input, open.format, run?);
        Some(self.block(content, bytes))
    }

    /// Opens the next input, likely a file of records; a block where it is none, or cannot be opened.
    fn open_next(&mut self) -> Option<Block<'a>> {
        let (at, options) = (self.next, self.options);
        self.next += 1;
        let input = self.inputs.get(at)?;
        let stream = match Stream::open(input, options) {
            Ok(stream) => stream,
            Err(trouble) => {
                let run = Run::of_trouble(trouble);
                let format = input.format(&[], options);
                return Some(self.block(Content::Run(at, format, run), 0));
            }
        };
        let format = input.format(stream.head(), options);
        match format.shape() {
            Shape::Lines => {
                let cutter = Cutter::new(stream, self.run_bytes, options.max_document_bytes);
                self.open = Some(Open {
                    input: at,
                    format,
                    cutter,
                    consumed: 0,
                });
                None
            }
            Shape::Whole => {
                let run = whole_run(stream, format.file_bytes(options));
                let bytes = input.size().unwrap_or(0);
                Some(self.block(Content::Run(at, format, run), bytes))
            }
        }
    }

    /// The next few files that are read whole.
    fn next_group(&mut self) -> Block<'a> {
        let (begin, mut bytes) = (self.next, 0);
        while self.next - begin < GROUP_FILES && bytes < GROUP_BYTES {
            match self.inputs.get(self.next) {
                Some(input) if input.likely_shape(self.options) == Shape::Whole => {
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
        }
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        loop {
            if let Some(block) = self.next_run() {
                return Some(block);
            }
            self.open = None;
            match self.inputs.get(self.next)?.likely_shape(self.options) {
                Shape::Whole => return Some(self.next_group()),
                Shape::Lines => {
                    if let Some(block) = self.open_next() {
                        return Some(block);
                    }
                }
            }
        }
    }
}

/// Some megabytes of input, to be read by one thread.
pub struct Block<'a> {
    inputs: &'a [Input],
    options: &'a Options,
    content: Content,
    bytes: u64,
}

enum Content {
    /// Files to open and read whole.
    Files(Range<usize>),
    /// Lines of one file, or all of it.
    Run(usize, &'static dyn Format, Run),
}

impl Block<'_> {
    /// Bytes of input, as they stand on disk, that the block stands for: a measure of progress.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Visits the documents of the block and what was wrong with the others, in order.
    pub fn read(&self, visit: &mut dyn FnMut(Item<'_>)) {
        match &self.content {
            Content::Run(input, format, run) => self.read_run(*input, *format, run, visit),
            Content::Files(files) => {
                for input in files.clone() {
                    self.read_file(input, visit);
                }
            }
        }
    }

    fn read_run(&self, at: usize, format: &dyn Format, run: &Run, visit: &mut dyn FnMut(Item<'_>)) {
        let Some(input) = self.inputs.get(at) else {
            return;
        };
        let context = context(at, input, self.options, run.line, run.offset);
        // Of a broken stream without a byte the break is all there is to say.
        if !run.bytes.is_empty() || run.troubles.is_empty() {
            format.read(&run.bytes, &context, visit);
        }
        for (line, trouble) in &run.troubles {
            visit(Item::Skipped(context.fault(*line, trouble)));
        }
    }

    fn read_file(&self, at: usize, visit: &mut dyn FnMut(Item<'_>)) {
        let Some(input) = self.inputs.get(at) else {
            return;
        };
        let stream = match Stream::open(input, self.options) {
            Ok(stream) => stream,
            Err(trouble) => {
                let context = context(at, input, self.options, 1, 0);
                return visit(Item::Skipped(context.fault(None, &trouble)));
            }
        };
        let format = input.format(stream.head(), self.options);
        let limit = self.options.max_document_bytes;
        match format.shape() {
            Shape::Whole => {
                let run = whole_run(stream, format.file_bytes(self.options));
                self.read_run(at, format, &run, visit);
            }
            Shape::Lines => {
                let mut cutter = Cutter::new(stream, RUN_BYTES, limit);
                while let Some(run) = cutter.next_run() {
                    self.read_run(at, format, &run, visit);
                }
            }
        }
    }
}

/// The context of bytes of one input.
pub(crate) fn context<'a>(
    at: usize,
    input: &'a Input,
    options: &'a Options,
    line: u64,
    offset: u64,
) -> Context<'a> {
    Context {
        input: u32::try_from(at).unwrap_or(u32::MAX),
        path: input.path(),
        line,
        offset,
        options,
    }
}

/// A whole stream as one run.
fn whole_run(stream: Stream, limit: u64) -> Run {
    match read_whole(stream, limit) {
        Err(trouble) => Run::of_trouble(trouble),
        Ok((bytes, trouble)) => Run {
            bytes,
            line: 1,
            offset: 0,
            troubles: trouble.map(|trouble| (None, trouble)).into_iter().collect(),
        },
    }
}

/// All bytes of a stream, or those before it broke and why it did.
///
/// # Errors
///
/// Where there are more than `limit`; then reading stops there.
pub(crate) fn read_whole(
    mut stream: Stream,
    limit: u64,
) -> Result<(Vec<u8>, Option<Trouble>), Trouble> {
    let size = stream.remaining().unwrap_or(0);
    if size > limit {
        return Err(Trouble::TooLarge { limit });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    let filled = stream.fill(&mut bytes, limit.saturating_add(1));
    match filled {
        _ if bytes.len() as u64 > limit => Err(Trouble::TooLarge { limit }),
        Ok(_) => Ok((bytes, None)),
        Err(trouble) => {
            decode::drop_unfinished(&mut bytes);
            Ok((bytes, Some(trouble)))
        }
    }
}
