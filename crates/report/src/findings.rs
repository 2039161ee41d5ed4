//! The copies and overlaps of a report, one by one. SARIF, GitHub and JUnit list them, and the exit code counts
//! them, so that output and exit code agree.
//!
//! Each cluster member except the representative is a finding. Matches add two more kinds of finding: every
//! overlap, and each match that is closer than the findings listed so far for one of its documents. An example
//! is two shortened versions of one story that are near copies of each other.

use crate::text::common_words;
use crate::{Cluster, Match, MemberRelation, ReportView};
use dedupe_core::model::{Relation, Span};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io;

/// Kind of finding, the closest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// Both documents have the same words.
    Exact,
    /// Both documents tell one story, in mostly the same words.
    Near,
    /// One document carries the story of the other, and much else.
    Contained,
    /// Both documents tell one story, and have less than half of their words in common.
    Version,
    /// The documents share a passage, and do not tell one story.
    Overlap,
}

impl FindingKind {
    /// Returns the name used in reports and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Near => "near",
            Self::Contained => "contained",
            Self::Version => "version",
            Self::Overlap => "overlap",
        }
    }
}

impl From<Relation> for FindingKind {
    fn from(relation: Relation) -> Self {
        match relation {
            Relation::Exact => Self::Exact,
            Relation::Near => Self::Near,
            Relation::Contains | Relation::Contained => Self::Contained,
            Relation::Version => Self::Version,
            Relation::Overlap => Self::Overlap,
        }
    }
}

/// A document that is a copy or shares a passage, and the document it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding<'a> {
    /// Id of the copy.
    pub document: &'a str,
    /// Id of the document that it is compared with.
    pub other: &'a str,
    /// Relation of `document` to `other`.
    pub relation: Relation,
    /// Id of the cluster, or `None` if the finding comes from a match only.
    pub cluster: Option<&'a str>,
    /// Share of the words of `document` that also appear in `other`.
    pub containment: f64,
    /// Share of the words of `other` that also appear in `document`.
    pub containment_other: f64,
    /// Words that both documents have in common.
    pub words_in_common: u64,
    /// Words of `document`, if the report has its length.
    pub words: Option<u64>,
    /// Words of `other`, if the report has its length.
    pub words_other: Option<u64>,
    /// Copied passages in `document`.
    pub spans: Cow<'a, [Span]>,
    /// Copied passages in `other`.
    pub spans_other: Cow<'a, [Span]>,
}

impl Finding<'_> {
    /// Returns the kind of the finding.
    #[must_use]
    pub fn kind(&self) -> FindingKind {
        self.relation.into()
    }

    /// Returns the same finding with the two documents exchanged.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            document: self.other,
            other: self.document,
            relation: self.relation.reversed(),
            containment: self.containment_other,
            containment_other: self.containment,
            words_in_common: self.words_in_common,
            words: self.words_other,
            words_other: self.words,
            spans: self.spans_other,
            spans_other: self.spans,
            cluster: self.cluster,
        }
    }
}

/// Clusters that are made at a time.
const CLUSTERS_AT_ONCE: usize = 256;

/// Calls `visit` with each finding: first those of the clusters, in the order of the report, then those that matches
/// add, sorted by left and right document. A report across sources leaves out members with the source of their
/// representative. Takes O(n log n) time in members and matches. Only a few clusters are in memory at a time.
///
/// # Errors
///
/// The first error of `visit`, or of `report` if its data cannot be read.
pub fn visit_findings(
    report: &dyn ReportView,
    mut visit: impl FnMut(Finding<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let cross_source_only = report.header().parameters.cross_source_only;
    let mut listed = ListedPairs::default();
    let clusters = report.cluster_count();
    for begin in (0..clusters).step_by(CLUSTERS_AT_ONCE) {
        let range = begin..clusters.min(begin + CLUSTERS_AT_ONCE);
        let made: Vec<Cow<'_, Cluster>> = (range.into_par_iter())
            .map(|at| report.cluster(at))
            .collect::<io::Result<_>>()?;
        for cluster in &made {
            for finding in cluster_findings(cluster, cross_source_only) {
                listed.add(&finding);
                visit(finding)?;
            }
        }
    }
    for at in listed.unlisted_matches(report) {
        visit(match_finding(&*report.match_at(at)?))?;
    }
    Ok(())
}

/// Returns the number of findings of kind `limit` or closer.
///
/// # Errors
///
/// The data of `report` cannot be read.
pub fn count_up_to(report: &dyn ReportView, limit: FindingKind) -> io::Result<usize> {
    let mut count = 0;
    visit_findings(report, |finding| {
        count += usize::from(finding.kind() <= limit);
        Ok(())
    })?;
    Ok(count)
}

fn cluster_findings(
    cluster: &Cluster,
    cross_source_only: bool,
) -> impl Iterator<Item = Finding<'_>> {
    let representative = cluster.members.first();
    let representative_spans = representative.map_or(&[][..], |member| &member.spans);
    let representative_words = representative.map_or(0, |member| member.words);
    let members = (cluster.members.iter()).filter(move |m| !(cross_source_only && m.same_source));
    let copies = members.filter_map(|member| {
        let relation = match member.relation {
            MemberRelation::Representative => return None,
            MemberRelation::Exact => Relation::Exact,
            MemberRelation::Near => Relation::Near,
            MemberRelation::Contains => Relation::Contains,
            MemberRelation::Contained => Relation::Contained,
            MemberRelation::Version => Relation::Version,
        };
        Some((member, relation))
    });
    copies.map(move |(member, relation)| Finding {
        document: &member.id,
        other: &cluster.representative,
        relation,
        cluster: Some(&cluster.id),
        containment: member.containment,
        containment_other: member.containment_representative,
        words_in_common: common_words(member, representative_words),
        words: Some(member.words),
        words_other: Some(representative_words),
        spans: Cow::Borrowed(&member.spans),
        spans_other: Cow::Borrowed(representative_spans),
    })
}

