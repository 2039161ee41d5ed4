//! Documents that stand in the same clusters on both sides, taken as one: with partitions these are
//! the cells of the contingency table, so that comparing clusters takes time by cells and not by pairs
//! of documents.

use std::collections::BTreeMap;

/// Cluster numbers of each document, sorted, each once: none for a document on its own, several where
/// clusters overlap.
pub type Memberships = [Vec<u32>];

/// Documents with one pair of memberships.
pub(super) struct Cell<'a> {
    pub(super) truth: &'a [u32],
    pub(super) found: &'a [u32],
    pub(super) size: u64,
}

/// How documents of two cells meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellPair {
    /// The one cell.
    pub(super) left: usize,
    /// The other, or the same.
    pub(super) right: usize,
    /// True clusters that both are in.
    pub(super) truth: u64,
    /// ReportedPairs clusters that both are in.
    pub(super) found: u64,
}

/// The cells of documents that both sides number alike.
pub(super) fn cells<'a>(truth: &'a Memberships, found: &'a Memberships) -> Vec<Cell<'a>> {
    let mut sizes: BTreeMap<(&[u32], &[u32]), u64> = BTreeMap::new();
    for (truth, found) in truth.iter().zip(found) {
        *sizes.entry((truth, found)).or_default() += 1;
    }
    let cell = |((truth, found), size)| Cell { truth, found, size };
    sizes.into_iter().map(cell).collect()
}

/// All ordered pairs of cells that share a cluster on either side.
pub(super) fn cell_pairs(cells: &[Cell]) -> Vec<CellPair> {
    let (by_truth, by_found) = (
        cells_by_cluster(cells, |c| c.truth),
        cells_by_cluster(cells, |c| c.found),
    );
    let mut cell_pairs = vec![];
    for (left, cell) in cells.iter().enumerate() {
        let mut shared: BTreeMap<usize, (u64, u64)> = BTreeMap::new();
        for right in cell.truth.iter().filter_map(|c| by_truth.get(c)).flatten() {
            shared.entry(*right).or_default().0 += 1;
        }
        for right in cell.found.iter().filter_map(|c| by_found.get(c)).flatten() {
            shared.entry(*right).or_default().1 += 1;
        }
        cell_pairs.extend(shared.into_iter().map(|(right, (truth, found))| CellPair {
            left,
            right,
            truth,
            found,
        }));
    }
    cell_pairs
}

/// The cells in each cluster.
fn cells_by_cluster<'c>(
    cells: &'c [Cell],
    clusters: impl Fn(&'c Cell) -> &'c [u32],
) -> BTreeMap<u32, Vec<usize>> {
    let mut cells_by_cluster: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, cell) in cells.iter().enumerate() {
        for &cluster in clusters(cell) {
            cells_by_cluster.entry(cluster).or_default().push(at);
        }
    }
    cells_by_cluster
}

/// Clusters that two documents share: what the oracles of the tests go by.
#[cfg(test)]
pub(super) fn shared(a: &[u32], b: &[u32]) -> usize {
    a.iter().filter(|c| b.contains(c)).count()
}

#[cfg(test)]
pub(super) mod strategies {
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    /// Memberships of up to a dozen documents on both sides, in at most so many clusters each.
    pub(crate) fn memberships(
        most: usize,
    ) -> impl Strategy<Value = (Vec<Vec<u32>>, Vec<Vec<u32>>)> {
        let sorted = move || btree_set(0u32..4, 0..=most).prop_map(|s| s.into_iter().collect());
        vec((sorted(), sorted()), 1..12).prop_map(|all| all.into_iter().unzip())
    }
}
