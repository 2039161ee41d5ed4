//! A report before its clusters and matches are put into its terms. They are made when somebody asks for
//! them, so that not all of them need be in memory at once.

use super::Error;
use super::assemble::Assembly;
use super::exact::ExactGroups;
use super::outline::{Documents, Outline};
use super::sources::Publishers;
use crate::corpus::Corpus;
use dedupe_core::model::Match;
use dedupe_formats::Input;
use dedupe_report::{
    self as report, Cluster, Report, ReportHeader, ReportView, StageTiming, collect_report,
};
use std::borrow::Cow;
use std::io;
use std::sync::OnceLock;

/// What was found, as indices into the corpus, which it holds.
#[derive(Debug)]
pub struct Draft {
    pub(super) corpus: Corpus,
    pub(super) inputs: Vec<Input>,
    pub(super) groups: ExactGroups,
    pub(super) publishers: Publishers,
    /// Words of each document that are no boilerplate.
    pub(super) effective_lengths: Vec<u32>,
    /// The place of each document in the order of ids.
    pub(super) by_id: Vec<u32>,
    /// In the report's order.
    pub(super) clusters: Vec<Outline>,
    /// In the report's order.
    pub(super) matches: Vec<Match>,
    /// The rest of the report, in which these two lists are empty.
    pub(super) rest: Report,
    /// The report, once it has been collected.
    pub(super) whole: OnceLock<Report>,
}

impl Draft {
    /// All of the report, which no listing of this kind fails to give.
    pub(super) fn whole_report(&self) -> &Report {
        self.full_report().unwrap_or(&self.rest)
    }

    /// Whether all that was asked for so far could be made of what is in the temporary file. Where it
    /// could not, places in texts are wrong.
    ///
    /// # Errors
    ///
    /// The first failure of that file.
    pub fn check(&self) -> Result<(), Error> {
        Ok(self.corpus.check()?)
    }

    /// Puts the time of each stage into the report.
    pub(super) fn set_timings(&mut self, timings: &[StageTiming]) {
        for report in self.whole.get_mut().into_iter().chain([&mut self.rest]) {
            report.timings = Some(timings.to_vec());
        }
    }

    fn assembly(&self) -> Assembly<'_> {
        Assembly {
            documents: Documents {
                corpus: &self.corpus,
                groups: &self.groups,
                publishers: &self.publishers,
                by_id: &self.by_id,
            },
            inputs: &self.inputs,
            effective_lengths: &self.effective_lengths,
        }
    }
}

