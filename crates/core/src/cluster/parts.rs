//! Connected parts of a graph whose vertices leave.
//!
//! When vertices leave, a search starts at each of their neighbours, and the search that has done the least so far
//! takes the next step. Searches that meet become one. The work ends when one search is left: each search that ended
//! before has found all of a part that is split off, and the vertices that the last one would still find are not
//! visited.
//!
//! So a split costs in proportion to the edges of the smaller sides. Each vertex is at most log2(n) times on a smaller
//! side, so all splits together look at O(m log n) edges. Vertices that leave without a split cost what the searches
//! look at before they meet: the neighbourhood, as a rule, and the way around where the graph is a ring.

use crate::model::DocumentIndex;
use crate::steps;
use crate::union_find::UnionFind;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// The label of a vertex that is in no part.
const NO_PART: u32 = u32::MAX;

/// The parts of a graph of documents. Each part has a label.
pub(super) struct Parts {
    /// By document: the label of its part.
    labels: Vec<u32>,
    /// By label: the number of documents.
    sizes: Vec<usize>,
}

/// The label of a part, and its documents in no particular order.
pub(super) type Part = (u32, Vec<DocumentIndex>);

impl Parts {
    /// No parts, for documents below `count`.
    pub(super) fn new(count: usize) -> Self {
        Self {
            labels: vec![NO_PART; count],
            sizes: vec![],
        }
    }

    /// The label of the part of a document, if it is in one.
    pub(super) fn part(&self, document: DocumentIndex) -> Option<u32> {
        let label = self.labels.get(document.index()).copied();
        label.filter(|&label| label != NO_PART)
    }

    /// The number of documents of a part.
    pub(super) fn size(&self, part: u32) -> usize {
        self.sizes.get(part as usize).copied().unwrap_or(0)
    }

    /// Adds documents that are in no part, and none of whose neighbours is. Returns their parts, in the order of the
    /// first document of each.
    pub(super) fn add<N: Iterator<Item = DocumentIndex>>(
        &mut self,
        documents: &[DocumentIndex],
        neighbours: impl Fn(DocumentIndex) -> N,
    ) -> Vec<Part> {
        let mut parts = vec![];
        for &first in documents {
            if self.part(first).is_some() {
                continue;
            }
            let label = self.new_label();
            self.move_to(label, first);
            let mut members = vec![first];
            let mut at = 0;
            while let Some(&document) = members.get(at) {
                at += 1;
                for other in neighbours(document) {
                    steps::count(1);
                    if self.part(other).is_none() {
                        self.move_to(label, other);
                        members.push(other);
                    }
                }
            }
            parts.push((label, members));
        }
        parts
    }

    /// Takes documents out of their parts, and splits the parts that are no longer connected. Returns what is split off.
    /// The rest of each part keeps its label.
    pub(super) fn remove<N: Iterator<Item = DocumentIndex>>(
        &mut self,
        documents: &[DocumentIndex],
        neighbours: impl Fn(DocumentIndex) -> N,
    ) -> Vec<Part> {
        for &document in documents {
            self.move_to(NO_PART, document);
        }
        let beside = documents.iter().flat_map(|&document| neighbours(document));
        let mut beside: Vec<(u32, DocumentIndex)> = beside
            .inspect(|_| steps::count(1))
            .filter_map(|other| Some((self.part(other)?, other)))
            .collect();
        beside.sort_unstable();
        beside.dedup();
        let mut splits = vec![];
        for starts in beside.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(from, _)) = starts.first() else {
                continue;
            };
            let starts = starts.iter().map(|start| start.1);
            let in_part = |document| neighbours(document).filter(|&d| self.part(d) == Some(from));
            splits.extend(split_off(starts, in_part));
        }
        let mut parts = vec![];
        for documents in splits {
            let label = self.new_label();
            for &document in &documents {
                self.move_to(label, document);
            }
            parts.push((label, documents));
        }
        parts
    }

    fn new_label(&mut self) -> u32 {
        self.sizes.push(0);
        self.sizes.len() as u32 - 1
    }

    fn move_to(&mut self, label: u32, document: DocumentIndex) {
        let Some(own) = self.labels.get_mut(document.index()) else {
            return;
        };
        let before = std::mem::replace(own, label);
        if let Some(size) = self.sizes.get_mut(before as usize) {
            *size -= 1;
        }
        if let Some(size) = self.sizes.get_mut(label as usize) {
            *size += 1;
        }
    }
}

/// A search through the documents that are connected to one or several of them.
struct Search<N> {
    found: Vec<DocumentIndex>,
    /// The neighbours that have not been looked at yet, nearest documents first.
    queue: VecDeque<N>,
    steps: u64,
}

