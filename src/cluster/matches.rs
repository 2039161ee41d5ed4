//! The matches that clustering goes by, by pair and by document; those that it asks for are added.

use crate::candidates::Pair;
use crate::model::{DocumentIndex, Match, Relation};
use rustc_hash::FxHashMap;

/// Verifies pairs that clustering asks for.
pub trait Verifier {
    /// The matches of `left` with each of `rights`, read from left to right.
    fn verify(&self, left: DocumentIndex, rights: &[DocumentIndex]) -> Vec<Option<Match>>;
}

/// The matches, with what has been asked of the verifier.
pub(super) struct Matches<'a> {
    all: Vec<Match>,
    /// By verified pair: the place of its match, if it is one.
    places: FxHashMap<Pair, Option<u32>>,
    neighbours: Neighbours,
    verifier: &'a dyn Verifier,
}

impl<'a> Matches<'a> {
    /// `all`: each pair once.
    pub(super) fn new(all: Vec<Match>, verifier: &'a dyn Verifier) -> Self {
        let neighbours = Neighbours::new(&all);
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
        let all = (0..).map(DocumentIndex).take(self.neighbours.ends.len());
        all.filter(|&document| !self.neighbours(document).is_empty())
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

    /// Sees to it that each pair of `one` and `others` has been verified. `others`: each once.
    pub(super) fn ensure(&mut self, one: DocumentIndex, others: &[DocumentIndex]) {
        let missing: Vec<DocumentIndex> = others
            .iter()
            .copied()
            .filter(|&o| o != one && !self.places.contains_key(&Pair::new(one, o)))
            .collect();
        let found = self.verifier.verify(one, &missing);
        for (other, m) in missing.into_iter().zip(found) {
            let place = m.is_some().then_some(self.all.len() as u32);
            self.places.insert(Pair::new(one, other), place);
            self.all.extend(m);
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

/// The documents that copy matches found before clustering connect to each one, one after the other.
struct Neighbours {
    /// By document: where its neighbours end, and those of the next one begin.
    ends: Vec<usize>,
    all: Vec<DocumentIndex>,
}

impl Neighbours {
    fn new(matches: &[Match]) -> Self {
        let copies = matches.iter().filter(|m| m.relation.is_copy());
        let mut links: Vec<(DocumentIndex, DocumentIndex)> = copies
            .flat_map(|m| [(m.left, m.right), (m.right, m.left)])
            .collect();
        links.sort_unstable();
        let mut ends = vec![0; links.last().map_or(0, |last| last.0.at() + 1)];
        for (end, (document, _)) in (1..).zip(&links) {
            ends[document.at()] = end;
        }
        let mut end = 0;
        for own in &mut ends {
            end = end.max(*own);
            *own = end;
        }
        let all = links.iter().map(|link| link.1).collect();
        Self { ends, all }
    }

    /// In order.
    fn of(&self, document: DocumentIndex) -> &[DocumentIndex] {
        let before = document.at().checked_sub(1);
        let begin = before.map_or(Some(&0), |before| self.ends.get(before));
        let range = begin.zip(self.ends.get(document.at()));
        range.map_or(&[], |(&begin, &end)| &self.all[begin..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::relation;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

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
            let neighbours = Neighbours::new(&matches);
            for document in 0..25 {
                let found: Vec<u32> = neighbours.of(DocumentIndex(document)).iter().map(|d| d.0).collect();
                let expected: Vec<u32> = slow.get(&document).into_iter().flatten().copied().collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
