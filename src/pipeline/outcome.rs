//! Findings to a draft of the report: what is listed, and in which order, with what formats need beside it.

use super::assemble::{Assembly, Unread};
use super::draft::Draft;
use super::listed::{Asked, listed};
use super::outline::{Documents, Outline};
use super::places::{self, Ground};
use super::{Findings, Outcome, Settings, excerpts, narrow, reported};
use crate::corpus::Corpus;
use dedupe_core::cluster::Cluster;
use dedupe_core::model::{DocumentIndex, Match, Relation, Span};
use dedupe_formats::{self as source, Input};
use dedupe_formats::{Fault, FaultCode};
use dedupe_report::findings::findings;
use dedupe_report::{
    Baseline, Boilerplate, DocumentLocations, EmbeddedTexts, Excerpts, MemberRelation, Report,
    SCHEMA_VERSION, Summary, Tool,
};
use rayon::prelude::*;
use std::sync::OnceLock;

/// What was read.
pub(super) struct Read {
    pub(super) corpus: Corpus,
    pub(super) inputs: Vec<Input>,
    /// In the report's order.
    pub(super) skipped: Vec<Fault>,
    /// In the report's order.
    pub(super) warnings: Vec<Fault>,
    pub(super) ignored: u64,
}

/// What a run gives, but for its timings, texts and ids.
pub(super) fn outcome(
    read: Read,
    found: Findings,
    source: &source::Options,
    settings: &Settings,
) -> Outcome {
    let Read { corpus, inputs, .. } = &read;
    let new = (settings.new.as_ref()).map(|paths| source::reachable_from(inputs, paths, source));
    let ground = Ground {
        corpus,
        inputs,
        source,
        new: new.as_deref().unwrap_or_default(),
    };
    let asked = Asked {
        corpus,
        publishers: &found.publishers,
        cross_source_only: settings.cross_source_only,
        new: new.as_deref(),
    };
    let documents = Documents {
        corpus,
        groups: &found.groups,
        publishers: &found.publishers,
        by_id: &found.by_id,
    };
    let chosen = chosen(documents, &asked, found.stories, found.matches, settings);
    let assembly = Assembly {
        documents,
        inputs,
        effective_lengths: &found.effective_lengths,
    };
    let notices = assembly.notices(&found.boilerplate.examples);
    let (boilerplate, excerpts) = excerpted(&ground, assembly, notices, &chosen, settings);
    let summary = Summary {
        boilerplate: found.boilerplate.distinct_count as u64,
        new: asked.count_new(),
        known: chosen.known,
        ..summary(documents, &chosen)
    };
    let rest = rest(&read, settings, summary, boilerplate);
    let draft = Draft {
        corpus: read.corpus,
        inputs: read.inputs,
        groups: found.groups,
        publishers: found.publishers,
        effective_lengths: found.effective_lengths,
        by_id: found.by_id,
        clusters: chosen.clusters,
        matches: chosen.matches,
        rest,
        whole: OnceLock::new(),
    };
    Outcome {
        places: places(&draft, source, new.as_deref(), settings),
        draft,
        excerpts,
        texts: EmbeddedTexts::default(),
        ids: Vec::new(),
        baseline: chosen.baseline,
    }
}

/// What is listed.
struct Chosen {
    clusters: Vec<Outline>,
    matches: Vec<Match>,
    /// What a baseline takes down, where one is wanted.
    baseline: Option<Baseline>,
    /// Copies and overlaps left out because a baseline has them, where there is one.
    known: Option<u64>,
}

fn chosen(
    documents: Documents<'_>,
    asked: &Asked<'_>,
    stories: Vec<Cluster>,
    matches: Vec<Match>,
    settings: &Settings,
) -> Chosen {
    let mut matches = listed(asked, documents.groups, matches, &stories, documents.by_id);
    let mut clusters = documents.outlines(stories, settings.cross_source_only);
    if settings.new.is_some() {
        narrow::to_new(documents, &mut clusters, |document| asked.is_new(document));
    }
    let baseline = (settings.new_baseline).then(|| baseline(documents, &clusters, &matches));
    let known = (settings.baseline.as_ref())
        .map(|known| narrow::to_unknown(documents, &mut clusters, &mut matches, known));
    Chosen {
        clusters,
        matches,
        baseline,
        known,
    }
}

