//! Checks new documents against an archive, and reports on an archive. The archive stays as it is.

use super::gathered::Gathered;
use super::{Archive, ArchiveError, documents};
use crate::job::Job;
use crate::matching::dates::Dates;
use crate::matching::exact::ExactGroups;
use crate::matching::preference::Preference;
use crate::matching::verification::Verification;
use crate::progress::{Stage, StageClock};
use crate::reading::publishers::Publishers;
use crate::reading::{self, Reading};
use crate::results::{self, Found, Others, Outcome};
use crate::run::lengths;
use crate::settings::ReportOptions;
use dedupe_core::cluster::{self, Documents};
use dedupe_core::model::{DocumentIndex, Match};
use dedupe_index::{Number, Plan, StoredMatch};
use rustc_hash::{FxHashMap, FxHashSet};

/// The result of a check.
pub struct Checked {
    /// The report and what belongs to it.
    pub outcome: Outcome,
    /// The epoch of the archive.
    pub epoch: u32,
    /// The number of documents of the job.
    pub new: usize,
}

/// Documents of the archive that some of the compared documents are, too.
#[derive(Default)]
pub(super) struct Held {
    /// They have the id and the words of one. The report is about them, too.
    pub(super) same: Vec<Number>,
    /// They have the id of one, which takes their place.
    pub(super) replaced: Vec<Number>,
}

/// A document of a reading, and the one of the archive that has its id.
struct SameId {
    document: DocumentIndex,
    number: Number,
    has_same_words: bool,
}

/// Which copies a report lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those that involve a compared document.
    Compared,
    /// All among the compared documents and those that copies connect with them.
    Connected,
}

impl Archive {
    /// Finds the copies that involve a document of the job, among these documents and those of the archive. A document of the
    /// archive with the id of one of them does not count: the one of the job takes its place. The report is that of a check
    /// against the other documents of the archive with its dictionary. What was skipped when they were added is not in it. The
    /// rules are those of the archive; of those of the job, `cross_source_only` counts.
    ///
    /// # Errors
    ///
    /// The archive cannot be read, or those of [`run`](crate::run()).
    pub fn check(&self, job: &Job<'_>, options: &ReportOptions) -> Result<Checked, ArchiveError> {
        let rules = self.rules_for_report(job.rules)?;
        let job = Job {
            rules: &rules,
            ..*job
        };
        let mut clock = StageClock::new(job.progress);
        let mut reading = reading::read(&job, &mut clock)?;
        let same_ids = self.of_same_ids(&reading)?;
        let other_words = same_ids.iter().filter(|same| !same.has_same_words);
        let replacing: Vec<_> = other_words
            .map(|same| (same.document, same.number))
            .collect();
        let unlike = self.unlike_of(&reading, &replacing)?;
        reading.warnings.extend(unlike);
        let held = Held {
            replaced: same_ids.iter().map(|same| same.number).collect(),
            ..Held::default()
        };
        self.check_reading(reading, &held, Scope::Compared, &job, options, clock)
    }

    /// The documents of the archive that have the ids of these.
    fn of_same_ids(&self, reading: &Reading) -> Result<Vec<SameId>, ArchiveError> {
        let corpus = &reading.corpus;
        let ids: Vec<&str> = corpus.indices().map(|d| corpus.id(d)).collect();
        let current = self.index.all_current(&ids)?.into_iter();
        let same = current
            .zip(corpus.indices())
            .filter_map(|(current, document)| {
                let (number, facts) = current?;
                Some(SameId {
                    document,
                    number,
                    has_same_words: facts.digest == corpus.digest(document),
                })
            });
        Ok(same.collect())
    }

    /// Finds the copies that involve one of these documents of the archive. Those that it does not have any more are left out.
    ///
    /// # Errors
    ///
    /// Those of [`Archive::report`].
    pub fn report_about(
        &self,
        documents: &[Number],
        job: &Job<'_>,
        options: &ReportOptions,
    ) -> Result<Checked, ArchiveError> {
        let rules = self.rules_for_report(job.rules)?;
        let job = Job {
            rules: &rules,
            ..*job
        };
        let clock = StageClock::new(job.progress);
        let mut current = vec![];
        for &number in documents {
            if self.index.find_facts(number)?.is_some() {
                current.push(number);
            }
        }
        let plan = self.no_change()?;
        let mut gathered = self.gathered(current.iter().copied())?;
        gathered.report_only_these();
        let component = self.component(&plan, self.leaders(&plan, current)?, vec![])?;
        self.report_connected(gathered, &plan, component, &job, options, clock)
    }

