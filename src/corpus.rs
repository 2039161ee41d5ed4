//! The documents of a run, in memory: words as ids, their byte ranges packed, and metadata, in arenas
//! of a few megabytes, one for each block that was read.

mod batch;
mod record;

use crate::spill::{Spill, SpillError};
use batch::Ranges;
use dedupe_core::model::{DocumentIndex, Passage, Span};
use dedupe_core::text::offsets;
use dedupe_formats::Location;
use jiff::Timestamp;
use rayon::prelude::*;
use std::borrow::Cow;

pub use batch::Batch;
pub use record::DocumentRecord;

/// All documents, in reading order.
#[derive(Debug)]
pub struct Corpus {
    spill: Spill,
    batches: Vec<Batch>,
    /// By batch: its first document.
    firsts: Vec<DocumentIndex>,
    /// Batch and place in it, by document.
    places: Vec<(u32, u32)>,
}

impl Corpus {
    /// The corpus of these batches, in their order; some of them may stand in the temporary file.
    #[must_use]
    pub fn new(batches: Vec<Batch>, spill: Spill) -> Self {
        let places = (0u32..)
            .zip(&batches)
            .flat_map(|(b, batch)| (0..batch.len() as u32).map(move |d| (b, d)))
            .collect();
        let firsts = batches.iter().scan(0, |next, batch| {
            let first = *next;
            *next += batch.len() as u32;
            Some(DocumentIndex(first))
        });
        Self {
            firsts: firsts.collect(),
            spill,
            batches,
            places,
        }
    }

