//! The days on which the documents were published, and which pairs these allow.

use crate::corpus::Corpus;
use dedupe_core::model::DocumentIndex;
use jiff::Timestamp;
use rayon::prelude::*;

/// The dates of a corpus.
#[derive(Debug)]
pub(crate) struct Dates {
    /// By document: the day in UTC on which it was published, counted from 1970.
    days: Vec<Option<i32>>,
    /// The largest number of days between two documents that match. `None`: no limit.
    within: Option<u32>,
}

/// The day in UTC, counted from 1970.
pub(crate) fn day_of(published: Timestamp) -> Option<i32> {
    const DAY: i64 = 24 * 60 * 60;
    i32::try_from(published.as_second().div_euclid(DAY)).ok()
}

impl Dates {
    pub(crate) fn new(corpus: &Corpus, within: Option<u32>) -> Self {
        let day = |document| corpus.published(document).and_then(day_of);
        Self {
            days: corpus.par_indices().map(day).collect(),
            within,
        }
    }

    /// The largest number of days between two documents that match. `None`: no limit.
    pub(crate) fn within(&self) -> Option<u32> {
        self.within
    }

    /// By document: its day.
    pub(crate) fn days(&self) -> &[Option<i32>] {
        &self.days
    }

    /// The day of a document.
    pub(crate) fn day(&self, document: DocumentIndex) -> Option<i32> {
        self.days.get(document.index()).copied().flatten()
    }

    /// The day of a document if its matches are limited to near days.
    pub(crate) fn limited_day(&self, document: DocumentIndex) -> Option<i32> {
        self.within.and_then(|_| self.day(document))
    }

    /// The days between two documents. `None` if one has no date.
    pub(crate) fn days_apart(&self, a: DocumentIndex, b: DocumentIndex) -> Option<u32> {
        Some(self.day(a)?.abs_diff(self.day(b)?))
    }

    /// False if the two documents are too far apart to match.
    pub(crate) fn allow(&self, a: DocumentIndex, b: DocumentIndex) -> bool {
        let limits = self.within.zip(self.days_apart(a, b));
        limits.is_none_or(|(within, apart)| apart <= within)
    }
}
