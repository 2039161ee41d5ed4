//! A table from the hashes of keys to numbers. It is small because every fingerprint of every document is looked up in it,
//! so that it must stay in the processor caches.

use crate::steps;

/// Bits of a number in a slot, next to the 36 bits of the hash of a key.
const NUMBER_BITS: u32 = 28;
const NUMBER_MASK: u64 = (1 << NUMBER_BITS) - 1;
/// The largest number that is stored.
pub(crate) const MAX_NUMBER: u32 = (NUMBER_MASK - 1) as u32;

/// Slots that are tried for a hash. Honest hashes need fewer; words can be chosen so that all hashes need the same slot.
const MAX_PROBES: usize = 64;

/// A hash table from hashes of keys to numbers. A look-up takes O(log n) steps for any hashes.
#[derive(Clone, Debug)]
pub(crate) struct KeyTable {
    /// A Bloom filter with one hash function, the lowest bits of a hash, and 8 bits per slot. It rejects most fingerprints,
    /// because most are not frequent.
    filter: Vec<u64>,
    /// Linear probing by the lowest bits of a hash. A slot has the hash above 1 + its number, or 0 if it is empty. At least half of the
    /// slots are empty.
    slots: Vec<u64>,
    /// Entries like those of the slots, sorted, which found no slot.
    rest: Vec<u64>,
}

impl KeyTable {
    /// The table of these distinct hashes with their numbers, about `count` of them. Larger numbers than [`MAX_NUMBER`] are
    /// stored as that.
    pub(crate) fn new(count: usize, entries: impl Iterator<Item = (u64, u32)>) -> Self {
        let slots = (2 * count).next_power_of_two().max(64);
        let mut numbers = Self {
            filter: vec![0; slots / 8],
            slots: vec![0; slots],
            rest: vec![],
        };
        for (hash, number) in entries.take(slots / 2) {
            let (word, bit) = numbers.filter_bit(hash);
            numbers.filter[word] |= bit;
            let entry = hash << NUMBER_BITS | u64::from(number.min(MAX_NUMBER) + 1);
            let free = numbers.probe(hash).find(|&at| numbers.slots[at] == 0);
            match free {
                Some(at) => numbers.slots[at] = entry,
                None => numbers.rest.push(entry),
            }
        }
        numbers.rest.sort_unstable();
        numbers
    }

    /// The word of the filter and the bit in it that stand for `hash`.
    fn filter_bit(&self, hash: u64) -> (usize, u64) {
        let word = (hash >> 6) as usize & (self.filter.len() - 1);
        (word, 1 << (hash % 64))
    }

    /// The slots in which an entry may be, in the order in which they are tried.
    fn probe(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len() - 1;
        let first = hash as usize;
        (0..MAX_PROBES).map(move |step| {
            steps::count(1);
            first.wrapping_add(step) & mask
        })
    }

    /// The number of a hash.
    #[inline]
    pub(crate) fn find(&self, hash: u64) -> Option<u32> {
        let (word, bit) = self.filter_bit(hash);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let number = |entry: u64| (entry & NUMBER_MASK) as u32 - 1;
        for at in self.probe(hash) {
            let entry = self.slots[at];
            if entry == 0 {
                return None;
            }
            if entry >> NUMBER_BITS == hash {
                return Some(number(entry));
            }
        }
        let at = self
            .rest
            .partition_point(|&entry| entry >> NUMBER_BITS < hash);
        let entry = self.rest.get(at).copied();
        entry
            .filter(|entry| entry >> NUMBER_BITS == hash)
            .map(number)
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
    fn the_filter_rejects_most_hashes_that_the_table_lacks() {
        let hash = |k: u64| k.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 28;
        let table = KeyTable::new(1000, (0..1000).map(|k| (hash(k), 0)));
        let passes = |hash: &u64| {
            let (word, bit) = table.filter_bit(*hash);
            table.filter[word] & bit != 0
        };
        // 1,000 of 16,384 bits are set.
        assert!((1000..11_000).map(hash).filter(passes).count() < 1000);
    }

    #[test]
    fn a_number_that_is_too_large_becomes_the_largest() {
        let numbers = KeyTable::new(1, [(5, u32::MAX)].into_iter());
        assert_eq!(numbers.find(5), Some(MAX_NUMBER));
    }

    #[test]
    fn crafted_hashes_take_nearly_linear_time() {
        steps::assert_nearly_linear(2000, |count| {
            // All begin at one slot, and pass the filter.
            let hashes = || (0..u64::from(count)).map(|k| k << 20);
            let table = KeyTable::new(count as usize, hashes().zip(0..));
            assert!(
                hashes()
                    .zip(0..)
                    .all(|(hash, number)| table.find(hash) == Some(number))
            );
            assert_eq!(table.find(u64::from(count) << 20), None);
        });
    }
}
