//! The file of copies that are known: reading one, writing one.

use super::messages::Failure;
use super::output::Destination;
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
        let message = format!("expected baseline_version {BASELINE_VERSION}, got {found}");
        Err(failure(&message))
    }
}

/// Writes a baseline; what it says of itself.
pub(crate) fn write(baseline: &Baseline, to: &Destination) -> Result<String, Failure> {
    to.write(|out| baseline.write(out))?;
    let (stories, pairs) = (baseline.stories.len(), baseline.pairs.len());
    Ok(format!(
        "baseline written: stories {stories}, pairs {pairs}"
    ))
}
