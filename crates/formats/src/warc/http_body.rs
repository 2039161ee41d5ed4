//! Decodes the body of an HTTP response as crawlers store it.
//!
//! Many crawlers store a decoded body with the headers of the encoded one. So an encoding is only removed
//! if the body has it.

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::{self, Read};

/// The first bytes of gzip data.
const GZIP_MAGIC: &[u8] = &[0x1F, 0x8B, 0x08];

/// The maximum length of the line before a chunk.
const CHUNK_LINE_BYTES: usize = 4096;

/// A decoded body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HttpBody {
    pub(super) bytes: Vec<u8>,
    /// False if the body ends too early or is damaged. The bytes before that are there.
    pub(super) is_whole: bool,
}

/// Removes the encodings of a body. `encodings` are the values of `Content-Encoding` and
/// `Transfer-Encoding`, in that order. The result has at most one byte more than `limit`.
///
/// # Errors
///
/// Fails if the body is gzip data that cannot be decompressed.
pub(super) fn decode<'h>(
    bytes: Vec<u8>,
    encodings: impl DoubleEndedIterator<Item = &'h str>,
    limit: u64,
) -> io::Result<HttpBody> {
    let mut body = HttpBody {
        bytes,
        is_whole: true,
    };
    let names = encodings.flat_map(|value| value.split(','));
    let names: Vec<String> = names.map(|name| name.trim().to_ascii_lowercase()).collect();
    // The last encoding was applied last.
    for name in names.iter().rev().take(MAX_ENCODINGS) {
        body.remove(name, limit);
    }
    if body.bytes.starts_with(GZIP_MAGIC) {
        body.remove("gzip", limit);
    }
    if body.bytes.starts_with(GZIP_MAGIC) {
        return Err(io::Error::other("its gzip data cannot be decompressed"));
    }
    Ok(body)
}

/// The maximum number of encodings that are removed.
const MAX_ENCODINGS: usize = 8;

impl HttpBody {
    /// Removes an encoding if the body has it.
    fn remove(&mut self, name: &str, limit: u64) {
        let encoded = self.bytes.as_slice();
        let decoded = match name {
            "chunked" => without_chunks(encoded),
            "gzip" | "x-gzip" if encoded.starts_with(GZIP_MAGIC) => {
                read(MultiGzDecoder::new(encoded), limit)
            }
            "gzip" | "x-gzip" if is_zlib(encoded) => read(ZlibDecoder::new(encoded), limit),
            "deflate" if is_zlib(encoded) => read(ZlibDecoder::new(encoded), limit),
            "deflate" => read(DeflateDecoder::new(encoded), limit),
            "br" => read(brotli::Decompressor::new(encoded, 4096), limit),
            "zstd" => zstd::stream::read::Decoder::with_buffer(encoded)
                .ok()
                .and_then(|decoder| read(decoder, limit)),
            _ => None,
        };
        if let Some(decoded) = decoded {
            self.is_whole &= decoded.is_whole;
            self.bytes = decoded.bytes;
        }
    }
}

/// Reads a decoder. `None` if it cannot read even the first byte of a body that is not empty.
fn read(decoder: impl Read, limit: u64) -> Option<HttpBody> {
    let mut bytes = Vec::new();
    let read: io::Result<usize> = decoder
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes);
    let is_whole = read.is_ok();
    (is_whole || !bytes.is_empty()).then_some(HttpBody { bytes, is_whole })
}

/// True if the first two bytes are a header of zlib data. Some servers send deflated data without it.
fn is_zlib(bytes: &[u8]) -> bool {
    match bytes {
        [first, second, ..] => {
            first & 0x0F == 8 && u16::from_be_bytes([*first, *second]).is_multiple_of(31)
        }
        _ => false,
    }
}

/// Joins the chunks of a body (RFC 9112, section 7.1). `None` if it does not begin with a chunk.
fn without_chunks(mut rest: &[u8]) -> Option<HttpBody> {
    let mut bytes = Vec::with_capacity(rest.len());
    let mut is_first = true;
    loop {
        let Some((size, after)) = chunk_size(rest) else {
            let is_whole = false;
            return (!is_first).then_some(HttpBody { bytes, is_whole });
        };
        if size == 0 {
            let is_whole = true;
            return Some(HttpBody { bytes, is_whole });
        }
        let chunk = after.get(..size).unwrap_or(after);
        bytes.extend_from_slice(chunk);
        rest = after.get(size..).unwrap_or_default();
        rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        is_first = false;
    }
}

