//! Keys in rounds: they are made by ranges of the hash, one range a thread at a time, and what nobody shares is
//! dropped before the next, so that no more is held than there is room for. Within a range they are sorted by their
//! first bits as they are made, and then by the others (a radix sort of one digit before a comparison sort), but for
//! those that no other can agree with.

use super::Key;
use super::postings::drop_singletons;
use crate::model::DocumentIndex;
use rayon::prelude::*;
use std::ops::Range;

/// First bits of a hash by which ranges are cut: fine enough for winnowing, which keeps the lowest hashes, and for
/// the keys of a cell to be sorted in the first cache.
const BITS: u32 = 12;
/// What they may be.
const CELLS: usize = 1 << BITS;
/// Hashes of a round at least, however little room there is: each round goes through all hashes.
const LEAST: usize = 1 << 20;

/// The keys of all hashes that two documents or more hold, sorted, without repetition, in parts: those of a hash are
/// in one. `room`: keys that may be in memory at once, besides those of the result; `visit`: calls
/// what it is given with each document of a batch and its hashes, the same each time; `batches`: how many of them
/// there are, in the order of their documents.
///
/// Time `O(k log k)` for `k` keys, and a visit of all hashes for each round, with one more. A range of hashes that
/// is too full to be cut is made whole.
///
/// # Errors
///
/// The first failure of `visit`.
pub fn shared_keys<E: Send>(
    room: usize,
    batches: usize,
    visit: impl Fn(usize, &mut dyn FnMut(DocumentIndex, &[u64])) -> Result<(), E> + Sync,
) -> Result<Vec<Vec<Key>>, E> {
    let counts = histogram(batches, &visit)?;
    let threads = rayon::current_num_threads();
    let of_one_round = (room / threads).max(LEAST);
    let count: usize = counts.iter().sum();
    let number = count.div_ceil(of_one_round).max(threads);
    let at_once = (room / of_one_round).clamp(1, threads);
    in_rounds(number, at_once, &counts, |visit_hashes| {
        (0..batches).try_for_each(|batch| visit(batch, visit_hashes))
    })
}

/// The same in so many rounds, of which so many are made at once. `counts`: the hashes in each cell.
fn in_rounds<E: Send>(
    number: usize,
    at_once: usize,
    counts: &[usize],
    visit: impl Fn(&mut dyn FnMut(DocumentIndex, &[u64])) -> Result<(), E> + Sync,
) -> Result<Vec<Vec<Key>>, E> {
    let mut parts: Vec<Vec<Key>> = vec![];
    for some in rounds(counts, number).chunks(at_once) {
        let made = some
            .par_iter()
            .map(|range| shared_keys_in(range.clone(), counts, &visit))
            .collect::<Result<Vec<_>, _>>()?;
        parts.extend(made);
    }
    Ok(parts)
}

/// The same of the hashes in a range of cells.
fn shared_keys_in<E>(
    range: Range<usize>,
    counts: &[usize],
    visit: impl Fn(&mut dyn FnMut(DocumentIndex, &[u64])) -> Result<(), E>,
) -> Result<Vec<Key>, E> {
    let counts = &counts[range.clone()];
    let count: usize = counts.iter().sum();
    // Whether a hash is in the range is chance, which no branch should depend on: keys of the others are written
    // too, one over the other behind those that count.
    let mut places = vec![Place { at: count, step: 0 }; CELLS];
    let mut at = 0;
    for (place, count) in places[range].iter_mut().zip(counts) {
        *place = Place { at, step: 1 };
        at += count;
    }
    let mut keys = vec![Key::default(); count + 1];
    visit(&mut |document, hashes| {
        for &hash in hashes {
            let place = &mut places[cell(hash)];
            let Some(key) = keys.get_mut(place.at) else {
                return;
            };
            *key = Key::new(hash, document);
            place.at += place.step;
        }
    })?;
    let (mut begin, mut kept, mut seen) = (0, 0, vec![]);
    for &count in counts {
        let first = kept;
        kept = keep_shared(&mut keys, begin..begin + count, first, &mut seen);
        keys[first..kept].sort_unstable();
        begin += count;
    }
    keys.truncate(kept);
    keys.dedup();
    drop_singletons(&mut keys);
    keys.shrink_to_fit();
    Ok(keys)
}

/// Moves those keys of a cell to `place`, which is not behind it, of whose next bits there are more; returns where they
/// end. Most keys are of a hash that no other document holds, and so they need not be sorted. `seen` is overwritten.
fn keep_shared(
    keys: &mut [Key],
    cell: Range<usize>,
    mut place: usize,
    seen: &mut Vec<u8>,
) -> usize {
    let bits = (4 * cell.len()).max(1).ilog2().min(MOST_BITS);
    let next_bits = |key: Key| (key.0 << BITS >> (u64::BITS - bits)) as usize;
    seen.clear();
    seen.resize(1 << bits, 0);
    for &key in &keys[cell.clone()] {
        let count = &mut seen[next_bits(key)];
        *count = count.saturating_add(1);
    }
    for at in cell {
        let key = keys[at];
        keys[place] = key;
        place += usize::from(seen[next_bits(key)] > 1);
    }
    place
}

