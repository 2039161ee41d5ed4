//! Valid and malformed tables.

use super::*;
use crate::format::{Context, Format};
use crate::{Document, Item, Options};

fn context(options: &Options) -> Context<'_> {
    Context {
        input: 0,
        member: 0,
        path: "f",
        line: 1,
        offset: 0,
        options,
    }
}

/// The items as strings: `LINE ID TEXT` or `LINE CODE`.
fn read(format: &dyn Format, bytes: &[u8], options: &Options) -> Vec<String> {
    read_showing(format, bytes, options, |document| {
        let id = document.id.as_deref().unwrap_or("-");
        format!("{id} {}", document.text)
    })
}

/// The items as strings: `LINE` and the output of `show`, or `LINE CODE`.
fn read_showing(
    format: &dyn Format,
    bytes: &[u8],
    options: &Options,
    show: impl Fn(&Document<'_>) -> String,
) -> Vec<String> {
    let mut items = Vec::new();
    format.read(bytes, &context(options), &mut |item| {
        items.push(match item {
            Item::Document(d) => format!("{} {}", d.location.line.unwrap(), show(&d)),
            Item::Skipped(fault) => match fault.line {
                Some(line) => format!("{line} {}", fault.code),
                None => fault.code.to_string(),
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
    use crate::Fields;

    fn check(table: impl AsRef<[u8]>, expected: &[&str]) {
        let found = read(&Delimited, table.as_ref(), &Options::default());
        assert_eq!(found, expected);
    }

    #[test]
    fn reads_rows_with_any_delimiter() {
        check("id,text\n1,one\n2,two\n", &["2 1 one", "3 2 two"]);
        check("\u{FEFF}id\ttext\r\n1\tone, two\r\n", &["2 1 one, two"]);
        check(
            "id;text\n1;\"a; \"\"b\"\"\nc\"\n2;two",
            &["2 1 a; \"b\"\nc", "4 2 two"],
        );
        check("text\none\n\ntwo", &["2 - one", "4 - two"]);
    }

    #[test]
    fn skips_only_the_row_with_a_different_width() {
        check(
            "id,text\n1,one,more\n2\n3,three\n",
            &["2 row-width", "3 row-width", "4 3 three"],
        );
    }

    #[test]
    fn accepts_rows_with_ragged_ends() {
        check("id,text,date\n1,one\n", &["warning row-width", "2 1 one"]);
        check("id,text\n1,one,, \n", &["2 1 one"]);
        check("id,text,\n1,one\n2,two,\n", &["2 1 one", "3 2 two"]);
    }

    #[test]
    fn reads_what_spreadsheets_and_other_writers_produce() {
        check("sep=;\r\nid;text\r\n1;one\r\n", &["3 1 one"]);
        check("\"ID\", \"Body Text\"\n1, \"a, b\"\n", &["2 1 a, b"]);
        check("id,title,text\n1,x\0,one of many\n", &["2 1 one of many"]);
        check("id,text\n1,\"a \\\"b\\\", c\"\n", &["2 1 a \"b\", c"]);
        check("id,text\r1,one\r2,two", &["1 1 one", "1 2 two"]);
    }

    #[test]
    fn ignores_comments() {
        check(
            "# a, comment\nid,text\n#1,one\n2,two\n",
            &["ignored", "4 2 two"],
        );
        check(
            "id,text\n#1,one\n# no row\n2,two\n",
            &["2 #1 one", "ignored", "4 2 two"],
        );
    }

    /// A cell of TSV that begins with a quotation mark once swallowed the rows after it.
    #[test]
    fn reports_rows_that_may_have_been_joined() {
        check(
            "id\ttext\n1\t\"a\n2\tb\n3\t\"c\n",
            &["2 1 \"a", "3 2 b", "4 3 \"c"],
        );
        check(
            "id,text\n1,\"a\n2,b\"\n",
            &["warning joined-rows", "2 1 a\n2,b"],
        );
    }

    #[test]
    fn a_table_with_one_column_has_no_delimiter() {
        check(
            "text\none, two; three\n\"four, \"\"five\"\"\nsix\"\n",
            &["2 - one, two; three", "3 - four, \"five\"\nsix"],
        );
        // Any line has one cell, so a quotation mark that nothing closes may begin a text of many lines.
        check("\u{FEFF}text\r\n\"one, two\r\nthree\r\n", &["2 open-quote"]);
    }

    #[test]
    fn reports_files_that_are_not_tables() {
        check("", &["empty"]);
        check("id,text\n", &["empty"]);
        check("a,b\n1,2\n", &["1 no-text-field"]);
        check("id,text\n1,\n2,—\n", &["2 empty", "3 empty"]);
        check(b"id,text\n\0\0\0\0,x\n", &["not-table"]);
    }

    /// Cells take more memory than the delimiters between them.
    #[test]
    fn limits_the_cells_of_a_row() {
        let (blank, full) = (",".repeat(100_000), ",x".repeat(100_000));
        let table = format!("id,text\n1,one{blank}\n2,two{full}\n3,three{full},\n");
        check(&table, &["2 1 one", "3 row-width", "4 row-width"]);
        check(format!("id,text{blank}\n1,one\n"), &["2 1 one"]);
        check(format!("id,text{full}\n1,one\n"), &["1 not-table"]);
    }

    /// Such a row once swallowed all rows after it, without a fault.
    #[test]
    fn reports_an_unclosed_quote() {
        let table = "id,text\n1,one\n2,\"two\n3,three\n4,four\n";
        check(
            table,
            &[
                "2 1 one",
                "warning open-quote",
                "3 2 \"two",
                "4 3 three",
                "5 4 four",
            ],
        );
        check("id,text\n1,\"one\ntwo", &["2 open-quote"]);
        check(
            "id,text\n1,\"one\"\"",
            &["warning open-quote", "2 1 \"one\"\""],
        );
        check("id,text\n1,\"one\ntwo\"", &["2 1 one\ntwo"]);
        check("id,text\n1,\"one\"\"\"\n", &["2 1 one\""]);
        check(
            "id,text\n1,one \"two\n2,two\n",
            &["2 1 one \"two", "3 2 two"],
        );
    }

    #[test]
    fn uses_configured_column_names_and_limits_rows() {
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
    fn reads_another_encoding_with_a_warning() {
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
mod parquet_files;

#[cfg(feature = "arrow")]
mod arrow_files;

#[cfg(feature = "arrow")]
mod arrow_memory;
