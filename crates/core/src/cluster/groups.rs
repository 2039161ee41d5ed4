//! The groups of documents that carry the same story, while documents leave them.

use super::Documents;
use super::links::Links;
use super::parts::Parts;
use super::representative::{Standing, StoryWords, representative};
use crate::model::DocumentIndex;
use std::collections::BTreeSet;

/// The connected components of documents by the matches of one story.
///
/// A change takes time in proportion to what it changes: the documents that leave and their links, and the documents
/// that are split off (`parts.rs`).
pub(super) struct Groups<'a> {
    links: &'a Links,
    story_words: StoryWords<'a>,
    parts: Parts,
    /// The connected components of each group by the matches of near-identical documents.
    near_identical: Parts,
    /// By group of at least two documents: how these stand. Empty for all other labels.
    standings: Vec<BTreeSet<Standing>>,
}

impl<'a> Groups<'a> {
    /// The groups of these documents, and the labels of those of at least two documents, in the order of their first
    /// documents.
    pub(super) fn new(
        documents: &'a Documents<'a>,
        links: &'a Links,
        members: &[DocumentIndex],
    ) -> (Self, Vec<u32>) {
        let count = documents.lengths.len();
        let mut groups = Self {
            links,
            story_words: StoryWords::new(documents, links, members),
            parts: Parts::new(count),
            near_identical: Parts::new(count),
            standings: vec![],
        };
        let found = groups.parts.add(members, |d| links.of_one_story(d));
        for (group, members) in &found {
            let standings = members.iter().map(|&d| groups.story_words.standing(d));
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
        let mut standings = self.take_standings(group);
        for &document in leaving {
            standings.remove(&self.story_words.standing(document));
        }
        for document in self.forget(leaving, &mut standings) {
            let is_in_group = |d| self.parts.part(d).is_some();
            self.story_words.update(document, is_in_group);
            standings.insert(self.story_words.standing(document));
        }
        let mut moved = leaving.to_vec();
        for (part, documents) in &splits {
            let split_off = documents.iter().map(|&d| self.story_words.standing(d));
            let split_off: BTreeSet<Standing> = split_off.collect();
            for standing in &split_off {
                standings.remove(standing);
            }
            self.set_standings(*part, split_off);
            moved.extend(documents);
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

    /// Removes the links between documents that leave and others, and the standings of those others. Returns them.
    fn forget(
        &mut self,
        leaving: &[DocumentIndex],
        standings: &mut BTreeSet<Standing>,
    ) -> Vec<DocumentIndex> {
        let mut changed = vec![];
        for &document in leaving {
            let links = self.links.of(document).iter();
            for link in links.filter(|link| link.is_same_story) {
                if self.parts.part(link.to).is_some() {
                    standings.remove(&self.story_words.standing(link.to));
                    self.story_words.forget(link);
                    changed.push(link.to);
                }
            }
        }
        changed.sort_unstable();
        changed.dedup();
        changed
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
