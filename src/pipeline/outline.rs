//! Clusters in outline: which documents carry a story, under which id and in which order, before anything
//! is looked up of them.

use super::exact::ExactGroups;
use super::sources::Publishers;
use crate::corpus::Corpus;
use dedupe_core::cluster::Cluster;
use dedupe_core::model::{DocumentIndex, Match, Relation};
use dedupe_report::MemberRelation;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::cmp::Reverse;
use xxhash_rust::xxh3::xxh3_128;

/// A cluster whose documents are known.
#[derive(Debug)]
pub(super) struct Outline {
    /// The document to keep.
    pub(super) representative: DocumentIndex,
    /// The match of each other document of the story with it, read from that one. Exact copies of a
    /// document stand behind it.
    pub(super) evidence: Vec<Match>,
    /// What is not listed of these, a sorted list for each time that something was left out.
    pub(super) left_out: Vec<Vec<DocumentIndex>>,
    /// Number of members.
    pub(super) size: u64,
    /// The number that its id spells.
    id: u64,
}

impl Outline {
    /// The cluster's id in the report.
    pub(super) fn id(&self) -> String {
        format!("{:012x}", self.id)
    }
}

/// A document's part in a story.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) document: DocumentIndex,
    pub(super) relation: MemberRelation,
    /// The match of the representative with this document, or with that of the same words for which it
    /// stands; none for the representative and its own exact copies.
    pub(super) evidence: Option<&'a Match>,
}

/// What outlines are drawn from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Documents<'a> {
    pub(super) corpus: &'a Corpus,
    pub(super) groups: &'a ExactGroups,
    pub(super) publishers: &'a Publishers,
    /// The place of each document in the order of ids.
    pub(super) by_id: &'a [u32],
}

impl<'a> Documents<'a> {
    pub(super) fn id(self, document: DocumentIndex) -> &'a str {
        self.corpus.id(document)
    }

    pub(super) fn same_source(self, a: DocumentIndex, b: DocumentIndex) -> bool {
        self.publishers.same(a, b)
    }

    /// The members, the representative first, then by id.
    pub(super) fn members<'o>(self, outline: &'o Outline) -> Vec<Part<'o>> {
        let mut parts = self.story(outline.representative, &outline.evidence);
        for documents in &outline.left_out {
            parts.retain(|part| documents.binary_search(&part.document).is_err());
        }
        parts
    }

    /// All documents of a story, the representative first, then by id.
    pub(super) fn story<'o>(
        self,
        representative: DocumentIndex,
        evidence: &'o [Match],
    ) -> Vec<Part<'o>> {
        let same_words = self.groups.all(representative).map(|document| Part {
            document,
            relation: MemberRelation::Exact,
            evidence: None,
        });
        let others = evidence.iter().flat_map(|m| {
            self.groups.all(m.left).map(move |document| Part {
                document,
                relation: m.relation.into(),
                evidence: Some(m),
            })
        });
        let mut parts: Vec<Part<'o>> = same_words.chain(others).collect();
        if let Some((first, others)) = parts.split_first_mut() {
            first.relation = MemberRelation::Representative;
            others.sort_unstable_by_key(|part| self.by_id[part.document.index()]);
        }
        parts
    }

    /// The stories, and groups of exact copies that are in none of their own, in the report's order.
    pub(super) fn outlines(self, stories: Vec<Cluster>, cross_source_only: bool) -> Vec<Outline> {
        let of_stories: Vec<(DocumentIndex, Vec<Match>)> = (stories.into_iter())
            .filter_map(|story| {
                let representative = story.members.first()?.document;
                let evidence = story.members.into_iter().filter_map(|m| m.evidence);
                Some((representative, evidence.collect()))
            })
            .collect();
        let parts = of_stories.iter().flat_map(|(representative, evidence)| {
            let others = evidence.iter().filter(|m| m.relation != Relation::Contains);
            std::iter::once(*representative).chain(others.map(|m| m.left))
        });
        let at_home: FxHashSet<DocumentIndex> = parts.collect();
        let centers = self.groups.centers();
        let alone: Vec<_> = centers
            .filter(|center| !at_home.contains(center))
            .map(|center| (center, vec![]))
            .collect();
        let mut outlines: Vec<Outline> = (of_stories.into_par_iter().chain(alone))
            .map(|(representative, evidence)| self.outline(representative, evidence))
            .filter(|outline| !(cross_source_only && self.is_of_one_source(outline)))
            .collect();
        in_order(&mut outlines);
        outlines
    }

    fn outline(self, representative: DocumentIndex, evidence: Vec<Match>) -> Outline {
        let mut outline = Outline {
            representative,
            evidence,
            left_out: vec![],
            size: 0,
            id: 0,
        };
        self.name(&mut outline);
        outline
    }

    /// Sets what its members tell: how many they are, and its id.
    pub(super) fn name(self, outline: &mut Outline) {
        let mut members: Vec<DocumentIndex> = (self.members(outline).iter())
            .map(|part| part.document)
            .collect();
        members.sort_unstable_by_key(|member| self.by_id[member.index()]);
        outline.size = members.len() as u64;
        outline.id = cluster_id(members.iter().map(|&member| self.id(member)));
    }

    /// True where every document of a story is known to be of one source.
    fn is_of_one_source(self, outline: &Outline) -> bool {
        let members = self.members(outline);
        let mut documents = members.iter().map(|part| part.document);
        documents.all(|document| self.same_source(outline.representative, document))
    }
}

/// Sorts by size, largest first, then by id.
pub(super) fn in_order(outlines: &mut [Outline]) {
    outlines.par_sort_unstable_by_key(|outline| (Reverse(outline.size), outline.id));
}

/// The number that the first 12 hex digits of the XXH3-128 of these ids, sorted, each ended by a newline,
/// spell.
fn cluster_id<'i>(sorted: impl Iterator<Item = &'i str>) -> u64 {
    let mut bytes = Vec::new();
    for id in sorted {
        bytes.extend_from_slice(id.as_bytes());
        bytes.push(b'\n');
    }
    (xxh3_128(&bytes) >> 80) as u64
}
