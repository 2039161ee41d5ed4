//! Chooses the representative of a group of documents that carry the same story.

use super::Documents;
use super::links::{Link, Links};
use crate::model::{DocumentIndex, Keep};
use crate::steps;
use std::collections::BTreeSet;

/// Tenths of the whole story that a representative must carry under [`Keep::Best`].
const MIN_STORY_TENTHS: u64 = 9;

/// How a document stands among the documents of its group: by the words of the story that it carries, then the most
/// preferred first. [`Keep::Best`] alone needs more than the rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Standing {
    story_words: u32,
    preference: u32,
    other_words: u32,
    rank: u32,
    document: DocumentIndex,
}

impl Standing {
    /// The document with this standing.
    pub(super) fn document(self) -> DocumentIndex {
        self.document
    }

    /// The least standing of the documents that carry so many words of the story.
    fn least(story_words: u32) -> Self {
        Self {
            story_words,
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

/// The member that the policy chooses, from a preferred source if the group has one. [`Keep::Best`] chooses the member
/// with the fewest other words among those that carry at least 9 tenths of the story.
///
/// Takes one step for each number of story words from 9 tenths of the whole on: at most a tenth of the words of the
/// chosen document.
pub(super) fn representative(group: &BTreeSet<Standing>) -> Option<DocumentIndex> {
    let whole = u64::from(group.last()?.story_words);
    let is_enough = |s: &&Standing| u64::from(s.story_words) * 10 >= whole * MIN_STORY_TENTHS;
    let most_words = group.last().map(|last| last.story_words);
    let chosen = std::iter::successors(most_words, |&words| {
        let less = group.range(..Standing::least(words)).next_back();
        less.filter(is_enough).map(|less| less.story_words)
    });
    chosen
        .inspect(|_| steps::count(1))
        .filter_map(|words| group.range(Standing::least(words)..).next())
        .min_by_key(|standing| standing.by_preference())
        .map(|standing| standing.document)
}

/// What the links of a document to its group say about how much of the story it carries.
#[derive(Clone, Copy, Default)]
struct Evidence {
    /// The position of the first link to a near-identical document of the group, or a lower one.
    first_near_identical: u32,
    /// The position of the first link to a document of the group, or a lower one.
    first: u32,
    /// The number of links that begin late.
    late: u32,
    /// The number of links to cuts.
    cuts: u32,
    /// The words of the story that the document carries.
    story_words: u32,
}

/// How many words of the story of its group each document carries, while documents leave the groups. All changes
/// together take time linear in the links.
pub(super) struct StoryWords<'a> {
    documents: &'a Documents<'a>,
    links: &'a Links,
    /// By document under [`Keep::Best`]; empty under the other policies, which do not need it.
    evidence: Vec<Evidence>,
}

impl<'a> StoryWords<'a> {
    /// All of `members` are in groups, each with all documents that carry the same story.
    pub(super) fn new(
        documents: &'a Documents<'a>,
        links: &'a Links,
        members: &[DocumentIndex],
    ) -> Self {
        let mut story_words = Self {
            documents,
            links,
            evidence: vec![],
        };
        if documents.keep == Keep::Best {
            let evidence = Evidence::default();
            story_words.evidence = vec![evidence; documents.lengths.len()];
            for &document in members {
                story_words.begin(document);
            }
        }
        story_words
    }

    /// How a document stands in its group.
    pub(super) fn standing(&self, document: DocumentIndex) -> Standing {
        let rank = self.documents.rank(document);
        let Some(evidence) = self.evidence.get(document.index()) else {
            return Standing {
                rank,
                document,
                ..Standing::least(0)
            };
        };
        let story_words = evidence.story_words;
        Standing {
            story_words,
            preference: self.documents.preference(document),
            other_words: self.documents.length(document).saturating_sub(story_words),
            rank,
            document,
        }
    }

    fn begin(&mut self, document: DocumentIndex) {
        let count = |sign: fn(&Link) -> bool| {
            let links = self.links.of(document).iter();
            links.filter(|l| l.is_same_story && sign(l)).count() as u32
        };
        let late = count(|link| link.here.begins_late);
        let cuts = count(|link| link.here.has_cut);
        if let Some(evidence) = self.evidence.get_mut(document.index()) {
            (evidence.late, evidence.cuts) = (late, cuts);
        }
        self.update(document, |_| true);
    }

    /// Forgets a link of one story between `link.to`, which is in a group, and a document that has left it. [`update`]
    /// must follow.
    ///
    /// [`update`]: Self::update
    pub(super) fn forget(&mut self, link: &Link) {
        if let Some(evidence) = self.evidence.get_mut(link.to.index()) {
            evidence.late -= u32::from(link.there.begins_late);
            evidence.cuts -= u32::from(link.there.has_cut);
        }
    }

    /// Estimates how many words of the story a document carries, from its matches in the group. The first of these that
    /// applies:
    ///
    /// - the words that it shares with a near-identical document
    /// - all its words, if another document is a cut of it and all its matches are at its beginning
    /// - the most words that it shares with any document
    pub(super) fn update(
        &mut self,
        document: DocumentIndex,
        is_in_group: impl Fn(DocumentIndex) -> bool,
    ) {
        let Some(evidence) = self.evidence.get_mut(document.index()) else {
            return;
        };
        let links = self.links.of(document);
        // Links with the most aligned words come first.
        let most_aligned = |first: &mut u32, accept: fn(&Link) -> bool| {
            let rest = links.get(*first as usize..).unwrap_or_default();
            let left = |link: &Link| link.is_same_story && accept(link) && is_in_group(link.to);
            let passed = rest.iter().take_while(|link| !left(link)).count();
            steps::count(passed + 1);
            *first += passed as u32;
            links.get(*first as usize).map(|link| link.aligned)
        };
        let near_identical = |link: &Link| link.is_near_identical;
        evidence.story_words =
            match most_aligned(&mut evidence.first_near_identical, near_identical) {
                Some(shared) => shared,
                None if evidence.late == 0 && evidence.cuts > 0 => self.documents.length(document),
                None => most_aligned(&mut evidence.first, |_| true).unwrap_or(0),
            };
    }
}
