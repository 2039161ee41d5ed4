//! Dates of publication, as documents state them.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan, tz::TimeZone};

/// Names of zones that dates of the trade end with, and their hours east of Greenwich (RFC 5322,
/// section 4.3).
const ZONES: [(&str, i8); 10] = [
    ("GMT", 0),
    ("UTC", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

/// The instant that a date names: RFC 3339, ISO 8601 without a zone (taken for UTC), in the basic form
/// too, a day alone (its first moment), RFC 2822, or as American sites write it (`Fri Feb 26, 2021
/// 7:30am EST`). None for anything else.
#[must_use]
pub fn parse_date(date: &str) -> Option<Timestamp> {
    let date = date.trim();
    // Telling the forms apart first spares making an error for each that it is not.
    if date.starts_with(|c: char| c.is_ascii_alphabetic()) || date.contains(',') {
        let mail = || jiff::fmt::rfc2822::parse(date).ok().map(|z| z.timestamp());
        return american(date).or_else(mail);
    }
    match date.len() {
        0..=7 => None,
        8..=10 => at(date.parse::<Date>().ok()?.at(0, 0, 0, 0), 0),
        _ => (date.parse::<Timestamp>().ok())
            .or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", date).ok())
            .or_else(|| at(date.parse::<DateTime>().ok()?, 0))
            .or_else(|| jiff::fmt::rfc2822::parse(date).ok().map(|z| z.timestamp())),
    }
}

/// `Fri Feb 26, 2021 7:30am EST`
fn american(date: &str) -> Option<Timestamp> {
    let (time, zone) = date.rsplit_once(' ')?;
    let (_, hours) = ZONES.iter().find(|(name, _)| *name == zone)?;
    let time = DateTime::strptime("%a %b %d, %Y %I:%M%p", time).ok()?;
    at(time, *hours)
}

fn at(time: DateTime, hours: i8) -> Option<Timestamp> {
    let zone = TimeZone::fixed(jiff::tz::offset(hours));
    time.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
}

/// True for a day without a time.
#[must_use]
pub fn is_day(date: &str) -> bool {
    date.trim().len() <= 10
}

/// The year of the last such day before a moment, or within the week after it: datelines leave it out.
#[must_use]
pub fn year_near(at: Timestamp, month: i8, day: i8) -> Option<i16> {
    let latest = at
        .to_zoned(TimeZone::UTC)
        .date()
        .checked_add(7.days())
        .ok()?;
    let years = [latest.year(), latest.year().checked_sub(1)?];
    let is_before = |year: &i16| Date::new(*year, month, day).is_ok_and(|date| date <= latest);
    years.into_iter().find(is_before)
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
            "20210226T120000Z",
            "20210226T070000-0500",
            " Fri, 26 Feb 2021 12:00:00 +0000",
            "26 Feb 2021 12:00:00 +0000",
            "Fri Feb 26, 2021 7:00am EST",
        ] {
            assert_eq!(parse_date(form), Some(noon), "{form}");
        }
        let midnight = "2021-02-26T00:00:00Z".parse().ok();
        assert_eq!(parse_date("2021-02-26"), midnight);
        assert_eq!(parse_date("20210226"), midnight);
    }

    #[test]
    fn what_is_no_date_names_none() {
        for none in [
            "",
            "yesterday",
            "2021-02-30",
            "26",
            "--02-26",
            "Fri Feb 30, 2021 7:00am EST",
            "Fri Feb 26, 2021 7:00am XYZ",
            ", 2021",
        ] {
            assert_eq!(parse_date(none), None, "{none}");
        }
    }

    #[test]
    fn a_dateline_is_of_the_year_before_where_its_day_is_yet_to_come() {
        let january = "2021-01-03T00:00:00Z".parse().unwrap();
        assert_eq!(year_near(january, 12, 31), Some(2020));
        assert_eq!(year_near(january, 1, 2), Some(2021));
        assert_eq!(year_near(january, 1, 5), Some(2021));
        assert_eq!(year_near(january, 2, 29), Some(2020));
    }
}
