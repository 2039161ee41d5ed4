//! The adjusted Rand index (Hubert and Arabie 1985, "Comparing Partitions", equation 5). It measures how far two
//! clusterings agree on which pairs of documents belong together: 0 for chance, 1 for equal clusterings.
//!
//! Let `N` be the number of pairs of documents, `t` those together in the truth, `f` those together in the result and
//! `b` those together in both. The index is `(b - t f / N) / ((t + f) / 2 - t f / N)`. The expectation `t f / N` holds
//! for any two sets of pairs if the documents of one are permuted at random. The index is therefore also defined for
//! overlapping clusters, where a pair is together if it shares a cluster.

use super::contingency::{Memberships, cell_pairs, cells};

/// Returns the index of two clusterings of the same documents. It is 1 if all documents are alone, or all are
/// together, on both sides.
///
/// Takes time linear in the documents and in the pairs of cells that share a cluster; see [`Memberships`].
#[must_use]
pub fn adjusted_rand(truth: &Memberships, found: &Memberships) -> f64 {
    let cells = cells(truth, found);
    let (mut in_truth, mut in_found, mut in_both) = (0.0, 0.0, 0.0);
    for m in cell_pairs(&cells) {
        let (Some(left), Some(right)) = (cells.get(m.left), cells.get(m.right)) else {
            continue;
        };
        let others = right.size - u64::from(m.left == m.right);
        // Each pair occurs in both orders.
        let pairs = left.size as f64 * others as f64 / 2.0;
        in_truth += if m.truth > 0 { pairs } else { 0.0 };
        in_found += if m.found > 0 { pairs } else { 0.0 };
        in_both += if m.truth > 0 && m.found > 0 {
            pairs
        } else {
            0.0
        };
    }
    let documents = truth.len().min(found.len()) as f64;
    adjusted(
        in_truth,
        in_found,
        in_both,
        documents * (documents - 1.0) / 2.0,
    )
}

fn adjusted(truth: f64, found: f64, both: f64, all: f64) -> f64 {
    let chance = if all > 0.0 { truth * found / all } else { 0.0 };
    let most = (truth + found) / 2.0;
    if (most - chance).abs() < f64::EPSILON * most.max(1.0) {
        return 1.0;
    }
    (both - chance) / (most - chance)
}

#[cfg(test)]
mod tests {
    use super::super::contingency::{shared, strategies::memberships};
    use super::*;
    use proptest::prelude::*;

    /// Counts over all pairs of documents.
    fn oracle(truth: &Memberships, found: &Memberships) -> f64 {
        let (mut t, mut f, mut b, mut n) = (0.0, 0.0, 0.0, 0.0);
        for j in 0..truth.len() {
            for i in 0..j {
                let in_truth = shared(&truth[i], &truth[j]) > 0;
                let in_found = shared(&found[i], &found[j]) > 0;
                n += 1.0;
                t += f64::from(in_truth);
                f += f64::from(in_found);
                b += f64::from(in_truth && in_found);
            }
        }
        adjusted(t, f, b, n)
    }

    fn check(truth: &[u32], found: &[u32], expected: f64) {
        let each = |clusters: &[u32]| clusters.iter().map(|&c| vec![c]).collect::<Vec<_>>();
        let index = adjusted_rand(&each(truth), &each(found));
        assert!((index - expected).abs() < 1e-9, "{index}");
    }

    #[test]
    fn known_values() {
        check(&[0, 0, 1, 1], &[5, 5, 6, 6], 1.0);
        check(&[0, 0, 1, 1], &[0, 0, 1, 2], 4.0 / 7.0);
        check(&[0, 0, 1, 1], &[0, 1, 0, 1], -0.5);
        check(&[0, 1, 2], &[0, 1, 2], 1.0);
        check(&[], &[], 1.0);
    }

    proptest! {
        #[test]
        fn equals_the_count_over_all_pairs_for_partitions_for_partitions((truth, found) in memberships(1)) {
            prop_assert!((adjusted_rand(&truth, &found) - oracle(&truth, &found)).abs() < 1e-9);
        }

        #[test]
        fn equals_the_count_over_all_pairs_for_partitions_for_overlapping_clusters((truth, found) in memberships(3)) {
            prop_assert!((adjusted_rand(&truth, &found) - oracle(&truth, &found)).abs() < 1e-9);
        }
    }
}
