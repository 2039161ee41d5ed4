//! A storage in memory, for tests and for archives that need not last.

use crate::error::IndexError;
use crate::storage::{Space, Storage, Visitor, Write};
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

type Map = BTreeMap<(Space, Vec<u8>), Vec<u8>>;

/// A [`Storage`] that ends with the process.
#[derive(Debug, Default)]
pub struct MemoryStorage(RwLock<Map>);

impl Storage for MemoryStorage {
    fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, IndexError> {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Ok(map.get(&(space, key.to_vec())).cloned())
    }

    fn scan(&self, space: Space, prefix: &[u8], visit: &mut Visitor<'_>) -> Result<(), IndexError> {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let from = map.range((space, prefix.to_vec())..);
        for ((_, key), value) in
            from.take_while(|((of, key), _)| *of == space && key.starts_with(prefix))
        {
            if !visit(key, value)? {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, writes: Vec<Write>) -> Result<(), IndexError> {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for Write { space, key, value } in writes {
            match value {
                Some(value) => map.insert((space, key.to_vec()), value),
                None => map.remove(&(space, key.to_vec())),
            };
        }
        Ok(())
    }
}
