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
use std::ops::Range;

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

/// Drops the keys of hashes that one document alone holds: they propose nothing, and most are such.
/// `keys`: sorted, without repetition. Time linear in them, no memory.
pub fn drop_lone(keys: &mut Vec<Key>) {
    let (mut kept, mut begin) = (0, 0);
    while let Some(first) = keys.get(begin) {
        let hash = first.hash();
        let length = keys[begin..]
            .iter()
            .take_while(|k| k.hash() == hash)
            .count();
        if length > 1 {
            keys.copy_within(begin..begin + length, kept);
            kept += length;
        }
        begin += length;
    }
    keys.truncate(kept);
}

/// All pairs that share at least one hash, sorted, with their counts, but for those that `keep`
/// refuses; none is left out but those between two followers of a crowd. `keys`: sorted, without
/// repetition; `leaders`: of a crowd.
///
/// Time `O(k log k)` for the `k` pairs proposed, at most `CROWD / 2` a key. Memory for a part of them
/// at a time, and for what is kept.
#[must_use]
pub fn shared(keys: &[Key], leaders: usize, keep: impl Fn(&Shared) -> bool + Sync) -> Vec<Shared> {
    let last = keys.par_iter().map(|k| k.document().0).max().unwrap_or(0);
    let least = (2 * rayon::current_num_threads()).min(MOST_PARTS);
    let parts = (keys.len() / KEYS_A_PART).clamp(least, MOST_PARTS) as u32;
    let width = last / parts + 1;
    let parts: Vec<Vec<Shared>> = (0..parts)
        .into_par_iter()
        .map(|part| part_of(keys, leaders, part * width..(part + 1) * width, &keep))
        .collect();
    parts.concat()
}

/// Keys for each part, by their lower document, in which pairs are counted: as many parts as keep them small,
/// and no more, since each goes through all keys.
const KEYS_A_PART: usize = 1 << 21;
const MOST_PARTS: usize = 64;

/// The pairs kept whose lower document is among these.
///
/// They are sorted by the lower document as they are written, since their number is counted before, and the few of
/// each by the higher one then (a radix sort of one digit before a comparison sort).
fn part_of(
    keys: &[Key],
    leaders: usize,
    lower: Range<u32>,
    keep: impl Fn(&Shared) -> bool,
) -> Vec<Shared> {
    let mut ends = vec![0; lower.len() + 1];
    propose(keys, leaders, &lower, |at, followers| {
        ends[at + 1] += followers.len();
    });
    let mut all = 0;
    for end in &mut ends {
        all += *end;
        *end = all;
    }
    // What follows each lower document begins where that of the one before ends, and so do its places.
    let mut higher = vec![0; all];
    propose(keys, leaders, &lower, |at, followers| {
        let begin = ends[at];
        ends[at] += followers.len();
        for (place, follower) in higher[begin..].iter_mut().zip(followers) {
            *place = follower.document().0;
        }
    });
    let mut kept = Vec::new();
    let (mut rest, mut begin) = (&mut higher[..], 0);
    for (document, &end) in lower.map(DocumentIndex).zip(&ends) {
        let (own, others) = rest.split_at_mut(end - begin);
        (rest, begin) = (others, end);
        own.sort_unstable();
        let counted = own.chunk_by(|a, b| a == b).filter_map(|run| {
            Some(Shared {
                pair: Pair::new(document, DocumentIndex(*run.first()?)),
                count: run.len() as u32,
            })
        });
        kept.extend(counted.filter(&keep));
    }
    kept
}

/// Calls `visit` with each of these lower documents, as its place among them, and the holders that one hash pairs
/// it with.
fn propose(keys: &[Key], leaders: usize, lower: &Range<u32>, mut visit: impl FnMut(usize, &[Key])) {
    for (_, run) in holders(keys) {
        let leaders = if run.len() <= CROWD {
            run.len()
        } else {
            leaders
        };
        // Holders are in order, and so the first of two is the lower one.
        for (k, leader) in run.iter().take(leaders).enumerate() {
            let leader = leader.document().0;
            if leader >= lower.end {
                break;
            }
            if let Some(at) = leader.checked_sub(lower.start) {
                visit(at as usize, &run[k + 1..]);
            }
        }
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
            prop_assert_eq!(shared(&sorted(&entries), LEADERS, |_| true), slow);
        }
    }

    #[test]
    fn lone_hashes_are_dropped_wherever_they_stand() {
        let check = |entries: &[(u64, u32)], expected: &[(u64, u32)]| {
            let mut keys = sorted(entries);
            drop_lone(&mut keys);
            assert_eq!(keys, sorted(expected));
        };
        check(&[], &[]);
        check(&[(1, 5)], &[]);
        check(
            &[
                (1, 5),
                (2, 1),
                (2, 3),
                (3, 0),
                (4, 2),
                (4, 7),
                (4, 9),
                (5, 1),
            ],
            &[(2, 1), (2, 3), (4, 2), (4, 7), (4, 9)],
        );
        check(&[(1, 1), (1, 2), (9, 3)], &[(1, 1), (1, 2)]);
    }

    #[test]
    fn a_crowd_costs_linear_work_and_stays_connected() {
        let documents = 200_000;
        let keys = sorted(&(0..documents).map(|d| (9, d)).collect::<Vec<_>>());
        let pairs = shared(&keys, LEADERS, |_| true);
        assert!(pairs.len() < LEADERS * documents as usize);
        let linked: BTreeSet<u32> = pairs.iter().map(|s| s.pair.higher().0).collect();
        assert_eq!(linked.len(), documents as usize - 1);
    }
}
