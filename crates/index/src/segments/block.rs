//! Blocks: sorted entries as bytes.
//!
//! An entry is three numbers, the rest of its key, and its value:
//!
//! | Part | Meaning |
//! |---|---|
//! | number | bytes at the beginning of the key that are those of the key before |
//! | number | bytes of the rest of the key |
//! | number | 0 for a removed key, otherwise bytes of the value plus 1 |
//!
//! Each 16th entry has its whole key. The positions of these entries follow the entries, 4 bytes each, and then their
//! number. So a lookup is a binary search and reads at most 16 entries.

use super::damaged;
use super::format::EntryKey;
use super::piece_cache::Piece;
use crate::error::IndexError;
use std::ops::Range;

/// Entries from one with its whole key to the next.
const RESTART: usize = 16;
/// Bytes of the three numbers of an entry at most.
const MAX_HEAD: usize = 15;

/// Writes a block.
#[derive(Default)]
pub(super) struct BlockBuilder {
    bytes: Vec<u8>,
    restarts: Vec<u32>,
    entries: usize,
    last: Vec<u8>,
}

impl BlockBuilder {
    /// Appends an entry. Its key follows those before. `None` removes the key.
    ///
    /// # Errors
    ///
    /// The entry is longer than 4 GiB.
    pub(super) fn push(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), IndexError> {
        let shared = if self.entries.is_multiple_of(RESTART) {
            self.restarts.push(number(self.bytes.len())?);
            0
        } else {
            let pairs = self.last.iter().zip(key);
            pairs.take_while(|(a, b)| a == b).count()
        };
        let (_, rest) = key.split_at(shared);
        let length = value.map_or(Ok(0), |value| number(value.len() + 1))?;
        let mut head = [0; MAX_HEAD];
        let head = postcard::to_slice(&(number(shared)?, number(rest.len())?, length), &mut head)?;
        self.bytes.extend_from_slice(head);
        self.bytes.extend_from_slice(rest);
        self.bytes.extend_from_slice(value.unwrap_or_default());
        self.entries += 1;
        self.last.clear();
        self.last.extend_from_slice(key);
        Ok(())
    }

    /// Its bytes until now.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() + 4 * self.restarts.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// The key of the last entry.
    pub(super) fn last(&self) -> &[u8] {
        &self.last
    }

    /// Completes the block and hands its bytes to `write`. The next block begins.
    pub(super) fn finish<T>(
        &mut self,
        write: impl FnOnce(&[u8]) -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        for at in &self.restarts {
            self.bytes.extend_from_slice(&at.to_le_bytes());
        }
        let restarts = number(self.restarts.len())?;
        self.bytes.extend_from_slice(&restarts.to_le_bytes());
        let result = write(&self.bytes);
        self.bytes.clear();
        self.restarts.clear();
        self.entries = 0;
        result
    }
}

/// A length as it is stored.
///
/// # Errors
///
/// It is 4 Gi or more.
pub(super) fn number(length: usize) -> Result<u32, IndexError> {
    u32::try_from(length).map_err(|_| std::io::Error::from(std::io::ErrorKind::FileTooLarge).into())
}

/// A block that was read. It has at least one entry.
#[derive(Clone)]
pub(super) struct Block {
    bytes: Piece,
    /// Where its entries end.
    end: usize,
    restarts: usize,
}

/// The numbers of an entry, and where its parts are.
struct Head {
    shared: usize,
    rest: Range<usize>,
    /// `None` for a removed key.
    value: Option<Range<usize>>,
    end: usize,
}

impl Block {
    /// # Errors
    ///
    /// The bytes are no block.
    pub(super) fn new(bytes: Piece) -> Result<Self, IndexError> {
        let places = || {
            let (rest, restarts) = bytes.split_last_chunk::<4>()?;
            let restarts = usize::try_from(u32::from_le_bytes(*restarts)).ok()?;
            let end = rest.len().checked_sub(restarts.checked_mul(4)?)?;
            (restarts > 0 && end > 0).then_some((end, restarts))
        };
        let (end, restarts) = places().ok_or_else(|| damaged("a block is cut off"))?;
        Ok(Self {
            bytes,
            end,
            restarts,
        })
    }

