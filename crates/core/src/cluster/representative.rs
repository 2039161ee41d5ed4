//! Chooses the representative of a group of documents that carry the same story.

use super::matches::MatchView;
use super::stars::is_near_identical;
use super::{Clusterer, MAX_LEAD_IN};
use crate::model::{DocumentIndex, Keep};

/// Tenths of the whole story that a representative must carry under [`Keep::Best`].
const MIN_STORY_TENTHS: u64 = 9;
/// Share of the cut from which it counts as a cut of a longer document.
const MIN_CONTAINMENT_OF_CUT: f64 = 0.8;
/// Share of the longer document below which it counts as the whole of a cut story. From this share on, its remaining
/// words may be a footer.
const MAX_SHARE_OF_CUT: f64 = 0.6;

impl<E: Send> Clusterer<'_, E> {
    /// The member that the policy chooses, from a preferred source if the group has one. [`Keep::Best`] chooses the
    /// member with the fewest other words among those that carry at least 9 tenths of the story.
    pub(super) fn representative(&self, group: &[DocumentIndex]) -> DocumentIndex {
        let rank = |d: &DocumentIndex| self.documents.rank(*d);
        let first = || group.iter().copied().min_by_key(rank).unwrap_or(group[0]);
        if self.documents.keep != Keep::Best {
            return first();
        }
        let story_words: Vec<u32> = group.iter().map(|&d| self.story_words(d, group)).collect();
        let whole = story_words.iter().max().copied().unwrap_or(0);
        group
            .iter()
            .zip(&story_words)
            .filter(|&(_, &words)| u64::from(words) * 10 >= u64::from(whole) * MIN_STORY_TENTHS)
            .min_by_key(|&(d, &words)| {
                let others = self.documents.length(*d).saturating_sub(words);
                (self.documents.preference(*d), others, rank(d))
            })
            .map_or_else(first, |(d, _)| *d)
    }

    /// How many words of the story a document carries, estimated from its matches in the group. The first of these
    /// that applies:
    ///
    /// - the words that it shares with a near-identical document
    /// - all its words, if another document is a cut of it and all its matches are at its beginning
    /// - the most words that it shares with any document
    fn story_words(&self, document: DocumentIndex, group: &[DocumentIndex]) -> u32 {
        let matches: Vec<MatchView> = self
            .same_story_neighbours(document)
            .filter(|(other, _)| group.binary_search(other).is_ok())
            .map(|(_, seen)| seen)
            .collect();
        let most_aligned = |accept: &dyn Fn(MatchView) -> bool| {
            let accepted = matches.iter().filter(|seen| accept(**seen));
            accepted.map(|seen| seen.found.aligned).max()
        };
        let has_cut = |seen: &MatchView| {
            seen.reversed().containment() >= MIN_CONTAINMENT_OF_CUT
                && seen.containment() < MAX_SHARE_OF_CUT
        };
        let at_beginning = || matches.iter().all(|seen| seen.begin() <= MAX_LEAD_IN);
        match most_aligned(&is_near_identical) {
            Some(shared) => shared,
            None if at_beginning() && matches.iter().any(has_cut) => {
                self.documents.length(document)
            }
            None => most_aligned(&|_| true).unwrap_or(0),
        }
    }
}
