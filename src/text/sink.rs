//! Where words go: their ids and their places.

use super::layout;

/// Appends words, in order, to the columns of a corpus.
pub(super) struct Sink<'a> {
    ids: &'a mut Vec<u32>,
    layout: &'a mut Vec<u8>,
    end: usize,
}

/// A state to go back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    ids: usize,
    layout: usize,
    end: usize,
}

impl<'a> Sink<'a> {
    pub(super) fn new(ids: &'a mut Vec<u32>, layout: &'a mut Vec<u8>) -> Self {
        Self {
            ids,
            layout,
            end: 0,
        }
    }

    /// Appends one word; its range is not empty and begins at or after the end of the last one.
    #[inline]
    pub(super) fn push(&mut self, begin: usize, end: usize, id: u32) {
        self.ids.push(id);
        let gap = begin.saturating_sub(self.end);
        layout::push(self.layout, gap, end.saturating_sub(begin));
        self.end = end;
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            ids: self.ids.len(),
            layout: self.layout.len(),
            end: self.end,
        }
    }

    /// Forgets all words since `mark`.
    pub(super) fn rewind(&mut self, mark: Mark) {
        self.ids.truncate(mark.ids);
        self.layout.truncate(mark.layout);
        self.end = mark.end;
    }
}
