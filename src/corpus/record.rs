//! What is known about a document besides its words.
//!
//! All records stay in memory, so they are small: a part of fixed size, and the strings packed one after the other.

use super::TextDigest;
use dedupe_formats::{Extraction, Location};
use dedupe_report::{self as report, Dateline};
use jiff::Timestamp;
use std::iter;

/// The metadata of one document, borrowed from its batch.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct DocumentRecord<'a> {
    /// The id. Unique once all documents have been read.
    pub(crate) id: &'a str,
    /// Headline.
    pub(crate) title: Option<&'a str>,
    /// Publisher or site.
    pub(crate) source: Option<&'a str>,
    /// Date of publication, as given in the input.
    pub(crate) date: Option<&'a str>,
    /// Address.
    pub(crate) url: Option<&'a str>,
    /// Author, as given in the input.
    pub(crate) byline: Option<&'a str>,
    /// Language, as given in the input.
    pub(crate) language: Option<&'a str>,
    /// The agency that the document credits.
    pub(crate) credit: Option<&'a str>,
    /// The place in the dateline.
    pub(crate) dateline_place: Option<&'a str>,
    /// The day in the dateline, in ISO 8601.
    pub(crate) dateline_day: Option<&'a str>,
    /// Version, as counted by the publisher.
    pub(crate) version: Option<&'a str>,
    /// Publication status, such as `usable` or `embargoed`.
    pub(crate) status: Option<&'a str>,
    /// Which part of the web page is the text. `None`: the document is not a web page.
    pub(crate) extraction: Option<Extraction>,
    /// Path of the archive member that the document was read from. `None`: a file of its own.
    pub(crate) member: Option<&'a str>,
    /// When the document was published: the parsed `date`, else the day of the dateline.
    pub(crate) published: Option<Timestamp>,
    /// Where the document was read from.
    pub(crate) location: Location,
    /// Size and hash of the text.
    pub(crate) text: TextDigest,
    /// XXH3-128 of the word ids. Equal for documents that have the same words.
    pub(crate) digest: u128,
}

/// What a document states about itself, by the name of the field.
pub const STATED: [&str; 11] = [
    "title",
    "source",
    "date",
    "url",
    "byline",
    "language",
    "credit",
    "dateline_place",
    "dateline_day",
    "version",
    "status",
];

/// The position of the source in [`STATED`].
pub(crate) const SOURCE: usize = 1;

/// Strings that are packed: the id and what the document states. Not the path of the archive member, which many documents
/// share.
const STRINGS: usize = 1 + STATED.len();
/// The bit that says that there is a title.
const TITLE_BIT: usize = 1 << 1;

impl<'a> DocumentRecord<'a> {
    /// Place and day of the dateline. `None`: the text has no dateline.
    #[must_use]
    pub(crate) fn dateline(&self) -> Option<Dateline> {
        let (place, date) = (self.dateline_place, self.dateline_day);
        (place.is_some() || date.is_some()).then(|| Dateline {
            place: place.map(str::to_owned),
            date: date.map(str::to_owned),
        })
    }

    /// The extraction, as the report writes it.
    #[must_use]
    pub(crate) fn report_extraction(&self) -> Option<report::Extraction> {
        self.extraction.map(|extraction| match extraction {
            Extraction::Extractor => report::Extraction::Extractor,
            Extraction::Section => report::Extraction::Section,
            Extraction::Body => report::Extraction::Body,
            Extraction::ArticleBody => report::Extraction::ArticleBody,
            Extraction::Whole => report::Extraction::Whole,
        })
    }

    /// What the document states, in the order of [`STATED`].
    pub(crate) fn stated(&self) -> [Option<&'a str>; STATED.len()] {
        [
            self.title,
            self.source,
            self.date,
            self.url,
            self.byline,
            self.language,
            self.credit,
            self.dateline_place,
            self.dateline_day,
            self.version,
            self.status,
        ]
    }

