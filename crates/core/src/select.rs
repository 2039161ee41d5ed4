//! Which documents of a corpus to keep, so that every story stays and none stays twice.
//!
//! A document is dropped only for one that is kept, that stands in its place, and that it was matched
//! with: directly, never by way of a third.
//!
//! 1. In order of preference, each document is kept, unless it is a near copy of one that is. Where it was
//!    only matched with one that was dropped, it is verified against what stands for that.
//! 2. Where cuts are dropped too, the longest first: a document goes that stands in a longer one that
//!    is kept. What it stood for is verified against the longer one, and kept where that fails.

use crate::cluster::Verifier;
use crate::model::Pair;
use crate::model::{DocumentIndex, Match, Relation};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The loosest relation for which a document is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DropPolicy {
    /// Only for the same words.
    Exact,
    /// For near copies too.
    Near,
    /// For what most of stands in another document too.
    Contained,
}

/// What is chosen from; documents with the same words are one.
pub struct SelectionInput<'a> {
    /// The documents with matches, the preferred one first.
    pub order: &'a [DocumentIndex],
    /// Words of each document that are no boilerplate, by index.
    pub effective_lengths: &'a [u32],
    /// What is known.
    pub matches: &'a [Match],
    /// What to drop.
    pub drop: DropPolicy,
}

/// The documents to drop, each with its match with the one that stands for it, read from the first.
/// Time near linear in the matches.
///
/// # Errors
///
/// The first failure of the verifier.
pub fn select<E: Send>(
    choice: &SelectionInput<'_>,
    verifier: &dyn Verifier<Error = E>,
) -> Result<HashMap<DocumentIndex, Match>, E> {
    let mut selection = Selection::new(choice.matches, verifier);
    if choice.drop >= DropPolicy::Near {
        for &document in choice.order {
            selection.drop_near(document)?;
        }
    }
    if choice.drop >= DropPolicy::Contained {
        let mut longest: Vec<DocumentIndex> = choice.order.to_vec();
        // Stable: of one length the preferred one first.
        longest.sort_by_key(|d| Reverse(choice.effective_lengths[d.index()]));
        for document in longest {
            selection.drop_contained(document)?;
        }
    }
    Ok(selection.dropped.into_iter().collect())
}

/// The documents dropped so far.
struct Selection<'a, E> {
    known: HashMap<Pair, Option<Match>>,
    /// Other documents that one was matched with, sorted.
    neighbours: HashMap<DocumentIndex, Vec<DocumentIndex>>,
    dropped: BTreeMap<DocumentIndex, Match>,
    /// Those that each document stands for, in the order in which they were dropped.
    stood_for: HashMap<DocumentIndex, Vec<DocumentIndex>>,
    /// Documents that were asked about: only these may stand for others.
    seen: Vec<bool>,
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
        let last = neighbours.keys().map(|d| d.index() + 1).max().unwrap_or(0);
        Self {
            known: copies()
                .map(|m| (Pair::new(m.left, m.right), Some(m.clone())))
                .collect(),
            neighbours,
            dropped: BTreeMap::new(),
            stood_for: HashMap::new(),
            seen: vec![false; last],
            verifier,
        }
    }

    fn drop_near(&mut self, document: DocumentIndex) -> Result<(), E> {
        let is_near = |m: &Match| matches!(m.relation, Relation::Exact | Relation::Near);
        let found = self.stand_in(document, &is_near)?;
        match found {
            Some(found) => self.put_away(document, found),
            None => self.see(document),
        }
        Ok(())
    }

    fn put_away(&mut self, document: DocumentIndex, found: Match) {
        self.stood_for
            .entry(found.right)
            .or_default()
            .push(document);
        self.dropped.insert(document, found);
    }

    /// The match with the kept document that is closest, of those that were matched with this one, or
    /// else of those that stand for them.
    fn stand_in(
        &mut self,
        document: DocumentIndex,
        stands: &dyn Fn(&Match) -> bool,
    ) -> Result<Option<Match>, E> {
        let neighbours = self.neighbours.get(&document).cloned().unwrap_or_default();
        let kept = neighbours.iter().copied().filter(|d| self.is_kept(*d));
        let direct = kept.filter_map(|d| self.get(document, d)).filter(stands);
        if let Some(found) = closest(direct) {
            return Ok(Some(found));
        }
        let mut others: Vec<DocumentIndex> = (neighbours.iter())
            .filter(|d| self.get(document, **d).is_some_and(|m| stands(&m)))
            .filter_map(|d| self.dropped.get(d).map(|m| m.right))
            .collect();
        others.sort_unstable();
        others.dedup();
        others.retain(|d| *d != document && self.is_kept(*d));
        self.ensure(document, &others)?;
        Ok(closest(
            others
                .iter()
                .filter_map(|d| self.get(document, *d))
                .filter(stands),
        ))
    }

    fn drop_contained(&mut self, document: DocumentIndex) -> Result<(), E> {
        if self.dropped.contains_key(&document) {
            return Ok(());
        }
        let neighbours = self.neighbours.get(&document).into_iter().flatten();
        let within = |m: &Match| m.relation == Relation::Contained;
        let containers = neighbours
            .filter(|d| self.is_kept(**d))
            .filter_map(|d| self.get(document, *d))
            .filter(within);
        let Some(found) = closest(containers) else {
            return Ok(());
        };
        let container = found.right;
        let orphans = self.stood_for.remove(&document).unwrap_or_default();
        self.put_away(document, found);
        for orphan in orphans {
            self.dropped.remove(&orphan);
            self.set_seen(orphan, false);
            self.ensure(orphan, &[container])?;
            let direct = self.get(orphan, container);
            let stands = |m: &Match| m.relation != Relation::Contains && m.relation.is_copy();
            let found = match direct.filter(stands) {
                Some(found) => Some(found),
                None => self.stand_in(orphan, &stands)?,
            };
            match found {
                Some(found) => self.put_away(orphan, found),
                None => self.see(orphan),
            }
        }
        Ok(())
    }

    fn see(&mut self, document: DocumentIndex) {
        self.set_seen(document, true);
    }

    fn set_seen(&mut self, document: DocumentIndex, value: bool) {
        if let Some(seen) = self.seen.get_mut(document.index()) {
            *seen = value;
        }
    }

    /// True for one that was asked about and stays.
    fn is_kept(&self, document: DocumentIndex) -> bool {
        let seen = self.seen.get(document.index()).copied().unwrap_or(false);
        seen && !self.dropped.contains_key(&document)
    }

    /// The match of two documents, read from the first.
    fn get(&self, a: DocumentIndex, b: DocumentIndex) -> Option<Match> {
        let found = self.known.get(&Pair::new(a, b))?.clone()?;
        Some(if found.left == a {
            found
        } else {
            found.reversed()
        })
    }

    fn ensure(&mut self, one: DocumentIndex, others: &[DocumentIndex]) -> Result<(), E> {
        let pairs = others.iter().map(|&other| (one, other));
        let missing: Vec<_> = pairs
            .filter(|&(one, other)| !self.known.contains_key(&Pair::new(one, other)))
            .collect();
        let found = self.verifier.verify(&missing)?;
        for ((one, other), found) in missing.into_iter().zip(found) {
            self.known.insert(Pair::new(one, other), found);
        }
        Ok(())
    }
}

