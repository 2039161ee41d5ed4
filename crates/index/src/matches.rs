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
        found.push(other(key)?);
        Ok(true)
    })?;
    Ok(found)
}

/// The matches of a document, in order of the other ones.
pub(crate) fn of<S: Storage>(storage: &S, of: Number) -> Result<Vec<StoredMatch>, IndexError> {
    let mut found: Vec<Option<StoredMatch>> = vec![];
    let mut mirrored: Vec<(usize, Number)> = vec![];
    storage.scan(Space::Matches, &of.0.to_be_bytes(), &mut |key, value| {
        if value.is_empty() {
            mirrored.push((found.len(), other(key)?));
        }
        let value = (!value.is_empty()).then(|| postcard::from_bytes(value));
        found.push(value.transpose()?);
        Ok(true)
    })?;
    let keys: Vec<[u8; 8]> = mirrored.iter().map(|(_, other)| key(*other, of)).collect();
    let keys: Vec<&[u8]> = keys.iter().map(<[u8; 8]>::as_slice).collect();
    storage.visit_all(Space::Matches, &keys, &mut |at, value| {
        if let (Some((of, _)), false) = (mirrored.get(at), value.is_empty()) {
            found[*of] = Some(postcard::from_bytes(value)?);
        }
        Ok(())
    })?;
    let found: Option<Vec<StoredMatch>> = found.into_iter().collect();
    found.ok_or_else(|| IndexError::missing_value("a match"))
}

/// The other document of a key.
fn other(key: &[u8]) -> Result<Number, IndexError> {
    let other = key.last_chunk::<4>();
    let other = other.ok_or_else(|| IndexError::missing_value("a match"))?;
    Ok(Number(u32::from_be_bytes(*other)))
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
