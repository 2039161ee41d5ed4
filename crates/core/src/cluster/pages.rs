//! Pages: documents that carry several stories. They join the cluster of each story that they contain.

use super::matches::{MatchView, Matches};
use super::{Cluster, Clusterer, Member};
use crate::model::{DocumentIndex, Passage, Relation};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// By document: the passages that are already in a cluster.
type Claims = FxHashMap<DocumentIndex, Vec<Passage>>;

/// Documents that contain several others in separate places.
pub(super) fn find_pages<E: Send>(matches: &Matches<E>) -> FxHashSet<DocumentIndex> {
    let is_page = |&document: &DocumentIndex| {
        let seen = matches.neighbours(document).map(|(_, seen)| seen);
        let contained = seen.filter(|seen| seen.relation() == Relation::Contains);
        are_in_separate_places(&contained.collect::<Vec<_>>())
    };
    let documents: Vec<DocumentIndex> = matches.documents().collect();
    let pages = documents.into_par_iter().filter(is_page);
    pages.collect::<Vec<_>>().into_iter().collect()
}

/// True if a document has several others in separate places: most of one of these is outside the largest of them. `held`:
/// the matches of the document with the others.
pub(super) fn are_in_separate_places(held: &[MatchView]) -> bool {
    let largest = held.iter().max_by_key(|seen| seen.found.aligned);
    let claimed: Vec<Passage> = largest.map_or(vec![], |seen| seen.passages().collect());
    held.iter().any(|seen| is_mostly_outside(*seen, &claimed))
}

impl<E: Send> Clusterer<'_, E> {
    /// Adds to each cluster the pages that contain its story.
    pub(super) fn add_pages(&mut self, clusters: &mut [Cluster]) -> Result<(), E> {
        let with_pages = |found: &Cluster| (found.representative(), self.pages_of_members(found));
        let wanted: Vec<_> = clusters.par_iter().map(with_pages).collect();
        self.matches.verify_missing(&wanted)?;
        for (cluster, (representative, pages)) in clusters.iter_mut().zip(wanted) {
            let members = pages.into_iter().filter_map(|document| {
                let seen = self.matches.membership(document, representative)?;
                let evidence = Some(seen.to_match());
                (seen.relation() != Relation::Contained).then_some(Member { document, evidence })
            });
            cluster.members.extend(members);
        }
        Ok(())
    }

    /// Documents outside a cluster that contain one of its members, sorted.
    fn pages_of_members(&self, cluster: &Cluster) -> Vec<DocumentIndex> {
        let members = || cluster.members.iter().map(|m| m.document);
        let inside: FxHashSet<DocumentIndex> = members().collect();
        let mut pages: Vec<DocumentIndex> = members()
            .flat_map(|document| self.containers(document))
            .filter(|page| !inside.contains(page))
            .collect();
        pages.sort_unstable();
        pages.dedup();
        pages
    }

    /// Neighbours that contain `document`.
    fn containers(&self, document: DocumentIndex) -> impl Iterator<Item = DocumentIndex> {
        let neighbours = self.matches.neighbours(document);
        let containing = neighbours.filter(|(_, seen)| seen.relation() == Relation::Contained);
        containing.map(|(other, _)| other)
    }

    /// Makes a cluster of each document that is in none, with the documents that hold its story: the shortest document
    /// first, so that a page does not represent a story that it contains.
    pub(super) fn add_clusters_of_pages(&self, clusters: &mut Vec<Cluster>) {
        let mut is_member = vec![false; self.documents.lengths.len()];
        for member in clusters.iter().flat_map(|cluster| &cluster.members) {
            is_member[member.document.index()] = true;
        }
        let documents = self.matches.documents();
        let mut unclustered: Vec<_> = documents.filter(|d| !is_member[d.index()]).collect();
        unclustered.sort_unstable_by_key(|&d| (self.documents.length(d), self.documents.rank(d)));
        let mut claims = self.claims_on_neighbours(&unclustered, clusters);
        for document in unclustered {
            if claims.contains_key(&document) {
                continue;
            }
            let mut cluster = Cluster::of(document);
            cluster.members.extend(self.holders(document, &claims));
            if cluster.members.len() > 1 {
                claim(&mut claims, &cluster.members);
                clusters.push(cluster);
            }
        }
    }

    /// The passages of the neighbours of `documents` that are in a cluster.
    fn claims_on_neighbours(&self, documents: &[DocumentIndex], clusters: &[Cluster]) -> Claims {
        let neighbours = |document: &DocumentIndex| self.matches.neighbours(*document);
        let neighbours: FxHashSet<DocumentIndex> = (documents.iter().flat_map(neighbours))
            .map(|(other, _)| other)
            .collect();
        let mut claims = Claims::default();
        let members = clusters.iter().flat_map(|cluster| &cluster.members);
        claim(
            &mut claims,
            members.filter(|m| neighbours.contains(&m.document)),
        );
        claims
    }

    /// The documents that hold the story of `document`: pages that contain it, and documents of the same story if no
    /// cluster has claimed most of that passage.
    fn holders(&self, document: DocumentIndex, claims: &Claims) -> Vec<Member> {
        let neighbours = self.matches.neighbours(document);
        let holders = neighbours.filter_map(|(holder, seen)| {
            let seen = seen.reversed();
            let is_copy = !matches!(seen.relation(), Relation::Contained | Relation::Overlap);
            if !is_copy || !seen.may_be_represented() {
                return None;
            }
            let unclaimed = || {
                let claimed = claims.get(&holder);
                claimed.is_none_or(|claimed| is_mostly_outside(seen, claimed))
            };
            (!self.is_same_story(seen) || unclaimed()).then(|| Member {
                document: holder,
                evidence: Some(seen.to_match()),
            })
        });
        holders.collect()
    }
}

/// Adds the passages of these members that their clusters claim.
fn claim<'m>(claims: &mut Claims, members: impl IntoIterator<Item = &'m Member>) {
    for member in members {
        let claimed = claims.entry(member.document).or_default();
        match &member.evidence {
            Some(found) => claimed.extend(found.passages.iter().map(|p| p.0)),
            // A representative carries only the story.
            None => claimed.push(Passage {
                begin: 0,
                end: u32::MAX,
            }),
        }
    }
}

/// True if less than half of the words that a match aligns in a document are in the `claimed` passages. A word in
/// several of them counts for each one.
fn is_mostly_outside(seen: MatchView, claimed: &[Passage]) -> bool {
    let words: u64 = seen.passages().map(|own| u64::from(own.len())).sum();
    // The sum can exceed 32 bits: many clusters may claim the same words of a page.
    let shared = |own: Passage| claimed.iter().map(move |c| u64::from(c.shared(own)));
    2 * seen.passages().flat_map(shared).sum::<u64>() < words
}
