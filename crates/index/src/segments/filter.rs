//! Filters: which keys a block may have, 8 bits for each key. A lookup of a key that a segment lacks reads its block one
//! time in forty (Bloom 1970).

use xxhash_rust::xxh3::xxh3_64;

const BITS_PER_KEY: usize = 8;
const PROBES: u32 = 5;

/// The hash of a key.
pub(super) fn hash(key: &[u8]) -> u64 {
    xxh3_64(key)
}

/// The filter of keys with these hashes.
pub(super) fn build(hashes: &[u64]) -> Vec<u8> {
    let mut filter = vec![0; (hashes.len() * BITS_PER_KEY).div_ceil(8)];
    for &hash in hashes {
        for bit in bits(hash, filter.len()) {
            filter[bit / 8] |= 1 << (bit % 8);
        }
    }
    filter
}

/// False if none of the keys has this hash.
pub(super) fn may_have(filter: &[u8], hash: u64) -> bool {
    bits(hash, filter.len()).all(|bit| {
        let byte = filter.get(bit / 8);
        byte.is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    })
}

/// The bits of a hash in a filter.
fn bits(hash: u64, bytes: usize) -> impl Iterator<Item = usize> {
    let (first, step) = (hash as u32, (hash >> 32) as u32 | 1);
    let size = bytes as u64 * 8;
    // Maps 32 bits to the size of the filter (Lemire 2016).
    (0..PROBES).map(move |probe| {
        let mixed = first.wrapping_add(step.wrapping_mul(probe));
        ((u64::from(mixed) * size) >> 32) as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_missed_and_few_others_are_found() {
        let hashes = |from: u32| (from..from + 1000).map(|n| hash(&n.to_be_bytes()));
        let filter = build(&hashes(0).collect::<Vec<_>>());
        assert_eq!(filter.len(), 1000);
        assert!(hashes(0).all(|hash| may_have(&filter, hash)));
        let wrong = hashes(1000).filter(|&hash| may_have(&filter, hash)).count();
        assert!(wrong < 50, "{wrong}");
        assert!(!may_have(&[], hash(b"x")));
    }
}
