//! The documents of a corpus, as boilerplate learning reads them.

use crate::corpus::{Corpus, SpillError};
use crate::reading::publishers::Publishers;
use dedupe_core::model::DocumentIndex;
use dedupe_core::verify::boilerplate::{DocumentSource, SOURCE_SHARE};
use std::borrow::Cow;

/// The input of boilerplate learning.
pub(super) struct BoilerplateInput<'a> {
    pub(super) corpus: &'a Corpus,
    /// By document: its number of fingerprints.
    pub(super) fingerprint_counts: &'a [u32],
    pub(super) publishers: &'a Publishers,
}

impl DocumentSource for BoilerplateInput<'_> {
    type Error = SpillError;

    fn source(&self, document: DocumentIndex) -> u32 {
        self.publishers.number(document)
    }

    fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, SpillError> {
        self.corpus.words(document)
    }

    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, SpillError> {
        self.corpus.fingerprints(document)
    }

    fn word_count(&self, document: DocumentIndex) -> u32 {
        self.corpus.word_count(document)
    }

    fn fingerprint_count(&self, document: DocumentIndex) -> u32 {
        self.fingerprint_counts[document.index()]
    }

    fn is_dominant(&self, source: u32) -> bool {
        self.publishers.exceeds_share(source, SOURCE_SHARE)
    }
}