    /// The report on the documents of a component. `gathered`: those of them that are at hand.
    pub(super) fn report_connected(
        &self,
        mut gathered: Gathered,
        plan: &Plan,
        component: Component,
        job: &Job<'_>,
        options: &ReportOptions,
        clock: StageClock<'_>,
    ) -> Result<Checked, ArchiveError> {
        self.gather(plan, &component, &mut gathered)?;
        let manifest = plan.manifest();
        let totals = (manifest.documents, manifest.text_bytes);
        let matches = component.matches.into_values();
        Ok(Checked {
            outcome: clusters(gathered, matches, totals, job, options, clock)?,
            epoch: manifest.epoch,
            new: plan.added().count(),
        })
    }

    /// Compares documents with the archive. The rules of the job are those of the archive.
    pub(super) fn check_reading(
        &self,
        reading: Reading,
        held: &Held,
        scope: Scope,
        job: &Job<'_>,
        options: &ReportOptions,
        mut clock: StageClock<'_>,
    ) -> Result<Checked, ArchiveError> {
        let new = documents::new_documents(&reading.corpus, job.rules)?;
        let plan = clock.run_as::<_, _, ArchiveError>(
            Stage::Candidates,
            None,
            || {
                Plan::new(&self.index, new, &held.replaced, |numbers| {
                    self.keys(numbers)
                })
            },
            |plan| (plan.pairs().len(), None),
        )?;
        let mut gathered = Gathered::new(reading, plan.added().collect());
        if scope == Scope::Compared {
            gathered.report_only_these();
        }
        gathered.add(self, plan.pairs().iter().flat_map(|&(a, b)| [a, b]))?;
        let verified = clock.run_as::<_, _, ArchiveError>(
            Stage::Verify,
            Some(plan.pairs().len() as u64),
            || gathered.verify(plan.pairs(), job.rules),
            |matches| (matches.len(), None),
        )?;
        let about = plan.added().chain(held.same.iter().copied());
        let leaders = self.leaders(&plan, about)?;
        let component = self.component(&plan, leaders, verified)?;
        self.report_connected(gathered, &plan, component, job, options, clock)
    }

    /// The report of a run over all documents of the archive with its dictionary.
    ///
    /// # Errors
    ///
    /// The archive cannot be read, or those of [`run`](crate::run()).
    pub fn report(&self, job: &Job<'_>, options: &ReportOptions) -> Result<Checked, ArchiveError> {
        let rules = self.rules_for_report(job.rules)?;
        let job = Job {
            rules: &rules,
            ..*job
        };
        let clock = StageClock::new(job.progress);
        let numbers = self.index.numbers()?;
        let mut gathered = Gathered::new(super::gathered::read_documents(vec![], &rules)?, vec![]);
        gathered.add(self, numbers.iter().copied())?;
        let mut matches = vec![];
        for &number in &numbers {
            // Each match is found from both of its ends.
            let own = self.index.matches(number)?.into_iter();
            matches.extend(own.filter(|found| found.left == number));
        }
        let manifest = self.index.manifest()?;
        let totals = (manifest.documents, manifest.text_bytes);
        let outcome = clusters(gathered, matches, totals, &job, options, clock)?;
        Ok(Checked {
            outcome,
            epoch: manifest.epoch,
            new: 0,
        })
    }

    /// A plan that changes nothing.
    pub(super) fn no_change(&self) -> Result<Plan, ArchiveError> {
        Plan::new(&self.index, vec![], &[], |numbers| self.keys(numbers))
    }

    /// The documents that stand for these in the comparison.
    pub(super) fn leaders(
        &self,
        plan: &Plan,
        numbers: impl IntoIterator<Item = Number>,
    ) -> Result<FxHashSet<Number>, ArchiveError> {
        let mut leaders = FxHashSet::default();
        for number in numbers {
            let digest = plan.facts(&self.index, number)?.digest;
            leaders.extend(plan.group(&self.index, digest)?.first());
        }
        Ok(leaders)
    }

