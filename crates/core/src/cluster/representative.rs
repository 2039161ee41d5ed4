//! Chooses the representative of a group of documents that carry the same story.

use super::Clusterer;
use super::matches::MatchView;
use super::pages::is_mostly_outside;
use crate::model::{DocumentIndex, Keep, Passage};

/// Tenths of the largest share of the other members' words that a representative must hold under [`Keep::Best`].
const MIN_SHARE_TENTHS: f64 = 9.0;
/// Share of a member from which another one holds all of it, but for a few words.
const MIN_SHARE_OF_HELD: f64 = 0.8;
/// Members with which each member of a large group is compared at least: the pivots of a frequent hash.
const COMPARED: usize = 4;

/// What a member has of the rest of its group.
#[derive(Clone, Copy)]
struct Holding {
    document: DocumentIndex,
    /// The share of the other members' words that it holds.
    share: f64,
    /// Its words that its closest member does not have.
    other_words: u32,
}

impl<E: Send> Clusterer<'_, E> {
    /// The document to keep of a group, from a preferred source if the group has one.
    ///
    /// Under [`Keep::Best`], it is the member that holds the largest share of the other members' words: the full story
    /// holds its previews and cuts, but they do not hold it. Members that hold at least 9 tenths of that share hold the
    /// whole story. Of these, the one with the fewest words beside the story is kept, then the one with the earliest
    /// date, then the one with the lowest id. A member that holds others in separate places carries several stories,
    /// and is not kept for one of them. Under the other policies, it is the member of the lowest rank.
    ///
    /// Everything that names a document to keep, also `export`, takes it from here.
    pub(super) fn representative(&self, group: &[DocumentIndex]) -> DocumentIndex {
        let rank = |d: &DocumentIndex| self.documents.rank(*d);
        let first = || group.iter().copied().min_by_key(rank).unwrap_or(group[0]);
        if self.documents.keep != Keep::Best {
            return first();
        }
        let of_one_story = (group.iter()).filter(|d| !self.holds_several_stories(**d, group));
        let holdings: Vec<Holding> = of_one_story.map(|&d| self.holding(d, group)).collect();
        let largest = holdings.iter().map(|h| h.share).fold(0.0, f64::max);
        (holdings.iter())
            .filter(|holding| holding.share * 10.0 >= largest * MIN_SHARE_TENTHS)
            .map(|holding| (holding.document, holding.other_words))
            .min_by_key(|&(d, other_words)| (self.documents.preference(d), other_words, rank(&d)))
            .map_or_else(first, |(d, _)| d)
    }

    /// The matches of a member with other members.
    fn matches_in_group(
        &self,
        document: DocumentIndex,
        group: &[DocumentIndex],
    ) -> impl Iterator<Item = (DocumentIndex, MatchView<'_>)> {
        let neighbours = self.matches.neighbours(document);
        neighbours.filter(|(other, _)| group.binary_search(other).is_ok())
    }

    /// True if a member holds another one outside of the largest one that it holds.
    fn holds_several_stories(&self, document: DocumentIndex, group: &[DocumentIndex]) -> bool {
        let all = || self.matches_in_group(document, group).map(|(_, seen)| seen);
        let held = || all().filter(|seen| seen.reversed().containment() >= MIN_SHARE_OF_HELD);
        let largest = held().max_by_key(|seen| seen.found.aligned);
        let claimed: Option<Vec<Passage>> = largest.map(|seen| seen.passages().collect());
        claimed.is_some_and(|claimed| held().any(|seen| is_mostly_outside(seen, &claimed)))
    }

    /// What a member holds of the others. Members with which it has not been compared, because a frequent hash
    /// proposes only some pairs, are taken to be like the ones with which it was.
    fn holding(&self, document: DocumentIndex, group: &[DocumentIndex]) -> Holding {
        let (mut held, mut words, mut closest, mut known) = (0.0, 0.0, 0.0_f64, 0);
        for (other, seen) in self.matches_in_group(document, group) {
            let common = self.common_words(seen);
            held += common;
            words += f64::from(self.documents.length(other));
            closest = closest.max(common);
            known += 1;
        }
        let expected = group.len().saturating_sub(1).clamp(1, COMPARED);
        let covered = (known as f64 / expected as f64).min(1.0);
        let length = self.documents.length(document);
        Holding {
            document,
            share: covered * held / f64::max(words, 1.0),
            other_words: length.saturating_sub(closest.round() as u32),
        }
    }

    /// The equal words of a match.
    fn common_words(&self, seen: MatchView) -> f64 {
        seen.containment() * f64::from(self.documents.length(seen.document()))
    }
}