/// The pairs of documents of the findings so far, and the closest finding of each document.
#[derive(Default)]
struct ListedPairs {
    /// Number of each document, by id.
    numbers: HashMap<String, usize>,
    /// By number of the document. `None`: it has no finding.
    closest: Vec<Option<FindingKind>>,
    /// Pairs of numbers, the lower one first.
    pairs: HashSet<[usize; 2]>,
}

impl ListedPairs {
    fn add(&mut self, finding: &Finding<'_>) {
        let [a, b] = [finding.document, finding.other].map(|id| self.number(id));
        self.record_closest([a, b], finding.kind());
        self.pairs.insert([a.min(b), a.max(b)]);
    }

    fn number(&mut self, id: &str) -> usize {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.closest.len();
        self.numbers.insert(id.to_owned(), number);
        self.closest.push(None);
        number
    }

    fn record_closest(&mut self, documents: [usize; 2], kind: FindingKind) {
        for document in documents {
            if let Some(closest) = self.closest.get_mut(document) {
                *closest = Some(closest.map_or(kind, |known| known.min(kind)));
            }
        }
    }

    /// Returns the indices of the matches that add a finding: all overlaps, and each match that is closer than all
    /// findings listed so far for one of its documents.
    fn unlisted_matches(mut self, report: &dyn ReportView) -> Vec<usize> {
        let mut matches = vec![];
        for at in 0..report.match_count() {
            let found = report.match_header(at);
            let [a, b] = [found.left, found.right].map(|id| self.number(id));
            if !self.pairs.contains(&[a.min(b), a.max(b)]) {
                matches.push((at, FindingKind::from(found.relation), [a, b]));
            }
        }
        // The sort is stable: matches of one kind keep the order of the report.
        matches.sort_by_key(|(_, kind, _)| *kind);
        matches.retain(|&(_, kind, documents)| {
            let closest = documents.map(|document| self.closest.get(document).copied().flatten());
            let listed = |known: &Option<FindingKind>| known.is_some_and(|known| known <= kind);
            let is_new = kind == FindingKind::Overlap || !closest.iter().all(listed);
            if is_new {
                self.record_closest(documents, kind);
            }
            is_new
        });
        let mut matches: Vec<usize> = matches.into_iter().map(|(at, ..)| at).collect();
        matches.sort_by_key(|&at| {
            let found = report.match_header(at);
            (found.left, found.right)
        });
        matches
    }
}

