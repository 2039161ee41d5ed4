//! Filters: a check reports only copies of new documents, a baseline removes copies that are known.

use super::baseline_names::BaselineNames;
use super::clusters::{DocumentLookup, ListedCluster, sort};
use dedupe_core::model::{DocumentIndex, Match};
use dedupe_report::{Baseline, FindingKind, MemberRelation};
use rayon::prelude::*;

/// Removes the copies among documents that are not new.
pub(super) fn keep_new(
    lookup: DocumentLookup<'_>,
    clusters: &mut Vec<ListedCluster>,
    is_new: impl Fn(DocumentIndex) -> bool + Sync,
) {
    keep(lookup, clusters, |a, b, _| is_new(a) || is_new(b));
}

/// Removes the copies that the baseline has. Returns the number of removed copies and overlaps.
pub(super) fn drop_known(
    names: BaselineNames<'_>,
    clusters: &mut Vec<ListedCluster>,
    matches: &mut Vec<Match>,
    baseline: &Baseline,
) -> u64 {
    let baseline = baseline.index(|| names.all());
    let knows =
        |a: DocumentIndex, b: DocumentIndex, kind| baseline.knows(a.index(), b.index(), kind);
    let before = copies_and_overlaps(clusters, matches);
    keep(names.lookup, clusters, |a, b, kind| !knows(a, b, kind));
    matches.retain(|m| !knows(m.left, m.right, m.relation.into()));
    before - copies_and_overlaps(clusters, matches)
}

fn copies_and_overlaps(clusters: &[ListedCluster], matches: &[Match]) -> u64 {
    let copies: u64 = clusters.iter().map(|c| c.size.saturating_sub(1)).sum();
    let is_overlap = |m: &&Match| FindingKind::from(m.relation) == FindingKind::Overlap;
    copies + matches.iter().filter(is_overlap).count() as u64
}

/// Keeps the members for which `is_kept` holds with the representative, and the clusters with another member left.
fn keep(
    lookup: DocumentLookup<'_>,
    clusters: &mut Vec<ListedCluster>,
    is_kept: impl Fn(DocumentIndex, DocumentIndex, FindingKind) -> bool + Sync,
) {
    clusters.par_iter_mut().for_each(|cluster| {
        let representative = cluster.representative;
        let members = lookup.members(cluster).into_iter();
        let mut removed: Vec<DocumentIndex> = members
            .filter(|member| {
                let kind = match member.relation {
                    MemberRelation::Representative => return false,
                    MemberRelation::Exact => FindingKind::Exact,
                    MemberRelation::Near => FindingKind::Near,
                    MemberRelation::Contains | MemberRelation::Contained => FindingKind::Contained,
                    MemberRelation::Version => FindingKind::Version,
                };
                !is_kept(member.document, representative, kind)
            })
            .map(|member| member.document)
            .collect();
        if !removed.is_empty() {
            removed.sort_unstable();
            cluster.removed.push(removed);
            lookup.update(cluster);
        }
    });
    clusters.retain(|c| c.size > 1);
    sort(clusters);
}
