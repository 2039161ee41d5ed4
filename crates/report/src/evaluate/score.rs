//! ReportedPairs against known: precision, recall and F1 of pairs, recall by kind, clusters, worst errors.
//!
//! A labelled copy is *hit* where the report has it as a copy: a match other than an overlap, or two
//! members of one cluster. For copies of the kind `excerpt` an overlap will do. A found copy is *right* where
//! the labels have the pair, or put both documents into one cluster; *wrong* where they know better; else
//! *open*, and then it counts for nothing.

use super::bcubed::{BCubed, bcubed};
use super::name_table::NameTable;
use super::rand_index::adjusted_rand;
use super::reported_pairs::{FoundBy, ReportedPairs};
use super::truth::{Truth, Verdict};
use crate::{Match, Report};
use dedupe_core::model::Pair;
use dedupe_core::model::Relation;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The kind of copy for which an overlap is a hit.
const EXCERPT: &str = "excerpt";
/// Errors listed of each sort.
pub const MAX_LISTED_ERRORS: usize = 20;

/// Pairs of a run against labels. A figure that the labels cannot give is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairScores {
    /// Copies that the labels know.
    pub labelled: u64,
    /// Those of them that were found.
    pub hit: u64,
    /// Copies found.
    pub found: u64,
    /// ReportedPairs copies that the labels confirm.
    pub right: u64,
    /// ReportedPairs copies that the labels refute.
    pub wrong: u64,
    /// ReportedPairs copies of which the labels say nothing.
    pub open: u64,
    /// `right / (right + wrong)`; none where the labels could refute no pair, or judge none found.
    pub precision: Option<f64>,
    /// `hit / labelled`.
    pub recall: Option<f64>,
    /// The harmonic mean of precision and recall.
    pub f1: Option<f64>,
}

/// Recall of one kind of copy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KindScore {
    /// As the labels name it.
    pub kind: String,
    /// Copies of the kind.
    pub labelled: u64,
    /// Those that were found.
    pub hit: u64,
    /// `hit / labelled`.
    pub recall: f64,
}

/// ReportedPairs overlaps, which are no claim that one story is carried twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OverlapScores {
    /// Overlaps found.
    pub found: u64,
    /// Those whose documents carry one story as far as the labels know.
    pub right: u64,
}

/// Clusters of a run against the clusters of the labels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ClusterScores {
    /// Documents compared.
    pub documents: u64,
    /// 0 where no better than chance, 1 where alike.
    pub adjusted_rand: f64,
    /// Averages over documents.
    pub bcubed: BCubed,
}

/// One point of the curve over the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// The threshold of the run.
    pub threshold: f64,
    /// What it gives.
    #[serde(flatten)]
    pub pairs: PairScores,
}

/// A pair that the run and the labels see differently.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mistake {
    /// The id that sorts first.
    pub left: String,
    /// The other one.
    pub right: String,
    /// The kinds of copy, where the labels have one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// The match of the two, where the run has one.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub found: Option<Match>,
    /// The cluster that both are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Its representative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
    /// What is known, in a sentence.
    pub evidence: String,
}

/// Everything.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Precision, recall and F1.
    pub pairs: PairScores,
    /// Recall by kind, by name.
    pub kinds: Vec<KindScore>,
    /// ReportedPairs overlaps.
    pub overlaps: OverlapScores,
    /// None where the labels know of no clusters.
    pub clusters: Option<ClusterScores>,
    /// Labelled copies that were not found: [`MAX_LISTED_ERRORS`] at most, those of kinds that are found best first.
    pub missed: Vec<Mistake>,
    /// ReportedPairs copies that the labels refute: [`MAX_LISTED_ERRORS`] at most, those claimed most strongly first.
    pub wrong: Vec<Mistake>,
}

/// Pairs alone: a point of a curve.
#[must_use]
pub fn score_pairs(report: &Report, truth: &Truth) -> PairScores {
    let mut names = truth.names.clone();
    Scorer::new(&ReportedPairs::new(report, &mut names), truth).pairs()
}

