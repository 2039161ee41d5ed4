//! Where words go: their ids and their places.

use super::offsets;

/// Appends words, in order, to the columns of a corpus.
pub(super) struct Sink<'a> {
    ids: &'a mut Vec<u32>,
    offsets: &'a mut Vec<u8>,
    end: usize,
}

/// Words of a run at most.
pub(super) const RUN: usize = 32;

/// A few words in a row on their way to a [`Sink`], each of [`offsets::ORDINARY`] bytes at most.
pub(super) struct Run {
    ids: [u32; RUN],
    heads: [u8; RUN],
    count: usize,
    end: usize,
    /// Not 0 where a gap has no room in the one byte of an ordinary word.
    wide: usize,
}

impl Run {
    /// Adds one word, as [`Sink::push`] does; beyond [`RUN`] words it takes the place of another. Nothing depends
    /// on a guess of the processor's.
    #[inline]
    pub(super) fn push(&mut self, begin: usize, end: usize, id: u32) {
        let gap = begin.wrapping_sub(self.end);
        self.wide |= offsets::wide(gap);
        self.heads[self.count % RUN] = offsets::head(gap, end.wrapping_sub(begin));
        self.ids[self.count % RUN] = id;
        self.count += 1;
        self.end = end;
    }

    /// The ids of its words.
    pub(super) fn ids(&self) -> &[u32] {
        self.ids.get(..self.count).unwrap_or(&self.ids)
    }
}

/// A state to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    ids: usize,
    offsets: usize,
    end: usize,
}

impl<'a> Sink<'a> {
    pub(super) fn new(ids: &'a mut Vec<u32>, offsets: &'a mut Vec<u8>) -> Self {
        Self {
            ids,
            offsets,
            end: 0,
        }
    }

    /// Appends one word; its range is not empty and begins at or after the end of the last one.
    #[inline]
    pub(super) fn push(&mut self, begin: usize, end: usize, id: u32) {
        self.ids.push(id);
        let gap = begin.saturating_sub(self.end);
        offsets::push(self.offsets, gap, end.saturating_sub(begin));
        self.end = end;
    }

    /// An empty run that goes on from the last word.
    #[inline]
    pub(super) fn run(&self) -> Run {
        Run {
            ids: [0; RUN],
            heads: [0; RUN],
            count: 0,
            end: self.end,
            wide: 0,
        }
    }

    /// Appends a run that goes on from the last word. False, and nothing is appended, where a gap is wider than
    /// that of an ordinary word, or the run longer than [`RUN`].
    #[inline]
    pub(super) fn append(&mut self, run: &Run) -> bool {
        if run.wide != 0 || run.count > RUN {
            return false;
        }
        // All of the arrays: to copy as much each time takes no loop.
        self.ids.extend_from_slice(&run.ids);
        self.ids.truncate(self.ids.len() - RUN + run.count);
        self.offsets.extend_from_slice(&run.heads);
        self.offsets.truncate(self.offsets.len() - RUN + run.count);
        self.end = run.end;
        true
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            ids: self.ids.len(),
            offsets: self.offsets.len(),
            end: self.end,
        }
    }

    /// Forgets all words since `mark`.
    pub(super) fn rewind(&mut self, mark: Mark) {
        self.ids.truncate(mark.ids);
        self.offsets.truncate(mark.offsets);
        self.end = mark.end;
    }
}
