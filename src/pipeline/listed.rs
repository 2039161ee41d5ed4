//! Which verified pairs the report lists. Groups of exact copies and large families are listed as stars,
//! so that their number stays linear in the documents; where a pair of two groups was not asked for,
//! another pair of theirs that was stands for it, so that no relation is lost.

use super::exact::ExactGroups;
use super::sources::Publishers;
use crate::corpus::Corpus;
use dedupe_core::cluster::Cluster;
use dedupe_core::model::Pair;
use dedupe_core::model::{DocumentIndex, Match};
use dedupe_core::verify::relation;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// Members from which a cluster's matches are listed as a star.
const FAMILY: usize = 50;

/// Which pairs were asked for.
pub(super) struct Asked<'a> {
    pub(super) corpus: &'a Corpus,
    pub(super) publishers: &'a Publishers,
    /// None that stays within one source.
    pub(super) cross_source_only: bool,
    /// By input: it is under check, and only pairs with a document of such are wanted.
    pub(super) new: Option<&'a [bool]>,
}

impl Asked<'_> {
    fn for_all(&self) -> bool {
        !self.cross_source_only && self.new.is_none()
    }

    /// True for a document under check.
    pub(super) fn is_new(&self, document: DocumentIndex) -> bool {
        let input = self.corpus.place(document).input as usize;
        self.new.is_some_and(|new| new.get(input) == Some(&true))
    }

    /// The number of documents under check, where there is a check.
    pub(super) fn count_new(&self) -> Option<u64> {
        let is_new = |document: &DocumentIndex| self.is_new(*document);
        let count = || self.corpus.indices().filter(is_new).count() as u64;
        self.new.map(|_| count())
    }

    fn wants(&self, a: DocumentIndex, b: DocumentIndex) -> bool {
        let involves_new = self.new.is_none() || self.is_new(a) || self.is_new(b);
        involves_new && !(self.cross_source_only && self.publishers.same(a, b))
    }

    /// Of copies of one text, the first two of different sources among the new ones and among the
    /// others: where any two documents of two groups are wanted, two of these are.
    fn firsts(&self, copies: impl Iterator<Item = DocumentIndex>) -> Vec<DocumentIndex> {
        let mut firsts: Vec<DocumentIndex> = vec![];
        for copy in copies {
            let alike = |&&d: &&DocumentIndex| self.is_new(d) == self.is_new(copy);
            let taken: Vec<DocumentIndex> = firsts.iter().filter(alike).copied().collect();
            if taken.len() < 2 && !taken.iter().any(|&d| self.publishers.same(d, copy)) {
                firsts.push(copy);
            }
        }
        firsts
    }
}

/// The matches that the report lists, each pair once: by left, then right, of which left has the lower id.
/// `by_id`: the place of each document in the order of ids. Time linear in the matches and documents, but
/// for the sorting.
pub(super) fn listed(
    asked: &Asked<'_>,
    groups: &ExactGroups,
    found: Vec<Match>,
    stories: &[Cluster],
    by_id: &[u32],
) -> Vec<Match> {
    let mut listed = unordered(asked, groups, found, stories);
    listed.par_iter_mut().for_each(|m| {
        if by_id[m.left.index()] > by_id[m.right.index()] {
            m.reverse();
        }
        m.passages.sort_unstable();
    });
    listed.par_sort_unstable_by_key(|m| (by_id[m.left.index()], by_id[m.right.index()]));
    listed
}

