//! How posting lists change, and whose pairs that concerns.

use super::groups::Leaders;
use super::sorted_hashes::SortedHashes;
use super::{Keys, Plan};
use crate::archive::Archive;
use crate::error::IndexError;
use crate::postings::{Hash, List, Numbers, is_frequent};
use crate::records::{Facts, Number};
use crate::storage::Storage;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// Lists that are looked up together.
pub(super) const AT_ONCE: usize = 2048;

/// A posting list before and after a change.
#[derive(Debug)]
pub(super) struct ListChange {
    pub(super) old: List,
    pub(super) new: List,
    /// Documents that get a key of their own: they have the frequent hash and are no pivots.
    pub(super) joining: Vec<Number>,
    /// Documents that lose their keys.
    pub(super) parting: Vec<Number>,
    /// Documents in both lists that the hash may pair with more of the others now.
    pub(super) gaining: Vec<Number>,
    /// Documents in both lists that the hash pairs with fewer of the others now.
    pub(super) losing: Vec<Number>,
}

/// The posting lists that change.
#[derive(Debug, Default)]
pub(crate) struct ChangedLists {
    hashes: SortedHashes,
    /// Their changes, [`AT_ONCE`] in each part.
    parts: Vec<Vec<ListChange>>,
}

impl ChangedLists {
    pub(super) fn get(&self, hash: Hash) -> Option<&ListChange> {
        let at = self.hashes.find(hash)?;
        self.parts.get(at / AT_ONCE)?.get(at % AT_ONCE)
    }

    /// All changes, in order of the hashes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Hash, &ListChange)> {
        let changes = self.parts.iter().flatten();
        self.hashes.as_slice().iter().copied().zip(changes)
    }

    /// Hashes and their changes in parts, in order.
    pub(super) fn parts(&self) -> impl IndexedParallelIterator<Item = (&[Hash], &[ListChange])> {
        let parts = self.parts.par_iter().map(Vec::as_slice);
        self.hashes.as_slice().par_chunks(AT_ONCE).zip(parts)
    }

    /// Frees the memory on all threads. There are half a million lists in a part of an addition.
    pub(super) fn free(self) {
        self.parts.into_par_iter().for_each(drop);
    }
}

/// The posting lists of all keys of documents that enter or leave.
pub(super) fn changes<S: Storage>(
    archive: &Archive<S>,
    plan: &Plan,
    leaders: &Leaders,
    keys: &FxHashMap<Number, Keys>,
) -> Result<ChangedLists, IndexError> {
    let hashes = |numbers: &[Number]| -> Vec<(Hash, Number)> {
        let keys = numbers
            .iter()
            .filter_map(|number| Some((number, keys.get(number)?)));
        keys.flat_map(|(number, keys)| keys.all().map(|hash| (hash, *number)))
            .collect()
    };
    let entering = hashes(&leaders.entering)
        .into_iter()
        .map(|(hash, number)| (hash, true, number));
    let leaving = hashes(&leaders.leaving)
        .into_iter()
        .map(|(hash, number)| (hash, false, number));
    let mut changing: Vec<(Hash, bool, Number)> = entering.chain(leaving).collect();
    changing.par_sort_unstable();
    let by_hash: Vec<&[(Hash, bool, Number)]> = changing.chunk_by(|a, b| a.0 == b.0).collect();
    let changes = by_hash.par_chunks(AT_ONCE).map(|by_hash| {
        let hashes: Vec<Hash> = by_hash.iter().map(|changing| changing[0].0).collect();
        let lists = archive.lists(&hashes)?;
        let known = may_be_pivots(archive, &lists, by_hash)?;
        let changes = lists.into_iter().zip(by_hash).map(|(old, changing)| {
            let of = |enters: bool| {
                let changing = changing.iter().filter(move |change| change.1 == enters);
                changing.map(|change| change.2)
            };
            let list = ChangingList {
                archive,
                plan,
                known: &known,
                hash: changing[0].0,
                old,
                entering: of(true).collect(),
                leaving: of(false).collect(),
            };
            list.change()
        });
        changes.collect::<Result<Vec<_>, IndexError>>()
    });
    let parts = changes.collect::<Result<Vec<_>, IndexError>>()?;
    Ok(ChangedLists {
        hashes: SortedHashes::new(by_hash.iter().map(|changing| changing[0].0).collect()),
        parts,
    })
}

/// The facts of the documents in lists that are frequent or may become so. The same documents are the pivots of many lists.
fn may_be_pivots<S: Storage>(
    archive: &Archive<S>,
    lists: &[List],
    changing: &[&[(Hash, bool, Number)]],
) -> Result<FxHashMap<Number, Facts>, IndexError> {
    let lists = lists.iter().zip(changing);
    let lists = lists.filter(|(list, changing)| is_frequent(list.len as usize + changing.len()));
    let mut numbers: Vec<Number> = lists.flat_map(|(list, _)| &list.first).copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    let facts = archive.all_facts(&numbers)?;
    Ok(numbers.into_iter().zip(facts).collect())
}

