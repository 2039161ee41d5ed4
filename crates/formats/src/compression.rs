//! Ways to compress one stream: told by content, undone while reading, and stopped where a few bytes
//! would become far too many.

use crate::decode::is_binary;
use crate::error::ReadError;
use bzip2::read::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use liblzma::read::XzDecoder;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that one compressed byte may become: text is hardly ever compressed to less than a fiftieth, and
/// gzip cannot do better than about this.
const MAX_RATIO: u64 = 1_000;

/// Bytes that any stream may become, whatever it is compressed to.
const ALWAYS_ALLOWED_BYTES: u64 = 64 << 20;

/// Compressed bytes of gzip read at a time.
const GZIP_BUFFER_BYTES: usize = 32 << 10;

/// Memory that decompressing xz may take: its strongest preset needs 65 MiB.
const XZ_MEMORY_BYTES: u64 = 256 << 20;

/// The most that so many compressed bytes may become.
pub(crate) fn max_decompressed_bytes(compressed: u64) -> u64 {
    compressed
        .saturating_mul(MAX_RATIO)
        .max(ALWAYS_ALLOWED_BYTES)
}

/// The error of a stream that becomes more than that; as a error it is [`ReadError::Bomb`].
pub(crate) fn bomb() -> io::Error {
    io::Error::other(BombError(MAX_RATIO))
}

/// A way to compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    /// Its name, for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }

    /// The one that an extension promises; lower case, without the dot.
    pub(crate) fn by_extension(extension: &str) -> Option<Self> {
        match extension {
            "gz" => Some(Self::Gzip),
            "zst" => Some(Self::Zstd),
            "bz2" => Some(Self::Bzip2),
            "xz" => Some(Self::Xz),
            _ => None,
        }
    }

    /// The one that the first bytes of a stream tell of.
    pub(crate) fn by_content(head: &[u8]) -> Option<Self> {
        match head {
            // A frame of zstd may follow one that carries no data.
            [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Self::Zstd),
            // The size of blocks, then the first block or the end of a stream without any.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, ..] => Some(Self::Bzip2),
            _ => [Self::Gzip, Self::Zstd, Self::Xz]
                .into_iter()
                .find(|compression| head.starts_with(compression.magic())),
        }
    }

    fn magic(self) -> &'static [u8] {
        match self {
            Self::Gzip => &[0x1F, 0x8B, 0x08],
            Self::Zstd => &[0x28, 0xB5, 0x2F, 0xFD],
            Self::Bzip2 => b"BZh",
            Self::Xz => &[0xFD, b'7', b'z', b'X', b'Z', 0],
        }
    }

    /// Whether content that is not compressed so may stand under a name that promises it: text may, and is
    /// read as it stands.
    ///
    /// # Errors
    ///
    /// The content is cut off within the first few bytes, or something else.
    pub(crate) fn check_uncompressed(self, head: &[u8]) -> Result<(), ReadError> {
        let name = self.name();
        if !head.is_empty() && self.magic().starts_with(head) {
            Err(ReadError::Truncated(name))
        } else if is_binary(head) {
            Err(ReadError::NotCompressed { name })
        } else {
            Ok(())
        }
    }

    /// What an error of the decoder means.
    pub(crate) fn error(self, error: io::Error) -> ReadError {
        let name = self.name();
        // An error with a number is the system's, not the decoder's.
        if error.raw_os_error().is_some() {
            return ReadError::from(error);
        }
        match error.downcast::<BombError>() {
            Ok(bomb) => bomb.into(),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                ReadError::Truncated(name)
            }
            Err(error) => {
                let detail = error.to_string();
                ReadError::Corrupt { name, detail }
            }
        }
    }

    /// What decompresses a reader.
    fn decoder<R: Read>(self, compressed: CountingReader<R>) -> io::Result<Decoder<R>> {
        Ok(match self {
            Self::Gzip => {
                let compressed = BufReader::with_capacity(GZIP_BUFFER_BYTES, compressed);
                let members = Cursor::new(&[][..]).chain(compressed);
                Decoder::Gzip(Some(MultiGzDecoder::new(members)))
            }
            Self::Zstd => Decoder::Zstd(zstd::stream::read::Decoder::new(compressed)?),
            Self::Bzip2 => Decoder::Bzip2(MultiBzDecoder::new(compressed)),
            Self::Xz => {
                let stream = liblzma::stream::Stream::new_stream_decoder(
                    XZ_MEMORY_BYTES,
                    liblzma::stream::CONCATENATED,
                )?;
                Decoder::Xz(XzDecoder::new_stream(compressed, stream))
            }
        })
    }
}

