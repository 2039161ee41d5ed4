//! Arrow files and streams, valid and malformed.

use super::*;
use crate::file_head::FileHead;
use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, Int64Array, LargeStringArray, NullArray, RecordBatch, StringArray, StructArray,
    TimestampMillisecondArray,
};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::{DataType, Field};
use std::sync::Arc;

fn check(bytes: &[u8], expected: &[&str]) {
    assert_eq!(read(&Arrow, bytes, &Options::default()), expected);
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    )
    .unwrap()
}

fn sample() -> RecordBatch {
    batch(vec![
        ("ID", Arc::new(Int64Array::from(vec![7, 8, 9]))),
        ("other", Arc::new(Int64Array::from(vec![1, 2, 3]))),
        (
            "text",
            Arc::new(StringArray::from(vec![Some("one"), None, Some("three")])),
        ),
    ])
}

fn stream(batches: &[RecordBatch], compression: Option<CompressionType>) -> Vec<u8> {
    let options = IpcWriteOptions::default()
        .try_with_compression(compression)
        .unwrap();
    let schema = batches[0].schema();
    let mut writer = StreamWriter::try_new_with_options(vec![], &schema, options).unwrap();
    batches
        .iter()
        .for_each(|batch| writer.write(batch).unwrap());
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

fn file(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = FileWriter::try_new(vec![], &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn reads_files_and_streams_with_any_compression() {
    let rows = ["1 7 one", "2 text-null", "3 9 three"];
    check(&file(&sample()), &rows);
    check(&stream(&[sample()], None), &rows);
    check(
        &stream(&[sample()], Some(CompressionType::LZ4_FRAME)),
        &rows,
    );
    check(&stream(&[sample()], Some(CompressionType::ZSTD)), &rows);
    let more = [&rows[..], &["4 7 one", "5 text-null", "6 9 three"]].concat();
    check(&stream(&[sample(), sample()], None), &more);
    for bytes in [file(&sample()), stream(&[sample()], None)] {
        assert!(Arrow.recognises(&FileHead::new(&bytes)));
    }
    assert!(!Arrow.recognises(&FileHead::new(b"\xFF\xFF\xFF\xFFtext")));
}

#[test]
fn reads_structs_by_path_and_other_kinds_of_columns() {
    let mut sources = StringDictionaryBuilder::<Int32Type>::new();
    sources.extend([Some("Mercury"), Some("Mercury")]);
    let body: ArrayRef = Arc::new(LargeStringArray::from(vec!["one", "two"]));
    let body_field = Arc::new(Field::new("body", DataType::LargeUtf8, true));
    let rows = batch(vec![
        (
            "article",
            Arc::new(StructArray::from(vec![(body_field, body)])),
        ),
        ("source", Arc::new(sources.finish())),
        (
            "date",
            Arc::new(TimestampMillisecondArray::from(vec![0, 1_000]).with_timezone("UTC")),
        ),
    ]);
    let options = Options {
        fields: crate::Fields {
            text: vec!["article.body".to_owned()],
            ..crate::Fields::default()
        },
        ..Options::default()
    };
    let found = read_showing(&Arrow, &stream(&[rows], None), &options, |document| {
        let part =
            |part: &Option<std::borrow::Cow<'_, str>>| part.as_deref().unwrap_or("-").to_owned();
        format!(
            "{} {} {}",
            part(&document.source),
            part(&document.date),
            document.text
        )
    });
    let expected = [
        "1 Mercury 1970-01-01T00:00:00Z one",
        "2 Mercury 1970-01-01T00:00:01Z two",
    ];
    assert_eq!(found, expected);
}

#[test]
fn reports_tables_without_text_rows_or_structure() {
    let ids = || Arc::new(Int64Array::from(vec![1]));
    check(
        &stream(&[batch(vec![("x", ids())])], None),
        &["no-text-field"],
    );
    check(
        &stream(&[batch(vec![("text", ids())])], None),
        &["1 text-not-string"],
    );
    check(b"ARROW1\0\0", &["not-table"]);
    check(
        b"\xFF\xFF\xFF\xFF\x10\0\0\0 no message here",
        &["not-table"],
    );
    check(&stream(&[sample().slice(0, 0)], None), &["empty"]);
}

/// Each cut and each changed byte must end with documents or faults.
#[test]
fn survives_damage_anywhere() {
    let whole = stream(&[sample()], Some(CompressionType::LZ4_FRAME));
    let options = Options::default();
    for end in 0..whole.len() {
        read(&Arrow, &whole[..end], &options);
    }
    for at in 0..whole.len() {
        for value in [0, 0x7F, 0xFF] {
            let mut damaged = whole.clone();
            damaged[at] = value;
            read(&Arrow, &damaged, &options);
        }
    }
}

/// A column of nulls takes no bytes, so its length once decided how long reading took.
#[test]
fn rejects_more_rows_than_a_message_can_hold() {
    let rows = batch(vec![("text", Arc::new(NullArray::new(1 << 40)))]);
    check(&stream(&[rows], None), &["not-table"]);
}

/// A copy of a row with two columns of one name was an object with two fields of that name, of which most programs read one.
#[test]
fn a_copy_of_a_row_needs_columns_of_different_names() {
    let strings = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
    let columns = vec![
        ("tag", strings("x")),
        ("text", strings("one")),
        ("tag", strings("y")),
    ];
    let table = file(&batch(columns));
    check(&table, &["1 - one"]);
    let whole = Options {
        whole_records: true,
        ..Options::default()
    };
    assert_eq!(read(&Arrow, &table, &whole), ["not-table"]);
}
