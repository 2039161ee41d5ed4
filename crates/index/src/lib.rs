//! The archive on disk: an index of documents that grows, and answers which of them a new document may copy.
//!
//! An [`Archive`] keeps for each document its fields and its text, its [`Facts`], the posting lists of its fingerprints and
//! buckets, and its verified matches. All of it lies in a [`Storage`], an ordered map from keys to values; [`SegmentStorage`]
//! is one on disk. [`Plan`] works out what changes if documents enter and leave: which pairs are candidates now, and
//! which are none any more. The caller verifies the pairs and commits the plan, or drops it to leave the archive as it was.
//!
//! The state is a function of the documents in the archive. The order in which they came, and how they were divided, makes
//! no difference: the candidate pairs are those of one run over all documents.
//!
//! The library never prints or exits, and compares no texts.

#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_methods,
        clippy::exit,
        clippy::print_stderr,
        clippy::print_stdout
    )
)]

mod archive;
mod document_codec;
mod error;
mod folder;
mod matches;
mod memory_storage;
mod plan;
mod postings;
mod records;
mod segments;
mod short_documents;
mod storage;

pub use archive::{Archive, Counts, EpochChange};
pub use error::IndexError;
pub use folder::{Claim, claim_folder, finish_folder, is_index, open_folder};
pub use memory_storage::MemoryStorage;
pub use plan::{Commit, Keys, NewDocument, Plan};
pub use records::{Facts, Manifest, MatchRules, Number, StoredDocument, StoredMatch, Versions};
pub use segments::{Access, SegmentStorage};
pub use storage::{Key, Space, Storage, Write};
