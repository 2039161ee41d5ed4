//! Leaves out of a report what was not asked for: copies among documents that are not under check, and
//! those that a baseline knows.

use super::outline::{Documents, Outline, in_order};
use dedupe_core::model::{DocumentIndex, Match};
use dedupe_report::{Baseline, FindingKind, MemberRelation};
use rayon::prelude::*;

/// Leaves out of the clusters the copies among documents that are not under check.
pub(super) fn to_new(
    documents: Documents<'_>,
    clusters: &mut Vec<Outline>,
    is_new: impl Fn(DocumentIndex) -> bool + Sync,
) {
    keep(documents, clusters, |a, b, _| is_new(a) || is_new(b));
}

/// Leaves out what the baseline knows; how many members and overlaps that were.
pub(super) fn to_unknown(
    documents: Documents<'_>,
    clusters: &mut Vec<Outline>,
    matches: &mut Vec<Match>,
    baseline: &Baseline,
) -> u64 {
    let baseline = baseline.index();
    let knows = |a, b, kind| baseline.knows(documents.id(a), documents.id(b), kind);
    let before = listed(clusters, matches);
    keep(documents, clusters, |a, b, kind| !knows(a, b, kind));
    matches.retain(|m| !knows(m.left, m.right, m.relation.into()));
    before - listed(clusters, matches)
}

/// Members that are copies, and overlaps.
fn listed(clusters: &[Outline], matches: &[Match]) -> u64 {
    let copies: u64 = clusters.iter().map(|c| c.size.saturating_sub(1)).sum();
    let is_overlap = |m: &&Match| FindingKind::from(m.relation) == FindingKind::Overlap;
    copies + matches.iter().filter(is_overlap).count() as u64
}

/// Keeps the members that `wanted` wants with the representative, and what is still a cluster.
fn keep(
    documents: Documents<'_>,
    clusters: &mut Vec<Outline>,
    wanted: impl Fn(DocumentIndex, DocumentIndex, FindingKind) -> bool + Sync,
) {
    clusters.par_iter_mut().for_each(|cluster| {
        let kept = cluster.representative;
        let members = documents.members(cluster).into_iter();
        let mut left_out: Vec<DocumentIndex> = members
            .filter(|part| {
                let kind = match part.relation {
                    MemberRelation::Representative => return false,
                    MemberRelation::Exact => FindingKind::Exact,
                    MemberRelation::Near => FindingKind::Near,
                    MemberRelation::Contains | MemberRelation::Contained => FindingKind::Contained,
                };
                !wanted(part.document, kept, kind)
            })
            .map(|part| part.document)
            .collect();
        if !left_out.is_empty() {
            left_out.sort_unstable();
            cluster.left_out.push(left_out);
            documents.name(cluster);
        }
    });
    clusters.retain(|c| c.size > 1);
    in_order(clusters);
}
