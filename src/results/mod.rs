//! From clusters and matches to the report, and to what formats need besides it.

mod baseline_names;
pub(crate) mod clusters;
mod excerpts;
mod extras;
mod filters;
mod items;
mod lazy_report;
mod listed_matches;
mod locations;
pub(crate) mod origin;
pub(crate) mod parts;
mod reissue;
mod saved_report;
pub(crate) mod summary;
mod texts;

pub use lazy_report::LazyReport;
pub use saved_report::{Relocated, Reread, relocate, reread};

use crate::corpus::SpillError;
use crate::dictionary::LearntDictionary;
use crate::error::Error;
use crate::job::Job;
use crate::matching::Learnt;
#[cfg(feature = "index")]
use crate::matching::Prepared;
use crate::matching::exact::ExactGroups;
use crate::matching::preference::Preference;
use crate::reading::Reading;
use crate::reading::publishers::Publishers;
use crate::settings::{ReportOptions, Rules};
use baseline_names::BaselineNames;
use clusters::{DocumentLookup, ListedCluster};
use dedupe_core::cluster::Cluster;
use dedupe_core::model::{DocumentIndex, Match};
use dedupe_formats::{self as formats, Fault, Input};
use dedupe_report::findings::count_up_to;
use dedupe_report::{
    Baseline, DocumentLocations, EmbeddedTexts, Excerpts, FindingKind, Report, ReportView,
    StageTiming, Summary,
};
use extras::Extras;
use items::ItemBuilder;
use listed_matches::Scope;
#[cfg(feature = "index")]
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

/// The copies of a corpus, before it is decided what the report lists.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) preference: Preference,
    pub(crate) exact: ExactGroups,
    pub(crate) publishers: Publishers,
    pub(crate) learnt: Learnt,
    /// By document: its number of words.
    pub(crate) lengths: Vec<u32>,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) matches: Vec<Match>,
    /// The documents that were compared but not read, because they have no match with those that were.
    pub(crate) others: Others,
}

/// Documents that a report counts and that nothing in it names.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Others {
    pub(crate) documents: u64,
    pub(crate) bytes: u64,
}

/// The result of a run.
#[derive(Debug)]
pub struct Outcome {
    /// The report. Its clusters and matches are made when they are asked for.
    pub lazy_report: LazyReport,
    /// The first words of each cluster's story, by cluster id; see [`ReportOptions::excerpts`].
    pub excerpts: Excerpts,
    /// The texts of the documents in clusters; see [`ReportOptions::texts`].
    pub texts: EmbeddedTexts,
    /// The ids of all documents in reading order; see [`ReportOptions::ids`].
    pub ids: Vec<String>,
    /// The locations of the documents that the report names; see [`ReportOptions::locations`].
    pub locations: DocumentLocations,
    /// A baseline of all copies; see [`ReportOptions::new_baseline`].
    pub baseline: Option<Baseline>,
    /// What the run learnt, or was given, about passages that recur; see [`ReportOptions::dictionary`].
    pub dictionary: Option<LearntDictionary>,
    /// How many of the report's warnings say that a document could not be read a second time, so that its excerpt, its
    /// text or its lines are missing.
    pub unread: usize,
    /// The faults of these documents, sorted.
    unread_faults: Vec<Fault>,
    /// By input: true if its documents are new. `None`: the report covers all.
    new_inputs: Option<Vec<bool>>,
    /// What has been read a second time.
    extras: Extras,
    /// What a selection of documents starts from; see [`ReportOptions::selection`].
    pub(crate) found: Option<FoundForSelection>,
}

/// What a selection of documents starts from, besides the corpus.
#[derive(Debug)]
pub(crate) struct FoundForSelection {
    pub(crate) rules: Rules,
    pub(crate) learnt: Learnt,
    /// By document: its position in the order of preference.
    pub(crate) ranks: Vec<u32>,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) matches: Vec<Match>,
}

impl Outcome {
    /// The whole report. It is made when it is first asked for, and kept.
    ///
    /// # Errors
    ///
    /// [`Error::Spill`].
    pub fn report(&self) -> Result<&Report, Error> {
        Ok(self.lazy_report.report()?)
    }

    /// The whole report, without the rest of the outcome.
    ///
    /// # Errors
    ///
    /// [`Error::Spill`].
    pub fn into_report(self) -> Result<Report, Error> {
        Ok(self.lazy_report.into_report()?)
    }

    /// The number of copies and overlaps in the report that are of the given kind or a closer one.
    ///
    /// # Errors
    ///
    /// [`Error::Spill`].
    pub fn count_up_to(&self, limit: FindingKind) -> Result<usize, Error> {
        Ok(count_up_to(&self.lazy_report, limit).map_err(SpillError::from_io)?)
    }

