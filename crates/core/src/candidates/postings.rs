//! Pairs from postings: which documents share how many hashes.
//!
//! A hash held by few documents proposes each pair of them. A hash held by more links each holder to
//! a few *pivots*, its first holders, and to nobody else: work stays linear in the corpus, and no
//! family is lost, since a family shares most of its hashes, and so its pivots, and clustering
//! verifies members that meet over a pivot. (A cap on document frequency, the usual remedy, loses
//! exactly the stories that everyone ran.)

use super::Key;
use crate::model::DocumentIndex;
use crate::model::Pair;
use rayon::prelude::*;
use std::ops::{Range, RangeInclusive};

/// Holders up to which a hash proposes all their pairs.
pub const FREQUENT: usize = 24;

/// Holders of a crowded fingerprint to which every other one is linked.
pub const PIVOTS: usize = 4;

/// A pair and the number of hashes both hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The pair.
    pub pair: Pair,
    /// Hashes shared, as far as they proposed this pair.
    pub count: u32,
}

/// The holders of each hash of sorted `keys`, without repetition, in order.
pub fn posting_lists(keys: &[Key]) -> impl Iterator<Item = (u64, &[Key])> {
    keys.chunk_by(|a, b| a.hash() == b.hash())
        .filter_map(|run| Some((run.first()?.hash(), run)))
}

