//! From verified pairs to stories.
//!
//! A cluster is a star: every member has a direct match with the representative. Nothing chains
//! through a page that carries several stories, because only matches between documents that *are*
//! one story connect them (*core* matches: the same text, or one the other's head); a page joins the cluster of each story it contains, after
//! the clusters are made, and connects nothing.
//!
//! 1. Core matches connect documents; each connected component is a group.
//! 2. The group's representative is chosen by policy, and every member within two steps of it is
//!    verified against it. Those that fail are grouped anew among themselves, by the same rule.
//!    Documents that are nearly the same stay together: they join where nearly all of them pass.
//! 3. Pages join the clusters of the stories that they contain.
//! 4. A document that is left over makes a cluster with the pages that contain it.
//!
//! Time near linear in the matches: a document is verified against the representatives of its own
//! neighbourhood only.

mod components;
mod matches;

use crate::model::{DocumentIndex, Keep, Match, Passage, Relation};
use matches::{MatchView, Matches};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

pub use matches::Verifier;

/// Members up to which a group is verified whole, however far they are from the representative.
const SMALL_GROUP: usize = 64;
/// A document of which another is the head is that story cut, not a page, up to this many times its
/// length.
const CUT_RATIO: u32 = 3;
/// Containment both ways from which two documents are nearly the same.
const TIGHT: f64 = 0.8;
/// Share of a document below which another that is its head is a cut copy, not the story with less
/// around it.
const CUT: f64 = 0.6;
/// Members of such that must pass for one that fails.
const TOGETHER: usize = 9;
/// Documents whose links one thread looks up in a go, at least.
const OF_ONE_THREAD: usize = 1000;
/// Words that may stand before the head: headline, byline, dateline.
const HEAD: u32 = 40;

/// What clustering knows of each document, by index.
pub struct Documents<'a> {
    /// Words that are no boilerplate.
    pub effective_lengths: &'a [u32],
    /// Place in the order of preference that the policy gives, ties broken.
    pub ranks: &'a [u32],
    /// Place of its source among the preferred ones, the most preferred first; it decides before the
    /// policy does, and stands in `rank` too.
    pub preferences: &'a [u32],
    /// The policy.
    pub keep: Keep,
}

/// A document in a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Which one.
    pub document: DocumentIndex,
    /// Its match with the representative, read from the member; none for the representative itself.
    pub evidence: Option<Match>,
}

/// One story: the representative first, then by index.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// At least two.
    pub members: Vec<Member>,
}

impl Cluster {
    fn representative(&self) -> DocumentIndex {
        self.members[0].document
    }
}

/// What clustering found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clustering {
    /// In the order of their representatives.
    pub clusters: Vec<Cluster>,
    /// The given matches and those that clustering verified, by pair.
    pub matches: Vec<Match>,
}

/// Groups documents into stories. Returns them in the order of their representatives, and all
/// matches: those given and those that verification added, by pair.
///
/// # Errors
///
/// The first failure of the verifier.
pub fn cluster<E: Send>(
    facts: &Documents,
    matches: Vec<Match>,
    verifier: &dyn Verifier<Error = E>,
) -> Result<Clustering, E> {
    let mut known = Known::new(matches, verifier);
    let mut stories = known.core_stories(facts)?;
    known.add_pages(&mut stories)?;
    known.add_left_over(facts, &mut stories);
    let others = |story: &mut Cluster| story.members[1..].sort_unstable_by_key(|m| m.document);
    stories.par_iter_mut().for_each(others);
    stories.par_sort_by_key(Cluster::representative);
    Ok(Clustering {
        clusters: stories,
        matches: known.matches.into_sorted(),
    })
}

/// What is known while stories are made.
struct Known<'a, E> {
    matches: Matches<'a, E>,
    /// Documents that contain others in separate places.
    pages: FxHashSet<DocumentIndex>,
}

impl<'a, E: Send> Known<'a, E> {
    fn new(matches: Vec<Match>, verifier: &'a dyn Verifier<Error = E>) -> Self {
        let mut known = Self {
            matches: Matches::new(matches, verifier),
            pages: FxHashSet::default(),
        };
        known.pages = known.find_pages();
        known
    }

