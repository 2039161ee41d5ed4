//! The frequent fingerprints, numbered in the order of their hashes, with their holders and classes.

use crate::candidates::Key;
use crate::model::DocumentIndex;
use rayon::prelude::*;

/// The kind of passage that a frequent fingerprint belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Boilerplate,
    Story,
}

/// The frequent fingerprints with their holders and their classes.
pub(super) struct Frequent<'a> {
    runs: Vec<&'a [Key]>,
    classes: &'a [Class],
    numbers: NumberTable,
}

impl<'a> Frequent<'a> {
    /// `runs` are the keys of each hash, sorted by hash. `classes` has the class of each run.
    pub(super) fn new(runs: Vec<&'a [Key]>, classes: &'a [Class]) -> Self {
        let hashes = runs.iter().filter_map(|run| run.first()).map(|k| k.hash());
        Self {
            numbers: NumberTable::new(hashes, runs.len()),
            runs,
            classes,
        }
    }

    /// The number of frequent fingerprints.
    pub(super) fn len(&self) -> usize {
        self.runs.len()
    }

    /// The number and the class of the frequent fingerprint with this hash.
    #[inline]
    pub(super) fn find(&self, hash: u64) -> Option<(u32, Class)> {
        let number = self.numbers.find(hash)?;
        Some((number, *self.classes.get(number as usize)?))
    }

    /// The keys of the documents that hold a fingerprint.
    pub(super) fn holders(&self, number: u32) -> &'a [Key] {
        self.runs.get(number as usize).copied().unwrap_or_default()
    }

    /// The keys of each boilerplate fingerprint.
    pub(super) fn boilerplate(&self) -> impl Iterator<Item = &'a [Key]> + '_ {
        let classed = self.runs.iter().zip(self.classes);
        classed
            .filter(|(_, class)| **class == Class::Boilerplate)
            .map(|(run, _)| *run)
    }

    /// The documents that hold a boilerplate fingerprint, sorted.
    pub(super) fn carriers(&self) -> Vec<DocumentIndex> {
        sorted(self.boilerplate().flatten().map(|k| k.document()))
    }
}

/// The documents, sorted, without repetitions.
pub(super) fn sorted(documents: impl Iterator<Item = DocumentIndex>) -> Vec<DocumentIndex> {
    let mut documents: Vec<DocumentIndex> = documents.collect();
    documents.par_sort_unstable();
    documents.dedup();
    documents
}

/// Bits of a number in a slot, next to the 36 bits of the hash of a [`Key`]. Further fingerprints are not found; their
/// keys would take gigabytes.
const NUMBER_BITS: u32 = 28;
const NUMBER_MASK: u64 = (1 << NUMBER_BITS) - 1;

/// A hash table from hashes of [`Key`]s to numbers. It is small because every fingerprint of every document is looked up
/// in it, so that it must stay in the processor caches.
struct NumberTable {
    /// A Bloom filter with one hash function, the lowest bits of a hash, and 8 bits per slot. It rejects most fingerprints,
    /// because most are not frequent.
    filter: Vec<u64>,
    /// Linear probing by the lowest bits of a hash. A slot has the hash above 1 + its number, or 0 if it is empty.
    slots: Vec<u64>,
}

impl NumberTable {
    fn new(hashes: impl Iterator<Item = u64>, count: usize) -> Self {
        let slots = (2 * count).next_power_of_two().max(64);
        let mut numbers = Self {
            filter: vec![0; slots / 8],
            slots: vec![0; slots],
        };
        for (number, hash) in (1..NUMBER_MASK).zip(hashes) {
            let (word, bit) = numbers.filter_bit(hash);
            numbers.filter[word] |= bit;
            let mut at = numbers.slot(hash);
            while numbers.slots[at] != 0 {
                at = (at + 1) & (slots - 1);
            }
            numbers.slots[at] = hash << NUMBER_BITS | number;
        }
        numbers
    }

    /// The word of the filter and the bit in it that stand for `hash`.
    fn filter_bit(&self, hash: u64) -> (usize, u64) {
        let word = (hash >> 6) as usize & (self.filter.len() - 1);
        (word, 1 << (hash % 64))
    }

    fn slot(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    fn find(&self, hash: u64) -> Option<u32> {
        let (word, bit) = self.filter_bit(hash);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let mut at = self.slot(hash);
        while self.slots[at] != 0 {
            if self.slots[at] >> NUMBER_BITS == hash {
                return Some((self.slots[at] & NUMBER_MASK) as u32 - 1);
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
        fn known_hashes_have_their_numbers_and_others_have_none(
            hashes in prop::collection::btree_set(0u64..1 << 36, 0..600),
            crowded in prop::collection::btree_set(0u64..2000, 0..600),
            others in prop::collection::vec(0u64..3000, 100),
        ) {
            let hashes: BTreeSet<u64> = hashes.union(&crowded).copied().collect();
            let numbers = NumberTable::new(hashes.iter().copied(), hashes.len());
            for (number, &hash) in (0..).zip(&hashes) {
                prop_assert_eq!(numbers.find(hash), Some(number));
            }
            for hash in others {
                prop_assert_eq!(numbers.find(hash).is_some(), hashes.contains(&hash));
            }
        }
    }
}
