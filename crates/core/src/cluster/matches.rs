//! The matches of a clustering, by pair and by document, and those that it has verified since.

use crate::model::{ByDocument, DocumentIndex, Match, Pair, Passage, Relation, may_stand_for};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::convert::Infallible;

/// Compares pairs of documents that clustering or selection asks for.
pub trait Verifier: Sync {
    /// Why a pair could not be verified.
    type Error: Send;

    /// The match of each pair, in the order of `pairs`, with the first document on the left; `None` if the pair is not a
    /// match. Pairs with the same first document are adjacent.
    ///
    /// # Errors
    ///
    /// If a pair cannot be compared.
    fn verify(
        &self,
        pairs: &[(DocumentIndex, DocumentIndex)],
    ) -> Result<Vec<Option<Match>>, Self::Error>;

    /// Clustering has decided the cluster of so many more documents. Lets a caller show progress.
    fn placed(&self, documents: usize) {
        let _ = documents;
    }
}

/// A [`Verifier`] that compares no pairs: no match exists beyond the given ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct GivenMatches;

impl Verifier for GivenMatches {
    type Error = Infallible;

    fn verify(
        &self,
        pairs: &[(DocumentIndex, DocumentIndex)],
    ) -> Result<Vec<Option<Match>>, Infallible> {
        Ok(vec![None; pairs.len()])
    }
}

/// A match from the point of view of one of its two documents.
#[derive(Clone, Copy)]
pub(super) struct MatchView<'m> {
    /// The match as it was found, from the point of view of its left document.
    pub(super) found: &'m Match,
    is_left: bool,
}

impl<'m> MatchView<'m> {
    fn new(found: &'m Match, by: DocumentIndex) -> Self {
        let is_left = found.left == by;
        Self { found, is_left }
    }

    /// The same match from the point of view of the other document.
    pub(super) fn reversed(self) -> Self {
        let is_left = !self.is_left;
        Self { is_left, ..self }
    }

    fn own<T>(self, left: T, right: T) -> T {
        if self.is_left { left } else { right }
    }

    /// The document whose point of view this is.
    pub(super) fn document(self) -> DocumentIndex {
        self.own(self.found.left, self.found.right)
    }

    /// The relation of the document to the other one.
    pub(super) fn relation(self) -> Relation {
        let found = self.found.relation;
        self.own(found, found.reversed())
    }

    /// The aligned share of the document.
    pub(super) fn containment(self) -> f64 {
        self.own(self.found.containment_left, self.found.containment_right)
    }

    /// True if the other document may stand for this one in a cluster.
    pub(super) fn may_be_represented(self) -> bool {
        may_stand_for(self.containment(), self.reversed().containment())
    }

    /// The aligned passages of the document.
    pub(super) fn passages(self) -> impl Iterator<Item = Passage> + 'm {
        let passages = self.found.passages.iter();
        passages.map(move |&(left, right)| self.own(left, right))
    }

    /// The first aligned word of the document.
    pub(super) fn begin(self) -> u32 {
        self.passages().map(|p| p.begin).min().unwrap_or(0)
    }

    /// The match with the document on the left.
    pub(super) fn to_match(self) -> Match {
        let found = self.found.clone();
        match self.is_left {
            true => found,
            false => found.reversed(),
        }
    }
}

/// All matches, and the pairs that the verifier has rejected.
pub(super) struct Matches<'a, E> {
    all: Vec<Match>,
    /// By document: the other documents of the given copy matches, sorted, each with the position of its match in
    /// `all`.
    links: ByDocument<(DocumentIndex, u32)>,
    /// By pair that no link connects: the position of its match in `all`, or `None` if the verifier rejected it.
    others: FxHashMap<Pair, Option<u32>>,
    pub(super) verifier: &'a dyn Verifier<Error = E>,
}

impl<'a, E: Send> Matches<'a, E> {
    /// `all` holds each pair at most once.
    pub(super) fn new(all: Vec<Match>, verifier: &'a dyn Verifier<Error = E>) -> Self {
        let numbered = || (0..).zip(&all);
        let others = numbered().filter(|(_, m)| !m.relation.is_copy());
        let others = others.map(|(at, m)| (pair(m), Some(at))).collect();
        let copies = numbered().filter(|(_, m)| m.relation.is_copy());
        let links = copies.flat_map(|(at, m)| [(m.left, (m.right, at)), (m.right, (m.left, at))]);
        let mut links: Vec<(DocumentIndex, (DocumentIndex, u32))> = links.collect();
        links.par_sort_unstable();
        Self {
            links: ByDocument::new(links),
            others,
            all,
            verifier,
        }
    }