    fn find_pages(&self) -> FxHashSet<DocumentIndex> {
        let is_page = |&document: &DocumentIndex| {
            let matches = || self.matches.neighbours(document).map(|(_, seen)| seen);
            let parts = || matches().filter(|seen| seen.relation() == Relation::Contains);
            let largest = parts().max_by_key(|seen| seen.found.aligned);
            let taken: Option<Vec<Passage>> = largest.map(|seen| seen.passages().collect());
            taken.is_some_and(|taken| parts().any(|seen| is_free(seen, &taken)))
        };
        let documents: Vec<DocumentIndex> = self.matches.documents().collect();
        let pages = documents.into_par_iter().filter(is_page);
        pages.collect::<Vec<_>>().into_iter().collect()
    }

    /// True where the two documents of a match are one story, so that it may connect a group: the
    /// same text, or one the other's head.
    fn is_core(&self, seen: MatchView, facts: &Documents) -> bool {
        let is_cut_in = |whole: MatchView| {
            whole.begin() <= HEAD
                && facts.effective_lengths[whole.document().index()]
                    <= CUT_RATIO.saturating_mul(whole.found.aligned)
                && !self.pages.contains(&whole.document())
        };
        match seen.relation() {
            Relation::Exact | Relation::Near => true,
            Relation::Contains => is_cut_in(seen),
            Relation::Contained => is_cut_in(seen.reversed()),
            Relation::Overlap => false,
        }
    }

    fn core_stories(&mut self, facts: &Documents) -> Result<Vec<Cluster>, E> {
        let documents: Vec<DocumentIndex> = self.matches.documents().collect();
        let mut groups = self.components(&documents, facts);
        let mut stories = vec![];
        while !groups.is_empty() {
            let centred = groups.par_iter().map(|group| {
                let centre = self.representative(group, facts);
                (centre, self.within_two_steps(centre, group, facts))
            });
            let wanted: Vec<_> = centred.collect();
            self.matches.ensure(&wanted)?;
            let centred = groups.par_iter().zip(wanted);
            let stars: Vec<_> = centred
                .map(|(group, (centre, _))| self.star(centre, group))
                .collect();
            groups = vec![];
            for (story, failed) in stars {
                stories.extend(story);
                groups.extend(self.components(&failed, facts));
            }
        }
        Ok(stories)
    }

    /// Connected components of `documents` by core matches among them, of two documents at least.
    fn components(
        &self,
        documents: &[DocumentIndex],
        facts: &Documents,
    ) -> Vec<Vec<DocumentIndex>> {
        let mut components = self.connected(documents, |seen| self.is_core(seen, facts));
        components.retain(|c| c.len() > 1);
        components
    }

    /// Connected components of `documents`, sorted, by the matches among them for which `by` holds.
    fn connected(
        &self,
        documents: &[DocumentIndex],
        by: impl Fn(MatchView) -> bool + Sync,
    ) -> Vec<Vec<DocumentIndex>> {
        let links = |(at, &document): (usize, &DocumentIndex)| {
            let neighbours = self.matches.neighbours(document);
            let later = neighbours.filter(move |(other, _)| *other > document);
            let linked = later.filter(|(_, seen)| by(*seen));
            linked.filter_map(move |(other, _)| {
                let to = documents.binary_search(&other).ok()?;
                Some((at as u32, to as u32))
            })
        };
        let documents_by_place = documents.par_iter().enumerate().with_min_len(OF_ONE_THREAD);
        let links: Vec<(u32, u32)> = documents_by_place.flat_map_iter(links).collect();
        let document = |at: u32| documents[at as usize];
        components::components(documents.len(), links)
            .into_iter()
            .map(|component| component.into_iter().map(document).collect())
            .collect()
    }

