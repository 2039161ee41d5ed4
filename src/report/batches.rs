//! Long lists a part at a time: parts are made and encoded in parallel, and come in their order.

use rayon::prelude::*;
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

/// Items that are in memory as text at a time, and how many of them one thread encodes.
const AT_A_TIME: usize = 1024;
const OF_ONE_THREAD: usize = 128;

/// Writes so many items; `encode` gives the text of a part of them.
///
/// # Errors
///
/// Whatever `encode` and `out` report.
pub(super) fn write(
    items: usize,
    out: &mut dyn Write,
    encode: impl Fn(Range<usize>) -> io::Result<Vec<u8>> + Sync,
) -> io::Result<()> {
    for begin in (0..items).step_by(AT_A_TIME) {
        let end = items.min(begin + AT_A_TIME);
        let parts = (begin..end).into_par_iter().step_by(OF_ONE_THREAD);
        let encoded: io::Result<Vec<Vec<u8>>> = parts
            .map(|first| encode(first..end.min(first + OF_ONE_THREAD)))
            .collect();
        for part in encoded? {
            out.write_all(&part)?;
        }
    }
    Ok(())
}

/// These items; `items` gives a part of them.
pub(super) fn collect<'i, T: Clone + Send + 'i>(
    range: Range<usize>,
    items: impl Fn(Range<usize>) -> Cow<'i, [T]> + Sync,
) -> Vec<T> {
    let end = range.end;
    let parts = range.into_par_iter().step_by(OF_ONE_THREAD);
    parts
        .flat_map_iter(|first| items(first..end.min(first + OF_ONE_THREAD)).into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_written_once_and_in_order() {
        for items in [0, 1, OF_ONE_THREAD, AT_A_TIME + 1, 3 * AT_A_TIME] {
            let lines = |range: Range<usize>| range.map(|at| format!("{at}\n")).collect::<String>();
            let mut out = Vec::new();
            write(items, &mut out, |range| Ok(lines(range).into_bytes())).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), lines(0..items));
        }
    }

    #[test]
    fn collected_is_what_was_asked_for() {
        let items: Vec<usize> = (0..3000).collect();
        for range in [0..0, 0..3000, 7..2000] {
            let found = collect(range.clone(), |part| Cow::Borrowed(&items[part]));
            assert_eq!(found, items[range]);
        }
    }

    #[test]
    fn a_part_that_cannot_be_encoded_ends_it() {
        let encode = |range: Range<usize>| match range.contains(&AT_A_TIME) {
            true => Err(io::ErrorKind::InvalidData.into()),
            false => Ok(vec![b'.'; range.len()]),
        };
        let mut out = Vec::new();
        let result = write(2 * AT_A_TIME, &mut out, encode);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(out.len(), AT_A_TIME);
    }
}
