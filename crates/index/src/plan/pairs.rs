//! Which pairs are candidates after a change, and which are none any more.

use super::groups::Leaders;
use super::{Keys, Plan, ordered};
use crate::archive::Archive;
use crate::error::IndexError;
use crate::postings::{Hash, Level, List};
use crate::records::Number;
use crate::storage::Storage;
use dedupe_core::candidates::requirements::{is_partner, required_fingerprints};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Before or after the change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Before,
    After,
}

/// Another document that shares enough fingerprints for a candidate pair.
#[derive(Clone, Copy)]
struct Sharing {
    other: Number,
    /// The pair makes the document a partner of the other one: the other one shares half of its fingerprints.
    is_partner_of_other: bool,
    /// The other one is a partner of the document.
    is_own_partner: bool,
}

/// The pairs of a document by fingerprints, in order of the other documents.
struct LookedUp {
    before: Vec<Sharing>,
    after: Vec<Sharing>,
}

/// Looks up the pairs of all documents that the change concerns. Sets the partners, the matches to drop and the pairs to
/// verify.
pub(super) fn look_up<S: Storage, E: From<IndexError> + Send>(
    archive: &Archive<S>,
    plan: &mut Plan,
    leaders: &Leaders,
    keys: FxHashMap<Number, Keys>,
    stored_keys: &impl Fn(&[Number]) -> Result<Vec<Keys>, E>,
) -> Result<(), E> {
    let mut lookup = Lookup {
        archive,
        plan,
        entering: leaders.entering.iter().copied().collect(),
        leaving: leaders.leaving.iter().copied().collect(),
        keys,
    };
    let changes = lookup.plan.lists.values();
    let mut queue: BTreeSet<Number> = changes
        .flat_map(|change| change.concerned.iter().copied())
        .collect();
    queue.extend(leaders.entering.iter().chain(&leaders.leaving));
    let mut done: FxHashMap<Number, LookedUp> = FxHashMap::default();
    while !queue.is_empty() {
        let batch: Vec<Number> = std::mem::take(&mut queue).into_iter().collect();
        let unknown: Vec<Number> = batch
            .iter()
            .copied()
            .filter(|n| !lookup.keys.contains_key(n))
            .collect();
        lookup
            .keys
            .extend(unknown.iter().copied().zip(stored_keys(&unknown)?));
        let looked_up = batch
            .par_iter()
            .map(|&number| lookup.pairs_by_fingerprints(number));
        let looked_up: Vec<LookedUp> = looked_up.collect::<Result<_, IndexError>>()?;
        let mut changed: BTreeSet<Number> = BTreeSet::new();
        for (number, looked_up) in batch.into_iter().zip(looked_up) {
            let has_partner = looked_up.after.iter().any(|sharing| sharing.is_own_partner);
            lookup.plan.partners.insert(number, has_partner);
            changed.extend(partners_that_change(&looked_up));
            done.insert(number, looked_up);
        }
        for number in changed {
            if !done.contains_key(&number) && !lookup.leaving.contains(&number) {
                queue.insert(number);
            }
        }
    }
    let found = done
        .par_iter()
        .map(|(&number, looked_up)| lookup.changes(number, looked_up));
    let found: Vec<Changes> = found.collect::<Result<_, IndexError>>()?;
    let pairs: BTreeSet<(Number, Number)> = found
        .iter()
        .flat_map(|changes| &changes.pairs)
        .copied()
        .collect();
    plan.dropped = found
        .iter()
        .flat_map(|changes| &changes.dropped)
        .copied()
        .collect();
    plan.pairs = pairs.into_iter().collect();
    Ok(())
}

/// The documents of which this one was a partner and is none any more, or the other way round.
fn partners_that_change(looked_up: &LookedUp) -> Vec<Number> {
    let partner_of = |sharing: &[Sharing]| -> BTreeSet<Number> {
        let of = sharing.iter().filter(|sharing| sharing.is_partner_of_other);
        of.map(|sharing| sharing.other).collect()
    };
    let (before, after) = (partner_of(&looked_up.before), partner_of(&looked_up.after));
    before.symmetric_difference(&after).copied().collect()
}

/// What a document's pairs change.
struct Changes {
    dropped: Vec<(Number, Number)>,
    pairs: Vec<(Number, Number)>,
}

struct Lookup<'a, S> {
    archive: &'a Archive<S>,
    plan: &'a mut Plan,
    entering: FxHashSet<Number>,
    leaving: FxHashSet<Number>,
    keys: FxHashMap<Number, Keys>,
}

