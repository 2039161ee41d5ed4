//! The copies of a report one by one, as formats that list them need them, and as exit codes count
//! them: what is printed and what is counted are the same.
//!
//! Each member of a cluster is a copy of its representative. What the clusters do not say is added: a
//! match that is closer than what is listed of either document, such as two cuts of one story that are
//! near copies of each other; and every overlap.

use crate::{Cluster, Match, MemberRelation, Report};
use dedupe_core::model::{Relation, Span};
use std::collections::{HashMap, HashSet};

/// What sort of copy; closest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// The same words.
    Exact,
    /// Most of each stands in the other.
    Near,
    /// Most of one stands in the other.
    Contained,
    /// A shared passage.
    Overlap,
}

impl FindingKind {
    /// Its name.
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

/// A document that is a copy, or shares a passage, and the one it is measured against.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding<'a> {
    /// The copy.
    pub document: &'a str,
    /// What it is a copy of.
    pub other: &'a str,
    /// What the copy is to the other.
    pub relation: Relation,
    /// The cluster that says so; none for what a match alone says.
    pub cluster: Option<&'a str>,
    /// Share of the copy's words that stand in the other.
    pub containment: f64,
    /// Share of the other's words that stand in the copy.
    pub containment_other: f64,
    /// Where the copied passages stand in the copy.
    pub spans: Vec<Span>,
    /// Where they stand in the other.
    pub spans_other: Vec<Span>,
}

impl Finding<'_> {
    /// What sort of copy it is.
    #[must_use]
    pub fn kind(&self) -> FindingKind {
        self.relation.into()
    }

    /// The same, read from the other document.
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

/// All copies: those of the clusters in their order, then what matches add, by document. Where only what
/// crosses sources is reported, what stays within one is no copy. Time n log n in members and matches.
#[must_use]
pub fn findings(report: &Report) -> Vec<Finding<'_>> {
    let crossing = report.parameters.cross_source_only;
    let copies = report.clusters.iter().flat_map(|c| of_cluster(c, crossing));
    let mut found: Vec<Finding<'_>> = copies.collect();
    let added = added(report, &found);
    found.extend(added.into_iter().map(of_match));
    found
}

/// How many are of that kind or a closer one.
#[must_use]
pub fn count_up_to(findings: &[Finding<'_>], limit: FindingKind) -> usize {
    findings.iter().filter(|f| f.kind() <= limit).count()
}

fn of_cluster(cluster: &Cluster, crossing: bool) -> impl Iterator<Item = Finding<'_>> {
    let kept = cluster.members.first();
    let spans_kept = kept.map_or(&[][..], |kept| &kept.spans);
    let members = (cluster.members.iter()).filter(move |m| !(crossing && m.same_source));
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
        spans: member.spans.clone(),
        spans_other: spans_kept.to_vec(),
    })
}

/// The matches that say more than what is listed: all overlaps, and what is closer than anything listed
/// of one of its documents.
pub(super) fn added<'a>(report: &'a Report, listed: &[Finding<'a>]) -> Vec<&'a Match> {
    let mut closest: HashMap<&str, FindingKind> = HashMap::new();
    let mut pairs: HashSet<(&str, &str)> = HashSet::new();
    for finding in listed {
        let (a, b) = (finding.document, finding.other);
        note(&mut closest, [a, b], finding.kind());
        pairs.insert((a.min(b), a.max(b)));
    }
    let mut matches: Vec<&Match> = (report.matches.iter())
        .filter(|m| !pairs.contains(&(m.left.as_str(), m.right.as_str())))
        .collect();
    // Stable: within a kind the order of the report stays.
    matches.sort_by_key(|m| FindingKind::from(m.relation));
    matches.retain(|m| {
        let kind = FindingKind::from(m.relation);
        let documents = [m.left.as_str(), m.right.as_str()];
        let listed = |id: &&str| closest.get(id).is_some_and(|known| *known <= kind);
        let is_new = kind == FindingKind::Overlap || !documents.iter().all(listed);
        if is_new {
            note(&mut closest, documents, kind);
        }
        is_new
    });
    matches.sort_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
    matches
}

fn note<'a>(
    closest: &mut HashMap<&'a str, FindingKind>,
    documents: [&'a str; 2],
    kind: FindingKind,
) {
    for id in documents {
        let known = closest.entry(id).or_insert(kind);
        *known = kind.min(*known);
    }
}

/// A match as a finding of its right document, or of the one that stands in the other.
fn of_match(found: &Match) -> Finding<'_> {
    let (left, right) = found.spans.iter().map(|s| (s.left, s.right)).unzip();
    let finding = Finding {
        document: &found.left,
        other: &found.right,
        relation: found.relation,
        cluster: None,
        containment: found.containment_left,
        containment_other: found.containment_right,
        spans: left,
        spans_other: right,
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

    /// A story of a document and its cuts, which are matched with each other so.
    fn cuts(among: &[(&str, &str, Relation)]) -> Report {
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
    fn every_member_but_the_one_to_keep_is_a_copy() {
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

    /// Two cuts of one story are cuts in its cluster; that they are near copies of each other stood in
    /// the matches alone, so that `--fail-on near` failed a run that listed no near copy.
    #[test]
    fn what_matches_alone_say_is_listed_once_a_document() {
        use Relation::{Contained, Exact, Near, Overlap};
        let report = cuts(&[("a", "b", Near), ("a", "c", Near), ("b", "c", Near)]);
        assert_eq!(
            kinds(&report),
            [("b", "a", FindingKind::Near), ("c", "a", FindingKind::Near)]
        );
        let report = cuts(&[("a", "b", Contained), ("a", "whole", Contained)]);
        assert_eq!(kinds(&report), []);
        let report = cuts(&[("a", "b", Overlap), ("a", "c", Exact)]);
        assert_eq!(
            kinds(&report),
            [
                ("b", "a", FindingKind::Overlap),
                ("c", "a", FindingKind::Exact)
            ]
        );
    }

    #[test]
    fn across_sources_a_member_of_the_same_source_is_no_copy() {
        let mut report = cuts(&[]);
        report.clusters[0].members[1].same_source = true;
        assert_eq!(findings(&report).len(), 3);
        report.parameters.cross_source_only = true;
        assert_eq!(findings(&report).len(), 2);
    }

    #[test]
    fn reading_it_from_the_other_document_turns_everything_round() {
        let (report, _) = sample();
        let overlap = findings(&report).pop().unwrap();
        let turned = overlap.clone().reversed();
        assert_eq!(turned.document, overlap.other);
        assert_eq!(turned.spans, overlap.spans_other);
        assert_eq!(turned.reversed(), overlap);
    }
}