    /// A record of a document that states this, in the order of [`STATED`]; the other fields have their defaults.
    pub(crate) fn of_stated(stated: [Option<&'a str>; STATED.len()]) -> Self {
        let [
            title,
            source,
            date,
            url,
            byline,
            language,
            credit,
            dateline_place,
            dateline_day,
            version,
            status,
        ] = stated;
        Self {
            title,
            source,
            date,
            url,
            byline,
            language,
            credit,
            dateline_place,
            dateline_day,
            version,
            status,
            ..Self::default()
        }
    }

    /// Appends the strings and the extraction. First comes a number: one bit for each string that is present, then the
    /// extraction, counted from 1. Each string follows after its length.
    pub(super) fn pack(&self, packed: &mut String) {
        let strings = || iter::once(Some(self.id)).chain(self.stated());
        let present = (strings().enumerate()).filter(|(_, string)| string.is_some());
        let bits = present.fold(0, |bits, (at, _)| bits | 1 << at);
        push_number(packed, bits | extraction_number(self.extraction) << STRINGS);
        for string in strings().flatten() {
            push_number(packed, string.len());
            packed.push_str(string);
        }
    }

    /// The id of the record that begins here.
    pub(super) fn unpack_id(mut packed: &'a str) -> &'a str {
        take_number(&mut packed);
        take_string(&mut packed).unwrap_or_default()
    }

    /// The title of the record that begins here.
    pub(super) fn unpack_title(mut packed: &'a str) -> Option<&'a str> {
        let bits = take_number(&mut packed);
        take_string(&mut packed)?;
        (bits & TITLE_BIT != 0).then(|| take_string(&mut packed))?
    }

    /// A record with the strings and the extraction that begin here; the other fields have their defaults.
    pub(super) fn unpack(mut packed: &'a str) -> Self {
        let bits = take_number(&mut packed);
        let id = take_string(&mut packed);
        let stated = std::array::from_fn(|at| match bits >> (1 + at) & 1 {
            0 => None,
            _ => take_string(&mut packed),
        });
        Self {
            id: id.unwrap_or_default(),
            extraction: extraction_numbered(bits >> STRINGS),
            ..Self::of_stated(stated)
        }
    }
}

/// The number of an extraction, counted from 1. 0: there is none.
fn extraction_number(extraction: Option<Extraction>) -> usize {
    let at = extraction.and_then(|own| Extraction::ALL.iter().position(|other| *other == own));
    at.map_or(0, |at| at + 1)
}

fn extraction_numbered(number: usize) -> Option<Extraction> {
    Extraction::ALL.get(number.checked_sub(1)?).copied()
}

/// Set in each character of a number except the last.
const MORE: u8 = 0x40;

/// Appends a number as ASCII characters of six bits each, the lowest bits first. The buffer stays valid UTF-8.
fn push_number(packed: &mut String, mut number: usize) {
    while number >= usize::from(MORE) {
        packed.push(char::from(number as u8 & (MORE - 1) | MORE));
        number >>= 6;
    }
    packed.push(char::from(number as u8));
}

/// Removes a number from the front.
fn take_number(packed: &mut &str) -> usize {
    let (mut number, mut shift) = (0, 0);
    while let Some(&byte) = packed.as_bytes().first() {
        *packed = packed.get(1..).unwrap_or_default();
        number |= usize::from(byte & (MORE - 1)).wrapping_shl(shift);
        if byte & MORE == 0 {
            break;
        }
        shift += 6;
    }
    number
}

/// Removes a string with its length from the front.
fn take_string<'a>(packed: &mut &'a str) -> Option<&'a str> {
    let length = take_number(packed);
    let (string, rest) = packed.split_at_checked(length)?;
    *packed = rest;
    Some(string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packed_strings_are_unpacked_again(
            id in ".{0,200}",
            stated in prop::collection::vec(prop::option::of(".{0,200}"), STATED.len()),
            before in ".{0,9}",
            extraction in prop::option::of(prop::sample::select(&Extraction::ALL)),
        ) {
            let record = DocumentRecord {
                id: &id,
                extraction,
                ..DocumentRecord::of_stated(std::array::from_fn(|at| stated[at].as_deref()))
            };
            let mut packed = before.clone();
            record.pack(&mut packed);
            DocumentRecord::default().pack(&mut packed);
            prop_assert_eq!(DocumentRecord::unpack(&packed[before.len()..]), record);
            prop_assert_eq!(DocumentRecord::unpack_id(&packed[before.len()..]), record.id);
            prop_assert_eq!(DocumentRecord::unpack_title(&packed[before.len()..]), record.title);
        }
    }

    #[test]
    fn what_is_stated_has_its_name() {
        let record = DocumentRecord::of_stated(STATED.map(Some));
        assert_eq!(record.stated(), STATED.map(Some));
        assert_eq!(record.source, Some(STATED[SOURCE]));
        assert_eq!(
            [
                record.title,
                record.byline,
                record.dateline_day,
                record.status
            ],
            ["title", "byline", "dateline_day", "status"].map(Some)
        );
    }

    #[test]
    fn packed_numbers_are_unpacked_again() {
        for number in [0, 1, 63, 64, 4095, 4096, 1 << 31, usize::MAX] {
            let mut packed = String::new();
            push_number(&mut packed, number);
            packed.push('x');
            let mut rest = &*packed;
            assert_eq!((take_number(&mut rest), rest), (number, "x"));
        }
    }

    #[test]
    fn a_record_without_place_and_day_has_no_dateline() {
        assert_eq!(DocumentRecord::default().dateline(), None);
        let record = DocumentRecord {
            dateline_day: Some("--02-26"),
            ..DocumentRecord::default()
        };
        let dateline = record.dateline().unwrap();
        assert_eq!(
            (dateline.place, dateline.date.as_deref()),
            (None, Some("--02-26"))
        );
    }
}
