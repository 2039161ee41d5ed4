//! A table from the hashes of keys to numbers. It is small because every fingerprint of every document is looked up in it,
//! so that it must stay in the processor caches.

/// Bits of a number in a slot, next to the 36 bits of the hash of a key.
const NUMBER_BITS: u32 = 28;
const NUMBER_MASK: u64 = (1 << NUMBER_BITS) - 1;
/// The largest number that is stored.
pub(crate) const MAX_NUMBER: u32 = (NUMBER_MASK - 1) as u32;

/// A hash table from hashes of keys to numbers.
#[derive(Clone, Debug)]
pub(crate) struct KeyTable {
    /// A Bloom filter with one hash function, the lowest bits of a hash, and 8 bits per slot. It rejects most fingerprints,
    /// because most are not frequent.
    filter: Vec<u64>,
    /// Linear probing by the lowest bits of a hash. A slot has the hash above 1 + its number, or 0 if it is empty. At least half of the
    /// slots are empty.
    slots: Vec<u64>,
}

impl KeyTable {
    /// The table of these distinct hashes with their numbers, about `count` of them. Larger numbers than [`MAX_NUMBER`] are
    /// stored as that.
    pub(crate) fn new(count: usize, entries: impl Iterator<Item = (u64, u32)>) -> Self {
        let slots = (2 * count).next_power_of_two().max(64);
        let mut numbers = Self {
            filter: vec![0; slots / 8],
            slots: vec![0; slots],
        };
        for (hash, number) in entries.take(slots / 2) {
            let (word, bit) = numbers.filter_bit(hash);
            numbers.filter[word] |= bit;
            let mut at = numbers.slot(hash);
            while numbers.slots[at] != 0 {
                at = (at + 1) & (slots - 1);
            }
            numbers.slots[at] = hash << NUMBER_BITS | u64::from(number.min(MAX_NUMBER) + 1);
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

    /// The number of a hash.
    #[inline]
    pub(crate) fn find(&self, hash: u64) -> Option<u32> {
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
            let numbers = KeyTable::new(hashes.len(), hashes.iter().copied().zip(0..));
            for (number, &hash) in (0..).zip(&hashes) {
                prop_assert_eq!(numbers.find(hash), Some(number));
            }
            for hash in others {
                prop_assert_eq!(numbers.find(hash).is_some(), hashes.contains(&hash));
            }
        }
    }

    #[test]
    fn a_number_that_is_too_large_becomes_the_largest() {
        let numbers = KeyTable::new(1, [(5, u32::MAX)].into_iter());
        assert_eq!(numbers.find(5), Some(MAX_NUMBER));
    }
}
