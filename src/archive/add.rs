//! Adds documents to an archive, a part at a time. Each part is durable before the next one begins.

use super::entering::{Entering, State};
use super::gathered::{Gathered, read_documents};
use super::{Archive, ArchiveError, documents, if_there, rules};
use crate::dictionary::LearntDictionary;
use crate::error::Error;
use crate::job::Job;
use crate::matching::Prepared;
use crate::progress::{Stage, StageClock};
use crate::reading::{self, Reading, report_faults};
use crate::results::learnt_dictionary;
use dedupe_formats::{Document, Fault};
use dedupe_index::{Commit, Number, Plan, StoredDocument};
use dedupe_report as report;
use rustc_hash::FxHashSet;
use std::path::Path;
use std::sync::Arc;

/// Documents of a part at most.
const PART_DOCUMENTS: usize = 8192;
/// Bytes of the texts of a part, as long as it has more than one document.
const PART_BYTES: u64 = 64 << 20;

/// What an addition did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Added {
    /// Documents that the archive did not have.
    pub new: u64,
    /// Documents that the archive had with other words.
    pub versions: u64,
    /// Documents that the archive had with the same words. They changed nothing.
    pub known: u64,
    /// New documents and new versions that are copies of another document.
    pub copies: u64,
    /// The numbers under which the archive has all of these documents, in reading order.
    pub numbers: Vec<Number>,
    /// True if the archive was created.
    pub is_created: bool,
    /// Documents in the archive now.
    pub documents: u64,
    /// The epoch of the archive.
    pub epoch: u32,
    /// Inputs and documents that were not used.
    pub skipped: Vec<report::Fault>,
    /// Inputs and documents that were used with a warning.
    pub warnings: Vec<report::Fault>,
}

impl Archive {
    /// Adds the documents of a job to the archive at a path. Creates the archive if there is none. A document that the archive
    /// has with the same words is not added; with other words it is a new version. A new archive keeps the rules of the job.
    /// They may name a dictionary for it; otherwise the archive learns one from these documents.
    ///
    /// `cache`: bytes of memory for what was read from the archive.
    ///
    /// # Errors
    ///
    /// The archive cannot be used or written, it has other rules than the job, or the job was cancelled. What was added before
    /// stays.
    pub fn add(path: &Path, job: &Job<'_>, cache: u64) -> Result<Added, ArchiveError> {
        rules::stored(job.rules)?;
        let existing = if_there(Self::open_for_writing(path, cache))?;
        if let Some(archive) = &existing {
            archive.agree(job.rules)?;
        }
        let mut clock = StageClock::new(job.progress);
        let mut reading = reading::read(job, &mut clock)?;
        let mut added = Added {
            is_created: existing.is_none(),
            ..Added::default()
        };
        if reading.corpus.len() == 0 && existing.is_none() {
            return Err(ArchiveError::NothingRead);
        }
        let archive = match existing {
            Some(archive) => archive,
            None => {
                let dictionary = learn(&mut reading, job, &mut clock)?;
                Self::create(path, job.rules, &dictionary, cache)?
            }
        };
        job.progress
            .stage(Stage::Verify, Some(reading.corpus.len() as u64));
        let unread = archive.add_parts(&reading, job, &mut added)?;
        added.skipped = report_faults(&[&reading.skipped[..], &unread].concat());
        added.warnings = report_faults(&reading.warnings);
        let manifest = archive.index.manifest()?;
        (added.documents, added.epoch) = (manifest.documents, manifest.epoch);
        Ok(added)
    }

