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

mod matches;

use crate::model::{DocumentIndex, Keep, Match, Passage, Relation};
use matches::Matches;
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
/// Words that may stand before the head: headline, byline, dateline.
const HEAD: u32 = 40;

/// What clustering knows of each document, by index.
pub struct Facts<'a> {
    /// Words that are no boilerplate.
    pub counted: &'a [u32],
    /// Place in the order of preference that the policy gives, ties broken.
    pub rank: &'a [u32],
    /// Place of its source among the preferred ones, the most preferred first; it decides before the
    /// policy does, and stands in `rank` too.
    pub preference: &'a [u32],
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
pub struct Story {
    /// At least two.
    pub members: Vec<Member>,
}

impl Story {
    fn representative(&self) -> DocumentIndex {
        self.members[0].document
    }
}

/// Groups documents into stories. Returns them in the order of their representatives, and all
/// matches: those given and those that verification added, by pair.
pub fn stories(
    facts: &Facts,
    matches: Vec<Match>,
    verifier: &dyn Verifier,
) -> (Vec<Story>, Vec<Match>) {
    let mut known = Known::new(matches, verifier);
    let mut stories = known.core_stories(facts);
    known.add_pages(&mut stories);
    known.add_left_over(facts, &mut stories);
    for story in &mut stories {
        story.members[1..].sort_by_key(|m| m.document);
    }
    stories.sort_by_key(Story::representative);
    (stories, known.matches.into_sorted())
}

/// What is known while stories are made.
struct Known<'a> {
    matches: Matches<'a>,
    /// Documents that contain others in separate places.
    pages: FxHashSet<DocumentIndex>,
}

impl<'a> Known<'a> {
    fn new(matches: Vec<Match>, verifier: &'a dyn Verifier) -> Self {
        let mut known = Self {
            matches: Matches::new(matches, verifier),
            pages: FxHashSet::default(),
        };
        known.pages = known.find_pages();
        known
    }

    fn find_pages(&self) -> FxHashSet<DocumentIndex> {
        let is_page = |&document: &DocumentIndex| {
            let parts: Vec<Match> = self
                .matches
                .neighbours(document)
                .iter()
                .filter(|&&o| self.matches.relation(document, o) == Some(Relation::Contains))
                .filter_map(|&o| self.matches.copy(document, o))
                .collect();
            let largest: Option<Vec<Passage>> = (parts.iter().max_by_key(|m| m.aligned))
                .map(|m| m.passages.iter().map(|p| p.0).collect());
            largest.is_some_and(|taken| parts.iter().any(|m| is_free(m, &taken)))
        };
        let documents: Vec<DocumentIndex> = self.matches.documents().collect();
        let pages = documents.into_par_iter().filter(is_page);
        pages.collect::<Vec<_>>().into_iter().collect()
    }

    /// True where the two documents of a match are one story, so that it may connect a group: the
    /// same text, or one the other's head.
    fn is_core(&self, m: &Match, facts: &Facts) -> bool {
        let cut = |whole: DocumentIndex, begin: u32| {
            begin <= HEAD
                && facts.counted[whole.at()] <= CUT_RATIO * m.aligned
                && !self.pages.contains(&whole)
        };
        match m.relation {
            Relation::Exact | Relation::Near => true,
            Relation::Contains => cut(m.left, begin(m)),
            Relation::Contained => cut(m.right, begin_right(m)),
            Relation::Overlap => false,
        }
    }

