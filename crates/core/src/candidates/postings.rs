//! Pairs from posting lists: which documents share how many hashes.
//!
//! A hash of few documents proposes all pairs of them. A *frequent* hash proposes pairs of each of its documents
//! with a few *pivots* only, its first documents. So the number of pairs stays linear in the corpus. Documents of
//! one story share most of their hashes and so share pivots, and clustering verifies members that meet at a pivot.
//! A limit on document frequency, the usual remedy, would lose the stories that everybody ran.

use super::Key;
use crate::model::DocumentIndex;
use crate::model::Pair;
use rayon::prelude::*;
use std::ops::{Range, RangeInclusive};

/// A hash of more documents than this is frequent. A hash of `n` documents proposes `(n - 1) / 2` pairs for each of
/// its keys, so this bounds the pairs per key.
pub const FREQUENT: usize = 24;

/// Pivots of a frequent fingerprint. Several, because a single pivot may happen not to be part of the story.
pub const PIVOTS: usize = 4;

/// A candidate pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The pair.
    pub pair: Pair,
    /// Shared hashes. Frequent hashes count only if one of the two documents is a pivot.
    pub count: u32,
}

/// Iterates over the hashes of `keys` with their posting lists: the keys of each hash, in order of the documents.
/// `keys`: sorted, without repetition.
pub fn posting_lists(keys: &[Key]) -> impl Iterator<Item = (u64, &[Key])> {
    keys.chunk_by(|a, b| a.hash() == b.hash())
        .filter_map(|list| Some((list.first()?.hash(), list)))
}

/// Drops the keys of hashes that only one document has; they propose no pair. `keys`: sorted, without repetition.
/// Time linear in `keys`, in place.
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

/// All pairs that share at least one hash and pass `keep`, sorted, with their counts. Two documents that share
/// only frequent hashes are a pair only if one of them is a pivot of one.
///
/// - `keys`: parts of sorted keys without repetition. The keys of one hash must be in one part.
/// - `pivots`: pivots of a frequent hash.
/// - `max_pairs`: pairs in memory at once, at 8 bytes each, without those that are kept. At most as many as there are
///   keys. Treated as at least 2^21 and at most 2^23, and exceeded if there are more than 64 times as many pairs.
///
/// Time `O(p log p)` for `p` proposed pairs, at most `FREQUENT / 2` for each key, and a pass over all keys for each
/// `max_pairs`.
#[must_use]
pub fn candidate_pairs<K: AsRef<[Key]> + Sync>(
    keys: &[K],
    pivots: usize,
    max_pairs: usize,
    keep: impl Fn(&Candidate) -> bool + Sync,
) -> Vec<Candidate> {
    let keys_in_all = keys.iter().map(|part| part.as_ref().len()).sum();
    let passes = number_of_passes(number_of_pairs(keys, pivots), keys_in_all, max_pairs);
    candidate_pairs_in(passes, keys, pivots, keep)
}

/// Pairs of one pass. Fewer make too many passes over all keys; more are not faster.
const PAIRS_IN_PASS: RangeInclusive<usize> = 1 << 21..=1 << 23;
/// Largest number of passes. Each reads all keys, so this limits the time that saving memory may cost.
const MAX_PASSES: usize = 64;

/// A pass reads all keys. If it makes as many pairs, more pairs in memory would save little time.
fn number_of_passes(pairs: usize, keys: usize, max_pairs: usize) -> usize {
    let in_pass = max_pairs
        .min(keys)
        .clamp(*PAIRS_IN_PASS.start(), *PAIRS_IN_PASS.end());
    pairs.div_ceil(in_pass).clamp(1, MAX_PASSES)
}

/// The number of pairs that the hashes propose. A pair counts once for each hash that proposes it.
fn number_of_pairs<K: AsRef<[Key]> + Sync>(keys: &[K], pivots: usize) -> usize {
    let pieces: Vec<&[Key]> = split_between_hashes(keys, rayon::current_num_threads()).collect();
    let pairs_of_list = |list: &[Key]| {
        let (all, pivots) = (list.len(), pivots_of(list, pivots));
        pivots * all - pivots * (pivots + 1) / 2
    };
    let pairs_of_piece = |keys: &&[Key]| {
        posting_lists(keys)
            .map(|(_, list)| pairs_of_list(list))
            .sum::<usize>()
    };
    pieces.par_iter().map(pairs_of_piece).sum()
}

/// How many documents of a posting list are paired with all documents after them.
fn pivots_of(list: &[Key], pivots: usize) -> usize {
    pivots_among(list.len(), pivots)
}

/// How many of the first documents of a hash are paired with all documents after them: all of a hash of few documents, else
/// the `pivots`.
#[must_use]
pub(super) fn pivots_among(documents: usize, pivots: usize) -> usize {
    if documents <= FREQUENT {
        documents
    } else {
        pivots.min(documents)
    }
}

