//! The documents of a run, in memory: words as ids, their byte ranges packed, and metadata, in arenas
//! of a few megabytes, one for each block that was read.

use crate::model::{Dateline, DocumentIndex, Passage, Span};
use crate::source::Place;
use crate::spill::{Pod, Spill, SpillError};
use crate::text::layout;
use jiff::Timestamp;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// One document without its words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The record's own id; set to the document's unique id when the corpus is complete.
    pub id: Option<Box<str>>,
    /// Headline.
    pub title: Option<Box<str>>,
    /// Publisher or site.
    pub source: Option<Box<str>>,
    /// Date of publication, as given.
    pub date: Option<Box<str>>,
    /// Address.
    pub url: Option<Box<str>>,
    /// Who wrote it, as given.
    pub byline: Option<Box<str>>,
    /// Language, as given.
    pub language: Option<Box<str>>,
    /// When it was published: what `date` means, else the day of its dateline.
    pub published: Option<Timestamp>,
    /// What it says of how it travelled; few documents that are no agency's say anything.
    pub wire: Option<Box<Wire>>,
    /// The path of the archive's member that it was read from; none for a file.
    pub member: Option<Arc<str>>,
    /// Where it was read from.
    pub place: Place,
    /// Bytes of its text.
    pub bytes: u64,
    /// XXH3-128 of its word ids: equal for documents with the same words all through.
    pub digest: u128,
    /// Its words in the batch.
    pub words: Range<usize>,
    /// Their byte ranges in the batch.
    pub layout: Range<usize>,
    /// Its fingerprints in the batch.
    pub fingerprints: Range<usize>,
    /// Its LSH buckets in the batch.
    pub buckets: Range<usize>,
}

/// What a document says of how it travelled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// The agency that it credits.
    pub credit: Option<Box<str>>,
    /// Place and day at the head of its text.
    pub dateline: Option<Dateline>,
    /// Its version, as its publisher counts.
    pub version: Option<Box<str>>,
    /// Whether it may be published.
    pub status: Option<Box<str>>,
}

/// The documents of one block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// In the order of the block.
    pub documents: Vec<Record>,
    /// Word ids of all of them.
    pub words: Vec<u32>,
    /// Packed byte ranges of the words.
    pub layout: Vec<u8>,
    /// Fingerprint hashes.
    pub fingerprints: Vec<u64>,
    /// Words from each fingerprint to the next: where a document's first one begins, then how far on
    /// each other one does.
    pub steps: Vec<u8>,
    /// Bucket hashes; emptied once they have become keys.
    pub buckets: Vec<u64>,
    /// Where the arrays above stand in the temporary file, where they were moved there.
    away: Option<Away>,
}

/// Places in the temporary file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Away {
    words: u64,
    layout: u64,
    fingerprints: u64,
    steps: u64,
}

impl Batch {
    /// Bytes that its arrays take, but for the buckets, which are freed soon.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let bytes = size_of_val(&self.words[..])
            + size_of_val(&self.layout[..])
            + size_of_val(&self.fingerprints[..])
            + size_of_val(&self.steps[..]);
        bytes as u64
    }

    /// What it holds, in arrays of just the size; its own are emptied, and keep their room.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let documents = std::mem::take(&mut self.documents).into_boxed_slice();
        let exact = Self {
            documents: documents.into_vec(),
            words: self.words.clone(),
            layout: self.layout.clone(),
            fingerprints: self.fingerprints.clone(),
            steps: self.steps.clone(),
            buckets: self.buckets.clone(),
            away: None,
        };
        self.words.clear();
        self.layout.clear();
        self.fingerprints.clear();
        self.steps.clear();
        self.buckets.clear();
        exact
    }

    /// Moves its arrays to the temporary file.
    pub fn move_to(&mut self, spill: &Spill) {
        self.away = Some(Away {
            words: spill.write(&self.words),
            layout: spill.write(&self.layout),
            fingerprints: spill.write(&self.fingerprints),
            steps: spill.write(&self.steps),
        });
        self.words = Vec::new();
        self.layout = Vec::new();
        self.fingerprints = Vec::new();
        self.steps = Vec::new();
    }
}

/// The values of a range: borrowed from memory, or read from where they stand in the temporary file.
fn values<'a, T: Pod>(
    held: &'a [T],
    range: &Range<usize>,
    away: Option<u64>,
    spill: &Spill,
) -> Cow<'a, [T]> {
    match away {
        None => Cow::Borrowed(&held[range.clone()]),
        Some(at) => {
            let first = at + (range.start * size_of::<T>()) as u64;
            Cow::Owned(spill.read(first, range.len()))
        }
    }
}

