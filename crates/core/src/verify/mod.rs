//! Verification: what two candidate documents really share.
//!
//! [`mod@compare`] does all of it for one pair. Its steps: [`prefilter`] rejects most pairs by their fingerprints,
//! [`align`] finds the shared passages, [`relation`] classifies the pair. [`boilerplate`] finds the passages that must
//! not count, in a whole corpus.

pub mod align;
pub mod boilerplate;
pub mod compare;
mod hash_index;
pub mod prefilter;
pub mod relation;
