//! The documents that a job on an archive concerns, as a corpus: those that are new, and some of the archive.

use super::{Archive, ArchiveError, documents};
use crate::corpus::Corpus;
use crate::job::{Job, JobInput};
use crate::matching::Learnt;
use crate::matching::dates::Dates;
use crate::matching::verification::Verification;
use crate::progress::{Silent, StageClock};
use crate::reading::{self, Reading};
use crate::settings::{Resources, Rules};
use dedupe_core::evidence::boilerplate::Boilerplate;
use dedupe_core::model::{DocumentIndex, Match, Pair, Passage};
use dedupe_formats::{Document, Input, Options};
use dedupe_index::{IndexError, Keys, Number, Plan, StoredMatch};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A corpus of new documents and of some of an archive.
pub(super) struct Gathered {
    pub(super) reading: Reading,
    /// By document: its number in the archive.
    numbers: Vec<Number>,
    /// By number: the document.
    indices: FxHashMap<Number, DocumentIndex>,
}

impl Gathered {
    /// New documents. `numbers`: by document, the number that it would get.
    pub(super) fn new(reading: Reading, numbers: Vec<Number>) -> Self {
        let indices = (0..).map(DocumentIndex);
        Self {
            indices: numbers.iter().copied().zip(indices).collect(),
            reading,
            numbers,
        }
    }

    /// The report lists only copies that involve one of the documents that are here now.
    pub(super) fn report_only_these(&mut self) {
        self.reading.new_inputs = Some(vec![true; self.reading.inputs.len()]);
    }

    /// The documents that enter the archive with a plan, as they were read.
    pub(super) fn of_plan(reading: Reading, plan: &Plan) -> Self {
        let mut numbers = vec![Number(0); reading.corpus.len()];
        for (&document, number) in reading.corpus.in_reading_order().iter().zip(plan.added()) {
            numbers[document.index()] = number;
        }
        Self::new(reading, numbers)
    }

    pub(super) fn corpus(&self) -> &Corpus {
        &self.reading.corpus
    }

    pub(super) fn number(&self, document: DocumentIndex) -> Number {
        self.numbers[document.index()]
    }

    /// Adds documents of the archive, unless they are there.
    pub(super) fn add(
        &mut self,
        archive: &Archive,
        wanted: impl IntoIterator<Item = Number>,
    ) -> Result<(), ArchiveError> {
        let wanted: FxHashSet<Number> = wanted.into_iter().collect();
        let mut wanted: Vec<Number> = wanted
            .into_iter()
            .filter(|n| !self.indices.contains_key(n))
            .collect();
        wanted.sort_unstable();
        if wanted.is_empty() {
            return Ok(());
        }
        let in_order = self.reading.corpus.in_reading_order().iter();
        let mut numbers: Vec<Number> = in_order.map(|&document| self.number(document)).collect();
        let read = archive.read(&wanted)?;
        let of_archive = read.corpus.in_reading_order().len();
        if of_archive != wanted.len() {
            return Err(IndexError::Damaged("a document has no text".to_owned()).into());
        }
        numbers.extend(wanted);
        self.reading.append(read);
        self.numbers = vec![Number(0); numbers.len()];
        for (&document, number) in self.reading.corpus.in_reading_order().iter().zip(numbers) {
            self.numbers[document.index()] = number;
            self.indices.insert(number, document);
        }
        Ok(())
    }

    /// The index of a document.
    pub(super) fn index(&self, number: Number) -> Result<DocumentIndex, ArchiveError> {
        let index = self.indices.get(&number).copied();
        index.ok_or_else(|| IndexError::Damaged(format!("document {} is missing", number.0)).into())
    }

    /// What verification needs besides the corpus.
    pub(super) fn learnt(&self, rules: &Rules) -> Learnt {
        let dictionary = rules.dictionary.as_ref();
        Learnt {
            boilerplate: Boilerplate::default(),
            dictionary: dictionary
                .map(|given| Arc::clone(&given.occasions))
                .unwrap_or_default(),
            dates: Dates::new(self.corpus(), rules.within),
        }
    }

