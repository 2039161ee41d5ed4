//! What label files say, put together.

use super::MAX_PAIRED_MEMBERS;
use super::labels::{self, LabelError, LabelFormat};
use super::name_table::{NameTable, pair};
use dedupe_core::model::Pair;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The kind of a pair that only a cluster makes.
pub const CLUSTER: &str = "cluster";

/// What the labels know of the documents.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    pub(super) names: NameTable,
    /// NameTable below are documents of the corpus.
    pub(super) documents: u32,
    kinds: NameTable,
    /// Pairs that are copies, with their kinds.
    copies: BTreeMap<Pair, BTreeSet<u32>>,
    /// Pairs that are none.
    different: HashSet<Pair>,
    cluster_names: NameTable,
    /// Clusters of a labelled document.
    clusters: BTreeMap<u32, BTreeSet<u32>>,
    /// Every pair that is not known to be a copy is known to be none.
    complete: bool,
}

/// What was taken from one label file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelFileSummary {
    /// How its rows were read.
    pub form: LabelFormat,
    /// Its rows.
    pub rows: usize,
    /// Rows that pair a document with itself, which say nothing.
    pub with_itself: usize,
}

/// What is known of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They carry one story.
    Right,
    /// They do not.
    Wrong,
    /// The labels do not say.
    Open,
}

impl Truth {
    /// Nothing is known yet of the documents with these ids. `complete`: the labels name all copies.
    #[must_use]
    pub fn new(ids: &[String], complete: bool) -> Self {
        let mut names = NameTable::default();
        for id in ids {
            names.number(id);
        }
        Self {
            documents: names.len() as u32,
            names,
            complete,
            ..Self::default()
        }
    }

    /// Adds a label file. `form`: what its rows are; none to tell by the rows.
    ///
    /// # Errors
    ///
    /// See [`LabelError`].
    pub fn add(
        &mut self,
        text: &str,
        form: Option<LabelFormat>,
    ) -> Result<LabelFileSummary, LabelError> {
        let rows = labels::rows(text)?;
        let is_document = |id: &str| self.names.find(id).is_some_and(|n| n < self.documents);
        let form = form.unwrap_or_else(|| labels::detect_format(&rows, is_document));
        let mut taken = LabelFileSummary {
            form,
            rows: rows.len(),
            with_itself: 0,
        };
        for row in rows {
            match form {
                LabelFormat::Clusters => self.add_member(&row),
                LabelFormat::Pairs if row.first == row.second => taken.with_itself += 1,
                LabelFormat::Pairs => self.add_pair(&row)?,
            }
        }
        Ok(taken)
    }

    fn add_member(&mut self, row: &labels::LabelRow) {
        let document = self.names.number(row.first);
        let cluster = self.cluster_names.number(row.second);
        self.clusters.entry(document).or_default().insert(cluster);
    }

    fn add_pair(&mut self, row: &labels::LabelRow) -> Result<(), LabelError> {
        let pair = pair(self.names.number(row.first), self.names.number(row.second));
        let contradicted = if row.is_negative() {
            self.different.insert(pair);
            self.copies.contains_key(&pair)
        } else {
            let kind = self.kinds.number(row.kind());
            self.copies.entry(pair).or_default().insert(kind);
            self.different.contains(&pair)
        };
        if contradicted {
            return Err(LabelError::Contradiction { line: row.line });
        }
        Ok(())
    }

    /// Ids in the labels that no document has, in the order of their first appearance.
    #[must_use]
    pub fn unknown(&self) -> Vec<&str> {
        let all = self.documents..self.names.len() as u32;
        all.map(|n| self.names.name(n)).collect()
    }

    /// True where the labels speak of at least one document.
    #[must_use]
    pub fn knows_a_document(&self) -> bool {
        let is_document = |n: u32| n < self.documents;
        let pairs = self.copies.keys().chain(&self.different);
        let mut named = pairs.flat_map(|p| [p.lower().0, p.higher().0]);
        named.any(is_document) || self.clusters.keys().any(|&n| is_document(n))
    }

    /// True where every pair that is not known to be a copy is known to be none.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// True where some pair can be known to be no copy.
    #[must_use]
    pub fn can_tell_wrong(&self) -> bool {
        self.complete || !self.different.is_empty() || !self.clusters.is_empty()
    }

    /// True where the labels of pairs are all that says which copies there are.
    pub(super) fn has_pairs(&self) -> bool {
        !self.copies.is_empty()
    }

    /// What is known of a pair of names.
    pub(super) fn verdict(&self, pair: Pair) -> Verdict {
        let clusters = |n: u32| self.clusters.get(&n);
        let both = clusters(pair.lower().0).zip(clusters(pair.higher().0));
        if self.copies.contains_key(&pair) || both.is_some_and(|(a, b)| !a.is_disjoint(b)) {
            Verdict::Right
        } else if self.complete || self.different.contains(&pair) || both.is_some() {
            Verdict::Wrong
        } else {
            Verdict::Open
        }
    }

    /// The copies that are to be found, with their kinds: the pairs where there are any, else those that
    /// the clusters make (each member of a very large one with its first alone).
    pub(super) fn wanted(&self) -> Vec<(Pair, Vec<&str>)> {
        if self.has_pairs() {
            let named = |kinds: &BTreeSet<u32>| kinds.iter().map(|&k| self.kinds.name(k)).collect();
            return self.copies.iter().map(|(p, k)| (*p, named(k))).collect();
        }
        let pairs: BTreeSet<Pair> = self.members().values().flat_map(|m| pairs_of(m)).collect();
        pairs.into_iter().map(|p| (p, vec![CLUSTER])).collect()
    }

