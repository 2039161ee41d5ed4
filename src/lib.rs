//! Finds every story that a news corpus carries more than once.

pub mod corpus;
pub mod pipeline;
pub mod spill;

pub use dedupe_core as core;
pub use dedupe_formats as formats;
pub use dedupe_report as report;
