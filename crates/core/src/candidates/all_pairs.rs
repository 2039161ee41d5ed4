//! The slow oracle: every pair of documents, compared by their whole shingle sets. Quadratic; for
//! tests, and for whoever wants to know what the fast way misses.

use crate::text::shingles::shingles;
use std::collections::HashSet;

/// A pair of documents by their places in the input, and what their shingle sets share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// The lower place.
    pub left: usize,
    /// The higher place.
    pub right: usize,
    /// Shingles in both / shingles in either: the Jaccard similarity.
    pub resemblance: f64,
    /// Shingles in both / shingles of the smaller set.
    pub containment: f64,
}

/// Compares every two of `documents`, given as word ids, by shingles of `n` words. Pairs that share
/// nothing are left out. Time quadratic in the documents.
#[must_use]
pub fn all_pairs(documents: &[Vec<u32>], n: u32) -> Vec<Compared> {
    let sets: Vec<HashSet<u64>> = documents
        .iter()
        .map(|ids| {
            let mut hashes = vec![];
            shingles(ids, n, &mut hashes);
            hashes.into_iter().collect()
        })
        .collect();
    let mut found = vec![];
    for (left, a) in sets.iter().enumerate() {
        for (right, b) in sets.iter().enumerate().skip(left + 1) {
            let both = a.intersection(b).count();
            if both > 0 {
                found.push(Compared {
                    left,
                    right,
                    resemblance: both as f64 / (a.len() + b.len() - both) as f64,
                    containment: both as f64 / a.len().min(b.len()) as f64,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_pair_counted_by_hand() {
        // Shingles of two words: {12, 23, 34} and {23, 34, 45, 56}.
        let documents = [vec![1, 2, 3, 4], vec![2, 3, 4, 5, 6], vec![9, 9]];
        let found = all_pairs(&documents, 2);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].left, found[0].right), (0, 1));
        assert!((found[0].resemblance - 2.0 / 5.0).abs() < 1e-12);
        assert!((found[0].containment - 2.0 / 3.0).abs() < 1e-12);
    }
}
