//! Reads a column with one value per row, in batches.

use super::cell::{Cell, ValueKind};
use super::checked_pages::CheckedPages;
use crate::record_fields::Value;
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use ::parquet::data_type::DataType;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::RowGroupReader;

/// A batch of rows of a column.
pub(super) trait ColumnBatch {
    /// Replaces the batch by the next `rows` rows.
    ///
    /// # Errors
    ///
    /// Fails if the column is damaged or has fewer rows.
    fn advance(&mut self, rows: usize) -> Result<()>;

    /// The value of a row in the batch.
    fn value(&self, row: usize) -> Value<'_>;
}

/// Opens a leaf column of a row group by its number.
///
/// # Errors
///
/// Fails if the file states a wrong position for the column.
pub(super) fn open(group: &dyn RowGroupReader, number: usize) -> Result<Box<dyn ColumnBatch>> {
    let column = group.metadata().schema_descr().column(number);
    let pages = CheckedPages {
        pages: group.get_column_page_reader(number)?,
        max_level: column.max_def_level(),
    };
    let kind = ValueKind::of(&column);
    // The definition level of a value that is present.
    let present_level = column.max_def_level();
    Ok(match get_column_reader(column, Box::new(pages)) {
        ColumnReader::BoolColumnReader(reader) => {
            Box::new(Column::new(reader, kind, present_level))
        }
        ColumnReader::Int32ColumnReader(reader) => {
            Box::new(Column::new(reader, kind, present_level))
        }
        ColumnReader::Int64ColumnReader(reader) => {
            Box::new(Column::new(reader, kind, present_level))
        }
        ColumnReader::Int96ColumnReader(reader) => {
            Box::new(Column::new(reader, kind, present_level))
        }
        ColumnReader::FloatColumnReader(reader) => {
            Box::new(Column::new(reader, kind, present_level))
        }
        ColumnReader::DoubleColumnReader(reader) => {
            Box::new(Column::new(reader, kind, present_level))
        }
        ColumnReader::ByteArrayColumnReader(reader) => {
            Box::new(Column::new(reader, kind, present_level))
        }
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            Box::new(Column::new(reader, kind, present_level))
        }
    })
}

struct Column<T: DataType> {
    reader: ColumnReaderImpl<T>,
    kind: ValueKind,
    /// The definition level of a value that is present.
    present_level: i16,
    /// The values that are present in the batch.
    values: Vec<T::T>,
    /// The definition level of each row, or empty if no value can be missing.
    levels: Vec<i16>,
    /// For each row, the index of its value in `values`.
    value_indices: Vec<Option<usize>>,
}

impl<T: DataType> Column<T> {
    fn new(reader: ColumnReaderImpl<T>, kind: ValueKind, present_level: i16) -> Self {
        Self {
            reader,
            kind,
            present_level,
            values: Vec::new(),
            levels: Vec::new(),
            value_indices: Vec::new(),
        }
    }
}

impl<T: DataType> ColumnBatch for Column<T>
where
    T::T: Cell,
{
    fn advance(&mut self, rows: usize) -> Result<()> {
        self.values.clear();
        self.levels.clear();
        self.value_indices.clear();
        let mut read = 0;
        while read < rows {
            let levels = Some(&mut self.levels);
            let (records, ..) =
                (self.reader).read_records(rows - read, levels, None, &mut self.values)?;
            if records == 0 {
                return Err(ParquetError::EOF("a column has too few rows".to_owned()));
            }
            read += records;
        }
        let mut next = 0;
        let value_indices = (0..rows).map(|row| {
            let is_there = (self.levels.get(row)).is_none_or(|level| *level == self.present_level);
            is_there.then(|| {
                next += 1;
                next - 1
            })
        });
        self.value_indices.extend(value_indices);
        Ok(())
    }

    fn value(&self, row: usize) -> Value<'_> {
        let value_index = self.value_indices.get(row).copied().flatten();
        let value = value_index.and_then(|value_index| self.values.get(value_index));
        value.map_or(Value::Null, |value| value.as_value(self.kind))
    }
}
