//! The recipe: read the documents, propose pairs, learn the boilerplate, verify the pairs, make clusters, report.

use crate::corpus::{Corpus, memory_budget};
use crate::error::Error;
use crate::job::Job;
use crate::matching::Prepared;
use crate::matching::verification::Verification;
use crate::progress::{Stage, StageClock};
use crate::reading::{self, Reading};
use crate::results::{self, Found, Others, Outcome};
use crate::settings::ReportOptions;
use dedupe_core::cluster::{self, Clustering, Documents};
use dedupe_core::model::Pair;
use rayon::iter::ParallelIterator;

/// Finds the copies in a corpus and reports them.
///
/// The report depends only on the documents and on [`Rules`](crate::Rules) and [`ReportOptions`], not on memory or
/// the number of threads. Bad input is not an error; the report lists what was skipped. Clusters and matches of the
/// report are made when they are asked for, so the outcome keeps the corpus.
///
/// # Errors
///
/// [`Error::TooManyDocuments`], [`Error::Spill`] and [`Error::Cancelled`].
pub fn run(job: &Job<'_>, options: &ReportOptions) -> Result<Outcome, Error> {
    let mut clock = StageClock::new(job.progress);
    let mut reading = reading::read_with_new(job, options.new.as_deref(), &mut clock)?;
    let found = find_copies(&mut reading, job, &mut clock)?;
    let mut outcome = clock.run(
        Stage::Report,
        None,
        || results::outcome(reading, found, job, options),
        |outcome| (outcome.report_match_count(), None),
    )?;
    if options.timings {
        outcome.set_timings(clock.timings);
    }
    Ok(outcome)
}

/// Proposes candidate pairs, verifies them, and groups the documents that match into clusters.
pub(crate) fn find_copies(
    reading: &mut Reading,
    job: &Job<'_>,
    clock: &mut StageClock<'_>,
) -> Result<Found, Error> {
    let corpus = &mut reading.corpus;
    let mut prepared = Prepared::new(corpus, &reading.inputs, job, clock)?;
    let pairs = std::mem::take(&mut prepared.candidates).pairs;
    memory_budget::enforce_for_pairs(job.resources.memory, corpus, pairs.len())?;
    let lengths = lengths(corpus);
    let Clustering { clusters, matches } =
        cluster_copies(corpus, &prepared, &pairs, &lengths, job, clock)?;
    Ok(Found {
        preference: prepared.preference,
        exact: prepared.exact,
        publishers: prepared.publishers,
        learnt: prepared.learnt,
        lengths,
        clusters,
        matches,
        others: Others::default(),
    })
}

/// By document: its number of words.
pub(crate) fn lengths(corpus: &Corpus) -> Vec<u32> {
    let length = |document| corpus.word_count(document);
    corpus.par_indices().map(length).collect()
}

/// Verifies candidate pairs, and groups the documents that match.
pub(crate) fn cluster_copies(
    corpus: &Corpus,
    prepared: &Prepared,
    pairs: &[Pair],
    lengths: &[u32],
    job: &Job<'_>,
    clock: &mut StageClock<'_>,
) -> Result<Clustering, Error> {
    let verification = Verification::new(corpus, &prepared.learnt, job.rules, job.progress);
    let matches = clock.run(
        Stage::Verify,
        Some(pairs.len() as u64),
        || verification.matches(pairs),
        |matches| (matches.len(), None),
    )?;
    let documents = Documents {
        lengths,
        ranks: &prepared.preference.ranks,
        preferences: &prepared.preference.by_source,
        keep: job.rules.keep,
    };
    clock.run(
        Stage::Cluster,
        None,
        || cluster::cluster(&documents, matches, &verification),
        |found| (found.clusters.len(), None),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Progress;
    use crate::{JobInput, LearntDictionary, Resources, Rules, Silent};
    use dedupe_formats::{Document, Input, Options};
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::sync::{Arc, Mutex};

    /// Cancels the job when a stage begins.
    struct CancelAt {
        stage: Stage,
        is_cancelled: AtomicBool,
        last: Mutex<Option<Stage>>,
        /// Documents and pairs that were done after that.
        items: AtomicU64,
    }

    impl Progress for CancelAt {
        fn stage(&self, stage: Stage, _: Option<u64>) {
            *self.last.lock().unwrap() = Some(stage);
            if stage == self.stage {
                self.is_cancelled.store(true, Ordering::Relaxed);
            }
        }

        fn advance(&self, items: u64, _: u64) {
            if self.is_cancelled() {
                self.items.fetch_add(items, Ordering::Relaxed);
            }
        }

        fn is_cancelled(&self) -> bool {
            self.is_cancelled.load(Ordering::Relaxed)
        }
    }

    /// A dictionary of another shingle never applied, and was saved as one of the run's shingle.
    #[test]
    fn rules_that_cannot_be_followed_are_an_error() {
        let inputs = [Input::in_memory("memory", vec![Document::default()])];
        let with = |rules: Rules| {
            let job = Job {
                input: JobInput::Inputs(&inputs),
                reading: &Options::default(),
                rules: &rules,
                resources: &Resources::default(),
                progress: &Silent,
            };
            match run(&job, &ReportOptions::default()) {
                Err(Error::Rules(error)) => Some(error.to_string()),
                _ => None,
            }
        };
        let default = Rules::default();
        assert_eq!(with(default.clone()), None);
        for threshold in [0.0, -1.0, 1.01, f64::NAN] {
            let rules = Rules {
                threshold,
                ..default.clone()
            };
            let expected = format!("expected a threshold above 0 and at most 1, found {threshold}");
            assert_eq!(with(rules), Some(expected));
        }
        let rules = Rules {
            min_passage: 0,
            ..default.clone()
        };
        assert!(with(rules).is_some_and(|error| error.contains("passage")));
        for shingle in [2, 33] {
            let rules = Rules {
                shingle,
                ..default.clone()
            };
            assert!(with(rules).is_some_and(|error| error.contains("3 to 32")));
        }
        let learnt = LearntDictionary::new(8, Arc::default(), vec![], 0);
        let rules = Rules {
            dictionary: Some(Arc::new(learnt)),
            ..default
        };
        let expected = "the dictionary was learnt with shingles of 8 words, expected 5";
        assert_eq!(with(rules).as_deref(), Some(expected));
    }

    #[test]
    fn a_cancelled_job_ends_with_an_error_and_before_its_next_stage() {
        let text: String = (0..200).map(|n| format!("word{n} ")).collect();
        let document = |end: usize| Document {
            text: text[..text.len() - end].to_owned().into(),
            ..Document::default()
        };
        let inputs = [Input::in_memory("memory", (0..4).map(document).collect())];
        for stage in [
            Stage::Walk,
            Stage::Read,
            Stage::Candidates,
            Stage::Boilerplate,
            Stage::Verify,
            Stage::Cluster,
        ] {
            let progress = CancelAt {
                stage,
                is_cancelled: AtomicBool::new(false),
                last: Mutex::new(None),
                items: AtomicU64::new(0),
            };
            let job = Job {
                input: JobInput::Inputs(&inputs),
                reading: &Options::default(),
                rules: &Rules::default(),
                resources: &Resources::default(),
                progress: &progress,
            };
            let result = run(&job, &ReportOptions::default());
            assert!(matches!(result, Err(Error::Cancelled)), "{stage:?}");
            assert_eq!(*progress.last.lock().unwrap(), Some(stage));
            // Other stages are done as a whole.
            if matches!(stage, Stage::Walk | Stage::Read | Stage::Verify) {
                assert_eq!(progress.items.into_inner(), 0, "{stage:?}");
            }
        }
    }
}
