//! The documents of a run, in memory: words as ids, their byte ranges packed, and metadata, in arenas
//! of a few megabytes, one for each block that was read.

use crate::model::{Dateline, DocumentIndex, Passage, Span};
use crate::source::Place;
use crate::text::layout;
use jiff::Timestamp;
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
    /// Fingerprint hashes; emptied once they have become keys.
    pub fingerprints: Vec<u64>,
    /// Bucket hashes; emptied once they have become keys.
    pub buckets: Vec<u64>,
}

/// All documents, in reading order.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    batches: Vec<Batch>,
    /// Batch and place in it, by document.
    places: Vec<(u32, u32)>,
}

impl Corpus {
    /// The corpus of these batches, in their order.
    #[must_use]
    pub fn new(batches: Vec<Batch>) -> Self {
        let places = (0u32..)
            .zip(&batches)
            .flat_map(|(b, batch)| (0..batch.documents.len() as u32).map(move |d| (b, d)))
            .collect();
        Self { batches, places }
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

    /// A document's word ids.
    #[must_use]
    pub fn words(&self, document: DocumentIndex) -> &[u32] {
        &self.batch(document).words[self.record(document).words.clone()]
    }

    /// The hashes of a document's fingerprints.
    #[must_use]
    pub fn fingerprints(&self, document: DocumentIndex) -> &[u64] {
        &self.batch(document).fingerprints[self.record(document).fingerprints.clone()]
    }

    /// The hashes of a document's LSH buckets.
    #[must_use]
    pub fn buckets(&self, document: DocumentIndex) -> &[u64] {
        &self.batch(document).buckets[self.record(document).buckets.clone()]
    }

    /// Frees the hashes, which stand in keys by now.
    pub fn drop_hashes(&mut self) {
        for batch in &mut self.batches {
            batch.fingerprints = Vec::new();
            batch.buckets = Vec::new();
        }
    }

    /// Where passages stand in a document's text. Time linear in the document's words.
    #[must_use]
    pub fn spans(&self, document: DocumentIndex, passages: &[Passage]) -> Vec<Span> {
        let packed = &self.batch(document).layout[self.record(document).layout.clone()];
        let words: Vec<Span> = layout::spans(packed).collect();
        let span = |p: &Passage| {
            let first = words.get(p.begin as usize)?;
            let last = words.get((p.end as usize).checked_sub(1)?)?;
            Some(Span {
                begin: first.begin,
                end: last.end,
            })
        };
        passages.iter().filter_map(span).collect()
    }
}
