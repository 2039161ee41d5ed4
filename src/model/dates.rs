//! Dates of publication, as documents state them.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};

/// The instant that a date names: RFC 3339, ISO 8601 without a zone (taken for UTC), a day alone (its
/// first moment), or RFC 2822. None for anything else.
#[must_use]
pub fn parse_date(date: &str) -> Option<Timestamp> {
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
