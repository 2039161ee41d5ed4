//! The pairs that a report claims: direct matches, and pairs of members of a cluster.

use super::MAX_PAIRED_MEMBERS;
use super::name_table::{NameTable, pair};
use crate::{Match, Report};
use dedupe_core::model::Pair;
use dedupe_core::model::Relation;
use std::collections::{BTreeMap, HashMap};

/// The pairs of a report. Documents are numbers of a `NameTable`.
pub struct ReportedPairs<'a> {
    /// Copies: matches except overlaps, and pairs of members of a cluster.
    copies: BTreeMap<Pair, FoundBy<'a>>,
    /// Overlaps that are not copies.
    overlaps: BTreeMap<Pair, &'a Match>,
    /// Clusters of each document, by index in the report.
    clusters: HashMap<u32, Vec<u32>>,
}

/// Where the report claims a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FoundBy<'a> {
    /// A direct match.
    Match(&'a Match),
    /// A common cluster, by its index in the report.
    Cluster(usize),
}

impl<'a> ReportedPairs<'a> {
    /// Collects the pairs of a report. A cluster with more than [`MAX_PAIRED_MEMBERS`] members contributes only the
    /// pairs with its representative. Takes time linear in the matches and the collected pairs.
    pub(super) fn new(report: &'a Report, names: &mut NameTable) -> Self {
        let mut found = Self {
            copies: BTreeMap::new(),
            overlaps: BTreeMap::new(),
            clusters: HashMap::new(),
        };
        for m in &report.matches {
            let pair = pair(names.number(&m.left), names.number(&m.right));
            match m.relation {
                Relation::Overlap => found.overlaps.insert(pair, m).is_some(),
                _ => found.copies.insert(pair, FoundBy::Match(m)).is_some(),
            };
        }
        for (at, cluster) in report.clusters.iter().enumerate() {
            let mut members: Vec<u32> = cluster
                .members
                .iter()
                .map(|m| names.number(&m.id))
                .collect();
            members.dedup();
            for &member in &members {
                found.clusters.entry(member).or_default().push(at as u32);
            }
            // The representative is the first member.
            let firsts = if members.len() <= MAX_PAIRED_MEMBERS {
                members.len()
            } else {
                1
            };
            for (k, &a) in members.iter().take(firsts).enumerate() {
                for &b in members.iter().skip(k + 1) {
                    let evidence = FoundBy::Cluster(at);
                    found.copies.entry(pair(a, b)).or_insert(evidence);
                }
            }
        }
        // A pair in one cluster is a copy, even if its match is an overlap.
        found
            .overlaps
            .retain(|pair, _| !found.copies.contains_key(pair));
        found
    }

    /// Returns the copies and where the report claims them.
    pub(super) fn copies(&self) -> impl Iterator<Item = (Pair, FoundBy<'a>)> + '_ {
        self.copies
            .iter()
            .map(|(pair, evidence)| (*pair, *evidence))
    }

    /// Returns the overlaps.
    pub(super) fn overlaps(&self) -> impl Iterator<Item = Pair> + '_ {
        self.overlaps.keys().copied()
    }

    /// Returns true if the report claims the pair as a copy.
    pub(super) fn is_copy(&self, pair: Pair) -> bool {
        self.copies.contains_key(&pair)
    }

    /// Returns the match of a pair that is an overlap.
    pub(super) fn overlap(&self, pair: Pair) -> Option<&'a Match> {
        self.overlaps.get(&pair).copied()
    }

    /// Returns true if both documents are in one cluster of any size.
    pub(super) fn together(&self, pair: Pair) -> bool {
        let [a, b] = [pair.lower(), pair.higher()].map(|d| self.clusters(d.0));
        a.iter().any(|c| b.contains(c))
    }

    /// Returns the clusters of a document.
    pub(super) fn clusters(&self, document: u32) -> &[u32] {
        self.clusters.get(&document).map_or(&[], Vec::as_slice)
    }
}
