//! Which pairs are candidates after a change, and which are none any more.

use super::groups::Leaders;
use super::{Keys, Plan, concerned, lists, ordered};
use crate::archive::Archive;
use crate::error::IndexError;
use crate::postings::{Hash, Level, List};
use crate::records::Number;
use crate::short_documents::ShortDocuments;
use crate::storage::Storage;
use dedupe_core::candidates::requirements::{SHORT_DOCUMENT, is_partner, required_fingerprints};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeSet, HashMap};

/// Documents that are looked up together. What is read for them is in memory until they are done.
const AT_ONCE: usize = 512;

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
#[derive(Default)]
struct LookedUp {
    before: Vec<Sharing>,
    after: Vec<Sharing>,
}

/// Shared hashes before and after the change.
#[derive(Clone, Copy, Default)]
struct Shared {
    before: u32,
    after: u32,
}

/// The lists that do not change, of the hashes of some documents. The table has a random seed, because words can be chosen
/// for hashes that collide in any other.
type Lists = HashMap<Hash, List>;

/// Looks up the pairs of all documents that the change concerns. Sets the partners, the matches to drop and the pairs to
/// verify.
pub(super) fn look_up<S: Storage, E: From<IndexError> + Send>(
    archive: &Archive<S>,
    plan: &mut Plan,
    leaders: &Leaders,
    keys: FxHashMap<Number, Keys>,
    stored_keys: &impl Fn(&[Number]) -> Result<Vec<Keys>, E>,
) -> Result<(), E> {
    let mut queue = concerned::concerned(archive, &plan.lists)?;
    queue.extend(leaders.entering.iter().chain(&leaders.leaving));
    let mut lookup = Lookup {
        archive,
        short: ShortDocuments::before(plan.first_new),
        plan,
        entering: leaders.entering.iter().copied().collect(),
        leaving: leaders.leaving.iter().copied().collect(),
        keys,
    };
    let mut done: FxHashMap<Number, LookedUp> = FxHashMap::default();
    while !queue.is_empty() {
        let batch: Vec<Number> = std::mem::take(&mut queue).into_iter().collect();
        let unknown = batch.iter().copied();
        let unknown: Vec<Number> = unknown.filter(|n| !lookup.keys.contains_key(n)).collect();
        let keys = unknown.iter().copied().zip(stored_keys(&unknown)?);
        lookup.keys.extend(keys);
        let looked_up = lookup.for_all(&batch, Level::Fingerprint, |number, lists| {
            lookup.pairs_by_fingerprints(number, lists)
        })?;
        let (mut gained, mut lost) = (BTreeSet::new(), BTreeSet::new());
        for (number, looked_up) in batch.into_iter().zip(looked_up) {
            let has_partner = looked_up.after.iter().any(|sharing| sharing.is_own_partner);
            lookup.plan.partners.insert(number, has_partner);
            let [before, after] = [&looked_up.before, &looked_up.after].map(|s| partner_of(s));
            gained.extend(after.difference(&before));
            lost.extend(before.difference(&after));
            done.insert(number, looked_up);
        }
        for changed in [&mut gained, &mut lost] {
            changed.retain(|n| !done.contains_key(n) && !lookup.leaving.contains(n));
        }
        queue = concerned::with_other_partners(archive, &gained, lost)?;
    }
    let numbers: Vec<Number> = done.keys().copied().collect();
    let found = lookup.for_all(&numbers, Level::Bucket, |number, lists| {
        match done.get(&number) {
            Some(looked_up) => lookup.changes(number, looked_up, lists),
            None => Ok(Changes::default()),
        }
    })?;
    let pairs = found.iter().flat_map(|changes| &changes.pairs);
    let pairs: BTreeSet<(Number, Number)> = pairs.copied().collect();
    let dropped = found.iter().flat_map(|changes| &changes.dropped);
    plan.dropped = dropped.copied().collect();
    plan.pairs = pairs.into_iter().collect();
    Ok(())
}

/// The documents of which this one is a partner.
fn partner_of(sharing: &[Sharing]) -> BTreeSet<Number> {
    let of = sharing.iter().filter(|sharing| sharing.is_partner_of_other);
    of.map(|sharing| sharing.other).collect()
}

