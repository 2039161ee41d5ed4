//! The pairs that a report finds: direct matches, and every two members of one cluster.

use super::MAX_PAIRED_MEMBERS;
use super::name_table::{NameTable, pair};
use crate::{Match, Report};
use dedupe_core::model::Pair;
use dedupe_core::model::Relation;
use std::collections::{BTreeMap, HashMap};

/// The found pairs of a report, by the numbers of the names.
pub struct ReportedPairs<'a> {
    /// Copies: matches other than overlaps, and pairs of one cluster.
    copies: BTreeMap<Pair, FoundBy<'a>>,
    /// Pairs that share a passage and are no copies.
    overlaps: BTreeMap<Pair, &'a Match>,
    /// Clusters of each document.
    clusters: HashMap<u32, Vec<u32>>,
}

/// What makes a pair a found one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FoundBy<'a> {
    /// A direct match.
    Match(&'a Match),
    /// A common cluster, by its place in the report.
    Cluster(usize),
}

impl<'a> ReportedPairs<'a> {
    /// The pairs of a report. Time linear in the matches and in the pairs of members of clusters up to
    /// [`MAX_PAIRED_MEMBERS`] members; a larger one gives each member with the representative.
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
            // The representative stands first.
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
        // One cluster says more than an overlap.
        found
            .overlaps
            .retain(|pair, _| !found.copies.contains_key(pair));
        found
    }

    /// The copies, with what makes them such.
    pub(super) fn copies(&self) -> impl Iterator<Item = (Pair, FoundBy<'a>)> + '_ {
        self.copies
            .iter()
            .map(|(pair, evidence)| (*pair, *evidence))
    }

    /// The overlaps.
    pub(super) fn overlaps(&self) -> impl Iterator<Item = Pair> + '_ {
        self.overlaps.keys().copied()
    }

    /// True for a found copy.
    pub(super) fn is_copy(&self, pair: Pair) -> bool {
        self.copies.contains_key(&pair)
    }

    /// The overlap of a pair.
    pub(super) fn overlap(&self, pair: Pair) -> Option<&'a Match> {
        self.overlaps.get(&pair).copied()
    }

    /// True for two documents of one cluster, however large.
    pub(super) fn together(&self, pair: Pair) -> bool {
        let [a, b] = [pair.lower(), pair.higher()].map(|d| self.clusters(d.0));
        a.iter().any(|c| b.contains(c))
    }

    /// The clusters of a document.
    pub(super) fn clusters(&self, document: u32) -> &[u32] {
        self.clusters.get(&document).map_or(&[], Vec::as_slice)
    }
}