    /// The documents that copies connect with these, and all of their matches.
    pub(super) fn component(
        &self,
        plan: &Plan,
        leaders: FxHashSet<Number>,
        verified: Vec<StoredMatch>,
    ) -> Result<Component, ArchiveError> {
        let mut of: FxHashMap<Number, Vec<StoredMatch>> = FxHashMap::default();
        for found in verified {
            of.entry(found.left).or_default().push(found.clone());
            of.entry(found.right).or_default().push(found);
        }
        let mut component = Component {
            documents: leaders.clone(),
            ..Component::default()
        };
        let mut queue: Vec<Number> = leaders.into_iter().collect();
        while let Some(number) = queue.pop() {
            let stored = plan.matches(&self.index, number)?;
            for found in stored
                .into_iter()
                .chain(of.remove(&number).unwrap_or_default())
            {
                let other = if found.left == number {
                    found.right
                } else {
                    found.left
                };
                if !found.relation.is_copy() {
                    component.overlapping.insert(other);
                } else if component.documents.insert(other) {
                    queue.push(other);
                }
                component.matches.insert((found.left, found.right), found);
            }
        }
        Ok(component)
    }

    /// Adds the documents of a component, those that overlap with them, and the exact copies of both.
    fn gather(
        &self,
        plan: &Plan,
        component: &Component,
        gathered: &mut Gathered,
    ) -> Result<(), ArchiveError> {
        let mut wanted = vec![];
        for &number in component.documents.union(&component.overlapping) {
            let facts = plan.facts(&self.index, number)?;
            wanted.extend(plan.group(&self.index, facts.digest)?);
        }
        gathered.add(self, wanted)
    }
}

/// Documents that copies connect. Their clusters depend on nothing else.
#[derive(Default)]
pub(super) struct Component {
    pub(super) documents: FxHashSet<Number>,
    /// Documents that only share passages with some of them. Their clusters do not matter, and may not be whole.
    pub(super) overlapping: FxHashSet<Number>,
    /// By left and right document.
    pub(super) matches: FxHashMap<(Number, Number), StoredMatch>,
}

/// Clusters the documents of these matches and reports on them. `totals`: documents and bytes of all that were compared.
fn clusters(
    gathered: Gathered,
    matches: impl IntoIterator<Item = StoredMatch>,
    totals: (u64, u64),
    job: &Job<'_>,
    options: &ReportOptions,
    mut clock: StageClock<'_>,
) -> Result<Outcome, ArchiveError> {
    let matches = matches.into_iter().map(|found| gathered.found_match(found));
    let mut matches = matches.collect::<Result<Vec<Match>, ArchiveError>>()?;
    matches.sort_unstable_by_key(|found| (found.left, found.right));
    let corpus = gathered.corpus();
    let preference = Preference::new(corpus, job.rules);
    let lengths = lengths(corpus);
    let learnt = gathered.learnt(job.rules);
    let verification = Verification::new(corpus, &learnt, job.rules, job.progress);
    let documents = Documents {
        lengths: &lengths,
        ranks: &preference.ranks,
        preferences: &preference.by_source,
        keep: job.rules.keep,
    };
    let clustering = clock.run(
        Stage::Cluster,
        None,
        || cluster::cluster(&documents, matches, &verification),
        |found| (found.clusters.len(), None),
    )?;
    let dates = Dates::new(corpus, job.rules.within);
    let found = Found {
        exact: ExactGroups::new(corpus, &preference.ranks, &dates),
        publishers: Publishers::new(corpus, &gathered.reading.inputs),
        others: others(&gathered.reading, totals),
        preference,
        learnt,
        lengths,
        clusters: clustering.clusters,
        matches: clustering.matches,
    };
    let mut outcome = clock.run(
        Stage::Report,
        None,
        || results::outcome(gathered.reading, found, job, options),
        |outcome| (outcome.report_match_count(), None),
    )?;
    if options.timings {
        outcome.set_timings(clock.timings);
    }
    Ok(outcome)
}

fn others(reading: &Reading, (documents, bytes): (u64, u64)) -> Others {
    Others {
        documents: documents.saturating_sub(reading.corpus.len() as u64),
        bytes: bytes.saturating_sub(reading.corpus.bytes()),
    }
}