    /// Number of documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// True for a corpus without documents.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Bytes of all texts.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.batches.iter().map(Batch::text_bytes).sum()
    }

    /// All indices, in order.
    pub fn indices(&self) -> impl Iterator<Item = DocumentIndex> + Clone + use<> {
        (0..self.places.len() as u32).map(DocumentIndex)
    }

    /// All indices, in order, for many threads.
    pub fn par_indices(&self) -> impl IndexedParallelIterator<Item = DocumentIndex> + use<> {
        let documents = 0..self.places.len() as u32;
        documents.into_par_iter().map(DocumentIndex)
    }

    /// The batch of a document, and its place in there.
    fn find(&self, document: DocumentIndex) -> (&Batch, usize) {
        let (batch, at) = self.places[document.index()];
        (&self.batches[batch as usize], at as usize)
    }

    /// The batch of a document, and what it has there.
    fn ranges(&self, document: DocumentIndex) -> (&Batch, Ranges) {
        let (batch, at) = self.find(document);
        (batch, batch.ranges(at))
    }

    /// A document's record. Time linear in its texts.
    #[must_use]
    pub fn record(&self, document: DocumentIndex) -> DocumentRecord<'_> {
        let (batch, at) = self.find(document);
        batch.record(at)
    }

    /// A document's id.
    #[must_use]
    pub fn id(&self, document: DocumentIndex) -> &str {
        let (batch, at) = self.find(document);
        batch.id(at)
    }

    /// A document's headline.
    #[must_use]
    pub fn title(&self, document: DocumentIndex) -> Option<&str> {
        let (batch, at) = self.find(document);
        batch.title(at)
    }

    /// When a document was published; see [`DocumentRecord::published`].
    #[must_use]
    pub fn published(&self, document: DocumentIndex) -> Option<Timestamp> {
        let (batch, at) = self.find(document);
        batch.published(at)
    }

    /// Where a document was read from.
    #[must_use]
    pub fn place(&self, document: DocumentIndex) -> Location {
        let (batch, at) = self.find(document);
        batch.place(at)
    }

    /// The digest of a document's words; see [`DocumentRecord::digest`].
    #[must_use]
    pub fn digest(&self, document: DocumentIndex) -> u128 {
        let (batch, at) = self.find(document);
        batch.digest(at)
    }

    /// Gives a document another id.
    pub fn rename(&mut self, document: DocumentIndex, id: &str) {
        let (batch, at) = self.places[document.index()];
        self.batches[batch as usize].rename(at as usize, id);
    }

    /// Whether the temporary file did what it should so far.
    ///
    /// # Errors
    ///
    /// Its first failure.
    pub fn check(&self) -> Result<(), SpillError> {
        self.spill.check()
    }

    /// A document's word ids.
    #[must_use]
    pub fn words(&self, document: DocumentIndex) -> Cow<'_, [u32]> {
        let (batch, ranges) = self.ranges(document);
        batch.words(ranges.words, &self.spill)
    }

    /// Number of a document's words.
    #[must_use]
    pub fn word_count(&self, document: DocumentIndex) -> u32 {
        self.ranges(document).1.words.len() as u32
    }

    /// Number of a document's fingerprints.
    #[must_use]
    pub fn fingerprint_count(&self, document: DocumentIndex) -> u32 {
        self.ranges(document).1.fingerprints.len() as u32
    }

    /// A document's fingerprints, in order, with the word at which each begins.
    pub fn placed_fingerprints(
        &self,
        document: DocumentIndex,
    ) -> impl Iterator<Item = (u32, u64)> + '_ {
        let (batch, Ranges { fingerprints, .. }) = self.ranges(document);
        let steps = batch.steps(fingerprints.clone(), &self.spill);
        let hashes = batch.fingerprints(fingerprints, &self.spill);
        let mut at = 0;
        (0..hashes.len()).map(move |k| {
            at += u32::from(steps[k]);
            (at, hashes[k])
        })
    }

    /// Number of batches, which hold the documents in their order.
    #[must_use]
    pub fn batch_count(&self) -> usize {
        self.batches.len()
    }

    /// Calls `visit` with each document of a batch and the hashes of its fingerprints. What stands in the
    /// temporary file is read at once.
    pub fn visit_fingerprints(&self, batch: usize, visit: impl FnMut(DocumentIndex, &[u64])) {
        let of_batch = &self.batches[batch];
        let hashes = of_batch.fingerprints(of_batch.all().fingerprints, &self.spill);
        self.visit(batch, |ranges| &hashes[ranges.fingerprints], visit);
    }

    /// Calls `visit` with each document of a batch and the hashes of its LSH buckets, in the same way.
    pub fn visit_buckets(&self, batch: usize, visit: impl FnMut(DocumentIndex, &[u64])) {
        let of_batch = &self.batches[batch];
        let hashes = of_batch.buckets(of_batch.all().buckets, &self.spill);
        self.visit(batch, |ranges| &hashes[ranges.buckets], visit);
    }

    fn visit<'h>(
        &self,
        batch: usize,
        hashes: impl Fn(Ranges) -> &'h [u64],
        mut visit: impl FnMut(DocumentIndex, &[u64]),
    ) {
        let (first, batch) = (self.firsts[batch], &self.batches[batch]);
        let documents = (first.0..).map(DocumentIndex);
        for (at, document) in (0..batch.len()).zip(documents) {
            visit(document, hashes(batch.ranges(at)));
        }
    }

    /// Frees the hashes of the buckets, which stand in keys by now.
    pub fn drop_buckets(&mut self) {
        for batch in &mut self.batches {
            batch.buckets = Vec::new();
        }
    }

    /// Bytes of words and hashes that are in memory.
    #[must_use]
    pub fn movable_bytes(&self) -> u64 {
        self.batches.iter().map(Batch::movable_bytes).sum()
    }

    /// Bytes of what stays in memory.
    #[must_use]
    pub fn fixed_bytes(&self) -> u64 {
        let places = size_of_val(&self.places[..]) as u64;
        places + self.batches.iter().map(Batch::fixed_bytes).sum::<u64>()
    }

    /// Moves words and hashes of at least so many bytes, if there are, to the temporary file: those of the last
    /// batches.
    pub fn move_out(&mut self, bytes: u64) {
        let (spill, mut left) = (&self.spill, bytes);
        let mut leaving = vec![];
        for batch in self.batches.iter_mut().rev() {
            let movable = batch.movable_bytes();
            if left > 0 && movable > 0 {
                left = left.saturating_sub(movable);
                leaving.push(batch);
            }
        }
        let leaving = leaving.into_par_iter();
        leaving.for_each(|batch| batch.move_to(spill));
    }

    /// Where passages stand in a document's text; those that are empty or beyond its words stand nowhere.
    /// Time linear in the document's words, memory in the passages.
    #[must_use]
    pub fn spans(&self, document: DocumentIndex, passages: &[Passage]) -> Vec<Span> {
        let (batch, ranges) = self.ranges(document);
        let packed = batch.offsets(ranges.offsets, &self.spill);
        let are_in_order = passages.is_sorted_by(|a, b| a.begin.max(a.end) <= b.begin);
        match are_in_order {
            true => spans_in_order(&packed, passages),
            false => spans_in_any_order(&packed, passages),
        }
    }
}

