//! Parses publication dates as documents state them.

mod spelled;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// The instant of a date. `None` if it has none of these formats:
/// - RFC 3339;
/// - ISO 8601 without a zone, read as UTC;
/// - the basic format of ISO 8601, such as `20210226T070000-0500`, or digits alone, as in `20210226120000`;
/// - a day without a time, read as its first moment in UTC: `2021-02-26`, `2021/2/26`, `26.02.2021`, `2021年2月26日`;
/// - RFC 2822;
/// - a day with the English name of its month: `26 February 2021`, `Fri Feb 26, 2021 7:30am EST`;
/// - seconds since 1970 with 9 or 10 digits, or milliseconds with 13.
///
/// `26/02/2021` is none of them, because some countries write the month first.
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
    read(date).map(|read| read.at)
}

/// True for a date without a time. `date`: one that [`parse_date`] accepts.
#[must_use]
pub fn is_day(date: &str) -> bool {
    read(date).is_some_and(|read| read.is_day)
}

/// A date that was read.
struct ReadDate {
    at: Timestamp,
    /// It has no time.
    is_day: bool,
}

impl ReadDate {
    fn of_day(day: Date) -> Option<Self> {
        let at = instant(day.at(0, 0, 0, 0), Offset::UTC)?;
        Some(Self { at, is_day: true })
    }

    fn of_moment(at: Timestamp) -> Self {
        Self { at, is_day: false }
    }
}

/// Reads a date. Each failed attempt to parse allocates an error, so the format is determined first.
fn read(date: &str) -> Option<ReadDate> {
    let date = date.trim();
    let mut letters = date.split(|c: char| !c.is_ascii_alphabetic());
    if date.contains(',') || letters.any(|word| word.len() >= 3) {
        let mail = || jiff::fmt::rfc2822::parse(date).ok();
        return with_names(date)
            .or_else(|| mail().map(|zoned| ReadDate::of_moment(zoned.timestamp())))
            .or_else(|| numeric(date));
    }
    numeric(date)
}

/// A date with the name of its month or of its zone.
fn with_names(date: &str) -> Option<ReadDate> {
    let spelled = spelled::read(date)?;
    match spelled.time {
        None => ReadDate::of_day(spelled.day),
        Some(time) => {
            let zone = spelled.zone.unwrap_or(Offset::UTC);
            instant(spelled.day.to_datetime(time), zone).map(ReadDate::of_moment)
        }
    }
}

/// A date of digits, punctuation and the letters of ISO 8601.
fn numeric(date: &str) -> Option<ReadDate> {
    let since_1970 = || since_1970(date).map(ReadDate::of_moment);
    match date.len() {
        0..=7 => None,
        8..=10 => match date.parse::<Date>() {
            Ok(day) => ReadDate::of_day(day),
            Err(_) => since_1970().or_else(|| ReadDate::of_day(numeric_day(date)?)),
        },
        _ => (date.parse::<Timestamp>().ok())
            .or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%z", date).ok())
            .or_else(|| instant(date.parse::<DateTime>().ok()?, Offset::UTC))
            .map(ReadDate::of_moment)
            .or_else(since_1970)
            .or_else(|| with_other_separators(date)),
    }
}

