//! Makes and sorts the keys of a corpus in bounded memory.
//!
//! Keys are made in partitions, each a range of hashes. Hashes that only one document has are dropped before the
//! next partition is made. Within a partition, keys are written to the cell of their first bits as they are made,
//! and each cell is then sorted: one digit of a radix sort, then a comparison sort. Most keys are not sorted at
//! all, because a count of their next bits shows that no other key can equal them.

use super::Key;
use super::postings::drop_singletons;
use crate::model::DocumentIndex;
use rayon::prelude::*;
use std::ops::Range;

/// First bits of a hash that name its cell. Winnowing keeps the lowest hashes, so the first bits are skewed: 12
/// bits still cut them into partitions of similar size. They also make cells small enough to sort in the
/// first-level cache.
const BITS: u32 = 12;
/// Number of cells.
const CELLS: usize = 1 << BITS;
/// Hashes in a partition, even if the memory budget is smaller: each partition costs a pass over all hashes.
const MIN_PARTITION: usize = 1 << 20;
/// Rounds in which the partitions of many hashes are made. The keys of a round are in memory at once, before most of them
/// are dropped.
const ROUNDS: usize = 2;
/// Most bits by which the keys of a cell are counted: one byte per count must fit into the second-level cache.
const MAX_COUNT_BITS: u32 = 17;

/// The keys of all hashes that at least two documents have, without repetition. The result is a list of sorted
/// parts; the keys of one hash are in one part.
///
/// - `max_keys`: keys in memory at once, without those of the result. A single cell that has more is still made,
///   and a partition is never planned smaller than 2^20 hashes.
/// - `batches`: number of batches of documents.
/// - `visit`: calls its second argument for each document of a batch with the hashes of the document. It must give
///   the same documents and hashes at each call. Batches must be in the order of their documents.
///
/// Time `O(k log k)` for `k` keys, a pass over all hashes for each partition, and one pass to count them.
///
/// # Errors
///
/// The first error of `visit`.
pub fn shared_keys<E: Send>(
    max_keys: usize,
    batches: usize,
    visit: impl Fn(usize, &mut dyn FnMut(DocumentIndex, &[u64])) -> Result<(), E> + Sync,
) -> Result<Vec<Vec<Key>>, E> {
    let counts = histogram(batches, &visit)?;
    let plan = Plan::new(counts.iter().sum(), max_keys, rayon::current_num_threads());
    make_partitions(plan, &counts, |visit_hashes| {
        (0..batches).try_for_each(|batch| visit(batch, visit_hashes))
    })
}

/// How keys are divided into partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Plan {
    partitions: usize,
    /// Partitions that are made at the same time.
    parallel: usize,
}

impl Plan {
    /// Each thread makes one partition at a time and has an equal share of `max_keys`. If that is less than
    /// [`MIN_PARTITION`], fewer threads work at the same time. There are at least [`ROUNDS`] partitions per thread, or as many
    /// as keep [`MIN_PARTITION`] hashes, and never less than one.
    fn new(hashes: usize, max_keys: usize, threads: usize) -> Self {
        let size = (max_keys / threads).max(MIN_PARTITION);
        let rounds = (hashes / MIN_PARTITION / threads).clamp(1, ROUNDS);
        Self {
            partitions: hashes.div_ceil(size).max(rounds * threads),
            parallel: (max_keys / size).clamp(1, threads),
        }
    }
}

/// Makes all partitions. `counts`: the number of hashes in each cell.
fn make_partitions<E: Send>(
    plan: Plan,
    counts: &[usize],
    visit: impl Fn(&mut dyn FnMut(DocumentIndex, &[u64])) -> Result<(), E> + Sync,
) -> Result<Vec<Vec<Key>>, E> {
    let mut parts: Vec<Vec<Key>> = vec![];
    for partitions in cell_ranges(counts, plan.partitions).chunks(plan.parallel) {
        let made = partitions
            .par_iter()
            .map(|cells| make_partition(cells.clone(), counts, &visit))
            .collect::<Result<Vec<_>, _>>()?;
        parts.extend(made);
    }
    Ok(parts)
}

