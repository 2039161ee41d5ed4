//! The matches that the report lists.
//!
//! Exact copies and large clusters are listed as stars, so the number of matches stays linear in the documents. A
//! match may be out of scope, for example within one source. Then a pair of exact copies of the two documents
//! takes its place, if one is in scope. So no relation is lost.

use super::clusters::DocumentLookup;
use dedupe_core::cluster::Cluster;
use dedupe_core::model::Pair;
use dedupe_core::model::{DocumentIndex, Match};
use dedupe_core::verify::relation;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// The matches of clusters with more members are listed as a star.
const LARGE_CLUSTER: usize = 50;

/// Which pairs the report covers.
pub(super) struct Scope<'a> {
    pub(super) lookup: DocumentLookup<'a>,
    /// Only pairs of different sources.
    pub(super) cross_source_only: bool,
    /// By input: true if its documents are new. Only pairs with a new document are in scope. `None`: all pairs.
    pub(super) new_inputs: Option<&'a [bool]>,
}

impl Scope<'_> {
    fn is_everything(&self) -> bool {
        !self.cross_source_only && self.new_inputs.is_none()
    }

    pub(super) fn is_new(&self, document: DocumentIndex) -> bool {
        let input = self.lookup.corpus.location(document).input as usize;
        (self.new_inputs).is_some_and(|new| new.get(input) == Some(&true))
    }

    /// The number of new documents. `None`: the scope is not limited to new documents.
    pub(super) fn count_new(&self) -> Option<u64> {
        let is_new = |document: &DocumentIndex| self.is_new(*document);
        let count = || self.lookup.corpus.indices().filter(is_new).count() as u64;
        self.new_inputs.map(|_| count())
    }

    fn contains(&self, a: DocumentIndex, b: DocumentIndex) -> bool {
        let involves_new = self.new_inputs.is_none() || self.is_new(a) || self.is_new(b);
        involves_new && !(self.cross_source_only && self.lookup.same_source(a, b))
    }

    /// Delegates of a group of exact copies: the first two of different sources among the new documents, and among
    /// the others. If any pair of two groups is in scope, a pair of their delegates is.
    fn delegates(&self, copies: impl Iterator<Item = DocumentIndex>) -> Vec<DocumentIndex> {
        let mut delegates: Vec<DocumentIndex> = vec![];
        for copy in copies {
            let is_alike = |&&d: &&DocumentIndex| self.is_new(d) == self.is_new(copy);
            let alike: Vec<DocumentIndex> = delegates.iter().filter(is_alike).copied().collect();
            if alike.len() < 2 && !alike.iter().any(|&d| self.lookup.same_source(d, copy)) {
                delegates.push(copy);
            }
        }
        delegates
    }
}

/// The listed matches, each pair once. The left document has the lower id. Sorted by the left id, then the right.
///
/// Time linear in the matches and documents, apart from the sort.
pub(super) fn listed(scope: &Scope<'_>, found: Vec<Match>, clusters: &[Cluster]) -> Vec<Match> {
    let rank = |document| scope.lookup.id_rank(document);
    let mut listed = unordered(scope, found, clusters);
    listed.par_iter_mut().for_each(|m| {
        if rank(m.left) > rank(m.right) {
            m.reverse();
        }
        m.passages.sort_unstable();
    });
    listed.par_sort_unstable_by_key(|m| (rank(m.left), rank(m.right)));
    listed
}

/// The listed matches in any order and direction.
fn unordered(scope: &Scope<'_>, mut found: Vec<Match>, clusters: &[Cluster]) -> Vec<Match> {
    let exact = scope.lookup.exact;
    let large = LargeClusters::new(clusters);
    let delegates: FxHashMap<DocumentIndex, Vec<DocumentIndex>> = match scope.is_everything() {
        true => FxHashMap::default(),
        false => (exact.leaders())
            .map(|leader| (leader, scope.delegates(exact.with_copies(leader))))
            .collect(),
    };
    let word_count = |document| scope.lookup.corpus.word_count(document);
    let exact_matches = (exact.copies())
        .map(|(leader, copy)| relation::exact_match(leader, copy, word_count(leader)));
    let of_copies = matches_of_copies(scope, clusters).filter(|m| scope.contains(m.left, m.right));
    found.retain(|m| !large.imply(m));
    let out_of_scope: Vec<Match> = found
        .extract_if(.., |m| !scope.contains(m.left, m.right))
        .collect();
    let delegated = out_of_scope.into_iter().filter_map(|m| {
        let of = |d| delegates.get(&d).cloned().unwrap_or_else(|| vec![d]);
        let (lefts, rights) = (of(m.left), of(m.right));
        let mut pairs = lefts
            .iter()
            .flat_map(|&l| rights.iter().map(move |&r| (l, r)));
        let (left, right) = pairs.find(|&(l, r)| scope.contains(l, r))?;
        Some(with_documents(left, right, &m))
    });
    let mut seen: FxHashSet<Pair> = FxHashSet::default();
    let others = (of_copies.chain(delegated)).filter(|m| seen.insert(Pair::new(m.left, m.right)));
    found.extend(others);
    found.extend(exact_matches.filter(|m| scope.contains(m.left, m.right)));
    found
}

