//! The order of preference among documents that a `--keep` policy gives.

use crate::corpus::{Corpus, Record};
use crate::model::{DocumentIndex, Keep};
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};
use rayon::prelude::*;
use std::cmp::Reverse;

/// The place of each document in the order of the policy: by date and then by id, undated ones
/// last; for [`Keep::Longest`] by words first, for [`Keep::First`] by id alone.
pub(super) fn ranks(corpus: &Corpus, keep: Keep) -> Vec<u32> {
    let mut keyed: Vec<_> = corpus
        .indices()
        .map(|document| {
            let record = corpus.record(document);
            let words = if keep == Keep::Longest {
                record.words.len()
            } else {
                0
            };
            let date = if keep == Keep::First {
                None
            } else {
                date(record)
            };
            (
                Reverse(words),
                date.is_none(),
                date,
                record.id.as_deref(),
                document,
            )
        })
        .collect();
    keyed.par_sort_unstable();
    let mut ranks = vec![0; corpus.len()];
    for (rank, &(.., document)) in (0..).zip(&keyed) {
        let document: DocumentIndex = document;
        ranks[document.at()] = rank;
    }
    ranks
}

fn date(record: &Record) -> Option<Timestamp> {
    record.date.as_deref().and_then(parse_date)
}

/// The instant that a date names: RFC 3339, ISO 8601 without a zone (taken for UTC), a day alone (its
/// first moment), or RFC 2822. None for anything else.
pub(super) fn parse_date(date: &str) -> Option<Timestamp> {
    let date = date.trim();
    let utc = |at: DateTime| at.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp());
    if let Ok(at) = date.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(at) = Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", date) {
        return Some(at);
    }
    if let Ok(at) = date.parse::<DateTime>() {
        return utc(at);
    }
    if let Ok(day) = date.parse::<Date>() {
        return utc(day.at(0, 0, 0, 0));
    }
    jiff::fmt::rfc2822::parse(date).ok().map(|z| z.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_the_usual_forms_name_their_instant() {
        let noon = "2021-02-26T12:00:00Z".parse::<Timestamp>().unwrap();
        for form in [
            "2021-02-26T12:00:00Z",
            "2021-02-26T15:00:00+03:00",
            "2021-02-26T21:00:00+0900",
            "2021-02-26T12:00:00",
            "2021-02-26 12:00",
            " Fri, 26 Feb 2021 12:00:00 +0000",
        ] {
            assert_eq!(parse_date(form), Some(noon), "{form}");
        }
        assert_eq!(
            parse_date("2021-02-26"),
            "2021-02-26T00:00:00Z".parse().ok()
        );
        for none in ["", "yesterday", "2021-02-30", "26"] {
            assert_eq!(parse_date(none), None, "{none}");
        }
    }
}
