//! The matches that clustering goes by, by pair and by document; those that it asks for are added.

use crate::candidates::Pair;
use crate::model::{ByDocument, DocumentIndex, Match, Relation};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// Verifies pairs that clustering asks for.
pub trait Verifier: Sync {
    /// The match of each pair, read from the first document to the second. Pairs of one first document stand
    /// together.
    fn verify(&self, pairs: &[(DocumentIndex, DocumentIndex)]) -> Vec<Option<Match>>;
}

/// The matches, with what has been asked of the verifier.
pub(super) struct Matches<'a> {
    all: Vec<Match>,
    /// By verified pair: the place of its match, if it is one.
    places: FxHashMap<Pair, Option<u32>>,
    /// By document: those that a copy match found before clustering connects to it.
    neighbours: ByDocument<DocumentIndex>,
    verifier: &'a dyn Verifier,
}

impl<'a> Matches<'a> {
    /// `all`: each pair once.
    pub(super) fn new(all: Vec<Match>, verifier: &'a dyn Verifier) -> Self {
        let neighbours = neighbours(&all);
        let places = (0..).zip(&all);
        let places = places.map(|(at, m)| (pair(m), Some(at))).collect();
        Self {
            all,
            places,
            neighbours,
            verifier,
        }
    }

    /// Documents that have neighbours, in order.
    pub(super) fn documents(&self) -> impl Iterator<Item = DocumentIndex> + '_ {
        self.neighbours.documents()
    }

    /// Documents that a copy match found before clustering connects to this one, in order.
    pub(super) fn neighbours(&self, document: DocumentIndex) -> &[DocumentIndex] {
        self.neighbours.of(document)
    }

    /// The match of two documents, read either way.
    pub(super) fn get(&self, a: DocumentIndex, b: DocumentIndex) -> Option<&Match> {
        let place = self.places.get(&Pair::new(a, b)).copied()??;
        self.all.get(place as usize)
    }

    /// What `of` is to `to`, if that was found.
    pub(super) fn relation(&self, of: DocumentIndex, to: DocumentIndex) -> Option<Relation> {
        let m = self.get(of, to)?;
        Some(match m.left == of {
            true => m.relation,
            false => m.relation.reversed(),
        })
    }

    /// The copy match of two documents, read from `member` to `to`.
    pub(super) fn copy(&self, member: DocumentIndex, to: DocumentIndex) -> Option<Match> {
        let m = self
            .get(member, to)
            .filter(|m| m.relation.is_copy())?
            .clone();
        Some(if m.left == member { m } else { m.reversed() })
    }

    /// Sees to it that each of these documents has been verified with those that stand beside it.
    pub(super) fn ensure(&mut self, wanted: &[(DocumentIndex, Vec<DocumentIndex>)]) {
        let pairs = wanted
            .iter()
            .flat_map(|(one, others)| others.iter().map(move |&other| (*one, other)));
        let mut missing = vec![];
        for (one, other) in pairs.filter(|(one, other)| one != other) {
            if let Entry::Vacant(place) = self.places.entry(Pair::new(one, other)) {
                place.insert(None);
                missing.push((one, other));
            }
        }
        for m in self.verifier.verify(&missing).into_iter().flatten() {
            self.places.insert(pair(&m), Some(self.all.len() as u32));
            self.all.push(m);
        }
    }

    /// All matches, by pair.
    pub(super) fn into_sorted(mut self) -> Vec<Match> {
        self.all.sort_unstable_by_key(pair);
        self.all
    }
}

fn pair(m: &Match) -> Pair {
    Pair::new(m.left, m.right)
}

/// The documents that copy matches connect to each one, in order.
fn neighbours(matches: &[Match]) -> ByDocument<DocumentIndex> {
    let copies = matches.iter().filter(|m| m.relation.is_copy());
    let mut links: Vec<(DocumentIndex, DocumentIndex)> = copies
        .flat_map(|m| [(m.left, m.right), (m.right, m.left)])
        .collect();
    links.sort_unstable();
    ByDocument::new(links)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::relation;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Mutex;

    /// Answers that any two documents are one text, and counts how often each pair is asked for.
    #[derive(Default)]
    struct Counting(Mutex<BTreeMap<(u32, u32), u32>>);

    impl Verifier for Counting {
        fn verify(&self, pairs: &[(DocumentIndex, DocumentIndex)]) -> Vec<Option<Match>> {
            let mut asked = self.0.lock().unwrap();
            let exact = |&(left, right): &(DocumentIndex, DocumentIndex)| {
                *asked.entry((left.0, right.0)).or_default() += 1;
                Some(relation::exact(left, right, 50))
            };
            pairs.iter().map(exact).collect()
        }
    }

    #[test]
    fn no_pair_is_verified_twice_from_whichever_end_it_is_asked_for() {
        let verifier = Counting::default();
        let index = DocumentIndex;
        let known = vec![relation::exact(index(1), index(2), 50)];
        let mut matches = Matches::new(known, &verifier);
        let wanted = [
            (index(1), vec![index(1), index(2), index(3)]),
            (index(3), vec![index(1), index(4)]),
        ];
        matches.ensure(&wanted);
        matches.ensure(&wanted);
        let asked = verifier.0.lock().unwrap().clone();
        assert_eq!(asked, BTreeMap::from([((1, 3), 1), ((3, 4), 1)]));
        for (a, b) in [(1, 2), (1, 3), (3, 4)] {
            assert!(matches.get(index(b), index(a)).is_some());
        }
        assert_eq!(matches.into_sorted().len(), 3);
    }

    proptest! {
        #[test]
        fn neighbours_are_those_of_copy_matches(
            pairs in prop::collection::btree_map((0u32..9, 9u32..20), any::<bool>(), 0..40),
        ) {
            let mut slow: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
            let mut matches = vec![];
            for (&(left, right), &is_copy) in &pairs {
                let exact = relation::exact(DocumentIndex(left), DocumentIndex(right), 50);
                let relation = if is_copy { Relation::Near } else { Relation::Overlap };
                matches.push(Match { relation, ..exact });
                if is_copy {
                    slow.entry(left).or_default().insert(right);
                    slow.entry(right).or_default().insert(left);
                }
            }
            let neighbours = neighbours(&matches);
            for document in 0..25 {
                let found: Vec<u32> = neighbours.of(DocumentIndex(document)).iter().map(|d| d.0).collect();
                let expected: Vec<u32> = slow.get(&document).into_iter().flatten().copied().collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
