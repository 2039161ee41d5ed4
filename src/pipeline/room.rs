//! How much of a corpus stays in memory, and how much goes to the temporary file.
//!
//! Words and hashes may stay as long as there is room beside them for what cannot go: records, and what later
//! stages make of all documents, wherever their words are. While documents are read, that is foreseen from
//! those that were and the part of the inputs that they took, so that little stays that has to go in the end.

use crate::candidates::Key;
use crate::corpus::Batch;
use crate::spill::Spill;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The share of memory that nobody accounts for, such as the buffers of reading, as its denominator.
const BUFFERS: u64 = 8;
/// Bytes that pairs, matches and clusters take, a document. Measured: 200 to 350.
const FINDINGS: u64 = 350;

/// How many times more documents may come than were read, where nobody knows: of a stream, or as long as
/// the first archive goes on. An allocator need not give back what it was given for what has to go again.
const UNKNOWN: u64 = 8;

/// The memory that a run may take, shared by the threads that read.
pub(super) struct Room {
    /// Bytes; none for as many as there are.
    memory: Option<u64>,
    /// Bytes of all inputs, as far as they are known.
    inputs: u64,
    /// Bytes of them that were read.
    read: AtomicU64,
    /// Bytes that cannot go, of the documents that were read.
    fixed: AtomicU64,
    /// Bytes of words and hashes in memory.
    held: AtomicU64,
}

impl Room {
    /// `inputs`: their bytes on disk, as far as they are known.
    pub(super) fn new(memory: Option<u64>, inputs: u64) -> Self {
        Self {
            memory: memory.map(|memory| memory - memory / BUFFERS),
            inputs,
            read: AtomicU64::new(0),
            fixed: AtomicU64::new(0),
            held: AtomicU64::new(0),
        }
    }

    /// So many bytes of the inputs were read.
    pub(super) fn advance(&self, bytes: u64) {
        self.read.fetch_add(bytes, Relaxed);
    }

    /// Takes a batch in. Its words and hashes are moved if there is no room for them.
    pub(super) fn admit(&self, batch: &mut Batch, spill: &Spill) {
        let movable = batch.movable_bytes();
        let own = batch.bytes() - movable + needed_later(batch);
        let fixed = self.fixed.fetch_add(own, Relaxed).saturating_add(own);
        let held = self
            .held
            .fetch_add(movable, Relaxed)
            .saturating_add(movable);
        if self.excess(held, self.foreseen(fixed)) > 0 {
            batch.move_to(spill);
            self.held.fetch_sub(movable, Relaxed);
        }
    }

    /// Moves words and hashes for which there is no room now that all documents were read; the last first.
    pub(super) fn settle(&self, batches: &mut [Batch], spill: &Spill) {
        let mut excess = self.excess(self.held.load(Relaxed), self.fixed.load(Relaxed));
        let mut leaving = vec![];
        for batch in batches.iter_mut().rev() {
            let movable = batch.movable_bytes();
            if excess > 0 && movable > 0 {
                excess = excess.saturating_sub(movable);
                leaving.push(batch);
            }
        }
        leaving
            .into_par_iter()
            .for_each(|batch| batch.move_to(spill));
    }

    /// Bytes that cannot go in the end, where so many cannot go of what was read.
    fn foreseen(&self, fixed: u64) -> u64 {
        let read = self.read.load(Relaxed);
        if read == 0 || read > self.inputs {
            return fixed.saturating_mul(UNKNOWN);
        }
        let foreseen = u128::from(fixed) * u128::from(self.inputs) / u128::from(read);
        u64::try_from(foreseen).unwrap_or(u64::MAX)
    }

    /// Bytes of words and hashes for which there is no room beside what cannot go.
    fn excess(&self, held: u64, fixed: u64) -> u64 {
        let memory = self.memory.unwrap_or(u64::MAX);
        held.saturating_sub(memory.saturating_sub(fixed))
    }
}

/// Bytes that later stages take for the documents of a batch: the keys of their hashes, of one sort at a time,
/// and what is found.
fn needed_later(batch: &Batch) -> u64 {
    let hashes = batch.fingerprints.len().max(batch.buckets.len());
    (hashes * size_of::<Key>()) as u64 + FINDINGS * batch.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Record;

    /// Documents of 500 words each.
    fn batch(documents: usize) -> Batch {
        let mut batch = Batch::default();
        for _ in 0..documents {
            batch.words.extend(0..500);
            batch.layout.extend([0; 500]);
            batch.fingerprints.extend(0..50);
            batch.steps.extend([8; 50]);
            batch.push(&Record::default());
        }
        batch
    }

    /// The batches that are held while reading, and in the end, of 20 that take 77 kB each, 59 kB of them for
    /// words and hashes. `inputs`: what is known of their bytes on disk, which are 50 kB each.
    fn held(memory: Option<u64>, inputs: u64) -> (usize, usize) {
        let spill = Spill::new(None);
        let room = Room::new(memory, inputs);
        let mut batches = vec![batch(20); 20];
        let held = |batches: &[Batch]| batches.iter().filter(|b| b.movable_bytes() > 0).count();
        for batch in &mut batches {
            room.admit(batch, &spill);
            room.advance(50_000);
        }
        let reading = held(&batches);
        room.settle(&mut batches, &spill);
        (reading, held(&batches))
    }

    #[test]
    fn all_stays_where_there_is_room_for_all() {
        assert_eq!(held(None, 1_000_000), (20, 20));
        assert_eq!(held(Some(2_000_000), 1_000_000), (20, 20));
    }

    #[test]
    fn nothing_stays_where_the_rest_takes_all_the_room() {
        for inputs in [1_000_000, 0] {
            assert_eq!(held(Some(300_000), inputs).1, 0);
        }
    }

    #[test]
    fn what_is_foreseen_has_its_room_from_the_beginning() {
        // 790 kB, of which 345 cannot go: seven batches.
        let (reading, end) = held(Some(900_000), 1_000_000);
        assert_eq!((reading.abs_diff(7) <= 1, end), (true, 7), "{reading}");
    }

    #[test]
    fn of_a_stream_less_stays_than_of_files() {
        let (reading, end) = held(Some(900_000), 0);
        assert_eq!(reading, end);
        assert!((1..7).contains(&end), "{end}");
    }

    #[test]
    fn what_stayed_goes_where_more_came_than_was_foreseen() {
        // As if the files had grown.
        let (reading, end) = held(Some(900_000), 500_000);
        assert!(end > 0 && end < reading, "{reading} {end}");
    }
}
