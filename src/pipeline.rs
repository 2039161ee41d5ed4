//! The recipe, readable aloud: walk, read, words, sketch, candidates, verify, cluster, report.

use crate::report::{Keep, Report};
use std::collections::HashMap;

/// The settings that decide the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Containment from which a document counts as a copy, over 0 and at most 1.
    pub threshold: f64,
    /// Words an overlap must share.
    pub min_passage: u32,
    /// Words in a shingle.
    pub shingle: u32,
    /// How a representative is chosen.
    pub keep: Keep,
    /// Put the time of each stage into the report.
    pub timings: bool,
    /// Collect the first words of each cluster's story, for people to read.
    pub excerpts: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            min_passage: 40,
            shingle: 5,
            keep: Keep::Best,
            timings: false,
            excerpts: false,
        }
    }
}

/// The stages, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Listing the inputs.
    Walk,
    /// Reading documents, segmenting words, sketching.
    Read,
    /// Proposing pairs.
    Candidates,
    /// Aligning the words of each pair.
    Verify,
    /// Grouping passages into stories.
    Cluster,
    /// Writing the report.
    Report,
}

impl Stage {
    /// Its name, for people and for timings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Read => "read",
            Self::Candidates => "candidates",
            Self::Verify => "verify",
            Self::Cluster => "cluster",
            Self::Report => "report",
        }
    }
}

/// Whoever wants to know how far the run is; called from many threads.
pub trait Progress: Sync {
    /// A stage begins; `total` is its work in its own unit (bytes for `Read`, pairs for `Verify`),
    /// where that is known.
    fn stage(&self, stage: Stage, total: Option<u64>);
    /// Work of the running stage is done: `items` documents or pairs, `bytes` of input.
    fn advance(&self, items: u64, bytes: u64);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: Stage, _: Option<u64>) {}
    fn advance(&self, _: u64, _: u64) {}
}

/// What a run gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The report.
    pub report: Report,
    /// The story's first words, by cluster id; empty unless [`Settings::excerpts`].
    pub excerpts: HashMap<String, String>,
}