    fn head(&self, at: usize) -> Result<Head, IndexError> {
        let head = || {
            let entries = self.bytes.get(..self.end)?.get(at..)?;
            let (shared, rest, value, after) = match *entries {
                // Numbers below 128 are one byte. Most are.
                [shared, rest, value, ref after @ ..] if shared | rest | value < 0x80 => {
                    (shared.into(), rest.into(), value.into(), after)
                }
                _ => {
                    let numbers: ((u32, u32, u32), &[u8]) =
                        postcard::take_from_bytes(entries).ok()?;
                    let ((shared, rest, value), after) = numbers;
                    (shared, rest, value, after)
                }
            };
            let rest_at = self.end - after.len();
            let value_at = rest_at.checked_add(usize::try_from(rest).ok()?)?;
            let value_length = usize::try_from(value.saturating_sub(1)).ok()?;
            let end = value_at.checked_add(value_length)?;
            (end <= self.end).then_some(Head {
                shared: usize::try_from(shared).ok()?,
                rest: rest_at..value_at,
                value: (value > 0).then_some(value_at..end),
                end,
            })
        };
        head().ok_or_else(|| damaged("an entry is cut off"))
    }

    /// The position of an entry with its whole key, and its key.
    fn restart(&self, number: usize) -> Result<(usize, &[u8]), IndexError> {
        let at = self.end + 4 * number;
        let bytes = self.bytes.get(at..).and_then(<[u8]>::first_chunk::<4>);
        let at = bytes.and_then(|bytes| usize::try_from(u32::from_le_bytes(*bytes)).ok());
        let at = at.ok_or_else(|| damaged("a block is cut off"))?;
        let head = self.head(at)?;
        Ok((at, &self.bytes[head.rest]))
    }

    /// The last entry with its whole key that precedes a key, or entry `low` of these: its number and its position.
    fn restart_before(&self, key: &[u8], mut low: usize) -> Result<(usize, usize), IndexError> {
        let mut high = self.restarts;
        while high - low > 1 {
            let middle = low.midpoint(high);
            match self.restart(middle)?.1 < key {
                true => low = middle,
                false => high = middle,
            }
        }
        Ok((low, self.restart(low)?.0))
    }
}

/// A place in a block.
pub(super) struct BlockCursor {
    block: Block,
    key: EntryKey,
    value: Option<Range<usize>>,
    /// An entry with its whole key that precedes the next entry, by its number.
    restart: usize,
    /// The position of the next entry.
    next: usize,
    is_at_end: bool,
}

impl BlockCursor {
    /// The first entry with this key or a later one.
    ///
    /// # Errors
    ///
    /// The block is damaged.
    pub(super) fn at(block: Block, key: &[u8]) -> Result<Self, IndexError> {
        let (restart, next) = block.restart_before(key, 0)?;
        let mut cursor = Self {
            key: EntryKey::new(),
            value: None,
            restart,
            next,
            is_at_end: false,
            block,
        };
        cursor.advance()?;
        cursor.advance_to(key)?;
        Ok(cursor)
    }

    /// Goes forward to the first entry with this key or a later one.
    ///
    /// # Errors
    ///
    /// The block is damaged.
    pub(super) fn seek(&mut self, key: &[u8]) -> Result<(), IndexError> {
        if !self.precedes(key) {
            return Ok(());
        }
        let (restart, at) = self.block.restart_before(key, self.restart)?;
        self.restart = restart;
        if at > self.next {
            self.next = at;
            self.advance()?;
        }
        self.advance_to(key)
    }

