//! A report whose clusters and matches are made when they are asked for, so that not all are in memory at once.

use super::clusters::{DocumentLookup, ListedCluster};
use super::items::ItemBuilder;
use crate::corpus::SpillError;
use crate::matching::exact::ExactGroups;
use crate::reading::Reading;
use crate::reading::publishers::Publishers;
use dedupe_core::model::Match;
use dedupe_formats as formats;
use dedupe_report::{
    self as report, Cluster, MatchHeader, Report, ReportHeader, ReportView, StageTiming,
};
use rayon::prelude::*;
use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

/// Items that a thread makes in a row, at least.
const MIN_ITEMS_PER_THREAD: usize = 16;

/// The report of a run, and the corpus that its items are made from.
#[derive(Debug)]
pub struct LazyReport {
    reading: Reading,
    exact: ExactGroups,
    publishers: Publishers,
    /// By document: its position among all ids, sorted.
    id_ranks: Vec<u32>,
    /// By document: its number of words.
    lengths: Vec<u32>,
    /// In the order of the report.
    clusters: Vec<ListedCluster>,
    /// In the order of the report.
    matches: Vec<Match>,
    /// The rest of the report. Its clusters and matches are empty.
    header: Report,
    /// The whole report, once it has been asked for.
    whole: OnceLock<Report>,
}

impl LazyReport {
    pub(super) fn new(
        reading: Reading,
        (exact, publishers, id_ranks): (ExactGroups, Publishers, Vec<u32>),
        lengths: Vec<u32>,
        (clusters, matches): (Vec<ListedCluster>, Vec<Match>),
        header: Report,
    ) -> Self {
        Self {
            reading,
            exact,
            publishers,
            id_ranks,
            lengths,
            clusters,
            matches,
            header,
            whole: OnceLock::new(),
        }
    }

    /// The whole report. It is made when it is first asked for, and kept.
    ///
    /// # Errors
    ///
    /// The spill file could not be read.
    pub fn report(&self) -> Result<&Report, SpillError> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole);
        }
        // Not made inside `get_or_init`: its threads would wait for each other if they asked for the report.
        let whole = self.make_report()?;
        Ok(self.whole.get_or_init(|| whole))
    }

    pub(super) fn into_report(mut self) -> Result<Report, SpillError> {
        match self.whole.take() {
            Some(whole) => Ok(whole),
            None => self.make_report(),
        }
    }

    pub(super) fn has_document_of(&self, paths: &[PathBuf], options: &formats::Options) -> bool {
        let Reading { corpus, inputs, .. } = &self.reading;
        let is_of = formats::reachable_from(inputs, paths, options);
        let mut inputs = corpus.indices().map(|d| corpus.location(d).input);
        inputs.any(|input| is_of.get(input as usize) == Some(&true))
    }

    fn make_report(&self) -> Result<Report, SpillError> {
        let items = self.items();
        let clusters = self.clusters.par_iter().with_min_len(MIN_ITEMS_PER_THREAD);
        let matches = self.matches.par_iter().with_min_len(MIN_ITEMS_PER_THREAD);
        Ok(Report {
            clusters: (clusters.map(|cluster| items.cluster(cluster))).collect::<Result<_, _>>()?,
            matches: (matches.map(|found| items.match_item(found))).collect::<Result<_, _>>()?,
            ..self.header.clone()
        })
    }

    /// The cluster with this index.
    pub(super) fn make_cluster(&self, at: usize) -> Result<Cow<'_, Cluster>, SpillError> {
        match self.whole.get() {
            Some(whole) => Ok(Cow::Borrowed(&whole.clusters[at])),
            None => Ok(Cow::Owned(self.items().cluster(&self.clusters[at])?)),
        }
    }

    pub(crate) fn reading(&self) -> &Reading {
        &self.reading
    }

    pub(crate) fn exact(&self) -> &ExactGroups {
        &self.exact
    }

    /// By document: its number of words.
    pub(crate) fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    pub(super) fn set_timings(&mut self, timings: Vec<StageTiming>) {
        if let Some(whole) = self.whole.get_mut() {
            whole.timings = Some(timings.clone());
        }
        self.header.timings = Some(timings);
    }

    /// Adds warnings, in the order of the report and each once.
    pub(super) fn add_warnings(&mut self, warnings: Vec<report::Fault>) {
        if warnings.is_empty() {
            return;
        }
        for report in self.whole.get_mut().into_iter().chain([&mut self.header]) {
            report.warnings.extend_from_slice(&warnings);
            report.warnings.sort();
            report.warnings.dedup();
        }
    }

    pub(super) fn listed_clusters(&self) -> &[ListedCluster] {
        &self.clusters
    }

    pub(super) fn items(&self) -> ItemBuilder<'_> {
        ItemBuilder {
            lookup: DocumentLookup {
                corpus: &self.reading.corpus,
                exact: &self.exact,
                publishers: &self.publishers,
                id_ranks: &self.id_ranks,
            },
            inputs: &self.reading.inputs,
            lengths: &self.lengths,
        }
    }
}

