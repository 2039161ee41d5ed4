//! The memory budget: which words and hashes stay in memory, and which go to the spill file.
//!
//! Words and hashes may stay while they fit in the budget together with the resident data: records, and what later
//! stages need for each document. While documents are read, the final size of the resident data is forecast from the
//! documents so far and the share of the input that they came from. So few batches have to be spilled at the end.

use super::{Batch, Corpus, Spill, SpillError};
use dedupe_core::candidates::Key;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// This fraction of the budget is reserved for memory that is not accounted for: one eighth.
const RESERVE: u64 = 8;
/// Bytes that are reserved at least for the input buffers of each thread. Measured: 5 MB.
const THREAD_BYTES: u64 = 6 << 20;
/// Bytes per document for pairs, matches and clusters, before any pair is known. Measured: 200 to 350.
const RESULT_BYTES: u64 = 350;
/// Bytes per candidate pair and per document for matches and clusters, once the pairs are known. Most pairs match.
const BYTES_PER_PAIR: u64 = 200;
const BYTES_PER_DOCUMENT: u64 = 100;
/// Forecast if the input size is unknown, as for a stream: this many times the documents so far. High, since an
/// allocator need not return the memory of batches that are spilled later.
const UNKNOWN_GROWTH: u64 = 8;

/// The memory budget of a run. The reading threads share it.
pub(crate) struct MemoryBudget {
    /// Bytes for the corpus. `None`: no limit.
    available: Option<u64>,
    /// Bytes of all inputs on disk. `None`: unknown.
    input_bytes: Option<u64>,
    /// Bytes of the blocks that were read to their end, and the resident bytes of their documents.
    read_bytes: AtomicU64,
    resident_of_read: AtomicU64,
    /// Resident bytes of all documents so far.
    resident: AtomicU64,
    /// Bytes of words and hashes in memory.
    in_memory: AtomicU64,
}

impl MemoryBudget {
    /// `memory`: the budget of the run in bytes. `input_bytes`: size of the inputs on disk. `None`: unlimited,
    /// unknown.
    pub(crate) fn new(memory: Option<u64>, input_bytes: Option<u64>) -> Self {
        Self::with_available(available(memory), input_bytes)
    }

    fn with_available(available: Option<u64>, input_bytes: Option<u64>) -> Self {
        Self {
            available,
            input_bytes,
            read_bytes: AtomicU64::new(0),
            resident_of_read: AtomicU64::new(0),
            resident: AtomicU64::new(0),
            in_memory: AtomicU64::new(0),
        }
    }

    /// Accounts for a batch, and spills it if it exceeds the budget. Returns its resident bytes, including what
    /// later stages need for it.
    pub(crate) fn admit(&self, batch: &mut Batch, spill: &Spill) -> Result<u64, SpillError> {
        let spillable = batch.spillable_bytes();
        let own = batch.resident_bytes() + needed_later(batch);
        let resident = self.resident.fetch_add(own, Relaxed).saturating_add(own);
        let in_memory = (self.in_memory.fetch_add(spillable, Relaxed)).saturating_add(spillable);
        if excess(self.available, in_memory, self.forecast(resident)) > 0 {
            batch.spill_to(spill)?;
            self.in_memory.fetch_sub(spillable, Relaxed);
        }
        Ok(own)
    }

    /// Accounts for other bytes that stay in memory, until [`Self::release`].
    pub(crate) fn hold(&self, bytes: u64) {
        self.resident.fetch_add(bytes, Relaxed);
    }

    /// Accounts for a batch that is freed. `resident`: what [`Self::admit`] returned. `in_memory`: its words and hashes.
    pub(crate) fn release(&self, resident: u64, in_memory: u64) {
        self.resident.fetch_sub(resident, Relaxed);
        self.in_memory.fetch_sub(in_memory, Relaxed);
    }

    /// Accounts for a block of `bytes` that was read to its end. `resident`: the resident bytes of its documents.
    pub(crate) fn block_read(&self, bytes: u64, resident: u64) {
        self.read_bytes.fetch_add(bytes, Relaxed);
        self.resident_of_read.fetch_add(resident, Relaxed);
    }

    /// Spills what exceeds the budget now that all documents have been read.
    pub(crate) fn enforce(&self, corpus: &mut Corpus) -> Result<(), SpillError> {
        enforce(self.available, corpus, self.resident.load(Relaxed))
    }

    /// Forecasts the resident bytes of the whole corpus. `resident`: those of the documents so far.
    fn forecast(&self, resident: u64) -> u64 {
        let read = self.read_bytes.load(Relaxed);
        let Some(inputs) = (self.input_bytes).filter(|inputs| (1..=*inputs).contains(&read)) else {
            return resident.saturating_mul(UNKNOWN_GROWTH);
        };
        let of_read = u128::from(self.resident_of_read.load(Relaxed));
        let of_all = of_read * u128::from(inputs) / u128::from(read);
        u64::try_from(of_all).unwrap_or(u64::MAX).max(resident)
    }
}

/// Spills what does not fit in `memory` together with the matches of `pairs` candidate pairs.
pub(crate) fn enforce_for_pairs(
    memory: Option<u64>,
    corpus: &mut Corpus,
    pairs: usize,
) -> Result<(), SpillError> {
    let results = BYTES_PER_PAIR * pairs as u64 + BYTES_PER_DOCUMENT * corpus.len() as u64;
    let resident = corpus.resident_bytes() + results;
    enforce(available(memory), corpus, resident)
}