/// A posting list, and the documents that enter and leave it.
struct ChangingList<'a, S> {
    archive: &'a Archive<S>,
    plan: &'a Plan,
    /// The facts of documents in the list, if they may be needed.
    known: &'a FxHashMap<Number, Facts>,
    hash: Hash,
    old: List,
    entering: Vec<Number>,
    leaving: FxHashSet<Number>,
}

impl<S: Storage> ChangingList<'_, S> {
    fn change(self) -> Result<ListChange, IndexError> {
        let keeps_pivots = !self
            .old
            .first
            .iter()
            .any(|pivot| self.leaving.contains(pivot));
        let len = (self.old.len as usize + self.entering.len()).saturating_sub(self.leaving.len());
        match self.old.is_frequent() && keeps_pivots && is_frequent(len) {
            true => self.change_of_frequent(len),
            false if !self.old.is_frequent() && !is_frequent(len) => Ok(self.change_of_few()),
            false => self.change_of_all(),
        }
    }

    /// The hash was not frequent and is not.
    fn change_of_few(self) -> ListChange {
        let stay = self.old.first.iter().copied();
        let stay = stay.filter(|number| !self.leaving.contains(number));
        ListChange {
            new: List::of_few(stay.chain(self.entering).collect()),
            old: self.old,
            joining: vec![],
            parting: vec![],
            gaining: vec![],
            losing: vec![],
        }
    }

    /// The hash is and stays frequent, and no pivot leaves. Costs no more than the documents that enter and leave.
    fn change_of_frequent(self, len: usize) -> Result<ListChange, IndexError> {
        // The rest of a list does not precede its pivots.
        let may_be_pivots = self.old.first.iter().chain(&self.entering).copied();
        let pivots = self.first_in_order(may_be_pivots)?;
        let lost = self
            .old
            .first
            .iter()
            .filter(|pivot| !pivots.contains(pivot));
        let lost: Vec<Number> = lost.copied().collect();
        let entering = self
            .entering
            .iter()
            .filter(|number| !pivots.contains(number));
        Ok(ListChange {
            joining: entering.chain(&lost).copied().collect(),
            parting: self.leaving.into_iter().collect(),
            // Pivots that are new entered just now.
            gaining: vec![],
            losing: lost,
            old: self.old,
            new: List {
                len: len as u32,
                first: pivots,
            },
        })
    }

    /// Any other change. Reads the whole list.
    fn change_of_all(self) -> Result<ListChange, IndexError> {
        let old_rest = match self.old.is_frequent() {
            true => self.archive.rest(self.hash)?,
            false => vec![],
        };
        let stay = self.old.first.iter().chain(&old_rest).copied();
        let stay: Vec<Number> = stay
            .filter(|number| !self.leaving.contains(number))
            .collect();
        let all = || stay.iter().chain(&self.entering).copied();
        let len = stay.len() + self.entering.len();
        let new = match is_frequent(len) {
            true => List {
                len: len as u32,
                first: self.first_in_order(all())?,
            },
            false => List::of_few(all().collect()),
        };
        let is_first = |number: &Number| new.first.contains(number);
        let new_rest: FxHashSet<Number> = all().filter(|number| !is_first(number)).collect();
        let old_rest: FxHashSet<Number> = old_rest.into_iter().collect();
        let was_first = |number: &Number| self.old.first.contains(number);
        let (gaining, losing) = match (self.old.is_frequent(), new.is_frequent()) {
            (false, _) => (vec![], stay),
            (true, false) => (stay, vec![]),
            (true, true) => {
                let changed = stay
                    .into_iter()
                    .filter(|number| was_first(number) != is_first(number));
                changed.partition(is_first)
            }
        };
        Ok(ListChange {
            joining: new_rest.difference(&old_rest).copied().collect(),
            parting: old_rest.difference(&new_rest).copied().collect(),
            gaining,
            losing,
            old: self.old,
            new,
        })
    }

    /// The pivots among documents.
    fn first_in_order(
        &self,
        documents: impl Iterator<Item = Number>,
    ) -> Result<Numbers, IndexError> {
        let facts_of = |number| match self.known.get(&number) {
            Some(known) => Ok(Cow::Borrowed(known)),
            None => self.plan.facts_of(self.archive, number),
        };
        let facts = documents.map(|number| Ok((number, facts_of(number)?)));
        let mut facts = facts.collect::<Result<Vec<(Number, Cow<'_, Facts>)>, IndexError>>()?;
        let pivots = self.hash.level.pivots().min(facts.len());
        if pivots < facts.len() {
            facts.select_nth_unstable_by(pivots, |a, b| a.1.order().cmp(&b.1.order()));
        }
        facts.truncate(pivots);
        facts.sort_unstable_by(|a, b| a.1.order().cmp(&b.1.order()));
        Ok(facts.into_iter().map(|(number, _)| number).collect())
    }
}