/// What a document's pairs change.
#[derive(Default)]
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
    short: ShortDocuments,
}

impl<S: Storage> Lookup<'_, S> {
    /// Calls `of_one` for each of some documents, with the lists of their hashes of a level.
    fn for_all<T: Send>(
        &self,
        numbers: &[Number],
        level: Level,
        of_one: impl Fn(Number, &Lists) -> Result<T, IndexError> + Sync,
    ) -> Result<Vec<T>, IndexError> {
        let mut all = Vec::with_capacity(numbers.len());
        for numbers in numbers.chunks(AT_ONCE) {
            let lists = self.unchanged_lists(numbers, level)?;
            let some = numbers.par_iter().map(|&number| of_one(number, &lists));
            all.append(&mut some.collect::<Result<_, IndexError>>()?);
        }
        Ok(all)
    }

    fn unchanged_lists(&self, numbers: &[Number], level: Level) -> Result<Lists, IndexError> {
        let of_one = |&number: &Number| {
            let hashes = self.own_hashes(number, level);
            hashes.filter(|&hash| self.plan.lists.get(hash).is_none())
        };
        let mut hashes: Vec<Hash> = numbers.par_iter().flat_map_iter(of_one).collect();
        hashes.par_sort_unstable();
        hashes.dedup();
        let lists = hashes
            .par_chunks(lists::AT_ONCE)
            .map(|hashes| self.archive.lists(hashes));
        let lists: Vec<Vec<List>> = lists.collect::<Result<_, IndexError>>()?;
        Ok(hashes
            .into_iter()
            .zip(lists.into_iter().flatten())
            .collect())
    }

    /// Calls `found` for each document with which a hash pairs one of its documents, before and after the change. May call
    /// it for that document itself.
    fn partners(
        &self,
        hash: Hash,
        document: Number,
        lists: &Lists,
        mut found: impl FnMut(Number, Shared),
    ) -> Result<(), IndexError> {
        let change = self.plan.lists.get(hash);
        let is_before = u32::from(!self.entering.contains(&document));
        let is_after = u32::from(!self.leaving.contains(&document));
        let before = Shared {
            before: is_before,
            after: 0,
        };
        let after = Shared {
            before: 0,
            after: is_after,
        };
        // A pivot is paired with all of them.
        let is_pivot = |list: &List| list.is_frequent() && list.first.contains(&document);
        match (change, lists.get(&hash)) {
            (Some(change), _) => {
                change
                    .old
                    .first
                    .iter()
                    .for_each(|&other| found(other, before));
                change
                    .new
                    .first
                    .iter()
                    .for_each(|&other| found(other, after));
                let was_pivot = is_before == 1 && is_pivot(&change.old);
                let is_pivot = is_after == 1 && is_pivot(&change.new);
                if was_pivot || is_pivot {
                    let rest = self.archive.rest(hash)?;
                    if was_pivot {
                        rest.iter().for_each(|&other| found(other, before));
                    }
                    if is_pivot {
                        let parting: FxHashSet<Number> = change.parting.iter().copied().collect();
                        let staying = rest.iter().filter(|number| !parting.contains(number));
                        let rest = staying.chain(&change.joining);
                        rest.for_each(|&other| found(other, after));
                    }
                }
            }
            (None, Some(list)) => {
                let both = Shared {
                    before: is_before,
                    after: is_after,
                };
                list.first.iter().for_each(|&other| found(other, both));
                if is_pivot(list) {
                    let rest = self.archive.rest(hash)?;
                    rest.into_iter().for_each(|other| found(other, both));
                }
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// The documents that share enough fingerprints with one.
    fn pairs_by_fingerprints(&self, number: Number, lists: &Lists) -> Result<LookedUp, IndexError> {
        let mut counts: FxHashMap<Number, Shared> = FxHashMap::default();
        for hash in self.own_hashes(number, Level::Fingerprint) {
            self.partners(hash, number, lists, |other, shared| {
                let count = counts.entry(other).or_default();
                count.before += shared.before;
                count.after += shared.after;
            })?;
        }
        counts.remove(&number);
        let mut counts: Vec<(Number, Shared)> = counts.into_iter().collect();
        counts.sort_unstable_by_key(|(other, _)| *other);
        let own = self.plan.facts_of(self.archive, number)?.fingerprints;
        let others = self.fingerprints(&counts)?;
        let sharing = |shared: fn(&Shared) -> u32| {
            let counts = counts.iter().zip(&others);
            let counts = counts.map(|((other, count), others)| (*other, shared(count), *others));
            let enough = counts.filter(|&(_, shared, others)| {
                shared > 0 && shared >= required_fingerprints(own, others)
            });
            let sharing = enough.map(|(other, shared, others)| Sharing {
                other,
                is_partner_of_other: is_partner(shared, others),
                is_own_partner: is_partner(shared, own),
            });
            sharing.collect()
        };
        Ok(LookedUp {
            before: sharing(|shared| shared.before),
            after: sharing(|shared| shared.after),
        })
    }

    /// How many fingerprints each of these documents has, if that decides about a pair. Otherwise the least that a document
    /// has which is not short: it is no partner of another one that shares so few with it.
    fn fingerprints(&self, sharing: &[(Number, Shared)]) -> Result<Vec<u32>, IndexError> {
        const NOT_SHORT: u32 = SHORT_DOCUMENT + 1;
        let mut fingerprints = vec![NOT_SHORT; sharing.len()];
        let mut stored = vec![];
        for (at, (other, shared)) in sharing.iter().enumerate() {
            if self.plan.is_new(*other) {
                fingerprints[at] = self.plan.facts_of(self.archive, *other)?.fingerprints;
            } else if is_partner(shared.before.max(shared.after), NOT_SHORT)
                || self.short.contains(self.archive, *other)?
            {
                stored.push((at, *other));
            }
        }
        let numbers: Vec<Number> = stored.iter().map(|(_, number)| *number).collect();
        for ((at, _), facts) in stored.iter().zip(self.archive.all_facts(&numbers)?) {
            fingerprints[*at] = facts.fingerprints;
        }
        Ok(fingerprints)
    }

    fn own_hashes(&self, number: Number, level: Level) -> impl Iterator<Item = Hash> + '_ {
        let keys = self.keys.get(&number).into_iter();
        keys.flat_map(move |keys| keys.of_level(level))
    }

    /// By document: whether it has a partner after the change. The numbers are in order.
    fn have_partners(&self, numbers: &[Number]) -> Result<Vec<bool>, IndexError> {
        let partners = &self.plan.partners;
        let is_unknown = |number: &&Number| !partners.contains_key(number);
        let unknown: Vec<Number> = numbers.iter().filter(is_unknown).copied().collect();
        let mut stored = self.archive.all_facts(&unknown)?.into_iter();
        let stored = |number| match partners.get(number) {
            Some(&known) => known,
            None => stored.next().is_some_and(|facts| facts.has_partner),
        };
        Ok(numbers.iter().map(stored).collect())
    }

    /// The documents that share a bucket with one, unless fingerprints suffice for both.
    fn by_bucket(&self, number: Number, lists: &Lists) -> Result<Vec<Number>, IndexError> {
        let mut others: BTreeSet<Number> = BTreeSet::new();
        for hash in self.own_hashes(number, Level::Bucket) {
            self.partners(hash, number, lists, |other, shared| {
                if shared.after > 0 {
                    others.insert(other);
                }
            })?;
        }
        others.remove(&number);
        let mut others: Vec<Number> = others.into_iter().collect();
        if self.have_partners(&[number])?.contains(&true) {
            let have_partners = self.have_partners(&others)?;
            let mut have_partners = have_partners.iter();
            others.retain(|_| have_partners.next() == Some(&false));
        }
        Ok(others)
    }

    fn changes(
        &self,
        number: Number,
        looked_up: &LookedUp,
        lists: &Lists,
    ) -> Result<Changes, IndexError> {
        let after = looked_up.after.iter().map(|sharing| sharing.other);
        let mut candidates: BTreeSet<Number> = after.collect();
        candidates.extend(self.by_bucket(number, lists)?);
        let matched: BTreeSet<Number> = match self.plan.is_new(number) {
            true => BTreeSet::new(),
            false => self.archive.neighbours(number)?.into_iter().collect(),
        };
        // A pair that was a candidate and is no match need not be verified again.
        let before = looked_up.before.iter().map(|sharing| sharing.other);
        let known: BTreeSet<Number> = before.collect();
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
