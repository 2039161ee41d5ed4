//! How much of a corpus stays in memory, and how much goes to the temporary file.
//!
//! Words and hashes may stay as long as there is room beside them for what cannot go: records, and what later
//! stages make of all documents, wherever their words are. While documents are read, that is foreseen from
//! those that were and the part of the inputs that they took, so that little stays that has to go in the end.

use crate::corpus::{Batch, Corpus};
use crate::spill::Spill;
use dedupe_core::candidates::Key;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The share of memory that nobody accounts for, as its denominator.
const UNACCOUNTED: u64 = 8;
/// Bytes of that which a thread needs at least, for what it reads. Measured: 5 MB.
const THREAD: u64 = 6 << 20;
/// Bytes that pairs, matches and clusters take, a document, as far as can be told before there are any.
/// Measured: 200 to 350.
const FINDINGS: u64 = 350;
/// The same once the pairs to verify are known, of which most are matches: bytes a pair and bytes a document.
const OF_PAIR: u64 = 200;
const OF_DOCUMENT: u64 = 100;
/// How many times more documents may come than were read, where nobody knows: of a stream, or as long as
/// the first archive goes on. An allocator need not give back what it was given for what has to go again.
const ENDLESS: u64 = 8;

/// The memory that a run may take, shared by the threads that read.
pub(super) struct Room {
    /// Bytes that may be taken besides the buffers of threads; none for as many as there are.
    usable: Option<u64>,
    /// Bytes of all inputs; none where one of them is a stream.
    inputs: Option<u64>,
    /// Bytes of them that were read to the end of a block, and how many cannot go of what these gave.
    read: AtomicU64,
    fixed_of_read: AtomicU64,
    /// Bytes that cannot go, of all documents that were admitted.
    fixed: AtomicU64,
    /// Bytes of words and hashes in memory.
    held: AtomicU64,
}

impl Room {
    /// `memory`: bytes that the run may take; none for as many as there are. `inputs`: their bytes on disk; none
    /// where they are not known.
    pub(super) fn new(memory: Option<u64>, inputs: Option<u64>) -> Self {
        Self::of(usable(memory), inputs)
    }

    fn of(usable: Option<u64>, inputs: Option<u64>) -> Self {
        Self {
            usable,
            inputs,
            read: AtomicU64::new(0),
            fixed_of_read: AtomicU64::new(0),
            fixed: AtomicU64::new(0),
            held: AtomicU64::new(0),
        }
    }

    /// Takes a batch in, and tells how many bytes of it, and of what is made of it later, cannot go. Its words
    /// and hashes are moved if there is no room for them.
    pub(super) fn admit(&self, batch: &mut Batch, spill: &Spill) -> u64 {
        let movable = batch.movable_bytes();
        let own = batch.fixed_bytes() + needed_later(batch);
        let fixed = self.fixed.fetch_add(own, Relaxed).saturating_add(own);
        let held = self
            .held
            .fetch_add(movable, Relaxed)
            .saturating_add(movable);
        if excess(self.usable, held, self.foreseen(fixed)) > 0 {
            batch.move_to(spill);
            self.held.fetch_sub(movable, Relaxed);
        }
        own
    }

    /// A block of so many bytes of the inputs was read; `fixed`: how many bytes of what it gave cannot go.
    pub(super) fn advance(&self, bytes: u64, fixed: u64) {
        self.read.fetch_add(bytes, Relaxed);
        self.fixed_of_read.fetch_add(fixed, Relaxed);
    }

    /// Moves words and hashes for which there is no room now that all documents were read.
    pub(super) fn settle(&self, corpus: &mut Corpus) {
        settle(self.usable, corpus, self.fixed.load(Relaxed));
    }

    /// Bytes that cannot go in the end, where so many cannot go of what was admitted.
    fn foreseen(&self, fixed: u64) -> u64 {
        let read = self.read.load(Relaxed);
        let Some(inputs) = self.inputs.filter(|inputs| (1..=*inputs).contains(&read)) else {
            return fixed.saturating_mul(ENDLESS);
        };
        let of_read = u128::from(self.fixed_of_read.load(Relaxed));
        let of_all = of_read * u128::from(inputs) / u128::from(read);
        u64::try_from(of_all).unwrap_or(u64::MAX).max(fixed)
    }
}

/// Moves words and hashes for which there is no room beside the matches of so many pairs.
pub(super) fn settle_for_pairs(memory: Option<u64>, corpus: &mut Corpus, pairs: usize) {
    let findings = OF_PAIR * pairs as u64 + OF_DOCUMENT * corpus.len() as u64;
    let fixed = corpus.fixed_bytes() + findings;
    settle(usable(memory), corpus, fixed);
}

