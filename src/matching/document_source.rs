//! The documents of a corpus, in which boilerplate is looked for.

use crate::corpus::{Corpus, SpillError};
use dedupe_core::evidence::source::DocumentSource;
use dedupe_core::model::DocumentIndex;
use std::borrow::Cow;

impl DocumentSource for Corpus {
    type Error = SpillError;

    fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, SpillError> {
        Corpus::words(self, document)
    }

    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, SpillError> {
        Corpus::fingerprints(self, document)
    }
}
