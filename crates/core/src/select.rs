//! Chooses which documents of a corpus to drop, so that each story is kept once.
//!
//! A document is dropped only for a kept document that it matches directly.
//!
//! 1. In order of preference, a document is kept unless it is a near copy of a kept one, only an exact one with
//!    [`DropPolicy::Exact`], or also a version with [`DropPolicy::Version`]. If it matches only dropped documents, it is verified against the documents that represent
//!    those.
//! 2. Documents are then visited from the longest to the shortest. A document is dropped if a kept longer one is a near
//!    copy that the document itself could not stand for (see [`may_stand_for`](crate::model::may_stand_for)), or, with
//!    [`DropPolicy::Contained`], contains it. The documents that it represented are verified against the longer one,
//!    and kept if they do not match.

use crate::cluster::Verifier;
use crate::model::{DocumentIndex, Match, Pair, Relation};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Which documents are dropped. Each policy includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DropPolicy {
    /// Documents with the same words as a kept one. The caller may merge them before selection.
    Exact,
    /// Near copies of a kept document.
    Near,
    /// Documents that a kept one contains.
    Contained,
    /// Versions of the story of a kept document with which they have less in common.
    Version,
}

/// What [`select`] chooses from. Documents with the same words count as one.
pub struct SelectionInput<'a> {
    /// The documents that have matches, the most preferred one first.
    pub order: &'a [DocumentIndex],
    /// By document index: the number of words.
    pub lengths: &'a [u32],
    /// The known matches, each pair at most once.
    pub matches: &'a [Match],
    /// Which documents to drop.
    pub drop: DropPolicy,
}

/// The documents to drop, each with its match with the kept document that represents it, without passages. The dropped
/// document is on the left. Time is nearly linear in the matches.
///
/// # Errors
///
/// The first failure of the verifier.
pub fn select<E: Send>(
    input: &SelectionInput<'_>,
    verifier: &dyn Verifier<Error = E>,
) -> Result<HashMap<DocumentIndex, Match>, E> {
    let mut selection = Selection::new(input.matches, verifier);
    let is_near = |m: &Match| match m.relation {
        Relation::Exact => true,
        Relation::Near => input.drop >= DropPolicy::Near && m.right_may_stand_for_left(),
        Relation::Version => input.drop >= DropPolicy::Version && m.right_may_stand_for_left(),
        Relation::Contained | Relation::Contains | Relation::Overlap => false,
    };
    for &document in input.order {
        selection.visit(document, &is_near)?;
    }
    let is_in_longer = |m: &Match| match m.relation {
        Relation::Contained => input.drop >= DropPolicy::Contained,
        _ => is_near(m),
    };
    let mut longest_first: Vec<DocumentIndex> = input.order.to_vec();
    // A stable sort keeps documents of one length in order of preference.
    longest_first.sort_by_key(|d| Reverse(input.lengths.get(d.index()).copied()));
    for document in longest_first {
        selection.visit_again(document, &is_in_longer)?;
    }
    Ok(selection.dropped.into_iter().collect())
}

/// The state of one selection.
struct Selection<'a, E> {
    /// By verified pair: its match without passages, if it is one.
    verified: HashMap<Pair, Option<Match>>,
    /// By document: the other documents of its given copy matches, sorted.
    neighbours: HashMap<DocumentIndex, Vec<DocumentIndex>>,
    /// By dropped document: its match with the document that represents it.
    dropped: BTreeMap<DocumentIndex, Match>,
    /// By document: the dropped documents that it represents, in the order in which they were dropped.
    represented: HashMap<DocumentIndex, Vec<DocumentIndex>>,
    /// By document index: whether the document was visited and not dropped. Only these represent others.
    kept: Vec<bool>,
    verifier: &'a dyn Verifier<Error = E>,
}

impl<'a, E: Send> Selection<'a, E> {
    fn new(matches: &[Match], verifier: &'a dyn Verifier<Error = E>) -> Self {
        let mut neighbours: HashMap<DocumentIndex, Vec<DocumentIndex>> = HashMap::new();
        let copies = || matches.iter().filter(|m| m.relation.is_copy());
        for m in copies() {
            neighbours.entry(m.left).or_default().push(m.right);
            neighbours.entry(m.right).or_default().push(m.left);
        }
        neighbours.values_mut().for_each(|n| n.sort_unstable());
        let count = neighbours.keys().map(|d| d.index() + 1).max().unwrap_or(0);
        Self {
            verified: copies()
                .map(|m| (Pair::new(m.left, m.right), Some(without_passages(m))))
                .collect(),
            neighbours,
            dropped: BTreeMap::new(),
            represented: HashMap::new(),
            kept: vec![false; count],
            verifier,
        }
    }

