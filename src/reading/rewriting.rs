//! Writes batches again in which documents are replaced. The other documents of a batch are copied.

use super::notices::{Again, Place};
use super::sketching::{BATCH_BYTES, BlockPart, BlockSketcher};
use crate::corpus::{Batch, SpillError};
use dedupe_formats::Document;
use std::collections::BTreeMap;

/// Rewrites the batches of some parts.
pub(super) struct Rewriting<'a> {
    again: Again<'a>,
    parts: &'a mut [BlockPart],
    /// The index of the first part.
    first_part: usize,
    sketcher: BlockSketcher<'a>,
    /// The part that is being rewritten, and the first document of its batch that was not copied yet.
    current: Option<(usize, usize)>,
    /// By part: the new batches.
    done: BTreeMap<usize, Vec<Batch>>,
}

impl<'a> Rewriting<'a> {
    pub(super) fn new(again: Again<'a>, parts: &'a mut [BlockPart], first_part: usize) -> Self {
        Self {
            again,
            parts,
            first_part,
            sketcher: BlockSketcher::new(again.job.rules.sketcher(), again.inputs),
            current: None,
            done: BTreeMap::new(),
        }
    }

    fn part(&self, part: usize) -> &BlockPart {
        &self.parts[part - self.first_part]
    }

    /// Puts a document in the place of a page. Pages come in their order; one that comes late keeps its document. True if
    /// the page now has other words.
    pub(super) fn replace(
        &mut self,
        page: Place,
        document: &Document<'_>,
    ) -> Result<bool, SpillError> {
        if self.current.is_none_or(|(part, _)| part != page.part) {
            self.finish_part()?;
        }
        let (_, next) = *self.current.get_or_insert((page.part, 0));
        if page.at < next {
            return Ok(false);
        }
        self.copy(page.part, next..page.at)?;
        self.current = Some((page.part, page.at + 1));
        if !self.sketcher.add_document(document) {
            self.copy(page.part, page.at..page.at + 1)?;
            return Ok(false);
        }
        let new = self.sketcher.batch();
        let old = self.part(page.part).batch.record(page.at).digest;
        let is_changed = new.record(new.len() - 1).digest != old;
        if new.bytes() > BATCH_BYTES {
            self.end_batch(page.part)?;
        }
        Ok(is_changed)
    }

    /// Copies documents of the batch of a part.
    fn copy(&mut self, part: usize, documents: std::ops::Range<usize>) -> Result<(), SpillError> {
        let old = &self.parts[part - self.first_part].batch;
        let mut documents = documents;
        documents.try_for_each(|at| self.sketcher.add_copy(old, at, self.again.spill))
    }

    fn end_batch(&mut self, part: usize) -> Result<(), SpillError> {
        let mut batch = self.sketcher.take_part().batch;
        self.again.budget.admit(&mut batch, self.again.spill)?;
        self.done.entry(part).or_default().push(batch);
        Ok(())
    }

    /// Copies the rest of the current part and frees its old batch.
    fn finish_part(&mut self) -> Result<(), SpillError> {
        let Some((part, next)) = self.current.take() else {
            return Ok(());
        };
        self.copy(part, next..self.part(part).batch.len())?;
        self.end_batch(part)?;
        let old = &mut self.parts[part - self.first_part];
        (self.again.budget).release(old.resident_bytes, old.batch.spillable_bytes());
        old.batch = Batch::default();
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<BTreeMap<usize, Vec<Batch>>, SpillError> {
        self.finish_part()?;
        Ok(self.done)
    }
}
