//! Reads dates as people write them in English: `26 February 2021`, `Feb. 26, 2021 7:30 am EST`.
//!
//! A date is a sequence of parts, in any order. Each part is there once at most, and nothing else is: the day of the
//! week, the day, the month, the year, the time, and its zone.

use super::{numeric_day, offset};
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// The most parts of a date.
const MAX_PARTS: usize = 10;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Names of time zones in e-mail and web dates, with their hours east of Greenwich (RFC 5322, section 4.3).
const ZONES: [(&str, i8); 14] = [
    ("z", 0),
    ("gmt", 0),
    ("utc", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("bst", 1),
    ("cet", 1),
    ("cest", 2),
];

/// A date and its parts that are there.
pub(super) struct SpelledDate {
    pub(super) day: Date,
    pub(super) time: Option<Time>,
    pub(super) zone: Option<Offset>,
}

/// The date that the whole text is.
pub(super) fn read(text: &str) -> Option<SpelledDate> {
    let text = text.to_ascii_lowercase();
    let parts = text.split(|c: char| c.is_whitespace() || c == ',');
    let parts = parts
        .map(|part| part.trim_end_matches('.'))
        .filter(|part| !part.is_empty());
    let mut found = Parts::default();
    for (count, part) in parts.enumerate() {
        if count >= MAX_PARTS || !found.add(part) {
            return None;
        }
    }
    found.finish()
}

#[derive(Default)]
struct Parts {
    weekday: Option<()>,
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    time: Option<Time>,
    /// True for `pm`.
    half: Option<bool>,
    zone: Option<Offset>,
}

/// Sets a part. False if it is there already, or could not be read.
fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    slot.is_none() && {
        *slot = value;
        slot.is_some()
    }
}

impl Parts {
    /// Adds a part in lower case. False if it is none.
    fn add(&mut self, part: &str) -> bool {
        let zone = ZONES.iter().find(|(name, _)| *name == part);
        match part {
            "at" => true,
            "am" | "a.m" => set(&mut self.half, Some(false)),
            "pm" | "p.m" => set(&mut self.half, Some(true)),
            _ if index_of(part, &WEEKDAYS).is_some() => set(&mut self.weekday, Some(())),
            _ if part.starts_with(|c: char| c.is_ascii_alphabetic()) => match zone {
                Some((_, hours)) => set(&mut self.zone, Some(jiff::tz::offset(*hours))),
                None => set(&mut self.month, month(part)),
            },
            _ if part.starts_with(['+', '-']) => set(&mut self.zone, offset(part)),
            _ => self.add_number(part),
        }
    }

    fn add_number(&mut self, part: &str) -> bool {
        let end = part.find(|c: char| !c.is_ascii_digit());
        let (digits, rest) = part.split_at(end.unwrap_or(part.len()));
        match (digits.len(), rest) {
            (4, "") => set(&mut self.year, digits.parse().ok()),
            (1 | 2, "" | "st" | "nd" | "rd" | "th") => set(&mut self.day, digits.parse().ok()),
            (1 | 2, "am" | "pm") => {
                set(&mut self.half, Some(rest == "pm"))
                    && set(&mut self.time, time(digits, "0", "0"))
            }
            (1 | 2, _) if rest.starts_with(':') => self.add_time(part),
            _ => self.add_joined_day(part),
        }
    }

    /// Adds a time such as `7:30`, `7:30pm` or `19:30:05+0100`.
    fn add_time(&mut self, part: &str) -> bool {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'));
        let (digits, rest) = part.split_at(end.unwrap_or(part.len()));
        let mut numbers = digits.split(':');
        let (hour, minute) = (numbers.next().unwrap_or(""), numbers.next().unwrap_or(""));
        let second = numbers.next().unwrap_or("0");
        let second = second.split('.').next().unwrap_or("0");
        numbers.next().is_none()
            && set(&mut self.time, time(hour, minute, second))
            && (rest.is_empty() || self.add(rest))
    }

    /// Adds a day such as `02-mar-2026` or `2026-03-02`.
    fn add_joined_day(&mut self, part: &str) -> bool {
        let day = numeric_day(part).or_else(|| {
            let mut parts = part.split(['-', '/']);
            let (day, name, year) = (parts.next()?, parts.next()?, parts.next()?);
            let is_whole = parts.next().is_none() && year.len() == 4;
            let month = month(name).filter(|_| is_whole)?;
            Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
        });
        set(&mut self.day, day.map(Date::day))
            && set(&mut self.month, day.map(Date::month))
            && set(&mut self.year, day.map(Date::year))
    }

    fn finish(self) -> Option<SpelledDate> {
        let day = Date::new(self.year?, self.month?, self.day?).ok()?;
        let time = match (self.time, self.half) {
            (Some(time), Some(is_pm)) if matches!(time.hour(), 1..=12) => {
                let hour = time.hour() % 12 + if is_pm { 12 } else { 0 };
                Some(Time::new(hour, time.minute(), time.second(), 0).ok()?)
            }
            (time, None) => time,
            (_, Some(_)) => return None,
        };
        let zone = self.zone;
        (time.is_some() || zone.is_none()).then_some(SpelledDate { day, time, zone })
    }
}

fn time(hour: &str, minute: &str, second: &str) -> Option<Time> {
    let number = |digits: &str| -> Option<i8> { digits.parse().ok() };
    Time::new(number(hour)?, number(minute)?, number(second)?, 0).ok()
}

/// The index of a name in a list, which may be cut after its third letter or later.
fn index_of(part: &str, names: &[&str]) -> Option<usize> {
    names
        .iter()
        .position(|name| part.len() >= 3 && name.starts_with(part))
}

fn month(part: &str) -> Option<i8> {
    let index = index_of(part.trim_end_matches('.'), &MONTHS)?;
    i8::try_from(index + 1).ok()
}
