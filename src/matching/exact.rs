//! Exact copies: documents with the same words. One document of each group stands for the others, so that later
//! stages work on each text once.

use crate::corpus::Corpus;
use dedupe_core::model::DocumentIndex;
use rayon::prelude::*;
use std::collections::HashMap;

/// The groups of exact copies in a corpus.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExactGroups {
    /// Groups of at least two documents, sorted by rank. The first document, the *leader*, represents the group.
    groups: Vec<Vec<DocumentIndex>>,
    /// The group of each leader.
    by_leader: HashMap<DocumentIndex, usize>,
    /// By document: true if a leader represents it.
    collapsed: Vec<bool>,
}

impl ExactGroups {
    /// Groups the documents by the digest of their words. The document of the lowest rank becomes the leader.
    pub(crate) fn new(corpus: &Corpus, ranks: &[u32]) -> Self {
        let mut keyed: Vec<(u128, u32, DocumentIndex)> = corpus
            .par_indices()
            .map(|d| (corpus.digest(d), ranks[d.index()], d))
            .collect();
        keyed.par_sort_unstable();
        let mut found = Self {
            collapsed: vec![false; corpus.len()],
            ..Self::default()
        };
        let same_digest = keyed.chunk_by(|a, b| a.0 == b.0);
        for copies in same_digest.filter(|copies| copies.len() > 1) {
            let group: Vec<DocumentIndex> = copies.iter().map(|k| k.2).collect();
            for copy in &group[1..] {
                found.collapsed[copy.index()] = true;
            }
            found.by_leader.insert(group[0], found.groups.len());
            found.groups.push(group);
        }
        found
    }

    /// True if another document represents this one.
    pub(crate) fn is_collapsed(&self, document: DocumentIndex) -> bool {
        self.collapsed[document.index()]
    }

    /// The leaders of all groups.
    pub(crate) fn leaders(&self) -> impl Iterator<Item = DocumentIndex> + '_ {
        self.groups.iter().map(|group| group[0])
    }

    /// Each collapsed document with its leader: (leader, copy).
    pub(crate) fn copies(&self) -> impl Iterator<Item = (DocumentIndex, DocumentIndex)> + '_ {
        self.groups
            .iter()
            .flat_map(|group| group[1..].iter().map(|&copy| (group[0], copy)))
    }

    /// A document, and the copies that it represents.
    pub(crate) fn with_copies(
        &self,
        document: DocumentIndex,
    ) -> impl Iterator<Item = DocumentIndex> + '_ {
        let copies = self
            .by_leader
            .get(&document)
            .map_or(&[][..], |&group| &self.groups[group][1..]);
        std::iter::once(document).chain(copies.iter().copied())
    }
}
