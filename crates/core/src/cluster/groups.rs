//! The groups of documents that carry the same story, while documents leave them.

use super::Documents;
use super::links::{Link, Links};
use super::parts::Parts;
use super::representative::{Holdings, Lost, Standing, representative};
use crate::model::DocumentIndex;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// The connected components of documents by the matches of one story.
///
/// A change takes time in proportion to what it changes: the documents that leave and their links, and the documents
/// that are split off (`parts.rs`).
pub(super) struct Groups<'a> {
    links: &'a Links,
    holdings: Holdings<'a>,
    parts: Parts,
    /// The connected components of each group by the matches of near-identical documents.
    near_identical: Parts,
    /// By group of at least two documents: how these stand. Empty for all other labels.
    standings: Vec<BTreeSet<Standing>>,
}

impl<'a> Groups<'a> {
    /// The groups of `members`, which are sorted, and the labels of those of at least two documents, in the order of
    /// their first documents. `collections`: documents that hold others in separate places.
    pub(super) fn new(
        documents: &'a Documents<'a>,
        links: &'a Links,
        members: &[DocumentIndex],
        collections: &FxHashSet<DocumentIndex>,
    ) -> (Self, Vec<u32>) {
        let count = documents.lengths.len();
        let mut parts = Parts::new(count);
        let found = parts.add(members, |d| links.of_one_story(d));
        let is_together = |a, b| parts.part(a) == parts.part(b);
        let mut groups = Self {
            links,
            holdings: Holdings::new(documents, links, members, collections, is_together),
            parts,
            near_identical: Parts::new(count),
            standings: vec![],
        };
        for (group, members) in &found {
            let standings = members.iter().map(|&d| groups.holdings.standing(d));
            let standings = standings.collect();
            groups.set_standings(*group, standings);
            groups.connect_near_identical(*group, members);
        }
        let labels = found.iter().map(|(group, _)| *group);
        let labels = labels.filter(|group| groups.size(*group) > 1).collect();
        (groups, labels)
    }

    /// The group of a document.
    pub(super) fn group(&self, document: DocumentIndex) -> Option<u32> {
        self.parts.part(document)
    }

    /// The number of documents of a group.
    pub(super) fn size(&self, group: u32) -> usize {
        self.parts.size(group)
    }

    /// The documents of a group of at least two, sorted.
    pub(super) fn members(&self, group: u32) -> Vec<DocumentIndex> {
        let standings = self.standings.get(group as usize).into_iter().flatten();
        let mut members: Vec<DocumentIndex> = standings.map(|s| s.document()).collect();
        members.sort_unstable();
        members
    }

    /// The representative of a group of at least two documents.
    pub(super) fn representative(&self, group: u32) -> Option<DocumentIndex> {
        representative(self.standings.get(group as usize)?)
    }

    /// The near-identical part of a document in its group, and the number of documents of the part.
    pub(super) fn near_identical_part(&self, document: DocumentIndex) -> Option<(u32, usize)> {
        let part = self.near_identical.part(document)?;
        Some((part, self.near_identical.size(part)))
    }

    /// Takes documents out of their group. Returns the groups of at least two documents that the others make.
    pub(super) fn remove(&mut self, group: u32, leaving: &[DocumentIndex]) -> Vec<u32> {
        let links = self.links;
        let splits = self.parts.remove(leaving, |d| links.of_one_story(d));
        let lost = self.lost(group, leaving, &splits);
        let mut changed: Vec<DocumentIndex> = lost.iter().map(|lost| lost.holder).collect();
        changed.dedup();
        let mut moved = leaving.to_vec();
        moved.extend(splits.iter().flat_map(|(_, documents)| documents));
        let mut standings = self.take_standings(group);
        for &document in moved.iter().chain(&changed) {
            standings.remove(&self.holdings.standing(document));
        }
        for lost in lost {
            self.holdings.forget(lost);
        }
        for document in changed {
            let part = self.parts.part(document);
            self.holdings
                .update(document, |d| self.parts.part(d) == part);
            if part == Some(group) {
                standings.insert(self.holdings.standing(document));
            }
        }
        for (part, documents) in &splits {
            let split_off = documents.iter().map(|&d| self.holdings.standing(d));
            self.set_standings(*part, split_off.collect());
        }
        self.set_standings(group, standings);
        let parts = &self.parts;
        let near_identical = |d| {
            let others = links.near_identical(d);
            others.filter(move |&other| parts.part(other) == Some(group))
        };
        self.near_identical.remove(&moved, near_identical);
        for (part, documents) in &splits {
            self.connect_near_identical(*part, documents);
        }
        let left = std::iter::once(group).chain(splits.iter().map(|split| split.0));
        left.filter(|&group| self.size(group) > 1).collect()
    }

    /// The copies that documents no longer have in their group, sorted, after `leaving` have left it and `splits` have
    /// been split off.
    fn lost(
        &self,
        group: u32,
        leaving: &[DocumentIndex],
        splits: &[(u32, Vec<DocumentIndex>)],
    ) -> Vec<Lost> {
        let were_together: FxHashSet<u32> = std::iter::once(group)
            .chain(splits.iter().map(|split| split.0))
            .collect();
        let split_off = splits.iter().flat_map(|(_, documents)| documents);
        let mut lost = vec![];
        for &document in leaving.iter().chain(split_off) {
            let part = self.parts.part(document);
            for &Link { to, equal, .. } in self.links.of(document) {
                let is_lost = |other| were_together.contains(&other) && part != Some(other);
                let Some(other) = self.parts.part(to).filter(|&other| is_lost(other)) else {
                    continue;
                };
                if part.is_some() {
                    lost.push(Lost {
                        holder: document,
                        other: to,
                        equal,
                    });
                }
                // Documents that are split off find their losses to each other themselves.
                if part.is_none() || other == group {
                    lost.push(Lost {
                        holder: to,
                        other: document,
                        equal,
                    });
                }
            }
        }
        lost.sort_unstable();
        lost
    }

    /// Finds the near-identical parts of a new group.
    fn connect_near_identical(&mut self, group: u32, members: &[DocumentIndex]) {
        let (links, parts) = (self.links, &self.parts);
        self.near_identical.add(members, |d| {
            let others = links.near_identical(d);
            others.filter(move |&other| parts.part(other) == Some(group))
        });
    }

    fn take_standings(&mut self, group: u32) -> BTreeSet<Standing> {
        let standings = self.standings.get_mut(group as usize);
        standings.map(std::mem::take).unwrap_or_default()
    }

    fn set_standings(&mut self, group: u32, standings: BTreeSet<Standing>) {
        if standings.len() < 2 {
            return;
        }
        let group = group as usize;
        let count = self.standings.len().max(group + 1);
        self.standings.resize_with(count, BTreeSet::new);
        self.standings[group] = standings;
    }
}