/// The spans of passages none of which begins before the one before it begins or ends.
fn spans_in_order(packed: &[u8], passages: &[Passage]) -> Vec<Span> {
    let (mut words, mut passed) = (offsets::spans(packed), 0);
    let mut word = |at: u32| {
        let skipped = at.checked_sub(passed)?;
        passed = at + 1;
        words.nth(skipped as usize)
    };
    let whole = passages.iter().filter(|p| p.begin < p.end);
    let spans = whole.map_while(|p| {
        let first = word(p.begin)?;
        let last = match p.len() {
            1 => first,
            _ => word(p.end - 1)?,
        };
        Some(Span {
            begin: first.begin,
            end: last.end,
        })
    });
    spans.collect()
}

fn spans_in_any_order(packed: &[u8], passages: &[Passage]) -> Vec<Span> {
    let whole = passages.iter().filter(|p| p.begin < p.end);
    let mut sorted: Vec<Passage> = (whole.clone())
        .flat_map(|p| [p.begin, p.end - 1])
        .map(|word| Passage {
            begin: word,
            end: word + 1,
        })
        .collect();
    sorted.sort_unstable();
    sorted.dedup();
    let found = spans_in_order(packed, &sorted);
    let word = |word: u32| found.get(sorted.binary_search_by_key(&word, |p| p.begin).ok()?);
    let span = |p: &Passage| {
        Some(Span {
            begin: word(p.begin)?.begin,
            end: word(p.end.checked_sub(1)?)?.end,
        })
    };
    whole.filter_map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dedupe_core::text;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spans_are_the_same_in_any_order(
            mut passages in prop::collection::vec((0u32..30, 0u32..30), 0..12),
            is_in_order in any::<bool>(),
        ) {
            let text = "One word after the other, of which some are long, and none is missing. ".repeat(2);
            let (mut ids, mut packed) = (vec![], vec![]);
            text::scan(&text, &mut ids, &mut packed);
            if is_in_order {
                // What follows begins where the one before ends, or farther on.
                let mut end = 0;
                for (begin, length) in &mut passages {
                    (*begin, *length) = (end + *begin % 5, end + *begin % 5 + *length % 5);
                    end = *length;
                }
            }
            let passages: Vec<Passage> = passages
                .into_iter()
                .map(|(begin, end)| Passage { begin, end })
                .collect();
            let words: Vec<Span> = offsets::spans(&packed).collect();
            let slow: Vec<Span> = passages
                .iter()
                .filter(|p| p.begin < p.end && (p.end as usize) <= words.len())
                .map(|p| Span {
                    begin: words[p.begin as usize].begin,
                    end: words[p.end as usize - 1].end,
                })
                .collect();
            prop_assert_eq!(&spans_in_any_order(&packed, &passages), &slow);
            if is_in_order {
                prop_assert_eq!(spans_in_order(&packed, &passages), slow);
            }
        }
    }
}