/// All documents, in reading order.
#[derive(Debug)]
pub struct Corpus {
    spill: Spill,
    batches: Vec<Batch>,
    /// Batch and place in it, by document.
    places: Vec<(u32, u32)>,
}

impl Corpus {
    /// The corpus of these batches, in their order; some of them may stand in the temporary file.
    #[must_use]
    pub fn new(batches: Vec<Batch>, spill: Spill) -> Self {
        let places = (0u32..)
            .zip(&batches)
            .flat_map(|(b, batch)| (0..batch.documents.len() as u32).map(move |d| (b, d)))
            .collect();
        Self {
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
        let documents = self.batches.iter().flat_map(|b| &b.documents);
        documents.map(|d| d.bytes).sum()
    }

    /// All indices, in order.
    pub fn indices(&self) -> impl Iterator<Item = DocumentIndex> + Clone + use<> {
        (0..self.places.len() as u32).map(DocumentIndex)
    }

    fn batch(&self, document: DocumentIndex) -> &Batch {
        &self.batches[self.places[document.at()].0 as usize]
    }

    /// A document's record.
    #[must_use]
    pub fn record(&self, document: DocumentIndex) -> &Record {
        &self.batch(document).documents[self.places[document.at()].1 as usize]
    }

    /// A document's record, to be changed.
    pub fn record_mut(&mut self, document: DocumentIndex) -> &mut Record {
        let (batch, place) = self.places[document.at()];
        &mut self.batches[batch as usize].documents[place as usize]
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
        let (batch, range) = (self.batch(document), &self.record(document).words);
        values(
            &batch.words,
            range,
            batch.away.map(|a| a.words),
            &self.spill,
        )
    }

    /// Number of a document's words.
    #[must_use]
    pub fn word_count(&self, document: DocumentIndex) -> u32 {
        self.record(document).words.len() as u32
    }

    /// The hashes of a document's fingerprints.
    #[must_use]
    pub fn fingerprints(&self, document: DocumentIndex) -> Cow<'_, [u64]> {
        let (batch, range) = (self.batch(document), &self.record(document).fingerprints);
        let away = batch.away.map(|a| a.fingerprints);
        values(&batch.fingerprints, range, away, &self.spill)
    }

    /// Number of a document's fingerprints.
    #[must_use]
    pub fn fingerprint_count(&self, document: DocumentIndex) -> u32 {
        self.record(document).fingerprints.len() as u32
    }

    /// A document's fingerprints, in order, with the word at which each begins.
    pub fn placed_fingerprints(
        &self,
        document: DocumentIndex,
    ) -> impl Iterator<Item = (u32, u64)> + '_ {
        let (batch, range) = (self.batch(document), &self.record(document).fingerprints);
        let steps = values(
            &batch.steps,
            range,
            batch.away.map(|a| a.steps),
            &self.spill,
        );
        let hashes = self.fingerprints(document);
        let mut at = 0;
        (0..range.len()).map(move |k| {
            at += u32::from(steps[k]);
            (at, hashes[k])
        })
    }

    /// The hashes of a document's LSH buckets.
    #[must_use]
    pub fn buckets(&self, document: DocumentIndex) -> &[u64] {
        &self.batch(document).buckets[self.record(document).buckets.clone()]
    }

    /// Frees the hashes of the buckets, which stand in keys by now.
    pub fn drop_buckets(&mut self) {
        for batch in &mut self.batches {
            batch.buckets = Vec::new();
        }
    }

    /// Where passages stand in a document's text; those that are empty or beyond its words stand nowhere.
    /// Time linear in the document's words, memory in the passages.
    #[must_use]
    pub fn spans(&self, document: DocumentIndex, passages: &[Passage]) -> Vec<Span> {
        let (batch, range) = (self.batch(document), &self.record(document).layout);
        let packed = values(
            &batch.layout,
            range,
            batch.away.map(|a| a.layout),
            &self.spill,
        );
        let mut wanted: Vec<u32> = (passages.iter())
            .filter(|p| p.begin < p.end)
            .flat_map(|p| [p.begin, p.end - 1])
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let (mut words, mut passed) = (layout::spans(&packed), 0);
        let found: Vec<Span> = (wanted.iter())
            .map_while(|&word| {
                let skipped = word - passed;
                passed = word + 1;
                words.nth(skipped as usize)
            })
            .collect();
        let word = |word: u32| found.get(wanted.binary_search(&word).ok()?);
        let span = |p: &Passage| {
            Some(Span {
                begin: word(p.begin)?.begin,
                end: word(p.end.checked_sub(1)?)?.end,
            })
        };
        passages.iter().filter_map(span).collect()
    }
}
