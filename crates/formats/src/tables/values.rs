//! Values of columnar formats as values of a document.

use crate::record_fields::Value;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Bytes that are no text.
pub(super) const BYTES: Value<'static> = Value::Other("bytes");

const NANOSECONDS_OF_A_DAY: i128 = 86_400_000_000_000;

/// Data frames turn integer columns with missing values into floating-point columns. Whole numbers become
/// integers again, so that ids are usable.
pub(super) fn number(number: f64, rendered: String) -> Value<'static> {
    if number.is_nan() {
        Value::Null
    } else if number.fract() == 0.0 {
        Value::Integer(rendered)
    } else {
        Value::Fraction(rendered)
    }
}

/// The date this many days after 1970-01-01.
pub(super) fn date(days: i32) -> Value<'static> {
    civil(i128::from(days) * NANOSECONDS_OF_A_DAY, |time| {
        time.date().to_string()
    })
}

/// The time this many nanoseconds after 1970, in UTC or in an unknown time zone.
pub(super) fn instant(nanoseconds: i128, is_utc: bool) -> Value<'static> {
    let zone = if is_utc { "Z" } else { "" };
    civil(nanoseconds, |time| format!("{time}{zone}"))
}

/// The civil time at this many nanoseconds after 1970-01-01, formatted by `render`.
fn civil(nanoseconds: i128, render: impl Fn(DateTime) -> String) -> Value<'static> {
    match Timestamp::from_nanosecond(nanoseconds) {
        Ok(time) => Value::String(render(TimeZone::UTC.to_datetime(time)).into()),
        // The calendar covers the years -9999 to 9999.
        Err(_) => Value::Other("a date out of range"),
    }
}