/// The errors wrap a [`SpillError`].
impl ReportView for LazyReport {
    fn header(&self) -> ReportHeader<'_> {
        self.header.header()
    }

    fn cluster_count(&self) -> usize {
        self.clusters.len()
    }

    fn match_count(&self) -> usize {
        self.matches.len()
    }

    fn cluster(&self, at: usize) -> io::Result<Cow<'_, Cluster>> {
        self.make_cluster(at).map_err(io::Error::other)
    }

    fn match_at(&self, at: usize) -> io::Result<Cow<'_, report::Match>> {
        if let Some(whole) = self.whole.get() {
            return Ok(Cow::Borrowed(&whole.matches[at]));
        }
        let made = self.items().match_item(&self.matches[at]);
        made.map(Cow::Owned).map_err(io::Error::other)
    }

    fn match_header(&self, at: usize) -> MatchHeader<'_> {
        let found = &self.matches[at];
        MatchHeader {
            left: self.reading.corpus.id(found.left),
            right: self.reading.corpus.id(found.right),
            relation: found.relation,
        }
    }

    fn full_report(&self) -> io::Result<&Report> {
        self.report().map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Outcome;
    use crate::{Job, JobInput, ReportOptions, Resources, Rules, Silent, run};
    use dedupe_report::{MemberRelation, Summary};
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};
    use xxhash_rust::xxh3::xxh3_128;

    fn path(name: &str) -> PathBuf {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        fixtures.join(name)
    }

    fn outcome(rules: &Rules, options: &ReportOptions) -> Outcome {
        let paths = ["languages", "syndicated.jsonl", "wire"].map(path);
        let job = Job {
            input: JobInput::Paths(&paths),
            reading: &dedupe_formats::Options::default(),
            rules,
            resources: &Resources::default(),
            progress: &Silent,
        };
        run(&job, options).unwrap()
    }

    /// Reports of everything, of copies across sources, of new documents, without half of each story, and of new
    /// documents without half of each story.
    fn outcomes() -> Vec<Outcome> {
        let rules = Rules::default();
        let all = ReportOptions {
            new_baseline: true,
            ..ReportOptions::default()
        };
        let mut outcomes = vec![outcome(&rules, &all)];
        let mut known = outcomes[0].baseline.clone().unwrap();
        known.pairs.clear();
        for story in &mut known.stories {
            story.truncate(story.len().div_ceil(2));
        }
        let across = Rules {
            cross_source_only: true,
            ..Rules::default()
        };
        let copies = ["en", "de", "ja"].map(|language| format!("languages/{language}/copy.txt"));
        let of_new = ReportOptions {
            new: Some(copies.iter().map(|name| path(name)).collect()),
            ..all.clone()
        };
        let unknown = |options: &ReportOptions| ReportOptions {
            baseline: Some(known.clone()),
            ..options.clone()
        };
        outcomes.push(outcome(&across, &all));
        for options in [unknown(&all), unknown(&of_new), of_new] {
            outcomes.push(outcome(&rules, &options));
        }
        outcomes
    }

    #[test]
    fn items_made_one_at_a_time_equal_the_whole_report() {
        let mut filtered = 0;
        for outcome in outcomes() {
            let lazy = outcome.lazy_report;
            let clusters: Vec<Cluster> = (0..lazy.cluster_count())
                .map(|at| lazy.cluster(at).unwrap().into_owned())
                .collect();
            let matches: Vec<report::Match> = (0..lazy.match_count())
                .map(|at| lazy.match_at(at).unwrap().into_owned())
                .collect();
            for (at, made) in matches.iter().enumerate() {
                let header = lazy.match_header(at);
                assert_eq!((header.left, header.right), (&*made.left, &*made.right));
                assert_eq!(header.relation, made.relation);
            }
            let whole = lazy.full_report().unwrap();
            filtered += (lazy.clusters.iter().filter(|c| !c.removed.is_empty())).count();
            assert_eq!((&clusters, &matches), (&whole.clusters, &whole.matches));
            for at in 0..clusters.len() {
                let again = lazy.cluster(at).unwrap();
                assert!(matches!(again, Cow::Borrowed(_)), "not made twice");
            }
        }
        assert!(filtered > 10);
    }

    #[test]
    fn the_lists_are_sorted_and_cluster_ids_follow_from_the_members() {
        for outcome in outcomes() {
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
    fn the_summary_counts_the_listed_items() {
        for outcome in outcomes() {
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
                versions: count(MemberRelation::Version),
                overlaps: overlaps.count() as u64,
                unique: report.summary.documents - closest.len() as u64,
                ..report.summary.clone()
            };
            assert_eq!(report.summary, expected);
        }
    }
}