    /// Drops a document that has a match with a kept one for which it may be dropped, else keeps it.
    fn visit(
        &mut self,
        document: DocumentIndex,
        may_drop: &dyn Fn(&Match) -> bool,
    ) -> Result<(), E> {
        match self.representative(document, may_drop)? {
            Some(found) => self.drop(document, found),
            None => self.keep(document),
        }
        Ok(())
    }

    /// Drops a kept document that has a match with another kept one for which it may be dropped. Visits the documents
    /// that it represented again.
    fn visit_again(
        &mut self,
        document: DocumentIndex,
        may_drop: &dyn Fn(&Match) -> bool,
    ) -> Result<(), E> {
        if self.dropped.contains_key(&document) {
            return Ok(());
        }
        let neighbours = self.neighbours.get(&document).into_iter().flatten();
        let others = neighbours
            .filter(|d| self.is_kept(**d))
            .filter_map(|d| self.get(document, *d))
            .filter(may_drop);
        let Some(found) = closest(others) else {
            return Ok(());
        };
        let other = found.right;
        let represented = self.represented.remove(&document).unwrap_or_default();
        self.drop(document, found);
        for orphan in represented {
            self.dropped.remove(&orphan);
            self.verify_missing(orphan, &[other])?;
            let found = match self.get(orphan, other).filter(may_drop) {
                Some(found) => Some(found),
                None => self.representative(orphan, may_drop)?,
            };
            match found {
                Some(found) => self.drop(orphan, found),
                None => self.keep(orphan),
            }
        }
        Ok(())
    }

    /// The closest accepted match with a kept neighbour; else with the representative of a dropped neighbour.
    fn representative(
        &mut self,
        document: DocumentIndex,
        accept: &dyn Fn(&Match) -> bool,
    ) -> Result<Option<Match>, E> {
        let neighbours = self.neighbours.get(&document).cloned().unwrap_or_default();
        let kept = neighbours.iter().copied().filter(|d| self.is_kept(*d));
        let direct = kept.filter_map(|d| self.get(document, d)).filter(accept);
        if let Some(found) = closest(direct) {
            return Ok(Some(found));
        }
        let mut representatives: Vec<DocumentIndex> = (neighbours.iter())
            .filter(|d| self.get(document, **d).is_some_and(|m| accept(&m)))
            .filter_map(|d| self.dropped.get(d).map(|m| m.right))
            .collect();
        representatives.sort_unstable();
        representatives.dedup();
        representatives.retain(|d| self.is_kept(*d));
        self.verify_missing(document, &representatives)?;
        let indirect = representatives
            .iter()
            .filter_map(|d| self.get(document, *d))
            .filter(accept);
        Ok(closest(indirect))
    }

    fn drop(&mut self, document: DocumentIndex, found: Match) {
        self.represented
            .entry(found.right)
            .or_default()
            .push(document);
        self.set_kept(document, false);
        self.dropped.insert(document, found);
    }

    fn keep(&mut self, document: DocumentIndex) {
        self.set_kept(document, true);
    }

    /// Documents without neighbours have no entry: nothing asks for them.
    fn set_kept(&mut self, document: DocumentIndex, value: bool) {
        if let Some(kept) = self.kept.get_mut(document.index()) {
            *kept = value;
        }
    }

    fn is_kept(&self, document: DocumentIndex) -> bool {
        self.kept.get(document.index()).copied().unwrap_or(false)
    }

    /// The match of two documents, with `left` on the left.
    fn get(&self, left: DocumentIndex, right: DocumentIndex) -> Option<Match> {
        let found = self.verified.get(&Pair::new(left, right))?.clone()?;
        Some(if found.left == left {
            found
        } else {
            found.reversed()
        })
    }

