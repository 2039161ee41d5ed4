//! A store gives what a map in memory gives, after any commits, merges, reopenings, failures and power cuts.

mod damage;
mod faults;
mod faulty_disk;
mod oracle;
mod readers;

use crate::IndexError;
use crate::memory_storage::MemoryStorage;
use crate::storage::{Key, Space, Storage, Write};

use crate::segments::{SegmentStorage, lock};
use std::path::Path;

const CACHE: u64 = 1 << 20;
const SPACES: [Space; 9] = [
    Space::State,
    Space::Facts,
    Space::Documents,
    Space::Ids,
    Space::Digests,
    Space::Postings,
    Space::FrequentPostings,
    Space::Matches,
    Space::ShortDocuments,
];

fn create(folder: &Path) -> Result<SegmentStorage, IndexError> {
    SegmentStorage::create(lock(folder)?, folder, CACHE)
}

fn write(space: Space, key: &[u8], value: Option<&[u8]>) -> Write {
    Write {
        space,
        key: Key::from_slice(key),
        value: value.map(<[u8]>::to_vec),
    }
}

type Entry = (Space, Vec<u8>, Vec<u8>);

/// All that a storage has.
fn content(storage: &impl Storage) -> Result<Vec<Entry>, IndexError> {
    let mut content = vec![];
    for space in SPACES {
        storage.scan(space, &[], &mut |key, value| {
            content.push((space, key.to_vec(), value.to_vec()));
            Ok(true)
        })?;
    }
    Ok(content)
}

/// Several changes of several keys, of which some are removed.
fn commit(round: u32) -> Vec<Write> {
    let writes = (0..40u32).map(|n| {
        let key = (n * 7 + round * 3) % 90;
        let value = vec![round as u8; (n * n % 700) as usize];
        let value = (n % 6 != 5).then_some(&*value);
        write(SPACES[(key % 8) as usize], &key.to_be_bytes(), value)
    });
    writes.collect()
}

/// A map in memory after some commits.
fn memory(commits: impl IntoIterator<Item = Vec<Write>>) -> MemoryStorage {
    let memory = MemoryStorage::default();
    for commit in commits {
        memory.commit(commit).unwrap();
    }
    memory
}
