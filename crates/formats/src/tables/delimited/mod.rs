//! CSV and TSV with a header row.

mod cells;
mod dialect;
mod rows;

use super::columns::Columns;
use super::json_row::{JsonRow, json};
use super::record_names::RecordNames;
use crate::decode::{decode, is_mostly_control_bytes};
use crate::error::ReadError;
use crate::field_names::{FieldName, FieldNames};
use crate::file_head::FileHead;
use crate::format::{Context, Format, Shape};
use crate::line_counter::LineCounter;
use crate::record_fields::Value;
use crate::{Item, Location, Options};
use cells::MAX_CELLS;
use dialect::Header;
use rows::{Doubt, ReadRow, Rows};

/// Values separated by commas, tabs, semicolons or vertical bars. The header row determines which.
#[derive(Debug)]
pub(crate) struct Delimited;

impl Format for Delimited {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tab", "tsv"]
    }

    /// Any text may be a table, so only the name can tell.
    fn recognises(&self, _: &FileHead<'_>) -> bool {
        false
    }

    fn shape(&self) -> Shape {
        Shape::Whole
    }

    fn max_file_bytes(&self, options: &Options) -> u64 {
        options.max_document_bytes.max(super::FILE_BYTES)
    }

    fn read(&self, bytes: &[u8], context: &Context<'_>, visit: &mut dyn FnMut(Item<'_>)) {
        let skipped =
            |line: Option<u64>, error: &ReadError| Item::Skipped(context.fault(line, error));
        if bytes.is_empty() {
            return visit(skipped(None, &ReadError::NoBytes));
        }
        let decoded = decode(bytes);
        // Some programs end a file with NUL or the old mark of its end.
        let table = decoded.text.trim_end_matches(['\0', '\u{1A}']);
        if is_mostly_control_bytes(table.as_bytes().get(..4096).unwrap_or(table.as_bytes())) {
            let binary = ReadError::NotTable("binary data".to_owned());
            return visit(skipped(None, &binary));
        }
        let names = FieldNames::new(&context.options.fields);
        let is_text = |name: &String| names.find(name).is_some_and(FieldName::is_text);
        let header = Header::read(table, |columns| columns.iter().any(is_text));
        if header.names.len() > MAX_CELLS {
            let wide = ReadError::NotTable(format!("more than {MAX_CELLS} columns"));
            return visit(skipped(Some(header.line), &wide));
        }
        let columns = match Columns::new(header.names.iter().map(String::as_str), &names) {
            Ok(columns) => columns,
            Err(error) => return visit(skipped(Some(header.line), &error)),
        };
        if let Some(warning) = decoded.warning {
            visit(Item::Warning(context.fault(None, &warning)));
        }
        let mut reader = TableReader {
            table,
            header: &header,
            record_names: (context.options.whole_records).then(|| RecordNames::new(&header.names)),
            columns: &columns,
            context,
            lines: LineCounter::new(table),
            is_empty: true,
        };
        reader.read(visit);
        if reader.is_empty {
            visit(skipped(None, &ReadError::NoBytes));
        }
    }
}

/// Reads the rows of a table in order.
struct TableReader<'a> {
    table: &'a str,
    header: &'a Header,
    /// The names of the cells in a whole record, if it is wanted.
    record_names: Option<RecordNames>,
    columns: &'a Columns<'a>,
    context: &'a Context<'a>,
    lines: LineCounter<'a>,
    is_empty: bool,
}

impl TableReader<'_> {
    fn read(&mut self, visit: &mut dyn FnMut(Item<'_>)) {
        let header = self.header;
        let width = header.names.len();
        let mut rows = Rows::new(self.table, header.rows_begin, header.delimiter, width);
        while let Some(read) = rows.next_row() {
            self.is_empty = false;
            let range = read.row.begin..read.row.end;
            let location = self.lines.location(range, self.context);
            self.read_row(&read, location, visit);
        }
    }

    fn read_row(
        &self,
        ReadRow { row, doubt }: &ReadRow,
        location: Location,
        visit: &mut dyn FnMut(Item<'_>),
    ) {
        let (table, context) = (self.table, self.context);
        let fault = |error: ReadError| context.fault(location.line, &error);
        let width = self.header.names.len();
        let found = row.width(table, width);
        let is_comment = table.get(row.begin..).unwrap_or_default().starts_with('#');
        if is_comment && (self.header.has_comments || found != width) {
            return visit(Item::Ignored);
        }
        let [expected, found] = [width, found].map(|cells| cells as u64);
        let warning = match doubt {
            Doubt::OpenQuote => return visit(Item::Skipped(fault(ReadError::OpenQuote))),
            _ if found > expected || row.cells.len() < self.columns.text_end() => {
                let error = ReadError::RowWidth { expected, found };
                return visit(Item::Skipped(fault(error)));
            }
            _ if found < expected => Some(ReadError::ShortRow { expected, found }),
            Doubt::UnbalancedQuotes => Some(ReadError::UnbalancedQuotes),
            Doubt::JoinedLines => Some(ReadError::JoinedRows {
                lines: row.lines(table) as u64,
            }),
            Doubt::None => None,
        };
        if let Some(warning) = warning {
            visit(Item::Warning(fault(warning)));
        }
        let value = |_: usize, number: usize| match row.cell(table, number) {
            Some(value) => Value::String(value),
            None => Value::Absent,
        };
        let whole = self.record_names.as_ref().map(|names| {
            let mut whole = JsonRow::new();
            let has_value = |number| {
                let cell = row.cell(table, number);
                cell.is_some_and(|cell| !cell.trim_ascii().is_empty())
            };
            for (number, name) in names.of_row(has_value).iter().enumerate() {
                if let Some(cell) = row.cell(table, number) {
                    whole.add_json(name, &json(&*cell));
                }
            }
            whole.finish()
        });
        self.columns.read(location, value, whole, context, visit);
    }
}
