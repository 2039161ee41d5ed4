//! Adds documents to an archive, a part at a time. Each part is durable before the next one begins.

use super::entering::{Entering, State};
use super::gathered::{Gathered, read_documents};
use super::{Archive, ArchiveError, documents, if_there, rules, unlike};
use crate::dictionary::LearntDictionary;
use crate::job::Job;
use crate::matching::Prepared;
use crate::progress::{Stage, StageClock, check_cancelled};
use crate::reading::{self, Reading, report_faults};
use crate::results::learnt_dictionary;
use dedupe_formats::{Document, Fault, FaultList};
use dedupe_index::{
    Claim, Commit, IndexError, Number, Plan, Storage, StoredDocument, claim_folder,
};
use dedupe_report as report;
use rayon::prelude::*;
use std::ops::{ControlFlow, Range};
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, Scope, ScopedJoinHandle};

/// Documents of a part at most.
const PART_DOCUMENTS: usize = if cfg!(test) { 8 } else { 8192 };
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

/// What documents are added to. No other process writes to it from now on, so what is read will be stored.
enum Target {
    Existing(Archive),
    New(Claim),
}

impl Target {
    fn open(path: &Path, cache: u64) -> Result<Self, ArchiveError> {
        if let Some(archive) = if_there(Archive::open_for_writing(path, cache))? {
            return Ok(Self::Existing(archive));
        }
        match claim_folder(path)? {
            Some(claim) => Ok(Self::New(claim)),
            // Another process has created it meanwhile.
            None => Archive::open_for_writing(path, cache).map(Self::Existing),
        }
    }
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
        let target = Target::open(path, cache)?;
        if let Target::Existing(archive) = &target {
            archive.agree(job.rules)?;
        }
        let mut clock = StageClock::new(job.progress);
        let mut reading = reading::read(job, &mut clock)?;
        let mut added = Added {
            is_created: matches!(target, Target::New(_)),
            ..Added::default()
        };
        if reading.corpus.len() == 0 && added.is_created {
            return Err(ArchiveError::NothingRead {
                skipped: report_faults(&reading.skipped),
            });
        }
        let archive = match target {
            Target::Existing(archive) => archive,
            Target::New(claim) => {
                let dictionary = learn(&mut reading, job, &mut clock)?;
                Self::create_in(path, claim, job.rules, &dictionary, cache)?
            }
        };
        reading.corpus.drop_words();
        job.progress
            .stage(Stage::Verify, Some(reading.corpus.len() as u64));
        let first = archive.index.manifest()?.next;
        let mut unlike = FaultList::default();
        let unread = archive.add_parts(&reading, job, &mut added, &mut unlike)?;
        added.skipped = report_faults(&[&reading.skipped[..], &unread].concat());
        added.warnings = report_faults(&[&reading.warnings[..], &unlike.into_sorted()].concat());
        let manifest = archive.index.manifest()?;
        // Counted at the end, so that it does not depend on how the documents were divided.
        added.copies = archive.copies_among(first..manifest.next)?;
        (added.documents, added.epoch) = (manifest.documents, manifest.epoch);
        Ok(added)
    }

    /// Adds the documents that were read. `unlike`: gets a warning for each that replaces an unlike one. Returns those whose
    /// texts could not be read again. While a part is added, another thread reads the next one.
    fn add_parts(
        &self,
        reading: &Reading,
        job: &Job<'_>,
        added: &mut Added,
        unlike: &mut FaultList,
    ) -> Result<Vec<Fault>, ArchiveError> {
        thread::scope(|scope| {
            let (parts, read) = sync_channel(0);
            let reader = thread::Builder::new().name("reader".to_owned());
            let reader = reader.spawn_scoped(scope, move || read_parts(reading, &parts));
            let reader = reader.map_err(IndexError::from)?;
            let mut settler = Settler::new(self, scope);
            for part in read {
                check_cancelled(job.progress)?;
                let documents = part.len() as u64;
                self.add_part(part, &mut settler, added, unlike)?;
                job.progress.advance(documents, 0);
            }
            settler.wait();
            // What was added stays if this fails, and the next addition does it.
            let _ = self.index.storage().rest();
            Ok(reader.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }

    /// Adds documents with different ids.
    fn add_part<'s>(
        &'s self,
        part: Vec<StoredDocument>,
        settler: &mut Settler<'s, '_>,
        added: &mut Added,
        unlike: &mut FaultList,
    ) -> Result<(), ArchiveError> {
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
        let replacing = unlike::replacing(&states, &stored).collect();
        self.warn_of_unlike(replacing, unlike)?;
        let plan = Plan::new(&self.index, new, &leaving, |numbers| self.keys(numbers))?;
        added.numbers.extend(numbers(&states, plan.added()));
        let mut gathered = Gathered::of_plan(reading, &plan);
        gathered.add(self, plan.pairs().iter().flat_map(|&(a, b)| [a, b]))?;
        let matches = gathered.verify(plan.pairs(), &self.rules)?;
        drop(gathered);
        settler.wait();
        self.index.commit(Commit {
            plan,
            documents: stored,
            matches,
            forgotten: vec![],
        })?;
        settler.begin();
        Ok(())
    }

    /// How many of these documents are copies of another one. On all threads.
    fn copies_among(&self, numbers: Range<u32>) -> Result<u64, ArchiveError> {
        let is_copy = |number| Ok(u64::from(self.is_copy(Number(number))?));
        numbers.into_par_iter().map(is_copy).sum()
    }

    /// True if a document is there and is a copy of another one.
    fn is_copy(&self, number: Number) -> Result<bool, ArchiveError> {
        let Some(facts) = self.index.find_facts(number)? else {
            return Ok(false);
        };
        Ok(self.index.group(facts.digest)?.len() > 1
            || (self.index.matches(number)?.iter()).any(|found| found.relation.is_copy()))
    }
}

/// Reads documents again, and sends them in parts. Ends when nobody receives them: the addition has failed or was cancelled.
/// Returns those whose texts could not be read again.
fn read_parts(reading: &Reading, parts: &SyncSender<Vec<StoredDocument>>) -> Vec<Fault> {
    let mut part: Vec<StoredDocument> = vec![];
    let mut bytes = 0;
    let in_order = reading.corpus.in_reading_order();
    let unread = documents::visit_stored(reading, in_order, &mut |document| {
        bytes += document.text.len() as u64;
        part.push(document);
        if part.len() >= PART_DOCUMENTS || bytes >= PART_BYTES {
            bytes = 0;
            if parts.send(std::mem::take(&mut part)).is_err() {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    if !part.is_empty() {
        let _ = parts.send(part);
    }
    unread
}

/// Settles an archive after each commit, in another thread while the next part is compared, but never during a commit. So the
/// same additions give the same files.
struct Settler<'s, 'e> {
    archive: &'s Archive,
    scope: &'s Scope<'s, 'e>,
    running: Option<ScopedJoinHandle<'s, ()>>,
}

impl<'s, 'e> Settler<'s, 'e> {
    fn new(archive: &'s Archive, scope: &'s Scope<'s, 'e>) -> Self {
        Self {
            archive,
            scope,
            running: None,
        }
    }

    fn begin(&mut self) {
        let archive = self.archive;
        let thread = thread::Builder::new().name("settler".to_owned());
        match thread.spawn_scoped(self.scope, || archive.settle()) {
            Ok(running) => self.running = Some(running),
            Err(_) => archive.settle(),
        }
    }

    fn wait(&mut self) {
        if let Some(running) = self.running.take() {
            running.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobInput;
    use crate::progress::Silent;
    use crate::settings::{Resources, Rules};
    use dedupe_formats::{Input, Options};

    #[test]
    fn copies_are_counted_however_the_documents_are_divided() {
        let words = |of: u32, count: u32| -> String {
            (0..count).map(|n| format!("word{of}x{n} ")).collect()
        };
        // A cut copy and an exact copy of documents of the first part. The other documents have no copy.
        let texts = (0..19).map(|n| match n {
            17 => words(0, 130),
            18 => words(1, 150),
            _ => words(n, 150),
        });
        let documents = texts.zip(0..).map(|(text, n)| Document {
            id: Some(format!("d{n:02}").into()),
            text: text.into(),
            ..Document::default()
        });
        let folder = tempfile::tempdir().unwrap();
        let inputs = [Input::in_memory("memory", documents.collect())];
        let job = Job {
            input: JobInput::Inputs(&inputs),
            reading: &Options::default(),
            rules: &Rules::default(),
            resources: &Resources::default(),
            progress: &Silent,
        };
        let added = Archive::add(&folder.path().join("a.idx"), &job, 1 << 20).unwrap();
        assert_eq!((added.new, added.copies), (19, 4));
    }
}
