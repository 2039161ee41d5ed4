//! Parquet, read by the `parquet` crate into Arrow columns, of which the wanted ones become strings.

use super::columns::Columns;
use crate::source::format::{Context, Format, Shape};
use crate::source::head::Head;
use crate::source::record::{Names, Value};
use crate::source::trouble::Trouble;
use crate::source::{Item, Options};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::DataType;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Tables by column; a row's number stands for its line.
#[derive(Debug)]
pub(in crate::source) struct Parquet;

/// Rows that are in memory at a time.
const ROWS: usize = 256;

/// What a Parquet file begins with.
const MAGIC: &[u8] = b"PAR1";

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet", "pq"]
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.bytes.starts_with(MAGIC)
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn file_bytes(&self, options: &Options) -> u64 {
        options.max_document_bytes.max(super::FILE_BYTES)
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        if let Err(trouble) = read(bytes, context, visit) {
            visit(Item::Skipped(context.fault(None, &trouble)));
        }
    }
}

fn read(
    bytes: &[u8],
    context: &Context<'_>,
    visit: &mut dyn FnMut(Item<'_>),
) -> Result<(), Trouble> {
    let bytes = Bytes::copy_from_slice(bytes);
    let builder = guarded(|| ParquetRecordBatchReaderBuilder::try_new(bytes))?;
    check_size(&builder)?;
    let header: Vec<String> = (builder.schema().fields().iter())
        .map(|field| field.name().clone())
        .collect();
    let names = Names::new(&context.options.fields);
    let columns = Columns::new(header.iter().map(String::as_str), &names, context)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), columns.numbers());
    let reader = guarded(|| builder.with_batch_size(ROWS).with_projection(mask).build())?;
    let mut row = 0;
    let mut batches = Batches(reader);
    while let Some(batch) = batches.next()? {
        let columns_of_batch: Vec<Column> = batch.columns().iter().map(Column::new).collect();
        for at in 0..batch.num_rows() {
            let value = |wanted: usize, _| {
                let column = columns_of_batch.get(wanted);
                column.map_or(Value::Absent, |column| column.value(at))
            };
            let place = context.place(Some(row as u64 + 1), row, 0);
            columns.read(place, value, context, visit);
            row += 1;
        }
    }
    if row == 0 {
        return Err(Trouble::NoBytes);
    }
    Ok(())
}

/// Refuses a file that grows beyond the limit when it is decompressed.
fn check_size<T>(
    builder: &parquet::arrow::arrow_reader::ArrowReaderBuilder<T>,
) -> Result<(), Trouble> {
    let groups = builder.metadata().row_groups().iter();
    let sizes = groups.map(|group| u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX));
    let limit = 4 * super::FILE_BYTES;
    if sizes.max().unwrap_or(0) > limit {
        return Err(Trouble::TooLarge { limit });
    }
    Ok(())
}

struct Batches(ParquetRecordBatchReader);

impl Batches {
    fn next(&mut self) -> Result<Option<RecordBatch>, Trouble> {
        guarded(|| self.0.next().transpose())
    }
}

/// Calls the reader. It reports most of what may be wrong with a file, and panics at some of it.
fn guarded<T, E: ToString>(call: impl FnOnce() -> Result<T, E>) -> Result<T, Trouble> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Trouble::NotTable(error.to_string())),
        Err(_) => Err(Trouble::NotTable("a broken page".to_owned())),
    }
}

/// A column as strings.
enum Column {
    Strings {
        values: StringArray,
        is_number: bool,
    },
    /// Of a kind that is no string.
    Other,
}

impl Column {
    fn new(array: &ArrayRef) -> Self {
        let is_number = array.data_type().is_numeric();
        match arrow_cast::cast(array, &DataType::Utf8) {
            Ok(strings) => Self::Strings {
                values: strings.as_string::<i32>().clone(),
                is_number,
            },
            Err(_) => Self::Other,
        }
    }

    fn value(&self, row: usize) -> Value<'_> {
        match self {
            Self::Other => Value::Other("a nested value"),
            Self::Strings { values, .. } if values.is_null(row) => Value::Null,
            Self::Strings {
                values,
                is_number: true,
            } => Value::Integer(values.value(row).to_owned()),
            Self::Strings { values, .. } => Value::String(values.value(row).into()),
        }
    }
}