    /// The matches among pairs of documents that are here.
    pub(super) fn verify(
        &self,
        pairs: &[(Number, Number)],
        rules: &Rules,
    ) -> Result<Vec<StoredMatch>, ArchiveError> {
        let pair = |&(a, b): &(Number, Number)| Ok(Pair::new(self.index(a)?, self.index(b)?));
        let mut pairs = pairs
            .iter()
            .map(pair)
            .collect::<Result<Vec<Pair>, ArchiveError>>()?;
        pairs.sort_unstable();
        let learnt = self.learnt(rules);
        let verification = Verification::new(self.corpus(), &learnt, rules, &Silent);
        let matches = verification.matches(&pairs)?;
        Ok(matches
            .into_iter()
            .map(|found| self.stored_match(found))
            .collect())
    }

    fn stored_match(&self, found: Match) -> StoredMatch {
        let passages = found.passages.iter();
        StoredMatch {
            left: self.number(found.left),
            right: self.number(found.right),
            relation: found.relation,
            aligned: found.aligned,
            resemblance: found.resemblance,
            containment_left: found.containment_left,
            containment_right: found.containment_right,
            longest_run: found.longest_run,
            passages: passages
                .map(|(l, r)| (l.begin, l.end, r.begin, r.end))
                .collect(),
        }
    }

    /// A match of two documents that are here.
    pub(super) fn found_match(&self, stored: StoredMatch) -> Result<Match, ArchiveError> {
        let passage = |begin, end| Passage { begin, end };
        let passages = stored.passages.into_iter();
        Ok(Match {
            left: self.index(stored.left)?,
            right: self.index(stored.right)?,
            relation: stored.relation,
            aligned: stored.aligned,
            resemblance: stored.resemblance,
            containment_left: stored.containment_left,
            containment_right: stored.containment_right,
            longest_run: stored.longest_run,
            passages: passages
                .map(|(a, b, c, d)| (passage(a, b), passage(c, d)))
                .collect(),
        })
    }
}

impl Archive {
    /// Reads documents of the archive, in the order of `numbers`.
    pub(super) fn read(&self, numbers: &[Number]) -> Result<Reading, ArchiveError> {
        let documents = self.index.documents(numbers)?.into_iter();
        read_documents(documents.map(documents::document).collect(), &self.rules)
    }

    /// The keys of documents of the archive.
    pub(super) fn keys(&self, numbers: &[Number]) -> Result<Vec<Keys>, ArchiveError> {
        if numbers.is_empty() {
            return Ok(vec![]);
        }
        let read = self.read(numbers)?;
        let mut keys = documents::keys(&read.corpus)?;
        let in_order = read.corpus.in_reading_order().iter();
        Ok(in_order
            .map(|document| std::mem::take(&mut keys[document.index()]))
            .collect())
    }
}

/// Reads documents of the archive.
pub(super) fn read_documents(
    documents: Vec<Document<'static>>,
    rules: &Rules,
) -> Result<Reading, ArchiveError> {
    let mut read = read_new_documents(documents, rules)?;
    // The warnings about these documents were given when they were added.
    read.warnings.clear();
    Ok(read)
}

/// Reads documents that are in memory. They were read before, so nothing is skipped because of its size.
pub(super) fn read_new_documents(
    documents: Vec<Document<'static>>,
    rules: &Rules,
) -> Result<Reading, ArchiveError> {
    let inputs = [Input::read_before("index", documents)];
    let job = Job {
        input: JobInput::Inputs(&inputs),
        reading: &Options {
            max_document_bytes: u64::MAX,
            ..Options::default()
        },
        rules: &Rules {
            prefer: vec![],
            ..rules.clone()
        },
        resources: &Resources::default(),
        progress: &Silent,
    };
    Ok(reading::read(&job, &mut StageClock::new(&Silent))?)
}
