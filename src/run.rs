//! The recipe: read the documents, propose pairs, learn the boilerplate, verify the pairs, make clusters, report.

use crate::corpus::memory_budget;
use crate::error::Error;
use crate::job::Job;
use crate::matching::Prepared;
use crate::matching::candidates::Candidates;
use crate::matching::verification::Verification;
use crate::progress::{Stage, StageClock};
use crate::reading::{self, Reading};
use crate::results::{self, Found, Outcome};
use crate::settings::ReportOptions;
use dedupe_core::cluster::{self, Clustering, Documents};
use rayon::iter::ParallelIterator;

/// Finds the copies in a corpus and reports them.
///
/// The report depends only on the documents and on [`Rules`](crate::Rules) and [`ReportOptions`], not on memory or
/// the number of threads. Bad input is not an error; the report lists what was skipped. Clusters and matches of the
/// report are made when they are asked for, so the outcome keeps the corpus.
///
/// # Errors
///
/// [`Error::TooManyDocuments`] and [`Error::Spill`].
pub fn run(job: &Job<'_>, options: &ReportOptions) -> Result<Outcome, Error> {
    let mut clock = StageClock::new(job.progress);
    let mut reading = reading::read(job, &mut clock)?;
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
    let Prepared {
        preference,
        exact,
        candidates: Candidates { pairs, .. },
        publishers,
        learnt,
    } = Prepared::new(corpus, &reading.inputs, job, clock)?;
    memory_budget::enforce_for_pairs(job.resources.memory, corpus, pairs.len())?;
    let verification = Verification::new(corpus, &learnt, job.rules);
    let matches = clock.run(
        Stage::Verify,
        Some(pairs.len() as u64),
        || verification.matches(&pairs, job.progress),
        |matches| (matches.len(), None),
    )?;
    let lengths: Vec<u32> = (corpus.par_indices())
        .map(|document| corpus.word_count(document))
        .collect();
    let documents = Documents {
        lengths: &lengths,
        ranks: &preference.ranks,
        preferences: &preference.by_source,
        keep: job.rules.keep,
    };
    let Clustering { clusters, matches } = clock.run(
        Stage::Cluster,
        None,
        || cluster::cluster(&documents, matches, &verification),
        |found| (found.clusters.len(), None),
    )?;
    Ok(Found {
        preference,
        exact,
        publishers,
        learnt,
        lengths,
        clusters,
        matches,
    })
}
