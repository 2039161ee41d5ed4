//! Pairs from postings: which documents share how many hashes.
//!
//! A hash held by few documents proposes each pair of them. A hash held by more links each holder to
//! a few *leaders*, its first holders, and to nobody else: work stays linear in the corpus, and no
//! family is lost, since a family shares most of its hashes, and so its leaders, and clustering
//! verifies members that meet over a leader. (A cap on document frequency, the usual remedy, loses
//! exactly the stories that everyone ran.)

use super::{Key, Pair};
use crate::model::DocumentIndex;
use rayon::prelude::*;

/// Holders up to which a hash proposes all their pairs.
pub const CROWD: usize = 24;

/// Holders of a crowded fingerprint to which every other one is linked.
pub const LEADERS: usize = 4;

/// A pair and the number of hashes both hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shared {
    /// The pair.
    pub pair: Pair,
    /// Hashes shared, as far as they proposed this pair.
    pub count: u32,
}

/// The holders of each hash of sorted `keys`, without repetition, in order.
pub fn holders(keys: &[Key]) -> impl Iterator<Item = (u64, &[Key])> {
    keys.chunk_by(|a, b| a.hash() == b.hash())
        .filter_map(|run| Some((run.first()?.hash(), run)))
}

/// All pairs that share at least one hash, sorted, with their counts; none is left out but those
/// between two followers of a crowd. `keys`: sorted, without repetition; `leaders`: of a crowd.
///
/// Time `O(k log k)` for the `k` pairs proposed, at most `CROWD / 2` a key.
#[must_use]
pub fn shared(keys: &[Key], leaders: usize) -> Vec<Shared> {
    let mut pairs: Vec<Pair> = pieces(keys)
        .into_par_iter()
        .flat_map_iter(|piece| {
            let mut pairs = Vec::new();
            for (_, run) in holders(piece) {
                propose(run, leaders, &mut pairs);
            }
            pairs
        })
        .collect();
    pairs.par_sort_unstable();
    pairs
        .chunk_by(|a, b| a == b)
        .filter_map(|run| {
            Some(Shared {
                pair: *run.first()?,
                count: run.len() as u32,
            })
        })
        .collect()
}

/// Cuts sorted keys, between hashes, into pieces for threads.
fn pieces(mut keys: &[Key]) -> Vec<&[Key]> {
    const PIECE: usize = 1 << 16;
    let mut pieces = vec![];
    while let Some(last) = keys.get(PIECE) {
        let hash = last.hash();
        let end = PIECE + keys[PIECE..].partition_point(|k| k.hash() == hash);
        let (piece, rest) = keys.split_at(end);
        pieces.push(piece);
        keys = rest;
    }
    pieces.push(keys);
    pieces
}

/// The pairs that one hash proposes.
fn propose(run: &[Key], leaders: usize, pairs: &mut Vec<Pair>) {
    let leaders = if run.len() <= CROWD {
        run.len()
    } else {
        leaders
    };
    for (k, leader) in run.iter().take(leaders).enumerate() {
        let leader: DocumentIndex = leader.document();
        pairs.extend(run[k + 1..].iter().map(|f| Pair::new(leader, f.document())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn sorted(entries: &[(u64, u32)]) -> Vec<Key> {
        let mut keys: Vec<Key> = entries
            .iter()
            .map(|&(hash, d)| Key::new(hash << 40, DocumentIndex(d)))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    proptest! {
        #[test]
        fn counts_equal_set_intersections(
            entries in prop::collection::vec((0u64..40, 0u32..20), 0..300),
        ) {
            let mut sets: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
            for &(hash, d) in &entries {
                sets.entry(d).or_default().insert(hash);
            }
            let mut slow = vec![];
            for (a, left) in &sets {
                for (b, right) in sets.range(a + 1..) {
                    let count = left.intersection(right).count() as u32;
                    if count > 0 {
                        let pair = Pair::new(DocumentIndex(*a), DocumentIndex(*b));
                        slow.push(Shared { pair, count });
                    }
                }
            }
            prop_assert_eq!(shared(&sorted(&entries), LEADERS), slow);
        }
    }

    #[test]
    fn a_crowd_costs_linear_work_and_stays_connected() {
        let documents = 200_000;
        let keys = sorted(&(0..documents).map(|d| (9, d)).collect::<Vec<_>>());
        let pairs = shared(&keys, LEADERS);
        assert!(pairs.len() < LEADERS * documents as usize);
        let linked: BTreeSet<u32> = pairs.iter().map(|s| s.pair.higher().0).collect();
        assert_eq!(linked.len(), documents as usize - 1);
    }

    #[test]
    fn pieces_never_cut_a_hash() {
        let keys = sorted(
            &(0..300_000)
                .map(|k| (u64::from(k / 70_000), k))
                .collect::<Vec<_>>(),
        );
        let pieces = pieces(&keys);
        assert_eq!(pieces.concat(), keys);
        assert!(
            pieces
                .windows(2)
                .all(|p| p[0].last().unwrap().hash() != p[1][0].hash())
        );
    }
}
