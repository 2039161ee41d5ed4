//! Posting lists: which documents have a hash, as the values of a storage.
//!
//! A hash of few documents proposes all pairs of them. They lie together under the hash. A frequent hash proposes only the
//! pairs of its pivots, the first documents in the order of all documents. Its pivots lie under the hash, and each other
//! document under a key of its own, so a document that is added or removed costs one entry.

use crate::error::IndexError;
use crate::records::Number;
use dedupe_core::candidates::postings::{FREQUENT, PIVOTS};
use dedupe_core::candidates::requirements::BUCKET_PIVOTS;
use smallvec::SmallVec;

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
    /// Bits of [`Hash::number`].
    pub(crate) const BITS: u32 = 37;

    /// The hash as a number, in the same order.
    pub(crate) fn number(self) -> u64 {
        (self.level as u64) << 36 | self.bits
    }

    /// Its key in the storage: the level, then the 36 bits in 5 bytes.
    pub(crate) fn key(self) -> [u8; 6] {
        let [_, _, _, a, b, c, d, e] = self.bits.to_be_bytes();
        [self.level as u8, a, b, c, d, e]
    }
}

/// The posting list of a hash, without what lies under other keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct List {
    /// How many documents have the hash.
    pub(crate) len: u32,
    /// These documents. If the hash is frequent, only its pivots.
    pub(crate) first: Numbers,
}

/// The documents of a list. Most lists have few, and need no memory of their own.
pub(crate) type Numbers = SmallVec<[Number; 4]>;

impl List {
    /// The list of a hash that is not frequent.
    pub(crate) fn of_few(documents: Numbers) -> Self {
        Self {
            len: documents.len() as u32,
            first: documents,
        }
    }

    /// True if many documents have the hash.
    pub(crate) fn is_frequent(&self) -> bool {
        is_frequent(self.len as usize)
    }

    /// The list as a value.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, IndexError> {
        let mut numbers: SmallVec<[u32; 4]> = self.first.iter().map(|number| number.0).collect();
        if !self.is_frequent() {
            numbers.sort_unstable();
            let mut before = 0;
            for number in &mut numbers {
                (*number, before) = (*number - before, *number);
            }
        }
        let mut value = vec![];
        for number in std::iter::once(self.len).chain(numbers) {
            let mut bytes = [0; MAX_VARINT];
            value.extend_from_slice(postcard::to_slice(&number, &mut bytes)?);
        }
        Ok(value)
    }

    /// The list of a value.
    pub(crate) fn decode(value: &[u8]) -> Result<Self, IndexError> {
        let (len, mut rest): (u32, &[u8]) = postcard::take_from_bytes(value)?;
        let mut list = Self {
            len,
            first: Numbers::new(),
        };
        let mut before = 0u32;
        while !rest.is_empty() {
            let (number, after): (u32, &[u8]) = postcard::take_from_bytes(rest)?;
            let number = number.checked_add(before);
            let number = number.ok_or_else(|| IndexError::missing_value("a document of a list"))?;
            if !list.is_frequent() {
                before = number;
            }
            list.first.push(Number(number));
            rest = after;
        }
        match list.is_frequent() || list.first.len() == len as usize {
            true => Ok(list),
            false => Err(IndexError::missing_value("a document of a list")),
        }
    }
}

/// True if a hash of so many documents is frequent.
pub(crate) fn is_frequent(documents: usize) -> bool {
    documents > FREQUENT
}

/// Bytes of a number at most.
const MAX_VARINT: usize = 5;

/// The key of a document of a frequent hash that is no pivot.
pub(crate) fn rest_key(hash: Hash, number: Number) -> [u8; 10] {
    let mut key = [0; 10];
    key[..6].copy_from_slice(&hash.key());
    key[6..].copy_from_slice(&number.0.to_be_bytes());
    key
}

/// The document of such a key.
pub(crate) fn number_of_rest_key(key: &[u8]) -> Result<Number, IndexError> {
    let number = key.last_chunk::<4>();
    let number = number.ok_or_else(|| IndexError::missing_value("a document of a list"))?;
    Ok(Number(u32::from_be_bytes(*number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_all_bits() {
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
        let hash = Hash {
            level: Level::Bucket,
            bits: (1 << 36) - 1,
        };
        let key = rest_key(hash, Number(0x0102_0304));
        assert_eq!(key, [1, 15, 255, 255, 255, 255, 1, 2, 3, 4]);
        assert_eq!(number_of_rest_key(&key).unwrap(), Number(0x0102_0304));
    }

    #[test]
    fn lists_are_read_as_they_were_written_and_damaged_ones_are_refused() {
        let few = List::of_few(Numbers::from_slice(&[7, 0, u32::MAX].map(Number)));
        let read = List::decode(&few.encode().unwrap()).unwrap();
        assert_eq!(read.first[..], [0, 7, u32::MAX].map(Number));
        let frequent = List {
            len: 25,
            first: Numbers::from([9, 2, u32::MAX, 1].map(Number)),
        };
        assert_eq!(List::decode(&frequent.encode().unwrap()).unwrap(), frequent);
        // Too few and too many documents, a number that is cut off, and one above the last.
        for damaged in [
            &[3, 1, 1][..],
            &[1, 1, 1],
            &[1, 0x80],
            &[],
            &[2, 1, 0xff, 0xff, 0xff, 0xff, 0x0f],
        ] {
            assert!(List::decode(damaged).is_err(), "{damaged:?}");
        }
    }
}