/// The match that holds most of its left document; ties by the right one.
fn closest(matches: impl Iterator<Item = Match>) -> Option<Match> {
    matches.min_by(|a, b| {
        let close = b.containment_left.total_cmp(&a.containment_left);
        close.then(a.right.cmp(&b.right))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::sync::Mutex;

    /// Answers from a table, and remembers what it was asked.
    #[derive(Default)]
    struct Table {
        matches: Vec<Match>,
        asked: Mutex<Vec<(u32, u32)>>,
    }

    impl Verifier for Table {
        type Error = Infallible;

        fn verify(
            &self,
            pairs: &[(DocumentIndex, DocumentIndex)],
        ) -> Result<Vec<Option<Match>>, Infallible> {
            let find = |&(left, right): &(DocumentIndex, DocumentIndex)| {
                self.asked.lock().unwrap().push((left.0, right.0));
                let both = |m: &&Match| Pair::new(m.left, m.right) == Pair::new(left, right);
                self.matches.iter().find(both).cloned()
            };
            Ok(pairs.iter().map(find).collect())
        }
    }

    fn pair((left, right, relation): (u32, u32, Relation)) -> Match {
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

    /// What is dropped, and for which; documents are preferred by index, and shorter the higher it is.
    fn check(
        known: &[(u32, u32, Relation)],
        hidden: &[(u32, u32, Relation)],
        drop: DropPolicy,
        expected: &[(u32, u32)],
    ) -> Vec<(u32, u32)> {
        let matches: Vec<Match> = known.iter().copied().map(pair).collect();
        let table = Table {
            matches: hidden.iter().copied().map(pair).collect(),
            ..Table::default()
        };
        let order: Vec<DocumentIndex> = (0..10).map(DocumentIndex).collect();
        let effective_lengths: Vec<u32> = (0..10).map(|d| 1_000 - d).collect();
        let choice = SelectionInput {
            order: &order,
            effective_lengths: &effective_lengths,
            matches: &matches,
            drop,
        };
        let dropped = select(&choice, &table).unwrap();
        let mut pairs: Vec<(u32, u32)> = (dropped.iter().map(|(d, m)| (d.0, m.right.0))).collect();
        pairs.sort_unstable();
        assert_eq!(pairs, expected, "{known:?}");
        table.asked.into_inner().unwrap()
    }

    use Relation::{Contained, Contains, Near, Overlap};

    #[test]
    fn a_copy_goes_for_one_that_stays() {
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
        check(&[(0, 1, Near)], &[], DropPolicy::Exact, &[]);
    }

    #[test]
    fn nothing_goes_by_way_of_a_third() {
        // 2 is like 1 alone, and 1 goes for 0.
        let asked = check(
            &[(0, 1, Near), (1, 2, Near)],
            &[],
            DropPolicy::Near,
            &[(1, 0)],
        );
        assert_eq!(asked, [(2, 0)]);
        check(
            &[(0, 1, Near), (1, 2, Near)],
            &[(0, 2, Near)],
            DropPolicy::Near,
            &[(1, 0), (2, 0)],
        );
    }

    #[test]
    fn cuts_go_only_where_asked_and_never_pages() {
        let cut = [(1, 0, Contained)];
        check(&cut, &[], DropPolicy::Near, &[]);
        check(&cut, &[], DropPolicy::Contained, &[(1, 0)]);
        check(&[(0, 1, Contains)], &[], DropPolicy::Contained, &[(1, 0)]);
    }

    #[test]
    fn what_a_cut_stood_for_finds_another_or_stays() {
        let known = [(1, 0, Contained), (1, 2, Near)];
        check(
            &known,
            &[(2, 0, Contained)],
            DropPolicy::Contained,
            &[(1, 0), (2, 0)],
        );
        check(&known, &[], DropPolicy::Contained, &[(1, 0)]);
    }
}
