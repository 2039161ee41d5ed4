//! The header of the report: parameters, faults, boilerplate and counts.

use super::clusters::{DocumentLookup, ListedCluster};
use super::rounded;
use crate::reading::{Reading, report_faults};
use crate::settings::Rules;
use dedupe_core::model::{Match, Relation};
use dedupe_formats::{Fault, FaultCode};
use dedupe_report::{
    Boilerplate, MemberRelation, Parameters, Report, SCHEMA_VERSION, Summary, Tool,
};

/// The counts that follow from the listed clusters and matches. The other counts are 0.
pub(super) fn counts(
    lookup: DocumentLookup<'_>,
    clusters: &[ListedCluster],
    matches: &[Match],
) -> Summary {
    let corpus = lookup.corpus;
    let mut closest: Vec<Option<MemberRelation>> = vec![None; corpus.len()];
    for cluster in clusters {
        for member in lookup.members(cluster) {
            let known = &mut closest[member.document.index()];
            *known = Some(known.map_or(member.relation, |known| known.min(member.relation)));
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
        clusters: clusters.len() as u64,
        exact: count(&[MemberRelation::Exact]),
        near: count(&[MemberRelation::Near]),
        contained: count(&[MemberRelation::Contains, MemberRelation::Contained]),
        versions: count(&[MemberRelation::Version]),
        overlaps: matches.iter().filter(is_overlap).count() as u64,
        unique: closest.iter().filter(|relation| relation.is_none()).count() as u64,
        ..Summary::default()
    }
}

/// A report without clusters, matches and timings.
pub(super) fn header(
    reading: &Reading,
    rules: &Rules,
    summary: Summary,
    boilerplate: Vec<Boilerplate>,
) -> Report {
    let count = |is_counted: fn(&Fault) -> bool| -> u64 {
        let counted = reading.skipped.iter().filter(|fault| is_counted(fault));
        counted.map(|fault| fault.count).sum()
    };
    let summary = Summary {
        skipped: count(|_| true),
        empty: count(|fault| fault.code == FaultCode::Empty),
        ignored: reading.ignored,
        ..summary
    };
    Report {
        boilerplate,
        skipped: report_faults(&reading.skipped),
        warnings: report_faults(&reading.warnings),
        ..without_items(rules, summary)
    }
}

/// A report with empty lists.
pub(crate) fn without_items(rules: &Rules, summary: Summary) -> Report {
    Report {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "dedupe".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        parameters: parameters(rules),
        summary,
        clusters: Vec::new(),
        matches: Vec::new(),
        boilerplate: Vec::new(),
        skipped: Vec::new(),
        warnings: Vec::new(),
        timings: None,
    }
}

/// The rules as the report states them.
fn parameters(rules: &Rules) -> Parameters {
    let sketcher = rules.sketcher();
    Parameters {
        threshold: rounded(rules.threshold),
        min_passage: rules.min_passage,
        shingle: rules.shingle,
        within: rules.within,
        window: sketcher.window as u32,
        bands: sketcher.bands.bands as u32,
        rows: sketcher.bands.rows as u32,
        keep: rules.keep,
        prefer: rules.prefer.clone(),
        cross_source_only: rules.cross_source_only,
    }
}
