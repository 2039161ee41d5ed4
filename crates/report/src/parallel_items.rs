//! Encodes the items of long lists in parallel and writes them in order, with bounded memory.

use rayon::prelude::*;
use std::io::{self, Write};
use std::ops::Range;

/// Target for the encoded text in memory, in bytes: half for the batch being written, half for the next one.
const BUFFER_BYTES: usize = 8 << 20;
/// Each batch is split into at most this many parts, which threads encode in parallel.
const PARTS_PER_BATCH: usize = 32;
/// Items in the first batch, when the size of an item is still unknown.
const FIRST_BATCH: usize = 1;
/// A batch has at most this many times the items of the batch before, since later items may be larger.
const MAX_GROWTH: usize = 4;
/// Maximum number of items in a batch.
const MAX_BATCH: usize = 1 << 12;

/// Writes `items` items in order. `encode` appends the text of the item with the given index. One batch is written
/// while the next one is encoded.
///
/// # Errors
///
/// The first error of `encode` or `out`.
pub(super) fn write_items(
    items: usize,
    out: &mut dyn Write,
    encode: impl Fn(usize, &mut Vec<u8>) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let part = |mut items: Range<usize>| -> io::Result<Vec<u8>> {
        let mut text = vec![];
        items.try_for_each(|at| encode(at, &mut text))?;
        Ok(text)
    };
    let batch = |range: Range<usize>| -> io::Result<Vec<Vec<u8>>> {
        let (end, part_len) = (range.end, range.len().div_ceil(PARTS_PER_BATCH).max(1));
        let parts = range.into_par_iter().step_by(part_len);
        parts
            .map(|first| part(first..end.min(first + part_len)))
            .collect()
    };
    let mut batch_len = FIRST_BATCH;
    let mut end = items.min(batch_len);
    let mut ready = batch(0..end)?;
    while !ready.is_empty() {
        let bytes: usize = ready.iter().map(Vec::len).sum();
        // Assume that the next items are as large as these. Clusters are sorted by size, largest first.
        let bytes_per_item = (bytes / batch_len).max(1);
        batch_len =
            (BUFFER_BYTES / 2 / bytes_per_item).clamp(1, MAX_BATCH.min(MAX_GROWTH * batch_len));
        let begin = end;
        end = items.min(begin + batch_len);
        let (mut next, mut written) = (Ok(vec![]), Ok(()));
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = batch(begin..end));
            written = ready.iter().try_for_each(|part| out.write_all(part));
        });
        written?;
        ready = next?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering::Relaxed;

    #[test]
    fn writes_each_item_once_and_in_order() {
        for items in [0, 1, FIRST_BATCH, FIRST_BATCH + 1, 3000] {
            let mut out = Vec::new();
            write_items(items, &mut out, |at, text| writeln!(text, "{at}")).unwrap();
            let lines: String = (0..items).map(|at| format!("{at}\n")).collect();
            assert_eq!(String::from_utf8(out).unwrap(), lines);
        }
    }

    /// Counts the written bytes down and discards them.
    struct CountingSink<'a>(&'a AtomicUsize);

    impl Write for CountingSink<'_> {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.0.fetch_sub(text.len(), Relaxed);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn holds_at_most_the_buffer_size_for_items_of_any_size() {
        for length in [100, BUFFER_BYTES / 100, BUFFER_BYTES / 2] {
            let (held, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let encode = |_, text: &mut Vec<u8>| {
                text.resize(text.len() + length, b'.');
                most.fetch_max(held.fetch_add(length, Relaxed) + length, Relaxed);
                Ok(())
            };
            write_items(200, &mut CountingSink(&held), encode).unwrap();
            assert_eq!(held.load(Relaxed), 0);
            assert!(
                most.load(Relaxed) <= BUFFER_BYTES.max((FIRST_BATCH + 1) * length),
                "{length}"
            );
        }
    }

    #[test]
    fn stops_at_an_item_that_cannot_be_encoded() {
        let encode = |at, text: &mut Vec<u8>| match at {
            FIRST_BATCH => Err(io::ErrorKind::InvalidData.into()),
            _ => text.write_all(b"."),
        };
        let mut out = Vec::new();
        let result = write_items(2 * FIRST_BATCH, &mut out, encode);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(out.len(), FIRST_BATCH);
    }
}