/// Computes the pairs in at most `passes` passes. Each handles a range of documents: pairs whose lower document is
/// in the range.
fn candidate_pairs_in<K: AsRef<[Key]> + Sync>(
    passes: usize,
    keys: &[K],
    pivots: usize,
    keep: impl Fn(&Candidate) -> bool + Sync,
) -> Vec<Candidate> {
    let threads = rayon::current_num_threads();
    let postings: Vec<&[Key]> = split_between_hashes(keys, threads).collect();
    let documents = postings.par_iter().copied().flatten();
    let documents = documents.map(|key| key.document().0 + 1).max();
    let ranges_in_pass = RANGES_PER_THREAD * threads;
    let ranges = Ranges::new(documents.unwrap_or(0), (passes * ranges_in_pass) as u32);
    let mut kept = Vec::new();
    for pass in ranges.all().chunks(ranges_in_pass) {
        let first = pass.first().map_or(0, |range| range.start);
        let end = pass.last().map_or(0, |range| range.end);
        let proposed: Vec<Vec<Vec<Pair>>> = postings
            .par_iter()
            .map(|keys| {
                let mut by_range = vec![vec![]; pass.len()];
                propose(keys, pivots, &(first..end), |lower, others| {
                    let range = &mut by_range[ranges.of(lower - first)];
                    let lower = DocumentIndex(lower);
                    range.extend(others.iter().map(|key| Pair::new(lower, key.document())));
                });
                by_range
            })
            .collect();
        let counted = pass.par_iter().enumerate().map(|(at, range)| {
            let pairs = proposed.iter().map(|by_range| &by_range[at]);
            count_pairs(range.clone(), pairs.flatten(), &keep)
        });
        let counted: Vec<Vec<Candidate>> = counted.collect();
        kept.extend(counted.into_iter().flatten());
    }
    kept
}

/// Ranges of documents for each thread in a pass. Several, to balance the load: low documents are the lower ones of
/// more pairs.
const RANGES_PER_THREAD: usize = 4;

/// The documents, cut into ranges of equal width.
struct Ranges {
    documents: u32,
    width: u32,
}

impl Ranges {
    /// At most `number` ranges.
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

    /// The number of the range that has a document.
    fn of(&self, document: u32) -> usize {
        (document / self.width) as usize
    }
}

/// Splits each part of sorted keys into at most `number` pieces. The keys of one hash stay in one piece.
pub fn split_between_hashes<K: AsRef<[Key]>>(
    keys: &[K],
    number: usize,
) -> impl Iterator<Item = &[Key]> {
    keys.iter()
        .flat_map(move |part| split_part(part.as_ref(), number))
}

fn split_part(keys: &[Key], number: usize) -> Vec<&[Key]> {
    let (mut pieces, mut rest) = (vec![], keys);
    while !rest.is_empty() {
        let length = keys.len().div_ceil(number).clamp(1, rest.len());
        let last = rest[length - 1].hash();
        let end = length + rest[length..].partition_point(|key| key.hash() == last);
        let (piece, others) = rest.split_at(end);
        pieces.push(piece);
        rest = others;
    }
    pieces
}

/// For each hash, calls `visit` with each document in `lower` that is the lower one of a pair, and the keys of the
/// documents with which the hash pairs it.
fn propose(keys: &[Key], pivots: usize, lower: &Range<u32>, mut visit: impl FnMut(u32, &[Key])) {
    for (_, list) in posting_lists(keys) {
        for (k, key) in list.iter().take(pivots_of(list, pivots)).enumerate() {
            // Posting lists are in order, so all documents after this one are higher.
            let document = key.document().0;
            if document >= lower.end {
                break;
            }
            if document >= lower.start {
                visit(document, &list[k + 1..]);
            }
        }
    }
}