    fn advance_to(&mut self, key: &[u8]) -> Result<(), IndexError> {
        while self.precedes(key) {
            self.advance()?;
        }
        Ok(())
    }

    /// The key and the value, which is `None` for a removed key. `None` at the end of the block.
    pub(super) fn entry(&self) -> Option<(&[u8], Option<&[u8]>)> {
        let value = self
            .value
            .clone()
            .and_then(|value| self.block.bytes.get(value));
        (!self.is_at_end).then_some((&*self.key, value))
    }

    /// True if the place is before a key.
    pub(super) fn precedes(&self, key: &[u8]) -> bool {
        !self.is_at_end && *self.key < *key
    }

    /// Goes to the next entry.
    ///
    /// # Errors
    ///
    /// The block is damaged.
    pub(super) fn advance(&mut self) -> Result<(), IndexError> {
        if self.next >= self.block.end {
            self.is_at_end = true;
            return Ok(());
        }
        let head = self.block.head(self.next)?;
        if head.shared > self.key.len() {
            return Err(damaged("an entry has no key"));
        }
        self.key.truncate(head.shared);
        self.key.extend_from_slice(&self.block.bytes[head.rest]);
        self.value = head.value;
        self.next = head.end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
        let entry = |n: u32| {
            let key = format!("key{:04}", n * 3).into_bytes();
            (key, (!n.is_multiple_of(5)).then(|| vec![7; n as usize % 9]))
        };
        (0..100).map(entry).collect()
    }

    fn bytes(entries: &[(Vec<u8>, Option<Vec<u8>>)]) -> Vec<u8> {
        let mut builder = BlockBuilder::default();
        for (key, value) in entries {
            builder.push(key, value.as_deref()).unwrap();
        }
        builder.finish(|bytes| Ok(bytes.to_vec())).unwrap()
    }

    #[test]
    fn each_key_and_each_place_between_keys_is_found() {
        let entries = entries();
        let block = Block::new(bytes(&entries).into()).unwrap();
        for n in 0..300 {
            let key = format!("key{n:04}").into_bytes();
            let mut cursor = BlockCursor::at(block.clone(), &key).unwrap();
            for (key, value) in entries.iter().skip_while(|entry| entry.0 < key) {
                assert_eq!(cursor.entry(), Some((&**key, value.as_deref())));
                cursor.advance().unwrap();
            }
            assert_eq!(cursor.entry(), None);
        }
    }

    #[test]
    fn a_cursor_that_goes_forward_is_at_the_entry_that_a_new_one_finds() {
        let block = Block::new(bytes(&entries()).into()).unwrap();
        for (from, step) in (0..60).flat_map(|from| [1, 2, 7, 60, 299].map(|step| (from, step))) {
            let mut cursor = BlockCursor::at(block.clone(), b"").unwrap();
            for n in (from..310).step_by(step) {
                let key = format!("key{n:04}").into_bytes();
                cursor.seek(&key).unwrap();
                let found = BlockCursor::at(block.clone(), &key).unwrap();
                assert_eq!(cursor.entry(), found.entry());
            }
        }
    }

    #[test]
    fn damaged_blocks_are_errors_or_other_entries() {
        let whole = bytes(&entries());
        let read = |bytes: Vec<u8>| -> Result<usize, IndexError> {
            let mut cursor = BlockCursor::at(Block::new(bytes.into())?, b"key0123")?;
            let mut read = 0;
            while cursor.entry().is_some() {
                match read % 2 {
                    0 => cursor.advance()?,
                    _ => cursor.seek(b"key0200")?,
                }
                read += 1;
                if read > 1000 {
                    break;
                }
            }
            Ok(read)
        };
        for at in 0..whole.len() {
            let _ = read(whole[..at].to_vec());
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                let _ = read(flipped);
            }
        }
        assert!(read(vec![]).is_err());
        assert!(read(vec![0; 4]).is_err());
    }
}
