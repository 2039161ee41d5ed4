//! Pairs from a part of the hashes of a corpus that several machines share.
//!
//! An engine gives each task all documents of its hashes, in any order. A task keeps no more documents of a hash than
//! decide its pairs, however many have it: [`Postings`] gives the pairs of all other hashes, and for a frequent hash its
//! pivots. The engine joins these with the documents of the hash, which pass through the task one by one.

use super::postings::{FREQUENT, pivots_among};

/// A document that has a hash. Documents are numbered in the order in which a run on one machine numbers them, but may have
/// more than 28 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// Hash, as [`Key::hash`](super::Key::hash) gives it.
    pub hash: u64,
    /// The number of the document.
    pub document: u64,
    /// The number of its fingerprints.
    pub fingerprints: u32,
}

/// What a task finds in its part of the hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Two documents that share a hash, the lower one first.
    Pair(Posting, Posting),
    /// A document of a hash that may recur: more documents have it than [`Postings::new`] was told. Each document of such a
    /// hash is found once.
    Holder(Posting),
    /// A pivot of a frequent hash: it is paired with each holder that has a higher number.
    Pivot(Posting),
}

/// Postings to sort at once, at least. Sorting more seldom takes no less time.
const MIN_LIMIT: usize = 1 << 21;

/// The documents of a part of the hashes.
#[derive(Debug)]
pub struct Postings {
    pivots: usize,
    /// Documents of a hash that does not recur, at most.
    fresh: usize,
    /// Postings in any order. Frequent hashes have only their first documents here.
    kept: Vec<Posting>,
    /// Frequent hashes, sorted.
    frequent: Vec<u64>,
    /// So many postings are kept before the others of frequent hashes leave.
    limit: usize,
}

impl Postings {
    /// Pairs documents; a frequent hash has this many `pivots`. The documents of a hash are listed if there are more than
    /// `fresh`.
    #[must_use]
    pub fn new(pivots: usize, fresh: usize) -> Self {
        Self::with_limit(pivots, fresh, MIN_LIMIT)
    }

    fn with_limit(pivots: usize, fresh: usize, limit: usize) -> Self {
        Self {
            pivots,
            fresh,
            kept: vec![],
            frequent: vec![],
            limit,
        }
    }

    /// Adds a document of a hash. A document may be added once for each hash. Calls `visit` with what is found by then.
    pub fn add(&mut self, posting: Posting, visit: &mut dyn FnMut(Finding)) {
        self.kept.push(posting);
        if self.kept.len() >= self.limit {
            self.reduce(visit);
            self.limit = self.limit.max(2 * self.kept.len());
        }
    }

    /// Keeps the first documents of frequent hashes only.
    fn reduce(&mut self, visit: &mut dyn FnMut(Finding)) {
        self.kept.sort_unstable();
        let mut kept = Vec::with_capacity(self.kept.len());
        let mut frequent = vec![];
        for list in self.kept.chunk_by(|a, b| a.hash == b.hash) {
            let known = list
                .first()
                .map(|first| self.frequent.binary_search(&first.hash));
            let was_frequent = matches!(known, Some(Ok(_)));
            let first = if was_frequent || list.len() > FREQUENT {
                frequent.extend(list.first().map(|first| first.hash));
                let (first, others) = list.split_at(self.pivots.min(list.len()));
                others
                    .iter()
                    .for_each(|&other| visit(Finding::Holder(other)));
                first
            } else {
                list
            };
            kept.extend_from_slice(first);
        }
        self.kept = kept;
        self.frequent = frequent;
    }

