//! Finds out which agency a text credits: the dateline at its head, the credit lines at its foot, and the
//! agency that they name. Pure functions of the first and last bytes of a text.
//!
//! A dateline says how a text travelled, not what it tells. Two sites that publish the same wire story
//! under different datelines publish the same words. [`Credit::story`] returns the part to compare.
//!
//! ```
//! use dedupe_formats::credit::Credit;
//!
//! let text = "OSLO, May 4 (AFP) - Inspectors closed the basin.";
//! let credit = Credit::of(text);
//! assert_eq!(credit.agency.as_deref(), Some("AFP"));
//! assert_eq!(credit.place.as_deref(), Some("OSLO"));
//! let [before, story] = credit.story(text);
//! assert_eq!((&text[before], &text[story]), ("", "Inspectors closed the basin."));
//! ```

pub mod agencies;
mod byline;
mod credit_lines;
mod dateline;
mod day;

pub use byline::{Byline, byline};
pub use day::Day;

use std::borrow::Cow;
use std::ops::Range;

/// What a text states about its origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credit {
    /// The agency: its name in [`agencies::AGENCIES`], or the spelling of an unlisted agency in a
    /// dateline.
    pub agency: Option<Cow<'static, str>>,
    /// The place in the dateline.
    pub place: Option<String>,
    /// The day in the dateline.
    pub day: Option<Day>,
    /// Byte range of the dateline, empty if there is none.
    dateline: Range<usize>,
    /// Byte range of the credit lines, empty if there are none.
    credit_lines: Range<usize>,
}

impl Credit {
    /// Reads the head and the foot of a text. The time does not depend on the length of the text.
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

    /// The byte ranges of the text before and after the dateline, without the credit lines. If neither
    /// contains a word, the whole text.
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

/// The byte range of byline and dateline at the head of a text. They say who wrote a text and where, and not what it tells.
/// Empty if there are none. A byline counts only if nothing stands between it and the dateline.
#[must_use]
pub fn preamble(text: &str) -> Range<usize> {
    let dateline = dateline::dateline(text).map_or(0..0, |dateline| dateline.range);
    let Some(byline) = byline(text) else {
        return dateline;
    };
    if dateline.is_empty() {
        return byline.line;
    }
    let between = text.get(byline.line.end..dateline.start);
    match between.is_some_and(|between| between.trim().is_empty()) {
        true => byline.line.start..dateline.end,
        false => dateline,
    }
}

#[cfg(test)]
mod tests;
