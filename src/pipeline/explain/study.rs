//! A corpus read for the sake of a few pairs: the stages up to boilerplate, and the texts again.

use super::look::Look;
use super::{Explanation, Unexplained};
use crate::corpus::Corpus;
use crate::pipeline::clock::Clock;
use crate::pipeline::groundwork::Groundwork;
use crate::pipeline::verification::Verification;
use crate::pipeline::{Error, Progress, Settings, Stage, check_size, read};
use dedupe_core::model::DocumentIndex;
use dedupe_formats::Fault;
use dedupe_formats::{self as source, Input, Location};
use std::collections::HashMap;
use std::path::PathBuf;

/// A corpus, read to be looked at.
pub(super) struct Study<'a> {
    pub(super) corpus: Corpus,
    pub(super) inputs: Vec<Input>,
    skipped: Vec<Fault>,
    source: &'a source::Options,
    pub(super) settings: &'a Settings,
}

impl<'a> Study<'a> {
    pub(super) fn new(
        paths: &[PathBuf],
        source: &'a source::Options,
        settings: &'a Settings,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
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
            |reading| (reading.corpus.len(), None),
        );
        check_size(&reading.corpus)?;
        Ok(Self {
            corpus: reading.corpus,
            inputs: walk.inputs,
            skipped: [walk.skipped, reading.skipped].concat(),
            source,
            settings,
        })
    }

    pub(super) fn id(&self, document: DocumentIndex) -> &str {
        self.corpus.id(document)
    }

    pub(super) fn find(&self, id: &str) -> Result<DocumentIndex, Unexplained> {
        let mut all = self.corpus.indices();
        let found = all.find(|&d| self.id(d) == id);
        found.ok_or_else(|| Unexplained::Unknown {
            id: id.to_owned(),
            fault: self.fault(id),
        })
    }

    /// Why the input of this name was not used.
    fn fault(&self, path: &str) -> Option<String> {
        let fault = self.skipped.iter().find(|f| f.path == path)?;
        Some(fault.reason.clone())
    }

    /// The one document of a file.
    pub(super) fn only(&self, path: &PathBuf) -> Result<DocumentIndex, Unexplained> {
        let shown = path.display().to_string();
        let is_of = |d: &DocumentIndex| {
            let input = self.corpus.place(*d).input as usize;
            let file = self.inputs.get(input).and_then(Input::file_path);
            file.is_some_and(|file| file.starts_with(path))
        };
        let mut found = self.corpus.indices().filter(is_of);
        match (found.next(), found.count()) {
            (Some(only), 0) => Ok(only),
            (Some(_), more) => Err(Unexplained::Many {
                path: shown,
                documents: more + 1,
            }),
            (None, _) => Err(Unexplained::Unknown {
                fault: self.fault(&shown),
                id: shown,
            }),
        }
    }

    /// Runs the stages up to boilerplate over the corpus, and looks at the pairs.
    pub(super) fn explain(
        &mut self,
        chosen: &[(DocumentIndex, DocumentIndex)],
        progress: &dyn Progress,
    ) -> Vec<Explanation> {
        let mut clock = Clock::new(progress);
        let ground = Groundwork::new(&mut self.corpus, &self.inputs, self.settings, &mut clock);
        let texts = self.texts(chosen);
        let look = Look {
            study: self,
            stands_for: ground
                .groups
                .copies()
                .map(|(center, copy)| (copy, center))
                .collect(),
            proposal: &ground.proposal,
            verification: Verification::new(&self.corpus, &ground.boilerplate, self.settings),
            texts,
        };
        chosen.iter().map(|&(a, b)| look.pair(a, b)).collect()
    }

    /// The texts of the documents of the pairs, read again.
    fn texts(&self, pairs: &[(DocumentIndex, DocumentIndex)]) -> HashMap<DocumentIndex, String> {
        let key = |p: Location| (p.input, p.offset, p.line);
        let place = |d: DocumentIndex| self.corpus.place(d);
        let mut documents: Vec<DocumentIndex> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
        documents.sort_by_key(|&d| (key(place(d)), d));
        documents.dedup();
        let places: Vec<Location> = documents.iter().map(|&d| place(d)).collect();
        let mut texts = HashMap::new();
        let _unread = source::reread(&self.inputs, self.source, &places, &mut |at, text| {
            if let Some(&document) = documents.get(at) {
                texts.insert(document, text.to_owned());
            }
        });
        texts
    }
}