    fn core_neighbours<'s>(
        &'s self,
        document: DocumentIndex,
        facts: &'s Documents,
    ) -> impl Iterator<Item = (DocumentIndex, MatchView<'s>)> {
        let neighbours = self.matches.neighbours(document);
        neighbours.filter(|(_, seen)| self.is_core(*seen, facts))
    }

    /// The star about a group's representative, and the members that have no match with it.
    fn star(
        &self,
        centre: DocumentIndex,
        group: &[DocumentIndex],
    ) -> (Option<Cluster>, Vec<DocumentIndex>) {
        let mut members = vec![Member {
            document: centre,
            evidence: None,
        }];
        let mut failed = vec![];
        for part in self.tight_parts(group) {
            let own = part.contains(&centre);
            let others = part.into_iter().filter(|&d| d != centre);
            let (passed, rest): (Vec<Member>, Vec<Member>) = others
                .map(|document| Member {
                    document,
                    evidence: self.matches.copy(document, centre).map(MatchView::to_match),
                })
                .partition(|m| m.evidence.is_some());
            failed.extend(rest.iter().map(|m| m.document));
            if own || passed.len() >= TOGETHER * rest.len() {
                members.extend(passed);
            } else {
                failed.extend(passed.iter().map(|m| m.document));
            }
        }
        failed.sort_unstable();
        ((members.len() > 1).then_some(Cluster { members }), failed)
    }

    /// The group, parted into documents that are connected by being nearly the same.
    fn tight_parts(&self, group: &[DocumentIndex]) -> Vec<Vec<DocumentIndex>> {
        self.connected(group, is_tight)
    }

    fn within_two_steps(
        &self,
        centre: DocumentIndex,
        group: &[DocumentIndex],
        facts: &Documents,
    ) -> Vec<DocumentIndex> {
        if group.len() <= SMALL_GROUP {
            return group.to_vec();
        }
        let core = |document| {
            self.core_neighbours(document, facts)
                .map(|(other, _)| other)
        };
        let first: Vec<_> = core(centre).collect();
        let second = first.iter().flat_map(|&document| core(document));
        let mut near: Vec<_> = first.iter().copied().chain(second).collect();
        near.sort_unstable();
        near.dedup();
        near.retain(|d| group.binary_search(d).is_ok());
        near
    }

    /// The member to keep, one of a preferred source if there is any. For [`Keep::Best`]: of those that
    /// carry the whole story, or nearly, the one with the fewest words around it.
    fn representative(&self, group: &[DocumentIndex], facts: &Documents) -> DocumentIndex {
        let rank = |d: &DocumentIndex| facts.ranks[d.index()];
        let first = || group.iter().copied().min_by_key(rank).unwrap_or(group[0]);
        if facts.keep != Keep::Best {
            return first();
        }
        let carried: Vec<u32> = group
            .iter()
            .map(|&d| self.carried(d, group, facts))
            .collect();
        let whole = carried.iter().max().copied().unwrap_or(0);
        group
            .iter()
            .zip(&carried)
            .filter(|&(_, &c)| u64::from(c) * 10 >= u64::from(whole) * 9)
            .min_by_key(|&(d, &c)| {
                let around = facts.effective_lengths[d.index()].saturating_sub(c);
                (facts.preferences[d.index()], around, rank(d))
            })
            .map_or_else(first, |(d, _)| *d)
    }

    /// Words of the story that a document carries, as far as its matches in the group tell: what it
    /// shares with one that is nearly the same; else, where others are cut copies of it, all of it; else
    /// the most that one of them shares.
    fn carried(&self, document: DocumentIndex, group: &[DocumentIndex], facts: &Documents) -> u32 {
        let matches: Vec<MatchView> = self
            .core_neighbours(document, facts)
            .filter(|(other, _)| group.binary_search(other).is_ok())
            .map(|(_, seen)| seen)
            .collect();
        let most = |of: &dyn Fn(MatchView) -> bool| {
            let aligned = matches.iter().filter(|seen| of(**seen));
            aligned.map(|seen| seen.found.aligned).max()
        };
        let is_cut = |seen: &MatchView| {
            let cut = seen.reversed();
            cut.containment() >= TIGHT && seen.containment() < CUT && seen.begin() <= HEAD
        };
        let heads = matches.iter().all(|seen| seen.begin() <= HEAD);
        match most(&is_tight) {
            Some(shared) => shared,
            None if heads && matches.iter().any(is_cut) => {
                facts.effective_lengths[document.index()]
            }
            None => most(&|_| true).unwrap_or(0),
        }
    }

    /// Adds to each cluster the pages that contain its story.
    fn add_pages(&mut self, stories: &mut [Cluster]) -> Result<(), E> {
        let pages = |story: &Cluster| (story.representative(), self.pages_about(story));
        let wanted: Vec<_> = stories.par_iter().map(pages).collect();
        self.matches.ensure(&wanted)?;
        for (story, (centre, pages)) in stories.iter_mut().zip(wanted) {
            story
                .members
                .extend(pages.into_iter().filter_map(|document| {
                    let seen = self.matches.copy(document, centre)?;
                    (seen.relation() != Relation::Contained).then(|| Member {
                        document,
                        evidence: Some(seen.to_match()),
                    })
                }));
        }
        Ok(())
    }

    /// Documents that contain a member of a story and are none, in order.
    fn pages_about(&self, story: &Cluster) -> Vec<DocumentIndex> {
        let members = || story.members.iter().map(|m| m.document);
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

    /// Makes clusters of documents that are in none, each with the pages that contain it.
    fn add_left_over(&mut self, facts: &Documents, stories: &mut Vec<Cluster>) {
        let mut at_home = vec![false; facts.effective_lengths.len()];
        for member in stories.iter().flat_map(|story| &story.members) {
            at_home[member.document.index()] = true;
        }
        let documents = self.matches.documents();
        let mut left: Vec<_> = documents.filter(|d| !at_home[d.index()]).collect();
        left.sort_unstable_by_key(|d| (facts.effective_lengths[d.index()], facts.ranks[d.index()]));
        let mut homes = self.homes_about(&left, stories);
        for document in left {
            if homes.contains_key(&document) {
                continue;
            }
            let pages = self.pages_of(document, &homes, facts);
            if pages.is_empty() {
                continue;
            }
            let alone = Member {
                document,
                evidence: None,
            };
            let members: Vec<Member> = std::iter::once(alone).chain(pages).collect();
            add_homes(&mut homes, &members);
            stories.push(Cluster { members });
        }
    }

    /// What clusters have of the neighbours of these documents.
    fn homes_about(&self, documents: &[DocumentIndex], stories: &[Cluster]) -> Homes {
        let neighbours = |document: &DocumentIndex| self.matches.neighbours(*document);
        let about: FxHashSet<DocumentIndex> = (documents.iter().flat_map(neighbours))
            .map(|(other, _)| other)
            .collect();
        let mut homes = Homes::default();
        let members = stories.iter().flat_map(|story| &story.members);
        add_homes(&mut homes, members.filter(|m| about.contains(&m.document)));
        homes
    }

    /// The documents that hold all of `document`: pages, and others of its story where no cluster has
    /// that part of them yet.
    fn pages_of(&self, document: DocumentIndex, homes: &Homes, facts: &Documents) -> Vec<Member> {
        let neighbours = self.matches.neighbours(document);
        let pages = neighbours.filter_map(|(page, seen)| {
            let seen = seen.reversed();
            if matches!(seen.relation(), Relation::Contained | Relation::Overlap) {
                return None;
            }
            let free = || homes.get(&page).is_none_or(|taken| is_free(seen, taken));
            (!self.is_core(seen, facts) || free()).then(|| Member {
                document: page,
                evidence: Some(seen.to_match()),
            })
        });
        pages.collect()
    }
}