/// Seconds since 1970 with 9 or 10 digits, perhaps with decimals, or milliseconds with 13. Up to the year 2033, 10 and 13
/// digits begin with 1. Others are no count: `2021022612` is an hour, and `0000000000` stands for no date.
fn since_1970(date: &str) -> Option<Timestamp> {
    let (whole, decimals) = date.split_once('.').unwrap_or((date, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let count: i64 = whole.parse().ok().filter(|_| is_digits(whole))?;
    match whole.len() {
        9 if is_digits(decimals) && !whole.starts_with('0') => Timestamp::from_second(count).ok(),
        10 if is_digits(decimals) && whole.starts_with('1') => Timestamp::from_second(count).ok(),
        13 if whole.len() == date.len() && whole.starts_with('1') => {
            Timestamp::from_millisecond(count).ok()
        }
        _ => None,
    }
}

/// A date whose day is not in ISO 8601 but whose time is, or one of 14 digits.
fn with_other_separators(date: &str) -> Option<ReadDate> {
    let time = match date.find(|c: char| c.is_whitespace() || c == 'T') {
        Some(end) => {
            let (day, rest) = date.split_at(end);
            let time: String = rest.trim_start_matches('T').split_whitespace().collect();
            format!("{}T{time}", numeric_day(day)?)
        }
        None if date.len() == 14 && date.is_char_boundary(8) => {
            let (day, time) = date.split_at(8);
            format!("{day}T{time}")
        }
        None => return ReadDate::of_day(numeric_day(date)?),
    };
    let with_zone = || time.parse::<Timestamp>().ok();
    let without = || instant(time.parse::<DateTime>().ok()?, Offset::UTC);
    with_zone().or_else(without).map(ReadDate::of_moment)
}

/// A day in numbers: the year first, with `-`, `/`, a full stop or the CJK signs, or the year last, with full stops.
fn numeric_day(day: &str) -> Option<Date> {
    let mut separators = day.matches(|c: char| !c.is_ascii_digit());
    let separator = separators.next()?;
    let is_same = separators.next()? == separator && separators.next().is_none();
    let mut numbers = day.split(|c: char| !c.is_ascii_digit());
    let (first, second, third) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let is_cjk = day.ends_with('日') && day.contains('年') && day.contains('月');
    let (year, month, day) = match separator {
        "-" | "/" | "." if is_same && first.len() == 4 => (first, second, third),
        "." if is_same && third.len() == 4 => (third, second, first),
        "年" if is_cjk => (first, second, third),
        _ => return None,
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// An offset such as `+0100`, `+01:00` or `+01`.
fn offset(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    let number = |digits: Option<&str>| -> Option<i32> {
        let digits = digits?;
        let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| is_digits)
    };
    let minutes = match digits.len() {
        2 => 0,
        4 => number(digits.get(2..)).filter(|minutes| *minutes < 60)?,
        _ => return None,
    };
    Offset::from_seconds(sign * 60 * (60 * number(digits.get(..2))? + minutes)).ok()
}

fn instant(time: DateTime, zone: Offset) -> Option<Timestamp> {
    zone.to_timestamp(time).ok()
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
            "Fri Feb 26 12:00:00 +0000 2021",
            "Fri Feb 26 2021 12:00:00 GMT",
            "Feb. 26, 2021 12:00 p.m.",
            "February 26th, 2021 at 12pm UTC",
            "26-Feb-2021 12:00:00.125",
            "2021-02-26 13:00:00 CET",
            "2021/02/26 12:00:00",
            "2021.02.26 12:00",
            "26.02.2021 12:00",
            "2021-02-26 13:00:00+01",
            "2021-02-26T13:00:00 +01:00",
            "20210226120000",
            "1614340800",
            "1614340800.5",
            "1614340800000",
        ] {
            assert_eq!(parse_date(date), Some(noon), "{date}");
            assert!(!is_day(date), "{date}");
        }
        let midnight = "2021-02-26T00:00:00Z".parse().ok();
        for day in [
            "2021-02-26",
            "20210226",
            "2021/02/26",
            "2021-2-26",
            "2021.02.26",
            "26.02.2021",
            "26.2.2021",
            "2021年2月26日",
            "2021年02月26日",
            "26 February 2021",
            "Friday, February 26, 2021",
            "26 Feb 2021",
            "26-FEB-2021",
            "Feb. 26, 2021",
        ] {
            assert_eq!(parse_date(day), midnight, "{day}");
            assert!(is_day(day), "{day}");
        }
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
            "26/02/2021",
            "02/26/2021",
            "2021-02/26",
            "2021",
            "Feb 2021",
            "26 26 Feb 2021",
            "26 Feb 2021 noon",
            "26 Feb 2021 25:00",
            "26 Feb 2021 13:00 pm",
            "26 Feb 2021 UTC",
            "26 Feb 2021 12:00 +0160",
            "12345678901",
            "202102261200",
            "2021022612",
            "0000000000",
            "000000000",
            "2021年2月",
            "1.2.3.4.5.6",
            "+1614340800",
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
