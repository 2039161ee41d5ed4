//! Connected components by union-find.
//!
//! Source: Tarjan and van Leeuwen, "Worst-case analysis of set union algorithms" (1984), path halving. Of two
//! roots the smaller index stays one, so that a component is known by its first vertex. Time O((n + e) log n) at
//! worst, in practice linear; space one number a vertex.

/// The connected components of the vertices `0..count` by these edges, each sorted, in the order of their
/// first vertices. Edges to other vertices connect nothing.
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
    // By vertex that is a root: the place of its component. A root stands before all others of its component.
    let mut places = vec![0; count];
    for vertex in 0..count as u32 {
        let root = root(&mut parents, vertex);
        if root == vertex {
            places[root as usize] = components.len();
            components.push(vec![]);
        }
        components[places[root as usize]].push(vertex);
    }
    components
}

/// The first vertex of the tree in which a vertex stands; every second one on the way there is lifted.
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

    /// What can be reached from a vertex, tried edge by edge until nothing more is.
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
    fn an_edge_to_a_vertex_that_is_none_connects_nothing() {
        assert_eq!(
            components(3, [(0, 3), (3, 1), (2, 1)]),
            [vec![0], vec![1, 2]]
        );
        assert!(components(0, [(0, 0)]).is_empty());
    }

    proptest! {
        #[test]
        fn a_component_is_what_can_be_reached(edges in prop::collection::vec((0u32..30, 0u32..30), 0..30)) {
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