/// Makes the keys of a range of cells and keeps those that documents share.
fn make_partition<E>(
    cells: Range<usize>,
    counts: &[usize],
    visit: impl Fn(&mut dyn FnMut(DocumentIndex, &[u64])) -> Result<(), E>,
) -> Result<Vec<Key>, E> {
    let counts = &counts[cells.clone()];
    let count: usize = counts.iter().sum();
    // Whether a hash is in the partition is random, so a branch on it would be mispredicted. Keys outside the
    // partition are written too, all to the same unused position after the others.
    let mut cursors = vec![Cursor { at: count, step: 0 }; CELLS];
    let mut at = 0;
    for (cursor, count) in cursors[cells].iter_mut().zip(counts) {
        *cursor = Cursor { at, step: 1 };
        at += count;
    }
    let mut keys = vec![Key::default(); count + 1];
    visit(&mut |document, hashes| {
        for &hash in hashes {
            let cursor = &mut cursors[cell(hash)];
            let Some(key) = keys.get_mut(cursor.at) else {
                return;
            };
            *key = Key::new(hash, document);
            cursor.at += cursor.step;
        }
    })?;
    let (mut begin, mut kept, mut seen) = (0, 0, vec![]);
    for &count in counts {
        let first = kept;
        kept = keep_repeated(&mut keys, begin..begin + count, first, &mut seen);
        keys[first..kept].sort_unstable();
        begin += count;
    }
    keys.truncate(kept);
    keys.dedup();
    drop_singletons(&mut keys);
    keys.shrink_to_fit();
    Ok(keys)
}

/// Where the next key of a cell is written.
#[derive(Clone, Copy)]
struct Cursor {
    at: usize,
    /// 1, or 0 for a cell outside the partition.
    step: usize,
}

/// Moves the keys of a cell to `to`, which must not be after the cell, and drops keys whose next bits no other key
/// of the cell has: no other document has their hash. Returns the end of the kept keys. Overwrites `seen`.
fn keep_repeated(keys: &mut [Key], cell: Range<usize>, mut to: usize, seen: &mut Vec<u8>) -> usize {
    let bits = (4 * cell.len()).max(1).ilog2().min(MAX_COUNT_BITS);
    let next_bits = |key: Key| (key.0 << BITS >> (u64::BITS - bits)) as usize;
    seen.clear();
    seen.resize(1 << bits, 0);
    for &key in &keys[cell.clone()] {
        let count = &mut seen[next_bits(key)];
        *count = count.saturating_add(1);
    }
    for at in cell {
        let key = keys[at];
        keys[to] = key;
        to += usize::from(seen[next_bits(key)] > 1);
    }
    to
}

fn cell(hash: u64) -> usize {
    (hash >> (u64::BITS - BITS)) as usize
}

/// The number of hashes in each cell.
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
            .for_each(|(count, other)| *count += other);
        Ok(counts)
    };
    let zeros = || vec![0; CELLS];
    let batches = (0..batches).into_par_iter();
    batches.try_fold(zeros, add).try_reduce(zeros, sum)
}

