//! The entries of a dictionary as bytes, in which single ones are found without unpacking the others.
//!
//! An entry is two numbers: the difference of its hash from the one before (the first hash itself at the beginning), and its
//! occasions. Hashes of 20,000 entries are about 2^22 apart, so that an entry takes 5 bytes instead of 16.

use crate::leb128;

/// Entries from one that can be found at once to the next.
const STEP: usize = 32;

/// Hashes, each larger than the one before, and the occasions of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackedEntries {
    bytes: Vec<u8>,
    length: usize,
    /// Of every [`STEP`]th entry: its hash, and where what follows its hash begins.
    marks: Vec<(u64, usize)>,
}

impl PackedEntries {
    /// Packs entries. `entries`: with strictly increasing hashes. Time O(n).
    #[must_use]
    pub fn pack(entries: &[(u64, u32)]) -> Self {
        let mut packed = Self::default();
        let mut before = 0;
        for &(hash, occasions) in entries {
            leb128::push(&mut packed.bytes, hash.wrapping_sub(before));
            packed.mark(hash, packed.bytes.len());
            leb128::push(&mut packed.bytes, u64::from(occasions));
            before = hash;
        }
        packed
    }

    /// Takes this many packed entries from the beginning of `bytes`, which then begins after them. `None` if those bytes are
    /// no entries, their hashes do not increase, or `may_be` refuses one. Time O(n).
    #[must_use]
    pub fn take(bytes: &mut &[u8], count: u64, may_be: impl Fn(u64, u32) -> bool) -> Option<Self> {
        let all = *bytes;
        let mut rest = all;
        let mut packed = Self::default();
        let mut hash = 0u64;
        for at in 0..count {
            let difference = leb128::take(&mut rest)?;
            if difference == 0 && at > 0 {
                return None;
            }
            hash = hash.checked_add(difference)?;
            packed.mark(hash, all.len() - rest.len());
            let occasions = u32::try_from(leb128::take(&mut rest)?).ok()?;
            if !may_be(hash, occasions) {
                return None;
            }
        }
        let end = all.len() - rest.len();
        packed.bytes = all.get(..end)?.to_vec();
        *bytes = rest;
        Some(packed)
    }

    /// Counts an entry. `after_hash`: where what follows its hash begins.
    fn mark(&mut self, hash: u64, after_hash: usize) {
        if self.length.is_multiple_of(STEP) {
            self.marks.push((hash, after_hash));
        }
        self.length += 1;
    }

    /// The entries as bytes, as [`PackedEntries::take`] takes them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.length
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The occasions of a hash, if it has an entry. Time O(log n).
    #[must_use]
    pub fn find(&self, hash: u64) -> Option<u32> {
        let after = self.marks.partition_point(|mark| mark.0 <= hash);
        let entries = self.entries_after(after.checked_sub(1)?).take(STEP);
        let mut not_before = entries.skip_while(|entry| entry.0 < hash);
        (not_before.next()).and_then(|(found, occasions)| (found == hash).then_some(occasions))
    }

    /// All entries, in order of their hashes.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u32)> {
        self.entries_after(0)
    }

    fn entries_after(&self, mark: usize) -> impl Iterator<Item = (u64, u32)> {
        let (mut hash, begin) = self.marks.get(mark).copied().unwrap_or_default();
        let mut rest = self.bytes.get(begin..).unwrap_or_default();
        let mut is_first = true;
        std::iter::from_fn(move || {
            if !std::mem::take(&mut is_first) {
                hash = hash.wrapping_add(leb128::take(&mut rest)?);
            }
            let occasions = u32::try_from(leb128::take(&mut rest)?).ok()?;
            Some((hash, occasions))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn every(_: u64, _: u32) -> bool {
        true
    }

    proptest! {
        /// The oracle is a map.
        #[test]
        fn packed_entries_are_those_of_a_map(
            map in prop::collection::btree_map(prop_oneof![0u64..500, any::<u64>()], any::<u32>(), 0..200),
            others in prop::collection::vec(prop_oneof![0u64..500, any::<u64>()], 50),
            after in prop::collection::vec(any::<u8>(), 0..9),
        ) {
            let entries: Vec<(u64, u32)> = map.iter().map(|(&hash, &occasions)| (hash, occasions)).collect();
            let packed = PackedEntries::pack(&entries);
            prop_assert_eq!(packed.iter().collect::<Vec<_>>(), entries);
            prop_assert_eq!((packed.len(), packed.is_empty()), (map.len(), map.is_empty()));
            for hash in map.keys().copied().chain(others) {
                prop_assert_eq!(packed.find(hash), map.get(&hash).copied());
            }
            let stored = [packed.bytes(), &after].concat();
            let mut rest = stored.as_slice();
            prop_assert_eq!(PackedEntries::take(&mut rest, map.len() as u64, every), Some(packed));
            prop_assert_eq!(rest, after);
        }

        #[test]
        fn any_bytes_are_entries_with_increasing_hashes_or_refused(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            count in 0u64..100,
        ) {
            let mut rest = bytes.as_slice();
            if let Some(packed) = PackedEntries::take(&mut rest, count, every) {
                let entries: Vec<(u64, u32)> = packed.iter().collect();
                prop_assert_eq!(entries.len() as u64, count);
                let map: BTreeMap<u64, u32> = entries.iter().copied().collect();
                prop_assert!(map.len() == entries.len() && entries.is_sorted());
                for (hash, occasions) in map {
                    prop_assert_eq!(packed.find(hash), Some(occasions));
                }
            } else {
                prop_assert_eq!(rest.len(), bytes.len());
            }
        }
    }

    #[test]
    fn refused_entries_are_no_entries() {
        let packed = PackedEntries::pack(&[(4, 6), (9, 8)]);
        let take = |may_be: fn(u64, u32) -> bool| {
            PackedEntries::take(&mut packed.bytes(), 2, may_be).map(|packed| packed.len())
        };
        assert_eq!(take(|_, _| true), Some(2));
        assert_eq!(take(|hash, _| hash < 9), None);
        assert_eq!(take(|_, occasions| occasions > 6), None);
        assert_eq!(PackedEntries::take(&mut packed.bytes(), 3, every), None);
    }
}
