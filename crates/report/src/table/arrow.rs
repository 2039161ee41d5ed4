//! The lists of a report as Arrow tables in memory.
//!
//! ```
//! use dedupe_report::{Report, arrow_tables};
//!
//! # fn show(report: &Report) -> std::io::Result<()> {
//! let members = arrow_tables::members(report)?;
//! let rows: usize = members.batches.iter().map(|batch| batch.num_rows()).sum();
//! println!("{rows} documents in clusters, with {}", members.schema.fields.len());
//! # Ok(())
//! # }
//! ```

use super::columns::{self, Cell};
use super::{MemberRow, match_relation, rows};
use crate::{Boilerplate, Cluster, Match, ReportView};
use arrow_array::builder::{LargeListBuilder, LargeStringBuilder};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, LargeListArray, LargeStringArray,
    RecordBatch, StructArray,
};
use arrow_schema::{DataType, Field, Schema};
use rayon::prelude::*;
use std::io;
use std::sync::Arc;

/// Clusters or matches in a batch.
const ITEMS_PER_BATCH: usize = 1 << 14;
/// Minimum number of them that one thread makes at a time.
const ITEMS_PER_TASK: usize = 16;

/// A table.
#[derive(Clone, Debug)]
pub struct ArrowTable {
    /// The columns. They do not depend on the rows.
    pub schema: Arc<Schema>,
    /// The rows.
    pub batches: Vec<RecordBatch>,
}

/// One row per cluster, in the order of the report.
///
/// # Errors
///
/// The data of the report cannot be read.
pub fn clusters(report: &dyn ReportView) -> io::Result<ArrowTable> {
    let columns: [Column<Cluster>; 9] = [
        ("cluster", |c| text(c.iter().map(|c| &*c.id))),
        ("size", |c| count(c.iter().map(|c| c.size))),
        ("representative", |c| {
            text(c.iter().map(|c| &*c.representative))
        }),
        ("title", |c| {
            let first = |c: &'_ Cluster| c.members.first()?.title.clone();
            stated(c.iter().map(first))
        }),
        ("publishers", |c| count(c.iter().map(|c| c.publishers))),
        ("agencies", |c| texts(c.iter().map(|c| &c.agencies[..]))),
        ("sources", |c| count(c.iter().map(|c| c.sources))),
        ("origin", |c| {
            stated(c.iter().map(|c| Some(&*c.origin.as_ref()?.id)))
        }),
        ("origin_reason", |c| {
            stated(c.iter().map(|c| Some(&*c.origin.as_ref()?.reason)))
        }),
    ];
    table(report.cluster_count(), &columns, |at| {
        Ok(report.cluster(at)?.into_owned())
    })
}

/// One row per member of a cluster, with the columns of the Parquet table.
///
/// # Errors
///
/// The data of the report cannot be read.
pub fn members(report: &dyn ReportView) -> io::Result<ArrowTable> {
    let columns: Vec<_> = columns::columns()
        .map(|(name, cell)| {
            let array = move |clusters: &[Cluster]| member_column(cell, clusters);
            (name, array)
        })
        .collect();
    table(report.cluster_count(), &columns, |at| {
        Ok(report.cluster(at)?.into_owned())
    })
}

fn member_column(cell: Cell, clusters: &[Cluster]) -> ArrayRef {
    // A list, because arrays are made of iterators that know their length.
    let members: Vec<MemberRow<'_>> = clusters.iter().flat_map(rows).collect();
    let each = || members.iter().copied();
    match cell {
        Cell::Text(cell) => text(each().map(cell)),
        Cell::Stated(cell) => stated(each().map(|(_, member)| cell(member))),
        Cell::Count(cell) => count(each().map(cell)),
        Cell::Share(cell) => share(each().map(cell)),
        Cell::Flag(cell) => flag(each().map(cell)),
        Cell::Spans => lists(
            ["begin", "end"],
            each().map(|(_, member): MemberRow<'_>| {
                (member.spans.iter()).map(|span| [span.begin, span.end])
            }),
        ),
    }
}

