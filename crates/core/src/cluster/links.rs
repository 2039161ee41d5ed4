//! The copies of each document, and which of them hold groups together.

use super::matches::MatchView;
use super::{Clusterer, MAX_LEAD_IN};
use crate::model::{ByDocument, DocumentIndex, Relation};
use rayon::prelude::*;

/// How many times longer than its cut a story may be. A longer document that begins with the cut is a page that
/// opens with that story.
const MAX_CUT_RATIO: u32 = 3;
/// Containment in both directions from which two documents are near-identical.
const NEAR_IDENTICAL: f64 = 0.8;

/// A copy of a document.
#[derive(Clone, Copy)]
pub(super) struct Link {
    /// The other document.
    pub(super) to: DocumentIndex,
    /// The number of equal words.
    pub(super) equal: u32,
    /// Both documents carry the same story.
    pub(super) is_same_story: bool,
    /// Nearly all words of each document are in the other.
    pub(super) is_near_identical: bool,
}

/// By document: its links, those with the most equal words first.
pub(super) struct Links(ByDocument<Link>);

impl Links {
    /// All links of a document.
    pub(super) fn of(&self, document: DocumentIndex) -> &[Link] {
        self.0.of(document)
    }

    /// The documents that carry the same story as `document`.
    pub(super) fn of_one_story(
        &self,
        document: DocumentIndex,
    ) -> impl Iterator<Item = DocumentIndex> {
        let links = self.of(document).iter().filter(|link| link.is_same_story);
        links.map(|link| link.to)
    }

    /// The documents that are near-identical to `document`.
    pub(super) fn near_identical(
        &self,
        document: DocumentIndex,
    ) -> impl Iterator<Item = DocumentIndex> {
        let links = self.of(document).iter();
        links
            .filter(|link| link.is_near_identical)
            .map(|link| link.to)
    }
}

impl<E: Send> Clusterer<'_, E> {
    /// The links of these documents.
    pub(super) fn links(&self, documents: &[DocumentIndex]) -> Links {
        let links_of = |&document: &DocumentIndex| {
            let seen = self.matches.neighbours(document);
            let links = seen.map(|(other, seen)| self.link(other, seen));
            let mut links: Vec<Link> = links.collect();
            links.sort_by_key(|link| std::cmp::Reverse(link.equal));
            links.into_iter().map(move |link| (document, link))
        };
        let links: Vec<(DocumentIndex, Link)> =
            documents.par_iter().flat_map_iter(links_of).collect();
        Links(ByDocument::new(links))
    }

    fn link(&self, to: DocumentIndex, seen: MatchView) -> Link {
        Link {
            to,
            equal: self.equal_words(seen),
            is_same_story: self.is_same_story(seen),
            is_near_identical: is_near_identical(seen),
        }
    }

    /// The number of words that are equal in the two documents of a match.
    pub(super) fn equal_words(&self, seen: MatchView) -> u32 {
        let length = self.documents.length(seen.found.left);
        (seen.found.containment_left * f64::from(length)).round() as u32
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
            Relation::Exact | Relation::Near | Relation::Version => true,
            Relation::Contains => is_cut_of(seen),
            Relation::Contained => is_cut_of(seen.reversed()),
            Relation::Overlap => false,
        }
    }
}

/// True if nearly all words of each document are in the other.
fn is_near_identical(seen: MatchView) -> bool {
    seen.containment().min(seen.reversed().containment()) >= NEAR_IDENTICAL
}
