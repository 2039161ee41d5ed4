//! The copies and overlaps of a report, one by one. SARIF, GitHub and JUnit list them, and the exit code counts
//! them, so that output and exit code agree.
//!
//! Each cluster member except the representative is a finding. Matches add two more kinds of finding: every
//! overlap, and each match that is closer than the findings listed so far for one of its documents. An example
//! is two shortened versions of one story that are near copies of each other.

use crate::{Cluster, Match, MemberRelation, Report};
use dedupe_core::model::{Relation, Span};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Kind of finding, the closest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// Both documents have the same words.
    Exact,
    /// Most of each document appears in the other.
    Near,
    /// Most of one document appears in the other.
    Contained,
    /// The documents share a passage, and neither is a copy of the other.
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
            spans: self.spans_other,
            spans_other: self.spans,
            cluster: self.cluster,
        }
    }
}

/// Returns all findings: first those of the clusters, in the order of the report, then those that matches add,
/// sorted by left and right document. A report across sources leaves out members with the source of their
/// representative. Takes O(n log n) time in members and matches.
#[must_use]
pub fn findings(report: &Report) -> Vec<Finding<'_>> {
    let cross_source_only = report.parameters.cross_source_only;
    let copies = report
        .clusters
        .iter()
        .flat_map(|c| cluster_findings(c, cross_source_only));
    let mut found: Vec<Finding<'_>> = copies.collect();
    let added = unlisted_matches(report, &found);
    found.extend(added.into_iter().map(match_finding));
    found
}

/// Returns the number of findings of kind `limit` or closer.
#[must_use]
pub fn count_up_to(findings: &[Finding<'_>], limit: FindingKind) -> usize {
    findings.iter().filter(|f| f.kind() <= limit).count()
}

fn cluster_findings(
    cluster: &Cluster,
    cross_source_only: bool,
) -> impl Iterator<Item = Finding<'_>> {
    let representative = cluster.members.first();
    let representative_spans = representative.map_or(&[][..], |member| &member.spans);
    let members = (cluster.members.iter()).filter(move |m| !(cross_source_only && m.same_source));
    let copies = members.filter_map(|member| {
        let relation = match member.relation {
            MemberRelation::Representative => return None,
            MemberRelation::Exact => Relation::Exact,
            MemberRelation::Near => Relation::Near,
            MemberRelation::Contains => Relation::Contains,
            MemberRelation::Contained => Relation::Contained,
        };
        Some((member, relation))
    });
    copies.map(|(member, relation)| Finding {
        document: &member.id,
        other: &cluster.representative,
        relation,
        cluster: Some(&cluster.id),
        containment: member.containment,
        containment_other: member.containment_representative,
        spans: Cow::Borrowed(&member.spans),
        spans_other: Cow::Borrowed(representative_spans),
    })
}

/// Returns the matches that add a finding: all overlaps, and each match that is closer than all findings listed
/// so far for one of its documents.
fn unlisted_matches<'a>(report: &'a Report, listed: &[Finding<'a>]) -> Vec<&'a Match> {
    let mut closest: HashMap<&str, FindingKind> = HashMap::new();
    let mut pairs: HashSet<(&str, &str)> = HashSet::new();
    for finding in listed {
        let (a, b) = (finding.document, finding.other);
        record_closest(&mut closest, [a, b], finding.kind());
        pairs.insert((a.min(b), a.max(b)));
    }
    let mut matches: Vec<&Match> = (report.matches.iter())
        .filter(|m| !pairs.contains(&(m.left.as_str(), m.right.as_str())))
        .collect();
    // The sort is stable: matches of one kind keep the order of the report.
    matches.sort_by_key(|m| FindingKind::from(m.relation));
    matches.retain(|m| {
        let kind = FindingKind::from(m.relation);
        let documents = [m.left.as_str(), m.right.as_str()];
        let listed = |id: &&str| closest.get(id).is_some_and(|known| *known <= kind);
        let is_new = kind == FindingKind::Overlap || !documents.iter().all(listed);
        if is_new {
            record_closest(&mut closest, documents, kind);
        }
        is_new
    });
    matches.sort_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
    matches
}

fn record_closest<'a>(
    closest: &mut HashMap<&'a str, FindingKind>,
    documents: [&'a str; 2],
    kind: FindingKind,
) {
    for id in documents {
        let known = closest.entry(id).or_insert(kind);
        *known = kind.min(*known);
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

    fn kinds(report: &Report) -> Vec<(&str, &str, FindingKind)> {
        let found = findings(report).into_iter();
        let pairs = found.filter(|f| f.cluster.is_none());
        pairs.map(|f| (f.document, f.other, f.kind())).collect()
    }

    #[test]
    fn every_member_except_the_representative_is_a_finding() {
        let (report, _) = sample();
        let found = findings(&report);
        let members: u64 = report.clusters.iter().map(|c| c.size - 1).sum();
        let of_clusters = found.iter().filter(|f| f.cluster.is_some()).count();
        assert_eq!(of_clusters as u64, members);
        assert_eq!(count_up_to(&found, FindingKind::Exact), 1);
        assert_eq!(count_up_to(&found, FindingKind::Near), 2);
        assert_eq!(count_up_to(&found, FindingKind::Contained), 5);
        assert_eq!(count_up_to(&found, FindingKind::Overlap), 6);
    }

    /// Two shortened versions of one story are `contained` in its cluster. Only the matches say that they are near
    /// copies of each other. They were once not listed, although `--fail-on near` counted them.
    #[test]
    fn adds_closer_matches_once_per_document() {
        use Relation::{Contained, Exact, Near, Overlap};
        let report = shortened_versions(&[("a", "b", Near), ("a", "c", Near), ("b", "c", Near)]);
        assert_eq!(
            kinds(&report),
            [("b", "a", FindingKind::Near), ("c", "a", FindingKind::Near)]
        );
        let report = shortened_versions(&[("a", "b", Contained), ("a", "whole", Contained)]);
        assert_eq!(kinds(&report), []);
        let report = shortened_versions(&[("a", "b", Overlap), ("a", "c", Exact)]);
        assert_eq!(
            kinds(&report),
            [
                ("b", "a", FindingKind::Overlap),
                ("c", "a", FindingKind::Exact)
            ]
        );
    }

    #[test]
    fn cross_source_reports_leave_out_members_of_the_same_source() {
        let mut report = shortened_versions(&[]);
        report.clusters[0].members[1].same_source = true;
        assert_eq!(findings(&report).len(), 3);
        report.parameters.cross_source_only = true;
        assert_eq!(findings(&report).len(), 2);
    }

    #[test]
    fn reversing_a_finding_exchanges_all_fields() {
        let (report, _) = sample();
        let overlap = findings(&report).pop().unwrap();
        let turned = overlap.clone().reversed();
        assert_eq!(turned.document, overlap.other);
        assert_eq!(turned.spans, overlap.spans_other);
        assert_eq!(turned.reversed(), overlap);
    }
}
