//! B-cubed precision and recall (Bagga and Baldwin 1998, "Entity-Based Cross-Document Coreferencing",
//! section 5), in the extended form for clusters that overlap (Amigó, Gonzalo, Artiles and Verdejo
//! 2009, "A comparison of extrinsic clustering evaluation metrics", section 4).
//!
//! For each document, precision is the share of the documents found with it that truly belong with it,
//! itself among them; recall the other way round; both averaged over documents. Where two documents share
//! several clusters, the multiplicity `min(t, f) / f` takes the place of yes and no.

use super::contingency::{Memberships, cell_pairs, cells};
use serde::Serialize;

/// Averages over documents, each over 0 and at most 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BCubed {
    /// How true what stands together is.
    pub precision: f64,
    /// How much of what belongs together stands together.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

/// The measures of `found` against `truth`, which number the same documents; all 1 where there is none.
///
/// Time linear in the documents and in the pairs of cells that meet; see [`Memberships`].
#[must_use]
pub fn bcubed(truth: &Memberships, found: &Memberships) -> BCubed {
    let cells = cells(truth, found);
    // By cell: what a document gains on each side, and of how many others.
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

/// An average on its way.
#[derive(Clone, Copy)]
struct Average {
    sum: f64,
    count: f64,
}

impl Average {
    /// Adds `both / of` for so many documents, where there is something to share.
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

    /// By looking at all pairs of documents: what shares a cluster in `of`, against `with`.
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
    fn the_example_of_the_paper() {
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
    fn nothing_at_all_is_without_fault() {
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
