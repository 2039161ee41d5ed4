//! The documents of a corpus, in which boilerplate is looked for.

use crate::corpus::{Corpus, SpillError};
use crate::progress::Progress;
use dedupe_core::evidence::source::DocumentSource;
use dedupe_core::model::DocumentIndex;
use std::borrow::Cow;

/// A corpus that reports as progress each document that is looked at.
pub(super) struct CountedDocuments<'a> {
    pub(super) corpus: &'a Corpus,
    pub(super) progress: &'a dyn Progress,
}

impl DocumentSource for CountedDocuments<'_> {
    type Error = SpillError;

    fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, SpillError> {
        self.progress.advance(1, 0);
        self.corpus.words(document)
    }

    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, SpillError> {
        self.progress.advance(1, 0);
        self.corpus.fingerprints(document)
    }
}
