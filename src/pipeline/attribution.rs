//! What a document says of its date and origin, in its fields and in its text, put together.

use dedupe_core::dates::{parse_date, year_near};
use dedupe_formats::Document;
use dedupe_formats::credit::{Credit, Day, agencies};
use dedupe_report::Dateline;
use jiff::Timestamp;
use std::ops::Range;

/// The record's part of it, and which words are the story.
pub(super) struct Attribution<'a> {
    /// When it was published.
    pub(super) published: Option<Timestamp>,
    /// False where the date field does not say when.
    pub(super) is_dated: bool,
    pub(super) dateline: Option<Dateline>,
    /// The agency of the credit field.
    stated_credit: Option<&'a str>,
    text: Credit,
}

impl<'a> Attribution<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let stated = document.date.as_deref().and_then(parse_date);
        let text = Credit::of(&document.text);
        let dateline = in_text(&text, stated).or_else(|| in_field(document, stated));
        let day = dateline
            .as_ref()
            .and_then(|dateline| dateline.date.as_deref());
        // A date that is stated and none is not put right by a day in the text.
        let day = day.filter(|_| document.date.is_none());
        Self {
            published: stated.or_else(|| day.and_then(parse_date)),
            is_dated: stated.is_some(),
            stated_credit: stated_credit(document),
            dateline,
            text,
        }
    }

    /// The agency that it credits: that of the field, else that of the text.
    pub(super) fn credit(&self) -> Option<&str> {
        self.stated_credit.or(self.text.agency.as_deref())
    }

    /// The parts of the text that are compared: without dateline and credit lines.
    pub(super) fn story(&self, text: &str) -> [Range<usize>; 2] {
        self.text.story(text)
    }
}

/// The credit of the field, by the name that the agency has in the table.
fn stated_credit<'a>(document: &'a Document) -> Option<&'a str> {
    let credit = document.agency.as_ref()?.credit.as_deref()?;
    let listed = agencies::by_source(credit).map(|agency| agency.name);
    Some(listed.unwrap_or(credit))
}

fn in_text(text: &Credit, published: Option<Timestamp>) -> Option<Dateline> {
    let date = text.day.map(|day| written(day, published));
    (text.place.is_some() || date.is_some()).then(|| Dateline {
        place: text.place.clone(),
        date,
    })
}

/// The dateline of a field: one as in texts, or a place alone.
fn in_field(document: &Document, published: Option<Timestamp>) -> Option<Dateline> {
    let field = document.agency.as_ref()?.dateline.as_deref()?;
    in_text(&Credit::of(field), published).or_else(|| {
        Some(Dateline {
            place: Some(field.trim().to_owned()),
            date: None,
        })
    })
}

/// The day, in the year that it states or that the document's date gives.
fn written(day: Day, published: Option<Timestamp>) -> String {
    let year = || published.and_then(|at| year_near(at, day.month, day.day));
    Day {
        year: day.year.or_else(year),
        ..day
    }
    .iso_8601()
}
