//! What a caller can set: rules that decide the result, resources that do not, and what the report covers.

mod baseline_folder;

pub use baseline_folder::BaselineFolder;

use crate::corpus::Spill;
use crate::dictionary::LearntDictionary;
use dedupe_core::evidence::model::DEFAULT_THRESHOLD;
use dedupe_core::model::Keep;
use dedupe_core::sketch::bands::Bands;
use dedupe_core::sketch::{Sketcher, WINDOW};
use dedupe_core::verify::relation::Thresholds;
use dedupe_report::Baseline;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// The rules that decide the result. The report repeats them as its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// How strong the evidence for one piece of news must be: more than 0, at most 1.
    pub threshold: f64,
    /// The least number of words that an overlap shares, at least 1.
    pub min_passage: u32,
    /// Words in a shingle, 3 to 32.
    pub shingle: u32,
    /// The largest number of days between the dates of two documents that match. Dates are days in UTC. A document
    /// without a date matches at any distance. `None`: no limit.
    pub within: Option<u32>,
    /// How the representative of a cluster is chosen.
    pub keep: Keep,
    /// Sources whose documents are preferred as representatives, the most preferred first.
    pub prefer: Vec<String>,
    /// Report only copies between documents of different sources.
    pub cross_source_only: bool,
    /// The dictionary to use, learnt by another run with the same shingle. `None`: the run learns one.
    pub dictionary: Option<Arc<LearntDictionary>>,
}

impl Default for Rules {
    fn default() -> Self {
        let Thresholds {
            threshold,
            min_passage,
        } = Thresholds::default();
        Self {
            threshold,
            min_passage,
            shingle: Sketcher::default().shingle,
            within: None,
            keep: Keep::Best,
            prefer: Vec::new(),
            cross_source_only: false,
            dictionary: None,
        }
    }
}

/// [`Bands::for_threshold`], which takes a millisecond. A query needs the same one several times.
fn bands(threshold: f64) -> Bands {
    static LAST: Mutex<(u64, Bands)> = Mutex::new((DEFAULT_THRESHOLD.to_bits(), Bands::DEFAULT));
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if last.0 != threshold.to_bits() {
        *last = (threshold.to_bits(), Bands::for_threshold(threshold));
    }
    last.1
}

/// A rule that no run can follow.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RulesError {
    /// The threshold is out of range.
    #[error("expected a threshold above 0 and at most 1, found {0}")]
    Threshold(f64),
    /// An overlap would need no word.
    #[error("expected at least 1 word for the shortest passage, found 0")]
    MinPassage,
    /// The number of words in a shingle is out of range.
    #[error("expected 3 to 32 words in a shingle, found {0}")]
    Shingle(u32),
    /// The dictionary counts shingles of another length.
    #[error("the dictionary was learnt with shingles of {found} words, expected {expected}")]
    Dictionary {
        /// Words in a shingle of the dictionary.
        found: u32,
        /// Words in a shingle of the rules.
        expected: u32,
    },
}

impl Rules {
    /// Checks that a run can follow the rules. Each job does so before it reads anything.
    ///
    /// ```
    /// use dedupe::{Rules, RulesError};
    ///
    /// assert_eq!(Rules::default().check(), Ok(()));
    /// let rules = Rules { threshold: 1.5, ..Rules::default() };
    /// assert_eq!(rules.check(), Err(RulesError::Threshold(1.5)));
    /// ```
    ///
    /// # Errors
    ///
    /// The first rule that is out of range, or a dictionary that was learnt with another shingle.
    pub fn check(&self) -> Result<(), RulesError> {
        if !(self.threshold > 0.0 && self.threshold <= 1.0) {
            return Err(RulesError::Threshold(self.threshold));
        }
        if self.min_passage == 0 {
            return Err(RulesError::MinPassage);
        }
        if !(3..=32).contains(&self.shingle) {
            return Err(RulesError::Shingle(self.shingle));
        }
        match self.dictionary.as_ref().map(|given| given.shingle()) {
            Some(found) if found != self.shingle => Err(RulesError::Dictionary {
                found,
                expected: self.shingle,
            }),
            _ => Ok(()),
        }
    }

    pub(crate) fn sketcher(&self) -> Sketcher {
        Sketcher {
            shingle: self.shingle,
            window: WINDOW,
            bands: bands(self.threshold),
        }
    }

    pub(crate) fn thresholds(&self) -> Thresholds {
        Thresholds {
            threshold: self.threshold,
            min_passage: self.min_passage,
        }
    }
}

/// What a job may use. The result does not depend on it.
///
/// Jobs run on the current thread pool of `rayon`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resources {
    /// Memory budget in bytes. Words and hashes that exceed it go to a temporary file. `None`: no limit.
    pub memory: Option<u64>,
    /// Folder of that file. `None`: the system's temporary folder.
    pub temporary_folder: Option<PathBuf>,
    #[cfg(test)]
    pub(crate) spill_faults: crate::corpus::faults::SpillFaults,
}

impl Resources {
    /// A temporary file for data that exceeds the memory budget. Creates nothing yet.
    pub(crate) fn spill(&self) -> Spill {
        let spill = Spill::new(self.temporary_folder.as_deref());
        #[cfg(test)]
        let spill = spill.with_faults(self.spill_faults.clone());
        spill
    }
}

/// What a report covers, and what a run returns besides it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportOptions {
    /// Report only copies that involve a document of these files and folders. `None`: all copies.
    pub new: Option<Vec<PathBuf>>,
    /// Leave out the copies that this baseline contains.
    pub baseline: Option<Baseline>,
    /// The folder of that baseline.
    pub baseline_folder: BaselineFolder,
    /// Return a baseline of all copies, including those that `baseline` contains.
    pub new_baseline: bool,
    /// The folder of the new baseline.
    pub new_baseline_folder: BaselineFolder,
    /// Return the dictionary that the run learnt, or the one that it was given.
    pub dictionary: bool,
    /// Put the duration of each stage into the report.
    pub timings: bool,
    /// Return the first words of each cluster's story.
    pub excerpts: bool,
    /// Return the texts of the documents in clusters.
    pub texts: bool,
    /// Return the ids of all documents.
    pub ids: bool,
    /// Return the locations of the documents that the report names.
    pub locations: bool,
    /// Keep what [`export::select_from`](crate::export::select_from) needs to choose among the documents.
    pub selection: bool,
}