    /// Verifies a document with each of `others`, if that has not been done.
    fn verify_missing(
        &mut self,
        document: DocumentIndex,
        others: &[DocumentIndex],
    ) -> Result<(), E> {
        let pairs = others.iter().map(|&other| (document, other));
        let missing: Vec<_> = pairs
            .filter(|&(a, b)| !self.verified.contains_key(&Pair::new(a, b)))
            .collect();
        let found = self.verifier.verify(&missing)?;
        for ((a, b), found) in missing.into_iter().zip(found) {
            let found = found.as_ref().map(without_passages);
            self.verified.insert(Pair::new(a, b), found);
        }
        Ok(())
    }
}

/// What the choice needs of a match. All matches are kept beside those of the run.
fn without_passages(found: &Match) -> Match {
    Match {
        passages: vec![],
        ..*found
    }
}

/// The match with the highest containment of its left document; of equals, the one with the lowest right document.
fn closest(matches: impl Iterator<Item = Match>) -> Option<Match> {
    matches.min_by(|a, b| {
        let by_containment = b.containment_left.total_cmp(&a.containment_left);
        by_containment.then(a.right.cmp(&b.right))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::sync::Mutex;

    /// Finds matches in a table, and remembers the verified pairs.
    #[derive(Default)]
    struct Table {
        matches: Vec<Match>,
        verified: Mutex<Vec<(u32, u32)>>,
    }

    impl Verifier for Table {
        type Error = Infallible;

        fn verify(
            &self,
            pairs: &[(DocumentIndex, DocumentIndex)],
        ) -> Result<Vec<Option<Match>>, Infallible> {
            let find = |&(left, right): &(DocumentIndex, DocumentIndex)| {
                self.verified.lock().unwrap().push((left.0, right.0));
                let both = |m: &&Match| Pair::new(m.left, m.right) == Pair::new(left, right);
                self.matches.iter().find(both).cloned()
            };
            Ok(pairs.iter().map(find).collect())
        }
    }

    fn found((left, right, relation): (u32, u32, Relation)) -> Match {
        Match {
            left: DocumentIndex(left),
            right: DocumentIndex(right),
            relation,
            aligned: 90,
            resemblance: 0.8,
            containment_left: 0.9,
            containment_right: 0.9,
            longest_run: 90,
            passages: vec![],
        }
    }

    /// Checks the dropped documents and their representatives. Documents of a lower index are preferred and longer.
    /// `hidden` matches are found by verification only. Returns the verified pairs.
    fn check(
        known: &[(u32, u32, Relation)],
        hidden: &[(u32, u32, Relation)],
        drop: DropPolicy,
        expected: &[(u32, u32)],
    ) -> Vec<(u32, u32)> {
        let matches: Vec<Match> = known.iter().copied().map(found).collect();
        let table = Table {
            matches: hidden.iter().copied().map(found).collect(),
            ..Table::default()
        };
        let order: Vec<DocumentIndex> = (0..10).map(DocumentIndex).collect();
        let lengths: Vec<u32> = (0..10).map(|d| 1_000 - d).collect();
        let input = SelectionInput {
            order: &order,
            lengths: &lengths,
            matches: &matches,
            drop,
        };
        let dropped = select(&input, &table).unwrap();
        let mut pairs: Vec<(u32, u32)> = (dropped.iter().map(|(d, m)| (d.0, m.right.0))).collect();
        pairs.sort_unstable();
        assert_eq!(pairs, expected, "{known:?}");
        table.verified.into_inner().unwrap()
    }

    use Relation::{Contained, Contains, Exact, Near, Overlap, Version};

    #[test]
    fn a_copy_is_dropped_for_a_kept_document() {
        check(
            &[(0, 1, Near), (0, 2, Near), (1, 2, Near)],
            &[],
            DropPolicy::Near,
            &[(1, 0), (2, 0)],
        );
        check(
            &[(0, 1, Overlap), (2, 3, Contains)],
            &[],
            DropPolicy::Near,
            &[],
        );
        let known = [(0, 1, Near), (2, 3, Exact)];
        check(&known, &[], DropPolicy::Exact, &[(3, 2)]);
    }

    #[test]
    fn a_version_that_has_less_than_half_in_common_is_dropped_only_if_that_is_asked_for() {
        let known = [(0, 1, Version)];
        for drop in [DropPolicy::Exact, DropPolicy::Near, DropPolicy::Contained] {
            check(&known, &[], drop, &[]);
        }
        check(&known, &[], DropPolicy::Version, &[(1, 0)]);
    }

    #[test]
    fn a_copy_of_a_dropped_document_is_verified_against_its_representative() {
        // Document 2 matches 1 only, and 1 is dropped for 0.
        let verified = check(
            &[(0, 1, Near), (1, 2, Near)],
            &[],
            DropPolicy::Near,
            &[(1, 0)],
        );
        assert_eq!(verified, [(2, 0)]);
        check(
            &[(0, 1, Near), (1, 2, Near)],
            &[(0, 2, Near)],
            DropPolicy::Near,
            &[(1, 0), (2, 0)],
        );
    }

    #[test]
    fn cuts_are_dropped_only_on_request_and_pages_never() {
        let cut = [(1, 0, Contained)];
        check(&cut, &[], DropPolicy::Near, &[]);
        check(&cut, &[], DropPolicy::Contained, &[(1, 0)]);
        check(&[(0, 1, Contains)], &[], DropPolicy::Contained, &[(1, 0)]);
    }

    #[test]
    fn documents_that_a_dropped_cut_represented_match_its_container_or_stay() {
        let known = [(1, 0, Contained), (1, 2, Near)];
        check(
            &known,
            &[(2, 0, Contained)],
            DropPolicy::Contained,
            &[(1, 0), (2, 0)],
        );
        check(&known, &[], DropPolicy::Contained, &[(1, 0)]);
    }

    #[test]
    fn documents_that_a_dropped_cut_represented_may_find_another_representative() {
        // Document 2 represents 3 and is then dropped for 0, which does not contain 3. Document 1 does.
        let known = [(2, 0, Contained), (2, 3, Near), (3, 1, Contained)];
        let verified = check(&known, &[], DropPolicy::Contained, &[(2, 0), (3, 1)]);
        assert_eq!(verified, [(3, 0)]);
        // A document that contains its candidate is not a copy of it.
        let known = [(2, 0, Contained), (2, 3, Near), (3, 1, Contains)];
        check(&known, &[], DropPolicy::Contained, &[(2, 0)]);
        check(
            &known[..2],
            &[(3, 0, Overlap)],
            DropPolicy::Contained,
            &[(2, 0)],
        );
    }

    #[test]
    fn a_document_that_is_dropped_itself_represents_no_other() {
        // Document 1 contains 2 and is dropped for 0 first.
        let known = [(1, 0, Contained), (2, 1, Contained)];
        check(&known, &[], DropPolicy::Contained, &[(1, 0)]);
    }

    #[test]
    fn the_closest_document_represents_a_copy_and_the_first_of_equals() {
        let known = [(0, 1, Overlap), (0, 2, Near), (1, 2, Near)];
        check(&known, &[], DropPolicy::Near, &[(2, 0)]);
        let containment = |right: u32, containment_left: f64| Match {
            containment_left,
            ..found((9, right, Near))
        };
        let matches = [
            containment(4, 0.8),
            containment(3, 0.9),
            containment(2, 0.9),
        ];
        let closest = closest(matches.into_iter()).map(|m| m.right.0);
        assert_eq!(closest, Some(2));
    }

    #[test]
    fn the_dropped_document_is_on_the_left_of_its_match() {
        let matches = [Match {
            containment_left: 0.7,
            ..found((0, 1, Near))
        }];
        let input = SelectionInput {
            order: &[DocumentIndex(0), DocumentIndex(1)],
            lengths: &[100, 100],
            matches: &matches,
            drop: DropPolicy::Near,
        };
        let Ok(dropped) = select(&input, &Table::default());
        let evidence = &dropped[&DocumentIndex(1)];
        assert_eq!((evidence.left.0, evidence.right.0), (1, 0));
        assert_eq!(
            (evidence.containment_left, evidence.containment_right),
            (0.9, 0.7)
        );
    }

    #[test]
    fn a_dropped_cut_no_longer_represents_its_copies() {
        // Document 2 represents 3 and 4 and is dropped for 0. While 3 is visited again, 4 still refers to 2.
        let known = [(2, 0, Contained), (2, 3, Near), (2, 4, Near), (3, 4, Near)];
        check(&known, &[], DropPolicy::Contained, &[(2, 0), (4, 3)]);
    }
}
