//! Connected components by union-find with path halving (Tarjan and van Leeuwen 1984, "Worst-case Analysis of Set Union
//! Algorithms").
//!
//! Of two roots the smaller vertex stays a root, so the root of a component is its first vertex. Time is
//! O((n + e) log n) at worst and linear in practice. Memory is one number per vertex.

/// The connected components of the vertices `0..count`. Each component is sorted, and components are in the order of
/// their first vertices. Edges to vertices beyond `count` are ignored.
pub(super) fn components(
    count: usize,
    edges: impl IntoIterator<Item = (u32, u32)>,
) -> Vec<Vec<u32>> {
    let mut parents: Vec<u32> = (0..count as u32).collect();
    let inside = |vertex: u32| (vertex as usize) < count;
    for (a, b) in edges {
        if inside(a) && inside(b) {
            let (a, b) = (root(&mut parents, a), root(&mut parents, b));
            parents[a.max(b) as usize] = a.min(b);
        }
    }
    let mut components: Vec<Vec<u32>> = vec![];
    // By root: the index of its component. A root precedes all other vertices of its component.
    let mut indices = vec![0; count];
    for vertex in 0..count as u32 {
        let root = root(&mut parents, vertex);
        if root == vertex {
            indices[root as usize] = components.len();
            components.push(vec![]);
        }
        components[indices[root as usize]].push(vertex);
    }
    components
}

/// The root of a vertex. Every second vertex on the path to it moves up to its grandparent.
fn root(parents: &mut [u32], mut vertex: u32) -> u32 {
    loop {
        let parent = parents[vertex as usize];
        let above = parents[parent as usize];
        if parent == above {
            return parent;
        }
        parents[vertex as usize] = above;
        vertex = above;
    }
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