/// One row per match, in the order of the report.
///
/// # Errors
///
/// The data of the report cannot be read.
pub fn matches(report: &dyn ReportView) -> io::Result<ArrowTable> {
    let columns: [Column<Match>; 10] = [
        ("left", |m| text(m.iter().map(|m| &*m.left))),
        ("right", |m| text(m.iter().map(|m| &*m.right))),
        ("relation", |m| {
            text(m.iter().map(|m| match_relation(m.relation)))
        }),
        ("same_source", |m| flag(m.iter().map(|m| m.same_source))),
        ("resemblance", |m| share(m.iter().map(|m| m.resemblance))),
        ("containment_left", |m| {
            share(m.iter().map(|m| m.containment_left))
        }),
        ("containment_right", |m| {
            share(m.iter().map(|m| m.containment_right))
        }),
        ("words", |m| count(m.iter().map(|m| m.words))),
        ("longest_run", |m| count(m.iter().map(|m| m.longest_run))),
        ("spans", |m| {
            let edges = ["left_begin", "left_end", "right_begin", "right_end"];
            let spans = m.iter().map(|m| {
                (m.spans.iter()).map(|s| [s.left.begin, s.left.end, s.right.begin, s.right.end])
            });
            lists(edges, spans)
        }),
    ];
    table(report.match_count(), &columns, |at| {
        Ok(report.match_at(at)?.into_owned())
    })
}

/// One row per listed passage of boilerplate.
///
/// # Errors
///
/// The rows do not fit into a table.
pub fn boilerplate(report: &dyn ReportView) -> io::Result<ArrowTable> {
    let columns: [Column<Boilerplate>; 4] = [
        ("excerpt", |b| text(b.iter().map(|b| &*b.excerpt))),
        ("words", |b| count(b.iter().map(|b| b.words))),
        ("documents", |b| count(b.iter().map(|b| b.documents))),
        ("sources", |b| texts(b.iter().map(|b| &b.sources[..]))),
    ];
    let passages = report.header().boilerplate;
    let passage = |at: usize| passages.get(at).cloned().ok_or(io::ErrorKind::NotFound);
    table(passages.len(), &columns, |at| Ok(passage(at)?))
}

/// The name of a column, and the function that makes it of items.
type Column<T> = (&'static str, fn(&[T]) -> ArrayRef);

/// Makes a table of items. `make` returns the item with an index.
fn table<T: Send>(
    items: usize,
    columns: &[(&'static str, impl Fn(&[T]) -> ArrayRef)],
    make: impl Fn(usize) -> io::Result<T> + Sync,
) -> io::Result<ArrowTable> {
    let arrays =
        |items: &[T]| -> Vec<ArrayRef> { columns.iter().map(|(_, array)| array(items)).collect() };
    let field = |((name, _), array): (&(&str, _), ArrayRef)| {
        Field::new(*name, array.data_type().clone(), true)
    };
    let fields: Vec<Field> = columns.iter().zip(arrays(&[])).map(field).collect();
    let schema = Arc::new(Schema::new(fields));
    let mut batches = vec![];
    for begin in (0..items).step_by(ITEMS_PER_BATCH) {
        let end = items.min(begin + ITEMS_PER_BATCH);
        let made = (begin..end).into_par_iter().with_min_len(ITEMS_PER_TASK);
        let made: Vec<T> = made.map(&make).collect::<io::Result<_>>()?;
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays(&made));
        batches.push(batch.map_err(io::Error::other)?);
    }
    Ok(ArrowTable { schema, batches })
}

fn text<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(LargeStringArray::from_iter_values(values))
}

fn stated<S: AsRef<str>>(values: impl Iterator<Item = Option<S>>) -> ArrayRef {
    Arc::new(LargeStringArray::from_iter(values))
}

fn texts<'a>(values: impl Iterator<Item = &'a [String]>) -> ArrayRef {
    let mut lists = LargeListBuilder::new(LargeStringBuilder::new());
    for list in values {
        lists.append_value(list.iter().map(Some));
    }
    Arc::new(lists.finish())
}

fn count(values: impl Iterator<Item = u64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values.map(u64::cast_signed)))
}

