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
    /// Neighbours by copy matches found before clustering.
    neighbours: FxHashMap<DocumentIndex, Vec<DocumentIndex>>,
    verifier: &'a dyn Verifier,
}

impl<'a> Matches<'a> {
    /// `all`: each pair once.
    pub(super) fn new(all: Vec<Match>, verifier: &'a dyn Verifier) -> Self {
        let mut neighbours: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for m in all.iter().filter(|m| m.relation.is_copy()) {
            neighbours.entry(m.left).or_default().push(m.right);
            neighbours.entry(m.right).or_default().push(m.left);
        }
        neighbours.values_mut().for_each(|n| n.sort_unstable());
        let places = (0..).zip(&all);
        let places = places.map(|(at, m)| (pair(m), Some(at))).collect();
        Self {
            all,
            places,
            neighbours,
            verifier,
        }
    }

    /// Documents that have neighbours, in no order.
    pub(super) fn documents(&self) -> impl Iterator<Item = DocumentIndex> + '_ {
        self.neighbours.keys().copied()
    }

    /// Documents that a copy match found before clustering connects to this one, in order.
    pub(super) fn neighbours(&self, document: DocumentIndex) -> &[DocumentIndex] {
        self.neighbours.get(&document).map_or(&[], Vec::as_slice)
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
        self.all.sort_by_key(pair);
        self.all
    }
}

fn pair(m: &Match) -> Pair {
    Pair::new(m.left, m.right)
}
