//! Connected components.

use crate::union_find::UnionFind;

/// The connected components of the vertices `0..count`. Each component is sorted, and components are in the order of
/// their first vertices. Edges to vertices beyond `count` are ignored. Time nearly linear in vertices and edges.
pub(super) fn components(
    count: usize,
    edges: impl IntoIterator<Item = (u32, u32)>,
) -> Vec<Vec<u32>> {
    let mut sets = UnionFind::new(count);
    for (a, b) in edges {
        sets.union(a, b);
    }
    let mut components: Vec<Vec<u32>> = vec![];
    // By root: the index of its component. A root precedes all other vertices of its component.
    let mut indices = vec![0; count];
    for vertex in 0..count as u32 {
        let root = sets.root(vertex);
        if root == vertex {
            indices[root as usize] = components.len();
            components.push(vec![]);
        }
        components[indices[root as usize]].push(vertex);
    }
    components
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The vertices that can be reached from `vertex`, found by following all edges until nothing is added.
    fn slow(vertex: u32, edges: &[(u32, u32)]) -> Vec<u32> {
        let mut reached = std::collections::BTreeSet::from([vertex]);
        loop {
            let before = reached.len();
            for &(a, b) in edges {
                if reached.contains(&a) || reached.contains(&b) {
                    reached.extend([a, b]);
                }
            }
            if reached.len() == before {
                return reached.into_iter().collect();
            }
        }
    }

    #[test]
    fn edges_to_unknown_vertices_are_ignored() {
        assert_eq!(
            components(3, [(0, 3), (3, 1), (2, 1)]),
            [vec![0], vec![1, 2]]
        );
        assert!(components(0, [(0, 0)]).is_empty());
    }

    proptest! {
        #[test]
        fn components_agree_with_reachability(edges in prop::collection::vec((0u32..30, 0u32..30), 0..30)) {
            let found = components(30, edges.iter().copied());
            let firsts: Vec<u32> = found.iter().map(|component| component[0]).collect();
            prop_assert!(firsts.is_sorted());
            prop_assert_eq!(found.iter().map(Vec::len).sum::<usize>(), 30);
            for component in found {
                prop_assert_eq!(&component, &slow(component[0], &edges));
            }
        }
    }
}
