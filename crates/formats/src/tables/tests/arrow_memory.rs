//! Arrow tables in memory.

use super::*;
use crate::{Block, Blocks, Fields, Input, Location, Unread, reread};
use arrow_array::{
    ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, StringArray, StringViewArray,
    StructArray,
};
use arrow_schema::{DataType, Field, Schema};
use std::sync::Arc;

/// Rows with a number as id and a text inside a struct.
fn batch(ids: &[i64], texts: &[Option<&str>]) -> RecordBatch {
    let text: ArrayRef = Arc::new(StringViewArray::from(texts.to_vec()));
    let field = Arc::new(Field::new("body", DataType::Utf8View, true));
    let article: ArrayRef = Arc::new(StructArray::from(vec![(field, text)]));
    let ids: ArrayRef = Arc::new(Int64Array::from(ids.to_vec()));
    RecordBatch::try_from_iter([
        ("other", Arc::clone(&ids)),
        ("ID", ids),
        ("article", article),
    ])
    .unwrap()
}

fn fields() -> Fields {
    Fields {
        text: vec!["article.body".to_owned()],
        ..Fields::default()
    }
}

fn options() -> Options {
    Options {
        fields: fields(),
        max_document_bytes: 8,
        ..Options::default()
    }
}

fn input(batches: Vec<RecordBatch>) -> Input {
    Input::arrow_table("frame", batches[0].schema(), batches, &fields()).unwrap()
}

/// The items as strings, and the locations of the documents.
fn read(blocks: &[Block<'_>]) -> (Vec<String>, Vec<Location>) {
    let (mut items, mut locations) = (vec![], vec![]);
    for block in blocks {
        block.read(&mut |item| {
            items.push(match item {
                Item::Document(document) => {
                    locations.push(document.location);
                    let line = document.location.line.unwrap();
                    format!(
                        "{line} {} {}",
                        document.id.unwrap_or_default(),
                        document.text
                    )
                }
                Item::Skipped(fault) => {
                    format!("{}:{} {}", fault.path, fault.line.unwrap(), fault.code)
                }
                other => panic!("{other:?}"),
            });
        });
    }
    (items, locations)
}

#[test]
fn reads_batches_in_chunks_of_any_size() {
    let first = batch(&[5, 6, 7], &[Some("one"), None, Some("far too long")]);
    let empty = batch(&[], &[]);
    // A part of a larger batch.
    let part = batch(&[1, 8, 9, 1], &[None, Some("two"), Some("three"), None]).slice(1, 2);
    let inputs = [input(vec![first, empty, part])];
    assert_eq!(Input::total_size(&inputs), Some(23));
    let expected = [
        "1 5 one",
        "frame:2 text-null",
        "frame:3 too-large",
        "4 8 two",
        "5 9 three",
    ];
    let options = options();
    for chunk_bytes in [1, 5, 1 << 20] {
        let blocks: Vec<_> = Blocks::with_chunk_bytes(&inputs, &options, chunk_bytes).collect();
        assert_eq!(read(&blocks).0, expected, "{chunk_bytes}");
        assert_eq!(blocks.iter().map(Block::bytes).sum::<u64>(), 23);
        assert_eq!(blocks.len() > 1, chunk_bytes < 10, "{chunk_bytes}");
    }
}

#[test]
fn reads_rows_again() {
    let options = options();
    let texts = ["one", "two", "three"].map(Some);
    let inputs = [input(vec![
        batch(&[1, 2], &texts[..2]),
        batch(&[3], &texts[2..]),
    ])];
    let blocks: Vec<_> = Blocks::new(&inputs, &options).collect();
    let locations = read(&blocks).1;
    let gone = Location {
        offset: 3,
        ..locations[2]
    };
    let wanted = [locations[2], gone, locations[0], locations[2]];
    let mut again = vec![];
    let unread = reread(&inputs, &options, &wanted, &mut |index, text| {
        again.push((index, text.to_owned()));
    });
    again.sort_unstable();
    let expected = [(0, "three"), (2, "one"), (3, "three")];
    assert_eq!(
        again,
        expected.map(|(index, text)| (index, text.to_owned()))
    );
    assert!(matches!(&unread[..], [Unread { index: 1, .. }]));
}

#[test]
fn tables_without_text_are_refused() {
    let rows = batch(&[1], &[Some("one")]);
    let refused = |schema: Arc<Schema>, batches: Vec<RecordBatch>| {
        let fault = Input::arrow_table("frame", schema, batches, &fields()).unwrap_err();
        (fault.path, fault.code.to_string())
    };
    let ids = rows.project(&[0, 1]).unwrap();
    let no_text = ("frame".to_owned(), "no-text-field".to_owned());
    assert_eq!(refused(ids.schema(), vec![ids.clone()]), no_text);
    // Batches that lack the columns of the table.
    let no_table = ("frame".to_owned(), "not-table".to_owned());
    assert_eq!(refused(rows.schema(), vec![rows.clone(), ids]), no_table);
    let nothing = RecordBatch::try_new_with_options(
        Arc::new(Schema::empty()),
        vec![],
        &RecordBatchOptions::new().with_row_count(Some(9)),
    );
    assert_eq!(refused(rows.schema(), vec![nothing.unwrap()]), no_table);
}

#[test]
fn a_table_without_rows_has_no_document_and_no_fault() {
    let schema = batch(&[], &[]).schema();
    let inputs = [Input::arrow_table("frame", schema, vec![], &fields()).unwrap()];
    assert_eq!(Blocks::new(&inputs, &options()).count(), 0);
    assert_eq!(Input::total_size(&inputs), Some(0));
}

#[test]
fn reading_with_field_names_that_fit_no_column_is_a_fault() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["one", "two"]));
    let rows = RecordBatch::try_from_iter([("text", texts)]).unwrap();
    let input = Input::arrow_table("frame", rows.schema(), vec![rows], &Fields::default());
    let (inputs, options) = ([input.unwrap()], options());
    let blocks: Vec<_> = Blocks::new(&inputs, &options).collect();
    let mut faults = vec![];
    blocks.iter().for_each(|block| {
        block.read(&mut |item| match item {
            Item::Skipped(fault) => faults.push((fault.path, fault.code.to_string())),
            other => panic!("{other:?}"),
        });
    });
    assert_eq!(faults, [("frame".to_owned(), "no-text-field".to_owned())]);
}