/// Bits by which the keys of a cell are counted, at most: what the second cache has room for.
const MOST_BITS: u32 = 17;

/// Where the next key of a cell goes, and how far from there the one after it.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    step: usize,
}

fn cell(hash: u64) -> usize {
    (hash >> (u64::BITS - BITS)) as usize
}

/// How many hashes begin with each number of [`BITS`] bits.
fn histogram<E: Send>(
    batches: usize,
    visit: impl Fn(usize, &mut dyn FnMut(DocumentIndex, &[u64])) -> Result<(), E> + Sync,
) -> Result<Vec<usize>, E> {
    let add = |mut counts: Vec<usize>, batch| {
        visit(batch, &mut |_, hashes| {
            for &hash in hashes {
                counts[cell(hash)] += 1;
            }
        })?;
        Ok(counts)
    };
    let sum = |mut counts: Vec<usize>, others: Vec<usize>| {
        counts
            .iter_mut()
            .zip(others)
            .for_each(|(all, more)| *all += more);
        Ok(counts)
    };
    let none = || vec![0; CELLS];
    let batches = (0..batches).into_par_iter();
    batches.try_fold(none, add).try_reduce(none, sum)
}

/// At most so many ranges of cells, and one at least, in order and with about as many hashes each.
fn rounds(counts: &[usize], number: usize) -> Vec<Range<usize>> {
    let total = counts.iter().sum::<usize>().max(1);
    let (mut rounds, mut begun, mut last): (Vec<Range<usize>>, usize, usize) = (vec![], 0, 0);
    for (cell, &count) in counts.iter().enumerate() {
        let round = (begun * number / total).min(number - 1);
        begun += count;
        match rounds.last_mut() {
            Some(range) if round == last => range.end = cell + 1,
            _ => rounds.push(cell..cell + 1),
        }
        last = round;
    }
    rounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::convert::Infallible;

    proptest! {
        #[test]
        fn rounds_of_any_size_give_the_keys_of_one(
            documents in prop::collection::vec(prop::collection::vec(0u64..60, 0..20), 0..20),
            number in 1usize..200,
            at_once in 1usize..9,
        ) {
            // Spread over cells, with some that differ only within one.
            let hash = |n: u64| (n / 2) << 60 | n << 40;
            let documents: Vec<Vec<u64>> = (documents.iter())
                .map(|hashes| hashes.iter().map(|&n| hash(n)).collect())
                .collect();
            let each = |visit: &mut dyn FnMut(DocumentIndex, &[u64]), batch: &[usize]| -> Result<(), Infallible> {
                for &at in batch {
                    visit(DocumentIndex(at as u32), &documents[at]);
                }
                Ok(())
            };
            let all: Vec<usize> = (0..documents.len()).collect();
            let batches: Vec<&[usize]> = all.chunks(3).collect();
            let mut holders: BTreeMap<u64, BTreeSet<Key>> = BTreeMap::new();
            for (document, hashes) in (0..).map(DocumentIndex).zip(&documents) {
                for &hash in hashes {
                    let key = Key::new(hash, document);
                    holders.entry(key.hash()).or_default().insert(key);
                }
            }
            let slow: Vec<Key> = holders.into_values().filter(|h| h.len() > 1).flatten().collect();
            let counts = histogram(batches.len(), |batch, visit| each(visit, batches[batch])).unwrap();
            let made = in_rounds(number, at_once, &counts, |visit| each(visit, &all)).unwrap();
            prop_assert_eq!(&made.concat(), &slow);
            let made = shared_keys(0, batches.len(), |batch, visit| each(visit, batches[batch])).unwrap();
            prop_assert_eq!(made.concat(), slow);
        }
    }

    #[test]
    fn rounds_have_about_as_many_hashes_each() {
        let counts = [3, 4, 0, 9, 2, 2, 1, 0];
        assert_eq!(rounds(&counts, 3), [0..2, 2..4, 4..8]);
        assert_eq!(rounds(&counts, 1), std::slice::from_ref(&(0..8)));
        assert_eq!(rounds(&[0; 8], 3), std::slice::from_ref(&(0..8)));
        let many = vec![7; CELLS];
        for number in [1, 2, 3, 16, 100, CELLS, 2 * CELLS] {
            let found = rounds(&many, number);
            assert_eq!(found.len(), number.min(CELLS));
            let longest = found.iter().map(ExactSizeIterator::len).max();
            assert_eq!(longest, Some(CELLS.div_ceil(number)), "{number}");
            assert!(found.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
    }
}
