//! Which documents are short, one bit for each. A lookup of candidates asks this about each document that shares a
//! fingerprint, often hundreds, and needs the facts of few of them.

use crate::archive::Archive;
use crate::error::IndexError;
use crate::records::Number;
use crate::storage::{Key, Space, Storage, Write};
use dedupe_core::candidates::requirements::is_short;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::OnceLock;

/// Documents whose bits are one value of the storage.
const DOCUMENTS: u32 = 8192;

/// The bits, each value of which is read when it is needed.
pub(crate) struct ShortDocuments(Vec<OnceLock<Vec<u8>>>);

impl ShortDocuments {
    /// Of the documents of an archive before this number.
    pub(crate) fn before(number: Number) -> Self {
        let values = number.0.div_ceil(DOCUMENTS);
        Self((0..values).map(|_| OnceLock::new()).collect())
    }

    /// True if a document is short.
    pub(crate) fn contains<S: Storage>(
        &self,
        archive: &Archive<S>,
        number: Number,
    ) -> Result<bool, IndexError> {
        let (value, ..) = place(number);
        let Some(bits) = self.0.get(value as usize) else {
            return Ok(false);
        };
        let bits = match bits.get() {
            Some(bits) => bits,
            None => {
                let read = archive.short_documents(value)?;
                bits.get_or_init(|| read)
            }
        };
        Ok(has(bits, number))
    }
}

/// True if a document is stored as a short one.
pub(crate) fn is_stored<S: Storage>(
    archive: &Archive<S>,
    number: Number,
) -> Result<bool, IndexError> {
    let (value, ..) = place(number);
    Ok(has(&archive.short_documents(value)?, number))
}

/// True if the bit of a document is set in its value.
fn has(bits: &[u8], number: Number) -> bool {
    let (_, byte, bit) = place(number);
    bits.get(byte).is_some_and(|byte| byte & bit != 0)
}

/// Where the bit of a document is: the number of the value, the byte in it, and the bit of that.
fn place(number: Number) -> (u32, usize, u8) {
    let at = number.0 % DOCUMENTS;
    (number.0 / DOCUMENTS, at as usize / 8, 1 << (at % 8))
}

/// The changes that add documents. `new`: their numbers, and how many fingerprints they have.
pub(crate) fn add<S: Storage>(
    archive: &Archive<S>,
    new: impl Iterator<Item = (Number, u32)>,
) -> Result<Vec<Write>, IndexError> {
    let mut values: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    for (number, _) in new.filter(|&(_, fingerprints)| is_short(fingerprints)) {
        let (value, byte, bit) = place(number);
        let bits = match values.entry(value) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => entry.insert(archive.short_documents(value)?),
        };
        if bits.len() <= byte {
            bits.resize(byte + 1, 0);
        }
        bits[byte] |= bit;
    }
    let write = |(value, bits): (u32, Vec<u8>)| Write {
        space: Space::ShortDocuments,
        key: Key::from_slice(&value.to_be_bytes()),
        value: Some(bits),
    };
    Ok(values.into_iter().map(write).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory_storage::MemoryStorage;

    #[test]
    fn short_documents_are_found_in_all_values_and_others_are_not() {
        let archive = Archive::new(MemoryStorage::default());
        let fingerprints = |n: u32| if n.is_multiple_of(3) { 10 } else { 11 };
        for part in [0..5, 5..8190, 8190..20_000] {
            let new = part.map(|n| (Number(n), fingerprints(n)));
            archive
                .storage()
                .commit(add(&archive, new).unwrap())
                .unwrap();
        }
        let short = ShortDocuments::before(Number(20_000));
        for n in 0..30_000u32 {
            let expected = n < 20_000 && n.is_multiple_of(3);
            assert_eq!(short.contains(&archive, Number(n)).unwrap(), expected);
        }
    }
}
