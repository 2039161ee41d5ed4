//! Verification: what two candidate documents really share.
//!
//! [`mod@compare`] does all of it for one pair. Its steps: [`prefilter`] rejects most pairs by their fingerprints,
//! [`align`](crate::align) finds the shared passages, [`relation`] classifies the pair by the [`evidence`](crate::evidence).

pub mod compare;
pub mod prefilter;
pub mod relation;
