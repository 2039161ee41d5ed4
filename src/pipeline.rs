//! The recipe, readable aloud: walk, read, words, sketch, candidates, verify, cluster, report.

mod assemble;
mod attribution;
mod clock;
mod draft;
mod exact;
mod excerpts;
pub mod explain;
pub mod export;
mod groundwork;
mod ids;
mod listed;
mod narrow;
mod origin;
mod outcome;
mod outline;
mod places;
mod propose;
mod rank;
mod read;
mod room;
mod sources;
mod texts;
mod verification;

use crate::corpus::Corpus;
use crate::spill::SpillError;
use assemble::rounded;
use clock::Clock;
use dedupe_core::candidates::MAX_DOCUMENTS;
use dedupe_core::cluster::{self, Cluster, Clustering, Documents};
use dedupe_core::model::{Keep, Match};
use dedupe_core::sketch::bands::Bands;
use dedupe_core::sketch::{Sketcher, WINDOW};
use dedupe_core::verify::boilerplate::Boilerplate;
use dedupe_core::verify::relation::Thresholds;
use dedupe_formats::Fault;
use dedupe_formats::{self as source, Input};
use dedupe_report::{
    self as report, Baseline, DocumentLocations, EmbeddedTexts, Excerpts, Parameters, Report,
    ReportView,
};
pub use draft::Draft;
use exact::ExactGroups;
use groundwork::Groundwork;
use outcome::Read;
use propose::Proposal;
use sources::Publishers;
use std::path::PathBuf;
pub use texts::{Reread, reread};
use verification::Verification;

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
    /// Sources whose documents are kept before others, the most preferred first.
    pub prefer: Vec<String>,
    /// Leave out of the report what stays within one source.
    pub cross_source_only: bool,
    /// Put the time of each stage into the report.
    pub timings: bool,
    /// Collect the first words of each cluster's story, for people to read.
    pub excerpts: bool,
    /// Collect the texts of the documents in clusters, for people to read side by side.
    pub texts: bool,
    /// Collect the ids of all documents.
    pub ids: bool,
    /// Bytes of memory to keep to; what does not fit goes to a temporary file. The result is the same.
    pub memory: Option<u64>,
    /// Collect where the documents that are reported stand.
    pub places: bool,
    /// Report only what involves a document of these files and folders; none: everything.
    pub new: Option<Vec<PathBuf>>,
    /// Leave out of the report what this knows.
    pub baseline: Option<Baseline>,
    /// Collect what a baseline takes down.
    pub new_baseline: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            min_passage: 40,
            shingle: 5,
            keep: Keep::Best,
            prefer: Vec::new(),
            cross_source_only: false,
            timings: false,
            excerpts: false,
            texts: false,
            ids: false,
            memory: None,
            places: false,
            new: None,
            baseline: None,
            new_baseline: false,
        }
    }
}

impl Settings {
    fn sketcher(&self) -> Sketcher {
        Sketcher {
            shingle: self.shingle,
            window: WINDOW,
            bands: Bands::for_threshold(self.threshold),
        }
    }

    fn thresholds(&self) -> Thresholds {
        Thresholds {
            threshold: self.threshold,
            min_passage: self.min_passage,
        }
    }