    fn core_stories(&mut self, facts: &Facts) -> Vec<Story> {
        let documents: Vec<DocumentIndex> = self.matches.documents().collect();
        let mut groups = self.components(&documents, facts);
        let mut stories = vec![];
        while !groups.is_empty() {
            let centred = groups.par_iter().map(|group| {
                let centre = self.representative(group, facts);
                (centre, self.within_two_steps(centre, group, facts))
            });
            let wanted: Vec<_> = centred.collect();
            self.matches.ensure(&wanted);
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
        stories
    }

    /// Connected components of `documents` by core matches among them, of two documents at least.
    fn components(&self, documents: &[DocumentIndex], facts: &Facts) -> Vec<Vec<DocumentIndex>> {
        let mut components = self.connected(documents, |m| self.is_core(m, facts));
        components.retain(|c| c.len() > 1);
        components
    }

    /// Connected components of `documents`, sorted, by the matches among them for which `by` holds.
    fn connected(
        &self,
        documents: &[DocumentIndex],
        by: impl Fn(&Match) -> bool,
    ) -> Vec<Vec<DocumentIndex>> {
        let mut free: FxHashSet<DocumentIndex> = documents.iter().copied().collect();
        let mut components = vec![];
        for &start in documents {
            if !free.remove(&start) {
                continue;
            }
            let mut component = vec![start];
            let mut next = 0;
            while let Some(&document) = component.get(next) {
                next += 1;
                for &other in self.matches.neighbours(document) {
                    let linked = || self.matches.get(document, other).is_some_and(&by);
                    if free.contains(&other) && linked() {
                        free.remove(&other);
                        component.push(other);
                    }
                }
            }
            component.sort_unstable();
            components.push(component);
        }
        components
    }

    fn core_neighbours<'s>(
        &'s self,
        document: DocumentIndex,
        facts: &'s Facts,
    ) -> impl Iterator<Item = DocumentIndex> + 's {
        self.matches
            .neighbours(document)
            .iter()
            .copied()
            .filter(move |&o| {
                self.matches
                    .get(document, o)
                    .is_some_and(|m| self.is_core(m, facts))
            })
    }

    /// The star about a group's representative, and the members that have no match with it.
    fn star(
        &self,
        centre: DocumentIndex,
        group: &[DocumentIndex],
    ) -> (Option<Story>, Vec<DocumentIndex>) {
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
                    evidence: self.matches.copy(document, centre),
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
        ((members.len() > 1).then_some(Story { members }), failed)
    }

    /// The group, parted into documents that are connected by being nearly the same.
    fn tight_parts(&self, group: &[DocumentIndex]) -> Vec<Vec<DocumentIndex>> {
        self.connected(group, is_tight)
    }

    fn within_two_steps(
        &self,
        centre: DocumentIndex,
        group: &[DocumentIndex],
        facts: &Facts,
    ) -> Vec<DocumentIndex> {
        if group.len() <= SMALL_GROUP {
            return group.to_vec();
        }
        let first: Vec<_> = self.core_neighbours(centre, facts).collect();
        let second = first.iter().flat_map(|&d| self.core_neighbours(d, facts));
        let mut near: Vec<_> = first.iter().copied().chain(second).collect();
        near.sort_unstable();
        near.dedup();
        near.retain(|d| group.binary_search(d).is_ok());
        near
    }

    /// The member to keep, one of a preferred source if there is any. For [`Keep::Best`]: of those that
    /// carry the whole story, or nearly, the one with the fewest words around it.
    fn representative(&self, group: &[DocumentIndex], facts: &Facts) -> DocumentIndex {
        let rank = |d: &DocumentIndex| facts.rank[d.at()];
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
                let around = facts.counted[d.at()].saturating_sub(c);
                (facts.preference[d.at()], around, rank(d))
            })
            .map_or_else(first, |(d, _)| *d)
    }

    /// Words of the story that a document carries, as far as its matches in the group tell: what it
    /// shares with one that is nearly the same; else, where others are cut copies of it, all of it; else
    /// the most that one of them shares.
    fn carried(&self, document: DocumentIndex, group: &[DocumentIndex], facts: &Facts) -> u32 {
        let matches: Vec<Match> = self
            .core_neighbours(document, facts)
            .filter(|o| group.binary_search(o).is_ok())
            .filter_map(|o| self.matches.copy(document, o))
            .collect();
        let most = |of: &dyn Fn(&Match) -> bool| {
            let aligned = matches.iter().filter(|m| of(m)).map(|m| m.aligned);
            aligned.max()
        };
        let is_cut = |m: &Match| {
            m.containment_right >= TIGHT && m.containment_left < CUT && begin(m) <= HEAD
        };
        let heads = matches.iter().all(|m| begin(m) <= HEAD);
        match most(&is_tight) {
            Some(shared) => shared,
            None if heads && matches.iter().any(is_cut) => facts.counted[document.at()],
            None => most(&|_| true).unwrap_or(0),
        }
    }

    /// Adds to each cluster the pages that contain its story.
    fn add_pages(&mut self, stories: &mut [Story]) {
        let pages = |story: &Story| (story.representative(), self.pages_about(story));
        let wanted: Vec<_> = stories.par_iter().map(pages).collect();
        self.matches.ensure(&wanted);
        for (story, (centre, pages)) in stories.iter_mut().zip(wanted) {
            story
                .members
                .extend(pages.into_iter().filter_map(|document| {
                    let evidence = self.matches.copy(document, centre)?;
                    (evidence.relation != Relation::Contained).then_some(Member {
                        document,
                        evidence: Some(evidence),
                    })
                }));
        }
    }

    /// Documents that contain a member of a story and are none, in order.
    fn pages_about(&self, story: &Story) -> Vec<DocumentIndex> {
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
    fn containers(&self, document: DocumentIndex) -> impl Iterator<Item = DocumentIndex> + '_ {
        let neighbours = self.matches.neighbours(document).iter().copied();
        neighbours.filter(move |&o| self.matches.relation(document, o) == Some(Relation::Contained))
    }

    /// Makes clusters of documents that are in none, each with the pages that contain it.
    fn add_left_over(&mut self, facts: &Facts, stories: &mut Vec<Story>) {
        let mut home: FxHashMap<DocumentIndex, Vec<Passage>> = FxHashMap::default();
        for member in stories.iter().flat_map(|s| &s.members) {
            home.entry(member.document)
                .or_default()
                .extend(parts(member));
        }
        let mut left: Vec<DocumentIndex> = self.matches.documents().collect();
        left.sort_by_key(|d| (facts.counted[d.at()], facts.rank[d.at()]));
        for document in left {
            if home.contains_key(&document) {
                continue;
            }
            let mut members = self.pages_of(document, &home, facts);
            if members.is_empty() {
                continue;
            }
            members.insert(
                0,
                Member {
                    document,
                    evidence: None,
                },
            );
            for member in &members {
                home.entry(member.document)
                    .or_default()
                    .extend(parts(member));
            }
            stories.push(Story { members });
        }
    }

    /// The documents that hold all of `document`: pages, and others of its story where no cluster has
    /// that part of them yet.
    fn pages_of(
        &self,
        document: DocumentIndex,
        home: &FxHashMap<DocumentIndex, Vec<Passage>>,
        facts: &Facts,
    ) -> Vec<Member> {
        let member = |page: DocumentIndex| {
            let m = self.matches.copy(page, document)?;
            if matches!(m.relation, Relation::Contained | Relation::Overlap) {
                return None;
            }
            let open = !self.is_core(&m, facts);
            let free = || home.get(&page).is_none_or(|taken| is_free(&m, taken));
            (open || free()).then_some(Member {
                document: page,
                evidence: Some(m),
            })
        };
        self.matches
            .neighbours(document)
            .iter()
            .filter_map(|&o| member(o))
            .collect()
    }
}

/// Where what a match aligns begins in its left document.
fn begin(m: &Match) -> u32 {
    m.passages.iter().map(|p| p.0.begin).min().unwrap_or(0)
}

/// Where it begins in its right document.
fn begin_right(m: &Match) -> u32 {
    m.passages.iter().map(|p| p.1.begin).min().unwrap_or(0)
}

/// True where two documents are nearly the same.
fn is_tight(m: &Match) -> bool {
    m.containment_left.min(m.containment_right) >= TIGHT
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

/// True where most of what the match aligns on its left side lies outside `taken`.
fn is_free(m: &Match, taken: &[Passage]) -> bool {
    let words: u32 = m.passages.iter().map(|p| p.0.len()).sum();
    let shared: u32 = m
        .passages
        .iter()
        .flat_map(|p| taken.iter().map(|t| t.shared(p.0)))
        .sum();
    2 * shared < words
}

#[cfg(test)]
mod tests;
