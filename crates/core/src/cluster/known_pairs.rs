//! A verifier for clustering where the documents are not at hand.

use super::matches::Verifier;
use crate::model::{DocumentIndex, Match};
use rustc_hash::FxHashMap;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

/// Two documents, in the order in which they are compared.
pub type Ordered = (DocumentIndex, DocumentIndex);

/// A [`Verifier`] that knows some pairs, and records those that it is asked for and does not know. For these it answers that
/// they are not matches.
///
/// Clustering that left no pair unknown gives the clusters that a verifier of all pairs gives. Otherwise verify the unknown
/// pairs, and cluster again with their answers, until no pair is unknown.
#[derive(Debug, Default)]
pub struct KnownPairs {
    answers: FxHashMap<Ordered, Option<Match>>,
    unknown: Mutex<Vec<Ordered>>,
}

impl KnownPairs {
    /// `answers`: pairs with their matches, which have the first document on the left.
    pub fn new(answers: impl IntoIterator<Item = (Ordered, Option<Match>)>) -> Self {
        Self {
            answers: answers.into_iter().collect(),
            unknown: Mutex::default(),
        }
    }

    /// The pairs that were asked for and are not known. Sorted.
    #[must_use]
    pub fn into_unknown(self) -> Vec<Ordered> {
        let unknown = self.unknown.into_inner();
        let mut unknown = unknown.unwrap_or_else(PoisonError::into_inner);
        unknown.sort_unstable();
        unknown
    }
}

impl Verifier for KnownPairs {
    type Error = Infallible;

    fn verify(&self, pairs: &[Ordered]) -> Result<Vec<Option<Match>>, Infallible> {
        let mut unknown = vec![];
        let answer = |pair: &Ordered| {
            let known = self.answers.get(pair);
            if known.is_none() {
                unknown.push(*pair);
            }
            known.cloned().flatten()
        };
        let answers = pairs.iter().map(answer).collect();
        let mut all = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(unknown);
        Ok(answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::{Documents, cluster};
    use crate::model::Relation;
    use crate::verify::relation::exact_match;

    fn near(left: u32, right: u32) -> Match {
        let exact = exact_match(DocumentIndex(left), DocumentIndex(right), 100);
        let relation = Relation::Near;
        Match { relation, ..exact }
    }

    /// Every two documents match.
    struct All;

    impl Verifier for All {
        type Error = Infallible;

        fn verify(&self, pairs: &[Ordered]) -> Result<Vec<Option<Match>>, Infallible> {
            Ok(pairs.iter().map(|(a, b)| Some(near(a.0, b.0))).collect())
        }
    }

    #[test]
    fn rounds_give_the_clusters_of_a_verifier_of_all_pairs() {
        let given = || (0..40).map(|d| near(d, d + 1)).collect::<Vec<Match>>();
        let lengths = [100; 41];
        let documents = Documents::new(&lengths);
        let Ok(expected) = cluster(&documents, given(), &All);
        let mut answers: Vec<(Ordered, Option<Match>)> = vec![];
        let mut rounds = 0;
        let found = loop {
            let verifier = KnownPairs::new(answers.iter().cloned());
            let Ok(found) = cluster(&documents, given(), &verifier);
            let unknown = verifier.into_unknown();
            rounds += 1;
            if unknown.is_empty() {
                break found;
            }
            answers.extend(
                unknown
                    .into_iter()
                    .map(|(a, b)| ((a, b), Some(near(a.0, b.0)))),
            );
        };
        assert_eq!(found.clusters, expected.clusters);
        assert!((2..5).contains(&rounds), "{rounds}");
    }

    /// An alignment depends on which document is on the left.
    #[test]
    fn a_pair_is_known_in_one_order_only() {
        let pair = (DocumentIndex(1), DocumentIndex(2));
        let verifier = KnownPairs::new([(pair, Some(near(1, 2)))]);
        let answers = verifier.verify(&[pair, (pair.1, pair.0)]);
        assert_eq!(answers, Ok(vec![Some(near(1, 2)), None]));
        assert_eq!(verifier.into_unknown(), [(pair.1, pair.0)]);
    }
}