fn baseline(documents: Documents<'_>, clusters: &[Outline], matches: &[Match]) -> Baseline {
    let id = |document| documents.id(document).to_owned();
    let ids = |cluster| {
        let members = documents.members(cluster).into_iter();
        members.map(|part| id(part.document)).collect()
    };
    let pair = |m: &Match| (id(m.left), id(m.right), m.relation.into());
    Baseline::new(clusters.iter().map(ids), matches.iter().map(pair))
}

/// The counts that the clusters and matches give; the rest is zero.
fn summary(documents: Documents<'_>, chosen: &Chosen) -> Summary {
    let corpus = documents.corpus;
    let mut closest: Vec<Option<MemberRelation>> = vec![None; corpus.len()];
    for cluster in &chosen.clusters {
        for part in documents.members(cluster) {
            let known = &mut closest[part.document.index()];
            *known = Some(known.map_or(part.relation, |known| known.min(part.relation)));
        }
    }
    let count = |wanted: &[MemberRelation]| {
        let relations = closest.iter().flatten();
        relations.filter(|r| wanted.contains(r)).count() as u64
    };
    let is_overlap = |m: &&Match| m.relation == Relation::Overlap;
    Summary {
        documents: corpus.len() as u64,
        bytes: corpus.bytes(),
        clusters: chosen.clusters.len() as u64,
        exact: count(&[MemberRelation::Exact]),
        near: count(&[MemberRelation::Near]),
        contained: count(&[MemberRelation::Contains, MemberRelation::Contained]),
        overlaps: chosen.matches.iter().filter(is_overlap).count() as u64,
        unique: closest.iter().filter(|relation| relation.is_none()).count() as u64,
        ..Summary::default()
    }
}

/// A report without its clusters and matches, and without timings.
fn rest(
    read: &Read,
    settings: &Settings,
    summary: Summary,
    boilerplate: Vec<Boilerplate>,
) -> Report {
    let is_empty = |fault: &&Fault| fault.code == FaultCode::Empty;
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "dedupe".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        parameters: settings.parameters(),
        summary: Summary {
            skipped: read.skipped.len() as u64,
            empty: read.skipped.iter().filter(is_empty).count() as u64,
            ignored: read.ignored,
            ..summary
        },
        clusters: Vec::new(),
        matches: Vec::new(),
        boilerplate,
        skipped: reported(&read.skipped),
        warnings: reported(&read.warnings),
        timings: None,
    }
}

/// The notices and, where they are wanted, the stories, with their first words.
fn excerpted(
    ground: &Ground<'_>,
    assembly: Assembly<'_>,
    notices: Vec<Unread>,
    chosen: &Chosen,
    settings: &Settings,
) -> (Vec<Boilerplate>, Excerpts) {
    let beginning = |cluster: &Outline| {
        let span = assembly.beginning(cluster)?;
        Some((cluster.id(), (cluster.representative, span)))
    };
    let shown = if settings.excerpts {
        &chosen.clusters[..]
    } else {
        &[]
    };
    let (ids, stories): (Vec<String>, Vec<(DocumentIndex, Span)>) =
        shown.par_iter().filter_map(beginning).unzip();
    let wanted: Vec<(DocumentIndex, Span)> = (notices.iter())
        .map(|n| (n.document, n.span))
        .chain(stories)
        .collect();
    let excerpts = excerpts::excerpts(ground.corpus, ground.inputs, ground.source, &wanted);
    let mut excerpts = excerpts.into_iter();
    let boilerplate = notices.into_iter().zip(&mut excerpts);
    let boilerplate = boilerplate.map(|(n, text)| n.with_excerpt(text)).collect();
    (boilerplate, ids.into_iter().zip(excerpts).collect())
}

/// Where the documents that findings name stand, if that is wanted.
fn places(
    draft: &Draft,
    source: &source::Options,
    new: Option<&[bool]>,
    settings: &Settings,
) -> DocumentLocations {
    if !settings.places {
        return DocumentLocations::new();
    }
    let ground = Ground {
        corpus: &draft.corpus,
        inputs: &draft.inputs,
        source,
        new: new.unwrap_or_default(),
    };
    places::places(&ground, &findings(draft.whole_report()))
}
