//! Leaves out of a report what was not asked for: copies among documents that are not under check, and
//! those that a baseline knows.

use super::assemble::{Assembled, described, in_order};
use crate::report::{Baseline, Kind, Match, MemberRelation};
use std::collections::HashSet;

/// What is listed.
#[derive(Default)]
pub(super) struct Narrow<'a> {
    /// Only what involves one of these documents.
    pub(super) new: Option<HashSet<&'a str>>,
    /// Only what this does not know.
    pub(super) baseline: Option<&'a Baseline>,
}

impl Narrow<'_> {
    /// Leaves out of the clusters the copies among documents that are not under check.
    pub(super) fn to_new(&self, clusters: &mut Vec<Assembled>) {
        if let Some(new) = &self.new {
            keep(clusters, |a, b, _| new.contains(a) || new.contains(b));
        }
    }

    /// Leaves out what the baseline knows; how many members and overlaps that were.
    pub(super) fn to_unknown(
        &self,
        clusters: &mut Vec<Assembled>,
        matches: &mut Vec<Match>,
    ) -> Option<u64> {
        let baseline = self.baseline?.index();
        let before = listed(clusters, matches);
        keep(clusters, |a, b, kind| !baseline.knows(a, b, kind));
        matches.retain(|m| !baseline.knows(&m.left, &m.right, m.relation.into()));
        Some(before - listed(clusters, matches))
    }
}

/// Members that are copies, and overlaps.
fn listed(clusters: &[Assembled], matches: &[Match]) -> u64 {
    let copies: u64 = clusters
        .iter()
        .map(|c| c.cluster.size.saturating_sub(1))
        .sum();
    let is_overlap = |m: &&Match| Kind::from(m.relation) == Kind::Overlap;
    copies + matches.iter().filter(is_overlap).count() as u64
}

/// Keeps the members that `wanted` wants with the representative, and what is still a cluster. What is said
/// of a cluster is said of the members that are left; but where all of them come from one that is not
/// listed, none of the rest is their origin.
fn keep(clusters: &mut Vec<Assembled>, wanted: impl Fn(&str, &str, Kind) -> bool) {
    for Assembled { cluster, .. } in clusters.iter_mut() {
        let (before, kept) = (cluster.members.len(), cluster.representative.clone());
        cluster.members.retain(|member| {
            let kind = match member.relation {
                MemberRelation::Representative => return true,
                MemberRelation::Exact => Kind::Exact,
                MemberRelation::Near => Kind::Near,
                MemberRelation::Contains | MemberRelation::Contained => Kind::Contained,
            };
            wanted(&member.id, &kept, kind)
        });
        if cluster.members.len() < before {
            let whole = cluster.origin.take();
            *cluster = described(std::mem::take(&mut cluster.members), kept);
            cluster.origin = (cluster.origin.take())
                .filter(|left| whole.is_some_and(|whole| whole.id == left.id));
        }
    }
    clusters.retain(|c| c.cluster.size > 1);
    in_order(clusters);
}
