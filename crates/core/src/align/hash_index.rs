//! An index of hashes: the positions at which a hash occurs in a list.
//!
//! Each hash belongs to a bucket by its low bits, and a bucket holds the positions of its hashes in the list. Whoever
//! writes the words of a document can choose them so that all hashes belong to one bucket. So a large bucket is sorted
//! by hash and searched by halving: indexing n hashes takes O(n log n) steps and a look-up O(log n) for any hashes.
//! With a seeded table that would be only likely, and a seed from outside would be a random number in a pure function.

use crate::steps;

/// Largest bucket that is searched from its first position to its last, and is not sorted.
const SMALL_BUCKET: usize = 16;

/// The positions of hashes in a list. The buffers are reused when a list takes the place of another one.
#[derive(Debug, Default)]
pub(crate) struct HashIndex {
    hashes: Vec<u64>,
    /// A Bloom filter of `hashes` with one hash function and at least 8 bits per hash. It rejects most hashes that the
    /// list does not have with one predictable branch.
    filter: Vec<u64>,
    /// By bucket: where its positions begin. One more entry ends the last bucket.
    begins: Vec<u32>,
    /// The positions, bucket by bucket. In a large bucket equal hashes are adjacent. Positions of equal hashes ascend.
    positions: Vec<u32>,
}

impl HashIndex {
    /// Replaces the list. `write` gets an empty or used buffer.
    pub(crate) fn set(&mut self, write: impl FnOnce(&mut Vec<u64>)) {
        write(&mut self.hashes);
        let count = self.hashes.len();
        steps::count(count);
        self.filter.clear();
        self.filter.resize(count.div_ceil(8).next_power_of_two(), 0);
        self.begins.clear();
        self.begins.resize(count.next_power_of_two() + 1, 0);
        self.positions.clear();
        self.positions.resize(count, 0);
        let bits = self.filter.len() - 1;
        let buckets = self.begins.len() - 2;
        for &hash in &self.hashes {
            let (word, bit) = filter_bit(hash, bits);
            self.filter[word] |= bit;
            self.begins[bucket(hash, buckets)] += 1;
        }
        let mut end = 0;
        for begin in &mut self.begins {
            end += *begin;
            *begin = end;
        }
        for (at, &hash) in self.hashes.iter().enumerate().rev() {
            let begin = &mut self.begins[bucket(hash, buckets)];
            *begin -= 1;
            self.positions[*begin as usize] = at as u32;
        }
        for bucket in self.begins.windows(2) {
            let (begin, end) = (bucket[0] as usize, bucket[1] as usize);
            if end - begin > SMALL_BUCKET {
                let hashes = &self.hashes;
                self.positions[begin..end].sort_unstable_by_key(|&at| (hashes[at as usize], at));
            }
        }
    }

    /// The list.
    pub(crate) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// False if the list does not have `hash`. May be true for a few hashes that it does not have.
    pub(crate) fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = filter_bit(hash, self.filter.len().wrapping_sub(1));
        self.filter.get(word).is_some_and(|word| word & bit != 0)
    }

    /// The positions of `hash` in the list, in order.
    pub(crate) fn positions(&self, hash: u64) -> impl Iterator<Item = usize> + '_ {
        let bucket = match self.hashes.is_empty() {
            true => &[],
            false => self.candidates(hash),
        };
        steps::count(bucket.len().min(SMALL_BUCKET));
        let positions = bucket.iter().map(|&at| at as usize);
        positions.filter(move |&at| self.hashes[at] == hash)
    }

    /// The positions of the bucket of `hash`. Of a large bucket, those of `hash` alone.
    fn candidates(&self, hash: u64) -> &[u32] {
        let bucket = bucket(hash, self.begins.len() - 2);
        let (begin, end) = (self.begins[bucket], self.begins[bucket + 1]);
        let bucket = &self.positions[begin as usize..end as usize];
        if bucket.len() <= SMALL_BUCKET {
            return bucket;
        }
        let of = |at: u32| self.hashes[at as usize];
        let begin = bucket.partition_point(|&at| of(at) < hash);
        let count = bucket[begin..].partition_point(|&at| of(at) == hash);
        &bucket[begin..begin + count]
    }
}

/// The bucket of `hash`. `last`: the last bucket. The number of buckets is a power of two.
fn bucket(hash: u64, last: usize) -> usize {
    hash as usize & last
}

/// The word of the filter and the bit in it that stand for `hash`. `last`: the last word. The number of words is a power
/// of two.
fn filter_bit(hash: u64, last: usize) -> (usize, u64) {
    ((hash >> 38) as usize & last, 1 << (hash >> 32 & 63))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn index(hashes: &[u64]) -> HashIndex {
        let mut index = HashIndex::default();
        // A list of another length before it must leave nothing.
        index.set(|list| list.extend(0..50));
        index.set(|list| {
            list.clear();
            list.extend(hashes);
        });
        index
    }

    proptest! {
        #[test]
        fn positions_are_those_of_the_list(
            hashes in prop::collection::vec(0u64..60, 0..200),
            shift in prop::sample::select(vec![0, 30, 40, 58]),
        ) {
            let hashes: Vec<u64> = hashes.into_iter().map(|hash| hash << shift).collect();
            let index = index(&hashes);
            for hash in (0..64).map(|hash| hash << shift) {
                let expected: Vec<usize> = (0..hashes.len()).filter(|&at| hashes[at] == hash).collect();
                prop_assert!(expected.is_empty() || index.may_have(hash));
                prop_assert_eq!(index.positions(hash).collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn a_filter_rejects_most_hashes_that_the_list_does_not_have() {
        let mix = |k: u64| xxhash_rust::xxh3::xxh3_64(&k.to_le_bytes());
        let index = index(&(0..1000).map(mix).collect::<Vec<_>>());
        let passed = (1000..2000).filter(|&k| index.may_have(mix(k))).count();
        assert!(passed < 200, "{passed}");
        assert!(!HashIndex::default().may_have(7));
        assert_eq!(HashIndex::default().positions(7).count(), 0);
    }

    #[test]
    fn crafted_hashes_take_nearly_linear_time() {
        steps::assert_nearly_linear(4096, |count| {
            // All in one bucket, and all the same for the filter.
            let hashes: Vec<u64> = (0..u64::from(count)).map(|k| k << 44).collect();
            let index = index(&hashes);
            for &hash in &hashes {
                assert_eq!(index.positions(hash).count(), 1);
            }
        });
    }
}
