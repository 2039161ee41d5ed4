//! Cuts groups of documents that carry the same story into stars.

use super::matches::MatchView;
use super::{Cluster, Clusterer, MAX_LEAD_IN, Member, components};
use crate::model::{DocumentIndex, Relation};
use rayon::prelude::*;

/// Size up to which all members of a group are verified against its representative. Beyond it only members within two
/// steps are, so that a long chain of updates does not take quadratic time.
const SMALL_GROUP: usize = 64;
/// How many times longer than its cut a story may be. A longer document that begins with the cut is a page that
/// opens with that story.
const MAX_CUT_RATIO: u32 = 3;
/// Containment in both directions from which two documents are near-identical.
const NEAR_IDENTICAL: f64 = 0.8;
/// Members of a near-identical part that must match the representative for each one that does not. Otherwise the part
/// leaves as a whole: one loose match must not tear near-identical documents apart.
const MIN_PASSED_PER_FAILED: usize = 9;
/// Least number of documents in one parallel task.
const MIN_DOCUMENTS_PER_TASK: usize = 1000;

/// Document indices, sorted.
type Group = Vec<DocumentIndex>;

impl<E: Send> Clusterer<'_, E> {
    /// The clusters without pages. Each round makes at most one star of each group; the rest of the group goes into
    /// the next round.
    pub(super) fn stars(&mut self) -> Result<Vec<Cluster>, E> {
        let documents: Group = self.matches.documents().collect();
        let mut groups = self.groups(&documents);
        let mut clusters = vec![];
        while !groups.is_empty() {
            let with_representatives = groups.par_iter().map(|group| {
                let representative = self.representative(group);
                (representative, self.within_two_steps(representative, group))
            });
            let wanted: Vec<_> = with_representatives.collect();
            self.matches.verify_missing(&wanted)?;
            let with_representatives = groups.par_iter().zip(wanted);
            let stars: Vec<_> = with_representatives
                .map(|(group, (representative, _))| self.star(representative, group))
                .collect();
            groups = vec![];
            for (cluster, failed) in stars {
                clusters.extend(cluster);
                groups.extend(self.groups(&failed));
            }
        }
        Ok(clusters)
    }

    /// The connected components of `documents` by matches of one story, without single documents.
    fn groups(&self, documents: &[DocumentIndex]) -> Vec<Group> {
        let mut groups = self.connected(documents, |seen| self.is_same_story(seen));
        groups.retain(|group| group.len() > 1);
        groups
    }

    /// The connected components of sorted `documents` by the matches that `connects` accepts.
    fn connected(
        &self,
        documents: &[DocumentIndex],
        connects: impl Fn(MatchView) -> bool + Sync,
    ) -> Vec<Group> {
        let edges_of = |(at, &document): (usize, &DocumentIndex)| {
            let neighbours = self.matches.neighbours(document);
            let later = neighbours.filter(move |(other, _)| *other > document);
            let connected = later.filter(|(_, seen)| connects(*seen));
            connected.filter_map(move |(other, _)| {
                let to = documents.binary_search(&other).ok()?;
                Some((at as u32, to as u32))
            })
        };
        let enumerated = documents.par_iter().enumerate();
        let tasks = enumerated.with_min_len(MIN_DOCUMENTS_PER_TASK);
        let edges: Vec<(u32, u32)> = tasks.flat_map_iter(edges_of).collect();
        let document = |at: u32| documents[at as usize];
        components::components(documents.len(), edges)
            .into_iter()
            .map(|component| component.into_iter().map(document).collect())
            .collect()
    }

    /// True if the two documents of a match carry the same story: both have the same text, or one is the beginning of
    /// the other.
    pub(super) fn is_same_story(&self, seen: MatchView) -> bool {
        let is_cut_of = |whole: MatchView| {
            whole.begin() <= MAX_LEAD_IN
                && self.documents.length(whole.document())
                    <= MAX_CUT_RATIO.saturating_mul(whole.found.aligned)
                && !self.pages.contains(&whole.document())
        };
        match seen.relation() {
            Relation::Exact | Relation::Near => true,
            Relation::Contains => is_cut_of(seen),
            Relation::Contained => is_cut_of(seen.reversed()),
            Relation::Overlap => false,
        }
    }

    /// The neighbours that carry the same story as `document`.
    pub(super) fn same_story_neighbours(
        &self,
        document: DocumentIndex,
    ) -> impl Iterator<Item = (DocumentIndex, MatchView<'_>)> {
        let neighbours = self.matches.neighbours(document);
        neighbours.filter(|(_, seen)| self.is_same_story(*seen))
    }

    /// The star around the representative of a group, and the members that are not in it. No star if no other member
    /// matches the representative.
    fn star(
        &self,
        representative: DocumentIndex,
        group: &[DocumentIndex],
    ) -> (Option<Cluster>, Group) {
        let mut star = Cluster::of(representative);
        let mut failed = vec![];
        for part in self.connected(group, is_near_identical) {
            let has_representative = part.contains(&representative);
            let others = part.into_iter().filter(|&d| d != representative);
            let (passed, rest): (Vec<Member>, Vec<Member>) = others
                .map(|document| {
                    let evidence = self.matches.membership(document, representative);
                    let evidence = evidence.map(MatchView::to_match);
                    Member { document, evidence }
                })
                .partition(|m| m.evidence.is_some());
            failed.extend(rest.iter().map(|m| m.document));
            if has_representative || passed.len() >= MIN_PASSED_PER_FAILED * rest.len() {
                star.members.extend(passed);
            } else {
                failed.extend(passed.iter().map(|m| m.document));
            }
        }
        failed.sort_unstable();
        ((star.members.len() > 1).then_some(star), failed)
    }

    /// The members of a group that at most two matches connect to `from`; all members of a small group.
    fn within_two_steps(&self, from: DocumentIndex, group: &[DocumentIndex]) -> Group {
        if group.len() <= SMALL_GROUP {
            return group.to_vec();
        }
        let neighbours = |document| self.same_story_neighbours(document).map(|(other, _)| other);
        let first: Group = neighbours(from).collect();
        let second = first.iter().flat_map(|&document| neighbours(document));
        let mut near: Group = first.iter().copied().chain(second).collect();
        near.sort_unstable();
        near.dedup();
        near.retain(|d| group.binary_search(d).is_ok());
        near
    }
}

/// True if nearly all words of each document are in the other.
pub(super) fn is_near_identical(seen: MatchView) -> bool {
    seen.containment().min(seen.reversed().containment()) >= NEAR_IDENTICAL
}
