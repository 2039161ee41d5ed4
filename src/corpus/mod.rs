//! All documents of a run: word ids, packed byte ranges of the words, hashes and metadata.
//!
//! Documents are kept in batches of a few megabytes, one for each block that was read. Words and hashes of a batch
//! are either in memory or in the spill file; callers do not see the difference, apart from the error.

mod batch;
#[cfg(test)]
pub(crate) mod faults;
pub(crate) mod memory_budget;
mod record;
mod spans;
mod spill;
mod text_digest;

use batch::ColumnRanges;
use dedupe_core::model::{DocumentIndex, Passage, Span};
use dedupe_core::text::landmarks::Landmarks;
use dedupe_formats::Location;
use jiff::Timestamp;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use batch::Batch;
pub use record::STATED;
pub(crate) use record::{DocumentRecord, SOURCE};
pub(crate) use spans::spans_of;
pub(crate) use spill::Spill;
pub use spill::SpillError;
pub(crate) use text_digest::TextDigest;

/// Words from which a document is long: its passages are found from landmarks, not from its beginning.
const LONG: u32 = 1 << 13;

/// All documents. They are numbered in reading order until [`Corpus::renumber`] gives them another one.
#[derive(Debug)]
pub(crate) struct Corpus {
    spill: Spill,
    batches: Vec<Batch>,
    /// By batch: how many documents were read before it.
    firsts: Vec<usize>,
    /// The documents in reading order.
    in_reading_order: Vec<DocumentIndex>,
    /// By document.
    positions: Vec<Position>,
    /// Of long documents that were asked for passages, by batch and index there.
    landmarks: Mutex<HashMap<(u32, u32), Arc<Landmarks>>>,
}

/// Where a document is, with the numbers that every look at one of its pairs needs.
#[derive(Clone, Copy, Debug)]
struct Position {
    batch: u32,
    /// Its index in the batch.
    at: u32,
    /// Number of its words.
    words: u32,
    /// Number of its fingerprints.
    fingerprints: u32,
}

impl Corpus {
    /// A corpus of these batches, in their order. Some of them may have been moved to `spill`.
    #[must_use]
    pub(crate) fn new(batches: Vec<Batch>, spill: Spill) -> Self {
        let positions: Vec<Position> = (0..)
            .zip(&batches)
            .flat_map(|(number, batch)| batch_positions(number, batch))
            .collect();
        let firsts = batches.iter().scan(0, |next, batch| {
            let first = *next;
            *next += batch.len();
            Some(first)
        });
        Self {
            firsts: firsts.collect(),
            in_reading_order: (0..positions.len() as u32).map(DocumentIndex).collect(),
            spill,
            batches,
            positions,
            landmarks: Mutex::default(),
        }
    }

    /// Numbers the documents anew: the first of `order` becomes document 0. `order` holds each document once.
    pub(crate) fn renumber(&mut self, order: &[DocumentIndex]) {
        debug_assert_eq!(order.len(), self.len());
        let mut renumbered = vec![DocumentIndex(0); order.len()];
        for (new, old) in (0..).map(DocumentIndex).zip(order) {
            renumbered[old.index()] = new;
        }
        self.positions = order
            .iter()
            .map(|old| self.positions[old.index()])
            .collect();
        for document in &mut self.in_reading_order {
            *document = renumbered[document.index()];
        }
    }

    /// Adds the documents of another corpus, none of which is in a spill file, with the last numbers. `inputs`: how many
    /// inputs precede theirs.
    #[cfg(feature = "index")]
    pub(crate) fn append(&mut self, other: Self, inputs: u32) {
        let (documents, batches) = (self.len() as u32, self.batches.len() as u32);
        let read_before = self.len();
        self.firsts
            .extend(other.firsts.iter().map(|first| read_before + first));
        let renumbered = other
            .in_reading_order
            .iter()
            .map(|d| DocumentIndex(documents + d.0));
        self.in_reading_order.extend(renumbered);
        let positions = other.positions.iter().map(|position| Position {
            batch: batches + position.batch,
            ..*position
        });
        self.positions.extend(positions);
        self.batches
            .extend(other.batches.into_iter().map(|mut batch| {
                batch.shift_inputs(inputs);
                batch
            }));
    }

    /// The documents in the order in which they were read.
    pub(crate) fn in_reading_order(&self) -> &[DocumentIndex] {
        &self.in_reading_order
    }

