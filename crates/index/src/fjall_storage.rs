//! The storage on disk: log-structured merge trees of fjall, one for each space. The library promises that a batch is
//! written whole or not at all, also if the process is killed or the machine stops.

use crate::error::IndexError;
use crate::storage::{Space, Storage, Visitor, Write};
use fjall::config::CompressionPolicy;
use fjall::{CompressionType, Database, Keyspace, KeyspaceCreateOptions, PersistMode};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Bytes of all journals from which fjall moves what they hold into tables. A process that opens the index reads them.
const JOURNAL_BYTES: u64 = 128 << 20;

/// A [`Storage`] in a folder.
pub struct FjallStorage {
    database: Database,
    /// In the order of [`Space::ALL`].
    spaces: Vec<Keyspace>,
}

impl FjallStorage {
    /// Opens the storage in a folder, or creates it. `cache`: bytes for blocks that were read.
    ///
    /// # Errors
    ///
    /// Another process has it open, its files are damaged, or the folder cannot be read or written.
    pub fn open(folder: &Path, cache: u64) -> Result<Self, IndexError> {
        guarded(|| {
            let database = Database::builder(folder)
                .cache_size(cache)
                .max_journaling_size(JOURNAL_BYTES)
                .open()?;
            let spaces = Space::ALL.map(|space| database.keyspace(space.name(), || options(space)));
            Ok(Self {
                spaces: spaces.into_iter().collect::<Result<_, _>>()?,
                database,
            })
        })
    }

    fn space(&self, space: Space) -> Result<&Keyspace, IndexError> {
        let at = Space::ALL.iter().position(|other| *other == space);
        let found = at.and_then(|at| self.spaces.get(at));
        found.ok_or_else(|| IndexError::missing_value(space.name()))
    }
}

fn options(space: Space) -> KeyspaceCreateOptions {
    let options = KeyspaceCreateOptions::default();
    match space {
        // Documents are compressed one by one.
        Space::Documents => {
            options.data_block_compression_policy(CompressionPolicy::all(CompressionType::None))
        }
        _ => options.data_block_compression_policy(CompressionPolicy::all(CompressionType::Lz4)),
    }
}

impl Storage for FjallStorage {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError> {
        let space = self.space(space)?;
        guarded(|| Ok(space.get(key)?.map(|value| value.to_vec())))
    }

    fn scan(&self, space: Space, prefix: &[u8], visit: &mut Visitor<'_>) -> Result<(), IndexError> {
        let space = self.space(space)?;
        let mut entries = space.prefix(prefix);
        while let Some(entry) =
            guarded(|| entries.next().map(|entry| entry.into_inner()).transpose())?
        {
            if !visit(&entry.0, &entry.1)? {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, writes: Vec<Write>) -> Result<(), IndexError> {
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncAll));
        for Write { space, key, value } in writes {
            let space = self.space(space)?;
            match value {
                Some(value) => batch.insert(space, key, value),
                None => batch.remove(space, key),
            }
        }
        guarded(|| batch.commit())
    }

    fn settle(&self) -> Result<(), IndexError> {
        self.spaces
            .iter()
            .try_for_each(|space| guarded(|| space.rotate_memtable_and_wait()))
    }

    fn bytes(&self) -> Result<u64, IndexError> {
        guarded(|| self.database.disk_space())
    }
}

/// Runs a call of fjall. It may panic if its files are not as it left them.
fn guarded<T>(call: impl FnOnce() -> fjall::Result<T>) -> Result<T, IndexError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(index_error),
        Err(_) => Err(IndexError::Damaged("its files cannot be read".to_owned())),
    }
}

fn index_error(error: fjall::Error) -> IndexError {
    match error {
        fjall::Error::Locked => IndexError::Busy,
        fjall::Error::Io(error) => io_error(error),
        other => match io_cause(&other) {
            Some(error) => io_error(error),
            None => IndexError::Damaged(other.to_string()),
        },
    }
}

/// A file that is missing or cut off was there when the index was written.
fn io_error(error: io::Error) -> IndexError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => {
            IndexError::Damaged(error.to_string())
        }
        _ => IndexError::Io(error),
    }
}

fn io_cause(error: &dyn std::error::Error) -> Option<io::Error> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(match error.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(error.kind(), error.to_string()),
            });
        }
        cause = error.source();
    }
    None
}
