//! Filters: which keys a group of data blocks may have, 8 bits for each key. A lookup of a key that a segment lacks reads
//! an index page one time in forty (Bloom 1970).
//!
//! The filter of a group has parts of 1 kB. All bits of a key are in one part, which its hash chooses (Putze, Sanders,
//! Singler 2007). So a lookup reads one part, whose last 8 bytes are its checksum.

use super::damaged;
use crate::error::IndexError;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Bytes of a part.
pub(super) const PART: usize = 1024;
/// Bytes of its checksum.
const CHECKSUM: usize = 8;
const BITS: usize = 8 * (PART - CHECKSUM);
const BITS_PER_KEY: usize = 8;
const PROBES: u32 = 5;

/// The hash of a key.
pub(super) fn hash(key: &[u8]) -> u64 {
    xxh3_64(key)
}

/// The parts of the filter of keys with these hashes. `seed`: of the checksum of each part.
pub(super) fn build(hashes: &[u64], seed: impl Fn(usize) -> u64) -> Vec<[u8; PART]> {
    let mut parts = vec![[0; PART]; (hashes.len() * BITS_PER_KEY).div_ceil(BITS)];
    let count = parts.len() as u64;
    for &hash in hashes {
        if let Some(part) = parts.get_mut(part(hash, count) as usize) {
            for bit in bits(hash) {
                part[bit / 8] |= 1 << (bit % 8);
            }
        }
    }
    for (number, part) in parts.iter_mut().enumerate() {
        let (bits, checksum) = part.split_at_mut(PART - CHECKSUM);
        checksum.copy_from_slice(&xxh3_64_with_seed(bits, seed(number)).to_le_bytes());
    }
    parts
}

/// The number of the part that has the bits of a hash, of so many; 0 of none.
pub(super) fn part(hash: u64, parts: u64) -> u64 {
    // Other bits than those of `bits`, so that the keys of a part differ in these.
    let mixed = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((u128::from(mixed) * u128::from(parts)) >> 64) as u64
}

/// The part is as it was written with this seed.
///
/// # Errors
///
/// It is not.
pub(super) fn check(part: &[u8], seed: u64) -> Result<(), IndexError> {
    match part.split_last_chunk::<CHECKSUM>() {
        Some((bits, checksum)) if xxh3_64_with_seed(bits, seed).to_le_bytes() == *checksum => {
            Ok(())
        }
        _ => Err(damaged("a filter has another checksum")),
    }
}

/// False if no key of the part has this hash.
pub(super) fn may_have(part: &[u8], hash: u64) -> bool {
    bits(hash).all(|bit| {
        let byte = part.get(bit / 8);
        byte.is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
    })
}

/// The bits of a hash in its part.
fn bits(hash: u64) -> impl Iterator<Item = usize> {
    let (first, step) = (hash as u32, (hash >> 32) as u32 | 1);
    // Maps 32 bits to the size of the part (Lemire 2016).
    (0..PROBES).map(move |probe| {
        let mixed = first.wrapping_add(step.wrapping_mul(probe));
        ((u64::from(mixed) * BITS as u64) >> 32) as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_missed_and_few_others_are_found() {
        let hashes = |from: u32, to: u32| (from..to).map(|n| hash(&n.to_be_bytes()));
        for keys in [1, 1000, 1016, 1017, 40_000] {
            let filter = build(&hashes(0, keys).collect::<Vec<_>>(), |_| 0);
            assert_eq!(filter.len(), (keys as usize).div_ceil(1016));
            let may_have =
                |hash: &u64| may_have(&filter[part(*hash, filter.len() as u64) as usize], *hash);
            assert!(hashes(0, keys).all(|hash| may_have(&hash)));
            let wrong = hashes(keys, keys + 40_000).filter(may_have).count();
            assert!(wrong < 1200, "{wrong} of 40,000, {keys} keys");
        }
    }

    #[test]
    fn each_bit_of_a_part_and_its_place_are_in_its_checksum() {
        let [part] = build(&[1, 2, 3], |_| 7)[..] else {
            panic!("not one part");
        };
        assert!(check(&part, 7).is_ok());
        assert!(check(&part, 8).is_err());
        assert!(check(&part[..9], 7).is_err() && check(&[], 7).is_err());
        for at in 0..8 * PART {
            let mut flipped = part;
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(check(&flipped, 7).is_err());
        }
    }
}