    /// The rest of what is found, and what `visit` is called with. Time O(n log n) in the postings that are kept.
    pub fn finish(
        mut self,
        visit: &mut dyn FnMut(Finding),
    ) -> impl Iterator<Item = Finding> + Send + Sync + 'static {
        self.reduce(visit);
        let mut begin = 0;
        let lists = std::iter::from_fn(move || {
            let rest = self.kept.get(begin..)?;
            let hash = rest.first()?.hash;
            let length = rest
                .iter()
                .take_while(|posting| posting.hash == hash)
                .count();
            begin += length;
            Some(self.findings(rest.get(..length)?))
        });
        lists.flatten()
    }

    /// What the documents of one hash give.
    fn findings(&self, list: &[Posting]) -> Vec<Finding> {
        let hash = list.first().map(|first| first.hash);
        let is_frequent = hash.is_some_and(|hash| self.frequent.binary_search(&hash).is_ok());
        if is_frequent {
            let both = |&pivot: &Posting| [Finding::Pivot(pivot), Finding::Holder(pivot)];
            return list.iter().flat_map(both).collect();
        }
        let pivots = pivots_among(list.len(), self.pivots);
        let lower = list.iter().enumerate().take(pivots);
        let pairs = lower.flat_map(|(at, &lower)| {
            let higher = list.iter().skip(at + 1);
            higher.map(move |&higher| Finding::Pair(lower, higher))
        });
        let recurs = list.len() > self.fresh;
        let holders = list.iter().filter(|_| recurs).copied();
        pairs.chain(holders.map(Finding::Holder)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::Key;
    use crate::candidates::postings::candidate_pairs;
    use crate::model::DocumentIndex;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type Pairs = BTreeMap<(u64, u64), u32>;

    /// The pairs with their counts, as an engine makes them of the findings, and the holders.
    fn found(postings: &[Posting], limit: usize) -> (Pairs, Vec<(u64, u64)>) {
        let mut found = vec![];
        let mut task = Postings::with_limit(4, 5, limit);
        for &posting in postings {
            task.add(posting, &mut |finding| found.push(finding));
        }
        let rest: Vec<Finding> = task.finish(&mut |finding| found.push(finding)).collect();
        found.extend(rest);
        let (mut pairs, mut holders, mut pivots) = (vec![], vec![], vec![]);
        for finding in found {
            match finding {
                Finding::Pair(a, b) => pairs.push((a.document, b.document)),
                Finding::Holder(p) => holders.push((p.hash, p.document)),
                Finding::Pivot(p) => pivots.push((p.hash, p.document)),
            }
        }
        for (hash, pivot) in pivots {
            let higher = holders
                .iter()
                .filter(|(other, d)| *other == hash && *d > pivot);
            pairs.extend(higher.map(|(_, document)| (pivot, *document)));
        }
        holders.sort_unstable();
        let mut counts = Pairs::new();
        for pair in pairs {
            *counts.entry(pair).or_default() += 1;
        }
        (counts, holders)
    }

    proptest! {
        #[test]
        fn pairs_are_those_of_one_machine_in_any_order(
            sizes in prop::collection::vec(prop_oneof![1usize..9, 22usize..28, 60usize..90], 1..5),
            seed in any::<u64>(),
            limit in 1usize..60,
        ) {
            let mut postings = vec![];
            for (hash, size) in (0..).zip(&sizes) {
                let of_hash = (0..*size as u64).map(|k| Posting { hash, document: k * 3 + hash, fingerprints: 7 });
                postings.extend(of_hash);
            }
            let mut keys: Vec<Key> = postings.iter()
                .map(|p| Key::new(p.hash << 28, DocumentIndex(p.document as u32)))
                .collect();
            keys.sort_unstable();
            let expected = candidate_pairs(&[keys], 4, usize::MAX, |_| true);
            let expected: Pairs = expected.iter()
                .map(|c| ((u64::from(c.pair.lower().0), u64::from(c.pair.higher().0)), c.count))
                .collect();
            let mut frequent: Vec<(u64, u64)> = postings.iter()
                .filter(|p| sizes[p.hash as usize] > 5)
                .map(|p| (p.hash, p.document))
                .collect();
            frequent.sort_unstable();
            let order = |p: &Posting| (p.document ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ p.hash);
            postings.sort_by_key(order);
            let (pairs, holders) = found(&postings, limit);
            prop_assert_eq!(pairs, expected);
            prop_assert_eq!(holders, frequent);
        }
    }

    #[test]
    fn a_frequent_hash_takes_no_memory_for_most_of_its_documents() {
        let mut task = Postings::with_limit(4, 5, 100);
        let mut holders = 0;
        for document in 0..100_000 {
            let posting = Posting {
                hash: 1,
                document,
                fingerprints: 1,
            };
            task.add(posting, &mut |finding| {
                holders += u32::from(matches!(finding, Finding::Holder(_)))
            });
            assert!(task.kept.len() <= 100 && task.kept.capacity() <= 200);
        }
        let mut count = |finding| holders += u32::from(matches!(finding, Finding::Holder(_)));
        let rest: Vec<Finding> = task.finish(&mut count).collect();
        rest.into_iter().for_each(count);
        assert_eq!(holders, 100_000);
    }
}