impl<S: Storage> Lookup<'_, S> {
    fn has_postings(&self, number: Number, when: When) -> bool {
        match when {
            When::Before => !self.entering.contains(&number),
            When::After => !self.leaving.contains(&number),
        }
    }

    fn list(&self, hash: Hash, when: When) -> Result<Cow<'_, List>, IndexError> {
        match (self.plan.lists.get(&hash), when) {
            (Some(change), When::Before) => Ok(Cow::Borrowed(&change.old)),
            (Some(change), When::After) => Ok(Cow::Borrowed(&change.new)),
            (None, _) => Ok(Cow::Owned(self.archive.list(hash)?)),
        }
    }

    /// Adds the documents with which a hash pairs one of its documents to `found`. May add that document itself.
    fn partners(
        &self,
        hash: Hash,
        when: When,
        document: Number,
        mut found: impl FnMut(Number),
    ) -> Result<(), IndexError> {
        let list = self.list(hash, when)?;
        list.first.iter().copied().for_each(&mut found);
        if !(list.is_frequent() && list.first.contains(&document)) {
            return Ok(());
        }
        // A pivot is paired with all of them.
        let mut rest = self.archive.rest(hash)?;
        if let (Some(change), When::After) = (self.plan.lists.get(&hash), when) {
            let parting: FxHashSet<Number> = change.parting.iter().copied().collect();
            rest.retain(|number| !parting.contains(number));
            rest.extend_from_slice(&change.joining);
        }
        rest.into_iter().for_each(found);
        Ok(())
    }

    fn pairs_by_fingerprints(&self, number: Number) -> Result<LookedUp, IndexError> {
        Ok(LookedUp {
            before: self.sharing(number, When::Before)?,
            after: self.sharing(number, When::After)?,
        })
    }

    /// The documents that share enough fingerprints with one.
    fn sharing(&self, number: Number, when: When) -> Result<Vec<Sharing>, IndexError> {
        if !self.has_postings(number, when) {
            return Ok(vec![]);
        }
        let mut counts: FxHashMap<Number, u32> = FxHashMap::default();
        for hash in self.own_hashes(number, Level::Fingerprint) {
            self.partners(hash, when, number, |other| {
                *counts.entry(other).or_default() += 1;
            })?;
        }
        counts.remove(&number);
        let own = self.plan.facts_of(self.archive, number)?.fingerprints;
        let mut found = vec![];
        for (other, shared) in counts {
            let others = self.plan.facts_of(self.archive, other)?.fingerprints;
            if shared >= required_fingerprints(own, others) {
                found.push(Sharing {
                    other,
                    is_partner_of_other: is_partner(shared, others),
                    is_own_partner: is_partner(shared, own),
                });
            }
        }
        found.sort_unstable_by_key(|sharing| sharing.other);
        Ok(found)
    }

    fn own_hashes(&self, number: Number, level: Level) -> impl Iterator<Item = Hash> + '_ {
        let keys = self.keys.get(&number).into_iter();
        keys.flat_map(move |keys| keys.of_level(level))
    }

    fn has_partner(&self, number: Number) -> Result<bool, IndexError> {
        match self.plan.partners.get(&number) {
            Some(&known) => Ok(known),
            None => Ok(self.archive.facts(number)?.has_partner),
        }
    }

    /// The documents that share a bucket with one, unless fingerprints suffice for both.
    fn by_bucket(&self, number: Number) -> Result<Vec<Number>, IndexError> {
        let mut others: BTreeSet<Number> = BTreeSet::new();
        for hash in self.own_hashes(number, Level::Bucket) {
            self.partners(hash, When::After, number, |other| {
                others.insert(other);
            })?;
        }
        others.remove(&number);
        let own = self.has_partner(number)?;
        let mut found = vec![];
        for other in others {
            if !(own && self.has_partner(other)?) {
                found.push(other);
            }
        }
        Ok(found)
    }

    fn changes(&self, number: Number, looked_up: &LookedUp) -> Result<Changes, IndexError> {
        let mut candidates: BTreeSet<Number> = looked_up
            .after
            .iter()
            .map(|sharing| sharing.other)
            .collect();
        if self.has_postings(number, When::After) {
            candidates.extend(self.by_bucket(number)?);
        }
        let matched: BTreeSet<Number> = match self.plan.is_new(number) {
            true => BTreeSet::new(),
            false => self.archive.neighbours(number)?.into_iter().collect(),
        };
        // A pair that was a candidate and is no match need not be verified again.
        let known: BTreeSet<Number> = looked_up
            .before
            .iter()
            .map(|sharing| sharing.other)
            .collect();
        let pair = |other: &Number| ordered(number, *other);
        Ok(Changes {
            dropped: matched.difference(&candidates).map(pair).collect(),
            pairs: (candidates.iter())
                .filter(|other| !matched.contains(other) && !known.contains(other))
                .map(pair)
                .collect(),
        })
    }
}
