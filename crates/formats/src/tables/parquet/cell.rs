//! Converts Parquet values to values of a document.

use crate::record_fields::Value;
use crate::tables::values::{BYTES, date, instant, number};
use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use ::parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use ::parquet::schema::types::ColumnDescriptor;

const TOO_LONG: Value<'static> = Value::Other("a number of too many digits");

/// What the stored values of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// The stored value itself.
    Plain,
    Unsigned,
    /// A number whose last `scale` digits are the fraction.
    Decimal {
        scale: usize,
    },
    /// Days since 1970-01-01.
    Date,
    /// Multiples of `unit` nanoseconds since 1970, in UTC or in an unknown time zone.
    Instant {
        unit: i128,
        is_utc: bool,
    },
    TimeOfDay,
    Uuid,
}

impl ValueKind {
    /// Determined by the logical type, or by the converted type that older writers use.
    pub(super) fn of(column: &ColumnDescriptor) -> Self {
        let instant = |unit, is_utc| Self::Instant { unit, is_utc };
        let unit = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => 1_000_000,
            TimeUnit::MICROS => 1_000,
            TimeUnit::NANOS => 1,
        };
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Timestamp(time)), _) => {
                instant(unit(&time.unit), time.is_adjusted_to_u_t_c)
            }
            (Some(LogicalType::Time(_)), _) => Self::TimeOfDay,
            (Some(LogicalType::Uuid), _) => Self::Uuid,
            (_, ConvertedType::TIMESTAMP_MILLIS) => instant(unit(&TimeUnit::MILLIS), true),
            (_, ConvertedType::TIMESTAMP_MICROS) => instant(unit(&TimeUnit::MICROS), true),
            (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => Self::TimeOfDay,
            (_, ConvertedType::DATE) => Self::Date,
            (_, ConvertedType::DECIMAL) => usize::try_from(column.type_scale())
                .map_or(Self::Plain, |scale| Self::Decimal { scale }),
            (
                _,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64,
            ) => Self::Unsigned,
            _ => Self::Plain,
        }
    }
}

/// A stored value.
pub(super) trait Cell {
    /// The value for a document, in a column of this kind.
    fn as_value(&self, kind: ValueKind) -> Value<'_>;
}

impl Cell for bool {
    fn as_value(&self, _: ValueKind) -> Value<'_> {
        Value::Other("a boolean")
    }
}

impl Cell for i32 {
    fn as_value(&self, kind: ValueKind) -> Value<'_> {
        match kind {
            ValueKind::Unsigned => Value::Integer(self.cast_unsigned().to_string()),
            ValueKind::Date => date(*self),
            _ => integer((*self).into(), kind),
        }
    }
}

impl Cell for i64 {
    fn as_value(&self, kind: ValueKind) -> Value<'_> {
        match kind {
            ValueKind::Unsigned => Value::Integer(self.cast_unsigned().to_string()),
            _ => integer(*self, kind),
        }
    }
}

/// Timestamps of older writers: nanoseconds in an unknown time zone.
impl Cell for Int96 {
    fn as_value(&self, _: ValueKind) -> Value<'_> {
        instant(self.to_nanos().into(), false)
    }
}

impl Cell for f32 {
    fn as_value(&self, _: ValueKind) -> Value<'_> {
        number(f64::from(*self), self.to_string())
    }
}

impl Cell for f64 {
    fn as_value(&self, _: ValueKind) -> Value<'_> {
        number(*self, self.to_string())
    }
}

impl Cell for ByteArray {
    fn as_value(&self, kind: ValueKind) -> Value<'_> {
        match (kind, std::str::from_utf8(self.data())) {
            (ValueKind::Plain, Ok(text)) => Value::String(text.into()),
            _ => bytes(self.data(), kind),
        }
    }
}

impl Cell for FixedLenByteArray {
    fn as_value(&self, kind: ValueKind) -> Value<'_> {
        bytes(self.data(), kind)
    }
}

fn bytes(bytes: &[u8], kind: ValueKind) -> Value<'static> {
    match kind {
        ValueKind::Decimal { scale } => {
            signed(bytes).map_or(TOO_LONG, |number| decimal(number, scale))
        }
        ValueKind::Uuid => uuid(bytes),
        _ => BYTES,
    }
}

/// Parses a big-endian number in two's complement.
fn signed(bytes: &[u8]) -> Option<i128> {
    let first = *bytes.first()?;
    let sign = if first < 0x80 { 0 } else { 0xFF };
    let mut filled = [sign; 16];
    let begin = filled.len().checked_sub(bytes.len())?;
    filled.get_mut(begin..)?.copy_from_slice(bytes);
    Some(i128::from_be_bytes(filled))
}

fn integer(number: i64, kind: ValueKind) -> Value<'static> {
    match kind {
        ValueKind::Decimal { scale } => decimal(number.into(), scale),
        ValueKind::Instant { unit, is_utc } => instant(i128::from(number) * unit, is_utc),
        ValueKind::TimeOfDay => Value::Other("a time of day"),
        ValueKind::Plain | ValueKind::Unsigned | ValueKind::Date | ValueKind::Uuid => {
            Value::Integer(number.to_string())
        }
    }
}

fn decimal(unscaled: i128, scale: usize) -> Value<'static> {
    if scale == 0 {
        return Value::Integer(unscaled.to_string());
    }
    // An `i128` has at most 39 digits.
    if scale > 38 {
        return TOO_LONG;
    }
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    Value::Fraction(format!("{sign}{whole}.{fraction}"))
}

fn uuid(bytes: &[u8]) -> Value<'static> {
    let Ok(bytes) = <[u8; 16]>::try_from(bytes) else {
        return BYTES;
    };
    let mut digits = format!("{:032x}", u128::from_be_bytes(bytes));
    for at in [20, 16, 12, 8] {
        digits.insert(at, '-');
    }
    Value::String(digits.into())
}
