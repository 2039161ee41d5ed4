//! B-cubed precision and recall (Bagga and Baldwin 1998, "Entity-Based Cross-Document Coreferencing",
//! section 5), in the extended form for clusters that overlap (Amigó, Gonzalo, Artiles and Verdejo
//! 2009, "A comparison of extrinsic clustering evaluation metrics", section 4).
//!
//! The precision of a document is the share of the documents in its found cluster that are also in its true cluster,
//! including itself. Recall exchanges found and true. Both are averaged over documents. If two documents share
//! `t` true and `f` found clusters, they contribute the multiplicity `min(t, f) / f`.

use super::contingency::{Memberships, cell_pairs, cells};
use serde::Serialize;

/// Averages over documents, each in (0, 1].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BCubed {
    /// Share of the found neighbours that are true.
    pub precision: f64,
    /// Share of the true neighbours that are found.
    pub recall: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
}

/// Compares the clusters `found` with `truth`, which use the same document numbers. All values are 1 if there are no
/// documents.
///
/// Takes time linear in the documents and in the pairs of cells that share a cluster; see [`Memberships`].
#[must_use]
pub fn bcubed(truth: &Memberships, found: &Memberships) -> BCubed {
    let cells = cells(truth, found);
    // For each cell: the averages of one document for precision and recall.
    let mut sums: Vec<[Average; 2]> = (cells.iter())
        .map(|cell| {
            let (t, f) = (cell.truth.len().max(1), cell.found.len().max(1));
            let itself = |of: usize| Average {
                sum: t.min(f) as f64 / of as f64,
                count: 1.0,
            };
            [itself(f), itself(t)]
        })
        .collect();
    for m in cell_pairs(&cells) {
        let (Some(right), Some([precision, recall])) = (cells.get(m.right), sums.get_mut(m.left))
        else {
            continue;
        };
        let others = right.size - u64::from(m.left == m.right);
        let both = m.truth.min(m.found);
        precision.add(both, m.found, others);
        recall.add(both, m.truth, others);
    }
    let mean = |side: usize| {
        let weighted = |(cell, sums): (&super::contingency::Cell, &[Average; 2])| {
            cell.size as f64 * sums[side].mean()
        };
        let all: f64 = cells.iter().zip(&sums).map(weighted).sum();
        all / truth.len().min(found.len()).max(1) as f64
    };
    if cells.is_empty() {
        return with_f1(1.0, 1.0);
    }
    with_f1(mean(0), mean(1))
}

fn with_f1(precision: f64, recall: f64) -> BCubed {
    BCubed {
        precision,
        recall,
        f1: super::score::f1(precision, recall),
    }
}

/// A running average.
#[derive(Clone, Copy)]
struct Average {
    sum: f64,
    count: f64,
}

impl Average {
    /// Adds `both / of` for `documents` documents, if `of` is not 0.
    fn add(&mut self, both: u64, of: u64, documents: u64) {
        if of > 0 {
            self.sum += documents as f64 * both as f64 / of as f64;
            self.count += documents as f64;
        }
    }

    fn mean(self) -> f64 {
        self.sum / self.count
    }
}

#[cfg(test)]
mod tests {
    use super::super::contingency::{shared, strategies::memberships};
    use super::*;
    use proptest::prelude::*;

    /// Computes the average from all pairs of documents that share a cluster in `of`.
    fn oracle(of: &Memberships, with: &Memberships) -> f64 {
        let documents = 0..of.len();
        let one = |i: usize| {
            let (mut sum, mut count) = (0.0, 0.0);
            for j in 0..of.len() {
                let least = usize::from(i == j);
                let a = shared(&of[i], &of[j]).max(least);
                let b = shared(&with[i], &with[j]).max(least);
                if a > 0 {
                    sum += a.min(b) as f64 / a as f64;
                    count += 1.0;
                }
            }
            sum / count
        };
        documents.clone().map(one).sum::<f64>() / documents.len() as f64
    }

    #[test]
    fn reproduces_reproduces_the_example_of_the_paper() {
        // Bagga and Baldwin 1998, figures 1 and 3: {1-5}, {6,7}, {8-12} with the last two joined.
        let truth: Vec<Vec<u32>> = [0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2]
            .map(|c| vec![c])
            .to_vec();
        let found: Vec<Vec<u32>> = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]
            .map(|c| vec![c])
            .to_vec();
        let measured = bcubed(&truth, &found);
        assert!(
            (measured.precision - 16.0 / 21.0).abs() < 1e-9,
            "{measured:?}"
        );
        assert!((measured.recall - 1.0).abs() < 1e-9);
    }

    #[test]
    fn is_perfect_without_clusters() {
        assert_eq!(bcubed(&[], &[]).f1, 1.0);
        assert_eq!(bcubed(&[vec![], vec![]], &[vec![], vec![]]).f1, 1.0);
    }

    proptest! {
        #[test]
        fn equals_the_average_over_all_pairs((truth, found) in memberships(3)) {
            let measured = bcubed(&truth, &found);
            prop_assert!((measured.precision - oracle(&found, &truth)).abs() < 1e-9);
            prop_assert!((measured.recall - oracle(&truth, &found)).abs() < 1e-9);
        }
    }
}
