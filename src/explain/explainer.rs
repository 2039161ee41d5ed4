//! Reads a corpus, finds its copies, and explains pairs of it.

use super::explanation::Explanation;
use super::pair::PairExaminer;
use crate::corpus::Corpus;
use crate::error::Error;
use crate::job::Job;
use crate::matching::Prepared;
use crate::matching::verification::Verification;
use crate::progress::StageClock;
use crate::reading::{self, Reading};
use crate::run::{cluster_copies, lengths};
use dedupe_core::model::DocumentIndex;
use dedupe_formats::{Fault, Input};
use std::collections::HashMap;
use std::path::Path;

/// A corpus whose pairs are to be explained.
pub(super) struct Explainer<'a> {
    job: &'a Job<'a>,
    clock: StageClock<'a>,
    reading: Reading,
}

impl<'a> Explainer<'a> {
    /// Reads the corpus of a job.
    pub(super) fn new(job: &'a Job<'a>) -> Result<Self, Error> {
        let mut clock = StageClock::new(job.progress);
        let reading = reading::read(job, &mut clock)?;
        Ok(Self {
            job,
            clock,
            reading,
        })
    }

    pub(super) fn corpus(&self) -> &Corpus {
        &self.reading.corpus
    }

    /// The document of an id.
    pub(super) fn by_id(&self, id: &str) -> Result<DocumentIndex, Error> {
        let mut documents = self.corpus().indices();
        let found = documents.find(|&d| self.corpus().id(d) == id);
        found.ok_or_else(|| self.unknown(id.to_owned()))
    }

    /// The only document of a file.
    pub(super) fn only_of(&self, path: &Path) -> Result<DocumentIndex, Error> {
        let is_in_file = |d: &DocumentIndex| {
            let input = self.corpus().location(*d).input as usize;
            let file = self.reading.inputs.get(input).and_then(Input::file_path);
            file.is_some_and(|file| file.starts_with(path))
        };
        let mut found = self.corpus().indices().filter(is_in_file);
        let path = path.display().to_string();
        match (found.next(), found.count()) {
            (Some(only), 0) => Ok(only),
            (Some(_), more) => Err(Error::SeveralDocuments {
                path,
                documents: more + 1,
            }),
            (None, _) => Err(self.unknown(path)),
        }
    }

    /// No document has this id. If an input of this name was skipped, the error says why. Otherwise it names the first input
    /// that was skipped, which may have the document.
    fn unknown(&self, id: String) -> Error {
        let skipped = &self.reading.skipped;
        let of_name = skipped.iter().find(|fault| fault.path == id);
        let reason = match (of_name, self.id_with_end(&id), skipped.first()) {
            (Some(fault), ..) => Some(fault.reason.clone()),
            (None, Some(longer), _) => Some(format!("did you mean {longer}?")),
            (None, None, Some(first)) => {
                Some(format!("{} was skipped: {}", place(first), first.reason))
            }
            (None, None, None) => None,
        };
        Error::UnknownDocument { id, reason }
    }

    /// The first id that ends in a slash and this name, as the path of a file in a folder does.
    fn id_with_end(&self, name: &str) -> Option<&str> {
        let corpus = self.corpus();
        let ids = corpus.indices().map(|document| corpus.id(document));
        let mut longer = ids.filter(|id| {
            id.strip_suffix(name)
                .is_some_and(|rest| rest.ends_with('/'))
        });
        longer.next()
    }

    pub(super) fn explain_one(
        self,
        pair: (DocumentIndex, DocumentIndex),
    ) -> Result<Explanation, Error> {
        let id = self.corpus().id(pair.0).to_owned();
        if pair.0 == pair.1 {
            return Err(Error::SameDocument { id });
        }
        let explained = self.explain(&[pair])?.into_iter().next();
        explained.ok_or(Error::UnknownDocument { id, reason: None })
    }

    /// The explanations of pairs, in the same order.
    pub(super) fn explain(
        mut self,
        pairs: &[(DocumentIndex, DocumentIndex)],
    ) -> Result<Vec<Explanation>, Error> {
        let Reading { corpus, inputs, .. } = &mut self.reading;
        let prepared = Prepared::new(corpus, inputs, self.job, &mut self.clock)?;
        let lengths = lengths(corpus);
        let pairs_to_verify = &prepared.candidates.pairs;
        let clustering = cluster_copies(
            corpus,
            &prepared,
            pairs_to_verify,
            &lengths,
            self.job,
            &mut self.clock,
        )?;
        let examiner = PairExaminer {
            rules: self.job.rules,
            reading: &self.reading,
            leaders: (prepared.exact.copies())
                .map(|(leader, copy)| (copy, leader))
                .collect(),
            candidates: &prepared.candidates,
            matches: &clustering.matches,
            verification: Verification::new(
                self.corpus(),
                &prepared.learnt,
                self.job.rules,
                self.job.progress,
            ),
            boilerplate: &prepared.learnt.boilerplate,
            texts: self.texts(pairs)?,
        };
        let explain = |&(left, right)| examiner.explain(left, right);
        pairs.iter().map(explain).collect()
    }

    /// The texts of the documents of pairs, read again.
    fn texts(
        &self,
        pairs: &[(DocumentIndex, DocumentIndex)],
    ) -> Result<HashMap<DocumentIndex, String>, Error> {
        let mut documents: Vec<DocumentIndex> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
        documents.sort_unstable();
        documents.dedup();
        let mut texts = HashMap::new();
        let faults =
            self.reading
                .rereading(self.job.progress)
                .texts(&documents, &mut |at, text| {
                    texts.insert(documents[at], text.to_owned());
                });
        match faults.into_iter().next() {
            None => Ok(texts),
            Some(fault) => Err(Error::DocumentUnread {
                id: place(&fault),
                reason: fault.reason,
            }),
        }
    }
}

/// Where a fault is.
fn place(fault: &Fault) -> String {
    match fault.line {
        Some(line) => format!("{}:{line}", fault.path),
        None => fault.path.clone(),
    }
}
