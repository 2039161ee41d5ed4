//! What a document says of its date and origin, in its fields and in its text, put together.

use crate::credit::{Credit, Day};
use crate::model::Dateline;
use crate::model::dates::{parse_date, year_near};
use crate::source::Document;
use jiff::Timestamp;
use std::ops::Range;

/// The record's part of it, and which words are the story.
pub(super) struct Attribution {
    /// When it was published.
    pub(super) published: Option<Timestamp>,
    /// False where the date field does not say when.
    pub(super) is_dated: bool,
    pub(super) credit: Option<Box<str>>,
    pub(super) dateline: Option<Box<Dateline>>,
    text: Credit,
}

impl Attribution {
    pub(super) fn of(document: &Document) -> Self {
        let stated = document.date.as_deref().and_then(parse_date);
        let text = Credit::of(&document.text);
        let date = text.day.map(|day| written(day, stated));
        // A date that is stated and none is not put right by a day in the text.
        let day = date.as_deref().filter(|_| document.date.is_none());
        let credit = text.agency.as_deref().map(Into::into);
        let place = text.place.clone();
        let dateline = place.is_some() || date.is_some();
        Self {
            published: stated.or_else(|| day.and_then(parse_date)),
            is_dated: stated.is_some(),
            credit,
            dateline: dateline.then(|| Box::new(Dateline { place, date })),
            text,
        }
    }

    /// The parts of the text that are compared: without dateline and credit lines.
    pub(super) fn story(&self, text: &str) -> [Range<usize>; 2] {
        self.text.story(text)
    }
}

/// The day, in the year that it states or that the document's date gives.
fn written(day: Day, published: Option<Timestamp>) -> String {
    let year = || published.and_then(|at| year_near(at, day.month, day.day));
    Day {
        year: day.year.or_else(year),
        ..day
    }
    .text()
}