/// Counts how often each pair occurs. `lower`: a range that has the lower document of all pairs.
///
/// A counting sort groups the pairs by their lower document. The few pairs of each document are then sorted by the
/// higher one.
fn count_pairs<'p>(
    lower: Range<u32>,
    pairs: impl Iterator<Item = &'p Pair> + Clone,
    keep: impl Fn(&Candidate) -> bool,
) -> Vec<Candidate> {
    let group = |pair: &Pair| (pair.lower().0 - lower.start) as usize;
    let mut cursors = vec![0; lower.len() + 1];
    for pair in pairs.clone() {
        cursors[group(pair) + 1] += 1;
    }
    let mut total = 0;
    for cursor in &mut cursors {
        total += *cursor;
        *cursor = total;
    }
    let mut higher = vec![DocumentIndex(0); total];
    for pair in pairs {
        let cursor = &mut cursors[group(pair)];
        higher[*cursor] = pair.higher();
        *cursor += 1;
    }
    // Each cursor has reached the end of its group.
    let mut kept = Vec::new();
    let (mut rest, mut begin) = (&mut higher[..], 0);
    for (document, &end) in lower.map(DocumentIndex).zip(&cursors) {
        let (group, others) = rest.split_at_mut(end - begin);
        (rest, begin) = (others, end);
        group.sort_unstable();
        let counted = group.chunk_by(|a, b| a == b).filter_map(|run| {
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
            passes in 1usize..9,
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
            prop_assert_eq!(candidate_pairs_in(passes, &keys, PIVOTS, |_| true), slow);
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
    fn keys_of_a_hash_stay_in_one_piece() {
        let keys = sorted(&[(1, 5), (2, 1), (2, 3), (2, 9), (3, 0), (4, 2), (4, 7)]);
        assert_eq!(split_part(&keys, 2), [&keys[..4], &keys[4..]]);
        assert_eq!(split_part(&keys, 100).len(), 4);
        assert_eq!(split_part(&keys, 1), [&keys[..]]);
        assert!(split_part(&[], 2).is_empty());
    }

    #[test]
    fn hashes_of_one_document_are_dropped_at_any_position() {
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

    /// The documents that have a hash, as keys.
    fn list(documents: u32) -> Vec<Key> {
        sorted(&(0..documents).map(|d| (9, d)).collect::<Vec<_>>())
    }

    /// A hash of 24 documents proposes 11.5 pairs per key; the bound on memory and time is planned with 12.
    #[test]
    fn a_hash_of_24_documents_proposes_all_pairs_and_one_of_25_only_those_of_four_pivots() {
        let all = candidate_pairs(&[list(24)], PIVOTS, usize::MAX, |_| true);
        assert_eq!(all.len(), 24 * 23 / 2);
        let of_pivots = candidate_pairs(&[list(25)], PIVOTS, usize::MAX, |_| true);
        assert_eq!(of_pivots.len(), 24 + 23 + 22 + 21);
        assert!(
            of_pivots
                .iter()
                .all(|c| c.pair.lower().0 < 4 && c.count == 1)
        );
    }

    #[test]
    fn a_frequent_hash_costs_linear_work_and_links_all_its_documents() {
        let documents = 200_000;
        let keys = list(documents);
        let pairs = candidate_pairs(&[&keys], PIVOTS, usize::MAX, |_| true);
        assert_eq!(candidate_pairs_in(7, &[&keys], PIVOTS, |_| true), pairs);
        assert!(pairs.len() < PIVOTS * documents as usize);
        assert_eq!(number_of_pairs(&[&keys], PIVOTS), pairs.len());
        let linked: BTreeSet<u32> = pairs.iter().map(|s| s.pair.higher().0).collect();
        assert_eq!(linked.len(), documents as usize - 1);
    }

    #[test]
    fn more_pivots_than_documents_propose_all_pairs() {
        let keys = list(2 * FREQUENT as u32);
        let pairs = candidate_pairs(&[&keys], usize::MAX, usize::MAX, |_| true);
        assert_eq!(pairs.len(), keys.len() * (keys.len() - 1) / 2);
    }

    /// 2^21 pairs take 16 MiB and 2^23 take 64 MiB: what a run may take however small its memory budget is, and
    /// what it takes at most. Billions of pairs must not turn into thousands of passes.
    #[test]
    fn pairs_are_computed_in_few_passes_of_bounded_memory() {
        let check = |pairs, max_pairs, expected| {
            assert_eq!(
                number_of_passes(pairs, usize::MAX, max_pairs),
                expected,
                "{pairs} {max_pairs}"
            );
        };
        check(0, usize::MAX, 1);
        check(1 << 23, usize::MAX, 1);
        check((1 << 23) + 1, usize::MAX, 2);
        check(1 << 23, 1 << 22, 2);
        check(1 << 23, 0, 4);
        check(1 << 40, usize::MAX, 64);
    }

    #[test]
    fn a_pass_makes_at_most_as_many_pairs_as_it_reads_keys() {
        let passes = |keys| number_of_passes(1 << 23, keys, usize::MAX);
        assert_eq!([0, 1 << 21, 1 << 22, 1 << 23].map(passes), [4, 4, 2, 1]);
    }

    #[test]
    fn refused_pairs_are_left_out() {
        let keys = sorted(&[(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 3)]);
        let found = candidate_pairs(&[keys], PIVOTS, usize::MAX, |c| c.count > 1);
        let pair = Pair::new(DocumentIndex(1), DocumentIndex(2));
        assert_eq!(found, [Candidate { pair, count: 2 }]);
    }
}