/// The matches of collapsed members with the representative of their cluster. They are those of their leaders.
fn matches_of_copies<'s>(
    scope: &'s Scope<'_>,
    clusters: &'s [Cluster],
) -> impl Iterator<Item = Match> + 's {
    let members = clusters.iter().flat_map(|cluster| &cluster.members);
    let evidence = members.filter_map(|member| member.evidence.as_ref());
    evidence.flat_map(|m| {
        let copies = (scope.lookup.exact.with_copies(m.left)).filter(|&copy| copy != m.left);
        copies.map(|copy| with_documents(copy, m.right, m))
    })
}

/// The match `m` between two other documents that have the same words.
fn with_documents(left: DocumentIndex, right: DocumentIndex, m: &Match) -> Match {
    Match {
        left,
        right,
        ..m.clone()
    }
}

/// The clusters whose matches are listed as a star.
struct LargeClusters {
    /// By member: the representatives of its large clusters.
    by_member: FxHashMap<DocumentIndex, Vec<DocumentIndex>>,
    /// Representatives with their members, of clusters of any size, if both are in large clusters.
    stars: FxHashSet<Pair>,
}

impl LargeClusters {
    fn new(clusters: &[Cluster]) -> Self {
        let mut by_member: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for cluster in clusters.iter().filter(|c| c.members.len() > LARGE_CLUSTER) {
            for member in &cluster.members {
                let representatives = by_member.entry(member.document).or_default();
                representatives.extend(cluster.members.first().map(|m| m.document));
            }
        }
        let stars = (clusters.iter())
            .filter_map(|cluster| cluster.members.split_first())
            .filter(|(first, _)| by_member.contains_key(&first.document))
            .flat_map(|(first, others)| others.iter().map(|m| (first.document, m.document)))
            .filter(|(_, member)| by_member.contains_key(member))
            .map(|(first, member)| Pair::new(first, member))
            .collect();
        Self { by_member, stars }
    }

    /// True if the match need not be listed: both documents are in one large cluster, and neither represents the
    /// other in any cluster.
    fn imply(&self, m: &Match) -> bool {
        let of = |d| self.by_member.get(d).map_or(&[][..], Vec::as_slice);
        let (left, right) = (of(&m.left), of(&m.right));
        m.relation.is_copy()
            && left.iter().any(|r| right.contains(r))
            && !self.stars.contains(&Pair::new(m.left, m.right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dedupe_core::cluster;
    use dedupe_core::model::Relation;

    fn star(representative: u32, members: impl IntoIterator<Item = u32>) -> Cluster {
        let member = |document| cluster::Member {
            document: DocumentIndex(document),
            evidence: None,
        };
        let documents = std::iter::once(representative).chain(members);
        Cluster {
            members: documents.map(member).collect(),
        }
    }

    #[test]
    fn a_large_cluster_implies_all_matches_except_those_of_representatives() {
        let size = LARGE_CLUSTER as u32;
        // Two large clusters of the same documents, and a small cluster of two of them.
        let clusters = [star(0, 1..=size), star(1, 2..=size), star(7, [8])];
        let large = LargeClusters::new(&clusters);
        let implied = |left, right, relation| {
            let exact = relation::exact_match(DocumentIndex(left), DocumentIndex(right), 50);
            large.imply(&Match { relation, ..exact })
        };
        assert!(implied(5, 6, Relation::Near));
        assert!(!implied(5, 6, Relation::Overlap));
        for (left, right) in [(0, 5), (5, 0), (1, 5), (0, 1), (7, 8), (8, 7)] {
            assert!(!implied(left, right, Relation::Near), "{left} {right}");
        }
        assert!(!implied(5, size + 1, Relation::Near));
    }
}
