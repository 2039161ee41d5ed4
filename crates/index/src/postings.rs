//! Posting lists: which documents have a hash, as the values of a storage.
//!
//! A hash of few documents proposes all pairs of them, so the order of its list does not matter. The list of a frequent
//! hash begins with its pivots, the first documents in the order of all documents.

use crate::error::IndexError;
use crate::records::Number;
use dedupe_core::candidates::postings::{FREQUENT, PIVOTS};
use dedupe_core::candidates::requirements::BUCKET_PIVOTS;

/// What kind of hash a posting list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    Fingerprint,
    Bucket,
}

impl Level {
    /// How many pivots a frequent hash has.
    pub(crate) fn pivots(self) -> usize {
        match self {
            Self::Fingerprint => PIVOTS,
            Self::Bucket => BUCKET_PIVOTS,
        }
    }
}

/// A hash: its level, and the 36 bits that keys have of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Hash {
    pub(crate) level: Level,
    pub(crate) bits: u64,
}

impl Hash {
    /// Its key in the storage: the level, then the 36 bits in 5 bytes.
    pub(crate) fn key(self) -> [u8; 6] {
        let [_, _, _, a, b, c, d, e] = self.bits.to_be_bytes();
        [self.level as u8, a, b, c, d, e]
    }
}

/// True if a hash of these documents is frequent.
pub(crate) fn is_frequent(list: &[Number]) -> bool {
    list.len() > FREQUENT
}

/// The pivots of a list: all documents, unless the hash is frequent.
pub(crate) fn pivots(list: &[Number], level: Level) -> &[Number] {
    match is_frequent(list) {
        true => list.get(..level.pivots()).unwrap_or(list),
        false => list,
    }
}

/// The documents with which the hash pairs one of its documents. May have that document itself.
pub(crate) fn partners(list: &[Number], level: Level, document: Number) -> &[Number] {
    let pivots = pivots(list, level);
    match pivots.contains(&document) {
        true => list,
        false => pivots,
    }
}

pub(crate) fn encode(list: &[Number]) -> Vec<u8> {
    list.iter()
        .flat_map(|number| number.0.to_le_bytes())
        .collect()
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Number>, IndexError> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(IndexError::Damaged("a posting list is cut off".to_owned()));
    }
    Ok(numbers
        .iter()
        .map(|four| Number(u32::from_le_bytes(*four)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_they_were_written_and_keys_have_all_bits() {
        let keys = [
            (Level::Fingerprint, 0),
            (Level::Bucket, 0),
            (Level::Bucket, (1 << 36) - 1),
        ];
        let keys = keys.map(|(level, bits)| Hash { level, bits }.key());
        assert_eq!(
            keys,
            [[0; 6], [1, 0, 0, 0, 0, 0], [1, 15, 255, 255, 255, 255]]
        );
        let list = [Number(7), Number(u32::MAX)];
        assert_eq!(decode(&encode(&list)).unwrap(), list);
        assert!(decode(&[1, 2, 3]).is_err());
    }

    #[test]
    fn a_frequent_hash_pairs_its_documents_with_its_pivots_only() {
        let list = |length| (0..length).map(Number).collect::<Vec<_>>();
        let (few, many) = (list(24), list(25));
        assert_eq!(partners(&few, Level::Fingerprint, Number(9)), few);
        assert_eq!(partners(&many, Level::Fingerprint, Number(9)), &many[..4]);
        assert_eq!(partners(&many, Level::Fingerprint, Number(3)), many);
        assert_eq!(partners(&many, Level::Bucket, Number(3)), &many[..1]);
    }
}
