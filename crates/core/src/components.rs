//! Connected components of a part of a graph whose vertices are numbered beyond 32 bits.

use crate::union_find::UnionFind;

/// Each vertex of these edges with the least vertex that they connect it to, without that vertex itself. Sorted. An engine
/// that has the edges of a graph in several tasks can replace those of each task by these: they are fewer, and connect the
/// same vertices. Time O(n log n) in the edges.
///
/// ```
/// let stars = dedupe_core::components::stars(&[(7, 3), (1 << 40, 7), (5, 6), (6, 6)]);
/// assert_eq!(stars, [(6, 5), (7, 3), (1 << 40, 3)]);
/// ```
///
/// # Panics
///
/// If there are 2^32 vertices or more.
#[must_use]
pub fn stars(edges: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut vertices: Vec<u64> = edges.iter().flat_map(|&(a, b)| [a, b]).collect();
    vertices.sort_unstable();
    vertices.dedup();
    assert!(
        u32::try_from(vertices.len()).is_ok(),
        "{} vertices",
        vertices.len()
    );
    // Numbers keep the order of the vertices, so the first element of a set is its least vertex.
    let number = |vertex: u64| vertices.binary_search(&vertex).unwrap_or_default() as u32;
    let mut sets = UnionFind::new(vertices.len());
    for &(a, b) in edges {
        sets.union(number(a), number(b));
    }
    let roots = (0..)
        .zip(&vertices)
        .map(|(at, &vertex)| (vertex, sets.root(at)));
    let least = roots.filter_map(|(vertex, root)| Some((vertex, *vertices.get(root as usize)?)));
    least.filter(|(vertex, least)| vertex != least).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn stars_of_parts_make_the_stars_of_the_whole(
            edges in prop::collection::vec((0u64..40, 0u64..40), 0..60),
            cut in 0usize..60,
        ) {
            let (first, rest) = edges.split_at(cut.min(edges.len()));
            let parts = [stars(first), stars(rest)].concat();
            prop_assert_eq!(stars(&parts), stars(&edges));
        }
    }

    #[test]
    fn no_edges_make_no_stars() {
        assert_eq!(stars(&[]), []);
        assert_eq!(stars(&[(4, 4)]), []);
    }
}
