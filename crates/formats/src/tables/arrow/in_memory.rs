//! Arrow tables that a program already has in memory. Nothing is copied.

use super::leaves::{Leaf, leaves_of, value};
use super::whole_row;
use crate::Item;
use crate::error::ReadError;
use crate::field_names::FieldNames;
use crate::format::Context;
use crate::options::Fields;
use crate::record_fields::Value;
use crate::tables::columns::Columns;
use crate::tables::record_names::expect_distinct;
use arrow_array::RecordBatch;
use arrow_schema::Schema;
use std::ops::Range;
use std::sync::Arc;

/// The rows of record batches, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct ArrowTable {
    schema: Arc<Schema>,
    batches: Vec<RecordBatch>,
    /// The first row of each batch.
    begins: Vec<usize>,
    rows: usize,
    text_bytes: u64,
}

impl ArrowTable {
    /// # Errors
    ///
    /// Fails if no column can contain the text, or if the batches do not have the columns of the schema.
    pub(crate) fn new(
        schema: Arc<Schema>,
        batches: Vec<RecordBatch>,
        fields: &Fields,
    ) -> Result<Self, ReadError> {
        let names = FieldNames::new(fields);
        let view = View::new(&schema, &names)?;
        let (mut begins, mut rows) = (Vec::with_capacity(batches.len()), 0_usize);
        let mut text_bytes = 0_u64;
        for batch in &batches {
            if batch.schema_ref().fields != schema.fields {
                let other = "a batch has other columns than the table".to_owned();
                return Err(ReadError::NotTable(other));
            }
            begins.push(rows);
            rows = rows.saturating_add(batch.num_rows());
            let bytes = (0..batch.num_rows()).map(|row| view.text_bytes(batch, row));
            text_bytes = bytes.fold(text_bytes, u64::saturating_add);
        }
        Ok(Self {
            schema,
            batches,
            begins,
            rows,
            text_bytes,
        })
    }

    /// The size of all texts in bytes.
    pub(crate) fn text_bytes(&self) -> u64 {
        self.text_bytes
    }

    /// The rows of a chunk that begins at `begin` and has about `chunk_bytes` bytes of text, and the size of their texts.
    /// `None` at the end.
    pub(crate) fn chunk(
        &self,
        begin: usize,
        chunk_bytes: u64,
        fields: &Fields,
    ) -> Option<(Range<usize>, u64)> {
        let names = FieldNames::new(fields);
        let Ok(view) = View::new(&self.schema, &names) else {
            // Reading it reports why.
            return (begin < self.rows).then_some((begin..self.rows, 0));
        };
        let (mut end, mut bytes) = (begin, 0_u64);
        while let Some((batch, row)) = self.place(end).filter(|_| bytes < chunk_bytes) {
            bytes = bytes.saturating_add(view.text_bytes(batch, row));
            // A row without a text takes time too.
            bytes = bytes.saturating_add(1);
            end += 1;
        }
        (end > begin).then(|| (begin..end, bytes - (end - begin) as u64))
    }

    /// Visits the documents of rows, or their faults.
    pub(crate) fn read(
        &self,
        ranges: impl Iterator<Item = Range<usize>>,
        context: &Context<'_>,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        let names = FieldNames::new(&context.options.fields);
        let is_whole = context.options.whole_records;
        let view = View::new(&self.schema, &names).and_then(|view| {
            if is_whole {
                expect_distinct(self.schema.fields.iter().map(|field| field.name().as_str()))?;
            }
            Ok(view)
        });
        let view = match view {
            Ok(view) => view,
            Err(error) => return visit(Item::Skipped(context.fault(None, &error))),
        };
        for row in ranges.flatten() {
            let Some((batch, at)) = self.place(row) else {
                continue;
            };
            let location = context.location(Some(row as u64 + 1), row, 0);
            let value = |wanted: usize, _: usize| view.value(batch, wanted, at);
            let whole = is_whole.then(|| whole_row::object(batch, at));
            view.columns.read(location, value, whole, context, visit);
        }
    }

    /// The batch of a row, and its place there.
    fn place(&self, row: usize) -> Option<(&RecordBatch, usize)> {
        let at = self.begins.partition_point(|begin| *begin <= row);
        let at = at.checked_sub(1)?;
        let (batch, begin) = (self.batches.get(at)?, self.begins.get(at)?);
        let place = row - begin;
        (place < batch.num_rows()).then_some((batch, place))
    }
}

/// The columns of a table that can fill fields of a document.
struct View<'n> {
    columns: Columns<'n>,
    leaves: Vec<Leaf>,
    /// The numbers of the leaves that are used.
    used: Vec<usize>,
    /// The numbers of the leaves that can be the text.
    texts: Vec<usize>,
}

impl<'n> View<'n> {
    fn new(schema: &Schema, names: &'n FieldNames<'n>) -> Result<Self, ReadError> {
        let leaves = leaves_of(&schema.fields);
        let columns = Columns::new(leaves.iter().map(|leaf| leaf.name.as_str()), names)?;
        Ok(Self {
            used: columns.numbers().collect(),
            texts: columns.text_numbers().collect(),
            columns,
            leaves,
        })
    }

    /// The value of a used column in a row of a batch.
    fn value<'a>(&self, batch: &'a RecordBatch, wanted: usize, row: usize) -> Value<'a> {
        let number = self.used.get(wanted);
        number.map_or(Value::Absent, |number| self.leaf_value(batch, *number, row))
    }

    fn leaf_value<'a>(&self, batch: &'a RecordBatch, number: usize, row: usize) -> Value<'a> {
        let leaf = self.leaves.get(number);
        leaf.map_or(Value::Absent, |leaf| value(batch, Some, leaf, row))
    }

    /// The size of what can be the text of a row.
    fn text_bytes(&self, batch: &RecordBatch, row: usize) -> u64 {
        let sizes = (self.texts.iter()).map(|number| match self.leaf_value(batch, *number, row) {
            Value::String(text) => text.len() as u64,
            _ => 0,
        });
        sizes.sum()
    }
}
