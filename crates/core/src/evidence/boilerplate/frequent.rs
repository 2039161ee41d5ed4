//! The fingerprints of a dictionary, numbered in the order of their hashes, with their holders.

use crate::candidates::Key;
use crate::candidates::key_table::KeyTable;
use crate::candidates::postings::posting_lists;
use crate::evidence::dictionary::Dictionary;
use crate::model::DocumentIndex;
use rayon::prelude::*;

/// The recurring fingerprints of a corpus with their holders.
pub(super) struct Frequent<'a> {
    runs: Vec<&'a [Key]>,
    numbers: KeyTable,
}

impl<'a> Frequent<'a> {
    /// `keys`: sorted by hash.
    pub(super) fn new(keys: &'a [Key], dictionary: &Dictionary) -> Self {
        let mut recurring = dictionary.entries().map(|entry| entry.0).peekable();
        let runs = posting_lists(keys).filter(|(hash, _)| {
            while recurring.next_if(|recurs| recurs < hash).is_some() {}
            recurring.peek() == Some(hash)
        });
        let (hashes, runs): (Vec<u64>, Vec<&[Key]>) = runs.unzip();
        Self {
            numbers: KeyTable::new(hashes.len(), hashes.into_iter().zip(0..)),
            runs,
        }
    }

    /// The number of recurring fingerprints.
    pub(super) fn len(&self) -> usize {
        self.runs.len()
    }

    /// The number of the recurring fingerprint with this hash.
    #[inline]
    pub(super) fn find(&self, hash: u64) -> Option<u32> {
        self.numbers.find(hash)
    }

    /// The keys of the documents that hold a fingerprint.
    pub(super) fn holders(&self, number: u32) -> &'a [Key] {
        self.runs.get(number as usize).copied().unwrap_or_default()
    }

    /// The keys of each recurring fingerprint.
    pub(super) fn runs(&self) -> &[&'a [Key]] {
        &self.runs
    }

    /// The documents that hold a recurring fingerprint, sorted.
    pub(super) fn carriers(&self) -> Vec<DocumentIndex> {
        sorted(self.runs.iter().copied().flatten().map(|k| k.document()))
    }
}

/// The documents, sorted, without repetitions.
pub(super) fn sorted(documents: impl Iterator<Item = DocumentIndex>) -> Vec<DocumentIndex> {
    let mut documents: Vec<DocumentIndex> = documents.collect();
    documents.par_sort_unstable();
    documents.dedup();
    documents
}