/// The same in no order, and read either way.
fn unordered(
    asked: &Asked<'_>,
    groups: &ExactGroups,
    mut found: Vec<Match>,
    stories: &[Cluster],
) -> Vec<Match> {
    let families = Families::new(stories);
    let firsts: FxHashMap<DocumentIndex, Vec<DocumentIndex>> = match asked.for_all() {
        true => FxHashMap::default(),
        false => (groups.centers())
            .map(|center| (center, asked.firsts(groups.all(center))))
            .collect(),
    };
    let exact = groups
        .copies()
        .map(|(center, copy)| relation::exact_match(center, copy, asked.corpus.word_count(center)));
    let of_members = of_copies(groups, stories).filter(|m| asked.wants(m.left, m.right));
    found.retain(|m| !families.imply(m));
    let refused: Vec<Match> = found
        .extract_if(.., |m| !asked.wants(m.left, m.right))
        .collect();
    let others = refused.into_iter().filter_map(|m| {
        let of = |d| firsts.get(&d).cloned().unwrap_or_else(|| vec![d]);
        let (lefts, rights) = (of(m.left), of(m.right));
        let mut pairs = lefts
            .iter()
            .flat_map(|&l| rights.iter().map(move |&r| (l, r)));
        let (left, right) = pairs.find(|&(l, r)| asked.wants(l, r))?;
        Some(between(left, right, &m))
    });
    let mut seen: FxHashSet<Pair> = FxHashSet::default();
    let spread = (of_members.chain(others)).filter(|m| seen.insert(Pair::new(m.left, m.right)));
    found.extend(spread);
    found.extend(exact.filter(|m| asked.wants(m.left, m.right)));
    found
}

/// The match of each member that is an exact copy of another one with the representative: that one's.
fn of_copies<'s>(
    groups: &'s ExactGroups,
    stories: &'s [Cluster],
) -> impl Iterator<Item = Match> + 's {
    let members = stories.iter().flat_map(|story| &story.members);
    let evidence = members.filter_map(|member| member.evidence.as_ref());
    evidence.flat_map(|m| {
        let copies = groups.all(m.left).filter(|&copy| copy != m.left);
        copies.map(|copy| between(copy, m.right, m))
    })
}

/// The match of two documents with the same words as those of another match.
fn between(left: DocumentIndex, right: DocumentIndex, m: &Match) -> Match {
    Match {
        left,
        right,
        ..m.clone()
    }
}

/// The clusters of so many members that only the matches with the representative are listed.
struct Families {
    /// Representatives of the families that a document is in.
    by_member: FxHashMap<DocumentIndex, Vec<DocumentIndex>>,
    /// Representatives with their members, of clusters of any size, where both are in families.
    stars: FxHashSet<Pair>,
}

impl Families {
    fn new(stories: &[Cluster]) -> Self {
        let mut by_member: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for story in stories.iter().filter(|s| s.members.len() > FAMILY) {
            for member in &story.members {
                let families = by_member.entry(member.document).or_default();
                families.extend(story.members.first().map(|m| m.document));
            }
        }
        let stars = (stories.iter())
            .filter_map(|story| story.members.split_first())
            .filter(|(first, _)| by_member.contains_key(&first.document))
            .flat_map(|(first, others)| others.iter().map(|m| (first.document, m.document)))
            .filter(|(_, member)| by_member.contains_key(member))
            .map(|(first, member)| Pair::new(first, member))
            .collect();
        Self { by_member, stars }
    }

    /// True where both documents are in one family, and neither represents the other in any cluster:
    /// a match that is a member's evidence is always listed.
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
    fn a_family_implies_all_matches_but_those_of_representatives() {
        let size = FAMILY as u32;
        // Two families of the same documents, and a small cluster of two of them.
        let stories = [star(0, 1..=size), star(1, 2..=size), star(7, [8])];
        let families = Families::new(&stories);
        let implied = |left, right, relation| {
            let exact = relation::exact_match(DocumentIndex(left), DocumentIndex(right), 50);
            families.imply(&Match { relation, ..exact })
        };
        assert!(implied(5, 6, Relation::Near));
        assert!(!implied(5, 6, Relation::Overlap));
        for (left, right) in [(0, 5), (5, 0), (1, 5), (0, 1), (7, 8), (8, 7)] {
            assert!(!implied(left, right, Relation::Near), "{left} {right}");
        }
        assert!(!implied(5, size + 1, Relation::Near));
    }
}
