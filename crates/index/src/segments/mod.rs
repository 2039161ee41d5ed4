//! The storage on disk: immutable sorted files, called segments, and a manifest that names them.
//!
//! A commit sorts its changes, writes them as one new segment, and replaces the manifest. Both are synced before the commit
//! returns, so there is no journal and nothing to replay. A lookup goes through the segments, the newest first. Merging
//! keeps their number logarithmic.
//!
//! | File | Job |
//! |---|---|
//! | `store.rs` | the [`Storage`](crate::Storage): snapshots, commits, the one writer |
//! | `manifest.rs` | which segments there are, in order |
//! | `segment_writer.rs`, `segment.rs` | write one segment, and read pieces of it |
//! | `lookup.rs`, `segment_cursor.rs` | find keys in a segment; read its entries in order |
//! | `format.rs` | what is at which place of a segment |
//! | `block.rs`, `filter.rs` | sorted entries as bytes; which keys a group of blocks may have |
//! | `piece_cache.rs` | pieces that were read |
//! | `merge.rs`, `tiers.rs` | several segments as one; which ones to merge |
//! | `disk.rs` | the file operations of a writer, which tests let fail |

mod block;
mod disk;
mod filter;
mod format;
mod lookup;
mod manifest;
mod merge;
mod piece_cache;
mod segment;
mod segment_cursor;
mod segment_writer;
mod store;
#[cfg(test)]
mod tests;
mod tiers;

pub(crate) use disk::sync_folder;
pub use store::{Access, SegmentStorage};
pub(crate) use store::{LOCK, lock};

use crate::error::IndexError;

/// A file is not as it was written.
fn damaged(what: &str) -> IndexError {
    IndexError::Damaged(what.to_owned())
}