fn enforce(available: Option<u64>, corpus: &mut Corpus, resident: u64) -> Result<(), SpillError> {
    let excess = excess(available, corpus.spillable_bytes(), resident);
    corpus.spill(excess)
}

/// Bytes of words and hashes that do not fit besides the resident data.
fn excess(available: Option<u64>, in_memory: u64, resident: u64) -> u64 {
    available.map_or(0, |available| {
        in_memory.saturating_sub(available.saturating_sub(resident))
    })
}

/// The budget without the reserve.
fn available(memory: Option<u64>) -> Option<u64> {
    let threads = rayon::current_num_threads() as u64;
    memory.map(|memory| memory.saturating_sub((memory / RESERVE).max(THREAD_BYTES * threads)))
}

/// Bytes that later stages need for a batch: the keys of its hashes during one sort, and the results.
fn needed_later(batch: &Batch) -> u64 {
    let hashes = batch.fingerprints.len().max(batch.buckets.len());
    (hashes * size_of::<Key>()) as u64 + RESULT_BYTES * batch.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::DocumentRecord;

    /// 20 documents of 500 words each: 59 kB of words and hashes, and 17 kB of resident data.
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

    /// How many of twenty such batches stay in memory.
    #[derive(Debug)]
    struct InMemory {
        /// When all have been read.
        read: u64,
        /// When the budget has been enforced.
        enforced: u64,
    }

    /// Reads the batches. Each has 50 kB of input. `input_bytes`: the stated size of all inputs.
    fn in_memory(available: Option<u64>, input_bytes: Option<u64>) -> InMemory {
        let spill = Spill::new(None);
        let budget = MemoryBudget::with_available(available, input_bytes);
        let mut all = vec![batch(); 20];
        for batch in &mut all {
            let resident = budget.admit(batch, &spill).unwrap();
            budget.block_read(50_000, resident);
        }
        let mut corpus = Corpus::new(all, spill);
        let batches = |corpus: &Corpus| corpus.spillable_bytes() / batch().spillable_bytes();
        let read = batches(&corpus);
        budget.enforce(&mut corpus).unwrap();
        let enforced = batches(&corpus);
        InMemory { read, enforced }
    }

    const KNOWN: Option<u64> = Some(1_000_000);

    #[test]
    fn everything_stays_if_it_fits() {
        for available in [None, Some(1_600_000)] {
            let found = in_memory(available, KNOWN);
            assert_eq!((found.read, found.enforced), (20, 20));
        }
    }

    #[test]
    fn nothing_stays_if_resident_data_takes_the_whole_budget() {
        for inputs in [KNOWN, None] {
            assert_eq!(in_memory(Some(300_000), inputs).enforced, 0);
        }
    }

    #[test]
    fn the_forecast_is_respected_from_the_first_batch() {
        // 800 kB less 345 kB of resident data: room for seven batches.
        let found = in_memory(Some(800_000), KNOWN);
        assert_eq!((found.read, found.enforced), (7, 7));
    }

    #[test]
    fn less_of_a_stream_stays_than_of_files() {
        let found = in_memory(Some(800_000), None);
        assert_eq!(found.read, found.enforced);
        assert!((1..7).contains(&found.enforced), "{found:?}");
    }

    #[test]
    fn batches_are_spilled_later_if_the_forecast_was_too_low() {
        // As if the files had doubled while they were read.
        let found = in_memory(Some(800_000), Some(500_000));
        assert!(
            found.enforced > 0 && found.enforced < found.read,
            "{found:?}"
        );
    }

    /// The hashes of a site's paragraphs took memory that the budget did not know of.
    #[test]
    fn what_is_held_leaves_less_room_until_it_is_released() {
        let (spill, budget) = (
            Spill::new(None),
            MemoryBudget::with_available(Some(200_000), Some(1)),
        );
        let stays = || {
            let mut batch = batch();
            let resident = budget.admit(&mut batch, &spill).unwrap();
            let in_memory = batch.spillable_bytes();
            budget.release(resident, in_memory);
            in_memory > 0
        };
        assert!(stays());
        budget.hold(150_000);
        assert!(!stays());
        budget.release(150_000, 0);
        assert!(stays());
    }

    /// An archive is one block of many batches. A small file before it says little about how much of the archive
    /// has been read. The forecast once compared the two, and the whole archive was spilled although it fitted.
    #[test]
    fn batches_of_an_unfinished_block_do_not_raise_the_forecast() {
        let budget = MemoryBudget::with_available(Some(1_600_000), KNOWN);
        let (spill, mut small) = (Spill::new(None), batch());
        let resident = budget.admit(&mut small, &spill).unwrap();
        budget.block_read(1000, resident / 50);
        let mut archive = vec![batch(); 19];
        for part in &mut archive {
            budget.admit(part, &spill).unwrap();
            assert!(part.spillable_bytes() > 0);
        }
    }

    #[test]
    fn batches_are_spilled_once_the_number_of_pairs_is_known() {
        let in_memory = |memory: Option<u64>, pairs| {
            let mut corpus = Corpus::new(vec![batch(); 20], Spill::new(None));
            enforce_for_pairs(memory, &mut corpus, pairs).unwrap();
            corpus.spillable_bytes() / batch().spillable_bytes()
        };
        // Enough for the buffers of any number of threads.
        let memory = Some(1 << 40);
        assert_eq!(in_memory(memory, 0), 20);
        assert_eq!(in_memory(memory, 1 << 33), 0);
        assert_eq!(in_memory(None, usize::MAX >> 10), 20);
    }
}
