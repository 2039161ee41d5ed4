//! The slow oracle of candidate generation: compares every pair of documents by their whole shingle sets.
//!
//! Quadratic. For tests, and to measure what the fast way misses.

use crate::text::shingles::shingles;
use std::collections::HashSet;

/// Two documents, by their positions in the input, and the similarity of their shingle sets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// The lower position.
    pub left: usize,
    /// The higher position.
    pub right: usize,
    /// Resemblance: shingles in both / shingles in either (Jaccard).
    pub resemblance: f64,
    /// Containment: shingles in both / shingles of the smaller set.
    pub containment: f64,
}

/// Compares all pairs of `documents`, given as word ids, by shingles of `n` words. Leaves out pairs that share
/// no shingle. Time quadratic in the documents.
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
    fn similarities_equal_those_counted_by_hand() {
        // Shingles of two words: {12, 23, 34} and {23, 34, 45, 56}.
        let documents = [vec![1, 2, 3, 4], vec![2, 3, 4, 5, 6], vec![9, 9]];
        let found = all_pairs(&documents, 2);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].left, found[0].right), (0, 1));
        assert!((found[0].resemblance - 2.0 / 5.0).abs() < 1e-12);
        assert!((found[0].containment - 2.0 / 3.0).abs() < 1e-12);
    }
}
