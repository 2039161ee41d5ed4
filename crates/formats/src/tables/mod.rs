//! Tables: each row is a document. The names of the columns determine the fields.

#[cfg(feature = "arrow")]
mod arrow;
mod columns;
#[cfg(feature = "tables")]
mod delimited;
#[cfg(any(feature = "arrow", feature = "parquet", feature = "tables"))]
mod json_row;
#[cfg(feature = "parquet")]
mod parquet;
mod record_names;
#[cfg(any(feature = "arrow", feature = "parquet"))]
mod values;

#[cfg(feature = "arrow")]
pub(crate) use arrow::{Arrow, ArrowTable};
#[cfg(feature = "tables")]
pub(super) use delimited::Delimited;
#[cfg(feature = "parquet")]
pub(super) use parquet::Parquet;

/// The maximum size of a table file, which is read whole.
const FILE_BYTES: u64 = 1 << 30;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
