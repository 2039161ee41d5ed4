//! Reads and writes baselines, the files of known copies.

use super::messages::{Failure, counted, without_number};
use super::output::{OutputTarget, folder};
use dedupe::BaselineFolder;
use dedupe_report::{BASELINE_VERSION, Baseline};
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// What every version of the format has, and what a report has instead.
#[derive(Deserialize)]
struct Version {
    baseline_version: Option<u32>,
    schema_version: Option<u32>,
}

/// Reads a baseline.
pub(crate) fn read(file: &Path) -> Result<Baseline, Failure> {
    let failure = |error: &dyn std::fmt::Display| Failure::Baseline {
        file: file.into(),
        error: error.to_string(),
    };
    let bytes = fs::read(file).map_err(|error| failure(&without_number(&error)))?;
    let version = serde_json::from_slice(&bytes);
    let version: Version =
        version.map_err(|_| failure(&"expected a baseline, found no JSON object"))?;
    match (version.baseline_version, version.schema_version) {
        (Some(BASELINE_VERSION), _) => {
            serde_json::from_slice(&bytes).map_err(|error| failure(&error))
        }
        (Some(found), _) => Err(failure(&format!(
            "expected baseline_version {BASELINE_VERSION}, found {found}; write the baseline again"
        ))),
        (None, Some(_)) => Err(failure(
            &"it is a report; --write-baseline makes a baseline",
        )),
        (None, None) => Err(failure(&"it has no baseline_version")),
    }
}

/// The folder of a baseline, or the default if it cannot be found: then the paths in it stay as the run names them.
pub(crate) fn folder_of(file: &Path) -> BaselineFolder {
    let absolute = |folder: &Path| fs::canonicalize(folder);
    match (absolute(folder(file)), absolute(Path::new("."))) {
        (Ok(folder), Ok(current)) => BaselineFolder { folder, current },
        _ => BaselineFolder::default(),
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
