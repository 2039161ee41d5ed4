//! Parquet files, written with the low-level writer to cover the variants of other programs.

use super::*;
use ::parquet::basic::{Compression, Encoding};
use ::parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType,
    Int32Type, Int64Type, Int96, Int96Type,
};
use ::parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::parser::parse_message_type;
use std::sync::Arc;

/// Writes one column of a row group.
type Column = Box<dyn Fn(&mut SerializedRowGroupWriter<'_, Vec<u8>>)>;

/// A column whose values may be missing.
fn optional<T: DataType>(values: Vec<Option<T::T>>) -> Column {
    let levels: Vec<i16> = values.iter().map(|value| value.is_some().into()).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    Box::new(move |group| {
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<T>();
        typed.write_batch(&values, Some(&levels), None).unwrap();
        column.close().unwrap();
    })
}

/// A column of strings.
fn strings(values: &[&str]) -> Column {
    let values = values.iter().map(|value| Some((*value).into()));
    optional::<ByteArrayType>(values.collect())
}

/// A file of equal row groups with these fields and columns.
fn groups(
    count: usize,
    properties: WriterPropertiesBuilder,
    fields: &str,
    columns: &[Column],
) -> Vec<u8> {
    let schema = parse_message_type(&format!("message rows {{ {fields} }}")).unwrap();
    let properties = Arc::new(properties.build());
    let mut writer = SerializedFileWriter::new(vec![], Arc::new(schema), properties).unwrap();
    for _ in 0..count {
        let mut group = writer.next_row_group().unwrap();
        columns.iter().for_each(|write| write(&mut group));
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

/// A file of two row groups.
fn table(fields: &str, columns: &[Column]) -> Vec<u8> {
    groups(2, WriterProperties::builder(), fields, columns)
}

const SAMPLE: &str = "optional int64 other; optional binary text (STRING); optional int64 id;";

fn sample_with(properties: WriterPropertiesBuilder) -> Vec<u8> {
    let columns = [
        optional::<Int64Type>(vec![Some(9), Some(9), None]),
        optional::<ByteArrayType>(vec![Some("one".into()), None, Some("three".into())]),
        optional::<Int64Type>(vec![Some(7), Some(8), Some(9)]),
    ];
    groups(2, properties, SAMPLE, &columns)
}

fn sample() -> Vec<u8> {
    sample_with(WriterProperties::builder())
}

const ROWS_OF_SAMPLE: [&str; 6] = [
    "1 7 one",
    "2 text-null",
    "3 9 three",
    "4 7 one",
    "5 text-null",
    "6 9 three",
];

fn check(bytes: &[u8], expected: &[&str]) {
    assert_eq!(read(&Parquet, bytes, &Options::default()), expected);
}

#[test]
fn reads_each_row_as_a_document() {
    check(&sample(), &ROWS_OF_SAMPLE);
}

#[test]
fn reads_every_compression_and_encoding() {
    let properties = WriterProperties::builder;
    for compression in [
        Compression::SNAPPY,
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::GZIP(Default::default()),
        Compression::ZSTD(Default::default()),
    ] {
        check(
            &sample_with(properties().set_compression(compression)),
            &ROWS_OF_SAMPLE,
        );
    }
    for encoding in [
        Encoding::PLAIN,
        Encoding::DELTA_LENGTH_BYTE_ARRAY,
        Encoding::DELTA_BYTE_ARRAY,
    ] {
        let properties = properties()
            .set_dictionary_enabled(false)
            .set_column_encoding("text".into(), encoding);
        check(&sample_with(properties), &ROWS_OF_SAMPLE);
    }
    // One page per row, in version 2 of the page format.
    let properties = properties()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_data_page_row_count_limit(1)
        .set_write_batch_size(1);
    check(&sample_with(properties), &ROWS_OF_SAMPLE);
}

#[test]
fn keeps_the_order_of_rows_across_batches() {
    let texts = (0..1000).map(|n| (n % 3 != 0).then(|| ByteArray::from(format!("t{n}").as_str())));
    let ids = (0..1000).map(|n| (n % 7 != 0).then_some(n));
    let columns = [
        optional::<ByteArrayType>(texts.collect()),
        optional::<Int64Type>(ids.collect()),
    ];
    let bytes = table(
        "optional binary text (STRING); optional int64 id;",
        &columns,
    );
    let expected: Vec<String> = (0..2000)
        .map(|row| match (row + 1, row % 1000) {
            (line, n) if n % 3 == 0 => format!("{line} text-null"),
            (line, n) if n % 7 == 0 => format!("{line} - t{n}"),
            (line, n) => format!("{line} {n} t{n}"),
        })
        .collect();
    assert_eq!(read(&Parquet, &bytes, &Options::default()), expected);
}

/// Checks how the values of a column are read as ids and as dates. `-` means unusable.
fn check_values(field: &str, column: Column, ids: &[&str], dates: &[&str]) {
    let texts = strings(&vec!["text"; ids.len()]);
    let columns = [texts, column];
    for (name, expected) in [("id", ids), ("date", dates)] {
        let field = field.replace("VALUE", name);
        let fields = format!("optional binary text; {field};");
        let bytes = groups(1, WriterProperties::builder(), &fields, &columns);
        let found = read_showing(&Parquet, &bytes, &Options::default(), |document| {
            let value = match name {
                "id" => &document.id,
                _ => &document.date,
            };
            value.as_deref().unwrap_or("-").to_owned()
        });
        let lines = (1..).zip(expected);
        let lines: Vec<String> = lines
            .map(|(line, value)| format!("{line} {value}"))
            .collect();
        assert_eq!(found, lines, "{field}");
    }
}

#[test]
fn reads_integers_as_ids() {
    let same = |field: &str, column: Column, expected: &[&str]| {
        check_values(field, column, expected, expected);
    };
    same(
        "optional int32 VALUE",
        optional::<Int32Type>(vec![Some(i32::MIN), None, Some(7)]),
        &["-2147483648", "-", "7"],
    );
    same(
        "optional int64 VALUE",
        optional::<Int64Type>(vec![Some(i64::MIN)]),
        &["-9223372036854775808"],
    );
    same(
        "optional int32 VALUE (INTEGER(8, true))",
        optional::<Int32Type>(vec![Some(-8)]),
        &["-8"],
    );
    same(
        "optional int32 VALUE (INTEGER(32, false))",
        optional::<Int32Type>(vec![Some(-1)]),
        &["4294967295"],
    );
    same(
        "optional int64 VALUE (UINT_64)",
        optional::<Int64Type>(vec![Some(-1)]),
        &["18446744073709551615"],
    );
}

/// Data frames store ids as floating-point numbers if one is missing.
#[test]
fn reads_whole_floating_point_numbers_as_ids() {
    check_values(
        "optional double VALUE",
        optional::<DoubleType>(vec![Some(7.0), Some(f64::NAN), Some(2.5), None, Some(1e16)]),
        &["7", "-", "-", "-", "10000000000000000"],
        &["7", "-", "2.5", "-", "10000000000000000"],
    );
    check_values(
        "optional float VALUE",
        optional::<FloatType>(vec![Some(0.1), Some(-3.0)]),
        &["-", "-3"],
        &["0.1", "-3"],
    );
}

#[test]
fn keeps_the_digits_of_decimals() {
    let fraction = |values: &[&str]| values.iter().map(|_| "-").collect::<Vec<_>>();
    let digits = ["12.50", "-0.05", "0.00"];
    check_values(
        "optional int64 VALUE (DECIMAL(10, 2))",
        optional::<Int64Type>(vec![Some(1250), Some(-5), Some(0)]),
        &fraction(&digits),
        &digits,
    );
    check_values(
        "optional int32 VALUE (DECIMAL(9, 0))",
        optional::<Int32Type>(vec![Some(-42)]),
        &["-42"],
        &["-42"],
    );
    let number = |n: i128| Some(ByteArray::from(n.to_be_bytes().to_vec()).into());
    check_values(
        "optional fixed_len_byte_array(16) VALUE (DECIMAL(38, 38))",
        optional::<FixedLenByteArrayType>(vec![number(-1), number(25)]),
        &["-", "-"],
        &[
            "-0.00000000000000000000000000000000000001",
            "0.00000000000000000000000000000000000025",
        ],
    );
    let bytes = |bytes: &[u8]| Some(ByteArray::from(bytes.to_vec()));
    check_values(
        "optional binary VALUE (DECIMAL(50, 1))",
        optional::<ByteArrayType>(vec![bytes(&[0xFF, 0x38]), bytes(&[1; 17]), bytes(&[])]),
        &["-", "-", "-"],
        &["-20.0", "-", "-"],
    );
}

#[test]
fn reads_timestamps_as_iso_8601() {
    let same = |field: &str, column: Column, expected: &[&str]| {
        check_values(field, column, expected, expected);
    };
    same(
        "optional int32 VALUE (DATE)",
        optional::<Int32Type>(vec![Some(19_724), Some(-1), None, Some(i32::MAX)]),
        &["2024-01-02", "1969-12-31", "-", "-"],
    );
    let times = |factor: i64, fraction: i64| {
        let seconds = 1_704_164_645;
        optional::<Int64Type>(vec![
            Some(seconds * factor),
            Some(seconds * factor + fraction),
            Some(-factor),
        ])
    };
    for (unit, factor) in [
        ("MILLIS", 1_000),
        ("MICROS", 1_000_000),
        ("NANOS", 1_000_000_000),
    ] {
        same(
            &format!("optional int64 VALUE (TIMESTAMP({unit}, true))"),
            times(factor, factor / 2),
            &[
                "2024-01-02T03:04:05Z",
                "2024-01-02T03:04:05.5Z",
                "1969-12-31T23:59:59Z",
            ],
        );
        same(
            &format!("optional int64 VALUE (TIMESTAMP({unit}, false))"),
            times(factor, factor / 4),
            &[
                "2024-01-02T03:04:05",
                "2024-01-02T03:04:05.25",
                "1969-12-31T23:59:59",
            ],
        );
    }
    // The converted types of older writers.
    same(
        "optional int64 VALUE (TIMESTAMP_MICROS)",
        times(1_000_000, 1),
        &[
            "2024-01-02T03:04:05Z",
            "2024-01-02T03:04:05.000001Z",
            "1969-12-31T23:59:59Z",
        ],
    );
    same(
        "optional int64 VALUE (TIMESTAMP_MILLIS)",
        optional::<Int64Type>(vec![Some(i64::MAX)]),
        &["-"],
    );
    // Nanoseconds of the day in two halves, then the Julian day.
    let nanoseconds = 11_045_000_000_000u64;
    let [low, high] = [nanoseconds as u32, (nanoseconds >> 32) as u32];
    let old = Int96::from(vec![low, high, 2_440_588 + 19_724]);
    same(
        "optional int96 VALUE",
        optional::<Int96Type>(vec![Some(old)]),
        &["2024-01-02T03:04:05"],
    );
    same(
        "optional int64 VALUE (TIME(NANOS, false))",
        optional::<Int64Type>(vec![Some(1)]),
        &["-"],
    );
}

#[test]
fn reads_utf8_bytes_as_strings() {
    let values = || optional::<ByteArrayType>(vec![Some("é".into()), Some(vec![0xFF].into())]);
    for field in ["", "(STRING)", "(ENUM)", "(JSON)"] {
        let field = format!("optional binary VALUE {field}");
        check_values(&field, values(), &["é", "-"], &["é", "-"]);
    }
    check_values(
        "optional fixed_len_byte_array(2) VALUE",
        optional::<FixedLenByteArrayType>(vec![Some(ByteArray::from("ab").into())]),
        &["-"],
        &["-"],
    );
    let uuid = ByteArray::from((0u8..16).collect::<Vec<_>>());
    let id = "00010203-0405-0607-0809-0a0b0c0d0e0f";
    check_values(
        "optional fixed_len_byte_array(16) VALUE (UUID)",
        optional::<FixedLenByteArrayType>(vec![Some(uuid.into())]),
        &[id],
        &[id],
    );
    check_values(
        "optional boolean VALUE",
        optional::<BoolType>(vec![Some(true)]),
        &["-"],
        &["-"],
    );
}

#[test]
fn reports_a_text_that_is_not_a_string() {
    let numbers = || [optional::<Int64Type>(vec![Some(1)])];
    let expected = ["1 text-not-string", "2 text-not-string"];
    check(&table("optional int64 text;", &numbers()), &expected);
    check(&table("optional int64 a;", &numbers()), &["no-text-field"]);
    let invalid = [optional::<ByteArrayType>(vec![Some(vec![0xFF].into())])];
    check(
        &table("optional binary text (STRING);", &invalid),
        &expected,
    );
}

/// A list or group has leaf columns of its own, which are not read.
#[test]
fn reports_a_nested_text_or_uses_another_field() {
    let nested = "optional group text { optional binary text (STRING); optional binary body; }";
    let parts = || [strings(&["x"]), strings(&["y"])];
    check(&table(nested, &parts()), &["text-not-string"]);
    let [text, body] = parts();
    let fields = format!("{nested} optional binary body (STRING);");
    check(
        &table(&fields, &[text, body, strings(&["z"])]),
        &["1 - z", "2 - z"],
    );
    check(
        &table(
            "repeated binary text (STRING);",
            &[Box::new(|group| {
                let mut column = group.next_column().unwrap().unwrap();
                let typed = column.typed::<ByteArrayType>();
                typed
                    .write_batch(&["x".into()], Some(&[1]), Some(&[0]))
                    .unwrap();
                column.close().unwrap();
            })],
        ),
        &["text-not-string"],
    );
}

#[test]
fn reads_fields_of_groups_by_path_and_names_in_any_case() {
    let fields = "optional group article { optional binary Body (STRING); } \
                  optional group Source { optional binary name (STRING); optional int64 id; }";
    let nested = |values: &[Option<&str>], levels: &[i16]| -> Column {
        let values: Vec<ByteArray> = values
            .iter()
            .flatten()
            .map(|value| (*value).into())
            .collect();
        let levels = levels.to_vec();
        Box::new(move |group| {
            let mut column = group.next_column().unwrap().unwrap();
            let typed = column.typed::<ByteArrayType>();
            typed.write_batch(&values, Some(&levels), None).unwrap();
            column.close().unwrap();
        })
    };
    let columns = [
        nested(&[Some("one"), None, None], &[2, 1, 0]),
        nested(&[Some("Mercury"), None, None], &[2, 0, 1]),
        Box::new(|group: &mut SerializedRowGroupWriter<'_, Vec<u8>>| {
            let mut column = group.next_column().unwrap().unwrap();
            let typed = column.typed::<Int64Type>();
            typed.write_batch(&[1], Some(&[2, 0, 1]), None).unwrap();
            column.close().unwrap();
        }),
    ];
    let file = groups(1, WriterProperties::builder(), fields, &columns);
    let options = Options {
        fields: crate::Fields {
            text: vec!["article.body".to_owned()],
            ..crate::Fields::default()
        },
        ..Options::default()
    };
    let found = read_showing(&Parquet, &file, &options, |document| {
        let source = document.source.as_deref().unwrap_or("-");
        format!("{source} {}", document.text)
    });
    assert_eq!(found, ["1 Mercury one", "2 text-null", "3 text-null"]);
}

/// The decoders allocated memory for as many values as a page promised. A file of some hundred bytes
/// aborted the run.
#[test]
fn rejects_a_page_that_promises_too_many_values() {
    let texts = [strings(&["one", "two"])];
    let field = "optional binary text (STRING);";
    for (version, encoding, list) in [
        (
            WriterVersion::PARQUET_1_0,
            Encoding::DELTA_LENGTH_BYTE_ARRAY,
            0,
        ),
        (
            WriterVersion::PARQUET_2_0,
            Encoding::DELTA_LENGTH_BYTE_ARRAY,
            0,
        ),
        (WriterVersion::PARQUET_1_0, Encoding::DELTA_BYTE_ARRAY, 0),
        (WriterVersion::PARQUET_1_0, Encoding::DELTA_BYTE_ARRAY, 1),
    ] {
        let properties = WriterProperties::builder()
            .set_writer_version(version)
            .set_dictionary_enabled(false)
            .set_encoding(encoding);
        let mut bytes = groups(1, properties, field, &texts);
        check(&bytes, &["1 - one", "2 - two"]);
        // The header of a delta list: blocks of 128 numbers in 4 parts, 2 numbers.
        let head = [0x80, 0x01, 0x04, 0x02];
        let heads: Vec<usize> = (0..bytes.len())
            .filter(|&at| bytes[at..].starts_with(&head))
            .collect();
        bytes[heads[list] + 3] = 0x7F;
        check_promise(&bytes);
    }
    // The header of a dictionary of 2 values: their number and the encoding.
    let mut bytes = groups(1, WriterProperties::builder(), field, &texts);
    let header = [0x4C, 0x15, 0x04, 0x15, 0x00];
    let at = (0..bytes.len()).find(|&at| bytes[at..].starts_with(&header));
    bytes[at.unwrap() + 2] = 0x7E;
    check_promise(&bytes);
}

/// Checks that a page is rejected before it is decoded.
fn check_promise(bytes: &[u8]) {
    let mut reasons = vec![];
    let options = Options::default();
    Parquet.read(bytes, &context(&options), &mut |item| match item {
        Item::Skipped(fault) => reasons.push(fault.reason),
        other => panic!("{other:?}"),
    });
    assert_eq!(reasons.len(), 1);
    assert!(reasons[0].contains("promises more values"), "{reasons:?}");
}

#[test]
fn reports_a_damaged_parquet_file() {
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
    // Elsewhere a changed byte may go unnoticed or cost rows, but must not end the run.
    for at in 4..whole.len() - 8 {
        for change in [0xFF, 0x01, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= change;
            read(&Parquet, &bytes, &Options::default());
        }
    }
}

/// Only the second of two columns of one name was in a copy of a row.
#[test]
fn a_copy_of_a_row_needs_columns_of_different_names() {
    let fields = "optional binary tag (STRING); optional binary text (STRING); optional binary tag (STRING);";
    let table = table(
        fields,
        &[strings(&["x"]), strings(&["one"]), strings(&["y"])],
    );
    let rows = ["1 - one", "2 - one"];
    assert_eq!(read(&Parquet, &table, &Options::default()), rows);
    let whole = Options {
        whole_records: true,
        ..Options::default()
    };
    assert_eq!(read(&Parquet, &table, &whole), ["not-table"]);
}
