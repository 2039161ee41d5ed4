//! The clusters of the report in a compact form: documents by index, order and ids. Titles, spans and the other
//! details are looked up when an item of the report is made.

use crate::corpus::Corpus;
use crate::matching::exact::ExactGroups;
use crate::reading::publishers::Publishers;
use dedupe_core::cluster::Cluster;
use dedupe_core::model::{DocumentIndex, Match, Relation};
use dedupe_report::MemberRelation;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::cmp::Reverse;
use xxhash_rust::xxh3::xxh3_128;

/// A cluster of the report.
#[derive(Debug)]
pub(super) struct ListedCluster {
    /// The document to keep.
    pub(super) representative: DocumentIndex,
    /// The matches of the other documents with the representative, read from those documents. Exact copies have
    /// none of their own: they follow their leader.
    pub(super) evidence: Vec<Match>,
    /// The documents that filters removed: one sorted list for each filter.
    pub(super) removed: Vec<Vec<DocumentIndex>>,
    /// Number of members.
    pub(super) size: u64,
    /// The id as a number.
    id: u64,
}

impl ListedCluster {
    /// The id of the cluster in the report: 12 hex digits.
    pub(super) fn id(&self) -> String {
        hex(self.id)
    }
}

/// A member of a listed cluster.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListedMember<'a> {
    pub(super) document: DocumentIndex,
    pub(super) relation: MemberRelation,
    /// The match of this document, or of its leader, with the representative. `None` for the representative and its
    /// exact copies.
    pub(super) evidence: Option<&'a Match>,
}

/// What is needed to list documents: their ids, sources and exact copies.
#[derive(Clone, Copy, Debug)]
pub(super) struct DocumentLookup<'a> {
    pub(super) corpus: &'a Corpus,
    pub(super) exact: &'a ExactGroups,
    pub(super) publishers: &'a Publishers,
    /// By document: its position among all ids, sorted.
    pub(super) id_ranks: &'a [u32],
}

impl<'a> DocumentLookup<'a> {
    pub(super) fn id(self, document: DocumentIndex) -> &'a str {
        self.corpus.id(document)
    }

    pub(super) fn id_rank(self, document: DocumentIndex) -> u32 {
        self.id_ranks[document.index()]
    }

    pub(super) fn same_source(self, a: DocumentIndex, b: DocumentIndex) -> bool {
        self.publishers.same_source(a, b)
    }

    /// The members that the report lists: the representative, then the others by id.
    pub(super) fn members<'c>(self, cluster: &'c ListedCluster) -> Vec<ListedMember<'c>> {
        let mut members = self.all_members(cluster.representative, &cluster.evidence);
        for removed in &cluster.removed {
            members.retain(|member| removed.binary_search(&member.document).is_err());
        }
        members
    }

    /// All members, including those that filters removed: the representative, then the others by id.
    pub(super) fn all_members<'c>(
        self,
        representative: DocumentIndex,
        evidence: &'c [Match],
    ) -> Vec<ListedMember<'c>> {
        let same_words = (self.exact.with_copies(representative)).map(|document| ListedMember {
            document,
            relation: MemberRelation::Exact,
            evidence: None,
        });
        let others = evidence.iter().flat_map(|m| {
            (self.exact.with_copies(m.left)).map(move |document| ListedMember {
                document,
                relation: m.relation.into(),
                evidence: Some(m),
            })
        });
        let mut members: Vec<ListedMember<'c>> = same_words.chain(others).collect();
        if let Some((first, others)) = members.split_first_mut() {
            first.relation = MemberRelation::Representative;
            others.sort_unstable_by_key(|member| self.id_rank(member.document));
        }
        members
    }

    /// The clusters of the report in its order: those that were found, and groups of exact copies that are the
    /// story of no cluster.
    pub(super) fn listed_clusters(
        self,
        clusters: Vec<Cluster>,
        cross_source_only: bool,
    ) -> Vec<ListedCluster> {
        let found: Vec<(DocumentIndex, Vec<Match>)> = (clusters.into_iter())
            .filter_map(|cluster| {
                let representative = cluster.members.first()?.document;
                let evidence = cluster.members.into_iter().filter_map(|m| m.evidence);
                Some((representative, evidence.collect()))
            })
            .collect();
        let story_documents: FxHashSet<DocumentIndex> = (found.iter())
            .flat_map(|(representative, evidence)| {
                let others = evidence.iter().filter(|m| m.relation != Relation::Contains);
                std::iter::once(*representative).chain(others.map(|m| m.left))
            })
            .collect();
        let only_exact: Vec<_> = (self.exact.leaders())
            .filter(|leader| !story_documents.contains(leader))
            .map(|leader| (leader, vec![]))
            .collect();
        let mut listed: Vec<ListedCluster> = (found.into_par_iter().chain(only_exact))
            .map(|(representative, evidence)| self.listed_cluster(representative, evidence))
            .filter(|cluster| !(cross_source_only && self.has_one_source(cluster)))
            .collect();
        sort(&mut listed);
        listed
    }

    fn listed_cluster(self, representative: DocumentIndex, evidence: Vec<Match>) -> ListedCluster {
        let mut cluster = ListedCluster {
            representative,
            evidence,
            removed: vec![],
            size: 0,
            id: 0,
        };
        self.update(&mut cluster);
        cluster
    }

    /// Sets the size and the id, which depend on the listed members.
    pub(super) fn update(self, cluster: &mut ListedCluster) {
        let mut members: Vec<DocumentIndex> = (self.members(cluster).iter())
            .map(|member| member.document)
            .collect();
        members.sort_unstable_by_key(|member| self.id_rank(*member));
        cluster.size = members.len() as u64;
        cluster.id = cluster_id(members.iter().map(|&member| self.id(member)));
    }

    /// True if all members state one source.
    fn has_one_source(self, cluster: &ListedCluster) -> bool {
        let members = self.members(cluster);
        let mut documents = members.iter().map(|member| member.document);
        documents.all(|document| self.same_source(cluster.representative, document))
    }
}

/// Sorts by size, the largest first, then by id.
pub(super) fn sort(clusters: &mut [ListedCluster]) {
    clusters.par_sort_unstable_by_key(|cluster| (Reverse(cluster.size), cluster.id));
}

/// The id of a cluster in the report. `sorted_ids`: those of its members.
pub(crate) fn id_of_members<'i>(sorted_ids: impl Iterator<Item = &'i str>) -> String {
    hex(cluster_id(sorted_ids))
}

/// The id of a cluster: 12 hex digits.
fn hex(id: u64) -> String {
    format!("{id:012x}")
}

/// The first 12 hex digits of the XXH3-128 of the sorted ids, each followed by a newline.
fn cluster_id<'i>(sorted_ids: impl Iterator<Item = &'i str>) -> u64 {
    let mut bytes = Vec::new();
    for id in sorted_ids {
        bytes.extend_from_slice(id.as_bytes());
        bytes.push(b'\n');
    }
    (xxh3_128(&bytes) >> 80) as u64
}
