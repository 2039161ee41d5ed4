//! Union-find with path halving (Tarjan and van Leeuwen 1984, "Worst-case Analysis of Set Union Algorithms").
//!
//! Of two roots the smaller element stays a root, so the root of a set is its first element. Time is O((n + u) log n)
//! for u unions at worst and linear in practice. Memory is one number per element.

/// Disjoint sets of the numbers `0..count`.
pub(crate) struct UnionFind {
    parents: Vec<u32>,
}

impl UnionFind {
    /// Each number in a set of its own.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            parents: (0..count as u32).collect(),
        }
    }

    /// Unites the sets of two elements. Elements beyond the last one are ignored.
    pub(crate) fn union(&mut self, a: u32, b: u32) {
        if (a.max(b) as usize) < self.parents.len() {
            let (a, b) = (self.root(a), self.root(b));
            self.parents[a.max(b) as usize] = a.min(b);
        }
    }

    /// The first element of the set of an element, which must be below the count. Every second element on the path to
    /// it moves up to its grandparent.
    pub(crate) fn root(&mut self, mut element: u32) -> u32 {
        loop {
            let parent = self.parents[element as usize];
            let above = self.parents[parent as usize];
            if parent == above {
                return parent;
            }
            self.parents[element as usize] = above;
            element = above;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_element_is_the_root_and_elements_beyond_the_last_are_ignored() {
        let mut sets = UnionFind::new(5);
        sets.union(4, 2);
        sets.union(3, 4);
        sets.union(0, 5);
        sets.union(9, 1);
        let roots: Vec<u32> = (0..5).map(|element| sets.root(element)).collect();
        assert_eq!(roots, [0, 1, 2, 2, 2]);
    }
}
