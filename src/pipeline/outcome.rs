//! Findings to a report: what is listed, in the report's terms, with what formats need beside it.

use super::assemble::{self, Assembled, Assembly, Unread};
use super::excerpts;
use super::listed::{Asked, listed};
use super::narrow::Narrow;
use super::places::{self, Ground};
use super::{Findings, Outcome, Settings};
use crate::corpus::Corpus;
use crate::model::{DocumentIndex, Span};
use crate::report::findings::findings;
use crate::report::{self, Baseline, Cluster, Match, Places, Report, SCHEMA_VERSION, Texts, Tool};
use crate::source::{self, Input};
use std::collections::HashMap;

/// The findings in the report's terms; their stories and matches are taken.
pub(super) fn outcome(
    corpus: &Corpus,
    inputs: &[Input],
    found: &mut Findings,
    source: &source::Options,
    settings: &Settings,
) -> Outcome {
    let new = (settings.new.as_ref()).map(|paths| source::reached(inputs, paths, source));
    let ground = Ground {
        corpus,
        inputs,
        source,
        new: new.as_deref().unwrap_or_default(),
    };
    let assembly = Assembly {
        corpus,
        inputs,
        groups: &found.groups,
        counted: &found.counted,
        cross_source_only: settings.cross_source_only,
    };
    let asked = Asked {
        corpus,
        cross_source_only: settings.cross_source_only,
        new: new.as_deref(),
    };
    let pairs = listed(
        &asked,
        &found.groups,
        std::mem::take(&mut found.matches),
        &found.stories,
    );
    let mut matches = assembly.matches(pairs);
    let mut clusters = assembly.clusters(std::mem::take(&mut found.stories));
    let narrow = Narrow {
        new: new.is_some().then(|| ground.ids_of_new()),
        baseline: settings.baseline.as_ref(),
    };
    narrow.to_new(&mut clusters);
    let listed = || clusters.iter().map(|c| &c.cluster);
    let baseline = (settings.new_baseline).then(|| Baseline::new(listed(), &matches));
    let known = narrow.to_unknown(&mut clusters, &mut matches);

    let notices = assembly.notices(&found.boilerplate.notices);
    let (boilerplate, excerpts) = excerpted(&ground, notices, &clusters, settings);
    let clusters = clusters.into_iter().map(|c| c.cluster).collect();
    let mut report = report(corpus, settings, clusters, matches, boilerplate);
    report.summary.boilerplate = found.boilerplate.found as u64;
    report.summary.new = narrow.new.as_ref().map(|new| new.len() as u64);
    report.summary.known = known;
    let places = match settings.places {
        true => places::places(&ground, &findings(&report)),
        false => Places::new(),
    };
    Outcome {
        report,
        excerpts,
        texts: Texts::default(),
        ids: Vec::new(),
        places,
        baseline,
    }
}

/// A report of what is listed, without faults and timings.
fn report(
    corpus: &Corpus,
    settings: &Settings,
    clusters: Vec<Cluster>,
    matches: Vec<Match>,
    boilerplate: Vec<report::Boilerplate>,
) -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "dedupe".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        parameters: settings.parameters(),
        summary: assemble::summary(corpus, &clusters, &matches),
        clusters,
        matches,
        boilerplate,
        skipped: Vec::new(),
        warnings: Vec::new(),
        timings: None,
    }
}

/// The notices and, where they are wanted, the stories, with their first words.
fn excerpted(
    ground: &Ground<'_>,
    notices: Vec<Unread>,
    clusters: &[Assembled],
    settings: &Settings,
) -> (Vec<report::Boilerplate>, HashMap<String, String>) {
    let stories = if settings.excerpts { clusters } else { &[] };
    let wanted: Vec<(DocumentIndex, Span)> = (notices.iter())
        .map(|n| (n.document, n.span))
        .chain(stories.iter().filter_map(Assembled::beginning))
        .collect();
    let excerpts = excerpts::excerpts(ground.corpus, ground.inputs, ground.source, &wanted);
    let mut excerpts = excerpts.into_iter();
    let boilerplate = notices.into_iter().zip(&mut excerpts);
    let boilerplate = boilerplate.map(|(n, text)| n.with_excerpt(text)).collect();
    let ids = stories
        .iter()
        .filter(|s| s.beginning().is_some())
        .map(|s| s.cluster.id.clone());
    (boilerplate, ids.zip(excerpts).collect())
}
