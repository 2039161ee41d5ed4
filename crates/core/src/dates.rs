//! Parses publication dates as documents state them.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan, tz::TimeZone};

/// Names of time zones in e-mail and web dates, with their hours east of Greenwich (RFC 5322, section 4.3).
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

/// The instant of a date. `None` if it has none of these formats:
/// - RFC 3339;
/// - ISO 8601 without a zone, read as UTC;
/// - the basic format of ISO 8601, such as `20210226T070000-0500`;
/// - a day without a time, read as its first moment in UTC;
/// - RFC 2822;
/// - the format of American news sites, `Fri Feb 26, 2021 7:30am EST`.
///
/// ```
/// use dedupe_core::dates::parse_date;
/// let noon = parse_date("2021-02-26T12:00:00Z");
/// assert!(noon.is_some());
/// assert_eq!(parse_date("Fri Feb 26, 2021 7:00am EST"), noon);
/// assert_eq!(parse_date("yesterday"), None);
/// ```
#[must_use]
pub fn parse_date(date: &str) -> Option<Timestamp> {
    let date = date.trim();
    // Each failed attempt to parse allocates an error, so the format is determined first.
    if date.starts_with(|c: char| c.is_ascii_alphabetic()) || date.contains(',') {
        let mail = || jiff::fmt::rfc2822::parse(date).ok().map(|z| z.timestamp());
        return american(date).or_else(mail);
    }
    match date.len() {
        0..=7 => None,
        8..=10 => instant(date.parse::<Date>().ok()?.at(0, 0, 0, 0), 0),
        _ => (date.parse::<Timestamp>().ok())
            .or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", date).ok())
            .or_else(|| instant(date.parse::<DateTime>().ok()?, 0))
            .or_else(|| jiff::fmt::rfc2822::parse(date).ok().map(|z| z.timestamp())),
    }
}

/// The format `Fri Feb 26, 2021 7:30am EST`.
fn american(date: &str) -> Option<Timestamp> {
    let (time, zone) = date.rsplit_once(' ')?;
    let (_, hours) = ZONES.iter().find(|(name, _)| *name == zone)?;
    let time = DateTime::strptime("%a %b %d, %Y %I:%M%p", time).ok()?;
    instant(time, *hours)
}

fn instant(time: DateTime, hours_east: i8) -> Option<Timestamp> {
    let zone = TimeZone::fixed(jiff::tz::offset(hours_east));
    time.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
}

/// True for a date without a time. `date`: one that [`parse_date`] accepts.
#[must_use]
pub fn is_day(date: &str) -> bool {
    date.trim().len() <= 10
}

/// The year of a date that states only month and day, as datelines do. It is the last year in which the day is
/// before `at`, or at most a week after it: a dateline may be written in advance.
#[must_use]
pub fn year_near(at: Timestamp, month: i8, day: i8) -> Option<i16> {
    let latest = at
        .to_zoned(TimeZone::UTC)
        .date()
        .checked_add(7.days())
        .ok()?;
    let years = [latest.year(), latest.year().checked_sub(1)?];
    let is_past = |year: &i16| Date::new(*year, month, day).is_ok_and(|date| date <= latest);
    years.into_iter().find(is_past)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_the_usual_formats_are_parsed() {
        let noon = "2021-02-26T12:00:00Z".parse::<Timestamp>().unwrap();
        for date in [
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
            assert_eq!(parse_date(date), Some(noon), "{date}");
        }
        let midnight = "2021-02-26T00:00:00Z".parse().ok();
        assert_eq!(parse_date("2021-02-26"), midnight);
        assert_eq!(parse_date("20210226"), midnight);
    }

    #[test]
    fn other_text_is_not_a_date() {
        for text in [
            "",
            "yesterday",
            "2021-02-30",
            "26",
            "--02-26",
            "Fri Feb 30, 2021 7:00am EST",
            "Fri Feb 26, 2021 7:00am XYZ",
            ", 2021",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn a_dateline_is_at_most_a_week_ahead_of_publication() {
        let january = "2021-01-03T00:00:00Z".parse().unwrap();
        assert_eq!(year_near(january, 12, 31), Some(2020));
        assert_eq!(year_near(january, 1, 2), Some(2021));
        assert_eq!(year_near(january, 1, 10), Some(2021));
        assert_eq!(year_near(january, 1, 11), Some(2020));
        assert_eq!(year_near(january, 2, 29), Some(2020));
    }
}