    /// Adds the documents that were read. Returns those whose texts could not be read again.
    fn add_parts(
        &self,
        reading: &Reading,
        job: &Job<'_>,
        added: &mut Added,
    ) -> Result<Vec<Fault>, ArchiveError> {
        let mut part: Vec<StoredDocument> = vec![];
        let (mut bytes, mut result) = (0, Ok(()));
        let in_order = reading.corpus.in_reading_order();
        let unread = documents::visit_stored(reading, in_order, &mut |document| {
            if result.is_err() {
                return;
            }
            if job.progress.is_cancelled() {
                result = Err(Error::Cancelled.into());
                return;
            }
            bytes += document.text.len() as u64;
            part.push(document);
            job.progress.advance(1, 0);
            if part.len() >= PART_DOCUMENTS || bytes >= PART_BYTES {
                bytes = 0;
                result = self.add_part(std::mem::take(&mut part), added);
            }
        });
        result?;
        self.add_part(part, added)?;
        Ok(unread)
    }

    /// Adds documents with different ids.
    pub(super) fn add_part(
        &self,
        part: Vec<StoredDocument>,
        added: &mut Added,
    ) -> Result<(), ArchiveError> {
        if part.is_empty() {
            return Ok(());
        }
        let texts: Vec<Document<'static>> = part.iter().cloned().map(documents::document).collect();
        let reading = read_documents(texts, &self.rules)?;
        let entering = self.entering(&reading, part)?;
        for state in &entering.states {
            match state {
                State::New => added.new += 1,
                State::Version(_) => added.versions += 1,
                State::Known(_) => added.known += 1,
            }
        }
        let Entering {
            states,
            new,
            stored,
            leaving,
        } = entering;
        if new.is_empty() {
            added.numbers.extend(numbers(&states, [].into_iter()));
            return Ok(());
        }
        let reading = match stored.len() == states.len() {
            true => reading,
            false => {
                let texts = stored.iter().cloned().map(documents::document).collect();
                read_documents(texts, &self.rules)?
            }
        };
        let plan = Plan::new(&self.index, new, &leaving, |numbers| self.keys(numbers))?;
        added.numbers.extend(numbers(&states, plan.added()));
        let gathered = Gathered::of_plan(reading, &plan);
        self.commit(plan, stored, gathered, added)
    }

    /// Verifies the pairs of a plan and commits it. `gathered`: the documents that enter.
    fn commit(
        &self,
        plan: Plan,
        stored: Vec<StoredDocument>,
        mut gathered: Gathered,
        added: &mut Added,
    ) -> Result<(), ArchiveError> {
        gathered.add(self, plan.pairs().iter().flat_map(|&(a, b)| [a, b]))?;
        let matches = gathered.verify(plan.pairs(), &self.rules)?;
        let mut copies: FxHashSet<Number> = FxHashSet::default();
        for found in matches.iter().filter(|found| found.relation.is_copy()) {
            copies.extend(
                [found.left, found.right]
                    .into_iter()
                    .filter(|&n| plan.is_new(n)),
            );
        }
        for number in plan.added() {
            let facts = plan.facts(&self.index, number)?;
            if plan.group(&self.index, facts.digest)?.len() > 1 {
                copies.insert(number);
            }
        }
        added.copies += copies.len() as u64;
        self.index.commit(Commit {
            plan,
            documents: stored,
            matches,
            forgotten: vec![],
        })?;
        self.settle();
        Ok(())
    }
}

/// The numbers of documents of these states. `entering`: the numbers of those that enter.
fn numbers(states: &[State], mut entering: impl Iterator<Item = Number>) -> Vec<Number> {
    let numbers = states.iter().filter_map(|state| match state {
        State::Known(number) => Some(*number),
        State::New | State::Version(_) => entering.next(),
    });
    numbers.collect()
}

/// The dictionary of a new archive: the given one, or one learnt from these documents.
fn learn(
    reading: &mut Reading,
    job: &Job<'_>,
    clock: &mut StageClock<'_>,
) -> Result<Arc<LearntDictionary>, ArchiveError> {
    if let Some(given) = &job.rules.dictionary {
        return Ok(Arc::clone(given));
    }
    let Reading { corpus, inputs, .. } = reading;
    let prepared = Prepared::new(corpus, inputs, job, clock)?;
    Ok(Arc::new(learnt_dictionary(reading, &prepared, job)?))
}
