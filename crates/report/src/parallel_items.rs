//! Long lists a part at a time: parts are made and encoded in parallel, and come in their order.

use rayon::prelude::*;
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

/// Bytes of text that are in memory at a time, about, and in how many parts they are made.
const BYTES: usize = 8 << 20;
const PARTS: usize = 32;
/// Items that are encoded first, before it is known how long they are, how many times more at most are encoded
/// each next time, and how many at most, since others may be longer than those before.
const FIRST: usize = 1;
const GROWTH: usize = 4;
const MOST: usize = 1 << 12;
/// Items that one thread collects in a go.
const OF_ONE_THREAD: usize = 16;

/// Writes so many items; `encode` appends the text of one of them. While one batch is written, the next is
/// encoded.
///
/// # Errors
///
/// Whatever `encode` and `out` report.
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
        let (end, of_one) = (range.end, range.len().div_ceil(PARTS).max(1));
        let parts = range.into_par_iter().step_by(of_one);
        parts
            .map(|first| part(first..end.min(first + of_one)))
            .collect()
    };
    let mut at_a_time = FIRST;
    let mut end = items.min(at_a_time);
    let mut ready = batch(0..end)?;
    while !ready.is_empty() {
        let bytes: usize = ready.iter().map(Vec::len).sum();
        // The next items are taken to be as long as these; of clusters the largest come first.
        let bytes_an_item = (bytes / at_a_time).max(1);
        at_a_time = (BYTES / 2 / bytes_an_item).clamp(1, MOST.min(GROWTH * at_a_time));
        let begin = end;
        end = items.min(begin + at_a_time);
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

/// These items; `item` gives one of them.
pub(super) fn collect_items<'i, T: Clone + Send + Sync + 'i>(
    range: Range<usize>,
    item: impl Fn(usize) -> io::Result<Cow<'i, T>> + Sync,
) -> io::Result<Vec<T>> {
    let items = range.into_par_iter().with_min_len(OF_ONE_THREAD);
    items.map(|at| Ok(item(at)?.into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering::Relaxed;

    #[test]
    fn every_item_is_written_once_and_in_order() {
        for items in [0, 1, FIRST, FIRST + 1, 3000] {
            let mut out = Vec::new();
            write_items(items, &mut out, |at, text| writeln!(text, "{at}")).unwrap();
            let lines: String = (0..items).map(|at| format!("{at}\n")).collect();
            assert_eq!(String::from_utf8(out).unwrap(), lines);
        }
    }

    /// Takes the lengths of what is written, and forgets it.
    struct Sink<'a>(&'a AtomicUsize);

    impl Write for Sink<'_> {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.0.fetch_sub(text.len(), Relaxed);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn no_more_text_is_held_than_there_is_room_for_however_long_the_items_are() {
        for length in [100, BYTES / 100, BYTES / 2] {
            let (held, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let encode = |_, text: &mut Vec<u8>| {
                text.resize(text.len() + length, b'.');
                most.fetch_max(held.fetch_add(length, Relaxed) + length, Relaxed);
                Ok(())
            };
            write_items(200, &mut Sink(&held), encode).unwrap();
            assert_eq!(held.load(Relaxed), 0);
            assert!(
                most.load(Relaxed) <= BYTES.max((FIRST + 1) * length),
                "{length}"
            );
        }
    }

    #[test]
    fn collected_is_what_was_asked_for() {
        let items: Vec<usize> = (0..3000).collect();
        for range in [0..0, 0..3000, 7..2000] {
            let found = collect_items(range.clone(), |at| Ok(Cow::Borrowed(&items[at]))).unwrap();
            assert_eq!(found, items[range]);
        }
    }

    #[test]
    fn a_part_that_cannot_be_encoded_ends_it() {
        let encode = |at, text: &mut Vec<u8>| match at {
            FIRST => Err(io::ErrorKind::InvalidData.into()),
            _ => text.write_all(b"."),
        };
        let mut out = Vec::new();
        let result = write_items(2 * FIRST, &mut out, encode);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(out.len(), FIRST);
    }
}
