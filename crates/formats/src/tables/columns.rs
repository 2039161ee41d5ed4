//! Maps the columns of a table to the fields of a document.

use crate::error::ReadError;
use crate::format::Context;
use crate::record_fields::{FieldNames, RecordBuilder, Value};
use crate::{Document, Item, Location};

/// The columns that hold the fields of documents.
pub(super) struct Columns<'n> {
    names: &'n FieldNames<'n>,
    /// The number and name of each used column.
    wanted: Vec<(usize, String)>,
}

impl<'n> Columns<'n> {
    /// Selects columns by their names in the header.
    ///
    /// # Errors
    ///
    /// Fails if no column can contain the text.
    pub(super) fn new<'h>(
        header: impl Iterator<Item = &'h str>,
        names: &'n FieldNames<'n>,
        context: &Context<'_>,
    ) -> Result<Self, ReadError> {
        let named = header.map(|name| name.trim().trim_start_matches('\u{FEFF}').to_owned());
        let wanted: Vec<_> = named
            .enumerate()
            .filter(|(_, name)| names.contains(name))
            .collect();
        let fields = &context.options.fields.text;
        if wanted.iter().any(|(_, name)| fields.contains(name)) {
            Ok(Self { names, wanted })
        } else {
            Err(ReadError::NoTextField(fields.join(", ")))
        }
    }

    /// The column numbers, in ascending order.
    #[cfg(feature = "parquet")]
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        self.wanted.iter().map(|(number, _)| *number)
    }

    /// Visits the document of a row, or its fault. `value` returns the value of a column, given its index
    /// among the used columns and its number.
    pub(super) fn read<'a>(
        &self,
        location: Location,
        value: impl Fn(usize, usize) -> Value<'a>,
        context: &Context<'_>,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        let mut record = RecordBuilder::default();
        for (at, (number, name)) in self.wanted.iter().enumerate() {
            record.add(self.names, name, value(at, *number));
        }
        let limit = context.options.max_document_bytes;
        let document = record
            .finish()
            .into_document(&context.options.fields, location);
        let checked = document.and_then(|document: Document<'_>| {
            if document.text.len() as u64 > limit {
                Err(ReadError::TooLarge { limit })
            } else {
                Ok(document)
            }
        });
        match checked {
            Ok(document) => visit(Item::Document(document)),
            Err(error) => visit(Item::Skipped(context.fault(location.line, &error))),
        }
    }
}
