//! Maps the columns of a table to the fields of a document.

use crate::error::ReadError;
use crate::field_names::{FieldName, FieldNames};
use crate::format::Context;
use crate::record_fields::{RecordBuilder, Value};
use crate::{Document, Item, Location, WholeRecord};

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
        header: impl Iterator<Item = &'h str> + Clone,
        names: &'n FieldNames<'n>,
    ) -> Result<Self, ReadError> {
        let wanted: Vec<_> = (header.clone().map(str::to_owned).enumerate())
            .filter(|(_, name)| names.find(name).is_some())
            .collect();
        let mut found = wanted.iter().filter_map(|(_, name)| names.find(name));
        if found.any(FieldName::is_text) {
            Ok(Self { names, wanted })
        } else {
            Err(ReadError::no_text_field(names, header))
        }
    }

    /// The number of cells that a row needs to have a text: up to the first column that can hold one.
    #[cfg(feature = "tables")]
    pub(super) fn text_end(&self) -> usize {
        let is_text = |name: &String| self.names.find(name).is_some_and(FieldName::is_text);
        let text = self.wanted.iter().find(|(_, name)| is_text(name));
        text.map_or(0, |(number, _)| number + 1)
    }

    /// The column numbers, in ascending order.
    #[cfg(any(feature = "arrow", feature = "parquet"))]
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        self.wanted.iter().map(|(number, _)| *number)
    }

    /// The numbers of the columns that can hold the text, in ascending order.
    #[cfg(feature = "arrow")]
    pub(super) fn text_numbers(&self) -> impl Iterator<Item = usize> + '_ {
        let is_text = |name: &String| self.names.find(name).is_some_and(FieldName::is_text);
        let texts = self.wanted.iter().filter(move |(_, name)| is_text(name));
        texts.map(|(number, _)| *number)
    }

    /// Visits the document of a row, or its fault. `value` returns the value of a column, given its index
    /// among the used columns and its number. `whole` is the row as JSON, if it is wanted.
    pub(super) fn read<'a>(
        &self,
        location: Location,
        value: impl Fn(usize, usize) -> Value<'a>,
        whole: Option<String>,
        context: &Context<'_>,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        let mut record = RecordBuilder::default();
        // Of two values of one name, a record has the later one. A table has the earlier one, whose name a record of its row
        // keeps (see `RecordNames`).
        for (at, (number, name)) in self.wanted.iter().enumerate().rev() {
            record.add(self.names, name, value(at, *number));
        }
        let limit = context.options.max_document_bytes;
        let no_text_field = || ReadError::TextNull;
        let document = record.finish().into_document(location, no_text_field);
        let checked = document.and_then(|document: Document<'_>| {
            if document.text.len() as u64 > limit {
                Err(ReadError::TooLarge { limit })
            } else {
                Ok(document)
            }
        });
        match checked {
            Ok(document) => visit(Item::Document(Document {
                record: whole.map(WholeRecord::new),
                ..document
            })),
            Err(error) => visit(Item::Skipped(context.fault(location.line, &error))),
        }
    }
}