    /// Number of documents.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.positions.len()
    }

    /// Bytes of all texts.
    #[must_use]
    pub(crate) fn bytes(&self) -> u64 {
        self.batches.iter().map(Batch::text_bytes).sum()
    }

    /// All indices, in order.
    pub(crate) fn indices(&self) -> impl Iterator<Item = DocumentIndex> + Clone + use<> {
        (0..self.positions.len() as u32).map(DocumentIndex)
    }

    /// All indices, in order, as a parallel iterator.
    pub(crate) fn par_indices(&self) -> impl IndexedParallelIterator<Item = DocumentIndex> + use<> {
        let documents = 0..self.positions.len() as u32;
        documents.into_par_iter().map(DocumentIndex)
    }

    /// The batch of a document, and its index there.
    fn find(&self, document: DocumentIndex) -> (&Batch, usize) {
        let Position { batch, at, .. } = self.positions[document.index()];
        (&self.batches[batch as usize], at as usize)
    }

    /// The batch of a document, and the document's column ranges.
    fn ranges(&self, document: DocumentIndex) -> (&Batch, ColumnRanges) {
        let (batch, at) = self.find(document);
        (batch, batch.ranges(at))
    }

    /// A document's record. Time linear in its strings.
    #[must_use]
    pub(crate) fn record(&self, document: DocumentIndex) -> DocumentRecord<'_> {
        let (batch, at) = self.find(document);
        batch.record(at)
    }

    /// A document's id.
    #[must_use]
    pub(crate) fn id(&self, document: DocumentIndex) -> &str {
        let (batch, at) = self.find(document);
        batch.id(at)
    }

    /// A document's title.
    #[must_use]
    pub(crate) fn title(&self, document: DocumentIndex) -> Option<&str> {
        let (batch, at) = self.find(document);
        batch.title(at)
    }

    /// When a document was published; see [`DocumentRecord::published`].
    #[must_use]
    pub(crate) fn published(&self, document: DocumentIndex) -> Option<Timestamp> {
        let (batch, at) = self.find(document);
        batch.published(at)
    }

    /// Where a document was read from.
    #[must_use]
    pub(crate) fn location(&self, document: DocumentIndex) -> Location {
        let (batch, at) = self.find(document);
        batch.location(at)
    }

    /// The digest of a document's text.
    #[must_use]
    pub(crate) fn text(&self, document: DocumentIndex) -> TextDigest {
        let (batch, at) = self.find(document);
        batch.text(at)
    }

    /// The digest of a document's words; see [`DocumentRecord::digest`].
    #[must_use]
    pub(crate) fn digest(&self, document: DocumentIndex) -> u128 {
        let (batch, at) = self.find(document);
        batch.digest(at)
    }

    /// Replaces the id of a document.
    pub(crate) fn rename(&mut self, document: DocumentIndex, id: &str) {
        let Position { batch, at, .. } = self.positions[document.index()];
        self.batches[batch as usize].rename(at as usize, id);
    }

    /// A document's word ids.
    ///
    /// # Errors
    ///
    /// The spill file could not be read.
    pub(crate) fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, SpillError> {
        let (batch, ranges) = self.ranges(document);
        batch.words(ranges.words, &self.spill)
    }

    /// Number of a document's words.
    #[must_use]
    pub(crate) fn word_count(&self, document: DocumentIndex) -> u32 {
        self.positions[document.index()].words
    }

    /// Number of a document's fingerprints.
    #[must_use]
    pub(crate) fn fingerprint_count(&self, document: DocumentIndex) -> u32 {
        self.positions[document.index()].fingerprints
    }

    /// A document's fingerprints in order: the word at which each begins, and its hash.
    ///
    /// # Errors
    ///
    /// The spill file could not be read.
    pub(crate) fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, SpillError> {
        let (batch, ColumnRanges { fingerprints, .. }) = self.ranges(document);
        let steps = batch.steps(fingerprints.clone(), &self.spill)?;
        let hashes = batch.fingerprints(fingerprints, &self.spill)?;
        let mut at = 0;
        Ok((0..hashes.len()).map(move |k| {
            at += u32::from(steps[k]);
            (at, hashes[k])
        }))
    }

    /// Number of batches. They hold the documents in order.
    #[must_use]
    pub(crate) fn batch_count(&self) -> usize {
        self.batches.len()
    }

    /// Calls `visit` with each document of a batch and its fingerprint hashes. Reads the spill file once.
    ///
    /// # Errors
    ///
    /// The spill file could not be read.
    pub(crate) fn visit_fingerprints(
        &self,
        batch: usize,
        visit: impl FnMut(DocumentIndex, &[u64]),
    ) -> Result<(), SpillError> {
        let columns = &self.batches[batch];
        let hashes = columns.fingerprints(columns.all_ranges().fingerprints, &self.spill)?;
        self.visit(batch, |ranges| &hashes[ranges.fingerprints], visit);
        Ok(())
    }

    /// Calls `visit` with each document of a batch and its LSH bucket hashes. Reads the spill file once.
    ///
    /// # Errors
    ///
    /// The spill file could not be read.
    pub(crate) fn visit_buckets(
        &self,
        batch: usize,
        visit: impl FnMut(DocumentIndex, &[u64]),
    ) -> Result<(), SpillError> {
        let columns = &self.batches[batch];
        let hashes = columns.buckets(columns.all_ranges().buckets, &self.spill)?;
        self.visit(batch, |ranges| &hashes[ranges.buckets], visit);
        Ok(())
    }

    fn visit<'h>(
        &self,
        batch: usize,
        hashes: impl Fn(ColumnRanges) -> &'h [u64],
        mut visit: impl FnMut(DocumentIndex, &[u64]),
    ) {
        let (first, batch) = (self.firsts[batch], &self.batches[batch]);
        let documents = self.in_reading_order.iter().skip(first);
        for (at, document) in (0..batch.len()).zip(documents) {
            visit(*document, hashes(batch.ranges(at)));
        }
    }

    /// Frees the LSH bucket hashes. Candidate search is the only stage that needs them.
    pub(crate) fn drop_buckets(&mut self) {
        for batch in &mut self.batches {
            batch.buckets = Vec::new();
        }
    }

    /// Frees the words and hashes. Only the records are needed from now on.
    #[cfg(feature = "index")]
    pub(crate) fn drop_words(&mut self) {
        for batch in &mut self.batches {
            batch.drop_words();
        }
    }

    /// Bytes of words and hashes that are in memory.
    #[must_use]
    pub(crate) fn spillable_bytes(&self) -> u64 {
        self.batches.iter().map(Batch::spillable_bytes).sum()
    }

    /// Bytes that always stay in memory.
    #[must_use]
    pub(crate) fn resident_bytes(&self) -> u64 {
        let positions = size_of_val(&self.positions[..]) + size_of_val(&self.in_reading_order[..]);
        positions as u64 + self.batches.iter().map(Batch::resident_bytes).sum::<u64>()
    }

    /// Moves words and hashes of at least `bytes` to the spill file, or all of them if there are fewer. The last
    /// batches go first.
    ///
    /// # Errors
    ///
    /// The spill file could not be written.
    pub(crate) fn spill(&mut self, bytes: u64) -> Result<(), SpillError> {
        let (spill, mut left) = (&self.spill, bytes);
        let mut leaving = vec![];
        for batch in self.batches.iter_mut().rev() {
            let spillable = batch.spillable_bytes();
            if left > 0 && spillable > 0 {
                left = left.saturating_sub(spillable);
                leaving.push(batch);
            }
        }
        leaving
            .into_par_iter()
            .try_for_each(|batch| batch.spill_to(spill))
    }

    /// The byte spans of passages in a document's text. Passages that are empty or go beyond the last word have
    /// none and are left out.
    ///
    /// Time linear in the document's words. For a long document, only the first time, and then in the words of the passages.
    /// Memory linear in the passages.
    ///
    /// # Errors
    ///
    /// The spill file could not be read.
    pub(crate) fn spans(
        &self,
        document: DocumentIndex,
        passages: &[Passage],
    ) -> Result<Vec<Span>, SpillError> {
        let (batch, ranges) = self.ranges(document);
        let read = |offsets| batch.offsets(offsets, &self.spill);
        if self.word_count(document) < LONG {
            return Ok(spans_of(&read(ranges.offsets)?, passages));
        }
        let begin = ranges.offsets.start;
        let landmarks = self.landmarks(document)?;
        spans::spans_of_long(&landmarks, passages, |part| {
            read(begin + part.start..begin + part.end)
        })
    }

    /// The landmarks of a long document.
    fn landmarks(&self, document: DocumentIndex) -> Result<Arc<Landmarks>, SpillError> {
        let Position { batch, at, .. } = self.positions[document.index()];
        let place = (batch, at);
        let known = || {
            self.landmarks
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(found) = known().get(&place) {
            return Ok(Arc::clone(found));
        }
        let (batch, ranges) = self.ranges(document);
        let landmarks = Landmarks::new(&batch.offsets(ranges.offsets, &self.spill)?);
        let landmarks = Arc::new(landmarks);
        known().insert(place, Arc::clone(&landmarks));
        Ok(landmarks)
    }
}

/// The positions of the documents of a batch. `number`: that of the batch.
fn batch_positions(number: u32, batch: &Batch) -> impl Iterator<Item = Position> + '_ {
    (0..batch.len() as u32).map(move |at| {
        let ranges = batch.ranges(at as usize);
        Position {
            batch: number,
            at,
            words: ranges.words.len() as u32,
            fingerprints: ranges.fingerprints.len() as u32,
        }
    })
}
