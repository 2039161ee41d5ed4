//! Who a text says it is from: the dateline at its head, credit lines at its foot, the agency that they
//! name. Pure functions of the first and the last bytes of a text.
//!
//! They say how a text travelled, not what it tells: two sites that run one wire story under different
//! datelines run the same words. So [`Credit::story`] gives what is left to compare.

pub mod agencies;
mod credit_lines;
mod dateline;
mod day;

pub use day::Day;

use std::borrow::Cow;
use std::ops::Range;

/// What a text says of its origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credit {
    /// The agency: its name in [`agencies::AGENCIES`], or an unlisted one as its dateline spells it.
    pub agency: Option<Cow<'static, str>>,
    /// The place of the dateline.
    pub place: Option<String>,
    /// Its day.
    pub day: Option<Day>,
    /// Where the dateline stands; empty where there is none.
    dateline: Range<usize>,
    /// Where the credit lines stand; empty where there are none.
    credit_lines: Range<usize>,
}

impl Credit {
    /// Reads the head and the foot of a text. Time does not depend on its length.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let dateline = dateline::dateline(text).unwrap_or_default();
        let after = dateline.range.end;
        let credit_lines = credit_lines::credit_lines(text.get(after..).unwrap_or_default());
        let by_foot = credit_lines.agency.map(|agency| Cow::Borrowed(agency.name));
        Self {
            agency: dateline.credit.or(by_foot),
            place: dateline.place,
            day: dateline.day,
            credit_lines: credit_lines.range.start + after..credit_lines.range.end + after,
            dateline: dateline.range,
        }
    }

    /// The parts of the text that are the story: before the dateline, and from there to the foot. All
    /// of it where nothing else would remain.
    #[must_use]
    pub fn story(&self, text: &str) -> [Range<usize>; 2] {
        let end = if self.credit_lines.is_empty() {
            text.len()
        } else {
            self.credit_lines.start
        };
        let parts = [0..self.dateline.start, self.dateline.end..end];
        let is_word = |part: &Range<usize>| {
            let part = text.get(part.clone()).unwrap_or_default();
            part.contains(char::is_alphanumeric)
        };
        if parts.iter().any(is_word) {
            parts
        } else {
            [0..0, 0..text.len()]
        }
    }
}

#[cfg(test)]
mod tests;
