//! Apache Parquet for data frames, one row per cluster member. It has the columns of the CSV table with types, and
//! text is not escaped.

use super::columns::{Cell, columns};
use super::{MemberRow, rows};
use crate::{Cluster, Excerpts, Renderer, ReportView};
use dedupe_core::model::Span;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use rayon::prelude::*;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

/// Rows per row group. One column of a row group is in memory at a time.
const GROUP_ROWS: usize = 1 << 16;
/// Clusters per batch.
const CLUSTERS_PER_BATCH: usize = 256;
/// Minimum number of clusters that one thread fetches at a time.
const CLUSTERS_PER_TASK: usize = 16;

/// Writes a report's clusters as a Parquet file.
#[derive(Clone, Copy, Debug)]
pub struct Parquet;

impl Renderer for Parquet {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(&file(report)?)
    }
}

/// Builds the file in memory. It is compressed and much smaller than the report.
fn file(report: &dyn ReportView) -> io::Result<Vec<u8>> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("dedupe".to_owned())
        .build();
    let fields = columns().map(|(name, cell)| cell.field(name));
    let schema = group("members", None, None, fields.collect::<Result<_>>()?)?;
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let mut waiting = Waiting::default();
    for begin in (0..report.cluster_count()).step_by(CLUSTERS_PER_BATCH) {
        let end = report.cluster_count().min(begin + CLUSTERS_PER_BATCH);
        waiting.clusters.extend(clusters(report, begin..end)?);
        while waiting.len() >= GROUP_ROWS {
            waiting.write(&mut writer)?;
        }
    }
    if waiting.len() > 0 {
        waiting.write(&mut writer)?;
    }
    Ok(writer.into_inner()?)
}

/// Fetches the clusters of `range` in parallel.
fn clusters(report: &dyn ReportView, range: Range<usize>) -> io::Result<Vec<Cluster>> {
    let places = range.into_par_iter().with_min_len(CLUSTERS_PER_TASK);
    places
        .map(|at| Ok(report.cluster(at)?.into_owned()))
        .collect()
}

/// Clusters with rows that are not written yet.
#[derive(Default)]
struct Waiting {
    clusters: Vec<Cluster>,
    /// Number of rows of the first cluster that are already written.
    written: usize,
}

impl Waiting {
    /// Returns the number of rows to write.
    fn len(&self) -> usize {
        let rows: usize = self.clusters.iter().map(|c| c.members.len()).sum();
        rows - self.written
    }

    /// Writes the next row group and removes clusters that are written completely.
    fn write(&mut self, writer: &mut SerializedFileWriter<Vec<u8>>) -> Result<()> {
        let rows = self.clusters.iter().flat_map(rows).skip(self.written);
        let rows: Vec<MemberRow<'_>> = rows.take(GROUP_ROWS).collect();
        let mut group = writer.next_row_group()?;
        for (_, cell) in columns() {
            cell.write(&rows, &mut group)?;
        }
        group.close()?;
        self.written += rows.len();
        let mut done = 0;
        for cluster in &self.clusters {
            let Some(rest) = self.written.checked_sub(cluster.members.len()) else {
                break;
            };
            self.written = rest;
            done += 1;
        }
        self.clusters.drain(..done);
        Ok(())
    }
}

impl Cell {
    /// Returns the schema field of the column. The schema does not depend on the rows.
    fn field(self, name: &str) -> Result<TypePtr> {
        let (full, text) = (Repetition::REQUIRED, Some(LogicalType::String));
        match self {
            Self::Text(_) => leaf(name, Physical::BYTE_ARRAY, text, full),
            Self::Stated(_) => leaf(name, Physical::BYTE_ARRAY, text, Repetition::OPTIONAL),
            Self::Count(_) => count(name),
            Self::Share(_) => leaf(name, Physical::DOUBLE, None, full),
            Self::Flag(_) => leaf(name, Physical::BOOLEAN, None, full),
            Self::Spans => {
                let parts = vec![count("begin")?, count("end")?];
                let span = group("item", Some(full), None, parts)?;
                let spans = group("list", Some(Repetition::REPEATED), None, vec![span])?;
                group(name, Some(full), Some(LogicalType::List), vec![spans])
            }
        }
    }

