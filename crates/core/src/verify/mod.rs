//! Verification: what two candidate documents really share.
//!
//! [`mod@compare`] does all of it for one pair. Its steps: [`prefilter`] rejects most pairs by their fingerprints,
//! [`align`] finds the shared passages, [`relation`] classifies the pair by the [`evidence`](crate::evidence).

pub mod align;
pub mod compare;
mod hash_index;
pub mod prefilter;
pub mod relation;
