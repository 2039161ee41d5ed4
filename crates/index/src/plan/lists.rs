//! How posting lists change, and whose pairs that concerns.

use super::groups::Leaders;
use super::{Keys, Plan};
use crate::archive::Archive;
use crate::error::IndexError;
use crate::postings::{Hash, is_frequent, pivots};
use crate::records::{Facts, Number};
use crate::storage::Storage;
use dedupe_core::candidates::postings::PIVOTS;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// A posting list before and after a change.
#[derive(Debug)]
pub(super) struct ListChange {
    pub(super) old: Vec<Number>,
    pub(super) new: Vec<Number>,
}

impl ListChange {
    /// The documents in both lists whose pairs with each other may be others now.
    pub(super) fn concerned(&self, hash: Hash) -> Vec<Number> {
        let (old, new) = (is_frequent(&self.old), is_frequent(&self.new));
        let stays: FxHashSet<Number> = self.new.iter().copied().collect();
        let kept = self
            .old
            .iter()
            .copied()
            .filter(|number| stays.contains(number));
        match (old, new) {
            (false, false) => vec![],
            (true, true) => {
                let (old, new) = (pivots(&self.old, hash.level), pivots(&self.new, hash.level));
                let is_other = |number: &Number| old.contains(number) != new.contains(number);
                kept.filter(is_other).collect()
            }
            _ => kept.collect(),
        }
    }
}

/// The posting lists of all keys of documents that enter or leave.
pub(super) fn changes<S: Storage>(
    archive: &Archive<S>,
    plan: &Plan,
    leaders: &Leaders,
    keys: &FxHashMap<Number, Keys>,
) -> Result<FxHashMap<Hash, ListChange>, IndexError> {
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
    let changes = by_hash.into_par_iter().map(|changing| {
        let hash = changing[0].0;
        let of = |enters: bool| {
            changing
                .iter()
                .filter(move |change| change.1 == enters)
                .map(|change| change.2)
        };
        let (entering, leaving): (Vec<Number>, Vec<Number>) =
            (of(true).collect(), of(false).collect());
        let old = archive.list(hash)?;
        let new = changed(archive, plan, &old, &entering, &leaving)?;
        Ok((hash, ListChange { old, new }))
    });
    changes.collect()
}

/// The list after the change. Its pivots come first if the hash is frequent.
fn changed<S: Storage>(
    archive: &Archive<S>,
    plan: &Plan,
    old: &[Number],
    entering: &[Number],
    leaving: &[Number],
) -> Result<Vec<Number>, IndexError> {
    let mut new: Vec<Number> = old
        .iter()
        .copied()
        .filter(|number| !leaving.contains(number))
        .collect();
    let all = new.len() + entering.len();
    new.extend_from_slice(entering);
    if !is_frequent(&new) {
        return Ok(new);
    }
    let old_pivots = old
        .get(..PIVOTS)
        .filter(|pivots| is_frequent(old) && !pivots.iter().any(|p| leaving.contains(p)));
    // The rest of a list does not precede its pivots.
    let may_be_pivots: Vec<Number> = match old_pivots {
        Some(pivots) => pivots.iter().chain(entering).copied().collect(),
        None => new.clone(),
    };
    let facts = |number: Number| Ok((number, plan.facts(archive, number)?));
    let facts: Vec<(Number, Facts)> = may_be_pivots
        .into_iter()
        .map(facts)
        .collect::<Result<_, IndexError>>()?;
    let mut first: Vec<&(Number, Facts)> = facts.iter().collect();
    first.sort_by(|a, b| a.1.order().cmp(&b.1.order()));
    let mut arranged: Vec<Number> = first
        .into_iter()
        .take(PIVOTS)
        .map(|(number, _)| *number)
        .collect();
    let pivots: FxHashSet<Number> = arranged.iter().copied().collect();
    arranged.extend(new.into_iter().filter(|number| !pivots.contains(number)));
    debug_assert_eq!(arranged.len(), all);
    Ok(arranged)
}
