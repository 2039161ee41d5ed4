//! The decompressed bytes of one input, and what stopped them. Content decides what is compressed,
//! names only what was promised.

use super::decode::is_binary;
use super::format::Packing;
use super::head::HEAD_BYTES;
use super::input::Input;
use super::options::Options;
use super::trouble::Trouble;
use flate2::read::MultiGzDecoder;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// Bytes asked of a decoder at a time.
const UNPACK_BYTES: u64 = 256 << 10;

/// A stream of decompressed bytes.
pub(crate) struct Stream {
    reader: Box<dyn Read + Send>,
    packing: Option<Packing>,
    /// The first bytes, read ahead; emptied when they are given out.
    head: Vec<u8>,
    /// What broke the stream after its head.
    broken: Option<io::Error>,
    /// Bytes given out.
    passed: u64,
    /// Bytes that must come, where the listing told: fewer mean that the file has become shorter.
    expected: Option<u64>,
    /// Bytes taken from a compressed file.
    taken: Arc<AtomicU64>,
    /// The bytes are not compressed, and are neither text nor begin like a record.
    foreign: bool,
}

impl Stream {
    /// Opens a file, or standard input, which then is copied where the options ask for it.
    pub(crate) fn open(input: &Input, options: &Options) -> Result<Self, Trouble> {
        match input.file_path() {
            Some(path) => Self::of(open_regular(path)?, input),
            None => Self::of_stdin(io::stdin(), input, options),
        }
    }

    /// The stream of standard input.
    pub(crate) fn of_stdin(
        from: impl Read + Send + 'static,
        input: &Input,
        options: &Options,
    ) -> Result<Self, Trouble> {
        let copy = match (input.spool(), &options.temporary) {
            (Some(spool), folder) if options.keep_stdin => new_copy(spool, folder.as_deref()),
            _ => None,
        };
        Self::of(Tee { from, copy }, input)
    }

    /// Opens a file, or the copy of standard input, again.
    pub(crate) fn reopen(input: &Input) -> Result<Self, Trouble> {
        Self::of(reopen_raw(input)?, input)
    }

    /// A stream of what the reader gives, for this input.
    fn of(reader: impl Read + Send + 'static, input: &Input) -> Result<Self, Trouble> {
        Self::new(reader, input.promise, input.size())
    }

    /// A stream of what the reader gives.
    ///
    /// # Errors
    ///
    /// Where reading fails, or the content is not the compressed data that was promised and no text
    /// either.
    pub(crate) fn new(
        mut reader: impl Read + Send + 'static,
        promise: Option<Packing>,
        size: Option<u64>,
    ) -> Result<Self, Trouble> {
        let mut head = Vec::new();
        reader
            .by_ref()
            .take(HEAD_BYTES as u64)
            .read_to_end(&mut head)?;
        let packing = sniff(&head);
        if let (None, Some(promise)) = (packing, promise) {
            keeps_promise(&head, promise)?;
        }
        let foreign = packing.is_none() && is_binary(&head) && !begins_like_a_record(&head);
        let taken = Arc::default();
        let (reader, head, broken): (Box<dyn Read + Send>, _, _) = match packing {
            None => (Box::new(reader), head, None),
            Some(packing) => {
                let whole = Counted::new(io::Cursor::new(head).chain(reader), &taken);
                let mut reader = decoder(packing, whole)?;
                let (head, broken) = unpack_head(&mut reader);
                (reader, head, broken)
            }
        };
        Ok(Self {
            reader,
            packing,
            head,
            broken,
            passed: 0,
            expected: size.filter(|_| packing.is_none()),
            taken,
            foreign,
        })
    }

    /// The first bytes, up to [`HEAD_BYTES`]; asked for before anything was taken.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Appends up to `want` bytes; true at the end. On trouble, what came before it was appended.
    pub(crate) fn fill(&mut self, buffer: &mut Vec<u8>, want: u64) -> Result<bool, Trouble> {
        let before = buffer.len();
        let rest = want - self.give_head(buffer, want);
        let result = match (self.broken.take(), self.packing) {
            (broken, _) if rest == 0 => {
                self.broken = broken;
                Ok(())
            }
            (Some(broken), _) => Err(broken),
            (None, None) => (self.reader.by_ref().take(rest))
                .read_to_end(buffer)
                .map(drop),
            (None, Some(_)) => self.unpack(buffer, rest),
        };
        let came = (buffer.len() - before) as u64;
        self.passed += came;
        result.map_err(|error| self.trouble(error))?;
        if came == want {
            return Ok(false);
        }
        match self.expected {
            Some(expected) if self.passed < expected => Err(Trouble::Shrunk {
                expected,
                found: self.passed,
            }),
            _ => Ok(true),
        }
    }

    /// Appends up to `want` bytes of the head, and says how many there were.
    fn give_head(&mut self, buffer: &mut Vec<u8>, want: u64) -> u64 {
        let count = usize::try_from(want).map_or(self.head.len(), |want| want.min(self.head.len()));
        buffer.extend(self.head.drain(..count));
        count as u64
    }

