//! What adding documents would change, and what the archive says about each of them then. Nothing changes yet.

use super::headlines::Published;
use crate::archive::check::Component;
use crate::archive::entering::{Entering, State};
use crate::archive::gathered::{Gathered, read_documents, read_new_documents};
use crate::archive::query::{Answer, Answerer};
use crate::archive::{Archive, ArchiveError, Checked, documents, unlike};
use crate::job::{Job, JobInput};
use crate::progress::{Silent, StageClock};
use crate::reading::report_faults;
use crate::settings::{ReportOptions, Resources};
use dedupe_formats::{Document, FaultList, Options};
use dedupe_index::{Commit, Number, Plan, StoredDocument, StoredMatch};
use dedupe_report::Fault;
use rustc_hash::{FxHashMap, FxHashSet};

/// Documents that may enter the archive.
pub(super) struct Draft {
    plan: Plan,
    /// The documents that enter, in the order of their numbers.
    entering: Vec<StoredDocument>,
    /// The matches among the pairs of the plan.
    matches: Vec<StoredMatch>,
    /// The versions that leave.
    pub(super) leaving: Vec<Number>,
    /// By document, as they were given.
    pub(super) states: Vec<State>,
    /// By document, as they were given.
    pub(super) answers: Vec<Answer>,
    /// By document, as they were given: what was unclear about it.
    pub(super) warnings: Vec<Vec<Fault>>,
}

impl Draft {
    /// True if the archive knows all of these documents.
    pub(super) fn is_empty(&self) -> bool {
        self.entering.is_empty()
    }

    /// The documents that enter, with their numbers.
    pub(super) fn entering(&self) -> impl Iterator<Item = (Number, &StoredDocument)> {
        self.plan.added().zip(&self.entering)
    }

    /// When a document that enters was published.
    pub(super) fn published(
        &self,
        archive: &Archive,
        number: Number,
    ) -> Result<Published, ArchiveError> {
        Ok(self.plan.facts(&archive.index, number)?.published)
    }

    pub(super) fn into_commit(self) -> Commit {
        Commit {
            plan: self.plan,
            documents: self.entering,
            matches: self.matches,
            forgotten: vec![],
        }
    }
}

impl Archive {
    /// Drafts the addition of documents with different ids.
    pub(super) fn draft(
        &self,
        given: &[Document<'static>],
        resources: &Resources,
    ) -> Result<Draft, ArchiveError> {
        let stored = to_store(given)?;
        let ids: Vec<String> = stored.iter().map(|document| document.id.clone()).collect();
        let texts = stored.iter().cloned().map(documents::document).collect();
        let reading = read_new_documents(texts, &self.rules)?;
        if let Some(refused) = reading.skipped.first() {
            let corpus = &reading.corpus;
            let read: FxHashSet<&str> = corpus.indices().map(|d| corpus.id(d)).collect();
            let unread = ids.iter().find(|id| !read.contains(id.as_str()));
            return Err(ArchiveError::Refused {
                id: unread.cloned().unwrap_or_default(),
                reason: refused.reason.clone(),
            });
        }
        let mut warnings = reading.warnings.clone();
        let Entering {
            states,
            new,
            stored: entering,
            leaving,
        } = self.entering(&reading, stored)?;
        let mut unlike = FaultList::default();
        self.warn_of_unlike(unlike::replacing(&states, &entering).collect(), &mut unlike)?;
        warnings.extend(unlike.into_sorted());
        // Of a document that is known, the fields are those that are stored.
        let reading = match entering.len() == states.len() {
            true => reading,
            false => {
                let texts = entering.iter().cloned().map(documents::document).collect();
                read_documents(texts, &self.rules)?
            }
        };
        let plan = Plan::new(&self.index, new, &leaving, |numbers| self.keys(numbers))?;
        let mut gathered = Gathered::of_plan(reading, &plan);
        gathered.add(self, plan.pairs().iter().flat_map(|&(a, b)| [a, b]))?;
        let matches = gathered.verify(plan.pairs(), &self.rules)?;
        let known = states.iter().filter_map(|state| match state {
            State::Known(number) => Some(*number),
            State::New | State::Version(_) => None,
        });
        let about = self.leaders(&plan, plan.added().chain(known))?;
        let component = self.component(&plan, about, matches.clone())?;
        let options = ReportOptions::default();
        let checked = self.connected(gathered, &plan, component, &options, resources)?;
        let report = checked.outcome.report()?;
        let answerer = Answerer::new(report, checked.epoch);
        let answers = ids.iter().map(|id| answerer.answer(id)).collect();
        let mut by_path: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for warning in report_faults(&warnings) {
            let of_path = by_path.entry(warning.path.clone()).or_default();
            of_path.push(warning);
        }
        Ok(Draft {
            warnings: ids
                .iter()
                .map(|id| by_path.remove(id).unwrap_or_default())
                .collect(),
            plan,
            entering,
            matches,
            leaving,
            states,
            answers,
        })
    }

    /// [`Archive::report_connected`] without a job. Only a report with texts has the examples of passages that recur.
    pub(super) fn connected(
        &self,
        gathered: Gathered,
        plan: &Plan,
        component: Component,
        options: &ReportOptions,
        resources: &Resources,
    ) -> Result<Checked, ArchiveError> {
        let whole = options
            .texts
            .then(|| self.rules_for_report(&self.rules))
            .transpose()?;
        let job = Job {
            input: JobInput::Inputs(&[]),
            reading: &Options::default(),
            rules: whole.as_ref().unwrap_or(&self.rules),
            resources,
            progress: &Silent,
        };
        let clock = StageClock::new(&Silent);
        self.report_connected(gathered, plan, component, &job, options, clock)
    }
}

fn to_store(given: &[Document<'static>]) -> Result<Vec<StoredDocument>, ArchiveError> {
    let mut seen = FxHashSet::default();
    given
        .iter()
        .map(|document| {
            let id = document.id.as_deref().unwrap_or_default();
            if !seen.insert(id) {
                return Err(ArchiveError::RepeatedId(id.to_owned()));
            }
            // A document from memory has no path. Its id names it in reports.
            Ok(StoredDocument {
                line: None,
                ..documents::stored(document, id, id)
            })
        })
        .collect()
}
