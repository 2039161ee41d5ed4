//! Adds documents and answers about each of them, and removes documents.

use super::LiveArchive;
use super::draft::Draft;
use super::headlines::Headline;
use crate::archive::{Answer, Archive, ArchiveError, Change};
use dedupe_formats::Document;
use dedupe_index::{Commit, Number};
use dedupe_report::Fault;

/// The id of a document without one, if it is free.
const UNNAMED: &str = "unnamed";

/// What the archive says about a document that was submitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Submitted {
    /// What the document is to the archive.
    pub change: Change,
    /// Whether it is a copy, and of what: in the archive that has it, and all others that came with it.
    pub answer: Answer,
    /// What was unclear about it.
    pub warnings: Vec<Fault>,
}

impl LiveArchive {
    /// Adds documents with different ids, and answers about each of them. All are durable when this returns, or nothing
    /// has changed. A document that the archive has with the same words changes nothing; with other words it is a new
    /// version.
    ///
    /// # Errors
    ///
    /// Two documents have one id, a document cannot be compared, or the archive cannot be read or written.
    pub fn add(&self, documents: &[Document<'static>]) -> Result<Vec<Submitted>, ArchiveError> {
        let _changing = self.begin_change();
        let draft = self.archive.draft(documents, &self.resources)?;
        let submitted = submitted(&draft);
        if draft.is_empty() {
            return Ok(submitted);
        }
        let leaving = draft.leaving.clone();
        let mut entering = vec![];
        for (number, document) in draft.entering() {
            let published = draft.published(&self.archive, number)?;
            let title = document.title.as_deref();
            entering.push(Headline::new(published, number, title));
        }
        self.commit(draft.into_commit(), &leaving, entering)?;
        Ok(submitted)
    }

    /// What [`add`](Self::add) would answer about a document. Nothing changes. A document without an id is a new one: it
    /// gets an id that no document of the archive has.
    ///
    /// # Errors
    ///
    /// The document cannot be compared, or the archive cannot be read.
    pub fn preview(&self, mut document: Document<'static>) -> Result<Submitted, ArchiveError> {
        let archive = self.archive.snapshot();
        if document.id.is_none() {
            document.id = Some(archive.free_id()?.into());
        }
        let draft = archive.draft(&[document], &self.resources)?;
        let answer = submitted(&draft).pop();
        answer.ok_or(ArchiveError::NothingRead { skipped: vec![] })
    }

    /// Removes a document with all of its versions.
    ///
    /// # Errors
    ///
    /// No document has the id, or the archive cannot be written.
    pub fn remove(&self, id: &str) -> Result<(), ArchiveError> {
        let _changing = self.begin_change();
        let (removal, numbers) = self.archive.removal(&[id.to_owned()])?;
        self.commit(removal, &numbers, vec![])
    }

    fn commit(
        &self,
        commit: Commit,
        leaving: &[Number],
        entering: Vec<Headline>,
    ) -> Result<(), ArchiveError> {
        let index = &self.archive.index;
        self.headlines
            .change(leaving, entering, || Ok(index.commit(commit)?))
    }
}

impl Archive {
    /// An id that no document has.
    fn free_id(&self) -> Result<String, ArchiveError> {
        let mut id = UNNAMED.to_owned();
        let mut count = 1_u64;
        while self.index.current(&id)?.is_some() {
            count += 1;
            id = format!("{UNNAMED} ({count})");
        }
        Ok(id)
    }
}

fn submitted(draft: &Draft) -> Vec<Submitted> {
    let answers = draft.states.iter().zip(&draft.answers);
    answers
        .zip(&draft.warnings)
        .map(|((state, answer), warnings)| Submitted {
            change: state.change(),
            answer: answer.clone(),
            warnings: warnings.clone(),
        })
        .collect()
}
