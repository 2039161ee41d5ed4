//! Date, dateline and credit of a document, from its fields and its text.

use dedupe_core::dates::{parse_date, year_near};
use dedupe_formats::Document;
use dedupe_formats::credit::{Credit, Day, agencies};
use dedupe_report::Dateline;
use jiff::Timestamp;
use std::ops::Range;

/// What a document states about its date and origin.
pub(super) struct Attribution<'a> {
    /// When the document was published: the date field, else the day of the dateline.
    pub(super) published: Option<Timestamp>,
    /// True if the date field could be parsed.
    pub(super) is_dated: bool,
    pub(super) dateline: Option<Dateline>,
    /// The agency in the credit field.
    stated_credit: Option<&'a str>,
    in_text: Credit,
}

impl<'a> Attribution<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let stated = document.date.as_deref().and_then(parse_date);
        let in_text = Credit::of(&document.text);
        let dateline = (dateline_of(&in_text, stated)).or_else(|| field_dateline(document, stated));
        let day = dateline
            .as_ref()
            .and_then(|dateline| dateline.date.as_deref());
        // A date field that cannot be parsed is not replaced by a guess.
        let day = day.filter(|_| document.date.is_none());
        Self {
            published: stated.or_else(|| day.and_then(parse_date)),
            is_dated: stated.is_some(),
            stated_credit: stated_credit(document),
            dateline,
            in_text,
        }
    }

    /// The agency that the document credits, in the field, else in the text.
    pub(super) fn credit(&self) -> Option<&str> {
        self.stated_credit.or(self.in_text.agency.as_deref())
    }

    /// The parts of the text that are compared: all but the dateline and the credit lines.
    pub(super) fn story(&self, text: &str) -> [Range<usize>; 2] {
        self.in_text.story(text)
    }
}

/// The agency in the credit field, under the name that the table of agencies has for it.
fn stated_credit<'a>(document: &'a Document) -> Option<&'a str> {
    let credit = document.agency.as_ref()?.credit.as_deref()?;
    let listed = agencies::by_source(credit).map(|agency| agency.name);
    Some(listed.unwrap_or(credit))
}

fn dateline_of(credit: &Credit, published: Option<Timestamp>) -> Option<Dateline> {
    let date = credit.day.map(|day| iso_date(day, published));
    (credit.place.is_some() || date.is_some()).then(|| Dateline {
        place: credit.place.clone(),
        date,
    })
}

/// The dateline field: a full dateline as in texts, or a place.
fn field_dateline(document: &Document, published: Option<Timestamp>) -> Option<Dateline> {
    let field = document.agency.as_ref()?.dateline.as_deref()?;
    dateline_of(&Credit::of(field), published).or_else(|| {
        Some(Dateline {
            place: Some(field.trim().to_owned()),
            date: None,
        })
    })
}

/// The day in ISO 8601, in the year that it states, else in that of [`year_near`] the document's date.
fn iso_date(day: Day, published: Option<Timestamp>) -> String {
    let year = || published.and_then(|at| year_near(at, day.month, day.day));
    Day {
        year: day.year.or_else(year),
        ..day
    }
    .iso_8601()
}