    /// True if a document was read from one of these files and folders, under any path. `options`: those of the job.
    #[must_use]
    pub fn has_document_of(&self, paths: &[PathBuf], options: &formats::Options) -> bool {
        self.lazy_report.has_document_of(paths, options)
    }

    pub(crate) fn report_match_count(&self) -> usize {
        self.lazy_report.match_count()
    }

    pub(crate) fn set_timings(&mut self, timings: Vec<StageTiming>) {
        self.lazy_report.set_timings(timings);
    }
}

/// Decides what the report lists, and collects what `options` ask for.
pub(crate) fn outcome(
    reading: Reading,
    found: Found,
    job: &Job<'_>,
    options: &ReportOptions,
) -> Result<Outcome, Error> {
    let lookup = DocumentLookup {
        corpus: &reading.corpus,
        exact: &found.exact,
        publishers: &found.publishers,
        id_ranks: &found.preference.id_ranks,
    };
    let scope = Scope {
        lookup,
        cross_source_only: job.rules.cross_source_only,
        new_inputs: reading.new_inputs.as_deref(),
    };
    let for_selection =
        (options.selection).then(|| (found.clusters.clone(), found.matches.clone()));
    let listed = Listed::new(
        &scope,
        found.clusters,
        found.matches,
        &reading.inputs,
        options,
    );
    let items = ItemBuilder {
        lookup,
        inputs: &reading.inputs,
        lengths: &found.lengths,
    };
    let boilerplate = items.boilerplate(&found.learnt.boilerplate.examples)?;
    let rereading = reading.rereading(job.progress);
    let clusters = match options.excerpts {
        true => &listed.clusters[..],
        false => &[],
    };
    let (boilerplate, excerpts, unread) =
        extras::excerpts(&rereading, &items, boilerplate, clusters)?;
    let (boilerplate, distinct_passages) = match &job.rules.dictionary {
        Some(given) => (given.passages.clone(), given.distinct_passages),
        None => (boilerplate, found.learnt.boilerplate.distinct_count as u64),
    };
    let dictionary = options.dictionary.then(|| match &job.rules.dictionary {
        Some(given) => LearntDictionary::clone(given),
        None => {
            let (occasions, passages) = (&found.learnt.dictionary, boilerplate.clone());
            let occasions = Arc::clone(occasions);
            LearntDictionary::new(job.rules.shingle, occasions, passages, distinct_passages)
        }
    });
    let counts = summary::counts(lookup, &listed.clusters, &listed.matches);
    let summary = Summary {
        documents: counts.documents + found.others.documents,
        bytes: counts.bytes + found.others.bytes,
        unique: counts.unique + found.others.documents,
        boilerplate: distinct_passages,
        new: scope.count_new(),
        known: listed.known,
        ..counts
    };
    let header = summary::header(&reading, job.rules, summary, boilerplate);
    let new_inputs = reading.new_inputs.clone();
    let lazy_report = LazyReport::new(
        reading,
        (found.exact, found.publishers, found.preference.id_ranks),
        found.lengths,
        (listed.clusters, listed.matches),
        header,
    );
    let mut outcome = Outcome {
        lazy_report,
        excerpts,
        texts: EmbeddedTexts::default(),
        ids: Vec::new(),
        locations: DocumentLocations::new(),
        baseline: listed.baseline,
        dictionary,
        unread: 0,
        unread_faults: Vec::new(),
        new_inputs,
        extras: Extras {
            excerpts: options.excerpts,
            ..Extras::default()
        },
        found: for_selection.map(|(clusters, matches)| FoundForSelection {
            rules: job.rules.clone(),
            learnt: found.learnt,
            ranks: found.preference.ranks,
            clusters,
            matches,
        }),
    };
    if options.ids {
        outcome.collect_ids();
    }
    let wanted = Extras {
        excerpts: false,
        texts: options.texts,
        locations: options.locations,
    };
    outcome.collect(wanted, job.resources, job.progress, unread)?;
    Ok(outcome)
}

/// The dictionary that was learnt from a corpus, with examples of its passages.
#[cfg(feature = "index")]
pub(crate) fn learnt_dictionary(
    reading: &Reading,
    prepared: &Prepared,
    job: &Job<'_>,
) -> Result<LearntDictionary, SpillError> {
    let corpus = &reading.corpus;
    let length = |document| corpus.word_count(document);
    let lengths: Vec<u32> = corpus.par_indices().map(length).collect();
    let items = ItemBuilder {
        lookup: DocumentLookup {
            corpus: &reading.corpus,
            exact: &prepared.exact,
            publishers: &prepared.publishers,
            id_ranks: &prepared.preference.id_ranks,
        },
        inputs: &reading.inputs,
        lengths: &lengths,
    };
    let learnt = &prepared.learnt;
    let boilerplate = items.boilerplate(&learnt.boilerplate.examples)?;
    let rereading = reading.rereading(job.progress);
    let (passages, _, _) = extras::excerpts(&rereading, &items, boilerplate, &[])?;
    let distinct = learnt.boilerplate.distinct_count as u64;
    let occasions = Arc::clone(&learnt.dictionary);
    Ok(LearntDictionary::new(
        job.rules.shingle,
        occasions,
        passages,
        distinct,
    ))
}