fn share(values: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

fn flag(values: impl Iterator<Item = bool>) -> ArrayRef {
    Arc::new(BooleanArray::from_iter(values.map(Some)))
}

/// A list of records for each row. The numbers of a record have these names.
fn lists<const N: usize>(
    names: [&str; N],
    values: impl Iterator<Item = impl Iterator<Item = [u64; N]>>,
) -> ArrayRef {
    let (mut columns, mut lengths) = (names.map(|_| Vec::new()), Vec::new());
    for list in values {
        let before = columns.first().map_or(0, Vec::len);
        for record in list {
            for (column, number) in columns.iter_mut().zip(record) {
                column.push(number.cast_signed());
            }
        }
        lengths.push(columns.first().map_or(0, Vec::len) - before);
    }
    let fields = names.into_iter().zip(columns).map(|(name, column)| {
        let field = Arc::new(Field::new(name, DataType::Int64, false));
        (field, Arc::new(Int64Array::from(column)) as ArrayRef)
    });
    let records = StructArray::from(fields.collect::<Vec<_>>());
    let item = Arc::new(Field::new("item", records.data_type().clone(), false));
    let offsets = arrow_buffer::OffsetBuffer::from_lengths(lengths);
    Arc::new(LargeListArray::new(item, offsets, Arc::new(records), None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{empty, sample};
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;

    fn column<'a>(table: &'a ArrowTable, name: &str) -> &'a ArrayRef {
        table.batches[0].column_by_name(name).unwrap()
    }

    fn strings(table: &ArrowTable, name: &str) -> Vec<Option<String>> {
        let strings = column(table, name).as_string::<i64>();
        strings.iter().map(|s| s.map(str::to_owned)).collect()
    }

    fn own(values: Vec<&str>) -> Vec<Option<String>> {
        values.into_iter().map(|v| Some(v.to_owned())).collect()
    }

    #[test]
    fn tables_have_the_lists_of_the_report() {
        let (report, _) = sample();
        let found = clusters(&report).unwrap();
        let ids = report.clusters.iter().map(|c| &*c.id).collect();
        assert_eq!(strings(&found, "cluster"), own(ids));
        let titles: Vec<_> = (report.clusters.iter())
            .map(|c| c.members[0].title.clone())
            .collect();
        assert_eq!(strings(&found, "title"), titles);

        let rows: Vec<MemberRow<'_>> = report.clusters.iter().flat_map(rows).collect();
        let found = members(&report).unwrap();
        let ids = rows.iter().map(|(_, m)| &*m.id).collect();
        assert_eq!(strings(&found, "id"), own(ids));
        let spans = column(&found, "spans").as_list::<i64>();
        for (at, (_, member)) in rows.iter().enumerate() {
            let spans = spans.value(at);
            let ends = spans.as_struct().column(1).as_primitive::<Int64Type>();
            let expected: Vec<i64> = member.spans.iter().map(|s| s.end as i64).collect();
            assert_eq!(ends.values(), &expected[..]);
        }

        let found = matches(&report).unwrap();
        let rights = report.matches.iter().map(|m| &*m.right).collect();
        assert_eq!(strings(&found, "right"), own(rights));
        let spans = column(&found, "spans").as_list::<i64>().value(0);
        let begins = spans.as_struct().column(2).as_primitive::<Int64Type>();
        let begin = report.matches[0].spans[0].right.begin;
        assert_eq!(begins.value(0), begin as i64);

        let found = boilerplate(&report).unwrap();
        let excerpts = report.boilerplate.iter().map(|b| &*b.excerpt).collect();
        assert_eq!(strings(&found, "excerpt"), own(excerpts));
        let sources = column(&found, "sources").as_list::<i64>().value(0);
        assert_eq!(sources.len(), report.boilerplate[0].sources.len());
    }

    #[test]
    fn columns_do_not_depend_on_the_rows() {
        let ((full, _), (none, _)) = (sample(), empty());
        for make in [clusters, members, matches, boilerplate] {
            let (full, none) = (make(&full).unwrap(), make(&none).unwrap());
            assert_eq!(full.schema, none.schema);
            assert_eq!((full.batches.len(), none.batches.len()), (1, 0));
        }
    }
}