/// The components that contain one of the `starts`, except one that is at least as large as any other, measured by the
/// steps of its search.
fn split_off<N: Iterator<Item = DocumentIndex>>(
    starts: impl Iterator<Item = DocumentIndex>,
    neighbours: impl Fn(DocumentIndex) -> N,
) -> Vec<Vec<DocumentIndex>> {
    // By document: the search that has found it.
    let mut found_by: FxHashMap<DocumentIndex, u32> = FxHashMap::default();
    let mut searches: Vec<Search<N>> = vec![];
    for start in starts {
        found_by.insert(start, searches.len() as u32);
        searches.push(Search {
            found: vec![start],
            queue: VecDeque::from([neighbours(start)]),
            steps: 0,
        });
    }
    let mut merged = UnionFind::new(searches.len());
    // The search with the fewest steps first. A search that has become part of another one is skipped.
    let mut next: BinaryHeap<Reverse<(u64, u32)>> = (0..searches.len() as u32)
        .map(|k| Reverse((0, k)))
        .collect();
    let mut running = searches.len();
    let mut ended = vec![];
    while running > 1 {
        let Some(Reverse((steps, k))) = next.pop() else {
            break;
        };
        let search = &mut searches[k as usize];
        if merged.root(k) != k || search.steps != steps {
            continue;
        }
        steps::count(1);
        search.steps += 1;
        let Some(unseen) = search.queue.front_mut() else {
            running -= 1;
            ended.push(std::mem::take(&mut search.found));
            continue;
        };
        let mut current = k;
        match unseen.next() {
            None => drop(search.queue.pop_front()),
            Some(document) => match found_by.get(&document) {
                None => {
                    found_by.insert(document, k);
                    search.found.push(document);
                    search.queue.push_back(neighbours(document));
                }
                Some(&other) => {
                    let other = merged.root(other);
                    if other != k {
                        merged.union(k, other);
                        current = merged.root(k);
                        merge(&mut searches, k.min(other), k.max(other));
                        running -= 1;
                    }
                }
            },
        }
        next.push(Reverse((searches[current as usize].steps, current)));
    }
    ended
}

/// Makes one search of two: search `from` ends, and search `into`, which has a lower number, goes on.
fn merge<N>(searches: &mut [Search<N>], into: u32, from: u32) {
    let (before, after) = searches.split_at_mut(from as usize);
    let (into, from) = (&mut before[into as usize], &mut after[0]);
    if into.found.len() + into.queue.len() < from.found.len() + from.queue.len() {
        std::mem::swap(into, from);
    }
    into.found.append(&mut from.found);
    into.queue.append(&mut from.queue);
    into.steps += from.steps;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// By document: its neighbours.
    fn graph(edges: &[(u32, u32)]) -> BTreeMap<DocumentIndex, Vec<DocumentIndex>> {
        let mut graph: BTreeMap<DocumentIndex, Vec<DocumentIndex>> = BTreeMap::new();
        for &(a, b) in edges {
            for (from, to) in [(a, b), (b, a)].map(|(a, b)| (DocumentIndex(a), DocumentIndex(b))) {
                graph.entry(from).or_default().push(to);
            }
        }
        graph
    }

    /// The documents of `left` that can be reached from `document`, found by following all edges until nothing is added.
    fn slow(document: u32, left: &BTreeSet<u32>, edges: &[(u32, u32)]) -> BTreeSet<u32> {
        let mut reached = BTreeSet::from([document]);
        loop {
            let before = reached.len();
            for &(a, b) in edges
                .iter()
                .filter(|(a, b)| left.contains(a) && left.contains(b))
            {
                if reached.contains(&a) || reached.contains(&b) {
                    reached.extend([a, b]);
                }
            }
            if reached.len() == before {
                return reached;
            }
        }
    }

    proptest! {
        #[test]
        fn parts_agree_with_reachability(
            edges in prop::collection::vec((0u32..30, 0u32..30), 0..45),
            leaving in prop::collection::vec(prop::collection::vec(0u32..30, 1..5), 0..8),
        ) {
            let graph = graph(&edges);
            let neighbours = |d: DocumentIndex| graph.get(&d).into_iter().flatten().copied();
            let mut parts = Parts::new(30);
            let all: Vec<DocumentIndex> = (0..30).map(DocumentIndex).collect();
            parts.add(&all, neighbours);
            let mut left: BTreeSet<u32> = (0..30).collect();
            for leaving in std::iter::once(vec![]).chain(leaving) {
                left.retain(|d| !leaving.contains(d));
                let leaving: Vec<DocumentIndex> = leaving.into_iter().map(DocumentIndex).collect();
                for (part, documents) in parts.remove(&leaving, neighbours) {
                    prop_assert!(documents.iter().all(|&d| parts.part(d) == Some(part)));
                }
                for &document in &left {
                    let reached = slow(document, &left, &edges);
                    let part = parts.part(DocumentIndex(document));
                    let own: BTreeSet<u32> =
                        (0..30).filter(|&d| parts.part(DocumentIndex(d)) == part).collect();
                    prop_assert_eq!(parts.size(part.unwrap()), own.len());
                    prop_assert_eq!(own, reached);
                }
                for &document in &leaving {
                    prop_assert_eq!(parts.part(document), None);
                }
            }
        }
    }

    #[test]
    fn cutting_a_chain_piece_by_piece_takes_nearly_linear_time() {
        let from_the_end = |size: u32| (0..size).step_by(3).collect::<Vec<u32>>();
        // The pieces of each round are halves of the pieces before.
        let halving = |size: u32| {
            let rounds = 1..size.ilog2();
            rounds
                .flat_map(|k| (size >> k..size).step_by((size as usize >> k) * 2))
                .collect()
        };
        let orders: [&(dyn Fn(u32) -> Vec<u32> + Sync); 2] = [&from_the_end, &halving];
        for order in orders {
            steps::assert_nearly_linear(4096, |size| {
                let neighbours = |d: DocumentIndex| {
                    let [before, after] = [d.0.checked_sub(1), Some(d.0 + 1)];
                    before
                        .into_iter()
                        .chain(after)
                        .filter(move |&d| d < size)
                        .map(DocumentIndex)
                };
                let mut parts = Parts::new(size as usize);
                parts.add(
                    &(0..size).map(DocumentIndex).collect::<Vec<_>>(),
                    neighbours,
                );
                for document in order(size) {
                    parts.remove(&[DocumentIndex(document)], neighbours);
                }
            });
        }
    }
}
