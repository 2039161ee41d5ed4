//! Chooses the representative of a group of documents that carry the same story.

use super::links::{Link, Links};
use super::matches::MatchView;
use super::pages::are_in_separate_places;
use super::{Clusterer, Documents};
use crate::candidates::postings::PIVOTS;
use crate::model::{DocumentIndex, Keep};
use crate::steps;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// Tenths of the largest share of the other members' words that a representative must hold under [`Keep::Best`].
const MIN_SHARE_TENTHS: u64 = 9;
/// Share of a member from which another one holds all of it, but for a few words.
const MIN_SHARE_OF_HELD: f64 = 0.8;
/// Members of a large group with which each member is compared at least: the pivots of a frequent hash.
const PROPOSED: u32 = PIVOTS as u32;
/// The parts of a share. Members whose shares are in one part hold the same.
const PARTS: u64 = 1000;

/// How a document stands among the documents of its group: by what it holds of the others, then the most preferred
/// first. [`Keep::Best`] alone needs more than the rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Standing {
    /// The share of the other members' words that it holds, in parts.
    share: u64,
    preference: u32,
    /// Its words that its closest member does not have.
    other_words: u32,
    rank: u32,
    document: DocumentIndex,
}

impl Standing {
    /// The document with this standing.
    pub(super) fn document(self) -> DocumentIndex {
        self.document
    }

    /// The least standing of the documents that hold this share.
    fn least(share: u64) -> Self {
        Self {
            share,
            preference: 0,
            other_words: 0,
            rank: 0,
            document: DocumentIndex(0),
        }
    }

    fn by_preference(&self) -> (u32, u32, u32, DocumentIndex) {
        (self.preference, self.other_words, self.rank, self.document)
    }
}

/// The document to keep of a group, from a preferred source if the group has one.
///
/// Under [`Keep::Best`], it is the member that holds the largest share of the other members' words: the full story
/// holds its previews and cuts, but they do not hold it. Members that hold at least 9 tenths of that share hold the
/// whole story. Of these, the one with the fewest words beside the story is kept, then the one with the earliest date,
/// then the one with the lowest id. A document that holds others in separate places carries several stories, and is
/// not kept for one of them. Under the other policies, it is the member of the lowest rank.
///
/// Everything that names a document to keep, also `export`, takes it from here. Takes at most 101 steps.
pub(super) fn representative(group: &BTreeSet<Standing>) -> Option<DocumentIndex> {
    let largest = group.last()?.share;
    let is_enough = |s: &&Standing| s.share * 10 >= largest * MIN_SHARE_TENTHS;
    let shares = std::iter::successors(Some(largest), |&share| {
        let less = group.range(..Standing::least(share)).next_back();
        less.filter(is_enough).map(|less| less.share)
    });
    shares
        .inspect(|_| steps::count(1))
        .filter_map(|share| group.range(Standing::least(share)..).next())
        .min_by_key(|standing| standing.by_preference())
        .map(|standing| standing.document)
}

/// What a document has of the others of its group.
#[derive(Clone, Copy, Default)]
struct Holding {
    /// The members that it is a copy of.
    known: u32,
    /// Their words.
    words: u64,
    /// The words of them that it holds.
    held: u64,
    /// The position of the link to the closest member of the group, or a lower one.
    closest: u32,
    /// The words that the closest member shares with it.
    shared: u32,
    /// It holds others in separate places.
    has_several_stories: bool,
}

impl Holding {
    /// The share of the other members' words that it holds, in parts. Of a large group, four members tell: a frequent
    /// hash proposes only the pairs of four documents.
    fn share(&self) -> u64 {
        if self.has_several_stories {
            return 0;
        }
        let known = u64::from(self.known.min(PROPOSED));
        PARTS * known * self.held / (u64::from(PROPOSED) * self.words.max(1))
    }
}

/// What each document holds of its group, while documents leave the groups. All changes together take time linear in
/// the links.
pub(super) struct Holdings<'a> {
    documents: &'a Documents<'a>,
    links: &'a Links,
    /// By document under [`Keep::Best`]; empty under the other policies, which do not need it.
    holdings: Vec<Holding>,
}

