//! Tables: a row is a document, its parts are found by the names of the columns, as the fields of a record.

mod columns;
#[cfg(feature = "tables")]
mod delimited;
#[cfg(feature = "parquet")]
mod parquet;

#[cfg(feature = "tables")]
pub(super) use delimited::Delimited;
#[cfg(feature = "parquet")]
pub(super) use parquet::Parquet;

/// Bytes of a table, which is read whole.
const FILE_BYTES: u64 = 1 << 30;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
