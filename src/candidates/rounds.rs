//! Keys in rounds: they are made by ranges of the hash, one range a thread at a time, and what nobody shares is
//! dropped before the next. So less has to be sorted together, and no more is held than there is room for.

use super::Key;
use super::postings::drop_lone;
use crate::model::DocumentIndex;
use rayon::prelude::*;
use std::ops::Range;

/// First bits of a hash by which ranges are cut: fine enough for winnowing, which keeps the lowest hashes.
const BITS: u32 = 12;
/// What they may be.
const CELLS: usize = 1 << BITS;
/// Rounds of a thread where there is room for all keys: a few, since each goes through all hashes, but so many
/// that none waits long for the last.
const ROUNDS: usize = 2;
/// Hashes that are too few to be worth more than one round.
const FEW: usize = 1 << 12;

/// The keys of all hashes that two documents or more hold, sorted, without repetition. `count`: the
/// hashes of all documents; `room`: keys that may be in memory at once, besides those of the result;
/// `visit`: calls what it is given with each document and its hashes.
///
/// Time `O(k log k)` for `k` keys, and a visit of all hashes for each round, with one more. A range of hashes that
/// is too full to be cut is made whole.
#[must_use]
pub fn repeated(
    count: usize,
    room: usize,
    visit: impl Fn(&mut dyn FnMut(DocumentIndex, &[u64])) + Sync,
) -> Vec<Key> {
    let threads = rayon::current_num_threads();
    let most = (room / threads).min((count / threads / ROUNDS).max(FEW));
    let parts: Vec<Vec<Key>> = rounds(&histogram(&visit), most)
        .into_par_iter()
        .map(|(range, count)| repeated_in(&range, count, &visit))
        .collect();
    let mut keys = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    for mut part in parts {
        keys.append(&mut part);
    }
    keys
}

/// The same of the hashes in a range of cells, of which there are `count`.
fn repeated_in(
    range: &Range<usize>,
    count: usize,
    visit: impl Fn(&mut dyn FnMut(DocumentIndex, &[u64])),
) -> Vec<Key> {
    let mut keys = vec![Key::default(); count + 1];
    let mut next = 0;
    visit(&mut |document, hashes| {
        for &hash in hashes {
            // Written whether or not it is in the range, which is chance: the next one takes its place.
            let Some(key) = keys.get_mut(next) else {
                return;
            };
            *key = Key::new(hash, document);
            next += usize::from(range.contains(&cell(hash)));
        }
    });
    keys.truncate(next);
    keys.sort_unstable();
    keys.dedup();
    drop_lone(&mut keys);
    keys.shrink_to_fit();
    keys
}

fn cell(hash: u64) -> usize {
    (hash >> (u64::BITS - BITS)) as usize
}

/// How many hashes begin with each number of [`BITS`] bits.
fn histogram(visit: impl Fn(&mut dyn FnMut(DocumentIndex, &[u64]))) -> Vec<usize> {
    let mut counts = vec![0; CELLS];
    visit(&mut |_, hashes| {
        for &hash in hashes {
            counts[cell(hash)] += 1;
        }
    });
    counts
}

/// Ranges of cells in order, of `room` hashes at most or of one cell, with their hashes.
fn rounds(counts: &[usize], room: usize) -> Vec<(Range<usize>, usize)> {
    let mut rounds: Vec<(Range<usize>, usize)> = vec![];
    for (cell, &count) in counts.iter().enumerate() {
        match rounds.last_mut() {
            Some((range, held)) if *held + count <= room => {
                range.end = cell + 1;
                *held += count;
            }
            _ => rounds.push((cell..cell + 1, count)),
        }
    }
    rounds
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        #[test]
        fn rounds_of_any_size_give_the_keys_of_one(
            documents in prop::collection::vec(prop::collection::vec(0u64..60, 0..20), 0..20),
            room in 0usize..200,
        ) {
            // Spread over cells, with some that differ only within one.
            let hash = |n: u64| (n / 2) << 60 | n << 40;
            let documents: Vec<Vec<u64>> = (documents.iter())
                .map(|hashes| hashes.iter().map(|&n| hash(n)).collect())
                .collect();
            let visit = |visit: &mut dyn FnMut(DocumentIndex, &[u64])| {
                for (document, hashes) in (0..).map(DocumentIndex).zip(&documents) {
                    visit(document, hashes);
                }
            };
            let mut holders: BTreeMap<u64, BTreeSet<Key>> = BTreeMap::new();
            for (document, hashes) in (0..).map(DocumentIndex).zip(&documents) {
                for &hash in hashes {
                    let key = Key::new(hash, document);
                    holders.entry(key.hash()).or_default().insert(key);
                }
            }
            let slow: Vec<Key> = holders.into_values().filter(|h| h.len() > 1).flatten().collect();
            let count = documents.iter().map(Vec::len).sum();
            prop_assert_eq!(repeated(count, room, visit), slow);
        }
    }

    #[test]
    fn rounds_hold_no_more_than_there_is_room_for() {
        let counts = [3, 4, 0, 9, 2, 2, 1, 0];
        let expected = [(0..1, 3), (1..3, 4), (3..4, 9), (4..8, 5)];
        assert_eq!(rounds(&counts, 5), expected);
        assert_eq!(rounds(&counts, 100), [(0..8, 21)]);
    }
}
