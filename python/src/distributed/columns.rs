//! Columns of batches, by name.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, ListArray, PrimitiveArray, RecordBatch, StringArray,
};
use arrow_schema::{ArrowError, DataType};

/// The columns of a batch.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a>(pub(super) &'a RecordBatch);

impl<'a> Columns<'a> {
    fn column(self, name: &str) -> Result<&'a ArrayRef, ArrowError> {
        let column = self.0.column_by_name(name);
        column.ok_or_else(|| ArrowError::SchemaError(format!("expected a column {name:?}")))
    }

    pub(super) fn longs(self, name: &str) -> Result<&'a PrimitiveArray<Int64Type>, ArrowError> {
        let column = self.column(name)?;
        column.as_primitive_opt().ok_or_else(|| wrong(name, column))
    }

    pub(super) fn ints(self, name: &str) -> Result<&'a PrimitiveArray<Int32Type>, ArrowError> {
        let column = self.column(name)?;
        column.as_primitive_opt().ok_or_else(|| wrong(name, column))
    }

    pub(super) fn doubles(self, name: &str) -> Result<&'a PrimitiveArray<Float64Type>, ArrowError> {
        let column = self.column(name)?;
        column.as_primitive_opt().ok_or_else(|| wrong(name, column))
    }

    pub(super) fn booleans(self, name: &str) -> Result<&'a BooleanArray, ArrowError> {
        let column = self.column(name)?;
        column.as_boolean_opt().ok_or_else(|| wrong(name, column))
    }

    pub(super) fn strings(self, name: &str) -> Result<&'a StringArray, ArrowError> {
        let column = self.column(name)?;
        column.as_string_opt().ok_or_else(|| wrong(name, column))
    }

    pub(super) fn bytes(self, name: &str) -> Result<&'a BinaryArray, ArrowError> {
        let column = self.column(name)?;
        column.as_binary_opt().ok_or_else(|| wrong(name, column))
    }

    pub(super) fn lists(self, name: &str) -> Result<&'a ListArray, ArrowError> {
        let column = self.column(name)?;
        column.as_list_opt().ok_or_else(|| wrong(name, column))
    }
}

fn wrong(name: &str, column: &ArrayRef) -> ArrowError {
    let found: &DataType = column.data_type();
    ArrowError::SchemaError(format!("the column {name:?} has the type {found}"))
}

/// The strings or bytes of a row, if there are any.
pub(super) fn text(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}

/// Numbers of 4 bytes, as [`from_u32`] writes them.
pub(super) fn to_u32(bytes: &[u8]) -> Vec<u32> {
    let (numbers, _) = bytes.as_chunks();
    numbers.iter().map(|&n| u32::from_le_bytes(n)).collect()
}

pub(super) fn from_u32(numbers: &[u32]) -> Vec<u8> {
    let numbers: Vec<_> = numbers.iter().map(|n| n.to_le_bytes()).collect();
    numbers.into_flattened()
}

/// Numbers of 8 bytes, as [`from_u64`] writes them.
pub(super) fn to_u64(bytes: &[u8]) -> Vec<u64> {
    let (numbers, _) = bytes.as_chunks();
    numbers.iter().map(|&n| u64::from_le_bytes(n)).collect()
}

pub(super) fn from_u64(numbers: &[u64]) -> Vec<u8> {
    let numbers: Vec<_> = numbers.iter().map(|n| n.to_le_bytes()).collect();
    numbers.into_flattened()
}

/// A number of the library in a column of signed ones.
pub(super) fn int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A number of a column, which is never negative.
pub(super) fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
