//! Warns of a SARIF report that is too large for GitHub.

use super::messages::Console;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

/// Maximum size of a compressed SARIF file that GitHub accepts, in bytes.
const MAX_BYTES: u64 = 10_000_000;

/// Passes a report on, and measures how large it is when compressed.
pub(crate) struct CompressedSize<'a> {
    out: &'a mut dyn Write,
    compressed: GzEncoder<Counter>,
}

/// Counts bytes and drops them.
#[derive(Default)]
struct Counter(u64);

impl<'a> CompressedSize<'a> {
    pub(crate) fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            compressed: GzEncoder::new(Counter::default(), Compression::default()),
        }
    }

    /// Returns the size in bytes.
    pub(crate) fn finish(self) -> io::Result<u64> {
        Ok(self.compressed.finish()?.0)
    }
}

impl Write for CompressedSize<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.compressed.write_all(&bytes[..written])?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Prints a warning if GitHub refuses a report of this compressed size.
pub(crate) fn check(compressed: u64, console: Console) {
    if let Some(warning) = warning(compressed) {
        console.note(&warning);
    }
}

fn warning(compressed: u64) -> Option<String> {
    let megabytes = compressed as f64 / 1e6;
    (compressed > MAX_BYTES).then(|| {
        format!(
            "warning: the SARIF report has {megabytes:.1} MB when compressed, and GitHub accepts at most 10 MB; to list fewer copies, check only new documents with dedupe check, or leave known copies out with --baseline"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    #[test]
    fn the_report_passes_through_and_its_compressed_size_is_counted() {
        let text = "finding ".repeat(10_000);
        let mut out = vec![];
        let mut watched = CompressedSize::new(&mut out);
        watched.write_all(text.as_bytes()).unwrap();
        let size = watched.finish().unwrap();
        assert_eq!(out, text.as_bytes());
        let mut packer = GzEncoder::new(vec![], Compression::default());
        packer.write_all(text.as_bytes()).unwrap();
        let packed = packer.finish().unwrap();
        assert_eq!(size, packed.len() as u64);
        let mut again = String::new();
        GzDecoder::new(&packed[..])
            .read_to_string(&mut again)
            .unwrap();
        assert_eq!(again, text);
    }

    #[test]
    fn only_a_report_above_the_limit_is_warned_of() {
        assert_eq!(warning(MAX_BYTES), None);
        assert!(warning(14_200_000).unwrap().contains("14.2 MB"));
    }
}