    /// Documents that have neighbours, sorted.
    pub(super) fn documents(&self) -> impl Iterator<Item = DocumentIndex> + '_ {
        self.links.documents()
    }

    /// The other documents of the given copy matches of `document`, sorted, each with the match from the point of view of
    /// `document`.
    pub(super) fn neighbours(
        &self,
        document: DocumentIndex,
    ) -> impl Iterator<Item = (DocumentIndex, MatchView<'_>)> {
        let links = self.links.of(document).iter();
        links.filter_map(move |&(other, at)| {
            let found = self.all.get(at as usize)?;
            Some((other, MatchView::new(found, document)))
        })
    }

    /// The position of the match of two documents in `all`. The outer option is `None` if the pair was not verified, the
    /// inner one if it is not a match.
    fn position(&self, a: DocumentIndex, b: DocumentIndex) -> Option<Option<u32>> {
        let (from, to) = match self.links.of(a).len() <= self.links.of(b).len() {
            true => (a, b),
            false => (b, a),
        };
        let links = self.links.of(from);
        match links.binary_search_by_key(&to, |link| link.0) {
            Ok(link) => Some(links.get(link).map(|link| link.1)),
            Err(_) => self.others.get(&Pair::new(a, b)).copied(),
        }
    }

    /// The copy match of two documents from the point of view of `member`, if the representative may stand for the
    /// member.
    pub(super) fn membership(
        &self,
        member: DocumentIndex,
        representative: DocumentIndex,
    ) -> Option<MatchView<'_>> {
        let found = self
            .all
            .get(self.position(member, representative)?? as usize)?;
        let seen = MatchView::new(found, member);
        (found.relation.is_copy() && seen.may_be_represented()).then_some(seen)
    }

    /// Verifies each document with its list of others, if that has not been done.
    pub(super) fn verify_missing(
        &mut self,
        wanted: &[(DocumentIndex, Vec<DocumentIndex>)],
    ) -> Result<(), E> {
        let pairs = wanted
            .iter()
            .flat_map(|(one, others)| others.iter().map(move |&other| (*one, other)));
        let mut missing = vec![];
        for (one, other) in pairs.filter(|(one, other)| one != other) {
            if self.position(one, other).is_none() {
                self.others.insert(Pair::new(one, other), None);
                missing.push((one, other));
            }
        }
        for m in self.verifier.verify(&missing)?.into_iter().flatten() {
            self.others.insert(pair(&m), Some(self.all.len() as u32));
            self.all.push(m);
        }
        Ok(())
    }

    /// All matches, sorted by pair.
    pub(super) fn into_sorted(mut self) -> Vec<Match> {
        self.all.par_sort_unstable_by_key(pair);
        self.all
    }
}

fn pair(m: &Match) -> Pair {
    Pair::new(m.left, m.right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::relation;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::convert::Infallible;
    use std::sync::Mutex;

    /// Matches any two documents, and counts how often each pair is verified.
    #[derive(Default)]
    struct Counting(Mutex<BTreeMap<(u32, u32), u32>>);

    impl Verifier for Counting {
        type Error = Infallible;

        fn verify(
            &self,
            pairs: &[(DocumentIndex, DocumentIndex)],
        ) -> Result<Vec<Option<Match>>, Infallible> {
            let mut asked = self.0.lock().unwrap();
            let exact = |&(left, right): &(DocumentIndex, DocumentIndex)| {
                *asked.entry((left.0, right.0)).or_default() += 1;
                Some(relation::exact_match(left, right, 50))
            };
            Ok(pairs.iter().map(exact).collect())
        }
    }

    #[test]
    fn a_pair_is_verified_once_in_either_order() {
        let verifier = Counting::default();
        let index = DocumentIndex;
        let known = vec![relation::exact_match(index(1), index(2), 50)];
        let mut matches = Matches::new(known, &verifier);
        let wanted = [
            (index(1), vec![index(1), index(2), index(3)]),
            (index(3), vec![index(1), index(4)]),
        ];
        matches.verify_missing(&wanted).unwrap();
        matches.verify_missing(&wanted).unwrap();
        let asked = verifier.0.lock().unwrap().clone();
        assert_eq!(asked, BTreeMap::from([((1, 3), 1), ((3, 4), 1)]));
        for (a, b) in [(1, 2), (1, 3), (3, 4)] {
            assert!(matches.membership(index(b), index(a)).is_some());
        }
        assert_eq!(matches.into_sorted().len(), 3);
    }

    #[test]
    fn given_matches_answer_each_pair_with_no_match() {
        let pairs = [
            (DocumentIndex(0), DocumentIndex(1)),
            (DocumentIndex(0), DocumentIndex(2)),
        ];
        assert_eq!(GivenMatches.verify(&pairs), Ok(vec![None, None]));
    }

    proptest! {
        #[test]
        fn only_copy_matches_make_neighbours(
            pairs in prop::collection::btree_map((0u32..9, 9u32..20), any::<bool>(), 0..40),
        ) {
            let mut slow: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
            let mut matches = vec![];
            for (&(left, right), &is_copy) in &pairs {
                let exact = relation::exact_match(DocumentIndex(left), DocumentIndex(right), 50);
                let relation = if is_copy { Relation::Near } else { Relation::Overlap };
                matches.push(Match { relation, ..exact });
                if is_copy {
                    slow.entry(left).or_default().insert(right);
                    slow.entry(right).or_default().insert(left);
                }
            }
            let verifier = Counting::default();
            let matches = Matches::new(matches, &verifier);
            for document in (0..25).map(DocumentIndex) {
                let mut found = vec![];
                for (other, seen) in matches.neighbours(document) {
                    let both = [document.min(other), document.max(other)];
                    prop_assert_eq!([seen.found.left, seen.found.right], both);
                    prop_assert_eq!(seen.to_match().left, document);
                    found.push(other.0);
                }
                let expected: Vec<u32> = slow.get(&document.0).into_iter().flatten().copied().collect();
                prop_assert_eq!(found, expected);
            }
            for (&(left, right), &is_copy) in &pairs {
                let known = matches.membership(DocumentIndex(right), DocumentIndex(left)).is_some();
                prop_assert_eq!(known, is_copy);
            }
        }
    }
}
