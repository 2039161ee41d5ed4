//! Reads and writes baselines, the files of known copies.

use super::messages::{Failure, counted};
use super::output::OutputTarget;
use dedupe_report::{BASELINE_VERSION, Baseline};
use std::fs;
use std::path::Path;

/// Reads a baseline.
pub(crate) fn read(file: &Path) -> Result<Baseline, Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::Baseline {
        file: file.into(),
        error: error.to_string(),
    };
    let bytes = fs::read(file).map_err(|error| failure(&error))?;
    let baseline: Baseline = serde_json::from_slice(&bytes).map_err(|error| failure(&error))?;
    if baseline.baseline_version == BASELINE_VERSION {
        Ok(baseline)
    } else {
        let found = baseline.baseline_version;
        let message = format!("expected baseline_version {BASELINE_VERSION}, found {found}");
        Err(failure(&message))
    }
}

/// Writes a baseline, and returns a message that says so.
pub(crate) fn write(baseline: &Baseline, to: &OutputTarget) -> Result<String, Failure> {
    to.write(|out| baseline.write(out))?;
    let (stories, pairs) = (baseline.stories.len(), baseline.pairs.len());
    let stories = counted(stories, "story", "stories");
    let pairs = counted(pairs, "pair", "pairs");
    Ok(format!("baseline written: {stories}, {pairs}"))
}