    /// The members of each cluster, in order.
    fn members(&self) -> BTreeMap<u32, Vec<u32>> {
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (&document, clusters) in &self.clusters {
            for &cluster in clusters {
                members.entry(cluster).or_default().push(document);
            }
        }
        members
    }

    /// The labelled documents with their clusters, to be compared with what was found: all documents
    /// where the labels are complete. Pairs make clusters only then: those that a chain of copies
    /// joins. None where the labels know of no cluster.
    pub(super) fn memberships(&self) -> Option<Vec<(u32, Vec<u32>)>> {
        if self.clusters.is_empty() && !(self.complete && self.has_pairs()) {
            return None;
        }
        let joined = self.clusters.is_empty().then(|| self.components());
        let of = |n: u32| -> Vec<u32> {
            let own = joined.as_ref().unwrap_or(&self.clusters).get(&n);
            own.map_or_else(Vec::new, |c| c.iter().copied().collect())
        };
        let all = 0..self.names.len() as u32;
        let labelled = |n: &u32| self.complete || self.clusters.contains_key(n);
        Some(all.filter(labelled).map(|n| (n, of(n))).collect())
    }

    /// The connected components of the copies, by their least member.
    fn components(&self) -> BTreeMap<u32, BTreeSet<u32>> {
        let mut leader: Vec<u32> = (0..self.names.len() as u32).collect();
        fn find(leader: &mut [u32], mut n: u32) -> u32 {
            while let Some(&up) = leader.get(n as usize).filter(|&&up| up != n) {
                let top = leader.get(up as usize).copied().unwrap_or(up);
                if let Some(own) = leader.get_mut(n as usize) {
                    *own = top;
                }
                n = up;
            }
            n
        }
        let mut joined = BTreeSet::new();
        for pair in self.copies.keys() {
            let ends = [pair.lower().0, pair.higher().0];
            let [a, b] = ends.map(|n| find(&mut leader, n));
            if let Some(own) = leader.get_mut(a.max(b) as usize) {
                *own = a.min(b);
            }
            joined.extend(ends);
        }
        let component = |n: u32| (n, BTreeSet::from([find(&mut leader, n)]));
        joined.into_iter().map(component).collect()
    }
}

/// The pairs of one cluster.
fn pairs_of(members: &[u32]) -> Vec<Pair> {
    let firsts = if members.len() <= MAX_PAIRED_MEMBERS {
        members.len()
    } else {
        1
    };
    let from = |(at, &a): (usize, &u32)| members.iter().skip(at + 1).map(move |&b| pair(a, b));
    members
        .iter()
        .enumerate()
        .take(firsts)
        .flat_map(from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(complete: bool, files: &[&str]) -> Truth {
        let ids = ["a", "b", "c", "d"].map(String::from);
        let mut truth = Truth::new(&ids, complete);
        for file in files {
            truth.add(file, None).unwrap();
        }
        truth
    }

    fn check(truth: &Truth, a: &str, b: &str, expected: Verdict) {
        let number = |id| truth.names.find(id).unwrap();
        assert_eq!(
            truth.verdict(pair(number(a), number(b))),
            expected,
            "{a} {b}"
        );
    }

    #[test]
    fn pairs_leave_open_what_they_do_not_name() {
        let open = truth(false, &["a\tb\tnear\nc\td\tnot"]);
        check(&open, "b", "a", Verdict::Right);
        check(&open, "c", "d", Verdict::Wrong);
        check(&open, "a", "c", Verdict::Open);
        check(&truth(true, &["a\tb"]), "a", "c", Verdict::Wrong);
        assert!(!truth(false, &["a\tb"]).can_tell_wrong());
    }

    #[test]
    fn clusters_may_overlap_and_know_of_their_members_only() {
        let clusters = truth(false, &["a\ts1\na\ts2\nb\ts1\nc\ts2"]);
        check(&clusters, "a", "b", Verdict::Right);
        check(&clusters, "a", "c", Verdict::Right);
        check(&clusters, "b", "c", Verdict::Wrong);
        check(&clusters, "a", "d", Verdict::Open);
    }

    #[test]
    fn pairs_are_wanted_where_there_are_any() {
        let of = |t: &Truth| {
            t.wanted()
                .into_iter()
                .map(|(_, k)| k.join(","))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&truth(false, &["a\tx\nb\tx\nc\tx"])), [CLUSTER; 3]);
        assert_eq!(of(&truth(false, &["a\tx\nb\tx", "a\tc\tcut"])), ["cut"]);
    }

    #[test]
    fn a_pair_cannot_be_both() {
        let mut both = truth(false, &["a\tb"]);
        let refused = both.add("c\td\nb\ta\tno", None);
        assert_eq!(refused, Err(LabelError::Contradiction { line: 2 }));
    }

    #[test]
    fn ids_of_no_document_are_known() {
        let mut lost = truth(false, &["a\tb\na\tlost"]);
        assert_eq!(lost.unknown(), ["lost"]);
        let taken = lost.add("a\ta\nb\tc", None).unwrap();
        assert_eq!((taken.with_itself, taken.rows), (1, 2));
    }

    #[test]
    fn complete_pairs_make_clusters_by_chains() {
        assert_eq!(truth(false, &["a\tb"]).memberships(), None);
        let chained = truth(true, &["c\tb\na\tb"]).memberships().unwrap();
        let expected = [(0, vec![0]), (1, vec![0]), (2, vec![0]), (3, vec![])];
        assert_eq!(chained, expected);
    }
}