/// Compares a report with labels. Time linear in the found and the labelled pairs, and as
/// [`adjusted_rand`] says.
#[must_use]
pub fn evaluate(report: &Report, truth: &Truth) -> Evaluation {
    let mut names = truth.names.clone();
    let found = ReportedPairs::new(report, &mut names);
    let comparison = Scorer::new(&found, truth);
    let kinds = comparison.kinds();
    Evaluation {
        pairs: comparison.pairs(),
        overlaps: comparison.overlaps(),
        clusters: comparison.clusters(),
        missed: comparison.missed(&names, &kinds),
        wrong: comparison.wrong(&names, report),
        kinds,
    }
}

/// The harmonic mean; 0 where both are.
#[must_use]
pub fn f1(precision: f64, recall: f64) -> f64 {
    if precision + recall == 0.0 {
        return 0.0;
    }
    2.0 * precision * recall / (precision + recall)
}

struct Scorer<'a> {
    found: &'a ReportedPairs<'a>,
    truth: &'a Truth,
    wanted: Vec<(Pair, Vec<&'a str>)>,
}

impl<'a> Scorer<'a> {
    fn new(found: &'a ReportedPairs<'a>, truth: &'a Truth) -> Self {
        Self {
            found,
            truth,
            wanted: truth.wanted(),
        }
    }

    fn is_hit(&self, pair: Pair, kind: &str) -> bool {
        self.found.is_copy(pair)
            || (kind == EXCERPT && self.found.overlap(pair).is_some())
            || (!self.truth.has_pairs() && self.found.together(pair))
    }

    fn pairs(&self) -> PairScores {
        let hits = |(pair, kinds): &&(Pair, Vec<&str>)| kinds.iter().any(|k| self.is_hit(*pair, k));
        let hit = self.wanted.iter().filter(hits).count() as u64;
        let (mut right, mut wrong, mut open) = (0, 0, 0);
        for (pair, _) in self.found.copies() {
            *match self.truth.verdict(pair) {
                Verdict::Right => &mut right,
                Verdict::Wrong => &mut wrong,
                Verdict::Open => &mut open,
            } += 1;
        }
        let labelled = self.wanted.len() as u64;
        let precision = share(right, right + wrong).filter(|_| self.truth.can_tell_wrong());
        let recall = share(hit, labelled);
        PairScores {
            labelled,
            hit,
            found: right + wrong + open,
            right,
            wrong,
            open,
            precision,
            recall,
            f1: precision.zip(recall).map(|(p, r)| f1(p, r)),
        }
    }

    fn kinds(&self) -> Vec<KindScore> {
        let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for (pair, kinds) in &self.wanted {
            for kind in kinds {
                let (labelled, hit) = counts.entry(kind).or_default();
                *labelled += 1;
                *hit += u64::from(self.is_hit(*pair, kind));
            }
        }
        let kind = |(kind, (labelled, hit)): (&str, (u64, u64))| KindScore {
            kind: kind.to_owned(),
            labelled,
            hit,
            recall: share(hit, labelled).unwrap_or(0.0),
        };
        counts.into_iter().map(kind).collect()
    }

    fn overlaps(&self) -> OverlapScores {
        let right = |pair: &Pair| self.truth.verdict(*pair) == Verdict::Right;
        OverlapScores {
            found: self.found.overlaps().count() as u64,
            right: self.found.overlaps().filter(right).count() as u64,
        }
    }

    fn clusters(&self) -> Option<ClusterScores> {
        let labelled = self.truth.memberships()?;
        let found: Vec<Vec<u32>> = (labelled.iter())
            .map(|(document, _)| self.found.clusters(*document).to_vec())
            .collect();
        let truth: Vec<Vec<u32>> = labelled.into_iter().map(|(_, clusters)| clusters).collect();
        Some(ClusterScores {
            documents: truth.len() as u64,
            adjusted_rand: adjusted_rand(&truth, &found),
            bcubed: bcubed(&truth, &found),
        })
    }

