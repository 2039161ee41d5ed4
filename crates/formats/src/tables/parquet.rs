//! Parquet: reads the used columns side by side, a batch of rows at a time.

mod cell;
mod checked_pages;
mod column;
mod whole_row;

use super::columns::Columns;
use super::record_names::expect_distinct;
use crate::error::ReadError;
use crate::field_names::FieldNames;
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::panic_guard::catch_panic;
use crate::record_fields::Value;
use crate::{Item, Options};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use ::parquet::schema::types::SchemaDescriptor;
use bytes::Bytes;
use column::ColumnBatch;

/// Parquet. The row number takes the place of the line number.
#[derive(Debug)]
pub(crate) struct Parquet;

/// The number of rows in memory at a time.
const BATCH_ROWS: usize = 256;

/// The first and the last bytes of a Parquet file.
const MAGIC: &[u8] = b"PAR1";

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet", "pq"]
    }

    fn recognises(&self, head: &FileHead<'_>) -> bool {
        head.bytes.starts_with(MAGIC)
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn max_file_bytes(&self, options: &Options) -> u64 {
        options.max_document_bytes.max(super::FILE_BYTES)
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        if let Err(error) = read(bytes, context, visit) {
            visit(Item::Skipped(context.fault(None, &error)));
        }
    }
}

fn read(
    bytes: &[u8],
    context: &Context<'_>,
    visit: &mut dyn FnMut(Item<'_>),
) -> Result<(), ReadError> {
    if !bytes.ends_with(MAGIC) {
        return Err(ReadError::NotTable("its end is missing".to_owned()));
    }
    let bytes = Bytes::copy_from_slice(bytes);
    let file = catch_errors(|| SerializedFileReader::new(bytes))?;
    check_size(file.metadata())?;
    let schema = file.metadata().file_metadata().schema_descr();
    let leaves = schema.num_columns();
    let mut header: Vec<String> = (0..leaves).map(|leaf| column_name(schema, leaf)).collect();
    // A group has no value of its own, but a text field of its name must be reported.
    let groups = (schema.root_schema().get_fields().iter()).filter(|field| field.is_group());
    header.extend(groups.map(|group| group.name().to_owned()));
    let names = FieldNames::new(&context.options.fields);
    let columns = Columns::new(header.iter().map(String::as_str), &names)?;
    let leaves: Vec<Option<usize>> = (columns.numbers())
        .map(|number| (number < leaves && is_single(schema, number)).then_some(number))
        .collect();
    if leaves.iter().all(Option::is_none) {
        return Err(ReadError::TextNotString(NESTED_VALUE));
    }
    let mut whole_rows = match context.options.whole_records {
        true => {
            let fields = schema.root_schema().get_fields().iter();
            expect_distinct(fields.map(|field| field.name()))?;
            Some(catch_errors(|| file.get_row_iter(None))?)
        }
        false => None,
    };
    let mut row = 0;
    for group in 0..file.num_row_groups() {
        let group = catch_errors(|| file.get_row_group(group))?;
        let mut table = RowGroup::new(&*group, &leaves)?;
        loop {
            let rows = table.advance()?;
            if rows == 0 {
                break;
            }
            for at in 0..rows {
                let location = context.location(Some(row as u64 + 1), row, 0);
                let whole = match &mut whole_rows {
                    Some(rows) => catch_errors(|| rows.next().transpose())?,
                    None => None,
                };
                columns.read(
                    location,
                    |wanted, _| table.value(wanted, at),
                    whole.map(|row| whole_row::object(&row)),
                    context,
                    visit,
                );
                row += 1;
            }
        }
    }
    if row == 0 {
        return Err(ReadError::NoBytes);
    }
    Ok(())
}

/// How messages call a value with several parts.
const NESTED_VALUE: &str =
    "a nested value; name a field inside it by its path, such as article.body";

/// The name of a leaf column: its path, with dots between the names of the groups that it is in. A column of
/// lists has the name of its outermost group.
fn column_name(schema: &SchemaDescriptor, leaf: usize) -> String {
    if is_single(schema, leaf) {
        schema.column(leaf).path().string()
    } else {
        schema.get_column_root(leaf).name().to_owned()
    }
}

/// True if a leaf column has at most one value per row.
fn is_single(schema: &SchemaDescriptor, leaf: usize) -> bool {
    schema.column(leaf).max_rep_level() == 0
}

/// Rejects a file that exceeds the limit when decompressed.
fn check_size(metadata: &ParquetMetaData) -> Result<(), ReadError> {
    let groups = metadata.row_groups().iter();
    let sizes = groups.map(|group| u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX));
    let limit = 4 * super::FILE_BYTES;
    if sizes.max().unwrap_or(0) > limit {
        return Err(ReadError::TooLarge { limit });
    }
    Ok(())
}

/// Calls the `parquet` crate. It returns most errors of a file, and panics for some.
fn catch_errors<T>(call: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ReadError> {
    match catch_panic(call) {
        Some(Ok(value)) => Ok(value),
        Some(Err(error)) => Err(ReadError::NotTable(error.to_string())),
        None => Err(ReadError::NotTable("a damaged page".to_owned())),
    }
}

/// The used columns of a row group.
struct RowGroup {
    /// `None` for a column of lists.
    columns: Vec<Option<Box<dyn ColumnBatch>>>,
    /// The number of rows that have not been read.
    left: u64,
}

impl RowGroup {
    fn new(group: &dyn RowGroupReader, leaves: &[Option<usize>]) -> Result<Self, ReadError> {
        let open = |leaf: &Option<usize>| {
            leaf.map(|leaf| catch_errors(|| column::open(group, leaf)))
                .transpose()
        };
        let rows = group.metadata().num_rows();
        Ok(Self {
            columns: leaves.iter().map(open).collect::<Result<_, _>>()?,
            left: u64::try_from(rows)
                .map_err(|_| ReadError::NotTable("a negative number of rows".to_owned()))?,
        })
    }

    /// Reads the next batch of at most [`BATCH_ROWS`] rows and returns their number, or 0 at the end.
    fn advance(&mut self) -> Result<usize, ReadError> {
        let rows = usize::try_from(self.left).map_or(BATCH_ROWS, |left| left.min(BATCH_ROWS));
        for column in self.columns.iter_mut().flatten() {
            catch_errors(|| column.advance(rows))?;
        }
        self.left -= rows as u64;
        Ok(rows)
    }

    /// The value of a used column in a row of the current batch.
    fn value(&self, wanted: usize, row: usize) -> Value<'_> {
        match self.columns.get(wanted) {
            Some(Some(column)) => column.value(row),
            Some(None) => Value::Other(NESTED_VALUE),
            None => Value::Absent,
        }
    }
}