/// Converts a match to a finding. `document` is the contained document, or else the right one.
fn match_finding(found: &Match) -> Finding<'_> {
    let (left, right): (Vec<Span>, Vec<Span>) =
        found.spans.iter().map(|s| (s.left, s.right)).unzip();
    let finding = Finding {
        document: &found.left,
        other: &found.right,
        relation: found.relation,
        cluster: None,
        containment: found.containment_left,
        containment_other: found.containment_right,
        words_in_common: found.words,
        words: None,
        words_other: None,
        spans: left.into(),
        spans_other: right.into(),
    };
    match found.relation {
        Relation::Contained => finding,
        _ => finding.reversed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Report;
    use crate::fixture::{member, pair, sample};
    use MemberRelation::{Contained as Cut, Representative};

    /// A cluster of a document and three shortened versions, with these matches among the versions.
    fn shortened_versions(among: &[(&str, &str, Relation)]) -> Report {
        let mut report = sample().0;
        report.clusters.truncate(1);
        let story = &mut report.clusters[0];
        story.members = vec![member("whole", Representative, 600, [1.0, 1.0])];
        for id in ["a", "b", "c"] {
            story.members.push(member(id, Cut, 200, [1.0, 0.3]));
        }
        story.representative = "whole".into();
        report.matches = (among.iter())
            .map(|(left, right, relation)| pair(left, right, *relation, [0.9, 0.9], 180))
            .collect();
        report
    }

    /// The document, the other one and the kind of each finding, and whether a cluster has it.
    fn listed(report: &Report) -> Vec<(String, String, FindingKind, bool)> {
        let mut found = vec![];
        visit_findings(report, |f| {
            let [document, other] = [f.document, f.other].map(str::to_owned);
            found.push((document, other, f.kind(), f.cluster.is_some()));
            Ok(())
        })
        .unwrap();
        found
    }

    fn kinds(report: &Report) -> Vec<(String, String, FindingKind)> {
        let found = listed(report).into_iter();
        let pairs = found.filter(|(.., in_cluster)| !in_cluster);
        pairs
            .map(|(document, other, kind, _)| (document, other, kind))
            .collect()
    }

    fn pair_of(document: &str, other: &str, kind: FindingKind) -> (String, String, FindingKind) {
        (document.to_owned(), other.to_owned(), kind)
    }

    #[test]
    fn every_member_except_the_representative_is_a_finding() {
        let (report, _) = sample();
        let members: u64 = report.clusters.iter().map(|c| c.size - 1).sum();
        let found = listed(&report);
        let of_clusters = found.iter().filter(|(.., in_cluster)| *in_cluster);
        assert_eq!(of_clusters.count() as u64, members);
        let count = |limit| count_up_to(&report, limit).unwrap();
        assert_eq!(count(FindingKind::Exact), 1);
        assert_eq!(count(FindingKind::Near), 2);
        assert_eq!(count(FindingKind::Contained), 5);
        assert_eq!(count(FindingKind::Version), 6);
        assert_eq!(count(FindingKind::Overlap), 7);
    }

    #[test]
    fn clusters_keep_their_order() {
        let mut report = shortened_versions(&[]);
        let story = report.clusters[0].clone();
        let nth = |n: usize| {
            let mut story = story.clone();
            story.representative = format!("whole {n:04}");
            story
        };
        report.clusters = (0..3 * CLUSTERS_AT_ONCE + 1).map(nth).collect();
        let found = listed(&report);
        assert_eq!(found.len(), 3 * report.clusters.len());
        assert!(found.is_sorted_by_key(|(_, other, ..)| other));
    }

    /// Two shortened versions of one story are `contained` in its cluster. Only the matches say that they are near
    /// copies of each other. They were once not listed, although `--fail-on near` counted them.
    #[test]
    fn adds_closer_matches_once_per_document() {
        use Relation::{Contained, Exact, Near, Overlap};
        let report = shortened_versions(&[("a", "b", Near), ("a", "c", Near), ("b", "c", Near)]);
        assert_eq!(
            kinds(&report),
            [
                pair_of("b", "a", FindingKind::Near),
                pair_of("c", "a", FindingKind::Near)
            ]
        );
        let report = shortened_versions(&[("a", "b", Contained), ("a", "whole", Contained)]);
        assert_eq!(kinds(&report), []);
        let report = shortened_versions(&[("a", "b", Overlap), ("a", "c", Exact)]);
        assert_eq!(
            kinds(&report),
            [
                pair_of("b", "a", FindingKind::Overlap),
                pair_of("c", "a", FindingKind::Exact)
            ]
        );
    }

    #[test]
    fn cross_source_reports_leave_out_members_of_the_same_source() {
        let mut report = shortened_versions(&[]);
        report.clusters[0].members[1].same_source = true;
        assert_eq!(listed(&report).len(), 3);
        report.parameters.cross_source_only = true;
        assert_eq!(listed(&report).len(), 2);
    }

    #[test]
    fn reversing_a_finding_exchanges_all_fields() {
        let (report, _) = sample();
        let mut overlaps = report.matches.iter();
        let overlap = overlaps.rfind(|m| m.relation == Relation::Overlap).unwrap();
        let overlap = match_finding(overlap);
        let turned = overlap.clone().reversed();
        assert_eq!(turned.document, overlap.other);
        assert_eq!(turned.spans, overlap.spans_other);
        assert_eq!(turned.reversed(), overlap);
    }
}