    fn missed(&self, names: &NameTable, kinds: &[KindScore]) -> Vec<Mistake> {
        let recall: HashMap<&str, f64> = (kinds.iter()).map(|k| (&*k.kind, k.recall)).collect();
        let best = |kinds: &[&str]| {
            let known = kinds.iter().filter_map(|k| recall.get(k));
            known.copied().fold(0.0, f64::max)
        };
        let mut missed: Vec<(&Pair, &Vec<&str>, Option<&Match>)> = (self.wanted.iter())
            .filter(|(pair, kinds)| !kinds.iter().any(|k| self.is_hit(*pair, k)))
            .map(|(pair, kinds)| (pair, kinds, self.found.overlap(*pair)))
            .collect();
        missed.sort_by_key(|(pair, kinds, overlap)| {
            let strength = overlap.map_or(0, strength);
            (Reverse(per_mille(best(kinds))), Reverse(strength), **pair)
        });
        let mistake = |(pair, kinds, overlap): (&Pair, &Vec<&str>, Option<&Match>)| {
            let kinds = kinds.iter().map(|&k| k.to_owned()).collect();
            let evidence = overlap.map_or("no match".to_owned(), sentence);
            Mistake {
                kinds,
                found: overlap.cloned(),
                ..blank(names, *pair, evidence)
            }
        };
        missed
            .into_iter()
            .take(MAX_LISTED_ERRORS)
            .map(mistake)
            .collect()
    }

    fn wrong(&self, names: &NameTable, report: &Report) -> Vec<Mistake> {
        let mut wrong: Vec<(Pair, FoundBy)> = (self.found.copies())
            .filter(|(pair, _)| self.truth.verdict(*pair) == Verdict::Wrong)
            .collect();
        wrong.sort_by_key(|(pair, evidence)| {
            let strength = match evidence {
                FoundBy::Match(m) => strength(m),
                FoundBy::Cluster(_) => 0,
            };
            (Reverse(strength), *pair)
        });
        let mistake = |(pair, evidence): (Pair, FoundBy)| match evidence {
            FoundBy::Match(m) => Mistake {
                found: Some(m.clone()),
                ..blank(names, pair, sentence(m))
            },
            FoundBy::Cluster(at) => {
                let cluster = report.clusters.get(at);
                let evidence = "no match of the two: each matches the cluster's representative";
                Mistake {
                    cluster: cluster.map(|c| c.id.clone()),
                    representative: cluster.map(|c| c.representative.clone()),
                    ..blank(names, pair, evidence.to_owned())
                }
            }
        };
        wrong
            .into_iter()
            .take(MAX_LISTED_ERRORS)
            .map(mistake)
            .collect()
    }
}

fn blank(names: &NameTable, pair: Pair, evidence: String) -> Mistake {
    let mut ids = [pair.lower(), pair.higher()].map(|d| names.name(d.0).to_owned());
    ids.sort_unstable();
    let [left, right] = ids;
    Mistake {
        left,
        right,
        kinds: Vec::new(),
        found: None,
        cluster: None,
        representative: None,
        evidence,
    }
}

/// How strongly a match claims that two documents are one story, for sorting.
fn strength(m: &Match) -> u64 {
    per_mille(m.containment_left.max(m.containment_right)) * 1_000_000 + m.words.min(999_999)
}

fn per_mille(share: f64) -> u64 {
    (share * 1e3).round() as u64
}

/// A match in a sentence.
fn sentence(m: &Match) -> String {
    let relation = match m.relation {
        Relation::Exact => "exact",
        Relation::Near => "near",
        Relation::Contains => "contains",
        Relation::Contained => "contained",
        Relation::Overlap => "overlap",
    };
    format!(
        "{relation}: {} words, {:.2} of left, {:.2} of right, longest run {}",
        m.words, m.containment_left, m.containment_right, m.longest_run
    )
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
