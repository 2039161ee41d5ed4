//! Where the words of a corpus come from: memory, or the files of a run that did not fit in it.

use crate::model::DocumentIndex;
use std::borrow::Cow;

/// The documents of a corpus.
pub trait DocumentSource: Sync {
    /// Why the words or fingerprints of a document could not be read.
    type Error: Send;

    /// The words of a document.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn words(&self, document: DocumentIndex) -> Result<Cow<'_, [u32]>, Self::Error>;
    /// The fingerprints of a document in order, each with the word at which it begins.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn fingerprints(
        &self,
        document: DocumentIndex,
    ) -> Result<impl Iterator<Item = (u32, u64)> + '_, Self::Error>;
}
