//! Exact copies: documents with the same words all through, found by their digest and collapsed to
//! one, so that the stages after work on each text once.

use crate::corpus::Corpus;
use dedupe_core::model::DocumentIndex;
use rayon::prelude::*;
use std::collections::HashMap;

/// The groups of a corpus.
#[derive(Clone, Debug, Default)]
pub(super) struct ExactGroups {
    /// Groups of two and more, each sorted by rank: the first stands for the others.
    groups: Vec<Vec<DocumentIndex>>,
    /// Group of a document that stands for one.
    by_center: HashMap<DocumentIndex, usize>,
    /// By document: true where another one stands for it.
    collapsed: Vec<bool>,
}

impl ExactGroups {
    /// Groups the documents by digest; in each the one of lowest rank is the center.
    pub(super) fn new(corpus: &Corpus, ranks: &[u32]) -> Self {
        let mut keyed: Vec<(u128, u32, DocumentIndex)> = corpus
            .par_indices()
            .map(|d| (corpus.digest(d), ranks[d.index()], d))
            .collect();
        keyed.par_sort_unstable();
        let mut found = Self {
            collapsed: vec![false; corpus.len()],
            ..Self::default()
        };
        for run in keyed
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|run| run.len() > 1)
        {
            let group: Vec<DocumentIndex> = run.iter().map(|k| k.2).collect();
            for copy in &group[1..] {
                found.collapsed[copy.index()] = true;
            }
            found.by_center.insert(group[0], found.groups.len());
            found.groups.push(group);
        }
        found
    }

    /// False for a document that another one stands for.
    pub(super) fn stands(&self, document: DocumentIndex) -> bool {
        !self.collapsed[document.index()]
    }

    /// Documents that stand for others.
    pub(super) fn centers(&self) -> impl Iterator<Item = DocumentIndex> + '_ {
        self.groups.iter().map(|g| g[0])
    }

    /// Each collapsed document, after the one that stands for it.
    pub(super) fn copies(&self) -> impl Iterator<Item = (DocumentIndex, DocumentIndex)> + '_ {
        self.groups
            .iter()
            .flat_map(|g| g[1..].iter().map(|&copy| (g[0], copy)))
    }

    /// A document and those that it stands for.
    pub(super) fn all(&self, document: DocumentIndex) -> impl Iterator<Item = DocumentIndex> + '_ {
        let copies = self
            .by_center
            .get(&document)
            .map_or(&[][..], |&g| &self.groups[g][1..]);
        std::iter::once(document).chain(copies.iter().copied())
    }
}
