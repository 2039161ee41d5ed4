//! Exact copies: documents with the same words. One document of each group stands for the others, so that later
//! stages work on each text once.

use super::dates::Dates;
use crate::corpus::Corpus;
use dedupe_core::model::{DocumentIndex, Pair};
use rayon::prelude::*;
use std::collections::HashMap;

/// A document by its digest, the day that limits its matches, and its rank.
type Keyed = (u128, Option<i32>, u32, DocumentIndex);

/// The groups of exact copies in a corpus.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExactGroups {
    /// Groups of at least two documents, sorted by rank. The first document, the *leader*, represents the group.
    groups: Vec<Vec<DocumentIndex>>,
    /// The group of each leader.
    by_leader: HashMap<DocumentIndex, usize>,
    /// By document: true if a leader represents it.
    collapsed: Vec<bool>,
    /// Pairs of documents with the same words that are not in one group and whose dates allow a match. They link all
    /// such documents that a chain of dates connects.
    links: Vec<Pair>,
}

impl ExactGroups {
    /// Groups the documents by the digest of their words. The document of the lowest rank becomes the leader.
    ///
    /// If only documents of near dates match, a group holds only documents of one day, because a document that matches
    /// its leader need not match the others.
    pub(crate) fn new(corpus: &Corpus, ranks: &[u32], dates: &Dates) -> Self {
        let day = |document| dates.limited_day(document);
        let mut keyed: Vec<Keyed> = corpus
            .par_indices()
            .map(|d| (corpus.digest(d), day(d), ranks[d.index()], d))
            .collect();
        keyed.par_sort_unstable();
        let mut found = Self {
            collapsed: vec![false; corpus.len()],
            ..Self::default()
        };
        let same_digest = keyed.chunk_by(|a, b| a.0 == b.0);
        for copies in same_digest.filter(|copies| copies.len() > 1) {
            for of_day in copies.chunk_by(|a, b| a.1 == b.1).filter(|c| c.len() > 1) {
                found.add_group(of_day.iter().map(|k| k.3).collect());
            }
            found.link_days(copies, dates);
        }
        found
    }

    fn add_group(&mut self, group: Vec<DocumentIndex>) {
        for copy in &group[1..] {
            self.collapsed[copy.index()] = true;
        }
        self.by_leader.insert(group[0], self.groups.len());
        self.groups.push(group);
    }

    /// Links the leaders of all days of one text: each with that of the day before, and the undated one with all.
    fn link_days(&mut self, copies: &[Keyed], dates: &Dates) {
        let of_days = copies.chunk_by(|a, b| a.1 == b.1);
        let leaders: Vec<DocumentIndex> = of_days.map(|of_day| of_day[0].3).collect();
        let consecutive = leaders.windows(2).map(|pair| (pair[0], pair[1]));
        // Documents without a date sort first.
        let undated = copies[0].1.is_none().then_some(leaders[0]);
        let with_undated =
            (undated.iter()).flat_map(|&u| leaders.iter().skip(2).map(move |&d| (u, d)));
        let allowed = consecutive
            .chain(with_undated)
            .filter(|&(a, b)| dates.allow(a, b));
        self.links.extend(allowed.map(|(a, b)| Pair::new(a, b)));
    }

    /// Pairs of documents with the same words that no leader stands for.
    pub(crate) fn links(&self) -> &[Pair] {
        &self.links
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
