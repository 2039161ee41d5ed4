//! What is known of a document besides its words. Every document has a record at all times, so that it is
//! kept small: a part of fixed size, and its texts packed one after the other.

use dedupe_formats::Location;
use dedupe_report::Dateline;
use jiff::Timestamp;

/// One document without its words, as it is read from where it is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DocumentRecord<'a> {
    /// Its id, of its own when the corpus is complete.
    pub id: &'a str,
    /// Headline.
    pub title: Option<&'a str>,
    /// Publisher or site.
    pub source: Option<&'a str>,
    /// Date of publication, as given.
    pub date: Option<&'a str>,
    /// Address.
    pub url: Option<&'a str>,
    /// Who wrote it, as given.
    pub byline: Option<&'a str>,
    /// Language, as given.
    pub language: Option<&'a str>,
    /// The agency that it credits.
    pub credit: Option<&'a str>,
    /// The place at the head of its text.
    pub dateline_place: Option<&'a str>,
    /// The day there, as in ISO 8601.
    pub dateline_day: Option<&'a str>,
    /// Its version, as its publisher counts.
    pub version: Option<&'a str>,
    /// Whether it may be published.
    pub status: Option<&'a str>,
    /// The path of the archive's member that it was read from; none for a file.
    pub member: Option<&'a str>,
    /// When it was published: what `date` means, else the day of its dateline.
    pub published: Option<Timestamp>,
    /// Where it was read from.
    pub place: Location,
    /// Bytes of its text.
    pub bytes: u64,
    /// XXH3-128 of its word ids: equal for documents with the same words all through.
    pub digest: u128,
}

/// Texts that are packed: all but the member's path, which many documents share.
const TEXTS: usize = 12;
/// The bit of the headline.
const TITLE: usize = 1 << 1;

impl<'a> DocumentRecord<'a> {
    /// Location and day at the head of its text.
    #[must_use]
    pub fn dateline(&self) -> Option<Dateline> {
        let (place, date) = (self.dateline_place, self.dateline_day);
        (place.is_some() || date.is_some()).then(|| Dateline {
            place: place.map(str::to_owned),
            date: date.map(str::to_owned),
        })
    }

    fn texts(&self) -> [Option<&'a str>; TEXTS] {
        [
            Some(self.id),
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

    /// Appends its texts: a bit for each that there is, then each after its length.
    pub(super) fn pack(&self, packed: &mut String) {
        let texts = self.texts();
        let there = texts.iter().enumerate().filter(|(_, text)| text.is_some());
        push_number(packed, there.fold(0, |bits, (at, _)| bits | 1 << at));
        for text in texts.into_iter().flatten() {
            push_number(packed, text.len());
            packed.push_str(text);
        }
    }

    /// The id alone of the record whose texts begin here.
    pub(super) fn unpack_id(mut packed: &'a str) -> &'a str {
        take_number(&mut packed);
        take_text(&mut packed).unwrap_or_default()
    }

    /// The headline alone.
    pub(super) fn unpack_title(mut packed: &'a str) -> Option<&'a str> {
        let bits = take_number(&mut packed);
        take_text(&mut packed)?;
        (bits & TITLE != 0).then(|| take_text(&mut packed))?
    }

    /// A record of the texts that begin here, and of nothing else. Time linear in their number.
    pub(super) fn unpack(mut packed: &'a str) -> Self {
        let bits = take_number(&mut packed);
        let texts: [Option<&str>; TEXTS] = std::array::from_fn(|at| match bits >> at & 1 {
            0 => None,
            _ => take_text(&mut packed),
        });
        let [
            id,
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
        ] = texts;
        Self {
            id: id.unwrap_or_default(),
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
}

/// Set on each character of a number but the last.
const MORE: u8 = 0x40;

/// Appends a number in as few characters as it needs, of six bits each, lowest first: a text among texts, so
/// that none has to be checked again.
fn push_number(packed: &mut String, mut number: usize) {
    while number >= usize::from(MORE) {
        packed.push(char::from(number as u8 & (MORE - 1) | MORE));
        number >>= 6;
    }
    packed.push(char::from(number as u8));
}

/// Takes a number off the front.
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

/// Takes a text off the front, after its length.
fn take_text<'a>(packed: &mut &'a str) -> Option<&'a str> {
    let length = take_number(packed);
    let (text, rest) = packed.split_at_checked(length)?;
    *packed = rest;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_come_back_from_among_others(
            texts in prop::collection::vec(prop::option::of(".{0,200}"), TEXTS),
            before in ".{0,9}",
        ) {
            let text = |at: usize| texts[at].as_deref();
            let record = DocumentRecord {
                id: text(0).unwrap_or_default(),
                title: text(1),
                source: text(2),
                date: text(3),
                url: text(4),
                byline: text(5),
                language: text(6),
                credit: text(7),
                dateline_place: text(8),
                dateline_day: text(9),
                version: text(10),
                status: text(11),
                ..DocumentRecord::default()
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
    fn numbers_of_any_size_come_back() {
        for number in [0, 1, 63, 64, 4095, 4096, 1 << 31, usize::MAX] {
            let mut packed = String::new();
            push_number(&mut packed, number);
            packed.push('x');
            let mut rest = &*packed;
            assert_eq!((take_number(&mut rest), rest), (number, "x"));
        }
    }

    #[test]
    fn a_dateline_has_a_place_or_a_day() {
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
