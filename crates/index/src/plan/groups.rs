//! Groups of documents with the same words, and which of them has postings.

use super::Plan;
use crate::archive::Archive;
use crate::error::IndexError;
use crate::records::Number;
use crate::storage::Storage;
use std::collections::BTreeMap;

/// The documents that stand for a group, as far as this changes.
#[derive(Debug, Default)]
pub(super) struct Leaders {
    /// They get postings. Some are new, others were represented before.
    pub(super) entering: Vec<Number>,
    /// They lose their postings.
    pub(super) leaving: Vec<Number>,
}

impl Plan {
    /// Changes the groups. The document of the lowest rank leads its group.
    pub(super) fn change_groups<S: Storage>(
        &mut self,
        archive: &Archive<S>,
    ) -> Result<Leaders, IndexError> {
        // By digest: the documents that enter, and those that leave.
        let mut changes: BTreeMap<u128, (Vec<Number>, Vec<Number>)> = BTreeMap::new();
        for number in self.added() {
            let digest = self.facts_of(archive, number)?.digest;
            changes.entry(digest).or_default().0.push(number);
        }
        for &number in &self.removed {
            let facts = archive.facts(number)?;
            changes.entry(facts.digest).or_default().1.push(number);
        }
        let mut leaders = Leaders::default();
        let digests: Vec<u128> = changes.keys().copied().collect();
        let groups = archive.groups(&digests)?;
        for ((digest, (added, removed)), old) in changes.into_iter().zip(groups) {
            let mut group: Vec<Number> = old
                .iter()
                .copied()
                .filter(|number| !removed.contains(number))
                .collect();
            let old_leader = old.first().copied();
            // The old leader precedes the rest of the old group.
            let precede = match old_leader {
                Some(leader) if group.first() == Some(&leader) => 1,
                _ => group.len(),
            };
            let mut first: Vec<Number> = group.drain(..precede).chain(added).collect();
            self.sort_by_rank(archive, &mut first)?;
            first.append(&mut group);
            let new_leader = first.first().copied();
            if new_leader != old_leader {
                leaders.entering.extend(new_leader);
                leaders.leaving.extend(old_leader);
            }
            self.groups.insert(digest, first);
        }
        Ok(leaders)
    }

    fn sort_by_rank<S: Storage>(
        &self,
        archive: &Archive<S>,
        numbers: &mut [Number],
    ) -> Result<(), IndexError> {
        let facts = |number: &Number| Ok((*number, self.facts_of(archive, *number)?));
        let mut ranked = numbers
            .iter()
            .map(facts)
            .collect::<Result<Vec<_>, IndexError>>()?;
        let keep = self.manifest.rules.keep;
        ranked.sort_by(|(_, a), (_, b)| a.rank(keep).cmp(&b.rank(keep)));
        for (number, (ranked, _)) in numbers.iter_mut().zip(ranked) {
            *number = ranked;
        }
        Ok(())
    }
}
