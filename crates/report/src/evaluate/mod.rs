//! ReportedPairs copies against labels: how much of what people know was found, and how much of what was
//! found is true. Pure functions of a report and the text of label files.
//!
//! [`labels`] reads rows, [`truth`] turns them into what is known, [`found`] takes the pairs out of a
//! report, [`score`] compares the two. [`rand_index`] and [`bcubed`] compare clusters.

pub mod bcubed;
pub mod contingency;
pub mod labels;
mod name_table;
pub mod rand_index;
pub mod reported_pairs;
pub mod score;
pub mod truth;

pub use score::{CurvePoint, Evaluation, PairScores, evaluate, score_pairs};
pub use truth::{LabelFileSummary, Truth};

/// Members up to which all pairs of a cluster count; those of a larger one count with its
/// representative alone.
pub const MAX_PAIRED_MEMBERS: usize = 400;