fn settle(usable: Option<u64>, corpus: &mut Corpus, fixed: u64) {
    let excess = excess(usable, corpus.movable_bytes(), fixed);
    corpus.move_out(excess);
}

/// Bytes of words and hashes for which there is no room beside what cannot go.
fn excess(usable: Option<u64>, held: u64, fixed: u64) -> u64 {
    usable.map_or(0, |usable| {
        held.saturating_sub(usable.saturating_sub(fixed))
    })
}

/// What a run may take besides what nobody accounts for.
fn usable(memory: Option<u64>) -> Option<u64> {
    let threads = rayon::current_num_threads() as u64;
    memory.map(|memory| memory.saturating_sub((memory / UNACCOUNTED).max(THREAD * threads)))
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
    use crate::corpus::DocumentRecord;

    /// 20 documents of 500 words each: 59 kB of words and hashes, and 17 kB that cannot go.
    fn batch() -> Batch {
        let mut batch = Batch::default();
        for _ in 0..20 {
            batch.words.extend(0..500);
            batch.offsets.extend([0; 500]);
            batch.fingerprints.extend(0..50);
            batch.steps.extend([8; 50]);
            batch.push(&DocumentRecord::default());
        }
        batch
    }

    /// What is held of twenty such batches, in batches.
    #[derive(Debug)]
    struct Held {
        /// Once they were read.
        read: u64,
        /// Once nothing else is read.
        settled: u64,
    }

    /// Reads them; `batches`: how many in a block, which is 50 kB for each. `inputs`: what is known of the bytes
    /// of all.
    fn held(usable: Option<u64>, inputs: Option<u64>, batches: usize) -> Held {
        let (spill, room) = (Spill::new(None), Room::of(usable, inputs));
        let mut all = vec![batch(); 20];
        for block in all.chunks_mut(batches) {
            let fixed = block.iter_mut().map(|batch| room.admit(batch, &spill));
            let fixed = fixed.sum();
            room.advance(50_000 * batches as u64, fixed);
        }
        let mut corpus = Corpus::new(all, spill);
        let held = |corpus: &Corpus| corpus.movable_bytes() / batch().movable_bytes();
        let read = held(&corpus);
        room.settle(&mut corpus);
        let settled = held(&corpus);
        Held { read, settled }
    }

    const KNOWN: Option<u64> = Some(1_000_000);

    #[test]
    fn all_stays_where_there_is_room_for_all() {
        for usable in [None, Some(1_600_000)] {
            let held = held(usable, KNOWN, 1);
            assert_eq!((held.read, held.settled), (20, 20));
        }
    }

    #[test]
    fn nothing_stays_where_the_rest_takes_all_the_room() {
        for inputs in [KNOWN, None] {
            assert_eq!(held(Some(300_000), inputs, 1).settled, 0);
        }
    }

    #[test]
    fn what_is_foreseen_has_its_room_from_the_beginning() {
        // 800 kB, of which 345 cannot go: seven batches.
        let held = held(Some(800_000), KNOWN, 1);
        assert_eq!((held.read, held.settled), (7, 7));
    }

    #[test]
    fn of_a_stream_less_stays_than_of_files() {
        let held = held(Some(800_000), None, 1);
        assert_eq!(held.read, held.settled);
        assert!((1..7).contains(&held.settled), "{held:?}");
    }

    #[test]
    fn what_stayed_goes_where_more_came_than_was_foreseen() {
        // As if the files had become twice as long while they were read.
        let held = held(Some(800_000), Some(500_000), 1);
        assert!(held.settled > 0 && held.settled < held.read, "{held:?}");
    }

    /// An archive is one block of many batches. What is known of a small file before it says little of how much
    /// of the archive was admitted; all of it once went, though there was room.
    #[test]
    fn a_part_of_a_long_block_is_not_taken_for_more_of_the_same_to_come() {
        let room = Room::of(Some(1_600_000), KNOWN);
        let (spill, mut small) = (Spill::new(None), batch());
        room.advance(1000, room.admit(&mut small, &spill) / 50);
        let mut archive = vec![batch(); 19];
        for part in &mut archive {
            room.admit(part, &spill);
            assert!(part.movable_bytes() > 0);
        }
    }

    #[test]
    fn what_has_no_room_beside_the_pairs_goes_once_they_are_known() {
        let held = |memory: Option<u64>, pairs| {
            let mut corpus = Corpus::new(vec![batch(); 20], Spill::new(None));
            settle_for_pairs(memory, &mut corpus, pairs);
            corpus.movable_bytes() / batch().movable_bytes()
        };
        // So much that there is room for any number of threads.
        let memory = Some(1 << 40);
        assert_eq!(held(memory, 0), 20);
        assert_eq!(held(memory, 1 << 33), 0);
        assert_eq!(held(None, usize::MAX >> 10), 20);
    }
}
