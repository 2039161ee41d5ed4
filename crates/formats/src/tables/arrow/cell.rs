//! Converts Arrow values to values of a document.

use crate::record_fields::Value;
use crate::tables::values::{BYTES, date, instant, number};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, downcast_dictionary_array};
use arrow_schema::{DataType, TimeUnit};

/// The value of a row. The row must be in the array.
pub(super) fn value(array: &dyn Array, row: usize) -> Value<'_> {
    if row >= array.len() || array.is_null(row) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => Value::String(array.as_string::<i32>().value(row).into()),
        DataType::LargeUtf8 => Value::String(array.as_string::<i64>().value(row).into()),
        DataType::Utf8View => Value::String(array.as_string_view().value(row).into()),
        DataType::Binary => text(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => text(array.as_binary::<i64>().value(row)),
        DataType::Int8 => integer::<Int8Type>(array, row),
        DataType::Int16 => integer::<Int16Type>(array, row),
        DataType::Int32 => integer::<Int32Type>(array, row),
        DataType::Int64 => integer::<Int64Type>(array, row),
        DataType::UInt8 => integer::<UInt8Type>(array, row),
        DataType::UInt16 => integer::<UInt16Type>(array, row),
        DataType::UInt32 => integer::<UInt32Type>(array, row),
        DataType::UInt64 => integer::<UInt64Type>(array, row),
        DataType::Float32 => {
            let value = array.as_primitive::<Float32Type>().value(row);
            number(value.into(), value.to_string())
        }
        DataType::Float64 => {
            let value = array.as_primitive::<Float64Type>().value(row);
            number(value, value.to_string())
        }
        DataType::Date32 => date(array.as_primitive::<Date32Type>().value(row)),
        DataType::Date64 => {
            let milliseconds = array.as_primitive::<Date64Type>().value(row);
            let days = milliseconds.div_euclid(86_400_000);
            i32::try_from(days).map_or(Value::Other("a date out of range"), date)
        }
        DataType::Timestamp(unit, zone) => {
            let (value, nanoseconds) = match unit {
                TimeUnit::Second => (primitive::<TimestampSecondType>(array, row), 1_000_000_000),
                TimeUnit::Millisecond => {
                    (primitive::<TimestampMillisecondType>(array, row), 1_000_000)
                }
                TimeUnit::Microsecond => (primitive::<TimestampMicrosecondType>(array, row), 1_000),
                TimeUnit::Nanosecond => (primitive::<TimestampNanosecondType>(array, row), 1),
            };
            instant(i128::from(value) * nanoseconds, zone.is_some())
        }
        DataType::Dictionary(..) => {
            downcast_dictionary_array!(
                array => match array.key(row) {
                    Some(key) => value(array.values().as_ref(), key),
                    None => Value::Null,
                },
                _ => Value::Other("a nested value")
            )
        }
        DataType::Boolean => Value::Other("a boolean"),
        DataType::Null => Value::Null,
        _ => Value::Other("a nested value"),
    }
}

fn primitive<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

fn integer<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> Value<'static>
where
    T::Native: ToString,
{
    Value::Integer(primitive::<T>(array, row).to_string())
}

/// Bytes as text, if they are UTF-8. Some writers do not mark strings as such.
fn text(bytes: &[u8]) -> Value<'_> {
    std::str::from_utf8(bytes).map_or(BYTES, |text| Value::String(text.into()))
}
