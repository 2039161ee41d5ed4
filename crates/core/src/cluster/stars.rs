//! Cuts groups of documents that carry the same story into stars.

use super::groups::Groups;
use super::links::Links;
use super::matches::MatchView;
use super::{Cluster, Clusterer, Member};
use crate::model::DocumentIndex;
use crate::steps;
use rayon::prelude::*;

/// Size up to which all members of a group are verified against its representative. Beyond it only members within two
/// steps are, so that a long chain of updates does not take quadratic time.
const SMALL_GROUP: usize = 64;
/// Members of a near-identical part that must match the representative for each one that does not. Otherwise the part
/// leaves as a whole: one loose match must not tear near-identical documents apart.
const MIN_PASSED_PER_FAILED: usize = 9;

impl<E: Send> Clusterer<'_, E> {
    /// The clusters without pages. Each round makes at most one star of each group; the rest of the group goes into
    /// the next round. A round takes time in proportion to the documents within two steps of the representatives and
    /// to what leaves the groups, not to the size of the groups.
    pub(super) fn stars(&mut self) -> Result<Vec<Cluster>, E> {
        let documents: Vec<DocumentIndex> = self.matches.documents().collect();
        let links = self.links(&documents);
        let collections = self.collections(&documents);
        let (mut groups, mut current) =
            Groups::new(self.documents, &links, &documents, &collections);
        let mut clusters = vec![];
        while !current.is_empty() {
            let wanted: Vec<_> = (current.par_iter())
                .filter_map(|&group| {
                    let representative = groups.representative(group)?;
                    let near = within_two_steps(representative, group, &groups, &links);
                    Some((representative, near))
                })
                .collect();
            self.matches.verify_missing(&wanted)?;
            let stars: Vec<Cluster> = (wanted.par_iter())
                .map(|(representative, near)| self.star(*representative, near, &groups))
                .collect();
            let mut next = vec![];
            for (group, star) in current.into_iter().zip(stars) {
                let leaving: Vec<DocumentIndex> = star.members.iter().map(|m| m.document).collect();
                next.extend(groups.remove(group, &leaving));
                self.matches.verifier.placed(leaving.len());
                clusters.extend((leaving.len() > 1).then_some(star));
            }
            current = next;
        }
        Ok(clusters)
    }

    /// The representative of a group with its members that match it. Only a document that `near` holds, or whose match
    /// was given, can match it.
    fn star(
        &self,
        representative: DocumentIndex,
        near: &[DocumentIndex],
        groups: &Groups,
    ) -> Cluster {
        let group = groups.group(representative);
        let neighbours = self.matches.neighbours(representative);
        let others = neighbours.map(|(other, _)| other);
        let mut others: Vec<DocumentIndex> = others.chain(near.iter().copied()).collect();
        others.retain(|&d| d != representative && groups.group(d) == group);
        others.sort_unstable();
        others.dedup();
        steps::count(others.len());
        let passed = others.into_iter().filter_map(|document| {
            let evidence = self.matches.membership(document, representative)?;
            let evidence = Some(MatchView::to_match(evidence));
            Some((
                groups.near_identical_part(document),
                Member { document, evidence },
            ))
        });
        let mut passed: Vec<_> = passed.collect();
        passed.sort_by_key(|(part, _)| *part);
        let own_part = groups.near_identical_part(representative);
        let mut star = Cluster::of(representative);
        for passed in passed.chunk_by(|a, b| a.0 == b.0) {
            let Some((Some((part, size)), _)) = passed.first() else {
                continue;
            };
            let failed = size.saturating_sub(passed.len());
            if own_part == Some((*part, *size)) || passed.len() >= MIN_PASSED_PER_FAILED * failed {
                star.members
                    .extend(passed.iter().map(|(_, member)| member.clone()));
            }
        }
        star
    }
}

/// The members of a group that at most two matches connect to `from`; all members of a small group. Sorted.
fn within_two_steps(
    from: DocumentIndex,
    group: u32,
    groups: &Groups,
    links: &Links,
) -> Vec<DocumentIndex> {
    if groups.size(group) <= SMALL_GROUP {
        return groups.members(group);
    }
    let first: Vec<DocumentIndex> = links.of_one_story(from).collect();
    let second = first.iter().flat_map(|&d| links.of_one_story(d));
    let mut near: Vec<DocumentIndex> = first.iter().copied().chain(second).collect();
    steps::count(near.len());
    near.sort_unstable();
    near.dedup();
    near.retain(|&d| groups.group(d) == Some(group));
    near
}