impl ReportView for Draft {
    fn header(&self) -> ReportHeader<'_> {
        self.rest.header()
    }

    fn cluster_count(&self) -> usize {
        self.clusters.len()
    }

    fn match_count(&self) -> usize {
        self.matches.len()
    }

    fn cluster(&self, at: usize) -> io::Result<Cow<'_, Cluster>> {
        Ok(match self.whole.get() {
            Some(whole) => Cow::Borrowed(&whole.clusters[at]),
            None => Cow::Owned(self.assembly().cluster(&self.clusters[at])),
        })
    }

    fn match_at(&self, at: usize) -> io::Result<Cow<'_, report::Match>> {
        Ok(match self.whole.get() {
            Some(whole) => Cow::Borrowed(&whole.matches[at]),
            None => Cow::Owned(self.assembly().one_match(&self.matches[at])),
        })
    }

    fn full_report(&self) -> io::Result<&Report> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole);
        }
        // Not under the lock: the threads that collect may be about to ask for it themselves.
        let whole = collect_report(self)?;
        Ok(self.whole.get_or_init(|| whole))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Outcome, Settings, Silent, run};
    use super::*;
    use dedupe_formats as source;
    use dedupe_report::{MemberRelation, Summary};
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};
    use xxhash_rust::xxh3::xxh3_128;

    fn path(name: &str) -> PathBuf {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        fixtures.join(name)
    }

    fn drafted(settings: Settings) -> Outcome {
        let paths = ["languages", "syndicated.jsonl", "wire"].map(path);
        run(&paths, &source::Options::default(), &settings, &Silent).unwrap()
    }

    /// Runs of all, of what crosses sources, of what involves new documents, of what half of each story is
    /// known of, and of both.
    fn all_sorts() -> Vec<Outcome> {
        let all = Settings {
            new_baseline: true,
            ..Settings::default()
        };
        let mut sorts = vec![drafted(all.clone())];
        let mut known = sorts[0].baseline.clone().unwrap();
        known.pairs.clear();
        for story in &mut known.stories {
            story.truncate(story.len().div_ceil(2));
        }
        let across = Settings {
            cross_source_only: true,
            ..all.clone()
        };
        let copies = ["en", "de", "ja"].map(|language| format!("languages/{language}/copy.txt"));
        let of_new = Settings {
            new: Some(copies.iter().map(|name| path(name)).collect()),
            ..all.clone()
        };
        let unknown = |of: &Settings| Settings {
            baseline: Some(known.clone()),
            ..of.clone()
        };
        let others = [unknown(&all), unknown(&of_new), across, of_new];
        sorts.extend(others.map(drafted));
        sorts
    }

    #[test]
    fn what_is_made_item_by_item_is_the_whole() {
        let mut narrowed = 0;
        for Outcome { draft, .. } in all_sorts() {
            let clusters: Vec<Cluster> = (0..draft.cluster_count())
                .map(|at| draft.cluster(at).unwrap().into_owned())
                .collect();
            let matches: Vec<report::Match> = (0..draft.match_count())
                .map(|at| draft.match_at(at).unwrap().into_owned())
                .collect();
            let whole = draft.full_report().unwrap();
            narrowed += (draft.clusters.iter().filter(|c| !c.left_out.is_empty())).count();
            assert_eq!((&clusters, &matches), (&whole.clusters, &whole.matches));
            for at in 0..clusters.len() {
                let again = draft.cluster(at).unwrap();
                assert!(matches!(again, Cow::Borrowed(_)), "made only once");
            }
        }
        assert!(narrowed > 10);
    }

    #[test]
    fn lists_are_in_the_reports_order_and_clusters_named_by_their_members() {
        for outcome in all_sorts() {
            let report = outcome.report().unwrap();
            let pairs = report.matches.iter().map(|m| (&m.left, &m.right));
            assert!(pairs.clone().all(|(left, right)| left < right));
            assert!(pairs.is_sorted_by(|a, b| a < b));
            let order = |a: &Cluster, b: &Cluster| (b.size, &a.id) < (a.size, &b.id);
            assert!(report.clusters.is_sorted_by(order));
            for cluster in &report.clusters {
                let (first, others) = cluster.members.split_first().unwrap();
                assert_eq!(first.id, cluster.representative);
                assert_eq!(first.relation, MemberRelation::Representative);
                assert!(others.is_sorted_by(|a, b| a.id < b.id));
                let ids: BTreeSet<&str> = cluster.members.iter().map(|m| m.id.as_str()).collect();
                let lines: String = ids.iter().map(|id| format!("{id}\n")).collect();
                let hash = format!("{:032x}", xxh3_128(lines.as_bytes()));
                assert_eq!(
                    (cluster.size, &*cluster.id),
                    (ids.len() as u64, &hash[..12])
                );
            }
        }
    }

    #[test]
    fn the_summary_counts_what_is_listed() {
        for outcome in all_sorts() {
            let report = outcome.report().unwrap();
            let mut closest: BTreeMap<&str, MemberRelation> = BTreeMap::new();
            for member in report.clusters.iter().flat_map(|c| &c.members) {
                let relation = closest.entry(&member.id).or_insert(member.relation);
                *relation = member.relation.min(*relation);
            }
            let count = |relation| closest.values().filter(|r| **r == relation).count() as u64;
            let overlaps = report.matches.iter().filter(|m| !m.relation.is_copy());
            let expected = Summary {
                clusters: report.clusters.len() as u64,
                exact: count(MemberRelation::Exact),
                near: count(MemberRelation::Near),
                contained: count(MemberRelation::Contains) + count(MemberRelation::Contained),
                overlaps: overlaps.count() as u64,
                unique: report.summary.documents - closest.len() as u64,
                ..report.summary.clone()
            };
            assert_eq!(report.summary, expected);
        }
    }
}
