//! Tables as they come and as they break.

use super::*;
use crate::source::format::{Context, Format};
use crate::source::{Fields, Item, Options};

/// What reading gives, an item each: `LINE ID TEXT`, or `LINE CODE`.
fn read(format: &dyn Format, bytes: &[u8], options: &Options) -> Vec<String> {
    let context = Context {
        input: 0,
        member: 0,
        path: "f",
        line: 1,
        offset: 0,
        options,
    };
    let mut items = Vec::new();
    format.read(bytes, &context, &mut |item| {
        items.push(match item {
            Item::Document(d) => {
                let line = d.place.line.unwrap();
                format!("{line} {} {}", d.id.as_deref().unwrap_or("-"), d.text)
            }
            Item::Skipped(fault) => match fault.line {
                Some(line) => format!("{line} {}", fault.code),
                None => fault.code,
            },
            Item::Warning(fault) => format!("warning {}", fault.code),
            Item::Ignored => "ignored".to_owned(),
        });
    });
    items
}

#[cfg(feature = "tables")]
mod delimited {
    use super::*;

    fn check(table: impl AsRef<[u8]>, expected: &[&str]) {
        let found = read(&Delimited, table.as_ref(), &Options::default());
        assert_eq!(found, expected);
    }

    #[test]
    fn rows_become_documents_whatever_parts_the_values() {
        check("id,text\n1,one\n2,two\n", &["2 1 one", "3 2 two"]);
        check("\u{FEFF}id\ttext\r\n1\tone, two\r\n", &["2 1 one, two"]);
        check(
            "id;text\n1;\"a; \"\"b\"\"\nc\"\n2;two",
            &["2 1 a; \"b\"\nc", "4 2 two"],
        );
        check("text\none\n\ntwo", &["2 - one", "4 - two"]);
    }

    #[test]
    fn a_row_of_another_width_is_named_and_the_next_one_read() {
        check(
            "id,text\n1,one,more\n2\n3,three\n",
            &["2 row-width", "3 row-width", "4 3 three"],
        );
    }

    #[test]
    fn what_is_no_table_is_named() {
        check("", &["empty"]);
        check("id,text\n", &["empty"]);
        check("a,b\n1,2\n", &["1 no-text-field"]);
        check("id,text\n1,\n2,—\n", &["2 empty", "3 empty"]);
        check(b"id,text\n\0\0\0\0,x\n", &["not-table"]);
        check("id,text\n1,\"one\ntwo", &["2 1 one\ntwo"]);
    }

    #[test]
    fn columns_can_be_named_and_rows_have_a_limit() {
        let options = Options {
            fields: Fields {
                text: vec!["story".into()],
                ..Fields::default()
            },
            max_document_bytes: 5,
            ..Options::default()
        };
        let table = "uuid,story,text\na,short,x\nb,much longer,x\n";
        assert_eq!(
            read(&Delimited, table.as_bytes(), &options),
            ["2 a short", "3 too-large"]
        );
    }

    #[test]
    fn another_encoding_is_read_with_a_warning() {
        let (table, _, _) =
            encoding_rs::WINDOWS_1252.encode("id,text\n1,Über den Fluß führen zwei Brücken.\n");
        check(
            &table,
            &[
                "warning encoding-guessed",
                "2 1 Über den Fluß führen zwei Brücken.",
            ],
        );
    }
}

#[cfg(feature = "parquet")]
mod parquet_files {
    use super::*;
    use ::parquet::arrow::ArrowWriter;
    use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use std::sync::Arc;

    fn table(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    }

    fn sample() -> Vec<u8> {
        let texts = StringArray::from(vec![Some("one"), None, Some("three")]);
        table(vec![
            ("other", Arc::new(Int64Array::from(vec![9, 9, 9]))),
            ("text", Arc::new(texts)),
            ("id", Arc::new(Int64Array::from(vec![7, 8, 9]))),
        ])
    }

    fn check(bytes: &[u8], expected: &[&str]) {
        assert_eq!(read(&Parquet, bytes, &Options::default()), expected);
    }

    #[test]
    fn rows_become_documents() {
        check(&sample(), &["1 7 one", "2 text-null", "3 9 three"]);
    }

    #[test]
    fn a_text_that_is_no_string_is_named() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        check(
            &table(vec![("text", numbers.clone())]),
            &["1 text-not-string"],
        );
        check(&table(vec![("a", numbers)]), &["no-text-field"]);
    }

    #[test]
    fn a_broken_file_is_named_wherever_it_breaks() {
        let whole = sample();
        check(b"", &["not-table"]);
        check(b"PAR1", &["not-table"]);
        check(&whole[..whole.len() / 2], &["not-table"]);
        let mut footer = whole.clone();
        let length = footer.len();
        for byte in &mut footer[length - 40..length - 8] {
            *byte ^= 0x5A;
        }
        check(&footer, &["not-table"]);
        // Anywhere else it may pass unseen, or cost rows, and never the run.
        for at in (4..whole.len() - 8).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xFF;
            read(&Parquet, &bytes, &Options::default());
        }
    }
}
