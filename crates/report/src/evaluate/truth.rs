//! The combined labels of all label files.

use super::MAX_PAIRED_MEMBERS;
use super::labels::{self, LabelError, LabelFormat};
use super::name_table::{NameTable, pair};
use dedupe_core::model::Pair;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Kind of a pair that is labelled only by a common cluster.
pub const CLUSTER: &str = "cluster";

/// The labels of the documents.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    pub(super) names: NameTable,
    /// Numbers below this one are documents of the corpus.
    pub(super) documents: u32,
    kinds: NameTable,
    /// Pairs labelled as copies, with their kinds.
    copies: BTreeMap<Pair, BTreeSet<u32>>,
    /// Pairs labelled as different.
    different: HashSet<Pair>,
    cluster_names: NameTable,
    /// Labelled clusters of each document.
    clusters: BTreeMap<u32, BTreeSet<u32>>,
    /// Whether the labels name all copies, so that every other pair is different.
    complete: bool,
}

/// Summary of one label file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelFileSummary {
    /// Format of its rows.
    pub format: LabelFormat,
    /// Number of rows.
    pub rows: usize,
    /// Number of rows that pair a document with itself. They are ignored.
    pub with_itself: usize,
    /// True if the rows were read as clusters and each of these has only one document.
    pub lone_clusters: bool,
}

/// The label of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The documents carry the same story.
    Right,
    /// They carry different stories.
    Wrong,
    /// The pair is not labelled.
    Open,
}

impl Truth {
    /// Creates empty labels for the documents with these ids. `complete` states that the labels will name all
    /// copies, so that every other pair is different.
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

    /// Adds a label file. If `format` is `None`, the format is detected from the rows.
    ///
    /// # Errors
    ///
    /// See [`LabelError`].
    pub fn add(
        &mut self,
        text: &str,
        format: Option<LabelFormat>,
    ) -> Result<LabelFileSummary, LabelError> {
        let rows = labels::rows(text)?;
        let is_document = |id: &str| self.names.find(id).is_some_and(|n| n < self.documents);
        let format = format.unwrap_or_else(|| labels::detect_format(&rows, is_document));
        let mut summary = LabelFileSummary {
            format,
            rows: rows.len(),
            with_itself: 0,
            lone_clusters: false,
        };
        let mut seconds = HashSet::new();
        summary.lone_clusters =
            format == LabelFormat::Clusters && rows.iter().all(|row| seconds.insert(row.second));
        for row in rows {
            match format {
                LabelFormat::Clusters => self.add_member(&row),
                LabelFormat::Pairs if row.first == row.second => summary.with_itself += 1,
                LabelFormat::Pairs => self.add_pair(&row)?,
            }
        }
        Ok(summary)
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

    /// Returns the labelled ids that no document has, in the order of their first appearance.
    #[must_use]
    pub fn unknown(&self) -> Vec<&str> {
        let all = self.documents..self.names.len() as u32;
        all.map(|n| self.names.name(n)).collect()
    }

    /// Returns true if the labels name at least one document of the corpus.
    #[must_use]
    pub fn knows_a_document(&self) -> bool {
        let is_document = |n: u32| n < self.documents;
        let pairs = self.copies.keys().chain(&self.different);
        let mut named = pairs.flat_map(|p| [p.lower().0, p.higher().0]);
        named.any(is_document) || self.clusters.keys().any(|&n| is_document(n))
    }

    /// Returns true if the labels name all copies.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Returns true if the labels can show that a pair is not a copy.
    #[must_use]
    pub fn can_tell_wrong(&self) -> bool {
        self.complete || !self.different.is_empty() || !self.clusters.is_empty()
    }

    /// Returns true if pairs are labelled. Clusters then do not add expected copies.
    pub(super) fn has_pairs(&self) -> bool {
        !self.copies.is_empty()
    }

    /// Returns the label of a pair.
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

    /// Returns the copies that a run should find, with their kinds: the labelled pairs, or else the pairs of each
    /// cluster. A cluster with more than [`MAX_PAIRED_MEMBERS`] members contributes only the pairs with its first
    /// member.
    pub(super) fn expected_copies(&self) -> Vec<(Pair, Vec<&str>)> {
        if self.has_pairs() {
            let named = |kinds: &BTreeSet<u32>| kinds.iter().map(|&k| self.kinds.name(k)).collect();
            return self.copies.iter().map(|(p, k)| (*p, named(k))).collect();
        }
        let pairs: BTreeSet<Pair> = self.members().values().flat_map(|m| pairs_of(m)).collect();
        pairs.into_iter().map(|p| (p, vec![CLUSTER])).collect()
    }

    /// Returns the members of each cluster in order.
    fn members(&self) -> BTreeMap<u32, Vec<u32>> {
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (&document, clusters) in &self.clusters {
            for &cluster in clusters {
                members.entry(cluster).or_default().push(document);
            }
        }
        members
    }

    /// Returns the labelled documents and their clusters, or `None` if the labels have no clusters. With complete
    /// labels, this is all documents, and labelled pairs also form clusters: the connected components of the copies.
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

    /// Returns the connected components of the copies, numbered by their smallest member.
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

/// Returns the pairs of one cluster.
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
    fn pairs_do_not_label_other_pairs() {
        let open = truth(false, &["a\tb\tnear\nc\td\tnot"]);
        check(&open, "b", "a", Verdict::Right);
        check(&open, "c", "d", Verdict::Wrong);
        check(&open, "a", "c", Verdict::Open);
        check(&truth(true, &["a\tb"]), "a", "c", Verdict::Wrong);
        assert!(!truth(false, &["a\tb"]).can_tell_wrong());
    }

    #[test]
    fn clusters_may_overlap_and_label_only_their_members() {
        let clusters = truth(false, &["a\ts1\na\ts2\nb\ts1\nc\ts2"]);
        check(&clusters, "a", "b", Verdict::Right);
        check(&clusters, "a", "c", Verdict::Right);
        check(&clusters, "b", "c", Verdict::Wrong);
        check(&clusters, "a", "d", Verdict::Open);
    }

    #[test]
    fn expects_labelled_pairs_before_clusters() {
        let of = |t: &Truth| {
            t.expected_copies()
                .into_iter()
                .map(|(_, k)| k.join(","))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&truth(false, &["a\tx\nb\tx\nc\tx"])), [CLUSTER; 3]);
        assert_eq!(of(&truth(false, &["a\tx\nb\tx", "a\tc\tcut"])), ["cut"]);
    }

    #[test]
    fn rejects_contradicting_labels() {
        let mut both = truth(false, &["a\tb"]);
        let refused = both.add("c\td\nb\ta\tno", None);
        assert_eq!(refused, Err(LabelError::Contradiction { line: 2 }));
    }

    #[test]
    fn reports_ids_that_no_document_has() {
        let mut lost = truth(false, &["a\tb\na\tlost"]);
        assert_eq!(lost.unknown(), ["lost"]);
        let summary = lost.add("a\ta\nb\tc", None).unwrap();
        assert_eq!((summary.with_itself, summary.rows), (1, 2));
    }

    #[test]
    fn complete_pairs_form_clusters() {
        assert_eq!(truth(false, &["a\tb"]).memberships(), None);
        let chained = truth(true, &["c\tb\na\tb"]).memberships().unwrap();
        let expected = [(0, vec![0]), (1, vec![0]), (2, vec![0]), (3, vec![])];
        assert_eq!(chained, expected);
    }
}
