//! Which of the documents that were read enter the archive: new ones and new versions. Others are known already.

use super::{Archive, ArchiveError, documents};
use crate::reading::Reading;
use dedupe_index::{Facts, NewDocument, Number, StoredDocument};
use serde::Serialize;

/// What the archive knows of a document that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It has no document with this id.
    New,
    /// It has a document with this id and other words, under this number.
    Version(Number),
    /// It has this document with the same words, under this number.
    Known(Number),
}

impl State {
    pub(super) fn change(self) -> Change {
        match self {
            Self::New => Change::New,
            Self::Version(_) => Change::Version,
            Self::Known(_) => Change::Known,
        }
    }
}

/// What a document is to the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// The archive had no document with this id.
    New,
    /// The archive had the document with other words. This is a new version, which takes its place.
    Version,
    /// The archive has the document with the same words. Nothing changes.
    Known,
}

/// Documents that enter the archive.
pub(super) struct Entering {
    /// By document that was read, in reading order.
    pub(super) states: Vec<State>,
    /// Those that enter, in reading order.
    pub(super) new: Vec<NewDocument>,
    /// The same documents, to be stored.
    pub(super) stored: Vec<StoredDocument>,
    /// The versions that leave.
    pub(super) leaving: Vec<Number>,
}

impl Archive {
    /// What the archive knows of documents with these facts.
    pub(super) fn states<'f>(
        &self,
        facts: impl Iterator<Item = &'f Facts> + Clone,
    ) -> Result<Vec<State>, ArchiveError> {
        let ids: Vec<&str> = facts.clone().map(|facts| &*facts.id).collect();
        let current = self.index.all_current(&ids)?.into_iter().zip(facts);
        let states = current.map(|(current, facts)| match current {
            Some((number, own)) if own.digest == facts.digest => State::Known(number),
            Some((number, _)) => State::Version(number),
            None => State::New,
        });
        Ok(states.collect())
    }

    /// Sorts out which documents of a reading enter the archive. They have different ids. `given`: the documents in reading order.
    pub(super) fn entering(
        &self,
        reading: &Reading,
        given: Vec<StoredDocument>,
    ) -> Result<Entering, ArchiveError> {
        let new = documents::new_documents(&reading.corpus, &self.rules)?;
        let states = self.states(new.iter().map(|new| &new.facts))?;
        let mut new: Vec<Option<(NewDocument, State)>> =
            new.into_iter().zip(states).map(Some).collect();
        let mut entering = Entering {
            states: vec![],
            new: vec![],
            stored: vec![],
            leaving: vec![],
        };
        for (&document, stored) in reading.corpus.in_reading_order().iter().zip(given) {
            let new = new.get_mut(document.index()).and_then(Option::take);
            let Some((new, state)) = new else {
                continue;
            };
            if let State::Version(before) = state {
                entering.leaving.push(before);
            }
            entering.states.push(state);
            if !matches!(state, State::Known(_)) {
                entering.new.push(new);
                entering.stored.push(stored);
            }
        }
        Ok(entering)
    }
}
