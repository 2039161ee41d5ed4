//! Leaves out of a report what was not asked for: copies among documents that are not under check, and
//! those that a baseline knows.

use super::assemble::{Assembled, cluster_id, in_order};
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
    /// Leaves out the copies among documents that are not under check.
    pub(super) fn to_new(&self, clusters: &mut Vec<Assembled>, matches: &mut Vec<Match>) {
        if let Some(new) = &self.new {
            keep(clusters, matches, |a, b, _| {
                new.contains(a) || new.contains(b)
            });
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
        keep(clusters, matches, |a, b, kind| !baseline.knows(a, b, kind));
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

/// Keeps the pairs that `wanted` wants; of clusters the members that it wants with the representative.
fn keep(
    clusters: &mut Vec<Assembled>,
    matches: &mut Vec<Match>,
    wanted: impl Fn(&str, &str, Kind) -> bool,
) {
    matches.retain(|m| wanted(&m.left, &m.right, m.relation.into()));
    for Assembled { cluster, .. } in clusters.iter_mut() {
        let kept = cluster.representative.clone();
        cluster.members.retain(|member| {
            let kind = match member.relation {
                MemberRelation::Representative => return true,
                MemberRelation::Exact => Kind::Exact,
                MemberRelation::Near => Kind::Near,
                MemberRelation::Contains | MemberRelation::Contained => Kind::Contained,
            };
            wanted(&member.id, &kept, kind)
        });
        cluster.size = cluster.members.len() as u64;
        cluster.id = cluster_id(&cluster.members);
    }
    clusters.retain(|c| c.cluster.size > 1);
    in_order(clusters);
}
