//! Groups documents with the same true and the same found clusters. If each document is in one cluster, the groups
//! are the cells of the contingency table. The cluster scores then take time by cells, not by pairs of documents.

use std::collections::BTreeMap;

/// Sorted, distinct cluster numbers of each document. A document may be in no cluster, or in several overlapping
/// clusters.
pub type Memberships = [Vec<u32>];

/// Documents with the same true and the same found clusters.
pub(super) struct Cell<'a> {
    pub(super) truth: &'a [u32],
    pub(super) found: &'a [u32],
    pub(super) size: u64,
}

/// Two cells whose documents share a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellPair {
    /// Index of the first cell.
    pub(super) left: usize,
    /// Index of the second cell, which may be the same.
    pub(super) right: usize,
    /// Number of true clusters that both are in.
    pub(super) truth: u64,
    /// Number of found clusters that both are in.
    pub(super) found: u64,
}

/// Groups documents into cells. Both sides use the same document numbers.
pub(super) fn cells<'a>(truth: &'a Memberships, found: &'a Memberships) -> Vec<Cell<'a>> {
    let mut sizes: BTreeMap<(&[u32], &[u32]), u64> = BTreeMap::new();
    for (truth, found) in truth.iter().zip(found) {
        *sizes.entry((truth, found)).or_default() += 1;
    }
    let cell = |((truth, found), size)| Cell { truth, found, size };
    sizes.into_iter().map(cell).collect()
}

/// Returns all ordered pairs of cells that share a true or a found cluster.
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

/// Returns the cells in each cluster.
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

/// Number of clusters that two documents share, for the oracles of the tests.
#[cfg(test)]
pub(super) fn shared(a: &[u32], b: &[u32]) -> usize {
    a.iter().filter(|c| b.contains(c)).count()
}

#[cfg(test)]
pub(super) mod strategies {
    use proptest::collection::{btree_set, vec};
    use proptest::prelude::*;

    /// True and found memberships of up to 11 documents, each in at most `most` clusters.
    pub(crate) fn memberships(
        most: usize,
    ) -> impl Strategy<Value = (Vec<Vec<u32>>, Vec<Vec<u32>>)> {
        let sorted = move || btree_set(0u32..4, 0..=most).prop_map(|s| s.into_iter().collect());
        vec((sorted(), sorted()), 1..12).prop_map(|all| all.into_iter().unzip())
    }
}