impl<'a> Holdings<'a> {
    /// `is_together`: whether two documents are in one group. `collections`: documents that hold others in separate
    /// places.
    pub(super) fn new(
        documents: &'a Documents<'a>,
        links: &'a Links,
        members: &[DocumentIndex],
        collections: &FxHashSet<DocumentIndex>,
        is_together: impl Fn(DocumentIndex, DocumentIndex) -> bool,
    ) -> Self {
        let mut all = Self {
            documents,
            links,
            holdings: vec![],
        };
        if documents.keep == Keep::Best {
            all.holdings = vec![Holding::default(); documents.lengths.len()];
            for &document in members {
                all.begin(document, collections.contains(&document), &is_together);
            }
        }
        all
    }

    /// How a document stands in its group.
    pub(super) fn standing(&self, document: DocumentIndex) -> Standing {
        let rank = self.documents.rank(document);
        let Some(holding) = self.holdings.get(document.index()) else {
            return Standing {
                rank,
                document,
                ..Standing::least(0)
            };
        };
        Standing {
            share: holding.share(),
            preference: self.documents.preference(document),
            other_words: self
                .documents
                .length(document)
                .saturating_sub(holding.shared),
            rank,
            document,
        }
    }

    fn begin(
        &mut self,
        document: DocumentIndex,
        has_several_stories: bool,
        is_together: impl Fn(DocumentIndex, DocumentIndex) -> bool,
    ) {
        let links = self.links.of(document).iter();
        let inside = || links.clone().filter(|link| is_together(document, link.to));
        let length = |link: &Link| u64::from(self.documents.length(link.to));
        let holding = Holding {
            known: inside().count() as u32,
            words: inside().map(length).sum(),
            held: inside().map(|link| u64::from(link.equal)).sum(),
            has_several_stories,
            ..Holding::default()
        };
        if let Some(begun) = self.holdings.get_mut(document.index()) {
            *begun = holding;
        }
        self.update(document, |other| is_together(document, other));
    }

    /// Forgets what a document has of another one, which is no longer in its group. [`update`](Self::update) must follow.
    pub(super) fn forget(&mut self, lost: Lost) {
        let words = u64::from(self.documents.length(lost.other));
        if let Some(holding) = self.holdings.get_mut(lost.holder.index()) {
            holding.known -= 1;
            holding.words -= words;
            holding.held -= u64::from(lost.equal);
        }
    }

    /// Finds the member that is closest to a document, after others have left the group.
    pub(super) fn update(
        &mut self,
        document: DocumentIndex,
        is_in_group: impl Fn(DocumentIndex) -> bool,
    ) {
        let Some(holding) = self.holdings.get_mut(document.index()) else {
            return;
        };
        // Links with the most equal words come first.
        let links = self.links.of(document);
        let rest = links.get(holding.closest as usize..).unwrap_or_default();
        let passed = rest.iter().take_while(|link| !is_in_group(link.to)).count();
        steps::count(passed + 1);
        holding.closest += passed as u32;
        holding.shared = rest.get(passed).map_or(0, |link| link.equal);
    }
}

/// A copy that a document no longer has in its group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lost {
    /// The document that is left.
    pub(super) holder: DocumentIndex,
    /// The one that is not in its group any more.
    pub(super) other: DocumentIndex,
    /// Their equal words.
    pub(super) equal: u32,
}

impl<E: Send> Clusterer<'_, E> {
    /// The documents that hold others in separate places.
    pub(super) fn collections(&self, documents: &[DocumentIndex]) -> FxHashSet<DocumentIndex> {
        let holds_several = |document: &&DocumentIndex| {
            let all = self.matches.neighbours(**document);
            let of_one_story = all.filter(|(_, seen)| self.is_same_story(*seen));
            let is_held = |seen: &MatchView| seen.reversed().containment() >= MIN_SHARE_OF_HELD;
            let held = of_one_story.map(|(_, seen)| seen).filter(is_held);
            are_in_separate_places(&held.collect::<Vec<_>>())
        };
        let found = documents.par_iter().filter(holds_several).copied();
        found.collect::<Vec<_>>().into_iter().collect()
    }
}