/// What the report lists.
struct Listed {
    clusters: Vec<ListedCluster>,
    matches: Vec<Match>,
    /// A baseline of all copies in scope, if it is wanted.
    baseline: Option<Baseline>,
    /// How many copies and overlaps were left out because the given baseline has them.
    known: Option<u64>,
}

impl Listed {
    fn new(
        scope: &Scope<'_>,
        clusters: Vec<Cluster>,
        matches: Vec<Match>,
        inputs: &[Input],
        options: &ReportOptions,
    ) -> Self {
        let lookup = scope.lookup;
        let mut matches = listed_matches::listed(scope, matches, &clusters);
        let mut clusters = lookup.listed_clusters(clusters, scope.cross_source_only);
        if scope.new_inputs.is_some() {
            filters::keep_new(lookup, &mut clusters, |document| scope.is_new(document));
        }
        let names = |folder| BaselineNames {
            lookup,
            inputs,
            folder,
        };
        let new_names = names(&options.new_baseline_folder);
        let baseline = (options.new_baseline).then(|| baseline(new_names, &clusters, &matches));
        let known = (options.baseline.as_ref()).map(|known| {
            let names = names(&options.baseline_folder);
            filters::drop_known(names, &mut clusters, &mut matches, known)
        });
        Self {
            clusters,
            matches,
            baseline,
            known,
        }
    }
}

fn baseline(names: BaselineNames<'_>, clusters: &[ListedCluster], matches: &[Match]) -> Baseline {
    let members = |cluster| {
        let members = names.lookup.members(cluster).into_iter();
        members.map(|member| member.document)
    };
    let stories = clusters.iter().map(|cluster| {
        let named = members(cluster).map(|document| names.name(document));
        named.collect()
    });
    let pair = |m: &Match| (names.name(m.left), names.name(m.right), m.relation.into());
    let mut documents: Vec<DocumentIndex> = (clusters.iter().flat_map(members))
        .chain(matches.iter().flat_map(|m| [m.left, m.right]))
        .collect();
    documents.sort_unstable();
    documents.dedup();
    let documents = documents
        .into_iter()
        .map(|document| names.document(document));
    Baseline::new(stories, matches.iter().map(pair), documents)
}

/// A ratio with four decimals, which is the precision of the report.
fn rounded(ratio: f64) -> f64 {
    (ratio * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{JobInput, Progress, Resources, Rules, Stage, run};
    use std::fs;
    use std::path::{Path, PathBuf};

    /// Calls a function when the documents have been read.
    struct AfterReading<F: Fn() + Sync>(F);

    impl<F: Fn() + Sync> Progress for AfterReading<F> {
        fn stage(&self, stage: Stage, _: Option<u64>) {
            if stage == Stage::Verify {
                (self.0)();
            }
        }

        fn advance(&self, _: u64, _: u64) {}
    }

    /// The outcome of a run over two copies, where `change` changes one of them after it was read.
    fn outcome(change: fn(&Path)) -> Outcome {
        let folder = tempfile::tempdir().unwrap();
        let text: String = (0..200).map(|n| format!("word{n} ")).collect();
        let paths = ["a.txt", "b.txt"].map(|name| folder.path().join(name));
        paths
            .iter()
            .for_each(|path| fs::write(path, &text).unwrap());
        let options = ReportOptions {
            excerpts: true,
            texts: true,
            ..ReportOptions::default()
        };
        let paths: &[PathBuf] = &paths;
        let job = Job {
            input: JobInput::Paths(paths),
            reading: &formats::Options::default(),
            rules: &Rules::default(),
            resources: &Resources::default(),
            progress: &AfterReading(|| change(&paths[0])),
        };
        run(&job, &options).unwrap()
    }

    /// An input was moved away during the run: its excerpt was empty, and nothing said so.
    #[test]
    fn documents_that_are_gone_or_have_changed_are_counted_once_and_reported() {
        let unread = |change: fn(&Path)| {
            let outcome = outcome(change);
            let report = outcome.report().unwrap();
            let codes: Vec<String> = (report.warnings.iter())
                .map(|fault| fault.code.clone())
                .collect();
            assert_eq!(outcome.texts.unread as usize, outcome.unread);
            (outcome.unread, codes.join(" "))
        };
        assert_eq!(unread(|_| {}), (0, String::new()));
        let gone = unread(|path| fs::remove_file(path).unwrap());
        assert_eq!(gone, (1, "not-found".to_owned()));
        let changed = unread(|path| fs::write(path, "another ".repeat(400)).unwrap());
        assert_eq!(changed, (1, "changed".to_owned()));
    }
}