/// A stream became too many times as long as it is compressed; so many times are allowed.
#[derive(Debug, thiserror::Error)]
#[error("decompression bomb")]
pub(crate) struct BombError(u64);

impl From<BombError> for ReadError {
    fn from(bomb: BombError) -> Self {
        Self::Bomb { ratio: bomb.0 }
    }
}

/// Bytes of a compressed stream, decompressed.
pub(crate) struct Decompressor<R: Read> {
    decoder: Decoder<R>,
    consumed: Arc<AtomicU64>,
    produced: u64,
}

/// The magic of a member that was looked for, and what follows it.
type GzipMembers<R> = io::Chain<Cursor<&'static [u8]>, BufReader<CountingReader<R>>>;

enum Decoder<R: Read> {
    /// None once no other member was found.
    Gzip(Option<MultiGzDecoder<GzipMembers<R>>>),
    Zstd(zstd::stream::read::Decoder<'static, io::BufReader<CountingReader<R>>>),
    Bzip2(MultiBzDecoder<CountingReader<R>>),
    Xz(XzDecoder<CountingReader<R>>),
}

impl<R: Read> Decompressor<R> {
    /// Decompresses what the reader gives.
    ///
    /// # Errors
    ///
    /// The decoder does not get the memory it needs.
    pub(crate) fn new(compression: Compression, compressed: R) -> io::Result<Self> {
        let consumed = Arc::default();
        let count = Arc::clone(&consumed);
        let inner = compressed;
        Ok(Self {
            decoder: compression.decoder(CountingReader { inner, count })?,
            consumed,
            produced: 0,
        })
    }

    /// After an error within gzip goes on to what looks like its next member; false where there is none, and
    /// for what has no members.
    #[cfg(feature = "warc")]
    pub(crate) fn resume(&mut self) -> bool {
        let magic = Compression::Gzip.magic();
        let Decoder::Gzip(decoder) = &mut self.decoder else {
            return false;
        };
        let Some(members) = decoder.take() else {
            return false;
        };
        let (_, mut compressed) = members.into_inner().into_inner();
        let mut last = [0; 3];
        for byte in compressed.by_ref().bytes() {
            let Ok(byte) = byte else {
                return false;
            };
            last = [last[1], last[2], byte];
            if last == magic {
                let members = Cursor::new(magic).chain(compressed);
                *decoder = Some(MultiGzDecoder::new(members));
                return true;
            }
        }
        false
    }

    /// Compressed bytes that were taken.
    pub(crate) fn consumed(&self) -> u64 {
        self.consumed.load(Ordering::Relaxed)
    }
}

impl<R: Read> Read for Decompressor<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.decoder {
            Decoder::Gzip(Some(decoder)) => decoder.read(buffer),
            Decoder::Gzip(None) => Ok(0),
            Decoder::Zstd(decoder) => decoder.read(buffer),
            Decoder::Bzip2(decoder) => decoder.read(buffer),
            Decoder::Xz(decoder) => decoder.read(buffer),
        }?;
        self.produced += read as u64;
        if self.produced > ALWAYS_ALLOWED_BYTES
            && self.produced > max_decompressed_bytes(self.consumed())
        {
            return Err(bomb());
        }
        Ok(read)
    }
}

/// Counts what is read through it.
struct CountingReader<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