/// The size in the line before a chunk, without its extensions, and the bytes after the line.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let head = bytes.get(..CHUNK_LINE_BYTES).unwrap_or(bytes);
    let end = memchr::memchr(b'\n', head)?;
    let line = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let digits = line.split(';').next()?.trim();
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let size = usize::from_str_radix(digits, 16)
        .ok()
        .filter(|_| is_number)?;
    Some((size, bytes.get(end + 1..)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::tests::gzip;
    use std::io::Write;

    fn check(bytes: &[u8], encodings: &[&str], expected: &str, is_whole: bool) {
        let body = decode(bytes.to_vec(), encodings.iter().copied(), 100).unwrap();
        let text = String::from_utf8_lossy(&body.bytes);
        assert_eq!((text.as_ref(), body.is_whole), (expected, is_whole));
    }

    #[test]
    fn joins_chunks_with_extensions_and_trailers() {
        let chunked = b"3;a=\"b\"\r\none\r\n 5 \r\n, two\r\n0\r\nTrailer: x\r\n\r\n";
        check(chunked, &["chunked"], "one, two", true);
        check(b"3\none\n0\n\n", &["Chunked"], "one", true);
        check(b"3\r\none\r\n5\r\n, t", &["chunked"], "one, t", false);
        check(b"3\r\none\r\n<oops", &["chunked"], "one", false);
        check(b"ffffffffffffffff\r\none", &["chunked"], "one", false);
    }

    #[test]
    fn a_body_that_is_not_encoded_stays_as_it_is() {
        for encoding in [
            "chunked", "gzip", "deflate", "br", "zstd", "identity", "unknown",
        ] {
            check(b"<p>one</p>\n", &[encoding], "<p>one</p>\n", true);
        }
        check(b"", &["chunked", "gzip"], "", true);
        check(b"+3\r\none", &["chunked"], "+3\r\none", true);
    }

    #[test]
    fn decompresses_in_reverse_order() {
        let zipped = gzip(b"one");
        check(&zipped, &["x-gzip"], "one", true);
        check(&zipped, &[], "one", true);
        let mut chunked = format!("{:x}\r\n", zipped.len()).into_bytes();
        chunked.extend_from_slice(&zipped);
        chunked.extend_from_slice(b"\r\n0\r\n\r\n");
        check(&chunked, &["gzip", "chunked"], "one", true);
        check(&chunked, &["gzip, chunked"], "one", true);
        let level = flate2::Compression::default();
        let mut zlib = flate2::write::ZlibEncoder::new(vec![], level);
        zlib.write_all(b"one").unwrap();
        let zlib = zlib.finish().unwrap();
        check(&zlib, &["deflate"], "one", true);
        check(&zlib, &["gzip"], "one", true);
        let mut raw = flate2::write::DeflateEncoder::new(vec![], level);
        raw.write_all(b"one").unwrap();
        check(&raw.finish().unwrap(), &["deflate"], "one", true);
        let zstd = zstd::encode_all(&b"one"[..], 0).unwrap();
        check(&zstd, &["zstd"], "one", true);
    }

    #[test]
    fn limits_what_a_body_expands_to_and_keeps_the_start_of_a_cut_one() {
        let zeros = gzip([b'0'; 1000]);
        let body = decode(zeros.clone(), ["gzip"].into_iter(), 100).unwrap();
        assert_eq!(body.bytes.len(), 101);
        let mut cut = gzip(b"one two three four five six seven");
        cut.truncate(cut.len() - 10);
        let body = decode(cut, ["gzip"].into_iter(), 100).unwrap();
        assert!(!body.is_whole && body.bytes.starts_with(b"one"));
        let damaged = b"\x1F\x8B\x08 no gzip".to_vec();
        assert!(decode(damaged, ["gzip"].into_iter(), 100).is_err());
    }
}
