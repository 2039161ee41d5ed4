//! Hashes in order, of which any is found at once.

use crate::postings::Hash;

/// Distinct hashes in order, and where those with the same first bits begin.
///
/// An addition looks up half a million hashes again and again. A binary search of all of them waits for memory about ten times.
/// The hashes with the same first bits are few, and side by side. If somebody chose words for hashes that all begin alike,
/// the search among these is still a binary search.
#[derive(Debug, Default)]
pub(super) struct SortedHashes {
    hashes: Vec<Hash>,
    /// By the first bits: the number of hashes that precede all hashes with these bits. At the end, the number of all.
    begins: Vec<u32>,
    /// Bits after the first bits.
    shift: u32,
}

impl SortedHashes {
    /// `hashes`: distinct, in order, and fewer than 2^32. Time O(n).
    pub(super) fn new(hashes: Vec<Hash>) -> Self {
        let first_bits = hashes.len().next_power_of_two().ilog2().min(Hash::BITS);
        let shift = Hash::BITS - first_bits;
        let mut begins = vec![0; (1 << first_bits) + 1];
        let mut next = 0;
        for (before, hash) in (0..).zip(&hashes) {
            let end = first(*hash, shift) + 1;
            begins.get_mut(next..end).unwrap_or_default().fill(before);
            next = end.max(next);
        }
        begins
            .get_mut(next..)
            .unwrap_or_default()
            .fill(hashes.len() as u32);
        Self {
            hashes,
            begins,
            shift,
        }
    }

    pub(super) fn as_slice(&self) -> &[Hash] {
        &self.hashes
    }

    /// The index of a hash.
    pub(super) fn find(&self, hash: Hash) -> Option<usize> {
        let at = first(hash, self.shift);
        let begin = *self.begins.get(at)? as usize;
        let end = *self.begins.get(at + 1)? as usize;
        let alike = self.hashes.get(begin..end)?;
        Some(begin + alike.binary_search(&hash).ok()?)
    }
}

/// The first bits of a hash.
fn first(hash: Hash, shift: u32) -> usize {
    (hash.number() >> shift) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postings::Level;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn hashes(most: usize) -> impl Strategy<Value = BTreeSet<Hash>> {
        let level = prop_oneof![Just(Level::Fingerprint), Just(Level::Bucket)];
        let bits = prop_oneof![0u64..40, 0u64..1 << 36, (1u64 << 36) - 9..1 << 36];
        let hash = (level, bits).prop_map(|(level, bits)| Hash { level, bits });
        prop::collection::btree_set(hash, 0..most)
    }

    proptest! {
        #[test]
        fn each_hash_is_found_where_it_is_and_no_other(own in hashes(300), others in hashes(100)) {
            let all: Vec<Hash> = own.iter().copied().collect();
            let sorted = SortedHashes::new(all.clone());
            prop_assert_eq!(sorted.as_slice(), &all);
            for hash in own.iter().chain(&others) {
                prop_assert_eq!(sorted.find(*hash), all.binary_search(hash).ok());
            }
        }
    }
}