/// Cuts the cells into at least one and at most `number` ranges with about equally many hashes, in order.
fn cell_ranges(counts: &[usize], number: usize) -> Vec<Range<usize>> {
    let total = counts.iter().sum::<usize>().max(1);
    let (mut ranges, mut before, mut last): (Vec<Range<usize>>, usize, usize) = (vec![], 0, 0);
    for (cell, &count) in counts.iter().enumerate() {
        let range = (before * number / total).min(number - 1);
        before += count;
        match ranges.last_mut() {
            Some(cells) if range == last => cells.end = cell + 1,
            _ => ranges.push(cell..cell + 1),
        }
        last = range;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::convert::Infallible;

    proptest! {
        #[test]
        fn every_plan_gives_the_same_keys(
            documents in prop::collection::vec(prop::collection::vec(0u64..60, 0..20), 0..20),
            partitions in 1usize..200,
            parallel in 1usize..9,
        ) {
            // Some hashes differ in their cells, some only within one.
            let hash = |n: u64| (n / 2) << 60 | n << 40;
            let documents: Vec<Vec<u64>> = (documents.iter())
                .map(|hashes| hashes.iter().map(|&n| hash(n)).collect())
                .collect();
            let visit_all = |visit: &mut dyn FnMut(DocumentIndex, &[u64]), batch: &[usize]| {
                for &at in batch {
                    visit(DocumentIndex(at as u32), &documents[at]);
                }
                Ok::<(), Infallible>(())
            };
            let all: Vec<usize> = (0..documents.len()).collect();
            let batches: Vec<&[usize]> = all.chunks(3).collect();
            let mut postings: BTreeMap<u64, BTreeSet<Key>> = BTreeMap::new();
            for (document, hashes) in (0..).map(DocumentIndex).zip(&documents) {
                for &hash in hashes {
                    let key = Key::new(hash, document);
                    postings.entry(key.hash()).or_default().insert(key);
                }
            }
            let slow: Vec<Key> = postings.into_values().filter(|h| h.len() > 1).flatten().collect();
            let counts = histogram(batches.len(), |batch, visit| visit_all(visit, batches[batch])).unwrap();
            let plan = Plan { partitions, parallel };
            let made = make_partitions(plan, &counts, |visit| visit_all(visit, &all)).unwrap();
            prop_assert_eq!(&made.concat(), &slow);
            let made = shared_keys(0, batches.len(), |batch, visit| visit_all(visit, batches[batch])).unwrap();
            prop_assert_eq!(made.concat(), slow);
        }

        #[test]
        fn planned_partitions_fit_into_memory(
            hashes in 0usize..1 << 40,
            max_keys in (1usize << 20)..1 << 40,
            threads in 1usize..64,
        ) {
            let plan = Plan::new(hashes, max_keys, threads);
            prop_assert!(hashes.div_ceil(plan.partitions) * plan.parallel <= max_keys);
            prop_assert!(plan.parallel <= threads);
        }
    }

    #[test]
    fn a_small_memory_budget_makes_fewer_partitions_at_once_instead_of_smaller_ones() {
        let million = 1 << 20;
        let check = |max_keys, partitions, parallel| {
            let plan = Plan::new(64 * million, max_keys, 8);
            assert_eq!(
                plan,
                Plan {
                    partitions,
                    parallel
                },
                "{max_keys}"
            );
        };
        check(usize::MAX, 16, 8);
        check(16 * million, 32, 8);
        check(8 * million, 64, 8);
        check(3 * million, 64, 3);
        check(0, 64, 1);
    }

    /// Each round reads all hashes again, which pays only for large partitions.
    #[test]
    fn few_hashes_are_made_in_one_round() {
        let million = 1 << 20;
        let partitions = |hashes| Plan::new(hashes, usize::MAX, 8).partitions;
        assert_eq!([0, 8 * million, 16 * million - 1].map(partitions), [8; 3]);
        assert_eq!([16 * million, 64 * million].map(partitions), [16; 2]);
    }

    #[test]
    fn a_cell_has_the_hashes_of_its_first_bits() {
        assert_eq!([0, 1 << 52, u64::MAX].map(cell), [0, 1, CELLS - 1]);
    }

    #[test]
    fn cell_ranges_have_about_equally_many_hashes() {
        let counts = [3, 4, 0, 9, 2, 2, 1, 0];
        assert_eq!(cell_ranges(&counts, 3), [0..2, 2..4, 4..8]);
        assert_eq!(cell_ranges(&counts, 1), std::slice::from_ref(&(0..8)));
        assert_eq!(cell_ranges(&[0; 8], 3), std::slice::from_ref(&(0..8)));
        let equal = vec![7; CELLS];
        for number in [1, 2, 3, 16, 100, CELLS, 2 * CELLS] {
            let found = cell_ranges(&equal, number);
            assert_eq!(found.len(), number.min(CELLS));
            let longest = found.iter().map(ExactSizeIterator::len).max();
            assert_eq!(longest, Some(CELLS.div_ceil(number)), "{number}");
            assert!(found.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
    }

    /// 300 keys with equal next bits: the count of one byte must not wrap around to 0 or 1.
    #[test]
    fn a_hash_of_more_documents_than_a_byte_counts_is_kept() {
        for documents in [255, 256, 257, 300] {
            let made = shared_keys(usize::MAX, 1, |_, visit| {
                (0..documents).for_each(|d| visit(DocumentIndex(d), &[1 << 40]));
                Ok::<(), Infallible>(())
            });
            assert_eq!(made.unwrap().concat().len(), documents as usize);
        }
    }

    #[test]
    fn most_keys_of_single_documents_are_dropped_unsorted() {
        let key = |n: u32| {
            Key::new(
                u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> BITS,
                DocumentIndex(n),
            )
        };
        let mut keys: Vec<Key> = (0..1000).map(key).collect();
        let kept = keep_repeated(&mut keys, 0..1000, 0, &mut vec![]);
        assert!(kept < 450, "{kept} of 1000");
    }

    #[test]
    fn an_error_of_any_pass_is_returned() {
        let calls = std::sync::atomic::AtomicUsize::new(0);
        for failing in 0..2 {
            calls.store(0, std::sync::atomic::Ordering::Relaxed);
            let made = shared_keys(usize::MAX, 1, |_, visit| {
                visit(DocumentIndex(0), &[1 << 40]);
                match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                    call if call == failing => Err("disk failure"),
                    _ => Ok(()),
                }
            });
            assert_eq!(made, Err("disk failure"), "call {failing}");
        }
    }
}
