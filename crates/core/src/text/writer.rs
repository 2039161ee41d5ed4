//! Writes words to the columns of a corpus: ids and packed offsets.

use std::ops::Range;

use super::offsets;
use crate::model::Span;

/// Appends words, in order of the text, to a column of ids and a column of packed offsets.
pub(super) struct WordWriter<'a> {
    ids: &'a mut Vec<u32>,
    offsets: &'a mut Vec<u8>,
    /// Where the last word ends.
    end: usize,
}

/// Words in a [`WordRun`] at most.
pub(super) const RUN: usize = 32;

/// A few consecutive words on their way to a [`WordWriter`]. Each has at most [`offsets::ONE_BYTE_LENGTH`] bytes.
pub(super) struct WordRun {
    ids: [u32; RUN],
    offsets: [u8; RUN],
    count: usize,
    end: usize,
    /// Not 0 if a gap does not fit into the one byte of an ordinary word.
    wide: usize,
}

impl WordRun {
    /// Adds one word, as [`WordWriter::push`] does. Beyond [`RUN`] words it overwrites earlier ones, and
    /// [`WordWriter::append`] refuses the run. The code has no branch, so nothing depends on branch prediction.
    #[inline]
    pub(super) fn push(&mut self, begin: usize, end: usize, id: u32) {
        let gap = begin.wrapping_sub(self.end);
        self.wide |= offsets::wide(gap);
        self.offsets[self.count % RUN] = offsets::one_byte(gap, end.wrapping_sub(begin));
        self.ids[self.count % RUN] = id;
        self.count += 1;
        self.end = end;
    }

    /// The ids of the words.
    pub(super) fn ids(&self) -> &[u32] {
        self.ids.get(..self.count).unwrap_or(&self.ids)
    }
}

/// A state of a [`WordWriter`] to return to.
#[derive(Clone, Copy)]
pub(super) struct Checkpoint {
    ids: usize,
    offsets: usize,
    end: usize,
}

/// Consecutive words that are one word.
pub(super) struct JoinedWord {
    /// Their indices since a checkpoint.
    pub(super) words: Range<usize>,
    pub(super) id: u32,
}

impl<'a> WordWriter<'a> {
    pub(super) fn new(ids: &'a mut Vec<u32>, offsets: &'a mut Vec<u8>) -> Self {
        Self {
            ids,
            offsets,
            end: 0,
        }
    }

    /// Appends one word. Its byte range is not empty and begins at or after the end of the last word.
    #[inline]
    pub(super) fn push(&mut self, begin: usize, end: usize, id: u32) {
        self.ids.push(id);
        let gap = begin.saturating_sub(self.end);
        offsets::push(self.offsets, gap, end.saturating_sub(begin));
        self.end = end;
    }

    /// An empty run that continues after the last word.
    #[inline]
    pub(super) fn run(&self) -> WordRun {
        WordRun {
            ids: [0; RUN],
            offsets: [0; RUN],
            count: 0,
            end: self.end,
            wide: 0,
        }
    }

    /// Appends a run that continues after the last word. Returns false and appends nothing if the run has a
    /// gap too wide for the one byte of an ordinary word, or more than [`RUN`] words.
    #[inline]
    pub(super) fn append(&mut self, run: &WordRun) -> bool {
        if run.wide != 0 || run.count > RUN {
            return false;
        }
        // Copying whole arrays has a constant length and needs no loop.
        self.ids.extend_from_slice(&run.ids);
        self.ids.truncate(self.ids.len() - RUN + run.count);
        self.offsets.extend_from_slice(&run.offsets);
        self.offsets.truncate(self.offsets.len() - RUN + run.count);
        self.end = run.end;
        true
    }

    pub(super) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            ids: self.ids.len(),
            offsets: self.offsets.len(),
            end: self.end,
        }
    }

    /// The ids of the words appended since `checkpoint`.
    pub(super) fn ids_since(&self, checkpoint: Checkpoint) -> &[u32] {
        self.ids.get(checkpoint.ids..).unwrap_or_default()
    }

    /// The byte ranges of the words appended since `checkpoint`.
    pub(super) fn spans_since(
        &self,
        checkpoint: Checkpoint,
    ) -> impl Iterator<Item = Span> + Clone + '_ {
        let offsets = self.offsets.get(checkpoint.offsets..).unwrap_or_default();
        offsets::spans_from(offsets, checkpoint.end as u64)
    }

    /// Removes all words appended since `checkpoint`.
    pub(super) fn rewind(&mut self, checkpoint: Checkpoint) {
        self.ids.truncate(checkpoint.ids);
        self.offsets.truncate(checkpoint.offsets);
        self.end = checkpoint.end;
    }

    /// Writes the words appended since `checkpoint` again, with one word for each of `joined`, which are in order and
    /// do not overlap.
    pub(super) fn join(&mut self, checkpoint: Checkpoint, joined: Vec<JoinedWord>) {
        if joined.is_empty() {
            return;
        }
        let ids = self.ids_since(checkpoint).to_vec();
        let spans: Vec<Span> = self.spans_since(checkpoint).collect();
        self.rewind(checkpoint);
        let mut joined = joined.into_iter().peekable();
        let mut words = ids.into_iter().zip(spans).enumerate();
        while let Some((at, (id, span))) = words.next() {
            match joined.next_if(|word| word.words.start == at) {
                Some(word) => {
                    let others = words.by_ref().take(word.words.len() - 1);
                    let end = others.last().map_or(span.end, |(_, (_, last))| last.end);
                    self.push(span.begin as usize, end as usize, word.id);
                }
                None => self.push(span.begin as usize, span.end as usize, id),
            }
        }
    }
}
