//! Matches as the values of a storage. A match lies under its two numbers; its mirror, which has no value, under the same
//! numbers in the other order. So the matches of a document are one range of keys.

use crate::error::IndexError;
use crate::records::{Number, StoredMatch};
use crate::storage::{Key, Space, Storage, Write};

fn key(a: Number, b: Number) -> [u8; 8] {
    let [a, b] = [a, b].map(|number| u64::from(number.0));
    (a << 32 | b).to_be_bytes()
}

/// The documents that match one, in order of their numbers.
pub(crate) fn neighbours<S: Storage>(storage: &S, of: Number) -> Result<Vec<Number>, IndexError> {
    let mut found = vec![];
    storage.scan(Space::Matches, &of.0.to_be_bytes(), &mut |key, _| {
        let other = key
            .last_chunk::<4>()
            .ok_or_else(|| IndexError::missing_value("a match"))?;
        found.push(Number(u32::from_be_bytes(*other)));
        Ok(true)
    })?;
    Ok(found)
}

/// The match of two documents.
pub(crate) fn find<S: Storage>(
    storage: &S,
    a: Number,
    b: Number,
) -> Result<Option<StoredMatch>, IndexError> {
    for key in [key(a, b), key(b, a)] {
        match storage.get(Space::Matches, &key)? {
            None => return Ok(None),
            Some(value) if value.is_empty() => {}
            Some(value) => return Ok(Some(postcard::from_bytes(&value)?)),
        }
    }
    Err(IndexError::missing_value("a match"))
}

/// The changes that add a match.
pub(crate) fn add(found: &StoredMatch) -> Result<[Write; 2], IndexError> {
    let write = |key: [u8; 8], value| Write {
        space: Space::Matches,
        key: Key::from_slice(&key),
        value: Some(value),
    };
    let value = postcard::to_stdvec(found)?;
    Ok([
        write(key(found.left, found.right), value),
        write(key(found.right, found.left), vec![]),
    ])
}

/// The changes that remove the match of two documents.
pub(crate) fn remove(a: Number, b: Number) -> [Write; 2] {
    [key(a, b), key(b, a)].map(|key| Write {
        space: Space::Matches,
        key: Key::from_slice(&key),
        value: None,
    })
}
