//! The frequent fingerprints, numbered in the order of their hashes: which documents hold each, what each is
//! part of, and which one a hash is.

use crate::candidates::Key;
use crate::model::DocumentIndex;
use rayon::prelude::*;

/// What a frequent fingerprint is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    BoilerplatePassage,
    Story,
}

/// The frequent fingerprints with their holders and their classes.
pub(super) struct Frequent<'a> {
    runs: Vec<&'a [Key]>,
    classes: &'a [Class],
    numbers: Numbers,
}

impl<'a> Frequent<'a> {
    /// `runs`: the keys of each hash, sorted by it; `classes`: of each run.
    pub(super) fn new(runs: Vec<&'a [Key]>, classes: &'a [Class]) -> Self {
        let hashes = runs.iter().filter_map(|run| run.first()).map(|k| k.hash());
        Self {
            numbers: Numbers::new(hashes, runs.len()),
            runs,
            classes,
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.runs.len()
    }

    /// The number of the frequent fingerprint that has this hash, and its class.
    #[inline]
    pub(super) fn find(&self, hash: u64) -> Option<(u32, Class)> {
        let number = self.numbers.find(hash)?;
        Some((number, *self.classes.get(number as usize)?))
    }

    /// The holders of a fingerprint.
    pub(super) fn holders(&self, number: u32) -> &'a [Key] {
        self.runs.get(number as usize).copied().unwrap_or_default()
    }

    /// The holders of each fingerprint of a notice.
    pub(super) fn notices(&self) -> impl Iterator<Item = &'a [Key]> + '_ {
        let classed = self.runs.iter().zip(self.classes);
        classed
            .filter(|(_, class)| **class == Class::BoilerplatePassage)
            .map(|(run, _)| *run)
    }

    /// The documents that hold a fingerprint of a notice, in order.
    pub(super) fn carriers(&self) -> Vec<DocumentIndex> {
        sorted(self.notices().flatten().map(|k| k.document()))
    }
}

/// DocumentSource in order, each once.
pub(super) fn sorted(documents: impl Iterator<Item = DocumentIndex>) -> Vec<DocumentIndex> {
    let mut documents: Vec<DocumentIndex> = documents.collect();
    documents.par_sort_unstable();
    documents.dedup();
    documents
}

/// Bits of a number in a slot, beside the hash of a [`Key`], which has 36. More fingerprints than that are not found;
/// they would have gigabytes of keys.
const NUMBER_BITS: u32 = 28;
const NUMBER: u64 = (1 << NUMBER_BITS) - 1;

/// From hashes of [`Key`]s to numbers, in little memory: it is asked for every fingerprint of every document, and
/// should stay in the caches.
struct Numbers {
    /// One bit for each value of a hash's lowest bits, eight for each slot: most fingerprints are not frequent, and
    /// one look at a small table tells so.
    filter: Vec<u64>,
    /// Open addressing by the lowest bits of a hash: the hash, then 1 + its number; 0 where free.
    slots: Vec<u64>,
}

impl Numbers {
    fn new(hashes: impl Iterator<Item = u64>, count: usize) -> Self {
        let slots = (2 * count).next_power_of_two().max(64);
        let mut numbers = Self {
            filter: vec![0; slots / 8],
            slots: vec![0; slots],
        };
        for (number, hash) in (1..NUMBER).zip(hashes) {
            let (word, bit) = numbers.filtered(hash);
            numbers.filter[word] |= bit;
            let mut at = numbers.slot(hash);
            while numbers.slots[at] != 0 {
                at = (at + 1) & (slots - 1);
            }
            numbers.slots[at] = hash << NUMBER_BITS | number;
        }
        numbers
    }

    /// The word of the filter, and the bit in it.
    fn filtered(&self, hash: u64) -> (usize, u64) {
        let word = (hash >> 6) as usize & (self.filter.len() - 1);
        (word, 1 << (hash % 64))
    }

    fn slot(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    fn find(&self, hash: u64) -> Option<u32> {
        let (word, bit) = self.filtered(hash);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let mut at = self.slot(hash);
        while self.slots[at] != 0 {
            if self.slots[at] >> NUMBER_BITS == hash {
                return Some((self.slots[at] & NUMBER) as u32 - 1);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn every_hash_has_its_number_and_no_other_has_one(
            hashes in prop::collection::btree_set(0u64..1 << 36, 0..600),
            crowded in prop::collection::btree_set(0u64..2000, 0..600),
            others in prop::collection::vec(0u64..3000, 100),
        ) {
            let hashes: BTreeSet<u64> = hashes.union(&crowded).copied().collect();
            let numbers = Numbers::new(hashes.iter().copied(), hashes.len());
            for (number, &hash) in (0..).zip(&hashes) {
                prop_assert_eq!(numbers.find(hash), Some(number));
            }
            for hash in others {
                prop_assert_eq!(numbers.find(hash).is_some(), hashes.contains(&hash));
            }
        }
    }
}