/// By document: the passages that stand in a cluster.
type Homes = FxHashMap<DocumentIndex, Vec<Passage>>;

/// Adds where the story of each of these stands in it.
fn add_homes<'m>(homes: &mut Homes, members: impl IntoIterator<Item = &'m Member>) {
    for member in members {
        homes
            .entry(member.document)
            .or_default()
            .extend(parts(member));
    }
}

/// True where two documents are nearly the same.
fn is_tight(seen: MatchView) -> bool {
    seen.containment().min(seen.reversed().containment()) >= TIGHT
}

/// Where a member's story stands in it.
fn parts(member: &Member) -> Vec<Passage> {
    match &member.evidence {
        Some(m) => m.passages.iter().map(|p| p.0).collect(),
        None => vec![Passage {
            begin: 0,
            end: u32::MAX,
        }],
    }
}

/// True where most of what a match aligns of a document lies outside `taken`.
fn is_free(seen: MatchView, taken: &[Passage]) -> bool {
    let words: u64 = seen.passages().map(|own| u64::from(own.len())).sum();
    // Many clusters may have the same words of a page.
    let shared = |own: Passage| taken.iter().map(move |t| u64::from(t.shared(own)));
    2 * seen.passages().flat_map(shared).sum::<u64>() < words
}

#[cfg(test)]
mod tests;
