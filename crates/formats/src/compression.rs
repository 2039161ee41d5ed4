//! Compressed streams: detection by content, decompression, and protection against decompression bombs.

use crate::decode::is_binary;
use crate::error::ReadError;
#[cfg(feature = "codecs")]
use bzip2::read::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
#[cfg(feature = "codecs")]
use liblzma::read::XzDecoder;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The largest allowed ratio of decompressed to compressed bytes. Text rarely compresses below 1/50, and
/// gzip cannot exceed about 1:1,000.
const MAX_RATIO: u64 = 1_000;

/// A stream may always grow to this size, at any ratio.
const ALWAYS_ALLOWED_BYTES: u64 = 64 << 20;

/// The size of the read buffer for gzip.
const GZIP_BUFFER_BYTES: usize = 32 << 10;

/// The memory limit of the xz decoder. The strongest preset needs 65 MiB.
#[cfg(feature = "codecs")]
const XZ_MEMORY_BYTES: u64 = 256 << 20;

/// The largest allowed size of a stream that has this many compressed bytes.
pub(crate) fn max_decompressed_bytes(compressed: u64) -> u64 {
    compressed
        .saturating_mul(MAX_RATIO)
        .max(ALWAYS_ALLOWED_BYTES)
}

/// The I/O error for a stream that exceeds the limit. It converts to [`ReadError::Bomb`].
pub(crate) fn bomb() -> io::Error {
    io::Error::other(BombError(MAX_RATIO))
}

/// A compression format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    /// Its displayed name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }

    /// The format that belongs to a file extension, given in lower case without the dot.
    pub(crate) fn by_extension(extension: &str) -> Option<Self> {
        match extension {
            "gz" | "gzip" => Some(Self::Gzip),
            "zst" => Some(Self::Zstd),
            "bz2" => Some(Self::Bzip2),
            "xz" => Some(Self::Xz),
            _ => None,
        }
    }

    /// The format that the first bytes of a stream prove.
    pub(crate) fn by_content(head: &[u8]) -> Option<Self> {
        match head {
            // A skippable frame, which may precede the first data frame.
            [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Self::Zstd),
            // The block size, then the magic of a block or of an empty stream.
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

    /// Checks content that is not compressed although its name says so. Text is accepted and read as it
    /// is.
    ///
    /// # Errors
    ///
    /// [`ReadError::Truncated`] if the content ends within the first few bytes, or
    /// [`ReadError::NotCompressed`] if it is binary data.
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

    /// Converts an error of the decoder.
    pub(crate) fn error(self, error: io::Error) -> ReadError {
        let name = self.name();
        // An error with an OS error number comes from the system, not from the decoder.
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

    /// Creates the decoder.
    ///
    /// # Errors
    ///
    /// Fails if this build lacks the decoder, or if the decoder lacks memory.
    fn decoder<R: Read>(self, compressed: CountingReader<R>) -> Result<Decoder<R>, ReadError> {
        Ok(match self {
            Self::Gzip => {
                let compressed = BufReader::with_capacity(GZIP_BUFFER_BYTES, compressed);
                let members = Cursor::new(&[][..]).chain(compressed);
                Decoder::Gzip(Some(MultiGzDecoder::new(members)))
            }
            #[cfg(feature = "codecs")]
            Self::Zstd => Decoder::Zstd(zstd::stream::read::Decoder::new(compressed)?),
            #[cfg(feature = "codecs")]
            Self::Bzip2 => Decoder::Bzip2(MultiBzDecoder::new(compressed)),
            #[cfg(feature = "codecs")]
            Self::Xz => {
                let stream = liblzma::stream::Stream::new_stream_decoder(
                    XZ_MEMORY_BYTES,
                    liblzma::stream::CONCATENATED,
                );
                let stream = stream.map_err(io::Error::from)?;
                Decoder::Xz(XzDecoder::new_stream(compressed, stream))
            }
            #[cfg(not(feature = "codecs"))]
            Self::Zstd | Self::Bzip2 | Self::Xz => {
                return Err(ReadError::CodecMissing { name: self.name() });
            }
        })
    }
}

/// The decompressed size exceeds the allowed ratio, which is given.
#[derive(Debug, thiserror::Error)]
#[error("decompression bomb")]
pub(crate) struct BombError(u64);

impl From<BombError> for ReadError {
    fn from(bomb: BombError) -> Self {
        Self::Bomb { ratio: bomb.0 }
    }
}

/// Decompresses a reader.
pub(crate) struct Decompressor<R: Read> {
    decoder: Decoder<R>,
    consumed: Arc<AtomicU64>,
    produced: u64,
}

/// The start of a gzip member that was found by searching, followed by the rest of the stream.
type GzipMembers<R> = io::Chain<Cursor<&'static [u8]>, BufReader<CountingReader<R>>>;

enum Decoder<R: Read> {
    /// `None` after a search found no further member.
    Gzip(Option<MultiGzDecoder<GzipMembers<R>>>),
    #[cfg(feature = "codecs")]
    Zstd(zstd::stream::read::Decoder<'static, io::BufReader<CountingReader<R>>>),
    #[cfg(feature = "codecs")]
    Bzip2(MultiBzDecoder<CountingReader<R>>),
    #[cfg(feature = "codecs")]
    Xz(XzDecoder<CountingReader<R>>),
}

impl<R: Read> Decompressor<R> {
    /// Decompresses `compressed`.
    ///
    /// # Errors
    ///
    /// Fails if the decoder cannot be created, for example for lack of memory.
    pub(crate) fn new(compression: Compression, compressed: R) -> Result<Self, ReadError> {
        let consumed = Arc::default();
        let count = Arc::clone(&consumed);
        let inner = compressed;
        Ok(Self {
            decoder: compression.decoder(CountingReader { inner, count })?,
            consumed,
            produced: 0,
        })
    }

    /// After an error in a gzip stream, searches for the next member. Returns false if there is none, or
    /// if the format has no members.
    #[cfg(feature = "warc")]
    pub(crate) fn resume(&mut self) -> bool {
        let magic = Compression::Gzip.magic();
        let gzip = match &mut self.decoder {
            Decoder::Gzip(decoder) => decoder.take(),
            #[cfg(feature = "codecs")]
            _ => None,
        };
        let Some(members) = gzip else {
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
                self.decoder = Decoder::Gzip(Some(MultiGzDecoder::new(members)));
                return true;
            }
        }
        false
    }

    /// The number of compressed bytes that have been read.
    pub(crate) fn consumed(&self) -> u64 {
        self.consumed.load(Ordering::Relaxed)
    }
}

impl<R: Read> Read for Decompressor<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.decoder {
            Decoder::Gzip(Some(decoder)) => decoder.read(buffer),
            Decoder::Gzip(None) => Ok(0),
            #[cfg(feature = "codecs")]
            Decoder::Zstd(decoder) => decoder.read(buffer),
            #[cfg(feature = "codecs")]
            Decoder::Bzip2(decoder) => decoder.read(buffer),
            #[cfg(feature = "codecs")]
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

/// Counts the bytes that are read through it.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_64_mib_or_1000_times_the_compressed_size() {
        assert_eq!(max_decompressed_bytes(0), 67_108_864);
        assert_eq!(max_decompressed_bytes(67_108), 67_108_864);
        assert_eq!(max_decompressed_bytes(67_109), 67_109_000);
        assert_eq!(max_decompressed_bytes(u64::MAX), u64::MAX);
    }
}
