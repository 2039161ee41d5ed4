//! From matches to clusters: which documents carry the same story.
//!
//! A cluster is a star: each member has a direct match with the representative. Only matches between documents that
//! carry *one and the same story* connect documents. A page that carries several stories connects nothing. It joins
//! the cluster of each of its stories once the clusters are made.
//!
//! 1. Matches of one story connect documents. Each connected component is a group (`stars.rs`).
//! 2. The policy chooses the representative of each group (`representative.rs`). Each member within two steps of the
//!    representative is verified against it. Members that fail form new groups, and step 2 repeats for them. Members
//!    that are near-identical to each other stay together.
//! 3. Pages join the clusters of their stories (`pages.rs`).
//! 4. A document that is in no cluster makes one with the pages that contain it (`pages.rs`).
//!
//! Time is nearly linear in the matches: a document is verified only against the representatives of its own
//! neighbourhood, and a star changes only what is next to it (`groups.rs`). A group of n documents and m matches takes
//! O(m log n) steps to cut into stars, plus the steps of searches that find a way around what has left (`parts.rs`). A
//! chain has no way around.

mod groups;
#[cfg(test)]
mod growth_tests;
mod known_pairs;
mod links;
mod matches;
#[cfg(test)]
mod oracle;
mod pages;
mod parts;
mod representative;
mod stars;
#[cfg(test)]
mod tests;

use crate::model::{DocumentIndex, Keep, Match};
use matches::Matches;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

pub use known_pairs::{KnownPairs, Ordered};
pub use matches::{GivenMatches, Verifier};

/// Words that may precede a story in a document: headline, byline, dateline.
const MAX_LEAD_IN: u32 = 40;

/// What clustering knows of the documents. Each list is by document index.
#[derive(Clone, Copy, Debug)]
pub struct Documents<'a> {
    /// The number of words.
    pub lengths: &'a [u32],
    /// The position in the order of preference, each position once. Documents without an entry are ranked by their
    /// index.
    pub ranks: &'a [u32],
    /// The position of the source among the preferred sources, lowest first. It takes precedence over the policy.
    /// Documents without an entry have the most preferred source. `ranks` must respect it too.
    pub preferences: &'a [u32],
    /// The policy that chooses representatives.
    pub keep: Keep,
}

impl<'a> Documents<'a> {
    /// Documents of these numbers of words, ranked by their index, without preferred sources, with [`Keep::Best`].
    #[must_use]
    pub fn new(lengths: &'a [u32]) -> Self {
        Self {
            lengths,
            ranks: &[],
            preferences: &[],
            keep: Keep::Best,
        }
    }

    fn length(&self, document: DocumentIndex) -> u32 {
        self.lengths[document.index()]
    }

    fn rank(&self, document: DocumentIndex) -> u32 {
        let rank = self.ranks.get(document.index());
        rank.copied().unwrap_or(document.0)
    }

    fn preference(&self, document: DocumentIndex) -> u32 {
        let preference = self.preferences.get(document.index());
        preference.copied().unwrap_or(0)
    }

    /// True if both documents of a match have a length.
    fn know(&self, found: &Match) -> bool {
        let last = found.left.max(found.right);
        last.index() < self.lengths.len()
    }
}

/// A document in a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The document.
    pub document: DocumentIndex,
    /// Its match with the representative, with the document on the left. `None` for the representative itself.
    pub evidence: Option<Match>,
}

/// The documents that carry one story: the representative first, then the others by index.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// At least two.
    pub members: Vec<Member>,
}

impl Cluster {
    /// The cluster of a representative, without other members so far.
    fn of(representative: DocumentIndex) -> Self {
        let document = representative;
        let evidence = None;
        Self {
            members: vec![Member { document, evidence }],
        }
    }

    fn representative(&self) -> DocumentIndex {
        self.members[0].document
    }
}

/// The result of [`cluster`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clustering {
    /// In the order of their representatives.
    pub clusters: Vec<Cluster>,
    /// The given matches and those that clustering verified, by pair.
    pub matches: Vec<Match>,
}

/// Groups documents into clusters. A document that is a page may be in several.
///
/// `matches` holds each pair at most once. `verifier` compares further pairs; [`GivenMatches`] compares none, and then
/// only a given match makes a document a member.
///
/// ```
/// use dedupe_core::cluster::{Documents, GivenMatches, cluster};
/// use dedupe_core::model::DocumentIndex;
/// use dedupe_core::verify::relation::exact_match;
/// // Documents 0 and 2 have the same 120 words.
/// let matches = vec![exact_match(DocumentIndex(0), DocumentIndex(2), 120)];
/// let Ok(found) = cluster(&Documents::new(&[120, 80, 120]), matches, &GivenMatches);
/// let members: Vec<u32> = found.clusters[0].members.iter().map(|m| m.document.0).collect();
/// assert_eq!(members, [0, 2]);
/// ```
///
/// # Errors
///
/// The first failure of the verifier.
///
/// # Panics
///
/// If a match names a document that has no length.
pub fn cluster<E: Send>(
    documents: &Documents,
    matches: Vec<Match>,
    verifier: &dyn Verifier<Error = E>,
) -> Result<Clustering, E> {
    assert!(
        matches.par_iter().all(|found| documents.know(found)),
        "a match names a document beyond the {} lengths",
        documents.lengths.len()
    );
    let mut clusterer = Clusterer::new(documents, matches, verifier);
    let mut clusters = clusterer.stars()?;
    clusterer.add_pages(&mut clusters)?;
    clusterer.add_clusters_of_pages(&mut clusters);
    let sort = |found: &mut Cluster| found.members[1..].sort_unstable_by_key(|m| m.document);
    clusters.par_iter_mut().for_each(sort);
    clusters.par_sort_by_key(Cluster::representative);
    Ok(Clustering {
        clusters,
        matches: clusterer.matches.into_sorted(),
    })
}

/// The state of one clustering.
struct Clusterer<'a, E> {
    documents: &'a Documents<'a>,
    matches: Matches<'a, E>,
    /// Documents that contain others in separate places.
    pages: FxHashSet<DocumentIndex>,
}

impl<'a, E: Send> Clusterer<'a, E> {
    fn new(
        documents: &'a Documents<'a>,
        matches: Vec<Match>,
        verifier: &'a dyn Verifier<Error = E>,
    ) -> Self {
        let matches = Matches::new(matches, verifier);
        Self {
            documents,
            pages: pages::find_pages(&matches),
            matches,
        }
    }
}