    /// Writes the column for these rows. Spans are two physical columns.
    fn write(self, rows: &[MemberRow<'_>], to: &mut Group<'_>) -> Result<()> {
        let each = rows.iter().copied();
        match self {
            Self::Text(cell) => {
                let values: Vec<ByteArray> = each.map(|row| cell(row).into()).collect();
                write::<ByteArrayType>(&values, None, None, to)
            }
            Self::Stated(cell) => {
                let levels: Vec<i16> =
                    (each.clone().map(|(_, m)| i16::from(cell(m).is_some()))).collect();
                let values: Vec<ByteArray> = each
                    .filter_map(|(_, m)| cell(m).map(ByteArray::from))
                    .collect();
                write::<ByteArrayType>(&values, Some(&levels), None, to)
            }
            Self::Count(cell) => {
                let values: Vec<i64> = each.map(|row| cell(row).cast_signed()).collect();
                write::<Int64Type>(&values, None, None, to)
            }
            Self::Share(cell) => {
                let values: Vec<f64> = each.map(cell).collect();
                write::<DoubleType>(&values, None, None, to)
            }
            Self::Flag(cell) => {
                let values: Vec<bool> = each.map(cell).collect();
                write::<BoolType>(&values, None, None, to)
            }
            Self::Spans => {
                write_spans(rows, |span| span.begin, to)?;
                write_spans(rows, |span| span.end, to)
            }
        }
    }
}

type Group<'w> = SerializedRowGroupWriter<'w, Vec<u8>>;

/// Writes the begins or the ends of the spans of each row.
fn write_spans(rows: &[MemberRow<'_>], part: fn(&Span) -> u64, to: &mut Group<'_>) -> Result<()> {
    let (mut values, mut present, mut repeated) = (vec![], vec![], vec![]);
    for (_, member) in rows {
        values.extend(member.spans.iter().map(|span| part(span).cast_signed()));
        // An empty list has levels but no value.
        let spans = member.spans.len();
        present.extend((0..spans.max(1)).map(|_| i16::from(spans > 0)));
        repeated.extend((0..spans.max(1)).map(|at| i16::from(at > 0)));
    }
    write::<Int64Type>(&values, Some(&present), Some(&repeated), to)
}

/// Writes the next column: its values, with definition and repetition levels as in Melnik et al., "Dremel:
/// Interactive Analysis of Web-Scale Datasets", 2010.
fn write<T: DataType>(
    values: &[T::T],
    present: Option<&[i16]>,
    repeated: Option<&[i16]>,
    to: &mut Group<'_>,
) -> Result<()> {
    let Some(mut column) = to.next_column()? else {
        return Err(parquet::errors::ParquetError::General(
            "more columns than the schema has".to_owned(),
        ));
    };
    column.typed::<T>().write_batch(values, present, repeated)?;
    column.close()
}

fn count(name: &str) -> Result<TypePtr> {
    let unsigned = LogicalType::integer(64, false);
    leaf(name, Physical::INT64, Some(unsigned), Repetition::REQUIRED)
}

fn leaf(
    name: &str,
    physical: Physical,
    logical: Option<LogicalType>,
    repetition: Repetition,
) -> Result<TypePtr> {
    let leaf = Type::primitive_type_builder(name, physical)
        .with_logical_type(logical)
        .with_repetition(repetition);
    Ok(Arc::new(leaf.build()?))
}

/// Creates a group. A group without a repetition is the root of the schema.
fn group(
    name: &str,
    repetition: Option<Repetition>,
    logical: Option<LogicalType>,
    fields: Vec<TypePtr>,
) -> Result<TypePtr> {
    let group = Type::group_type_builder(name)
        .with_logical_type(logical)
        .with_fields(fields);
    let group = match repetition {
        Some(repetition) => group.with_repetition(repetition),
        None => group,
    };
    Ok(Arc::new(group.build()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::sample;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    #[test]
    fn a_cluster_may_span_several_row_groups() {
        let (mut report, excerpts) = sample();
        let member = report.clusters[0].members[1].clone();
        report.clusters[0].members = vec![member; 2 * GROUP_ROWS + 10];
        let mut file = Vec::new();
        Parquet.render(&report, &excerpts, &mut file).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
        let groups = reader.metadata().row_groups().iter();
        let rows: Vec<usize> = groups.map(|group| group.num_rows() as usize).collect();
        assert_eq!(rows, [GROUP_ROWS, GROUP_ROWS, 13]);
    }
    #[test]
    fn clusters_of_several_batches_are_written_once_and_in_order() {
        let (mut report, excerpts) = sample();
        let count = 2 * CLUSTERS_PER_BATCH + 10;
        report.clusters = (0..count)
            .map(|number| Cluster {
                id: number.to_string(),
                ..report.clusters[0].clone()
            })
            .collect();
        let mut file = Vec::new();
        Parquet.render(&report, &excerpts, &mut file).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
        let mut written: Vec<String> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap().get_string(0).unwrap().clone())
            .collect();
        written.dedup();
        let expected: Vec<String> = (0..count).map(|number| number.to_string()).collect();
        assert_eq!(written, expected);
    }
}