    /// Appends up to `want` decompressed bytes in large steps: the standard way to the end of a
    /// reader asks for small ones, which the decoders answer at half the speed.
    fn unpack(&mut self, buffer: &mut Vec<u8>, want: u64) -> io::Result<()> {
        let mut left = want;
        while left > 0 {
            let begin = buffer.len();
            let step = left.min(UNPACK_BYTES);
            buffer.resize(begin + step as usize, 0);
            let read = read_some(
                &mut self.reader,
                buffer.get_mut(begin..).unwrap_or_default(),
            );
            buffer.truncate(begin + read.as_ref().map_or(0, |read| *read));
            match read? {
                0 => break,
                read => left -= read as u64,
            }
        }
        Ok(())
    }

    /// Drops `count` bytes; false where there are fewer.
    pub(crate) fn skip(&mut self, count: u64) -> bool {
        let rest = count - self.give_head(&mut Vec::new(), count);
        let skipped = io::copy(&mut self.reader.by_ref().take(rest), &mut io::sink());
        skipped.is_ok_and(|skipped| skipped == rest)
    }

    /// Bytes of the input, as it stands on disk, that were used up.
    pub(crate) fn consumed(&self) -> u64 {
        match self.packing {
            None => self.passed,
            Some(_) => self.taken.load(Ordering::Relaxed),
        }
    }

    /// Bytes still to come, where that is known.
    pub(crate) fn remaining(&self) -> Option<u64> {
        self.expected.map(|size| size.saturating_sub(self.passed))
    }

    /// True where the bytes are decompressed.
    pub(crate) fn is_packed(&self) -> bool {
        self.packing.is_some()
    }

    /// True where the content is binary data of an unknown kind.
    pub(crate) fn is_foreign(&self) -> bool {
        self.foreign
    }

    fn trouble(&self, error: io::Error) -> Trouble {
        match self.packing {
            // An error with a number is the system's, not the decoder's.
            Some(packing) if error.raw_os_error().is_none() => {
                let name = packing.name();
                if error.kind() == io::ErrorKind::UnexpectedEof {
                    Trouble::Truncated(name)
                } else {
                    let detail = error.to_string();
                    Trouble::Corrupt { name, detail }
                }
            }
            _ => Trouble::from(error),
        }
    }
}

/// What decompresses.
fn decoder(
    packing: Packing,
    packed: impl Read + Send + 'static,
) -> io::Result<Box<dyn Read + Send>> {
    Ok(match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(packed)),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(packed)?),
    })
}

/// The first decompressed bytes, and what broke the stream within them.
fn unpack_head(reader: &mut impl Read) -> (Vec<u8>, Option<io::Error>) {
    let mut head = vec![0; HEAD_BYTES];
    let mut filled = 0;
    let broken = loop {
        match read_some(reader, head.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break None,
            Ok(read) => filled += read,
            Err(error) => break Some(error),
        }
    };
    head.truncate(filled);
    (head, broken)
}

/// A temporary file for the copy of standard input, put where it will be looked for. None where that
/// fails: then the run only goes without a second reading.
fn new_copy(spool: &OnceLock<File>, folder: Option<&Path>) -> Option<File> {
    let copy = match folder {
        Some(folder) => tempfile::tempfile_in(folder),
        None => tempfile::tempfile(),
    };
    let copy = copy.ok()?;
    spool.set(copy.try_clone().ok()?).ok()?;
    Some(copy)
}

/// The bytes on disk of a file, or of the copy of standard input, from their beginning.
pub(crate) fn reopen_raw(input: &Input) -> Result<File, Trouble> {
    if let Some(path) = input.file_path() {
        return open_regular(path);
    }
    let copy = input.spool().and_then(|spool| spool.get());
    let mut copy = copy.ok_or(Trouble::NotFound)?.try_clone()?;
    copy.seek(SeekFrom::Start(0))?;
    Ok(copy)
}

/// Opens a file that is one; never blocks, whatever took the place of the listed file.
fn open_regular(path: &Path) -> Result<File, Trouble> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOCTTY,
    );
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(Trouble::NotRegular("something else"))
    }
}

/// Reads once, whatever signals come between.
fn read_some(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// The compression that the first bytes tell of.
fn sniff(head: &[u8]) -> Option<Packing> {
    match head {
        [0x1F, 0x8B, 0x08, ..] => Some(Packing::Gzip),
        // A frame, or one of the frames that carry no data and may stand first.
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Packing::Zstd),
        _ => None,
    }
}

/// Text under a compressed file's name is read as it stands; other things are not.
fn keeps_promise(head: &[u8], promise: Packing) -> Result<(), Trouble> {
    let magic: &[u8] = match promise {
        Packing::Gzip => &[0x1F, 0x8B, 0x08],
        Packing::Zstd => &[0x28, 0xB5, 0x2F, 0xFD],
    };
    let name = promise.name();
    if !head.is_empty() && magic.starts_with(head) {
        Err(Trouble::Truncated(name))
    } else if is_binary(head) {
        Err(Trouble::NotCompressed { name })
    } else {
        Ok(())
    }
}

fn begins_like_a_record(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    head.trim_ascii_start().starts_with(b"{")
}

/// Counts what is read through it.
struct Counted<R> {
    from: R,
    count: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    fn new(from: R, count: &Arc<AtomicU64>) -> Self {
        Self {
            from,
            count: Arc::clone(count),
        }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Copies what is read through it, as long as copying works.
struct Tee<R> {
    from: R,
    copy: Option<File>,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        let copied = match (&mut self.copy, buffer.get(..read)) {
            (Some(copy), Some(bytes)) => copy.write_all(bytes).is_ok(),
            _ => true,
        };
        if !copied {
            self.copy = None;
        }
        Ok(read)
    }
}