/// Drops the keys of hashes that one document alone holds: they propose nothing.
/// `keys`: sorted, without repetition. Time linear in them, no memory.
pub fn drop_singletons(keys: &mut Vec<Key>) {
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
/// repetition, in parts, those of a hash in one; `pivots`: of a crowd; `room`: pairs that there is memory for.
///
/// Time `O(k log k)` for the `k` pairs proposed, at most `FREQUENT / 2` a key. Memory for a part of them
/// at a time, and for what is kept.
#[must_use]
pub fn candidate_pairs<K: AsRef<[Key]> + Sync>(
    keys: &[K],
    pivots: usize,
    room: usize,
    keep: impl Fn(&Candidate) -> bool + Sync,
) -> Vec<Candidate> {
    let pairs_a_part = room.clamp(*PAIRS_A_PART.start(), *PAIRS_A_PART.end());
    let parts = number_of_pairs(keys, pivots).div_ceil(pairs_a_part);
    candidate_pairs_in(parts.clamp(1, MOST_PARTS), keys, pivots, keep)
}

/// How many pairs the hashes propose, each counted as often as it is proposed.
fn number_of_pairs<K: AsRef<[Key]> + Sync>(keys: &[K], pivots: usize) -> usize {
    let pieces: Vec<&[Key]> = split_between_hashes(keys, rayon::current_num_threads()).collect();
    let of_run = |run: &[Key]| {
        let (all, pivots) = (run.len(), pivots_of(run, pivots));
        pivots * all - pivots * (pivots + 1) / 2
    };
    let of_piece = |keys: &&[Key]| {
        posting_lists(keys)
            .map(|(_, run)| of_run(run))
            .sum::<usize>()
    };
    pieces.par_iter().map(of_piece).sum()
}

/// How many of the holders of one hash are paired with all that follow.
fn pivots_of(run: &[Key], pivots: usize) -> usize {
    if run.len() <= FREQUENT {
        run.len()
    } else {
        pivots.min(run.len())
    }
}

/// The same in so many parts at most, by the lower document of the pairs.
fn candidate_pairs_in<K: AsRef<[Key]> + Sync>(
    parts: usize,
    keys: &[K],
    pivots: usize,
    keep: impl Fn(&Candidate) -> bool + Sync,
) -> Vec<Candidate> {
    let threads = rayon::current_num_threads();
    let postings: Vec<&[Key]> = split_between_hashes(keys, threads).collect();
    let documents = postings.par_iter().copied().flatten();
    let documents = documents.map(|key| key.document().0 + 1).max();
    let ranges = Ranges::new(
        documents.unwrap_or(0),
        parts as u32 * RANGES * threads as u32,
    );
    let mut kept = Vec::new();
    for part in ranges.all().chunks(RANGES as usize * threads) {
        let first = part.first().map_or(0, |range| range.start);
        let end = part.last().map_or(0, |range| range.end);
        let proposed: Vec<Vec<Vec<Pair>>> = postings
            .par_iter()
            .map(|keys| {
                let mut of_range = vec![vec![]; part.len()];
                propose(keys, pivots, &(first..end), |pivot, followers| {
                    let range = &mut of_range[ranges.of(pivot - first)];
                    let pivot = DocumentIndex(pivot);
                    range.extend(followers.iter().map(|f| Pair::new(pivot, f.document())));
                });
                of_range
            })
            .collect();
        let counted = part.par_iter().enumerate().map(|(at, range)| {
            let pairs = proposed.iter().map(|of_range| &of_range[at]);
            counted(range.clone(), pairs.flatten(), &keep)
        });
        let counted: Vec<Vec<Candidate>> = counted.collect();
        kept.extend(counted.into_iter().flatten());
    }
    kept
}

/// Pairs of each part, by their lower document, in which they are proposed and counted: as many as there is room
/// for, since each part goes through all keys.
const PAIRS_A_PART: RangeInclusive<usize> = 1 << 21..=1 << 23;
const MOST_PARTS: usize = 64;
/// Ranges of lower documents in a part, for each thread: those of low numbers are the lower ones more often.
const RANGES: u32 = 4;

/// Documents cut into ranges of one width.
struct Ranges {
    documents: u32,
    width: u32,
}

impl Ranges {
    /// So many ranges at most.
    fn new(documents: u32, number: u32) -> Self {
        Self {
            documents,
            width: documents.div_ceil(number).max(1),
        }
    }

    fn all(&self) -> Vec<Range<u32>> {
        let starts = (0..self.documents).step_by(self.width as usize);
        let end = |start: u32| start.saturating_add(self.width).min(self.documents);
        starts.map(|start| start..end(start)).collect()
    }

    /// The number of the range that a document is in.
    fn of(&self, document: u32) -> usize {
        (document / self.width) as usize
    }
}

/// Sorted keys that are in parts, each part in so many pieces at most, the holders of a hash in one.
pub fn split_between_hashes<K: AsRef<[Key]>>(
    keys: &[K],
    number: usize,
) -> impl Iterator<Item = &[Key]> {
    keys.iter().flat_map(move |part| cut(part.as_ref(), number))
}

fn cut(keys: &[Key], number: usize) -> Vec<&[Key]> {
    let (mut pieces, mut rest) = (vec![], keys);
    while !rest.is_empty() {
        let near = keys.len().div_ceil(number).clamp(1, rest.len());
        let last = rest[near - 1].hash();
        let end = near + rest[near..].partition_point(|key| key.hash() == last);
        let (piece, others) = rest.split_at(end);
        pieces.push(piece);
        rest = others;
    }
    pieces
}

/// Calls `visit` with each document among these that is the lower one of a pair, and the holders with which one
/// hash pairs it.
fn propose(keys: &[Key], pivots: usize, lower: &Range<u32>, mut visit: impl FnMut(u32, &[Key])) {
    for (_, run) in posting_lists(keys) {
        // Holders are in order, and so the first of two is the lower one.
        for (k, pivot) in run.iter().take(pivots_of(run, pivots)).enumerate() {
            let pivot = pivot.document().0;
            if pivot >= lower.end {
                break;
            }
            if pivot >= lower.start {
                visit(pivot, &run[k + 1..]);
            }
        }
    }
}

/// What these pairs share, whose lower documents are in a range, as far as it is kept.
///
/// They are sorted by the lower document as they are written down, since their number is counted before, and the few
/// of each by the higher one then (a radix sort of one digit before a comparison sort).
fn counted<'p>(
    lower: Range<u32>,
    pairs: impl Iterator<Item = &'p Pair> + Clone,
    keep: impl Fn(&Candidate) -> bool,
) -> Vec<Candidate> {
    let place = |pair: &Pair| (pair.lower().0 - lower.start) as usize;
    let mut places = vec![0; lower.len() + 1];
    for pair in pairs.clone() {
        places[place(pair) + 1] += 1;
    }
    let mut all = 0;
    for begin in &mut places {
        all += *begin;
        *begin = all;
    }
    let mut higher = vec![DocumentIndex(0); all];
    for pair in pairs {
        let place = &mut places[place(pair)];
        higher[*place] = pair.higher();
        *place += 1;
    }
    // Each place has come to where what its document is paired with ends.
    let mut kept = Vec::new();
    let (mut rest, mut begin) = (&mut higher[..], 0);
    for (document, &end) in lower.map(DocumentIndex).zip(&places) {
        let (own, others) = rest.split_at_mut(end - begin);
        (rest, begin) = (others, end);
        own.sort_unstable();
        let counted = own.chunk_by(|a, b| a == b).filter_map(|run| {
            Some(Candidate {
                pair: Pair::new(document, *run.first()?),
                count: run.len() as u32,
            })
        });
        kept.extend(counted.filter(&keep));
    }
    kept
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
            parts in 1usize..9,
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
                        slow.push(Candidate { pair, count });
                    }
                }
            }
            let keys = [sorted(&entries)];
            let proposed: usize = slow.iter().map(|s| s.count as usize).sum();
            prop_assert_eq!(number_of_pairs(&keys, PIVOTS), proposed);
            prop_assert_eq!(candidate_pairs_in(parts, &keys, PIVOTS, |_| true), slow);
        }
    }

    #[test]
    fn ranges_cover_all_documents() {
        for (documents, number) in [(0, 3), (1, 8), (7, 8), (8, 8), (9, 8), (1000, 16)] {
            let ranges = Ranges::new(documents, number);
            let all = ranges.all();
            assert!(all.len() <= number as usize);
            assert!(all.iter().cloned().flatten().eq(0..documents));
            for (at, range) in all.iter().enumerate() {
                assert!(range.clone().all(|document| ranges.of(document) == at));
            }
        }
    }

    #[test]
    fn holders_of_a_hash_are_not_cut_apart() {
        let keys = sorted(&[(1, 5), (2, 1), (2, 3), (2, 9), (3, 0), (4, 2), (4, 7)]);
        assert_eq!(cut(&keys, 2), [&keys[..4], &keys[4..]]);
        assert_eq!(cut(&keys, 100).len(), 4);
        assert_eq!(cut(&keys, 1), [&keys[..]]);
        assert!(cut(&[], 2).is_empty());
    }

    #[test]
    fn lone_hashes_are_dropped_wherever_they_stand() {
        let check = |entries: &[(u64, u32)], expected: &[(u64, u32)]| {
            let mut keys = sorted(entries);
            drop_singletons(&mut keys);
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
        let pairs = candidate_pairs(&[&keys], PIVOTS, usize::MAX, |_| true);
        assert_eq!(candidate_pairs_in(7, &[&keys], PIVOTS, |_| true), pairs);
        assert!(pairs.len() < PIVOTS * documents as usize);
        assert_eq!(number_of_pairs(&[&keys], PIVOTS), pairs.len());
        let few = &keys[..2 * FREQUENT];
        let all_led = candidate_pairs(&[few], usize::MAX, usize::MAX, |_| true);
        assert_eq!(all_led.len(), few.len() * (few.len() - 1) / 2);
        let linked: BTreeSet<u32> = pairs.iter().map(|s| s.pair.higher().0).collect();
        assert_eq!(linked.len(), documents as usize - 1);
    }
}
