//! Scores of a report against labels: precision, recall and F1 of pairs, recall by kind, cluster scores, and the worst
//! errors.
//!
//! A labelled copy is a *hit* if the report has the pair as a copy: as a match other than an overlap, or as two members
//! of one cluster. For the kind `excerpt`, an overlap is also a hit. A found copy is *right* if the labels have the
//! pair or put both documents into one cluster, *wrong* if the labels contradict it, and *open* otherwise. Open pairs
//! affect no score.

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

/// Kind of copy for which an overlap is a hit.
const EXCERPT: &str = "excerpt";
/// Maximum number of missed and of wrong pairs to list, each.
pub const MAX_LISTED_ERRORS: usize = 20;

/// Scores of pairs. A score is `None` if it cannot be computed from the labels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairScores {
    /// Number of labelled copies.
    pub labelled: u64,
    /// Number of labelled copies that were found.
    pub hit: u64,
    /// Number of found copies.
    pub found: u64,
    /// Number of found copies that the labels confirm.
    pub right: u64,
    /// Number of found copies that the labels contradict.
    pub wrong: u64,
    /// Number of found copies that are not labelled.
    pub open: u64,
    /// `right / (right + wrong)`. `None` if the labels cannot contradict any pair, or label no found copy.
    pub precision: Option<f64>,
    /// `hit / labelled`.
    pub recall: Option<f64>,
    /// The harmonic mean of precision and recall.
    pub f1: Option<f64>,
}

/// Recall of one kind of copy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KindScore {
    /// Name of the kind in the labels.
    pub kind: String,
    /// Number of labelled copies of this kind.
    pub labelled: u64,
    /// Number of them that were found.
    pub hit: u64,
    /// `hit / labelled`.
    pub recall: f64,
}

/// Scores of overlaps. An overlap does not claim that both documents carry the same story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OverlapScores {
    /// Number of found overlaps.
    pub found: u64,
    /// Number of them whose documents carry the same story according to the labels.
    pub right: u64,
}

/// Scores of clusters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ClusterScores {
    /// Number of compared documents.
    pub documents: u64,
    /// Adjusted Rand index: 0 for chance, 1 for equal clusters.
    pub adjusted_rand: f64,
    /// B-cubed scores.
    pub bcubed: BCubed,
}

/// Scores for one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Threshold of the run.
    pub threshold: f64,
    /// Scores of the run.
    #[serde(flatten)]
    pub pairs: PairScores,
}

/// A pair for which report and labels differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mistake {
    /// Id that sorts first.
    pub left: String,
    /// The other id.
    pub right: String,
    /// Labelled kinds of copy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Match of the pair, if the report has one.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub found: Option<Match>,
    /// Id of the cluster that contains both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// Representative of that cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
    /// What the report has about the pair, in one sentence.
    pub evidence: String,
}

/// All scores and the worst errors.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Scores of pairs.
    pub pairs: PairScores,
    /// Recall of each kind, sorted by name.
    pub kinds: Vec<KindScore>,
    /// Scores of overlaps.
    pub overlaps: OverlapScores,
    /// Scores of clusters, or `None` if the labels have no clusters.
    pub clusters: Option<ClusterScores>,
    /// Labelled copies that were not found, at most [`MAX_LISTED_ERRORS`]. Kinds with the best recall come first.
    pub missed: Vec<Mistake>,
    /// Found copies that the labels contradict, at most [`MAX_LISTED_ERRORS`]. The strongest claims come first.
    pub wrong: Vec<Mistake>,
}

/// Computes only the scores of pairs.
#[must_use]
pub fn score_pairs(report: &Report, truth: &Truth) -> PairScores {
    let mut names = truth.names.clone();
    Scorer::new(&ReportedPairs::new(report, &mut names), truth).pairs()
}

/// Compares a report with labels. Takes time linear in the found and the labelled pairs, plus the time of
/// [`adjusted_rand`].
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

/// Returns the harmonic mean, or 0 if both values are 0.
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
    expected: Vec<(Pair, Vec<&'a str>)>,
}

impl<'a> Scorer<'a> {
    fn new(found: &'a ReportedPairs<'a>, truth: &'a Truth) -> Self {
        Self {
            found,
            truth,
            expected: truth.expected_copies(),
        }
    }

    fn is_hit(&self, pair: Pair, kind: &str) -> bool {
        self.found.is_copy(pair)
            || (kind == EXCERPT && self.found.overlap(pair).is_some())
            || (!self.truth.has_pairs() && self.found.together(pair))
    }

    fn pairs(&self) -> PairScores {
        let hits = |(pair, kinds): &&(Pair, Vec<&str>)| kinds.iter().any(|k| self.is_hit(*pair, k));
        let hit = self.expected.iter().filter(hits).count() as u64;
        let (mut right, mut wrong, mut open) = (0, 0, 0);
        for (pair, _) in self.found.copies() {
            *match self.truth.verdict(pair) {
                Verdict::Right => &mut right,
                Verdict::Wrong => &mut wrong,
                Verdict::Open => &mut open,
            } += 1;
        }
        let labelled = self.expected.len() as u64;
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
        for (pair, kinds) in &self.expected {
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
        let mut missed: Vec<(&Pair, &Vec<&str>, Option<&Match>)> = (self.expected.iter())
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
                ..mistake_without_details(names, *pair, evidence)
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
                ..mistake_without_details(names, pair, sentence(m))
            },
            FoundBy::Cluster(at) => {
                let cluster = report.clusters.get(at);
                let evidence = "no match of the two: each matches the cluster's representative";
                Mistake {
                    cluster: cluster.map(|c| c.id.clone()),
                    representative: cluster.map(|c| c.representative.clone()),
                    ..mistake_without_details(names, pair, evidence.to_owned())
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

fn mistake_without_details(names: &NameTable, pair: Pair, evidence: String) -> Mistake {
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

/// Returns how strongly a match claims that two documents carry the same story, for sorting.
fn strength(m: &Match) -> u64 {
    per_mille(m.containment_left.max(m.containment_right)) * 1_000_000 + m.words.min(999_999)
}

fn per_mille(share: f64) -> u64 {
    (share * 1e3).round() as u64
}

/// Describes a match in one sentence.
fn sentence(m: &Match) -> String {
    let relation = match m.relation {
        Relation::Exact => "exact",
        Relation::Near => "near",
        Relation::Contains => "contains",
        Relation::Contained => "contained",
        Relation::Version => "version",
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