    fn parameters(&self) -> Parameters {
        let sketcher = self.sketcher();
        Parameters {
            threshold: rounded(self.threshold),
            min_passage: self.min_passage,
            shingle: self.shingle,
            window: sketcher.window as u32,
            bands: sketcher.bands.bands as u32,
            rows: sketcher.bands.rows as u32,
            keep: self.keep,
            prefer: self.prefer.clone(),
            cross_source_only: self.cross_source_only,
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
    /// Learning which passages are no evidence.
    Boilerplate,
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
            Self::Boilerplate => "boilerplate",
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
    /// Bytes that the process has held in memory at most so far, where that is known.
    fn memory(&self) -> Option<u64> {
        None
    }
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: Stage, _: Option<u64>) {}
    fn advance(&self, _: u64, _: u64) {}
}

/// What a run gives.
#[derive(Debug)]
pub struct Outcome {
    /// What the report says, put into its terms as it is asked for.
    pub draft: Draft,
    /// The story's first words, by cluster id; empty unless [`Settings::excerpts`].
    pub excerpts: Excerpts,
    /// The texts of the documents in clusters, by id; empty unless [`Settings::texts`].
    pub texts: EmbeddedTexts,
    /// The ids of all documents, in reading order; empty unless [`Settings::ids`].
    pub ids: Vec<String>,
    /// Where the documents that findings name stand; empty unless [`Settings::places`].
    pub places: DocumentLocations,
    /// All that was found, what [`Settings::baseline`] left out too; none unless
    /// [`Settings::new_baseline`].
    pub baseline: Option<Baseline>,
}

impl Outcome {
    /// The report, all of it.
    ///
    /// # Errors
    ///
    /// See [`Draft::check`].
    pub fn report(&self) -> Result<&Report, Error> {
        let report = self.draft.whole_report();
        self.draft.check()?;
        Ok(report)
    }
}

/// Why a run gave nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The corpus is larger than a key can name.
    #[error("{found} documents are more than the {limit} that one run takes; split the corpus")]
    TooManyDocuments {
        /// Documents that were read.
        found: usize,
        /// The most there may be.
        limit: u32,
    },
    /// What did not fit in memory found no other place.
    #[error(transparent)]
    Spill(#[from] SpillError),
}

/// Reads what `paths` name and reports every story that more than one document carries.
///
/// Bad input is no error: it stands in the report. The report depends on the input and the settings
/// alone, not on the number of threads. The outcome holds the corpus, of which the report is made when it is
/// asked for.
///
/// # Errors
///
/// See [`Error`].
pub fn run(
    paths: &[PathBuf],
    source: &source::Options,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Outcome, Error> {
    let mut clock = Clock::new(progress);
    let walk = clock.run(
        Stage::Walk,
        None,
        || source::walk(paths, source),
        |walk| (walk.inputs.len(), None),
    );
    let total = Input::total_size(&walk.inputs);
    let reading = clock.run(
        Stage::Read,
        total,
        || read::read(&walk.inputs, source, settings, progress),
        |reading| (reading.corpus.len(), Some(reading.corpus.bytes())),
    );
    check_size(&reading.corpus)?;
    reading.corpus.check()?;
    let unknown = rank::unknown(&reading.corpus, &settings.prefer);
    let (corpus, found) = find(reading.corpus, &walk.inputs, settings, &mut clock, progress);
    let read = Read {
        corpus,
        inputs: walk.inputs,
        skipped: sorted([walk.skipped, reading.skipped]),
        warnings: sorted([reading.warnings, unknown]),
        ignored: walk.ignored + reading.ignored,
    };
    let mut outcome = clock.run(
        Stage::Report,
        None,
        || outcome::outcome(read, found, source, settings),
        |outcome| (outcome.draft.match_count(), None),
    );
    outcome.draft.check()?;
    if settings.timings {
        outcome.draft.set_timings(&clock.timings);
    }
    if settings.texts {
        outcome.texts = texts::texts(&outcome.draft, source);
    }
    if settings.ids {
        outcome.ids = ids(&outcome.draft.corpus);
    }
    Ok(outcome)
}

/// Faults as the report lists them.
fn reported(faults: &[Fault]) -> Vec<report::Fault> {
    let one = |fault: &Fault| report::Fault {
        path: fault.path.clone(),
        line: fault.line,
        code: fault.code.to_string(),
        reason: fault.reason.clone(),
    };
    faults.iter().map(one).collect()
}

fn sorted(faults: [Vec<Fault>; 2]) -> Vec<Fault> {
    let mut faults = faults.concat();
    faults.sort();
    faults
}

fn ids(corpus: &Corpus) -> Vec<String> {
    let id = |document| corpus.id(document).to_owned();
    corpus.indices().map(id).collect()
}

fn check_size(corpus: &Corpus) -> Result<(), Error> {
    if corpus.len() >= MAX_DOCUMENTS as usize {
        return Err(Error::TooManyDocuments {
            found: corpus.len(),
            limit: MAX_DOCUMENTS - 1,
        });
    }
    Ok(())
}

/// What the stages between reading and reporting found.
struct Findings {
    /// By document: its place in the order of ids.
    by_id: Vec<u32>,
    groups: ExactGroups,
    publishers: Publishers,
    boilerplate: Boilerplate,
    /// Words of each document that are no boilerplate.
    effective_lengths: Vec<u32>,
    stories: Vec<Cluster>,
    matches: Vec<Match>,
}

/// Candidates, boilerplate, verification, clusters.
fn find(
    mut corpus: Corpus,
    inputs: &[Input],
    settings: &Settings,
    clock: &mut Clock,
    progress: &dyn Progress,
) -> (Corpus, Findings) {
    let Groundwork {
        by_id,
        preferences,
        ranks,
        groups,
        proposal: Proposal { pairs, .. },
        publishers,
        boilerplate,
    } = Groundwork::new(&mut corpus, inputs, settings, clock);
    room::settle_for_pairs(settings.memory, &mut corpus, pairs.len());
    let verification = Verification::new(&corpus, &boilerplate, settings);
    let matches = clock.run(
        Stage::Verify,
        Some(pairs.len() as u64),
        || verification.all(&pairs, progress),
        |matches| (matches.len(), None),
    );
    let facts = Documents {
        effective_lengths: &verification.effective_lengths,
        ranks: &ranks,
        preferences: &preferences,
        keep: settings.keep,
    };
    let Clustering {
        clusters: stories,
        matches,
    } = clock.run(
        Stage::Cluster,
        None,
        || {
            let Ok(found) = cluster::cluster(&facts, matches, &verification);
            found
        },
        |found| (found.clusters.len(), None),
    );
    let effective_lengths = verification.effective_lengths;
    let findings = Findings {
        by_id,
        groups,
        publishers,
        boilerplate,
        effective_lengths,
        stories,
        matches,
    };
    (corpus, findings)
}
